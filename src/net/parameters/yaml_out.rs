//! Parameters as the YAML that `ros2 param dump` writes: what PyYAML makes of a sorted dictionary in block style.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::value::{Parameter, ParameterValue};
use super::yaml_scalar::Word;
use super::yaml_tree::{self, What, Written};
use crate::error::{Error, ErrorKind, Result};

/// How wide lines are before they are folded at a space.
const WIDTH: usize = 80;

enum Tree<'p> {
    Value(&'p ParameterValue),
    Names(BTreeMap<&'p str, Self>),
}

/// The file of a node with these parameters; dots in names nest.
pub(crate) fn to_file(node: &str, parameters: &[Parameter]) -> Result<String> {
    let mut names = BTreeMap::new();
    for Parameter { name, value } in parameters {
        insert(&mut names, (name, name), value)?;
    }
    let mut text = String::new();
    write_key(&mut text, node, 0);
    text.push_str("\n  ros__parameters:");
    if names.is_empty() {
        text.push_str(" {}\n");
        return Ok(text);
    }
    text.push('\n');
    write_names(&mut text, &names, 4);
    Ok(text)
}

/// Inserts what is left of a name.
fn insert<'p>(
    names: &mut BTreeMap<&'p str, Tree<'p>>,
    (full, name): (&str, &'p str),
    value: &'p ParameterValue,
) -> Result<()> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let clash = || {
        let prefix = full.get(..full.len() - name.len() + first.len()).unwrap_or(full);
        let message = format!("`{prefix}` is a parameter and the prefix of others, which no file can hold");
        Err(Error::new(ErrorKind::Argument, message))
    };
    match rest {
        None => match names.insert(first, Tree::Value(value)) {
            None => Ok(()),
            Some(_) => clash(),
        },
        Some(rest) => match names.entry(first).or_insert_with(|| Tree::Names(BTreeMap::new())) {
            Tree::Names(below) => insert(below, (full, rest), value),
            Tree::Value(_) => clash(),
        },
    }
}

fn write_names(text: &mut String, names: &BTreeMap<&str, Tree<'_>>, indent: usize) {
    for (name, tree) in names {
        text.extend(std::iter::repeat_n(' ', indent));
        write_key(text, name, indent);
        match tree {
            Tree::Names(below) => {
                text.push('\n');
                write_names(text, below, indent + 2);
            }
            Tree::Value(value) => write_value(text, value, indent),
        }
    }
}

fn write_key(text: &mut String, name: &str, indent: usize) {
    // A key stands on one line, however long it is.
    text.push_str(&scalar(name, indent, usize::MAX));
    text.push(':');
}

fn write_value(text: &mut String, value: &ParameterValue, indent: usize) {
    let Some(items) = items(value, indent) else {
        let column = text.len() - text.rfind('\n').map_or(0, |end| end + 1);
        let shown = one(value, indent + 2, column + 1);
        text.push(' ');
        text.push_str(&shown);
        text.push('\n');
        return;
    };
    if items.is_empty() {
        text.push_str(" []\n");
        return;
    }
    text.push('\n');
    for item in items {
        text.extend(std::iter::repeat_n(' ', indent));
        text.push_str("- ");
        text.push_str(&item);
        text.push('\n');
    }
}

/// The items of a list; none of anything else.
fn items(value: &ParameterValue, indent: usize) -> Option<Vec<String>> {
    Some(match value {
        ParameterValue::ByteArray(items) => items.iter().map(u8::to_string).collect(),
        ParameterValue::BoolArray(items) => items.iter().map(bool::to_string).collect(),
        ParameterValue::IntegerArray(items) => items.iter().map(i64::to_string).collect(),
        ParameterValue::DoubleArray(items) => items.iter().map(|item| double(*item)).collect(),
        ParameterValue::StringArray(items) => {
            items.iter().map(|item| scalar(item, indent + 2, indent + 2)).collect()
        }
        _ => return None,
    })
}

fn one(value: &ParameterValue, indent: usize, column: usize) -> String {
    match value {
        ParameterValue::Bool(value) => value.to_string(),
        ParameterValue::Integer(value) => value.to_string(),
        ParameterValue::Double(value) => double(*value),
        ParameterValue::String(text) => scalar(text, indent, column),
        _ => "null".to_owned(),
    }
}

