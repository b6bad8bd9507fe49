//! [`Registry`]: which types are known, under which names, and what they refer to.
//!
//! Every way in (text, files, recordings, peers) ends in definitions under full names; every way out is a
//! [`Definition`], a whole [`TypeDescription`] or its hash. The codec compiles plans from it, Python and the
//! command line each hold one. It has no global state and reads no environment.
//!
//! A name is looked for among the types that were added or loaded, then on the search path, then in the parent
//! or the built-in types. A second, different definition of a name does not replace the first: both are kept,
//! the newest answers for the name, [`versions`](Registry::versions) lists them (more than one is how a caller
//! learns of the conflict), and [`find_by_hash`](Registry::find_by_hash) finds each.
//!
//! ```
//! use ros_z_dynamic::idl::Format;
//! use ros_z_dynamic::registry::Registry;
//! let registry = Registry::new();
//! registry.add_text("my_msgs/msg/Probe", "geometry_msgs/Point at\nstring<=16 label\n", Format::Msg)?;
//! let probe = registry.find("my_msgs/Probe")?;
//! let description = registry.describe(&probe.type_name)?;
//! assert_eq!(description.referenced_type_descriptions[0].type_name, "geometry_msgs/msg/Point");
//! assert!(registry.hash(&probe.type_name)?.to_string().starts_with("RIHS01_"));
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod built_in;
mod closure;
mod files;
mod near;
mod recorded;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use indexmap::{IndexMap, IndexSet};

use crate::error::{Error, ErrorKind, Result};
use crate::idl::{Format, parse};
use crate::schema::{
    Definition, DefinitionKind, IndividualTypeDescription, TypeDescription, TypeHash, TypeName, expand,
};
use crate::type_db;

pub use near::nearest;

/// The interface files that a path stands for: itself, or all in the `msg`, `srv` and `action` folders at any depth
/// below it.
pub fn interface_files(path: &Path) -> Result<Vec<PathBuf>> {
    fs::metadata(path).map_err(|error| files::about(path, error.into()))?;
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let files = files::collect(path)?;
    if files.is_empty() { Err(files::none_in(path)) } else { Ok(files) }
}

/// The types of one interface file, without adding them to anything.
pub fn read_interface(file: &Path) -> Result<Vec<Definition>> {
    files::read(file)
}

/// A set of types that can be looked up by name or hash; share it in an [`Arc`].
#[derive(Debug)]
pub struct Registry {
    behind: Behind,
    state: RwLock<State>,
}

/// Where a registry looks when it has no answer.
#[derive(Debug)]
enum Behind {
    Nothing,
    BuiltIn,
    Parent(Arc<Registry>),
}

#[derive(Debug, Default)]
struct State {
    /// All versions of each name, the newest last.
    types: IndexMap<TypeName, Vec<Arc<Definition>>>,
    search_path: Vec<PathBuf>,
    /// Counts the changes of what a name means, so that what was derived before one is not served after it.
    changes: u64,
    described: HashMap<TypeName, Described>,
    /// Everything that was ever described, older versions too.
    by_hash: HashMap<TypeHash, Arc<TypeDescription>>,
}

