//! `ros-z info` and `ros-z convert`, and what all verbs say of recordings that are broken.

use std::fs;

use mcap::{Compression, WriteOptions};
use ros_z_dynamic::registry::Registry;
use serde_json::{Value, json};

use crate::bags::{Recorder, STRING, payload, read, string_database, strings, text};
use crate::command::Folder;
use crate::living::name;

fn hash(type_name: &str) -> String {
    Registry::new().hash(&name(type_name)).unwrap().to_string()
}

#[test]
fn a_recording_is_described() {
    let folder = Folder::new("info_described");
    let file = strings(3, WriteOptions::new().compression(Some(Compression::Lz4)));
    let size = file.len();
    folder.write("r.mcap", &file);
    let expected = format!(
        "path:         r.mcap\nstorage:      mcap\nfiles:        1\nsize:         {size} B\ncompression:  lz4\n\
         duration:     2.0 s\nstart:        1970-01-01 00:00:01.000000000 UTC\n\
         end:          1970-01-01 00:00:03.000000000 UTC\nmessages:     3\ntopics:       1\n  \
         /chatter  std_msgs/msg/String    3 messages  {}\n",
        hash(STRING)
    );
    folder.run(&["info", "r.mcap"], "").is(0, &expected, "");
    let json = json!({
        "path": "r.mcap", "storage": "mcap", "files": ["r.mcap"], "size": size, "compression": ["lz4"],
        "start": 1_000_000_000, "end": 3_000_000_000_u64, "duration": 2_000_000_000, "messages": 3,
        "topics": [{"name": "/chatter", "type": STRING, "type_hash": hash(STRING), "messages": 3,
            "message_encoding": "cdr", "schema_encoding": "ros2msg", "offered_qos_profiles": []}],
    });
    let described = |arguments: &[&str]| -> Value {
        let ran = folder.run(arguments, "");
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        serde_json::from_str(ran.stdout()).unwrap()
    };
    assert_eq!(described(&["--json", "info", "r.mcap"]), json);
    // Without a summary, all of it is read.
    let bare = WriteOptions::new().emit_statistics(false).compression(Some(Compression::Zstd));
    folder.write("bare.mcap", strings(3, bare));
    let bare = described(&["--json", "info", "bare.mcap"]);
    for key in ["start", "end", "messages", "topics"] {
        assert_eq!(bare[key], json[key], "{key}");
    }
    assert_eq!(bare["compression"], json!(["zstd"]));
    string_database(&folder.path().join("r.db3"), 3);
    let database = described(&["--json", "info", "r.db3"]);
    for key in ["start", "end", "messages", "duration"] {
        assert_eq!(database[key], json[key], "{key}");
    }
    assert_eq!((&database["storage"], &database["topics"][0]["type"]), (&json!("sqlite3"), &json!(STRING)));
    folder.write("empty.mcap", strings(0, WriteOptions::new()));
    assert_eq!(described(&["--json", "info", "empty.mcap"])["start"], Value::Null);
}

