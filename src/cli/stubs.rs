//! `ros-z stubs`: Python stubs of message types, for editors and type checkers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::stubs;
use crate::registry::Registry;
use crate::schema::TypeName;

use super::output::{Outcome, Output};
use super::{Global, types};

/// Write Python stubs (.pyi) of message types
///
/// The files are those of the modules ros_z_py.PACKAGE.msg, .srv and .action, below a folder `ros_z_py`. Type checkers
/// find them where the output folder is on their path (MYPYPATH), or is the site-packages of the environment. Types that
/// the given ones refer to are written too, unless they are built in: the stubs of those come with the Python package.
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z stubs src/my_msgs --output typings")]
pub(crate) struct Stubs {
    /// Types, packages, or folders of interface files; all known types if there are none
    #[arg(value_name = "TYPE|PACKAGE|DIR")]
    what: Vec<String>,
    /// Folder to write to
    #[arg(short, long, default_value = "typings", value_name = "DIR")]
    output: PathBuf,
}

/// Runs the verb: prints the name of each file that it wrote.
pub(crate) fn run(args: &Stubs, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let mut names = BTreeSet::new();
    for what in &args.what {
        names.extend(meant(&registry, what)?);
    }
    if args.what.is_empty() {
        names = types::declared(&registry);
    }
    let names: Vec<TypeName> = names.into_iter().collect();
    let mut output = Output::default();
    for stub in stubs(&registry, &names)? {
        let file = args.output.join("ros_z_py").join(stub.path);
        write(&file, &stub.text)?;
        let name = file.to_string_lossy();
        let line = if global.json { json!({ "file": name }).to_string() } else { name.into_owned() };
        output.line(line.into_bytes())?;
    }
    Ok(())
}

/// The types of a package, of a folder or file, or the one of that name.
fn meant(registry: &Registry, what: &str) -> Result<Vec<TypeName>> {
    let package: Vec<TypeName> =
        types::declared(registry).into_iter().filter(|name| name.package() == what).collect();
    let path = Path::new(what);
    if !package.is_empty() {
        Ok(package)
    } else if path.exists() {
        registry.load(path)
    } else if what.contains(['/', '.', ':']) {
        Ok(vec![registry.find(what)?.type_name.clone()])
    } else {
        Err(types::unknown_package(registry, what))
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("cannot write `{}`: {error}", file.display()))
    };
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(file, text).map_err(failed)
}
