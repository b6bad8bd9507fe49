//! [`Plan`]: a description compiled for the walkers. Names resolve here, once per type; nothing is looked up by
//! name per message.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::idl::parse_python_literal;
use crate::registry::nearest;
use crate::schema::{
    Cardinality, Element, Field, IndividualTypeDescription, Literal, Primitive, TypeDescription, TypeHash,
    TypeName,
};

/// Deepest nesting of messages in messages that is compiled; the walkers recurse once a level.
pub const MAX_DEPTH: usize = 64;

/// Largest least size of a message that is compiled: a fixed-size array beyond it could never be received.
const MAX_LEAST_SIZE: usize = 1 << 32;

const TIME: &str = "builtin_interfaces/msg/Time";

/// A compiled message type; shared as `Arc<Plan>`, used by all walkers.
#[derive(Debug)]
pub struct Plan {
    layouts: Vec<Layout>,
    root: usize,
    description: Arc<TypeDescription>,
    type_name: TypeName,
    hash: TypeHash,
}

/// One message type of a plan.
#[derive(Debug)]
pub struct Layout {
    /// Full name.
    pub type_name: TypeName,
    /// Members in wire order. A message that declares none has no members here and one byte on the wire.
    pub fields: Vec<FieldPlan>,
    /// What to do for each member, in little memory: what walkers look at first (C1, C3).
    pub(crate) steps: Box<[Step]>,
    /// Position in [`Plan::layouts`]: per-layout data of a visitor or source stands at the same index.
    pub index: usize,
    /// What JSON text may say instead of an object.
    pub shorthand: Option<Shorthand>,
    /// The least number of bytes on the wire, padding not counted; at least 1.
    pub least_size: usize,
    /// Where every value has the same size: that size, padding included, by start position modulo 8.
    pub fixed_size: Option<[usize; 8]>,
}

/// What JSON text may say for a message instead of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shorthand {
    /// `"now"` for `builtin_interfaces/Time`.
    Time,
    /// `"auto"` for a message of just `stamp` and `frame_id`, the header of stamped messages.
    Header,
}

/// One member of a [`Layout`].
#[derive(Debug)]
pub struct FieldPlan {
    /// Its name in interface text, dicts and JSON.
    pub name: Arc<str>,
    /// What one value is.
    pub kind: Kind,
    /// How many values there are.
    pub cardinality: Cardinality,
    /// The declared default.
    pub default: Option<Literal>,
    /// Its name as a key in JSON, with the colon. Interface languages allow only letters, digits and `_` in names, so that
    /// nothing is escaped (C8).
    pub(crate) json_key: Box<str>,
}

/// What a walker does for a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// One scalar.
    Scalar(Primitive),
    /// One string of any length.
    String,
    /// One message that holds nothing but scalars, at this index of [`Plan::layouts`].
    Leaf(u32),
    /// One message of any kind.
    Message(u32),
    /// Anything else: the [`FieldPlan`] tells.
    Other,
}

/// What one value of a field is, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scalar.
    Scalar(Primitive),
    /// A string of at most `bound` bytes; 0 means any length.
    String {
        /// Greatest length in bytes, or 0.
        bound: u64,
    },
    /// A wide string of at most `bound` UTF-16 units; 0 means any length.
    WString {
        /// Greatest length in units, or 0.
        bound: u64,
    },
    /// The message at this index of [`Plan::layouts`].
    Message(usize),
}

impl Layout {
    /// The error about a field that the message type does not have; names those close to it, else all it has.
    #[cold]
    #[must_use]
    pub fn unknown_field(&self, name: &str) -> Error {
        let near = nearest(name, self.fields.iter().map(|field| &*field.name));
        self.unknown_field_near(name, near.into_iter().map(str::to_owned).collect())
    }

    /// The same, with the names or paths to offer.
    #[cold]
    pub(crate) fn unknown_field_near(&self, name: &str, near: Vec<String>) -> Error {
        let names: Vec<&str> = self.fields.iter().map(|field| &*field.name).collect();
        let hint = match () {
            () if !near.is_empty() => format!("; did you mean `{}`?", near.join("` or `")),
            () if names.is_empty() => " (no fields)".to_owned(),
            () => format!(" (fields: {})", names.join(", ")),
        };
        Error::new(ErrorKind::UnknownField, format!("no field is named `{name}`{hint}"))
    }
}

