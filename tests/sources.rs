//! Where types come from: folders, install prefixes, distributions, descriptions; and what becomes of two of one name.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::{DefinitionKind, TypeHash, TypeName};
use ros_z_dynamic::type_db::Distro;

fn name(text: &str) -> TypeName {
    TypeName::parse(text).unwrap()
}

/// A fresh folder of a test, with files in it.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sources_{test}"));
    _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn strings(names: &[TypeName]) -> Vec<&str> {
    names.iter().map(TypeName::as_str).collect()
}

#[test]
fn a_folder_is_read_as_its_types_are_needed_and_tells_of_all_its_bad_files() {
    let folder = folder(
        "folder",
        &[
            ("a_msgs/msg/One.msg", "Two two\n"),
            ("a_msgs/msg/Two.msg", "int32 x\n"),
            ("a_msgs/msg/Two.idl", "the same in another language"),
            ("a_msgs/srv/Ask.srv", "---\n"),
            ("a_msgs/srv/Ask_Request.msg", "what older distributions install beside it"),
            ("a_msgs/notes/Not.msg", "not an interface"),
            ("b_msgs/msg/Bad.msg", "int32 1\n"),
            ("b_msgs/msg/Good.msg", "Worse worse\n"),
        ],
    );
    let registry = Registry::empty();
    let names = registry.load(&folder).unwrap();
    let expected = ["a_msgs/msg/One", "a_msgs/msg/Two", "a_msgs/srv/Ask", "a_msgs/srv/Ask_Request"];
    assert_eq!(strings(&names)[..4], expected);
    assert_eq!(registry.names().len(), 8);
    // Changed before it was needed.
    fs::write(folder.join("a_msgs/msg/Two.msg"), "int32 y\n").unwrap();
    let one = registry.describe(&name("a_msgs/msg/One")).unwrap();
    assert_eq!(one.referenced_type_descriptions[0].fields[0].name, "y");
    assert_eq!(registry.find("a_msgs/Ask_Event").unwrap().description.fields[0].name, "info");
    assert_eq!(registry.find("b_msgs/Bad").unwrap_err().place().unwrap().line, 1);

    fs::write(folder.join("b_msgs/msg/Worse.msg"), [b'#', 0xff]).unwrap();
    registry.load(&folder).unwrap();
    for name in ["b_msgs/msg/Bad", "b_msgs/msg/Worse"] {
        let error = registry.find(name).unwrap_err().to_string();
        assert!(error.starts_with("2 of 6 files in ") && error.contains(" cannot be read\n"), "{error}");
        assert!(error.contains("Bad.msg:1:7: expected a field name"), "{error}");
        assert!(error.contains("Worse.msg:1:2: "), "{error}");
    }
    assert!(registry.find("a_msgs/One").is_ok());
    let errors: Vec<String> = registry.check().iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 5, "{errors:#?}");
    assert!(errors[0].contains("Bad.msg:1:7: ") && errors[1].contains("Worse.msg:1:2: "), "{errors:#?}");
    let no_event = "a_msgs/srv/Ask.event_message.info: unknown type `service_msgs/msg/ServiceEventInfo`";
    assert!(errors.iter().any(|error| error.starts_with(no_event)), "{errors:#?}");

    // A definition that can be read takes the place of a file that cannot.
    registry.add_text("b_msgs/msg/Worse", "int32 x\n", Format::Msg).unwrap();
    assert!(registry.describe(&name("b_msgs/msg/Good")).is_ok());

    #[cfg(unix)]
    std::os::unix::fs::symlink(&folder, folder.join("a_msgs/back")).unwrap();
    fs::remove_dir_all(folder.join("b_msgs")).unwrap();
    let registry = Registry::new();
    registry.load(&folder.join("a_msgs")).unwrap();
    assert!(registry.check().is_empty());
    assert!(
        registry.load(&folder.join("a_msgs/notes")).unwrap_err().to_string().contains("no interface files")
    );
}

