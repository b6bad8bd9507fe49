//! Type hashes against those of the official generator.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ros_z_dynamic::Error;
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;
use ros_z_dynamic::type_db::{self, Distro};
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
    for definition in type_db::definitions(Distro::Jazzy) {
        let name = definition.unwrap().type_name.clone();
        let hash = registry.hash(&name).unwrap();
        let description = Registry::new().find_by_hash(&hash).unwrap();
        assert_eq!(description, registry.describe(&name).unwrap(), "{name}");
        count += 1;
    }
    println!("{count} types, declared and derived, in {} files", type_db::names(Distro::Jazzy).count());
}

/// The interface files of public repositories, and those that cannot be read.
fn public_repositories(folder: &Path) -> (Registry, usize, Vec<Error>) {
    // The generator was also run with these packages under a second name.
    let aliases = [("test_interface_files", "test_msgs"), ("turtlesim", "turtlesim_msgs")];
    let registry = Registry::new();
    let mut files = Vec::new();
    collect(folder, &mut files);
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
    (registry, files.len(), refused)
}

/// Interface files of public repositories against the official generator. What is not found are types of packages
/// that are not there.
#[test]
fn types_of_public_repositories_have_their_hashes() {
    let Some(folder) = shared("data/corpus/interfaces") else { return };
    let Some(oracle) = shared("data/corpus/rihs01_oracle.json") else { return };
    let (registry, files, refused) = public_repositories(&folder);
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
    println!("{files} files, {equal} hashes are equal");
    missing.iter().for_each(|error| println!("not found: {error}"));
    assert!(missing.iter().all(|error| error.contains("unknown type `geographic_msgs/")));
    // An empty file, and one whose bound is the name of a constant.
    let refused: Vec<_> = refused.iter().map(|error| error.to_string()).collect();
    refused.iter().for_each(|error| println!("refused: {error}"));
    assert_eq!(refused.len(), 2);
    assert!(refused[0].contains("Bar.idl:1:1: ") && refused[1].contains("MyMessage.idl:48:15: "));
}

/// The interface files of three distributions against the built-in types: fields, defaults and constants. Packages that
/// are not built in must load.
#[test]
fn built_in_types_are_those_of_each_distribution() {
    for (distro, files) in [(Distro::Humble, 244), (Distro::Iron, 259), (Distro::Jazzy, 264)] {
        let Some(folder) = shared(&format!("data/corpus/interfaces_distro/{distro}")) else { return };
        let mut paths = Vec::new();
        collect(&folder, &mut paths);
        let (mut equal, mut others, mut refused) = (0, 0, Vec::new());
        let known = Registry::of_distro(distro);
        for path in &paths {
            let registry = Registry::child_of(Arc::new(Registry::of_distro(distro)));
            let names = match registry.load(path) {
                Ok(names) => names,
                Err(error) => {
                    refused.push(error.to_string());
                    continue;
                }
            };
            for name in names {
                let file = &registry.versions(&name)[0];
                match type_db::find(distro, &name).unwrap() {
                    Some(built_in) => {
                        assert!(built_in.same_type(file), "{distro}: {name}");
                        assert_eq!(
                            known.hash(&name).unwrap(),
                            registry.hash(&name).unwrap(),
                            "{distro}: {name}"
                        );
                        equal += 1;
                    }
                    None => others += 1,
                }
            }
        }
        println!(
            "{distro}: {} files, {equal} types are built in and equal, {others} are not built in",
            paths.len()
        );
        assert_eq!((paths.len(), refused.len()), (files, 0), "{refused:?}");
        assert!(equal > 350, "{equal}");
    }
}

/// One of the few types that a later distribution has and Jazzy has not, and of which the hash is known.
#[test]
fn types_of_later_distributions_have_the_hashes_of_the_reference() {
    let Some(path) = shared("data/rihs01_reference.json") else { return };
    let goals = TypeName::parse("nav_msgs/msg/Goals").unwrap();
    let hash = Registry::of_distro(Distro::Kilted).hash(&goals).unwrap().to_string();
    assert_eq!(hash, json(&path)[goals.as_str()].as_str().unwrap());
}

/// Hashes that others noted, and why some of them are not ours.
#[test]
fn types_have_the_hashes_that_real_systems_recorded() {
    let Some(folder) = shared("data/corpus/interfaces") else { return };
    let Some(known) = shared("data/corpus/rihs01_known.json") else { return };
    const REAL: [&str; 2] = ["recorded-by-ros2", "ros2-cli-output"];
    let exceptions = [
        // The recorder notes the hash of the events of a service under the name of the service.
        ("example_interfaces/srv/AddTwoInts", "RIHS01_32c1d140"),
        ("test_msgs/srv/BasicTypes", "RIHS01_5b9988a4"),
        // From documentation that does not say of which version of the definition.
        ("px4_msgs/msg/VehicleStatus", "RIHS01_828bddbb"),
        // A definition that no distribution has.
        ("lifecycle_msgs/msg/TransitionEvent", "RIHS01_f90405bf"),
        // The library takes `char` for the character of IDL; the generator, for a `uint8`.
        ("std_msgs/msg/Char", "RIHS01_8914cecc"),
        // A test of another project, over definitions that are not there.
        ("test_msgs/srv/Arrays_Request", "RIHS01_055147da"),
        ("test_msgs/srv/Arrays_Response", "RIHS01_0069fd33"),
    ];
    let (registry, ..) = public_repositories(&folder);
    let known = json(&known);
    let rows = known.as_object().unwrap().iter().flat_map(|(name, row)| match row["variants"].as_array() {
        Some(variants) => variants.iter().map(|variant| (name, variant)).collect::<Vec<_>>(),
        None => vec![(name, row)],
    });
    let (mut of_real_systems, mut of_others, mut excepted) = (0, 0, Vec::new());
    for (name, row) in rows {
        let hash = row["hash"].as_str().unwrap();
        let is_real =
            row["tiers"].as_array().unwrap().iter().any(|tier| REAL.contains(&tier.as_str().unwrap()));
        let own = registry.hashes(&TypeName::parse(name).unwrap());
        if own.iter().any(|own| own.to_string() == hash) {
            *(if is_real { &mut of_real_systems } else { &mut of_others }) += 1;
        } else {
            let exception = exceptions.iter().find(|(other, start)| other == name && hash.starts_with(start));
            excepted.push(*exception.unwrap_or_else(|| panic!("{name}: {hash}, and we have {own:?}")));
        }
    }
    for (service, hash) in &exceptions[..2] {
        let event = TypeName::parse(service).unwrap().derived("Event");
        assert!(registry.hash(&event).unwrap().to_string().starts_with(hash), "{event}");
    }
    println!(
        "equal: {of_real_systems} of real systems, {of_others} of libraries; explained: {}",
        excepted.len()
    );
    assert_eq!((excepted.len(), of_real_systems + of_others), (exceptions.len(), 180));
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
