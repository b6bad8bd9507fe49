//! [`FromPython`]: the encode source that reads message objects, dicts, views, buffers and lists.

use std::cell::Cell;

use pyo3::exceptions::{PyException, PyOverflowError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyInt, PyIterator, PyList, PyMapping, PySet, PyString, PyTuple};

use crate::codec::{self, BlockSpec, CdrWriter, Endian, Layout, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Primitive, Scalar};

use super::classes::{MessageClass, MessageType};
use super::errors::raise;
use super::ffi::{Items, ScalarSlots, Slots, bytes, list, text};

/// Runs of bytes from this size on are kept beside the writer and copied once, into the finished payload.
pub(crate) const BLOB_SIZE: usize = 4096;

/// Memory up to this size is kept for the next message of the thread.
const SCRATCH_SIZE: usize = 256 * 1024;

thread_local! {
    static SCRATCH: Cell<Option<Box<CdrWriter<Blob>>>> = const { Cell::new(None) };
}

/// Writes a message object or dict behind the header that `writer` holds.
pub(crate) fn encode(
    message_type: &MessageType,
    message: &Bound<'_, PyAny>,
    writer: &mut CdrWriter<Blob>,
) -> PyResult<()> {
    encode_with(message_type, message, writer, false)
}

/// [`encode`], where the value of an array of numbers may also be an integer: that many items are to be written later.
pub(crate) fn encode_with_gaps(
    message_type: &MessageType,
    message: &Bound<'_, PyAny>,
    writer: &mut CdrWriter<Blob>,
) -> PyResult<()> {
    encode_with(message_type, message, writer, true)
}

#[inline(always)]
fn encode_with(
    message_type: &MessageType,
    message: &Bound<'_, PyAny>,
    writer: &mut CdrWriter<Blob>,
    has_gaps: bool,
) -> PyResult<()> {
    let slots = message_type.slots.as_deref();
    let mut source = FromPython { py: message.py(), message_type, slots, has_gaps, cause: None };
    codec::encode(&message_type.plan, &mut source, message, Endian::Little, writer).map_err(|error| {
        match source.cause.take() {
            Some(cause) if !cause.is_instance_of::<PyException>(message.py()) => cause,
            cause => {
                let exception = raise(&error);
                exception.set_cause(message.py(), cause);
                exception
            }
        }
    })
}

/// The payload of a message as `bytes`.
pub(crate) fn encode_to_bytes<'py>(
    message_type: &MessageType,
    message: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    // Taken, not borrowed: an object's method that is called meanwhile may encode another message. Boxed, as moving
    // a writer costs more than writing a small message (C3).
    let kept = SCRATCH.try_with(Cell::take).ok().flatten();
    let mut writer = kept.unwrap_or_else(|| Box::new(CdrWriter::new(Endian::Little, 256)));
    let bytes = encode(message_type, message, &mut writer).and_then(|()| match writer.as_contiguous() {
        Some(whole) => bytes::join(message.py(), &[whole]),
        None => bytes::join(message.py(), &writer.parts().collect::<Vec<_>>()),
    });
    if writer.as_contiguous().is_none() {
        for blob in writer.take_blobs() {
            if let Blob::Items(items) = blob {
                items.release(message.py());
            }
        }
    }
    if writer.capacity() <= SCRATCH_SIZE {
        writer.restart(Endian::Little);
        // A thread that is ending keeps nothing.
        _ = SCRATCH.try_with(|kept| kept.set(Some(writer)));
    }
    bytes
}

/// What stands beside the writer.
pub(crate) enum Blob {
    /// A large run of contiguous bytes of a Python object, kept in place.
    Items(Items),
    /// That many bytes that are written later, in place.
    Gap(usize),
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Items(items) => items.as_slice().unwrap_or_default(),
            Self::Gap(_) => &[],
        }
    }
}

