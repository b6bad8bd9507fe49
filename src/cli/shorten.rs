//! Messages made short for the eye: `--no-arr`, `--no-str`, `--truncate-length`. Used by `topic echo`.
//!
//! It walks JSON text and the type side by side, because only the type tells bytes written as base64 from a string.

use crate::codec::json_cursor::Cursor;
use crate::codec::{Kind, Layout, Plan, Shape};
use crate::error::Result;
use crate::schema::Cardinality;

/// What is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brevity {
    /// Arrays are replaced by their number of items.
    pub(crate) no_arrays: bool,
    /// Strings are replaced by their number of characters.
    pub(crate) no_strings: bool,
    /// The greatest number of items of an array and of characters of a string that are written.
    pub(crate) length: usize,
}

impl Brevity {
    /// Whether this leaves out anything of any message.
    pub(crate) fn is_none(self) -> bool {
        !self.no_arrays && !self.no_strings && self.length == usize::MAX
    }
}

/// Appends a value's JSON text to `text`, shortened.
pub(crate) fn shorten(
    plan: &Plan,
    shape: Shape,
    json: &[u8],
    brevity: Brevity,
    text: &mut Vec<u8>,
) -> Result<()> {
    Shortener { plan, brevity, json, cursor: Cursor::new(json)?, text }.value(shape)
}

struct Shortener<'a> {
    plan: &'a Plan,
    brevity: Brevity,
    json: &'a [u8],
    cursor: Cursor<'a>,
    text: &'a mut Vec<u8>,
}

impl Shortener<'_> {
    fn value(&mut self, shape: Shape) -> Result<()> {
        match (shape.cardinality, shape.kind) {
            (Cardinality::Single, Kind::Message(index)) => self.message(self.plan.layout(index)),
            (Cardinality::Single, Kind::String { .. } | Kind::WString { .. }) => self.string(),
            (Cardinality::Single, Kind::Scalar(_)) => self.copy(),
            _ if self.cursor.peek() == Some(b'"') => self.octets(),
            _ => self.array(shape.kind),
        }
    }

    fn copy(&mut self) -> Result<()> {
        let start = self.cursor.position;
        self.cursor.skip_value()?;
        self.text.extend_from_slice(self.json.get(start..self.cursor.position).unwrap_or_default());
        Ok(())
    }

    fn message(&mut self, layout: &Layout) -> Result<()> {
        self.cursor.expect(b'{', "an object")?;
        self.text.push(b'{');
        for (index, field) in layout.fields.iter().enumerate() {
            if index > 0 {
                self.cursor.expect(b',', "another member")?;
                self.text.push(b',');
            }
            self.cursor.key()?;
            self.text.extend_from_slice(format!("\"{}\":", field.name).as_bytes());
            self.value(Shape { kind: field.kind, cardinality: field.cardinality })?;
        }
        self.cursor.expect(b'}', "the end of the object")?;
        self.text.push(b'}');
        Ok(())
    }

    fn string(&mut self) -> Result<()> {
        let start = self.cursor.position + 1;
        self.cursor.string()?;
        let inside = self.json.get(start..self.cursor.position - 1).unwrap_or_default();
        let inside = std::str::from_utf8(inside).unwrap_or_default();
        if self.brevity.no_strings {
            let length = character_ends(inside).count();
            self.note(&format!("<{length} characters>"));
            return Ok(());
        }
        let mut ends = character_ends(inside);
        let kept = match self.brevity.length {
            0 => 0,
            length => ends.nth(length - 1).unwrap_or(inside.len()),
        };
        let mark = if kept < inside.len() { "..." } else { "" };
        self.note(&format!("{}{mark}", inside.get(..kept).unwrap_or(inside)));
        Ok(())
    }

    /// Bytes as base64: part of that text would be no base64, so all of it goes or none.
    fn octets(&mut self) -> Result<()> {
        let start = self.cursor.position;
        let base64 = self.cursor.string()?.plain().unwrap_or_default();
        let length = base64.len() / 4 * 3 - base64.bytes().rev().take_while(|&byte| byte == b'=').count();
        if self.brevity.no_arrays || length > self.brevity.length {
            self.note(&format!("<{length} bytes>"));
            return Ok(());
        }
        self.text.extend_from_slice(self.json.get(start..self.cursor.position).unwrap_or_default());
        Ok(())
    }

    fn array(&mut self, kind: Kind) -> Result<()> {
        self.cursor.expect(b'[', "an array")?;
        let start = self.text.len();
        self.text.push(b'[');
        let mut count = 0;
        while !self.cursor.accept(b']') {
            if count > 0 {
                self.cursor.expect(b',', "another item")?;
            }
            if self.brevity.no_arrays || count >= self.brevity.length {
                self.cursor.skip_value()?;
            } else {
                self.text.extend_from_slice(if count > 0 { b"," } else { b"" });
                self.cursor.peek();
                self.value(Shape { kind, cardinality: Cardinality::Single })?;
            }
            count += 1;
        }
        if self.brevity.no_arrays {
            self.text.truncate(start);
            self.note(&format!("<{count} items>"));
            return Ok(());
        }
        if count > self.brevity.length {
            self.text.extend_from_slice(if self.brevity.length > 0 { b",\"...\"" } else { b"\"...\"" });
        }
        self.text.push(b']');
        Ok(())
    }

    /// A JSON string of text that is escaped already.
    fn note(&mut self, text: &str) {
        self.text.push(b'"');
        self.text.extend_from_slice(text.as_bytes());
        self.text.push(b'"');
    }
}

/// Where each character ends in the inside of a JSON string; an escape is one character.
fn character_ends(inside: &str) -> impl Iterator<Item = usize> {
    let mut end = 0;
    std::iter::from_fn(move || {
        let rest = inside.get(end..)?;
        end += match rest.as_bytes() {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            _ => rest.chars().next()?.len_utf8(),
        };
        Some(end)
    })
}
