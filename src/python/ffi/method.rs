//! Methods and objects that are called with one argument, without what PyO3 does for any signature: for those in which a
//! small message costs less than the call (C1, C3, C10).

#![allow(unsafe_code)]

use std::any::Any;
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::{Borrowed, PyClass, PyClassInitializer};

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
    answer(py, || M::call(&slf, &argument))
}

/// What a call answers: a new reference, or null with an exception.
#[inline(always)]
fn answer<'py>(py: Python<'py>, call: impl FnOnce() -> PyResult<Bound<'py, PyAny>>) -> *mut ffi::PyObject {
    let exception = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => return value.into_ptr(),
        Ok(Err(exception)) => exception,
        Err(panic) => panicked(&*panic),
    };
    // PyO3 was not told that this thread is attached, and put off what was dropped on the way to the error.
    Python::attach(|_| ());
    exception.restore(py);
    std::ptr::null_mut()
}

/// A class whose objects are called with one argument; what [`Method::call`] must mind, `call` must too.
pub(crate) trait Callable: PyClass<Frozen = True> + Into<PyClassInitializer<Self>> + Sync {
    /// Where its objects hold how they are called.
    fn slot(&self) -> &CallSlot;
    /// What a call does.
    fn call<'py>(&self, argument: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;
}

/// How an object is called (PEP 590), a member of it.
pub(crate) struct CallSlot(ffi::vectorcallfunc);

impl CallSlot {
    /// For an object of the class `T`.
    pub(crate) fn new<T: Callable>() -> Self {
        Self(vectorcall::<T>)
    }
}

/// A new object that is called in the quick way.
pub(crate) fn new_callable<T: Callable>(py: Python<'_>, value: T) -> PyResult<Bound<'_, T>> {
    let object = Bound::new(py, value)?;
    let place: *const ffi::vectorcallfunc = &raw const object.get().slot().0;
    // SAFETY: attached, with a live type. The slot is at the same place in all its objects, a member of each value, and
    // was made for objects of this class.
    unsafe {
        let class: *mut ffi::PyTypeObject = ffi::Py_TYPE(object.as_ptr());
        if ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HAVE_VECTORCALL) == 0 {
            (*class).tp_vectorcall_offset = place.byte_offset_from(object.as_ptr());
            (*class).tp_call = Some(ffi::PyVectorcall_Call);
            (*class).tp_flags |= ffi::Py_TPFLAGS_HAVE_VECTORCALL;
            ffi::PyType_Modified(class);
        }
    }
    Ok(object)
}

/// # Safety
/// Called by Python (PEP 590) with an object of the class `T`.
unsafe extern "C" fn vectorcall<T: Callable>(
    callable: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: promised by the caller, which holds all objects for the call and is attached; the first argument is read
    // where there is one.
    let (py, callable, argument) = unsafe {
        let py = Python::assume_attached();
        let callable = Borrowed::from_ptr(py, callable).cast_unchecked::<T>();
        let is_one = ffi::PyVectorcall_NARGS(count) == 1 && keywords.is_null();
        (py, callable, is_one.then(|| Borrowed::from_ptr(py, *arguments)))
    };
    answer(py, || match argument {
        Some(argument) => callable.get().call(&argument),
        None => Err(PyTypeError::new_err("takes exactly one argument, a payload, not by keyword")),
    })
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
