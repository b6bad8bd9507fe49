//! The line grammar of `.msg`, and the splitting of `.srv` and `.action` into message texts.

use std::collections::HashMap;

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till};
use nom::character::complete::space0;
use nom::combinator::{cut, eof, value};
use nom::sequence::{preceded, terminated};

use super::lex::{
    Fault, NameRule, Parsed, Source, constant_name_fault, fault, field_name_fault, identifier_fault, lines,
    message_name_fault, offset_in,
};
use super::literal::{msg_value, python_integer};
use crate::error::{ErrorKind, Result};
use crate::schema::{
    Cardinality, Constant, Definition, Element, Field, FieldType, InterfaceNamespace, Primitive, SourceText,
    TypeName,
};

const SEPARATOR: &str = "---";

/// Which type references are allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `Name` and `pkg/Name`, as rosidl.
    Rosidl,
    /// Also `pkg/msg/Name` and the types of services and actions, and any identifier as a name, as recorders
    /// write.
    Recorded,
}

impl Dialect {
    /// The rules for fields and packages, for constants, and for messages.
    fn name_rules(self) -> [NameRule; 3] {
        match self {
            Self::Rosidl => [field_name_fault, constant_name_fault, message_name_fault],
            Self::Recorded => [identifier_fault; 3],
        }
    }
}

/// One message text: a whole file or a part of one.
pub(super) struct Part<'a> {
    pub type_name: TypeName,
    pub text: &'a str,
    pub origin: &'a SourceText,
    pub dialect: Dialect,
}

/// The `N` message texts of a file, between lines that are exactly `---`.
pub(super) fn split<'a, const N: usize>(source: &'a Source<'_>, parts: &str) -> Result<[&'a str; N]> {
    let text = source.text();
    let mut found = Vec::new();
    let mut start = 0;
    for line in lines(text) {
        let fault = |message: String| Err(source.error(Fault::new(line, ErrorKind::Syntax, message)));
        let offset = offset_in(text, line);
        if line == SEPARATOR && found.len() + 1 == N {
            return fault(format!("expected only {parts}, found another `---`"));
        } else if line == SEPARATOR {
            found.push(text.get(start..offset).unwrap_or_default());
            let rest = text.get(offset + SEPARATOR.len()..).unwrap_or_default();
            let rest = rest.strip_prefix('\r').unwrap_or(rest);
            start = offset_in(text, rest.strip_prefix('\n').unwrap_or(rest));
        } else if line.trim() == SEPARATOR {
            return fault("expected `---` alone on its line, found blanks around it".to_owned());
        }
    }
    found.push(text.get(start..).unwrap_or_default());
    found.try_into().map_err(|_| {
        let end = text.trim_end().len();
        let at = text.get(end..).unwrap_or_default();
        let message = format!("expected a line `---` between {parts}, found the end of the text");
        source.error(Fault::new(at, ErrorKind::Syntax, message))
    })
}

/// Reads one message text.
pub(super) fn definition(source: &Source<'_>, part: Part<'_>) -> Result<Definition> {
    let mut lines = lines(part.text).peekable();
    let mut comment = Vec::new();
    while let Some(line) = lines.next_if(|line| line.starts_with('#')) {
        comment.push(comment_text(line));
    }
    let mut members = Members {
        source,
        package: part.type_name.package(),
        dialect: part.dialect,
        members: Vec::new(),
        declared: HashMap::new(),
        pending: Vec::new(),
    };
    for line in lines {
        members.add_line(line).map_err(|fault| source.error(fault))?;
    }
    let mut definition = Definition::empty(part.type_name.clone());
    definition.comment = tidy(comment);
    definition.source = Some(part.origin.clone());
    for Member { item, comment } in members.members {
        match item {
            Item::Field(field) => {
                definition.description.fields.push(field);
                definition.field_comments.push(tidy(comment));
            }
            Item::Constant(constant) => {
                definition.constants.push(Constant { comment: tidy(comment), ..constant });
            }
        }
    }
    Ok(definition)
}

struct Member {
    item: Item,
    comment: Vec<String>,
}

enum Item {
    Field(Field),
    Constant(Constant),
}

struct Members<'a> {
    source: &'a Source<'a>,
    package: &'a str,
    dialect: Dialect,
    members: Vec<Member>,
    /// The place of every name so far.
    declared: HashMap<&'a str, &'a str>,
    /// Comment lines that belong to the next member.
    pending: Vec<String>,
}

