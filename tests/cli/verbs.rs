//! Every verb that prints: `--json` is honoured, an object or value a line, of the shape that is written here.
//!
//! The verbs are those that have a manual page, so that one without a row fails.

use std::collections::BTreeSet;
use std::thread;

use ros_z_dynamic::net::{
    ActionServer, ActionType, GoalRequest, Introspection, ParameterDescriptor, ParameterValue, RequestId,
    Server,
};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use serde_json::{Value, json};

use crate::command::Folder;
use crate::living::{Graph, client, server, subscriber};
use crate::running::Running;

/// Whether a value has a shape: the name of a type, `?` behind it where it may be `null`; an array of one shape; an
/// object with the shapes of its members, no more and no fewer. `null` is the shape of anything.
fn complaint(value: &Value, shape: &Value, path: &str) -> Option<String> {
    match shape {
        Value::Null => None,
        Value::Object(members) => {
            let Some(object) = value.as_object() else {
                return Some(format!("{path} is no object: {value}"));
            };
            let keys = |of: &serde_json::Map<String, Value>| of.keys().cloned().collect::<BTreeSet<_>>();
            if keys(object) != keys(members) {
                return Some(format!("{path} has the members {:?}", keys(object)));
            }
            members.iter().find_map(|(key, shape)| complaint(&object[key], shape, &format!("{path}.{key}")))
        }
        Value::Array(items) => match value.as_array() {
            Some(values) => values.iter().find_map(|value| complaint(value, &items[0], &format!("{path}[]"))),
            None => Some(format!("{path} is no array: {value}")),
        },
        shape => {
            let name = shape.as_str().unwrap();
            let wanted = name.trim_end_matches('?');
            let is = match wanted {
                "string" => value.is_string(),
                "number" => value.is_number(),
                "bool" => value.is_boolean(),
                _ => panic!("{shape} is no shape"),
            };
            let fits = is || wanted != name && value.is_null();
            (!fits).then(|| format!("{path} is no {name}: {value}"))
        }
    }
}

#[test]
fn shapes_find_what_does_not_fit() {
    let shape = json!({"a": ["number"], "b": "string?"});
    for value in [json!({"a": [], "b": null}), json!({"a": [1, 2.5], "b": "x"})] {
        assert_eq!(complaint(&value, &shape, ""), None);
    }
    for value in [
        json!(1),
        json!({"a": []}),
        json!({"a": ["x"], "b": "x"}),
        json!({"a": [], "b": 1}),
        json!({"a": 1, "b": null}),
    ] {
        assert!(complaint(&value, &shape, "").is_some(), "{value}");
    }
}

