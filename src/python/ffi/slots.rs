//! [`Slots`]: instances of a message class made and read through the offsets of its members.
//!
//! A message class is a `msgspec.Struct`: its members are object slots at fixed offsets. Writing them directly saves
//! a call per message, reading them saves a lookup per field (`benches/`: `C1`, `C3`). The offsets are taken from the
//! member descriptors and verified when a class is bound; a class that does not verify is constructed by a call and
//! read by `getattr` instead.

#![allow(unsafe_code)]

use std::sync::{Arc, OnceLock};

use pyo3::Borrowed;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use super::{number, pool, text};
use crate::codec::Scalars;
use crate::schema::{Primitive, Scalar};

/// The verified member offsets of one message class.
pub(crate) struct Slots {
    class: Py<PyType>,
    offsets: Arc<[usize]>,
}

impl Slots {
    /// Binds the members `names` of `class`, or returns `None` when the class is not a plain struct of object slots.
    pub(crate) fn bind(class: &Bound<'_, PyType>, names: &[Py<PyString>]) -> PyResult<Option<Self>> {
        let py = class.py();
        let struct_meta = py.import("msgspec")?.getattr("Struct")?.get_type();
        if !class.get_type().is(&struct_meta)
            || class.hasattr("__post_init__")?
            || !has_plain_instances(class, names.len())
        {
            return Ok(None);
        }
        let mut offsets = Vec::with_capacity(names.len());
        for name in names {
            match slot_offset(class, name.bind(py))? {
                Some(offset) if !offsets.contains(&offset) => offsets.push(offset),
                _ => return Ok(None),
            }
        }
        adopt(class);
        Ok(Some(Self { class: class.clone().unbind(), offsets: offsets.into() }))
    }

    /// The same again.
    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { class: self.class.clone_ref(py), offsets: Arc::clone(&self.offsets) }
    }

    /// Whether `object` is of exactly the bound class.
    #[inline(always)]
    pub(crate) fn is_instance(&self, object: &Bound<'_, PyAny>) -> bool {
        object.get_type_ptr().cast() == self.class.as_ptr()
    }

    /// A new instance with all slots empty.
    #[inline(always)]
    pub(crate) fn new_instance<'py>(&self, py: Python<'py>) -> PyResult<FreshStruct<'py, '_>> {
        // SAFETY: `bind` verified that instances are allocated and freed in the generic way and consist of a header
        // and slots. The result is null with an exception, or a new reference to an instance whose slots hold
        // anything until they are emptied here, before anyone sees it. Less work than `PyType_GenericAlloc` (C1).
        let instance = unsafe {
            let size = size_of::<ffi::PyObject>() + self.offsets.len() * size_of::<*mut ffi::PyObject>();
            let object = pool::allocate(py, self.class.as_ptr().cast(), size);
            if !object.is_null() {
                for &offset in &*self.offsets {
                    object.byte_add(offset).cast::<*mut ffi::PyObject>().write(std::ptr::null_mut());
                }
            }
            Bound::from_owned_ptr_or_err(py, object)?
        };
        Ok(FreshStruct { instance, offsets: &self.offsets })
    }

    /// Hands the scalars in the slots to `then`; `None` for an instance of another class. No reference is added to the
    /// objects in the slots, which would cost writes to their memory (C3): `then` must not run Python code.
    #[inline(always)]
    pub(crate) fn with_scalars<R>(
        &self,
        instance: &Bound<'_, PyAny>,
        then: impl FnOnce(ScalarSlots<'_>) -> R + Send,
    ) -> Option<R> {
        self.is_instance(instance)
            .then(|| then(ScalarSlots { instance: instance.as_ptr(), offsets: &self.offsets }))
    }

    /// [`with_scalars`](Self::with_scalars) of the instance of `inner` in the slot `index`.
    #[inline(always)]
    pub(crate) fn with_scalars_of<R>(
        &self,
        instance: &Bound<'_, PyAny>,
        index: usize,
        inner: &Self,
        then: impl FnOnce(ScalarSlots<'_>) -> R + Send,
    ) -> Option<R> {
        let object = self.slot(instance, index)?;
        // SAFETY: the slot is empty or holds a reference, as in `text`.
        let object = unsafe { Borrowed::from_ptr_or_opt(instance.py(), object) }?;
        inner.with_scalars(&object, then)
    }

    /// Hands the UTF-8 text of the `str` in the slot `index` to `then`, if there is one without lone surrogates. No
    /// reference is added to the string, which would cost a write to its memory (C3): `then` must not run Python code.
    #[inline(always)]
    pub(crate) fn text<R>(
        &self,
        instance: &Bound<'_, PyAny>,
        index: usize,
        then: impl FnOnce(&[u8]) -> R + Send,
    ) -> Option<R> {
        let object = self.slot(instance, index)?;
        // SAFETY: the slot is empty or holds a reference. Only a thread that is attached could take it out meanwhile, and
        // this one is attached until `then` returns. `then` holds nothing of Python, as it is `Send`, and its only maker is
        // the encode walker, which appends the text to its writer.
        unsafe {
            let object = Borrowed::from_ptr_or_opt(instance.py(), object)?;
            if ffi::PyUnicode_CheckExact(object.as_ptr()) == 0 {
                return None;
            }
            text::utf8(&object.cast_unchecked::<PyString>()).map(then)
        }
    }

    /// What lies in the slot `index`, null when the attribute was deleted; `None` for an instance of another class.
    #[inline(always)]
    fn slot(&self, instance: &Bound<'_, PyAny>, index: usize) -> Option<*mut ffi::PyObject> {
        let offset = *self.offsets.get(index)?;
        // SAFETY: `instance` is of the bound class, so that an object slot lies at the offset.
        self.is_instance(instance).then(|| unsafe { *instance.as_ptr().byte_add(offset).cast() })
    }

    /// The value in the slot `index`, or `None` when the attribute was deleted or `instance` is of another class.
    #[inline(always)]
    pub(crate) fn get<'py>(&self, instance: &Bound<'py, PyAny>, index: usize) -> Option<Bound<'py, PyAny>> {
        let object = self.slot(instance, index)?;
        // SAFETY: the slot is empty or holds a reference, to which one is added before any Python code can run.
        unsafe { Bound::from_borrowed_ptr_or_opt(instance.py(), object) }
    }
}