impl<'a> Members<'a> {
    fn add_line(&mut self, line: &'a str) -> Result<(), Fault<'a>> {
        let line = line.trim_end();
        // rosidl cuts at the first `#`, also inside quotes.
        let (code, comment) = match line.find('#') {
            Some(at) => line.split_at_checked(at).unwrap_or((line, "")),
            None => (line, ""),
        };
        let is_blank = code.trim().is_empty();
        match self.members.last_mut() {
            Some(last) if is_blank && !code.is_empty() => last.comment.push(comment_text(comment)),
            None if is_blank && !code.is_empty() => {}
            _ if comment.is_empty() => {}
            _ => self.pending.push(comment_text(comment)),
        }
        if is_blank {
            return Ok(());
        }
        let item = self.item(code.trim_end())?;
        self.members.push(Member { item, comment: std::mem::take(&mut self.pending) });
        Ok(())
    }

    fn item(&mut self, code: &'a str) -> Result<Item, Fault<'a>> {
        if let Some(at) = code.find(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            let at = code.get(at..).unwrap_or_default();
            let name = at.chars().next().map(|c| c.escape_unicode().to_string()).unwrap_or_default();
            let message = format!("expected text, found the control character `{name}`");
            return Err(Fault::new(at, ErrorKind::Syntax, message));
        }
        if code.starts_with(' ') {
            return Err(Fault::new(code, ErrorKind::Syntax, "expected a type, found blanks before it"));
        }
        let (rest, type_text) = terminated(take_till(|c| c == ' '), space0).parse(code).map_err(fault)?;
        if rest.is_empty() {
            return Err(match type_text {
                SEPARATOR => Fault::expected("a type", code).because("a message has only one part"),
                _ => Fault::expected("a type and a field name", code),
            });
        }
        match rest.split_once('=') {
            Some((name, value)) => self.constant(type_text, name.trim_end(), value.trim_start()),
            None => self.field(type_text, rest),
        }
        .map(|(name, item)| {
            self.declared.insert(name, name);
            item
        })
    }

    fn field(&self, type_text: &'a str, rest: &'a str) -> Result<(&'a str, Item), Fault<'a>> {
        let (name, default) = rest.split_once(' ').unwrap_or((rest, ""));
        let field_type = field_type(type_text, self.package, self.dialect)?;
        let [field_rule, ..] = self.dialect.name_rules();
        if let Some(reason) = field_rule(name) {
            return Err(Fault::expected("a field name", name).because(reason));
        }
        self.check_new("field", name)?;
        let default_value = match default.trim_start() {
            "" => String::new(),
            default => msg_value(default, &field_type)?.to_python(),
        };
        Ok((name, Item::Field(Field { default_value, ..Field::new(name, field_type) })))
    }

    fn constant(
        &self,
        type_text: &'a str,
        name: &'a str,
        value: &'a str,
    ) -> Result<(&'a str, Item), Fault<'a>> {
        let Some(element) = keyword(type_text) else {
            return Err(match field_type(type_text, self.package, self.dialect) {
                Ok(_) => Fault::expected("a scalar type or an unbounded string", type_text)
                    .because("a line with `=` is a constant"),
                Err(fault) => fault,
            });
        };
        let [_, constant_rule, _] = self.dialect.name_rules();
        if let Some(reason) = constant_rule(name) {
            let hint = format!("{reason} (a line with `=` is a constant)");
            return Err(Fault::expected("a constant name", name).because(&hint));
        }
        self.check_new("constant", name)?;
        let field_type = FieldType::new(element, Cardinality::Single);
        let value = msg_value(value, &field_type)?;
        Ok((name, Item::Constant(Constant { name: name.to_owned(), field_type, value, comment: vec![] })))
    }

    fn check_new(&self, what: &str, name: &'a str) -> Result<(), Fault<'a>> {
        match self.declared.get(name) {
            Some(first) => {
                let line = self.source.line_of(first);
                let message = format!("{what} `{name}` is declared twice, first in line {line}");
                Err(Fault::new(name, ErrorKind::Definition, message))
            }
            None => Ok(()),
        }
    }
}

fn field_type<'a>(text: &'a str, package: &str, dialect: Dialect) -> Result<FieldType, Fault<'a>> {
    let (suffix, base) = take_till(|c| c == '[').parse(text).map_err(fault)?;
    if let Some(element) = keyword(base) {
        return Ok(FieldType::new(element, parse_cardinality(suffix)?));
    }
    for wide in [false, true] {
        if let Some(text) = base.strip_prefix(if wide { "wstring<=" } else { "string<=" }) {
            let bound = size(text, "string bound")?;
            let element = if wide { Element::WString { bound } } else { Element::String { bound } };
            return Ok(FieldType::new(element, parse_cardinality(suffix)?));
        }
    }
    let nested = nested_name(base, package, dialect)?;
    Ok(FieldType::new(Element::Nested(&nested), parse_cardinality(suffix)?))
}

/// The type that a keyword stands for. `.msg` `char` is a `uint8`; the characters of IDL have no keyword.
fn keyword(text: &str) -> Option<Element<'static>> {
    match text {
        "string" => Some(Element::String { bound: 0 }),
        "wstring" => Some(Element::WString { bound: 0 }),
        "char" => Some(Element::Primitive(Primitive::UInt8)),
        _ => Primitive::ALL
            .iter()
            .find(|primitive| primitive.is_block() && primitive.name() == text)
            .map(|&primitive| Element::Primitive(primitive)),
    }
}

fn parse_cardinality(text: &str) -> Result<Cardinality, Fault<'_>> {
    let (rest, cardinality) = cardinality(text).map_err(fault)?;
    match rest {
        "" => Ok(cardinality),
        _ if rest.starts_with('[') => {
            Err(Fault::expected("a blank after the type", rest).because("an array has one dimension"))
        }
        _ => Err(Fault::expected("a blank after the type", rest)),
    }
}

/// `[]`, `[N]`, `[<=N]` or nothing.
fn cardinality(input: &str) -> Parsed<'_, Cardinality> {
    let limit = |what| {
        move |input| {
            let (rest, digits) = terminated(take_till(|c| c == ']'), closing_bracket).parse(input)?;
            size(digits, what).map(|limit| (rest, limit)).map_err(nom::Err::Failure)
        }
    };
    alt((
        value(Cardinality::Single, eof),
        value(Cardinality::Sequence { bound: None }, tag("[]")),
        preceded(tag("[<="), cut(limit("sequence bound")))
            .map(|bound| Cardinality::Sequence { bound: Some(bound) }),
        preceded(tag("["), cut(limit("array length"))).map(Cardinality::Array),
    ))
    .parse(input)
}

