//! The registry: names, files, versions, hashes, and what it says when a type is not there.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::{DefinitionKind, TypeDescription, TypeName};

fn name(text: &str) -> TypeName {
    TypeName::parse(text).unwrap()
}

/// A fresh folder of a test, with files in it.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("registry_{test}"));
    _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn every_spelling_finds_the_type_and_messages_come_first() {
    let registry = Registry::new();
    for spelling in
        ["sensor_msgs/msg/Imu", "sensor_msgs/Imu", "sensor_msgs.msg.Imu", "sensor_msgs::msg::dds_::Imu_"]
    {
        assert_eq!(registry.find(spelling).unwrap().type_name.as_str(), "sensor_msgs/msg/Imu");
    }
    assert_eq!(registry.find("std_msgs/Empty").unwrap().kind, DefinitionKind::Message);
    let service = registry.find("std_srvs/Empty").unwrap();
    assert_eq!((service.type_name.as_str(), service.kind), ("std_srvs/srv/Empty", DefinitionKind::Service));
    assert_eq!(registry.find("example_interfaces/Fibonacci").unwrap().kind, DefinitionKind::Action);
    assert_eq!(registry.find("Imu").unwrap_err().kind(), ErrorKind::Name);
}

#[test]
fn an_unknown_type_is_named_with_its_neighbours_and_where_it_was_looked_for() {
    let registry = Registry::new();
    registry.set_search_path(vec!["/nowhere/share".into()]);
    let looked = "looked in 0 loaded types, /nowhere/share, 235 built-in interfaces";
    let table = [
        ("sensor_msg/msg/Imu", "unknown type `sensor_msg/msg/Imu`; did you mean `sensor_msgs/msg/Imu`? "),
        ("sensor_msgs/Imuu", "unknown type `sensor_msgs/msg/Imuu`; did you mean `sensor_msgs/msg/Imu`? "),
        ("q/msg/Qqqqqqqq", "unknown type `q/msg/Qqqqqqqq`; "),
    ];
    for (spelling, text) in table {
        let error = registry.find(spelling).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownType);
        assert_eq!(error.to_string(), format!("{text}{looked}"));
    }
}

#[test]
fn a_missing_reference_is_named_with_the_fields_that_led_there() {
    let registry = Registry::empty();
    registry.add_text("p/msg/A", "B[] bs\n", Format::Msg).unwrap();
    registry.add_text("p/msg/B", "int32 x\nq/C c\n", Format::Msg).unwrap();
    let error = registry.describe(&name("p/msg/A")).unwrap_err();
    assert_eq!(error.to_string(), "p/msg/A.bs.c: unknown type `q/msg/C`; looked in 2 loaded types");
    registry.add_text("q/msg/C", "", Format::Msg).unwrap();
    let description = registry.describe(&name("p/msg/A")).unwrap();
    let referenced: Vec<_> =
        description.referenced_type_descriptions.iter().map(|d| &d.type_name[..]).collect();
    assert_eq!(referenced, ["p/msg/B", "q/msg/C"]);
}

#[test]
fn cycles_and_bottomless_nesting_are_refused() {
    let registry = Registry::empty();
    registry.add_text("p/msg/A", "B b\n", Format::Msg).unwrap();
    registry.add_text("p/msg/B", "A[] a\n", Format::Msg).unwrap();
    let error = registry.describe(&name("p/msg/A")).unwrap_err();
    let text = "p/msg/A.b.a: a type that contains itself: p/msg/A > p/msg/B > p/msg/A";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Definition, text));

    for i in 0..5000 {
        registry.add_text(&format!("p/msg/N{i}"), &format!("N{} n\n", i + 1), Format::Msg).unwrap();
    }
    registry.add_text("p/msg/N5000", "int32 x\n", Format::Msg).unwrap();
    assert!(registry.describe(&name("p/msg/N4950")).is_ok());
    for from in ["p/msg/N4900", "p/msg/N0"] {
        let error = registry.describe(&name(from)).unwrap_err();
        assert_eq!(error.message(), "messages are nested deeper than 64 levels");
    }
}