/// Errors where a message of the name has other fields than the definition in use: they would be lost, or made up.
#[cold]
fn check_definition(
    py: Python<'_>,
    fields: &[String],
    (layout, class): (&Layout, &MessageClass),
) -> Result<()> {
    let own: Vec<&str> = class.attributes.iter().filter_map(|own| own.bind(py).to_str().ok()).collect();
    let added =
        fields.iter().find(|field| !own.contains(&field.as_str())).map(|field| ("it has", field.as_str()));
    let missing =
        || own.iter().find(|own| !fields.iter().any(|field| field == *own)).map(|own| ("it lacks", *own));
    let Some((has, field)) = added.or_else(missing) else { return Ok(()) };
    let message = format!("got a message of another definition of {}: {has} `{field}`", layout.type_name);
    Err(Error::new(ErrorKind::TypeMismatch, message))
}

struct FromPython<'py, 'm> {
    py: Python<'py>,
    message_type: &'m MessageType,
    /// Direct access to the instances of its classes.
    slots: Option<&'m [Slots]>,
    /// Whether an integer stands for an array of so many numbers.
    has_gaps: bool,
    /// The exception that a user's object raised, for `__cause__`.
    cause: Option<PyErr>,
}

/// A message that is being read: an instance of the bound class, another object of the message type, or a dict.
struct Fields<'py, 'm> {
    object: Bound<'py, PyAny>,
    class: &'m MessageClass,
    /// Direct access to an instance of the bound class.
    slots: Option<&'m Slots>,
    /// How many keys of a dict were asked for: that tells whether there are others.
    used: usize,
}

