//! Definitions as text: `.msg` lines for people, JSON for programs. Used by `interface show`.

use serde_json::{Value, json};

use crate::error::Result;
use crate::idl::parse_python_literal;
use crate::schema::{Definition, Field, Literal};

/// The definition as a `.msg` file would write it: comments, constants, fields with their defaults.
pub(crate) fn to_msg(definition: &Definition) -> Result<String> {
    let mut text = String::new();
    add_comment(&mut text, &definition.comment);
    for constant in &definition.constants {
        add_comment(&mut text, &constant.comment);
        let (field_type, value) = (constant.field_type.to_msg(), to_msg_value(&constant.value));
        text += &format!("{field_type} {}={value}\n", constant.name);
    }
    if definition.description.is_empty_message() {
        return Ok(text);
    }
    let comments = definition.field_comments.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
    for (field, comment) in definition.description.fields.iter().zip(comments) {
        add_comment(&mut text, comment);
        let default =
            default_of(field)?.map_or_else(String::new, |value| format!(" {}", to_msg_value(&value)));
        text += &format!("{} {}{default}\n", field.field_type.to_msg(), field.name);
    }
    Ok(text)
}

fn add_comment(text: &mut String, lines: &[String]) {
    for line in lines {
        let line = line.trim();
        text.push_str(if line.is_empty() { "#" } else { "# " });
        text.push_str(line);
        text.push('\n');
    }
}

fn default_of(field: &Field) -> Result<Option<Literal>> {
    match field.default_value.as_str() {
        "" => Ok(None),
        text => parse_python_literal(text, &field.field_type).map(Some),
    }
    .map_err(|error| error.in_field(&field.name))
}

fn to_msg_value(value: &Literal) -> String {
    match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(_) | Literal::Float(_) => value.to_python(),
        Literal::String(text) if text.contains('"') && !text.contains('\'') => format!("'{text}'"),
        Literal::String(text) => format!("\"{}\"", text.replace('"', "\\\"")),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(to_msg_value).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// `[{"name", "type", "default"}]`, `default` where there is one.
pub(crate) fn fields_as_json(definition: &Definition) -> Result<Value> {
    let description = &definition.description;
    let fields = if description.is_empty_message() { &[][..] } else { &description.fields };
    fields
        .iter()
        .map(|field| {
            let mut object = json!({ "name": field.name, "type": field.field_type.to_msg() });
            if let (Some(default), Some(members)) = (default_of(field)?, object.as_object_mut()) {
                members.insert("default".to_owned(), to_json_value(&default));
            }
            Ok(object)
        })
        .collect()
}

/// `[{"name", "type", "value"}]`.
pub(crate) fn constants_as_json(definition: &Definition) -> Value {
    let constants = definition.constants.iter().map(|constant| {
        let (field_type, value) = (constant.field_type.to_msg(), to_json_value(&constant.value));
        json!({ "name": constant.name, "type": field_type, "value": value })
    });
    constants.collect()
}

fn to_json_value(value: &Literal) -> Value {
    match value {
        Literal::Bool(value) => (*value).into(),
        Literal::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(value), _) => value.into(),
            (_, Ok(value)) => value.into(),
            _ => value.to_string().into(),
        },
        Literal::Float(value) if value.is_nan() => "NaN".into(),
        Literal::Float(value) if value.is_infinite() => {
            if *value > 0.0 {
                "Infinity".into()
            } else {
                "-Infinity".into()
            }
        }
        Literal::Float(value) => (*value).into(),
        Literal::String(text) => text.as_str().into(),
        Literal::List(items) => items.iter().map(to_json_value).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_msg_text() {
        let text = |text: &str| Literal::String(text.to_owned());
        let table = [
            (Literal::Bool(true), "true", json!(true)),
            (Literal::Int(-5), "-5", json!(-5)),
            (Literal::Int(u64::MAX.into()), "18446744073709551615", json!(u64::MAX)),
            (Literal::Float(1.0), "1.0", json!(1.0)),
            (Literal::Float(f64::NEG_INFINITY), "-inf", json!("-Infinity")),
            (text("it's"), "\"it's\"", json!("it's")),
            (text("say \"a\""), "'say \"a\"'", json!("say \"a\"")),
            (text("\"'"), "\"\\\"'\"", json!("\"'")),
            (Literal::List(vec![Literal::Int(1), Literal::Int(2)]), "[1, 2]", json!([1, 2])),
            (Literal::List(vec![text("a"), text("b, c")]), "[\"a\", \"b, c\"]", json!(["a", "b, c"])),
        ];
        for (literal, msg, json) in table {
            assert_eq!(to_msg_value(&literal), msg);
            assert_eq!(to_json_value(&literal), json);
        }
    }
}
