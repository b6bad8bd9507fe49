//! Message classes refined: what `msgspec` does with a call, an assignment or a comparison stands, and where it does not
//! know the answer `ros_z_py._messages` is asked.
//!
//! A method in the class would be asked always, and costs several times what a message does (`benches/`: `C11`).

#![allow(unsafe_code)]

use std::ffi::c_int;
use std::sync::OnceLock;

use pyo3::Borrowed;
use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString, PyTuple, PyType};

/// What `msgspec` does, the same for all its classes.
#[derive(Clone, Copy)]
struct Originals {
    call: ffi::vectorcallfunc,
    set: ffi::setattrofunc,
    compare: ffi::richcmpfunc,
}

static ORIGINALS: OnceLock<Originals> = OnceLock::new();

/// Refines a new message class; one that is not called, assigned to and compared as others are stays as it is.
pub(crate) fn refine(class: &Bound<'_, PyType>) {
    let class: *mut ffi::PyTypeObject = class.as_ptr().cast();
    // SAFETY: `class` points to a live type, which nobody else has seen yet.
    unsafe {
        let (Some(call), Some(set), Some(compare)) =
            ((*class).tp_vectorcall, (*class).tp_setattro, (*class).tp_richcompare)
        else {
            return;
        };
        let known = ORIGINALS.get_or_init(|| Originals { call, set, compare });
        if known.call as usize == call as usize
            && known.set as usize == set as usize
            && known.compare as usize == compare as usize
        {
            (*class).tp_vectorcall = Some(called);
            (*class).tp_setattro = Some(assigned);
            (*class).tp_richcompare = Some(compared);
        }
    }
}

/// What `ros_z_py._messages` has under a name.
fn helper<'py>(py: Python<'py>, name: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "ros_z_py._messages"))?.getattr(name)
}

/// # Safety
/// Called by Python (PEP 590) with a refined class.
unsafe extern "C" fn called(
    class: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    flags: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let Some(original) = ORIGINALS.get() else { return std::ptr::null_mut() };
    // SAFETY: promised by the caller, which holds the arguments, as many as are counted here, and is attached.
    unsafe {
        let message = (original.call)(class, arguments, flags, names);
        let positional = ffi::PyVectorcall_NARGS(flags) as usize;
        let named = if names.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(names) as usize };
        if message.is_null() {
            explain_call(class, positional, names);
        } else if (0..positional + named).any(|index| may_hold_dicts(*arguments.add(index))) {
            return nested(message);
        }
        message
    }
}

/// Whether an argument is a dict, or a list or tuple that begins with one.
///
/// # Safety
/// Attached, with a live object.
#[inline(always)]
unsafe fn may_hold_dicts(argument: *mut ffi::PyObject) -> bool {
    // SAFETY: promised by the caller; the first item is read where there is one.
    unsafe {
        if ffi::PyDict_Check(argument) != 0 {
            return true;
        }
        let first = if ffi::PyList_Check(argument) != 0 && ffi::PyList_GET_SIZE(argument) > 0 {
            ffi::PyList_GET_ITEM(argument, 0)
        } else if ffi::PyTuple_Check(argument) != 0 && ffi::PyTuple_GET_SIZE(argument) > 0 {
            ffi::PyTuple_GET_ITEM(argument, 0)
        } else {
            return false;
        };
        ffi::PyDict_Check(first) != 0
    }
}

/// The message with messages in place of the dicts in it, or null with an exception.
///
/// # Safety
/// Attached; takes over a reference to a live object.
#[cold]
unsafe fn nested(message: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: promised by the caller.
    let (py, message) = unsafe {
        let py = Python::assume_attached();
        (py, Bound::from_owned_ptr(py, message))
    };
    match helper(py, intern!(py, "nest")).and_then(|nest| nest.call1((&message,))) {
        Ok(_) => message.into_ptr(),
        Err(error) => {
            error.restore(py);
            std::ptr::null_mut()
        }
    }
}

/// Gives the `TypeError` of a call that failed a text that names the type and close names.
///
/// # Safety
/// Attached, with an exception set; the class and the tuple of names, unless null, are alive.
#[cold]
unsafe fn explain_call(class: *mut ffi::PyObject, positional: usize, names: *mut ffi::PyObject) {
    // SAFETY: promised by the caller.
    let (py, class, names) = unsafe {
        let py = Python::assume_attached();
        (py, Borrowed::from_ptr(py, class), Borrowed::from_ptr_or_opt(py, names))
    };
    let Some(error) = PyErr::take(py) else { return };
    if !error.is_instance_of::<PyTypeError>(py) {
        return error.restore(py);
    }
    let names = names.map_or_else(|| PyTuple::empty(py).into_any(), |names| names.to_owned());
    let text = helper(py, intern!(py, "explain_call"))
        .and_then(|explain| explain.call1((class, positional, names))?.extract::<Option<String>>());
    match text {
        Ok(Some(text)) => PyTypeError::new_err(text).restore(py),
        Ok(None) => error.restore(py),
        Err(failed) => failed.restore(py),
    }
}