/// The scalars in the slots of an instance, while no Python code runs.
pub(crate) struct ScalarSlots<'s> {
    instance: *mut ffi::PyObject,
    offsets: &'s [usize],
}

impl Scalars for ScalarSlots<'_> {
    /// The scalar in the slot `index`, if an object of exactly the Python type for `primitive` is there.
    #[inline(always)]
    fn get(&self, index: usize, primitive: Primitive) -> Option<Scalar> {
        let offset = *self.offsets.get(index)?;
        // SAFETY: `with_scalars` made this for an instance of the class that the offsets were verified for, and whom it
        // hands it to runs no Python code that could take the object out of the slot.
        unsafe { number::exact(*self.instance.byte_add(offset).cast(), primitive) }
    }
}

/// A new instance whose slots are filled in order. Until it is finished nobody else sees it.
pub(crate) struct FreshStruct<'py, 's> {
    instance: Bound<'py, PyAny>,
    offsets: &'s [usize],
}

impl<'py> FreshStruct<'py, '_> {
    /// Fills the slot `index`, once.
    #[inline(always)]
    pub(crate) fn fill(&mut self, index: usize, value: Bound<'_, PyAny>) {
        let offset = self.offsets[index];
        // SAFETY: `instance` is of the class that `offsets` were verified for, so that an object slot lies there; the
        // slot is empty, and takes the reference that `value` gives up.
        unsafe {
            let slot = self.instance.as_ptr().byte_add(offset).cast::<*mut ffi::PyObject>();
            debug_assert!((*slot).is_null());
            *slot = value.into_ptr();
        }
    }

    /// The instance, all slots filled.
    #[inline(always)]
    pub(crate) fn finish(self) -> Bound<'py, PyAny> {
        self.instance
    }
}

/// How instances were freed before their class was adopted: the same for all message classes.
static ORIGINAL: OnceLock<ffi::destructor> = OnceLock::new();

