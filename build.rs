//! Writes the table of `type_db/`: the name and the text of each built-in interface, sorted by name.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=type_db");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("type_db");
    let mut rows = Vec::new();
    for package in folders(&root)? {
        for namespace in folders(&package)? {
            for file in fs::read_dir(&namespace)? {
                let file = file?.path();
                rows.push((name_of(&file), file));
            }
        }
    }
    rows.sort();
    let mut table = String::from("&[\n");
    for (name, file) in rows {
        let _ = writeln!(table, "({name:?}, include_str!({file:?})),");
    }
    table.push(']');
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("type_db.rs");
    fs::write(target, table)
}

fn folders(parent: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(parent)?.collect::<io::Result<Vec<_>>>()?;
    Ok(entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
}

/// `…/std_msgs/msg/String.msg` is `std_msgs/msg/String`.
fn name_of(file: &Path) -> String {
    let without_extension = file.with_extension("");
    let parts: Vec<_> = without_extension.iter().rev().take(3).map(|part| part.to_string_lossy()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}