/// A verb, what it is called with, its standard input, and the shape of its lines.
struct Row(&'static str, &'static [&'static str], &'static str, Value);

const STRING: &str = "std_msgs/msg/String";
const STAMPED: &str = "geometry_msgs/msg/PointStamped";
const FIBONACCI: &str = "example_interfaces/action/Fibonacci";
const ADD: &str = "example_interfaces/srv/AddTwoInts";

fn stamped() -> Value {
    let stamp = json!({"sec": "number", "nanosec": "number"});
    json!({"header": {"stamp": stamp, "frame_id": "string"}, "point": null})
}

fn measured(own: &[&str]) -> Value {
    let shared = ["messages", "lost", "dropped", "window", "min", "max"];
    let mut shape = json!({"topic": "string"});
    shared.iter().chain(own).for_each(|name| shape[*name] = json!("number"));
    shape
}

fn topic() -> Value {
    json!({"topic": "string", "types": ["string"], "publishers_count": "number", "subscriptions_count": "number"})
}

fn topic_info() -> Value {
    let qos = json!({
        "reliability": "string", "durability": "string", "history": "string", "depth": "number", "deadline": "number?",
        "lifespan": "number?", "liveliness": "string", "liveliness_lease_duration": "number?",
    });
    let endpoint = json!({
        "node": "string", "kind": "string", "type": "string", "type_hash": "string?", "gid": "string", "qos": qos,
    });
    let mismatch = json!({
        "kind": "string", "message": "string", "name": "string", "endpoints": [endpoint], "differences": [null],
        "unexplained": "string?",
    });
    let mut info = topic();
    info["endpoints"] = json!([endpoint]);
    info["mismatches"] = json!([mismatch]);
    info
}

fn doctor() -> Value {
    json!({
        "healthy": "bool",
        "domain": "number",
        "findings": [null],
        "session": {"zid": "string", "mode": "string", "locators": ["string"], "connections": [null]},
        "router": {"reached": "bool", "at": ["string"], "tried": ["string"]},
        "environment": [{"name": "string", "value": "string?", "meaning": "string"}],
        "nodes": [{
            "name": "string", "publishers": "number", "subscriptions": "number", "servers": "number", "clients": "number",
        }],
    })
}

fn rows() -> Vec<Row> {
    let known = [without_graph(), of_recordings(), of_nodes_and_services(), of_topics()];
    known.into_iter().chain([of_actions(), of_parameters()]).flatten().collect()
}

fn without_graph() -> Vec<Row> {
    let (file, name, any) = (json!({"file": "string"}), json!({"type_name": "string"}), Value::Null);
    let checked = json!({"file": "string", "ok": "bool", "types": ["string"]});
    vec![
        Row("completion", &["bash"], "", json!({"shell": "string", "script": "string"})),
        Row("decode", &[STRING, "--hex"], "00010000030000006869 00", json!({"data": "string"})),
        Row("encode", &[STRING], "{\"data\": \"hi\"}", json!({"base64": "string"})),
        Row("interface show", &[STRING], "", any.clone()),
        Row("interface list", &["-s"], "", name.clone()),
        Row("interface packages", &[], "", json!({"package": "string"})),
        Row("interface package", &["std_msgs"], "", name),
        Row("interface hash", &[STRING], "", json!({"type_name": "string", "type_hash": "string"})),
        Row("interface proto", &[STAMPED], "", stamped()),
        Row("interface check", &["types"], "", checked),
        Row("interface json-schema", &[STRING], "", any.clone()),
        Row("interface diff", &["types/a_msgs/msg/A.msg", "types/a_msgs/msg/B.msg"], "", any),
        Row("man", &[], "", file.clone()),
        Row("router", &["--listen", "tcp/127.0.0.1:0"], "", json!({"endpoint": "string"})),
        Row("stubs", &["std_msgs"], "", file),
    ]
}

fn of_recordings() -> Vec<Row> {
    let message = json!({
        "topic": "string", "type": "string", "log_time": "number", "publish_time": "number", "sequence": "number",
        "message": null,
    });
    let topic = json!({
        "name": "string", "type": "string", "type_hash": "string?", "messages": "number", "message_encoding": "string",
        "schema_encoding": "string", "offered_qos_profiles": [null],
    });
    let info = json!({
        "path": "string", "storage": "string", "files": ["string"], "size": "number", "compression": ["string"],
        "start": "number?", "end": "number?", "duration": "number", "messages": "number", "topics": [topic],
    });
    let played = json!({"path": "string", "messages": "number", "topics": null});
    let recorded = json!({
        "path": "string", "files": ["string"], "messages": "number", "dropped": "number", "size": "number",
        "topics": null,
    });
    vec![
        Row("cat", &["recording.mcap"], "", message.clone()),
        Row("convert", &["recording.mcap"], "", message),
        Row("info", &["recording.mcap"], "", info),
        Row("play", &["recording.mcap", "--rate", "100"], "", played),
        Row("record", &["/silent", "-o", "silent.mcap", "--duration", "0.05"], "", recorded),
    ]
}

fn of_nodes_and_services() -> Vec<Row> {
    let listed = json!({"service": "string", "types": ["string"]});
    let mut counted = listed.clone();
    ["clients_count", "services_count"].iter().for_each(|key| counted[*key] = json!("number"));
    let mut node = json!({"node": "string"});
    for key in [
        "subscribers",
        "publishers",
        "service_servers",
        "service_clients",
        "action_servers",
        "action_clients",
    ] {
        node[key] = json!([{"name": "string", "types": ["string"]}]);
    }
    let (stamp, any) = (json!({"sec": "number", "nanosec": "number"}), Value::Null);
    let event = json!({
        "info": {"event_type": "number", "stamp": stamp, "client_gid": "string", "sequence_number": "number"},
        "request": [any], "response": [any],
    });
    let log = json!({
        "stamp": stamp, "level": "number", "name": "string", "msg": "string", "file": "string", "function": "string",
        "line": "number",
    });
    vec![
        Row("doctor", &[], "", doctor()),
        Row("node list", &[], "", json!({"node": "string"})),
        Row("node info", &["/both"], "", node),
        Row("service list", &[], "", listed.clone()),
        Row("service type", &["/add"], "", json!({"type_name": "string"})),
        Row("service find", &[ADD], "", listed),
        Row("service info", &["/add"], "", counted),
        Row("service echo", &["/add", "-n", "1"], "", event),
        Row("log", &["-n", "1"], "", log),
        Row("service call", &["/add", ADD, "{a: 5, b: 7}"], "", json!({"sum": "number"})),
    ]
}

fn of_actions() -> Vec<Row> {
    let listed = json!({"action": "string", "types": ["string"]});
    let user = json!([{"node": "string", "type": "string"}]);
    let info = json!({
        "action": "string", "clients_count": "number", "servers_count": "number", "clients": user, "servers": user,
    });
    vec![
        Row("action list", &[], "", listed.clone()),
        Row("action type", &["/fibonacci"], "", json!({"type_name": "string"})),
        Row("action find", &[FIBONACCI], "", listed),
        Row("action info", &["/fibonacci"], "", info),
        // That it was accepted, and how it ended.
        Row("action send_goal", &["/fibonacci", FIBONACCI, "{order: 1}"], "", Value::Null),
    ]
}

fn of_parameters() -> Vec<Row> {
    let (value, set) = (
        json!({"name": "string", "type": "string", "value": null}),
        json!({"name": "string", "successful": "bool"}),
    );
    let descriptor = json!({
        "name": "string", "type": "string", "description": "string", "additional_constraints": "string",
        "read_only": "bool", "dynamic_typing": "bool", "floating_point_range": [null], "integer_range": [null],
    });
    vec![
        Row("param list", &["/both"], "", json!({"node": "string", "names": ["string"]})),
        Row("param get", &["/both", "speed"], "", value.clone()),
        Row("param set", &["/both", "speed", "2.0"], "", set.clone()),
        Row("param describe", &["/both", "speed"], "", descriptor),
        Row("param delete", &["/both", "gone"], "", set.clone()),
        Row("param dump", &["/both"], "", value),
        Row("param load", &["/both", "both.yaml"], "", set),
    ]
}

fn of_topics() -> Vec<Row> {
    let (rate, bandwidth) = (measured(&["rate", "std_dev"]), measured(&["bytes_per_second", "mean"]));
    let delay = measured(&["delay", "std_dev", "unset"]);
    vec![
        Row("topic echo", &["/point", "--once"], "", stamped()),
        Row("topic pub", &["/heard", STAMPED, "{header: auto}", "--once", "--print"], "", stamped()),
        Row("topic list", &[], "", topic()),
        Row("topic info", &["/point", "-v"], "", topic_info()),
        Row("topic type", &["/point"], "", json!({"type_name": "string"})),
        Row("topic find", &[STAMPED], "", topic()),
        Row("topic hz", &["/point", "-n", "1", "--interval", "0.2"], "", rate),
        Row("topic bw", &["/point", "-n", "1", "--interval", "0.2"], "", bandwidth),
        Row("topic delay", &["/point", "-n", "1", "--interval", "0.2"], "", delay),
    ]
}

#[test]
fn every_verb_has_a_row() {
    let folder = Folder::new("every_verb_has_a_row");
    let ran = folder.run(&["man"], "");
    let pages =
        ran.stdout().lines().map(|page| page.strip_prefix("man/ros-z").unwrap().strip_suffix(".1").unwrap());
    let pages: BTreeSet<String> = pages.map(str::to_owned).collect();
    // Those with others below them do nothing themselves.
    let is_leaf = |page: &&String| !pages.iter().any(|other| other.starts_with(&format!("{page}-")));
    let listed: BTreeSet<String> = pages.iter().filter(is_leaf).cloned().collect();
    let with_row: BTreeSet<String> =
        rows().iter().map(|row| format!("-{}", row.0.replace(' ', "-"))).collect();
    assert_eq!(listed, with_row);
}

/// Answers every call with the same sum, until the server is closed.
fn answer(server: &Server) {
    while let Ok(asked) = server.take_request(None) {
        let Some(asked) = asked else { continue };
        let sum = b"\x00\x01\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00".to_vec();
        _ = server.send_response(RequestId::from(&asked.attachment), sum);
    }
}

/// Reaches every goal at once, until the server is closed.
fn reach(server: &ActionServer) {
    while let Ok(asked) = server.recv_goal(None) {
        let Some(Ok(goal)) = asked.map(GoalRequest::accept_and_execute) else { continue };
        _ = goal.succeed(b"\x00\x01\x00\x00\x00\x00\x00\x00");
    }
}

/// Closes the servers when the test is done or fails, so that nobody waits for calls.
struct Closing<'a>(&'a Server, &'a ActionServer);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.1.close();
    }
}

