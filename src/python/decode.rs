//! [`ToPython`]: the decode visitor that makes message objects, or dicts, without a value in between.

use std::cell::OnceCell;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyString, PyTuple, PyType};

use crate::codec::{self, Block, Endian, Layout, Plan, Visitor, WideUnits};
use crate::error::{Error, ErrorKind, Result};
use crate::net::{Received, ReceivedBytes};
use crate::schema::{Primitive, Scalar, widen};

use super::classes::{MessageClass, MessageType};
use super::errors::{OrRaise, raise};
use super::ffi::{FreshList, FreshStruct, Payload, Slots, ZArrayView, ZBufView, number, text};

/// What a message becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// An instance of its class.
    Struct,
    /// A dict with the fields' own names as keys.
    Dict,
}

/// What of a message is decoded. The walker is compiled for each.
pub(crate) trait Part {
    /// Walks over it.
    fn walk<'de, V: Visitor<'de>>(
        &self,
        plan: &Plan,
        payload: &'de [u8],
        visitor: &mut V,
    ) -> Result<V::Value>;
}

/// All of it.
struct Whole;

impl Part for Whole {
    #[inline(always)]
    fn walk<'de, V: Visitor<'de>>(
        &self,
        plan: &Plan,
        payload: &'de [u8],
        visitor: &mut V,
    ) -> Result<V::Value> {
        Ok(codec::decode(plan, payload, visitor)?.0)
    }
}

/// Decodes the message in a payload; arrays of numbers become views that keep the payload alive.
pub(crate) fn decode<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    payload: &Arc<Payload>,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    decode_part(py, message_type, payload, (&Whole, output))
}

/// [`decode`] of a part of the message.
pub(crate) fn decode_part<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    payload: &Arc<Payload>,
    what: (&impl Part, Output),
) -> PyResult<Bound<'py, PyAny>> {
    decode_shared(py, message_type, &OnDemand::Shared(payload), what)
}

/// [`decode`] of any bytes-like.
pub(crate) fn decode_buffer<'py>(
    message_type: &MessageType,
    buffer: &Bound<'py, PyAny>,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    decode_part_of_buffer(message_type, buffer, (&Whole, output))
}

/// [`decode`] of what was received.
pub(crate) fn decode_received<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    received: &Received,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    let payload = OnDemand::Received(&received.payload, OnceCell::new());
    decode_shared(py, message_type, &payload, (&Whole, output))
}

/// [`decode_part`] of any bytes-like.
#[inline(always)]
pub(crate) fn decode_part_of_buffer<'py>(
    message_type: &MessageType,
    buffer: &Bound<'py, PyAny>,
    what: (&impl Part, Output),
) -> PyResult<Bound<'py, PyAny>> {
    let py = buffer.py();
    let payload = match buffer.cast_exact::<PyBytes>() {
        Ok(bytes) => OnDemand::Bytes(bytes, OnceCell::new()),
        Err(_) => OnDemand::Owned(Payload::from_any(buffer)?),
    };
    let decoded = decode_shared(py, message_type, &payload, what);
    payload.release(py);
    decoded
}

/// A payload that is shared with the views on it: made when there is a first one, as most small messages have none
/// (C1).
enum OnDemand<'a, 'py> {
    Shared(&'a Arc<Payload>),
    Owned(Arc<Payload>),
    Bytes(&'a Bound<'py, PyBytes>, OnceCell<Arc<Payload>>),
    Received(&'a ReceivedBytes, OnceCell<Arc<Payload>>),
}

impl OnDemand<'_, '_> {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Shared(payload) => payload.as_slice(),
            Self::Owned(payload) => payload.as_slice(),
            Self::Bytes(bytes, _) => bytes.as_bytes(),
            Self::Received(bytes, _) => bytes.as_slice(),
        }
    }

    fn share(&self) -> Arc<Payload> {
        match self {
            Self::Shared(payload) => Arc::clone(payload),
            Self::Owned(payload) => Arc::clone(payload),
            Self::Bytes(bytes, shared) => {
                Arc::clone(shared.get_or_init(|| Payload::from_bytes((*bytes).clone())))
            }
            Self::Received(bytes, shared) => {
                Arc::clone(shared.get_or_init(|| Payload::from_received((*bytes).clone())))
            }
        }
    }
}

