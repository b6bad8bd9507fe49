//! A cursor over JSON text (RFC 8259): tokens on demand, no tree. Used by `json_in` alone.
//!
//! It is our own because lone surrogates must survive (they stand for bytes that are not UTF-8) and because the
//! encode walker pulls values in the order of the message, which a serde visitor cannot follow without a tree.

use crate::error::{Error, ErrorKind, Result};
use crate::schema::Scalar;

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

/// A number as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number<'t> {
    pub(crate) text: &'t str,
    /// Whether it has neither point nor exponent.
    pub(crate) is_integer: bool,
    /// All its digits as one integer, if that is below 10^19.
    digits: Option<u64>,
    /// What power of ten that integer is to be multiplied by.
    exponent: i64,
}

/// Powers of ten that `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

impl Number<'_> {
    /// An integer of 64 bits, signed or not.
    #[inline]
    pub(crate) fn integer(&self) -> Option<Scalar> {
        let digits = self.digits.filter(|_| self.is_integer);
        match digits.map(i64::try_from) {
            Some(Ok(value)) if self.is_negative() => Some(Scalar::Int(-value)),
            Some(Ok(value)) => Some(Scalar::Int(value)),
            _ if self.is_integer => parse_integer(self.text),
            _ => None,
        }
    }

    /// The nearest `f64`; infinite beyond its range.
    #[inline]
    pub(crate) fn float64(&self) -> f64 {
        self.exact_float64().unwrap_or_else(|| self.text.parse().unwrap_or(f64::INFINITY))
    }

    /// The nearest `f32`; infinite beyond its range.
    #[inline]
    pub(crate) fn float32(&self) -> f32 {
        // Rounding twice is safe unless the first time ends half-way between two `f32`, whose precision is 29 bits less;
        // all the values here are in the range of normal `f32`, or zero (C9).
        let is_half_way = |value: &f64| value.to_bits() & ((1 << 29) - 1) == 1 << 28;
        match self.exact_float64().filter(|value| !is_half_way(value)) {
            Some(value) => value as f32,
            None => self.text.parse().unwrap_or(f32::INFINITY),
        }
    }

    /// The nearest `f64` where one operation on two exact numbers makes it (C9).
    #[inline]
    fn exact_float64(&self) -> Option<f64> {
        let digits = self.digits.filter(|&digits| digits <= 1 << 53)? as f64;
        let power = *POWERS.get(usize::try_from(self.exponent.unsigned_abs()).ok()?)?;
        let value = if self.exponent < 0 { digits / power } else { digits * power };
        Some(if self.is_negative() { -value } else { value })
    }

    fn is_negative(&self) -> bool {
        self.text.starts_with('-')
    }
}

/// The integer that a text of digits stands for.
pub(crate) fn parse_integer(text: &str) -> Option<Scalar> {
    text.parse().map(Scalar::Int).or_else(|_| text.parse().map(Scalar::UInt)).ok()
}

/// Digits read so far, as an integer.
#[derive(Default)]
struct Digits {
    value: u64,
    count: usize,
}

impl Digits {
    /// Reads digits from `position` on; returns where they end.
    #[inline(always)]
    fn read(&mut self, bytes: &[u8], position: usize) -> usize {
        let rest = bytes.get(position..).unwrap_or_default();
        let mut count = 0;
        for &byte in rest {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            self.value = self.value.wrapping_mul(10).wrapping_add(digit.into());
            count += 1;
        }
        self.count += count;
        position + count
    }

    /// Any 19 digits fit into 64 bits; of more, some did not.
    fn value(&self) -> Option<u64> {
        (self.count <= 19).then_some(self.value)
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
    #[inline]
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

    /// Passes a number.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<Number<'t>> {
        self.peek();
        let start = self.position;
        let bytes = self.text.as_bytes();
        let at = |position: usize| bytes.get(position).copied().unwrap_or_default();
        let mut digits = Digits::default();
        let mut end = start + usize::from(at(start) == b'-');
        let first = end;
        end = digits.read(bytes, end);
        if end == first || (at(first) == b'0' && end > first + 1) {
            return Err(self.expected("a value"));
        }
        let mut decimals = 0;
        let is_integer = !matches!(at(end), b'.' | b'e' | b'E');
        if at(end) == b'.' {
            let fraction = digits.read(bytes, end + 1);
            decimals = fraction - (end + 1);
            if decimals == 0 {
                return Err(self.error("a number with a point but no digits behind it"));
            }
            end = fraction;
        }
        let mut exponent = 0;
        if matches!(at(end), b'e' | b'E') {
            let mut power = Digits::default();
            let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
            let power_end = power.read(bytes, end + 1 + sign);
            if power_end == end + 1 + sign {
                return Err(self.error("a number with an exponent but no digits in it"));
            }
            let power = i64::try_from(power.value().unwrap_or(u64::MAX)).unwrap_or(i64::MAX);
            exponent = if at(end + 1) == b'-' { -power } else { power };
            end = power_end;
        }
        self.position = end;
        Ok(Number {
            text: self.text.get(start..end).unwrap_or_default(),
            is_integer,
            digits: digits.value(),
            exponent: exponent.saturating_sub(decimals as i64),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number<'_> {
        Cursor::new(text.as_bytes()).and_then(|mut cursor| cursor.number()).unwrap()
    }

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let mut random = fastrand::Rng::with_seed(9);
        for _ in 0..200_000 {
            let digits: String =
                (0..random.usize(1..20)).map(|_| char::from(b'0' + random.u8(0..10))).collect();
            let sign = if random.bool() { "-" } else { "" };
            let exponent = random.i32(-50..50);
            // Of every kind: shortest texts of floats, halves between `f32`, and any digits.
            let texts = [
                format!("{sign}1{digits}"),
                format!("{sign}0.{digits}"),
                format!("{sign}{}.{digits}e{exponent}", random.u32(0..100)),
                format!("{:e}", f32::from_bits(random.u32(0..0x7f80_0000))),
                format!("{:e}", f64::from_bits(random.u64(0..0x7ff0_0000_0000_0000))),
                format!("{}", f64::from(random.u32(1 << 24..1 << 25)) / f64::from(1 << random.u32(0..12))),
            ];
            for text in &texts {
                assert_eq!(
                    number(text).float64().to_bits(),
                    text.parse::<f64>().unwrap().to_bits(),
                    "{text}"
                );
                assert_eq!(
                    number(text).float32().to_bits(),
                    text.parse::<f32>().unwrap().to_bits(),
                    "{text}"
                );
                assert_eq!(
                    number(text).integer(),
                    text.parse().map(Scalar::Int).or_else(|_| text.parse().map(Scalar::UInt)).ok(),
                    "{text}"
                );
            }
        }
    }
}