/// Each verb has one clear line for each of these, and exit code 1.
#[test]
fn broken_recordings_have_one_clear_line() {
    let folder = Folder::new("broken_recordings");
    let chunked = |compression| strings(3, WriteOptions::new().compression(compression));
    let changed = |mut file: Vec<u8>, what: &[u8], with: &[u8]| {
        let places: Vec<_> =
            file.windows(what.len()).enumerate().filter(|(_, w)| *w == what).map(|(i, _)| i).collect();
        for place in places {
            file[place..place + with.len()].copy_from_slice(with);
        }
        file
    };
    let other = |message_encoding: &str, schema: (&str, &str, &str)| {
        let mut recorder = Recorder::new(WriteOptions::new());
        let channel = recorder.channel_in(message_encoding, "/other", schema, &[]);
        recorder.message(channel, 5, b"{}");
        recorder.finish()
    };
    let whole = chunked(None);
    let cut = "the recording ends in the middle: it was cut, or never finished";
    let table = [
        ("cut", whole[..whole.len() / 3].to_vec(), cut),
        ("cut_packed", chunked(Some(Compression::Zstd))[..150].to_vec(), cut),
        ("wrong_crc", changed(whole.clone(), b"text 2", b"text 9"), "Chunk CRC failed"),
        ("compression", changed(chunked(Some(Compression::Zstd)), b"zstd", b"zzzz"), "zzzz"),
        (
            "message_encoding",
            other("json", ("any", "jsonschema", "{}")),
            "messages encoded as `json` are not read, only `cdr`",
        ),
        (
            "schema_encoding",
            other("cdr", ("a/msg/B", "omgidl", "struct B {};")),
            "is written in `omgidl`; only `ros2msg` and `ros2idl` are read",
        ),
        ("schema", other("cdr", ("a/msg/B", "ros2msg", "int32")), "schema of a/msg/B:1:"),
        ("magic", b"RIFF    WAVE".to_vec(), "not a recording; expected one in MCAP or SQLite"),
        ("empty", Vec::new(), "not a recording; expected one in MCAP or SQLite"),
    ];
    for (file, contents, error) in table {
        folder.write(file, contents);
        for verb in ["cat", "convert"] {
            let ran = folder.run(&[verb, file], "");
            let errors: Vec<&str> = ran.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
            assert_eq!((ran.code, errors.len()), (Some(1), 1), "{verb} {file}: {ran:?}");
            assert!(
                errors[0].starts_with(&format!("error: {file}: ")) && errors[0].contains(error),
                "{errors:?}"
            );
        }
    }
    for file in ["cut", "magic", "empty"] {
        let ran = folder.run(&["info", file], "");
        assert_eq!((ran.code, ran.stderr.lines().count()), (Some(1), 1), "{ran:?}");
        assert!(ran.stderr.starts_with(&format!("error: {file}: ")), "{ran:?}");
    }
    assert!(folder.run(&["info", "cut_packed"], "").stdout().contains("messages:     0\n"));
}

const SCAN: &str = "std_msgs/Header header\nfloat32[2] pair\nfloat64[] ranges\nuint8[3] key\nstring label\n\
    ================================================================================\nMSG: std_msgs/Header\n\
    builtin_interfaces/Time stamp\nstring frame_id\n\
    ================================================================================\nMSG: builtin_interfaces/Time\n\
    int32 sec\nuint32 nanosec\n";

fn scans() -> Vec<u8> {
    let registry = Registry::new();
    registry.add_schema("my_msgs/msg/Scan", SCAN).unwrap();
    let mut recorder = Recorder::new(WriteOptions::new());
    let scan = recorder.channel("/lidar/scan", ("my_msgs/msg/Scan", "ros2msg", SCAN), &[]);
    let chatter = recorder.channel("/chatter", (STRING, "ros2msg", "string data"), &[]);
    let json = r#"{"header":{"stamp":{"sec":7},"frame_id":"a, \"b\"\nc"},"pair":[0.5,"NaN"],"ranges":[1,2.5],"key":[1,2,3]}"#;
    recorder.message(scan, 10, &payload(&registry, "my_msgs/msg/Scan", json));
    recorder.message(chatter, 11, &text("hi"));
    recorder.message(scan, 12, &payload(&registry, "my_msgs/msg/Scan", "{\"label\":\"é\"}"));
    recorder.finish()
}

