//! The `.msg` language, line by line as rosidl reads it, and the splitting of `.srv` and `.action` files into it.
//!
//! Source of the rules: `rosidl_adapter/parser.py`. Where that crashes or leaves a line unread, this is an error.

use std::collections::HashSet;
use std::sync::Arc;

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1};
use nom::combinator::opt;
use nom::error::{ErrorKind as NomKind, ParseError};
use nom::{IResult, Parser};

use crate::error::{Error, ErrorKind, Result, TextPlace};
use crate::schema::{
    Cardinality, Constant, Definition, DefinitionKind, Element, Field, FieldType, IndividualTypeDescription,
    Interface, Primitive, SourceText, TypeName,
};

use super::literal::parse_value;

/// Longest line that is read, in bytes: longer ones are an attack, not an interface.
const MAX_LINE: usize = 1 << 20;

/// Where parsing a line stopped, and what was expected there.
#[derive(Debug)]
struct Stop<'t> {
    rest: &'t str,
    expected: &'static str,
}

impl<'t> ParseError<&'t str> for Stop<'t> {
    fn from_error_kind(rest: &'t str, _kind: NomKind) -> Self {
        Self { rest, expected: "" }
    }

    fn append(_rest: &'t str, _kind: NomKind, other: Self) -> Self {
        other
    }
}

type Parsed<'t, T> = IResult<&'t str, T, Stop<'t>>;

fn expected<'t, T>(rest: &'t str, expected: &'static str) -> Parsed<'t, T> {
    Err(nom::Err::Failure(Stop { rest, expected }))
}

/// A line of a file, with what errors need to name it.
struct Line<'t> {
    file: &'t Arc<str>,
    number: usize,
    text: &'t str,
}

impl Line<'_> {
    /// An error at the part `at` of this line.
    fn error(&self, at: &str, message: impl Into<String>) -> Error {
        let start = (at.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        let column = self.text.get(..start).map_or(start, |before| before.chars().count()) + 1;
        Error::new(ErrorKind::Syntax, message).at_place(TextPlace {
            file: Arc::clone(self.file),
            line: self.number,
            column,
            source_line: self.text.to_owned(),
        })
    }

    fn stop(&self, stop: &Stop<'_>) -> Error {
        let found = match stop.rest.split([' ', '#']).next() {
            None | Some("") => "the end of the line".to_owned(),
            Some(word) => format!("`{word}`"),
        };
        self.error(stop.rest, format!("expected {}, found {found}", stop.expected))
    }
}

/// Parses the text of one interface file. `type_name` is the name of the interface, `file` what errors call the text.
pub(super) fn parse(
    type_name: &TypeName,
    text: &str,
    parts: &[&str],
    file: &Arc<str>,
) -> Result<Vec<Definition>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace('\t', " ");
    let mut sections: Vec<Vec<Line<'_>>> = vec![Vec::new()];
    for (index, line) in text.split('\n').enumerate() {
        let line = Line { file, number: index + 1, text: line.strip_suffix('\r').unwrap_or(line) };
        if line.text.len() > MAX_LINE {
            return Err(line.error(line.text, format!("the line is longer than {MAX_LINE} bytes")));
        }
        if line.text == "---" {
            if sections.len() == parts.len() {
                let wanted = parts.len() - 1;
                let message = format!("one `---` too many: this kind of interface has {wanted}");
                return Err(line.error(line.text, message));
            }
            sections.push(Vec::new());
        } else if let Some(section) = sections.last_mut() {
            section.push(line);
        }
    }
    if sections.len() < parts.len() {
        let last = Line { file, number: text.split('\n').count(), text: "" };
        let wanted = parts.len() - 1;
        let message =
            format!("expected {wanted} lines `---` between the parts, found {}", sections.len() - 1);
        return Err(last.error(last.text, message));
    }
    let named =
        parts.iter().map(|part| if part.is_empty() { type_name.clone() } else { type_name.derived(part) });
    named.zip(&sections).map(|(name, lines)| parse_section(name, lines)).collect()
}

/// Wraps parsed parts as the interface they belong to.
pub(super) fn interface(type_name: &TypeName, parts: Vec<Definition>) -> Option<Interface> {
    let type_name = type_name.clone();
    let mut parts = parts.into_iter();
    Some(match (parts.next()?, parts.next(), parts.next()) {
        (message, None, None) => Interface::Message(message),
        (request, Some(response), None) => Interface::Service { type_name, request, response },
        (goal, Some(result), Some(feedback)) => Interface::Action { type_name, goal, result, feedback },
        (_, None, Some(_)) => return None,
    })
}

/// What a comment below it would belong to.
enum Last {
    Nothing,
    Field,
    Constant,
}

