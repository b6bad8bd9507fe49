//! [`Getter`] and [`Filter`]: what was compiled for messages of one type, to read a part of each or to choose among them.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyString};

use crate::codec::{self, Plan, Visitor};
use crate::error::Result;
use crate::schema::TypeName;

use super::classes::MessageType;
use super::decode::{Output, Part, decode_part_of_buffer};
use super::errors::OrRaise;
use super::ffi::{CallSlot, Callable, Payload, new_callable};

impl Part for codec::Getter {
    #[inline(always)]
    fn walk<'de, V: Visitor<'de>>(
        &self,
        _plan: &Plan,
        payload: &'de [u8],
        visitor: &mut V,
    ) -> Result<V::Value> {
        self.decode(payload, visitor)
    }
}

/// Reads one part of messages of one type.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct Getter {
    slot: CallSlot,
    message_type: Arc<MessageType>,
    getter: codec::Getter,
}

impl Getter {
    pub(crate) fn compile<'py>(
        py: Python<'py>,
        message_type: &Arc<MessageType>,
        path: &str,
    ) -> PyResult<Bound<'py, Self>> {
        let getter = path.parse().and_then(|path| codec::Getter::compile(&message_type.plan, &path));
        let message_type = Arc::clone(message_type);
        new_callable(py, Self { slot: CallSlot::new::<Self>(), message_type, getter: getter.or_raise()? })
    }

    #[inline(always)]
    pub(crate) fn get<'py>(&self, buffer: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        decode_part_of_buffer(&self.message_type, buffer, (&self.getter, Output::Struct))
    }
}

#[pymethods]
impl Getter {
    /// The path.
    #[getter]
    fn path(&self) -> String {
        self.getter.path().to_string()
    }

    /// The part of the message in `buffer`.
    #[pyo3(signature = (buffer, /))]
    fn __call__<'py>(&self, buffer: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.get(buffer)
    }

    fn __repr__(&self) -> String {
        format!("<Getter of {} of {}>", self.getter.path(), self.message_type.plan.type_name())
    }
}

impl Callable for Getter {
    fn slot(&self) -> &CallSlot {
        &self.slot
    }

    #[inline(always)]
    fn call<'py>(&self, buffer: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.get(buffer)
    }
}

/// The paths that `codec.get` was called with, compiled.
pub(crate) struct Getters {
    by_path: Py<PyDict>,
}

/// How many compiled paths a codec keeps.
const KEPT: usize = 256;

impl Getters {
    pub(crate) fn new(py: Python<'_>) -> Self {
        Self { by_path: PyDict::new(py).unbind() }
    }

    /// The getter of a path.
    #[inline(always)]
    pub(crate) fn get<'py>(
        &self,
        message_type: &Arc<MessageType>,
        path: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, Getter>> {
        let by_path = self.by_path.bind(path.py());
        if let Some(known) = by_path.get_item(path)? {
            return Ok(known.cast_into::<Getter>()?);
        }
        let getter = Getter::compile(path.py(), message_type, path.to_str()?)?;
        if by_path.len() >= KEPT {
            by_path.clear();
        }
        by_path.set_item(path, &getter)?;
        Ok(getter)
    }
}

/// A condition on messages of one type.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct Filter {
    slot: CallSlot,
    filter: codec::Filter,
}

impl Filter {
    pub(crate) fn compile<'py>(
        py: Python<'py>,
        message_type: &MessageType,
        condition: &str,
    ) -> PyResult<Bound<'py, Self>> {
        let definitions = |name: &TypeName| {
            let class = message_type.classes.iter().find(|class| class.definition.type_name == *name)?;
            Some(Arc::clone(&class.definition))
        };
        let filter = codec::Filter::compile(&message_type.plan, condition, &definitions).or_raise()?;
        new_callable(py, Self { slot: CallSlot::new::<Self>(), filter })
    }

    fn matches(&self, buffer: &Bound<'_, PyAny>) -> PyResult<bool> {
        let matches = match buffer.cast_exact::<PyBytes>() {
            Ok(bytes) => self.filter.matches(bytes.as_bytes()),
            Err(_) => {
                let payload = Payload::from_any(buffer)?;
                let matches = self.filter.matches(payload.as_slice());
                payload.release(buffer.py());
                matches
            }
        };
        matches.or_raise()
    }
}

#[pymethods]
impl Filter {
    /// The text.
    #[getter]
    fn text(&self) -> String {
        self.filter.to_string()
    }

    /// Whether the message in `buffer` meets the condition.
    #[pyo3(signature = (buffer, /))]
    fn __call__(&self, buffer: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.matches(buffer)
    }

    fn __repr__(&self) -> String {
        format!("<Filter of {}: {}>", self.filter.plan().type_name(), self.filter)
    }
}

impl Callable for Filter {
    fn slot(&self) -> &CallSlot {
        &self.slot
    }

    #[inline(always)]
    fn call<'py>(&self, buffer: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyBool::new(buffer.py(), self.matches(buffer)?).to_owned().into_any())
    }
}
