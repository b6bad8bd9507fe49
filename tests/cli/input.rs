//! What is wrong with input, and what is not there: each is said in one sentence, with the place, in time.

use std::process::Stdio;
use std::time::{Duration, Instant};

use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{Durability, QosProfile};

use crate::command::{Folder, ros_z};
use crate::living::{DEADLINE, Graph, publisher, registry, subscriber};
use crate::running::Running;

const STRING: &str = "std_msgs/msg/String";
const NOWHERE: [&str; 2] = ["--connect", "tcp/127.0.0.1:1"];

#[test]
fn messages_that_are_none_are_refused_with_place_and_template() {
    let folder = Folder::new("messages_that_are_none");
    folder.write("bad.yaml", "x: 1.0\ny: left\n").write("bad.json", "{\n  \"x\": true\n}\n");
    let point = "geometry_msgs/msg/Point";
    let yaml = "a message of geometry_msgs/msg/Point, all defaults:\n  x: 0.0\n  y: 0.0\n  z: 0.0";
    let json = "a message of geometry_msgs/msg/Point, all defaults:\n  {\"x\":0.0,\"y\":0.0,\"z\":0.0}";
    let table: [(&[&str], &str, &str); 5] = [
        (
            &[point, "{x: 1, y: [2]}"],
            "<argument>:1:11: geometry_msgs/msg/Point.y: expected float64, got an array\n  {x: 1, y: [2]}\n            ^",
            yaml,
        ),
        (
            &[point, "{\"w\": 1}"],
            "<argument>:1:2: geometry_msgs/msg/Point: no field is named `w` (fields: x, y, z)\n  {\"w\": 1}\n   ^",
            json,
        ),
        (
            &[point, "[1, 2"],
            "<argument>:2:1: neither JSON nor YAML: did not find expected ',' or ']' at line 2 column 1, while parsing a flow \
             sequence\n  \n  ^",
            "",
        ),
        (&[point, "!t 1"], "<argument>: neither JSON nor YAML: the tag !t means nothing here", ""),
        (&[point, "@absent"], "cannot read `absent`: No such file or directory (os error 2)", ""),
    ];
    for (arguments, error, template) in table {
        let ran = folder.run(&[&["topic", "pub", "/a"], arguments].concat(), "");
        let expected = if template.is_empty() {
            format!("error: {error}\n")
        } else {
            format!("error: {error}\n{template}\n")
        };
        ran.is(1, "", &expected);
    }
    let graph = Graph::new("messages_that_are_none_in_files");
    let node = graph.node("listener");
    let _heard = subscriber(&node, "/a", (&Registry::new(), point), QosProfile::DEFAULT);
    let path = |name: &str| format!("@{}", folder.path().join(name).display());
    for (name, place, template) in [
        (
            "bad.yaml",
            ":2:4: geometry_msgs/msg/Point.y: expected float64, got a string\n  y: left\n     ^\n",
            yaml,
        ),
        (
            "bad.json",
            ":2:8: geometry_msgs/msg/Point.x: expected float64, got a bool\n    \"x\": true\n         ^\n",
            json,
        ),
    ] {
        let ran = graph.run(&["-q", "topic", "pub", "/a", point, &path(name)], "");
        let expected = format!("error: {}{place}{template}\n", folder.path().join(name).display());
        ran.is(1, "", &expected);
    }
}

#[test]
fn messages_come_from_files_and_pipes_in_both_languages() {
    let graph = Graph::new("messages_come_from_files");
    let node = graph.node("listener");
    let heard = subscriber(&node, "/text", (&Registry::new(), STRING), QosProfile::DEFAULT.with_depth(100));
    let folder = Folder::new("messages_come_from_files");
    folder
        .write("two.yaml", "data: a\n---\ndata: b\n")
        .write("two.json", "{\"data\": \"a\"}\n{\"data\": \"b\"}\n");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (yaml, json) = (format!("@{}", path("two.yaml")), format!("@{}", path("two.json")));
    let table: [(&[&str], &str, &str); 6] = [
        (&[&yaml, "--print"], "", "data: a\n---\ndata: b\n---\n"),
        (&["--yaml-file", &path("two.yaml"), "--json", "-p"], "", "{\"data\":\"a\"}\n{\"data\":\"b\"}\n"),
        (&[&json, "--print=2", "--keep-alive", "0.01"], "", "data: a\n---\n"),
        (&["-"], "data: a\n---\ndata: b\n---\n", ""),
        (&["-"], "{\"data\": \"a\"}\n{\"data\":\n\"b\"}\n", ""),
        (
            &["--file", "-", "--qos-profile", "sensor_data", "--qos-history", "keep_all"],
            "{\"data\": \"a\"}{\"data\": \"b\"}",
            "",
        ),
    ];
    for (index, (arguments, stdin, printed)) in table.into_iter().enumerate() {
        let ran = graph.run(&[&["-q", "topic", "pub", "/text", STRING], arguments].concat(), stdin);
        // The last row is two messages on one line, which is none.
        if index == 5 {
            assert_eq!(ran.code, Some(1), "{ran:?}");
            continue;
        }
        ran.is(0, printed, "");
        for text in ["a", "b"] {
            let received = heard.recv(Some(DEADLINE)).unwrap().expect("a message");
            assert_eq!(&received.payload.as_slice()[8..], [text.as_bytes(), b"\0"].concat(), "{arguments:?}");
        }
    }
}

