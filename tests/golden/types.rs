//! Where the types of the payloads come from.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ros_z_dynamic::codec::Plan;
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;
use serde_json::Value as Json;

/// Definitions of a test package of ROS 2 that is not among the built-in types.
const SHORT_VARIED: [(&str, &str, Format); 5] = [
    ("msg/ShortVaried", "bool bool_value\nbool[<=3] bool_values\n", Format::Msg),
    ("msg/ShortVariedNested", "ShortVaried short_varied\n", Format::Msg),
    ("msg/ShortVariedMultiNested", "ShortVariedNested short_varied_nested\n", Format::Msg),
    (
        "srv/ShortVariedMultiNested",
        "ShortVariedNested short_varied_nested\n---\nbool bool_value\n",
        Format::Srv,
    ),
    (
        "action/ShortVariedMultiNested",
        "ShortVariedNested short_varied_nested\n---\nbool bool_value\n---\nbool[3] bool_values\n",
        Format::Action,
    ),
];

/// A registry, and the plans that were compiled from it.
pub struct Types {
    pub registry: Registry,
    plans: HashMap<String, Arc<Plan>>,
}

impl Types {
    /// The built-in types.
    pub fn new() -> Self {
        Self { registry: Registry::new(), plans: HashMap::new() }
    }

    /// The built-in types and those beside the bytes of `fixtures/cdr/golden_msgs`.
    pub fn with_fixtures() -> Self {
        let types = Self::new();
        for path in files_below(&cdr_fixtures().join("golden_msgs"), "msg") {
            types.add_file("golden_msgs/msg", &path, Format::Msg);
        }
        types
    }

    /// The built-in types and the test packages of ROS 2, whose texts are in `corpus`.
    pub fn with_test_packages(corpus: &Path) -> Self {
        let types = Self::new();
        let jazzy = corpus.join("interfaces_distro").join("jazzy");
        for folder in ["test_interface_files", "rcl_interfaces/test_msgs"] {
            types.add_folder("test_msgs", &jazzy.join(folder));
        }
        for (name, text, format) in SHORT_VARIED {
            let name = format!("ros2cli_test_interfaces/{name}");
            types.registry.add_text(&name, text, format).expect("a definition");
        }
        types
    }

    /// Adds the interface files of a package directory under the name `package`.
    fn add_folder(&self, package: &str, folder: &Path) {
        for (namespace, format) in [("msg", Format::Msg), ("srv", Format::Srv), ("action", Format::Action)] {
            for path in files_below(&folder.join(namespace), namespace) {
                self.add_file(&format!("{package}/{namespace}"), &path, format);
            }
        }
    }

    fn add_file(&self, prefix: &str, path: &Path, format: Format) {
        let text = fs::read_to_string(path).expect("an interface file");
        let name = format!("{prefix}/{}", stem(path));
        self.registry.add_text(&name, &text, format).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    }

    /// The plan of a type, compiled once.
    pub fn plan(&mut self, type_name: &str) -> Arc<Plan> {
        if let Some(plan) = self.plans.get(type_name) {
            return Arc::clone(plan);
        }
        let name = TypeName::parse(type_name).unwrap();
        let description = self.registry.describe(&name).unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::compile(&description).unwrap_or_else(|error| panic!("{error}"));
        self.plans.insert(type_name.into(), Arc::clone(&plan));
        plan
    }
}

pub fn cdr_fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cdr")
}

/// The folder `shared/data/<name>`, if the data is there.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no folder `../shared/data/{name}` beside the repository");
    None
}

pub fn read_json(path: &Path) -> Json {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below `folder` that end in `extension`, sorted.
pub fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).expect("a file name in UTF-8")
}

/// The bytes of hexadecimal text; blanks and, to the end of a line, comments after `#` are left out.
pub fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .lines()
        .flat_map(|line| line.split('#').next().unwrap_or_default().bytes())
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| char::from(byte).to_digit(16).expect("a hexadecimal digit") as u8)
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