impl OnDemand<'_, '_> {
    /// Lets go of what was shared, at once.
    fn release(self, py: Python<'_>) {
        let shared = match self {
            Self::Shared(_) => None,
            Self::Owned(payload) => Some(payload),
            Self::Bytes(_, shared) | Self::Received(_, shared) => shared.into_inner(),
        };
        if let Some(payload) = shared {
            payload.release(py);
        }
    }
}

fn decode_shared<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    payload: &OnDemand<'_, 'py>,
    (part, output): (&impl Part, Output),
) -> PyResult<Bound<'py, PyAny>> {
    match (output, &message_type.slots) {
        (Output::Dict, _) => decode_as(py, message_type, payload, (part, Dicts(&message_type.classes))),
        (Output::Struct, Some(slots)) => decode_as(py, message_type, payload, (part, Structs(slots))),
        (Output::Struct, None) => decode_as(py, message_type, payload, (part, Calls(&message_type.classes))),
    }
}

fn decode_as<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    payload: &OnDemand<'_, 'py>,
    (part, build): (&impl Part, impl Build<'py>),
) -> PyResult<Bound<'py, PyAny>> {
    let mut visitor = ToPython { py, payload, build, raised: None };
    match part.walk(&message_type.plan, payload.as_slice(), &mut visitor) {
        Ok(message) => Ok(message),
        Err(error) => Err(visitor.raised.take().unwrap_or_else(|| raise(&error))),
    }
}

struct ToPython<'py, 'm, B> {
    py: Python<'py>,
    payload: &'m OnDemand<'m, 'py>,
    build: B,
    /// An exception of the interpreter (out of memory), which ends the walk and is raised as it is.
    raised: Option<PyErr>,
}

/// How a message is put together. The walker is compiled for each way, so that none is looked up per field (C1).
trait Build<'py> {
    /// A message that is being put together.
    type Message;
    fn begin(&self, py: Python<'py>, layout: &Layout) -> PyResult<Self::Message>;
    fn field(&self, message: &mut Self::Message, index: usize, value: Bound<'py, PyAny>) -> PyResult<()>;
    fn end(&self, message: Self::Message) -> PyResult<Bound<'py, PyAny>>;
}

/// Instances whose slots are written.
struct Structs<'m>(&'m [Slots]);

impl<'py, 'm> Build<'py> for Structs<'m> {
    type Message = FreshStruct<'py, 'm>;

    #[inline(always)]
    fn begin(&self, py: Python<'py>, layout: &Layout) -> PyResult<Self::Message> {
        self.0[layout.index].new_instance(py)
    }

    #[inline(always)]
    fn field(&self, message: &mut Self::Message, index: usize, value: Bound<'py, PyAny>) -> PyResult<()> {
        message.fill(index, value);
        Ok(())
    }

    #[inline(always)]
    fn end(&self, message: Self::Message) -> PyResult<Bound<'py, PyAny>> {
        Ok(message.finish())
    }
}

/// Instances that their classes make when called.
struct Calls<'m>(&'m [Arc<MessageClass>]);

impl<'py, 'm> Build<'py> for Calls<'m> {
    type Message = (Vec<Bound<'py, PyAny>>, &'m Py<PyType>, Python<'py>);

    fn begin(&self, py: Python<'py>, layout: &Layout) -> PyResult<Self::Message> {
        Ok((Vec::with_capacity(layout.fields.len()), &self.0[layout.index].class, py))
    }

    fn field(&self, message: &mut Self::Message, _index: usize, value: Bound<'py, PyAny>) -> PyResult<()> {
        message.0.push(value);
        Ok(())
    }

    fn end(&self, (values, class, py): Self::Message) -> PyResult<Bound<'py, PyAny>> {
        class.bind(py).call1(PyTuple::new(py, values)?)
    }
}

/// Dicts with the fields' own names as keys.
struct Dicts<'m>(&'m [Arc<MessageClass>]);

impl<'py, 'm> Build<'py> for Dicts<'m> {
    type Message = (Bound<'py, PyDict>, &'m [Py<PyString>]);

    #[inline(always)]
    fn begin(&self, py: Python<'py>, layout: &Layout) -> PyResult<Self::Message> {
        Ok((PyDict::new(py), &self.0[layout.index].keys))
    }

