//! Endpoints that do not match, for people and programs; used by `doctor`, `topic info` and `service info`.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::net::{Explainer, Mismatch, Node};

use super::endpoints;

/// How long nodes are asked about their types, all together.
const ASKING: Duration = Duration::from_secs(15);

/// The mismatches among all endpoints that are meant, with what differs, as far as nodes tell.
pub(crate) fn explained(node: &Node, is_meant: impl Fn(&Mismatch) -> bool) -> Vec<Mismatch> {
    let (mut explainer, started) = (Explainer::default(), Instant::now());
    let mut mismatches = node.context().graph().mismatches();
    mismatches.retain(is_meant);
    for mismatch in &mut mismatches {
        if started.elapsed() < ASKING {
            explainer.explain(node, mismatch);
        } else {
            mismatch.unexplained = Some("there was no time to ask".to_owned());
        }
    }
    for mismatch in mismatches.iter_mut().filter(|mismatch| mismatch.unexplained.is_some()) {
        // What one node did not tell, another one may have told.
        explainer.explain_from_told(node, mismatch);
    }
    mismatches
}

/// What differs, a line each, or why that is not known.
pub(crate) fn details(mismatch: &Mismatch) -> Vec<String> {
    let reason = mismatch.unexplained.iter().map(|reason| format!("what differs is not known: {reason}"));
    mismatch.differences.iter().map(ToString::to_string).chain(reason).collect()
}

/// What a program wants to know of a mismatch, beside the sentence.
pub(crate) fn members(mismatch: &Mismatch) -> Map<String, Value> {
    let ends = [&mismatch.ours, &mismatch.theirs].map(endpoints::to_json);
    let differences: Vec<Value> = mismatch.differences.iter().map(|found| found.to_json()).collect();
    [
        ("name", json!(mismatch.topic())),
        ("endpoints", json!(ends)),
        ("differences", json!(differences)),
        ("unexplained", json!(mismatch.unexplained)),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

/// A mismatch as an object.
pub(crate) fn to_json(mismatch: &Mismatch) -> Value {
    let mut object = json!({ "kind": mismatch.kind.as_str(), "message": mismatch.sentence() });
    if let Some(object) = object.as_object_mut() {
        object.extend(members(mismatch));
    }
    object
}
