//! [`ZBufView`]: an array of octets, which to Python is much like `bytes`.

#![allow(unsafe_code)]
// `#[pymethods]` calls `__getbuffer__` in a function that is unsafe itself.
#![allow(unsafe_op_in_unsafe_fn)]

use std::ffi::CStr;
use std::sync::Arc;

use memchr::memmem;
use pyo3::buffer::PyUntypedBuffer;
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
use crate::Result;

/// Bytes of a received message, not copied: `uint8[]`, `byte[]`, `char[]` of any length.
///
/// Reads like `bytes`: `view[i]` is an int, `view[a:b]` is `bytes`, `bytes(view)` copies, `memoryview(view)` does
/// not. Equal to any bytes-like (by the values of its items) and to lists; hashes like `bytes`; pickles as
/// `bytes`. It keeps the buffer alive that it is a view on, and is read-only.
#[pyclass(frozen, sequence, module = "ros_z_py")]
pub struct ZBufView {
    items: Items,
}

impl ZBufView {
    /// The `len` bytes at byte `offset` of `payload`.
    #[inline]
    pub fn new(payload: Arc<Payload>, offset: usize, len: usize) -> Result<Self> {
        Ok(Self { items: Items::new(payload, offset, len, ItemFormat::UINT8)? })
    }

    /// The bytes. Of a payload that is not immutable they must be read while attached.
    pub fn as_slice(&self) -> &[u8] {
        // Octets are sliced into `bytes`, so a view of them is never strided.
        self.items.as_slice().unwrap_or_default()
    }

    /// The first place of an octet, or of a run of them, in `[start, stop)`.
    fn position(&self, value: &Bound<'_, PyAny>, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let Some(needle) = octets(value)? else { return self.items.position(value, start, stop) };
        let Some(haystack) = self.as_slice().get(start..stop) else { return Ok(None) };
        let needle = needle.as_slice().unwrap_or_default();
        Ok(memmem::find(haystack, needle).map(|at| start + at))
    }
}

/// A run of octets to search for; `None` when it is something else.
fn octets(value: &Bound<'_, PyAny>) -> PyResult<Option<Items>> {
    match PyUntypedBuffer::get(value) {
        Ok(buffer) if buffer.dimensions() == 1 => Items::of_any(value, Some(ItemFormat::UINT8)).map(Some),
        // NumPy's integers export a buffer too, of no dimension; they are numbers here.
        _ => Ok(None),
    }
}

view_methods! { impl ZBufView {
    #[new]
    #[pyo3(signature = (buffer, /))]
    fn from_python(buffer: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { items: Items::of_any(buffer, Some(ItemFormat::UINT8))? })
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.items.key(key, "ZBufView")? {
            Key::Item(value) => item::to_python(key.py(), value),
            Key::Slice(indices) => Ok(self.items.slice(&indices).to_bytes(key.py()).into_any()),
        }
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Ok(compare::answer(other.py(), self.items.equals(other, Sequences::Lists)?))
    }

    fn __hash__(&self) -> PyResult<isize> {
        if !self.items.payload().is_immutable() {
            return Err(PyValueError::new_err("a view on writable memory cannot be hashed"));
        }
        let bytes = self.as_slice();
        // SAFETY: attached; pointer and length are those of a slice.
        Ok(unsafe { ffi::compat::Py_HashBuffer(bytes.as_ptr().cast(), bytes.len() as ffi::Py_ssize_t) })
    }

    /// How often an octet, or a run of them without overlaps, occurs.
    #[pyo3(signature = (value, /))]
    fn count(&self, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let Some(needle) = octets(value)? else { return self.items.count(value) };
        Ok(memmem::find_iter(self.as_slice(), needle.as_slice().unwrap_or_default()).count())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Bound<'py, PyBytes>,)) {
        (py.get_type::<PyBytes>(), (self.items.to_bytes(py),))
    }
} }
