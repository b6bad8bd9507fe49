//! [`SearchPlace`]: an entry of the search path, in which names that are not loaded are looked for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::files::InterfaceFile;
use super::walk;
use crate::idl::Format;
use crate::schema::TypeName;

/// A folder of packages, an install prefix, a package, a workspace, or one interface file.
#[derive(Debug)]
pub(super) struct SearchPlace {
    pub(super) path: PathBuf,
    /// What is there; made when it is first needed: for a list, or for a place that does not lead to a file by its name
    /// alone.
    index: OnceLock<HashMap<TypeName, InterfaceFile>>,
}

impl SearchPlace {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, index: OnceLock::new() }
    }

    /// The file here that should declare `interface`: `<place>/<pkg>/msg/<Name>.msg`,
    /// `<place>/share/<pkg>/msg/<Name>.msg`, or one in a package or workspace.
    pub(super) fn find(&self, interface: &TypeName) -> Option<InterfaceFile> {
        let inside = Path::new(interface.package()).join(interface.namespace()).join(interface.name());
        let shares = self.path.join("share");
        for stem in [self.path.join(&inside), shares.join(&inside)] {
            for format in Format::ALL {
                let path = stem.with_extension(format.as_str());
                if path.is_file() {
                    return Some(InterfaceFile { path, type_name: interface.clone(), format });
                }
            }
        }
        // The files of an install prefix are all where they were looked for.
        if shares.is_dir() {
            return None;
        }
        self.index().get(interface).cloned()
    }

    /// The names of all interfaces here. Looks through the whole place, once.
    pub(super) fn names(&self) -> impl Iterator<Item = &TypeName> {
        self.index().keys()
    }

    fn index(&self) -> &HashMap<TypeName, InterfaceFile> {
        self.index.get_or_init(|| index(&self.path))
    }
}

/// The interface files of a place by name. What cannot be read or named has no name to be found by.
fn index(path: &Path) -> HashMap<TypeName, InterfaceFile> {
    let files = match path.is_file() {
        true => InterfaceFile::at(path).into_iter().collect(),
        false => walk::collect(path).unwrap_or_default().files,
    };
    files.into_iter().rev().map(|file| (file.type_name.clone(), file)).collect()
}
