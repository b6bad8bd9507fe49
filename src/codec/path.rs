//! [`FieldPath`]: the way to a part of a message, such as `pose.position.x`, `fields[2].name` or `ranges[0:3]`.
//!
//! One language for [`Getter`](super::Getter), [`Filter`](super::Filter), Python's `codec.get` and `--field` of the
//! command line. Indices count from 0 and from the front; a slice, which may leave out either bound, comes last.

use std::fmt;
use std::str::FromStr;

use nom::branch::alt;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::{char, digit1};
use nom::combinator::{all_consuming, cut, map_res, opt, recognize};
use nom::multi::many0;
use nom::sequence::{delimited, pair, preceded, separated_pair};
use nom::{IResult, Parser};

use super::plan::{FieldPlan, Kind, Layout, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::nearest;
use crate::schema::Cardinality;

/// The way to a part of a message.
///
/// ```
/// use ros_z_dynamic::codec::FieldPath;
/// let path: FieldPath = "fields[2].name".parse()?;
/// assert_eq!(path.to_string(), "fields[2].name");
/// assert!("fields[-1]".parse::<FieldPath>().is_err());
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Field(String),
    Item(usize),
    /// From the first of these, up to the second of them or to the end.
    Slice(usize, Option<usize>),
}

/// What a value of a message is: its kind, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What one value is.
    pub kind: Kind,
    /// How many there are.
    pub cardinality: Cardinality,
}

impl Shape {
    /// The shape of a whole message.
    #[must_use]
    pub fn of_message(plan: &Plan) -> Self {
        Self { kind: Kind::Message(plan.root().index), cardinality: Cardinality::Single }
    }

    /// The shape of a field.
    #[must_use]
    pub fn of_field(field: &FieldPlan) -> Self {
        Self { kind: field.kind, cardinality: field.cardinality }
    }

    /// The shape of one item of an array.
    #[must_use]
    pub fn of_item(self) -> Self {
        Self { cardinality: Cardinality::Single, ..self }
    }

    /// What it is to people: `a string`, `an array of float32`, `a message of type geometry_msgs/msg/Point`.
    #[must_use]
    pub(super) fn describe(self, plan: &Plan) -> String {
        let name = match self.kind {
            Kind::Scalar(primitive) => primitive.name(),
            Kind::String { .. } => "string",
            Kind::WString { .. } => "wstring",
            Kind::Message(index) => plan.layout(index).type_name.as_str(),
        };
        match self.cardinality {
            Cardinality::Single => name.to_owned(),
            _ => format!("an array of {name}"),
        }
    }
}

impl FieldPath {
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl FromStr for FieldPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match all_consuming(field_path).parse(text) {
            Ok((_, path)) => Ok(path),
            Err(_) => {
                let message = format!(
                    "`{text}` is not a field path; expected `name.name[index].name`, or `[start:stop]` at its end"
                );
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) => write!(f, "{}{name}", if index == 0 { "" } else { "." })?,
                Step::Item(item) => write!(f, "[{item}]")?,
                Step::Slice(start, Some(stop)) => write!(f, "[{start}:{stop}]")?,
                Step::Slice(start, None) => write!(f, "[{start}:]")?,
            }
        }
        Ok(())
    }
}

/// A name of interface languages.
pub(super) fn name(text: &str) -> IResult<&str, &str> {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    recognize(pair(take_while1(letter), take_while(|c: char| c.is_ascii_alphanumeric() || c == '_')))
        .parse(text)
}

fn index(text: &str) -> IResult<&str, usize> {
    map_res(digit1, str::parse).parse(text)
}

fn item(text: &str) -> IResult<&str, Step> {
    delimited(char('['), index.map(Step::Item), char(']')).parse(text)
}

fn slice(text: &str) -> IResult<&str, Step> {
    let bounds = separated_pair(opt(index), char(':'), opt(index));
    let slice = bounds.map(|(start, stop)| Step::Slice(start.unwrap_or(0), stop));
    delimited(char('['), slice, char(']')).parse(text)
}

/// The longest path that a text begins with.
pub(super) fn field_path(text: &str) -> IResult<&str, FieldPath> {
    let field = || name.map(|name: &str| Step::Field(name.to_owned()));
    let steps = many0(alt((preceded(char('.'), cut(field())), item)));
    let (rest, ((first, mut steps), last)) =
        (field(), steps, opt(slice)).map(|(a, b, c)| ((a, b), c)).parse(text)?;
    steps.insert(0, first);
    steps.extend(last);
    Ok((rest, FieldPath(steps)))
}

/// The error about a field that a path names and the message does not have.
#[cold]
pub(super) fn no_such_field(plan: &Plan, layout: &Layout, name: &str) -> Error {
    let mut near: Vec<String> = Vec::new();
    // The name itself one level deeper, where paths are often begun.
    for field in &layout.fields {
        if let (Kind::Message(index), Cardinality::Single) = (field.kind, field.cardinality)
            && plan.layout(index).fields.iter().any(|inner| *inner.name == *name)
        {
            near.push(format!("{}.{name}", field.name));
        }
    }
    let names = layout.fields.iter().map(|field| &*field.name);
    near.extend(nearest(name, names).into_iter().map(str::to_owned));
    layout.unknown_field_near(name, near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_as_they_were_written() {
        for text in ["a", "a.b", "a[0]", "a[12].b_2.C", "a[0][1]", "a[0:3]", "a.b[2:]", "_x"] {
            assert_eq!(text.parse::<FieldPath>().unwrap().to_string(), text);
        }
        assert_eq!("a[:3]".parse::<FieldPath>().unwrap().to_string(), "a[0:3]");
        assert_eq!("a[:]".parse::<FieldPath>().unwrap().to_string(), "a[0:]");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a[",
            "a[]",
            "a[x]",
            "a[-1]",
            "a[0]b",
            "[0]",
            "a b",
            "a[0:1].b",
            "a[0:1][0]",
            "a[::2]",
            "a[99999999999999999999]",
            "1a",
            "a..b",
            " a",
            "é",
        ] {
            let error = text.parse::<FieldPath>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument, "{text}");
            assert!(error.to_string().starts_with(&format!("`{text}`")), "{error}");
        }
    }
}
