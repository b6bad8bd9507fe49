//! The one encode walker. It writes a payload in the order of a [`Plan`] and asks a [`Source`] for each value;
//! where values come from (Python objects, JSON text, a [`Value`](super::Value), defaults) is the source's.

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Cardinality, Primitive, Scalar, for_each_scalar, narrow, widen};

use super::cdr::{CdrWriter, Endian, check_length, holds_nul};
use super::default::{Default, FromDefault};
use super::plan::{FieldPlan, Kind, Layout, Plan, Step};

/// Answers what the walker asks for.
pub trait Source {
    /// One value of the source.
    type Item: Clone;
    /// A message that is being read.
    type Message;
    /// A list that is being read.
    type List;
    /// What large runs of bytes are handed over as.
    type Blob: AsRef<[u8]> + Send;
    /// The scalars of a message, where they can be told at once.
    type Scalars<'s>: Scalars
    where
        Self: 's;

    /// A scalar of the given type. A number may be answered in any width and signedness: the walker checks the range.
    fn scalar(&mut self, item: &Self::Item, primitive: Primitive) -> Result<Scalar>;
    /// The bytes of a string, handed to `then`.
    fn string(&mut self, item: &Self::Item, then: impl FnOnce(&[u8]) -> Result<()>) -> Result<()>;
    /// The bytes of a string, if the item holds them as they are; else the walker asks for the string.
    #[inline(always)]
    fn told_string<'i>(&self, _item: &'i Self::Item) -> Option<&'i [u8]> {
        None
    }
    /// The UTF-16 units of a wide string, appended to `units`.
    fn wstring(&mut self, item: &Self::Item, units: &mut Vec<u16>) -> Result<()>;
    /// Writes an array or sequence of numbers as a whole, its length included, if the item holds one; `false` makes
    /// the walker ask for it as a list of scalars.
    fn block(
        &mut self,
        item: &Self::Item,
        spec: BlockSpec,
        writer: &mut CdrWriter<Self::Blob>,
    ) -> Result<bool>;

    /// A message begins.
    fn begin_message(&mut self, item: Self::Item, layout: &Layout) -> Result<Self::Message>;
    /// The value of the field `index`, or `None` where the message has none: then the default is written.
    fn field(
        &mut self,
        message: &mut Self::Message,
        layout: &Layout,
        index: usize,
    ) -> Result<Option<Self::Item>>;
    /// Hands the message's scalars to `then`, if they can be told at once; else the walker asks for the fields' values. What
    /// is [`Send`] holds nothing of an interpreter, so that the message stays as it is.
    #[inline(always)]
    fn with_scalars<R>(
        &self,
        _message: &Self::Message,
        _then: impl FnOnce(Self::Scalars<'_>) -> R + Send,
    ) -> Option<R> {
        None
    }
    /// [`with_scalars`](Self::with_scalars) of the message in the field `index`, of the layout `inner`.
    #[inline(always)]
    fn with_scalars_of<R>(
        &self,
        _message: &Self::Message,
        _index: usize,
        _inner: &Layout,
        _then: impl FnOnce(Self::Scalars<'_>) -> R + Send,
    ) -> Option<R> {
        None
    }
    /// Hands the bytes of the string in the field `index` to `then`, if they can be told at once; else the walker asks for
    /// the field's value. [`Send`] as above.
    #[inline(always)]
    fn string_field<R>(
        &self,
        _message: &Self::Message,
        _index: usize,
        _then: impl FnOnce(&[u8]) -> R + Send,
    ) -> Option<R> {
        None
    }
    /// A message ends; errors when it holds more than the layout's fields.
    fn end_message(&mut self, message: Self::Message, layout: &Layout) -> Result<()>;

    /// A list begins.
    fn begin_list(&mut self, item: &Self::Item) -> Result<Self::List>;
    /// The next item, or `None` at the end.
    fn next_item(&mut self, list: &mut Self::List) -> Result<Option<Self::Item>>;
}

/// The scalars of a message that does not change meanwhile.
pub trait Scalars {
    /// The scalar in the field `index`, if it is told at once.
    fn get(&self, index: usize, primitive: Primitive) -> Option<Scalar>;
}

/// Of a source that tells none at once.
pub struct NoScalars;

impl Scalars for NoScalars {
    fn get(&self, _index: usize, _primitive: Primitive) -> Option<Scalar> {
        None
    }
}

/// What a [`Source::block`] is to write.
#[derive(Clone, Copy, Debug)]
pub struct BlockSpec {
    /// The type of each number.
    pub primitive: Primitive,
    /// How many numbers are allowed.
    pub cardinality: Cardinality,
    /// The byte order to write.
    pub endian: Endian,
}

impl BlockSpec {
    /// Writes the length of a block and aligns, so that the numbers can follow.
    pub fn begin<B: AsRef<[u8]>>(self, writer: &mut CdrWriter<B>, length: usize) -> Result<()> {
        match self.endian {
            Endian::Little => writer.length::<false>(self.cardinality, length)?,
            Endian::Big => writer.length::<true>(self.cardinality, length)?,
        }
        if length > 0 {
            writer.align(self.primitive.size());
        }
        Ok(())
    }

    /// Writes a block number by number, each checked against the range of the type.
    pub fn numbers<B: AsRef<[u8]>>(
        self,
        writer: &mut CdrWriter<B>,
        length: usize,
        numbers: impl Iterator<Item = Scalar>,
    ) -> Result<()> {
        self.begin(writer, length)?;
        for (index, number) in numbers.enumerate() {
            let written = match self.endian {
                Endian::Little => write_scalar::<B, false>(writer, number, self.primitive),
                Endian::Big => write_scalar::<B, true>(writer, number, self.primitive),
            };
            written.map_err(|error| error.in_item(index))?;
        }
        Ok(())
    }
}

#[inline(always)]
fn write_scalar<B: AsRef<[u8]>, const BIG: bool>(
    writer: &mut CdrWriter<B>,
    value: Scalar,
    primitive: Primitive,
) -> Result<()> {
    macro_rules! write {
        ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
            match primitive {
                Primitive::Bool => writer.number::<u8, BIG>(bool::narrow(value, primitive)?.into()),
                $(Primitive::$variant => writer.number::<$rust, BIG>(<$rust>::narrow(value, Primitive::$variant)?),)*
            }
        };
    }
    for_each_scalar!(write);
    Ok(())
}

