//! [`Condition`]: a compiled filter, and its answer for a payload.
//!
//! A part that is missing, such as `ranges[0]` of an empty array, has no value: what is reckoned from it has none
//! either, and a comparison with it is false, whichever way it compares.

use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::memmem;

use super::number::Number;
use super::parse::{Arithmetic, Relation};
use crate::codec::cdr::Block;
use crate::codec::decode::{Visitor, WideUnits};
use crate::codec::get::Getter;
use crate::codec::plan::{Kind, Layout};
use crate::codec::value::for_each_number;
use crate::error::{ErrorKind, Result};
use crate::schema::Scalar;

/// Something that is true or false.
#[derive(Debug)]
pub(super) enum Condition {
    Always(bool),
    Field(Getter),
    Not(Box<Condition>),
    And(Box<(Condition, Condition)>),
    Or(Box<(Condition, Condition)>),
    /// Whether both are equal, or, with `false`, are not.
    Bools(bool, Box<(Condition, Condition)>),
    Numbers(Relation, Box<(Numeric, Numeric)>),
    Texts(Relation, Box<(Textual, Textual)>),
    Contains(Box<(Needle, Haystack)>),
}

/// Something that is a number.
#[derive(Debug)]
pub(super) enum Numeric {
    Literal(Number),
    Field(Getter),
    /// The length of an array.
    Items(Getter),
    /// The length of a string.
    Characters(Getter),
    Negative(Box<Numeric>),
    Reckon(Arithmetic, Box<(Numeric, Numeric)>),
}

/// Something that is a string.
#[derive(Debug)]
pub(super) enum Textual {
    Literal(Vec<u8>),
    Field(Getter),
}

/// What is looked for.
#[derive(Debug)]
pub(super) enum Needle {
    Number(Numeric),
    Text(Textual),
}

/// Where it is looked for.
#[derive(Debug)]
pub(super) enum Haystack {
    Text(Textual),
    Array(Getter),
    Numbers(Vec<Numeric>),
    Texts(Vec<Textual>),
}

/// A value that was read.
enum Read<'de> {
    Scalar(Scalar),
    Text(Cow<'de, [u8]>),
    Other,
}

/// `None` for an item that an array does not have.
fn if_there<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::Length => Ok(None),
        Err(error) => Err(error),
    }
}

impl Condition {
    /// Whether it holds; what is missing does not.
    pub(super) fn holds(&self, payload: &[u8]) -> Result<bool> {
        Ok(self.decide(payload)?.unwrap_or(false))
    }

    /// `None` for a missing field.
    fn decide(&self, payload: &[u8]) -> Result<Option<bool>> {
        Ok(Some(match self {
            Self::Always(value) => *value,
            Self::Field(getter) => {
                let read = if_there(getter.decode(payload, &mut ToRead))?;
                return Ok(read.map(|read| matches!(read, Read::Scalar(Scalar::Bool(true)))));
            }
            Self::Not(inner) => !inner.holds(payload)?,
            Self::And(sides) => sides.0.holds(payload)? && sides.1.holds(payload)?,
            Self::Or(sides) => sides.0.holds(payload)? || sides.1.holds(payload)?,
            Self::Bools(equal, sides) => match (sides.0.decide(payload)?, sides.1.decide(payload)?) {
                (Some(left), Some(right)) => (left == right) == *equal,
                _ => false,
            },
            Self::Numbers(relation, sides) => match (sides.0.read(payload)?, sides.1.read(payload)?) {
                (Some(left), Some(right)) => relation.holds(left.compare(right)),
                _ => false,
            },
            Self::Texts(relation, sides) => match (sides.0.read(payload)?, sides.1.read(payload)?) {
                (Some(left), Some(right)) => relation.holds(Some(left.cmp(&right))),
                _ => false,
            },
            Self::Contains(sides) => sides.1.contains(payload, &sides.0)?,
        }))
    }
}

