//! Frozen classes of PyO3 whose objects are made and freed with less work: without the cycle collector, which has
//! nothing to find in them, and with memory of the [`pool`]. A message may hold many of them (C1).

#![allow(unsafe_code)]

use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::{PyClass, PyClassInitializer};

use super::pool;

/// A class that [`adopt`] takes.
pub(crate) trait Lean: PyClass<Frozen = True> + Into<PyClassInitializer<Self>> + Sync {
    /// The class once it was adopted.
    fn class() -> &'static LeanClass;

    /// Drops the value; Python objects in it at once, as the thread is attached.
    fn release(self, py: Python<'_>);
}

/// Where an adopted class is, for a `static`.
pub(crate) struct LeanClass(AtomicPtr<ffi::PyTypeObject>);

impl LeanClass {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }
}

/// What an object of an adopted class is in memory.
#[repr(C)]
struct Object<T> {
    header: ffi::PyObject,
    value: T,
}

/// Has objects of the class made and freed here from now on, unless they turn out to be more than a header and a
/// value. `sample` is the only object of the class.
pub(crate) fn adopt<T: Lean>(py: Python<'_>, sample: T) -> PyResult<()> {
    let sample = Bound::new(py, sample)?;
    let class: *mut ffi::PyTypeObject = py.get_type::<T>().as_ptr().cast();
    let value: *const T = sample.get();
    // SAFETY: `class` points to a live type object, and the address of a field is only computed.
    let is_plain = unsafe {
        value == &raw const (*sample.as_ptr().cast::<Object<T>>()).value
            && usize::try_from((*class).tp_basicsize) == Ok(size_of::<Object<T>>())
            && (*class).tp_itemsize == 0
            && (*class).tp_dictoffset == 0
            && (*class).tp_weaklistoffset == 0
            && ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_BASETYPE) == 0
    };
    drop(sample);
    if is_plain {
        // SAFETY: no object of the class exists, nor a class below it; from here on objects have no header of the cycle
        // collector, are allocated by `PyObject_Malloc` or the pool, and are freed accordingly.
        unsafe {
            (*class).tp_flags &= !ffi::Py_TPFLAGS_HAVE_GC;
            (*class).tp_traverse = None;
            (*class).tp_clear = None;
            (*class).tp_free = Some(pool::free);
            (*class).tp_dealloc = Some(dealloc::<T>);
        }
        T::class().0.store(class, Ordering::Release);
    }
    Ok(())
}

/// A new object.
#[inline(always)]
pub(crate) fn new_object<T: Lean>(py: Python<'_>, value: T) -> PyResult<Bound<'_, T>> {
    let Some(class) = NonNull::new(T::class().0.load(Ordering::Acquire)) else {
        return super::untracked(py, value);
    };
    // SAFETY: `adopt` verified that objects of the class are an `Object<T>`. The value is written before anyone sees
    // the object.
    unsafe {
        let object = pool::allocate(py, class.as_ptr(), size_of::<Object<T>>());
        let object = Bound::from_owned_ptr_or_err(py, object)?;
        (&raw mut (*object.as_ptr().cast::<Object<T>>()).value).write(value);
        Ok(object.cast_into_unchecked())
    }
}

/// # Safety
/// Called by Python, with the last reference to an object of an adopted class.
unsafe extern "C" fn dealloc<T: Lean>(object: *mut ffi::PyObject) {
    // SAFETY: promised by the caller; the value is moved out once, and its class outlives the call.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let value = (&raw const (*object.cast::<Object<T>>()).value).read();
        value.release(Python::assume_attached());
        pool::free(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}