fn parse_section(type_name: TypeName, lines: &[Line<'_>]) -> Result<Definition> {
    let description =
        IndividualTypeDescription { type_name: type_name.as_str().to_owned(), fields: Vec::new() };
    let mut definition = Definition::of_description(type_name, DefinitionKind::Message, description);
    let head = lines.iter().take_while(|line| line.text.starts_with('#')).count();
    definition.comment = lines[..head].iter().map(|line| comment_text(line.text)).collect();
    let mut names = HashSet::new();
    let mut pending = Vec::new();
    let mut last = Last::Nothing;
    for line in &lines[head..] {
        if let Some(index) = line.text.find('\0') {
            return Err(line.error(&line.text[index..], "a NUL character"));
        }
        let (code, comment) = match line.text.split_once('#') {
            Some((code, comment)) => (code, Some(comment_text(comment))),
            None => (line.text, None),
        };
        if code.trim_end().is_empty() {
            match (comment, &last) {
                (Some(comment), Last::Field) if !code.is_empty() => {
                    definition.field_comments.last_mut().map(|lines| lines.push(comment)).unwrap_or_default();
                }
                (Some(comment), Last::Constant) if !code.is_empty() => {
                    definition
                        .constants
                        .last_mut()
                        .map(|last| last.comment.push(comment))
                        .unwrap_or_default();
                }
                (Some(comment), _) => pending.push(comment),
                (None, _) => {}
            }
            continue;
        }
        pending.extend(comment);
        match parse_element(line, code.trim_end(), definition.type_name.package())? {
            Member::Field(field) => {
                if !names.insert(field.name.clone()) {
                    return Err(
                        line.error(second_word(code), format!("a second field named `{}`", field.name))
                    );
                }
                definition.description.fields.push(field);
                definition.field_comments.push(std::mem::take(&mut pending));
                last = Last::Field;
            }
            Member::Constant(mut constant) => {
                if !names.insert(constant.name.clone()) {
                    return Err(
                        line.error(second_word(code), format!("a second constant named `{}`", constant.name))
                    );
                }
                constant.comment = std::mem::take(&mut pending);
                definition.constants.push(constant);
                last = Last::Constant;
            }
        }
    }
    Ok(definition)
}

fn comment_text(comment: &str) -> String {
    comment.trim_start_matches('#').trim().to_owned()
}

fn second_word(code: &str) -> &str {
    code.split_once(' ').map_or(code, |(_, rest)| rest.trim_start())
}

enum Member {
    Field(Field),
    Constant(Constant),
}

fn parse_element(line: &Line<'_>, code: &str, package: &str) -> Result<Member> {
    if code.starts_with(' ') {
        return Err(line.error(code, "expected a type at the start of the line, found a blank"));
    }
    let (type_text, rest) = code.split_once(' ').unwrap_or((code, &code[code.len()..]));
    let rest = rest.trim_start_matches(' ');
    let stopped = |error: nom::Err<Stop<'_>>| match error {
        nom::Err::Error(stop) | nom::Err::Failure(stop) => line.stop(&stop),
        nom::Err::Incomplete(_) => line.error(type_text, "the line ends too early"),
    };
    let (left, field_type) = field_type(type_text, package).map_err(stopped)?;
    if !left.is_empty() {
        return Err(line.stop(&Stop { rest: left, expected: "a blank behind the type" }));
    }
    if rest.is_empty() {
        return Err(line.stop(&Stop { rest: &code[code.len()..], expected: "a name behind the type" }));
    }
    match rest.split_once('=') {
        Some((name, value)) => constant(line, &field_type, name, value).map(Member::Constant),
        None => field(line, field_type, rest).map(Member::Field),
    }
}

fn field(line: &Line<'_>, field_type: FieldType, rest: &str) -> Result<Field> {
    let (name, default) = rest.split_once(' ').unwrap_or((rest, ""));
    if !is_field_name(name) {
        return Err(
            line.error(rest, format!("expected a field name (lower case, digits, `_`), found `{name}`"))
        );
    }
    let default = default.trim_start_matches(' ');
    let mut field = Field::new(name, field_type);
    if !default.is_empty() {
        let value = parse_value(default, &field.field_type)
            .map_err(|refusal| line.error(default, format!("the default of `{name}`: {refusal}")))?;
        field.default_value = value.to_python();
    }
    Ok(field)
}

fn constant(line: &Line<'_>, field_type: &FieldType, name: &str, value: &str) -> Result<Constant> {
    let (start, name, value) = (name, name.trim_end_matches(' '), value.trim_start_matches(' '));
    let is_plain = field_type.cardinality() == Cardinality::Single && field_type.string_capacity == 0;
    if !is_plain || !field_type.nested_type_name.is_empty() {
        let message = format!("a constant must be of a primitive type, not `{}`", field_type.to_msg());
        return Err(line.error(line.text, message));
    }
    if !is_constant_name(name) {
        let message =
            format!("expected a constant name (upper case, digits, `_`) before `=`, found `{name}`");
        return Err(line.error(start, message));
    }
    let parsed = parse_value(value, field_type)
        .map_err(|refusal| line.error(value, format!("the value of `{name}`: {refusal}")))?;
    Ok(Constant { name: name.to_owned(), field_type: field_type.clone(), value: parsed, comment: Vec::new() })
}