fn closing_bracket(input: &str) -> Parsed<'_, &str> {
    tag("]").parse(input).map_err(|_: nom::Err<Fault<'_>>| {
        nom::Err::Failure(Fault::new(input, ErrorKind::Syntax, "expected `]`, found a blank"))
    })
}

/// A length or bound: an integer from 1 to the greatest length that CDR can carry.
pub(super) fn size<'a>(text: &'a str, what: &str) -> Result<u64, Fault<'a>> {
    let greatest = u32::MAX;
    match python_integer(text).filter(|_| !text.contains(['x', 'X', 'o', 'O', 'b', 'B'])) {
        Some(number @ 1..) if number <= greatest.into() => Ok(u64::try_from(number).unwrap_or_default()),
        Some(number) => {
            let message = format!("{what} {number} is not between 1 and {greatest}");
            Err(Fault::new(text, ErrorKind::Range, message))
        }
        None => Err(Fault::expected(&format!("an integer as {what}"), text)),
    }
}

fn nested_name<'a>(text: &'a str, package: &str, dialect: Dialect) -> Result<String, Fault<'a>> {
    let mut parts: Vec<&str> = text.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    let unnamed = |reason: &str| Err(Fault::expected("a type", text).because(reason));
    let (package, namespace) = match parts[..] {
        [] => (package, "msg"),
        [package] => (package, "msg"),
        [package, namespace]
            if dialect == Dialect::Recorded
                && InterfaceNamespace::ALL.iter().any(|n| n.as_str() == namespace) =>
        {
            (package, namespace)
        }
        [package, "msg"] => return unnamed(&format!("in a .msg file it is written `{package}/{name}`")),
        _ => return unnamed("a type is written `Name` or `package/Name`"),
    };
    let [package_rule, _, message_rule] = dialect.name_rules();
    if !parts.is_empty()
        && let Some(reason) = package_rule(package)
    {
        return unnamed(&format!("`{package}` is not a package name, {reason}"));
    }
    let hint = foreign_hint(name).filter(|_| parts.is_empty());
    if let Some(reason) = hint.or_else(|| message_rule(name)) {
        return unnamed(reason);
    }
    Ok(format!("{package}/{namespace}/{name}"))
}

/// What to write instead of names that other languages or ROS 1 have for types.
fn foreign_hint(name: &str) -> Option<&'static str> {
    match name {
        "time" | "duration" => Some("ROS 2 has no such scalar, only messages with that meaning"),
        "float" => Some("did you mean `float32`?"),
        "double" => Some("did you mean `float64`?"),
        "int" => Some("did you mean `int32`?"),
        "boolean" => Some("did you mean `bool`?"),
        "wchar" | "octet" => Some("it exists only in .idl files"),
        _ => None,
    }
}

fn comment_text(line: &str) -> String {
    line.trim_start_matches('#').trim_end().to_owned()
}

/// Without empty lines at either end, and without the indentation that all lines share.
pub(super) fn tidy(mut comment: Vec<String>) -> Vec<String> {
    while comment.pop_if(|line| line.is_empty()).is_some() {}
    let empty = comment.iter().take_while(|line| line.is_empty()).count();
    comment.drain(..empty);
    let blanks = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let indentation = comment.iter().filter(|line| !line.is_empty()).map(blanks).min().unwrap_or(0);
    comment.iter().map(|line| line.get(indentation..).unwrap_or_default().to_owned()).collect()
}
