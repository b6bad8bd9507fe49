//! A cursor over JSON text (RFC 8259): tokens on demand, no tree. Used by `json_in` alone.
//!
//! It is our own because lone surrogates must survive (they stand for bytes that are not UTF-8) and because the
//! encode walker pulls values in the order of the message, which a serde visitor cannot follow without a tree.

use crate::error::{Error, ErrorKind, Result};

/// The inside of a JSON string, as written: without quotes, escapes checked but not resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText<'t> {
    text: &'t str,
    escaped: bool,
}

/// A part of a string: text as it is, or one UTF-16 unit that was escaped.
enum Piece<'t> {
    Run(&'t str),
    Unit(u16),
}

impl<'t> RawText<'t> {
    /// The text as it is, when nothing in it is escaped.
    pub(crate) fn plain(self) -> Option<&'t str> {
        (!self.escaped).then_some(self.text)
    }

    /// The UTF-16 units of the text.
    pub(crate) fn units(self, units: &mut Vec<u16>) {
        self.for_each(|piece| match piece {
            Piece::Run(run) => units.extend(run.encode_utf16()),
            Piece::Unit(unit) => units.push(unit),
        });
    }

    /// The bytes of the text: UTF-8, and for each lone surrogate U+DC80..U+DCFF the byte that it stands for. Errors
    /// on any other lone surrogate.
    pub(crate) fn bytes(self) -> Result<Vec<u8>> {
        let mut units = Vec::new();
        self.units(&mut units);
        let mut bytes = Vec::with_capacity(self.text.len());
        for decoded in char::decode_utf16(units) {
            match decoded.map_err(|lone| lone.unpaired_surrogate()) {
                Ok(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(lone @ 0xdc80..=0xdcff) => bytes.push((lone & 0xff) as u8),
                Err(lone) => {
                    let message = format!("the lone surrogate \\u{lone:04x} stands for no byte");
                    return Err(Error::new(ErrorKind::Text, message));
                }
            }
        }
        Ok(bytes)
    }

    fn for_each(self, mut each: impl FnMut(Piece<'t>)) {
        let mut rest = self.text;
        while let Some((run, escape)) = rest.split_once('\\') {
            each(Piece::Run(run));
            let mut chars = escape.chars();
            let unit = match chars.next() {
                Some('b') => 0x8,
                Some('f') => 0xc,
                Some('n') => 0xa,
                Some('r') => 0xd,
                Some('t') => 0x9,
                Some('u') => {
                    let digits = chars.by_ref().take(4);
                    digits.fold(0, |unit, digit| unit << 4 | digit.to_digit(16).unwrap_or_default() as u16)
                }
                Some(other) => other as u16,
                None => break,
            };
            each(Piece::Unit(unit));
            rest = chars.as_str();
        }
        each(Piece::Run(rest));
    }
}

/// A position in JSON text.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    pub(crate) position: usize,
}

impl<'t> Cursor<'t> {
    /// A cursor at the start of `text`. Errors when it is not UTF-8.
    pub(crate) fn new(text: &'t [u8]) -> Result<Self> {
        match std::str::from_utf8(text) {
            Ok(text) => Ok(Self { text, position: 0 }),
            Err(error) => {
                let message = format!("JSON text must be UTF-8; byte {} is not", error.valid_up_to());
                Err(Error::new(ErrorKind::Json, message))
            }
        }
    }