/// The value on one line.
pub(crate) fn shown(value: &ParameterValue) -> String {
    match (items(value, 0), value) {
        (_, ParameterValue::StringArray(items)) => {
            format!("[{}]", items.iter().map(|item| in_brackets(item)).collect::<Vec<_>>().join(", "))
        }
        (Some(items), _) => format!("[{}]", items.join(", ")),
        (None, ParameterValue::String(text)) => text.clone(),
        (None, value) => one(value, 0, 0),
    }
}

/// A text among others in brackets, where more means something than in a line of its own.
fn in_brackets(text: &str) -> String {
    let shown = scalar(text, 0, usize::MAX);
    let is_structure = shown == text && text.contains([',', '?', '[', ']', '{', '}', ':']);
    if is_structure { format!("'{}'", text.replace('\'', "''")) } else { shown }
}

/// As Python writes it, but with a point in every number, as YAML 1.1 needs it.
fn double(value: f64) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) || value == 0.0 {
        return format!("{value:?}");
    }
    let point = if digits.contains('.') { "" } else { ".0" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}{point}e{sign}{:02}", exponent.abs())
}

/// A text that begins in `column`; what is folded continues at `indent`. In a key, whose column is without end, nothing is.
fn scalar(text: &str, indent: usize, column: usize) -> String {
    let is_folded = column != usize::MAX;
    if text.is_empty() {
        return "''".to_owned();
    }
    let is_special = text.chars().any(|c| !(c == '\n' || (' '..='~').contains(&c)));
    let has_space_at_break = text.contains(" \n") || text.contains("\n ");
    if is_special || has_space_at_break || (text.contains('\n') && !is_folded) {
        return double_quoted(text, indent, column);
    }
    if !text.contains('\n') && !text.starts_with(' ') && !text.ends_with(' ') && is_plain(text) {
        return folded(text, indent, column, is_folded);
    }
    let quoted = text.replace('\'', "''");
    format!("'{}'", folded(&quoted, indent, column.saturating_add(1), is_folded))
}

/// Whether it means itself without quotes.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let second_is_blank = text.chars().nth(1).is_none_or(|c| c == ' ');
    let is_indicator = "#,[]{}&*!|>'\"%@`".contains(first) || ("-?:".contains(first) && second_is_blank);
    let is_document = text.starts_with("---") || text.starts_with("...");
    let is_structure = text.contains(": ") || text.ends_with(':') || text.contains(" #");
    !is_indicator && !is_document && !is_structure && !means_something_else(text)
}

/// What YAML 1.1 takes for another type than a text, or nodes of ROS do, who have numbers of their own; or what has a
/// structure.
fn means_something_else(text: &str) -> bool {
    let is_text = matches!(Word::of(text), Word::Value(ParameterValue::String(_)));
    let is_itself = yaml_tree::parse(text).is_ok_and(
        |node| matches!(node.what, What::Word(Written { text: read, is_plain: true }) if read == text),
    );
    !is_text || !is_itself || !is_text_of_yaml(text)
}

/// Whether YAML 1.1 takes a word for a text, as the commands of ROS do.
pub(crate) fn is_text_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 12] = ["y", "n", "yes", "no", "true", "false", "on", "off", "null", "~", "=", "<<"];
    let is_word = WORDS.iter().any(|word| {
        let mut capital = (*word).to_owned();
        if let Some(first) = capital.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text == *word || text == capital || text == word.to_ascii_uppercase()
    });
    !(is_word || is_integer(text) || is_float(text) || is_timestamp(text))
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all = |digits: &str, of: fn(&char) -> bool| {
        !digits.is_empty() && digits.chars().all(|c| c == '_' || of(&c))
    };
    if let Some(digits) = digits.strip_prefix("0b") {
        return all(digits, |c| matches!(c, '0' | '1'));
    }
    if let Some(digits) = digits.strip_prefix("0x") {
        return all(digits, char::is_ascii_hexdigit);
    }
    if let Some(rest) = digits.strip_prefix('0') {
        return rest.is_empty() || all(rest, |c| ('0'..='7').contains(c));
    }
    let mut parts = digits.split(':');
    let is_whole = parts.next().is_some_and(|first| {
        first.starts_with(|c: char| c.is_ascii_digit()) && all(first, char::is_ascii_digit)
    });
    is_whole && parts.all(|part| part.len() <= 2 && part.parse::<u8>().is_ok_and(|part| part < 60))
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if [".inf", ".Inf", ".INF"].contains(&unsigned) || [".nan", ".NaN", ".NAN"].contains(&text) {
        return true;
    }
    let Some((whole, rest)) = unsigned.split_once('.') else { return false };
    let (fraction, exponent) = rest.split_once(['e', 'E']).map_or((rest, None), |(f, e)| (f, Some(e)));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '_');
    let is_exponent = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
    });
    let is_whole = whole.starts_with(|c: char| c.is_ascii_digit())
        && digits(whole.split(':').next_back().unwrap_or(whole));
    let is_bare = whole.is_empty() && !fraction.is_empty() && digits(fraction);
    is_exponent && digits(fraction) && (is_whole || is_bare)
}

