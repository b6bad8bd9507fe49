//! Methods of one argument, called without what PyO3 does for methods of any signature: for those in which a small
//! message costs less than the call (C1, C3).

#![allow(unsafe_code)]

use std::any::Any;
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::ffi;
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::{Borrowed, PyClass};

/// A method of one argument of the class `Class`.
pub(crate) trait Method {
    type Class: PyClass;
    /// Its name in Python.
    const NAME: &'static CStr;
    /// Its documentation, behind the signature as `inspect` reads it.
    const DOC: &'static CStr;

    /// What it does. Python objects that it drops must be dropped through a [`Bound`] or with the token at hand:
    /// a [`Py`] that is simply dropped would only be let go of later.
    fn call<'py>(slf: &Bound<'py, Self::Class>, argument: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;
}

/// Adds the method to its class.
pub(crate) fn add_method<M: Method>(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<M::Class>();
    // A definition must live as long as the class, which is as long as the process.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: M::NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: trampoline::<M> },
        ml_flags: ffi::METH_O,
        ml_doc: M::DOC.as_ptr(),
    }));
    // SAFETY: class and definition are alive; the result is a new reference or null with an exception.
    let descriptor = unsafe {
        Bound::from_owned_ptr_or_err(py, ffi::PyDescr_NewMethod(class.as_ptr().cast(), definition))?
    };
    class.setattr(M::NAME.to_str().unwrap_or_default(), descriptor)
}

/// # Safety
/// Called by Python through the descriptor, which checked the class of `slf`.
unsafe extern "C" fn trampoline<M: Method>(
    slf: *mut ffi::PyObject,
    argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: promised by the caller, which holds both objects for the call and is attached.
    let (py, slf, argument) = unsafe {
        let py = Python::assume_attached();
        let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<M::Class>();
        (py, slf, Borrowed::from_ptr(py, argument))
    };
    let exception = match catch_unwind(AssertUnwindSafe(|| M::call(&slf, &argument))) {
        Ok(Ok(value)) => return value.into_ptr(),
        Ok(Err(exception)) => exception,
        Err(panic) => panicked(&*panic),
    };
    // PyO3 was not told that this thread is attached, and put off what was dropped on the way to the error.
    Python::attach(|_| ());
    exception.restore(py);
    std::ptr::null_mut()
}

/// The exception that PyO3 makes of a panic.
#[cold]
fn panicked(panic: &(dyn Any + Send)) -> PyErr {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
    PanicException::new_err(message.unwrap_or("panic from Rust code").to_owned())
}

/// Methods of one argument for a class: `fn name(slf, argument) { ... }`, documented as any function is.
/// `register` adds them.
macro_rules! methods_of_one_argument {
    ($Class:ty { $($(#[doc = $line:literal])+ fn $name:ident($slf:ident, $argument:ident) $body:block)+ }) => {
        /// Adds the methods to their class.
        pub(crate) fn register(py: pyo3::Python<'_>) -> pyo3::PyResult<()> {
            $({
                struct Named;

                impl $crate::python::ffi::Method for Named {
                    type Class = $Class;
                    const NAME: &'static std::ffi::CStr = {
                        let name = concat!(stringify!($name), "\0");
                        match std::ffi::CStr::from_bytes_with_nul(name.as_bytes()) { Ok(name) => name, Err(_) => c"" }
                    };
                    const DOC: &'static std::ffi::CStr = {
                        let doc = concat!(
                            stringify!($name), "($self, ", stringify!($argument), ", /)\n--\n\n", $($line, "\n",)+ "\0"
                        );
                        match std::ffi::CStr::from_bytes_with_nul(doc.as_bytes()) { Ok(doc) => doc, Err(_) => c"" }
                    };

                    #[inline(always)]
                    fn call<'py>(
                        $slf: &pyo3::Bound<'py, $Class>,
                        $argument: &pyo3::Bound<'py, pyo3::PyAny>,
                    ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> $body
                }
                $crate::python::ffi::add_method::<Named>(py)?;
            })+
            Ok(())
        }
    };
}
pub(crate) use methods_of_one_argument;
