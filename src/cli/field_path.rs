//! [`FieldPath`]: a part of a message, `pose.position.x` or `fields[2].name`, as `--field` takes it.
//!
//! A path is checked against a type once, and then picks its part out of the JSON text of each message.

use std::fmt;
use std::str::FromStr;

use crate::codec::json_cursor::Cursor;
use crate::codec::{JsonBytes, Kind, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Cardinality;

/// A path to a part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

/// What a value of a message is: its kind, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) cardinality: Cardinality,
}

impl Shape {
    /// The shape of a whole message.
    pub(crate) fn of_message(plan: &Plan) -> Self {
        Self { kind: Kind::Message(plan.root().index), cardinality: Cardinality::Single }
    }

    /// Whether it is a run of octets, which JSON text may write as base64.
    pub(crate) fn is_octets(self) -> bool {
        self.cardinality != Cardinality::Single
            && matches!(self.kind, Kind::Scalar(primitive) if primitive.is_octet())
    }
}

impl FromStr for FieldPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let malformed = || {
            let message = format!("`{text}` is not a field path; expected `name.name[index].name`");
            Error::new(ErrorKind::Argument, message)
        };
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, indices) =
                part.split_once('[').map_or((part, None), |(name, rest)| (name, Some(rest)));
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return Err(malformed());
            }
            steps.push(Step::Field(name.to_owned()));
            if let Some(index) = indices {
                let index = index.strip_suffix(']').and_then(|digits| digits.parse().ok());
                steps.push(Step::Item(index.ok_or_else(malformed)?));
            }
        }
        Ok(Self { text: text.to_owned(), steps })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FieldPath {
    /// The shape of what the path leads to. Errors when the type, or its JSON text, has no such part.
    pub(crate) fn shape(&self, plan: &Plan, bytes: JsonBytes) -> Result<Shape> {
        let mut shape = Shape::of_message(plan);
        for (index, step) in self.steps.iter().enumerate() {
            shape = step.part_of(plan, shape, bytes).map_err(|error| match error.kind() {
                // That sentence names the type already.
                ErrorKind::UnknownField => located(error, self.steps.get(..index)),
                _ => located(error, self.steps.get(..index)).in_type(plan.type_name()),
            })?;
        }
        Ok(shape)
    }

    /// The part of a message's JSON text that the path leads to. Errors when an array is too short for it.
    pub(crate) fn select<'t>(&self, json: &'t [u8]) -> Result<&'t [u8]> {
        let mut cursor = Cursor::new(json)?;
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Field(name) => enter_field(&mut cursor, name)?,
                Step::Item(item) => {
                    enter_item(&mut cursor, *item)
                        .map_err(|error| located(error, self.steps.get(..index)))?;
                }
            }
        }
        cursor.peek();
        let start = cursor.position;
        cursor.skip_value()?;
        Ok(json.get(start..cursor.position).unwrap_or_default())
    }
}

/// The parts of a message that `--field` asks for, or all of it.
pub(crate) struct Selection {
    whole: Shape,
    parts: Vec<(FieldPath, Shape)>,
}

impl Selection {
    /// Checks the paths against a type.
    pub(crate) fn new(plan: &Plan, paths: &[FieldPath], bytes: JsonBytes) -> Result<Self> {
        let part = |path: &FieldPath| Ok((path.clone(), path.shape(plan, bytes)?));
        Ok(Self { whole: Shape::of_message(plan), parts: paths.iter().map(part).collect::<Result<_>>()? })
    }

    /// Appends the JSON text of what is selected from a message's JSON text: all of it, the one part, or an object of
    /// the parts by their paths. Each piece goes through `write`.
    pub(crate) fn append(
        &self,
        text: &mut Vec<u8>,
        json: &[u8],
        mut write: impl FnMut(&mut Vec<u8>, Shape, &[u8]) -> Result<()>,
    ) -> Result<()> {
        match &self.parts[..] {
            [] => write(text, self.whole, json),
            [(path, shape)] => write(text, *shape, path.select(json)?),
            parts => {
                for (index, (path, shape)) in parts.iter().enumerate() {
                    // A path is letters, digits and `_.[]`: nothing to escape.
                    let separator = if index == 0 { '{' } else { ',' };
                    text.extend_from_slice(format!("{separator}\"{path}\":").as_bytes());
                    write(text, *shape, path.select(json)?)?;
                }
                text.push(b'}');
                Ok(())
            }
        }
    }
}