#[inline(always)]
fn write_string<B: AsRef<[u8]>, const BIG: bool>(
    writer: &mut CdrWriter<B>,
    text: &[u8],
    bound: u64,
) -> Result<()> {
    if bound != 0 && text.len() as u64 > bound {
        return Err(over_bound(text.len(), "bytes", bound));
    }
    if holds_nul(text) {
        return Err(nul_in_text(text));
    }
    writer.string::<BIG>(text)
}

/// Writes the message `item` of `source` behind the header that `writer` holds already. Errors carry type and path.
pub fn encode<S: Source>(
    plan: &Plan,
    source: &mut S,
    item: &S::Item,
    endian: Endian,
    writer: &mut CdrWriter<S::Blob>,
) -> Result<()> {
    let walked = match endian {
        Endian::Little => {
            EncodeWalker::<S, false> { plan, source, writer }.message(item.clone(), plan.root())
        }
        Endian::Big => EncodeWalker::<S, true> { plan, source, writer }.message(item.clone(), plan.root()),
    };
    walked.map_err(|error| error.in_type(plan.type_name()))
}

/// Writes the scalars from the field `index` on that are told at once; returns the first field that is none. A loop of
/// its own, to be a small one (C3).
#[inline(never)]
fn told_scalars<S: Source, const BIG: bool>(
    writer: &mut CdrWriter<S::Blob>,
    scalars: &S::Scalars<'_>,
    layout: &Layout,
    mut index: usize,
) -> Result<usize> {
    let mut numbers = writer.numbers();
    while let Some(&Step::Scalar(primitive)) = layout.steps.get(index) {
        macro_rules! write {
            ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
                // Source and writer are called in every arm, so that both see which scalar it is (C3).
                match primitive {
                    Primitive::Bool => {
                        let told = scalars.get(index, Primitive::Bool);
                        told.map(|value| Ok(numbers.push::<u8, BIG>(bool::narrow(value, primitive)?.into())))
                    }
                    $(Primitive::$variant => {
                        let told = scalars.get(index, Primitive::$variant);
                        told.map(|value| Ok(numbers.push::<$rust, BIG>(<$rust>::narrow(value, Primitive::$variant)?)))
                    })*
                }
            };
        }
        let told: Option<Result<()>> = for_each_scalar!(write);
        let Some(written) = told else { break };
        written.map_err(|error| error.in_field(&layout.fields[index].name))?;
        index += 1;
    }
    Ok(index)
}

