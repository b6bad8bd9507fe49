//! `ros-z log` and `ros-z service echo` against nodes of this process.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use ros_z_dynamic::net::{Introspection, LogLevel, LogMessage, LogStamp};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;

use crate::living::{Graph, client, publisher, server};
#[cfg(unix)]
use crate::running::Running;

const ADD: &str = "example_interfaces/srv/AddTwoInts";

/// A node with four lines in its log.
fn written(graph: &Graph) -> ros_z_dynamic::net::Node {
    let node = graph.context().create_node("planner").with_namespace("/robot1").build().unwrap();
    let texts = [
        (LogLevel::Debug, "starting"),
        (LogLevel::Info, "goal 1 reached"),
        (LogLevel::Warn, "slow"),
        (LogLevel::Fatal, "a\u{1b}[31mb\nc"),
    ];
    for (count, (level, text)) in (0..).zip(texts) {
        let message = LogMessage {
            stamp: LogStamp { sec: 1234, nanosec: 567_890_120 + count },
            level: level.number(),
            name: node.logger_name() + if count == 2 { ".wheels" } else { "" },
            msg: text.to_owned(),
            file: "/a/planner.py".to_owned(),
            function: if count == 1 { "plan".to_owned() } else { String::new() },
            line: 7,
        };
        assert!(node.publish_log(&message).unwrap());
    }
    node
}

#[test]
fn lines_are_printed_as_ros_prints_them_and_chosen() {
    let graph = Graph::new("lines_are_printed");
    let _node = written(&graph);
    let (debug, info) = (
        "[DEBUG] [1234.567890120] [robot1.planner]: starting\n",
        "[INFO] [1234.567890121] [robot1.planner]: goal 1 reached\n",
    );
    let warn = "[WARN] [1234.567890122] [robot1.planner.wheels]: slow\n";
    let fatal = "[FATAL] [1234.567890123] [robot1.planner]: a\\u{1b}[31mb\nc\n";
    let table: [(&[&str], &str); 8] = [
        (&["-n", "4"], &[debug, info, warn, fatal].concat()),
        (&["--once"], debug),
        (&["--level", "warn", "-n", "2"], &[warn, fatal].concat()),
        (&["--node", "/robot1/planner", "-n", "4"], &[debug, info, warn, fatal].concat()),
        (&["--node", "robot1.planner.wheels", "--once"], warn),
        (&["--match", "^goal [0-9]", "--once"], info),
        (
            &["--match", "goal", "--place", "--once"],
            "[INFO] [1234.567890121] [robot1.planner]: goal 1 reached (/a/planner.py:7 in plan)\n",
        ),
        (
            &["--json", "--once"],
            "{\"stamp\":{\"sec\":1234,\"nanosec\":567890120},\"level\":10,\"name\":\"robot1.planner\",\"msg\":\"starting\",\"file\":\
             \"/a/planner.py\",\"function\":\"\",\"line\":7}\n",
        ),
    ];
    for (arguments, text) in table {
        graph.run(&[&["log"], arguments].concat(), "").is(0, text, "");
    }
    let local = graph.run(&["log", "--once", "--local-time"], "");
    assert!(
        local.stdout().starts_with("[DEBUG] [1970-01-01 ") && local.stdout().contains(".567] [robot1"),
        "{local:?}"
    );
    for arguments in [&["--no-history"][..], &["--node", "/robot1/plan"], &["--match", "never"]] {
        let ran = graph.run(&[&["-q", "log", "--timeout", "0.4"], arguments].concat(), "");
        ran.is(124, "", "error: no line on /rosout in time\n");
    }
    let warning = "warning: there is no node planner in the graph by now; did you mean /robot1/planner?\n";
    let arguments =
        ["log", "--node", "planner", "--node", "robot1.planner.wheels", "--no-history", "--timeout"];
    let ran = graph.run(&[&arguments[..], &["1.5"]].concat(), "");
    ran.is(124, "", &format!("{warning}error: no line on /rosout in time\n"));
    let ran = graph.run(&["log", "--match", "("], "");
    assert!(ran.code == Some(2) && ran.stderr.contains("invalid value '(' for '--match <REGEX>'"), "{ran:?}");
}

#[test]
fn lines_and_messages_that_nobody_asked_for_do_not_keep_a_verb_waiting() {
    let graph = Graph::new("lines_nobody_asked_for");
    let (node, types) = (graph.context().create_node("busy").build().unwrap(), Registry::new());
    let publisher = publisher(&node, "/text", (&types, "std_msgs/msg/String"), QosProfile::DEFAULT);
    let line = LogMessage {
        stamp: LogStamp { sec: 1, nanosec: 0 },
        level: LogLevel::Info.number(),
        name: node.logger_name(),
        msg: "again".to_owned(),
        file: String::new(),
        function: String::new(),
        line: 0,
    };
    let table: [(&[&str], &str); 3] = [
        (&["log", "--level", "error"], "line on /rosout"),
        (&["topic", "echo", "/text", "--filter", "data == 'x'"], "message on /text"),
        (&["topic", "hz", "/text", "--filter", "data == 'x'"], "message on /text"),
    ];
    let (end, ended) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        // So often and no more, should a verb wait for the last of them.
        let publishing = scope.spawn(|| {
            let ended = ended;
            (0..1000).all(|_| {
                node.publish_log(&line).unwrap();
                publisher.publish(b"\0\x01\0\0\x02\0\0\0a\0\0\0".to_vec()).unwrap();
                ended.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout)
            })
        });
        let verbs = table.map(|(arguments, what)| {
            let graph = &graph;
            let run = move || graph.run(&[arguments, &["--timeout", "0.7"]].concat(), "");
            (scope.spawn(run), what)
        });
        for (verb, what) in verbs {
            verb.join().unwrap().is(124, "", &format!("error: no {what} in time\n"));
        }
        drop(end);
        assert!(!publishing.join().unwrap(), "they waited for the last message");
    });
}