/// # Safety
/// Called by Python to set, or with a null value delete, an attribute of an instance of a refined class.
unsafe extern "C" fn assigned(
    message: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    let Some(original) = ORIGINALS.get() else { return -1 };
    // SAFETY: promised by the caller, which is attached and holds the objects.
    unsafe {
        let outcome = (original.set)(message, name, value);
        if outcome != 0 {
            let py = Python::assume_attached();
            explain_attribute(py, Borrowed::from_ptr(py, message), Borrowed::from_ptr(py, name));
        }
        outcome
    }
}

/// Gives the `AttributeError` of an assignment that failed a text that names the type and close names.
#[cold]
fn explain_attribute(py: Python<'_>, message: Borrowed<'_, '_, PyAny>, name: Borrowed<'_, '_, PyAny>) {
    let Some(error) = PyErr::take(py) else { return };
    if !error.is_instance_of::<PyAttributeError>(py) {
        return error.restore(py);
    }
    let text = helper(py, intern!(py, "explain_attribute"))
        .and_then(|explain| explain.call1((message.get_type(), name))?.extract::<Option<String>>());
    match text {
        Ok(Some(text)) => PyAttributeError::new_err(text).restore(py),
        Ok(None) => error.restore(py),
        Err(failed) => failed.restore(py),
    }
}

/// # Safety
/// Called by Python to compare an instance of a refined class with any object.
unsafe extern "C" fn compared(
    message: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
    operator: c_int,
) -> *mut ffi::PyObject {
    let Some(original) = ORIGINALS.get() else { return std::ptr::null_mut() };
    // SAFETY: promised by the caller, which is attached and holds the objects; the outcome is a new reference, or null with
    // an exception.
    unsafe {
        let outcome = (original.compare)(message, other, operator);
        let unequal = match operator {
            ffi::Py_EQ => ffi::Py_False(),
            ffi::Py_NE => ffi::Py_True(),
            _ => std::ptr::null_mut(),
        };
        let may_be_equal = outcome == unequal && ffi::Py_TYPE(message) == ffi::Py_TYPE(other);
        if !outcome.is_null() && !may_be_equal {
            return outcome;
        }
        let py = Python::assume_attached();
        let outcome = Bound::from_owned_ptr_or_opt(py, outcome);
        let (message, other) = (Borrowed::from_ptr(py, message), Borrowed::from_ptr(py, other));
        let compared = match outcome {
            Some(outcome) => compare_kinds(&message, &other, operator).map(|found| found.unwrap_or(outcome)),
            None => compare_items(&message, &other, operator),
        };
        match compared {
            Ok(outcome) => outcome.into_ptr(),
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
        }
    }
}

/// Compares messages that are not equal to `msgspec` though they may hold the same numbers, of which one has a list and the
/// other `bytes`; nothing where each field is of one kind in both.
#[cold]
fn compare_kinds<'py>(
    message: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    operator: c_int,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let fields = message.get_type().getattr(intern!(message.py(), "__struct_fields__"))?;
    for name in fields.cast::<PyTuple>()? {
        let name = name.cast::<PyString>()?;
        if !message.getattr(name)?.get_type().is(other.getattr(name)?.get_type()) {
            return equal(message, other, operator).map(Some);
        }
    }
    Ok(None)
}

/// Compares messages that hold arrays whose `==` is an array, such as NumPy's.
#[cold]
fn compare_items<'py>(
    message: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    operator: c_int,
) -> PyResult<Bound<'py, PyAny>> {
    let py = message.py();
    let error = PyErr::fetch(py);
    let is_equality = operator == ffi::Py_EQ || operator == ffi::Py_NE;
    if is_equality && error.is_instance_of::<PyValueError>(py) {
        equal(message, other, operator)
    } else {
        Err(error)
    }
}

/// What `ros_z_py._messages` says of two messages.
fn equal<'py>(
    message: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    operator: c_int,
) -> PyResult<Bound<'py, PyAny>> {
    let py = message.py();
    let equal = helper(py, intern!(py, "equal"))?.call1((message, other))?.extract::<bool>()?;
    Ok(PyBool::new(py, equal == (operator == ffi::Py_EQ)).to_owned().into_any())
}
