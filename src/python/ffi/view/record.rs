//! [`RecordFormat`]: one struct of an array, in the words of the buffer protocol and of NumPy.

use std::ffi::CString;
use std::fmt::Write;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use super::ItemFormat;
use crate::codec::{Record, RecordArray, RecordMember, RecordValue};
use crate::schema::Primitive;

/// A struct of an array, with the order of its bytes.
pub(crate) struct RecordFormat {
    array: RecordArray,
    big_endian: bool,
    /// As PEP 3118 spells it, such as `T{<f:x:<f:y:<f:z:}`.
    name: CString,
    /// Where its bools are.
    bools: Vec<usize>,
}

impl RecordFormat {
    pub fn new(array: RecordArray, big_endian: bool) -> PyResult<Self> {
        let (record, mut name) = (&array.record, String::new());
        write_struct(&mut name, record, big_endian)
            .map_err(|_| PyValueError::new_err("a struct without a format"))?;
        let mut bools = Vec::new();
        find_bools(record, 0, &mut bools);
        Ok(Self { array, big_endian, name: CString::new(name)?, bools })
    }

    /// Bytes of a struct.
    pub fn size(&self) -> usize {
        self.array.record.size
    }

    /// Where the structs are.
    pub fn array(&self) -> &RecordArray {
        &self.array
    }

    /// The name in the buffer protocol.
    pub fn name(&self) -> &CString {
        &self.name
    }

    /// Where the bools of a struct are.
    pub fn bools(&self) -> &[usize] {
        &self.bools
    }

    /// The description of NumPy's array interface.
    pub fn description<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        describe(py, &self.array.record, self.big_endian)
    }
}

/// The bytes between a member and the one before it.
fn gaps(record: &Record) -> impl Iterator<Item = (usize, &RecordMember)> {
    let mut end = 0;
    record.members.iter().map(move |member| {
        let gap = member.offset - end;
        end = member.offset + member_size(member);
        (gap, member)
    })
}

fn member_size(member: &RecordMember) -> usize {
    let one = match &member.value {
        RecordValue::Number(primitive) => primitive.size(),
        RecordValue::Record(record) => record.size,
    };
    one * member.length.unwrap_or(1)
}

fn number(primitive: Primitive, big_endian: bool) -> Result<ItemFormat, std::fmt::Error> {
    ItemFormat::new(primitive, big_endian).ok_or(std::fmt::Error)
}

fn write_struct(name: &mut String, record: &Record, big_endian: bool) -> std::fmt::Result {
    // Without an order, members would be aligned as a compiler aligns them.
    let order = if big_endian { '>' } else { '<' };
    name.push_str("T{");
    for (gap, member) in gaps(record) {
        if gap > 0 {
            write!(name, "{order}{gap}x")?;
        }
        if let Some(length) = member.length {
            write!(name, "({length})")?;
        }
        match &member.value {
            RecordValue::Number(primitive) => {
                let letter = number(*primitive, big_endian)?.portable_name().to_string_lossy();
                write!(name, "{order}{}", letter.trim_start_matches(order))?;
            }
            RecordValue::Record(record) => write_struct(name, record, big_endian)?,
        }
        write!(name, ":{}:", member.name)?;
    }
    name.push('}');
    Ok(())
}

fn describe<'py>(py: Python<'py>, record: &Record, big_endian: bool) -> PyResult<Bound<'py, PyList>> {
    let members = PyList::empty(py);
    for (gap, member) in gaps(record) {
        if gap > 0 {
            members.append(("", format!("|V{gap}")))?;
        }
        let value = match &member.value {
            RecordValue::Number(primitive) => {
                let format =
                    number(*primitive, big_endian).map_err(|_| PyValueError::new_err("not a number"))?;
                format.typestr().into_pyobject(py)?.into_any()
            }
            RecordValue::Record(record) => describe(py, record, big_endian)?.into_any(),
        };
        let name = &*member.name;
        match member.length {
            None => members.append((name, value))?,
            Some(length) => members.append((name, value, PyTuple::new(py, [length])?))?,
        }
    }
    Ok(members)
}

fn find_bools(record: &Record, start: usize, bools: &mut Vec<usize>) {
    for member in &record.members {
        let size = member_size(member) / member.length.unwrap_or(1).max(1);
        for index in 0..member.length.unwrap_or(1) {
            let at = start + member.offset + index * size;
            match &member.value {
                RecordValue::Number(Primitive::Bool) => bools.push(at),
                RecordValue::Number(_) => break,
                RecordValue::Record(record) => find_bools(record, at, bools),
            }
        }
    }
}
