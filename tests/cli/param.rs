//! `ros-z param` against a node with parameters.

use std::fs;

use ros_z_dynamic::net::{Node, Parameter, ParameterDescriptor, ParameterRange, ParameterValue, Parameters};
use serde_json::json;

use crate::command::Folder;
use crate::living::Graph;

fn parameters(graph: &Graph) -> (Node, Parameters) {
    let robot = graph.context().create_node("robot").build().unwrap();
    let parameters = robot.parameters().clone();
    let range = ParameterRange { from_value: 0.0, to_value: 3.0, step: 0.5 };
    let within = ParameterDescriptor {
        description: "how fast".to_owned(),
        floating_point_range: vec![range],
        ..ParameterDescriptor::default()
    };
    parameters.declare("drive.speed", ParameterValue::Double(1.0), within).unwrap();
    for (name, value) in [
        ("drive.wheels", ParameterValue::IntegerArray(vec![1, 2])),
        ("label", ParameterValue::String("true".to_owned())),
        ("blob", ParameterValue::ByteArray(vec![0, 255])),
    ] {
        parameters.declare(name, value, ParameterDescriptor::default()).unwrap();
    }
    let dynamic = ParameterDescriptor { dynamic_typing: true, ..ParameterDescriptor::default() };
    parameters.declare("any", ParameterValue::Bool(true), dynamic).unwrap();
    (robot, parameters)
}

#[test]
fn parameters_are_listed_read_and_described() {
    let graph = Graph::new("parameters_are_listed");
    let _parameters = parameters(&graph);
    let names = "use_sim_time\nstart_type_description_service\ndrive.speed\ndrive.wheels\nlabel\nblob\nany\n";
    let every = "/robot:\n  use_sim_time\n  start_type_description_service\n  drive.speed\n  drive.wheels\n  label\n  blob\n  any\n";
    graph.run_until(&["param", "list"], |ran| ran.stdout() == every).is(0, every, "");
    let table: [(&[&str], &str); 9] = [
        (&["param", "list", "/robot"], names),
        (&["param", "list", "robot", "--param-prefixes", "drive"], "drive.speed\ndrive.wheels\n"),
        (&["param", "get", "/robot", "drive.speed"], "Double value is: 1.0\n"),
        (&["param", "get", "/robot", "drive.wheels"], "Integer values are: [1, 2]\n"),
        (&["param", "get", "/robot", "label", "--hide-type"], "true\n"),
        (
            &["--json", "param", "get", "/robot", "blob"],
            "{\"name\":\"blob\",\"type\":\"byte_array\",\"value\":[0,255]}\n",
        ),
        (
            &["param", "describe", "/robot", "drive.speed", "any"],
            "Parameter name: drive.speed\n  Type: double\n  Description: how fast\n  Constraints:\n    Min value: 0.0\n    Max \
             value: 3.0\n    Step: 0.5\nParameter name: any\n  Type: bool\n  Constraints:\n",
        ),
        (
            &["param", "dump", "/robot"],
            "/robot:\n  ros__parameters:\n    any: true\n    blob:\n    - 0\n    - 255\n    drive:\n      speed: 1.0\n      \
             wheels:\n      - 1\n      - 2\n    label: 'true'\n    start_type_description_service: true\n    use_sim_time: \
             false\n",
        ),
        (
            &["--json", "param", "list", "/robot"],
            "{\"node\":\"/robot\",\"names\":[\"use_sim_time\",\"start_type_description_service\",\"drive.speed\",\"drive.wheels\",\"label\",\"blob\",\"any\"]}\n",
        ),
    ];
    for (arguments, expected) in table {
        graph.run(arguments, "").is(0, expected, "");
    }
    let described = graph.run(&["--json", "param", "describe", "/robot", "drive.speed"], "");
    let described: serde_json::Value = serde_json::from_str(described.stdout()).unwrap();
    let range = json!([{"from_value": 0.0, "to_value": 3.0, "step": 0.5}]);
    assert_eq!((&described["type"], &described["floating_point_range"]), (&json!("double"), &range));
    let error = "error: the node does not know all of the parameters nope\n";
    graph.run(&["param", "get", "/robot", "nope"], "").is(1, "", error);
    graph.run(&["param", "get", "/nobody", "x", "--timeout", "0.1"], "").is(
        124,
        "",
        "error: no node /nobody served its parameters in time\n",
    );
}

