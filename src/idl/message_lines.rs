//! [`message_lines`]: a message as the lines of a `.msg` file, its own where it was read from such text, else printed.
//!
//! For people to read (`interface show`), and for finding the line of a field. [`print()`](super::print()) is made of
//! the printed ones.

use super::lex::lines;
use super::literal::parse_python_literal;
use crate::error::Result;
use crate::schema::{Definition, DefinitionKind, Field, Literal};

/// One line of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// The line without its end and without blanks before it.
    pub text: String,
    /// How many bytes of it are before the comment.
    pub code: usize,
    /// The index of the field that it declares.
    pub field: Option<usize>,
    /// Its number in the source text, counted from 1; 0 where it is printed.
    pub number: usize,
}

impl MessageLine {
    fn of_source(number: usize, line: &str) -> Self {
        let text = line.trim_end();
        Self { code: text.find('#').unwrap_or(text.len()), text: text.to_owned(), field: None, number }
    }

    fn printed(text: String, field: Option<usize>) -> Self {
        Self { code: text.len(), text, field, number: 0 }
    }

    fn comment(line: &str) -> Self {
        Self { text: format!("# {line}").trim_end().to_owned(), code: 0, field: None, number: 0 }
    }

    /// What is before the comment; empty for a line that is blank or only a comment.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text.get(..self.code).unwrap_or_default().trim_end()
    }
}

/// The lines of a message. A type of IDL that `.msg` does not have stands there under its name in a schema.
pub fn message_lines(definition: &Definition) -> Result<Vec<MessageLine>> {
    let Some((first, text)) = own_text(definition) else { return printed_lines(definition) };
    let mut all: Vec<_> = lines(text).zip(first..).map(|(line, n)| MessageLine::of_source(n, line)).collect();
    all.pop_if(|last| last.text.is_empty());
    let mut next = 0;
    for line in &mut all {
        let code = line.code().replace('\t', " ");
        // What has a `=` behind its type is a constant.
        let is_field = code.split_once(' ').is_some_and(|(_, rest)| !rest.contains('='));
        if is_field {
            line.field = Some(next);
            next += 1;
        }
    }
    Ok(all)
}

/// The text in the language of `.msg` that a message was read from, and the number of its first line.
fn own_text(definition: &Definition) -> Option<(usize, &str)> {
    let source = definition.source.as_ref()?;
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let parts = match source.encoding {
        "msg" => return Some((1, text)),
        "srv" => DefinitionKind::Service.declared_parts(),
        "action" => DefinitionKind::Action.declared_parts(),
        _ => return None,
    };
    let part = definition.type_name.name().rsplit('_').next()?;
    let wanted = parts.iter().position(|name| *name == part)?;
    let mut separators = lines(text).zip(1..).filter(|(line, _)| *line == "---");
    let start = match wanted.checked_sub(1) {
        None => (1, text),
        Some(before) => {
            let (line, number) = separators.nth(before)?;
            let end = super::lex::offset_in(text, line) + line.len();
            let rest = text.get(end..)?;
            let rest = rest.strip_prefix('\r').unwrap_or(rest);
            (number + 1, rest.strip_prefix('\n').unwrap_or(rest))
        }
    };
    let end = separators.next().map(|(line, _)| super::lex::offset_in(start.1, line));
    Some((start.0, end.map_or(start.1, |end| start.1.get(..end).unwrap_or_default())))
}

