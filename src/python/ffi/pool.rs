//! Memory of small objects, kept for the next ones of the same size: messages come and go at a rate at which the
//! general allocator is a large part of decoding (C1).
//!
//! Objects are those of our own classes that the cycle collector does not track. Only a thread that is attached
//! comes here, as for any object of Python. Where `PYTHONMALLOC` is set, which is how an allocator that checks is asked for,
//! nothing is kept.

#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

/// Sizes are multiples of a pointer; one list for each below this.
const SIZES: usize = 32;

/// Objects of a size that are kept, once the pool is open.
const KEPT: usize = 1024;

static KEEPS: AtomicUsize = AtomicUsize::new(0);

/// Memory is kept from now on, unless an allocator that looks for faults was asked for.
pub(crate) fn open() {
    let is_checked = std::env::var_os("PYTHONMALLOC").is_some_and(|name| !name.is_empty());
    KEEPS.store(if is_checked { 0 } else { KEPT }, Ordering::Relaxed);
}

struct Pool {
    /// The first free block of each size; its first word is the next one, and so on.
    free: [*mut c_void; SIZES],
    count: [usize; SIZES],
}

struct Shared(UnsafeCell<Pool>);

// SAFETY: read and written only while attached, that is, by one thread at a time, and no reference to the inside
// outlives a function here.
unsafe impl Sync for Shared {}

static POOL: Shared =
    Shared(UnsafeCell::new(Pool { free: [std::ptr::null_mut(); SIZES], count: [0; SIZES] }));

const WORD: usize = size_of::<*mut c_void>();

/// A new object of `class`, whose instances are `size` bytes, all but its header not yet written.
///
/// # Safety
/// `class` points to a type whose instances are `size` bytes, not tracked by the cycle collector, and freed by [`free`] or
/// `PyObject_Free`; `size` holds a header.
#[inline(always)]
pub(crate) unsafe fn allocate(
    _py: Python<'_>,
    class: *mut ffi::PyTypeObject,
    size: usize,
) -> *mut ffi::PyObject {
    let index = size / WORD;
    // SAFETY: attached; a block of a list is free memory of its size, whose first word is the next one.
    unsafe {
        let pool = POOL.0.get();
        let mut block = (*pool).free.get(index).copied().unwrap_or(std::ptr::null_mut());
        if block.is_null() {
            block = ffi::PyObject_Malloc(size);
            if block.is_null() {
                return ffi::PyErr_NoMemory();
            }
        } else {
            (*pool).free[index] = block.cast::<*mut c_void>().read();
            (*pool).count[index] -= 1;
        }
        // What `PyObject_Init` does, without a call.
        block.cast::<ffi::PyObject>().write(ffi::PyObject { ob_type: class, ..ffi::PyObject_HEAD_INIT });
        ffi::Py_INCREF(class.cast());
        block.cast()
    }
}

/// Takes the memory of an object back; a `freefunc` of CPython.
///
/// # Safety
/// Attached; `object` was allocated by `PyObject_Malloc`, and its type, still alive, says its size.
pub(crate) unsafe extern "C" fn free(object: *mut c_void) {
    // SAFETY: promised by the caller.
    unsafe {
        let class = ffi::Py_TYPE(object.cast());
        let index = (*class).tp_basicsize as usize / WORD;
        let pool = POOL.0.get();
        if index < SIZES && (*pool).count[index] < KEEPS.load(Ordering::Relaxed) {
            object.cast::<*mut c_void>().write((*pool).free[index]);
            (*pool).free[index] = object;
            (*pool).count[index] += 1;
        } else {
            ffi::PyObject_Free(object);
        }
    }
}
