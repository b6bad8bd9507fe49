//! [`FromDefault`]: the source that answers with declared defaults, and with zeros and empty texts elsewhere.

use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Cardinality, Literal, Primitive, Scalar};

use super::cdr::CdrWriter;
use super::encode::{BlockSpec, NoScalars, Source};
use super::plan::{FieldPlan, Layout, Plan};

/// The default of a field or of a part of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Default<'p> {
    /// A declared value, or an element of one.
    Declared(&'p Literal),
    /// Zero, empty text, or a message of defaults.
    Zero,
    /// That many zeros.
    Zeros(u64),
}

impl<'p> Default<'p> {
    /// The default of a field.
    pub(crate) fn of(field: &'p FieldPlan) -> Self {
        match (&field.default, field.cardinality) {
            (Some(literal), _) => Self::Declared(literal),
            (None, Cardinality::Single) => Self::Zero,
            (None, Cardinality::Array(length)) => Self::Zeros(length),
            (None, Cardinality::Sequence { .. }) => Self::Zeros(0),
        }
    }
}

/// Answers with defaults; `B` is the blob type of the writer it shares with another source.
pub(crate) struct FromDefault<'p, B> {
    plan: &'p Plan,
    blob: PhantomData<B>,
}

impl<'p, B> FromDefault<'p, B> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        Self { plan, blob: PhantomData }
    }
}

/// The items of a default array that are still to come.
pub(crate) enum DefaultItems<'p> {
    Declared(std::slice::Iter<'p, Literal>),
    Zeros(u64),
}

impl<'p, B: AsRef<[u8]> + Send> Source for FromDefault<'p, B> {
    type Item = Default<'p>;
    type Message = usize;
    type List = DefaultItems<'p>;
    type Blob = B;
    type Scalars<'s>
        = NoScalars
    where
        Self: 's;

    fn scalar(&mut self, item: &Self::Item, primitive: Primitive) -> Result<Scalar> {
        match item {
            Default::Declared(Literal::Bool(value)) => Ok(Scalar::Bool(*value)),
            Default::Declared(Literal::Float(value)) => Ok(Scalar::Float64(*value)),
            Default::Declared(Literal::Int(value)) => i64::try_from(*value)
                .map(Scalar::Int)
                .or_else(|_| u64::try_from(*value).map(Scalar::UInt))
                .map_err(|_| misfit(primitive.name())),
            Default::Declared(_) => Err(misfit(primitive.name())),
            Default::Zero | Default::Zeros(_) => Ok(match primitive {
                Primitive::Bool => Scalar::Bool(false),
                Primitive::Char | Primitive::WChar => Scalar::Unit(0),
                _ => Scalar::Int(0),
            }),
        }
    }

    fn string(&mut self, item: &Self::Item, then: impl FnOnce(&[u8]) -> Result<()>) -> Result<()> {
        match item {
            Default::Declared(Literal::String(text)) => then(text.as_bytes()),
            Default::Declared(_) => Err(misfit("string")),
            Default::Zero | Default::Zeros(_) => then(b""),
        }
    }

    fn wstring(&mut self, item: &Self::Item, units: &mut Vec<u16>) -> Result<()> {
        match item {
            Default::Declared(Literal::String(text)) => units.extend(text.encode_utf16()),
            Default::Declared(_) => return Err(misfit("wstring")),
            Default::Zero | Default::Zeros(_) => {}
        }
        Ok(())
    }

    fn block(&mut self, item: &Self::Item, spec: BlockSpec, writer: &mut CdrWriter<B>) -> Result<bool> {
        let Default::Zeros(count) = *item else { return Ok(false) };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        spec.begin(writer, count)?;
        writer.zeros(count.saturating_mul(spec.primitive.size()));
        Ok(true)
    }

    fn begin_message(&mut self, _item: Self::Item, layout: &Layout) -> Result<usize> {
        Ok(layout.index)
    }

    fn field(&mut self, message: &mut usize, _layout: &Layout, index: usize) -> Result<Option<Self::Item>> {
        Ok(self.plan.layout(*message).fields.get(index).map(Default::of))
    }

    fn end_message(&mut self, _message: usize, _layout: &Layout) -> Result<()> {
        Ok(())
    }

    fn begin_list(&mut self, item: &Self::Item) -> Result<Self::List> {
        match item {
            Default::Declared(Literal::List(items)) => Ok(DefaultItems::Declared(items.iter())),
            Default::Declared(_) => Err(misfit("array")),
            Default::Zero => Ok(DefaultItems::Zeros(0)),
            Default::Zeros(count) => Ok(DefaultItems::Zeros(*count)),
        }
    }

    fn next_item(&mut self, list: &mut Self::List) -> Result<Option<Self::Item>> {
        Ok(match list {
            DefaultItems::Declared(items) => items.next().map(Default::Declared),
            DefaultItems::Zeros(0) => None,
            DefaultItems::Zeros(count) => {
                *count -= 1;
                Some(Default::Zero)
            }
        })
    }
}

fn misfit(wanted: &str) -> Error {
    Error::new(ErrorKind::Definition, format!("the declared default is not a {wanted}"))
}
