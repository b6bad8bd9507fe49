//! Payloads of genuine ROS 2 Jazzy nodes: written by them, or given to them to see what they accept.

use std::collections::{BTreeSet, HashMap, VecDeque};

use ros_z_dynamic::codec::{Endian, JsonInput, Plan, Value, decode_value, encode_value, from_json, validate};
use ros_z_dynamic::schema::TypeName;
use serde_json::Value as Json;

use crate::check::{Vector, plain};
use crate::reference;
use crate::types::{Types, from_hex, read_json, shared_data, to_hex};

const VECTORS: usize = 915;
const TYPES: usize = 305;
const SAMPLES: usize = 39;

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {json}"))
}

fn items<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json[key].as_array().unwrap_or_else(|| panic!("no array `{key}`"))
}

/// Our payload is the genuine one with zeros in its padding, where genuine nodes send uninitialised memory. Behind the
/// message they may send more of it. Where the padding is, the slow decoder says. Returns how many bytes differ.
fn assert_differs_in_padding_only(vector: &Vector<'_>, ours: &[u8]) -> usize {
    let Vector { name, plan, payload, .. } = vector;
    let slow = reference::decode(plan.description(), payload).unwrap();
    let mut masked = payload[..slow.used].to_vec();
    for &at in &slow.padding {
        masked[at] = 0;
    }
    assert_eq!(to_hex(ours), to_hex(&masked), "{name}");
    (0..slow.used).filter(|&at| ours[at] != payload[at]).count()
}

fn check_genuine(vector: &Vector<'_>) -> usize {
    let (value, used) = vector.check();
    let from_tree = encode_value(vector.plan, &value, Endian::Little).unwrap();
    assert_eq!(from_tree.len(), used, "{}", vector.name);
    let from_text = from_json(vector.plan, plain(vector.holds).to_string().as_bytes(), &JsonInput::default());
    assert_eq!(from_text.unwrap(), from_tree, "{}: a tree and JSON give different bytes", vector.name);
    assert_differs_in_padding_only(vector, &from_tree)
}

/// What three memory fills of the genuine serializer showed to be padding is padding to the slow decoder.
fn assert_known_padding(vector: &Vector<'_>, listed: &[Json]) {
    let slow = reference::decode(vector.plan.description(), vector.payload).unwrap();
    for at in listed.iter().map(|at| at.as_u64().unwrap() as usize) {
        assert!(slow.padding.contains(&at) || at >= slow.used, "{}: byte {at}", vector.name);
    }
}

#[test]
fn payloads_of_the_genuine_serializer() {
    let (Some(captures), Some(corpus)) = (shared_data("captures"), shared_data("corpus")) else { return };
    let mut types = Types::with_test_packages(&corpus);
    let hashes = read_json(&captures.join("type_hashes.json"));
    let vectors = read_json(&captures.join("cdr_vectors.json"));
    let mut seen = BTreeSet::new();
    let mut padding = 0;
    for vector in items(&vectors, "vectors") {
        let type_name = text(vector, "type");
        if seen.insert(type_name) {
            let hash = types.registry.hash(&TypeName::parse(type_name).unwrap()).unwrap();
            assert_eq!(hash.to_string(), text(&hashes["hashes"], type_name), "{type_name}");
        }
        let name = format!("{type_name} {}", text(vector, "case"));
        let plan = types.plan(type_name);
        let payload = from_hex(text(vector, "hex"));
        let golden = Vector { name: &name, plan: &plan, payload: &payload, holds: &vector["value"] };
        padding += check_genuine(&golden);
        assert_known_padding(&golden, items(vector, "pad"));
    }
    let count = items(&vectors, "vectors").len();
    println!("{count} payloads of {} types; {padding} bytes differ, all of them padding", seen.len());
    assert_eq!((count, seen.len()), (VECTORS, TYPES));
}

/// The samples of each topic that has listed values, in the order in which they were sent.
fn payloads_by_topic(samples: &Json) -> HashMap<String, VecDeque<Vec<u8>>> {
    let mut by_topic = HashMap::<String, VecDeque<Vec<u8>>>::new();
    for event in items(samples, "events").iter().filter(|event| event["what"] == "sample") {
        let mut chunks: Vec<&str> = text(event, "key").split('/').collect();
        chunks.truncate(chunks.len() - 2);
        chunks[0] = "";
        by_topic.entry(chunks.join("/")).or_default().push_back(from_hex(text(event, "payload")));
    }
    by_topic
}

#[test]
fn samples_of_a_genuine_node() {
    let (Some(captures), Some(corpus)) = (shared_data("captures"), shared_data("corpus")) else { return };
    let mut types = Types::with_test_packages(&corpus);
    let samples = read_json(&captures.join("samples.json"));
    let mut by_topic = payloads_by_topic(&samples);
    for sent in items(&samples, "values") {
        let topic = text(sent, "topic");
        let payload = by_topic.get_mut(topic).and_then(VecDeque::pop_front).expect(topic);
        let plan = types.plan(text(sent, "type"));
        check_genuine(&Vector { name: topic, plan: &plan, payload: &payload, holds: &sent["value"] });
    }
    for (topic, type_name) in
        [("/rosout", "rcl_interfaces/msg/Log"), ("/parameter_events", "rcl_interfaces/msg/ParameterEvent")]
    {
        let plan = types.plan(type_name);
        for payload in by_topic.remove(topic).expect(topic) {
            validate(&plan, &payload).unwrap();
        }
    }
    assert!(by_topic.values().all(VecDeque::is_empty), "samples without a listed value");
    assert_eq!(items(&samples, "values").len(), SAMPLES);
}

/// What is done with a text that is not UTF-8: a genuine Python node shows replacement characters, we keep the bytes.
const KEEPS_ITS_BYTES: &str = "string invalid UTF-8";

fn check_leniency(case: &Json, plan: &Plan) {
    let name = text(case, "case");
    if let Some(sent) = case.get("serialized") {
        let decoded = decode_value(plan, &from_hex(sent.as_str().unwrap())).unwrap();
        if let (Some(wide), Some(back)) = (decoded.get("wstring_value"), case.get("roundtrip")) {
            let units: Vec<u16> = back.as_str().unwrap().encode_utf16().collect();
            assert_eq!(*wide, Value::WString(units), "{name}");
        }
        return;
    }
    let payload = from_hex(text(case, "hex"));
    match case.get("result") {
        Some(holds) if name != KEEPS_ITS_BYTES => {
            Vector { name, plan, payload: &payload, holds }.check();
        }
        Some(_) => assert_eq!(
            decode_value(plan, &payload).unwrap().get("data"),
            Some(&Value::String(vec![0xff, 0xfe])),
            "{name}"
        ),
        None => assert!(validate(plan, &payload).is_err(), "{name}: a genuine node refuses it"),
    }
}

#[test]
fn unusual_payloads_are_taken_as_genuine_nodes_take_them() {
    let (Some(captures), Some(corpus)) = (shared_data("captures"), shared_data("corpus")) else { return };
    let mut types = Types::with_test_packages(&corpus);
    let leniency = read_json(&captures.join("deserialize_leniency.json"));
    for case in items(&leniency, "cases") {
        check_leniency(case, &types.plan(text(case, "type")));
    }
    assert_eq!(items(&leniency, "cases").len(), 36);
}
