//! `ros-z node` and `ros-z service` against a live graph.

use std::any::Any;
use std::sync::Arc;
use std::thread;

use ros_z_dynamic::codec::{JsonInput, JsonOutput, Plan, from_json, to_json};
use ros_z_dynamic::net::{RequestId, Server};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use serde_json::{Value, json};

use crate::living::{DEADLINE, Graph, client, name, publisher, registry, server, subscriber};

const ADD: &str = "example_interfaces/srv/AddTwoInts";
const STRING: &str = "std_msgs/msg/String";
const LOCATE: &str = "my_msgs/srv/Locate";
const LOCATE_TEXT: &str = "string label\nuint8[] key\n---\nfloat64[2] at\nstring label\n";

#[test]
fn nodes_are_listed() {
    let graph = Graph::new("nodes_are_listed");
    let _nodes = [graph.node("talker"), graph.node("listener"), graph.node("_hidden")];
    let two = "/listener\n/talker\n";
    graph.run_until(&["node", "list"], |ran| ran.stdout() == two).is(0, two, "");
    graph.run_until(&["node", "list", "-c"], |ran| ran.stdout() == "2\n");
    let json = "{\"node\":\"/listener\"}\n{\"node\":\"/talker\"}\n";
    graph.run_until(&["--json", "node", "list"], |ran| ran.stdout() == json);
    // With the node of the command itself.
    let all = graph.run_until(&["node", "list", "--all"], |ran| ran.stdout().lines().count() == 4);
    let names: Vec<&str> = all.stdout().lines().collect();
    assert_eq!((names[0], &names[2..]), ("/_hidden", &["/listener", "/talker"][..]));
    assert!(names[1].starts_with("/_ros_z_"));
    let _twin = graph.node("talker");
    let twins = "/listener\n/talker\n/talker\n";
    let warning = "warning: several nodes have one name, such as /talker\n";
    graph.run_until(&["node", "list"], |ran| ran.stdout() == twins).is(0, twins, warning);
    graph.run_until(&["-q", "node", "list"], |ran| ran.stdout() == twins).is(0, twins, "");
    graph.run(&["node", "list", "--spin-time", "x"], "").is(
        2,
        "",
        "error: invalid value 'x' for '--spin-time <SECONDS>': expected a number of seconds\n\nFor more information, try \
         '--help'.\n",
    );
}

#[test]
fn a_node_is_described() {
    let graph = Graph::new("a_node_is_described");
    let types = Registry::new();
    let talker = graph.context().create_node("talker").with_namespace("/robot").build().unwrap();
    let qos = QosProfile::DEFAULT;
    let _publishers = [
        publisher(&talker, "chatter", (&types, STRING), qos),
        publisher(&talker, "_secret", (&types, STRING), qos),
    ];
    let _subscriber = subscriber(&talker, "/other", (&types, "std_msgs/msg/Bool"), qos);
    let _server = server(&talker, "~/add", &types, ADD);
    let _goals =
        client(&talker, "/fib/_action/send_goal", &types, "example_interfaces/action/Fibonacci_SendGoal");
    let text = "/robot/talker\n  Subscribers:\n    /other: std_msgs/msg/Bool\n  Publishers:\n    /parameter_events: \
                rcl_interfaces/msg/ParameterEvent\n    /robot/chatter: std_msgs/msg/String\n    /rosout: rcl_interfaces/msg/Log\n  Service Servers:\n    /robot/talker/add: example_interfaces/srv/AddTwoInts\n    /robot/talker/describe_parameters: rcl_interfaces/srv/DescribeParameters\n    /robot/talker/get_parameter_types: rcl_interfaces/srv/GetParameterTypes\n    /robot/talker/get_parameters: rcl_interfaces/srv/GetParameters\n    \
                /robot/talker/get_type_description: type_description_interfaces/srv/GetTypeDescription\n    /robot/talker/list_parameters: rcl_interfaces/srv/ListParameters\n    /robot/talker/set_parameters: rcl_interfaces/srv/SetParameters\n    /robot/talker/set_parameters_atomically: rcl_interfaces/srv/SetParametersAtomically\n  Service \
                Clients:\n  Action Servers:\n  Action Clients:\n    /fib: example_interfaces/action/Fibonacci\n";
    for spelling in ["/robot/talker", "robot/talker"] {
        graph.run_until(&["node", "info", spelling], |ran| ran.stdout() == text).is(0, text, "");
    }
    let hidden = "  Publishers:\n    /parameter_events: rcl_interfaces/msg/ParameterEvent\n    /robot/_secret: std_msgs/msg/String\n    /robot/chatter";
    graph.run_until(&["node", "info", "/robot/talker", "--include-hidden"], |ran| {
        ran.stdout().contains(hidden)
    });
    let expected = json!({
        "node": "/robot/talker",
        "subscribers": [{"name": "/other", "types": ["std_msgs/msg/Bool"]}],
        "publishers": [
            {"name": "/parameter_events", "types": ["rcl_interfaces/msg/ParameterEvent"]},
            {"name": "/robot/chatter", "types": [STRING]},
            {"name": "/rosout", "types": ["rcl_interfaces/msg/Log"]},
        ],
        "service_servers": [
            {"name": "/robot/talker/add", "types": [ADD]},
            {"name": "/robot/talker/describe_parameters", "types": ["rcl_interfaces/srv/DescribeParameters"]},
            {"name": "/robot/talker/get_parameter_types", "types": ["rcl_interfaces/srv/GetParameterTypes"]},
            {"name": "/robot/talker/get_parameters", "types": ["rcl_interfaces/srv/GetParameters"]},
            {
                "name": "/robot/talker/get_type_description",
                "types": ["type_description_interfaces/srv/GetTypeDescription"],
            },
            {"name": "/robot/talker/list_parameters", "types": ["rcl_interfaces/srv/ListParameters"]},
            {"name": "/robot/talker/set_parameters", "types": ["rcl_interfaces/srv/SetParameters"]},
            {"name": "/robot/talker/set_parameters_atomically", "types": ["rcl_interfaces/srv/SetParametersAtomically"]},
        ],
        "service_clients": [],
        "action_servers": [],
        "action_clients": [{"name": "/fib", "types": ["example_interfaces/action/Fibonacci"]}],
    });
    let is_all = |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| value == expected);
    graph.run_until(&["--json", "node", "info", "/robot/talker"], |ran| is_all(ran.stdout()));
    graph.run(&["node", "info", "/nobody"], "").is(1, "", "error: there is no node /nobody in the graph\n");
}