impl Relation {
    /// `None` stands for a comparison with NaN: such numbers are unequal, and in no order.
    fn holds(self, ordering: Option<Ordering>) -> bool {
        match self {
            Self::Equal => ordering == Some(Ordering::Equal),
            Self::Unequal => ordering != Some(Ordering::Equal),
            Self::Less => ordering.is_some_and(Ordering::is_lt),
            Self::LessOrEqual => ordering.is_some_and(Ordering::is_le),
            Self::Greater => ordering.is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
        }
    }
}

impl Numeric {
    fn read(&self, payload: &[u8]) -> Result<Option<Number>> {
        match self {
            Self::Literal(number) => Ok(Some(*number)),
            Self::Field(getter) => match if_there(getter.decode(payload, &mut ToRead))? {
                Some(Read::Scalar(scalar)) => Ok(Number::of_scalar(scalar)),
                _ => Ok(None),
            },
            Self::Items(getter) => {
                Ok(if_there(getter.length(payload))?.map(|length| Number::Int(length as i128)))
            }
            Self::Characters(getter) => match if_there(getter.decode(payload, &mut ToRead))? {
                Some(Read::Text(text)) => {
                    let is_wide = matches!(getter.shape().kind, Kind::WString { .. });
                    Ok(Some(Number::Int(characters(&text, is_wide) as i128)))
                }
                _ => Ok(None),
            },
            Self::Negative(inner) => Ok(inner.read(payload)?.and_then(Number::negative)),
            Self::Reckon(operator, sides) => {
                let (left, right) = (sides.0.read(payload)?, sides.1.read(payload)?);
                Ok(left.zip(right).and_then(|(left, right)| left.reckon(*operator, right)))
            }
        }
    }
}