struct EncodeWalker<'w, S: Source, const BIG: bool> {
    plan: &'w Plan,
    source: &'w mut S,
    writer: &'w mut CdrWriter<S::Blob>,
}

impl<S: Source, const BIG: bool> EncodeWalker<'_, S, BIG> {
    const ENDIAN: Endian = if BIG { Endian::Big } else { Endian::Little };

    fn message(&mut self, item: S::Item, layout: &Layout) -> Result<()> {
        self.message_from(item, layout, 0)
    }

    /// Writes a message from the field `index` on.
    fn message_from(&mut self, item: S::Item, layout: &Layout, mut index: usize) -> Result<()> {
        let mut message = self.source.begin_message(item, layout)?;
        if layout.fields.is_empty() {
            self.writer.number::<u8, BIG>(0);
        }
        while let Some(&step) = layout.steps.get(index) {
            let (told, begun) = self.told(&message, layout, (index, step))?;
            if told > index {
                index = told;
                continue;
            }
            let field = &layout.fields[index];
            let written = match (self.source.field(&mut message, layout, index)?, step) {
                (Some(item), Step::Leaf(inner) | Step::Message(inner)) => {
                    self.message_from(item, self.plan.layout(inner as usize), begun)
                }
                (Some(item), _) => self.field(item, field),
                (None, _) => self.default(field),
            };
            written.map_err(|error| error.in_field(&field.name))?;
            index += 1;
        }
        self.source.end_message(message, layout)
    }

    /// Writes what the source can tell at once of the fields from `index` on. Returns the first that it cannot, and how
    /// much of the message in that one is written.
    #[inline(always)]
    fn told(
        &mut self,
        message: &S::Message,
        layout: &Layout,
        (index, step): (usize, Step),
    ) -> Result<(usize, usize)> {
        let (source, writer) = (&*self.source, &mut *self.writer);
        match step {
            Step::Scalar(_) => {
                let write = |scalars: S::Scalars<'_>| told_scalars::<S, BIG>(writer, &scalars, layout, index);
                Ok((source.with_scalars(message, write).unwrap_or(Ok(index))?, 0))
            }
            Step::String => {
                let write = |text: &[u8]| write_string::<S::Blob, BIG>(writer, text, 0);
                let Some(written) = source.string_field(message, index, write) else { return Ok((index, 0)) };
                written.map_err(|error| error.in_field(&layout.fields[index].name))?;
                Ok((index + 1, 0))
            }
            Step::Leaf(inner) => {
                let inner = self.plan.layout(inner as usize);
                let write = |scalars: S::Scalars<'_>| told_scalars::<S, BIG>(writer, &scalars, inner, 0);
                let told = source.with_scalars_of(message, index, inner, write).unwrap_or(Ok(0));
                let told = told.map_err(|error| error.in_field(&layout.fields[index].name))?;
                Ok(if told == inner.fields.len() { (index + 1, 0) } else { (index, told) })
            }
            Step::Message(_) | Step::Other => Ok((index, 0)),
        }
    }

    #[inline(always)]
    fn field(&mut self, item: S::Item, field: &FieldPlan) -> Result<()> {
        match (field.cardinality, field.kind) {
            (Cardinality::Single, Kind::Message(index)) => self.message(item, self.plan.layout(index)),
            (Cardinality::Single, Kind::String { bound }) => self.string(&item, bound),
            _ => self.other_field(&item, field),
        }
    }

    #[inline(never)] // keeps the loop over the fields small (C3)
    fn other_field(&mut self, item: &S::Item, field: &FieldPlan) -> Result<()> {
        match (field.cardinality, field.kind) {
            (Cardinality::Single, kind) => self.single(item.clone(), kind),
            (cardinality, Kind::Scalar(primitive)) if primitive.is_block() => {
                let spec = BlockSpec { primitive, cardinality, endian: Self::ENDIAN };
                if self.source.block(item, spec, self.writer)? {
                    return Ok(());
                }
                self.scalars(item, primitive, cardinality)
            }
            (cardinality, Kind::String { bound }) => {
                self.list(item, cardinality, |walker, item| walker.string(&item, bound))
            }
            (cardinality, Kind::Message(index)) => {
                let layout = self.plan.layout(index);
                self.list(item, cardinality, |walker, item| walker.message(item, layout))
            }
            (cardinality, kind) => self.list(item, cardinality, |walker, item| walker.single(item, kind)),
        }
    }

    #[inline(never)]
    fn default(&mut self, field: &FieldPlan) -> Result<()> {
        let mut source = FromDefault::new(self.plan);
        let item = Default::of(field);
        EncodeWalker::<FromDefault<S::Blob>, BIG> {
            plan: self.plan,
            source: &mut source,
            writer: self.writer,
        }
        .field(item, field)
    }

    #[inline(always)]
    fn single(&mut self, item: S::Item, kind: Kind) -> Result<()> {
        match kind {
            Kind::Scalar(primitive) => self.scalar(&item, primitive),
            Kind::String { bound } => self.string(&item, bound),
            Kind::WString { bound } => self.wstring(&item, bound),
            Kind::Message(index) => self.message(item, self.plan.layout(index)),
        }
    }

    fn scalar(&mut self, item: &S::Item, primitive: Primitive) -> Result<()> {
        // Both calls are inlined into one match, so that the source sees a constant.
        let value = self.source.scalar(item, primitive)?;
        write_scalar::<S::Blob, BIG>(self.writer, value, primitive)
    }

    fn scalars(&mut self, item: &S::Item, primitive: Primitive, cardinality: Cardinality) -> Result<()> {
        macro_rules! write {
            ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
                match primitive {
                    Primitive::Bool => self.list(item, cardinality, |walker, item| walker.scalar(&item, Primitive::Bool)),
                    $(Primitive::$variant => {
                        self.list(item, cardinality, |walker, item| walker.scalar(&item, Primitive::$variant))
                    })*
                }
            };
        }
        for_each_scalar!(write)
    }

    fn string(&mut self, item: &S::Item, bound: u64) -> Result<()> {
        if let Some(text) = self.source.told_string(item) {
            return write_string::<S::Blob, BIG>(self.writer, text, bound);
        }
        let writer = &mut *self.writer;
        self.source.string(item, |text| write_string::<S::Blob, BIG>(writer, text, bound))
    }

    fn wstring(&mut self, item: &S::Item, bound: u64) -> Result<()> {
        let mut units = Vec::new();
        self.source.wstring(item, &mut units)?;
        if bound != 0 && units.len() as u64 > bound {
            return Err(over_bound(units.len(), "UTF-16 units", bound));
        }
        self.writer.length::<BIG>(Cardinality::Sequence { bound: None }, units.len())?;
        units.iter().for_each(|&unit| self.writer.number::<u32, BIG>(unit.into()));
        Ok(())
    }

    /// Writes a list whose length is known only when it ends, so that a source may stream and a list that changes
    /// while it is read stays consistent.
    #[inline(always)]
    fn list(
        &mut self,
        item: &S::Item,
        cardinality: Cardinality,
        mut write: impl FnMut(&mut Self, S::Item) -> Result<()>,
    ) -> Result<()> {
        let mut list = self.source.begin_list(item)?;
        let (most, place) = match cardinality {
            Cardinality::Sequence { bound } => (bound, Some(self.writer.reserve_length())),
            Cardinality::Array(length) => (Some(length), None),
            Cardinality::Single => (Some(1), None),
        };
        let mut length = 0;
        while let Some(item) = self.source.next_item(&mut list)? {
            if most.is_some_and(|most| length as u64 >= most) {
                while self.source.next_item(&mut list)?.is_some() {
                    length += 1;
                }
                return check_length(cardinality, length + 1);
            }
            write(self, item).map_err(|error| error.in_item(length))?;
            length += 1;
        }
        check_length(cardinality, length)?;
        place.map_or(Ok(()), |place| self.writer.fill_length::<BIG>(place, length))
    }
}

