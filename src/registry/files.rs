//! Interface files on disk: the name of the type that each declares, and what is in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result, TextPlace};
use crate::idl::{Format, declared_name, parse};
use crate::schema::{Definition, InterfaceNamespace, TypeName, expand};

/// An interface file that was not read yet, and the interface that it should declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InterfaceFile {
    pub(super) path: PathBuf,
    pub(super) type_name: TypeName,
    pub(super) format: Format,
}

impl InterfaceFile {
    /// The interface file at `path`. Where folder and file do not tell its name, an `.idl` text does by its modules.
    pub(super) fn at(path: &Path) -> Result<Self> {
        let Some(format) = Format::of_path(path) else {
            let message =
                "not an interface file; expected .msg, .srv, .action, .idl, or a type description in .json";
            return Err(about(path, Error::new(ErrorKind::Argument, message)));
        };
        let parent = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let by_path = Place::of(parent).and_then(|place| place.type_name(path, format));
        let type_name = match format {
            Format::Idl if by_path.is_err() || !is_namespace(parent) => {
                declared_name(&read_text(path)?, &path.to_string_lossy())?
            }
            _ => by_path?,
        };
        Ok(Self { path: path.to_owned(), type_name, format })
    }

    /// The types that the file declares, the interface itself first.
    pub(super) fn read(&self) -> Result<Vec<Definition>> {
        let text = read_text(&self.path)?;
        let interface = parse(&self.type_name, &text, self.format, &self.path.to_string_lossy());
        let mut types = expand(interface.map_err(|error| {
            let is_placed = error.place().is_some();
            if is_placed { error } else { about(&self.path, error) }
        })?);
        // A service or action is derived from its parts, but the text is its own.
        let source = types.iter().find_map(|definition| definition.source.clone());
        if let Some(first) = types.first_mut() {
            first.source = source;
        }
        Ok(types)
    }
}

/// What a folder says about the interface files in it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The name of the nearest `package.xml`, else of the folder above `msg`, `srv` or `action`, else of the folder.
    package: Option<String>,
    /// `msg`, `srv` or `action`, if the folder is called so.
    namespace: Option<String>,
}

impl Place {
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let folder = fs::canonicalize(folder).map_err(|error| about(folder, error.into()))?;
        let text_of = |folder: Option<&Path>| Some(folder?.file_name()?.to_str()?.to_owned());
        let (namespace, fallback) = match is_namespace(&folder) {
            true => (text_of(Some(&folder)), text_of(folder.parent())),
            false => (None, text_of(Some(&folder))),
        };
        let mut xml = folder.ancestors().map(|folder| folder.join("package.xml"));
        let package = match xml.find(|xml| xml.is_file()) {
            Some(xml) => Some(package_of(&xml)?),
            None => fallback,
        };
        Ok(Self { package, namespace })
    }

    /// The name of the interface that a file in this folder declares.
    pub(super) fn type_name(&self, path: &Path, format: Format) -> Result<TypeName> {
        let named = |message: &str| about(path, Error::new(ErrorKind::Name, message));
        let stem =
            path.file_stem().and_then(|stem| stem.to_str()).ok_or_else(|| named("the file has no name"))?;
        let package = self.package.as_deref().ok_or_else(|| {
            named("cannot tell the package: no package.xml above it, and not in a folder `<package>/msg`")
        })?;
        let of_format = format.namespace().unwrap_or(InterfaceNamespace::Msg).as_str();
        TypeName::new(package, self.namespace.as_deref().unwrap_or(of_format), stem)
            .map_err(|error| about(path, error))
    }
}

pub(super) fn is_namespace(folder: &Path) -> bool {
    let is_named =
        |namespace: InterfaceNamespace| folder.file_name().is_some_and(|f| f == namespace.as_str());
    InterfaceNamespace::ALL.into_iter().any(is_named)
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

/// The text of a file, which must be UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String> {
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
