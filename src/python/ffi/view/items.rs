//! [`Items`]: a strided run of numbers on a payload; what both view classes are inside.
//!
//! Addressed by bytes throughout: a CDR body starts 4 bytes into its buffer, so items are seldom aligned.
//!
//! ```text
//! let items = Items::new(payload, offset, 3, ItemFormat::UINT8)?;    // checked against the payload once
//! let reversed = items.slice(&PySliceIndices::new(2, -1, -1));       // same bytes, stride -1
//! ```

use std::sync::Arc;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::slice::PySliceIndices;
use pyo3::types::{PyBytes, PyList};

use super::super::payload::Payload;
use super::item::{self, ItemFormat};
use super::{ZArrayView, ZBufView};
use crate::schema::Scalar;
use crate::{Error, ErrorKind, Result};

/// A strided run of numbers on a payload. See the [module documentation](self).
#[derive(Clone)]
pub struct Items {
    payload: Arc<Payload>,
    /// Where the first item is, in bytes from the start of the payload.
    start: usize,
    /// How many, as a `Py_ssize_t`: the buffer protocol lends it out as the shape.
    len: isize,
    /// Bytes from one item to the next; lent out too. That of one item where there are fewer than two.
    stride: isize,
    format: ItemFormat,
}

impl Items {
    /// `len` adjacent items at byte `offset` of `payload`.
    #[inline]
    pub fn new(payload: Arc<Payload>, offset: usize, len: usize, format: ItemFormat) -> Result<Self> {
        let size = format.size();
        let end = len.checked_mul(size).and_then(|bytes| offset.checked_add(bytes));
        let available = payload.as_slice().len();
        if end.is_none_or(|end| end > available) {
            let name = format.primitive().name();
            let message = format!("{len} items of {name} do not fit into a payload of {available} bytes");
            return Err(Error::new(ErrorKind::Truncated, message).at_offset(offset));
        }
        // What fits into a slice fits into an `isize`.
        Ok(Self { payload, start: offset, len: len as isize, stride: size as isize, format })
    }

    /// The items inside `object`, if it is a view.
    pub fn of_view<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a Self> {
        // There are no classes below these: no other check is as quick (C3).
        if let Ok(view) = object.cast_exact::<ZArrayView>() {
            return Some(view.get().items());
        }
        object.cast_exact::<ZBufView>().ok().map(|view| view.get().items())
    }

    /// The bytes of a contiguous bytes-like, not copied, as items of `format`, or of the format it says itself.
    pub fn of_any(object: &Bound<'_, PyAny>, format: Option<ItemFormat>) -> PyResult<Self> {
        let (payload, start, nbytes, own) = match Self::of_view(object) {
            Some(items) if format.is_none_or(|format| format == items.format) => return Ok(items.clone()),
            Some(items) if !items.is_contiguous() => {
                return Err(PyBufferError::new_err("the view is not contiguous: copy it first"));
            }
            Some(items) => (Arc::clone(&items.payload), items.start, items.nbytes(), Some(items.format)),
            None => {
                let payload = Payload::from_any(object)?;
                let nbytes = payload.as_slice().len();
                (payload, 0, nbytes, None)
            }
        };
        let format = match format.or(own) {
            Some(format) => format,
            None => own_format(object)?,
        };
        let size = format.size();
        if nbytes % size != 0 {
            let name = format.primitive().name();
            return Err(PyValueError::new_err(format!(
                "{nbytes} bytes are not a whole number of {name} items of {size} bytes"
            )));
        }
        Self::new(payload, start, nbytes / size, format)
            .map_err(|error| PyBufferError::new_err(error.to_string()))
    }

    /// Lets go of the bytes on a thread that is attached.
    pub fn release(self, py: Python<'_>) {
        self.payload.release(py);
    }

    /// What keeps the bytes.
    pub fn payload(&self) -> &Arc<Payload> {
        &self.payload
    }

    /// Type and byte order of the items.
    pub fn format(&self) -> ItemFormat {
        self.format
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.len.unsigned_abs()
    }