/// Has instances of a class that verified freed here: with memory of the pool, and without a walk over the definitions of the
/// members of the class and of those above it (C1).
fn adopt(class: &Bound<'_, PyType>) {
    let class: *mut ffi::PyTypeObject = class.as_ptr().cast();
    // SAFETY: `class` points to a live type whose instances are a header and object slots, allocated by
    // `PyObject_Malloc`; they are freed accordingly, those made until now too.
    unsafe {
        if let Some(own) = (*class).tp_dealloc
            && own as usize != dealloc as *const () as usize
            && *ORIGINAL.get_or_init(|| own) as usize == own as usize
        {
            (*class).tp_free = Some(pool::free);
            (*class).tp_dealloc = Some(dealloc);
        }
    }
}

/// # Safety
/// Called by Python, with the last reference to an instance of an adopted class or of one below it.
unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: promised by the caller. A class that has this function as its own was adopted, so that the words behind the
    // header are object slots; nobody else refers to the instance. The class lives until the call ends.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let is_own = (*class).tp_dealloc.is_some_and(|own| own as usize == dealloc as *const () as usize);
        if !is_own || (*class).tp_finalize.is_some() {
            if let Some(original) = ORIGINAL.get() {
                original(object);
            }
            return;
        }
        let mut slot = object.add(1).cast::<*mut ffi::PyObject>();
        let end = object.byte_add((*class).tp_basicsize as usize).cast();
        while slot < end {
            ffi::Py_XDECREF(*slot);
            slot = slot.add(1);
        }
        pool::free(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

/// Whether instances are a header and `slots` object slots, and nothing else, not tracked by the cycle collector.
fn has_plain_instances(class: &Bound<'_, PyType>, slots: usize) -> bool {
    let class: *mut ffi::PyTypeObject = class.as_ptr().cast();
    let (alloc, free): (ffi::allocfunc, ffi::freefunc) = (ffi::PyType_GenericAlloc, ffi::PyObject_Free);
    let size = size_of::<ffi::PyObject>() + slots * size_of::<*mut ffi::PyObject>();
    // SAFETY: `class` points to a live type object; its fields are only read.
    unsafe {
        (*class).tp_alloc.is_some_and(|own| own as usize == alloc as usize)
            && (*class).tp_free.is_some_and(|own| {
                own as usize == free as usize || own as usize == pool::free as *const () as usize
            })
            && usize::try_from((*class).tp_basicsize) == Ok(size)
            && (*class).tp_itemsize == 0
            && (*class).tp_dictoffset == 0
            && ffi::PyType_IS_GC(class) == 0
    }
}

/// The offset of the object slot that the attribute `name` of `class` stands for.
fn slot_offset(class: &Bound<'_, PyType>, name: &Bound<'_, PyString>) -> PyResult<Option<usize>> {
    let descriptor = class.getattr(name)?;
    let own = class.getattr("__dict__")?.get_item(name).is_ok_and(|own| own.is(&descriptor));
    // SAFETY: the exact type of the descriptor is checked before its fields are read; `d_member` of a member
    // descriptor points to a definition that lives as long as the class. (PyO3 types it as a `PyGetSetDef` before 3.11.)
    let member = unsafe {
        if !own || ffi::Py_TYPE(descriptor.as_ptr()) != &raw mut ffi::PyMemberDescr_Type {
            return Ok(None);
        }
        let member: *mut ffi::PyMemberDef =
            (*descriptor.as_ptr().cast::<ffi::PyMemberDescrObject>()).d_member.cast();
        *member
    };
    // SAFETY: `class` points to a live type object.
    let size = unsafe { (*class.as_ptr().cast::<ffi::PyTypeObject>()).tp_basicsize };
    let pointer = size_of::<*mut ffi::PyObject>();
    let Ok(offset) = usize::try_from(member.offset) else { return Ok(None) };
    let fits = offset >= size_of::<ffi::PyObject>()
        && offset % pointer == 0
        && usize::try_from(size).is_ok_and(|size| offset + pointer <= size);
    Ok((member.type_code == ffi::Py_T_OBJECT_EX && member.flags == 0 && fits).then_some(offset))
}
