//! [`FromJson`]: JSON text to CDR without a value in between. The mapping is the table of `docs/JSON.md`.
//!
//! Members in the order of the message are read in one pass. At the first one that is out of order, the rest of that
//! object is indexed, and its members are read by position.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Primitive, Scalar};

use super::cdr::{CdrWriter, Endian};
use super::encode::{BlockSpec, NoScalars, Source, encode};
use super::json_cursor::{Cursor, RawText, parse_integer};
use super::plan::{Layout, Plan, Shorthand};

/// Choices for JSON input.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonInput {
    /// What `"now"` and `"auto"` mean: seconds and nanoseconds since 1970. Without it they are errors.
    pub now: Option<(i32, u32)>,
}

/// Encodes one message from JSON text. Missing keys take their defaults, unknown and doubled ones are errors.
pub fn from_json(plan: &Plan, text: &[u8], options: &JsonInput) -> Result<Vec<u8>> {
    let mut writer = CdrWriter::<Vec<u8>>::new(Endian::Little, 64 + text.len() / 2);
    let written = Cursor::new(text).and_then(|cursor| {
        let mut source = FromJson { cursor, options: *options };
        encode(plan, &mut source, &Item::At(0), Endian::Little, &mut writer)?;
        match source.cursor.peek() {
            None => Ok(()),
            Some(_) => Err(source.cursor.expected("the end of the text")),
        }
    });
    written.map_err(|error| error.in_type(plan.type_name()))?;
    Ok(writer.into_bytes())
}

struct FromJson<'t> {
    cursor: Cursor<'t>,
    options: JsonInput,
}

/// A value of the text by its position, or one that a shorthand stands for.
#[derive(Clone, Copy)]
enum Item {
    At(usize),
    Now,
    Int(i64),
}

struct Member<'t> {
    key: Cow<'t, [u8]>,
    position: usize,
    used: bool,
}

enum Message<'t> {
    /// All members so far came in order; `first` until one was read.
    Streaming { first: bool },
    /// The members from the first one out of order on, and the object's end.
    Indexed { members: Vec<Member<'t>>, end: usize },
    /// `"now"`
    Now { sec: i32, nanosec: u32 },
    /// `"auto"`
    Auto,
}

struct List {
    /// Where the item begins that was handed out last; `None` before the first.
    last: Option<usize>,
}

impl<'t> FromJson<'t> {
    /// An error at an item that is not what the field takes.
    #[cold]
    fn misfit(&mut self, wanted: &str) -> Error {
        let start = self.cursor.position;
        let found = match self.cursor.peek() {
            Some(b'{') => "an object".to_owned(),
            Some(b'[') => "an array".to_owned(),
            Some(b'"') => "a string".to_owned(),
            Some(b'n') => "null".to_owned(),
            Some(b't' | b'f') => "a bool".to_owned(),
            Some(b'-' | b'0'..=b'9') => {
                self.cursor.number().map_or_else(|_| "a number".to_owned(), |number| number.text.to_owned())
            }
            _ => return self.cursor.expected(wanted),
        };
        self.cursor.position = start;
        match self.cursor.skip_value() {
            Ok(()) => Error::new(ErrorKind::Type, format!("expected {wanted}, got {found}")),
            Err(error) => error,
        }
    }

    #[inline]
    fn number(&mut self, primitive: Primitive) -> Result<Scalar> {
        let start = self.cursor.position;
        let number = self.cursor.number()?;
        let scalar = match primitive {
            Primitive::Float32 => {
                Some(number.float32()).filter(|value| value.is_finite()).map(Scalar::Float32)
            }
            Primitive::Float64 => {
                Some(number.float64()).filter(|value| value.is_finite()).map(Scalar::Float64)
            }
            _ => number.integer(),
        };
        let is_float = matches!(primitive, Primitive::Float32 | Primitive::Float64);
        match scalar {
            Some(scalar) => Ok(scalar),
            None if number.is_integer || is_float => {
                let message = format!("{} is out of range for {}", number.text, primitive.name());
                Err(Error::new(ErrorKind::Range, message))
            }
            None => {
                self.cursor.position = start;
                Err(self.misfit(primitive.name()))
            }
        }
    }

