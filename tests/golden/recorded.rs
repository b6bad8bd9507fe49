//! Payloads of public recordings that two independent decoders read alike.

use std::collections::HashMap;

use ros_z_dynamic::idl::Format;
use serde_json::Value as Json;

use crate::check::Vector;
use crate::types::{Types, from_hex, read_json, shared_data};

const VECTORS: usize = 433;

/// The types that a recording brings along: its schema is the text of the type and of all that it refers to.
fn types_of(type_name: &str, schema: &str) -> Types {
    let types = Types::new();
    let added = if schema.is_empty() {
        types.registry.add_text(type_name, "", Format::Msg).map(drop)
    } else {
        types.registry.add_schema(type_name, schema).map(drop)
    };
    added.unwrap_or_else(|error| panic!("{type_name}: {error:#}"));
    types
}

#[test]
fn payloads_on_which_two_decoders_agree() {
    let Some(corpus) = shared_data("corpus") else { return };
    let vectors = read_json(&corpus.join("cdr_vectors.json"));
    let mut by_schema = HashMap::<(&str, &str), Types>::new();
    let mut count = 0;
    let agreed = vectors.as_array().unwrap().iter().filter(|vector| vector["decoders_agree"] == true);
    for vector in agreed {
        let type_name = vector["type"].as_str().unwrap();
        let schema = vector["schema"].as_str().unwrap_or_default();
        let types = by_schema.entry((type_name, schema)).or_insert_with(|| types_of(type_name, schema));
        let plan = types.plan(type_name);
        let name = format!("{type_name} of {}", vector["source"].as_str().unwrap());
        let payload = from_hex(vector["hex"].as_str().unwrap());
        let holds: &Json = &vector["decoded"];
        Vector { name: &name, plan: &plan, payload: &payload, holds }.check();
        count += 1;
    }
    println!("{count} payloads of {} schemas", by_schema.len());
    assert_eq!(count, VECTORS);
}
