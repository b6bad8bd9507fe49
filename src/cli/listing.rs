//! What the verbs that list nodes, topics and services share: rows for people and for programs.

use serde_json::{Value, json};

use crate::net::NamesAndTypes;
use crate::rmw::{LivelinessToken, QosProfile, names, ros_type_name};
use crate::schema::HASH_NOT_SUPPORTED;

use super::output::{Outcome, Output};

/// Whether ROS hides a name: a part of it begins with an underscore.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('_'))
}

/// A name as it was typed, fully qualified.
pub(crate) fn absolute(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/{name}") }
}

/// Prints one row: text for people, an object for programs.
pub(crate) fn row(output: &mut Output, json: bool, text: impl FnOnce() -> String, value: Value) -> Outcome {
    output.line(if json { value.to_string() } else { text() }.into_bytes())
}

/// Prints how many there are.
pub(crate) fn count(output: &mut Output, json: bool, count: usize) -> Outcome {
    row(output, json, || count.to_string(), json!({ "count": count }))
}

/// Names with their types as an array of objects.
pub(crate) fn to_json(listed: &NamesAndTypes) -> Value {
    listed.iter().map(|(name, types)| json!({ "name": name, "types": types })).collect()
}

/// What a token says of an endpoint, as an object.
pub(crate) fn endpoint_to_json(token: &LivelinessToken) -> Value {
    let endpoint = token.endpoint.as_ref();
    let hash = endpoint.map(|endpoint| endpoint.type_hash.as_str());
    let qos = endpoint.map(|endpoint| {
        let QosProfile { reliability, durability, history, depth, .. } = endpoint.qos;
        json!({
            "reliability": reliability.as_str(),
            "durability": durability.as_str(),
            "history": history.as_str(),
            "depth": depth,
        })
    });
    json!({
        "node": names::qualified(&token.namespace, &token.node_name),
        "kind": endpoint.map(|endpoint| endpoint.kind.name()),
        "type": endpoint.map(|endpoint| ros_type_name(&endpoint.dds_type)),
        "type_hash": hash.filter(|hash| *hash != HASH_NOT_SUPPORTED),
        "gid": token.gid().to_string(),
        "qos": qos,
    })
}
