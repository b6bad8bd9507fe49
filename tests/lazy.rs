//! Reading parts of messages: the same as decoding all of it and taking the part, also of malformed bytes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;
#[allow(dead_code)]
#[path = "hostile/parts.rs"]
mod parts;

use std::sync::Arc;

use common::{Shape, describe, shape, value};
use parts::decode_in_parts;
use proptest::prelude::*;
use ros_z_dynamic::codec::{
    Encapsulation, Endian, FieldPath, Getter, Place, Plan, Value, decode_value, encode_value,
};
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::{Cardinality, TypeName};
use ros_z_dynamic::{Error, ErrorKind, Result};

type Members = Vec<(Shape, Cardinality)>;

fn case() -> impl Strategy<Value = (Members, Value)> {
    shape().prop_flat_map(|members| (Just(members.clone()), value(members)))
}

/// Every path into a value, with what it leads to, and one item too far for each array.
fn paths(path: &str, value: &Value, found: &mut Vec<(String, Option<Value>)>) {
    if !path.is_empty() {
        found.push((path.to_owned(), Some(value.clone())));
    }
    let items: Vec<Value> = match value {
        Value::Message(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                paths(&path, value, found);
            }
            return;
        }
        Value::List(items) => items.clone(),
        Value::Bytes(bytes) => bytes.iter().map(|&byte| Value::UInt(byte.into())).collect(),
        _ => return,
    };
    for (index, item) in items.iter().enumerate() {
        paths(&format!("{path}[{index}]"), item, found);
    }
    found.push((format!("{path}[{}]", items.len()), None));
    for (start, stop) in [(0, 2), (1, 2), (2, 100)] {
        let range = start.min(items.len())..stop.min(items.len()).max(start.min(items.len()));
        let part = match value {
            Value::Bytes(bytes) => Value::Bytes(bytes[range].to_vec()),
            _ => Value::List(items[range].to_vec()),
        };
        found.push((format!("{path}[{start}:{stop}]"), Some(part)));
    }
}

fn get(plan: &Arc<Plan>, path: &str, payload: &[u8]) -> Result<Value> {
    Getter::compile(plan, &path.parse::<FieldPath>()?)?.value(payload)
}

