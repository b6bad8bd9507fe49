//! `ros-z doctor`, and what `ros-z topic` says of endpoints that do not match.

use std::any::Any;
use std::process::Stdio;

use ros_z_dynamic::net::{Publisher, Subscriber};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use serde_json::{Value, json};

use crate::command::{Folder, Ran, ros_z};
use crate::living::{DEADLINE, Graph, client, name, publisher, registry, server, subscriber};

const STRING: &str = "std_msgs/msg/String";
const OWN: &str = "my_msgs/msg/Own";

fn parsed(ran: &Ran) -> Value {
    serde_json::from_str(ran.stdout()).unwrap_or_default()
}

/// What is printed below a heading.
fn section<'t>(text: &'t str, heading: &str) -> Vec<&'t str> {
    let below = text.lines().skip_while(|line| *line != heading).skip(1);
    below.take_while(|line| line.starts_with("  ")).map(|line| &line[2..]).collect()
}

#[test]
fn a_graph_with_nothing_wrong() {
    let graph = Graph::new("a_graph_with_nothing_wrong");
    let (types, qos) = (Registry::new(), QosProfile::DEFAULT);
    let (talker, listener) = (graph.node("talker"), graph.node("listener"));
    let _publisher = publisher(&talker, "/chatter", (&types, STRING), qos);
    let _subscriber = subscriber(&listener, "/chatter", (&types, STRING), QosProfile::SENSOR_DATA);
    let nodes = ["/listener: 1 publisher, 1 subscription, 1 server", "/talker: 2 publishers, 1 server"];
    let seen = |ran: &Ran| section(ran.stdout(), "nodes") == nodes && ran.code == Some(0);
    let ran = graph.run_until(&["doctor"], seen);
    let text = ran.stdout();
    assert_eq!(ran.stderr, "");
    let session = section(text, "session");
    assert!(session[0].starts_with("zid: ") && session[1] == "mode: peer", "{session:?}");
    let at = graph.endpoint();
    let routers =
        session.iter().filter(|line| line.starts_with("connected to router ") && line.ends_with(at));
    assert_eq!(routers.count(), 1, "{session:?}");
    assert_eq!(section(text, "router"), [format!("reached at {at}")]);
    assert_eq!(section(text, "domain"), [graph.domain.to_string()]);
    assert!(
        section(text, "environment").iter().any(|line| line.starts_with("ROS_DOMAIN_ID: not set (domain, 0"))
    );
    assert_eq!(section(text, "findings"), ["none"]);

    let is_all = |ran: &Ran| parsed(ran)["nodes"].as_array().is_some_and(|nodes| nodes.len() == 2);
    let ran = graph.run_until(&["--json", "doctor"], is_all);
    assert_eq!((ran.code, ran.stdout().lines().count()), (Some(0), 1));
    let report = parsed(&ran);
    assert_eq!((&report["healthy"], &report["findings"]), (&json!(true), &json!([])));
    assert_eq!(report["router"], json!({"reached": true, "at": [at], "tried": [at]}));
    assert_eq!((&report["domain"], &report["session"]["mode"]), (&json!(graph.domain), &json!("peer")));
    let node = json!({"name": "/listener", "publishers": 1, "subscriptions": 1, "servers": 1, "clients": 0});
    assert_eq!(report["nodes"][0], node);
    let connections = report["session"]["connections"].as_array().unwrap();
    assert!(
        connections.iter().any(|connection| connection["mode"] == "router" && connection["remote"] == at)
    );
}

/// A graph in which nothing fits.
struct Broken {
    graph: Graph,
    ours: Registry,
    theirs: Registry,
    heard: Subscriber,
    said: Publisher,
    _others: Vec<Box<dyn Any>>,
}

impl Broken {
    fn new(test: &str) -> Self {
        let graph = Graph::new(test);
        let (types, qos) = (Registry::new(), QosProfile::DEFAULT);
        let ours = registry(OWN, "string<=8 label\nint32 a\n");
        let theirs = registry(OWN, "string label\nint32 a\nbool b\n");
        let (talker, listener) = (graph.node("talker"), graph.node("listener"));
        let quiet = graph
            .context()
            .create_node("quiet")
            .with_type_description_service(false)
            .with_parameter_services(false)
            .with_parameter_event_publisher(false);
        let quiet = quiet.build().unwrap();
        let locate = |text: &str| registry("my_msgs/srv/Locate", text);
        let (asks, answers) = (locate("string a\n---\n"), locate("string b\n---\n"));
        let others: Vec<Box<dyn Any>> = vec![
            Box::new(publisher(&talker, "/typed", (&types, STRING), qos)),
            Box::new(subscriber(&listener, "/typed", (&types, "std_msgs/msg/Bool"), qos)),
            Box::new(publisher(&talker, "/fast", (&types, STRING), QosProfile::SENSOR_DATA)),
            Box::new(subscriber(&listener, "/fast", (&types, STRING), qos)),
            Box::new(server(&talker, "/locate", &answers, "my_msgs/srv/Locate")),
            Box::new(client(&listener, "/locate", &asks, "my_msgs/srv/Locate")),
            Box::new(publisher(&quiet, "/own", (&theirs, OWN), qos)),
        ];
        let heard = subscriber(&listener, "/own", (&ours, OWN), qos);
        let said = publisher(&talker, "/own", (&theirs, OWN), qos);
        Self { graph, ours, theirs, heard, said, _others: others }
    }

