//! [`Getter`]: one part of a message, read without decoding the rest.
//!
//! A path is compiled against a plan once. Reading then passes over what lies before the part with the walker's own
//! [`Skip`], in one step where its size does not depend on values, and hands the part to any [`Visitor`]. What lies
//! behind the part is not looked at: of a malformed message, the parts before the fault are read. All others get the
//! error that decoding the whole message would have met, or the one about an item that is missing, where that comes first.

use std::ops::Range;
use std::sync::Arc;

use super::cdr::{Block, CdrReader, Encapsulation, Endian, HEADER_SIZE};
use super::decode::{DecodeWalker, Visitor};
use super::lazy::Place;
use super::path::{FieldPath, Shape, Step, no_such_field};
use super::plan::{Kind, Plan, end_of, end_of_run};
use super::skip::Skip;
use super::value::{ToValue, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Cardinality;

/// A [`FieldPath`] compiled for the messages of one type.
///
/// ```
/// # use ros_z_dynamic::{codec::{Getter, Plan, Value, from_json}, registry::Registry, schema::TypeName};
/// let registry = Registry::new();
/// let plan = Plan::compile(&registry.describe(&TypeName::parse("sensor_msgs/msg/JointState")?)?)?;
/// let payload = from_json(&plan, br#"{"name": ["hip", "knee"], "position": [0.5, 1.5]}"#, &Default::default())?;
/// let knee = Getter::compile(&plan, &"position[1]".parse()?)?;
/// assert_eq!(knee.value(&payload)?, Value::Float64(1.5));
/// assert!(Getter::compile(&plan, &"positions[1]".parse()?).is_err());
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Debug)]
pub struct Getter {
    plan: Arc<Plan>,
    path: FieldPath,
    /// What the path leads to; the array, when a slice of it is taken.
    target: Shape,
    slice: Option<(usize, Option<usize>)>,
    hops: Vec<Hop>,
    legs: Vec<Leg>,
}

/// A step of the way, as small as they come.
#[derive(Clone, Copy, Debug)]
enum Hop {
    /// Over this field of a layout.
    Pass { layout: usize, field: usize },
    /// Into this field of a layout, where no byte is passed.
    Enter { layout: usize, field: usize },
    /// Into an item of an array.
    Item { array: Shape, index: usize },
}

/// A stretch of the way.
#[derive(Debug)]
enum Leg {
    /// Hops over a number of bytes that depends on the alignment of the start alone.
    Jump(Jump, Range<usize>),
    /// A hop that must look at the bytes.
    Hop(usize),
}

/// By the start modulo 8: the bytes to pass over, and those that must be there.
#[derive(Clone, Copy, Debug)]
struct Jump([(usize, usize); 8]);

impl Jump {
    fn then(self, next: Self) -> Self {
        let mut both = self.0;
        for (start, (size, room)) in both.iter_mut().enumerate() {
            let (next_size, next_room) = next.0[(start + *size) % 8];
            (*room, *size) = ((*room).max(*size + next_room), *size + next_size);
        }
        Self(both)
    }

    /// The jump that a hop is, if it is one.
    fn of_hop(plan: &Plan, hop: Hop) -> Option<Self> {
        let mut sizes = [(0, 0); 8];
        for (start, size) in sizes.iter_mut().enumerate() {
            *size = match hop {
                Hop::Enter { .. } => (0, 0),
                Hop::Pass { layout, field } => {
                    let end = end_of(plan.layouts(), plan.layout(layout).fields.get(field)?, start)?;
                    (end - start, end - start)
                }
                Hop::Item { array, index } => {
                    let Cardinality::Array(length) = array.cardinality else { return None };
                    let length = usize::try_from(length).ok()?;
                    let passed = end_of_items(plan, array.kind, start, index)? - start;
                    // Decoding wants all numbers of an array to be there before it reads any, and of other arrays as
                    // many bytes as they have at least.
                    let room = match array.kind {
                        Kind::Scalar(_) => end_of_items(plan, array.kind, start, length)? - start,
                        kind => length.checked_mul(plan.least_size(kind))?,
                    };
                    (passed, passed.max(room))
                }
            };
        }
        Some(Self(sizes))
    }
}

/// Where `count` items of fixed size end that start at `position`.
pub(super) fn end_of_items(plan: &Plan, kind: Kind, position: usize, count: usize) -> Option<usize> {
    match kind {
        Kind::Message(index) => end_of_run(plan.layout(index).fixed_size.as_ref()?, position, count),
        Kind::Scalar(primitive) => {
            position.next_multiple_of(primitive.size()).checked_add(count.checked_mul(primitive.size())?)
        }
        Kind::String { .. } | Kind::WString { .. } => None,
    }
}

