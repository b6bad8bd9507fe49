//! [`ToPython`]: the decode visitor that makes message objects, or dicts, without a value in between.

use std::cell::OnceCell;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use crate::codec::{self, Block, Endian, Layout, Visitor, WideUnits};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Primitive, Scalar};

use super::classes::{MessageClass, MessageType};
use super::errors::{OrRaise, raise};
use super::ffi::{FreshList, FreshStruct, Payload, ZArrayView, ZBufView, text};

/// What a message becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// An instance of its class.
    Struct,
    /// A dict with the fields' own names as keys.
    Dict,
}

/// Decodes the message in a payload; arrays of numbers become views that keep the payload alive. Also returns the
/// number of bytes that the message takes.
pub(crate) fn decode<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    payload: &Arc<Payload>,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    decode_shared(py, message_type, &OnDemand::Shared(payload), output)
}

/// [`decode`] of any bytes-like.
pub(crate) fn decode_buffer<'py>(
    message_type: &MessageType,
    buffer: &Bound<'py, PyAny>,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    let py = buffer.py();
    match buffer.cast_exact::<PyBytes>() {
        Ok(bytes) => decode_shared(py, message_type, &OnDemand::Bytes(bytes, OnceCell::new()), output),
        Err(_) => decode(py, message_type, &Payload::from_any(buffer)?, output),
    }
}

/// A payload that is shared with the views on it: made when there is a first one, as most small messages have none
/// (C1).
enum OnDemand<'a, 'py> {
    Shared(&'a Arc<Payload>),
    Bytes(&'a Bound<'py, PyBytes>, OnceCell<Arc<Payload>>),
}

impl OnDemand<'_, '_> {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Shared(payload) => payload.as_slice(),
            Self::Bytes(bytes, _) => bytes.as_bytes(),
        }
    }

    fn share(&self) -> Arc<Payload> {
        match self {
            Self::Shared(payload) => Arc::clone(payload),
            Self::Bytes(bytes, shared) => {
                Arc::clone(shared.get_or_init(|| Payload::from_bytes((*bytes).clone())))
            }
        }
    }
}

fn decode_shared<'py>(
    py: Python<'py>,
    message_type: &MessageType,
    payload: &OnDemand<'_, 'py>,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    let mut visitor = ToPython { py, message_type, payload, output, raised: None };
    match codec::decode(&message_type.plan, payload.as_slice(), &mut visitor) {
        Ok((message, _)) => Ok(message),
        Err(error) => Err(visitor.raised.take().unwrap_or_else(|| raise(&error))),
    }
}

struct ToPython<'py, 'm> {
    py: Python<'py>,
    message_type: &'m MessageType,
    payload: &'m OnDemand<'m, 'py>,
    output: Output,
    /// An exception of the interpreter (out of memory), which ends the walk and is raised as it is.
    raised: Option<PyErr>,
}

/// A message that is being put together.
enum Builder<'py, 'm> {
    Struct(FreshStruct<'py, 'm>),
    Dict(Bound<'py, PyDict>, &'m MessageClass),
    Call(Vec<Bound<'py, PyAny>>, &'m MessageClass),
}

impl<'py> ToPython<'py, '_> {
    #[inline(always)]
    fn check<T>(&mut self, result: PyResult<T>) -> Result<T> {
        result.map_err(|exception| self.raised(exception))
    }

    #[cold]
    fn raised(&mut self, exception: PyErr) -> Error {
        self.raised = Some(exception);
        Error::new(ErrorKind::Type, "an exception was raised")
    }
}

impl<'py, 'm, 'de> Visitor<'de> for ToPython<'py, 'm> {
    type Value = Bound<'py, PyAny>;
    type Message = Builder<'py, 'm>;
    type List = FreshList<'py>;

    #[inline(always)]
    fn scalar(&mut self, value: Scalar) -> Result<Self::Value> {
        let py = self.py;
        let object = match value {
            Scalar::Bool(value) => value.into_pyobject(py).map(|object| object.to_owned().into_any()),
            Scalar::Int(value) => value.into_pyobject(py).map(Bound::into_any),
            // Python makes its small integers from signed ones with fewer steps.
            Scalar::UInt(value) => match i64::try_from(value) {
                Ok(value) => value.into_pyobject(py).map(Bound::into_any),
                Err(_) => value.into_pyobject(py).map(Bound::into_any),
            },
            Scalar::Float32(value) => f64::from(value).into_pyobject(py).map(Bound::into_any),
            Scalar::Float64(value) => value.into_pyobject(py).map(Bound::into_any),
            Scalar::Unit(unit) => {
                let object = text::from_units(py, std::iter::once(unit));
                return self.check(object);
            }
        };
        self.check(object.map_err(Into::into))
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
        let class: &'m MessageClass = &self.message_type.classes[layout.index];
        match (self.output, &class.slots) {
            (Output::Dict, _) => Ok(Builder::Dict(PyDict::new(self.py), class)),
            (Output::Struct, Some(slots)) => {
                let instance = slots.new_instance(self.py);
                self.check(instance).map(Builder::Struct)
            }
            (Output::Struct, None) => Ok(Builder::Call(Vec::with_capacity(layout.fields.len()), class)),
        }
    }

    #[inline(always)]
    fn field(&mut self, message: &mut Self::Message, index: usize, value: Self::Value) -> Result<()> {
        match message {
            Builder::Struct(instance) => {
                instance.fill(index, value);
                Ok(())
            }
            Builder::Dict(dict, class) => {
                let set = dict.set_item(&class.keys[index], value);
                self.check(set)
            }
            Builder::Call(values, _) => {
                values.push(value);
                Ok(())
            }
        }
    }

    #[inline(always)]
    fn end_message(&mut self, message: Self::Message) -> Result<Self::Value> {
        match message {
            Builder::Struct(instance) => Ok(instance.finish()),
            Builder::Dict(dict, _) => Ok(dict.into_any()),
            Builder::Call(values, class) => {
                let made =
                    PyTuple::new(self.py, values).and_then(|values| class.class.bind(self.py).call1(values));
                self.check(made)
            }
        }
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

impl<'py> ToPython<'py, '_> {
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
            (Payload::from_owner(bools, false), 0)
        };
        let view = ZArrayView::new(payload, offset, block.len(), block.primitive, big_endian).or_raise()?;
        Ok(view.into_object(py)?.into_any())
    }
}
