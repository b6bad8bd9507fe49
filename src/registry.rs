//! [`Registry`]: which types are known, under which names, and what they refer to.
//!
//! Every way in (text, files, recordings, descriptions, peers) ends in definitions under full names; every way out is a
//! [`Definition`], a whole [`TypeDescription`] or its hash. The codec compiles plans from it, Python and the
//! command line each hold one. It has no global state, and only [`of_environment`](Registry::of_environment) reads
//! the environment.
//!
//! A name is looked for among the types that were added or loaded, then on the search path, then in the parent
//! or the built-in types. A second, different definition of a name does not replace the first: both are kept,
//! the newest answers for the name, a [`Conflict`] is reported, [`versions`](Registry::versions) lists them, and
//! [`find_by_hash`](Registry::find_by_hash) finds each.
//!
//! A folder is loaded lazily: [`load`](Registry::load) makes an index of its files, and each is read when one of its
//! types is needed. A bad file leaves the others usable; who needs it gets the errors of all bad files of the folder,
//! as does [`check`](Registry::check), which reads everything.
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

mod add;
mod batch;
mod built_in;
mod closure;
mod conflict;
mod described;
mod difference;
mod environment;
mod files;
mod near;
mod recorded;
mod search;
mod walk;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::{fmt, fs};

use indexmap::{IndexMap, IndexSet};

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Definition, TypeDescription, TypeHash, TypeName};
use crate::type_db::{self, Distro};

pub use conflict::{Conflict, Version};
pub use difference::{Change, Difference, compare, compare_descriptions, compare_types};
pub use environment::distro_of_environment;

use batch::{Batch, Pending};
use files::InterfaceFile;
use search::SearchPlace;

pub use near::nearest;

/// The interface files that a path stands for: itself, or all in the `msg`, `srv` and `action` folders at any depth
/// below it.
pub fn interface_files(path: &Path) -> Result<Vec<PathBuf>> {
    fs::metadata(path).map_err(|error| files::about(path, error.into()))?;
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let files = walk::paths(path)?;
    if files.is_empty() { Err(files::none_in(path)) } else { Ok(files) }
}

/// The types of one interface file, without adding them to anything.
pub fn read_interface(file: &Path) -> Result<Vec<Definition>> {
    InterfaceFile::at(file)?.read()
}

/// A set of types that can be looked up by name or hash; share it in an [`Arc`].
#[derive(Debug)]
pub struct Registry {
    behind: Behind,
    /// The distribution whose built-in types are seen; `None` leaves it to what is behind.
    distro: Option<Distro>,
    state: RwLock<State>,
}

/// Where a registry looks when it has no answer.
#[derive(Debug)]
enum Behind {
    Nothing,
    BuiltIn,
    Parent(Arc<Registry>),
}

#[derive(Default)]
struct State {
    /// All versions of each name, the newest last.
    types: IndexMap<TypeName, Vec<Arc<Definition>>>,
    /// The files of loaded folders that were not read yet, by the interface that each declares. They are newer than
    /// what `types` has under these names.
    pending: HashMap<TypeName, Vec<Pending>>,
    /// Every folder that was loaded.
    batches: Vec<Arc<Batch>>,
    search_path: Vec<Arc<SearchPlace>>,
    /// Counts the changes of what a name means, so that what was derived before one is not served after it.
    changes: u64,
    described: HashMap<TypeName, Described>,
    /// The [`stamp`](Registry::stamp) at which everything was described.
    all_described_at: Option<(u64, usize)>,
    /// Everything that was ever described, older versions too.
    by_hash: IndexMap<TypeHash, Arc<TypeDescription>>,
    /// Definitions that peers told of names that mean something else here, for what descriptions leave out.
    told: HashMap<TypeName, Vec<Arc<Definition>>>,
    listener: Option<Listener>,
}

