//! Values that must not be written: kind and path of the error, from JSON and from a tree of values alike.

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::ErrorKind::{Bound, Length, Range, Text, Type, UnknownField};
use ros_z_dynamic::codec::{Endian, Plan, Value, decode_value, encode_value, from_json};
use ros_z_dynamic::idl::Format;
use serde_json::Value as Json;

use crate::types::Types;

/// Fields, a message, and how it is refused.
const ROWS: [(&str, &str, ErrorKind, &str); 41] = [
    ("int8 x", r#"{"x": 128}"#, Range, "x"),
    ("int8 x", r#"{"x": -129}"#, Range, "x"),
    ("uint8 x", r#"{"x": 256}"#, Range, "x"),
    ("uint8 x", r#"{"x": -1}"#, Range, "x"),
    ("byte x", r#"{"x": 256}"#, Range, "x"),
    ("char x", r#"{"x": -1}"#, Range, "x"),
    ("int16 x", r#"{"x": 32768}"#, Range, "x"),
    ("int16 x", r#"{"x": -32769}"#, Range, "x"),
    ("uint16 x", r#"{"x": 65536}"#, Range, "x"),
    ("int32 x", r#"{"x": 2147483648}"#, Range, "x"),
    ("int32 x", r#"{"x": -2147483649}"#, Range, "x"),
    ("uint32 x", r#"{"x": 4294967296}"#, Range, "x"),
    ("int64 x", r#"{"x": 9223372036854775808}"#, Range, "x"),
    ("uint64 x", r#"{"x": -1}"#, Range, "x"),
    ("int32 x", r#"{"x": 1.5}"#, Type, "x"),
    ("int32 x", r#"{"x": true}"#, Type, "x"),
    ("int32 x", r#"{"x": []}"#, Type, "x"),
    ("bool x", r#"{"x": 2}"#, Range, "x"),
    ("bool x", r#"{"x": -1}"#, Range, "x"),
    ("bool x", r#"{"x": 1.0}"#, Type, "x"),
    ("bool[2] x", r#"{"x": [true, 2]}"#, Range, "x[1]"),
    ("float32 x", r#"{"x": 3.5e38}"#, Range, "x"),
    ("float32[] x", r#"{"x": [0, -1e39]}"#, Range, "x[1]"),
    ("float64 x", r#"{"x": {}}"#, Type, "x"),
    ("float64 x", r#"{"x": false}"#, Type, "x"),
    ("string x", r#"{"x": 1}"#, Type, "x"),
    ("string x", r#"{"x": "a\u0000b"}"#, Text, "x"),
    ("string<=3 x", r#"{"x": "abcd"}"#, Bound, "x"),
    ("string<=3 x", r#"{"x": "éé"}"#, Bound, "x"),
    ("string<=3[<=2] x", r#"{"x": ["", "", ""]}"#, Bound, "x"),
    ("string<=3[<=2] x", r#"{"x": ["", "abcd"]}"#, Bound, "x[1]"),
    ("int32[3] x", r#"{"x": [1, 2]}"#, Length, "x"),
    ("int32[3] x", r#"{"x": [1, 2, 3, 4]}"#, Length, "x"),
    ("uint8[3] x", r#"{"x": [1, 2]}"#, Length, "x"),
    ("string[2] x", r#"{"x": ["a"]}"#, Length, "x"),
    ("geometry_msgs/Point[1] x", r#"{"x": []}"#, Length, "x"),
    ("int32[<=2] x", r#"{"x": [1, 2, 3]}"#, Bound, "x"),
    ("int16[] x", r#"{"x": [1, 2, 40000]}"#, Range, "x[2]"),
    ("geometry_msgs/Pose[] x", r#"{"x": [{}, {"position": {"y": "z"}}]}"#, Type, "x[1].position.y"),
    ("geometry_msgs/Pose x", r#"{"x": {"position": {"w": 1}}}"#, UnknownField, "x.position"),
    ("int32 x", r#"{"y": 1}"#, UnknownField, ""),
];

/// A tree of what JSON text says, without knowing the type.
fn tree(json: &Json) -> Value {
    match json {
        Json::Null => panic!("no row holds null"),
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Value::Int(value),
            (_, Some(value)) => Value::UInt(value),
            _ => Value::Float64(number.as_f64().unwrap()),
        },
        Json::String(text) => Value::String(text.as_bytes().to_vec()),
        Json::Array(items) => Value::List(items.iter().map(tree).collect()),
        Json::Object(fields) => {
            Value::Message(fields.iter().map(|(name, value)| (name.as_str().into(), tree(value))).collect())
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_at_its_place() {
    let mut types = Types::new();
    for (index, (fields, text, kind, path)) in ROWS.iter().enumerate() {
        let name = format!("refused_msgs/msg/Row{index}");
        types.registry.add_text(&name, fields, Format::Msg).unwrap();
        let plan = types.plan(&name);
        let json: Json = serde_json::from_str(text).unwrap();
        let value = tree(&json);
        let errors = [Endian::Little, Endian::Big].map(|endian| encode_value(&plan, &value, endian));
        let [little, big] = errors.map(|refused| refused.expect_err(text));
        for error in [little, big, from_json(&plan, text.as_bytes(), &Default::default()).unwrap_err()] {
            assert_eq!((error.kind(), error.path().as_str()), (*kind, *path), "{fields} {text}: {error}");
            assert_eq!(error.type_name(), Some(name.as_str()), "{error}");
        }
    }
}

#[test]
fn what_is_missing_takes_its_default() {
    let mut types = Types::new();
    let text = "int32 a 7\nstring b \"text\"\nint16[2] c [1, 2]\ngeometry_msgs/Quaternion d\n";
    types.registry.add_text("refused_msgs/msg/Defaults", text, Format::Msg).unwrap();
    let plan: &Plan = &types.plan("refused_msgs/msg/Defaults");
    let empty = Value::Message([].into_iter().collect());
    let payload = encode_value(plan, &empty, Endian::Little).unwrap();
    assert_eq!(from_json(plan, b"{}", &Default::default()).unwrap(), payload);
    let value = decode_value(plan, &payload).unwrap();
    assert_eq!(value.get("a"), Some(&Value::Int(7)));
    assert_eq!(value.get("b"), Some(&Value::String(b"text".to_vec())));
    assert_eq!(value.get("c"), Some(&Value::List(vec![Value::Int(1), Value::Int(2)])));
    assert_eq!(value.get("d").unwrap().get("w"), Some(&Value::Float64(1.0)));
}