/// A graph with three services, one of them hidden, and clients of two.
fn services(test: &str) -> (Graph, Server, Vec<Box<dyn Any>>) {
    let graph = Graph::new(test);
    let (types, own) = (Registry::new(), registry(LOCATE, LOCATE_TEXT));
    let context = graph.context();
    let quiet = context
        .create_node("quiet")
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap();
    let locate = server(&quiet, "/locate", &own, LOCATE);
    let others: Vec<Box<dyn Any>> = vec![
        Box::new(server(&quiet, "/add", &types, ADD)),
        Box::new(server(&quiet, "/_hidden/add", &types, ADD)),
        Box::new(client(&quiet, "/add", &types, ADD)),
        Box::new(client(&quiet, "/only_called", &types, ADD)),
    ];
    (graph, locate, others)
}

#[test]
fn services_are_listed_and_found() {
    let (graph, _locate, _others) = services("services_are_listed");
    let table: [(&[&str], &str); 9] = [
        (&["service", "list"], "/add\n/locate\n"),
        (&["service", "list", "--include-hidden-services"], "/_hidden/add\n/add\n/locate\n"),
        (
            &["service", "list", "-t"],
            "/add [example_interfaces/srv/AddTwoInts]\n/locate [my_msgs/srv/Locate]\n",
        ),
        (&["service", "list", "--count-services"], "2\n"),
        (&["service", "type", "/locate"], "my_msgs/srv/Locate\n"),
        (&["service", "find", "example_interfaces/AddTwoInts"], "/add\n"),
        (&["service", "find", ADD, "--count-services", "--include-hidden-services"], "2\n"),
        (&["service", "find", "my_msgs/srv/Nothing"], ""),
        (
            &["service", "info", "add"],
            "Type: example_interfaces/srv/AddTwoInts\nClients count: 1\nServices count: 1\n",
        ),
    ];
    for (arguments, text) in table {
        graph.run_until(arguments, |ran| ran.stdout() == text).is(0, text, "");
    }
    for verb in ["type", "info"] {
        let error = "error: there is no service /nothing in the graph\n";
        graph.run(&["service", verb, "/nothing"], "").is(1, "", error);
    }
    graph.run(&["service", "find", "no type"], "").is(
        1,
        "",
        "error: `no type` is not a type name; expected `package/msg/Name`\n",
    );
}

