//! Type hashes against those of the official generator.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;
use ros_z_dynamic::type_db;
use serde_json::Value;

/// The shared data, or `None` (and a message) where there is none.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Compares the hash of every type that is built in and returns how many there are.
fn check(registry: &Registry, hashes: &Value) -> usize {
    let (mut equal, mut missing) = (0, Vec::new());
    for (name, expected) in hashes.as_object().unwrap() {
        match registry.find(name) {
            Ok(definition) => {
                let hash = registry.hash(&definition.type_name).unwrap().to_string();
                assert_eq!(hash, expected.as_str().unwrap(), "{name}");
                equal += 1;
            }
            Err(_) => missing.push(name.as_str()),
        }
    }
    println!("{equal} hashes are equal; not built in: {}", missing.join(", "));
    equal
}

#[test]
fn built_in_types_have_the_hashes_of_the_reference() {
    let Some(path) = shared("data/rihs01_reference.json") else { return };
    assert_eq!(check(&Registry::new(), &json(&path)), 394);
}

#[test]
fn built_in_types_have_the_hashes_of_running_nodes() {
    let Some(path) = shared("data/captures/type_hashes.json") else { return };
    assert_eq!(check(&Registry::new(), &json(&path)["hashes"]), 285);
}

#[test]
fn every_built_in_type_is_found_by_its_hash() {
    let registry = Registry::new();
    let mut count = 0;
    for definition in type_db::definitions() {
        let name = definition.unwrap().type_name.clone();
        let hash = registry.hash(&name).unwrap();
        let description = Registry::new().find_by_hash(&hash).unwrap();
        assert_eq!(description, registry.describe(&name).unwrap(), "{name}");
        count += 1;
    }
    println!("{count} types, declared and derived, in {} files", type_db::names().count());
}

/// Interface files of public repositories against the official generator. What is not found are types of packages
/// that are not there.
#[test]
fn types_of_public_repositories_have_their_hashes() {
    let Some(folder) = shared("data/corpus/interfaces") else { return };
    let Some(oracle) = shared("data/corpus/rihs01_oracle.json") else { return };
    // The generator was also run with these packages under a second name.
    let aliases = [("test_interface_files", "test_msgs"), ("turtlesim", "turtlesim_msgs")];
    let registry = Registry::new();
    let mut files = Vec::new();
    collect(&folder, &mut files);
    let mut refused = Vec::new();
    for file in &files {
        let names = match registry.load(file) {
            Ok(names) => names,
            Err(error) => {
                refused.push(error);
                continue;
            }
        };
        let Some((_, alias)) = aliases.iter().find(|(package, _)| names[0].package() == *package) else {
            continue;
        };
        let name = TypeName::new(alias, names[0].namespace(), names[0].name()).unwrap();
        let text = fs::read_to_string(file).unwrap();
        registry.add_text(name.as_str(), &text, Format::of_path(file).unwrap()).unwrap();
    }
    let (mut equal, mut missing) = (0, Vec::new());
    for (name, row) in json(&oracle).as_object().unwrap() {
        match registry.hash(&TypeName::parse(name).unwrap()) {
            Ok(hash) => {
                assert_eq!(hash.to_string(), row["hash"].as_str().unwrap(), "{name}");
                equal += 1;
            }
            Err(error) => missing.push(error.to_string()),
        }
    }
    println!("{} files, {equal} hashes are equal", files.len());
    missing.iter().for_each(|error| println!("not found: {error}"));
    assert!(missing.iter().all(|error| error.contains("unknown type `geographic_msgs/")));
    // An empty file, and one whose bound is the name of a constant.
    let refused: Vec<_> = refused.iter().map(|error| error.to_string()).collect();
    refused.iter().for_each(|error| println!("refused: {error}"));
    assert_eq!(refused.len(), 2);
    assert!(refused[0].contains("Bar.idl:1:1: ") && refused[1].contains("MyMessage.idl:48:15: "));
}

/// The interface files below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if Format::of_path(&path).is_some() {
            files.push(path);
        }
    }
}
