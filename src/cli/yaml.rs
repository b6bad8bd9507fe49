//! JSON text as YAML: what `topic echo` shows to people.
//!
//! Block style, a scalar or a key a line; or flow style, all of it on one line. A string stands without quotes when it is a plain word or path, in single quotes
//! when nothing in it is escaped, else as in JSON.

use std::borrow::Cow;

use crate::codec::json_cursor::Cursor;
use crate::error::Result;

use super::paint::{KEY, painted};

/// Words that YAML takes for something else than a string.
const NOT_PLAIN: [&str; 7] = ["true", "false", "null", "yes", "no", "on", "off"];

/// How it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// On one line, with brackets.
    pub(crate) is_flow: bool,
    /// Keys have a colour.
    pub(crate) is_coloured: bool,
}

/// The YAML of one JSON value, with a line end behind it. The value is one that the codec wrote: nested as deep as
/// messages are.
pub(crate) fn to_yaml(json: &[u8]) -> Result<Vec<u8>> {
    to_yaml_like(json, Look::default())
}

/// The same, with this look.
pub(crate) fn to_yaml_like(json: &[u8], look: Look) -> Result<Vec<u8>> {
    let mut yaml = Yaml { cursor: Cursor::new(json)?, json, look, text: Vec::new() };
    if look.is_flow {
        yaml.flow()?;
        yaml.text.push(b'\n');
    } else {
        yaml.value(0, Place::Start)?;
    }
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
    look: Look,
    text: Vec<u8>,
}

impl Yaml<'_> {
    fn value(&mut self, indent: usize, place: Place) -> Result<()> {
        match self.cursor.peek() {
            Some(b'{') => self.object(indent, place),
            Some(b'[') => self.array(indent, place),
            _ => {
                let scalar = self.next_scalar()?;
                self.scalar(&scalar, place);
                Ok(())
            }
        }
    }

    /// Passes a scalar; as YAML has it.
    fn next_scalar(&mut self) -> Result<Vec<u8>> {
        self.cursor.peek();
        let start = self.cursor.position;
        self.cursor.skip_value()?;
        let scalar = self.json.get(start..self.cursor.position).unwrap_or_default();
        // A comma separates, inside of brackets.
        let plain = unquoted(scalar).filter(|plain| !self.look.is_flow || !plain.contains(&b','));
        Ok(plain.map_or_else(|| single_quoted(scalar).into_owned(), <[u8]>::to_vec))
    }

    fn key(&mut self) -> Result<()> {
        self.cursor.peek();
        let start = self.cursor.position + 1;
        self.cursor.string()?;
        let key = self.json.get(start..self.cursor.position - 1).unwrap_or_default();
        let key = painted(&String::from_utf8_lossy(key), KEY, self.look.is_coloured);
        self.text.extend_from_slice(key.as_bytes());
        self.text.push(b':');
        self.cursor.expect(b':', "`:`")
    }

    fn flow(&mut self) -> Result<()> {
        let (open, close) = match self.cursor.peek() {
            Some(b'{') => (b'{', b'}'),
            Some(b'[') => (b'[', b']'),
            _ => {
                let scalar = self.next_scalar()?;
                self.text.extend_from_slice(&scalar);
                return Ok(());
            }
        };
        self.cursor.expect(open, "a value")?;
        self.text.push(open);
        let mut first = true;
        while !self.cursor.accept(close) {
            if !std::mem::take(&mut first) {
                self.cursor.expect(b',', "`,`")?;
                self.text.extend_from_slice(b", ");
            }
            if open == b'{' {
                self.key()?;
                self.text.push(b' ');
            }
            self.flow()?;
        }
        self.text.push(close);
        Ok(())
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
            self.key()?;
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

    #[test]
    fn values_on_one_line() {
        let look = Look { is_flow: true, is_coloured: false };
        for (json, yaml) in [
            ("1.5", "1.5\n"),
            (r#""one, two""#, "'one, two'\n"),
            (
                r#"{"a":1,"b":{"c":[],"d":{}},"e":[1,{"f":"it"}]}"#,
                "{a: 1, b: {c: [], d: {}}, e: [1, {f: it}]}\n",
            ),
        ] {
            let text = String::from_utf8(to_yaml_like(json.as_bytes(), look).unwrap()).unwrap();
            assert_eq!(text, yaml, "{json}");
            let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
            assert_eq!(read, serde_json::from_str::<serde_json::Value>(json).unwrap());
        }
    }

    #[test]
    fn keys_have_a_colour_where_it_is_wanted() {
        let look = Look { is_flow: false, is_coloured: true };
        let text = String::from_utf8(to_yaml_like(br#"{"a":1}"#, look).unwrap()).unwrap();
        assert_eq!(text, "\u{1b}[34ma\u{1b}[0m: 1\n");
    }
}
