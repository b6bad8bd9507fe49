//! Recordings: the one of this repository, byte for byte, and public ones where they lie beside it.
#![cfg(feature = "cli")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mcap::WriteOptions;
use mcap::records::MessageHeader;
use ros_z_dynamic::codec::{Plan, from_json};
use ros_z_dynamic::registry::Registry;

/// Set to write the recording of this repository anew instead of comparing it.
const WRITE: &str = "ROS_Z_WRITE_FIXTURES";

const FIRST_TIME: u64 = 1_700_000_000_000_000_000;
const STEP: u64 = 100_000_000;

fn cat(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ros-z")).arg("cat").args(arguments).output().unwrap()
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Each type with the texts of all types it refers to, as recorders embed them.
fn schema(file: &str, referenced: &[&str]) -> String {
    let text = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    let mut schema = text(file);
    for name in referenced {
        let (package, name) = name.split_once('/').unwrap();
        let referenced = text(&format!("type_db/{package}/msg/{name}.msg"));
        schema += &format!("{}\nMSG: {package}/{name}\n{referenced}", "=".repeat(80));
    }
    schema
}

/// Five readings of a probe, with a word on `/chatter` after each but the last two.
fn recording() -> Vec<u8> {
    let options = WriteOptions::new().profile("ros2").library("ros-z-dynamic").compression(None);
    let mut writer = options.create(Cursor::new(Vec::new())).unwrap();
    let probe = schema(
        "examples/demo_msgs/msg/Probe.msg",
        &["std_msgs/Header", "builtin_interfaces/Time", "geometry_msgs/Point"],
    );
    let string = schema("type_db/std_msgs/msg/String.msg", &[]);
    let topics = [("/probe", "demo_msgs/msg/Probe", probe), ("/chatter", "std_msgs/msg/String", string)];
    let topics = topics.map(|(topic, name, schema)| {
        let registry = Registry::new();
        let type_name = registry.add_schema(name, &schema).unwrap();
        let plan = Plan::compile(&registry.describe(&type_name).unwrap()).unwrap();
        let schema = writer.add_schema(name, "ros2msg", schema.as_bytes()).unwrap();
        (writer.add_channel(schema, topic, "cdr", &BTreeMap::new()).unwrap(), plan)
    });
    for index in 0..5_u32 {
        let time = FIRST_TIME + STEP * u64::from(index);
        let nanosec = STEP * u64::from(index);
        let probe = format!(
            r#"{{"header": {{"stamp": {{"sec": 1700000000, "nanosec": {nanosec}}}, "frame_id": "tip"}},
                "label": "probe {index}", "samples": [{index}, {index}.5], "position": {{"z": 0.25}}}}"#
        );
        let string = format!(r#"{{"data": "reading {index} done"}}"#);
        for ((channel, plan), text) in topics.iter().zip([probe, string]).take(if index < 3 { 2 } else { 1 })
        {
            let header = MessageHeader {
                channel_id: *channel,
                sequence: index + 1,
                log_time: time,
                publish_time: time,
            };
            let payload = from_json(plan, text.as_bytes(), &Default::default()).unwrap();
            writer.write_to_known_channel(&header, &payload).unwrap();
        }
    }
    writer.finish().unwrap();
    writer.into_inner().into_inner()
}

#[test]
fn the_recording_of_this_repository_is_what_is_written_here() {
    for path in ["fixtures/recordings/probe.mcap", "examples/probe.mcap"] {
        let path = repository().join(path);
        if std::env::var_os(WRITE).is_some() {
            fs::write(&path, recording()).unwrap();
        }
        assert!(
            fs::read(&path).unwrap() == recording(),
            "{}: set {WRITE}=1 to write it anew",
            path.display()
        );
    }
}

