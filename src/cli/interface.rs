//! `ros-z interface`: what types there are, and what they look like.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::error::Result;
use crate::registry::Registry;
use crate::schema::{Definition, DefinitionKind, TypeName};

use super::output::{Outcome, Output};
use super::{Global, interface_text, types};

/// The verbs of `ros-z interface`.
#[derive(Subcommand)]
pub(crate) enum Interface {
    /// Print the definition of a type
    Show {
        /// Type, in any spelling: std_msgs/msg/String, std_msgs/String
        #[arg(value_name = "TYPE")]
        type_name: String,
    },
    /// List the names of all types
    List(Which),
    /// List the names of all packages that have types
    Packages(Which),
    /// List the types of a package
    Package {
        /// Name of the package
        #[arg(value_name = "PACKAGE")]
        package: String,
    },
    /// Print the RIHS01 hash of types
    Hash {
        /// Types, in any spelling
        #[arg(value_name = "TYPE", required = true)]
        type_names: Vec<String>,
    },
}

/// Which types are listed: all, unless some are asked for.
#[derive(Args)]
pub(crate) struct Which {
    /// Messages
    #[arg(short = 'm', long)]
    only_msgs: bool,
    /// Services
    #[arg(short = 's', long)]
    only_srvs: bool,
    /// Actions
    #[arg(short = 'a', long)]
    only_actions: bool,
}

impl Which {
    fn includes(&self, name: &TypeName) -> bool {
        let asked = [("msg", self.only_msgs), ("srv", self.only_srvs), ("action", self.only_actions)];
        asked.iter().all(|(_, asked)| !asked) || asked.contains(&(name.namespace(), true))
    }
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &Interface, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let mut output = Output::default();
    match verb {
        Interface::Show { type_name } => show(&registry, type_name, global.json, &mut output),
        Interface::List(which) => {
            let names = declared(&registry).into_iter().filter(|name| which.includes(name));
            list("type_name", names.map(String::from), global.json, &mut output)
        }
        Interface::Packages(which) => {
            let names = declared(&registry).into_iter().filter(|name| which.includes(name));
            let packages: BTreeSet<String> = names.map(|name| name.package().to_owned()).collect();
            list("package", packages.into_iter(), global.json, &mut output)
        }
        Interface::Package { package } => {
            let names = declared(&registry).into_iter().filter(|name| name.package() == package);
            list("type_name", names.map(String::from), global.json, &mut output)
        }
        Interface::Hash { type_names } => {
            for name in type_names {
                hash(&registry, name, global.json, &mut output)?;
            }
            Ok(())
        }
    }
}

/// All names that an interface file declares, sorted. Derived names are those with an underscore (`Name_Request`):
/// ROS does not allow one in a name that is declared.
fn declared(registry: &Registry) -> BTreeSet<TypeName> {
    let is_declared = |name: &TypeName| name.namespace() == "msg" || !name.name().contains('_');
    registry.names().into_iter().filter(is_declared).collect()
}

fn list(key: &str, names: impl Iterator<Item = String>, json: bool, output: &mut Output) -> Outcome {
    let mut lines = String::new();
    for name in names {
        lines += &if json { json!({ key: name }).to_string() } else { name };
        lines.push('\n');
    }
    output.bytes(lines.as_bytes())
}

fn hash(registry: &Registry, name: &str, json: bool, output: &mut Output) -> Outcome {
    let definition = registry.find(name)?;
    let hash = registry.hash(&definition.type_name)?.to_string();
    let line = match json {
        true => json!({ "type_name": definition.type_name, "type_hash": hash }).to_string(),
        false => hash,
    };
    output.line(line.into_bytes())
}

fn show(registry: &Registry, name: &str, json: bool, output: &mut Output) -> Outcome {
    let definition = registry.find(name)?;
    if json {
        return output.line(as_json(registry, &definition)?.to_string().into_bytes());
    }
    let mut text = String::new();
    for (index, (_, part)) in parts(registry, &definition)?.iter().enumerate() {
        text += if index > 0 { "---\n" } else { "" };
        text += &interface_text::to_msg(part)?;
    }
    output.bytes(text.as_bytes())
}

/// The messages that the file of a definition declares, each with its part in the file.
fn parts(registry: &Registry, definition: &Definition) -> Result<Vec<(&'static str, Definition)>> {
    let parts: &[(&str, &str)] = match definition.kind {
        DefinitionKind::Message => return Ok(vec![("message", definition.clone())]),
        DefinitionKind::Service => &[("request", "Request"), ("response", "Response")],
        DefinitionKind::Action => &[("goal", "Goal"), ("result", "Result"), ("feedback", "Feedback")],
    };
    let part = |&(key, suffix)| {
        let name = definition.type_name.derived(suffix);
        Ok((key, Definition::clone(&*registry.find(name.as_str())?)))
    };
    parts.iter().map(part).collect()
}

fn as_json(registry: &Registry, definition: &Definition) -> Result<serde_json::Value> {
    let mut object = serde_json::Map::new();
    let hash = registry.hash(&definition.type_name)?;
    object.insert("type_name".to_owned(), definition.type_name.as_str().into());
    object.insert("type_hash".to_owned(), hash.to_string().into());
    match definition.kind {
        DefinitionKind::Message => {
            object.insert("fields".to_owned(), interface_text::fields_as_json(definition)?);
            object.insert("constants".to_owned(), interface_text::constants_as_json(definition));
        }
        DefinitionKind::Service | DefinitionKind::Action => {
            for (key, part) in parts(registry, definition)? {
                object.insert(key.to_owned(), as_json(registry, &part)?);
            }
        }
    }
    Ok(object.into())
}
