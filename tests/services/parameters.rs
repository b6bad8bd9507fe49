//! Parameters of nodes: against a client of ours, and replaying what genuine nodes were recorded to send.

use std::time::Duration;

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::codec::{Plan, Value, decode_value};
use ros_z_dynamic::net::{
    Node, Parameter, ParameterClient, ParameterDescriptor, ParameterRange, ParameterType, ParameterValue,
    Parameters, Router, SetParametersResult,
};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use ros_z_dynamic::schema::TypeName;
use zenoh::query::QueryTarget;

use crate::recorded::{bytes, echoed, recorded};
use crate::{DEADLINE, Question, kind, node, raw, router};

const SOON: Option<Duration> = Some(DEADLINE);

fn descriptor() -> ParameterDescriptor {
    ParameterDescriptor::default()
}

/// A node with parameters, and a client of them.
fn pair(router: &Router) -> (Parameters, ParameterClient) {
    let parameters = node(router, "robot").serve_parameters().unwrap();
    let client = node(router, "other").create_parameter_client("/robot").unwrap();
    assert!(client.wait_for_services(DEADLINE).unwrap());
    (parameters, client)
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
    let (parameters, client) = pair(&router);
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
    assert_eq!(kind(parameters.get("nope")), ErrorKind::Argument);
}

#[test]
fn refused_sets_leave_nothing_changed() {
    let router = router();
    let (parameters, client) = pair(&router);
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
        ErrorKind::Argument
    );
    assert_eq!(kind(parameters.declare("late", ParameterValue::NotSet, descriptor())), ErrorKind::Argument);
}

#[test]
fn overrides_dynamic_types_and_deletion() {
    let router = router();
    let (parameters, client) = pair(&router);
    parameters.override_values([Parameter::new("speed", ParameterValue::Double(2.0))]);
    let declared = parameters.declare("speed", ParameterValue::Double(1.0), descriptor()).unwrap();
    assert_eq!(declared, ParameterValue::Double(2.0));
    let dynamic = ParameterDescriptor { dynamic_typing: true, ..descriptor() };
    parameters.declare("any", ParameterValue::NotSet, dynamic).unwrap();
    let set = |value| client.set(vec![Parameter::new("any", value)], SOON).unwrap()[0].successful;
    assert!(set(ParameterValue::Integer(1)) && set(ParameterValue::Bool(true)));
    assert_eq!(client.types(vec!["any".to_owned()], SOON).unwrap(), [ParameterType::Bool]);
    assert!(set(ParameterValue::NotSet));
    assert_eq!(parameters.names(), ["speed"]);
    parameters.undeclare("speed").unwrap();
    assert_eq!(client.list(vec![], 0, SOON).unwrap().names, [""; 0]);
    parameters.close();
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
    let parameters = robot.serve_parameters().unwrap();
    assert!(robot.wait_for_subscribers("/parameter_events", 1, DEADLINE).unwrap());
    // It hears the first when it is connected, which the graph does not tell.
    let mut declared = 0;
    let first = loop {
        declared += 1;
        parameters.declare(&format!("p{declared}"), ParameterValue::Integer(1), descriptor()).unwrap();
        if let Some(event) = events.recv(Some(Duration::from_millis(100))).unwrap() {
            break event;
        }
    };
    assert!(names(first.payload.as_slice())[0][0].starts_with('p'));
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

#[test]
fn recorded_requests_are_answered_as_by_a_genuine_node() {
    let Some(recorded) = recorded("params_and_type_description_of_server_node.json") else { return };
    let router = router();
    let session = raw::session(&router);
    let robot = node(&router, "add_two_ints_server");
    let parameters = robot.serve_parameters().unwrap();
    for (name, value) in [
        ("use_sim_time", ParameterValue::Bool(false)),
        ("start_type_description_service", ParameterValue::Bool(true)),
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