impl Getter {
    /// Compiles a path. Errors where the type has no such part; an unknown name comes with those close to it.
    pub fn compile(plan: &Arc<Plan>, path: &FieldPath) -> Result<Self> {
        let mut getter = Self {
            plan: Arc::clone(plan),
            path: path.clone(),
            target: Shape::of_message(plan),
            slice: None,
            hops: Vec::new(),
            legs: Vec::new(),
        };
        for step in path.steps() {
            let added = getter.step(step);
            added.map_err(|error| getter.located(error, getter.hops.len()).in_type(plan.type_name()))?;
        }
        for (at, hop) in getter.hops.iter().enumerate() {
            match (Jump::of_hop(plan, *hop), getter.legs.last_mut()) {
                (Some(jump), Some(Leg::Jump(before, hops))) => {
                    (*before, *hops) = (before.then(jump), hops.start..at + 1);
                }
                (Some(jump), _) => getter.legs.push(Leg::Jump(jump, at..at + 1)),
                (None, _) => getter.legs.push(Leg::Hop(at)),
            }
        }
        Ok(getter)
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        let message = match (step, self.target.kind, self.target.cardinality) {
            (Step::Field(name), Kind::Message(index), Cardinality::Single) => {
                let layout = self.plan.layout(index);
                let field = layout.fields.iter().position(|field| *field.name == **name);
                let field = field.ok_or_else(|| no_such_field(&self.plan, layout, name))?;
                self.hops.extend((0..field).map(|field| Hop::Pass { layout: index, field }));
                self.hops.push(Hop::Enter { layout: index, field });
                self.target = Shape::of_field(&layout.fields[field]);
                return Ok(());
            }
            (Step::Field(_), _, Cardinality::Array(_) | Cardinality::Sequence { .. }) => {
                "this is an array: say which item, as in `[0]`".to_owned()
            }
            (Step::Field(name), ..) => format!("this is not a message: it has no field `{name}`"),
            (Step::Item(_) | Step::Slice(..), _, Cardinality::Single) => "this is not an array".to_owned(),
            (Step::Item(index), _, Cardinality::Array(length)) if *index as u64 >= length => {
                format!("no item {index}: there are {length}")
            }
            (Step::Item(index), ..) => {
                self.hops.push(Hop::Item { array: self.target, index: *index });
                self.target = self.target.of_item();
                return Ok(());
            }
            (Step::Slice(start, stop), ..) => {
                self.slice = Some((*start, *stop));
                return Ok(());
            }
        };
        Err(Error::new(ErrorKind::Argument, message))
    }

    /// The path as it was given.
    #[must_use]
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// The plan that it was compiled for.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// What it reads.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self.slice {
            Some(_) => Shape { cardinality: Cardinality::Sequence { bound: None }, ..self.target },
            None => self.target,
        }
    }

    /// The layout with the last field of the path.
    pub(super) fn owner(&self) -> Option<usize> {
        self.hops.iter().rev().find_map(|hop| match hop {
            Hop::Enter { layout, .. } => Some(*layout),
            _ => None,
        })
    }

    /// Reads the part and returns what the visitor made of it.
    pub fn decode<'de, V: Visitor<'de>>(&self, payload: &'de [u8], visitor: &mut V) -> Result<V::Value> {
        let read = Encapsulation::read(payload).and_then(|encapsulation| match encapsulation.endian {
            Endian::Little => self.read::<V, false>(payload, visitor),
            Endian::Big => self.read::<V, true>(payload, visitor),
        });
        read.map_err(|error| error.in_type(self.plan.type_name()))
    }

    /// The part as a [`Value`].
    pub fn value(&self, payload: &[u8]) -> Result<Value> {
        self.decode(payload, &mut ToValue)
    }

    /// How many items the array has that the path leads to.
    pub fn length(&self, payload: &[u8]) -> Result<usize> {
        let length = self.place(payload)?.length(&self.plan, payload);
        length.map_err(|error| self.located(error, self.hops.len()).in_type(self.plan.type_name()))
    }

    /// Where the part begins; the array, when a slice of it is taken.
    pub fn place(&self, payload: &[u8]) -> Result<Place> {
        let found = Encapsulation::read(payload).and_then(|encapsulation| match encapsulation.endian {
            Endian::Little => self.find::<false>(payload),
            Endian::Big => self.find::<true>(payload),
        });
        let reader = found.map_err(|error| error.in_type(self.plan.type_name()))?;
        Ok(Place { shape: self.target, position: reader.position() })
    }

    #[inline(always)]
    fn read<'de, V: Visitor<'de>, const BIG: bool>(
        &self,
        payload: &'de [u8],
        visitor: &mut V,
    ) -> Result<V::Value> {
        let mut walker =
            DecodeWalker::<V, BIG> { plan: &self.plan, reader: self.find::<BIG>(payload)?, visitor };
        let Shape { kind, cardinality } = self.target;
        let read = match self.slice {
            None => walker.value(kind, cardinality),
            Some((start, stop)) => walker.slice(self.target, start, stop),
        };
        read.map_err(|error| self.located(error, self.hops.len()))
    }

    /// A reader at the part.
    #[inline(always)]
    fn find<'de, const BIG: bool>(&self, payload: &'de [u8]) -> Result<CdrReader<'de>> {
        let reader = CdrReader::new(payload);
        let mut walker = DecodeWalker::<Skip, BIG> { plan: &self.plan, reader, visitor: &mut Skip };
        for leg in &self.legs {
            match leg {
                Leg::Jump(jump, hops) => {
                    let position = walker.reader.position();
                    let (size, room) = jump.0[position % 8];
                    if room <= walker.reader.remaining() {
                        walker.reader.seek(position + size);
                        continue;
                    }
                    // Something is missing: step by step, to the exact place.
                    for at in hops.clone() {
                        self.hop(&mut walker, at)?;
                    }
                }
                Leg::Hop(at) => self.hop(&mut walker, *at)?,
            }
        }
        Ok(walker.reader)
    }

    #[inline(always)]
    fn hop<const BIG: bool>(&self, walker: &mut DecodeWalker<'_, '_, Skip, BIG>, at: usize) -> Result<()> {
        match self.hops[at] {
            Hop::Enter { .. } => Ok(()),
            Hop::Pass { layout, field } => {
                let field = &self.plan.layout(layout).fields[field];
                walker.field(field).map_err(|error| self.located(error.in_field(&field.name), at))
            }
            Hop::Item { array, index } => {
                walker.enter_item(array, index).map_err(|error| self.located(error, at))
            }
        }
    }

    /// The same error at the place that the first hops lead to.
    #[cold]
    fn located(&self, error: Error, hops: usize) -> Error {
        self.hops[..hops].iter().rev().fold(error, |error, hop| match *hop {
            Hop::Pass { .. } => error,
            Hop::Enter { layout, field } => error.in_field(&self.plan.layout(layout).fields[field].name),
            Hop::Item { index, .. } => error.in_item(index),
        })
    }
}

