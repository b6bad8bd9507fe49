//! `TypeDescription` and its parts, as in `type_description_interfaces/msg` (wire ids: `FieldType.msg`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::primitive::Primitive;
use crate::error::{Error, ErrorKind, Result};

/// The member that an empty message has on the wire and in its description, one `uint8`.
pub const PLACEHOLDER_MEMBER: &str = "structure_needs_at_least_one_member";

const ARRAY: u8 = 48;
const BOUNDED: u8 = 96;
const UNBOUNDED: u8 = 144;

const NESTED: u8 = 1;
const LONG_DOUBLE: u8 = 12;
const STRING: u8 = 17;
const WSTRING: u8 = 18;
const BOUNDED_STRING: u8 = 21;
const BOUNDED_WSTRING: u8 = 22;

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// One value.
    Single,
    /// `T[N]`, without a length on the wire.
    Array(u64),
    /// `T[]` or `T[<=bound]`, with a length on the wire.
    Sequence {
        /// The greatest length allowed, or `None`.
        bound: Option<u64>,
    },
}

/// What one value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Element<'a> {
    /// A scalar.
    Primitive(Primitive),
    /// `string` or `string<=bound`, the bound in bytes; 0 means none.
    String {
        /// Greatest length in bytes, 0 when unbounded.
        bound: u64,
    },
    /// `wstring` or `wstring<=bound`, the bound in UTF-16 units; 0 means none.
    WString {
        /// Greatest length in UTF-16 units, 0 when unbounded.
        bound: u64,
    },
    /// A message of another type, by its full name.
    Nested(&'a str),
}

/// The type of a field: `type_description_interfaces/msg/FieldType`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldType {
    /// Base id plus 48 for an array, 96 for a bounded, 144 for an unbounded sequence.
    pub type_id: u8,
    /// Array length or sequence bound, else 0.
    #[serde(default)]
    pub capacity: u64,
    /// Bound of the string or of the string elements, else 0.
    #[serde(default)]
    pub string_capacity: u64,
    /// Full name of the nested type, else empty.
    #[serde(default)]
    pub nested_type_name: String,
}

impl FieldType {
    /// The field type of `cardinality` many `element`s.
    #[must_use]
    pub fn new(element: Element<'_>, cardinality: Cardinality) -> Self {
        let (type_id, string_capacity, nested) = match element {
            Element::Primitive(primitive) => (primitive.type_id(), 0, ""),
            Element::String { bound: 0 } => (STRING, 0, ""),
            Element::String { bound } => (BOUNDED_STRING, bound, ""),
            Element::WString { bound: 0 } => (WSTRING, 0, ""),
            Element::WString { bound } => (BOUNDED_WSTRING, bound, ""),
            Element::Nested(name) => (NESTED, 0, name),
        };
        Self { type_id, capacity: 0, string_capacity, nested_type_name: nested.to_owned() }
            .repeated(cardinality)
    }

    /// `cardinality` many of this type, which is a single value.
    #[must_use]
    pub fn repeated(self, cardinality: Cardinality) -> Self {
        let (shift, capacity) = match cardinality {
            Cardinality::Single => (0, 0),
            Cardinality::Array(length) => (ARRAY, length),
            Cardinality::Sequence { bound: Some(bound) } => (BOUNDED, bound),
            Cardinality::Sequence { bound: None } => (UNBOUNDED, 0),
        };
        Self { type_id: self.type_id % ARRAY + shift, capacity, ..self }
    }

    /// One `long double` of IDL: it can be declared and described, but has neither a hash nor a form on the wire.
    #[must_use]
    pub fn long_double() -> Self {
        Self { type_id: LONG_DOUBLE, ..Self::string(0) }
    }

    fn is_long_double(&self) -> bool {
        self.type_id % ARRAY == LONG_DOUBLE
    }

    /// One scalar.
    #[must_use]
    pub fn primitive(primitive: Primitive) -> Self {
        Self::new(Element::Primitive(primitive), Cardinality::Single)
    }

    /// One string of at most `bound` bytes (0: any length).
    #[must_use]
    pub fn string(bound: u64) -> Self {
        Self::new(Element::String { bound }, Cardinality::Single)
    }

    /// One message of the named type.
    #[must_use]
    pub fn nested(type_name: &str) -> Self {
        Self::new(Element::Nested(type_name), Cardinality::Single)
    }

    /// How many values there are.
    #[must_use]
    pub fn cardinality(&self) -> Cardinality {
        match self.type_id {
            0..ARRAY => Cardinality::Single,
            ARRAY..BOUNDED => Cardinality::Array(self.capacity),
            BOUNDED..UNBOUNDED => Cardinality::Sequence { bound: Some(self.capacity) },
            UNBOUNDED.. => Cardinality::Sequence { bound: None },
        }
    }

