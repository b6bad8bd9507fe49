//! [`ViewIterator`]: what `iter(view)` returns.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::prelude::*;

use super::item;
use super::items::Items;

/// One pass over the items of a view; threads that share it get different items.
#[pyclass(frozen, name = "_ViewIterator", module = "ros_z_py")]
pub struct ViewIterator {
    items: Items,
    next: AtomicUsize,
}

impl ViewIterator {
    /// Starts at the first item.
    pub fn new(items: Items) -> Self {
        Self { items, next: AtomicUsize::new(0) }
    }
}

#[pymethods]
impl ViewIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        self.items.get(index).map(|value| item::to_python(py, value)).transpose()
    }

    fn __length_hint__(&self) -> usize {
        self.items.len().saturating_sub(self.next.load(Ordering::Relaxed))
    }
}