#[test]
fn the_recording_of_this_repository_is_read() {
    let output = cat(&[&repository().join("fixtures/recordings/probe.mcap")]);
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
    let expected = fs::read_to_string(repository().join("fixtures/recordings/probe.jsonl")).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

/// A fresh folder of a test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("recordings_{test}"));
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

const TOPICS: &str =
    "CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT)";
const MESSAGES: &str =
    "CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER, data BLOB)";
const DEFINITIONS: &str = "CREATE TABLE message_definitions(id INTEGER PRIMARY KEY, topic_type TEXT, encoding TEXT, \
    encoded_message_definition TEXT, type_description_hash TEXT)";
const HASHES: &str = "ALTER TABLE topics ADD COLUMN type_description_hash TEXT NOT NULL DEFAULT ''";

/// A recording in SQLite with these statements behind those that make its tables.
fn database(path: &Path, statements: &[&str]) {
    let database = rusqlite::Connection::open(path).unwrap();
    let all = [TOPICS, MESSAGES, DEFINITIONS].iter().chain(statements);
    all.for_each(|statement| database.execute_batch(statement).unwrap());
}

fn text_of(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// What rosbag2 stores of the events of a service: the name of the event, and the text of the `.srv` file.
#[test]
fn events_of_services_are_read_by_the_text_of_the_service() {
    let folder = folder("events");
    let event = "sec: 1, nanosec: 2";
    let registry = Registry::new();
    let srv = "float32 level\n---\nbool done\n";
    let name = registry.add_schema("my_msgs/srv/Fill_Event", srv).unwrap();
    let plan = Plan::compile(&registry.describe(&name).unwrap()).unwrap();
    let json = r#"{"info": {"event_type": 1, "stamp": {"sec": 1, "nanosec": 2}, "sequence_number": 7},
        "request": [{"level": 0.5}], "response": []}"#;
    let payload = from_json(&plan, json.as_bytes(), &Default::default()).unwrap();
    let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = registry.hash(&name).unwrap();
    let path = folder.join("events.db3");
    database(
        &path,
        &[
            HASHES,
            &format!("INSERT INTO topics VALUES (3, '/fill/_service_event', '{name}', 'cdr', '{hash}')"),
            &format!("INSERT INTO message_definitions VALUES (1, '{name}', 'ros2msg', '{srv}', '{hash}')"),
            &format!("INSERT INTO messages VALUES (1, 3, 5, X'{hex}')"),
        ],
    );
    let (lines, errors) = text_of(&cat(&[&path]));
    assert_eq!(errors, "", "{event}");
    let line: serde_json::Value = serde_json::from_str(&lines).unwrap();
    assert_eq!((&line["type"], &line["log_time"]), (&"my_msgs/srv/Fill_Event".into(), &5.into()));
    assert_eq!(line["message"]["request"][0]["level"], 0.5);
    assert_eq!(line["message"]["info"]["sequence_number"], 7);
}

#[test]
fn what_a_database_lacks_or_has_in_another_form_is_said() {
    let folder = folder("refused");
    let string = "X'000100000300000068690000'";
    let unknown = "RIHS01_0000000000000000000000000000000000000000000000000000000000000000";
    let table: [(&str, &[&str], &str); 6] = [
        (
            "wrong_format",
            &[
                "INSERT INTO topics VALUES (1, '/t', 'std_msgs/msg/String', 'wrong_format')",
                &format!("INSERT INTO messages VALUES (1, 1, 5, {string})"),
            ],
            "/t: messages encoded as `wrong_format` are not read, only `cdr`",
        ),
        (
            "no_type",
            &[
                "INSERT INTO topics VALUES (1, '/t', 'my_msgs/msg/Lost', 'cdr')",
                &format!("INSERT INTO messages VALUES (1, 1, 5, {string})"),
            ],
            "/t: unknown type `my_msgs/msg/Lost`; ",
        ),
        (
            "other_hash",
            &[
                HASHES,
                &format!("INSERT INTO topics VALUES (1, '/t', 'std_msgs/msg/String', 'cdr', '{unknown}')"),
                &format!("INSERT INTO messages VALUES (1, 1, 5, {string})"),
            ],
            "/t: `std_msgs/msg/String` was recorded with the hash RIHS01_0000",
        ),
        (
            "no_topic",
            &[&format!("INSERT INTO messages VALUES (1, 9, 5, {string})")],
            "message 1 is of the unknown topic 9",
        ),
        (
            "no_payload",
            &[
                "INSERT INTO topics VALUES (1, '/t', 'std_msgs/msg/String', 'cdr')",
                "INSERT INTO messages VALUES (1, 1, 5, NULL)",
            ],
            "message 1 has no payload",
        ),
        (
            "no_tables",
            &["DROP TABLE messages"],
            "not a recording of rosbag2 that can be read: no such table: messages",
        ),
    ];
    for (name, statements, expected) in table {
        let path = folder.join(name).with_extension("db3");
        database(&path, statements);
        let output = cat(&[&path]);
        let (lines, errors) = text_of(&output);
        assert_eq!((output.status.code(), lines.as_str()), (Some(1), ""), "{name}");
        assert!(errors.starts_with("error: ") && errors.contains(expected), "{name}: {errors}");
    }
    let path = folder.join("cut.db3");
    fs::write(&path, &fs::read(folder.join("no_type.db3")).unwrap()[..5000]).unwrap();
    let (_, errors) = text_of(&cat(&[&path]));
    assert!(errors.contains("database disk image is malformed"), "{errors}");
}

#[test]
fn the_files_of_a_bag_are_read_in_the_order_of_its_metadata() {
    let folder = folder("bag");
    for (file, word) in [("b_0.db3", "one"), ("b_1.db3", "two"), ("stray.db3", "not listed")] {
        let text: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
        let length = u8::try_from(word.len() + 1).unwrap();
        database(
            &folder.join(file),
            &[
                "INSERT INTO topics VALUES (1, '/t', 'std_msgs/msg/String', 'cdr')",
                &format!("INSERT INTO messages VALUES (1, 1, 5, X'00010000{length:02x}000000{text}00')"),
            ],
        );
    }
    let metadata = |files: &str| {
        let text = format!("rosbag2_bagfile_information:\n  relative_file_paths:\n{files}  duration: 1\n");
        fs::write(folder.join("metadata.yaml"), text).unwrap();
    };
    let words = || -> Vec<String> {
        let (lines, errors) = text_of(&cat(&[&folder]));
        assert_eq!(errors, "");
        let word = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["message"]["data"].to_string()
        };
        lines.lines().map(word).collect()
    };
    metadata("    - b_1.db3\n    - b_0.db3\n");
    assert_eq!(words(), ["\"two\"", "\"one\""]);
    fs::remove_file(folder.join("metadata.yaml")).unwrap();
    assert_eq!(words(), ["\"one\"", "\"two\"", "\"not listed\""]);
    metadata("    - gone.db3\n");
    let (_, errors) = text_of(&cat(&[&folder]));
    assert!(errors.contains("gone.db3: No such file"), "{errors}");
}

