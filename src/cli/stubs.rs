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
use crate::type_db::{self, Distro};

use super::output::{Outcome, Output};
use super::{Global, types};

/// What the stub package holds besides the stubs of types. Where there is a partial stub package, pyright asks it for
/// every `.pyi` file, and no longer sees those of the package itself: they are all here.
const BESIDES: [(&str, &str); 3] = [
    ("py.typed", "partial\n"),
    ("_fields.pyi", include_str!("../../python/ros_z_py/_fields.pyi")),
    ("_native.pyi", include_str!("../../python/ros_z_py/_native.pyi")),
];

/// Write Python stubs (.pyi) of message types
///
/// The files make the folder `ros_z_py-stubs`, a partial stub package (PEP 561) with the modules ros_z_py.PACKAGE.msg,
/// .srv and .action. Pyright and Pylance look for it in `typings`; mypy and all others in the site-packages of the
/// environment, mypy also in PYTHONPATH. Types that the given ones refer to are written too, and so are the stubs that
/// ros_z_py itself comes with, which pyright would not find anymore: write them again with each release. What is printed
/// are the files of the given types and of those they refer to that are not built in.
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
    let asked_for: Vec<TypeName> = names.iter().cloned().collect();
    let printed: BTreeSet<String> = stubs(&registry, &asked_for)?.into_iter().map(|stub| stub.path).collect();
    let built_in = type_db::packages(Distro::default());
    names.extend(types::declared(&registry).into_iter().filter(|name| built_in.contains(&name.package())));
    let names: Vec<TypeName> = names.into_iter().collect();

    let folder = args.output.join("ros_z_py-stubs");
    for (name, text) in BESIDES {
        write(&folder.join(name), text)?;
    }
    let mut output = Output::default();
    for stub in stubs(&registry, &names)? {
        let file = folder.join(&stub.path);
        write(&file, &stub.text)?;
        if !printed.contains(&stub.path) {
            continue;
        }
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
