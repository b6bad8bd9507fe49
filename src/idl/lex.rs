//! What the grammars share: places in a text, the error of a nom parser, and the rules for names.

use std::borrow::Cow;

use nom::IResult;
use nom::error::ParseError;

use crate::error::{Error, ErrorKind, Result, TextPlace};
use crate::schema::TypeName;

/// What a nom parser of this room, and of the filters of the codec, returns.
pub(crate) type Parsed<'a, T> = IResult<&'a str, T, Fault<'a>>;

/// What is wrong, and the rest of the text from where it is wrong.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault<'a> {
    pub at: &'a str,
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
}

impl<'a> Fault<'a> {
    pub fn new(at: &'a str, kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { at, kind, message: message.into() }
    }

    pub fn expected(what: &str, at: &'a str) -> Self {
        Self::new(at, ErrorKind::Syntax, format!("expected {what}, found {}", found(at)))
    }

    pub fn because(mut self, reason: &str) -> Self {
        self.message.to_mut().push_str(": ");
        self.message.to_mut().push_str(reason);
        self
    }
}

impl<'a> ParseError<&'a str> for Fault<'a> {
    fn from_error_kind(input: &'a str, _: nom::error::ErrorKind) -> Self {
        Self::new(input, ErrorKind::Syntax, "unexpected text")
    }

    fn append(_: &'a str, _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// The fault out of nom's three-way error.
pub(crate) fn fault(error: nom::Err<Fault<'_>>) -> Fault<'_> {
    match error {
        nom::Err::Error(fault) | nom::Err::Failure(fault) => fault,
        nom::Err::Incomplete(_) => Fault::new("", ErrorKind::Syntax, "unexpected end"),
    }
}

/// `text` quoted for a message; long text ends in an ellipsis.
pub(crate) fn found(text: &str) -> String {
    const LONGEST: usize = 40;
    let text = text.trim_end();
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown: String = text.chars().take(LONGEST).flat_map(show_control).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn show_control(c: char) -> impl Iterator<Item = char> {
    let escaped = c.is_control().then(|| c.escape_unicode());
    let plain = escaped.is_none().then_some(c);
    escaped.into_iter().flatten().chain(plain)
}

/// An interface text under the name of its file; in `.msg` every tab is replaced by a blank, as rosidl does first.
pub(crate) struct Source<'a> {
    pub file: &'a str,
    pub original: &'a str,
    text: Cow<'a, str>,
}

impl<'a> Source<'a> {
    /// Errors on a NUL, which no ROS string can carry.
    pub fn new(file: &'a str, original: &'a str) -> Result<Self> {
        let mut source = Self::verbatim(file, original)?;
        if original.contains('\t') {
            source.text = Cow::Owned(source.original.replace('\t', " "));
        }
        Ok(source)
    }

    /// The same with the tabs left as they are, for IDL.
    pub fn verbatim(file: &'a str, original: &'a str) -> Result<Self> {
        let original = original.strip_prefix('\u{feff}').unwrap_or(original);
        let source = Self { file, original, text: Cow::Borrowed(original) };
        match memchr::memchr(0, original.as_bytes()) {
            Some(offset) => {
                let error = Error::new(ErrorKind::Syntax, "a NUL character in interface text");
                Err(error.at_place(source.place(offset)))
            }
            None => Ok(source),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The error at a fault whose `at` is a part of [`text`](Self::text).
    pub fn error(&self, fault: Fault<'_>) -> Error {
        let place = self.place(offset_in(&self.text, fault.at));
        Error::new(fault.kind, fault.message).at_place(place)
    }

    /// The line, counted from 1, in which a part of the text begins.
    pub fn line_of(&self, part: &str) -> usize {
        self.place(offset_in(&self.text, part)).line
    }

    fn place(&self, offset: usize) -> TextPlace {
        let starts_before = |line: &&str| offset_in(self.original, line) <= offset;
        let (line, source_line) =
            (1..).zip(lines(self.original).take_while(starts_before)).last().unwrap_or((1, ""));
        let before = self.original.get(offset_in(self.original, source_line)..offset).unwrap_or_default();
        TextPlace {
            file: self.file.into(),
            line,
            column: before.chars().count() + 1,
            source_line: source_line.to_owned(),
        }
    }
}

/// Where in `text` its slice `part` begins; 0 for a slice of something else.
pub(super) fn offset_in(text: &str, part: &str) -> usize {
    let offset = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    if offset <= text.len() { offset } else { 0 }
}

/// The lines of a text without their ends: `\n`, `\r\n` or `\r`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Why a text cannot be a name of some kind, or `None`.
pub(super) type NameRule = fn(&str) -> Option<&'static str>;

/// Why `name` cannot be a field or package: `^(?!.*__)(?!.*_$)[a-z][a-z0-9_]*$`.
pub(super) fn field_name_fault(name: &str) -> Option<&'static str> {
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some("it must begin with a lower-case letter");
    }
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Some("it can only have lower-case letters, digits and underscores");
    }
    underscore_fault(name)
}

/// Why `name` cannot be a name in any language.
pub(super) fn identifier_fault(name: &str) -> Option<&'static str> {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (!begins || !is_plain).then_some("it can only have letters, digits and underscores")
}