#[test]
fn install_prefixes_and_workspaces_are_searched_as_their_tools_do() {
    const INDEX: &str = "share/ament_index/resource_index/rosidl_interfaces";
    let folder = folder(
        "prefix",
        &[
            (&format!("prefix/{INDEX}/a_msgs"), "msg/One.idl\nmsg/One.msg\nmsg/One.json\nmsg/Gone.msg\n"),
            ("prefix/share/a_msgs/msg/One.msg", "int32 x\n"),
            ("prefix/share/a_msgs/msg/One.idl", "the same in another language"),
            ("prefix/share/a_msgs/msg/NotListed.msg", "int32 x\n"),
            ("ws/src/a_msgs/msg/One.msg", "int32 in_source\n"),
            ("ws/install/COLCON_IGNORE", ""),
            ("ws/install/a_msgs/share/a_msgs/msg/One.msg", "int32 installed\n"),
            ("ws/install/a_msgs/share/a_msgs/package.xml", "<package><name>a_msgs</name></package>"),
        ],
    );
    let registry = Registry::new();
    assert_eq!(registry.load(&folder.join("prefix")).unwrap().len(), 2);
    assert_eq!(registry.find("a_msgs/One").unwrap().description.fields[0].name, "x");
    let errors = registry.check();
    assert!(errors[0].to_string().contains("Gone.msg: No such file"), "{errors:?}");

    for (place, field) in [("ws", "in_source"), ("ws/install", "installed"), ("ws/src/a_msgs", "in_source")] {
        for is_searched in [true, false] {
            let registry = Registry::new();
            match is_searched {
                true => registry.set_search_path(vec![folder.join(place)]),
                false => _ = registry.load(&folder.join(place)).unwrap(),
            }
            assert!(registry.names().contains(&name("a_msgs/msg/One")), "{place}");
            let one = registry.find("a_msgs/One").unwrap();
            assert_eq!(one.description.fields[0].name, field, "{place}");
        }
    }
    fs::remove_dir_all(folder.join("ws/src")).unwrap();
    let registry = Registry::new();
    registry.load(&folder.join("ws")).unwrap();
    assert_eq!(registry.find("a_msgs/One").unwrap().description.fields[0].name, "installed");

    registry.set_search_path(vec![folder.join("prefix/share/a_msgs/msg/NotListed.msg")]);
    assert!(registry.find("a_msgs/NotListed").is_ok());
}

/// What a registry reports of conflicts, as text.
fn listened(registry: &Registry) -> Arc<Mutex<Vec<String>>> {
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let ear = Arc::clone(&heard);
    registry.on_conflict(move |conflict| ear.lock().unwrap().push(conflict.to_string()));
    heard
}

#[test]
fn a_second_definition_is_kept_beside_the_first_and_reported() {
    let folder = folder(
        "conflict",
        &[
            ("p/msg/A.msg", "int32 x\nint8 LIMIT=3\nstring unit m\n"),
            ("p/msg/B.msg", "A a\n"),
            ("p/srv/Ask.srv", "A a\n---\n"),
            ("std_msgs/msg/String.msg", "string data\n"),
        ],
    );
    let registry = Registry::new();
    let heard = listened(&registry);
    registry.add_text("p/msg/A", "int64 x\nint8 LIMIT=2\nfloat32 gone\n", Format::Msg).unwrap();
    registry.add_text("p/msg/User", "A a\n", Format::Msg).unwrap();
    let (a, user) = (name("p/msg/A"), name("p/msg/User"));
    let old = [registry.hash(&a).unwrap(), registry.hash(&user).unwrap()];
    registry.load(&folder).unwrap();
    assert!(heard.lock().unwrap().is_empty(), "nothing was read yet");

    let new = [registry.hash(&a).unwrap(), registry.hash(&user).unwrap()];
    let file = folder.join("p/msg/A.msg");
    let expected = format!(
        "`p/msg/A` is defined twice: before as {} (given as text), now as {} ({}); x: type int64 -> int32; \
         gone: removed, was float32; unit: added, is string = 'm'; LIMIT: value 2 -> 3",
        old[0],
        new[0],
        file.display()
    );
    assert_eq!(*heard.lock().unwrap(), [expected]);
    assert_eq!(registry.hashes(&a), [new[0], old[0]]);
    assert_eq!(registry.hashes(&user), [new[1], old[1]]);
    for hash in old.iter().chain(&new) {
        assert_eq!(TypeHash::of(&registry.find_by_hash(hash).unwrap()).unwrap(), *hash);
    }
    assert_eq!(registry.versions(&a).len(), 2);

    // The same again is no conflict; another built-in type is one; what differs in a part is reported of the part.
    registry.load(&folder).unwrap();
    registry.hash(&a).unwrap();
    assert!(registry.find("std_msgs/String").is_ok() && heard.lock().unwrap().len() == 1);
    registry.add_text("std_srvs/srv/Empty", "int8 x\n---\n", Format::Srv).unwrap();
    let last = heard.lock().unwrap().pop().unwrap();
    assert!(last.starts_with("`std_srvs/srv/Empty_Request` is defined twice: before as RIHS01_"), "{last}");
    assert!(
        last.contains("(described without text)") || last.contains("built-in std_srvs/srv/Empty.srv"),
        "{last}"
    );
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[test]
fn threads_load_and_look_up_at_once() {
    let files: Vec<(String, String)> = (0..40)
        .map(|i| (format!("p/msg/T{i}.msg"), format!("std_msgs/Header header\nint{} x\n", 8 << (i % 4))))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let folder = folder("threads", &files);
    let registry = Arc::new(Registry::new());
    let heard = listened(&registry);
    let alone = Registry::new();
    alone.load(&folder).unwrap();
    let names: Vec<TypeName> = (0..40).map(|i| name(&format!("p/msg/T{i}"))).collect();
    let expected: Vec<TypeHash> = names.iter().map(|name| alone.hash(name).unwrap()).collect();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (registry, folder, names, expected) = (&registry, &folder, &names, &expected);
            scope.spawn(move || {
                registry.load(folder).unwrap();
                for i in 0..names.len() {
                    let i = (i * 7 + thread * 5) % names.len();
                    assert_eq!(registry.hash(&names[i]).unwrap(), expected[i]);
                    assert!(registry.find_by_hash(&expected[i]).is_some());
                }
            });
        }
    });
    assert!(registry.check().is_empty() && heard.lock().unwrap().is_empty());
    names.iter().for_each(|name| assert_eq!(registry.versions(name).len(), 1));
}

