//! Python strings from wire text and back, where PyO3 has no function for it.

#![allow(unsafe_code)]

use std::ffi::CStr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::codec::cdr::any_word;

/// The bits that no byte of an ASCII text has set.
const NOT_ASCII: u64 = u64::from_ne_bytes([0x80; 8]);

/// The string for wire text: UTF-8, every other byte as a lone surrogate (`surrogateescape`).
#[inline(always)]
pub(crate) fn from_wire<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let is_ascii = match bytes.len() {
        0..=64 => !any_word(bytes, |word| word & NOT_ASCII != 0),
        _ => bytes.is_ascii(),
    };
    if is_ascii {
        return from_ascii(py, bytes);
    }
    // SAFETY: pointer and length are those of a live slice; the result is a new reference or null with an exception.
    unsafe {
        let length = bytes.len() as ffi::Py_ssize_t;
        let text = ffi::PyUnicode_DecodeUTF8(bytes.as_ptr().cast(), length, c"surrogateescape".as_ptr());
        Bound::from_owned_ptr_or_err(py, text)
    }
}

#[inline(always)]
fn from_ascii<'py>(py: Python<'py>, ascii: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    if ascii.len() < 2 {
        // The interpreter has these strings already.
        return Ok(PyString::new(py, std::str::from_utf8(ascii).unwrap_or_default()).into_any());
    }
    // SAFETY: a new compact ASCII string of `len` characters has that many bytes behind its header, which are written
    // before anyone sees the string.
    unsafe {
        let text = ffi::PyUnicode_New(ascii.len() as ffi::Py_ssize_t, 127);
        let text = Bound::from_owned_ptr_or_err(py, text)?;
        let characters = text.as_ptr().cast::<ffi::PyASCIIObject>().add(1).cast::<u8>();
        std::ptr::copy_nonoverlapping(ascii.as_ptr(), characters, ascii.len());
        Ok(text)
    }
}

/// The string for UTF-16 units; surrogates that stand alone stay so.
pub(crate) fn from_units<'py>(
    py: Python<'py>,
    units: impl Iterator<Item = u16>,
) -> PyResult<Bound<'py, PyAny>> {
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let mut little_endian = -1;
    // SAFETY: pointer and length are those of a live vector; the result is a new reference or null with an exception.
    unsafe {
        let text = ffi::PyUnicode_DecodeUTF16(
            bytes.as_ptr().cast(),
            bytes.len() as ffi::Py_ssize_t,
            c"surrogatepass".as_ptr(),
            &raw mut little_endian,
        );
        Bound::from_owned_ptr_or_err(py, text)
    }
}

/// The UTF-8 text of a string; `None` when it holds a lone surrogate.
#[inline(always)]
pub(crate) fn utf8<'a>(text: &'a Bound<'_, PyString>) -> Option<&'a [u8]> {
    let object = text.as_ptr();
    // SAFETY: attached; the characters of a compact ASCII string, or the UTF-8 form that a string keeps with it, stay
    // where they are as long as the string lives.
    unsafe {
        if ffi::PyUnicode_IS_COMPACT_ASCII(object) != 0 {
            let length = ffi::PyUnicode_GET_LENGTH(object) as usize;
            return Some(std::slice::from_raw_parts(ffi::PyUnicode_DATA(object).cast(), length));
        }
        let mut length = 0;
        let characters = ffi::PyUnicode_AsUTF8AndSize(object, &raw mut length);
        if characters.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(std::slice::from_raw_parts(characters.cast(), length as usize))
    }
}

/// The bytes of a string for the wire: the inverse of [`from_wire`].
pub(crate) fn to_wire<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    encoded(text, c"utf-8", c"surrogateescape")
}

/// The UTF-16 units of a string: the inverse of [`from_units`].
pub(crate) fn to_units(text: &Bound<'_, PyString>, units: &mut Vec<u16>) -> PyResult<()> {
    let encoded = encoded(text, c"utf-16-le", c"surrogatepass")?;
    units.extend(encoded.as_bytes().as_chunks::<2>().0.iter().map(|&unit| u16::from_le_bytes(unit)));
    Ok(())
}

/// What `str.encode` answers, also for a class that has an `encode` of its own.
fn encoded<'py>(
    text: &Bound<'py, PyString>,
    encoding: &CStr,
    errors: &CStr,
) -> PyResult<Bound<'py, PyBytes>> {
    // SAFETY: attached, with a live `str`; the result is a new reference or null with an exception.
    let bytes = unsafe {
        let bytes = ffi::PyUnicode_AsEncodedString(text.as_ptr(), encoding.as_ptr(), errors.as_ptr());
        Bound::from_owned_ptr_or_err(text.py(), bytes)?
    };
    Ok(bytes.cast_into::<PyBytes>()?)
}
