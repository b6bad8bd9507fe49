//! [`Codec`] and the functions on messages: conversion without a network.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

use crate::codec::{JsonBytes, JsonInput, JsonOutput, from_json, validate, write_json};
use crate::error::{Error, ErrorKind};

use super::classes::MessageType;
use super::compiled::{Filter, Getter, Getters};
use super::decode::{Output, decode, decode_buffer};
use super::encode::encode_to_bytes;
use super::errors::{OrRaise, raise};
use super::ffi::{Payload, methods_of_one_argument};
use super::json_lines::{FromJsonLines, ToJsonLines};
use super::lazy::view_buffer;
use super::types::message_type_of_class;

/// Memory for JSON text up to this size is kept for the next message of the thread.
const SCRATCH_SIZE: usize = 256 * 1024;

thread_local! {
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Converts messages of one type between CDR bytes, objects, dicts and JSON. Compiled once, reusable, thread-safe.
#[pyclass(frozen, generic, module = "ros_z_py")]
pub(crate) struct Codec {
    pub(crate) message_type: Arc<MessageType>,
    getters: Getters,
}

impl Codec {
    pub(crate) fn new(py: Python<'_>, message_type: Arc<MessageType>) -> Self {
        Self { message_type, getters: Getters::new(py) }
    }
}

#[pymethods]
impl Codec {
    /// Full name of the message type.
    #[getter]
    fn type_name(&self) -> &str {
        self.message_type.plan.type_name().as_str()
    }

    /// RIHS01 hash of the message type.
    #[getter]
    fn type_hash(&self) -> String {
        self.message_type.plan.hash().to_string()
    }

    /// The message class.
    #[getter]
    fn message_class(&self, py: Python<'_>) -> Py<PyType> {
        self.message_type.class().class.clone_ref(py)
    }

    /// CDR bytes to one line of JSON. `bytes` says how arrays of octets are written: `"base64"` or `"array"`.
    #[pyo3(signature = (buffer, *, bytes = "base64"))]
    fn to_json<'py>(&self, buffer: &Bound<'py, PyAny>, bytes: &str) -> PyResult<Bound<'py, PyBytes>> {
        cdr_to_json(&self.message_type, buffer, bytes)
    }

    /// An iterator of lines of JSON, one for each of the `buffers`, with the line's end. An error is about one
    /// message: the iterator goes on behind it.
    #[pyo3(signature = (buffers, *, bytes = "base64"))]
    fn to_json_lines(&self, buffers: &Bound<'_, PyAny>, bytes: &str) -> PyResult<ToJsonLines> {
        let options = JsonOutput { bytes: json_bytes(bytes)? };
        ToJsonLines::new(Arc::clone(&self.message_type), options, buffers)
    }

    /// An iterator of CDR bytes, one for each line of JSON in a text, a file or any iterable of lines. An error is
    /// about one line: the iterator goes on behind it.
    #[allow(clippy::wrong_self_convention)] // the name in Python
    fn from_json_lines(&self, lines: &Bound<'_, PyAny>) -> PyResult<FromJsonLines> {
        FromJsonLines::new(Arc::clone(&self.message_type), lines)
    }

    /// One part of a message, by its path, without decoding the rest.
    fn get<'py>(
        &self,
        buffer: &Bound<'py, PyAny>,
        path: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.getters.get(&self.message_type, path)?.get().get(buffer)
    }

    /// A function that reads one part of messages.
    fn getter<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, Getter>> {
        Getter::compile(py, &self.message_type, path)
    }

    /// A view of a message whose fields are decoded when they are read.
    fn view<'py>(&self, buffer: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        view_buffer(&self.message_type, buffer)
    }

    /// A function that says whether a message meets a condition.
    fn filter<'py>(&self, py: Python<'py>, condition: &str) -> PyResult<Bound<'py, Filter>> {
        Filter::compile(py, &self.message_type, condition)
    }

    /// Checks CDR bytes; returns how many of them the message takes, encapsulation header included.
    fn validate(&self, buffer: &Bound<'_, PyAny>) -> PyResult<usize> {
        validate(&self.message_type.plan, Payload::from_any(buffer)?.as_slice()).or_raise()
    }

    fn __repr__(&self) -> String {
        format!("<Codec of {}>", self.type_name())
    }
}

methods_of_one_argument! { Codec {
    /// CDR bytes to a message object. Arrays of numbers become views on `buffer`, which they keep alive.
    fn decode(slf, buffer) {
        decode_buffer(&slf.get().message_type, buffer, Output::Struct)
    }

    /// CDR bytes to a dict, with views as in :meth:`decode`.
    fn decode_dict(slf, buffer) {
        decode_buffer(&slf.get().message_type, buffer, Output::Dict)
    }

    /// A message object or a dict to CDR bytes. Missing keys of a dict take their defaults.
    fn encode(slf, message) {
        Ok(encode_to_bytes(&slf.get().message_type, message)?.into_any())
    }

    /// JSON, as `str` or bytes-like, to CDR bytes.
    fn from_json(slf, text) {
        Ok(json_to_cdr(&slf.get().message_type, text)?.into_any())
    }
} }

