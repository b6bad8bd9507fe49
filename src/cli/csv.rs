//! JSON text as a line of values: `topic echo --csv`; and a cell of such a line, for `convert` as well.
//!
//! The values of nested messages and of arrays stand in their order, without names.

use crate::codec::json_cursor::Cursor;
use crate::error::Result;

/// The values of one JSON value that the codec wrote, with a line end behind them.
pub(crate) fn to_csv(json: &[u8]) -> Result<Vec<u8>> {
    let mut csv = Csv { cursor: Cursor::new(json)?, json, line: Vec::new(), any: false };
    csv.value()?;
    csv.line.push(b'\n');
    Ok(csv.line)
}

struct Csv<'t> {
    cursor: Cursor<'t>,
    json: &'t [u8],
    line: Vec<u8>,
    any: bool,
}

impl Csv<'_> {
    fn value(&mut self) -> Result<()> {
        match self.cursor.peek() {
            Some(b'{') => self.items(b'{', b'}'),
            Some(b'[') => self.items(b'[', b']'),
            Some(b'"') => {
                let text = self.cursor.string()?.bytes()?;
                self.cell(&text);
                Ok(())
            }
            _ => {
                let start = self.cursor.position;
                self.cursor.skip_value()?;
                let end = self.cursor.position;
                self.cell(self.json.get(start..end).unwrap_or_default());
                Ok(())
            }
        }
    }

    fn items(&mut self, open: u8, close: u8) -> Result<()> {
        self.cursor.expect(open, "a value")?;
        let mut first = true;
        while !self.cursor.accept(close) {
            if !std::mem::take(&mut first) {
                self.cursor.expect(b',', "`,`")?;
            }
            if open == b'{' {
                self.cursor.key()?;
            }
            self.value()?;
        }
        Ok(())
    }

    fn cell(&mut self, text: &[u8]) {
        if std::mem::replace(&mut self.any, true) {
            self.line.push(b',');
        }
        add_text(&mut self.line, text);
    }
}

/// Appends the text of a cell, in quotes where it has what would end it (RFC 4180).
pub(super) fn add_text(line: &mut Vec<u8>, text: &[u8]) {
    if !text.iter().any(|byte| b",\"\r\n".contains(byte)) {
        line.extend_from_slice(text);
        return;
    }
    line.push(b'"');
    for &byte in text {
        line.extend_from_slice(if byte == b'"' { b"\"\"" } else { std::slice::from_ref(&byte) });
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_a_line() {
        for (json, line) in [
            (r#"{"a":1,"b":{"c":[1.5,true],"d":{}},"e":"x"}"#, "1,1.5,true,x\n"),
            (r#""a, \"b\"\nc""#, "\"a, \"\"b\"\"\nc\"\n"),
            (r#"{"a":"","b":[],"c":""}"#, ",\n"),
            ("7", "7\n"),
        ] {
            assert_eq!(String::from_utf8(to_csv(json.as_bytes()).unwrap()).unwrap(), line, "{json}");
        }
    }
}
