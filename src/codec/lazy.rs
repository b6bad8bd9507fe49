//! [`Place`] and [`Parts`]: where the fields and items of a message lie, found when they are asked for.
//!
//! What lazy views are made of (Python's `codec.view`): a place is a value that was not decoded yet, and [`Parts`]
//! finds the places inside one, remembers them, and passes over no byte twice.

use super::cdr::{CdrReader, Encapsulation, Endian};
use super::decode::{DecodeWalker, Visitor};
use super::get::{end_of_items, no_item};
use super::path::Shape;
use super::plan::{Kind, Plan};
use super::skip::Skip;
use crate::error::{Error, Result};
use crate::schema::Cardinality;

/// A value in a payload that was not decoded: what it is, and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub shape: Shape,
    /// Where the bytes before it end, counted from the encapsulation header.
    pub(super) position: usize,
}

impl Place {
    /// The whole message.
    #[must_use]
    pub fn root(plan: &Plan) -> Self {
        Self { shape: Shape::of_message(plan), position: 0 }
    }

    /// Decodes the value. Paths of errors begin here.
    pub fn decode<'de, V: Visitor<'de>>(
        self,
        plan: &Plan,
        payload: &'de [u8],
        visitor: &mut V,
    ) -> Result<V::Value> {
        let Shape { kind, cardinality } = self.shape;
        match Encapsulation::read(payload)?.endian {
            Endian::Little => self.walker::<V, false>(plan, payload, visitor).value(kind, cardinality),
            Endian::Big => self.walker::<V, true>(plan, payload, visitor).value(kind, cardinality),
        }
    }

    /// How many items the array has.
    pub fn length(self, plan: &Plan, payload: &[u8]) -> Result<usize> {
        self.with_skip(plan, payload, Skipping::Length)
    }

    /// Where in the payload, header included, the first item of an array begins, alignment not counted.
    pub(crate) fn first_item(self, plan: &Plan, payload: &[u8]) -> Result<usize> {
        self.with_skip(plan, payload, Skipping::First)
    }

    fn walker<'w, 'de, V, const BIG: bool>(
        self,
        plan: &'w Plan,
        payload: &'de [u8],
        visitor: &'w mut V,
    ) -> DecodeWalker<'w, 'de, V, BIG> {
        let mut reader = CdrReader::new(payload);
        reader.seek(self.position);
        DecodeWalker { plan, reader, visitor }
    }

    fn with_skip(self, plan: &Plan, payload: &[u8], task: Skipping) -> Result<usize> {
        match Encapsulation::read(payload)?.endian {
            Endian::Little => task.run(self.walker::<_, false>(plan, payload, &mut Skip), self.shape),
            Endian::Big => task.run(self.walker::<_, true>(plan, payload, &mut Skip), self.shape),
        }
    }
}

/// What is found out without a value.
#[derive(Clone, Copy)]
enum Skipping {
    /// How many items an array has.
    Length,
    /// The offset behind the length of an array.
    First,
    /// The position behind an item or a field.
    End,
}

impl Skipping {
    fn run<const BIG: bool>(
        self,
        mut walker: DecodeWalker<'_, '_, Skip, BIG>,
        shape: Shape,
    ) -> Result<usize> {
        match self {
            Self::End => walker.value(shape.kind, shape.cardinality).map(|()| walker.reader.position()),
            Self::Length | Self::First => {
                let length = walker.length(shape.kind, shape.cardinality)?;
                let behind_length = walker.reader;
                match shape.kind {
                    Kind::Scalar(primitive) if primitive.is_block() => {
                        walker.take_block(primitive, length)?;
                    }
                    kind => walker.check_room(kind, length)?,
                }
                walker.reader = behind_length;
                Ok(if matches!(self, Self::Length) { length } else { walker.reader.offset() })
            }
        }
    }
}

/// The places of the fields of a message, or of the items of an array.
#[derive(Debug)]
pub struct Parts {
    whole: Place,
    /// How many there are.
    length: usize,
    /// Where the first ones begin, as far as they were looked for.
    found: Vec<usize>,
}

impl Parts {
    /// The parts of a message or an array. Errors where the length of an array cannot be.
    pub fn of(plan: &Plan, payload: &[u8], whole: Place) -> Result<Self> {
        match (whole.shape.kind, whole.shape.cardinality) {
            (Kind::Message(index), Cardinality::Single) => {
                let length = plan.layout(index).fields.len();
                Ok(Self { whole, length, found: vec![whole.position] })
            }
            _ => {
                let length = whole.length(plan, payload)?;
                let first = whole.first_item(plan, payload)? - super::HEADER_SIZE;
                Ok(Self { whole, length, found: vec![first] })
            }
        }
    }

    /// What they are parts of.
    #[must_use]
    pub fn whole(&self) -> Place {
        self.whole
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The place of a part. Errors, with the path from the whole, where one before it is malformed.
    pub fn part(&mut self, plan: &Plan, payload: &[u8], index: usize) -> Result<Place> {
        if index >= self.length {
            return Err(no_item(index, self.length));
        }
        let shape_of = |index: usize| match (self.whole.shape.kind, self.whole.shape.cardinality) {
            (Kind::Message(layout), Cardinality::Single) => {
                Shape::of_field(&plan.layout(layout).fields[index])
            }
            _ => self.whole.shape.of_item(),
        };
        if let Some(&position) = self.found.get(index) {
            return Ok(Place { shape: shape_of(index), position });
        }
        if let Some(position) = self.fixed_item(plan, index) {
            return Ok(Place { shape: shape_of(index), position });
        }
        for passed in self.found.len() - 1..index {
            let place = Place { shape: shape_of(passed), position: self.found[passed] };
            let end = place.with_skip(plan, payload, Skipping::End);
            let shape = self.whole.shape;
            self.found.push(end.map_err(|error| Self::located(plan, shape, error, passed))?);
        }
        Ok(Place { shape: shape_of(index), position: self.found[index] })
    }

    /// Where an item of an array of values of fixed size begins.
    fn fixed_item(&self, plan: &Plan, index: usize) -> Option<usize> {
        let first = *self.found.first()?;
        match self.whole.shape.cardinality {
            Cardinality::Single => None,
            _ => end_of_items(plan, self.whole.shape.kind, first, index),
        }
    }

    /// The same error inside a part of a value of that shape.
    #[cold]
    #[must_use]
    pub fn located(plan: &Plan, whole: Shape, error: Error, index: usize) -> Error {
        match (whole.kind, whole.cardinality) {
            (Kind::Message(layout), Cardinality::Single) => {
                error.in_field(&plan.layout(layout).fields[index].name)
            }
            _ => error.in_item(index),
        }
    }
}
