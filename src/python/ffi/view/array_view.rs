//! [`ZArrayView`]: an array of numbers, much like a read-only one-dimensional NumPy array without NumPy.

#![allow(unsafe_code)]
// `#[pymethods]` calls `__getbuffer__` in a function that is unsafe itself.
#![allow(unsafe_op_in_unsafe_fn)]

use std::ffi::{CStr, CString};
use std::sync::Arc;

use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyType};

use super::super::lean::{self, Lean, LeanClass};
use super::super::payload::Payload;
use super::compare::{self, Key, Sequences};
use super::item;
use super::iterator::ViewIterator;
use super::{ItemFormat, Items, dlpack, view_methods};
use crate::schema::Primitive;
use crate::{Error, ErrorKind, Result};

/// Numbers of a received message, not copied: `float32[]`, `int64[3]`, `bool[]` ...
///
/// A sequence: `view[i]` is a Python number, `view[a:b:c]` is a view on the same bytes. `memoryview(view)` and
/// `numpy.asarray(view)` do not copy. Equal to any sequence of the same numbers, and therefore, as lists and
/// NumPy arrays are, not hashable. It keeps the buffer alive that it is a view on, and is read-only.
///
/// `ZArrayView(buffer)` takes the items for what the buffer says they are; a format of `struct`, such as `'<f'`,
/// says otherwise.
#[pyclass(frozen, sequence, module = "ros_z_py")]
pub struct ZArrayView {
    items: Items,
}

impl ZArrayView {
    /// The `len` numbers at byte `offset` of `payload`.
    #[inline]
    pub fn new(
        payload: Arc<Payload>,
        offset: usize,
        len: usize,
        primitive: Primitive,
        big_endian: bool,
    ) -> Result<Self> {
        let Some(format) = ItemFormat::new(primitive, big_endian) else {
            return Err(Error::new(ErrorKind::Type, format!("items of {} are no numbers", primitive.name())));
        };
        Ok(Self { items: Items::new(payload, offset, len, format)? })
    }

    /// The bytes, in the byte order of the view; `None` when it is strided. Of a payload that is not immutable
    /// they must be read while attached.
    pub fn as_slice(&self) -> Option<&[u8]> {
        self.items.as_slice()
    }

    /// The type of the items.
    pub fn primitive(&self) -> Primitive {
        self.items.format().primitive()
    }

    /// Whether the most significant byte of an item comes first.
    pub fn big_endian(&self) -> bool {
        self.items.format().big_endian()
    }

    /// How many items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    fn position(&self, value: &Bound<'_, PyAny>, start: usize, stop: usize) -> PyResult<Option<usize>> {
        self.items.position(value, start, stop)
    }
}

fn parse_format(format: &str) -> PyResult<ItemFormat> {
    CString::new(format).ok().and_then(|name| ItemFormat::parse(&name)).ok_or_else(|| {
        PyValueError::new_err(format!(
            "{format:?} is not the format of a number that ROS has: one of ?bBhHiIqQfd, after '<' or '>' for a byte order"
        ))
    })
}

view_methods! { impl ZArrayView {
    #[new]
    #[pyo3(signature = (buffer, format=None, /))]
    fn from_python(buffer: &Bound<'_, PyAny>, format: Option<&str>) -> PyResult<Self> {
        let format = format.map(parse_format).transpose()?;
        Ok(Self { items: Items::of_any(buffer, format)? })
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.items.key(key, "ZArrayView")? {
            Key::Item(value) => item::to_python(key.py(), value),
            Key::Slice(indices) => {
                Ok(Self { items: self.items.slice(&indices) }.into_object(key.py())?.into_any())
            }
        }
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Ok(compare::answer(other.py(), self.items.equals(other, Sequences::All)?))
    }

    /// How many items equal `value`.
    #[pyo3(signature = (value, /))]
    fn count(&self, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.items.count(value)
    }

    /// `'little'` or `'big'`.
    #[getter]
    fn byteorder(&self) -> &'static str {
        if self.big_endian() { "big" } else { "little" }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Bound<'py, PyBytes>, &'static CStr)) {
        (py.get_type::<Self>(), (self.items.to_bytes(py), self.items.format().portable_name()))
    }
} }