#[cold]
fn nul_in_text(text: &[u8]) -> Error {
    let index = memchr::memchr(0, text).unwrap_or_default();
    let message = format!("the text holds a NUL character at byte {index}, which ends a ROS string");
    Error::new(ErrorKind::Text, message)
}

#[cold]
fn over_bound(length: usize, unit: &str, bound: u64) -> Error {
    Error::new(ErrorKind::Bound, format!("{length} {unit}, but the bound is {bound}"))
}

/// From a widened scalar to the type on the wire, exactly or not at all.
trait Narrow: Sized {
    fn narrow(value: Scalar, primitive: Primitive) -> Result<Self>;
}

impl Narrow for bool {
    #[inline(always)]
    fn narrow(value: Scalar, primitive: Primitive) -> Result<Self> {
        match value {
            Scalar::Bool(value) => Ok(value),
            Scalar::Int(0) | Scalar::UInt(0) => Ok(false),
            Scalar::Int(1) | Scalar::UInt(1) => Ok(true),
            other => Err(out_of_range(other, primitive)),
        }
    }
}

macro_rules! narrow_integers {
    ($($rust:ty),*) => {$(
        impl Narrow for $rust {
            #[inline(always)]
            fn narrow(value: Scalar, primitive: Primitive) -> Result<Self> {
                let narrowed = match value {
                    Scalar::Int(value) => <$rust>::try_from(value).ok(),
                    Scalar::UInt(value) => <$rust>::try_from(value).ok(),
                    Scalar::Unit(value) => <$rust>::try_from(value).ok(),
                    _ => None,
                };
                narrowed.ok_or_else(|| out_of_range(value, primitive))
            }
        }
    )*};
}
narrow_integers!(u8, i8, u16, i16, u32, i32, u64, i64);

