//! [`Mismatch`]: why two endpoints of one name do not understand each other.

use std::fmt;

use crate::error::Result;
use crate::registry::{Change, Difference, compare_descriptions};
use crate::rmw::{Endpoint, EntityKind, LivelinessToken, incompatibility, names, ros_type_name};
use crate::schema::{HASH_NOT_SUPPORTED, TypeDescription, TypeHash};

/// What does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MismatchKind {
    /// The types have different names: nothing gets through.
    Type,
    /// The types have one name and different definitions: nothing gets through.
    Definition,
    /// The publisher does not offer the quality of service that the subscription asks for.
    Qos,
}

impl MismatchKind {
    /// The word that programs see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Definition => "definition",
            Self::Qos => "qos",
        }
    }
}

/// Two endpoints of one topic or service that do not match; displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What does not match.
    pub kind: MismatchKind,
    /// The endpoint of this session; where neither is, the subscription or client.
    pub ours: LivelinessToken,
    /// The other one.
    pub theirs: LivelinessToken,
    /// What differs between their types, from ours to theirs; nothing where that is not known.
    pub differences: Vec<Difference>,
    /// Why it is not known what differs.
    pub unexplained: Option<String>,
    complaint: String,
}

impl Mismatch {
    /// What keeps two endpoints apart; `None` when nothing does, or when they have nothing to do with each other.
    pub(super) fn between(ours: &LivelinessToken, theirs: &LivelinessToken) -> Option<Self> {
        let (own, other) = (ours.endpoint.as_ref()?, theirs.endpoint.as_ref()?);
        let is_pair = own.topic == other.topic && other.kind == opposite(own.kind);
        let (kind, complaint) = is_pair.then(|| complaint(own, other))??;
        let (ours, theirs) = (ours.clone(), theirs.clone());
        Some(Self { kind, ours, theirs, differences: Vec::new(), unexplained: None, complaint })
    }

    /// Whether it is about types whose descriptions may tell more.
    pub(super) fn is_about_types(&self) -> bool {
        let has_hash = |token: &LivelinessToken| {
            token.endpoint.as_ref().is_some_and(|endpoint| endpoint.type_hash.parse::<TypeHash>().is_ok())
        };
        self.kind != MismatchKind::Qos && has_hash(&self.ours) && has_hash(&self.theirs)
    }

    /// Adds what differs between the two types.
    pub(super) fn explain(&mut self, ours: &TypeDescription, theirs: &TypeDescription) -> Result<()> {
        self.differences = compare_descriptions(ours, theirs)?;
        // The sentence says so already.
        self.differences.retain(|difference| difference.change != Change::Name);
        Ok(())
    }

    /// What does not match, in a sentence without what differs between types.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (ours, theirs) = (named(&self.ours), named(&self.theirs));
        format!("{}: the {ours} and the {theirs} do not match: {}", self.topic(), self.complaint)
    }

    /// The topic or service.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.ours.endpoint.as_ref().map_or("", |endpoint| &endpoint.topic)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())?;
        let root = self.ours.endpoint.as_ref().map(|endpoint| ros_type_name(&endpoint.dds_type));
        match &self.unexplained {
            _ if !self.differences.is_empty() => {
                let words = Difference::in_words(&self.differences, &root.unwrap_or_default());
                write!(f, "; from the first to the second: {words}")
            }
            Some(reason) => write!(f, "; what differs is not known: {reason}"),
            None => Ok(()),
        }
    }
}

/// An endpoint as a sentence names it.
fn named(token: &LivelinessToken) -> String {
    let kind = token.endpoint.as_ref().map_or("node", |endpoint| endpoint.kind.name());
    format!("{kind} of node {}", names::qualified(&token.namespace, &token.node_name))
}

fn complaint(own: &Endpoint, other: &Endpoint) -> Option<(MismatchKind, String)> {
    if own.dds_type != other.dds_type {
        let (own, other) = (ros_type_name(&own.dds_type), ros_type_name(&other.dds_type));
        return Some((MismatchKind::Type, format!("one has the type {own}, the other {other}")));
    }
    if own.type_hash != other.type_hash {
        let is_without = [&own.type_hash, &other.type_hash].iter().any(|hash| *hash == HASH_NOT_SUPPORTED);
        let (name, own, other) = (ros_type_name(&own.dds_type), &own.type_hash, &other.type_hash);
        let complaint = if is_without {
            format!(
                "one of them is of a distribution without type hashes, of {name} they announce {own} and {other}"
            )
        } else {
            format!("they have different definitions of {name}, {own} and {other}")
        };
        return Some((MismatchKind::Definition, complaint));
    }
    let complaint = match own.kind {
        EntityKind::Publisher => incompatibility(&own.qos, &other.qos),
        EntityKind::Subscription => incompatibility(&other.qos, &own.qos),
        EntityKind::Service | EntityKind::Client => None,
    };
    complaint.map(|complaint| (MismatchKind::Qos, complaint))
}

fn opposite(kind: EntityKind) -> EntityKind {
    match kind {
        EntityKind::Publisher => EntityKind::Subscription,
        EntityKind::Subscription => EntityKind::Publisher,
        EntityKind::Service => EntityKind::Client,
        EntityKind::Client => EntityKind::Service,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(node: &str, kind: &str, type_and_hash: &str, qos: &str) -> LivelinessToken {
        let text = format!("@ros2_lv/0/a/0/1/{kind}/%/%robot/{node}/%chatter/{type_and_hash}/{qos}");
        text.parse().unwrap()
    }

    #[test]
    fn says_what_keeps_two_endpoints_apart() {
        let string = "std_msgs::msg::dds_::String_/RIHS01_1";
        let ours = token("ear", "MS", string, "::,10:,:,:,,");
        let with = |kind: &str, type_and_hash: &str, qos: &str| {
            let theirs = token("mouth", kind, type_and_hash, qos);
            Mismatch::between(&ours, &theirs).map(|mismatch| (mismatch.kind, mismatch.to_string()))
        };
        let sentence = |complaint: &str| {
            format!(
                "/chatter: the subscription of node /robot/ear and the publisher of node /robot/mouth do not match: {complaint}"
            )
        };
        let bool_type = "std_msgs::msg::dds_::Bool_/RIHS01_1";
        let other_hash = "std_msgs::msg::dds_::String_/RIHS01_2";
        for (kind, type_and_hash, qos, expected) in [
            ("MP", string, "::,7:,:,:,,", None),
            ("MS", bool_type, "::,7:,:,:,,", None),
            ("SC", bool_type, "::,7:,:,:,,", None),
            (
                "MP",
                bool_type,
                "::,7:,:,:,,",
                Some((
                    MismatchKind::Type,
                    "one has the type std_msgs/msg/String, the other std_msgs/msg/Bool",
                )),
            ),
            (
                "MP",
                other_hash,
                "2::,7:,:,:,,",
                Some((
                    MismatchKind::Definition,
                    "they have different definitions of std_msgs/msg/String, RIHS01_1 and RIHS01_2",
                )),
            ),
            (
                "MP",
                string,
                "2::,7:,:,:,,",
                Some((MismatchKind::Qos, "reliability: best_effort is offered, reliable is asked for")),
            ),
        ] {
            let expected = expected.map(|(kind, complaint)| (kind, sentence(complaint)));
            assert_eq!(with(kind, type_and_hash, qos), expected);
        }
    }
}
