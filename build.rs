//! Makes the table of embedded interface files that `src/type_db.rs` includes: layer, name and text of each. The layer
//! of `type_db/<pkg>/msg/<Name>.msg` is empty, that of `type_db/_variants/<distro>/<pkg>/msg/<Name>.msg` the distribution.
//! For the Python module, tells the compiler which Python it is for.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    #[cfg(feature = "python")]
    pyo3_build_config::use_pyo3_cfgs();
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("type_db");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    let mut rows: Vec<((String, String), &PathBuf)> =
        files.iter().filter_map(|file| Some((layer_and_name(&root, file)?, file))).collect();
    rows.sort();
    let mut table = String::from("&[\n");
    for ((layer, name), file) in rows {
        _ = writeln!(table, "    ({layer:?}, {name:?}, include_str!({:?})),", file.display().to_string());
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("type_db.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The layer, and `pkg/msg/Name`.
fn layer_and_name(root: &Path, file: &Path) -> Option<(String, String)> {
    let parts: Vec<&str> = file.strip_prefix(root).ok()?.iter().filter_map(|part| part.to_str()).collect();
    let (layer, package, namespace, file) = match parts[..] {
        ["_variants", distro, package, namespace, file] => (distro, package, namespace, file),
        [package, namespace, file] => ("", package, namespace, file),
        _ => return None,
    };
    let (stem, extension) = file.split_once('.')?;
    (extension == namespace).then(|| (layer.to_owned(), format!("{package}/{namespace}/{stem}")))
}