#[test]
fn versions_live_side_by_side_and_each_hash_finds_its_own() {
    let registry = Registry::new();
    let [inner, outer] = [name("p/msg/Inner"), name("p/msg/Outer")];
    registry.add_text("p/msg/Inner", "int32 x\n", Format::Msg).unwrap();
    registry.add_text("p/msg/Outer", "Inner inner\n", Format::Msg).unwrap();
    let old = [registry.hash(&inner).unwrap(), registry.hash(&outer).unwrap()];
    registry.add_text("p/msg/Inner", "# said otherwise\nint32   x\n", Format::Msg).unwrap();
    assert_eq!(registry.versions(&inner).len(), 1);
    registry.add_text("p/msg/Inner", "int64 x\n", Format::Msg).unwrap();
    assert_eq!(registry.versions(&inner).len(), 2);
    assert_eq!(registry.find("p/Inner").unwrap().description.fields[0].field_type.to_msg(), "int64");

    let new = [registry.hash(&inner).unwrap(), registry.hash(&outer).unwrap()];
    for (hash, name, text) in [
        (old[0], &inner, "int32"),
        (new[0], &inner, "int64"),
        (old[1], &outer, "int32"),
        (new[1], &outer, "int64"),
    ] {
        let description = registry.find_by_hash(&hash).unwrap();
        assert_eq!(description.type_name(), name.as_str());
        let inner = description.find("p/msg/Inner").unwrap();
        assert_eq!(inner.fields[0].field_type.to_msg(), text);
    }
    registry.add_text("p/msg/Inner", "int32 x\n", Format::Msg).unwrap();
    assert_eq!(registry.versions(&inner).len(), 2);
    assert_eq!(registry.hash(&outer).unwrap(), old[1]);
}

#[test]
fn own_types_come_before_built_in_ones_which_stay_findable_by_hash() {
    let registry = Registry::new();
    let string = name("std_msgs/msg/String");
    let genuine = registry.hash(&string).unwrap();
    registry.add_text("std_msgs/msg/String", "int32 data\n", Format::Msg).unwrap();
    assert_ne!(registry.hash(&string).unwrap(), genuine);
    let description = registry.find_by_hash(&genuine).unwrap();
    assert_eq!(description.type_description.fields[0].field_type.to_msg(), "string");
    assert!(Registry::new().find_by_hash(&registry.hash(&string).unwrap()).is_none());
}

#[test]
fn a_child_sees_its_parent_and_its_parent_does_not_see_it() {
    let parent = Arc::new(Registry::new());
    parent.add_text("p/msg/A", "B b\n", Format::Msg).unwrap();
    parent.add_text("p/msg/B", "int32 x\n", Format::Msg).unwrap();
    let child = Registry::child_of(parent.clone());
    let hash = child.hash(&name("p/msg/A")).unwrap();
    assert_eq!(parent.hash(&name("p/msg/A")).unwrap(), hash);
    child.add_text("p/msg/B", "int64 x\n", Format::Msg).unwrap();
    assert_ne!(child.hash(&name("p/msg/A")).unwrap(), hash);
    assert_eq!(parent.hash(&name("p/msg/A")).unwrap(), hash);
    assert!(child.find_by_hash(&hash).is_some());
    parent.add_text("p/msg/A", "B[] b\n", Format::Msg).unwrap();
    let description = child.describe(&name("p/msg/A")).unwrap();
    assert_eq!(description.type_description.fields[0].field_type.to_msg(), "p/B[]");
    assert!(child.find("std_msgs/String").is_ok());
}

