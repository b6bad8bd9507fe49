//! [`Place`]: a place in a message, what belongs there, and whether what a Rust type has there is that.

use std::fmt;

use serde::{de, ser};

use crate::codec::{FieldPlan, Kind, Layout, Plan};
use crate::error::{Error, ErrorKind};
use crate::schema::{Cardinality, PLACEHOLDER_MEMBER, Primitive, for_each_scalar};

/// Why a type or value does not fit; or, empty, what the Rust type itself has against a message of zeros.
#[derive(Debug)]
pub(super) struct Trouble(Option<Error>);

impl Trouble {
    pub(super) fn new(kind: ErrorKind, message: String) -> Self {
        Self(Some(Error::new(kind, message)))
    }

    pub(super) fn in_field(self, name: &str) -> Self {
        Self(self.0.map(|error| error.in_field(name)))
    }

    pub(super) fn in_item(self, index: usize) -> Self {
        Self(self.0.map(|error| error.in_item(index)))
    }

    pub(super) fn in_type(self, plan: &Plan) -> Result<(), Error> {
        self.0.map_or(Ok(()), |error| Err(error.in_type(plan.type_name())))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |error| error.fmt(f))
    }
}

impl std::error::Error for Trouble {}

impl de::Error for Trouble {
    fn custom<M: fmt::Display>(_message: M) -> Self {
        Self(None)
    }
}

impl ser::Error for Trouble {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self::new(ErrorKind::Type, message.to_string())
    }
}

/// A place in a message, and what belongs there.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    plan: &'p Plan,
    expected: Expected<'p>,
}

#[derive(Clone, Copy)]
pub(super) enum Expected<'p> {
    Root(&'p Layout),
    Message(&'p Layout),
    Values(Kind, Cardinality),
}

const UINT8: Expected<'_> = Expected::Values(Kind::Scalar(Primitive::UInt8), Cardinality::Single);
/// A unit of a wide string, in the form that it has on the wire.
const UNIT: Expected<'_> = Expected::Values(Kind::Scalar(Primitive::UInt32), Cardinality::Single);

impl<'p> Place<'p> {
    pub(super) fn root(plan: &'p Plan) -> Self {
        Self { plan, expected: Expected::Root(plan.root()) }
    }

    fn with(self, expected: Expected<'p>) -> Self {
        let expected = match expected {
            Expected::Values(Kind::Message(index), Cardinality::Single) => {
                Expected::Message(self.plan.layout(index))
            }
            other => other,
        };
        Self { expected, ..self }
    }

    fn of_field(self, field: &FieldPlan) -> Self {
        self.with(Expected::Values(field.kind, field.cardinality))
    }

    pub(super) fn differs(self, found: &str) -> Trouble {
        Trouble::new(ErrorKind::Type, format!("{} belongs here, and the Rust type has {found}", self.shown()))
    }

    /// What belongs here, as a Rust type.
    fn shown(self) -> String {
        let (kind, cardinality) = match self.expected {
            Expected::Root(layout) | Expected::Message(layout) => {
                return format!("a struct for {}", layout.type_name);
            }
            Expected::Values(kind, cardinality) => (kind, cardinality),
        };
        let value = match kind {
            Kind::Scalar(primitive) => rust_type(primitive).to_owned(),
            Kind::String { .. } => "String".to_owned(),
            Kind::WString { .. } => "Vec<u32>, UTF-16 units,".to_owned(),
            Kind::Message(index) => self.plan.layout(index).type_name.name().to_owned(),
        };
        match cardinality {
            Cardinality::Single => value,
            Cardinality::Array(length) => format!("[{value}; {length}]"),
            Cardinality::Sequence { .. } => format!("Vec<{value}>"),
        }
    }

    pub(super) fn scalar(self, rust: &str) -> Result<(), Trouble> {
        match self.expected {
            Expected::Values(Kind::Scalar(primitive), Cardinality::Single)
                if rust_type(primitive) == rust =>
            {
                Ok(())
            }
            _ => Err(self.differs(rust)),
        }
    }

    pub(super) fn text(self, text: &str) -> Result<(), Trouble> {
        let Expected::Values(Kind::String { bound }, Cardinality::Single) = self.expected else {
            return Err(self.differs("a text"));
        };
        if text.contains('\0') {
            let message = "the text holds a NUL character, which ends a ROS string".to_owned();
            return Err(Trouble::new(ErrorKind::Text, message));
        }
        within(text.len(), bound, "bytes")
    }

    /// What the items of a sequence are.
    pub(super) fn sequence(self, length: usize) -> Result<Self, Trouble> {
        match self.expected {
            Expected::Values(kind, Cardinality::Sequence { bound }) => {
                within(length, bound.unwrap_or(0), "items")?;
                Ok(self.with(Expected::Values(kind, Cardinality::Single)))
            }
            Expected::Values(Kind::WString { bound }, Cardinality::Single) => {
                within(length, bound, "UTF-16 units")?;
                Ok(self.with(UNIT))
            }
            _ => Err(self.differs("a sequence")),
        }
    }

    /// What the items of an array are.
    pub(super) fn array(self, length: usize) -> Result<Self, Trouble> {
        match self.expected {
            Expected::Values(kind, Cardinality::Array(expected)) if expected == length as u64 => {
                Ok(self.with(Expected::Values(kind, Cardinality::Single)))
            }
            _ => Err(self.differs(&format!("an array of {length}"))),
        }
    }

    /// The fields of a message as a Rust type has them.
    pub(super) fn members(self) -> Result<Members<'p>, Trouble> {
        match self.expected {
            Expected::Root(layout) => Ok(Members { place: self, layout, is_root: true }),
            Expected::Message(layout) => Ok(Members { place: self, layout, is_root: false }),
            Expected::Values(..) => Err(self.differs("a struct")),
        }
    }
}

