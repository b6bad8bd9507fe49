//! The ways into a registry that begin with text: a text, a file, a folder, the schema of a recording.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexSet;

use super::batch::{Batch, Pending, names_of};
use super::files::{self, InterfaceFile, about, read_text};
use super::{Conflict, Registry, State, closure, recorded, walk};
use crate::error::Result;
use crate::idl::{Format, parse};
use crate::schema::{Definition, TypeHash, TypeName, expand};

/// A definition that changes what its name means, behind what it meant.
type Redefinition = (Arc<Definition>, Definition);

impl Registry {
    /// Adds the types of an interface text; returns their names, that of the interface first. A spelling
    /// without namespace means that of the format.
    pub fn add_text(&self, type_name: &str, text: &str, format: Format) -> Result<Vec<TypeName>> {
        let mut candidates = TypeName::candidates(type_name)?;
        let fits = |name: &TypeName| Some(name.namespace()) == format.namespace().map(|n| n.as_str());
        let name = candidates.swap_remove(candidates.iter().position(fits).unwrap_or(0));
        let interface = parse(&name, text, format, name.as_str())?;
        Ok(self.add_definitions(expand(interface)))
    }

    /// Loads an interface file, a type description in JSON, or all of a folder: a package, a workspace, an install
    /// prefix. Returns the names of its types. A file is read at once; of a folder an index is made, and each of its
    /// files is read when one of its types is needed (see the [module documentation](super)).
    pub fn load(&self, path: &Path) -> Result<Vec<TypeName>> {
        if path.is_dir() {
            return self.load_folder(path);
        }
        fs::metadata(path).map_err(|error| about(path, error.into()))?;
        match path.extension() {
            Some(extension) if extension == "json" => {
                self.add_description_json(&read_text(path)?, &path.to_string_lossy())
            }
            _ => Ok(self.add_definitions(InterfaceFile::at(path)?.read()?)),
        }
    }

    fn load_folder(&self, folder: &Path) -> Result<Vec<TypeName>> {
        let found = walk::collect(folder)?;
        if found.files.is_empty() {
            return Err(found.errors.first().cloned().unwrap_or_else(|| files::none_in(folder)));
        }
        let batch = Arc::new(Batch::new(folder.to_owned(), found));
        let names_by_file: Vec<Arc<[TypeName]>> =
            batch.files().iter().map(|file| names_of(&file.type_name).into()).collect();
        let names: IndexSet<TypeName> =
            names_by_file.iter().flat_map(|names| names.iter().cloned()).collect();
        let is_known = |name| self.known(name).is_some() || self.read().pending.contains_key(name);
        let is_change = names.iter().any(is_known);
        if is_change {
            // What these names and the types that refer to them mean now stays findable by its hash.
            self.describe_all();
        }
        let mut state = self.write();
        for (file, names) in batch.files().iter().zip(names_by_file) {
            let pending = Pending { file: file.clone(), names, batch: Arc::clone(&batch) };
            let others = state.pending.entry(file.type_name.clone()).or_default();
            others.retain(|other| other.file.path != file.path);
            others.push(pending);
        }
        state.batches.retain(|other| other.folder != folder);
        state.batches.push(Arc::clone(&batch));
        state.changes += u64::from(is_change);
        Ok(names.into_iter().collect())
    }

    /// Adds definitions; returns their names. An equal definition under the same name is no second version.
    pub fn add_definitions(&self, definitions: Vec<Definition>) -> Vec<TypeName> {
        let names: IndexSet<_> = definitions.iter().map(|definition| definition.type_name.clone()).collect();
        for name in &names {
            if self.settle(name).is_err() {
                // A file that cannot be read does not stand in the way of a definition that can.
                self.write().pending.retain(|interface, _| !name.interfaces().any(|i| i == *interface));
            }
        }
        let replaces =
            |new: &Definition| self.known(&new.type_name).is_some_and(|known| !known.same_type(new));
        if definitions.iter().any(replaces) {
            // As above.
            self.describe_all();
        }
        let mut state = self.write();
        let conflicts = self.insert(&mut state, definitions);
        drop(state);
        self.report(conflicts);
        names.into_iter().collect()
    }