    fn text_as_scalar(&mut self, primitive: Primitive) -> Result<Scalar> {
        let start = self.cursor.position;
        let raw = self.cursor.string()?;
        let scalar = match (primitive, raw.plain()) {
            (Primitive::Char | Primitive::WChar, _) => one_unit(raw),
            (Primitive::Float32 | Primitive::Float64, Some("NaN")) => Some(Scalar::Float64(f64::NAN)),
            (Primitive::Float32, Some("Infinity")) => Some(Scalar::Float32(f32::INFINITY)),
            (Primitive::Float32, Some("-Infinity")) => Some(Scalar::Float32(f32::NEG_INFINITY)),
            (Primitive::Float64, Some("Infinity")) => Some(Scalar::Float64(f64::INFINITY)),
            (Primitive::Float64, Some("-Infinity")) => Some(Scalar::Float64(f64::NEG_INFINITY)),
            (Primitive::Bool | Primitive::Float32 | Primitive::Float64, _) | (_, None) => None,
            (_, Some(digits)) => parse_integer(digits),
        };
        scalar.ok_or_else(|| {
            self.cursor.position = start;
            self.misfit(primitive.name())
        })
    }

    /// Reads on to the end of an object, noting where the values are.
    fn index(&mut self, first_key: RawText<'t>) -> Result<Message<'t>> {
        let mut members = Vec::new();
        let mut key = first_key;
        loop {
            self.cursor.peek();
            members.push(Member { key: key_bytes(key)?, position: self.cursor.position, used: false });
            self.cursor.skip_value()?;
            if self.cursor.accept(b'}') {
                return Ok(Message::Indexed { members, end: self.cursor.position });
            }
            self.cursor.expect(b',', "`,` or `}`")?;
            key = self.cursor.key()?;
        }
    }

    fn shorthand(&mut self, layout: &Layout) -> Result<Message<'t>> {
        let start = self.cursor.position;
        let raw = self.cursor.string()?;
        match (layout.shorthand, raw.plain()) {
            (Some(Shorthand::Time), Some("now")) => self.now(),
            (Some(Shorthand::Header), Some("auto")) => Ok(Message::Auto),
            _ => {
                self.cursor.position = start;
                Err(self.misfit(&format!("an object with the fields of {}", layout.type_name)))
            }
        }
    }

    fn now(&self) -> Result<Message<'t>> {
        let (sec, nanosec) = self.options.now.ok_or_else(|| {
            Error::new(ErrorKind::Type, "`now` and `auto` are not allowed here: no time was given")
        })?;
        Ok(Message::Now { sec, nanosec })
    }
}

impl<'t> Source for FromJson<'t> {
    type Item = Item;
    type Message = Message<'t>;
    type List = List;
    type Blob = Vec<u8>;
    type Scalars<'s>
        = NoScalars
    where
        Self: 's;

