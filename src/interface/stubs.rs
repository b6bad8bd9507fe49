//! [`stubs`]: Python stubs (`.pyi`) of message types, in the layout of the modules `ros_z_py.<package>.<namespace>`.
//!
//! Stubs are for editors and type checkers; at run time the classes are made from the types themselves. What the fields
//! of a message read and take is said by `ros_z_py/_fields.pyi`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;
use std::sync::Arc;

use crate::error::Result;
use crate::registry::Registry;
use crate::schema::{Definition, DefinitionKind, InterfaceNamespace, TypeName};
use crate::type_db::{self, Distro};

use super::stub_class::Module;

/// A stub: where it belongs, below the folder of the package `ros_z_py`, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// `sensor_msgs/msg.pyi`
    pub path: String,
    /// The whole file.
    pub text: String,
}

/// The stubs of types, and of those they refer to that are not built in: the stubs of the built-in packages come with
/// the Python package. A built-in package is written as a whole or not at all.
pub fn stubs(registry: &Registry, names: &[TypeName]) -> Result<Vec<Stub>> {
    let built_in: BTreeSet<&str> = type_db::names(Distro::default()).collect();
    let whole = type_db::packages(Distro::default());
    let known = registry.names();
    let mut packages: BTreeMap<String, BTreeMap<TypeName, Vec<Arc<Definition>>>> = BTreeMap::new();
    let mut open: VecDeque<(TypeName, bool)> = names.iter().map(|name| (name.clone(), true)).collect();
    while let Some((name, is_asked_for)) = open.pop_front() {
        let name = declaring(registry, &name)?;
        if built_in.contains(name.as_str()) && !is_asked_for {
            continue;
        }
        let package = packages.entry(name.package().to_owned()).or_default();
        if package.contains_key(&name) {
            continue;
        }
        if package.is_empty() && whole.contains(&name.package()) {
            let others = known.iter().filter(|other| other.package() == name.package());
            open.extend(others.map(|other| (other.clone(), true)));
        }
        let types = with_derived(registry, &name)?;
        for field in types.iter().flat_map(|each| &each.description.fields) {
            if !field.field_type.nested_type_name.is_empty() {
                open.push_back((TypeName::parse(&field.field_type.nested_type_name)?, false));
            }
        }
        package.insert(name, types);
    }
    Ok(packages.iter().flat_map(|(package, interfaces)| files(package, interfaces)).collect())
}

/// The interface that declares a type, itself or as one derived from it.
fn declaring(registry: &Registry, name: &TypeName) -> Result<TypeName> {
    let name = registry.find(name.as_str())?.type_name.clone();
    let declares = |other: &TypeName| {
        other.namespace() != InterfaceNamespace::Msg.as_str()
            && registry.find(other.as_str()).is_ok_and(|found| found.kind != DefinitionKind::Message)
    };
    Ok(name.interfaces().filter(declares).last().unwrap_or(name))
}

/// An interface and all types derived from it.
fn with_derived(registry: &Registry, name: &TypeName) -> Result<Vec<Arc<Definition>>> {
    let definition = registry.find(name.as_str())?;
    let kind = definition.kind;
    let mut types = vec![definition];
    for part in kind.parts() {
        types.extend(with_derived(registry, &name.derived(part))?);
    }
    Ok(types)
}

/// The files of one package: a module for each namespace that has types, and what the package itself has of them.
fn files(package: &str, interfaces: &BTreeMap<TypeName, Vec<Arc<Definition>>>) -> Vec<Stub> {
    let declared: BTreeSet<&str> = interfaces.keys().map(TypeName::name).collect();
    let mut files = Vec::new();
    let (mut imports, mut exports) = (String::new(), String::new());
    let mut exported = BTreeSet::new();
    for namespace in InterfaceNamespace::ALL.map(InterfaceNamespace::as_str) {
        let own = interfaces.iter().filter(|(name, _)| name.namespace() == namespace);
        let types: Vec<&Definition> = own.flat_map(|(_, types)| types.iter().map(AsRef::as_ref)).collect();
        if types.is_empty() {
            continue;
        }
        let module = Module::new(package, namespace, &types);
        _ = writeln!(imports, "from . import {namespace} as {namespace}");
        let is_shadowed = |name: &String| declared.contains(name.as_str());
        let names = module.names().into_iter().filter(|(name, is_alias)| !(*is_alias && is_shadowed(name)));
        for (name, _) in names {
            if exported.insert(name.clone()) {
                _ = writeln!(exports, "from .{namespace} import {name} as {name}");
            }
        }
        files.push(Stub { path: format!("{package}/{namespace}.pyi"), text: module.text() });
    }
    let text = format!("# Written by `ros-z stubs`.\n\n{imports}{exports}");
    files.push(Stub { path: format!("{package}/__init__.pyi"), text });
    files
}
