//! Payloads that must be refused, and the sentence that says why: `fixtures/cdr/malformed.txt`.

use std::fs;

use ros_z_dynamic::Error;
use ros_z_dynamic::codec::{JsonOutput, decode_value, skip, to_json, validate};

use crate::types::{Types, cdr_fixtures, from_hex};

const ROWS: usize = 33;

#[test]
fn every_bad_payload_is_refused_with_its_sentence() {
    let text = fs::read_to_string(cdr_fixtures().join("malformed.txt")).unwrap();
    let blocks: Vec<&str> = text.trim().split("\n\n").skip(1).collect();
    assert_eq!(blocks.len(), ROWS);
    let mut types = Types::with_fixtures();
    for block in blocks {
        let [type_name, payload, sentence] = block.lines().collect::<Vec<_>>()[..] else {
            panic!("three lines are expected: {block}");
        };
        let (plan, payload) = (types.plan(type_name), from_hex(payload));
        let said = |error: Option<Error>| error.map(|error| error.to_string());
        let in_every_way = [
            said(decode_value(&plan, &payload).err()),
            said(validate(&plan, &payload).err()),
            said(skip(&plan, &payload).err()),
            said(to_json(&plan, &payload, &JsonOutput::default()).err()),
        ];
        for said in in_every_way {
            assert_eq!(said.as_deref(), Some(sentence), "{block}");
        }
    }
}