#[derive(Clone, Debug)]
struct Described {
    at_change: u64,
    description: Arc<TypeDescription>,
    hash: Result<TypeHash>,
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Registry {
    /// A registry that sees the built-in types.
    #[must_use]
    pub fn new() -> Self {
        Self { behind: Behind::BuiltIn, state: RwLock::default() }
    }

    /// A registry that sees nothing but what is added to it.
    #[must_use]
    pub fn empty() -> Self {
        Self { behind: Behind::Nothing, state: RwLock::default() }
    }

    /// A registry that asks `parent` for what it does not know, so that a recording's own types come first.
    #[must_use]
    pub fn child_of(parent: Arc<Self>) -> Self {
        Self { behind: Behind::Parent(parent), state: RwLock::default() }
    }

    /// The folders in which names that are not loaded are looked for, as `<folder>/<pkg>/msg/<Name>.msg` or
    /// `<folder>/share/<pkg>/msg/<Name>.msg`; the first that has the file wins.
    pub fn set_search_path(&self, folders: Vec<PathBuf>) {
        let mut state = self.write();
        state.search_path = folders;
        state.changes += 1;
    }

    /// Adds the types of an interface text; returns their names, that of the interface first. A spelling
    /// without namespace means that of the format.
    pub fn add_text(&self, type_name: &str, text: &str, format: Format) -> Result<Vec<TypeName>> {
        let mut candidates = TypeName::candidates(type_name)?;
        let fits = |name: &TypeName| Some(name.namespace()) == format.namespace().map(|n| n.as_str());
        let name = candidates.swap_remove(candidates.iter().position(fits).unwrap_or(0));
        let interface = parse(&name, text, format, name.as_str())?;
        Ok(self.add_definitions(expand(interface)))
    }

    /// Loads an interface file, or all of a folder: a package, a workspace, an install prefix. Returns the names
    /// of its types. When files of a folder are bad, one error reports each of them, and nothing is loaded.
    pub fn load(&self, path: &Path) -> Result<Vec<TypeName>> {
        if !path.is_dir() {
            fs::metadata(path).map_err(|error| files::about(path, error.into()))?;
            return Ok(self.add_definitions(files::read(path)?));
        }
        let files = files::collect(path)?;
        let mut definitions = Vec::new();
        let mut errors = Vec::new();
        for file in &files {
            match files::read(file) {
                Ok(types) => definitions.extend(types),
                Err(error) => errors.push(error),
            }
        }
        match &errors[..] {
            [] if files.is_empty() => Err(files::none_in(path)),
            [] => Ok(self.add_definitions(definitions)),
            [only] => Err(only.clone()),
            [first, ..] => {
                let mut message = format!("{} of {} files cannot be read", errors.len(), files.len());
                errors.iter().for_each(|error| message.push_str(&format!("\n{error}")));
                Err(Error::new(first.kind(), message))
            }
        }
    }

    /// Adds definitions; returns their names. An equal definition under the same name is no second version.
    pub fn add_definitions(&self, definitions: Vec<Definition>) -> Vec<TypeName> {
        let names: IndexSet<_> = definitions.iter().map(|definition| definition.type_name.clone()).collect();
        let replaces =
            |new: &Definition| self.known(&new.type_name).is_some_and(|known| !known.same_type(new));
        let mut is_change = definitions.iter().any(replaces);
        if is_change {
            // What these names and the types that refer to them mean now stays findable by its hash.
            self.describe_all();
        }
        let mut state = self.write();
        for definition in definitions {
            is_change |= state.insert(definition);
        }
        state.changes += u64::from(is_change);
        names.into_iter().collect()
    }

    /// Adds a type as a peer describes it; returns its hash, under which
    /// [`find_by_hash`](Self::find_by_hash) has exactly this description from now on. Names that are not known
    /// yet get its definitions; known names keep their meaning, whatever a peer says of them.
    pub fn add_description(&self, description: &TypeDescription) -> Result<TypeHash> {
        let definition = |individual: &IndividualTypeDescription| {
            let name = TypeName::parse(&individual.type_name)?;
            Ok::<_, Error>(Definition::of_description(
                name,
                DefinitionKind::of_description(individual),
                individual.clone(),
            ))
        };
        let described: HashMap<_, _> = std::iter::once(&description.type_description)
            .chain(&description.referenced_type_descriptions)
            .map(|individual| definition(individual).map(|d| (d.type_name.clone(), Arc::new(d))))
            .collect::<Result<_>>()?;
        let missing =
            |name: &TypeName| Error::new(ErrorKind::Definition, format!("`{name}` is not described"));
        let find = |name: &TypeName| described.get(name).cloned().ok_or_else(|| missing(name));
        let root = definition(&description.type_description)?;
        let description = Arc::new(closure::describe(&root, find)?);
        let hash = TypeHash::of(&description)?;
        let mut unknown = Vec::new();
        for (name, definition) in &described {
            if self.look_up(std::slice::from_ref(name))?.is_none() {
                unknown.push(Definition::clone(definition));
            }
        }
        self.add_definitions(unknown);
        self.write().by_hash.insert(hash, description);
        Ok(hash)
    }

    /// Adds the types in a recording's `ros2msg` schema text and returns the name of its root. Sections for
    /// other types follow lines of `=` and begin with `MSG: pkg/Name`.
    pub fn add_schema(&self, root: &str, text: &str) -> Result<TypeName> {
        let root = TypeName::parse(root)?;
        self.add_definitions(recorded::read(&root, text)?);
        Ok(root)
    }

    /// The definition of a name in any spelling. A spelling without namespace tries `msg`, `srv`, `action`.
    pub fn find(&self, spelling: &str) -> Result<Arc<Definition>> {
        let candidates = TypeName::candidates(spelling)?;
        self.look_up(&candidates)?.ok_or_else(|| self.unknown(&candidates))
    }

    /// All definitions of exactly this name in this registry, not those behind it; the newest last.
    #[must_use]
    pub fn versions(&self, type_name: &TypeName) -> Vec<Arc<Definition>> {
        self.read().types.get(type_name).cloned().unwrap_or_default()
    }

    /// The type with all types it refers to, sorted by name. An error names the fields that led to it.
    pub fn describe(&self, type_name: &TypeName) -> Result<Arc<TypeDescription>> {
        Ok(self.described(type_name)?.description)
    }

    /// The RIHS01 hash of the type.
    pub fn hash(&self, type_name: &TypeName) -> Result<TypeHash> {
        self.described(type_name)?.hash
    }

    /// The description with this hash, of whatever version of whatever known type.
    pub fn find_by_hash(&self, hash: &TypeHash) -> Option<Arc<TypeDescription>> {
        let described = || self.read().by_hash.get(hash).cloned();
        if let Some(description) = described() {
            return Some(description);
        }
        self.describe_all();
        described().or_else(|| match &self.behind {
            Behind::Nothing => None,
            Behind::Parent(parent) => parent.find_by_hash(hash),
            Behind::BuiltIn => built_in::find_by_hash(hash),
        })
    }

    /// The names of all types that are loaded, here or behind, and of the built-in interfaces; sorted.
    #[must_use]
    pub fn names(&self) -> Vec<TypeName> {
        let mut names = BTreeSet::new();
        self.collect_names(&mut names);
        names.into_iter().collect()
    }

    fn collect_names(&self, names: &mut BTreeSet<TypeName>) {
        names.extend(self.read().types.keys().cloned());
        match &self.behind {
            Behind::Nothing => {}
            Behind::BuiltIn => names.extend(type_db::names().filter_map(|name| TypeName::parse(name).ok())),
            Behind::Parent(parent) => parent.collect_names(names),
        }
    }

    fn look_up(&self, candidates: &[TypeName]) -> Result<Option<Arc<Definition>>> {
        if let Some(definition) = candidates.iter().find_map(|name| self.newest(name)) {
            return Ok(Some(definition));
        }
        for name in candidates {
            if let Some(mut definitions) = self.search(name)? {
                definitions.retain(|definition| !self.read().types.contains_key(&definition.type_name));
                self.add_definitions(definitions);
                return Ok(self.newest(name));
            }
        }
        match &self.behind {
            Behind::Nothing => Ok(None),
            Behind::Parent(parent) => parent.look_up(candidates),
            Behind::BuiltIn => candidates.iter().find_map(|name| type_db::find(name).transpose()).transpose(),
        }
    }

    /// The types of the first file on the search path that declares `name`, itself or as a derived type.
    fn search(&self, name: &TypeName) -> Result<Option<Vec<Definition>>> {
        let folders = self.read().search_path.clone();
        for interface in name.interfaces() {
            let Some((file, format)) = files::on_path(&folders, &interface) else { continue };
            let definitions = files::read_as(&file, &interface, format)?;
            if definitions.iter().any(|definition| definition.type_name == *name) {
                return Ok(Some(definitions));
            }
        }
        Ok(None)
    }

    fn described(&self, type_name: &TypeName) -> Result<Described> {
        let at_change = self.changes();
        if let Some(described) = self.read().described.get(type_name)
            && described.at_change == at_change
        {
            return Ok(described.clone());
        }
        let find = |name: &TypeName| {
            let candidates = std::slice::from_ref(name);
            self.look_up(candidates)?.ok_or_else(|| self.unknown(candidates))
        };
        let description = Arc::new(closure::describe(&*find(type_name)?, find)?);
        let hash = TypeHash::of(&description);
        let described = Described { at_change, description, hash };
        let mut state = self.write();
        if let Ok(hash) = described.hash {
            state.by_hash.insert(hash, described.description.clone());
        }
        state.described.insert(type_name.clone(), described.clone());
        Ok(described)
    }

    /// Enters all types of this registry in `by_hash`, save those that cannot be described: they have no hash.
    fn describe_all(&self) {
        let names: Vec<TypeName> = self.read().types.keys().cloned().collect();
        for name in names {
            _ = self.described(&name);
        }
    }

    /// What a name means so far, without a look at the search path.
    fn known(&self, name: &TypeName) -> Option<Arc<Definition>> {
        self.newest(name).or_else(|| match &self.behind {
            Behind::Nothing => None,
            Behind::Parent(parent) => parent.known(name),
            Behind::BuiltIn => type_db::find(name).ok().flatten(),
        })
    }

    fn newest(&self, name: &TypeName) -> Option<Arc<Definition>> {
        self.read().types.get(name).and_then(|versions| versions.last().cloned())
    }

    fn unknown(&self, candidates: &[TypeName]) -> Error {
        let Some(name) = candidates.first() else { return Error::new(ErrorKind::Name, "an empty type name") };
        let known = self.names();
        let near = near::nearest(name.as_str(), known.iter().map(TypeName::as_str));
        let mut places = Vec::new();
        self.collect_places(&mut places);
        let mut message = format!("unknown type `{name}`");
        for (index, name) in near.iter().enumerate() {
            message.push_str(if index == 0 { "; did you mean " } else { " or " });
            message.push_str(&format!("`{name}`"));
        }
        message.push_str(if near.is_empty() { "; looked in " } else { "? looked in " });
        message.push_str(&places.join(", "));
        Error::new(ErrorKind::UnknownType, message)
    }

    fn collect_places(&self, places: &mut Vec<String>) {
        let state = self.read();
        places.push(format!("{} loaded types", state.types.len()));
        places.extend(state.search_path.iter().map(|folder| folder.display().to_string()));
        match &self.behind {
            Behind::Nothing => {}
            Behind::BuiltIn => places.push(format!("{} built-in interfaces", type_db::names().count())),
            Behind::Parent(parent) => parent.collect_places(places),
        }
    }

    fn changes(&self) -> u64 {
        let behind = match &self.behind {
            Behind::Parent(parent) => parent.changes(),
            Behind::Nothing | Behind::BuiltIn => 0,
        };
        self.read().changes + behind
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Makes a definition the newest of its name; whether the name had another meaning.
    fn insert(&mut self, definition: Definition) -> bool {
        let versions = self.types.entry(definition.type_name.clone()).or_default();
        let is_change = versions.last().is_some_and(|newest| !newest.same_type(&definition));
        let known = versions.iter().position(|version| version.same_type(&definition));
        let newest = match known.map(|index| versions.remove(index)) {
            Some(known) if known.source.is_some() || definition.source.is_none() => known,
            _ => Arc::new(definition),
        };
        versions.push(newest);
        is_change
    }
}
