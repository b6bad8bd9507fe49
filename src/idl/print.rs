//! Schemas to interface text, the inverse of [`parse`].
//!
//! For types that have no text of their own, from a peer's description, or that are wanted in the other language.
//! Every text is read back before it is returned, so that none can mean another type.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::idl_types::idl_name;
use super::message_lines::{comment_lines, default_of, printed_lines};
use super::{Format, parse};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    Annotation, AnnotationValue, Cardinality, Definition, Element, FieldType, Interface, Literal,
    PLACEHOLDER_MEMBER, Primitive, TypeName, expand,
};

/// Writes an interface as text of `format` that [`parse`] reads back to the same fields, defaults and constants.
/// Errors say what the format cannot express: `.msg` has no `wchar`, for example, and no `=` in a default.
///
/// ```
/// use ros_z_dynamic::idl::{Format, parse, print};
/// use ros_z_dynamic::schema::TypeName;
/// let probe = parse(&TypeName::parse("my_msgs/msg/Probe")?, "float32[] x\nbool y 1\n", Format::Msg, "Probe.msg")?;
/// assert_eq!(print(&probe, Format::Msg)?, "float32[] x\nbool y true\n");
/// assert!(print(&probe, Format::Idl)?.contains("      @default (value=TRUE)\n      boolean y;\n"));
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
pub fn print(interface: &Interface, format: Format) -> Result<String> {
    let (type_name, parts, own_format) = match interface {
        Interface::Message(message) => (&message.type_name, vec![message], Format::Msg),
        Interface::Service { type_name, request, response } => {
            (type_name, vec![request, response], Format::Srv)
        }
        Interface::Action { type_name, goal, result, feedback } => {
            (type_name, vec![goal, result, feedback], Format::Action)
        }
    };
    let text = if format == Format::Idl {
        idl_text(type_name, &parts)?
    } else if format == own_format {
        parts.iter().map(|part| msg_text(part)).collect::<Result<Vec<_>>>()?.join("---\n")
    } else {
        let message = format!("{type_name} cannot be written as .{}", format.as_str());
        return Err(Error::new(ErrorKind::Argument, message));
    };
    check(interface, type_name, &text, format)?;
    Ok(text)
}

/// Errors unless `text` means `interface`.
fn check(interface: &Interface, type_name: &TypeName, text: &str, format: Format) -> Result<()> {
    let cannot = |kind, reason: &str| {
        Error::new(kind, format!("{type_name} cannot be written as .{}: {reason}", format.as_str()))
    };
    let read =
        parse(type_name, text, format, "<printed>").map_err(|error| cannot(error.kind(), error.message()))?;
    for (wanted, found) in expand(interface.clone()).iter().zip(expand(read)) {
        if !wanted.same_type(&found) {
            let fields = wanted.description.fields.iter().zip(&found.description.fields);
            let name = match fields.into_iter().find(|(wanted, found)| wanted != found) {
                Some((field, _)) => &field.name,
                None => "a constant",
            };
            return Err(cannot(ErrorKind::Definition, &format!("{name} would not read back")));
        }
    }
    Ok(())
}

fn msg_text(definition: &Definition) -> Result<String> {
    for field in &definition.description.fields {
        check_msg_type(&field.field_type).map_err(|error| error.in_field(&field.name))?;
    }
    for constant in &definition.constants {
        check_msg_type(&constant.field_type)?;
    }
    Ok(printed_lines(definition)?.into_iter().map(|line| line.text + "\n").collect())
}

fn check_msg_type(field_type: &FieldType) -> Result<()> {
    match field_type.element()? {
        Element::Primitive(primitive) if !primitive.is_block() => {
            let message = format!("`{}` of IDL has no form in .msg", primitive.name());
            Err(Error::new(ErrorKind::Definition, message))
        }
        _ => Ok(()),
    }
}

fn idl_text(type_name: &TypeName, parts: &[&Definition]) -> Result<String> {
    let mut text = String::new();
    let is_part = |name: &str| parts.iter().any(|part| part.type_name.as_str() == name);
    let fields = parts.iter().flat_map(|part| &part.description.fields);
    let nested = fields.map(|field| field.field_type.nested_type_name.as_str());
    let included: BTreeSet<_> = nested.filter(|name| !name.is_empty() && !is_part(name)).collect();
    for name in &included {
        _ = writeln!(text, "#include \"{name}.idl\"");
    }
    if !included.is_empty() {
        text.push('\n');
    }
    let (package, namespace) = (type_name.package(), type_name.namespace());
    _ = writeln!(text, "module {package} {{\n  module {namespace} {{");
    for part in parts {
        add_constants(&mut text, part)?;
        add_struct(&mut text, part)?;
    }
    text.push_str("  };\n};\n");
    Ok(text)
}