#[test]
fn schemas_in_idl_are_read_and_others_named() {
    let folder = folder("idl");
    let idl = "module my_msgs { module msg { struct Level { float value; wchar unit; }; }; };";
    let rule = "=".repeat(80);
    let schema = format!("{rule}\nIDL: my_msgs/msg/Level\n{idl}");
    let write = |encoding: &str| {
        let options = WriteOptions::new().profile("ros2").library("x").compression(None);
        let mut writer = options.create(Cursor::new(Vec::new())).unwrap();
        let schema = writer.add_schema("my_msgs/msg/Level", encoding, schema.as_bytes()).unwrap();
        let channel = writer.add_channel(schema, "/level", "cdr", &BTreeMap::new()).unwrap();
        let header = MessageHeader { channel_id: channel, sequence: 1, log_time: 1, publish_time: 1 };
        writer.write_to_known_channel(&header, &[0, 1, 0, 0, 0, 0, 0, 63, b'm', 0]).unwrap();
        writer.finish().unwrap();
        let path = folder.join(encoding).with_extension("mcap");
        fs::write(&path, writer.into_inner().into_inner()).unwrap();
        path
    };
    let idl = write("ros2idl");
    let (lines, errors) = text_of(&cat(&[&idl]));
    assert_eq!(errors, "");
    assert!(lines.contains(r#""message":{"value":0.5,"unit":"#), "{lines}");
    let (_, errors) = text_of(&cat(&[&write("omgidl")]));
    assert!(errors.contains("is written in `omgidl`; only `ros2msg` and `ros2idl` are read"), "{errors}");

    let shown = Command::new(env!("CARGO_BIN_EXE_ros-z"))
        .args(["interface", "show", "my_msgs/Level", "--type-path"])
        .arg(&idl)
        .output()
        .unwrap();
    assert!(text_of(&shown).0.contains("float32 value"), "{shown:?}");
}

fn recordings_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = name.strip_suffix(".zstd").unwrap_or(&name);
        if path.is_dir() {
            recordings_below(&path, found);
        } else if name.ends_with(".mcap") || name.ends_with(".db3") {
            found.push(path);
        }
    }
}

