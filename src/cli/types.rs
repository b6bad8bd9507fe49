//! Where the types of a command come from: `--type-path`, the environment, the built-in ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::codec::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::net::Node;
use crate::registry::{Registry, nearest};
use crate::schema::{Definition, DefinitionKind, TypeName};

use super::output::warn;
use super::recording;

/// A registry that searches the folders of `type_path`, then what the environment says. A package, a file or a recording
/// in `type_path` is loaded at once. What types are in conflict is said on standard error.
pub(crate) fn registry(type_path: &[PathBuf]) -> Result<Arc<Registry>> {
    let is_loaded = |path: &&PathBuf| {
        path.is_file() || path.join("package.xml").is_file() || recording::is_recording(path)
    };
    let (loaded, searched): (Vec<&PathBuf>, Vec<&PathBuf>) = type_path.iter().partition(is_loaded);
    if let Some(path) = searched.iter().find(|path| !path.is_dir()) {
        return Err(no_such_path(path));
    }
    let (registry, complaint) = Registry::of_environment(searched.into_iter().cloned());
    if let Some(complaint) = complaint {
        warn(&complaint);
    }
    registry.on_conflict(|conflict| warn(&conflict));
    for path in loaded {
        load(&registry, path)?;
    }
    Ok(Arc::new(registry))
}

/// Loads what a path leads to: an interface file, a type description in JSON, a recording, or a folder of interface
/// files. Returns the names that it made known.
pub(crate) fn load(registry: &Registry, path: &Path) -> Result<Vec<TypeName>> {
    match recording::is_recording(path) {
        true => recording::load_types(registry, path),
        false => registry.load(path),
    }
}

fn no_such_path(path: &Path) -> Error {
    let message = format!("--type-path: there is no file or folder `{}`", path.display());
    Error::new(ErrorKind::Argument, message)
}

/// All names that an interface file declares, sorted. Derived names are those with an underscore (`Name_Request`):
/// ROS does not allow one in a name that is declared.
pub(crate) fn declared(registry: &Registry) -> BTreeSet<TypeName> {
    let is_declared = |name: &TypeName| name.namespace() == "msg" || !name.name().contains('_');
    registry.names().into_iter().filter(is_declared).collect()
}

/// The error for a package of which no type is known; it names packages that are close.
pub(crate) fn unknown_package(registry: &Registry, package: &str) -> Error {
    let known: BTreeSet<String> = declared(registry).iter().map(|name| name.package().to_owned()).collect();
    let near = nearest(package, known.iter().map(String::as_str));
    let mut message = format!("unknown package `{package}`");
    for (index, name) in near.iter().enumerate() {
        message.push_str(if index == 0 { "; did you mean " } else { " or " });
        message.push_str(&format!("`{name}`"));
    }
    Error::new(ErrorKind::UnknownType, message + if near.is_empty() { "" } else { "?" })
}

/// The plan of a message type, in any spelling of its name.
pub(crate) fn plan(registry: &Registry, name: &str) -> Result<Arc<Plan>> {
    let definition = registry.find(name)?;
    check_message(&definition)?;
    Plan::compile(&registry.describe(&definition.type_name)?)
}

/// The plan of a message type, if it is known without a network.
pub(crate) fn known_plan(registry: &Registry, name: &str) -> Result<Option<Arc<Plan>>> {
    match plan(registry, name) {
        Err(error) if error.kind() == ErrorKind::UnknownType => Ok(None),
        known => known.map(Some),
    }
}

/// The plan of a message type that is not known here, from whoever uses it, and its hash as they write it.
pub(crate) fn learned_plan(
    node: &Node,
    registry: &Registry,
    name: &str,
    timeout: Duration,
) -> Result<(Arc<Plan>, String)> {
    let unknown = match registry.find(name) {
        Ok(found) => Error::new(ErrorKind::UnknownType, format!("unknown type `{}`", found.type_name)),
        Err(error) => error,
    };
    let mut candidates = TypeName::candidates(name)?;
    let message = candidates.iter().position(|name| name.namespace() == "msg").unwrap_or_default();
    match node.learn_type(registry, &candidates.swap_remove(message), timeout) {
        Ok(learned) => Ok((Plan::compile(&learned.description)?, learned.type_hash)),
        Err(error) if error.kind() == ErrorKind::Closed => Err(error),
        Err(error) => {
            let message = format!("{}; then in the graph: {}", unknown.message(), error.message());
            Err(Error::new(unknown.kind(), message))
        }
    }
}

/// Services and actions are types of which no message travels: names the parts that do.
fn check_message(definition: &Definition) -> Result<()> {
    let name = &definition.type_name;
    let message = match definition.kind {
        DefinitionKind::Message => return Ok(()),
        DefinitionKind::Service => format!(
            "`{name}` is a service, not a message; its messages are `{name}_Request`, `{name}_Response` and `{name}_Event`"
        ),
        DefinitionKind::Action => format!(
            "`{name}` is an action, not a message; its messages are `{name}_Goal`, `{name}_Result` and `{name}_Feedback`"
        ),
    };
    Err(Error::new(ErrorKind::Type, message))
}