#[test]
fn files_know_their_package() {
    let folder = folder(
        "files",
        &[
            (
                "ws/src/repo/package.xml",
                "<package><!-- <name>no</name> --><name> real_msgs </name></package>",
            ),
            ("ws/src/repo/msg/Probe.msg", "int32 x\n"),
            ("ws/src/repo/deep/srv/Ask.srv", "int32 x\n---\n"),
            ("plain_msgs/action/Do.action", "---\n---\n"),
            ("loose/Thing.msg", "int32 x\n"),
            ("bad/package.xml", "<package/>"),
            ("bad/msg/Probe.msg", ""),
            ("my-folder/Thing.msg", ""),
            ("loose/readme.txt", ""),
        ],
    );
    let registry = Registry::new();
    let first = |file: &str| registry.load(&folder.join(file)).map(|names| names[0].to_string());
    assert_eq!(first("ws/src/repo/msg/Probe.msg").unwrap(), "real_msgs/msg/Probe");
    assert_eq!(first("ws/src/repo/deep/srv/Ask.srv").unwrap(), "real_msgs/srv/Ask");
    assert_eq!(first("plain_msgs/action/Do.action").unwrap(), "plain_msgs/action/Do");
    assert_eq!(first("loose/Thing.msg").unwrap(), "loose/msg/Thing");
    for (file, kind, text) in [
        ("bad/msg/Probe.msg", ErrorKind::Definition, "package.xml without a <name>"),
        ("my-folder/Thing.msg", ErrorKind::Name, "`my-folder/msg/Thing` is not a type name"),
        ("loose/readme.txt", ErrorKind::Argument, "not an interface file"),
        ("loose/Nothing.msg", ErrorKind::Io, "Nothing.msg: No such file"),
    ] {
        let error = first(file).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
    let source = registry.find("real_msgs/Ask").unwrap().source.clone().unwrap();
    assert_eq!((source.encoding, &*source.text), ("srv", "int32 x\n---\n"));
}

#[test]
fn the_search_path_is_read_when_a_name_is_missing() {
    let folder = folder(
        "path",
        &[
            ("first/a_msgs/msg/One.msg", "b_msgs/Two two\n"),
            ("second/share/b_msgs/msg/Two.msg", "int32 from_second\n"),
            ("second/share/a_msgs/msg/One.msg", "int32 hidden\n"),
            ("second/share/b_msgs/srv/Ask.srv", "int32 x\n---\n"),
            ("second/share/std_msgs/msg/String.msg", "string data\nint32 more\n"),
            ("second/share/b_msgs/msg/Bad.msg", "int32\n"),
        ],
    );
    let registry = Registry::new();
    assert!(registry.find("a_msgs/One").is_err());
    registry.set_search_path(vec![folder.join("first"), folder.join("second")]);
    let description = registry.describe(&name("a_msgs/msg/One")).unwrap();
    assert_eq!(description.referenced_type_descriptions[0].fields[0].name, "from_second");
    assert_eq!(registry.find("b_msgs/Ask").unwrap().kind, DefinitionKind::Service);
    assert_eq!(Registry::find(&registry, "b_msgs/srv/Ask_Event").unwrap().type_name.name(), "Ask_Event");
    assert_eq!(registry.find("std_msgs/String").unwrap().description.fields.len(), 2);
    assert_eq!(registry.find("b_msgs/Bad").unwrap_err().place().unwrap().line, 1);

    registry.add_text("a_msgs/msg/One", "int32 explicit\n", Format::Msg).unwrap();
    assert_eq!(registry.find("a_msgs/One").unwrap().description.fields[0].name, "explicit");
}

#[test]
fn schema_text_of_recordings() {
    let rule = "=".repeat(80);
    let text = format!(
        "std_msgs/Header header\nPart[] parts\n{rule}\nMSG: my_msgs/Part\nbuiltin_interfaces/msg/Time at\n\
         {rule}\nMSG: std_msgs/msg/Header\nbuiltin_interfaces/Time stamp\nstring frame_id\n\
         {rule}\nMSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec\n"
    );
    let registry = Registry::empty();
    let root = registry.add_schema("my_msgs/msg/Whole", &text).unwrap();
    assert_eq!(registry.describe(&root).unwrap().referenced_type_descriptions.len(), 3);
    let header = name("std_msgs/msg/Header");
    assert_eq!(registry.hash(&header).unwrap(), Registry::new().hash(&header).unwrap());

    let odd = registry.add_schema("p/msg/odd_Name", "int32 fieldName\nsome_Other[] others\n").unwrap();
    assert_eq!(
        registry.find(odd.as_str()).unwrap().description.fields[1].field_type.to_msg(),
        "p/some_Other[]"
    );

    let event = registry.add_schema("p/srv/Ask_Event", "int32 x\n---\nint32 y\n").unwrap();
    let child = Registry::child_of(Arc::new(Registry::new()));
    child.add_schema("p/srv/Ask_Event", "int32 x\n---\nint32 y\n").unwrap();
    assert_eq!(child.describe(&event).unwrap().type_description.fields[0].name, "info");

    for (root, text, expected) in [
        ("p/msg/A", format!("int32 x\n{rule}\nint32 y\n"), "expected `MSG: package/Name`"),
        (
            "p/msg/A",
            format!("int32 x\n{rule}\nMSG: q/B\nint32 1\n"),
            "schema of p/msg/A, section q/msg/B:1:7: ",
        ),
        ("p/msg/A", "int32 1\n".to_owned(), "schema of p/msg/A:1:7: "),
        ("p/msg/A", "double x\n".to_owned(), "did you mean `float64`?"),
        ("p/msg/A", format!("{rule}\nMSG: q/B\nint32 y\n"), "the schema of p/msg/A does not define it"),
    ] {
        let error = Registry::empty().add_schema(root, &text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn schema_text_of_recordings_in_idl() {
    let rule = "=".repeat(80);
    let module = |body: &str| format!("module my_msgs {{ module msg {{\n struct {body} }}; }}; }};\n");
    let (whole, part) = (module("Whole { sequence<my_msgs::msg::Part> parts;"), module("Part { wchar unit;"));
    let rest = format!("{rule}\nIDL: my_msgs/msg/Part\n{part}");
    let with_header = format!("{rule}\nIDL: my_msgs/msg/Whole\n{whole}{rest}");
    for text in [with_header, format!("{whole}{rest}")] {
        let registry = Registry::empty();
        let root = registry.add_schema("my_msgs/msg/Whole", &text).unwrap();
        let description = registry.describe(&root).unwrap();
        assert_eq!(description.referenced_type_descriptions[0].fields[0].name, "unit");
    }
    let service =
        "module p { module srv { struct Ask_Request { long x; }; struct Ask_Response { long y; }; }; };";
    let registry = Registry::new();
    let event = registry.add_schema("p/srv/Ask_Event", service).unwrap();
    assert_eq!(registry.describe(&event).unwrap().type_description.fields[0].name, "info");
    let error = registry.add_schema("p/msg/A", &format!("{whole}{rest}")).unwrap_err().to_string();
    assert!(error.starts_with("schema of p/msg/A:2:9: expected the struct `A`, found `Whole`"), "{error}");
}

#[test]
fn an_idl_file_outside_of_a_package_names_itself() {
    let text = "module my_msgs { module srv { struct Ask_Request { long x; }; struct Ask_Response { long y; }; }; };";
    let folder = folder("idl", &[("loose.idl", text), ("my_msgs/msg/Other.idl", text), ("empty.idl", "")]);
    let registry = Registry::new();
    assert_eq!(registry.load(&folder.join("loose.idl")).unwrap()[0].as_str(), "my_msgs/srv/Ask");
    for (file, expected) in [
        ("my_msgs/msg/Other.idl", "Other.idl:1:38: expected the struct `Other`, found `Ask_Request`"),
        ("empty.idl", "empty.idl:1:1: expected a struct, found the end of the file"),
    ] {
        let error = registry.load(&folder.join(file)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn descriptions_of_peers_add_what_is_not_known_and_change_nothing_that_is() {
    let source = Registry::new();
    source.add_text("p/msg/A", "std_msgs/Header header\nint32 x 5\n", Format::Msg).unwrap();
    source.add_text("p/srv/Ask", "A a\n---\n", Format::Srv).unwrap();
    let ask = name("p/srv/Ask");
    let description = source.describe(&ask).unwrap();

    let registry = Registry::new();
    assert_eq!(registry.add_description(&description).unwrap(), source.hash(&ask).unwrap());
    assert_eq!(registry.hash(&ask).unwrap(), source.hash(&ask).unwrap());
    assert_eq!(registry.find("p/srv/Ask").unwrap().kind, DefinitionKind::Service);
    assert!(registry.versions(&name("std_msgs/msg/Header")).is_empty());

    let other = Registry::new();
    other.add_text("p/msg/A", "int64 y\nint32 LIMIT=3\n", Format::Msg).unwrap();
    let own = other.hash(&name("p/msg/A")).unwrap();
    let hash = other.add_description(&description).unwrap();
    assert_eq!(other.find_by_hash(&hash).unwrap(), description);
    assert_eq!(other.find("p/A").unwrap().constants.len(), 1);
    assert_eq!(other.hash(&name("p/msg/A")).unwrap(), own);
    assert_ne!(other.hash(&ask).unwrap(), hash);

    let mut incomplete = TypeDescription::clone(&description);
    incomplete.referenced_type_descriptions.retain(|d| d.type_name != "std_msgs/msg/Header");
    let error = registry.add_description(&incomplete).unwrap_err();
    let text = "p/srv/Ask.request_message.a.header: `std_msgs/msg/Header` is not described";
    assert_eq!(error.to_string(), text);
}

#[test]
fn threads_share_a_registry() {
    let registry = Arc::new(Registry::new());
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let registry = registry.clone();
            std::thread::spawn(move || {
                for i in 0..20 {
                    let own = format!("p{thread}/msg/T{i}");
                    registry.add_text(&own, "sensor_msgs/Imu imu\n", Format::Msg).unwrap();
                    registry
                        .add_text("p/msg/Shared", &format!("int{} x\n", 8 << (i % 4)), Format::Msg)
                        .unwrap();
                    registry.hash(&name(&own)).unwrap();
                    registry.hash(&name("p/msg/Shared")).unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(registry.versions(&name("p/msg/Shared")).len(), 4);
}
