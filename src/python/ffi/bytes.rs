//! `bytes` put together from parts, each copied once.

#![allow(unsafe_code)]

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The parts in order as one `bytes`. `PyBytes::new_with` would write all of it twice, zeros first (C4).
pub(crate) fn join<'py>(py: Python<'py>, parts: &[&[u8]]) -> PyResult<Bound<'py, PyBytes>> {
    let length = parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(part.len()));
    let Some(length) = length.and_then(|length| ffi::Py_ssize_t::try_from(length).ok()) else {
        return Err(PyMemoryError::new_err(()));
    };
    // SAFETY: a new `bytes` of `length` bytes, which nobody else sees, is filled up to that length by the parts.
    unsafe {
        let object = ffi::PyBytes_FromStringAndSize(std::ptr::null(), length);
        let bytes = Bound::from_owned_ptr_or_err(py, object)?.cast_into_unchecked::<PyBytes>();
        let mut place = ffi::PyBytes_AsString(bytes.as_ptr()).cast::<u8>();
        for part in parts {
            place.copy_from_nonoverlapping(part.as_ptr(), part.len());
            place = place.add(part.len());
        }
        Ok(bytes)
    }
}