/// The package that older recordings name without defining it, under that name.
fn test_msgs(corpus: &Path) -> PathBuf {
    let folder = folder("test_msgs");
    let mut open = vec![corpus.join("interfaces_distro/jazzy/test_interface_files")];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let namespace = path.parent().unwrap().file_name().unwrap().to_owned();
            match path.is_dir() {
                true => open.push(path),
                false if namespace == "msg" => {
                    fs::create_dir_all(folder.join("test_msgs/msg")).unwrap();
                    fs::copy(&path, folder.join("test_msgs/msg").join(path.file_name().unwrap())).unwrap();
                }
                false => {}
            }
        }
    }
    folder
}

#[test]
fn every_message_of_public_recordings_is_decoded() {
    let corpus = repository().join("../shared/data/corpus");
    let Ok(manifest) = fs::read(corpus.join("MANIFEST.json")) else {
        println!("skipped: there are no recordings in {}", corpus.display());
        return;
    };
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let known: BTreeMap<&str, u64> = manifest["recordings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["file"].as_str().unwrap(), entry["messages"].as_u64().unwrap()))
        .collect();
    let folder = corpus.join("recordings");
    let mut paths = Vec::new();
    recordings_below(&folder, &mut paths);
    let (mut total, mut without_texts) = (0, 0);
    let types = test_msgs(&corpus);
    for path in &paths {
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        let mut output = cat(&[path]);
        let errors = String::from_utf8(output.stderr).unwrap();
        // Databases from before Iron have no texts, so that types that are not built in must come from elsewhere.
        if errors.contains("unknown type `test_msgs/msg/") && !errors.contains("unknown type `std_msgs/") {
            without_texts += 1;
            output = cat(&[path, Path::new("--type-path"), &types]);
            assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{name}");
        } else {
            assert_eq!(errors, "", "{name}");
        }
        let lines = String::from_utf8(output.stdout).unwrap();
        for line in lines.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["message"].is_object(), "{name}: {line}");
        }
        assert_eq!((output.status.code(), lines.lines().count() as u64), (Some(0), known[name]), "{name}");
        total += known[name];
    }
    println!("{} recordings, {total} messages, all decoded; {without_texts} without texts", paths.len());
    assert!(paths.len() >= 26 && total >= 9876, "{} recordings, {total} messages", paths.len());
}

/// What a recording holds is known afterwards, with the hash that the recorder noted for it.
#[test]
fn types_of_public_recordings_have_the_hashes_in_them() {
    let folder = repository().join("../shared/data/corpus/recordings");
    if !folder.exists() {
        println!("skipped: there are no recordings in {}", folder.display());
        return;
    }
    let mut paths = Vec::new();
    recordings_below(&folder, &mut paths);
    let (mut equal, mut different) = (0, Vec::new());
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "db3")) {
        let database = rusqlite::Connection::open(path).unwrap();
        let Ok(mut rows) =
            database.prepare("SELECT topic_type, type_description_hash FROM message_definitions")
        else {
            continue;
        };
        let rows =
            rows.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
        for (name, hash) in rows.map(Result::unwrap).filter(|(_, hash)| !hash.is_empty()) {
            let shown = Command::new(env!("CARGO_BIN_EXE_ros-z"))
                .args(["interface", "hash", &name, "--type-path"])
                .arg(path)
                .output()
                .unwrap();
            match text_of(&shown).0.trim() == hash {
                true => equal += 1,
                false => different.push(name),
            }
        }
    }
    println!("{equal} hashes are those of the recorder; others: {different:?}");
    // The library that wrote one recording takes `char` for another type; the texts of another were made up by hand.
    different.sort();
    let made_up = ["rcl_interfaces/msg/Log", "rcl_interfaces/msg/ParameterEvent", "std_msgs/msg/String"];
    assert!(equal >= 90, "{equal}");
    assert_eq!(different, [&made_up[..2], &["std_msgs/msg/Char"], &made_up[2..]].concat());
}
