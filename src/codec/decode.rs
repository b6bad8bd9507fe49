//! The one decode walker. It reads a payload in the order of a [`Plan`] and tells a [`Visitor`] what it finds;
//! what becomes of a message (Python objects, JSON text, a [`Value`](super::Value), nothing) is the visitor's.

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Cardinality, Primitive, Scalar, for_each_scalar};

use super::cdr::{Block, CdrReader, Encapsulation, Endian, HEADER_SIZE, holds_nul};
use super::plan::{FieldPlan, Kind, Layout, Plan, Step, end_of_run};

/// Receives what the walker reads, and makes a value of it. Everything borrowed lives as long as the payload.
pub trait Visitor<'de> {
    /// What a value becomes.
    type Value;
    /// A message that is being put together.
    type Message;
    /// A list that is being put together.
    type List;

    /// Whether values of fixed size may be jumped over unseen.
    const JUMPS: bool = false;

    /// One scalar.
    fn scalar(&mut self, value: Scalar) -> Result<Self::Value>;
    /// One string: its bytes, usually UTF-8, without NUL.
    fn string(&mut self, bytes: &'de [u8]) -> Result<Self::Value>;
    /// One wide string.
    fn wstring(&mut self, units: WideUnits<'de>) -> Result<Self::Value>;
    /// A run of numbers, of an array or a sequence.
    fn block(&mut self, block: Block<'de>) -> Result<Self::Value>;

    /// A message begins.
    fn begin_message(&mut self, layout: &Layout) -> Result<Self::Message>;
    /// The value of the field `index` comes next.
    #[inline(always)]
    fn before_field(&mut self, _message: &mut Self::Message, _layout: &Layout, _index: usize) -> Result<()> {
        Ok(())
    }
    /// The value of the field `index`.
    fn field(&mut self, message: &mut Self::Message, index: usize, value: Self::Value) -> Result<()>;
    /// A message ends.
    fn end_message(&mut self, message: Self::Message) -> Result<Self::Value>;

    /// A list of `length` values that are not numbers begins.
    fn begin_list(&mut self, length: usize) -> Result<Self::List>;
    /// The item `index` comes next.
    #[inline(always)]
    fn before_item(&mut self, _list: &mut Self::List, _index: usize) -> Result<()> {
        Ok(())
    }
    /// The value of the item `index`.
    fn item(&mut self, list: &mut Self::List, index: usize, value: Self::Value) -> Result<()>;
    /// A list ends.
    fn end_list(&mut self, list: Self::List) -> Result<Self::Value>;
}

/// The UTF-16 units of a wide string, each in a `u32` on the wire; all were checked to fit.
#[derive(Clone, Copy, Debug)]
pub struct WideUnits<'de> {
    bytes: &'de [u8],
    endian: Endian,
}

impl<'de> WideUnits<'de> {
    /// The units in order; surrogates may stand alone.
    pub fn iter(self) -> impl Iterator<Item = u16> + 'de {
        let low_half = if self.endian == Endian::Big { 2 } else { 0 };
        self.bytes.chunks_exact(4).map(move |unit| {
            let half = [unit[low_half], unit[low_half + 1]];
            if self.endian == Endian::Big { u16::from_be_bytes(half) } else { u16::from_le_bytes(half) }
        })
    }

    /// How many units there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.bytes.len() / 4
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }
}

/// Walks over `payload` and returns what the visitor made of it, and the number of bytes that the message takes,
/// header included. Bytes behind the last field are not looked at (shared-memory publishers leave some there).
///
/// Errors carry type, path and offset: a payload that ends early, a foreign encapsulation, an exceeded bound.
pub fn decode<'de, V: Visitor<'de>>(
    plan: &Plan,
    payload: &'de [u8],
    visitor: &mut V,
) -> Result<(V::Value, usize)> {
    let walked = Encapsulation::read(payload).and_then(|encapsulation| match encapsulation.endian {
        Endian::Little => walk::<V, false>(plan, payload, visitor),
        Endian::Big => walk::<V, true>(plan, payload, visitor),
    });
    walked.map_err(|error| error.in_type(plan.type_name()))
}