#[test]
fn tables_have_a_column_for_each_value() {
    let folder = Folder::new("convert_tables");
    folder.write("r.mcap", scans());
    let header = "log_time,publish_time,header.stamp.sec,header.stamp.nanosec,header.frame_id,pair[0],pair[1],ranges,key,label\n";
    let rows = "10,9,7,0,\"a, \"\"b\"\"\nc\",0.5,NaN,\"[1.0,2.5]\",AQID,\n12,11,0,0,,0.0,0.0,[],AAAA,é\n";
    let table = format!("{header}{rows}");
    folder.run(&["convert", "r.mcap", "--format", "csv", "--topic", "/lidar/scan"], "").is(0, &table, "");
    folder.run(&["convert", "r.mcap", "--topic", "/lidar/scan", "-o", "scan.csv"], "").is(
        0,
        "",
        "scan.csv: 2 messages of /lidar/scan\n",
    );
    assert_eq!(fs::read_to_string(folder.path().join("scan.csv")).unwrap(), table);
    let lines = "{\"topic\":\"/lidar/scan\",\"path\":\"tables/lidar__scan.csv\",\"messages\":2}\n\
                 {\"topic\":\"/chatter\",\"path\":\"tables/chatter.csv\",\"messages\":1}\n";
    folder.run(&["--json", "convert", "r.mcap", "--format", "csv", "-o", "tables"], "").is(0, lines, "");
    assert_eq!(fs::read_to_string(folder.path().join("tables/lidar__scan.csv")).unwrap(), table);
    let chatter = "log_time,publish_time,data\n11,10,hi\n";
    assert_eq!(fs::read_to_string(folder.path().join("tables/chatter.csv")).unwrap(), chatter);
    let parts = ["--field", "pair", "--field", "header.stamp.sec", "--bytes", "array"];
    folder
        .run(&[&["convert", "r.mcap", "--topic", "/lidar/scan", "--format", "csv"], &parts[..]].concat(), "")
        .is(
            0,
            "log_time,publish_time,pair[0],pair[1],header.stamp.sec\n10,9,0.5,NaN,7\n12,11,0.0,0.0,0\n",
            "",
        );
    folder.run(&["convert", "r.mcap", "--format", "csv"], "").is(
        2,
        "",
        "error: CSV has a table for each topic: name a folder with --output, or one --topic\n",
    );
    folder.run(&["convert", "r.mcap", "--topic", "/lidar/scan", "-o", "scan.csv"], "").is(
        1,
        "",
        "error: scan.csv cannot be created: File exists (os error 17)\n",
    );
}

#[test]
fn json_lines_are_those_of_cat() {
    let folder = Folder::new("convert_lines");
    folder.write("r.mcap", scans());
    let lines = folder.run(&["cat", "r.mcap"], "");
    folder.run(&["convert", "r.mcap"], "").is(0, lines.stdout(), "");
    folder.run(&["convert", "r.mcap", "-o", "r.jsonl"], "").is(0, "", "r.jsonl: 3 messages\n");
    assert_eq!(fs::read_to_string(folder.path().join("r.jsonl")).unwrap(), lines.stdout());
}

#[test]
fn a_database_becomes_an_mcap_file_with_types() {
    let folder = Folder::new("convert_recording");
    string_database(&folder.path().join("r.db3"), 3);
    folder.run(&["convert", "r.db3", "-o", "r.mcap", "--compression", "lz4"], "").is(
        0,
        "",
        "r.mcap: 3 messages\n",
    );
    let messages = read(&folder.path().join("r.mcap"));
    let payloads: Vec<_> = messages.iter().map(|message| message.payload.clone()).collect();
    assert_eq!(payloads, [1, 2, 3].map(|number| text(&format!("text {number}"))));
    assert!(messages[0].schema.contains("string data"), "{}", messages[0].schema);
    assert_eq!(messages[0].metadata["topic_type_hash"], hash(STRING));
    let lines = folder.run(&["cat", "r.db3"], "");
    folder.run(&["cat", "r.mcap"], "").is(0, lines.stdout(), "");
    folder.run(&["convert", "r.mcap", "--format", "mcap"], "").is(
        2,
        "",
        "error: name the recording to write with --output\n",
    );
    folder.run(&["convert", "r.mcap", "-o", "x.mcap", "--field", "data"], "").is(
        2,
        "",
        "error: --field: messages go into a recording as they are\n",
    );
}

#[test]
fn every_verb_of_recordings_has_an_example() {
    let folder = Folder::new("examples_of_recordings");
    for verb in ["cat", "convert", "info", "play", "record"] {
        let ran = folder.run(&[verb, "--help"], "");
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout().contains(&format!("\nExamples:\n  ros-z {verb} ")), "{}", ran.stdout());
    }
}
