//! Parameters of nodes: against a client of ours, and replaying what genuine nodes were recorded to send.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::codec::{Plan, Value, decode_value};
use ros_z_dynamic::net::{
    ContextBuilder, Node, Parameter, ParameterClient, ParameterDescriptor, ParameterRange, ParameterType,
    ParameterValue, Parameters, Router, SetParametersResult,
};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{EntityKind, QosProfile};
use ros_z_dynamic::schema::TypeName;
use zenoh::query::QueryTarget;

use crate::recorded::{bytes, echoed, recorded};
use crate::{DEADLINE, Question, kind, node, raw, router};

const SOON: Option<Duration> = Some(DEADLINE);

fn descriptor() -> ParameterDescriptor {
    ParameterDescriptor::default()
}

/// A node with parameters, and a client of them.
fn pair(router: &Router) -> (Node, Parameters, ParameterClient) {
    let robot = node(router, "robot");
    let client = node(router, "other").create_parameter_client("/robot").unwrap();
    assert!(client.wait_for_services(DEADLINE).unwrap());
    let parameters = robot.parameters().clone();
    (robot, parameters, client)
}

fn every_type() -> [ParameterValue; 9] {
    [
        ParameterValue::Bool(true),
        ParameterValue::Integer(i64::MIN),
        ParameterValue::Double(0.1),
        ParameterValue::String("grüß".to_owned()),
        ParameterValue::ByteArray(vec![0, 255]),
        ParameterValue::BoolArray(vec![true, false]),
        ParameterValue::IntegerArray(vec![-1, i64::MAX]),
        ParameterValue::DoubleArray(vec![f64::INFINITY, -0.0]),
        ParameterValue::StringArray(vec![String::new(), "b".to_owned()]),
    ]
}