    /// How many bytes they are, without what lies between them.
    pub fn nbytes(&self) -> usize {
        self.len() * self.format.size()
    }

    /// Whether nothing lies between them, and they run forwards.
    pub fn is_contiguous(&self) -> bool {
        self.stride.unsigned_abs() == self.format.size() && self.stride > 0
    }

    /// Where the first item is in memory.
    pub fn address(&self) -> *const u8 {
        self.payload.address().wrapping_add(self.start)
    }

    /// Whether they are all the bytes of their payload.
    pub fn is_whole(&self) -> bool {
        self.as_slice().is_some_and(|bytes| bytes.len() == self.payload.as_slice().len())
    }

    /// Whether every item lies where this machine would put a number of its size.
    pub fn is_aligned(&self) -> bool {
        self.len == 0 || self.address().addr().is_multiple_of(self.format.size())
    }

    /// The length and the stride, where they stay as long as `self` does.
    pub fn shape_and_strides(&self) -> (&isize, &isize) {
        (&self.len, &self.stride)
    }

    /// Their bytes; `None` when they are not contiguous.
    pub fn as_slice(&self) -> Option<&[u8]> {
        let end = self.start.checked_add(self.nbytes())?;
        self.payload.as_slice().get(self.start..end).filter(|_| self.is_contiguous())
    }

    /// The item at `index`, which is not counted from the end.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Scalar> {
        self.format.read(self.bytes_of(index)?)
    }

    /// All of them in order.
    pub fn iter(&self) -> impl Iterator<Item = Scalar> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    fn bytes_of(&self, index: usize) -> Option<&[u8]> {
        let index = isize::try_from(index).ok().filter(|&index| index < self.len)?;
        let at = self.start.checked_add_signed(index.checked_mul(self.stride)?)?;
        self.payload.as_slice().get(at..at.checked_add(self.format.size())?)
    }

    /// Some of them, on the same bytes.
    pub fn slice(&self, indices: &PySliceIndices) -> Self {
        let size = self.format.size() as isize;
        let (start, stride) = match indices.slicelength {
            0 => (Some(self.start), Some(size)),
            1 => (self.offset_of(indices.start), Some(size)),
            _ => (self.offset_of(indices.start), indices.step.checked_mul(self.stride)),
        };
        let (len, start, stride) = match (start, stride) {
            (Some(start), Some(stride)) => (indices.slicelength as isize, start, stride),
            // `PySliceIndices` made for another length.
            _ => (0, self.start, size),
        };
        Self { payload: Arc::clone(&self.payload), start, len, stride, format: self.format }
    }

    fn offset_of(&self, index: isize) -> Option<usize> {
        self.start.checked_add_signed(index.checked_mul(self.stride)?)
    }

    /// A copy of their bytes, in their own byte order.
    pub fn to_vec(&self) -> Vec<u8> {
        match self.as_slice() {
            Some(bytes) => bytes.to_vec(),
            None => (0..self.len()).filter_map(|index| self.bytes_of(index)).flatten().copied().collect(),
        }
    }

    /// A copy of their bytes as a Python object.
    pub fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        match self.as_slice() {
            Some(bytes) => PyBytes::new(py, bytes),
            None => PyBytes::new(py, &self.to_vec()),
        }
    }

    /// The items on bytes of their own.
    pub fn to_owned_items(&self) -> Self {
        let stride = self.format.size() as isize;
        let payload = Payload::from_vec(self.to_vec());
        Self { payload, start: 0, len: self.len, stride, format: self.format }
    }

    /// A list of Python numbers.
    pub fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let values = self.iter().map(|value| item::to_python(py, value)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, values)
    }
}

/// The format that a bytes-like says it has.
fn own_format(object: &Bound<'_, PyAny>) -> PyResult<ItemFormat> {
    let buffer = PyUntypedBuffer::get(object)?;
    ItemFormat::parse(buffer.format()).ok_or_else(|| {
        let format = buffer.format().to_string_lossy();
        PyValueError::new_err(format!("items of format {format:?} are not numbers that ROS has"))
    })
}
