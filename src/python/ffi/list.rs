//! [`FreshList`]: a list that is filled from the front without growing; and [`item`], to read one.

#![allow(unsafe_code)]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// The item `index` of a list as long as it is now, or `None` behind its end.
#[inline(always)]
pub(crate) fn item<'py>(list: &Bound<'py, PyList>, index: usize) -> Option<Bound<'py, PyAny>> {
    // SAFETY: attached, the index is below the length, and a reference is added before any Python code can run.
    unsafe {
        (index < list.len()).then(|| {
            let item = ffi::PyList_GET_ITEM(list.as_ptr(), index as ffi::Py_ssize_t);
            Bound::from_borrowed_ptr(list.py(), item)
        })
    }
}

/// A new list whose items are set in order. Until it is finished nobody else sees it, the cycle collector included: a
/// collection runs callbacks, which may look at all that is tracked.
pub(crate) struct FreshList<'py>(Bound<'py, PyAny>);

impl<'py> FreshList<'py> {
    /// A list with room for `length` items. `length` was checked against the bytes of the payload.
    pub(crate) fn new(py: Python<'py>, length: usize) -> PyResult<Self> {
        // SAFETY: attached; the result is a new reference, to a list that is tracked, or null with an exception.
        unsafe {
            let list = Bound::from_owned_ptr_or_err(py, ffi::PyList_New(length as ffi::Py_ssize_t))?;
            ffi::PyObject_GC_UnTrack(list.as_ptr().cast());
            Ok(Self(list))
        }
    }

    /// Sets the item `index`, once.
    #[inline(always)]
    pub(crate) fn set(&mut self, index: usize, item: Bound<'py, PyAny>) {
        // SAFETY: the walker sets each index below the length exactly once, on a list that has not been handed out;
        // the list takes the reference.
        unsafe {
            debug_assert!((index as ffi::Py_ssize_t) < ffi::PyList_GET_SIZE(self.0.as_ptr()));
            ffi::PyList_SET_ITEM(self.0.as_ptr(), index as ffi::Py_ssize_t, item.into_ptr());
        }
    }

    /// The list, all items set.
    pub(crate) fn finish(self) -> Bound<'py, PyAny> {
        // SAFETY: attached, with a list that is not tracked and has no holes.
        unsafe { ffi::PyObject_GC_Track(self.0.as_ptr().cast()) };
        self.0
    }
}