impl Narrow for f64 {
    #[inline(always)]
    fn narrow(value: Scalar, primitive: Primitive) -> Result<Self> {
        match value {
            Scalar::Float64(value) => Ok(value),
            Scalar::Float32(value) => Ok(widen(value)),
            Scalar::Int(value) => Ok(value as Self),
            Scalar::UInt(value) => Ok(value as Self),
            other => Err(out_of_range(other, primitive)),
        }
    }
}

impl Narrow for f32 {
    #[inline(always)]
    fn narrow(value: Scalar, primitive: Primitive) -> Result<Self> {
        match value {
            Scalar::Float32(value) => Ok(value),
            Scalar::Float64(wide) => narrow(wide).ok_or_else(|| out_of_range(value, primitive)),
            Scalar::Int(value) => Ok(value as Self),
            Scalar::UInt(value) => Ok(value as Self),
            other => Err(out_of_range(other, primitive)),
        }
    }
}

#[cold]
fn out_of_range(value: Scalar, primitive: Primitive) -> Error {
    let name = primitive.name();
    let (kind, message) = match value {
        Scalar::Int(value) => (ErrorKind::Range, format!("{value} is out of range for {name}")),
        Scalar::UInt(value) => (ErrorKind::Range, format!("{value} is out of range for {name}")),
        Scalar::Float64(value) if primitive == Primitive::Float32 => {
            (ErrorKind::Range, format!("{value:e} is out of range for {name}"))
        }
        Scalar::Unit(value) => (ErrorKind::Range, format!("code unit {value:#x} is out of range for {name}")),
        Scalar::Bool(value) => (ErrorKind::Type, format!("expected {name}, got bool {value}")),
        Scalar::Float32(value) => (ErrorKind::Type, format!("expected {name}, got float {value:?}")),
        Scalar::Float64(value) => (ErrorKind::Type, format!("expected {name}, got float {value:?}")),
    };
    Error::new(kind, message)
}
