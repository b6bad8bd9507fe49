//! Equality, search and text of [`Items`]: what the sequence methods of both view classes do.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyIndexError, PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::slice::PySliceIndices;
use pyo3::types::{PyBool, PyList, PyNotImplemented, PySequence, PySlice, PyString};

use super::item;
use super::items::Items;
use crate::schema::Scalar;

/// What stands between the brackets of `view[...]`.
pub enum Key {
    /// An item that exists.
    Item(Scalar),
    /// A slice, made to fit.
    Slice(PySliceIndices),
}

/// The sequences, besides bytes-likes, that a view can be equal to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sequences {
    /// Lists alone: what is hashable must not equal what hashes differently, and a tuple does.
    Lists,
    /// Whatever is a `collections.abc.Sequence`, except text.
    All,
}

/// The Python object that `__eq__` returns.
pub fn answer(py: Python<'_>, equal: Option<bool>) -> Bound<'_, PyAny> {
    match equal {
        Some(equal) => PyBool::new(py, equal).to_owned().into_any(),
        None => PyNotImplemented::get(py).to_owned().into_any(),
    }
}

impl Items {
    /// Reads the key of `view[key]`; `class` is the name for the message when it is neither index nor slice.
    pub fn key(&self, key: &Bound<'_, PyAny>, class: &str) -> PyResult<Key> {
        if let Ok(slice) = key.cast::<PySlice>() {
            return Ok(Key::Slice(slice.indices(self.len() as isize)?));
        }
        let out_of_range = || {
            let message = format!("index {key} is out of range for {class} of length {}", self.len());
            PyIndexError::new_err(message)
        };
        let index: isize = match key.extract() {
            Ok(index) => index,
            Err(error) if error.is_instance_of::<PyOverflowError>(key.py()) => return Err(out_of_range()),
            Err(error) if error.is_instance_of::<PyTypeError>(key.py()) => {
                let found = key.get_type().name()?;
                let message = format!("{class} indices must be integers or slices, not {found}");
                return Err(PyTypeError::new_err(message));
            }
            Err(error) => return Err(error),
        };
        let from_start =
            if index < 0 { self.len().checked_add_signed(index) } else { usize::try_from(index).ok() };
        from_start.and_then(|index| self.get(index)).map(Key::Item).ok_or_else(out_of_range)
    }

    /// Whether `other` holds the same numbers; `None` when it is nothing to compare with.
    pub fn equals(&self, other: &Bound<'_, PyAny>, sequences: Sequences) -> PyResult<Option<bool>> {
        if let Some(other) = Self::of_view(other) {
            return Ok(Some(self.same_numbers(other)));
        }
        if other.is_instance_of::<PyString>() {
            return Ok(None);
        }
        if let Ok(buffer) = PyUntypedBuffer::get(other) {
            if buffer.shape() != [self.len()] {
                return Ok(Some(false));
            }
            drop(buffer);
            return match Self::of_any(other, None) {
                Ok(other) => Ok(Some(self.same_numbers(&other))),
                // Strided, or of a format that ROS has not: half floats, records, text.
                Err(_) => self.equals_sequence(other).map(Some),
            };
        }
        let comparable = match sequences {
            Sequences::Lists => other.is_instance_of::<PyList>(),
            Sequences::All => other.cast::<PySequence>().is_ok(),
        };
        if comparable { self.equals_sequence(other).map(Some) } else { Ok(None) }
    }

    fn equals_sequence(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        if other.len()? != self.len() {
            return Ok(false);
        }
        let mut theirs = other.try_iter()?;
        for mine in self.iter() {
            let Some(their) = theirs.next().transpose()? else { return Ok(false) };
            if !item::to_python(other.py(), mine)?.eq(their)? {
                return Ok(false);
            }
        }
        // The comparisons may have run code that made it longer.
        Ok(theirs.next().is_none())
    }

    fn same_numbers(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        // Equal bytes are equal integers; floats have NaN and two zeros, and more than one byte may be true.
        match (self.as_slice(), other.as_slice()) {
            (Some(mine), Some(theirs)) if self.format() == other.format() && self.is_integer() => {
                mine == theirs
            }
            _ => self.iter().zip(other.iter()).all(|(mine, their)| item::same_number(mine, their)),
        }
    }

    fn is_integer(&self) -> bool {
        use pyo3::buffer::ElementType::{SignedInteger, UnsignedInteger};
        matches!(self.format().element(), SignedInteger { .. } | UnsignedInteger { .. })
    }

    /// The first place of `value` among the items `[start, stop)`.
    pub fn position(&self, value: &Bound<'_, PyAny>, start: usize, stop: usize) -> PyResult<Option<usize>> {
        for index in start..stop {
            let Some(item) = self.get(index) else { break };
            if item::to_python(value.py(), item)?.eq(value)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// How many items equal `value`.
    pub fn count(&self, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut count = 0;
        for item in self.iter() {
            count += usize::from(item::to_python(value.py(), item)?.eq(value)?);
        }
        Ok(count)
    }

    /// A bound as `list.index` takes it: from the end when negative, but not before the start.
    pub fn bound(&self, bound: isize) -> usize {
        if bound < 0 { self.len().saturating_add_signed(bound) } else { bound.unsigned_abs() }
    }

    /// `<ZArrayView float64[1000]: 0.0, 0.1, 0.2, ...>`: the first few items of however many.
    pub fn describe(&self, py: Python<'_>, class: &str) -> PyResult<String> {
        use std::fmt::Write as _;
        const SHOWN: usize = 8;
        let mut text = format!("<{class} {}[{}]", self.format().primitive().name(), self.len());
        let mut separator = ": ";
        for value in self.iter().take(SHOWN) {
            let shown = match value {
                Scalar::Float32(single) => Scalar::Float64(short(single)),
                other => other,
            };
            // Writing to a `String` cannot fail.
            _ = write!(text, "{separator}{}", item::to_python(py, shown)?.repr()?);
            separator = ", ";
        }
        text.push_str(if self.len() > SHOWN { ", ...>" } else { ">" });
        Ok(text)
    }
}

/// The float64 with the fewest digits that is this number as a float32: 0.1 and not 0.10000000149011612.
fn short(single: f32) -> f64 {
    single.to_string().parse().unwrap_or_else(|_| single.into())
}
