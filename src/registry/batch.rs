//! [`Batch`]: the interface files of a folder that was loaded, each read when one of its types is needed.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::files::InterfaceFile;
use super::walk::Found;
use crate::error::{Error, Result};
use crate::schema::{Definition, Interface, TypeName, expand};

/// What `load` found in a folder.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) folder: PathBuf,
    found: Found,
    /// The errors of all bad files, once there was a reason to look for them.
    errors: OnceLock<Vec<Error>>,
}

/// A file of a batch that was not read yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) file: InterfaceFile,
    /// The names of the types that it should declare.
    pub(super) names: Arc<[TypeName]>,
    pub(super) batch: Arc<Batch>,
}

impl Batch {
    pub(super) fn new(folder: PathBuf, found: Found) -> Self {
        Self { folder, found, errors: OnceLock::new() }
    }

    pub(super) fn files(&self) -> &[InterfaceFile] {
        &self.found.files
    }

    /// The errors of all its bad files. Reads every file, once.
    pub(super) fn errors(&self) -> &[Error] {
        self.errors.get_or_init(|| {
            let bad = self.found.files.iter().filter_map(|file| file.read().err());
            self.found.errors.iter().cloned().chain(bad).collect()
        })
    }

    /// The error of one bad file as it is reported: who mends a file wants to know of all of them.
    fn report(&self, error: Error) -> Error {
        let errors = self.errors();
        if errors.len() < 2 {
            return error;
        }
        let total = self.found.files.len() + self.found.errors.len();
        let mut message =
            format!("{} of {total} files in {} cannot be read", errors.len(), self.folder.display());
        errors.iter().for_each(|error| message.push_str(&format!("\n{error}")));
        Error::new(error.kind(), message)
    }
}

impl Pending {
    /// The types of the file; the error names all bad files of its batch.
    pub(super) fn read(&self) -> Result<Vec<Definition>> {
        self.file.read().map_err(|error| self.batch.report(error))
    }
}

/// The names of the types that an interface file declares, and of those derived from them.
pub(super) fn names_of(interface: &TypeName) -> Vec<TypeName> {
    let part = |suffix: &str| Definition::empty(interface.derived(suffix));
    let empty = match interface.namespace() {
        "srv" => Interface::Service {
            type_name: interface.clone(),
            request: part("Request"),
            response: part("Response"),
        },
        "action" => Interface::Action {
            type_name: interface.clone(),
            goal: part("Goal"),
            result: part("Result"),
            feedback: part("Feedback"),
        },
        _ => return vec![interface.clone()],
    };
    expand(empty).into_iter().map(|definition| definition.type_name).collect()
}