/// A date, such as 2020-01-31, alone or with a time behind it.
fn is_timestamp(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = rest.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let behind = rest.get(day..).unwrap_or_default();
    let is_date = is_number(year, &[4]) && is_number(month, &[1, 2]) && (1..=2).contains(&day);
    is_date
        && (behind.is_empty() && month.len() == 2 && day == 2
            || behind.starts_with(['T', 't', ' ']) && behind.contains(':'))
}

/// Folds at single spaces beyond the width, and doubles line ends, as text without escapes does.
fn folded(text: &str, indent: usize, column: usize, is_folded: bool) -> String {
    let mut out = String::new();
    let mut column = column;
    let new_line = |out: &mut String, column: &mut usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        *column = indent;
    };
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let run = chars.get(at..).unwrap_or_default().iter().take_while(|&&other| other == c).count();
        let is_inside = at > 0 && at + run < chars.len();
        match c {
            ' ' if run == 1 && is_folded && column > WIDTH && is_inside => new_line(&mut out, &mut column),
            '\n' => {
                out.push('\n');
                out.extend(std::iter::repeat_n('\n', run - 1));
                new_line(&mut out, &mut column);
            }
            _ => {
                out.extend(std::iter::repeat_n(c, run));
                column = column.saturating_add(run);
            }
        }
        at += run;
    }
    out
}

/// With escapes, folded beyond the width as PyYAML does it.
fn double_quoted(text: &str, indent: usize, column: usize) -> String {
    let mut out = String::from("\"");
    let chars: Vec<char> = text.chars().collect();
    let is_folded = column != usize::MAX;
    // What is from `start` on is not written yet.
    let (mut column, mut start) = (column.saturating_add(1), 0);
    for end in 0..=chars.len() {
        let c = chars.get(end).copied();
        let escaped = c.map(escape).filter(|escaped| escaped.len() > 1);
        if c.is_none() || escaped.is_some() {
            out.extend(chars.get(start..end).unwrap_or_default());
            column = column.saturating_add(end - start.min(end));
            start = end;
            if let Some(escaped) = &escaped {
                out.push_str(escaped);
                column = column.saturating_add(escaped.len());
                start = end + 1;
            }
        }
        let may_break = is_folded && end > 0 && end + 1 < chars.len() && (c == Some(' ') || start >= end);
        if may_break && column + end > WIDTH + start {
            out.extend(chars.get(start..end).unwrap_or_default());
            start = start.max(end);
            out.push_str("\\\n");
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
            if chars.get(start) == Some(&' ') {
                out.push('\\');
                column += 1;
            }
        }
    }
    out.push('"');
    out
}

