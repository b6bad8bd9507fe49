//! [`Payload`]: a contiguous region of bytes with its owner beside it.
//!
//! What every view stands on. The owner is a Python `bytes`, the held buffer export of any other Python object,
//! or what a Zenoh transport received; the bytes neither move nor go away before it does. Dropping the last
//! reference never waits for the interpreter: on a thread that is not attached, PyO3 defers the release of the
//! Python object to the next thread that is. Used by the views and by whoever decodes.
//!
//! ```text
//! let payload = Payload::from_any(&bytes_like)?;                 // no copy
//! let payload = Payload::from_received(received.payload);         // no copy either
//! let payload = Payload::from_vec(vec![1, 2, 3]);                 // a copy, and it says so
//! ```

#![allow(unsafe_code)]

use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyBufferError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView};

use super::view::Items;
use crate::net::{Lent, Loan, ReceivedBytes};

/// A held buffer export. It is a Python object so that letting go of it follows the rules for Python objects:
/// a bare `Py_buffer` could only be released by attaching, which would stall a transport thread.
#[pyclass(frozen, name = "_BufferExport", module = "ros_z_py")]
struct BufferExport {
    _buffer: PyUntypedBuffer,
}

/// What keeps the bytes where they are. It is there to be dropped.
enum Owner {
    Bytes { bytes: Py<PyBytes> },
    Export { export: Py<BufferExport> },
    Received { bytes: ReceivedBytes },
    Vec { _bytes: Vec<u8> },
    Loan { _lent: Lent },
}

/// A contiguous region of bytes with its owner beside it. See the [module documentation](self).
pub struct Payload {
    data: NonNull<u8>,
    len: usize,
    is_immutable: bool,
    is_zero_copy: bool,
    /// Whether exports may be written to: those of a loan that is not published yet.
    is_writable: AtomicBool,
    owner: Owner,
}

// SAFETY: `data` is only read, and `owner`, which is `Send + Sync` itself, keeps it valid on every thread.
unsafe impl Send for Payload {}
// SAFETY: as above; what is mutable inside is atomic.
unsafe impl Sync for Payload {}

impl Payload {
    /// The bytes of `bytes`, not copied.
    pub fn from_bytes(bytes: Bound<'_, PyBytes>) -> Arc<Self> {
        let data = NonNull::from(bytes.as_bytes());
        Arc::new(Self {
            data: data.cast(),
            len: data.len(),
            is_immutable: true,
            is_zero_copy: true,
            is_writable: read_only(),
            owner: Owner::Bytes { bytes: bytes.unbind() },
        })
    }

    /// The bytes of any C-contiguous bytes-like, not copied. Its export is held: a `bytearray` cannot be resized
    /// meanwhile, though its items can be written to, and the writes show, as they do in a `memoryview`.
    pub fn from_any(object: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::from_bytes(bytes.clone()));
        }
        let buffer = PyUntypedBuffer::get(object)?;
        if !buffer.is_c_contiguous() {
            return Err(PyBufferError::new_err("the buffer is not contiguous: copy it first"));
        }
        let len = buffer.len_bytes();
        // An empty buffer may have no address.
        let data = NonNull::new(buffer.buf_ptr().cast()).filter(|_| len > 0).unwrap_or(NonNull::dangling());
        let is_immutable = is_immutable(object)?;
        let export = Py::new(object.py(), BufferExport { _buffer: buffer })?;
        Ok(Arc::new(Self {
            data,
            len,
            is_immutable,
            is_zero_copy: true,
            is_writable: read_only(),
            owner: Owner::Export { export },
        }))
    }

    /// The bytes that a transport received.
    pub fn from_received(bytes: ReceivedBytes) -> Arc<Self> {
        // They lie on the heap or in shared memory, wherever `bytes` itself is moved to.
        let data = NonNull::from(bytes.as_slice());
        Arc::new(Self {
            data: data.cast(),
            len: data.len(),
            is_immutable: true,
            is_zero_copy: bytes.is_zero_copy(),
            is_writable: read_only(),
            owner: Owner::Received { bytes },
        })
    }

    /// A copy.
    pub fn from_vec(bytes: Vec<u8>) -> Arc<Self> {
        let data = NonNull::from(bytes.as_slice());
        Arc::new(Self {
            data: data.cast(),
            len: data.len(),
            is_immutable: true,
            is_zero_copy: false,
            is_writable: read_only(),
            owner: Owner::Vec { _bytes: bytes },
        })
    }

    /// Memory that is written in place, through the exports of views, until it is [frozen](Self::freeze).
    pub fn from_loan(mut loan: Loan) -> (Arc<Self>, Lent) {
        let data = NonNull::from(loan.as_mut_slice());
        let lent = loan.finish();
        let payload = Self {
            data: data.cast(),
            len: data.len(),
            // Whoever has a writable export keeps it when the loan is published.
            is_immutable: false,
            is_zero_copy: true,
            is_writable: AtomicBool::new(true),
            owner: Owner::Loan { _lent: lent.clone() },
        };
        (Arc::new(payload), lent)
    }

    /// No export that is asked for from now on can be written to.
    pub fn freeze(&self) {
        self.is_writable.store(false, Ordering::Release);
    }

    /// Whether exports may be written to.
    pub fn is_writable(&self) -> bool {
        self.is_writable.load(Ordering::Acquire)
    }

    /// Where the bytes are.
    pub fn address(&self) -> *mut u8 {
        self.data.as_ptr()
    }

    /// The bytes. Of a payload that is not [immutable](Self::is_immutable) they must be read while attached.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `data` points to `len` initialised bytes (or dangles with `len` 0) that `owner` keeps in place
        // for at least as long as `self` is borrowed, and nothing in this crate writes to them meanwhile.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }

    /// Lets go of a payload on a thread that is attached: a Python owner is not deferred.
    pub fn release(self: Arc<Self>, py: Python<'_>) {
        match Arc::into_inner(self).map(|payload| payload.owner) {
            Some(Owner::Bytes { bytes }) => bytes.drop_ref(py),
            Some(Owner::Export { export }) => export.drop_ref(py),
            Some(Owner::Received { .. } | Owner::Vec { .. } | Owner::Loan { .. }) | None => {}
        }
    }

    /// Whether nobody can change the bytes: they can be hashed, and read without being attached.
    pub fn is_immutable(&self) -> bool {
        self.is_immutable
    }

    /// Whether these are the bytes that were received, not a copy.
    pub fn is_zero_copy(&self) -> bool {
        self.is_zero_copy
    }

    /// What was received, where it was.
    pub fn received(&self) -> Option<&ReceivedBytes> {
        match &self.owner {
            Owner::Received { bytes } => Some(bytes),
            _ => None,
        }
    }

    /// Whether the bytes are still what they were: see [`ReceivedBytes::is_valid`].
    pub fn is_valid(&self) -> bool {
        self.received().is_none_or(ReceivedBytes::is_valid)
    }
}

fn read_only() -> AtomicBool {
    AtomicBool::new(false)
}

/// A read-only export proves nothing (`memoryview(bytearray()).toreadonly()`); what is below it does.
fn is_immutable(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Some(items) = Items::of_view(object) {
        return Ok(items.payload().is_immutable());
    }
    if !object.is_instance_of::<PyMemoryView>() {
        return Ok(object.is_instance_of::<PyBytes>());
    }
    let base = object.getattr(intern!(object.py(), "obj"))?;
    // The base of a memoryview is never a memoryview itself, so this does not recurse further.
    Ok(!base.is_instance_of::<PyMemoryView>() && is_immutable(&base)?)
}
