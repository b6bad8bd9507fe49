//! [`ZBufView`] and [`ZArrayView`]: what the arrays of a decoded message are in Python.
//!
//! A view is a payload, a place in it and a format: it copies nothing, keeps its payload alive, is read-only, and
//! costs one Python object. Decoding makes them; encoding recognises them through [`Items::of_view`] and takes
//! their bytes as they are.
//!
//! ```text
//! let image = ZBufView::new(payload.clone(), 4, 640 * 480)?;
//! let ranges = ZArrayView::new(payload, 32, 1080, Primitive::Float32, false)?;
//! let object = ranges.into_object(py)?;
//! ```

mod array_view;
mod buf_view;
mod compare;
mod dlpack;
mod export;
mod item;
mod items;
mod iterator;
mod record;
mod struct_view;

pub use array_view::ZArrayView;
pub use buf_view::ZBufView;
pub(crate) use export::untracked;
pub use item::ItemFormat;
pub use items::Items;
pub(crate) use record::RecordFormat;
pub(crate) use struct_view::ZStructView;

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PySequence;

use super::super::errors::OrRaise;
use super::lean;
use super::payload::Payload;
use crate::schema::Primitive;

/// Adds the classes to `module` and makes them known as `collections.abc.Sequence`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ZBufView>()?;
    module.add_class::<ZArrayView>()?;
    module.add_class::<ZStructView>()?;
    let (py, empty) = (module.py(), Payload::from_vec(Vec::new()));
    lean::adopt(py, ZBufView::new(Arc::clone(&empty), 0, 0).or_raise()?)?;
    lean::adopt(py, ZArrayView::new(empty, 0, 0, Primitive::Float64, false).or_raise()?)?;
    PySequence::register::<ZBufView>(module.py())?;
    PySequence::register::<ZArrayView>(module.py())?;
    PySequence::register::<ZStructView>(module.py())
}

/// The methods of a view class: its own, and those that the two have in common.
macro_rules! view_methods {
    (impl $View:ident { $($own:tt)* }) => {
        impl $View {
            /// What it is inside.
            pub fn items(&self) -> &Items {
                &self.items
            }

            /// The Python object.
            #[inline(always)]
            pub fn into_object(self, py: Python<'_>) -> PyResult<Bound<'_, Self>> {
                lean::new_object(py, self)
            }
        }

        impl Lean for $View {
            fn class() -> &'static LeanClass {
                static CLASS: LeanClass = LeanClass::new();
                &CLASS
            }

            #[inline(always)]
            fn release(self, py: Python<'_>) {
                self.items.release(py);
            }
        }

        #[pymethods]
        impl $View {
            $($own)*

            fn __len__(&self) -> usize {
                self.items.len()
            }

            fn __iter__(&self) -> ViewIterator {
                ViewIterator::new(self.items.clone())
            }

            /// The index of the first item that equals `value`; `ValueError` when there is none.
            #[pyo3(signature = (value, start=0, stop=isize::MAX, /))]
            fn index(&self, value: &Bound<'_, PyAny>, start: isize, stop: isize) -> PyResult<usize> {
                let (start, stop) = (self.items.bound(start), self.items.bound(stop));
                self.position(value, start, stop.min(self.items.len()))?
                    .ok_or_else(|| PyValueError::new_err(format!("{value:?} is not in the view")))
            }

            fn __contains__(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
                Ok(self.position(value, 0, self.items.len())?.is_some())
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                self.items.describe(py, stringify!($View))
            }

            /// Whether these are the bytes that were received, not a copy of them.
            #[getter]
            fn is_zero_copy(&self) -> bool {
                self.items.payload().is_zero_copy()
            }

            /// Whether the bytes are still those that were received. They are, but in the shared memory of a foreign
            /// publisher that took it back while this process was stopped for seconds. Copy what is held for long.
            #[getter]
            fn is_valid(&self) -> bool {
                self.items.payload().is_valid()
            }

            /// The number of bytes.
            #[getter]
            fn nbytes(&self) -> usize {
                self.items.nbytes()
            }

            /// The number of bytes of an item.
            #[getter]
            fn itemsize(&self) -> usize {
                self.items.format().size()
            }

            /// The format of an item, as `struct` and `memoryview` spell it.
            #[getter]
            fn format(&self) -> &'static CStr {
                self.items.format().name()
            }

            /// The items as a list of Python numbers.
            fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
                self.items.to_list(py)
            }

            /// A copy of the bytes, in their own byte order.
            fn tobytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
                self.items.to_bytes(py)
            }

            fn __copy__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
                slf
            }

            /// The view itself where its bytes cannot change, else one on a copy of them.
            fn __deepcopy__<'py>(slf: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
                if slf.get().items.payload().is_immutable() {
                    return Ok(slf);
                }
                Self { items: slf.get().items.to_owned_items() }.into_object(slf.py())
            }

            /// NumPy's array interface, version 3.
            #[getter]
            fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                self.items.array_interface(py)
            }

            /// The device of the data in DLPack's words: the CPU.
            fn __dlpack_device__(&self) -> (i32, i32) {
                dlpack::CPU
            }

            /// The items as a DLPack capsule of version 1, read-only unless copied.
            #[pyo3(signature = (*, stream=None, max_version=None, dl_device=None, copy=None))]
            fn __dlpack__<'py>(
                slf: &Bound<'py, Self>,
                stream: Option<Bound<'py, PyAny>>,
                max_version: Option<(u32, u32)>,
                dl_device: Option<(i32, i32)>,
                copy: Option<bool>,
            ) -> PyResult<Bound<'py, PyAny>> {
                if stream.is_some() {
                    return Err(PyBufferError::new_err("data in CPU memory has no stream"));
                }
                let request = dlpack::Request { max_version, dl_device, copy };
                slf.get().items.to_dlpack(slf.py(), &request)
            }

            unsafe fn __getbuffer__(
                slf: &Bound<'_, Self>,
                view: *mut ffi::Py_buffer,
                flags: std::ffi::c_int,
            ) -> PyResult<()> {
                // SAFETY: Python hands over a place for a buffer, and the items lie inside `slf`.
                unsafe { slf.get().items.fill_buffer(view, flags, slf.as_any()) }
            }
        }
    };
}
use view_methods;