fn walk<'de, V: Visitor<'de>, const BIG: bool>(
    plan: &Plan,
    payload: &'de [u8],
    visitor: &mut V,
) -> Result<(V::Value, usize)> {
    let mut walker = DecodeWalker::<V, BIG> { plan, reader: CdrReader::new(payload), visitor };
    let value = walker.message(plan.root())?;
    Ok((value, walker.reader.offset()))
}

pub(super) struct DecodeWalker<'w, 'de, V, const BIG: bool> {
    pub(super) plan: &'w Plan,
    pub(super) reader: CdrReader<'de>,
    pub(super) visitor: &'w mut V,
}

impl<'de, V: Visitor<'de>, const BIG: bool> DecodeWalker<'_, 'de, V, BIG> {
    const ENDIAN: Endian = if BIG { Endian::Big } else { Endian::Little };

    fn message(&mut self, layout: &Layout) -> Result<V::Value> {
        let mut message = self.visitor.begin_message(layout)?;
        if V::JUMPS && self.jump(layout, 1) {
            return self.visitor.end_message(message);
        }
        if layout.fields.is_empty() {
            self.reader.take(1)?;
        }
        for (index, &step) in layout.steps.iter().enumerate() {
            self.visitor.before_field(&mut message, layout, index)?;
            let value = match step {
                Step::Scalar(primitive) => self.scalar(primitive),
                Step::String => self.string(0),
                Step::Leaf(inner) | Step::Message(inner) => self.message(self.plan.layout(inner as usize)),
                Step::Other => self.field(&layout.fields[index]),
            };
            let value = value.map_err(|error| error.in_field(&layout.fields[index].name))?;
            self.visitor.field(&mut message, index, value)?;
        }
        self.visitor.end_message(message)
    }

    #[inline(always)]
    pub(super) fn field(&mut self, field: &FieldPlan) -> Result<V::Value> {
        self.value(field.kind, field.cardinality)
    }

    /// One value of any kind, or as many as there are.
    #[inline(always)]
    pub(super) fn value(&mut self, kind: Kind, cardinality: Cardinality) -> Result<V::Value> {
        if cardinality == Cardinality::Single {
            return self.single(kind);
        }
        let length = self.length(kind, cardinality)?;
        self.run(kind, length)
    }

    /// How many values follow: said by the type, or read and checked against the bytes that are left.
    #[inline(always)]
    pub(super) fn length(&mut self, kind: Kind, cardinality: Cardinality) -> Result<usize> {
        match cardinality {
            Cardinality::Single => Ok(1),
            Cardinality::Array(length) => Ok(usize::try_from(length).unwrap_or(usize::MAX)),
            Cardinality::Sequence { bound } => self.reader.length::<BIG>(bound, self.plan.least_size(kind)),
        }
    }

    #[inline(always)]
    pub(super) fn single(&mut self, kind: Kind) -> Result<V::Value> {
        match kind {
            Kind::Scalar(primitive) => self.scalar(primitive),
            Kind::String { bound } => self.string(bound),
            Kind::WString { bound } => self.wstring(bound),
            Kind::Message(index) => self.message(self.plan.layout(index)),
        }
    }