fn json_bytes(name: &str) -> PyResult<JsonBytes> {
    match name {
        "base64" => Ok(JsonBytes::Base64),
        "array" => Ok(JsonBytes::Array),
        other => {
            let message = format!("bytes must be \"base64\" or \"array\", not {other:?}");
            Err(raise(&Error::new(ErrorKind::Argument, message)))
        }
    }
}

fn cdr_to_json<'py>(
    message_type: &MessageType,
    buffer: &Bound<'py, PyAny>,
    bytes: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let options = JsonOutput { bytes: json_bytes(bytes)? };
    let mut text = SCRATCH.try_with(Cell::take).unwrap_or_default();
    let plan = &message_type.plan;
    let mut write = |payload: &[u8]| {
        text.reserve(64 + 2 * payload.len());
        write_json(plan, payload, &options, &mut text).or_raise()
    };
    match buffer.cast_exact::<PyBytes>() {
        Ok(bytes) => write(bytes.as_bytes())?,
        Err(_) => write(Payload::from_any(buffer)?.as_slice())?,
    }
    let json = PyBytes::new(buffer.py(), &text);
    if text.capacity() <= SCRATCH_SIZE {
        text.clear();
        // A thread that is ending keeps nothing.
        _ = SCRATCH.try_with(|kept| kept.set(text));
    }
    Ok(json)
}

pub(crate) fn json_to_cdr<'py>(
    message_type: &MessageType,
    text: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let options = JsonInput { now: now() };
    let plan = &message_type.plan;
    let cdr = if let Ok(text) = text.cast::<PyString>() {
        from_json(plan, text.to_str()?.as_bytes(), &options)
    } else {
        from_json(plan, Payload::from_any(text)?.as_slice(), &options)
    };
    Ok(PyBytes::new(text.py(), &cdr.or_raise()?))
}

/// Seconds and nanoseconds since 1970 on the system clock, while seconds fit a ROS time.
pub(crate) fn now() -> Option<(i32, u32)> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some((since.as_secs().try_into().ok()?, since.subsec_nanos()))
}

/// The message type of a message object.
pub(crate) fn message_type_of(message: &Bound<'_, PyAny>) -> PyResult<Arc<MessageType>> {
    match message_type_of_class(message.py(), &message.get_type())? {
        Some(message_type) => Ok(message_type),
        None if message.is_instance_of::<PyType>() => {
            let class = message.repr()?;
            Err(PyTypeError::new_err(format!(
                "expected a message, got the class {class}; call it to make one"
            )))
        }
        None => Err(PyTypeError::new_err(format!("expected a message, got {}", message.get_type().name()?))),
    }
}

/// The message type of a message class.
fn message_type_of_argument(class: &Bound<'_, PyAny>) -> PyResult<Arc<MessageType>> {
    super::module::process_types(class.py())?.get().resolve(class)
}

/// The codec of a message type of the process's registry, given by name or class.
#[pyfunction]
pub(crate) fn codec(message_type: &Bound<'_, PyAny>) -> PyResult<Codec> {
    Ok(Codec::new(message_type.py(), message_type_of_argument(message_type)?))
}

/// A message object to CDR bytes.
#[pyfunction]
pub(crate) fn encode<'py>(message: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    encode_to_bytes(&*message_type_of(message)?, message)
}

/// A message object to a dict; nested messages become dicts too, arrays of numbers views.
#[pyfunction]
pub(crate) fn to_dict<'py>(message: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let message_type = message_type_of(message)?;
    let payload = Payload::from_bytes(encode_to_bytes(&message_type, message)?);
    decode(message.py(), &message_type, &payload, Output::Dict)
}

/// A message object of the given class (or type name) from a dict. Missing keys take their defaults.
#[pyfunction]
pub(crate) fn from_dict<'py>(
    message_type: &Bound<'py, PyAny>,
    values: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let resolved = message_type_of_argument(message_type)?;
    let payload = Payload::from_bytes(encode_to_bytes(&resolved, values)?);
    decode(values.py(), &resolved, &payload, Output::Struct)
}

/// A message object to one line of JSON.
#[pyfunction(name = "to_json")]
#[pyo3(signature = (message, *, bytes = "base64"))]
pub(crate) fn message_to_json<'py>(
    message: &Bound<'py, PyAny>,
    bytes: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let message_type = message_type_of(message)?;
    let cdr = encode_to_bytes(&message_type, message)?;
    cdr_to_json(&message_type, cdr.as_any(), bytes)
}

/// A message object of the given class (or type name) from JSON, as `str` or bytes-like.
#[pyfunction(name = "from_json")]
pub(crate) fn message_from_json<'py>(
    message_type: &Bound<'py, PyAny>,
    text: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let resolved = message_type_of_argument(message_type)?;
    let payload = Payload::from_bytes(json_to_cdr(&resolved, text)?);
    decode(text.py(), &resolved, &payload, Output::Struct)
}