impl Plan {
    /// Compiles a description. Errors name the type and field that cannot be compiled: missing references, cycles,
    /// nesting deeper than [`MAX_DEPTH`], members without a wire form, defaults that do not fit.
    pub fn compile(description: &Arc<TypeDescription>) -> Result<Arc<Self>> {
        let root_name = description.type_name();
        let mut compiler =
            Compiler { description, layouts: Vec::new(), known: HashMap::new(), open: Vec::new() };
        let root = compiler.layout(root_name).map_err(|error| error.in_type(root_name))?;
        Ok(Arc::new(Self {
            layouts: compiler.layouts,
            root,
            type_name: TypeName::parse(root_name)?,
            hash: TypeHash::of(description)?,
            description: Arc::clone(description),
        }))
    }

    /// The message type itself.
    #[must_use]
    pub fn root(&self) -> &Layout {
        &self.layouts[self.root]
    }

    /// The message at an index that a [`Kind::Message`] of this plan names.
    #[inline(always)]
    #[must_use]
    pub fn layout(&self, index: usize) -> &Layout {
        &self.layouts[index]
    }

    /// All message types of the plan, nested ones before those that hold them.
    #[must_use]
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// The full name of the message type.
    #[must_use]
    pub fn type_name(&self) -> &TypeName {
        &self.type_name
    }

    /// The RIHS01 hash of the message type.
    #[must_use]
    pub fn hash(&self) -> TypeHash {
        self.hash
    }

    /// What the plan was compiled from.
    #[must_use]
    pub fn description(&self) -> &Arc<TypeDescription> {
        &self.description
    }

    /// The least number of bytes of one value of `kind`.
    #[inline(always)]
    pub(crate) fn least_size(&self, kind: Kind) -> usize {
        least_size(&self.layouts, kind)
    }
}

fn least_size(layouts: &[Layout], kind: Kind) -> usize {
    match kind {
        Kind::Scalar(primitive) => primitive.size(),
        Kind::String { .. } | Kind::WString { .. } => 4,
        Kind::Message(index) => layouts[index].least_size,
    }
}

struct Compiler<'a> {
    description: &'a TypeDescription,
    layouts: Vec<Layout>,
    known: HashMap<&'a str, usize>,
    /// The types being compiled, outermost first: a type that meets itself here is a cycle.
    open: Vec<&'a str>,
}

impl<'a> Compiler<'a> {
    fn layout(&mut self, type_name: &'a str) -> Result<usize> {
        if let Some(&index) = self.known.get(type_name) {
            return Ok(index);
        }
        let Some(individual) = self.description.find(type_name) else {
            let message = format!("the description refers to `{type_name}` but does not hold it");
            return Err(Error::new(ErrorKind::Definition, message));
        };
        if self.open.contains(&type_name) {
            let message = format!("`{type_name}` contains itself: {} > {type_name}", self.open.join(" > "));
            return Err(Error::new(ErrorKind::Definition, message));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("messages are nested more than {MAX_DEPTH} deep");
            return Err(Error::new(ErrorKind::Definition, message));
        }
        self.open.push(type_name);
        let fields = self.fields(individual)?;
        self.open.pop();
        let layout = Layout {
            type_name: TypeName::parse(type_name)?,
            index: self.layouts.len(),
            shorthand: self.shorthand(type_name, &fields),
            least_size: self.least_message_size(&fields)?,
            fixed_size: self.fixed_size(&fields),
            steps: fields.iter().map(|field| self.step(field)).collect(),
            fields,
        };
        self.known.insert(type_name, layout.index);
        self.layouts.push(layout);
        Ok(self.layouts.len() - 1)
    }

    fn fields(&mut self, individual: &'a IndividualTypeDescription) -> Result<Vec<FieldPlan>> {
        if individual.is_empty_message() {
            return Ok(Vec::new());
        }
        let mut fields = Vec::with_capacity(individual.fields.len());
        for field in &individual.fields {
            fields.push(self.field(field).map_err(|error| error.in_field(&field.name))?);
        }
        Ok(fields)
    }