/// Who is told of conflicts.
type Listener = Arc<dyn Fn(&Conflict) + Send + Sync>;

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State of {} types, {} files to read", self.types.len(), self.pending.len())
    }
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
    /// A registry that sees the built-in types, those of [`Distro::default`].
    #[must_use]
    pub fn new() -> Self {
        Self::behind(Behind::BuiltIn, None)
    }

    /// A registry that sees the built-in types of a distribution.
    #[must_use]
    pub fn of_distro(distro: Distro) -> Self {
        Self::behind(Behind::BuiltIn, Some(distro))
    }

    /// A registry that sees nothing but what is added to it.
    #[must_use]
    pub fn empty() -> Self {
        Self::behind(Behind::Nothing, None)
    }

    /// A registry that asks `parent` for what it does not know, so that a recording's own types come first.
    #[must_use]
    pub fn child_of(parent: Arc<Self>) -> Self {
        Self::behind(Behind::Parent(parent), None)
    }

    /// A registry that sees everything of this one, with the built-in types of a distribution behind it.
    #[must_use]
    pub fn with_distro(self: &Arc<Self>, distro: Distro) -> Self {
        Self::behind(Behind::Parent(Arc::clone(self)), Some(distro))
    }

    fn behind(behind: Behind, distro: Option<Distro>) -> Self {
        Self { behind, distro, state: RwLock::default() }
    }

    /// The distribution whose built-in types are seen.
    #[must_use]
    pub fn distro(&self) -> Distro {
        self.distro.unwrap_or_else(|| match &self.behind {
            Behind::Parent(parent) => parent.distro(),
            Behind::Nothing | Behind::BuiltIn => Distro::default(),
        })
    }

    /// Where names that are not loaded are looked for: folders of packages, install prefixes, packages, workspaces and
    /// interface files. The first place that has a name wins; each file is read when its name is first asked for.
    pub fn set_search_path(&self, places: Vec<PathBuf>) {
        let mut state = self.write();
        state.search_path = places.into_iter().map(|place| Arc::new(SearchPlace::new(place))).collect();
        state.changes += 1;
    }

    /// Has `listener` told of every [`Conflict`] from now on, in the thread that brought it about.
    pub fn on_conflict(&self, listener: impl Fn(&Conflict) + Send + Sync + 'static) {
        self.write().listener = Some(Arc::new(listener));
    }

    /// The definition of a name in any spelling. A spelling without namespace tries `msg`, `srv`, `action`.
    pub fn find(&self, spelling: &str) -> Result<Arc<Definition>> {
        let candidates = TypeName::candidates(spelling)?;
        self.look_up(&candidates)?.ok_or_else(|| self.unknown(&candidates))
    }

    /// All definitions of exactly this name in this registry, not those behind it; the newest last.
    #[must_use]
    pub fn versions(&self, type_name: &TypeName) -> Vec<Arc<Definition>> {
        // A file that cannot be read has no version.
        _ = self.settle(type_name);
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

    /// The hashes under which definitions of this name are found, here or behind; the one that answers for the name
    /// first.
    #[must_use]
    pub fn hashes(&self, type_name: &TypeName) -> Vec<TypeHash> {
        let mut hashes: IndexSet<_> = self.hash(type_name).into_iter().collect();
        self.collect_hashes(type_name, &mut hashes);
        hashes.into_iter().collect()
    }

    fn collect_hashes(&self, type_name: &TypeName, hashes: &mut IndexSet<TypeHash>) {
        self.describe_all();
        let state = self.read();
        let of_name = state.by_hash.iter().filter(|(_, found)| found.type_name() == type_name.as_str());
        hashes.extend(of_name.rev().map(|(hash, _)| *hash));
        match &self.behind {
            Behind::Nothing => {}
            Behind::Parent(parent) => parent.collect_hashes(type_name, hashes),
            Behind::BuiltIn => hashes.extend(built_in::hashes(type_name)),
        }
    }

    /// The names of all types that are loaded, here or behind, and of the interfaces that are on the search path or built
    /// in; sorted.
    #[must_use]
    pub fn names(&self) -> Vec<TypeName> {
        let mut names = BTreeSet::new();
        self.collect_names(self.distro, &mut names);
        names.into_iter().collect()
    }

    fn collect_names(&self, distro: Option<Distro>, names: &mut BTreeSet<TypeName>) {
        let distro = distro.or(self.distro);
        let state = self.read();
        names.extend(state.types.keys().cloned());
        names.extend(state.pending.values().flatten().flat_map(|pending| pending.names.iter().cloned()));
        names.extend(state.search_path.iter().flat_map(|place| place.names().cloned()));
        match &self.behind {
            Behind::Nothing => {}
            Behind::BuiltIn => {
                let built_in = type_db::names(distro.unwrap_or_default());
                names.extend(built_in.filter_map(|name| TypeName::parse(name).ok()));
            }
            Behind::Parent(parent) => parent.collect_names(distro, names),
        }
    }

    /// What is wrong with the types that were loaded: the errors of all bad files, and of all types that refer to a
    /// missing one or contain themselves. Reads every file that was not read yet.
    #[must_use]
    pub fn check(&self) -> Vec<Error> {
        let batches = self.read().batches.clone();
        let mut errors: Vec<Error> = batches.iter().flat_map(|batch| batch.errors().to_vec()).collect();
        self.settle_all();
        let names: Vec<TypeName> = self.read().types.keys().cloned().collect();
        errors.extend(names.iter().filter_map(|name| self.hash(name).err()));
        errors
    }

    fn look_up(&self, candidates: &[TypeName]) -> Result<Option<Arc<Definition>>> {
        self.look_up_in(self.distro, candidates)
    }

    fn look_up_in(&self, distro: Option<Distro>, candidates: &[TypeName]) -> Result<Option<Arc<Definition>>> {
        let distro = distro.or(self.distro);
        for name in candidates {
            self.settle(name)?;
        }
        if let Some(definition) = candidates.iter().find_map(|name| self.newest(name)) {
            return Ok(Some(definition));
        }
        for name in candidates {
            if let Some(definitions) = self.search(name)? {
                self.write().insert_unknown(definitions);
                return Ok(self.newest(name));
            }
        }
        match &self.behind {
            Behind::Nothing => Ok(None),
            Behind::Parent(parent) => parent.look_up_in(distro, candidates),
            Behind::BuiltIn => {
                let find = |name| type_db::find(distro.unwrap_or_default(), name).transpose();
                candidates.iter().find_map(find).transpose()
            }
        }
    }

    /// The types of the first file on the search path that declares `name`, itself or as a derived type.
    fn search(&self, name: &TypeName) -> Result<Option<Vec<Definition>>> {
        let places = self.read().search_path.clone();
        for place in places {
            for interface in name.interfaces() {
                let Some(file) = place.find(&interface) else { continue };
                let definitions = file.read()?;
                if definitions.iter().any(|definition| definition.type_name == *name) {
                    return Ok(Some(definitions));
                }
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
        let description =
            Arc::new(closure::describe(&*self.known_or_error(type_name)?, |name| self.known_or_error(name))?);
        let hash = TypeHash::of(&description);
        let described = Described { at_change, description, hash };
        let mut state = self.write();
        if let Ok(hash) = described.hash {
            state.by_hash.insert(hash, described.description.clone());
        }
        state.described.insert(type_name.clone(), described.clone());
        Ok(described)
    }

    fn known_or_error(&self, name: &TypeName) -> Result<Arc<Definition>> {
        let candidates = std::slice::from_ref(name);
        self.look_up(candidates)?.ok_or_else(|| self.unknown(candidates))
    }

    /// Enters all types of this registry in `by_hash`, save those that cannot be described: they have no hash.
    fn describe_all(&self) {
        self.settle_all();
        let stamp = self.stamp();
        if self.read().all_described_at == Some(stamp) {
            return;
        }
        let names: Vec<TypeName> = self.read().types.keys().cloned().collect();
        for name in names {
            _ = self.described(&name);
        }
        self.write().all_described_at = Some(stamp);
    }

    /// Different whenever a name means something else, or there are more names, here or behind.
    pub(crate) fn stamp(&self) -> (u64, usize) {
        let (changes, count) = match &self.behind {
            Behind::Parent(parent) => parent.stamp(),
            Behind::Nothing | Behind::BuiltIn => (0, 0),
        };
        let state = self.read();
        (changes + state.changes, count + state.types.len())
    }

    /// What a name means so far, without a look at the search path or at files that were not read yet.
    fn known(&self, name: &TypeName) -> Option<Arc<Definition>> {
        self.known_in(self.distro, name)
    }

    fn known_in(&self, distro: Option<Distro>, name: &TypeName) -> Option<Arc<Definition>> {
        self.newest(name).or_else(|| self.known_behind(distro.or(self.distro), name))
    }

    fn known_behind(&self, distro: Option<Distro>, name: &TypeName) -> Option<Arc<Definition>> {
        match &self.behind {
            Behind::Nothing => None,
            Behind::Parent(parent) => parent.known_in(distro, name),
            Behind::BuiltIn => type_db::find(distro.unwrap_or_default(), name).ok().flatten(),
        }
    }

    fn newest(&self, name: &TypeName) -> Option<Arc<Definition>> {
        self.read().types.get(name).and_then(|versions| versions.last().cloned())
    }

    fn unknown(&self, candidates: &[TypeName]) -> Error {
        let Some(name) = candidates.first() else { return Error::new(ErrorKind::Name, "an empty type name") };
        let known = self.names();
        let near = near::nearest(name.as_str(), known.iter().map(TypeName::as_str));
        let (mut loaded, mut places) = (0, Vec::new());
        self.collect_places(self.distro, (&mut loaded, &mut places));
        let mut message = format!("unknown type `{name}`");
        for (index, name) in near.iter().enumerate() {
            message.push_str(if index == 0 { "; did you mean " } else { " or " });
            message.push_str(&format!("`{name}`"));
        }
        message.push_str(if near.is_empty() { "; looked in " } else { "? looked in " });
        message.push_str(&format!("{loaded} loaded types"));
        places.iter().for_each(|place| message.push_str(&format!(", {place}")));
        Error::new(ErrorKind::UnknownType, message)
    }

    /// Counts the loaded types and names the places of the search path, here and behind.
    fn collect_places(&self, distro: Option<Distro>, (loaded, places): (&mut usize, &mut Vec<String>)) {
        let distro = distro.or(self.distro);
        let state = self.read();
        *loaded += state.types.len() + state.pending.len();
        places.extend(state.search_path.iter().map(|place| place.path.display().to_string()));
        match &self.behind {
            Behind::Nothing => {}
            Behind::BuiltIn => {
                let distro = distro.unwrap_or_default();
                let of = if distro == Distro::default() { String::new() } else { format!(" of {distro}") };
                places.push(format!("{} built-in interfaces{of}", type_db::names(distro).count()));
            }
            Behind::Parent(parent) => parent.collect_places(distro, (loaded, places)),
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
    /// Makes a definition the newest of its name.
    fn insert(&mut self, definition: Definition) {
        let versions = self.types.entry(definition.type_name.clone()).or_default();
        let known = versions.iter().position(|version| version.same_type(&definition));
        let newest = match known.map(|index| versions.remove(index)) {
            Some(known) if known.source.is_some() || definition.source.is_none() => known,
            _ => Arc::new(definition),
        };
        versions.push(newest);
    }

    /// Takes in the definitions of names that have none.
    fn insert_unknown(&mut self, mut definitions: Vec<Definition>) {
        definitions.retain(|definition| !self.types.contains_key(&definition.type_name));
        for definition in definitions {
            self.insert(definition);
        }
    }
}