    /// What one value is; errors on ids that no interface language can produce, and on `long double`.
    pub fn element(&self) -> Result<Element<'_>> {
        let base = if self.type_id < UNBOUNDED + ARRAY { self.type_id % ARRAY } else { 0 };
        match base {
            NESTED if self.nested_type_name.is_empty() => {
                Err(Error::new(ErrorKind::Definition, "a nested field without the name of its type"))
            }
            NESTED => Ok(Element::Nested(&self.nested_type_name)),
            STRING => Ok(Element::String { bound: 0 }),
            WSTRING => Ok(Element::WString { bound: 0 }),
            BOUNDED_STRING => Ok(Element::String { bound: self.string_capacity }),
            BOUNDED_WSTRING => Ok(Element::WString { bound: self.string_capacity }),
            LONG_DOUBLE => Err(Error::new(
                ErrorKind::Definition,
                "`long double` has no portable form on the wire and no type hash",
            )),
            _ => Primitive::from_type_id(base).map(Element::Primitive).ok_or_else(|| {
                Error::new(ErrorKind::Definition, format!("unknown field type id {}", self.type_id))
            }),
        }
    }

    /// The type as `.msg` text writes it: `float64[36]`, `string<=10[<=3]`, `geometry_msgs/Point[]`.
    #[must_use]
    pub fn to_msg(&self) -> String {
        let base = match self.element() {
            Ok(Element::Primitive(primitive)) => primitive.name().to_owned(),
            Ok(Element::String { bound: 0 }) => "string".to_owned(),
            Ok(Element::String { bound }) => format!("string<={bound}"),
            Ok(Element::WString { bound: 0 }) => "wstring".to_owned(),
            Ok(Element::WString { bound }) => format!("wstring<={bound}"),
            Ok(Element::Nested(name)) => name.replacen("/msg/", "/", 1),
            Err(_) if self.is_long_double() => "long double".to_owned(),
            Err(_) => format!("<type id {}>", self.type_id),
        };
        match self.cardinality() {
            Cardinality::Single => base,
            Cardinality::Array(length) => format!("{base}[{length}]"),
            Cardinality::Sequence { bound: Some(bound) } => format!("{base}[<={bound}]"),
            Cardinality::Sequence { bound: None } => format!("{base}[]"),
        }
    }
}

/// One member: `type_description_interfaces/msg/Field`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The member's name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Its default as Python text (`True`, `1.125`, `hello`, `(1, 2)`), empty when there is none.
    #[serde(default)]
    pub default_value: String,
}

impl Field {
    /// A member without a default.
    #[must_use]
    pub fn new(name: &str, field_type: FieldType) -> Self {
        Self { name: name.to_owned(), field_type, default_value: String::new() }
    }
}

/// One type without what it refers to: `type_description_interfaces/msg/IndividualTypeDescription`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndividualTypeDescription {
    /// Full name, `pkg/msg/Name`.
    pub type_name: String,
    /// Members in the order of their declaration, which is the order on the wire.
    pub fields: Vec<Field>,
}

impl IndividualTypeDescription {
    /// Whether the only member is the placeholder of a message that declares none.
    #[must_use]
    pub fn is_empty_message(&self) -> bool {
        matches!(&self.fields[..], [only] if only.name == PLACEHOLDER_MEMBER)
    }
}

/// A type and everything it refers to: `type_description_interfaces/msg/TypeDescription`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeDescription {
    /// The type itself.
    pub type_description: IndividualTypeDescription,
    /// All types it refers to, directly or not, sorted by name.
    #[serde(default)]
    pub referenced_type_descriptions: Vec<IndividualTypeDescription>,
}

impl TypeDescription {
    /// Full name of the described type.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_description.type_name
    }

    /// The described or referenced type of that name.
    #[must_use]
    pub fn find(&self, type_name: &str) -> Option<&IndividualTypeDescription> {
        std::iter::once(&self.type_description)
            .chain(&self.referenced_type_descriptions)
            .find(|description| description.type_name == type_name)
    }

    /// The description of a type that this one holds: that type and everything it refers to. Errors name a missing type.
    pub fn part(&self, type_name: &str) -> Result<Self> {
        let find = |name: &str| {
            self.find(name).ok_or_else(|| {
                let message = format!("the description of {} does not hold `{name}`", self.type_name());
                Error::new(ErrorKind::Definition, message)
            })
        };
        let root = find(type_name)?;
        let mut referenced = BTreeMap::new();
        let mut open = vec![root];
        while let Some(description) = open.pop() {
            for field in &description.fields {
                let nested = field.field_type.nested_type_name.as_str();
                if !nested.is_empty() && !referenced.contains_key(nested) {
                    let found = find(nested)?;
                    referenced.insert(nested, found.clone());
                    open.push(found);
                }
            }
        }
        Ok(Self {
            type_description: root.clone(),
            referenced_type_descriptions: referenced.into_values().collect(),
        })
    }
}

/// The text that a type was declared in: `type_description_interfaces/msg/TypeSource`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeSource {
    /// Full name of the type.
    pub type_name: String,
    /// `msg`, `srv`, `action`, `idl`, `dynamic`, or `implicit` for what no text declares.
    pub encoding: String,
    /// The text.
    pub raw_file_contents: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_types_have_the_ids_of_the_specification() {
        let bounded_strings =
            FieldType::new(Element::String { bound: 10 }, Cardinality::Sequence { bound: Some(3) });
        let table = [
            (FieldType::primitive(Primitive::Byte), 16, "byte"),
            (
                FieldType::new(Element::Primitive(Primitive::Float64), Cardinality::Array(36)),
                59,
                "float64[36]",
            ),
            (bounded_strings, 117, "string<=10[<=3]"),
            (
                FieldType::new(Element::WString { bound: 0 }, Cardinality::Sequence { bound: None }),
                162,
                "wstring[]",
            ),
            (FieldType::nested("geometry_msgs/msg/Point"), 1, "geometry_msgs/Point"),
        ];
        for (field_type, id, text) in table {
            assert_eq!(field_type.type_id, id, "{text}");
            assert_eq!(field_type.to_msg(), text);
            let again = FieldType::new(field_type.element().unwrap(), field_type.cardinality());
            assert_eq!(again, field_type);
        }
    }

    #[test]
    fn ids_that_no_language_makes_are_errors() {
        for type_id in [0, 1, 12, 19, 20, 23, 48, 60, 255] {
            let field_type =
                FieldType { type_id, capacity: 0, string_capacity: 0, nested_type_name: String::new() };
            assert_eq!(field_type.element().unwrap_err().kind(), ErrorKind::Definition, "{type_id}");
        }
    }
}