#[test]
fn services_are_listed_for_programs() {
    let (graph, _locate, _others) = services("services_are_listed_for_programs");
    let json: [(&[&str], &str); 5] = [
        (
            &["service", "list"],
            "{\"service\":\"/add\",\"types\":[\"example_interfaces/srv/AddTwoInts\"]}\n{\"service\":\"/locate\",\"types\":\
             [\"my_msgs/srv/Locate\"]}\n",
        ),
        (&["service", "list", "-c"], "{\"count\":2}\n"),
        (&["service", "type", "/locate"], "{\"type_name\":\"my_msgs/srv/Locate\"}\n"),
        (&["service", "find", LOCATE], "{\"service\":\"/locate\",\"types\":[\"my_msgs/srv/Locate\"]}\n"),
        (
            &["service", "info", "/only_called"],
            "{\"service\":\"/only_called\",\"types\":[\"example_interfaces/srv/AddTwoInts\"],\"clients_count\":1,\
             \"services_count\":0}\n",
        ),
    ];
    for (arguments, text) in json {
        graph.run_until(&[&["--json"], arguments].concat(), |ran| ran.stdout() == text).is(0, text, "");
    }
}

#[test]
fn servers_and_clients_are_described() {
    let (graph, locate, _others) = services("servers_and_clients");
    let hash = registry(LOCATE, LOCATE_TEXT).hash(&name(LOCATE)).unwrap();
    let gid = locate.entity().gid();
    let text = format!(
        "Type: my_msgs/srv/Locate\n\nClients count: 0\n\nServices count: 1\n\nNode name: quiet\nNode namespace: /\nTopic \
         type: my_msgs/srv/Locate\nTopic type hash: {hash}\nEndpoint type: SERVER\nGID: {gid}\nQoS profile:\n  \
         Reliability: RELIABLE\n  History (Depth): KEEP_LAST (10)\n  Durability: VOLATILE\n  Lifespan: Infinite\n  \
         Deadline: Infinite\n  Liveliness: AUTOMATIC\n  Liveliness lease duration: Infinite\n"
    );
    graph.run_until(&["service", "info", "/locate", "-v"], |ran| ran.stdout() == text);
    let ran = graph.run_until(&["--json", "service", "info", "/locate", "-v"], |ran| ran.code == Some(0));
    let endpoint = json!({
        "node": "/quiet", "kind": "server", "type": LOCATE, "type_hash": hash.to_string(), "gid": gid.to_string(),
        "qos": {
            "reliability": "reliable", "durability": "volatile", "history": "keep_last", "depth": 10, "deadline": null,
            "lifespan": null, "liveliness": "automatic", "liveliness_lease_duration": null,
        },
    });
    assert_eq!(serde_json::from_str::<Value>(ran.stdout()).unwrap()["endpoints"], json!([endpoint]));
}

/// Answers `count` requests with their own label, and where that is.
fn answer(server: &Server, registry: &Registry, count: usize) {
    let plan = |part: &str| {
        let description = registry.describe(&name(&format!("{LOCATE}_{part}"))).unwrap();
        Plan::compile(&description).unwrap()
    };
    let (request, response): (Arc<Plan>, Arc<Plan>) = (plan("Request"), plan("Response"));
    for number in 0..count {
        let asked = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
        let json = to_json(&request, asked.payload.as_slice(), &JsonOutput::default()).unwrap();
        let asked_for: Value = serde_json::from_slice(&json).unwrap();
        let answer =
            json!({"at": [number, asked_for["key"].as_str().unwrap().len()], "label": asked_for["label"]});
        let payload = from_json(&response, answer.to_string().as_bytes(), &JsonInput::default()).unwrap();
        server.send_response(RequestId::from(&asked.attachment), payload).unwrap();
    }
}

#[test]
fn services_are_called_with_types_that_only_the_server_has() {
    let graph = Graph::new("services_are_called");
    let own = registry(LOCATE, LOCATE_TEXT);
    let node = graph.node("locator");
    let server = server(&node, "/locate", &own, LOCATE);
    let table: [(&[&str], &str, &str); 7] = [
        (&["{\"label\": \"tip\", \"key\": \"AQID\"}"], "", "at:\n- 0.0\n- 4.0\nlabel: tip\n---\n"),
        (&["{label: a tip, key: [1, 2]}"], "", "at:\n- 0.0\n- 4.0\nlabel: a tip\n---\n"),
        (&["label: tip"], "", "at:\n- 0.0\n- 0.0\nlabel: tip\n---\n"),
        (&[], "", "at:\n- 0.0\n- 0.0\nlabel: ''\n---\n"),
        (&["--json"], "", "{\"at\":[0.0,0.0],\"label\":\"\"}\n"),
        (
            &["-", "--json"],
            "{\"label\": \"one\"}\n{\n  \"label\": \"two\"\n}\n",
            "{\"at\":[0.0,0.0],\"label\":\"one\"}\n{\"at\":[1.0,0.0],\"label\":\"two\"}\n",
        ),
        (&["--stdin", "--json"], "{}", "{\"at\":[0.0,0.0],\"label\":\"\"}\n"),
    ];
    for (arguments, stdin, response) in table {
        let requests = response.matches("label").count();
        thread::scope(|scope| {
            scope.spawn(|| answer(&server, &own, requests));
            let call = ["service", "call", "/locate", "my_msgs/Locate", "--timeout", "60"];
            graph.run(&[&call[..], arguments].concat(), stdin).is(0, response, "");
        });
    }
}