    #[inline(always)]
    fn field(&self, message: &mut Self::Message, index: usize, value: Bound<'py, PyAny>) -> PyResult<()> {
        message.0.set_item(&message.1[index], value)
    }

    #[inline(always)]
    fn end(&self, message: Self::Message) -> PyResult<Bound<'py, PyAny>> {
        Ok(message.0.into_any())
    }
}

impl<'py, 'de, B: Build<'py>> Visitor<'de> for ToPython<'py, '_, B> {
    type Value = Bound<'py, PyAny>;
    type Message = B::Message;
    type List = FreshList<'py>;

    #[inline(always)]
    fn scalar(&mut self, value: Scalar) -> Result<Self::Value> {
        let py = self.py;
        let object = match value {
            Scalar::Bool(value) => Ok(PyBool::new(py, value).to_owned().into_any()),
            Scalar::Int(value) => number::int(py, value),
            // Python makes its small integers from signed ones with fewer steps.
            Scalar::UInt(value) => match i64::try_from(value) {
                Ok(value) => number::int(py, value),
                Err(_) => Ok(PyInt::new(py, value).into_any()),
            },
            Scalar::Float32(value) => number::float(py, widen(value)),
            Scalar::Float64(value) => number::float(py, value),
            Scalar::Unit(unit) => text::from_units(py, std::iter::once(unit)),
        };
        self.check(object)
    }

    #[inline(always)]
    fn string(&mut self, bytes: &'de [u8]) -> Result<Self::Value> {
        let object = text::from_wire(self.py, bytes);
        self.check(object)
    }

    fn wstring(&mut self, units: WideUnits<'de>) -> Result<Self::Value> {
        let object = text::from_units(self.py, units.iter());
        self.check(object)
    }

    fn block(&mut self, block: Block<'de>) -> Result<Self::Value> {
        let object = self.view(block);
        self.check(object)
    }

    #[inline(always)]
    fn begin_message(&mut self, layout: &Layout) -> Result<Self::Message> {
        let begun = self.build.begin(self.py, layout);
        self.check(begun)
    }

    #[inline(always)]
    fn field(&mut self, message: &mut Self::Message, index: usize, value: Self::Value) -> Result<()> {
        let set = self.build.field(message, index, value);
        self.check(set)
    }

    #[inline(always)]
    fn end_message(&mut self, message: Self::Message) -> Result<Self::Value> {
        let ended = self.build.end(message);
        self.check(ended)
    }

    fn begin_list(&mut self, length: usize) -> Result<Self::List> {
        let list = FreshList::new(self.py, length);
        self.check(list)
    }

    #[inline(always)]
    fn item(&mut self, list: &mut Self::List, index: usize, value: Self::Value) -> Result<()> {
        list.set(index, value);
        Ok(())
    }

    fn end_list(&mut self, list: Self::List) -> Result<Self::Value> {
        Ok(list.finish())
    }
}

impl<'py, B> ToPython<'py, '_, B> {
    #[inline(always)]
    fn check<T>(&mut self, result: PyResult<T>) -> Result<T> {
        result.map_err(|exception| self.raised(exception))
    }

    #[cold]
    fn raised(&mut self, exception: PyErr) -> Error {
        self.raised = Some(exception);
        Error::new(ErrorKind::Type, "an exception was raised")
    }

    fn view(&self, block: Block<'_>) -> PyResult<Bound<'py, PyAny>> {
        let (py, length) = (self.py, block.bytes.len());
        if block.primitive.is_octet() {
            let view = ZBufView::new(self.payload.share(), block.offset, length).or_raise()?;
            return Ok(view.into_object(py)?.into_any());
        }
        let big_endian = block.endian == Endian::Big;
        let is_canonical = block.primitive != Primitive::Bool || block.bytes.iter().all(|&byte| byte < 2);
        let (payload, offset) = if is_canonical {
            (self.payload.share(), block.offset)
        } else {
            // Any byte but 0 is true, to readers of a buffer of bools only 1 is.
            let bools: Vec<u8> = block.bytes.iter().map(|&byte| u8::from(byte != 0)).collect();
            (Payload::from_vec(bools), 0)
        };
        let view = ZArrayView::new(payload, offset, block.len(), block.primitive, big_endian).or_raise()?;
        Ok(view.into_object(py)?.into_any())
    }
}