/// The fields of a message. One that declares none has a placeholder on the wire, which is left out where it is the whole
/// message.
pub(super) struct Members<'p> {
    place: Place<'p>,
    layout: &'p Layout,
    is_root: bool,
}

impl<'p> Members<'p> {
    pub(super) fn get(&self, index: usize) -> Option<(&'p str, Place<'p>)> {
        match self.layout.fields.get(index) {
            Some(field) => Some((&field.name, self.place.of_field(field))),
            None if self.layout.fields.is_empty() && index == 0 && !self.is_root => {
                Some((PLACEHOLDER_MEMBER, self.place.with(UINT8)))
            }
            None => None,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'p str, Place<'p>)> {
        (0..).map_while(|index| self.get(index))
    }

    /// The error about a Rust type with other fields.
    pub(super) fn differ(&self, found: &[&str]) -> Trouble {
        let shown = |names: &[&str]| match names {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        let message =
            format!("the fields are {}, and those of the Rust type {}", shown(&names), shown(found));
        Trouble::new(ErrorKind::UnknownField, message)
    }

    /// The error about the field of a Rust type that stands where another one belongs, or none.
    pub(super) fn differ_at(&self, index: usize, found: Option<&str>) -> Trouble {
        let shown = |name: Option<&str>| name.map_or("no field".to_owned(), |name| format!("`{name}`"));
        let expected = shown(self.get(index).map(|(name, _)| name));
        let message = format!("{expected} belongs here, and the Rust type has {}", shown(found));
        Trouble::new(ErrorKind::UnknownField, message)
    }
}

fn rust_type(primitive: Primitive) -> &'static str {
    macro_rules! rust_types {
        ($(($variant:ident, $name:literal, $id:literal, $rust:ident, $wide:ident, $wide_type:ty))*) => {
            match primitive { Primitive::Bool => "bool", $(Primitive::$variant => stringify!($rust),)* }
        };
    }
    for_each_scalar!(rust_types)
}

fn within(length: usize, bound: u64, what: &str) -> Result<(), Trouble> {
    if bound == 0 || length as u64 <= bound {
        return Ok(());
    }
    Err(Trouble::new(ErrorKind::Bound, format!("{length} {what}, at most {bound} are allowed")))
}
