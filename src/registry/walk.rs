//! Which interface files lie below a folder: a package, a workspace, an install prefix.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::files::{InterfaceFile, Place, about, is_namespace, read_text};
use crate::error::{Error, Result};
use crate::idl::Format;

/// Folders between the one that is loaded and the `msg` folders in it: `ws/install/pkg/share/pkg/msg`.
const DEEPEST: usize = 8;

/// Where an install prefix lists the interface files of each package.
const RESOURCE_INDEX: &str = "share/ament_index/resource_index/rosidl_interfaces";

/// What colcon and ament leave out of a workspace.
const IGNORED: [&str; 2] = ["COLCON_IGNORE", "AMENT_IGNORE"];

/// The interface files of a folder, and what is wrong with those that cannot be named.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<InterfaceFile>,
    pub(super) errors: Vec<Error>,
}

/// All interface files that an install prefix lists, or else those in the `msg`, `srv` and `action` folders at any
/// depth below `folder`; sorted. An `.idl` file beside one of the same name in another format says the same and is
/// left out, as is the `<Name>_Request.msg` that older distributions install beside `<Name>.srv`.
pub(super) fn paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let index = folder.join(RESOURCE_INDEX);
    let mut paths = if index.is_dir() { listed(folder, &index)? } else { walk(folder)? };
    paths.sort();
    paths.dedup();
    let exists = |path: PathBuf| paths.binary_search(&path).is_ok();
    let is_shadowed = |path: &Path| {
        let others = [Format::Msg, Format::Srv, Format::Action];
        match Format::of_path(path) {
            Some(Format::Idl) => others.iter().any(|format| exists(path.with_extension(format.as_str()))),
            Some(Format::Msg) => {
                let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
                let declaring = stem.split_once('_').map(|(declaring, _)| path.with_file_name(declaring));
                declaring.is_some_and(|path| {
                    [Format::Srv, Format::Action].iter().any(|f| exists(path.with_extension(f.as_str())))
                })
            }
            _ => false,
        }
    };
    Ok(paths.iter().filter(|path| !is_shadowed(path)).cloned().collect())
}

/// The same with the names of the interfaces.
pub(super) fn collect(folder: &Path) -> Result<Found> {
    let mut found = Found::default();
    let mut places: HashMap<PathBuf, Result<Place>> = HashMap::new();
    for path in paths(folder)? {
        let Some(format) = Format::of_path(&path) else { continue };
        let parent = path.parent().unwrap_or(Path::new("")).to_owned();
        let place = places.entry(parent).or_insert_with_key(|folder| Place::of(folder)).clone();
        match place.and_then(|place| place.type_name(&path, format)) {
            Ok(type_name) => found.files.push(InterfaceFile { path, type_name, format }),
            Err(error) => found.errors.push(error),
        }
    }
    Ok(found)
}

/// The files that the resource index of an install prefix lists, a line each: `msg/Name.msg`.
fn listed(prefix: &Path, index: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| about(index, error.into());
    let mut files = Vec::new();
    for entry in fs::read_dir(index).map_err(failed)? {
        let list = entry.map_err(failed)?.path();
        let Some(package) = list.file_name().filter(|_| list.is_file()) else { continue };
        let package = prefix.join("share").join(package);
        let lines = read_text(&list)?;
        let lines = lines.lines().map(str::trim).filter(|line| Format::of_path(Path::new(line)).is_some());
        files.extend(lines.map(|line| package.join(line)));
    }
    Ok(files)
}

/// The files in the `msg`, `srv` and `action` folders below `folder`, without what colcon ignores; with it, where
/// there would be none: a workspace that is only installed.
fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for ignores in [true, false] {
        let mut walk = Walk { visited: HashSet::new(), files: Vec::new(), ignores };
        walk.visit(folder, 0)?;
        files = walk.files;
        if !files.is_empty() {
            break;
        }
    }
    Ok(files)
}

struct Walk {
    /// Folders under their real names, so that links cannot lead in circles.
    visited: HashSet<PathBuf>,
    files: Vec<PathBuf>,
    ignores: bool,
}

impl Walk {
    fn visit(&mut self, folder: &Path, depth: usize) -> Result<()> {
        let failed = |error: std::io::Error| about(folder, error.into());
        if !self.visited.insert(fs::canonicalize(folder).map_err(failed)?) {
            return Ok(());
        }
        if self.ignores && depth > 0 && IGNORED.iter().any(|name| folder.join(name).exists()) {
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