#[cfg(unix)]
#[test]
fn a_call_is_repeated_until_ctrl_c() {
    let graph = Graph::new("a_call_is_repeated");
    let own = registry(LOCATE, LOCATE_TEXT);
    let node = graph.node("locator");
    let server = server(&node, "/locate", &own, LOCATE);
    // A client that is wrong about the type does not stand in the way.
    let _wrong = client(&node, "/locate", &Registry::new(), ADD);
    let domain = graph.domain.to_string();
    let global = ["--connect", graph.endpoint(), "--domain", &domain, "--json", "-q"];
    let call = ["service", "call", "/locate", LOCATE, "{label: tip}", "-r", "100", "--timeout", "60"];
    let call = crate::running::Running::start(&[&global[..], &call].concat());
    answer(&server, &own, 2);
    assert_eq!(call.line(), r#"{"at":[0.0,0.0],"label":"tip"}"#);
    assert_eq!(call.line(), r#"{"at":[1.0,0.0],"label":"tip"}"#);
    call.interrupt();
    assert_eq!(call.end(), (vec![], String::new(), Some(130)));
}

#[test]
fn calls_that_cannot_be_say_why() {
    let graph = Graph::new("calls_that_cannot_be");
    let own = registry(LOCATE, LOCATE_TEXT);
    let node = graph.node("locator");
    let _servers = [server(&node, "/locate", &own, LOCATE), server(&node, "/add", &Registry::new(), ADD)];
    let table: [(&[&str], i32, &str); 7] = [
        (
            &["/locate", ADD],
            1,
            "/locate is a service of the type my_msgs/srv/Locate, not example_interfaces/srv/AddTwoInts",
        ),
        (
            &["/locate", LOCATE, "{label: 7}", "--timeout", "60"],
            1,
            "<argument>:1:9: my_msgs/srv/Locate_Request.label: expected a string, got 7\n  {label: 7}\n          ^\na message \
             of my_msgs/srv/Locate_Request, all defaults:\n  label: ''\n  key: ''",
        ),
        (
            &["/locate", LOCATE, "{lable: tip}", "--timeout", "60"],
            1,
            "<argument>:1:2: my_msgs/srv/Locate_Request: no field is named `lable` (fields: label, key)\n  {lable: tip}\n   \
             ^\na message of my_msgs/srv/Locate_Request, all defaults:\n  label: ''\n  key: ''",
        ),
        (&["/locate", STRING], 1, "`std_msgs/msg/String` is a message, not a service"),
        (&["/locate", "no type"], 1, "`no type` is not a type name; expected `package/srv/Name`"),
        (&["/nobody", ADD, "--timeout", "0.1"], 124, "nobody served /nobody in time"),
        (&["/add", ADD, "--timeout", "8"], 124, "the call of /add was not answered in time"),
    ];
    for (arguments, code, error) in table {
        let ran = graph.run(&[&["service", "call"], arguments].concat(), "");
        ran.is(code, "", &format!("error: {error}\n"));
    }
    let ran = graph.run(&["service", "call", "/locate", LOCATE, "{label: [", "--timeout", "1"], "");
    assert!(ran.stderr.starts_with("error: <argument>:2:1: neither JSON nor YAML: "), "{ran:?}");
    assert_eq!(ran.code, Some(1));
}

#[test]
fn yaml_is_published() {
    let graph = Graph::new("yaml_is_published");
    let types = Registry::new();
    let node = graph.node("listener");
    let heard = subscriber(&node, "/chatter", (&types, STRING), QosProfile::DEFAULT);
    graph.run(&["-q", "topic", "pub", "/chatter", STRING, "data: 'hi: there'", "--once"], "").is(0, "", "");
    let received = heard.recv(Some(DEADLINE)).unwrap().expect("a message");
    assert_eq!(received.payload.as_slice(), b"\x00\x01\x00\x00\x0a\x00\x00\x00hi: there\x00");
}