    fn sentence(&self) -> String {
        let hash = |registry: &Registry| registry.hash(&name(OWN)).unwrap().to_string();
        format!(
            "/own: the subscription of node /listener and the publisher of node /talker do not match: they have \
             different definitions of {OWN}, {} and {}",
            hash(&self.ours),
            hash(&self.theirs)
        )
    }
}

const RELIABILITY: &str = "reliability: best_effort is offered, reliable is asked for";

#[test]
fn every_mismatch_of_others_is_found() {
    let broken = Broken::new("every_mismatch_of_others");
    let count = |ran: &Ran| parsed(ran)["findings"].as_array().map(Vec::len);
    let ran = broken.graph.run_until(&["--json", "doctor"], |ran| count(ran) == Some(5));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    let report = parsed(&ran);
    assert_eq!(report["healthy"], json!(false));
    let findings = report["findings"].as_array().unwrap();
    let of = |topic: &str, node: &str| {
        let found =
            findings.iter().find(|found| found["name"] == topic && found["endpoints"][1]["node"] == node);
        found.unwrap_or_else(|| panic!("{topic} {node}: {findings:?}"))
    };
    let own = of("/own", "/talker");
    assert_eq!((&own["severity"], &own["kind"]), (&json!("error"), &json!("definition")));
    assert_eq!(own["message"], json!(broken.sentence()));
    let difference = |member: &str, change: &str, before: Value, after: &str| {
        let (type_name, after) = (OWN, json!(after));
        json!({"type_name": type_name, "member": member, "change": change, "before": before, "after": after})
    };
    let bound = difference("label", "bound", json!("string<=8"), "string");
    assert_eq!(own["differences"], json!([bound, difference("b", "added", json!(null), "bool")]));
    let endpoints = own["endpoints"].as_array().unwrap();
    let kinds = (&endpoints[0]["kind"], &endpoints[1]["kind"]);
    assert_eq!(kinds, (&json!("subscription"), &json!("publisher")));
    assert_eq!(endpoints[0]["gid"], json!(broken.heard.entity().gid().to_string()));
    assert_eq!(endpoints[1]["gid"], json!(broken.said.entity().gid().to_string()));
    // What one node told of the type holds for the other one too: it has the same hash.
    assert_eq!(of("/own", "/quiet")["differences"], own["differences"]);
    let typed = of("/typed", "/talker");
    assert_eq!((&typed["kind"], &typed["severity"]), (&json!("type"), &json!("error")));
    let fast = of("/fast", "/talker");
    assert_eq!((&fast["kind"], &fast["severity"]), (&json!("qos"), &json!("warning")));
    assert!(fast["message"].as_str().unwrap().ends_with(RELIABILITY), "{fast}");
    let locate = of("/locate", "/talker");
    let kinds = (&locate["kind"], &locate["endpoints"][0]["kind"]);
    assert_eq!(kinds, (&json!("definition"), &json!("client")));
    assert_eq!(locate["differences"][0]["member"], json!("a"));
}

#[test]
fn every_mismatch_is_shown_with_what_differs() {
    let broken = Broken::new("every_mismatch_is_shown");
    let is_all = |ran: &Ran| ran.stdout().matches("do not match").count() == 5;
    let ran = broken.graph.run_until(&["doctor"], is_all);
    assert_eq!(ran.code, Some(1));
    let shown = section(ran.stdout(), "findings");
    let sentence = format!("error: {}", broken.sentence());
    let at = shown.iter().position(|line| *line == sentence).expect("the sentence");
    let below = ["  my_msgs/msg/Own.label: bound string<=8 -> string", "  my_msgs/msg/Own.b: added, is bool"];
    assert_eq!(&shown[at + 1..at + 3], &below);
    let warning = shown.iter().find(|line| line.starts_with("warning: /fast: ")).expect("the warning");
    assert!(warning.ends_with(RELIABILITY), "{warning}");
}

