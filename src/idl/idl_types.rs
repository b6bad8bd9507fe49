//! The types of OMG IDL: their grammar, and what they are in ROS.

use std::collections::HashMap;

use nom::Parser;
use nom::combinator::{cut, opt};
use nom::sequence::{delimited, preceded};

use super::idl_lex::{expected, fail, scoped_name, size_digits, symbol, word};
use super::lex::{Fault, Parsed, found};
use super::msg::size;
use crate::error::ErrorKind;
use crate::schema::{Cardinality, Element, FieldType, Primitive};

/// The scalars that IDL names otherwise than `.msg`.
const RENAMED: [(&str, Primitive); 4] = [
    ("boolean", Primitive::Bool),
    ("octet", Primitive::Byte),
    ("float", Primitive::Float32),
    ("double", Primitive::Float64),
];

/// The integers whose names are words of C: `[unsigned] short`, `long`, `long long`.
const INTEGERS: [(&str, Primitive, Primitive); 3] = [
    ("short", Primitive::Int16, Primitive::UInt16),
    ("long", Primitive::Int32, Primitive::UInt32),
    ("long long", Primitive::Int64, Primitive::UInt64),
];

/// A member's typedef may name another one, as that of an array of messages does, but no third.
const TYPEDEF_LEVELS: usize = 2;

/// Types of OMG IDL that ROS has not, and why.
const REFUSED: [(&str, &str); 9] = [
    ("map", "ROS messages have no maps, only sequences of messages"),
    ("any", "ROS messages have no values of any type"),
    ("fixed", "ROS messages have no fixed-point numbers"),
    ("union", "ROS messages have no unions"),
    ("struct", "a struct cannot be declared inside another"),
    ("enum", "a member cannot be an enum, only an integer"),
    ("bitset", "ROS messages have no bit sets, only integers"),
    ("bitmask", "ROS messages have no bit masks, only integers"),
    ("Object", "ROS messages have no objects"),
];

/// A type as it is written, and where.
#[derive(Clone, Debug)]
pub(super) struct TypeText<'a> {
    pub at: &'a str,
    pub shape: Shape<'a>,
}

/// A type as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape<'a> {
    pub base: Base<'a>,
    pub cardinality: Cardinality,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Base<'a> {
    /// A scalar or a string.
    Known(FieldType),
    /// The parts of the name of a message, or the one name of a typedef.
    Named(Vec<&'a str>),
}

impl<'a> TypeText<'a> {
    /// An array of this type; `at` is where its length stands.
    pub fn array(self, at: &'a str, length: u64) -> Result<Self, Fault<'a>> {
        match self.shape.cardinality {
            Cardinality::Single => {
                let cardinality = Cardinality::Array(length);
                Ok(Self { shape: Shape { cardinality, ..self.shape }, ..self })
            }
            _ => Err(nested_arrays(at)),
        }
    }
}

/// A type: a base or a sequence of one.
pub(super) fn type_text(input: &str) -> Parsed<'_, TypeText<'_>> {
    let (rest, base) = base(input)?;
    let shape = match base {
        Some(base) => (rest, Shape { base, cardinality: Cardinality::Single }),
        None => cut(delimited(symbol("<"), sequence, symbol(">"))).parse(rest)?,
    };
    Ok((shape.0, TypeText { at: input, shape: shape.1 }))
}

/// What stands between the brackets of `sequence<…>`.
fn sequence(input: &str) -> Parsed<'_, Shape<'_>> {
    let (rest, base) = base(input)?;
    let Some(base) = base else { return fail(nested_arrays(input)) };
    let (rest, bound) = opt(preceded(symbol(","), cut(limit("sequence bound")))).parse(rest)?;
    Ok((rest, Shape { base, cardinality: Cardinality::Sequence { bound } }))
}

/// A type that is not a sequence, or `None` after the word `sequence`.
fn base(input: &str) -> Parsed<'_, Option<Base<'_>>> {
    let (rest, name) = scoped_name("a type").parse(input)?;
    let known = |field_type| Some(Base::Known(field_type));
    let [keyword] = name[..] else { return Ok((rest, Some(Base::Named(name)))) };
    if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == keyword) {
        return fail(expected("a type", input).because(reason));
    }
    match keyword {
        "sequence" => Ok((rest, None)),
        "string" => {
            let (rest, bound) = string_bound(rest)?;
            Ok((rest, known(FieldType::string(bound))))
        }
        "wstring" => {
            let (rest, bound) = string_bound(rest)?;
            Ok((rest, known(FieldType::new(Element::WString { bound }, Cardinality::Single))))
        }
        "unsigned" => {
            let (rest, (_, primitive)) = cut(integer("`short` or `long` after `unsigned`")).parse(rest)?;
            Ok((rest, known(FieldType::primitive(primitive))))
        }
        "short" | "long" => match word("`double`").parse(rest) {
            Ok((rest, "double")) if keyword == "long" => Ok((rest, known(FieldType::long_double()))),
            _ => {
                let (rest, (primitive, _)) = integer("a type").parse(input)?;
                Ok((rest, known(FieldType::primitive(primitive))))
            }
        },
        _ => Ok((rest, Some(scalar(keyword).map_or(Base::Named(name), Base::Known)))),
    }
}

