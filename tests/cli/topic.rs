//! `ros-z topic` and `ros-z router`: each of them a process of its own.

use std::process::Stdio;
use std::time::Duration;

use ros_z_dynamic::net::ContextBuilder;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use ros_z_dynamic::schema::TypeName;

use crate::command::{Folder, ros_z};
use crate::running::{Feeding, Running, router};

const STRING: &str = "std_msgs/msg/String";

#[test]
fn messages_travel_between_processes() {
    let (router, at) = router();
    let echo = Running::start(&["--connect", &at, "--json", "topic", "echo", "/chatter", STRING, "-n", "3"]);
    let publish = Running::start(&[
        "--connect",
        &at,
        "topic",
        "pub",
        "/chatter",
        STRING,
        r#"{"data":"hi"}"#,
        "-t",
        "3",
        "-r",
        "50",
    ]);
    let published = (vec![], "published 3 messages on /chatter\n".to_owned(), Some(0));
    assert_eq!(publish.end(), published);
    assert_eq!(echo.end(), (vec![r#"{"data":"hi"}"#.to_owned(); 3], String::new(), Some(0)));
    router.interrupt();
    assert_eq!(router.end(), (vec![], String::new(), Some(130)));
}

#[test]
fn echo_is_input_of_pub() {
    let (_router, at) = router();
    let heard = Running::start(&["--connect", &at, "--json", "topic", "echo", "/out", STRING, "-n", "2"]);
    let (_feeding, lines) = Feeding::start(&["--connect", &at, "--json", "topic", "echo", "/in", STRING]);
    let mut relay = ros_z(&["--connect", &at, "-q", "topic", "pub", "/out", STRING, "-"]);
    let relay = Running::of(relay.stdin(Stdio::from(lines)));
    let folder = Folder::new("echo_is_input_of_pub");
    let messages = "{\"data\":\"caf\\u00e9 \\udcff\"}\n{\n  \"data\": \"two\"\n}\n";
    let published = folder.run(&["--connect", &at, "-q", "topic", "pub", "/in", STRING, "-"], messages);
    published.is(0, "", "");
    assert_eq!(
        (heard.line(), heard.line()),
        (r#"{"data":"café \udcff"}"#.into(), r#"{"data":"two"}"#.into())
    );
    relay.interrupt();
    assert_eq!(relay.end(), (vec![], String::new(), Some(130)));
}

#[test]
fn people_see_yaml_that_is_cut_to_length() {
    let (_router, at) = router();
    let folder = Folder::new("people_see_yaml");
    folder.write(
        "demo_msgs/msg/Reading.msg",
        "string label\nfloat32[] samples\nuint8[] blob\ngeometry_msgs/Point[] points\n",
    );
    let types = folder.path().to_str().unwrap().to_owned();
    let value =
        r#"{"label": "caf\u00e9 \"one\"", "samples": [1, 2, 3], "blob": "AQIDBA==", "points": [{"x": 1}]}"#;
    let points = "points:\n- x: 1.0\n  y: 0.0\n  z: 0.0\n---";
    let table: [(&[&str], &str); 7] = [
        (
            &["--filter", "label contains 'one' && samples[2] > 2", "--field", "samples[1:]", "--json"],
            "[2.0,3.0]",
        ),
        (
            &[],
            &format!(
                "label: \"café \\\"one\\\"\"\nsamples:\n- 1.0\n- 2.0\n- 3.0\nblob: 'AQIDBA=='\n{points}"
            ),
        ),
        (
            &["--truncate-length", "2"],
            &format!("label: ca...\nsamples:\n- 1.0\n- 2.0\n- '...'\nblob: '<4 bytes>'\n{points}"),
        ),
        (
            &["--no-arr", "--no-str"],
            "label: '<10 characters>'\nsamples: '<3 items>'\nblob: '<4 bytes>'\npoints: '<1 items>'\n---",
        ),
        (&["--field", "points[0].x"], "1.0\n---"),
        (&["--field", "samples", "--truncate-length", "1", "--json"], "[1.0,\"...\"]"),
        (
            &["--bytes", "array", "--json", "--field", "blob[3]", "--field", "label"],
            r#"{"blob[3]":4,"label":"café \"one\""}"#,
        ),
    ];
    for (flags, lines) in table {
        let echo = [
            "--connect",
            &at,
            "--type-path",
            &types,
            "topic",
            "echo",
            "/reading",
            "demo_msgs/Reading",
            "--once",
        ];
        let echo = Running::start(&[&echo[..], flags].concat());
        let publish =
            ["--connect", &at, "--type-path", &types, "-q", "topic", "pub", "/reading", "demo_msgs/Reading"];
        folder.run(&[&publish[..], &[value, "--once"]].concat(), "").is(0, "", "");
        let (printed, errors, code) = echo.end();
        assert_eq!((printed.join("\n").as_str(), errors.as_str(), code), (lines, "", Some(0)), "{flags:?}");
    }
}

#[test]
fn information_about_messages_is_printed_with_them() {
    let (_router, at) = router();
    let echo = Running::start(&[
        "--connect",
        &at,
        "--json",
        "topic",
        "echo",
        "chatter",
        "--type",
        STRING,
        "-i",
        "-n",
        "2",
    ]);
    let folder = Folder::new("information_about_messages");
    folder
        .run(&["--connect", &at, "-q", "topic", "pub", "chatter", STRING, "-t", "2", "-r", "100"], "")
        .is(0, "", "");
    let (lines, _, code) = echo.end();
    assert_eq!(code, Some(0));
    let lines: Vec<serde_json::Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (line, sequence) in lines.iter().zip(1..) {
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["topic", "type", "source_timestamp", "sequence", "gid", "message"]);
        assert_eq!((line["topic"].as_str(), line["sequence"].as_u64()), (Some("/chatter"), Some(sequence)));
        assert_eq!(line["gid"].as_str().unwrap().len(), 32);
        assert_eq!(line["message"], serde_json::json!({ "data": "" }));
    }
    assert!(lines[0]["source_timestamp"].as_u64() < lines[1]["source_timestamp"].as_u64());
}

#[test]
fn the_type_of_a_topic_is_that_of_its_publisher_who_is_asked_if_it_is_not_known_here() {
    let (_router, at) = router();
    let folder = Folder::new("the_type_of_a_topic");
    folder.write("demo_msgs/msg/Own.msg", "int32 a 7\n");
    let types = folder.path().to_str().unwrap().to_owned();
    let publish = Running::start(&[
        "--connect",
        &at,
        "--type-path",
        &types,
        "topic",
        "pub",
        "/own",
        "demo_msgs/Own",
        "-r",
        "100",
    ]);
    // To look among all known types for a hash takes long where nothing is optimized.
    let echo = ["--connect", &at, "--json", "topic", "echo", "/own", "--once", "--timeout", "60"];
    folder.run(&[&["--type-path", "."], &echo[..]].concat(), "").is(0, "{\"a\":7}\n", "");
    folder.run(&echo, "").is(0, "{\"a\":7}\n", "");
    // Another definition of that name here does not stand in the way.
    folder.write("other/demo_msgs/msg/Own.msg", "int64 a\n");
    folder.run(&[&["--type-path", "other"], &echo[..]].concat(), "").is(0, "{\"a\":7}\n", "");

    publish.interrupt();
    let (lines, note, code) = publish.end();
    assert!(lines.is_empty() && note.starts_with("published ") && code == Some(130), "{note}{code:?}");
    folder.run(&["--connect", &at, "topic", "echo", "/silent", "--timeout", "0.1"], "").is(
        1,
        "",
        "error: the type of /silent is not known: nobody publishes on it or subscribes to it: give the type, as in \
         `ros-z topic echo /silent package/msg/Name`\n",
    );
}

#[test]
fn waiting_ends_with_the_time_or_with_ctrl_c() {
    let (_router, at) = router();
    let folder = Folder::new("waiting_ends");
    folder.run(&["--connect", &at, "topic", "echo", "/nothing", STRING, "--timeout", "0.1"], "").is(
        124,
        "",
        "error: no message on /nothing in time\n",
    );
    folder
        .run(&["--connect", &at, "-q", "topic", "pub", "/nobody", STRING, "-w", "2", "--timeout", "0.1"], "")
        .is(124, "", "error: /nobody has fewer than 2 subscribers\n");

    // One that printed a message has taken over Ctrl-C.
    let echo = Running::start(&["--connect", &at, "--json", "topic", "echo", "/chatter", STRING]);
    folder.run(&["--connect", &at, "-q", "topic", "pub", "/chatter", STRING, "--once"], "").is(0, "", "");
    assert_eq!(echo.line(), r#"{"data":""}"#);
    echo.interrupt();
    assert_eq!(echo.end(), (vec![], String::new(), Some(130)));
}

#[test]
fn a_bad_message_is_reported_and_the_rest_is_done() {
    let (_router, at) = router();
    let folder = Folder::new("a_bad_message");
    let echo = ["--connect", &at, "-q", "--json", "topic", "echo", "/chatter", STRING, "-n", "3"];
    let echo = Running::start(&echo);
    let lines = "{\"data\":\"one\"}\n{\"dat\":1}\n";
    folder.run(&["--connect", &at, "-q", "topic", "pub", "/chatter", STRING, "-"], lines).is(
        1,
        "",
        "error: <stdin>:2:2: std_msgs/msg/String: no field is named `dat`; did you mean `data`?\n  {\"dat\":1}\n   ^\na message of \
         std_msgs/msg/String, all defaults:\n  {\"data\":\"\"}\n",
    );
    let context = ContextBuilder::new().with_domain_id(0).with_connect_endpoints([&at]).build().unwrap();
    let node = context.create_node("talker").build().unwrap();
    let name = TypeName::parse(STRING).unwrap();
    let hash = Registry::new().hash(&name).unwrap().to_string();
    let publisher = node.create_publisher("/chatter", &name, &hash, QosProfile::DEFAULT).unwrap();
    assert!(node.wait_for_subscribers("/chatter", 1, Duration::from_secs(30)).unwrap());
    publisher.publish(b"\x00\x01\x00\x00\xff\x00\x00\x00".to_vec()).unwrap();
    publisher.publish(b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00".to_vec()).unwrap();
    let (lines, errors, code) = echo.end();
    assert_eq!((lines, code), (vec![r#"{"data":"one"}"#.into(), r#"{"data":"hi"}"#.into()], Some(1)));
    let gid = publisher.entity().gid();
    let error = "std_msgs/msg/String.data: the payload ends here: 255 bytes are needed, 0 are left (byte 8)";
    assert_eq!(errors, format!("error: /chatter: message 1 of {gid}: {error}\n"));
}

#[test]
fn a_closed_pipe_ends_echo_quietly() {
    let (_router, at) = router();
    let mut echo = ros_z(&["--connect", &at, "topic", "echo", "/chatter", STRING])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(echo.stdout.take());
    Folder::new("a_closed_pipe_ends_echo")
        .run(&["--connect", &at, "-q", "topic", "pub", "/chatter", STRING, "--once"], "")
        .is(0, "", "");
    let output = echo.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn what_cannot_be_published_or_heard_says_why() {
    let folder = Folder::new("what_cannot_be_published");
    let table: [(&[&str], i32, &str); 5] = [
        (
            &["topic", "pub", "/a", STRING, "{\"data\":1}"],
            1,
            "<argument>:1:9: std_msgs/msg/String.data: expected a string, got 1\n  {\"data\":1}\n          ^\na message of \
             std_msgs/msg/String, all defaults:\n  {\"data\":\"\"}",
        ),
        (
            &["topic", "pub", "/a", STRING, "--file", "absent"],
            1,
            "cannot read `absent`: No such file or directory (os error 2)",
        ),
        (&["topic", "pub", "/a", "String"], 1, "`String` is not a type name; expected `package/msg/Name`"),
        (
            &["--connect", "tcp/127.0.0.1:1", "topic", "echo", "/a", STRING, "--field", "dat"],
            1,
            "std_msgs/msg/String: no field is named `dat`; did you mean `data`?",
        ),
        (
            &["--connect", "tcp/127.0.0.1:1", "topic", "echo", "/a", STRING, "--filter", "data > 1"],
            1,
            "filter:1:8: std_msgs/msg/String: `>` compares numbers or strings, not a string with a number\n  \
             data > 1\n         ^",
        ),
    ];
    for (arguments, code, error) in table {
        folder.run(arguments, "").is(code, "", &format!("error: {error}\n"));
    }
    for rate in ["0", "-1", "x", "inf", "nan", "1e-300"] {
        let ran = folder.run(&["topic", "pub", "/a", STRING, "--rate", rate], "");
        assert_eq!(ran.code, Some(2), "{rate}: {ran:?}");
    }
}