/// `type = base [ "[" "]" | "[" N "]" | "[<=" N "]" ]`
fn field_type<'t>(text: &'t str, package: &str) -> Parsed<'t, FieldType> {
    let (rest, word) = match take_while1::<_, _, Stop<'t>>(is_type_char).parse(text) {
        Ok(parsed) => parsed,
        Err(_) => return expected(text, "a type"),
    };
    let (rest, string_bound) = string_bound(rest, word)?;
    let nested;
    let element = match word {
        "string" => Element::String { bound: string_bound },
        "wstring" => Element::WString { bound: string_bound },
        "char" => Element::Primitive(Primitive::UInt8),
        "time" | "duration" => {
            return expected(text, "a ROS 2 type (`builtin_interfaces/Time`, `builtin_interfaces/Duration`)");
        }
        "wchar" => return expected(text, "a type (`wchar` exists only in .idl)"),
        _ => match Primitive::ALL.iter().find(|primitive| primitive.name() == word) {
            Some(&primitive) => Element::Primitive(primitive),
            None => {
                nested = nested_name(word, package)?;
                Element::Nested(&nested)
            }
        },
    };
    let (rest, cardinality) = cardinality(rest)?;
    Ok((rest, FieldType::new(element, cardinality)))
}

fn is_type_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '/'
}

fn string_bound<'t>(rest: &'t str, word: &str) -> Parsed<'t, u64> {
    if !matches!(word, "string" | "wstring") {
        return Ok((rest, 0));
    }
    match opt(tag::<_, _, Stop<'t>>("<=")).parse(rest)? {
        (rest, Some(_)) => number(rest, "a string bound from 1 on"),
        (rest, None) => Ok((rest, 0)),
    }
}

fn number<'t>(rest: &'t str, what: &'static str) -> Parsed<'t, u64> {
    let parsed: Parsed<'t, &'t str> = digit1.parse(rest);
    match parsed {
        Ok((after, digits)) => match digits.parse::<u32>() {
            Ok(number) if number > 0 => Ok((after, number.into())),
            _ => expected(rest, what),
        },
        Err(_) => expected(rest, what),
    }
}

fn cardinality(rest: &str) -> Parsed<'_, Cardinality> {
    const LENGTH: &str = "`]`, an array length from 1 on, or `<=` and a bound";
    let Some(inside) = rest.strip_prefix('[') else { return Ok((rest, Cardinality::Single)) };
    if let Some(after) = inside.strip_prefix(']') {
        return Ok((after, Cardinality::Sequence { bound: None }));
    }
    let (after, is_bound) = opt(tag::<_, _, Stop<'_>>("<=")).parse(inside)?;
    let (after, length) =
        number(after, if is_bound.is_some() { "a sequence bound from 1 on" } else { LENGTH })?;
    let closed: Parsed<'_, char> = char(']').parse(after);
    let Ok((after, _)) = closed else { return expected(after, "`]`") };
    let bounded = Cardinality::Sequence { bound: Some(length) };
    Ok((after, if is_bound.is_some() { bounded } else { Cardinality::Array(length) }))
}

/// `Name` of the same package, or `package/Name`: always a message.
fn nested_name<'t>(word: &'t str, package: &str) -> Result<String, nom::Err<Stop<'t>>> {
    let (package, name) = match word.split_once('/') {
        Some((package, name)) if is_package_name(package) => (package, name),
        Some(_) => return expected(word, "a type: `Name`, or `package_name/Name`").map(|(_, name)| name),
        None => (package, word),
    };
    if !is_message_name(name) {
        return expected(
            &word[word.len() - name.len()..],
            "a type: a primitive, or the name of a message (`Name`)",
        )
        .map(|(_, name)| name);
    }
    Ok(format!("{package}/msg/{name}"))
}

/// `^(?!.*__)(?!.*_$)[a-z][a-z0-9_]*$`
fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.contains("__")
        && !name.ends_with('_')
}

fn is_field_name(name: &str) -> bool {
    is_package_name(name)
}

/// `^[A-Z][A-Za-z0-9]*$`, after taking off what rosidl puts around the names of derived types.
pub(super) fn is_message_name(name: &str) -> bool {
    let name = name.strip_prefix("Sample_").unwrap_or(name);
    let suffixes = ["_Request", "_Response", "_Goal", "_Result", "_Feedback"];
    let name = suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// `^[A-Z]([A-Z0-9_]?[A-Z0-9]+)*$`
fn is_constant_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !name.contains("__")
        && !name.ends_with('_')
}

/// The text of a file as the definitions read from it remember it.
pub(super) fn source(file: &Arc<str>, encoding: &'static str, text: &str) -> SourceText {
    SourceText { file: Arc::clone(file), encoding, text: text.into() }
}