/// A list that is being read. It may change meanwhile: each step looks at its length anew.
enum Sequence<'py> {
    List(Bound<'py, PyList>, usize),
    Tuple(Bound<'py, PyTuple>, usize),
    Iterator(Bound<'py, PyIterator>),
}

impl<'py, 'm> FromPython<'py, 'm> {
    #[cold]
    fn misfit(&mut self, wanted: &str, item: &Bound<'py, PyAny>, cause: Option<PyErr>) -> Error {
        let class = item.get_type().name().map_or_else(|_| "an object".to_owned(), |name| name.to_string());
        self.cause = cause;
        Error::new(ErrorKind::Type, format!("expected {wanted}, got {class}"))
    }

    #[cold]
    fn raised(&mut self, cause: PyErr) -> Error {
        let message = cause.value(self.py).to_string();
        self.cause = Some(cause);
        Error::new(ErrorKind::Type, message)
    }

    #[inline(always)]
    fn integer(&mut self, item: &Bound<'py, PyAny>, primitive: Primitive) -> Result<Scalar> {
        match item.extract::<i64>() {
            Ok(value) => Ok(Scalar::Int(value)),
            Err(cause) => self.wide_integer(item, primitive, cause),
        }
    }

    /// A number that is no `float`. NumPy's complex ones would give up their imaginary part for the asking.
    fn real(&mut self, item: &Bound<'py, PyAny>, primitive: Primitive) -> Result<Scalar> {
        let kind = item.getattr(intern!(self.py, "dtype")).and_then(|dtype| dtype.getattr("kind"));
        if kind.is_ok_and(|kind| kind.eq("c").unwrap_or(false)) {
            return Err(self.misfit(primitive.name(), item, None));
        }
        item.extract().map(Scalar::Float64).map_err(|cause| self.no_float(primitive, item, cause))
    }

    #[cold]
    fn no_float(&mut self, primitive: Primitive, item: &Bound<'py, PyAny>, cause: PyErr) -> Error {
        if !cause.is_instance_of::<PyOverflowError>(self.py) || !item.is_instance_of::<PyInt>() {
            return self.misfit(primitive.name(), item, Some(cause));
        }
        // Its digits may be more than Python writes out.
        Error::new(ErrorKind::Range, format!("the integer is out of range for {}", primitive.name()))
    }

    /// A lone surrogate that stands for no byte, or no memory for the text.
    #[cold]
    fn no_text(&mut self, cause: PyErr) -> Error {
        let message = cause.value(self.py).to_string();
        self.cause = Some(cause);
        Error::new(ErrorKind::Text, message)
    }

    /// An integer beyond 64 bits signed, or no integer: one way through `__index__` tells which.
    #[cold]
    fn wide_integer(
        &mut self,
        item: &Bound<'py, PyAny>,
        primitive: Primitive,
        cause: PyErr,
    ) -> Result<Scalar> {
        let operator = self.py.import(intern!(self.py, "operator"));
        let Ok(index) =
            operator.and_then(|operator| operator.call_method1(intern!(self.py, "index"), (item,)))
        else {
            return Err(self.misfit(primitive.name(), item, Some(cause)));
        };
        if let Ok(value) = index.extract::<u64>() {
            return Ok(Scalar::UInt(value));
        }
        let shown = index.str().map_or_else(|_| "the integer".to_owned(), |text| text.to_string());
        Err(Error::new(ErrorKind::Range, format!("{shown} is out of range for {}", primitive.name())))
    }

    /// A `str` of one character, or the code unit as an integer.
    fn unit(&mut self, item: &Bound<'py, PyAny>, primitive: Primitive) -> Result<Scalar> {
        let Ok(character) = item.cast::<PyString>() else { return self.integer(item, primitive) };
        let mut units = Vec::new();
        text::to_units(character, &mut units).map_err(|cause| self.raised(cause))?;
        match units[..] {
            [unit] => Ok(Scalar::Unit(unit)),
            _ => {
                Err(Error::new(ErrorKind::Length, format!("expected one character for {}", primitive.name())))
            }
        }
    }

    /// The items of an array of NumPy whose memory has another order, or gaps: a copy in the order of the items.
    #[cold]
    fn in_order(&self, item: &Bound<'py, PyAny>) -> Option<Items> {
        item.getattr(intern!(self.py, "__array_interface__")).ok()?;
        Items::of_any(&item.call_method0(intern!(self.py, "copy")).ok()?, None).ok()
    }

    fn write_items(&mut self, items: &Items, spec: BlockSpec, writer: &mut CdrWriter<Blob>) -> Result<()> {
        let format = items.format();
        let same_type = format.primitive() == spec.primitive
            || (spec.primitive.is_octet() && format.primitive().is_octet());
        let big_endian = spec.endian == Endian::Big;
        let same_order = spec.primitive.size() == 1 || format.big_endian() == big_endian;
        match items.as_slice() {
            Some(bytes) if same_type && same_order && spec.primitive != Primitive::Bool => {
                spec.begin(writer, items.len())?;
                if bytes.len() < BLOB_SIZE {
                    writer.bytes(bytes);
                } else {
                    writer.blob(Blob::Items(items.clone()));
                }
                Ok(())
            }
            _ => spec.numbers(writer, items.len(), items.iter()),
        }
    }

    #[cold]
    fn write_gap(
        &mut self,
        item: &Bound<'py, PyAny>,
        spec: BlockSpec,
        writer: &mut CdrWriter<Blob>,
    ) -> Result<()> {
        let size = spec.primitive.size();
        let length = item.extract::<usize>().ok().filter(|length| length.checked_mul(size).is_some());
        let Some(length) = length else {
            return Err(Error::new(ErrorKind::Length, "this cannot be the number of items of an array"));
        };
        spec.begin(writer, length)?;
        if spec.primitive == Primitive::Bool {
            // A byte that is neither 0 nor 1 is no bool.
            writer.zeros(length);
        } else {
            writer.gap(length * size, Blob::Gap(length * size));
        }
        Ok(())
    }

    /// Checks that an object that is not of the bound class is a dict or of the message type.
    #[inline(never)]
    fn check_foreign(
        &mut self,
        item: &Bound<'py, PyAny>,
        layout: &Layout,
        class: &MessageClass,
    ) -> Result<()> {
        // What a derived class adds is no part of the message.
        let is_derived = || item.is_instance(class.class.bind(self.py)).unwrap_or(false);
        if item.is_instance_of::<PyDict>() || is_derived() {
            return Ok(());
        }
        let own_class = item.get_type();
        let own_name = own_class.getattr(intern!(self.py, "__msgtype__"));
        match own_name.and_then(|name| name.extract::<String>()) {
            Ok(name) if name == layout.type_name.as_str() => {
                let fields = own_class.getattr(intern!(self.py, "__struct_fields__"));
                match fields.and_then(|fields| fields.extract::<Vec<String>>()) {
                    Ok(fields) => check_definition(self.py, &fields, (layout, class)),
                    // Not one of ours: what it has is seen field by field.
                    Err(_) => Ok(()),
                }
            }
            Ok(name) => {
                let message = format!("expected {} or a dict, got a message of {name}", layout.type_name);
                Err(Error::new(ErrorKind::Type, message))
            }
            Err(_) => Err(self.misfit(&format!("{} or a dict", layout.type_name), item, None)),
        }
    }

    #[inline(never)]
    fn foreign_field(
        &mut self,
        message: &mut Fields<'py, 'm>,
        layout: &Layout,
        index: usize,
    ) -> Result<Option<Bound<'py, PyAny>>> {
        let Fields { object, class, used, .. } = message;
        let mut raised = |cause| self.raised(cause).in_field(&layout.fields[index].name);
        let Ok(dict) = object.cast::<PyDict>() else {
            return object.getattr(&class.attributes[index]).map(Some).map_err(raised);
        };
        let value = dict.get_item(&class.keys[index]).map_err(&mut raised)?;
        *used += usize::from(value.is_some());
        Ok(value)
    }

    #[inline(never)]
    fn end_foreign(message: &Fields<'py, 'm>, layout: &Layout) -> Result<()> {
        let Ok(dict) = message.object.cast::<PyDict>() else { return Ok(()) };
        if dict.len() == message.used {
            return Ok(());
        }
        for key in dict.keys() {
            let name = key.str().map_or_else(|_| "?".to_owned(), |name| name.to_string());
            if !key.is_instance_of::<PyString>() || !layout.fields.iter().any(|field| *field.name == *name) {
                return Err(layout.unknown_field(&name));
            }
        }
        Ok(())
    }

    #[cold]
    fn deleted(&self, layout: &Layout, index: usize) -> Error {
        Error::new(ErrorKind::Type, "the attribute was deleted").in_field(&layout.fields[index].name)
    }
}

/// Whether an object that can be iterated over is no list of values: text, or something without order.
fn is_no_list(item: &Bound<'_, PyAny>) -> bool {
    item.is_instance_of::<PyString>() || item.is_instance_of::<PySet>() || item.cast::<PyMapping>().is_ok()
}

impl<'py, 'm> Source for FromPython<'py, 'm> {
    type Item = Bound<'py, PyAny>;
    type Message = Fields<'py, 'm>;
    type List = Sequence<'py>;
    type Blob = Blob;
    type Scalars<'s>
        = ScalarSlots<'s>
    where
        Self: 's;

    #[inline(always)]
    fn scalar(&mut self, item: &Self::Item, primitive: Primitive) -> Result<Scalar> {
        match primitive {
            Primitive::Bool => match item.extract::<bool>() {
                Ok(value) => Ok(Scalar::Bool(value)),
                Err(_) => self.integer(item, primitive),
            },
            Primitive::Float32 | Primitive::Float64 => match item.cast::<PyFloat>() {
                Ok(float) => Ok(Scalar::Float64(float.value())),
                Err(_) => self.real(item, primitive),
            },
            Primitive::Char | Primitive::WChar => self.unit(item, primitive),
            _ => self.integer(item, primitive),
        }
    }

    #[inline(always)]
    fn string(&mut self, item: &Self::Item, then: impl FnOnce(&[u8]) -> Result<()>) -> Result<()> {
        let Ok(string) = item.cast::<PyString>() else { return Err(self.misfit("str", item, None)) };
        let bytes = text::to_wire(string).map_err(|cause| self.no_text(cause))?;
        then(bytes.as_bytes())
    }

    #[inline(always)]
    fn told_string<'i>(&self, item: &'i Self::Item) -> Option<&'i [u8]> {
        text::utf8(item.cast::<PyString>().ok()?)
    }

    fn wstring(&mut self, item: &Self::Item, units: &mut Vec<u16>) -> Result<()> {
        let Ok(string) = item.cast::<PyString>() else { return Err(self.misfit("str", item, None)) };
        text::to_units(string, units).map_err(|cause| self.raised(cause))
    }

    fn block(&mut self, item: &Self::Item, spec: BlockSpec, writer: &mut CdrWriter<Blob>) -> Result<bool> {
        if let Some(items) = Items::of_view(item) {
            return self.write_items(items, spec, writer).map(|()| true);
        }
        if item.is_instance_of::<PyList>() || item.is_instance_of::<PyTuple>() {
            return Ok(false);
        }
        if self.has_gaps && item.is_instance_of::<PyInt>() {
            return self.write_gap(item, spec, writer).map(|()| true);
        }
        // Whatever has no usable buffer (a generator, a `range`) is read as a list.
        let Ok(items) = Items::of_any(item, None).or_else(|error| self.in_order(item).ok_or(error)) else {
            return Ok(false);
        };
        let written = self.write_items(&items, spec, writer);
        items.release(self.py);
        written.map(|()| true)
    }

    #[inline(always)]
    fn begin_message(&mut self, item: Self::Item, layout: &Layout) -> Result<Self::Message> {
        let class: &'m MessageClass = &self.message_type.classes[layout.index];
        let slots = self.slots.map(|slots| &slots[layout.index]).filter(|slots| slots.is_instance(&item));
        if slots.is_none() {
            self.check_foreign(&item, layout, class)?;
        }
        Ok(Fields { object: item, class, slots, used: 0 })
    }

    #[inline(always)]
    fn with_scalars<R>(
        &self,
        message: &Self::Message,
        then: impl FnOnce(ScalarSlots<'_>) -> R + Send,
    ) -> Option<R> {
        message.slots?.with_scalars(&message.object, then)
    }

    #[inline(always)]
    fn with_scalars_of<R>(
        &self,
        message: &Self::Message,
        index: usize,
        inner: &Layout,
        then: impl FnOnce(ScalarSlots<'_>) -> R + Send,
    ) -> Option<R> {
        message.slots?.with_scalars_of(&message.object, index, &self.slots?[inner.index], then)
    }

    #[inline(always)]
    fn string_field<R>(
        &self,
        message: &Self::Message,
        index: usize,
        then: impl FnOnce(&[u8]) -> R + Send,
    ) -> Option<R> {
        message.slots?.text(&message.object, index, then)
    }

    #[inline(always)]
    fn field(
        &mut self,
        message: &mut Self::Message,
        layout: &Layout,
        index: usize,
    ) -> Result<Option<Self::Item>> {
        let Some(slots) = message.slots else { return self.foreign_field(message, layout, index) };
        match slots.get(&message.object, index) {
            Some(value) => Ok(Some(value)),
            None => Err(self.deleted(layout, index)),
        }
    }

    #[inline(always)]
    fn end_message(&mut self, message: Self::Message, layout: &Layout) -> Result<()> {
        if message.slots.is_some() { Ok(()) } else { Self::end_foreign(&message, layout) }
    }

    fn begin_list(&mut self, item: &Self::Item) -> Result<Self::List> {
        if let Ok(list) = item.cast::<PyList>() {
            return Ok(Sequence::List(list.clone(), 0));
        }
        if let Ok(tuple) = item.cast::<PyTuple>() {
            return Ok(Sequence::Tuple(tuple.clone(), 0));
        }
        if is_no_list(item) {
            return Err(self.misfit("a list", item, None));
        }
        item.try_iter().map(Sequence::Iterator).map_err(|cause| self.misfit("a list", item, Some(cause)))
    }

    #[inline(always)]
    fn next_item(&mut self, list: &mut Self::List) -> Result<Option<Self::Item>> {
        match list {
            Sequence::List(list, next) => {
                let item = list::item(list, *next);
                *next += 1;
                Ok(item)
            }
            Sequence::Tuple(tuple, next) => {
                let item = (*next < tuple.len()).then(|| tuple.get_item(*next)).transpose();
                *next += 1;
                item.map_err(|cause| self.raised(cause))
            }
            Sequence::Iterator(iterator) => iterator.next().transpose().map_err(|cause| self.raised(cause)),
        }
    }
}