fn scalar(keyword: &str) -> Option<FieldType> {
    Primitive::ALL
        .iter()
        .find(|primitive| idl_name(**primitive) == keyword)
        .copied()
        .map(FieldType::primitive)
}

/// The name of a scalar in IDL.
pub(super) fn idl_name(primitive: Primitive) -> &'static str {
    RENAMED.iter().find(|(_, renamed)| *renamed == primitive).map_or(primitive.name(), |(name, _)| name)
}

/// `short`, `long` or `long long`; the signed and the unsigned type.
fn integer<'a>(
    what: &'static str,
) -> impl Parser<&'a str, Output = (Primitive, Primitive), Error = Fault<'a>> {
    move |input: &'a str| {
        let (rest, first) = word(what).parse(input)?;
        let second = word("`long`").parse(rest).ok().filter(|(_, second)| *second == "long");
        let (rest, words) = match (first, second) {
            ("long", Some((rest, _))) => (rest, "long long"),
            (first, _) => (rest, first),
        };
        match INTEGERS.iter().find(|(name, ..)| *name == words) {
            Some((_, signed, unsigned)) => Ok((rest, (*signed, *unsigned))),
            None => Err(nom::Err::Error(expected(what, input))),
        }
    }
}

fn string_bound(input: &str) -> Parsed<'_, u64> {
    let bound = delimited(symbol("<"), cut(limit("string bound")), cut(symbol(">")));
    opt(bound).map(Option::unwrap_or_default).parse(input)
}

/// A length or bound from 1 to the greatest that CDR can carry.
fn limit<'a>(what: &'static str) -> impl Parser<&'a str, Output = u64, Error = Fault<'a>> {
    move |input: &'a str| {
        let (rest, digits) = size_digits(what).parse(input)?;
        size(digits, what).map(|limit| (rest, limit)).map_err(nom::Err::Failure)
    }
}

/// The `[N]` after a name, and its place.
pub(super) fn array_suffix(input: &str) -> Parsed<'_, Option<(&str, u64)>> {
    let (rest, length) =
        opt(delimited(symbol("["), cut(limit("array length")), cut(symbol("]")))).parse(input)?;
    if length.is_some() && rest.starts_with('[') {
        return fail(expected("`,` or `;`", rest).because("an array has one dimension"));
    }
    Ok((rest, length.map(|length| (input, length))))
}

fn nested_arrays(at: &str) -> Fault<'_> {
    expected("a type that is no sequence or array", at)
        .because("ROS messages have no arrays of arrays, only arrays of messages that hold them")
}

/// What the names of a file that are not messages stand for.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    pub typedefs: HashMap<&'a str, TypeText<'a>>,
    /// The scoped names of the enums.
    pub enums: Vec<Vec<&'a str>>,
}

impl<'a> Names<'a> {
    /// The type that a text means.
    pub fn field_type(&self, text: &TypeText<'a>) -> Result<FieldType, Fault<'a>> {
        self.resolve(text, TYPEDEF_LEVELS)
    }

    fn resolve(&self, text: &TypeText<'a>, levels: usize) -> Result<FieldType, Fault<'a>> {
        let base = match &text.shape.base {
            Base::Known(known) => known.clone(),
            Base::Named(name) => match (self.typedef(name), levels.checked_sub(1)) {
                (Some(typedef), Some(levels)) => self.resolve(typedef, levels)?,
                (Some(_), None) => {
                    let reason =
                        "in ROS interfaces a typedef can name one other typedef, not a chain of them";
                    return Err(expected("a type", text.at).because(reason));
                }
                (None, _) => FieldType::nested(&self.message_name(name, text.at)?),
            },
        };
        match (base.cardinality(), text.shape.cardinality) {
            (_, Cardinality::Single) => Ok(base),
            (Cardinality::Single, cardinality) => Ok(base.repeated(cardinality)),
            _ => Err(nested_arrays(text.at)),
        }
    }

    fn typedef(&self, name: &[&'a str]) -> Option<&TypeText<'a>> {
        match name {
            [name] => self.typedefs.get(name),
            _ => None,
        }
    }

    /// `package::msg::Name` as `package/msg/Name`.
    fn message_name(&self, name: &[&'a str], at: &'a str) -> Result<String, Fault<'a>> {
        if self.enums.iter().any(|declared| declared.ends_with(name)) {
            return Err(expected("a type", at).because("a member cannot be an enum, only an integer"));
        }
        match name {
            [_, _, _] => Ok(name.join("/")),
            [name] => {
                let reason = match hint(name) {
                    Some(hint) => hint.to_owned(),
                    None => {
                        format!("no typedef has this name, and a message is written `package::msg::{name}`")
                    }
                };
                Err(expected("a type", at).because(&reason))
            }
            _ => {
                let message = format!(
                    "expected a type, found {}: a message is written `package::msg::Name`",
                    found(&name.join("::"))
                );
                Err(Fault::new(at, ErrorKind::Syntax, message))
            }
        }
    }
}

/// What to write instead of names that `.msg` or other languages have for types.
fn hint(name: &str) -> Option<&'static str> {
    match name {
        "bool" => Some("did you mean `boolean`?"),
        "byte" => Some("did you mean `octet`?"),
        "float32" => Some("did you mean `float`?"),
        "float64" => Some("did you mean `double`?"),
        "int" => Some("did you mean `int32`?"),
        _ => None,
    }
}
