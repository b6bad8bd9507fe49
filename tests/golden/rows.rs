//! The annotated bytes of `fixtures/cdr/<package>/<Name>/<case>.{hex,json}`.
//!
//! A `<case>.hex` is what the codec writes, too; a `<case>.lenient.hex` is only read.

use std::fs;

use ros_z_dynamic::codec::{Endian, JsonOutput, Plan, Value, decode_value, encode_value, from_json, to_json};
use ros_z_dynamic::schema::{
    Cardinality, Element, Field, FieldType, IndividualTypeDescription, Primitive, TypeDescription,
};

use crate::check::Vector;
use crate::types::{Types, cdr_fixtures, files_below, from_hex, read_json};

const ROWS: usize = 38;

#[test]
fn every_row_reads_and_writes_its_bytes() {
    let fixtures = cdr_fixtures();
    let mut types = Types::with_fixtures();
    let rows = files_below(&fixtures, "hex");
    assert_eq!(rows.len(), ROWS);
    for path in &rows {
        let inside = path.strip_prefix(&fixtures).unwrap().with_extension("");
        let name = inside.to_str().unwrap().replace('\\', "/");
        let (type_name, _) = name.rsplit_once('/').unwrap();
        let plan = types.plan(&type_name.replace('/', "/msg/"));
        let payload = from_hex(&fs::read_to_string(path).unwrap());
        let holds = read_json(&path.with_extension("json"));
        let vector = Vector { name: &name, plan: &plan, payload: &payload, holds: &holds };
        let (value, used) = vector.check();
        if !name.ends_with(".lenient") {
            assert_eq!(used, payload.len(), "{name}");
            vector.check_bytes(&value);
        }
    }
}

#[test]
fn bytes_that_are_not_text_survive_json() {
    let plan = Types::new().plan("std_msgs/msg/String");
    let payload = from_hex("00 01 00 00  04 00 00 00  61 ff fe 00");
    let text = to_json(&plan, &payload, &JsonOutput::default()).unwrap();
    assert_eq!(String::from_utf8(text.clone()).unwrap(), r#"{"data":"a\udcff\udcfe"}"#);
    assert_eq!(from_json(&plan, &text, &Default::default()).unwrap(), payload);
}

#[test]
fn nan_keeps_its_meaning() {
    let plan = Types::new().plan("std_msgs/msg/Float32");
    let payload = from_hex("00 01 00 00  00 00 c0 7f");
    let text = to_json(&plan, &payload, &JsonOutput::default()).unwrap();
    assert_eq!(String::from_utf8(text.clone()).unwrap(), r#"{"data":"NaN"}"#);
    assert_eq!(from_json(&plan, &text, &Default::default()).unwrap(), payload);
}

/// IDL characters have no .msg spelling, so this type is described by hand.
#[test]
fn a_wide_character_takes_two_bytes() {
    let fields = vec![
        Field::new("small", FieldType::primitive(Primitive::UInt8)),
        Field::new("wide", FieldType::primitive(Primitive::WChar)),
        Field::new("more", FieldType::new(Element::Primitive(Primitive::WChar), Cardinality::Array(2))),
    ];
    let type_description = IndividualTypeDescription { type_name: "golden_msgs/msg/Wide".into(), fields };
    let description = TypeDescription { type_description, referenced_type_descriptions: vec![] };
    let plan = Plan::compile(&description.into()).unwrap();
    let payload = from_hex("00 01 00 00  01 00  41 00  ac 20 42 00");
    let value = decode_value(&plan, &payload).unwrap();
    assert_eq!(value.get("wide"), Some(&Value::Unit(0x41)));
    assert_eq!(value.get("more"), Some(&Value::List(vec![Value::Unit(0x20ac), Value::Unit(0x42)])));
    assert_eq!(encode_value(&plan, &value, Endian::Little).unwrap(), payload);
    let big = from_hex("00 00 00 00  01 00  00 41  20 ac 00 42");
    assert_eq!(encode_value(&plan, &value, Endian::Big).unwrap(), big);
}