    #[inline]
    fn scalar(&mut self, item: &Item, primitive: Primitive) -> Result<Scalar> {
        match *item {
            Item::At(position) => self.cursor.position = position,
            Item::Int(value) => return Ok(Scalar::Int(value)),
            Item::Now => return Err(Error::new(ErrorKind::Type, format!("expected {}", primitive.name()))),
        }
        match self.cursor.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(primitive),
            Some(b't') if primitive == Primitive::Bool => {
                self.cursor.word("true").map(|()| Scalar::Bool(true))
            }
            Some(b'f') if primitive == Primitive::Bool => {
                self.cursor.word("false").map(|()| Scalar::Bool(false))
            }
            Some(b'"') => self.text_as_scalar(primitive),
            _ => Err(self.misfit(primitive.name())),
        }
    }

    fn string(&mut self, item: &Item, then: impl FnOnce(&[u8]) -> Result<()>) -> Result<()> {
        self.cursor.position = position_of(item);
        if self.cursor.peek() != Some(b'"') {
            return Err(self.misfit("a string"));
        }
        let raw = self.cursor.string()?;
        match raw.plain() {
            Some(text) => then(text.as_bytes()),
            None => then(&raw.bytes()?),
        }
    }

    fn wstring(&mut self, item: &Item, units: &mut Vec<u16>) -> Result<()> {
        self.cursor.position = position_of(item);
        if self.cursor.peek() != Some(b'"') {
            return Err(self.misfit("a string"));
        }
        self.cursor.string()?.units(units);
        Ok(())
    }

    fn block(&mut self, item: &Item, spec: BlockSpec, writer: &mut CdrWriter<Vec<u8>>) -> Result<bool> {
        self.cursor.position = position_of(item);
        if !spec.primitive.is_octet() || self.cursor.peek() != Some(b'"') {
            return Ok(false);
        }
        let raw = self.cursor.string()?;
        let decoded = raw.bytes().map(|text| STANDARD.decode(text));
        let bytes =
            decoded?.map_err(|error| Error::new(ErrorKind::Text, format!("not base64 text: {error}")))?;
        spec.begin(writer, bytes.len())?;
        writer.bytes(&bytes);
        Ok(true)
    }

    fn begin_message(&mut self, item: Item, layout: &Layout) -> Result<Message<'t>> {
        let Item::At(position) = item else { return self.now() };
        self.cursor.position = position;
        match self.cursor.peek() {
            Some(b'{') => {
                self.cursor.position += 1;
                Ok(Message::Streaming { first: true })
            }
            Some(b'"') => self.shorthand(layout),
            _ => Err(self.misfit(&format!("an object with the fields of {}", layout.type_name))),
        }
    }

    #[inline]
    fn field(&mut self, message: &mut Message<'t>, layout: &Layout, index: usize) -> Result<Option<Item>> {
        if let Message::Streaming { first } = message {
            if self.cursor.peek() == Some(b'}') {
                return Ok(None);
            }
            if !std::mem::take(first) {
                self.cursor.expect(b',', "`,` or `}`")?;
            }
            // As `to_json` and most other programs write it (C9).
            if self.cursor.accept_text(&layout.fields[index].json_key) {
                return Ok(Some(Item::At(self.cursor.position)));
            }
            let key = self.cursor.key()?;
            if key.plain() == Some(&layout.fields[index].name) {
                return Ok(Some(Item::At(self.cursor.position)));
            }
            *message = self.index(key)?;
        }
        Ok(match message {
            Message::Streaming { .. } => None,
            Message::Indexed { members, .. } => {
                let name = layout.fields[index].name.as_bytes();
                members.iter_mut().find(|member| member.key == name).map(|member| {
                    member.used = true;
                    Item::At(member.position)
                })
            }
            Message::Now { sec, nanosec } => match &*layout.fields[index].name {
                "sec" => Some(Item::Int((*sec).into())),
                _ => Some(Item::Int((*nanosec).into())),
            },
            Message::Auto => (index == 0).then_some(Item::Now),
        })
    }

    fn end_message(&mut self, message: Message<'t>, layout: &Layout) -> Result<()> {
        let left_over = match message {
            Message::Streaming { .. } if self.cursor.accept(b'}') => return Ok(()),
            Message::Streaming { first } => {
                if !first {
                    self.cursor.expect(b',', "`,` or `}`")?;
                }
                key_bytes(self.cursor.key()?)?
            }
            Message::Indexed { members, end } => {
                self.cursor.position = end;
                match members.into_iter().find(|member| !member.used) {
                    Some(member) => member.key,
                    None => return Ok(()),
                }
            }
            Message::Now { .. } | Message::Auto => return Ok(()),
        };
        let name = String::from_utf8_lossy(&left_over);
        if layout.fields.iter().any(|field| *field.name == *name) {
            return Err(Error::new(ErrorKind::UnknownField, format!("the key `{name}` is given twice")));
        }
        Err(layout.unknown_field(&name))
    }

    fn begin_list(&mut self, item: &Item) -> Result<List> {
        self.cursor.position = position_of(item);
        if self.cursor.accept(b'[') { Ok(List { last: None }) } else { Err(self.misfit("an array")) }
    }

    #[inline]
    fn next_item(&mut self, list: &mut List) -> Result<Option<Item>> {
        if list.last == Some(self.cursor.position) {
            self.cursor.skip_value()?;
        }
        if self.cursor.accept(b']') {
            return Ok(None);
        }
        if list.last.is_some() {
            self.cursor.expect(b',', "`,` or `]`")?;
        }
        self.cursor.peek();
        list.last = Some(self.cursor.position);
        Ok(Some(Item::At(self.cursor.position)))
    }
}

fn position_of(item: &Item) -> usize {
    match *item {
        Item::At(position) => position,
        Item::Now | Item::Int(_) => usize::MAX,
    }
}

fn key_bytes(key: RawText<'_>) -> Result<Cow<'_, [u8]>> {
    match key.plain() {
        Some(text) => Ok(Cow::Borrowed(text.as_bytes())),
        None => key.bytes().map(Cow::Owned),
    }
}

fn one_unit(raw: RawText<'_>) -> Option<Scalar> {
    let mut units = Vec::new();
    raw.units(&mut units);
    match units[..] {
        [unit] => Some(Scalar::Unit(unit)),
        _ => None,
    }
}