#[test]
fn distributions_differ_at_run_time() {
    let registry = Arc::new(Registry::new());
    registry.add_text("p/msg/Ranges", "sensor_msgs/Range[] ranges\n", Format::Msg).unwrap();
    let range = name("sensor_msgs/msg/Range");
    let humble = registry.with_distro(Distro::Humble);
    assert_eq!((registry.distro(), humble.distro()), (Distro::Jazzy, Distro::Humble));
    assert_eq!(registry.find("sensor_msgs/Range").unwrap().description.fields.len(), 7);
    assert_eq!(humble.find("sensor_msgs/Range").unwrap().description.fields.len(), 6);
    assert_ne!(registry.hash(&name("p/msg/Ranges")).unwrap(), humble.hash(&name("p/msg/Ranges")).unwrap());
    for hash in [registry.hash(&range).unwrap(), humble.hash(&range).unwrap()] {
        assert_eq!(registry.find_by_hash(&hash).unwrap().type_name(), range.as_str());
        assert!(registry.hashes(&range).contains(&hash) && humble.hashes(&range).contains(&hash));
    }
    let lyrical = Registry::of_distro(Distro::Lyrical);
    let event = lyrical.hash(&name("lifecycle_msgs/msg/TransitionEvent")).unwrap();
    let known = "RIHS01_78b19e2be41a797fc009c96bda68944182edabec7852cccd928a40bc06f6f9d7";
    assert_eq!(event.to_string(), known);
    assert!(lyrical.find("nav_msgs/Trajectory").is_ok() && registry.find("nav_msgs/Trajectory").is_err());
    assert!(Registry::of_distro(Distro::Kilted).find("nav_msgs/Goals").is_ok());
}

#[test]
fn descriptions_as_json() {
    let genuine = Registry::new();
    let (ask, header) = (name("std_srvs/srv/SetBool"), name("std_msgs/msg/Header"));
    let json = |name: &TypeName| serde_json::to_string(&*genuine.describe(name).unwrap()).unwrap();
    let registry = Registry::empty();
    let names = registry.add_description_json(&json(&ask), "SetBool.json").unwrap();
    assert_eq!((names[0].as_str(), names.len()), ("std_srvs/srv/SetBool", 6));
    assert_eq!(registry.hash(&ask).unwrap(), genuine.hash(&ask).unwrap());
    assert_eq!(registry.find("std_srvs/SetBool").unwrap().kind, DefinitionKind::Service);

    let installed = |hash: &str| {
        let hashes = format!(r#"[{{"type_name": "std_msgs/msg/Header", "hash_string": "{hash}"}}]"#);
        format!(r#"{{"type_description_msg": {}, "type_hashes": {hashes}}}"#, json(&header))
    };
    let hash = genuine.hash(&header).unwrap().to_string();
    let folder = folder("json", &[("Header.json", &installed(&hash))]);
    assert_eq!(strings(&registry.load(&folder.join("Header.json")).unwrap())[0], "std_msgs/msg/Header");

    // It has no constants, so it takes nothing from a definition that is known.
    let imu = name("geometry_msgs/msg/Quaternion");
    let known = Registry::new();
    known.add_description_json(&json(&imu), "x").unwrap();
    assert_eq!(known.find("geometry_msgs/Quaternion").unwrap().description.fields[3].default_value, "1.0");

    let wrong = hash.replace("RIHS01_f", "RIHS01_0");
    let empty = r#"{"type_description": {"type_name": "p/msg/A", "fields": []}}"#;
    let field = |name: &str| {
        let field =
            format!(r#"{{"name": "{name}", "type": {{"type_id": 1, "nested_type_name": "q/msg/B"}}}}"#);
        format!(r#"{{"type_description": {{"type_name": "p/msg/A", "fields": [{field}]}}}}"#)
    };
    for (text, kind, expected) in [
        (installed(&wrong), ErrorKind::TypeMismatch, "`std_msgs/msg/Header` has the hash RIHS01_f"),
        ("{".to_owned(), ErrorKind::Json, "x.json: not a type description: EOF"),
        ("{}".to_owned(), ErrorKind::Json, "x.json: not a type description: missing field"),
        (empty.to_owned(), ErrorKind::Definition, "x.json: p/msg/A: a type without fields"),
        (field("1x"), ErrorKind::Definition, "x.json: p/msg/A: `1x` is not a name of a field"),
        (field("x"), ErrorKind::Definition, "x.json: p/msg/A.x: `q/msg/B` is not described"),
        ("[".repeat(10_000), ErrorKind::Json, "x.json: not a type description: recursion"),
    ] {
        let error = registry.add_description_json(&text, "x.json").unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}