#[test]
fn quality_of_service_alone_is_a_warning() {
    let graph = Graph::new("quality_of_service_alone");
    let types = Registry::new();
    let node = graph.node("both");
    let _offered = publisher(&node, "/fast", (&types, STRING), QosProfile::SENSOR_DATA);
    let _asked = subscriber(&node, "/fast", (&types, STRING), QosProfile::DEFAULT);
    let ran = graph.run_until(&["doctor"], |ran| ran.stdout().contains("warning: /fast: "));
    assert_eq!(ran.code, Some(0));
}

#[test]
fn nodes_that_do_not_tell_their_types_are_named() {
    let graph = Graph::new("nodes_that_do_not_tell");
    let (ours, theirs) = (registry(OWN, "string label\n"), registry(OWN, "string text\n"));
    let quiet = graph
        .context()
        .create_node("quiet")
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap();
    let _publisher = publisher(&quiet, "/own", (&theirs, OWN), QosProfile::DEFAULT);
    let _subscriber = subscriber(&quiet, "/own", (&ours, OWN), QosProfile::DEFAULT);
    let reason = "what differs is not known: node /quiet does not tell what its types are";
    let ran = graph.run_until(&["doctor"], |ran| ran.stdout().contains(reason));
    assert_eq!(ran.code, Some(1));
    let ran = graph.run_until(&["--json", "doctor"], |ran| ran.stdout().contains("\"definition\""));
    let finding = &parsed(&ran)["findings"][0];
    assert_eq!(finding["unexplained"], json!("node /quiet does not tell what its types are"));
    assert_eq!(finding["differences"], json!([]));
}

#[test]
fn without_a_router_it_ends_and_says_so() {
    let folder = Folder::new("without_a_router");
    let ran = folder.run(&["--connect", "tcp/127.0.0.1:1", "doctor"], "");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    assert_eq!(section(ran.stdout(), "router"), ["none was reached; tried tcp/127.0.0.1:1"]);
    let finding = "error: no router was reached at tcp/127.0.0.1:1, and nobody else is connected: start a router with \
                   `ros-z router`, in a ROS system with `ros2 run rmw_zenoh_cpp rmw_zenohd`, or say where it is with \
                   --connect";
    assert_eq!(section(ran.stdout(), "findings"), [finding]);
    let ran = folder.run(&["--connect", "tcp/127.0.0.1:1", "--json", "doctor"], "");
    let report = parsed(&ran);
    assert_eq!(report["router"], json!({"reached": false, "at": [], "tried": ["tcp/127.0.0.1:1"]}));
    assert_eq!((ran.code, &report["findings"][0]["kind"]), (Some(1), &json!("router")));
}

#[test]
fn nodes_in_another_domain_are_pointed_to() {
    let graph = Graph::new("nodes_in_another_domain");
    let _elsewhere = graph.context_in(graph.domain + 1).create_node("elsewhere").build().unwrap();
    let message = format!(
        "warning: there is no other node in domain {}; there are nodes elsewhere, 1 in domain {}",
        graph.domain,
        graph.domain + 1
    );
    let ran = graph.run_until(&["doctor"], |ran| section(ran.stdout(), "findings") == [message.as_str()]);
    assert_eq!(ran.code, Some(0));
}