    /// Adds definitions that say no more than what travels: one that has the fields of what its name means already
    /// adds nothing, though constants and defaults are missing in it.
    pub(super) fn add_recorded(&self, mut definitions: Vec<Definition>) {
        definitions.retain(|definition| {
            // The error of a file that cannot be read is none of a recording.
            _ = self.settle(&definition.type_name);
            self.known(&definition.type_name).is_none_or(|known| {
                !known.same_fields(definition) || (known.source.is_none() && definition.source.is_some())
            })
        });
        self.add_definitions(definitions);
    }

    /// Adds the types in the `ros2msg` or `ros2idl` schema text of a recording and returns the name of its root.
    /// Sections for other types follow lines of `=` and begin with `MSG: pkg/Name` or `IDL: pkg/msg/Name`.
    pub fn add_schema(&self, root: &str, text: &str) -> Result<TypeName> {
        Ok(self.add_schema_types(root, text)?.swap_remove(0))
    }

    /// The same; returns the names of all types in the text, that of its root first.
    pub fn add_schema_types(&self, root: &str, text: &str) -> Result<Vec<TypeName>> {
        let root = TypeName::parse(root)?;
        let definitions = recorded::read(&root, text)?;
        let mut names = IndexSet::from([root]);
        names.extend(definitions.iter().map(|definition| definition.type_name.clone()));
        self.add_recorded(definitions);
        Ok(names.into_iter().collect())
    }

    /// Reads the files of loaded folders that declare `name`, itself or as a derived type.
    pub(super) fn settle(&self, name: &TypeName) -> Result<()> {
        if self.read().pending.is_empty() {
            return Ok(());
        }
        for interface in name.interfaces() {
            let pending = self.read().pending.get(&interface).cloned().unwrap_or_default();
            if !pending.is_empty() {
                let read = pending.iter().map(Pending::read).collect::<Result<Vec<_>>>()?;
                self.adopt(&interface, read);
            }
        }
        Ok(())
    }

    /// Reads the files of loaded folders that can be read.
    pub(super) fn settle_all(&self) {
        let interfaces: Vec<TypeName> = self.read().pending.keys().cloned().collect();
        for interface in interfaces {
            // `check` reports the others.
            let pending = self.read().pending.get(&interface).cloned().unwrap_or_default();
            if let Ok(read) = pending.iter().map(|pending| pending.file.read()).collect::<Result<Vec<_>>>() {
                self.adopt(&interface, read);
            }
        }
    }

    /// Takes in what the pending files of an interface declare, unless another thread did.
    fn adopt(&self, interface: &TypeName, read: Vec<Vec<Definition>>) {
        let mut state = self.write();
        if state.pending.remove(interface).is_none() {
            return;
        }
        let conflicts = self.insert(&mut state, read.into_iter().flatten());
        drop(state);
        self.report(conflicts);
    }

    /// Makes definitions the newest of their names. Returns those whose name meant something else, with what it meant.
    fn insert(
        &self,
        state: &mut State,
        definitions: impl IntoIterator<Item = Definition>,
    ) -> Vec<Redefinition> {
        let mut conflicts = Vec::new();
        for definition in definitions {
            let newest = state.types.get(&definition.type_name).and_then(|versions| versions.last().cloned());
            let known = newest.or_else(|| self.known_behind(self.distro, &definition.type_name));
            if let Some(known) = known.filter(|known| !known.same_type(&definition)) {
                conflicts.push((known, definition.clone()));
            }
            state.insert(definition);
        }
        state.changes += u64::from(!conflicts.is_empty());
        conflicts
    }

    /// Tells who listens.
    fn report(&self, conflicts: Vec<Redefinition>) {
        let Some(listener) = self.read().listener.clone() else { return };
        let hash = |definition: &Definition| {
            let description = closure::describe(definition, |name| self.known_or_error(name)).ok()?;
            TypeHash::of(&description).ok()
        };
        for (older, newer) in conflicts {
            listener(&Conflict::of((&older, hash(&older)), (&newer, hash(&newer))));
        }
    }
}
