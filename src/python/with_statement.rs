//! [`closed_by_with`]: classes of the module that a `with` statement closes at its end.

/// The methods of a context manager for a class with `close(&self, py)`; the second argument is what that returns.
macro_rules! closed_by_with {
    ($class:ident) => {
        closed_by_with!($class, ());
    };
    ($class:ident, $closed:ty) => {
        #[pymethods]
        impl $class {
            fn __enter__(slf: Py<Self>) -> Py<Self> {
                slf
            }

            fn __exit__(
                &self,
                py: Python<'_>,
                _exception_type: &Bound<'_, PyAny>,
                _exception: &Bound<'_, PyAny>,
                _traceback: &Bound<'_, PyAny>,
            ) -> $closed {
                self.close(py)
            }
        }
    };
}

pub(crate) use closed_by_with;
