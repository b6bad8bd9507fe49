//! `ros-z record` and `ros-z play`, with processes of both.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use mcap::WriteOptions;
use ros_z_dynamic::net::Node;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{Durability, History, QosProfile};
use serde_json::{Value, json};

use crate::bags::{Read, Recorder, STRING, payload, read, string_database, strings, text};
use crate::command::{Folder, ros_z};
use crate::living::{DEADLINE, Graph, name, publisher, registry, subscriber};
use crate::running::Running;

const OWN: &str = "my_msgs/msg/Own";
const OWN_TEXT: &str =
    "# Only the nodes of a test know this.\nuint8 MODE=3\nfloat32[] samples\nbuiltin_interfaces/Time at\n";
const FEEDBACK: &str = "example_interfaces/action/Fibonacci_FeedbackMessage";
const EVENT: &str = "example_interfaces/srv/AddTwoInts_Event";
const LATCHED: QosProfile =
    QosProfile { durability: Durability::TransientLocal, ..QosProfile::DEFAULT.with_depth(1) };

/// Waits rather than drop what the network does not take at once.
const WAITING: QosProfile = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };

/// The command with these arguments, running in a folder and in the domain of a graph.
fn start(graph: &Graph, folder: &Folder, arguments: &[&str]) -> Running {
    let domain = graph.domain.to_string();
    let global = ["--connect", graph.endpoint(), "--domain", &domain];
    Running::of(ros_z(&[&global[..], arguments].concat()).current_dir(folder.path()))
}

fn wait_for_subscribers(node: &Node, topics: &[&str]) {
    for topic in topics {
        assert!(node.wait_for_subscribers(topic, 1, DEADLINE).unwrap(), "{topic}");
    }
}

fn sorted(mut messages: Vec<Read>) -> Vec<Read> {
    messages.sort();
    messages
}