fn add_constants(text: &mut String, part: &Definition) -> Result<()> {
    if part.constants.is_empty() {
        return Ok(());
    }
    _ = writeln!(text, "    module {}_Constants {{", part.type_name.name());
    for constant in &part.constants {
        let annotations = part.member_annotations.get(&constant.name).into_iter().flatten();
        add_annotations(text, "      ", &constant.comment, annotations);
        let (field_type, _) = idl_type(&constant.field_type)?;
        let value = idl_literal(&constant.value, &constant.field_type);
        _ = writeln!(text, "      const {field_type} {} = {value};", constant.name);
    }
    text.push_str("    };\n");
    Ok(())
}

fn add_struct(text: &mut String, part: &Definition) -> Result<()> {
    add_annotations(text, "    ", &part.comment, &part.annotations);
    _ = writeln!(text, "    struct {} {{", part.type_name.name());
    for (field, comment) in part.description.fields.iter().zip(&part.field_comments) {
        let annotations = part.member_annotations.get(&field.name).into_iter().flatten();
        add_annotations(text, "      ", comment, annotations);
        if let Some(default) = default_of(field)? {
            _ = writeln!(text, "      @default (value={})", idl_literal(&default, &field.field_type));
        }
        let (field_type, suffix) =
            idl_type(&field.field_type).map_err(|error| error.in_field(&field.name))?;
        _ = writeln!(text, "      {field_type} {}{suffix};", field.name);
    }
    if part.description.fields.is_empty() {
        _ = writeln!(text, "      {} {PLACEHOLDER_MEMBER};", idl_name(Primitive::UInt8));
    }
    text.push_str("    };\n");
    Ok(())
}

fn add_annotations<'a>(
    text: &mut String,
    indentation: &str,
    comment: &[String],
    others: impl IntoIterator<Item = &'a Annotation>,
) {
    if !comment.is_empty() {
        let lines: Vec<_> = comment_lines(comment).map(|line| quoted(line, '"')).collect();
        let lines = lines.join(&format!(" \"\\n\"\n{indentation}  "));
        _ = writeln!(text, "{indentation}@verbatim (language=\"comment\", text=\n{indentation}  {lines})");
    }
    for Annotation { name, parameters } in others {
        _ = write!(text, "{indentation}@{name}");
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| parameter(name, value)).collect();
        if !parameters.is_empty() {
            _ = write!(text, " ({})", parameters.join(", "));
        }
        text.push('\n');
    }
}

fn parameter(name: &str, value: &AnnotationValue) -> String {
    let value = match value {
        AnnotationValue::Literal(literal) => untyped_literal(literal),
        AnnotationValue::Name(name) => name.clone(),
    };
    if name.is_empty() { value } else { format!("{name}={value}") }
}

/// The type before a member's name, and what stands after the name.
fn idl_type(field_type: &FieldType) -> Result<(String, String)> {
    let single = field_type.clone().repeated(Cardinality::Single);
    let base = match single.element() {
        _ if single == FieldType::long_double() => "long double".to_owned(),
        Ok(Element::Primitive(primitive)) => idl_name(primitive).to_owned(),
        Ok(Element::String { bound: 0 }) => "string".to_owned(),
        Ok(Element::String { bound }) => format!("string<{bound}>"),
        Ok(Element::WString { bound: 0 }) => "wstring".to_owned(),
        Ok(Element::WString { bound }) => format!("wstring<{bound}>"),
        Ok(Element::Nested(name)) => name.replace('/', "::"),
        Err(error) => return Err(error),
    };
    Ok(match field_type.cardinality() {
        Cardinality::Single => (base, String::new()),
        Cardinality::Array(length) => (base, format!("[{length}]")),
        Cardinality::Sequence { bound: None } => (format!("sequence<{base}>"), String::new()),
        Cardinality::Sequence { bound: Some(bound) } => (format!("sequence<{base}, {bound}>"), String::new()),
    })
}

fn idl_literal(literal: &Literal, field_type: &FieldType) -> String {
    let Literal::String(text) = literal else { return untyped_literal(literal) };
    match field_type.element() {
        Ok(Element::Primitive(Primitive::Char)) => quoted(text, '\''),
        Ok(Element::Primitive(Primitive::WChar)) => format!("L{}", quoted(text, '\'')),
        Ok(Element::WString { .. }) => format!("L{}", quoted(text, '"')),
        _ => quoted(text, '"'),
    }
}

fn untyped_literal(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string().to_uppercase(),
        Literal::Int(_) | Literal::Float(_) => literal.to_python(),
        Literal::String(text) => quoted(text, '"'),
        Literal::List(_) => quoted(&literal.to_python(), '"'),
    }
}

fn quoted(text: &str, quote: char) -> String {
    let mut quoted = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c == quote || c == '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => _ = write!(quoted, "\\x{:02x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted.push(quote);
    quoted
}