impl<const BIG: bool> DecodeWalker<'_, '_, Skip, BIG> {
    /// Goes to an item of an array.
    fn enter_item(&mut self, array: Shape, index: usize) -> Result<()> {
        let length = self.length(array.kind, array.cardinality)?;
        if index >= length {
            return Err(no_item(index, length).at_offset(self.reader.offset() - size_of::<u32>()));
        }
        if let Kind::Scalar(primitive) = array.kind
            && primitive.is_block()
        {
            let whole = self.take_block(primitive, length)?;
            self.reader.seek(whole.offset - HEADER_SIZE + index * primitive.size());
            return Ok(());
        }
        self.check_room(array.kind, length)?;
        self.pass_items(array.kind, index)
    }

    /// Passes over the first items of an array.
    fn pass_items(&mut self, kind: Kind, count: usize) -> Result<()> {
        if let Kind::Message(layout) = kind
            && self.jump(self.plan.layout(layout), count)
        {
            return Ok(());
        }
        (0..count).try_for_each(|index| self.single(kind).map_err(|error| error.in_item(index)))
    }
}

/// The error about an item that an array does not have.
#[cold]
pub(super) fn no_item(index: usize, length: usize) -> Error {
    Error::new(ErrorKind::Length, format!("no item {index}: there are {length}"))
}

impl<'de, V: Visitor<'de>, const BIG: bool> DecodeWalker<'_, 'de, V, BIG> {
    /// Some items of an array, as a shorter one.
    fn slice(&mut self, array: Shape, start: usize, stop: Option<usize>) -> Result<V::Value> {
        let length = self.length(array.kind, array.cardinality)?;
        let stop = stop.map_or(length, |stop| stop.min(length));
        let start = start.min(stop);
        match array.kind {
            Kind::Scalar(primitive) if primitive.is_block() => {
                let whole = self.take_block(primitive, length)?;
                let (from, to) = (start * primitive.size(), stop * primitive.size());
                let bytes = whole.bytes.get(from..to).unwrap_or_default();
                self.visitor.block(Block { bytes, offset: whole.offset + from, ..whole })
            }
            kind => {
                self.check_room(kind, length)?;
                let mut skip =
                    DecodeWalker::<Skip, BIG> { plan: self.plan, reader: self.reader, visitor: &mut Skip };
                skip.pass_items(kind, start)?;
                self.reader = skip.reader;
                let mut list = self.visitor.begin_list(stop - start)?;
                for index in 0..stop - start {
                    self.visitor.before_item(&mut list, index)?;
                    let value = self.single(kind).map_err(|error| error.in_item(start + index))?;
                    self.visitor.item(&mut list, index, value)?;
                }
                self.visitor.end_list(list)
            }
        }
    }
}