#[test]
fn parameters_of_every_type_are_read_set_and_described() {
    let router = router();
    let (_robot, parameters, client) = pair(&router);
    let names: Vec<String> = (1..10).map(|number| format!("of.type{number}")).collect();
    for (name, value) in names.iter().zip(every_type()) {
        assert_eq!(parameters.declare(name, value.clone(), descriptor()).unwrap(), value);
    }
    assert_eq!(client.get(names.clone(), SOON).unwrap(), every_type());
    let types = client.types(names.clone(), SOON).unwrap();
    assert_eq!(types.iter().map(|kind| kind.number()).collect::<Vec<_>>(), (1..10).collect::<Vec<_>>());
    let listed = client.list(vec!["of".to_owned()], 1, SOON).unwrap();
    assert_eq!((listed.names, listed.prefixes), (names.clone(), vec!["of".to_owned()]));
    let described = client.describe(names.clone(), SOON).unwrap();
    assert_eq!((described[3].name.as_str(), described[3].r#type), ("of.type4", 4));
    let emptied: Vec<Parameter> = vec![
        Parameter::new("of.type4", ParameterValue::String(String::new())),
        Parameter::new("of.type5", ParameterValue::ByteArray(vec![])),
        Parameter::new("of.type9", ParameterValue::StringArray(vec![])),
    ];
    assert!(client.set_atomically(emptied.clone(), SOON).unwrap().successful);
    for parameter in emptied {
        assert_eq!(parameters.get(&parameter.name).unwrap(), parameter.value);
    }
    let error = client.get(vec!["of.type1".to_owned(), "nope".to_owned()], SOON).unwrap_err();
    assert_eq!(error.message(), "the node does not know all of the parameters of.type1, nope");
    assert_eq!(kind(parameters.get("nope")), ErrorKind::ParameterNotDeclared);
}

#[test]
fn refused_sets_leave_nothing_changed() {
    let router = router();
    let (_robot, parameters, client) = pair(&router);
    let range = ParameterRange { from_value: 0, to_value: 10, step: 5 };
    let within = ParameterDescriptor { integer_range: vec![range], ..descriptor() };
    parameters.declare("count", ParameterValue::Integer(5), within).unwrap();
    let fixed = ParameterDescriptor { read_only: true, ..descriptor() };
    parameters.declare("fixed", ParameterValue::Bool(true), fixed).unwrap();
    parameters.declare("name", ParameterValue::String("a".to_owned()), descriptor()).unwrap();
    let bad = Parameter::new("name", ParameterValue::String("bad".to_owned()));
    parameters.on_set(move |set| match set.contains(&bad) {
        true => SetParametersResult::refused("not that one"),
        false => SetParametersResult::successful(),
    });
    let count = |value| Parameter::new("count", ParameterValue::Integer(value));
    let name = |text: &str| Parameter::new("name", ParameterValue::String(text.to_owned()));
    for (bad, reason) in [
        (count(7), "Parameter {count} doesn't comply with integer range."),
        (count(11), "Parameter {count} doesn't comply with integer range."),
        (
            Parameter::new("count", ParameterValue::Double(5.0)),
            "Wrong parameter type, parameter {count} is of type {integer}, setting it to {double} is not allowed.",
        ),
        (
            Parameter::new("fixed", ParameterValue::Bool(false)),
            "parameter 'fixed' cannot be set because it is read-only",
        ),
        (
            Parameter::new("nope", ParameterValue::Bool(false)),
            "parameter 'nope' cannot be set because it was not declared",
        ),
        (name("bad"), "not that one"),
    ] {
        let one_by_one = client.set(vec![count(10), bad.clone()], SOON).unwrap();
        assert_eq!((one_by_one[0].successful, one_by_one[1].reason.as_str()), (true, reason));
        assert_eq!(parameters.get("count").unwrap(), ParameterValue::Integer(10));
        let at_once = client.set_atomically(vec![count(0), name("b"), bad.clone()], SOON).unwrap();
        assert_eq!(at_once.reason, reason);
        assert_eq!(parameters.set(vec![bad]).unwrap()[0].reason, reason);
        assert_eq!(parameters.get("count").unwrap(), ParameterValue::Integer(10));
        assert_eq!(parameters.get("name").unwrap(), ParameterValue::String("a".to_owned()));
    }
    assert_eq!(
        kind(parameters.declare("name", ParameterValue::Bool(true), descriptor())),
        ErrorKind::ParameterDeclared
    );
    let late = |kind: ParameterType| ParameterDescriptor { r#type: kind.number(), ..descriptor() };
    let declared = parameters.declare("late", ParameterValue::NotSet, descriptor());
    assert_eq!(kind(declared), ErrorKind::ParameterType);
    parameters.declare("late", ParameterValue::NotSet, late(ParameterType::Double)).unwrap();
    assert_eq!(kind(parameters.get("late")), ErrorKind::ParameterNotSet);
    assert_eq!(kind(parameters.undeclare("fixed")), ErrorKind::ParameterReadOnly);
}

#[test]
fn overrides_dynamic_types_and_deletion() {
    let router = router();
    let (robot, parameters, client) = pair(&router);
    parameters.override_values([Parameter::new("speed", ParameterValue::Double(2.0))]);
    let declared = parameters.declare("speed", ParameterValue::Double(1.0), descriptor()).unwrap();
    assert_eq!(declared, ParameterValue::Double(2.0));
    let dynamic = ParameterDescriptor { dynamic_typing: true, ..descriptor() };
    parameters.declare("any", ParameterValue::NotSet, dynamic).unwrap();
    let set = |value| client.set(vec![Parameter::new("any", value)], SOON).unwrap()[0].successful;
    assert!(set(ParameterValue::Integer(1)) && set(ParameterValue::Bool(true)));
    assert_eq!(client.types(vec!["any".to_owned()], SOON).unwrap(), [ParameterType::Bool]);
    assert!(set(ParameterValue::NotSet));
    assert_eq!(parameters.names(), ["use_sim_time", "start_type_description_service", "speed"]);
    parameters.undeclare("speed").unwrap();
    assert_eq!(client.list(vec!["speed".to_owned()], 0, SOON).unwrap().names, [""; 0]);
    robot.close();
    assert!(client.list(vec![], 0, Some(Duration::from_millis(300))).is_err());
}

/// The names of what is new, changed and deleted in an event.
fn names(payload: &[u8]) -> [Vec<String>; 3] {
    let registry = Registry::new();
    let name = TypeName::parse("rcl_interfaces/msg/ParameterEvent").unwrap();
    let event = decode_value(&Plan::compile(&registry.describe(&name).unwrap()).unwrap(), payload).unwrap();
    ["new_parameters", "changed_parameters", "deleted_parameters"].map(|field| {
        let Some(Value::List(parameters)) = event.get(field) else { return vec![] };
        let names = parameters.iter().filter_map(|parameter| match parameter.get("name") {
            Some(Value::String(name)) => String::from_utf8(name.clone()).ok(),
            _ => None,
        });
        names.collect()
    })
}

#[test]
fn changes_are_told_on_parameter_events() {
    let router = router();
    let name = TypeName::parse("rcl_interfaces/msg/ParameterEvent").unwrap();
    let hash = Registry::new().hash(&name).unwrap().to_string();
    let listener = node(&router, "listener");
    let events =
        listener.create_subscriber("/parameter_events", &name, &hash, QosProfile::PARAMETERS).unwrap();
    let robot: Node = node(&router, "robot");
    let parameters = robot.parameters();
    assert!(robot.wait_for_subscribers("/parameter_events", 1, DEADLINE).unwrap());
    // It hears the first when it is connected, which the graph does not tell.
    let mut declared = 0;
    let first = loop {
        declared += 1;
        parameters.declare(&format!("p{declared}"), ParameterValue::Integer(1), descriptor()).unwrap();
        // Those of what every node has may be heard too.
        let heard = events.recv(Some(Duration::from_millis(100))).unwrap();
        let heard = heard.map(|event| names(event.payload.as_slice()));
        if let Some([new, ..]) = heard.filter(|[new, ..]| new[0].starts_with('p')) {
            break new;
        }
    };
    assert_eq!(first.len(), 1);
    let set = |name: &str| Parameter::new(name, ParameterValue::Integer(2));
    parameters.set_atomically(vec![set("p1")]).unwrap();
    parameters.set_atomically(vec![set("nope")]).unwrap();
    parameters.undeclare("p1").unwrap();
    let mut heard = vec![];
    while heard.last().is_none_or(|[_, _, deleted]: &[Vec<String>; 3]| deleted.is_empty()) {
        heard.push(names(events.recv(SOON).unwrap().unwrap().payload.as_slice()));
    }
    let p1 = || vec!["p1".to_owned()];
    assert_eq!(heard[heard.len() - 2..], [[vec![], p1(), vec![]], [vec![], vec![], p1()]]);
}

/// The tokens of a recorded session or of ours, in the order of their ids, without the name of the session and that of the
/// publisher of the log, which has an id of its own.
fn endpoints(tokens: impl IntoIterator<Item = String>, name: &str) -> Vec<(u64, String)> {
    let mut found: Vec<(u64, String)> = tokens
        .into_iter()
        .filter(|token| token.contains(&format!("/{name}/")) && !token.contains("%rosout/"))
        .map(|token| {
            let parts: Vec<&str> = token.split('/').collect();
            (parts[4].parse().unwrap(), parts[5..].join("/"))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_default_node_has_what_a_recorded_one_has() {
    for (file, name, simulated) in
        [("tokens_plain.json", "plain", false), ("tokens_use_sim_time.json", "simt", true)]
    {
        let Some(recorded) = recorded(file) else { return };
        let events = recorded["events"].as_array().unwrap();
        let put = |event: &&serde_json::Value| event["what"] == "token" && event["op"] == "PUT";
        let keys = events.iter().filter(put).map(|event| event["key"].as_str().unwrap().to_owned());
        let mut genuine = endpoints(keys, name);
        // The publisher of the log is counted first.
        let first = genuine[0].0;
        let router = router();
        let context =
            ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint()).build().unwrap();
        let overrides = [Parameter::new("use_sim_time", ParameterValue::Bool(simulated))];
        let node = context.create_node(name).with_parameter_overrides(overrides).build().unwrap();
        assert_eq!(node.clock().is_simulated(), simulated);
        let own = |node: &Node| {
            let graph = node.context().graph();
            let kinds = [EntityKind::Publisher, EntityKind::Subscription, EntityKind::Service];
            let names = kinds.map(|kind| graph.names_and_types_by_node(kind, &node.fully_qualified_name()));
            let endpoints = names.into_iter().zip(kinds).flat_map(|(names, kind)| {
                let names = names.unwrap_or_default().into_keys().collect::<Vec<_>>();
                names.into_iter().flat_map(move |name| graph.endpoints(kind, &name))
            });
            endpoints.map(|token| token.to_string()).collect::<Vec<_>>()
        };
        let mut ours = endpoints(own(&node), name);
        let shift = |found: &mut Vec<(u64, String)>, first: u64| {
            found.iter_mut().for_each(|(id, _)| *id -= first);
        };
        shift(&mut genuine, first);
        let own_first = ours[0].0;
        shift(&mut ours, own_first);
        assert_eq!(ours, genuine, "{file}");
        node.close();
        let is_gone = || context.graph().nodes().is_empty();
        let started = std::time::Instant::now();
        while !is_gone() && started.elapsed() < DEADLINE {
            context.graph().settle(Duration::from_millis(1), Duration::from_millis(20)).unwrap();
        }
        assert!(is_gone() && context.graph().names_and_types(&[EntityKind::Service]).is_empty());
    }
}

#[test]
fn nodes_are_built_with_less_where_that_is_asked_for() {
    let router = router();
    let context = ContextBuilder::new().with_router_endpoint(router.endpoint()).build().unwrap();
    let bare = context.create_node("bare").with_parameter_services(false);
    let bare = bare.with_parameter_event_publisher(false).build().unwrap();
    let count = |name: &str| context.graph().count(EntityKind::Service, name);
    assert_eq!((count("/bare/list_parameters"), count("/bare/get_type_description")), (0, 1));
    // It has parameters all the same.
    bare.parameters().declare("speed", ParameterValue::Double(1.0), descriptor()).unwrap();
    let quiet = [Parameter::new("start_type_description_service", ParameterValue::Bool(false))];
    let quiet = context.create_node("quiet").with_parameter_overrides(quiet).build().unwrap();
    assert_eq!((count("/quiet/list_parameters"), count("/quiet/get_type_description")), (1, 0));
    let undeclared = Parameter::new("any.thing", ParameterValue::Integer(1));
    assert!(!quiet.parameters().set(vec![undeclared.clone()]).unwrap()[0].successful);
    let free = context.create_node("free").allow_undeclared_parameters(true).build().unwrap();
    assert!(free.parameters().set(vec![undeclared.clone()]).unwrap()[0].successful);
    assert_eq!(free.parameters().get("any.thing").unwrap(), undeclared.value);
    assert_eq!(free.parameters().get("nothing").unwrap(), ParameterValue::NotSet);
    let declared = context.create_node("declared").automatically_declare_parameters_from_overrides(true);
    let declared = declared.with_parameter_overrides([undeclared.clone()]).build().unwrap();
    assert_eq!(declared.parameters().get("any.thing").unwrap(), undeclared.value);
    let error = context.create_node("wrong").with_parameter_file("nowhere.yaml").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn callbacks_may_set_parameters_themselves() {
    let router = router();
    let (_robot, parameters, client) = pair(&router);
    for name in ["width", "area"] {
        parameters.declare(name, ParameterValue::Integer(1), descriptor()).unwrap();
    }
    let (own, told) = (parameters.clone(), Arc::new(Mutex::new(Vec::new())));
    let squares = parameters.on_set(move |set| {
        for parameter in set {
            if let (ParameterValue::Integer(width), "width") = (&parameter.value, parameter.name.as_str()) {
                let area = Parameter::new("area", ParameterValue::Integer(width * width));
                assert!(own.set(vec![area]).unwrap()[0].successful);
            }
        }
        SetParametersResult::successful()
    });
    let heard = Arc::clone(&told);
    parameters.after_set(move |set| heard.lock().unwrap().extend(set.iter().map(|one| one.name.clone())));
    let width = |width| vec![Parameter::new("width", ParameterValue::Integer(width))];
    assert!(client.set(width(3), SOON).unwrap()[0].successful);
    assert_eq!(parameters.get("area").unwrap(), ParameterValue::Integer(9));
    assert_eq!(*told.lock().unwrap(), ["area", "width"]);
    assert!(parameters.remove_callback(squares) && !parameters.remove_callback(squares));
    assert!(client.set(width(4), SOON).unwrap()[0].successful);
    assert_eq!(parameters.get("area").unwrap(), ParameterValue::Integer(9));
    // One that always sets its own parameter anew ends.
    let own = parameters.clone();
    parameters.on_set(move |set| match own.set(set.to_vec()) {
        Ok(results) => results[0].clone(),
        Err(error) => SetParametersResult::refused(error.message()),
    });
    let refused = client.set(width(5), SOON).unwrap();
    assert_eq!(refused[0].reason, "parameters were set from within their own callbacks 8 times over");
    assert_eq!(parameters.get("width").unwrap(), ParameterValue::Integer(4));
}

#[test]
fn the_clock_follows_use_sim_time() {
    let router = router();
    let (robot, parameters, client) = pair(&router);
    let clock = robot.clock().clone();
    let before = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    assert!(u128::try_from(clock.now()).unwrap() >= before);
    let simulate = |on| vec![Parameter::new("use_sim_time", ParameterValue::Bool(on))];
    let era = clock.era();
    assert!(client.set(simulate(true), SOON).unwrap()[0].successful);
    assert_eq!((clock.is_simulated(), clock.now()), (true, 0));
    assert_eq!(clock.wait_until(1, era, DEADLINE).unwrap(), Some(false));
    let time = node(&router, "time");
    let name = TypeName::parse("rosgraph_msgs/msg/Clock").unwrap();
    let hash = Registry::new().hash(&name).unwrap().to_string();
    let publisher = time.create_publisher("/clock", &name, &hash, QosProfile::DEFAULT).unwrap();
    assert!(time.wait_for_subscribers("/clock", 1, DEADLINE).unwrap());
    let started = std::time::Instant::now();
    while !publisher.has_route().unwrap() && started.elapsed() < DEADLINE {
        std::thread::yield_now();
    }
    let tick = |sec: i32, nanosec: u32| {
        let payload = [&[0, 1, 0, 0][..], &sec.to_le_bytes(), &nanosec.to_le_bytes()].concat();
        publisher.publish(payload).unwrap();
    };
    let era = clock.era();
    tick(5, 7);
    assert_eq!(clock.wait_until(5_000_000_007, era, DEADLINE).unwrap(), Some(true));
    assert_eq!(clock.now(), 5_000_000_007);
    // Back in time, as when a recording begins anew.
    let heard = clock.next_tick(0, DEADLINE).unwrap().unwrap();
    tick(1, 0);
    clock.next_tick(heard, DEADLINE).unwrap().unwrap();
    assert_eq!(clock.now(), 1_000_000_000);
    assert_eq!(clock.wait_until(2_000_000_000, era, Duration::from_millis(1)).unwrap(), None);
    parameters.set(simulate(false)).unwrap();
    assert!(!clock.is_simulated() && clock.now() > 1_000_000_000_000);
    assert_eq!(robot.context().graph().count(EntityKind::Subscription, "/clock"), 0);
    robot.close();
    let error = clock.wait_until(i64::MAX, clock.era(), DEADLINE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}

#[test]
fn recorded_requests_are_answered_as_by_a_genuine_node() {
    let Some(recorded) = recorded("params_and_type_description_of_server_node.json") else { return };
    let router = router();
    let session = raw::session(&router);
    let robot = node(&router, "add_two_ints_server");
    let parameters = robot.parameters();
    for (name, value) in [
        ("speed", ParameterValue::Double(2.25)),
        ("name", ParameterValue::String("robot".to_owned())),
        ("flags", ParameterValue::BoolArray(vec![true, false])),
        ("count", ParameterValue::Integer(8)),
        ("blob", ParameterValue::ByteArray(vec![1, 255])),
    ] {
        parameters.declare(name, value, descriptor()).unwrap();
    }
    let registry = Registry::new();
    let mut answered = 0;
    for exchange in recorded["exchanges"].as_array().unwrap() {
        let (label, key) = (exchange["label"].as_str().unwrap(), exchange["key"].as_str().unwrap());
        if !label.starts_with("replay of genuine request") {
            continue;
        }
        let ask = || {
            let (payload, attachment) = (bytes(&exchange["payload"]), bytes(&exchange["attachment"]));
            Question { key, target: QueryTarget::AllComplete, payload, attachment }.ask(&session)
        };
        let sample = loop {
            if let Ok(sample) = ask().recv_timeout(DEADLINE) {
                break sample;
            }
        };
        let expected = &exchange["replies"][0]["ok"];
        assert_eq!(sample.key_expr().as_str(), expected["key"].as_str().unwrap(), "{label}");
        let attachment = bytes(&expected["attachment"]).unwrap();
        assert_eq!(echoed(&sample.attachment().unwrap().to_bytes()), echoed(&attachment), "{label}");
        // As long, and the same in everything but its padding.
        let (own, genuine) = (sample.payload().to_bytes().into_owned(), bytes(&expected["payload"]).unwrap());
        let dds_type = key.split('/').find(|part| part.contains("::")).unwrap();
        let response = TypeName::parse(dds_type).unwrap().derived("Response");
        let plan = Plan::compile(&registry.describe(&response).unwrap()).unwrap();
        assert_eq!(own.len(), genuine.len(), "{label}");
        assert_eq!(decode_value(&plan, &own).unwrap(), decode_value(&plan, &genuine).unwrap(), "{label}");
        answered += 1;
    }
    assert_eq!(answered, 6);
}
