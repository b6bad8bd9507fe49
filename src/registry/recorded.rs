//! The schema text of a recording: a message text and those of the types it refers to, in one.

use crate::error::{Error, ErrorKind, Result};
use crate::idl::{Format, parse, parse_recorded};
use crate::schema::{Definition, Interface, InterfaceNamespace, TypeName, expand};

/// The types in `ros2msg` or `ros2idl` text: the text of `root`, then sections after a line of `=`, each beginning
/// with `MSG: pkg/Name`, `MSG: pkg/msg/Name` or `IDL: pkg/msg/Name`. The text of a service or action, with its `---`, declares all types
/// derived from it; recorders store it for service events.
pub(super) fn read(root: &TypeName, text: &str) -> Result<Vec<Definition>> {
    let mut definitions = Vec::new();
    for (index, section) in sections(text).into_iter().enumerate() {
        let (header, body) = section.split_once('\n').unwrap_or((section, ""));
        let file = format!("schema of {root}");
        let (type_name, body) = match header.trim().split_once(": ") {
            Some(("MSG" | "SRV" | "ACTION" | "IDL", name)) => (TypeName::parse(name)?, body),
            _ if index == 0 => (root.clone(), section),
            _ => {
                let message =
                    format!("{file}: expected `MSG: package/Name` after a line of `=`, found `{header}`");
                return Err(Error::new(ErrorKind::Syntax, message));
            }
        };
        let file = if type_name == *root { file } else { format!("{file}, section {type_name}") };
        let has_parts = body.lines().any(|line| line == "---");
        let format = match Format::from_extension(type_name.namespace()) {
            _ if is_idl(body) => Some(Format::Idl),
            Some(format @ (Format::Srv | Format::Action)) if has_parts => Some(format),
            _ => None,
        };
        definitions.extend(expand(match format {
            Some(format) => parse(&declaring(&type_name)?, body, format, &file)?,
            None => Interface::Message(parse_recorded(&type_name, body, &file)?),
        }));
    }
    if definitions.iter().any(|definition| definition.type_name == *root) {
        return Ok(definitions);
    }
    Err(Error::new(ErrorKind::Definition, format!("the schema of {root} does not define it")))
}

/// The service or action that a type is derived from, by its name; a message is itself.
fn declaring(type_name: &TypeName) -> Result<TypeName> {
    match type_name.name().split_once('_') {
        Some((stem, _)) if type_name.namespace() != InterfaceNamespace::Msg.as_str() => {
            TypeName::new(type_name.package(), type_name.namespace(), stem)
        }
        _ => Ok(type_name.clone()),
    }
}

/// Whether a text has a module or a struct, as every `.idl` text and no other has.
fn is_idl(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| line.starts_with("module ") || line.starts_with("struct "))
}

/// The text before a line of `=`, without the end of line that recorders put between them.
fn before_rule(section: &str) -> &str {
    section.strip_suffix('\n').filter(|text| text.ends_with('\n')).unwrap_or(section)
}

/// The texts between lines of `=`.
fn sections(text: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut start, mut offset) = (0, 0);
    for line in text.split_inclusive('\n') {
        let rule = line.trim_end();
        if rule.len() >= 3 && rule.bytes().all(|byte| byte == b'=') {
            sections.push(before_rule(text.get(start..offset).unwrap_or_default()));
            start = offset + line.len();
        }
        offset += line.len();
    }
    sections.push(text.get(start..).unwrap_or_default());
    // Text may begin with the header of its first section, after a rule.
    if sections.first().is_some_and(|first| first.trim().is_empty())
        && sections.get(1).is_some_and(|s| s.starts_with("MSG: ") || s.starts_with("IDL: "))
    {
        sections.remove(0);
    }
    sections
}
