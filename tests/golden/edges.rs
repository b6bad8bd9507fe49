//! The rows of `fixtures/cdr/edges.txt`, as trees of values and as JSON; `tests/python/test_edges.py` has the rest.

use std::collections::HashMap;
use std::fs;

use ros_z_dynamic::codec::{
    Endian, JsonOutput, decode_value, encode_value, from_json, skip, to_json, validate,
};
use ros_z_dynamic::idl::Format;

use crate::reference;
use crate::types::{Types, cdr_fixtures, from_hex, to_hex};

const ROWS: usize = 12;

/// The parts of a row: definitions in order, then the others by name.
struct Row<'t> {
    definitions: Vec<(&'t str, &'t str, &'t str)>,
    parts: HashMap<&'t str, &'t str>,
}

impl<'t> Row<'t> {
    fn parse(text: &'t str) -> (&'t str, Self) {
        let (name, rest) = text.split_once('\n').expect("a name in a line of its own");
        let mut row = Self { definitions: vec![], parts: HashMap::new() };
        for part in rest.split("-- ").skip(1) {
            let (head, body) = part.split_once('\n').expect("a head in a line of its own");
            match head.split_once(' ') {
                Some((format @ ("msg" | "idl"), type_name)) => {
                    row.definitions.push((format, type_name, body));
                }
                _ => assert!(row.parts.insert(head, body.trim()).is_none(), "{name}: {head} twice"),
            }
        }
        (name, row)
    }
}

#[test]
fn every_edge_reads_and_writes_its_bytes() {
    let text = fs::read_to_string(cdr_fixtures().join("edges.txt")).unwrap();
    let rows: Vec<_> = text.split("\n== ").skip(1).map(Row::parse).collect();
    assert_eq!(rows.len(), ROWS);
    let mut types = Types::new();
    for (name, row) in &rows {
        check(&mut types, name, row);
    }
}

/// Compares bytes and text, never values: NaN is not equal to itself.
fn check(types: &mut Types, name: &str, row: &Row<'_>) {
    for (format, type_name, text) in &row.definitions {
        let format = if *format == "msg" { Format::Msg } else { Format::Idl };
        types.registry.add_text(&format!("edge_msgs/msg/{type_name}"), text, format).unwrap();
    }
    let (_, type_name, _) = row.definitions.last().expect("a definition");
    let plan = types.plan(&format!("edge_msgs/msg/{type_name}"));
    let payload = from_hex(row.parts["bytes"]);
    let json = row.parts["json"];

    let value = decode_value(&plan, &payload).unwrap_or_else(|error| panic!("{name}: {error}"));
    let slow = reference::decode(plan.description(), &payload).unwrap();
    assert_eq!((format!("{:?}", slow.value), slow.used), (format!("{value:?}"), payload.len()), "{name}");
    for endian in [Endian::Little, Endian::Big] {
        let expected = reference::encode(plan.description(), &slow.value, endian);
        assert!(endian == Endian::Big || expected == payload, "{name}: the slow codec is wrong");
        let bytes = encode_value(&plan, &value, endian).unwrap();
        assert_eq!(to_hex(&bytes), to_hex(&expected), "{name}: {endian:?} endian");
        let again = encode_value(&plan, &decode_value(&plan, &bytes).unwrap(), Endian::Little).unwrap();
        assert_eq!(to_hex(&again), to_hex(&payload), "{name}: {endian:?} endian");
        let written = to_json(&plan, &bytes, &JsonOutput::default()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), json, "{name}: {endian:?} endian");
        assert_eq!(skip(&plan, &bytes).unwrap(), bytes.len(), "{name}");
        assert_eq!(validate(&plan, &bytes).unwrap(), bytes.len(), "{name}");
    }
    let from_text = from_json(&plan, json.as_bytes(), &Default::default());
    let expected = row.parts.get("bytes of the json").map_or(payload, |hex| from_hex(hex));
    assert_eq!(to_hex(&from_text.unwrap()), to_hex(&expected), "{name}: from JSON");
}
