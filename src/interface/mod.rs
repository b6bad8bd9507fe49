//! What people and tools want to read of a type: text, JSON, JSON Schema, differences, Python stubs.
//!
//! A [`Schema`] is a type with everything it refers to, taken from a registry once; all of this is made from it.
//! The command line and the Python package show it, and nothing below them needs it.
//!
//! ```
//! use ros_z_dynamic::interface::{Comments, Schema};
//! use ros_z_dynamic::registry::Registry;
//! let schema = Schema::of(&Registry::new(), "geometry_msgs/PointStamped")?;
//! let shown = schema.to_text(Comments::Own)?;
//! assert!(shown.ends_with("Point point\n\tfloat64 x\n\tfloat64 y\n\tfloat64 z\n"), "{shown}");
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod diff;
mod json;
mod json_schema;
mod proto;
mod recorded;
mod show;
mod stub_class;
mod stubs;

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::idl::Format;
use crate::registry::Registry;
use crate::schema::{Definition, DefinitionKind, TypeDescription, TypeHash};

pub use diff::diff;
pub use json::literal_to_json;
pub use json::parameter_name;
pub use recorded::RecordedText;
pub use show::Comments;
pub use stubs::{Stub, stubs};

/// A type with everything it refers to, and with what descriptions leave out.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The type itself, then those it refers to, sorted by name.
    definitions: Vec<Arc<Definition>>,
    description: Arc<TypeDescription>,
    hash: Result<TypeHash>,
}

impl Schema {
    /// The type of that name, in any spelling.
    pub fn of(registry: &Registry, spelling: &str) -> Result<Self> {
        let name = registry.find(spelling)?.type_name.clone();
        Self::new(registry, registry.describe(&name)?, registry.hash(&name))
    }

    /// The type with that hash, of whatever version of whatever loaded type.
    pub fn of_hash(registry: &Registry, hash: &TypeHash) -> Result<Self> {
        let unknown = || Error::new(ErrorKind::UnknownType, format!("no loaded type has the hash {hash}"));
        Self::new(registry, registry.find_by_hash(hash).ok_or_else(unknown)?, Ok(*hash))
    }

    /// The type that a file declares. What it refers to is looked for among the packages beside its own, then in
    /// `registry`.
    pub fn of_file(registry: &Arc<Registry>, file: &Path) -> Result<Self> {
        let own = Registry::child_of(Arc::clone(registry));
        let names = own.load(file)?;
        let Some(name) = names.first() else {
            return Err(Error::new(ErrorKind::Definition, format!("{}: declares no type", file.display())));
        };
        let package = file.parent().and_then(Path::parent);
        let packages = package.filter(|folder| folder.file_name().is_some_and(|last| last == name.package()));
        own.set_search_path(packages.and_then(Path::parent).map(Path::to_path_buf).into_iter().collect());
        Self::of(&own, name.as_str())
    }

    /// The type that a user means: by name, by its RIHS01 hash, or by the interface file that declares it.
    pub fn resolve(registry: &Arc<Registry>, what: &str) -> Result<Self> {
        if what.starts_with("RIHS01_") {
            return Self::of_hash(registry, &what.parse()?);
        }
        let file = Path::new(what);
        let is_file = Format::of_path(file).is_some() && (file.is_file() || what.contains('/'));
        if is_file { Self::of_file(registry, file) } else { Self::of(registry, what) }
    }

    /// A type that was described, such as one that was learned from a peer.
    pub fn of_description(registry: &Registry, description: &Arc<TypeDescription>) -> Result<Self> {
        Self::new(registry, Arc::clone(description), TypeHash::of(description))
    }

    fn new(registry: &Registry, description: Arc<TypeDescription>, hash: Result<TypeHash>) -> Result<Self> {
        let described =
            std::iter::once(&description.type_description).chain(&description.referenced_type_descriptions);
        let definitions = described.map(|each| registry.definition_of(each)).collect::<Result<_>>()?;
        Ok(Self { definitions, description, hash })
    }

    /// The type itself.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definitions[0]
    }

    /// The types it refers to, directly or not, sorted by name.
    #[must_use]
    pub fn referenced(&self) -> &[Arc<Definition>] {
        self.definitions.get(1..).unwrap_or_default()
    }

    /// The type and all it refers to, as ROS describes them.
    #[must_use]
    pub fn description(&self) -> &Arc<TypeDescription> {
        &self.description
    }

    /// The RIHS01 hash; an error for a type that has none.
    pub fn hash(&self) -> Result<TypeHash> {
        self.hash.clone()
    }

    /// The type itself or one that it refers to.
    pub fn find(&self, type_name: &str) -> Result<&Arc<Definition>> {
        let found = self.definitions.iter().find(|definition| definition.type_name.as_str() == type_name);
        found.ok_or_else(|| {
            let message = format!("{} does not refer to `{type_name}`", self.definition().type_name);
            Error::new(ErrorKind::UnknownType, message)
        })
    }

    /// The schema of a type that this one refers to.
    pub fn nested(&self, type_name: &str) -> Result<Self> {
        let root = Arc::clone(self.find(type_name)?);
        let description = Arc::new(self.description.part(type_name)?);
        let referenced = description.referenced_type_descriptions.iter();
        let others = referenced.map(|each| self.find(&each.type_name).map(Arc::clone));
        let definitions = std::iter::once(Ok(root)).chain(others).collect::<Result<_>>()?;
        let hash = TypeHash::of(&description);
        Ok(Self { definitions, description, hash })
    }

    /// The messages that the file of a service or action declares, in its order; a message itself.
    pub fn messages(&self) -> Result<Vec<&Arc<Definition>>> {
        messages_of(self, self.definition())
    }
}

fn messages_of<'s>(schema: &'s Schema, definition: &'s Arc<Definition>) -> Result<Vec<&'s Arc<Definition>>> {
    match definition.kind {
        DefinitionKind::Message => Ok(vec![definition]),
        kind => {
            let name = |part: &&str| definition.type_name.derived(part);
            kind.declared_parts().iter().map(|part| schema.find(name(part).as_str())).collect()
        }
    }
}
