//! Threads of the interpreter.

#![allow(unsafe_code)]

use std::ffi::c_long;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// Has an exception of this class raised in a thread, as `threading.get_ident` names it, when it next runs code of Python.
pub(crate) fn raise_in(thread: c_long, exception: &Bound<'_, PyType>) {
    // SAFETY: the interpreter is attached, as the class shows; a thread that is not known is none of its business.
    unsafe { ffi::PyThreadState_SetAsyncExc(thread, exception.as_ptr()) };
}

/// Whether this thread has the interpreter.
pub(crate) fn is_attached() -> bool {
    // SAFETY: it may be asked from any thread, at any time.
    unsafe { ffi::PyGILState_Check() == 1 }
}