/// The same error at the place that the steps lead to.
fn located(error: Error, steps: Option<&[Step]>) -> Error {
    steps.unwrap_or_default().iter().rev().fold(error, |error, step| match step {
        Step::Field(name) => error.in_field(name),
        Step::Item(index) => error.in_item(*index),
    })
}

fn enter_field(cursor: &mut Cursor<'_>, name: &str) -> Result<()> {
    cursor.expect(b'{', "an object")?;
    while cursor.key()?.plain() != Some(name) {
        cursor.skip_value()?;
        cursor.expect(b',', "another member")?;
    }
    Ok(())
}

fn enter_item(cursor: &mut Cursor<'_>, index: usize) -> Result<()> {
    cursor.expect(b'[', "an array")?;
    for passed in 0..=index {
        if cursor.peek() == Some(b']') {
            let message = format!("no item {index}: there are {passed}");
            return Err(Error::new(ErrorKind::Length, message));
        }
        if passed < index {
            cursor.skip_value()?;
            cursor.accept(b',');
        }
    }
    Ok(())
}

impl Step {
    fn part_of(&self, plan: &Plan, whole: Shape, bytes: JsonBytes) -> Result<Shape> {
        let message = match (self, whole.kind, whole.cardinality) {
            (Self::Field(name), Kind::Message(index), Cardinality::Single) => {
                let layout = plan.layout(index);
                let field = layout.fields.iter().find(|field| *field.name == **name);
                let field = field.ok_or_else(|| layout.unknown_field(name).in_type(&layout.type_name))?;
                return Ok(Shape { kind: field.kind, cardinality: field.cardinality });
            }
            (Self::Field(_), _, Cardinality::Array(_) | Cardinality::Sequence { .. }) => {
                "this is an array: say which item, as in `[0]`".to_owned()
            }
            (Self::Field(name), ..) => format!("this is not a message: it has no field `{name}`"),
            (Self::Item(_), _, Cardinality::Single) => "this is not an array".to_owned(),
            (Self::Item(index), _, Cardinality::Array(length)) if *index as u64 >= length => {
                format!("no item {index}: there are {length}")
            }
            (Self::Item(_), ..) if whole.is_octets() && bytes == JsonBytes::Base64 => {
                "this is written as base64; `--bytes array` writes its items".to_owned()
            }
            (Self::Item(_), kind, _) => return Ok(Shape { kind, cardinality: Cardinality::Single }),
        };
        Err(Error::new(ErrorKind::Argument, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_json_text() {
        let json = br#"{"a":{"b":[{"c":1},{"c":[2,3]}]},"d":"x"}"#;
        let table = [
            ("d", "\"x\""),
            ("a", r#"{"b":[{"c":1},{"c":[2,3]}]}"#),
            ("a.b[0].c", "1"),
            ("a.b[1].c", "[2,3]"),
            ("a.b[1].c[1]", "3"),
        ];
        for (path, part) in table {
            let path: FieldPath = path.parse().unwrap();
            assert_eq!(std::str::from_utf8(path.select(json).unwrap()).unwrap(), part, "{path}");
        }
        let error = "a.b[2]".parse::<FieldPath>().unwrap().select(json).unwrap_err();
        assert_eq!(error.to_string(), "a.b: no item 2: there are 2");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ".", "a.", ".a", "a[", "a[]", "a[x]", "a[-1]", "a[0]b", "[0]", "a b"] {
            let error = text.parse::<FieldPath>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument, "{text}");
            assert!(error.to_string().starts_with(&format!("`{text}`")), "{error}");
        }
    }
}