/// Why `name` cannot be a constant: `^[A-Z]([A-Z0-9_]?[A-Z0-9]+)*$`.
pub(super) fn constant_name_fault(name: &str) -> Option<&'static str> {
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some("it must begin with an upper-case letter");
    }
    if !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
        return Some("it can only have upper-case letters, digits and underscores");
    }
    underscore_fault(name)
}

fn underscore_fault(name: &str) -> Option<&'static str> {
    if name.contains("__") {
        return Some("it must not have two underscores in a row");
    }
    name.ends_with('_').then_some("it must not end with an underscore")
}

/// Why `name` cannot be a message: `^[A-Z][A-Za-z0-9]*$` without the suffixes of derived types.
pub(super) fn message_name_fault(name: &str) -> Option<&'static str> {
    const DERIVED: [&str; 9] = [
        "_Request",
        "_Response",
        "_Event",
        "_Goal",
        "_Result",
        "_Feedback",
        "_SendGoal",
        "_GetResult",
        "_FeedbackMessage",
    ];
    let mut stem = name.strip_prefix("Sample_").unwrap_or(name);
    while let Some(shorter) = DERIVED.iter().find_map(|suffix| stem.strip_suffix(suffix)) {
        stem = shorter;
    }
    if !stem.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some("a type name must begin with an upper-case letter");
    }
    let plain = stem.bytes().all(|b| b.is_ascii_alphanumeric());
    (!plain).then_some("a type name can only have letters and digits")
}

/// Errors unless package and name follow the rules of rosidl.
pub(super) fn check_type_name(type_name: &TypeName) -> Result<()> {
    let reason = match field_name_fault(type_name.package()) {
        Some(reason) => format!("the package of `{type_name}` is not a package name: {reason}"),
        None => match message_name_fault(type_name.name()) {
            Some(reason) => format!("`{type_name}` is not a type name: {reason}"),
            None => return Ok(()),
        },
    };
    Err(Error::new(ErrorKind::Name, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_patterns_of_rosidl() {
        let rules: [NameRule; 3] = [field_name_fault, constant_name_fault, message_name_fault];
        let table: [(&[&str], &[&str]); 3] = [
            (&["a", "a1", "a_b", "a_1"], &["", "_a", "1a", "A", "aB", "a__b", "a_", "a-b", "é"]),
            (&["A", "A1", "A_B", "A_1"], &["", "_A", "1A", "a", "Ab", "A__B", "A_", "A-B"]),
            (
                &["A", "Ab1", "Sample_A", "A_Request", "A_SendGoal_Response"],
                &["", "a", "A_b", "_Request", "1A", "AÉ"],
            ),
        ];
        for (rule, (good, bad)) in rules.iter().zip(table) {
            good.iter().for_each(|name| assert_eq!(rule(name), None, "{name}"));
            bad.iter().for_each(|name| assert!(rule(name).is_some(), "{name}"));
        }
    }

    #[test]
    fn places_count_lines_and_characters() {
        let source = Source::new("f", "\u{feff}a\r\n\tb é x\rc\n").unwrap();
        let place = |part: &str| source.place(source.text().find(part).unwrap());
        assert_eq!((place("a").line, place("a").column), (1, 1));
        assert_eq!((place("x").line, place("x").column), (2, 6));
        assert_eq!((place("c").line, place("c").column), (3, 1));
        assert_eq!(place("x").source_line, "\tb é x");
        let error = Source::new("f", "ab\nc\0").err().unwrap();
        assert_eq!(error.to_string(), "f:2:2: a NUL character in interface text");
    }
}
