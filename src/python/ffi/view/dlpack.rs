//! DLPack 1.x export of [`Items`] to CPU consumers.
//!
//! Version 1 can say that memory is read-only, version 0 cannot: a consumer that does not ask for version 1 is
//! refused rather than handed bytes that it may write to. DLPack has no byte order and presumes aligned items, so
//! foreign byte order is refused, and misaligned items are copied unless the consumer forbids that.
//!
//! Layout after dlpack.h: <https://dmlc.github.io/dlpack/latest/c_api.html>.

#![allow(unsafe_code)]

use std::ffi::{CStr, c_void};
use std::sync::Arc;

use pyo3::buffer::ElementType;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::super::payload::Payload;
use super::items::Items;

/// `(kDLCPU, 0)`, the answer of `__dlpack_device__`.
pub const CPU: (i32, i32) = (1, 0);

const VERSION: (u32, u32) = (1, 0);
const FLAG_READ_ONLY: u64 = 1;
const FLAG_IS_COPIED: u64 = 2;
const NAME: &CStr = c"dltensor_versioned";

#[repr(C)]
struct DlDataType {
    code: u8,
    bits: u8,
    lanes: u16,
}

#[repr(C)]
struct DlTensor {
    data: *mut c_void,
    device_type: i32,
    device_id: i32,
    ndim: i32,
    dtype: DlDataType,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}

#[repr(C)]
struct DlManagedTensorVersioned {
    major: u32,
    minor: u32,
    manager_ctx: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut DlManagedTensorVersioned)>,
    flags: u64,
    tensor: DlTensor,
}

/// What keeps the bytes of a tensor.
enum Owner {
    Shared {
        _payload: Arc<Payload>,
    },
    /// Eight-byte words, so that every item is aligned.
    Copied {
        _words: Vec<u64>,
    },
}

/// A tensor with all that it points to. Freed as a whole by its deleter, on any thread.
#[repr(C)]
struct Tensor {
    /// First, so that a pointer to it is a pointer to the whole.
    managed: DlManagedTensorVersioned,
    shape: i64,
    /// In items.
    stride: i64,
    _owner: Owner,
}

/// What a consumer asks for in `__dlpack__`.
pub struct Request {
    /// The newest version it understands.
    pub max_version: Option<(u32, u32)>,
    /// Where it wants the data.
    pub dl_device: Option<(i32, i32)>,
    /// Whether it wants a copy, forbids one, or does not mind.
    pub copy: Option<bool>,
}

impl Items {
    /// A capsule with the items as a one-dimensional tensor.
    pub fn to_dlpack<'py>(&self, py: Python<'py>, request: &Request) -> PyResult<Bound<'py, PyAny>> {
        if request.max_version.is_none_or(|version| version < VERSION) {
            return Err(PyBufferError::new_err(
                "the view is read-only, which DLPack can say from version 1.0 on: ask with max_version=(1, 0)",
            ));
        }
        if request.dl_device.is_some_and(|device| device != CPU) {
            return Err(PyBufferError::new_err("the view is in CPU memory, device (1, 0)"));
        }
        if !self.format().is_native() {
            return Err(PyBufferError::new_err(
                "DLPack cannot say that the byte order is not this machine's",
            ));
        }
        if request.copy == Some(false) && !self.is_aligned() {
            return Err(PyBufferError::new_err("the items are not aligned, and a copy is not allowed"));
        }
        let copy = request.copy == Some(true) || !self.is_aligned();
        capsule(py, self.tensor(copy))
    }

    fn tensor(&self, copy: bool) -> Box<Tensor> {
        let (_, stride) = self.shape_and_strides();
        let size = self.format().size() as i64;
        let (data, stride, owner, flags) = if copy {
            let words = words(&self.to_vec());
            let data = words.as_ptr().cast();
            (data, 1, Owner::Copied { _words: words }, FLAG_IS_COPIED)
        } else {
            let owner = Owner::Shared { _payload: Arc::clone(self.payload()) };
            (self.address(), *stride as i64 / size, owner, FLAG_READ_ONLY)
        };
        let mut tensor = Box::new(Tensor {
            managed: DlManagedTensorVersioned {
                major: VERSION.0,
                minor: VERSION.1,
                manager_ctx: std::ptr::null_mut(),
                deleter: Some(delete),
                flags,
                tensor: DlTensor {
                    data: data.cast_mut().cast(),
                    device_type: CPU.0,
                    device_id: CPU.1,
                    ndim: 1,
                    dtype: DlDataType { code: self.type_code(), bits: 8 * size as u8, lanes: 1 },
                    shape: std::ptr::null_mut(),
                    strides: std::ptr::null_mut(),
                    byte_offset: 0,
                },
            },
            shape: self.len() as i64,
            stride,
            _owner: owner,
        });
        tensor.managed.tensor.shape = &raw mut tensor.shape;
        tensor.managed.tensor.strides = &raw mut tensor.stride;
        tensor
    }

    /// `DLDataTypeCode`.
    fn type_code(&self) -> u8 {
        match self.format().element() {
            ElementType::SignedInteger { .. } => 0,
            ElementType::Float { .. } => 2,
            ElementType::Bool => 6,
            ElementType::UnsignedInteger { .. } | ElementType::Unknown => 1,
        }
    }
}

/// The bytes in aligned memory, with zeros behind them.
fn words(bytes: &[u8]) -> Vec<u64> {
    let (whole, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    whole.iter().chain([&last]).map(|word| u64::from_ne_bytes(*word)).collect()
}

fn capsule(py: Python<'_>, tensor: Box<Tensor>) -> PyResult<Bound<'_, PyAny>> {
    let tensor = Box::into_raw(tensor);
    // SAFETY: attached; the name is static; the pointer is not null, and the destructor or the consumer frees it.
    let object = unsafe { ffi::PyCapsule_New(tensor.cast(), NAME.as_ptr(), Some(destroy)) };
    // SAFETY: a new reference, or null with an exception set.
    let capsule = unsafe { Bound::from_owned_ptr_or_err(py, object) };
    if capsule.is_err() {
        // SAFETY: made by `Box::into_raw` above, and no capsule has taken it over.
        drop(unsafe { Box::from_raw(tensor) });
    }
    capsule
}

/// The destructor of the capsule: a consumer that took the tensor has renamed it.
unsafe extern "C" fn destroy(capsule: *mut ffi::PyObject) {
    // SAFETY: called by Python, attached, with the capsule it destroys; the name is static.
    let tensor = unsafe {
        if ffi::PyCapsule_IsValid(capsule, NAME.as_ptr()) == 0 {
            return;
        }
        ffi::PyCapsule_GetPointer(capsule, NAME.as_ptr())
    };
    // SAFETY: `capsule()` put it there, and nobody has taken it.
    unsafe { delete(tensor.cast()) };
}

/// The deleter of the tensor. The consumer may call it on any thread, attached or not: see [`Payload`].
unsafe extern "C" fn delete(managed: *mut DlManagedTensorVersioned) {
    if managed.is_null() {
        return;
    }
    // SAFETY: called once with the pointer that `capsule()` handed out, which came from a `Box<Tensor>` and
    // points to its first field.
    let tensor = unsafe { Box::from_raw(managed.cast::<Tensor>()) };
    // Where Python is at hand its objects are released at once; elsewhere it is not waited for.
    // SAFETY: may be called at any time.
    if unsafe { ffi::PyGILState_Check() } == 1 {
        Python::try_attach(|_| drop(tensor));
    }
}