fn verdict<T>(result: &Result<T>) -> Option<(ErrorKind, String, Option<usize>)> {
    result.as_ref().err().map(|error| (error.kind(), error.path(), error.offset()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_part_is_what_decoding_puts_there((members, value) in case()) {
        let plan = Plan::compile(&Arc::new(describe(&members))).unwrap();
        let mut found = Vec::new();
        paths("", &value, &mut found);
        for endian in [Endian::Little, Endian::Big] {
            let payload = encode_value(&plan, &value, endian).unwrap();
            for (path, expected) in &found {
                match (get(&plan, path, &payload), expected) {
                    (Ok(part), Some(expected)) => prop_assert_eq!(&part, expected, "{}", path),
                    (Err(error), None) => {
                        // Known from the type for arrays of fixed length, else from the bytes.
                        let kinds = [ErrorKind::Length, ErrorKind::Argument];
                        prop_assert!(kinds.contains(&error.kind()), "{}: {}", path, error);
                        prop_assert!(path.starts_with(&error.path()) && error.message().starts_with("no item"));
                    }
                    (read, _) => prop_assert!(false, "{}: {:?}, not {:?}", path, read, expected),
                }
            }
            for backwards in [false, true] {
                let place = Place::root(&plan);
                let whole = decode_in_parts(&plan, &payload, place, backwards).unwrap();
                prop_assert_eq!(&whole, &value);
            }
        }
    }

    #[test]
    fn of_malformed_bytes_a_part_is_what_decoding_says(
        (members, value) in case(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let plan = Plan::compile(&Arc::new(describe(&members))).unwrap();
        let mut payload = encode_value(&plan, &value, Endian::Little).unwrap();
        let mut found = Vec::new();
        paths("", &value, &mut found);
        for (index, byte) in changes {
            let at = index.index(payload.len());
            payload[at] = byte;
        }
        for payload in [&payload[..], &payload[..cut.index(payload.len())]] {
            let whole = decode_value(&plan, payload);
            let in_parts = Encapsulation::read(payload)
                .and_then(|_| decode_in_parts(&plan, payload, Place::root(&plan), false));
            prop_assert_eq!(verdict(&in_parts), verdict(&whole));
            if let (Ok(whole), Ok(in_parts)) = (&whole, &in_parts) {
                // By their text: a changed byte can make a NaN.
                prop_assert_eq!(format!("{:?}", in_parts), format!("{:?}", whole));
            }
            for (path, _) in &found {
                let part = get(&plan, path, payload);
                match (&whole, &part) {
                    (Ok(whole), Ok(part)) => {
                        let mut now = Vec::new();
                        paths("", whole, &mut now);
                        let same = now.iter().find(|(other, _)| other == path).and_then(|(_, value)| value.clone());
                        prop_assert_eq!(format!("{:?}", same), format!("{:?}", Some(part)), "{}", path);
                    }
                    // What decoding refuses lies behind the part, or is what reading the part refuses.
                    (Err(_), Ok(_)) => {}
                    (Err(refused), Err(error)) if !error.message().starts_with("no item") => {
                        prop_assert_eq!(verdict::<()>(&Err(error.clone())), verdict::<()>(&Err(refused.clone())), "{}", path);
                    }
                    (_, Err(error)) => {
                        let kinds = [ErrorKind::Length, ErrorKind::Argument];
                        prop_assert!(kinds.contains(&error.kind()), "{}: {}", path, error);
                    }
                }
            }
        }
    }
}

fn plan_of(registry: &Registry, name: &str) -> Arc<Plan> {
    Plan::compile(&registry.describe(&TypeName::parse(name).unwrap()).unwrap()).unwrap()
}

#[test]
fn every_prefix_reads_as_far_as_it_goes() {
    let registry = Registry::new();
    let plan = plan_of(&registry, "sensor_msgs/msg/JointState");
    let text =
        br#"{"header": {"stamp": {"sec": 7}, "frame_id": "base"}, "name": ["hip"], "position": [0.5]}"#;
    let payload = ros_z_dynamic::codec::from_json(&plan, text, &Default::default()).unwrap();
    // Path, and the byte that the part ends before.
    for (path, end) in [
        ("header.stamp.sec", 8),
        ("header.stamp", 12),
        ("header.frame_id", 21),
        ("header", 21),
        ("name[0]", 36),
        ("position[0]", 52),
        ("position", 52),
    ] {
        for length in 0..payload.len() {
            let (prefix, whole) = (&payload[..length], decode_value(&plan, &payload[..length]));
            let part = get(&plan, path, prefix);
            assert_eq!(part.is_ok(), length >= end, "{path} of {length} bytes: {part:?}");
            if part.is_err() {
                assert_eq!(verdict(&part), verdict(&whole), "{path} of {length} bytes");
            }
        }
    }
}

#[test]
fn wrong_paths_say_where_and_what_was_meant() {
    let registry = Registry::new();
    registry
        .add_text("p/msg/T", "geometry_msgs/Point[2] corners\nuint8[] data\nstring label\n", Format::Msg)
        .unwrap();
    let (image, own) = (plan_of(&registry, "sensor_msgs/msg/Image"), plan_of(&registry, "p/msg/T"));
    let table = [
        (&image, "hedaer", "sensor_msgs/msg/Image: no field is named `hedaer`; did you mean `header`?"),
        (&image, "stamp", "sensor_msgs/msg/Image: no field is named `stamp`; did you mean `header.stamp`?"),
        (
            &image,
            "header.stmp.sec",
            "sensor_msgs/msg/Image.header: no field is named `stmp`; did you mean `stamp`?",
        ),
        (
            &image,
            "header.stamp.x",
            "sensor_msgs/msg/Image.header.stamp: no field is named `x` (fields: sec, nanosec)",
        ),
        (&image, "width.x", "sensor_msgs/msg/Image.width: this is not a message: it has no field `x`"),
        (&image, "width[0]", "sensor_msgs/msg/Image.width: this is not an array"),
        (&image, "width[0:1]", "sensor_msgs/msg/Image.width: this is not an array"),
        (&own, "corners.x", "p/msg/T.corners: this is an array: say which item, as in `[0]`"),
        (&own, "corners[2]", "p/msg/T.corners: no item 2: there are 2"),
        (&own, "corners[1].w", "p/msg/T.corners[1]: no field is named `w` (fields: x, y, z)"),
        (&own, "label[0]", "p/msg/T.label: this is not an array"),
        (
            &own,
            "data[-1]",
            "`data[-1]` is not a field path; expected `name.name[index].name`, or `[start:stop]` at its end",
        ),
    ];
    for (plan, path, expected) in table {
        let error = path.parse().and_then(|path| Getter::compile(plan, &path)).unwrap_err();
        assert_eq!(error.to_string(), expected, "{path}");
    }
    let payload = ros_z_dynamic::codec::from_json(&own, br#"{"data": "AQID"}"#, &Default::default()).unwrap();
    let error: Error = get(&own, "data[3]", &payload).unwrap_err();
    assert_eq!(error.to_string(), "p/msg/T.data: no item 3: there are 3 (byte 52)");
    let error: Error = get(&own, "corners[1].y", &payload[..40]).unwrap_err();
    let decoded = decode_value(&own, &payload[..40]).unwrap_err();
    assert_eq!(error.to_string(), decoded.to_string());
}
