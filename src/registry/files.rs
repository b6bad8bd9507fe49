//! Interface files on disk: which there are, and the name of the type that each declares.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result, TextPlace};
use crate::idl::{Format, declared_name, parse};
use crate::schema::{Definition, InterfaceNamespace, TypeName, expand};

/// Folders between the one that is loaded and the `msg` folders in it: `ws/install/pkg/share/pkg/msg`.
const DEEPEST: usize = 8;

/// The types of the interface file at `path`.
pub(super) fn read(path: &Path) -> Result<Vec<Definition>> {
    let Some(format) = Format::of_path(path) else {
        let message = "not an interface file; expected .msg, .srv, .action or .idl";
        return Err(about(path, Error::new(ErrorKind::Argument, message)));
    };
    let by_path = type_name(path, format);
    let type_name = match format {
        // Where folder and file do not tell the name, the modules do.
        Format::Idl if by_path.is_err() || !path.parent().is_some_and(is_namespace) => {
            declared_name(&read_text(path)?, &path.to_string_lossy())?
        }
        _ => by_path?,
    };
    read_as(path, &type_name, format)
}

/// The types of the interface file at `path`, which declares `type_name`.
pub(super) fn read_as(path: &Path, type_name: &TypeName, format: Format) -> Result<Vec<Definition>> {
    let text = read_text(path)?;
    let interface = parse(type_name, &text, format, &path.to_string_lossy()).map_err(|error| {
        let is_placed = error.place().is_some();
        if is_placed { error } else { about(path, error) }
    })?;
    let mut types = expand(interface);
    // A service or action is derived from its parts, but the text is its own.
    let source = types.iter().find_map(|definition| definition.source.clone());
    if let Some(first) = types.first_mut() {
        first.source = source;
    }
    Ok(types)
}

/// The first file below one of `folders` that would declare `interface`: `<folder>/<pkg>/msg/<Name>.msg` or
/// `<folder>/share/<pkg>/msg/<Name>.msg`.
pub(super) fn on_path(folders: &[PathBuf], interface: &TypeName) -> Option<(PathBuf, Format)> {
    let place = Path::new(interface.package()).join(interface.namespace()).join(interface.name());
    let bases = folders.iter().flat_map(|folder| [folder.clone(), folder.join("share")]);
    let files = bases.flat_map(|base| {
        let stem = base.join(&place);
        Format::ALL.map(|format| (stem.with_extension(format.as_str()), format))
    });
    files.into_iter().find(|(file, _)| file.is_file())
}

/// All interface files in the `msg`, `srv` and `action` folders at any depth below `folder`, sorted. An `.idl`
/// file beside one of the same name in another format says the same and is left out.
pub(super) fn collect(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut walk = Walk { visited: HashSet::new(), files: Vec::new() };
    walk.visit(folder, 0)?;
    let mut files = walk.files;
    files.sort();
    let others = [Format::Msg, Format::Srv, Format::Action];
    let is_shadowed = |path: &Path| {
        let has = |format: &Format| files.binary_search(&path.with_extension(format.as_str())).is_ok();
        Format::of_path(path) == Some(Format::Idl) && others.iter().any(has)
    };
    Ok(files.iter().filter(|path| !is_shadowed(path)).cloned().collect())
}

struct Walk {
    /// Folders under their real names, so that links cannot lead in circles.
    visited: HashSet<PathBuf>,
    files: Vec<PathBuf>,
}

impl Walk {
    fn visit(&mut self, folder: &Path, depth: usize) -> Result<()> {
        let failed = |error: std::io::Error| about(folder, error.into());
        if !self.visited.insert(fs::canonicalize(folder).map_err(failed)?) {
            return Ok(());
        }
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() && depth < DEEPEST && !is_hidden {
                self.visit(&path, depth + 1)?;
            } else if is_namespace(folder) && Format::of_path(&path).is_some() && path.is_file() {
                self.files.push(path);
            }
        }
        Ok(())
    }
}

fn is_namespace(folder: &Path) -> bool {
    InterfaceNamespace::ALL
        .iter()
        .any(|namespace| folder.file_name().is_some_and(|name| name == namespace.as_str()))
}

/// The name that a file declares: the package from the nearest `package.xml`, else from the folder above
/// `msg`, `srv` or `action`, else from the folder that the file is in.
fn type_name(path: &Path, format: Format) -> Result<TypeName> {
    let named = |message: &str| about(path, Error::new(ErrorKind::Name, message));
    let stem =
        path.file_stem().and_then(|stem| stem.to_str()).ok_or_else(|| named("the file has no name"))?;
    let given = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(given).map_err(|error| about(path, error.into()))?;
    let text_of = |folder: Option<&Path>| Some(folder?.file_name()?.to_str()?.to_owned());
    let (namespace, fallback) = match is_namespace(&folder) {
        true => (text_of(Some(&folder)), text_of(folder.parent())),
        false => (format.namespace().map(|namespace| namespace.as_str().to_owned()), text_of(Some(&folder))),
    };
    let package = match folder.ancestors().map(|folder| folder.join("package.xml")).find(|xml| xml.is_file())
    {
        Some(xml) => Some(package_of(&xml)?),
        None => fallback,
    };
    let package = package.ok_or_else(|| {
        named("cannot tell the package: no package.xml above it, and not in a folder `<package>/msg`")
    })?;
    TypeName::new(&package, namespace.as_deref().unwrap_or("msg"), stem).map_err(|error| about(path, error))
}

/// The `<name>` of a `package.xml`.
fn package_of(xml: &Path) -> Result<String> {
    let text = read_text(xml)?;
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, comment)) = rest.split_once("<!--") {
        plain.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let name = plain.split_once("<name>").and_then(|(_, after)| after.split_once("</name>"));
    name.map(|(name, _)| name.trim().to_owned())
        .ok_or_else(|| about(xml, Error::new(ErrorKind::Definition, "a package.xml without a <name>")))
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| about(path, error.into()))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
        let source_line = before.rsplit('\n').next().unwrap_or_default().to_owned();
        Error::new(ErrorKind::Syntax, "a byte that is not UTF-8").at_place(TextPlace {
            file: path.to_string_lossy().into(),
            line: before.matches('\n').count() + 1,
            column: source_line.chars().count() + 1,
            source_line,
        })
    })
}

/// The error for a folder in which there is nothing to load.
pub(super) fn none_in(folder: &Path) -> Error {
    let message = format!("{}: no interface files in msg, srv or action folders", folder.display());
    Error::new(ErrorKind::Argument, message)
}

/// The same error with the path before its sentence.
pub(super) fn about(path: &Path, error: Error) -> Error {
    Error::new(error.kind(), format!("{}: {}", path.display(), error.message()))
}
