//! `ros-z interface`: what types there are, and what they look like.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::codec::JsonBytes;
use crate::interface::{Comments, Schema, diff};
use crate::registry::Registry;
use crate::schema::TypeName;

use super::output::{Outcome, Output, Stop};
use super::{BytesAs, Global, completion, interface_check, types, yaml};

/// The verbs of `ros-z interface`.
#[derive(Subcommand)]
pub(crate) enum Interface {
    /// Print the definition of a type, nested types below their fields
    #[command(after_help = "Example:\n  ros-z interface show sensor_msgs/msg/Imu --no-comments")]
    Show(Show),
    /// List the names of all types
    #[command(after_help = "Example:\n  ros-z interface list --only-srvs")]
    List(Which),
    /// List the names of all packages that have types
    #[command(after_help = "Example:\n  ros-z interface packages")]
    Packages(Which),
    /// List the types of a package
    #[command(after_help = "Example:\n  ros-z interface package geometry_msgs")]
    Package {
        /// Name of the package
        #[arg(value_name = "PACKAGE", add = completion::packages())]
        package: String,
    },
    /// Print the RIHS01 hash of types
    #[command(after_help = "Example:\n  ros-z interface hash std_msgs/msg/String sensor_msgs/Imu")]
    Hash {
        /// Types, in any spelling
        #[arg(value_name = "TYPE", required = true, add = completion::types())]
        type_names: Vec<String>,
    },
    /// Print a message of defaults, to be filled in: of a service the request, of an action the goal
    #[command(after_help = "Example:\n  ros-z interface proto geometry_msgs/msg/Twist")]
    Proto(Proto),
    /// Check interface files, and that the types they refer to are there; report every bad one
    #[command(after_help = "Example:\n  ros-z interface check src/my_msgs")]
    Check {
        /// Files, or folders with msg, srv and action folders in them
        #[arg(value_name = "FILE|DIR", required = true)]
        paths: Vec<PathBuf>,
    },
    /// Print the JSON Schema (draft 2020-12) of a type's messages in JSON
    #[command(after_help = "Example:\n  ros-z interface json-schema sensor_msgs/msg/Imu")]
    JsonSchema {
        /// Type, in any spelling
        #[arg(value_name = "TYPE", add = completion::types())]
        type_name: String,
        /// How arrays of bytes are written
        #[arg(long, value_enum, default_value_t, value_name = "HOW")]
        bytes: BytesAs,
    },
    /// Compare two types and what both refer to, field by field; exit code 1 where they differ
    #[command(after_help = "Example:\n  ros-z interface diff old/Probe.msg new/Probe.msg")]
    Diff {
        /// Type, interface file, or RIHS01 hash of a loaded type
        #[arg(value_name = "A", add = completion::types())]
        before: String,
        /// The same of the other
        #[arg(value_name = "B", add = completion::types())]
        after: String,
    },
}

/// `ros-z interface show`
#[derive(Args)]
pub(crate) struct Show {
    /// Type, in any spelling: std_msgs/msg/String, std_msgs/String
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// Show the comments of nested types too
    #[arg(long, conflicts_with = "no_comments")]
    all_comments: bool,
    /// Show no comments and no blank lines
    #[arg(long)]
    no_comments: bool,
}

/// `ros-z interface proto`
#[derive(Args)]
pub(crate) struct Proto {
    /// Type, in any spelling
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// Leave out the quotes around the text
    #[arg(long)]
    no_quotes: bool,
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
    let mut verbs = Verbs { registry, json: global.json, output: Output::default() };
    match verb {
        Interface::Show(show) => verbs.show(show),
        Interface::List(which) => {
            let names = types::declared(&verbs.registry).into_iter().filter(|name| which.includes(name));
            verbs.list("type_name", names.map(String::from))
        }
        Interface::Packages(which) => {
            let names = types::declared(&verbs.registry).into_iter().filter(|name| which.includes(name));
            let packages: BTreeSet<String> = names.map(|name| name.package().to_owned()).collect();
            verbs.list("package", packages.into_iter())
        }
        Interface::Package { package } => verbs.package(package),
        Interface::Hash { type_names } => type_names.iter().try_for_each(|name| verbs.hash(name)),
        Interface::Proto(proto) => verbs.proto(proto),
        Interface::Check { paths } => interface_check::run(paths, &verbs.registry, global),
        Interface::JsonSchema { type_name, bytes } => {
            let schema = Schema::of(&verbs.registry, type_name)?.json_schema((*bytes).into())?;
            verbs.value(&schema)
        }
        Interface::Diff { before, after } => verbs.diff(before, after),
    }
}

struct Verbs {
    registry: Arc<Registry>,
    json: bool,
    output: Output,
}

impl Verbs {
    fn list(&mut self, key: &str, names: impl Iterator<Item = String>) -> Outcome {
        let mut lines = String::new();
        for name in names {
            lines += &if self.json { json!({ key: name }).to_string() } else { name };
            lines.push('\n');
        }
        self.output.bytes(lines.as_bytes())
    }

    /// A JSON value on one line, or for people on many.
    fn value(&mut self, value: &Value) -> Outcome {
        self.output.line(if self.json { format!("{value}") } else { format!("{value:#}") }.into_bytes())
    }

    fn package(&mut self, package: &str) -> Outcome {
        let all = types::declared(&self.registry);
        let names: Vec<String> =
            all.into_iter().filter(|name| name.package() == package).map(String::from).collect();
        if names.is_empty() {
            return Err(types::unknown_package(&self.registry, package).into());
        }
        self.list("type_name", names.into_iter())
    }

    fn hash(&mut self, name: &str) -> Outcome {
        let definition = self.registry.find(name)?;
        let hash = self.registry.hash(&definition.type_name)?.to_string();
        let line = match self.json {
            true => json!({ "type_name": definition.type_name, "type_hash": hash }).to_string(),
            false => hash,
        };
        self.output.line(line.into_bytes())
    }

    fn show(&mut self, show: &Show) -> Outcome {
        let schema = Schema::of(&self.registry, &show.type_name)?;
        if self.json {
            return self.value(&schema.to_json()?);
        }
        let comments = match (show.all_comments, show.no_comments) {
            (true, _) => Comments::All,
            (_, true) => Comments::None,
            _ => Comments::Own,
        };
        self.output.bytes(schema.to_text(comments)?.as_bytes())
    }

    fn proto(&mut self, proto: &Proto) -> Outcome {
        let schema = Schema::of(&self.registry, &proto.type_name)?;
        if self.json {
            return self.output.line(schema.prototype(JsonBytes::Base64)?);
        }
        let text = yaml::to_yaml(&schema.prototype(JsonBytes::Array)?)?;
        let quote: &[u8] = if proto.no_quotes { b"" } else { b"\"" };
        self.output.line([quote, &text, quote].concat())
    }

    fn diff(&mut self, before: &str, after: &str) -> Outcome {
        let (before, after) =
            (Schema::resolve(&self.registry, before)?, Schema::resolve(&self.registry, after)?);
        let differences = diff(&before, &after);
        for difference in &differences {
            let line = if self.json { difference.to_json().to_string() } else { difference.to_string() };
            self.output.line(line.into_bytes())?;
        }
        if differences.is_empty() { Ok(()) } else { Err(Stop::Different) }
    }
}
