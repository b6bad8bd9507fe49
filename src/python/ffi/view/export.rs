//! The buffer protocol and NumPy's array interface of [`Items`].

#![allow(unsafe_code)]

use std::ffi::{CStr, c_int};

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyClass, PyClassInitializer};

use super::items::Items;

/// A new Python object that the cycle collector does not look at: a view refers to no container, and messages
/// hold thousands of them.
pub fn untracked<T: PyClass>(
    py: Python<'_>,
    view: impl Into<PyClassInitializer<T>>,
) -> PyResult<Bound<'_, T>> {
    let object = Bound::new(py, view)?;
    // SAFETY: attached, and classes of PyO3 are collected types.
    unsafe { ffi::PyObject_GC_UnTrack(object.as_ptr().cast()) };
    Ok(object)
}

/// A run of items in memory, in the words of PEP 3118. What is lent lies inside an object that is frozen.
pub struct Export<'a> {
    pub address: *const u8,
    pub itemsize: usize,
    pub format: &'a CStr,
    pub length: &'a isize,
    pub stride: &'a isize,
    pub is_writable: bool,
}

impl Export<'_> {
    fn is_contiguous(&self) -> bool {
        usize::try_from(*self.stride) == Ok(self.itemsize)
    }

    /// Answers a `PyObject_GetBuffer` (PEP 3118): one dimension, no allocation.
    ///
    /// # Safety
    /// `view` is null or points to a `Py_buffer` to be filled, and what `self` refers to lives as long as `owner`.
    pub unsafe fn fill(
        &self,
        view: *mut ffi::Py_buffer,
        flags: c_int,
        owner: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        // SAFETY: promised by the caller.
        let Some(view) = (unsafe { view.as_mut() }) else {
            return Err(PyBufferError::new_err("a buffer was asked for without a place to put it"));
        };
        view.obj = std::ptr::null_mut();
        let wants = |flag: c_int| flags & flag == flag;
        if wants(ffi::PyBUF_WRITABLE) && !self.is_writable {
            return Err(PyBufferError::new_err("the view is read-only"));
        }
        let any_contiguous = (ffi::PyBUF_C_CONTIGUOUS | ffi::PyBUF_F_CONTIGUOUS | ffi::PyBUF_ANY_CONTIGUOUS)
            & !ffi::PyBUF_STRIDES;
        if !self.is_contiguous() && (!wants(ffi::PyBUF_STRIDES) || flags & any_contiguous != 0) {
            return Err(PyBufferError::new_err("the view is not contiguous: copy it first"));
        }
        view.buf = self.address.cast_mut().cast();
        view.len = self.length * self.itemsize as ffi::Py_ssize_t;
        view.itemsize = self.itemsize as ffi::Py_ssize_t;
        view.readonly = c_int::from(!self.is_writable);
        view.ndim = 1;
        view.format = std::ptr::null_mut();
        view.shape = std::ptr::null_mut();
        view.strides = std::ptr::null_mut();
        view.suboffsets = std::ptr::null_mut();
        view.internal = std::ptr::null_mut();
        if wants(ffi::PyBUF_FORMAT) {
            view.format = self.format.as_ptr().cast_mut();
        }
        // Shape and strides are lent from inside `owner`, which is frozen and which `view.obj` keeps.
        if wants(ffi::PyBUF_ND) {
            view.shape = std::ptr::from_ref(self.length).cast_mut();
        }
        if wants(ffi::PyBUF_STRIDES) {
            view.strides = std::ptr::from_ref(self.stride).cast_mut();
        }
        view.obj = owner.clone().into_ptr();
        Ok(())
    }
}

impl Items {
    /// Answers a `PyObject_GetBuffer` for the items.
    ///
    /// # Safety
    /// `view` is null or points to a `Py_buffer` to be filled, and `self` lies inside the object `owner`.
    pub unsafe fn fill_buffer(
        &self,
        view: *mut ffi::Py_buffer,
        flags: c_int,
        owner: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let (length, stride) = self.shape_and_strides();
        let (itemsize, format) = (self.format().size(), self.format().name());
        let (address, is_writable) = (self.address(), self.payload().is_writable());
        let export = Export { address, itemsize, format, length, stride, is_writable };
        // SAFETY: promised by the caller; the address points into the payload that `self` keeps.
        unsafe { export.fill(view, flags, owner) }
    }

    /// NumPy's array interface, version 3. Whoever uses the address keeps the view, as NumPy does.
    pub fn array_interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (shape, strides) = self.shape_and_strides();
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", (*shape,))?;
        interface.set_item("typestr", self.format().typestr())?;
        interface.set_item("data", (self.address().addr(), !self.payload().is_writable()))?;
        interface.set_item("strides", (!self.is_contiguous()).then_some((*strides,)))?;
        Ok(interface)
    }
}
