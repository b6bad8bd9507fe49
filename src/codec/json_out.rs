//! [`ToJson`]: CDR to JSON text without a value in between. The mapping is the table of `docs/JSON.md`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::Result;
use crate::schema::{Primitive, Scalar};

use super::cdr::{Block, any_word};
use super::decode::{Visitor, WideUnits, decode};
use super::get::Getter;
use super::plan::{Layout, Plan};
use super::value::for_each_number;

/// How arrays of octets are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JsonBytes {
    /// A base64 string.
    #[default]
    Base64,
    /// An array of numbers.
    Array,
}

/// Choices for JSON output.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonOutput {
    /// How arrays of octets are written.
    pub bytes: JsonBytes,
}

/// The message in `payload` as one line of JSON text.
pub fn to_json(plan: &Plan, payload: &[u8], options: &JsonOutput) -> Result<Vec<u8>> {
    let mut text = Vec::with_capacity(64 + payload.len() * 2);
    write_json(plan, payload, options, &mut text)?;
    Ok(text)
}

/// Appends the message in `payload` to `text`; on an error `text` is as it was.
pub fn write_json(plan: &Plan, payload: &[u8], options: &JsonOutput, text: &mut Vec<u8>) -> Result<()> {
    let start = text.len();
    let written = decode(plan, payload, &mut ToJson { options: *options, text: &mut *text });
    if written.is_err() {
        text.truncate(start);
    }
    written.map(drop)
}

impl Getter {
    /// Appends the JSON text of the part to `text`; on an error `text` is as it was.
    pub fn write_json(&self, payload: &[u8], options: &JsonOutput, text: &mut Vec<u8>) -> Result<()> {
        let start = text.len();
        let written = self.decode(payload, &mut ToJson { options: *options, text: &mut *text });
        written.inspect_err(|_| text.truncate(start))
    }
}

struct ToJson<'t> {
    options: JsonOutput,
    text: &'t mut Vec<u8>,
}

impl<'de> Visitor<'de> for ToJson<'_> {
    type Value = ();
    type Message = ();
    type List = ();

    #[inline(always)]
    fn scalar(&mut self, value: Scalar) -> Result<()> {
        write_scalar(self.text, value);
        Ok(())
    }

    fn string(&mut self, bytes: &'de [u8]) -> Result<()> {
        self.text.push(b'"');
        if is_plain(bytes) {
            self.text.extend_from_slice(bytes);
            self.text.push(b'"');
            return Ok(());
        }
        for chunk in bytes.utf8_chunks() {
            write_escaped(self.text, chunk.valid());
            chunk.invalid().iter().for_each(|&byte| write_unit(self.text, 0xdc00 | u16::from(byte)));
        }
        self.text.push(b'"');
        Ok(())
    }

    fn wstring(&mut self, units: WideUnits<'de>) -> Result<()> {
        self.text.push(b'"');
        write_units(self.text, units.iter());
        self.text.push(b'"');
        Ok(())
    }

    fn block(&mut self, block: Block<'de>) -> Result<()> {
        if block.primitive.is_octet() && self.options.bytes == JsonBytes::Base64 {
            write_base64(self.text, block.bytes);
            return Ok(());
        }
        self.text.push(b'[');
        if matches!(block.primitive, Primitive::UInt8 | Primitive::Byte | Primitive::Int8) {
            write_bytes(self.text, block.bytes, block.primitive == Primitive::Int8);
            self.text.push(b']');
            return Ok(());
        }
        for_each_number(block, |number| {
            write_scalar(self.text, number);
            self.text.push(b',');
            Ok(())
        })?;
        if !block.is_empty() {
            self.text.pop();
        }
        self.text.push(b']');
        Ok(())
    }

    #[inline(always)]
    fn begin_message(&mut self, layout: &Layout) -> Result<()> {
        if layout.fields.is_empty() {
            self.text.push(b'{');
        }
        Ok(())
    }

    #[inline(always)]
    fn before_field(&mut self, _message: &mut (), layout: &Layout, index: usize) -> Result<()> {
        self.text.push(if index == 0 { b'{' } else { b',' });
        self.text.extend_from_slice(layout.fields[index].json_key.as_bytes());
        Ok(())
    }

    #[inline(always)]
    fn field(&mut self, _message: &mut (), _index: usize, _value: ()) -> Result<()> {
        Ok(())
    }

    #[inline(always)]
    fn end_message(&mut self, _message: ()) -> Result<()> {
        self.text.push(b'}');
        Ok(())
    }

    fn begin_list(&mut self, _length: usize) -> Result<()> {
        self.text.push(b'[');
        Ok(())
    }

    #[inline(always)]
    fn before_item(&mut self, _list: &mut (), index: usize) -> Result<()> {
        if index > 0 {
            self.text.push(b',');
        }
        Ok(())
    }

    #[inline(always)]
    fn item(&mut self, _list: &mut (), _index: usize, _value: ()) -> Result<()> {
        Ok(())
    }

    fn end_list(&mut self, _list: ()) -> Result<()> {
        self.text.push(b']');
        Ok(())
    }
}

#[inline(always)]
fn write_scalar(text: &mut Vec<u8>, value: Scalar) {
    match value {
        Scalar::Bool(value) => text.extend_from_slice(if value { b"true" } else { b"false" }),
        Scalar::Int(value) => text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
        Scalar::UInt(value) => text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
        Scalar::Float32(value) if value.is_finite() => {
            text.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
        }
        Scalar::Float64(value) if value.is_finite() => {
            text.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
        }
        Scalar::Float32(value) => write_special(text, value.into()),
        Scalar::Float64(value) => write_special(text, value),
        Scalar::Unit(unit) => {
            text.push(b'"');
            write_units(text, std::iter::once(unit));
            text.push(b'"');
        }
    }
}

