//! Numbers into Python objects, and out of those of exactly `bool`, `int` and `float`: what nearly all fields hold.
//! Whatever else may stand for a number goes the long way through its methods.

#![allow(unsafe_code)]

use std::ffi::c_long;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use crate::schema::{Primitive, Scalar};

/// A new `float`.
#[inline(always)]
pub(crate) fn float(py: Python<'_>, value: f64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: attached; the result is a new reference or null with an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyFloat_FromDouble(value)) }
}

/// An `int`.
#[inline(always)]
pub(crate) fn int(py: Python<'_>, value: i64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: as above. What fits a `long` takes fewer steps.
    unsafe {
        let object = match c_long::try_from(value) {
            Ok(value) => ffi::PyLong_FromLong(value),
            Err(_) => ffi::PyLong_FromLongLong(value),
        };
        Bound::from_owned_ptr_or_err(py, object)
    }
}

/// An `int` of at most one digit as it lies in memory (`longintrepr.h`), up to Python 3.11 and from 3.12 on.
#[repr(C)]
struct OneDigit {
    header: ffi::PyObject,
    /// The number of digits, with the sign of the number; or the same in the third bit and above it, with the sign below:
    /// 0, 1 for zero, or 2 for minus.
    size: isize,
    digit: u32,
}

/// Whether integers were found to lie in memory as described.
static IS_KNOWN: AtomicBool = AtomicBool::new(false);

/// Looks at some integers before any is read as they lie.
pub(crate) fn look(py: Python<'_>) -> PyResult<()> {
    const LARGEST: i64 = (1 << 30) - 1;
    let mut is_known = true;
    for value in
        [0, 1, -1, 7, -300, 1 << 15, LARGEST, -LARGEST, LARGEST + 1, -LARGEST - 1, i64::MAX, i64::MIN]
    {
        let object = int(py, value)?;
        let expected = (value.abs_diff(0) <= LARGEST as u64).then_some(value);
        // SAFETY: attached, with a live `int`.
        is_known &= unsafe { one_digit(object.as_ptr()) } == expected;
    }
    IS_KNOWN.store(is_known, Ordering::Relaxed);
    Ok(())
}

/// The value of an `int` of at most one digit. To ask Python for it takes as long as all else about a number (C3).
///
/// # Safety
/// Attached, and `object` points to a live `int`.
#[inline(always)]
unsafe fn one_digit(object: *mut ffi::PyObject) -> Option<i64> {
    // SAFETY: promised by the caller. An `int` has a size; it has a digit where that says so.
    unsafe {
        let number = object.cast::<OneDigit>();
        let size = (*number).size;
        #[cfg(not(Py_3_12))]
        return match size {
            0 => Some(0),
            1 => Some((*number).digit.into()),
            -1 => Some(-i64::from((*number).digit)),
            _ => None,
        };
        #[cfg(Py_3_12)]
        return match size {
            0b1000 => Some((*number).digit.into()),
            0b1010 => Some(-i64::from((*number).digit)),
            0b0001 => Some(0),
            _ => None,
        };
    }
}

/// The value of `object` as a `primitive`, if it is of exactly the Python type for it and fits 64 bits.
/// Runs no Python code and raises nothing.
///
/// # Safety
/// Attached, and `object` is null or points to a live object.
#[inline(always)]
pub(super) unsafe fn exact(object: *mut ffi::PyObject, primitive: Primitive) -> Option<Scalar> {
    if object.is_null() {
        return None;
    }
    // SAFETY: promised by the caller; fields of an object are read after its exact type is checked.
    unsafe {
        match primitive {
            Primitive::Bool if object == ffi::Py_True() => Some(Scalar::Bool(true)),
            Primitive::Bool if object == ffi::Py_False() => Some(Scalar::Bool(false)),
            Primitive::Float32 | Primitive::Float64 if ffi::PyFloat_CheckExact(object) != 0 => {
                Some(Scalar::Float64(ffi::PyFloat_AS_DOUBLE(object)))
            }
            Primitive::Bool
            | Primitive::Float32
            | Primitive::Float64
            | Primitive::Char
            | Primitive::WChar => None,
            _ if ffi::PyLong_CheckExact(object) != 0 => {
                if IS_KNOWN.load(Ordering::Relaxed)
                    && let Some(value) = one_digit(object)
                {
                    return Some(Scalar::Int(value));
                }
                let mut overflow = 0;
                let value = ffi::PyLong_AsLongLongAndOverflow(object, &raw mut overflow);
                match overflow {
                    0 => Some(Scalar::Int(value)),
                    1 => exact_wide(object),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// An `int` above the signed ones.
///
/// # Safety
/// Attached, and `object` points to a live `int`.
unsafe fn exact_wide(object: *mut ffi::PyObject) -> Option<Scalar> {
    // SAFETY: promised by the caller; the exception of a value that does not fit is taken back.
    unsafe {
        let value = ffi::PyLong_AsUnsignedLongLong(object);
        if value == u64::MAX && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(Scalar::UInt(value))
    }
}