/// The characters of a text; a byte that is not UTF-8 is one, as it is in Python, and so is a lone surrogate.
fn characters(text: &[u8], is_wide: bool) -> usize {
    if is_wide {
        return text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
    }
    text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

impl Textual {
    fn read<'a>(&'a self, payload: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>> {
        match self {
            Self::Literal(text) => Ok(Some(Cow::Borrowed(text))),
            Self::Field(getter) => match if_there(getter.decode(payload, &mut ToRead))? {
                Some(Read::Text(text)) => Ok(Some(text)),
                _ => Ok(None),
            },
        }
    }
}

impl Haystack {
    fn contains(&self, payload: &[u8], needle: &Needle) -> Result<bool> {
        match needle {
            Needle::Number(number) => match number.read(payload)? {
                Some(number) => self.contains_number(payload, number),
                None => Ok(false),
            },
            Needle::Text(text) => match text.read(payload)? {
                Some(text) => self.contains_text(payload, &text),
                None => Ok(false),
            },
        }
    }

    fn contains_number(&self, payload: &[u8], wanted: Number) -> Result<bool> {
        let is_it = |number: Number| number.compare(wanted) == Some(Ordering::Equal);
        match self {
            Self::Array(getter) => {
                let mut find = Find(|item: &Read<'_>| match item {
                    Read::Scalar(scalar) => Number::of_scalar(*scalar).is_some_and(is_it),
                    _ => false,
                });
                Ok(if_there(getter.decode(payload, &mut find))?.unwrap_or(false))
            }
            Self::Numbers(numbers) => {
                for number in numbers {
                    if number.read(payload)?.is_some_and(is_it) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Text(_) | Self::Texts(_) => Ok(false),
        }
    }

    fn contains_text(&self, payload: &[u8], wanted: &[u8]) -> Result<bool> {
        match self {
            Self::Text(text) => {
                Ok(text.read(payload)?.is_some_and(|text| memmem::find(&text, wanted).is_some()))
            }
            Self::Array(getter) => {
                let mut find = Find(|item: &Read<'_>| matches!(item, Read::Text(text) if **text == *wanted));
                Ok(if_there(getter.decode(payload, &mut find))?.unwrap_or(false))
            }
            Self::Texts(texts) => {
                for text in texts {
                    if text.read(payload)?.is_some_and(|text| *text == *wanted) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Numbers(_) => Ok(false),
        }
    }
}

/// The text of UTF-16 units; a surrogate that stands alone as the three bytes that UTF-8 would have for it.
fn text_of(units: WideUnits<'_>) -> Vec<u8> {
    text_of_units(units.iter())
}

fn text_of_units(units: impl Iterator<Item = u16>) -> Vec<u8> {
    let mut text = Vec::new();
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(lone) => {
                let unit = lone.unpaired_surrogate();
                let low = |shift: u16| 0x80 | ((unit >> shift) & 0x3f) as u8;
                text.extend_from_slice(&[0xe0 | (unit >> 12) as u8, low(6), low(0)]);
            }
        }
    }
    text
}

fn read_scalar<'de>(value: Scalar) -> Read<'de> {
    match value {
        Scalar::Unit(unit) => Read::Text(text_of_units(std::iter::once(unit)).into()),
        value => Read::Scalar(value),
    }
}

/// Reads a scalar or a string.
struct ToRead;

impl<'de> Visitor<'de> for ToRead {
    type Value = Read<'de>;
    type Message = ();
    type List = ();

    fn scalar(&mut self, value: Scalar) -> Result<Read<'de>> {
        Ok(read_scalar(value))
    }
    fn string(&mut self, bytes: &'de [u8]) -> Result<Read<'de>> {
        Ok(Read::Text(bytes.into()))
    }
    fn wstring(&mut self, units: WideUnits<'de>) -> Result<Read<'de>> {
        Ok(Read::Text(text_of(units).into()))
    }
    fn block(&mut self, _block: Block<'de>) -> Result<Read<'de>> {
        Ok(Read::Other)
    }
    fn begin_message(&mut self, _layout: &Layout) -> Result<()> {
        Ok(())
    }
    fn field(&mut self, _message: &mut (), _index: usize, _value: Read<'de>) -> Result<()> {
        Ok(())
    }
    fn end_message(&mut self, _message: ()) -> Result<Read<'de>> {
        Ok(Read::Other)
    }
    fn begin_list(&mut self, _length: usize) -> Result<()> {
        Ok(())
    }
    fn item(&mut self, _list: &mut (), _index: usize, _value: Read<'de>) -> Result<()> {
        Ok(())
    }
    fn end_list(&mut self, _list: ()) -> Result<Read<'de>> {
        Ok(Read::Other)
    }
}

/// Whether one of the items of an array is what the function says yes to.
struct Find<F>(F);

impl<'de, F: FnMut(&Read<'_>) -> bool> Visitor<'de> for Find<F> {
    type Value = bool;
    type Message = ();
    type List = bool;

    fn scalar(&mut self, value: Scalar) -> Result<bool> {
        Ok((self.0)(&read_scalar(value)))
    }
    fn string(&mut self, bytes: &'de [u8]) -> Result<bool> {
        Ok((self.0)(&Read::Text(bytes.into())))
    }
    fn wstring(&mut self, units: WideUnits<'de>) -> Result<bool> {
        Ok((self.0)(&Read::Text(text_of(units).into())))
    }
    fn block(&mut self, block: Block<'de>) -> Result<bool> {
        let mut found = false;
        for_each_number(block, |number| {
            found = found || (self.0)(&Read::Scalar(number));
            Ok(())
        })?;
        Ok(found)
    }
    fn begin_message(&mut self, _layout: &Layout) -> Result<()> {
        Ok(())
    }
    fn field(&mut self, _message: &mut (), _index: usize, _value: bool) -> Result<()> {
        Ok(())
    }
    fn end_message(&mut self, _message: ()) -> Result<bool> {
        Ok(false)
    }
    fn begin_list(&mut self, _length: usize) -> Result<bool> {
        Ok(false)
    }
    fn item(&mut self, list: &mut bool, _index: usize, value: bool) -> Result<()> {
        *list |= value;
        Ok(())
    }
    fn end_list(&mut self, list: bool) -> Result<bool> {
        Ok(list)
    }
}