/// The lines that a `.msg` file would have: comments, constants, fields with their defaults.
pub(super) fn printed_lines(definition: &Definition) -> Result<Vec<MessageLine>> {
    let mut members = Vec::new();
    for constant in &definition.constants {
        members.extend(comment_lines(&constant.comment).map(MessageLine::comment));
        let (field_type, value) = (constant.field_type.to_msg(), msg_literal(&constant.value));
        members.push(MessageLine::printed(format!("{field_type} {}={value}", constant.name), None));
    }
    let is_placeholder = definition.description.is_empty_message();
    let fields = definition.description.fields.iter().zip(&definition.field_comments);
    for (index, (field, comment)) in fields.enumerate().filter(|_| !is_placeholder) {
        members.extend(comment_lines(comment).map(MessageLine::comment));
        let mut text = format!("{} {}", field.field_type.to_msg(), field.name);
        if let Some(default) = default_of(field)? {
            text = format!("{text} {}", msg_literal(&default));
        }
        members.push(MessageLine::printed(text, Some(index)));
    }
    let mut all: Vec<_> = comment_lines(&definition.comment).map(MessageLine::comment).collect();
    // Lines at the head of a text are its own comment, not that of the first member.
    let begins_with_comment = members.first().is_some_and(|line| line.text.starts_with('#'));
    if begins_with_comment || !(all.is_empty() || members.is_empty()) {
        all.push(MessageLine::printed(String::new(), None));
    }
    all.extend(members);
    Ok(all)
}

/// The declared default of a field.
pub fn default_of(field: &Field) -> Result<Option<Literal>> {
    match field.default_value.as_str() {
        "" => Ok(None),
        text => parse_python_literal(text, &field.field_type).map(Some).map_err(|e| e.in_field(&field.name)),
    }
}

/// Comment lines without what would end a line.
pub(super) fn comment_lines(comment: &[String]) -> impl Iterator<Item = &str> {
    comment.iter().flat_map(|line| line.split(['\n', '\r']))
}

fn msg_literal(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(_) | Literal::Float(_) => literal.to_python(),
        Literal::String(text) => format!("\"{}\"", text.replace('"', "\\\"")),
        Literal::List(items) => format!("[{}]", items.iter().map(msg_literal).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idl::{Format, parse};
    use crate::schema::{TypeName, expand};

    /// Line number, code and field of every line of the named part.
    fn lines_of(text: &str, format: Format, part: &str) -> Vec<(usize, String, Option<usize>)> {
        let namespace = format.namespace().map_or("msg", |namespace| namespace.as_str());
        let name = TypeName::new("probe_msgs", namespace, "Probe").unwrap();
        let types = expand(parse(&name, text, format, "Probe").unwrap());
        let wanted = types.iter().find(|each| each.type_name.name() == part).unwrap();
        let lines = message_lines(wanted).unwrap();
        lines.into_iter().map(|line| (line.number, line.code().to_owned(), line.field)).collect()
    }

    #[test]
    fn own_lines_know_their_fields() {
        let text = "\u{feff}# head\r\n\r\nuint8 A=1 # one\nint32\tx\t# x\n  # more\nstring s \"#\nint8 y";
        let expected = [
            (1, "", None),
            (2, "", None),
            (3, "uint8 A=1", None),
            (4, "int32\tx", Some(0)),
            (5, "", None),
            (6, "string s \"", Some(1)),
            (7, "int8 y", Some(2)),
        ];
        assert_eq!(
            lines_of(text, Format::Msg, "Probe"),
            expected.map(|(number, code, field)| (number, code.to_owned(), field))
        );
    }

    #[test]
    fn a_part_has_the_lines_between_its_separators() {
        let text = "int8 a\n---\nint8 B=1\nint8 b\r\n---\r\nint8 c\n";
        let table = [
            ("Probe_Goal", vec![(1, "int8 a", Some(0))]),
            ("Probe_Result", vec![(3, "int8 B=1", None), (4, "int8 b", Some(0))]),
            ("Probe_Feedback", vec![(6, "int8 c", Some(0))]),
        ];
        for (part, expected) in table {
            let expected: Vec<_> =
                expected.into_iter().map(|(n, code, field)| (n, code.to_owned(), field)).collect();
            assert_eq!(lines_of(text, Format::Action, part), expected, "{part}");
        }
        let derived = lines_of(text, Format::Action, "Probe_FeedbackMessage");
        assert_eq!(derived[1], (0, "probe_msgs/action/Probe_Feedback feedback".to_owned(), Some(1)));
        assert_eq!(lines_of("---\n", Format::Srv, "Probe_Response"), []);
    }
}
