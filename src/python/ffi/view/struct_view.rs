//! [`ZStructView`]: an array of structs of numbers, much like a read-only structured NumPy array without NumPy.

#![allow(unsafe_code)]
// `#[pymethods]` calls `__getbuffer__` in a function that is unsafe itself.
#![allow(unsafe_op_in_unsafe_fn)]

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyNotImplemented, PySequence, PySlice, PyString};

use super::super::super::decode::Output;
use super::super::super::lazy::{Node, index_of, list_of};
use super::super::payload::Payload;
use super::export::{Export, untracked};
use super::record::RecordFormat;

/// Structs of a received message, not copied: `geometry_msgs/Point32[]` and other arrays of structs of numbers.
///
/// A sequence: `view[i]` is a message object, `view[a:b:c]` is a view on the same bytes. `memoryview(view)` and
/// `numpy.asarray(view)` do not copy; NumPy sees a structured array. It keeps the buffer alive that it is a view on,
/// and is read-only.
#[pyclass(frozen, sequence, module = "ros_z_py")]
pub(crate) struct ZStructView {
    node: Arc<Node>,
    format: Arc<RecordFormat>,
    payload: Arc<Payload>,
    /// Where the first struct is, in bytes from the start of the payload.
    start: usize,
    /// How many; the buffer protocol lends it out.
    len: isize,
    /// Bytes from one struct to the next; lent out too.
    stride: isize,
    /// Which items of the node they are: the first of them, and the step to the next.
    items: (usize, isize),
}

impl ZStructView {
    /// The `length` structs that begin at byte `first` of the payload; `None` where they do not end inside it.
    pub(crate) fn new(
        node: Arc<Node>,
        format: Arc<RecordFormat>,
        payload: Arc<Payload>,
        (first, length): (usize, usize),
    ) -> Option<Self> {
        let (first, stride) = (format.array().first_item(first), format.array().stride);
        let size = format.size();
        let end = |length: usize| first.checked_add(length.checked_mul(stride)?)?.checked_add(size);
        let ends = length.checked_sub(1).map_or(Some(0), end);
        if ends.is_none_or(|end| end > payload.as_slice().len()) {
            return None;
        }
        let stride = if length > 1 { stride } else { size };
        let mut view = Self {
            node,
            format,
            payload,
            start: if length > 0 { first } else { 0 },
            // What fits into a slice fits into an `isize`.
            len: length as isize,
            stride: stride as isize,
            items: (0, 1),
        };
        view.make_bools_canonical();
        Some(view)
    }

    /// Any byte but 0 is true, to readers of a buffer of bools only 1 is.
    fn make_bools_canonical(&mut self) {
        let bools = self.format.bools();
        let is_canonical = |item: &[u8]| bools.iter().all(|&at| item.get(at).is_none_or(|&byte| byte < 2));
        if bools.is_empty() || self.structs().all(is_canonical) {
            return;
        }
        let mut bytes: Vec<u8> = self.to_vec();
        for item in bytes.chunks_mut(self.format.size()) {
            for &at in bools {
                if let Some(byte) = item.get_mut(at) {
                    *byte = u8::from(*byte != 0);
                }
            }
        }
        self.payload = Payload::from_vec(bytes);
        (self.start, self.stride) = (0, self.format.size() as isize);
    }

    /// The bytes of each struct.
    fn structs(&self) -> impl Iterator<Item = &[u8]> {
        let bytes = self.payload.as_slice();
        (0..self.len).map_while(move |index| {
            let at = self.start.checked_add_signed(index.checked_mul(self.stride)?)?;
            bytes.get(at..at.checked_add(self.format.size())?)
        })
    }

    fn to_vec(&self) -> Vec<u8> {
        self.structs().flatten().copied().collect()
    }

    fn length(&self) -> usize {
        self.len.unsigned_abs()
    }

    fn address(&self) -> *const u8 {
        self.payload.as_slice().as_ptr().wrapping_add(self.start)
    }

