//! From [`Error`] to the Python exceptions of `ros_z_py._errors`, with their attributes.

use std::ffi::CString;

use pyo3::prelude::*;
use pyo3::{PyTypeInfo, import_exception};

use crate::error::{Error, ErrorKind};

import_exception!(ros_z_py._errors, RosZError);
import_exception!(ros_z_py._errors, SerializationError);
import_exception!(ros_z_py._errors, TypeMismatchError);
import_exception!(ros_z_py._errors, UnknownTypeError);
import_exception!(ros_z_py._errors, InterfaceError);
import_exception!(ros_z_py._errors, InvalidNameError);
import_exception!(ros_z_py._errors, InterfaceFileError);
import_exception!(ros_z_py._errors, ArgumentError);
import_exception!(ros_z_py._errors, TimeoutError);
import_exception!(ros_z_py._errors, ParameterNotDeclaredError);
import_exception!(ros_z_py._errors, ParameterAlreadyDeclaredError);
import_exception!(ros_z_py._errors, ParameterUninitializedError);
import_exception!(ros_z_py._errors, ParameterImmutableError);
import_exception!(ros_z_py._errors, InvalidParameterTypeError);
import_exception!(ros_z_py._errors, InvalidParameterValueError);
import_exception!(ros_z_py._errors, RosZWarning);
import_exception!(ros_z_py._errors, TypeConflictWarning);

/// Makes the exceptions known while modules can still be imported: what runs when the interpreter ends may need them.
pub(crate) fn import(py: Python<'_>) {
    for exception in [
        RosZError::type_object(py),
        SerializationError::type_object(py),
        TypeMismatchError::type_object(py),
        UnknownTypeError::type_object(py),
        InterfaceError::type_object(py),
        InvalidNameError::type_object(py),
        InterfaceFileError::type_object(py),
        ArgumentError::type_object(py),
        TimeoutError::type_object(py),
        ParameterNotDeclaredError::type_object(py),
        ParameterAlreadyDeclaredError::type_object(py),
        ParameterUninitializedError::type_object(py),
        ParameterImmutableError::type_object(py),
        InvalidParameterTypeError::type_object(py),
        InvalidParameterValueError::type_object(py),
        RosZWarning::type_object(py),
        TypeConflictWarning::type_object(py),
    ] {
        drop(exception);
    }
}

/// Warns with a category of ours, where the Python code is that called.
pub(crate) fn warn<Category: PyTypeInfo>(py: Python<'_>, message: &str) -> PyResult<()> {
    let message = CString::new(message.replace('\0', " "))?;
    PyErr::warn(py, &py.get_type::<Category>(), &message, 1)
}

/// The exception for an error: its text, caret lines included, and `kind`, `path`, `offset`, `type_name`.
pub(crate) fn raise(error: &Error) -> PyErr {
    let text = format!("{error:#}");
    let exception = match error.kind() {
        ErrorKind::Syntax | ErrorKind::Definition => InterfaceError::new_err(text),
        ErrorKind::Name => InvalidNameError::new_err(text),
        ErrorKind::UnknownType => UnknownTypeError::new_err(text),
        ErrorKind::TypeMismatch => TypeMismatchError::new_err(text),
        ErrorKind::Io => InterfaceFileError::new_err(text),
        ErrorKind::Argument => ArgumentError::new_err(text),
        ErrorKind::ParameterNotDeclared => ParameterNotDeclaredError::new_err(text),
        ErrorKind::ParameterDeclared => ParameterAlreadyDeclaredError::new_err(text),
        ErrorKind::ParameterNotSet => ParameterUninitializedError::new_err(text),
        ErrorKind::ParameterReadOnly => ParameterImmutableError::new_err(text),
        ErrorKind::ParameterType => InvalidParameterTypeError::new_err(text),
        ErrorKind::ParameterValue => InvalidParameterValueError::new_err(text),
        ErrorKind::Timeout => TimeoutError::new_err(text),
        ErrorKind::Network | ErrorKind::Protocol | ErrorKind::Closed => RosZError::new_err(text),
        _ => SerializationError::new_err(text),
    };
    Python::attach(|py| match set_attributes(exception.value(py), error) {
        Ok(()) => exception,
        Err(failed) => failed,
    })
}

fn set_attributes(exception: &Bound<'_, PyAny>, error: &Error) -> PyResult<()> {
    let path = error.path();
    exception.setattr("kind", error.kind().as_str())?;
    exception.setattr("path", (!path.is_empty()).then_some(path))?;
    exception.setattr("offset", error.offset())?;
    exception.setattr("type_name", error.type_name())
}

/// `?` from a crate result to a Python one.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception for the error.
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for crate::error::Result<T> {
    #[inline(always)]
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| raise(&error))
    }
}
