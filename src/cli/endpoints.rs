//! What is known of endpoints: the verbose part of `topic info` and `service info`, and a part of `doctor`.

use serde_json::{Value, json};

use crate::net::Node;
use crate::rmw::{EntityKind, LivelinessToken, QosDuration, QosProfile, names, ros_type_name};
use crate::schema::HASH_NOT_SUPPORTED;

use super::listing::row;
use super::mismatches;
use super::output::{Outcome, Output};

/// An endpoint as an object.
pub(crate) fn to_json(token: &LivelinessToken) -> Value {
    let endpoint = token.endpoint.as_ref();
    let hash = endpoint.map(|endpoint| endpoint.type_hash.as_str());
    json!({
        "node": names::qualified(&token.namespace, &token.node_name),
        "kind": endpoint.map(|endpoint| endpoint.kind.name()),
        "type": endpoint.map(|endpoint| ros_type_name(&endpoint.dds_type)),
        "type_hash": hash.filter(|hash| *hash != HASH_NOT_SUPPORTED),
        "gid": token.gid().to_string(),
        "qos": endpoint.map(|endpoint| qos_to_json(&endpoint.qos)),
    })
}

/// Durations in seconds, `null` where there is no limit.
fn qos_to_json(qos: &QosProfile) -> Value {
    json!({
        "reliability": qos.reliability.as_str(),
        "durability": qos.durability.as_str(),
        "history": qos.history.as_str(),
        "depth": qos.depth,
        "deadline": seconds(qos.deadline),
        "lifespan": seconds(qos.lifespan),
        "liveliness": qos.liveliness.as_str(),
        "liveliness_lease_duration": seconds(qos.liveliness_lease_duration),
    })
}

fn seconds(duration: QosDuration) -> Option<f64> {
    let is_limit = duration != QosDuration::UNSPECIFIED && duration < QosDuration::BEST_AVAILABLE;
    is_limit.then_some(duration.sec as f64 + duration.nsec as f64 * 1e-9)
}

/// An endpoint as lines, in the words of `ros2 topic info --verbose`.
fn to_text(token: &LivelinessToken) -> String {
    let Some(endpoint) = &token.endpoint else { return String::new() };
    let qos = &endpoint.qos;
    let upper = |word: &str| word.to_ascii_uppercase();
    let limit =
        |duration| seconds(duration).map_or_else(|| "Infinite".to_owned(), |seconds| format!("{seconds} s"));
    format!(
        "Node name: {}\nNode namespace: {}\nTopic type: {}\nTopic type hash: {}\nEndpoint type: {}\nGID: {}\n\
         QoS profile:\n  Reliability: {}\n  History (Depth): {} ({})\n  Durability: {}\n  Lifespan: {}\n  Deadline: {}\n  \
         Liveliness: {}\n  Liveliness lease duration: {}\n",
        token.node_name,
        if token.namespace.is_empty() { "/" } else { &token.namespace },
        ros_type_name(&endpoint.dds_type),
        endpoint.type_hash,
        upper(endpoint.kind.name()),
        token.gid(),
        upper(qos.reliability.as_str()),
        upper(qos.history.as_str()),
        qos.depth,
        upper(qos.durability.as_str()),
        limit(qos.lifespan),
        limit(qos.deadline),
        upper(qos.liveliness.as_str()),
        limit(qos.liveliness_lease_duration),
    )
}

/// The ends of a topic or service: those that send or answer, and those that receive or ask.
pub(crate) struct Ends {
    /// What the name is a name of.
    pub(crate) of: &'static str,
    /// Each kind, what people call it, and what its number is called in JSON.
    pub(crate) kinds: [(EntityKind, &'static str, &'static str); 2],
}

impl Ends {
    /// The endpoints of each kind on that name; `None` when there are none.
    fn found(&self, node: &Node, name: &str) -> Option<[Vec<LivelinessToken>; 2]> {
        let found = self.kinds.map(|(kind, ..)| node.context().graph().endpoints(kind, name));
        found.iter().any(|tokens| !tokens.is_empty()).then_some(found)
    }

    /// Prints the types of that name and how many ends it has, with `verbose` each of them and what does not match;
    /// `false` when there are none.
    pub(crate) fn print(&self, node: &Node, name: &str, (verbose, json): (bool, bool)) -> Outcome<bool> {
        let Some(found) = self.found(node, name) else { return Ok(false) };
        let all = || found.iter().flatten();
        let mut types: Vec<String> =
            all().filter_map(|token| Some(ros_type_name(&token.endpoint.as_ref()?.dds_type))).collect();
        types.sort();
        types.dedup();
        let mut object = json!({ self.of: name, "types": types });
        let mut text = format!("Type: {}", types.join(", "));
        for ((_, words, key), tokens) in self.kinds.iter().zip(&found) {
            object[*key] = json!(tokens.len());
            text.push_str(if verbose { "\n\n" } else { "\n" });
            text.push_str(&format!("{words} count: {}", tokens.len()));
            if verbose {
                let each = tokens.iter().map(|token| format!("\n\n{}", to_text(token).trim_end()));
                text.extend(each);
            }
        }
        if verbose {
            let mismatches = mismatches::explained(node, |mismatch| mismatch.topic() == name);
            object["endpoints"] = all().map(to_json).collect();
            object["mismatches"] = mismatches.iter().map(mismatches::to_json).collect();
            for mismatch in &mismatches {
                text.push_str(&format!("\n\nMismatch: {}", mismatch.sentence()));
                text.extend(mismatches::details(mismatch).iter().map(|line| format!("\n  {line}")));
            }
        }
        row(&mut Output::default(), json, || text, object)?;
        Ok(true)
    }
}