/// What an array of bytes says for one of them: a number and a comma, in the first `len` of eight bytes.
#[derive(Clone, Copy)]
struct ByteText {
    text: [u8; 8],
    len: usize,
}

const fn byte_texts(signed: bool) -> [ByteText; 256] {
    let mut texts = [ByteText { text: [0; 8], len: 0 }; 256];
    let mut byte = 0;
    while byte < 256 {
        let ByteText { text, len } = &mut texts[byte];
        let mut rest = byte;
        if signed && byte >= 128 {
            text[0] = b'-';
            *len = 1;
            rest = 256 - byte;
        }
        let mut unit = if rest >= 100 {
            100
        } else if rest >= 10 {
            10
        } else {
            1
        };
        while unit > 0 {
            text[*len] = b'0' + (rest / unit % 10) as u8;
            *len += 1;
            unit /= 10;
        }
        text[*len] = b',';
        *len += 1;
        byte += 1;
    }
    texts
}

static UNSIGNED: [ByteText; 256] = byte_texts(false);
static SIGNED: [ByteText; 256] = byte_texts(true);

/// The numbers of an array of bytes, from a table and by way of a buffer that needs no growing: images and grids are
/// millions of them (C8).
fn write_bytes(text: &mut Vec<u8>, bytes: &[u8], signed: bool) {
    const CHUNK: usize = 256;
    let texts = if signed { &SIGNED } else { &UNSIGNED };
    let mut buffer = [0; CHUNK * 5 + 8];
    for chunk in bytes.chunks(CHUNK) {
        let mut end = 0;
        for &byte in chunk {
            let number = &texts[usize::from(byte)];
            if let Some(place) = buffer.get_mut(end..end + 8) {
                place.copy_from_slice(&number.text);
            }
            end += number.len;
        }
        text.extend_from_slice(&buffer[..end]);
    }
    if !bytes.is_empty() {
        text.pop();
    }
}

#[cold]
fn write_special(text: &mut Vec<u8>, value: f64) {
    text.extend_from_slice(if value.is_nan() {
        b"\"NaN\""
    } else if value > 0.0 {
        b"\"Infinity\""
    } else {
        b"\"-Infinity\""
    });
}

fn write_units(text: &mut Vec<u8>, units: impl Iterator<Item = u16>) {
    for unit in char::decode_utf16(units) {
        match unit {
            Ok(c) => write_escaped(text, c.encode_utf8(&mut [0; 4])),
            Err(lone) => write_unit(text, lone.unpaired_surrogate()),
        }
    }
}

fn write_unit(text: &mut Vec<u8>, unit: u16) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.extend_from_slice(b"\\u");
    text.extend([12, 8, 4, 0].map(|shift| DIGITS[usize::from(unit >> shift & 0xf)]));
}

/// Whether a text stands in JSON as it is: ASCII without anything to escape. Some that do are taken for others (C8).
#[inline(always)]
fn is_plain(text: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const SPACE: u64 = u64::from_ne_bytes([b' '; 8]);
    const QUOTE: u64 = u64::from_ne_bytes([b'"'; 8]);
    const BACKSLASH: u64 = u64::from_ne_bytes([b'\\'; 8]);
    // Subtracting from each byte of a word borrows into its high bit; where a neighbour borrows too, the word is told
    // apart by the slow way.
    let below = |word: u64, least: u64| word.wrapping_sub(least) & !word;
    let found = |word: u64| {
        let special = below(word, SPACE) | below(word ^ QUOTE, LOW) | below(word ^ BACKSLASH, LOW);
        (special | word) & HIGH != 0
    };
    !any_word(text, found)
}

fn write_escaped(text: &mut Vec<u8>, plain: &str) {
    let mut rest = plain.as_bytes();
    while let Some(index) = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (run, tail) = rest.split_at(index);
        text.extend_from_slice(run);
        match tail[0] {
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\t' => text.extend_from_slice(b"\\t"),
            byte @ (b'"' | b'\\') => text.extend_from_slice(&[b'\\', byte]),
            byte => write_unit(text, byte.into()),
        }
        rest = &tail[1..];
    }
    text.extend_from_slice(rest);
}

fn write_base64(text: &mut Vec<u8>, bytes: &[u8]) {
    text.push(b'"');
    let start = text.len();
    text.resize(start + base64::encoded_len(bytes.len(), true).unwrap_or_default(), 0);
    let written = STANDARD.encode_slice(bytes, &mut text[start..]).unwrap_or_default();
    text.truncate(start + written);
    text.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_anything_to_escape_is_not_plain() {
        for special in [b'"', b'\\', b'\n', 0, 0x1f, 0x80, 0xff] {
            for length in 1..40 {
                for index in 0..length {
                    let mut text = vec![b' '; length];
                    text[index] = special;
                    assert!(!is_plain(&text), "{special} at {index} of {length}");
                }
            }
        }
        assert!(is_plain(b"") && is_plain(b"a base_link ~/[]") && is_plain(&[b'!'; 100]));
    }

    #[test]
    fn bytes_are_written_as_their_numbers() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for (signed, number) in
            [(false, (|byte| byte.into()) as fn(u8) -> i16), (true, |byte| (byte as i8).into())]
        {
            let mut text = Vec::new();
            write_bytes(&mut text, &bytes, signed);
            let expected: Vec<String> = bytes.iter().map(|&byte| number(byte).to_string()).collect();
            assert_eq!(String::from_utf8(text).unwrap(), expected.join(","));
        }
    }
}