    fn item<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let (first, step) = self.items;
        self.node.decode_item(py, first.wrapping_add_signed(index as isize * step), Output::Struct)
    }

    fn slice(&self, slice: &Bound<'_, PySlice>) -> PyResult<Self> {
        let indices = slice.indices(self.len)?;
        let (first, step) = self.items;
        let is_empty = indices.slicelength == 0;
        let start = if is_empty { 0 } else { indices.start };
        let stride =
            if indices.slicelength > 1 { indices.step * self.stride } else { self.format.size() as isize };
        Ok(Self {
            node: Arc::clone(&self.node),
            format: Arc::clone(&self.format),
            payload: Arc::clone(&self.payload),
            start: self.start.wrapping_add_signed(start * self.stride),
            len: indices.slicelength as isize,
            stride,
            items: (first.wrapping_add_signed(start * step), step.wrapping_mul(indices.step)),
        })
    }
}

#[pymethods]
impl ZStructView {
    fn __len__(&self) -> usize {
        self.length()
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        if let Ok(slice) = key.cast::<PySlice>() {
            return Ok(untracked(py, self.slice(slice)?)?.into_any());
        }
        self.item(py, index_of(key, self.length(), "ZStructView")?)
    }

    fn __iter__(slf: Bound<'_, Self>) -> StructIterator {
        StructIterator { view: slf.unbind(), next: AtomicUsize::new(0) }
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        if other.is_instance_of::<PyString>() || other.cast::<PySequence>().is_err() {
            return Ok(PyNotImplemented::get(py).to_owned().into_any());
        }
        let equal = other.len()? == self.length() && self.tolist(py)?.eq(list_of(other)?)?;
        Ok(PyBool::new(py, equal).to_owned().into_any())
    }

    fn __repr__(&self) -> String {
        format!("<ZStructView of {} {}>", self.len, self.node.name())
    }

    /// Whether these are the bytes that were received, not a copy of them.
    #[getter]
    fn is_zero_copy(&self) -> bool {
        self.payload.is_zero_copy()
    }

    /// Whether the bytes are still those that were received; see `ZBufView.is_valid`.
    #[getter]
    fn is_valid(&self) -> bool {
        self.payload.is_valid()
    }

    /// The number of bytes, without what lies between the structs.
    #[getter]
    fn nbytes(&self) -> usize {
        self.length() * self.format.size()
    }

    /// The number of bytes of a struct.
    #[getter]
    fn itemsize(&self) -> usize {
        self.format.size()
    }

    /// The format of a struct, as PEP 3118 spells it.
    #[getter]
    fn format(&self) -> CString {
        self.format.name().clone()
    }

    /// The structs as a list of message objects.
    fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let items = (0..self.length()).map(|index| self.item(py, index));
        PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)
    }

    /// A copy of the bytes, in their own byte order, without what lies between the structs.
    fn tobytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.to_vec())
    }

    /// NumPy's array interface, version 3.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", (self.len,))?;
        interface.set_item("typestr", format!("|V{}", self.format.size()))?;
        interface.set_item("descr", self.format.description(py)?)?;
        interface.set_item("data", (self.address().addr(), true))?;
        interface.set_item("strides", (self.stride,))?;
        Ok(interface)
    }

    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: std::ffi::c_int,
    ) -> PyResult<()> {
        let this = slf.get();
        let export = Export {
            is_writable: false,
            address: this.address(),
            itemsize: this.format.size(),
            format: this.format.name(),
            length: &this.len,
            stride: &this.stride,
        };
        // SAFETY: Python hands over a place for a buffer; the bytes, and what is lent, live as long as `slf`.
        unsafe { export.fill(view, flags, slf.as_any()) }
    }
}

/// One pass over the structs of a view; threads that share it get different ones.
#[pyclass(frozen, name = "_StructIterator", module = "ros_z_py")]
struct StructIterator {
    view: Py<ZStructView>,
    next: AtomicUsize,
}

#[pymethods]
impl StructIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (index, view) = (self.next.fetch_add(1, Ordering::Relaxed), self.view.get());
        if index < view.length() { view.item(py, index).map(Some) } else { Ok(None) }
    }

    fn __length_hint__(&self) -> usize {
        self.view.get().length().saturating_sub(self.next.load(Ordering::Relaxed))
    }
}