    fn field(&mut self, field: &'a Field) -> Result<FieldPlan> {
        let kind = match field.field_type.element()? {
            Element::Primitive(primitive) => Kind::Scalar(primitive),
            Element::String { bound } => Kind::String { bound },
            Element::WString { bound } => Kind::WString { bound },
            Element::Nested(name) => Kind::Message(self.layout(name)?),
        };
        let default = match field.default_value.as_str() {
            "" => None,
            text => Some(parse_python_literal(text, &field.field_type)?),
        };
        let cardinality = field.field_type.cardinality();
        let json_key = format!("\"{}\":", field.name).into();
        Ok(FieldPlan { name: field.name.as_str().into(), kind, cardinality, default, json_key })
    }

    fn step(&self, field: &FieldPlan) -> Step {
        match (field.cardinality, field.kind) {
            (Cardinality::Single, Kind::Scalar(primitive)) => Step::Scalar(primitive),
            (Cardinality::Single, Kind::String { bound: 0 }) => Step::String,
            (Cardinality::Single, Kind::Message(index)) => {
                let steps = &self.layouts[index].steps;
                let is_leaf = !steps.is_empty() && steps.iter().all(|step| matches!(step, Step::Scalar(_)));
                match u32::try_from(index) {
                    Ok(index) if is_leaf => Step::Leaf(index),
                    Ok(index) => Step::Message(index),
                    Err(_) => Step::Other,
                }
            }
            _ => Step::Other,
        }
    }

    fn least_message_size(&self, fields: &[FieldPlan]) -> Result<usize> {
        let mut total: usize = 0;
        for field in fields {
            let one = least_size(&self.layouts, field.kind);
            total = total.saturating_add(match field.cardinality {
                Cardinality::Single => one,
                Cardinality::Array(length) => {
                    one.saturating_mul(usize::try_from(length).unwrap_or(usize::MAX))
                }
                Cardinality::Sequence { .. } => 4,
            });
            if total > MAX_LEAST_SIZE {
                let message = format!("the message is larger than {MAX_LEAST_SIZE} bytes whatever it holds");
                return Err(Error::new(ErrorKind::Definition, message).in_field(&field.name));
            }
        }
        Ok(total.max(1))
    }

    fn fixed_size(&self, fields: &[FieldPlan]) -> Option<[usize; 8]> {
        if fields.is_empty() {
            return Some([1; 8]);
        }
        let mut sizes = [0; 8];
        for (start, size) in sizes.iter_mut().enumerate() {
            let end =
                fields.iter().try_fold(start, |position, field| end_of(&self.layouts, field, position))?;
            *size = end - start;
        }
        Some(sizes)
    }

    fn shorthand(&self, type_name: &str, fields: &[FieldPlan]) -> Option<Shorthand> {
        let is_time =
            |kind| matches!(kind, Kind::Message(i) if self.layouts[i].shorthand == Some(Shorthand::Time));
        match fields {
            _ if type_name == TIME => Some(Shorthand::Time),
            [stamp, frame_id]
                if (&*stamp.name, &*frame_id.name) == ("stamp", "frame_id")
                    && is_time(stamp.kind)
                    && stamp.cardinality == Cardinality::Single =>
            {
                Some(Shorthand::Header)
            }
            _ => None,
        }
    }
}

/// Where a fixed-size field ends that starts at `position`; `None` when its size depends on its value.
pub(super) fn end_of(layouts: &[Layout], field: &FieldPlan, position: usize) -> Option<usize> {
    let count = match field.cardinality {
        Cardinality::Single => 1,
        Cardinality::Array(length) => usize::try_from(length).ok()?,
        Cardinality::Sequence { .. } => return None,
    };
    match field.kind {
        Kind::Scalar(primitive) => {
            let size = primitive.size();
            Some(position.next_multiple_of(size) + count * size)
        }
        Kind::String { .. } | Kind::WString { .. } => None,
        Kind::Message(index) => end_of_run(layouts[index].fixed_size.as_ref()?, position, count),
    }
}

/// Where `count` values in a row end, given their size by start modulo 8. Every value ends in the same phase of its
/// greatest alignment, so from the second one on all have the same size.
pub(crate) fn end_of_run(sizes: &[usize; 8], start: usize, count: usize) -> Option<usize> {
    if count == 0 {
        return Some(start);
    }
    let first = start + sizes[start % 8];
    first.checked_add((count - 1).checked_mul(sizes[first % 8])?)
}