#[test]
fn nobody_connected_is_said_soon_with_what_was_tried() {
    let said = "no router was reached at tcp/127.0.0.1:1, and nobody else is connected: start a router with `ros-z router`";
    let listing: [&[&str]; 7] = [
        &["topic", "list"],
        &["topic", "info", "/a"],
        &["topic", "find", STRING],
        &["service", "list"],
        &["service", "type", "/a"],
        &["node", "list"],
        &["node", "info", "/a"],
    ];
    let started = Instant::now();
    let start = |arguments: &[&str]| Running::start(&[&NOWHERE[..], arguments].concat());
    let listings: Vec<Running> = listing.iter().map(|arguments| start(arguments)).collect();
    for listing in listings {
        let (lines, errors, code) = listing.end();
        assert!(errors.starts_with(&format!("error: {said}")) && code == Some(1), "{errors}{code:?}");
        assert_eq!(lines, [""; 0]);
        // It takes two seconds, on a busy machine more.
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
    let waiting: [&[&str]; 5] = [
        &["topic", "echo", "/a", STRING],
        &["topic", "pub", "/a", STRING],
        &["topic", "hz", "/a"],
        &["topic", "bw", "/a"],
        &["service", "call", "/a", "std_srvs/srv/Empty"],
    ];
    let mut running: Vec<Running> = waiting.iter().map(|arguments| start(arguments)).collect();
    for waiting in &mut running {
        let line = waiting.error_line();
        assert!(line.starts_with(&format!("warning: {said}")), "{line}");
    }
    running.into_iter().for_each(|waiting| {
        waiting.interrupt();
        assert_eq!(waiting.end().2, Some(130));
    });
}

#[test]
fn a_type_that_nobody_knows_is_said_with_all_that_was_tried() {
    let graph = Graph::new("a_type_that_nobody_knows");
    let _node = graph.node("talker");
    let expected = "error: unknown type `my_msgs/msg/Nothing`; looked in 0 loaded types, ";
    for arguments in [["pub", "/a", "my_msgs/Nothing"], ["echo", "/a", "my_msgs/msg/Nothing"]] {
        let ran = graph.run(&[&["topic"], &arguments[..], &["--timeout", "0.1"]].concat(), "");
        assert!(ran.stderr.starts_with(expected), "{ran:?}");
        let end =
            " built-in interfaces; then in the graph: my_msgs/msg/Nothing is not known: nobody uses it\n";
        assert!(ran.stderr.ends_with(end) && ran.code == Some(1), "{ran:?}");
    }
}

#[test]
fn a_type_that_only_another_node_knows_is_published() {
    let graph = Graph::new("a_type_of_another_node");
    let own = registry("my_msgs/msg/Own", "int32 a\n");
    let node = graph.node("listener");
    let heard = subscriber(&node, "/own", (&own, "my_msgs/msg/Own"), QosProfile::DEFAULT);
    graph
        .run(&["-q", "topic", "pub", "--once", "/own", "my_msgs/Own", "a: 7", "--timeout", "60"], "")
        .is(0, "", "");
    let received = heard.recv(Some(DEADLINE)).unwrap().expect("a message");
    assert_eq!(received.payload.as_slice(), b"\x00\x01\x00\x00\x07\x00\x00\x00");
}

#[test]
fn messages_are_printed_in_the_form_that_is_asked_for() {
    let graph = Graph::new("messages_are_printed");
    let node = graph.node("talker");
    let text = "string label\nint32[] numbers\nuint8[] bytes\n";
    let own = registry("my_msgs/msg/Own", text);
    graph.folder().write("my_msgs/msg/Own.msg", text);
    // Late subscribers get it: nobody asks them for their quality of service.
    let latched = QosProfile { durability: Durability::TransientLocal, ..QosProfile::DEFAULT };
    let publisher = publisher(&node, "/own", (&own, "my_msgs/msg/Own"), latched.with_depth(1));
    let hex = "000100000400000061 2c62000200000001000000020000000100000009";
    let payload: Vec<u8> = hex
        .replace(' ', "")
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    publisher.publish(payload).unwrap();
    let table: [(&[&str], &str); 7] = [
        (&["--csv"], "\"a,b\",1,2,CQ==\n"),
        (&["--csv", "--field", "numbers", "--field", "label"], "1,2,\"a,b\"\n"),
        (&["--flow-style"], "{label: 'a,b', numbers: [1, 2], bytes: 'CQ=='}\n---\n"),
        (&["--raw"], &format!("{}\n", hex.replace(' ', ""))),
        (&["--raw", "--json"], "{\"base64\":\"AAEAAAQAAABhLGIAAgAAAAEAAAACAAAAAQAAAAk=\"}\n"),
        (&["-l", "1", "--field", "numbers", "--json"], "[1,\"...\"]\n"),
        (
            &["--qos-profile", "default", "--qos-durability", "transient_local", "--field", "numbers[1]"],
            "2\n---\n",
        ),
    ];
    for (flags, text) in table {
        let typed: &[&str] =
            if flags.contains(&"--raw") { &[] } else { &["my_msgs/Own", "--type-path", "."] };
        let arguments = [&["topic", "echo", "/own"], typed, &["--once", "--timeout", "60"], flags].concat();
        graph.run(&arguments, "").is(0, text, "");
    }
    let usage: [&[&str]; 5] = [
        &["--csv", "--json"],
        &["--raw", "--csv"],
        &["--raw", "--field", "label"],
        &["--qos-history", "unknown"],
        &["--qos-profile", "x"],
    ];
    for flags in usage {
        let ran = graph.run(&[&["topic", "echo", "/own"], flags].concat(), "");
        assert_eq!((ran.code, ran.stdout()), (Some(2), ""), "{flags:?}: {ran:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    for arguments in [&["interface", "list"][..], &["interface", "show", STRING], &["completion", "bash"]] {
        let mut child = ros_z(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()), "{arguments:?}");
    }
}
