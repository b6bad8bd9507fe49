//! `ros-z interface check`: which of many interface files are bad, and where.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::error::{Error, Result, TextPlace};
use crate::idl::message_lines;
use crate::registry::{Registry, interface_files, read_interface};
use crate::schema::Definition;

use super::Global;
use super::output::{Outcome, Output, Stop, note, report};

/// Checks every file by itself, then whether the types that the good ones refer to are among them or in `registry`.
pub(crate) fn run(paths: &[PathBuf], registry: &Arc<Registry>, global: &Global) -> Outcome {
    let mut files = BTreeMap::new();
    for path in paths {
        files.extend(interface_files(path)?.into_iter().map(|file| {
            let types = read_interface(&file);
            (file, types)
        }));
    }
    let all = Registry::child_of(Arc::clone(registry));
    all.add_definitions(files.values().flatten().flatten().cloned().collect());
    let mut output = Output::default();
    let mut bad = 0;
    for (file, types) in &files {
        let checked = types.as_ref().map_err(Clone::clone).and_then(|types| references(&all, file, types));
        bad += usize::from(checked.is_err());
        match (checked, global.json) {
            (Ok(names), true) => output.line(good(file, &names))?,
            (Err(error), true) => output.line(in_json(file, &error))?,
            (Err(error), false) => report(&format_args!("{error:#}")),
            (Ok(_), false) => {}
        }
    }
    if !(global.quiet || global.json) {
        note(&format_args!("{} files, {bad} bad", files.len()));
    }
    if bad > 0 { Err(Stop::Reported) } else { Ok(()) }
}

/// Looks up all that the types of a file refer to; the names of its types.
fn references<'t>(all: &Registry, file: &Path, types: &'t [Definition]) -> Result<Vec<&'t str>> {
    // A service or action stands before the messages whose lines have the fields.
    let lined = types.iter().skip(1).chain(types.first());
    for definition in lined {
        if let Err(error) = all.describe(&definition.type_name) {
            return Err(placed(file, definition, error));
        }
    }
    Ok(types.iter().map(|definition| definition.type_name.as_str()).collect())
}

/// The error at the line of the field that it is about, where that is to be found; else about the file.
fn placed(file: &Path, definition: &Definition, error: Error) -> Error {
    let path = error.path();
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let index = definition.description.fields.iter().position(|field| field.name == name);
    let lines = message_lines(definition).unwrap_or_default();
    let line = lines.into_iter().find(|line| index.is_some() && line.field == index && line.number > 0);
    match line {
        Some(line) => error.at_place(TextPlace {
            file: file.to_string_lossy().into(),
            line: line.number,
            column: 1,
            source_line: line.text,
        }),
        None => Error::new(error.kind(), format!("{}: {error}", file.display())),
    }
}

fn good(file: &Path, names: &[&str]) -> Vec<u8> {
    json!({ "file": file.to_string_lossy(), "ok": true, "types": names }).to_string().into_bytes()
}

fn in_json(file: &Path, error: &Error) -> Vec<u8> {
    let place = error.place();
    let line = json!({
        "file": file.to_string_lossy(),
        "ok": false,
        "kind": error.kind().as_str(),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "message": error.message(),
        "source_line": place.map(|place| &place.source_line),
    });
    line.to_string().into_bytes()
}