/// What the doctor says where one variable is set.
fn with(variable: &str, value: &str) -> (Option<i32>, Value) {
    let mut command = ros_z(&["--json", "doctor"]);
    let output = command.env(variable, value).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn what_lets_no_session_be_opened_is_a_finding() {
    let folder = Folder::new("what_lets_no_session_be_opened");
    folder.write("broken.json5", "{ mode: \"peer\", nonsense");
    let broken = folder.path().join("broken.json5");
    let broken = broken.to_str().unwrap();
    for (variable, value, reason) in [
        ("ZENOH_SESSION_CONFIG_URI", broken, &*format!("the configuration file {broken}: ")),
        ("ZENOH_SESSION_CONFIG_URI", "absent.json5", "the configuration file absent.json5: "),
        ("ZENOH_CONFIG_OVERRIDE", "mode=7", "ZENOH_CONFIG_OVERRIDE: the setting `mode` cannot be `7`"),
        ("ROS_DOMAIN_ID", "five", "ROS_DOMAIN_ID is `five`; expected an integer from 0 on"),
        ("ROS_NAMESPACE", "a b", "ROS_NAMESPACE: "),
    ] {
        let (code, report) = with(variable, value);
        let finding = &report["findings"][0];
        let message = finding["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("no session could be opened: {reason}")), "{message}");
        let said = (code, &finding["severity"], &finding["kind"]);
        assert_eq!(said, (Some(1), &json!("error"), &json!("session")));
        for part in ["session", "router", "domain", "nodes"] {
            assert_eq!(report[part], json!(null), "{part}");
        }
        let variables = report["environment"].as_array().unwrap();
        let shown = variables.iter().find(|shown| shown["name"] == variable).unwrap();
        assert_eq!(shown["value"], json!(value));
    }
}

#[test]
fn variables_that_make_no_sense_are_warned_of() {
    let nonsense = "connect/endpoints=[\"tcp/127.0.0.1:1\"];nonsense";
    for (variable, value, reason) in [
        (
            "RMW_IMPLEMENTATION",
            "rmw_fastrtps_cpp",
            "RMW_IMPLEMENTATION is rmw_fastrtps_cpp: nodes that are started",
        ),
        ("ROS_DISTRO", "ardent", "ROS_DISTRO: "),
        ("ROS_LOCALHOST_ONLY", "1", "ROS_LOCALHOST_ONLY is set, and of no effect over Zenoh"),
        (
            "AMENT_PREFIX_PATH",
            "/absent/prefix",
            "AMENT_PREFIX_PATH names /absent/prefix, where there is nothing",
        ),
        (
            "ZENOH_CONFIG_OVERRIDE",
            nonsense,
            "ZENOH_CONFIG_OVERRIDE holds `nonsense`, which is not `key=value`",
        ),
    ] {
        let (_, report) = with(variable, value);
        let finding = &report["findings"][0];
        let said = (&finding["severity"], &finding["kind"]);
        assert_eq!(said, (&json!("warning"), &json!("environment")), "{variable}");
        assert!(finding["message"].as_str().unwrap().starts_with(reason), "{finding}");
    }
}

#[cfg(unix)]
#[test]
fn echo_and_pub_warn_of_what_does_not_match() {
    use crate::running::Running;

    let graph = Graph::new("echo_and_pub_warn");
    let (ours, theirs) = (registry(OWN, "string label\n"), registry(OWN, "string text\n"));
    let folder = Folder::new("echo_and_pub_warn_types");
    folder.write("my_msgs/msg/Own.msg", "string label\n");
    let types = folder.path().to_str().unwrap().to_owned();
    let talker = graph.node("talker");
    let other = publisher(&talker, "/own", (&theirs, OWN), QosProfile::DEFAULT);
    let said = publisher(&talker, "/own", (&ours, OWN), QosProfile::DEFAULT);
    let domain = graph.domain.to_string();
    let global = ["--connect", graph.endpoint(), "--domain", &domain, "--type-path", &types];
    let hashes = format!("{} and {}", said.entity().token().endpoint.as_ref().unwrap().type_hash, {
        &other.entity().token().endpoint.as_ref().unwrap().type_hash
    });
    let sentence = |kind: &str, of: &str| {
        format!(
            "{of} and the {kind} of node /talker do not match: they have different definitions of {OWN}, {hashes}; from \
             the first to the second: label: removed, was string; text: added, is string"
        )
    };
    let check = |error: &str, kind: &str, ours: &str| {
        let lines: Vec<&str> = error.lines().filter(|line| line.starts_with("warning: /own: ")).collect();
        assert_eq!(lines.len(), 1, "{error}");
        let (head, tail) = (format!("warning: /own: the {ours} of node /_ros_z_"), sentence(kind, ""));
        assert!(lines[0].starts_with(&head) && lines[0].ends_with(&tail), "{error}");
    };
    let mut echo =
        Running::start(&[&global[..], &["topic", "echo", "/own", OWN, "--json", "-n", "1"]].concat());
    let warning = echo.error_line();
    check(&warning, "publisher", "subscription");
    assert!(talker.wait_for_subscribers("/own", 1, DEADLINE).unwrap());
    said.publish(b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00".to_vec()).unwrap();
    assert_eq!(echo.line(), "{\"label\":\"hi\"}");
    let (_, errors, code) = echo.end();
    assert_eq!((errors.as_str(), code), ("", Some(0)));

    other.close();
    said.close();
    let _heard = subscriber(&talker, "/own", (&theirs, OWN), QosProfile::DEFAULT);
    let mut publish = Running::start(&[&global[..], &["topic", "pub", "/own", OWN, "-w", "9"]].concat());
    check(&publish.error_line(), "subscription", "publisher");
    publish.interrupt();
    assert_eq!(publish.end().2, Some(130));
    let quiet = [&global[..], &["-q", "topic", "pub", "/own", OWN, "--once"]].concat();
    folder.run(&quiet, "").is(0, "", "");
}
