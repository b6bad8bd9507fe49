//! Mutated payloads and mutated JSON against everything that reads them: no panic, memory bounded by the input, and one
//! verdict of all readers.
//!
//! `HOSTILE_CASES` says how many of each are made (`make torture`: a million), `HOSTILE_SEED` repeats a run.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod attack;
mod parts;
#[path = "../reference/mod.rs"]
mod reference;
#[path = "../golden/types.rs"]
mod types;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use attack::Subject;
use types::{Types, cdr_fixtures, files_below, from_hex, read_json, shared_data, to_hex};

const CASES: usize = 8_000;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

/// The types of the fixtures and of the captures, with their payloads.
fn subjects() -> Vec<Subject> {
    let mut by_type = BTreeMap::<String, Subject>::new();
    let mut add = |types: &mut Types, name: &str, payload: Vec<u8>| {
        let subject = by_type.entry(name.into()).or_insert_with(|| Subject::of(types.plan(name)));
        subject.payloads.push(payload);
    };
    let (fixtures, mut types) = (cdr_fixtures(), Types::with_fixtures());
    for path in files_below(&fixtures, "hex") {
        let folder = path.strip_prefix(&fixtures).unwrap().parent().unwrap().to_str().unwrap();
        let payload = from_hex(&fs::read_to_string(&path).unwrap());
        add(&mut types, &folder.replace('\\', "/").replace('/', "/msg/"), payload);
    }
    if let (Some(captures), Some(corpus)) = (shared_data("captures"), shared_data("corpus")) {
        let mut types = Types::with_test_packages(&corpus);
        for vector in read_json(&captures.join("cdr_vectors.json"))["vectors"].as_array().unwrap() {
            let payload = from_hex(vector["hex"].as_str().unwrap());
            add(&mut types, vector["type"].as_str().unwrap(), payload);
        }
    }
    by_type.into_values().collect()
}

/// Makes inputs and attacks with them; returns how many were taken. An input that does harm is shown.
fn run(
    make: impl Fn(&Subject, &mut fastrand::Rng) -> Vec<u8>,
    attack: impl Fn(&Subject, &[u8]) -> Result<usize, String>,
) {
    let cases = number("HOSTILE_CASES").map_or(CASES, |cases| cases as usize);
    let seed = number("HOSTILE_SEED").unwrap_or_else(|| fastrand::u64(..));
    let (mut random, subjects) = (fastrand::Rng::with_seed(seed), subjects());
    let mut taken = 0;
    for _ in 0..cases {
        let subject = &subjects[random.usize(..subjects.len())];
        let input = make(subject, &mut random);
        match catch_unwind(AssertUnwindSafe(|| attack(subject, &input))) {
            Ok(said) => taken += usize::from(said.is_ok()),
            Err(harm) => {
                println!("seed {seed}, {}: {}", subject.plan.type_name(), to_hex(&input));
                resume_unwind(harm);
            }
        }
    }
    println!("{cases} inputs of {} types, {taken} taken, {} refused", subjects.len(), cases - taken);
    assert!(taken > cases / 20 && taken < cases - cases / 20, "too few inputs are of both kinds");
}

#[test]
fn mutated_payloads_neither_crash_nor_use_much_memory() {
    run(|subject, random| subject.payload(random), |subject, payload| subject.decode_any(payload));
}

#[test]
fn mutated_payloads_get_one_verdict() {
    run(|subject, random| subject.payload(random), |subject, payload| subject.skip_vs_decode(payload));
}

#[test]
fn mutated_json_neither_crashes_nor_lies() {
    run(|subject, random| subject.text(random), |subject, text| subject.json_roundtrip(text));
}

#[test]
fn a_short_message_does_not_allocate_megabytes() {
    let mut types = Types::with_fixtures();
    for name in ["golden_msgs/msg/ManyNothings", "golden_msgs/msg/Words", "sensor_msgs/msg/PointCloud2"] {
        let subject = Subject::of(types.plan(name));
        let mut refused = 0;
        for at in 0..=8 {
            for top in [0x00, 0x7f, 0xff] {
                let mut payload = vec![0; 16];
                payload[1] = 1;
                payload[4 + at..8 + at].copy_from_slice(&[0xff, 0xff, 0xff, top]);
                refused += usize::from(subject.decode_any(&payload).is_err());
            }
        }
        assert!(refused > 5, "{name}: only {refused} lengths are impossible");
    }
}
