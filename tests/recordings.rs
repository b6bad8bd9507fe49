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

fn recordings_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            recordings_below(&path, found);
        } else if name.ends_with(".mcap") || name.ends_with(".mcap.zstd") {
            found.push(path);
        }
    }
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
    let mut total = 0;
    for path in &paths {
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        let output = cat(&[path]);
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{name}");
        let lines = String::from_utf8(output.stdout).unwrap();
        for line in lines.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["message"].is_object(), "{name}: {line}");
        }
        assert_eq!((output.status.code(), lines.lines().count() as u64), (Some(0), known[name]), "{name}");
        total += known[name];
    }
    println!("{} recordings, {total} messages, all decoded", paths.len());
    assert!(paths.len() >= 14 && total >= 4967, "{} recordings, {total} messages", paths.len());
}