    /// The next byte that is not white space, without passing it.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.position) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.position += 1;
        }
        None
    }

    /// Passes `byte` if it comes next.
    #[inline]
    pub(crate) fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    /// Passes `text` if it comes next, behind white space.
    #[inline]
    pub(crate) fn accept_text(&mut self, text: &str) -> bool {
        self.peek();
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        let found = rest.starts_with(text.as_bytes());
        self.position += if found { text.len() } else { 0 };
        found
    }

    /// Passes `byte`, or errors saying what was `wanted`.
    pub(crate) fn expect(&mut self, byte: u8, wanted: &str) -> Result<()> {
        if self.accept(byte) { Ok(()) } else { Err(self.expected(wanted)) }
    }

    /// An error at the next token.
    #[cold]
    pub(crate) fn expected(&mut self, wanted: &str) -> Error {
        let found = match self.peek() {
            None => "the end of the text".to_owned(),
            Some(_) => {
                let next = self.text.get(self.position..).and_then(|rest| rest.chars().next());
                format!("`{}`", next.unwrap_or_default())
            }
        };
        self.error(&format!("expected {wanted}, found {found}"))
    }

    #[cold]
    fn error(&self, message: &str) -> Error {
        let before = self.text.get(..self.position).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        Error::new(ErrorKind::Json, format!("{message} at line {line} column {column} of the JSON text"))
    }

    /// Passes a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<RawText<'t>> {
        self.expect(b'"', "a string")?;
        let start = self.position;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        loop {
            match bytes.get(self.position) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..0x20) => return Err(self.error("a control character inside a string")),
                Some(_) => self.position += 1,
                None => return Err(self.error("the string does not end")),
            }
        }
        let text = self.text.get(start..self.position).unwrap_or_default();
        self.position += 1;
        Ok(RawText { text, escaped })
    }

    fn escape(&mut self) -> Result<()> {
        let rest = self.text.as_bytes().get(self.position + 1..).unwrap_or_default();
        let length = match rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', digits @ ..] if digits.len() >= 4 && digits[..4].iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return Err(self.error("a malformed escape inside a string")),
        };
        self.position += length;
        Ok(())
    }

    /// Passes a number; returns its text, and whether it is written as an integer.
    pub(crate) fn number(&mut self) -> Result<(&'t str, bool)> {
        self.peek();
        let start = self.position;
        let bytes = self.text.as_bytes();
        let at = |position: usize| bytes.get(position).copied().unwrap_or_default();
        let digits = |mut position: usize| {
            while at(position).is_ascii_digit() {
                position += 1;
            }
            position
        };
        let mut end = start + usize::from(at(start) == b'-');
        let whole = digits(end);
        if whole == end || (at(end) == b'0' && whole > end + 1) {
            return Err(self.expected("a value"));
        }
        end = whole;
        let mut integer = true;
        if at(end) == b'.' {
            integer = false;
            let fraction = digits(end + 1);
            if fraction == end + 1 {
                return Err(self.error("a number with a point but no digits behind it"));
            }
            end = fraction;
        }
        if matches!(at(end), b'e' | b'E') {
            integer = false;
            let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
            let exponent = digits(end + 1 + sign);
            if exponent == end + 1 + sign {
                return Err(self.error("a number with an exponent but no digits in it"));
            }
            end = exponent;
        }
        self.position = end;
        Ok((self.text.get(start..end).unwrap_or_default(), integer))
    }

    /// Passes `word` (`true`, `false`, `null`).
    pub(crate) fn word(&mut self, word: &str) -> Result<()> {
        self.peek();
        if self.text.as_bytes().get(self.position..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.position += word.len();
            return Ok(());
        }
        Err(self.expected("a value"))
    }

    /// Passes one value of any kind, without recursion.
    pub(crate) fn skip_value(&mut self) -> Result<()> {
        let mut open = Vec::new();
        loop {
            match self.peek() {
                Some(b'{') => {
                    self.position += 1;
                    if !self.accept(b'}') {
                        open.push(b'}');
                        self.key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.position += 1;
                    if !self.accept(b']') {
                        open.push(b']');
                        continue;
                    }
                }
                Some(b'"') => _ = self.string()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => _ = self.number()?,
            }
            loop {
                let Some(&close) = open.last() else { return Ok(()) };
                if self.accept(close) {
                    open.pop();
                    continue;
                }
                self.expect(b',', if close == b'}' { "`,` or `}`" } else { "`,` or `]`" })?;
                if close == b'}' {
                    self.key()?;
                }
                break;
            }
        }
    }

    /// Passes a key and its colon.
    pub(crate) fn key(&mut self) -> Result<RawText<'t>> {
        let key = self.string()?;
        self.expect(b':', "`:`")?;
        Ok(key)
    }
}