    #[inline(always)]
    fn scalar(&mut self, primitive: Primitive) -> Result<V::Value> {
        macro_rules! read {
            ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
                // The visitor is called in every arm, so that it sees which scalar it is (C1).
                match primitive {
                    Primitive::Bool => {
                        let value = self.reader.number::<u8, BIG>()? != 0;
                        self.visitor.scalar(Scalar::Bool(value))
                    }
                    $(Primitive::$variant => {
                        let value = self.reader.number::<$rust, BIG>()?;
                        self.visitor.scalar(Scalar::$wide(<$wide_type>::from(value)))
                    })*
                }
            };
        }
        for_each_scalar!(read)
    }

    fn string(&mut self, bound: u64) -> Result<V::Value> {
        let length = self.reader.number::<u32, BIG>()? as usize;
        let counted = self.reader.take(length)?;
        if V::JUMPS && bound == 0 {
            return self.visitor.string(counted);
        }
        // The terminator is counted, may be missing, and ends the text wherever it stands: as genuine nodes read.
        let text = match counted {
            [text @ .., 0] if !holds_nul(text) => text,
            _ => &counted[..memchr::memchr(0, counted).unwrap_or(length)],
        };
        if bound != 0 && text.len() as u64 > bound {
            return Err(over_bound(text.len(), "bytes", bound, self.reader.offset() - length - 4));
        }
        self.visitor.string(text)
    }

    fn wstring(&mut self, bound: u64) -> Result<V::Value> {
        let length = self.reader.length::<BIG>(None, 4)?;
        let start = self.reader.offset();
        if bound != 0 && length as u64 > bound {
            return Err(over_bound(length, "UTF-16 units", bound, start - 4));
        }
        let units = WideUnits { bytes: self.reader.take(length * 4)?, endian: Self::ENDIAN };
        let high_half = if BIG { 0..2 } else { 2..4 };
        let misfit = units.bytes.chunks_exact(4).position(|unit| unit[high_half.clone()] != [0, 0]);
        if let Some(index) = misfit {
            let message = "a wide character above 0xFFFF; wide strings hold UTF-16 units";
            return Err(Error::new(ErrorKind::Range, message).in_item(index).at_offset(start + 4 * index));
        }
        self.visitor.wstring(units)
    }

    fn run(&mut self, kind: Kind, length: usize) -> Result<V::Value> {
        match kind {
            Kind::Scalar(primitive) if primitive.is_block() => self.block(primitive, length),
            Kind::Message(index) if V::JUMPS && self.jump(self.plan.layout(index), length) => {
                let list = self.visitor.begin_list(length)?;
                self.visitor.end_list(list)
            }
            _ => self.list(kind, length),
        }
    }

    fn block(&mut self, primitive: Primitive, length: usize) -> Result<V::Value> {
        let block = self.take_block(primitive, length)?;
        self.visitor.block(block)
    }

    #[inline(always)]
    pub(super) fn take_block(&mut self, primitive: Primitive, length: usize) -> Result<Block<'de>> {
        if length > 0 {
            self.reader.align(primitive.size());
        }
        let offset = self.reader.offset();
        let bytes = self.reader.take(length.saturating_mul(primitive.size()))?;
        Ok(Block { bytes, primitive, endian: Self::ENDIAN, offset })
    }

    fn list(&mut self, kind: Kind, length: usize) -> Result<V::Value> {
        self.check_room(kind, length)?;
        let mut list = self.visitor.begin_list(length)?;
        for index in 0..length {
            self.visitor.before_item(&mut list, index)?;
            let value = self.single(kind).map_err(|error| error.in_item(index))?;
            self.visitor.item(&mut list, index, value)?;
        }
        self.visitor.end_list(list)
    }

    /// An array's length comes from the definition: to be checked before anybody reserves room for it.
    #[inline(always)]
    pub(super) fn check_room(&mut self, kind: Kind, length: usize) -> Result<()> {
        let least_size = length.saturating_mul(self.plan.least_size(kind));
        if least_size > self.reader.remaining() {
            self.reader.take(least_size)?;
        }
        Ok(())
    }

    /// Passes over `count` values of fixed size at once. When they do not fit into what is left, nothing is passed
    /// over, so that walking through them finds the exact place.
    pub(super) fn jump(&mut self, layout: &Layout, count: usize) -> bool {
        let Some(sizes) = &layout.fixed_size else { return false };
        let start = self.reader.position();
        let end = if count == 1 { Some(start + sizes[start % 8]) } else { end_of_run(sizes, start, count) };
        let fits = end.filter(|end| end - start <= self.reader.remaining());
        fits.inspect(|&end| self.reader.seek(end)).is_some()
    }
}

#[cold]
fn over_bound(length: usize, unit: &str, bound: u64, offset: usize) -> Error {
    let message = format!("{length} {unit}, but the bound is {bound}");
    Error::new(ErrorKind::Bound, message).at_offset(offset.max(HEADER_SIZE))
}