fn escape(c: char) -> String {
    let mut out = String::new();
    match c {
        '\0' => out.push_str("\\0"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\x0b' => out.push_str("\\v"),
        '\x0c' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '\x1b' => out.push_str("\\e"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        ' '..='~' => out.push(c),
        _ => {
            let code = u32::from(c);
            _ = match code {
                0..=0xff => write!(out, "\\x{code:02X}"),
                0x100..=0xffff => write!(out, "\\u{code:04X}"),
                _ => write!(out, "\\U{code:08X}"),
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::yaml::{ParameterFile, of_text};
    use super::*;

    #[test]
    fn what_is_dumped_reads_back() {
        let parameters: Vec<Parameter> = [
            ("a.b", "1.0"),
            ("a.c.d", "[1, 2]"),
            ("far", "[.inf, -.inf]"),
            ("list", "[x, '1']"),
            ("none", "[]"),
            ("text", "'true'"),
        ]
        .into_iter()
        .map(|(name, text)| Parameter::new(name, of_text(text).unwrap()))
        .collect();
        let shuffled: Vec<Parameter> = parameters.iter().rev().cloned().collect();
        let file = to_file("/robot", &shuffled).unwrap();
        assert_eq!(
            file,
            "/robot:\n  ros__parameters:\n    a:\n      b: 1.0\n      c:\n        d:\n        - 1\n        - 2\n    far:\n    \
             - .inf\n    - -.inf\n    list:\n    - x\n    - '1'\n    none: []\n    text: 'true'\n"
        );
        let read = ParameterFile::parse(&file, "file").unwrap();
        assert_eq!(read.of_node("/robot"), Some(parameters));
        for (names, expected) in
            [(["a", "a.b"], "`a`"), (["a.b.c.d", "a.b.c"], "`a.b.c`"), (["a.b", "a.b"], "`a.b`")]
        {
            let both = names.map(|name| Parameter::new(name, ParameterValue::Bool(true)));
            let expected =
                format!("{expected} is a parameter and the prefix of others, which no file can hold");
            assert_eq!(to_file("/robot", &both).unwrap_err().message(), expected);
        }
        for text in ["010", "nan", "inf", "0X1F", "0o7", "08", "0x1p3", "yes", "~", "1e999", "-.nan"] {
            let parameters = [
                Parameter::new(text, ParameterValue::String(text.to_owned())),
                Parameter::new("list", ParameterValue::StringArray(vec![text.to_owned()])),
            ];
            let file = to_file("/robot", &parameters).unwrap();
            let read = ParameterFile::parse(&file, "file").unwrap().of_node("/robot").unwrap();
            assert!(parameters.iter().all(|parameter| read.contains(parameter)), "{file}");
        }
    }

    #[test]
    fn lists_on_one_line_read_back() {
        for (items, expected) in [
            (&["a", "b c"][..], "[a, b c]"),
            (&["a, b"], "['a, b']"),
            (&["a: b", "x #y", "{", "a,b", ", "], "['a: b', 'x #y', '{', 'a,b', ', ']"),
            (&["it's [1]", "x}", "a?", "http://b", "it's"], "['it''s [1]', 'x}', 'a?', 'http://b', it's]"),
            (&["", "1", "two\nlines", "yes"], "['', '1', \"two\\nlines\", 'yes']"),
        ] {
            let list = ParameterValue::StringArray(items.iter().map(|&item| item.to_owned()).collect());
            assert_eq!(shown(&list), expected);
            assert_eq!(of_text(expected).unwrap(), list);
        }
    }

    #[test]
    fn scalars_are_written_as_pyyaml_writes_them() {
        for (value, expected) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e-5, "1.0e-05"),
            (1e16, "1.0e+16"),
            (123_456_789_012_345.0, "123456789012345.0"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
        ] {
            assert_eq!(double(value), expected);
        }
        let long = "word ".repeat(20);
        let folded = format!("{}\n  {}", "word ".repeat(16).trim_end(), "word ".repeat(4).trim_end());
        for (text, expected) in [
            ("hello world", "hello world"),
            ("", "''"),
            ("12", "'12'"),
            ("1e3", "'1e3'"),
            ("010", "'010'"),
            ("08", "'08'"),
            ("0X1F", "'0X1F'"),
            ("0x1p3", "'0x1p3'"),
            ("nan", "'nan'"),
            ("-inf", "'-inf'"),
            ("Infinity", "'Infinity'"),
            ("0o7", "0o7"),
            ("99999999999999999999", "'99999999999999999999'"),
            ("2020-01-31", "'2020-01-31'"),
            ("yes", "'yes'"),
            ("a: b", "'a: b'"),
            ("it's", "it's"),
            ("'", "''''"),
            ("grüß", "\"gr\\xFC\\xDF\""),
            ("tab\t", "\"tab\\t\""),
            ("two\nlines", "'two\n\n  lines'"),
            (" a", "' a'"),
            (long.trim_end(), &folded),
        ] {
            assert_eq!(scalar(text, 2, 3), expected, "{text}");
        }
    }
}