#[test]
fn parameters_are_set_deleted_and_loaded() {
    let graph = Graph::new("parameters_are_set");
    let (_robot, parameters) = parameters(&graph);
    let set = |name: &str, value: &str| graph.run(&["param", "set", "/robot", name, value], "");
    set("drive.speed", "2.5").is(0, "Set parameter successful\n", "");
    set("blob", "[1, 2]").is(0, "Set parameter successful\n", "");
    for (name, value, reason) in [
        ("drive.speed", "2.7", "Parameter {drive.speed} doesn't comply with floating point range."),
        (
            "drive.speed",
            "2",
            "Wrong parameter type, parameter {drive.speed} is of type {double}, setting it to {integer} is not allowed.",
        ),
        ("nope", "2", "parameter 'nope' cannot be set because it was not declared"),
    ] {
        set(name, value).is(1, "", &format!("error: {name} was not set: {reason}\n"));
    }
    assert_eq!(parameters.get("drive.speed").unwrap(), ParameterValue::Double(2.5));
    assert_eq!(parameters.get("blob").unwrap(), ParameterValue::ByteArray(vec![1, 2]));
    for text in ["", "null", "~", "[1, a]", "nan", "1e3"] {
        set("label", text).is(0, "Set parameter successful\n", "");
        assert_eq!(parameters.get("label").unwrap(), ParameterValue::String(text.to_owned()));
    }
    set("any", "-inf").is(0, "Set parameter successful\n", "");
    assert_eq!(parameters.get("any").unwrap(), ParameterValue::Double(f64::NEG_INFINITY));
    set("any", "99999999999999999999").is(
        1,
        "",
        "error: `99999999999999999999`: 99999999999999999999 is out of range for int64\n",
    );
    set("any", "['a, b', c, '{']").is(0, "Set parameter successful\n", "");
    let got = "String values are: ['a, b', c, '{']\n";
    graph.run(&["param", "get", "/robot", "any"], "").is(0, got, "");
    graph.run(&["param", "delete", "/robot", "label"], "").is(
        1,
        "",
        "error: label was not deleted: cannot undeclare a statically typed parameter: 'label'\n",
    );
    graph.run(&["param", "delete", "/robot", "any"], "").is(0, "Deleted parameter successfully\n", "");
    assert!(!parameters.names().contains(&"any".to_owned()));

    let folder = Folder::new("parameters_are_loaded");
    let file = folder.path().join("robot.yaml");
    let load = |text: &str, others: &[&str]| {
        fs::write(&file, text).unwrap();
        graph.run(&[&["param", "load", "/robot", file.to_str().unwrap()], others].concat(), "")
    };
    let dumped = graph.run(&["param", "dump", "/robot"], "");
    parameters.set(vec![Parameter::new("label", ParameterValue::String("other".to_owned()))]).unwrap();
    assert_eq!(load(dumped.stdout(), &[]).code, Some(0));
    assert_eq!(graph.run(&["param", "dump", "/robot"], "").stdout(), dumped.stdout());
    let wild = "/**:\n  ros__parameters: {label: every}\nrobot:\n  ros__parameters: {drive: {speed: 0.5, wheels: x}}\n";
    let ran = load(wild, &["--use-wildcard"]);
    assert_eq!(ran.stdout(), "Set parameter label successful\nSet parameter drive.speed successful\n");
    assert!(ran.code == Some(1) && ran.stderr.contains("drive.wheels was not set: Wrong parameter type"));
    let stdin = "robot:\n  ros__parameters: {label: read, drive: {wheels: [010, 0X1F]}}\n";
    let done = "Set parameter label successful\nSet parameter drive.wheels successful\n";
    graph.run(&["param", "load", "/robot", "-"], stdin).is(0, done, "");
    assert_eq!(parameters.get("drive.wheels").unwrap(), ParameterValue::IntegerArray(vec![8, 31]));
    let bad = graph.run(&["param", "load", "/robot", "-"], "robot:\n  ros__parameters:\n    label: ~\n");
    let advice = "leave it out, or write '~' in quotes for the text";
    let error = format!("error: standard input:3: label: null is no value of a parameter: {advice}\n");
    bad.is(1, "", &error);
    for (text, shown) in [
        ("/other:\n  ros__parameters: {}\n", "it says nothing of /robot"),
        ("/robot: 1\n", "/robot has no mapping `ros__parameters`"),
        ("/robot:\n  ros__parameters: {a: [1, x]}\n", "a: its items are not of one type"),
        ("- 1\n", "robot.yaml:1: expected a mapping from names of nodes"),
    ] {
        let ran = load(text, &[]);
        assert!(ran.code == Some(1) && ran.stderr.contains(shown), "{}", ran.stderr);
    }
}
