//! JSON text as YAML: what `topic echo` shows to people.
//!
//! Block style, a scalar or a key a line. A string stands without quotes when it is a plain word or path, in single quotes
//! when nothing in it is escaped, else as in JSON.

use std::borrow::Cow;

use crate::codec::json_cursor::Cursor;
use crate::error::Result;

/// Words that YAML takes for something else than a string.
const NOT_PLAIN: [&str; 7] = ["true", "false", "null", "yes", "no", "on", "off"];

/// The YAML of one JSON value, with a line end behind it. The value is one that the codec wrote: nested as deep as
/// messages are.
pub(crate) fn to_yaml(json: &[u8]) -> Result<Vec<u8>> {
    let mut yaml = Yaml { cursor: Cursor::new(json)?, json, text: Vec::new() };
    yaml.value(0, Place::Start)?;
    Ok(yaml.text)
}

/// Where a value stands: what separates it from what is before it on the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    BehindKey,
    BehindDash,
}

struct Yaml<'t> {
    cursor: Cursor<'t>,
    json: &'t [u8],
    text: Vec<u8>,
}

impl Yaml<'_> {
    fn value(&mut self, indent: usize, place: Place) -> Result<()> {
        match self.cursor.peek() {
            Some(b'{') => self.object(indent, place),
            Some(b'[') => self.array(indent, place),
            _ => {
                let start = self.cursor.position;
                self.cursor.skip_value()?;
                let scalar = self.json.get(start..self.cursor.position).unwrap_or_default();
                match unquoted(scalar) {
                    Some(plain) => self.scalar(plain, place),
                    None => self.scalar(&single_quoted(scalar), place),
                }
                Ok(())
            }
        }
    }

    fn scalar(&mut self, scalar: &[u8], place: Place) {
        self.text.extend_from_slice(if place == Place::BehindKey { b" " } else { b"" });
        self.text.extend_from_slice(scalar);
        self.text.push(b'\n');
    }

    fn object(&mut self, indent: usize, place: Place) -> Result<()> {
        self.cursor.expect(b'{', "an object")?;
        if self.cursor.accept(b'}') {
            self.scalar(b"{}", place);
            return Ok(());
        }
        let indent = if place == Place::Start { 0 } else { indent + 2 };
        self.text.extend_from_slice(if place == Place::BehindKey { b"\n" } else { b"" });
        let mut first = true;
        loop {
            // The first key stands on the line of the dash before it.
            if !first || place != Place::BehindDash {
                self.text.resize(self.text.len() + indent, b' ');
            }
            first = false;
            self.cursor.peek();
            let start = self.cursor.position + 1;
            self.cursor.string()?;
            self.text.extend_from_slice(self.json.get(start..self.cursor.position - 1).unwrap_or_default());
            self.text.push(b':');
            self.cursor.expect(b':', "`:`")?;
            self.value(indent, Place::BehindKey)?;
            if self.cursor.accept(b'}') {
                return Ok(());
            }
            self.cursor.expect(b',', "`,` or `}`")?;
        }
    }

    fn array(&mut self, indent: usize, place: Place) -> Result<()> {
        self.cursor.expect(b'[', "an array")?;
        if self.cursor.accept(b']') {
            self.scalar(b"[]", place);
            return Ok(());
        }
        self.text.extend_from_slice(if place == Place::BehindKey { b"\n" } else { b"" });
        loop {
            self.text.resize(self.text.len() + indent, b' ');
            self.text.extend_from_slice(b"- ");
            self.value(indent, Place::BehindDash)?;
            if self.cursor.accept(b']') {
                return Ok(());
            }
            self.cursor.expect(b',', "`,` or `]`")?;
        }
    }
}

/// The inside of a string that needs no quotes.
fn unquoted(scalar: &[u8]) -> Option<&[u8]> {
    let inside = scalar.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let (first, last) = (inside.first()?, inside.last()?);
    let plain = (first.is_ascii_alphabetic() || matches!(first, b'/' | b'_'))
        && *last != b' '
        && inside.iter().all(|&byte| byte.is_ascii_alphanumeric() || b" _/.,+-".contains(&byte))
        && !NOT_PLAIN.iter().any(|word| inside.eq_ignore_ascii_case(word.as_bytes()));
    plain.then_some(inside)
}

/// A JSON string in single quotes, where no escape is needed; anything else as it is.
fn single_quoted(scalar: &[u8]) -> Cow<'_, [u8]> {
    let inside = scalar.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let Some(inside) = inside.filter(|inside| !inside.contains(&b'\\')) else { return scalar.into() };
    let mut quoted = vec![b'\''];
    for &byte in inside {
        quoted.extend_from_slice(if byte == b'\'' { b"''" } else { std::slice::from_ref(&byte) });
    }
    quoted.push(b'\'');
    quoted.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_yaml() {
        let table = [
            ("1.5", "1.5\n"),
            (r#""plain words, 1""#, "plain words, 1\n"),
            (r#""/camera/left""#, "/camera/left\n"),
            (r#""""#, "''\n"),
            (r#""a: b""#, "'a: b'\n"),
            (r#""it's""#, "'it''s'\n"),
            (r#""No""#, "'No'\n"),
            (r#""a\nb""#, "\"a\\nb\"\n"),
            (r#""12""#, "'12'\n"),
            ("{}", "{}\n"),
            ("[]", "[]\n"),
            ("[1,2]", "- 1\n- 2\n"),
            (r#"{"a":1,"b":{"c":[],"d":{}}}"#, "a: 1\nb:\n  c: []\n  d: {}\n"),
            (
                r#"{"a":[1,2],"b":[{"c":1,"d":[3]},{"c":2,"d":[]}]}"#,
                "a:\n- 1\n- 2\nb:\n- c: 1\n  d:\n  - 3\n- c: 2\n  d: []\n",
            ),
            (r#"{"a":{"b":[{"c":{"d":1}}]}}"#, "a:\n  b:\n  - c:\n      d: 1\n"),
        ];
        for (json, yaml) in table {
            assert_eq!(String::from_utf8(to_yaml(json.as_bytes()).unwrap()).unwrap(), yaml, "{json}");
        }
    }
}