#[test]
fn json_is_honoured_by_every_verb() {
    let graph = Graph::new("json_is_honoured");
    let (types, node) = (Registry::new(), graph.context().create_node("both").build().unwrap());
    let _heard = subscriber(&node, "/heard", (&types, STAMPED), QosProfile::DEFAULT);
    let server = server(&node, "/add", &types, ADD);
    let _client = client(&node, "/add", &types, ADD);
    let default = QosProfile::SYSTEM_DEFAULT;
    server.configure_introspection(Introspection::Contents, &types, default).unwrap();
    node.logger().info("ready");
    let fibonacci = ActionType::of_registry(&types, FIBONACCI).unwrap();
    let goals = node.create_action_server("/fibonacci", &fibonacci).build().unwrap();
    let parameters = node.parameters();
    for name in ["speed", "gone"] {
        let dynamic = ParameterDescriptor { dynamic_typing: true, ..ParameterDescriptor::default() };
        parameters.declare(name, ParameterValue::Double(1.0), dynamic).unwrap();
    }
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/recordings/probe.mcap");
    let folder = graph.folder();
    folder.write("recording.mcap", std::fs::read(recording).unwrap());
    folder.write("both.yaml", "/both:\n  ros__parameters: {speed: 3.0}\n");
    folder.write("types/a_msgs/msg/A.msg", "int32 a\n").write("types/a_msgs/msg/B.msg", "int64 a\n");
    let domain = graph.domain.to_string();
    let global = ["--connect", graph.endpoint(), "--domain", &domain];
    let talker = ["-q", "topic", "pub", "/point", STAMPED, "{header: auto}", "-r", "100"];
    let _talker = Running::start(&[&global[..], &talker].concat());
    let caller = ["-q", "service", "call", "/add", ADD, "{a: 5, b: 7}", "-r", "20"];
    let _caller = Running::start(&[&global[..], &caller].concat());
    let (rows, graph) = (rows(), &graph);
    thread::scope(|scope| {
        scope.spawn(|| answer(&server));
        scope.spawn(|| reach(&goals));
        let _closing = Closing(&server, &goals);
        // Most of the time is spent waiting for news.
        let checks: Vec<_> = rows
            .chunks(rows.len().div_ceil(4))
            .map(|rows| scope.spawn(move || rows.iter().for_each(|row| check(graph, row))))
            .collect();
        if let Some(panic) = checks.into_iter().filter_map(|check| check.join().err()).next() {
            std::panic::resume_unwind(panic);
        }
    });
}

fn check(graph: &Graph, Row(verb, arguments, stdin, shape): &Row) {
    let words: Vec<&str> =
        ["--json"].into_iter().chain(verb.split(' ')).chain(arguments.iter().copied()).collect();
    let lines: Vec<String> = if *verb == "router" {
        let router = Running::start(&words);
        vec![router.line()]
    } else {
        let is_there = |ran: &crate::command::Ran| !ran.stdout.is_empty();
        graph.run_with(&words, stdin, is_there).stdout().lines().map(str::to_owned).collect()
    };
    assert!(!lines.is_empty(), "{verb}");
    for line in lines {
        let value: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{verb}: {error}: {line}"));
        let complaint = complaint(&value, shape, "");
        assert!(complaint.is_none(), "{verb}: {}: {line}", complaint.unwrap_or_default());
    }
}