#[test]
fn events_of_services_are_echoed() {
    let graph = Graph::new("events_of_services_are_echoed");
    let (types, node) = (Registry::new(), graph.node("both"));
    let server = server(&node, "/add", &types, ADD);
    let client = client(&node, "/add", &types, ADD);
    server.configure_introspection(Introspection::Contents, &types, QosProfile::SYSTEM_DEFAULT).unwrap();
    let request =
        b"\x00\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00".to_vec();
    let has_ended = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !has_ended.load(std::sync::atomic::Ordering::Relaxed) {
                let call = client.start(request.clone(), Some(crate::living::DEADLINE)).unwrap();
                let asked = server.take_request(Some(crate::living::DEADLINE)).unwrap().unwrap();
                let id = ros_z_dynamic::net::RequestId::from(&asked.attachment);
                server
                    .send_response(id, b"\x00\x01\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00".to_vec())
                    .unwrap();
                call.wait(Some(std::time::Duration::from_millis(50))).unwrap();
            }
        });
        let text = graph.run(&["service", "echo", "add", "-n", "4"], "");
        let json = graph.run(&["--json", "service", "echo", "/add", ADD, "-n", "2", "--bytes", "array"], "");
        let nobody = graph.run(&["service", "echo", "/other", "--timeout", "0.2"], "");
        has_ended.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(text.stdout().contains("info:\n  event_type: REQUEST_RECEIVED\n  stamp:\n"), "{text:?}");
        assert!(
            text.stdout().contains("  event_type: RESPONSE_SENT\n")
                && text.stdout().contains("request:\n- a: 2\n  b: 3\nresponse: []\n---\n"),
            "{text:?}"
        );
        let lines: Vec<serde_json::Value> =
            json.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(
            lines.iter().all(|line| line["info"]["client_gid"] == serde_json::json!(client.entity().gid().0))
        );
        assert!(lines.iter().any(|line| line["info"]["event_type"] == 2 && line["response"][0]["sum"] == 5));
        nobody.is(124, "", "error: nobody served /other in time\n");
    });
}

#[cfg(unix)]
#[test]
fn events_are_waited_for_and_have_the_type_of_the_service() {
    let graph = Graph::new("events_are_waited_for");
    let (types, node) = (Registry::new(), graph.node("one"));
    let own = crate::living::registry("my_msgs/srv/Ask", "int32 a\n---\nint32 b\n");
    let _late = server(&node, "/late", &types, ADD);
    let _unknown = server(&node, "/unknown", &own, "my_msgs/srv/Ask");
    let _silent = {
        let node = graph.context().create_node("silent").with_type_description_service(false);
        let node = node.with_parameter_services(false).with_parameter_event_publisher(false).build().unwrap();
        let hash = own.hash(&crate::living::name("my_msgs/srv/Ask")).unwrap().to_string();
        let service = node.create_server(
            "/silent",
            &crate::living::name("my_msgs/srv/Ask"),
            &hash,
            QosProfile::SERVICES,
        );
        (service.unwrap(), node)
    };
    let telling = "servers and clients tell of it after `configure_introspection(\"contents\")`\n";
    let domain = graph.domain.to_string();
    let waits = |arguments: &[&str]| {
        let global = ["--connect", graph.endpoint(), "--domain", &domain, "service", "echo"];
        let mut running = Running::start(&[&global[..], arguments].concat());
        let service = arguments[0].trim_start_matches('/');
        let remark = format!("nobody tells of what happens to /{service} yet: {telling}");
        assert_eq!(running.error_line() + "\n", remark);
        running.interrupt();
        assert_eq!(running.end(), (vec![], String::new(), Some(130)));
    };
    let fails = |arguments: &[&str], shown: &str| {
        let ran = graph.run(&[&["service", "echo", "--timeout", "0.4"], arguments].concat(), "");
        assert!(ran.code != Some(0) && ran.stderr.contains(shown), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    };
    std::thread::scope(|scope| {
        for arguments in [&["late"][..], &["/unknown"], &["unknown", "my_msgs/srv/Ask"]] {
            let waits = &waits;
            scope.spawn(move || waits(arguments));
        }
        for (arguments, shown) in [
            (&["/late", "extra"][..], "error: `extra` is not a type name; expected `package/srv/Name`\n"),
            (&["/late", "std_msgs/msg/String"], "error: `std_msgs/msg/String` is a message, not a service\n"),
            (
                &["/late", "std_srvs/srv/Empty"],
                "error: /late is a service of the type example_interfaces/srv/AddTwoInts, not std_srvs/srv/Empty\n",
            ),
            (
                &["/silent"],
                ": give the type of the service, as in `ros-z service echo /silent package/srv/Name`; ",
            ),
        ] {
            let fails = &fails;
            scope.spawn(move || fails(arguments, shown));
        }
        let ran = graph.run(&["-q", "service", "echo", "/late", ADD, "--timeout", "0.4"], "");
        ran.is(124, "", "error: no message on /late/_service_event in time\n");
    });
}