fn parsed(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Types of all kinds, one of them known on the network only; a message that was published before recording; then the
/// recording is played into another one.
#[test]
fn what_is_recorded_and_played_is_recorded_the_same() {
    let (graph, folder) = (Graph::new("record_play"), Folder::new("record_play_record"));
    let (own, types) = (registry(OWN, OWN_TEXT), Registry::new());
    let topics = ["/own", "/map", "/fib/_action/feedback", "/add/_service_event"];
    let node = graph.node("talker");
    let latched = publisher(&node, "/map", (&types, STRING), LATCHED);
    latched.publish(text("published before")).unwrap();
    let recording =
        start(&graph, &folder, &["--json", "record", "--all", "-o", "first.mcap", "--limit", "22"]);
    let publishers = [
        (
            publisher(&node, "/own", (&own, OWN), QosProfile::SENSOR_DATA),
            &own,
            OWN,
            "{\"samples\":[1,2.5],\"at\":{\"sec\":NUMBER}}",
        ),
        (
            publisher(&node, topics[2], (&types, FEEDBACK), QosProfile::DEFAULT),
            &types,
            FEEDBACK,
            "{\"feedback\":{\"sequence\":[NUMBER]}}",
        ),
        (
            publisher(&node, topics[3], (&types, EVENT), QosProfile::DEFAULT),
            &types,
            EVENT,
            "{\"request\":[{\"a\":NUMBER}]}",
        ),
    ];
    let hidden = publisher(&node, "/_hidden", (&types, STRING), QosProfile::DEFAULT);
    wait_for_subscribers(&node, &topics);
    hidden.publish(text("hidden")).unwrap();
    let mut sent = vec![("/map".to_owned(), text("published before"))];
    for number in 0..7 {
        for (publisher, types, type_name, json) in &publishers {
            let payload = payload(types, type_name, &json.replace("NUMBER", &number.to_string()));
            publisher.publish(payload.clone()).unwrap();
            sent.push((publisher.entity().topic().to_owned(), payload));
        }
    }
    check_first(&folder, recording, &own, sent);

    let other = Graph::new("record_play_again");
    // It plays for a moment only, too short for being asked what the types are.
    let flags = ["-q", "--type-path", "first.mcap", "record", "-o", "second", "--limit", "22"];
    let named = [&flags[..], &topics, &["/rosout"]].concat();
    let recording = start(&other, &folder, &named);
    let playing = start(&other, &folder, &["--json", "play", "first.mcap", "--rate", "100", "-w", "1"]);
    let (lines, errors, code) = playing.end();
    assert_eq!((errors.as_str(), code), ("", Some(0)));
    assert_eq!(parsed(&lines)[0]["messages"], 22);
    assert_eq!(recording.end(), (vec![], String::new(), Some(0)));
    let first = sorted(read(&folder.path().join("first.mcap")));
    assert_eq!(sorted(read(&folder.path().join("second/second_0.mcap"))), first);

    check_told(&other, &folder, &own);
}

/// A player tells what its types are.
fn check_told(other: &Graph, folder: &Folder, own: &Registry) {
    let playing = start(other, folder, &["-q", "play", "first.mcap", "--loop", "--rate", "100"]);
    let learned = other.node("curious").learn_topic_type(&Registry::new(), "/own", DEADLINE).unwrap();
    assert_eq!(
        (learned.type_name, learned.type_hash),
        (name(OWN), own.hash(&name(OWN)).unwrap().to_string())
    );
    playing.interrupt();
    assert_eq!(playing.end(), (vec![], String::new(), Some(130)));
}

/// The first recording has what was sent, and says of it what recorders say.
fn check_first(folder: &Folder, recording: Running, own: &Registry, mut sent: Vec<(String, Vec<u8>)>) {
    let (lines, errors, code) = recording.end();
    assert_eq!((errors.as_str(), code), ("", Some(0)));
    let lines = parsed(&lines);
    let hash = own.hash(&name(OWN)).unwrap().to_string();
    let line = json!({"topic": "/own", "type": OWN, "type_hash": hash});
    assert!(lines.len() == 6 && lines.contains(&line), "{lines:?}");
    let end = &lines[5];
    assert_eq!(
        (&end["path"], &end["messages"], &end["dropped"]),
        (&json!("first.mcap"), &json!(22), &json!(0))
    );
    let counts = ["/own", "/map", "/rosout"].map(|topic| end["topics"][topic].clone());
    assert_eq!(counts, [json!(7), json!(1), json!(0)]);

    let first = sorted(read(&folder.path().join("first.mcap")));
    sent.sort();
    let found: Vec<_> = first.iter().map(|read| (read.topic.clone(), read.payload.clone())).collect();
    assert_eq!(found, sent);
    let of = |topic: &str| first.iter().find(|read| read.topic == topic).unwrap();
    assert!(of("/own").schema.starts_with(OWN_TEXT), "{}", of("/own").schema);
    assert_eq!(of("/own").metadata["topic_type_hash"], hash);
    assert!(of("/own").metadata["offered_qos_profiles"].contains("reliability: best_effort\n"));
    assert!(of("/map").metadata["offered_qos_profiles"].contains("durability: transient_local\n"));
    assert_eq!(of("/fib/_action/feedback").type_name, FEEDBACK);
    assert_eq!(of("/add/_service_event").type_name, EVENT);
    folder.run(&["cat", "first.mcap", "--limit", "22"], "").is(0, &printed(folder, "first.mcap"), "");
}

fn printed(folder: &Folder, file: &str) -> String {
    let ran = folder.run(&["cat", file], "");
    assert_eq!((ran.code, ran.stdout().lines().count()), (Some(0), 22), "{ran:?}");
    ran.stdout().to_owned()
}

/// The files of a folder, and what its metadata says of them.
fn files(folder: &Path) -> (Vec<PathBuf>, serde_yaml::Value) {
    let text = fs::read_to_string(folder.join("metadata.yaml")).unwrap();
    let metadata: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let metadata = metadata["rosbag2_bagfile_information"].clone();
    let names = metadata["relative_file_paths"].as_sequence().unwrap().clone();
    (names.iter().map(|name| folder.join(name.as_str().unwrap())).collect(), metadata)
}

#[test]
fn a_recording_is_split_by_size() {
    let (graph, folder) = (Graph::new("split"), Folder::new("record_split"));
    let types = Registry::new();
    let node = graph.node("talker");
    let chatter = publisher(&node, "/chatter", (&types, STRING), WAITING);
    let _silent = publisher(&node, "/silent", (&types, STRING), QosProfile::DEFAULT);
    let flags = ["--max-bag-size", "200k", "--limit", "40"];
    let recording = start(
        &graph,
        &folder,
        &[&["record", "-e", "^/(chatter|silent)$", "-o", "bags/split"], &flags[..]].concat(),
    );
    wait_for_subscribers(&node, &["/chatter", "/silent"]);
    for _ in 0..40 {
        chatter.publish(text(&"x".repeat(20_000))).unwrap();
    }
    let (lines, notes, code) = recording.end();
    assert_eq!((lines, code), (vec![], Some(0)), "{notes}");
    assert!(notes.contains("recording /chatter (std_msgs/msg/String)\n"), "{notes}");
    assert!(notes.contains("\nrecorded 40 messages of 2 topics, "), "{notes}");
    let (paths, metadata) = files(&folder.path().join("bags/split"));
    assert!((3..=4).contains(&paths.len()), "{paths:?}");
    let counts: Vec<u64> = metadata["files"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|file| file["message_count"].as_u64().unwrap())
        .collect();
    for (path, count) in paths.iter().zip(&counts) {
        assert_eq!(read(path).len() as u64, *count);
        assert!(fs::metadata(path).unwrap().len() < 300_000);
    }
    assert_eq!((counts.iter().sum::<u64>(), metadata["message_count"].as_u64()), (40, Some(40)));
    assert_eq!(
        (metadata["version"].as_u64(), metadata["storage_identifier"].as_str()),
        (Some(9), Some("mcap"))
    );
    let topics = metadata["topics_with_message_count"].as_sequence().unwrap();
    let count = |topic: &str| {
        let is_it = |entry: &&serde_yaml::Value| entry["topic_metadata"]["name"] == *topic;
        topics.iter().find(is_it).unwrap()["message_count"].as_u64()
    };
    assert_eq!((count("/chatter"), count("/silent")), (Some(40), Some(0)));
    let info = folder.run(&["--json", "info", "bags/split"], "");
    let info: Value = serde_json::from_str(info.stdout()).unwrap();
    assert_eq!((&info["messages"], &info["compression"]), (&json!(40), &json!([])));
}

#[test]
fn a_signal_completes_the_file() {
    for (signal, ends_with) in [("INT", 130), ("TERM", 143)] {
        let name = format!("record_{signal}");
        let (graph, folder) = (Graph::new(&name), Folder::new(&name));
        let node = graph.node("talker");
        let chatter = publisher(&node, "/chatter", (&Registry::new(), STRING), WAITING);
        let flags = ["/chatter", "/nobody", "-o", "r.mcap", "--compression", "lz4"];
        let recording = start(&graph, &folder, &[&["record"], &flags[..]].concat());
        wait_for_subscribers(&node, &["/chatter"]);
        let path = folder.path().join("r.mcap");
        let mut random = fastrand::Rng::with_seed(1);
        let (mut sent, deadline) = (0, Instant::now() + DEADLINE);
        while fs::metadata(&path).map_or(0, |metadata| metadata.len()) < 100_000 {
            assert!(Instant::now() < deadline);
            let word: String = (0..100_000).map(|_| random.alphanumeric()).collect();
            chatter.publish(text(&word)).unwrap();
            sent += 1;
        }
        recording.signal(signal);
        let (_, notes, code) = recording.end();
        assert_eq!(code, Some(ends_with), "{notes}");
        assert!(notes.contains("nobody published on /nobody\n"), "{notes}");
        let recorded = read(&path).len();
        assert!(notes.contains(&format!("recorded {recorded} messages of 1 topic, ")), "{notes}");
        assert!((1..=sent).contains(&recorded), "{recorded} of {sent}");
    }
}

#[test]
fn a_type_that_nobody_tells_is_recorded_without_a_text() {
    let (graph, folder) = (Graph::new("untold"), Folder::new("record_untold"));
    let own = registry(OWN, OWN_TEXT);
    let silent = graph
        .context()
        .create_node("silent")
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap();
    let hash = own.hash(&name(OWN)).unwrap().to_string();
    let untold = silent.create_publisher("/own", &name(OWN), &hash, QosProfile::DEFAULT).unwrap();
    let recording = start(&graph, &folder, &["record", "/own", "-o", "r.mcap", "--limit", "1"]);
    wait_for_subscribers(&silent, &["/own"]);
    let sent = payload(&own, OWN, "{\"samples\":[1]}");
    untold.publish(sent.clone()).unwrap();
    let (_, notes, code) = recording.end();
    assert_eq!(code, Some(0), "{notes}");
    let warning = notes.lines().find(|line| line.starts_with("warning: ")).unwrap_or_default();
    assert!(
        warning.contains("/own could not be learned") && warning.ends_with("without a definition"),
        "{notes}"
    );
    let recorded = read(&folder.path().join("r.mcap"));
    assert_eq!((recorded[0].schema.as_str(), &recorded[0].payload), ("", &sent));
    assert_eq!(recorded[0].metadata["topic_type_hash"], hash);

    // The hash is enough to play it.
    let listener = graph.node("listener");
    untold.close();
    let listening = subscriber(&listener, "/own", (&own, OWN), QosProfile::DEFAULT);
    let playing = start(&graph, &folder, &["-q", "play", "r.mcap", "-w", "1"]);
    assert_eq!(playing.end(), (vec![], String::new(), Some(0)));
    assert_eq!(listening.recv(Some(DEADLINE)).unwrap().unwrap().payload.as_slice(), sent);
}

#[test]
fn what_cannot_be_recorded_says_why() {
    let (graph, folder) = (Graph::new("unrecordable"), Folder::new("record_unrecordable"));
    folder.write("there.mcap", "").write("folder/there", "");
    let cannot = |path: &str| format!("error: {path} cannot be created: File exists (os error 17)\n");
    let domain = graph.domain.to_string();
    let table: [(&[&str], i32, String); 6] = [
        (&[], 2, "error: nothing to record: name topics, or choose them with --all or --regex\n".to_owned()),
        (
            &["/a", "-o", "r.mcap", "--max-bag-size", "1G"],
            2,
            "error: --output: `r.mcap` is a single file; for several, name a folder\n".to_owned(),
        ),
        (&["/a", "-o", "there.mcap"], 1, cannot("there.mcap")),
        (&["/a", "-o", "folder"], 1, cannot("folder")),
        (
            &["/a", "-o", "late", "--timeout", "0.05"],
            124,
            "nobody published on /a\nrecorded 0 messages of 0 topics".to_owned(),
        ),
        (&["-a", "-o", "short", "--duration", "0.05"], 0, "recorded 0 messages of 0 topics, ".to_owned()),
    ];
    for (arguments, code, error) in table {
        let global = ["--connect", graph.endpoint(), "--domain", &domain, "record"];
        let ran = folder.run(&[&global[..], arguments].concat(), "");
        assert_eq!((ran.code, ran.stdout()), (Some(code), ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.starts_with(&error), "{arguments:?}: {}", ran.stderr);
    }
    for flags in
        [&["--max-bag-size", "0"][..], &["--max-bag-size", "5x"], &["--max-bag-duration", "0"], &["-e", "("]]
    {
        assert_eq!(folder.run(&[&["record", "/a"], flags].concat(), "").code, Some(2), "{flags:?}");
    }
    let (paths, metadata) = files(&folder.path().join("short"));
    assert_eq!((read(&paths[0]), metadata["message_count"].as_u64()), (vec![], Some(0)));
    assert_eq!(folder.run(&["info", "short"], "").code, Some(0));
}

/// What each choice of `play` sends to a subscriber.
#[test]
fn a_recording_is_played_as_it_is_asked_for() {
    let (graph, folder) = (Graph::new("play"), Folder::new("play_choices"));
    folder.write("r.mcap", strings(3, WriteOptions::new()));
    string_database(&folder.path().join("r.db3"), 3);
    let types = Registry::new();
    let node = graph.node("listener");
    let table: [(&[&str], &str, &[u64]); 8] = [
        (&["r.mcap"], "/chatter", &[1, 2, 3]),
        (&["r.db3"], "/chatter", &[1, 2, 3]),
        (&["r.mcap", "--start-offset", "0.5"], "/chatter", &[2, 3]),
        (&["r.mcap", "--playback-duration", "1.5"], "/chatter", &[1, 2]),
        (&["r.mcap", "--start-offset", "1", "--playback-duration", "1"], "/chatter", &[2]),
        (&["r.mcap", "--remap", "/chatter:=/other", "/x:=/y"], "/other", &[1, 2, 3]),
        (&["r.mcap", "--topics", "chatter", "--delay", "0.01"], "/chatter", &[1, 2, 3]),
        (&["r.mcap", "--regex", "chat|other", "--exclude", "other"], "/chatter", &[1, 2, 3]),
    ];
    for (arguments, topic, expected) in table {
        let listening = subscriber(&node, topic, (&types, STRING), QosProfile::DEFAULT);
        let flags = ["-q", "play", "--rate", "200", "-w", "1"];
        let playing = start(&graph, &folder, &[&flags[..], arguments].concat());
        for number in expected {
            let received = listening.recv(Some(DEADLINE)).unwrap().unwrap();
            assert_eq!(received.payload.as_slice(), text(&format!("text {number}")), "{arguments:?}");
        }
        assert_eq!(playing.end(), (vec![], String::new(), Some(0)), "{arguments:?}");
        assert!(listening.try_recv().unwrap().is_none(), "{arguments:?}");
    }
}

#[test]
fn a_loop_plays_until_ctrl_c_and_tells_the_time() {
    let (graph, folder) = (Graph::new("play_loop"), Folder::new("play_loop"));
    let clock = "rosgraph_msgs/msg/Clock";
    let types = Registry::new();
    let mut recorder = Recorder::new(WriteOptions::new());
    let channel = recorder.channel("/chatter", (STRING, "ros2msg", "string data"), &[]);
    // Nobody subscribes to it, and nobody is waited for.
    recorder.channel("/rosout", (STRING, "ros2msg", "string data"), &[]);
    // Not in the order of their times.
    for (time, word) in [(5_100_000_000, "second"), (5_000_000_000, "first")] {
        recorder.message(channel, time, &text(word));
    }
    folder.write("r.mcap", recorder.finish());
    let node = graph.node("listener");
    let ticking = subscriber(&node, "/clock", (&types, clock), QosProfile::DEFAULT);
    let listening = subscriber(&node, "/chatter", (&types, STRING), QosProfile::DEFAULT);
    let playing =
        start(&graph, &folder, &["play", "r.mcap", "--loop", "--rate", "50", "--clock", "1000", "-w", "1"]);
    for word in ["first", "second", "first", "second", "first"] {
        let received = listening.recv(Some(DEADLINE)).unwrap().unwrap();
        assert_eq!(received.payload.as_slice(), text(word));
    }
    let told = ticking.recv(Some(DEADLINE)).unwrap().unwrap().payload;
    assert_eq!(told.as_slice()[..8], [&b"\x00\x01\x00\x00"[..], &5_i32.to_le_bytes()].concat());
    playing.interrupt();
    let (lines, notes, code) = playing.end();
    assert_eq!((lines, code), (vec![], Some(130)));
    assert!(notes.starts_with("played ") && notes.ends_with(" messages of 2 topics\n"), "{notes}");
}

#[test]
fn what_cannot_be_played_says_why() {
    let (graph, folder) = (Graph::new("unplayable"), Folder::new("play_unplayable"));
    folder.write("r.mcap", strings(1, WriteOptions::new()));
    let mut recorder = Recorder::new(WriteOptions::new());
    let json = recorder.channel_in("json", "/json", ("any", "jsonschema", "{}"), &[]);
    recorder.message(json, 5, b"{}");
    folder.write("json.mcap", recorder.finish());
    let domain = graph.domain.to_string();
    let table: [(&[&str], i32, &str); 6] = [
        (&["-"], 2, "error: a recording is played from a file, not from standard input\n"),
        (&["absent"], 1, "error: absent: No such file or directory (os error 2)\n"),
        (
            &["r.mcap", "--topics", "/x"],
            1,
            "error: r.mcap: no message of the topic `/x`; there is /chatter\n",
        ),
        (&["r.mcap", "-w", "1", "--timeout", "0.05"], 124, "error: /chatter has fewer than 1 subscribers\n"),
        (&["json.mcap"], 1, "error: json.mcap: /json: messages encoded as `json` are not read, only `cdr`\n"),
        (
            &["json.mcap", "--loop", "-x", "."],
            1,
            "error: json.mcap: there is no message to play again and again\n",
        ),
    ];
    for (arguments, code, error) in table {
        let global = ["--connect", graph.endpoint(), "--domain", &domain, "-q", "play"];
        folder.run(&[&global[..], arguments].concat(), "").is(code, "", error);
    }
    for flags in [&["--rate", "0"][..], &["--rate", "nan"], &["--clock", "-1"], &["--remap", "a"]] {
        assert_eq!(folder.run(&[&["play", "r.mcap"], flags].concat(), "").code, Some(2), "{flags:?}");
    }
}
