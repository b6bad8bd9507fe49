//! [`Entities`]: the nodes and endpoints of a domain, by their tokens; what the graph knows, without the transport.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::rmw::{ADMIN_SPACE, Endpoint, EntityKind, LivelinessToken, names, ros_type_name};

use super::mismatch::Mismatch;

/// Names of topics or services, each with its types, in ROS's spelling.
pub type NamesAndTypes = BTreeMap<String, BTreeSet<String>>;

/// A node, as others see it. Several may have one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeName {
    /// The namespace, with its leading slash.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The security enclave.
    pub enclave: String,
}

impl NodeName {
    /// Namespace and name.
    #[must_use]
    pub fn qualified(&self) -> String {
        names::qualified(&self.namespace, &self.name)
    }
}

/// Keyed by key expression: the same token arrives again when a connection is made a second way.
#[derive(Debug, Default)]
pub(super) struct Entities {
    tokens: BTreeMap<String, LivelinessToken>,
}

impl Entities {
    /// Adds a token; `false` when it was there.
    pub(super) fn put(&mut self, key: &str, token: &LivelinessToken) -> bool {
        if self.tokens.contains_key(key) {
            return false;
        }
        self.tokens.insert(key.to_owned(), token.clone());
        true
    }

    /// Removes a token, and with a node's all those of its endpoints, whose deletion may come later. Returns what was
    /// there, endpoints first.
    pub(super) fn delete(&mut self, key: &str) -> Vec<LivelinessToken> {
        let Some(token) = self.tokens.remove(key) else { return Vec::new() };
        let mut gone = Vec::new();
        if token.endpoint.is_none() {
            let is_of_node =
                |other: &LivelinessToken| (&other.zid, &other.node_id) == (&token.zid, &token.node_id);
            gone.extend(self.tokens.values().filter(|other| is_of_node(other)).cloned());
            self.tokens.retain(|_, other| !is_of_node(other));
        }
        gone.push(token);
        gone
    }

    /// What keeps a new endpoint and the others apart, where one of the two is of the session `zid`.
    pub(super) fn mismatches(&self, new: &LivelinessToken, zid: &str) -> Vec<Mismatch> {
        if new.zid == zid {
            return self.tokens.values().filter_map(|other| Mismatch::between(new, other)).collect();
        }
        let own = format!("{ADMIN_SPACE}/{}/{zid}/", new.domain_id);
        let others = self.tokens.range(own.clone()..).take_while(|(key, _)| key.starts_with(&own));
        others.filter_map(|(_, ours)| Mismatch::between(ours, new)).collect()
    }

    /// What keeps any two endpoints apart: those that receive or call first.
    pub(super) fn all_mismatches(&self) -> Vec<Mismatch> {
        let mut by_topic: BTreeMap<&str, (Vec<_>, Vec<_>)> = BTreeMap::new();
        for token in self.tokens.values() {
            let Some(endpoint) = &token.endpoint else { continue };
            let (receiving, sending) = by_topic.entry(&endpoint.topic).or_default();
            match endpoint.kind {
                EntityKind::Subscription | EntityKind::Client => receiving.push(token),
                EntityKind::Publisher | EntityKind::Service => sending.push(token),
            }
        }
        let pairs = by_topic.values().flat_map(|(receiving, sending)| {
            receiving.iter().flat_map(|ours| sending.iter().map(|theirs| (*ours, *theirs)))
        });
        pairs.filter_map(|(ours, theirs)| Mismatch::between(ours, theirs)).collect()
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &LivelinessToken> {
        self.tokens.values()
    }

    pub(super) fn endpoints<'a>(
        &'a self,
        kind: EntityKind,
        name: &'a str,
    ) -> impl Iterator<Item = &'a LivelinessToken> {
        self.tokens.values().filter(move |token| {
            token.endpoint.as_ref().is_some_and(|endpoint| endpoint.kind == kind && endpoint.topic == name)
        })
    }

    pub(super) fn any_endpoint(&self, fits: impl Fn(&Endpoint) -> bool) -> bool {
        self.tokens.values().filter_map(|token| token.endpoint.as_ref()).any(fits)
    }

    /// One entry a node, also for nodes of which only endpoints were heard of.
    pub(super) fn nodes(&self) -> Vec<NodeName> {
        let mut seen = HashSet::new();
        let new = self.tokens.values().filter(|token| seen.insert((&token.zid, &token.node_id)));
        let mut nodes: Vec<_> = new.map(node_of).collect();
        nodes.sort();
        nodes
    }

    pub(super) fn has_node(&self, qualified_name: &str) -> bool {
        self.tokens
            .values()
            .any(|token| names::qualified(&token.namespace, &token.node_name) == qualified_name)
    }

    pub(super) fn names_and_types(
        &self,
        fits: impl Fn(&LivelinessToken, &Endpoint) -> bool,
    ) -> NamesAndTypes {
        let mut names = NamesAndTypes::new();
        for token in self.tokens.values() {
            if let Some(endpoint) = token.endpoint.as_ref().filter(|endpoint| fits(token, endpoint)) {
                names.entry(endpoint.topic.clone()).or_default().insert(ros_type_name(&endpoint.dds_type));
            }
        }
        names
    }
}

fn node_of(token: &LivelinessToken) -> NodeName {
    NodeName {
        namespace: token.namespace.clone(),
        name: token.node_name.clone(),
        enclave: token.enclave.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: &str = "@ros2_lv/0/a/0/0/NN/%/%/talker";
    const PUBLISHER: &str =
        "@ros2_lv/0/a/0/1/MP/%/%/talker/%chatter/std_msgs::msg::dds_::String_/H/::,7:,:,:,,";
    const OTHER: &str =
        "@ros2_lv/0/b/0/1/MS/%/%ns/listener/%chatter/std_msgs::msg::dds_::String_/H/::,7:,:,:,,";

    fn with(tokens: &[&str]) -> Entities {
        let mut entities = Entities::default();
        for token in tokens {
            entities.put(token, &token.parse().unwrap());
        }
        entities
    }

    #[test]
    fn tokens_may_come_twice_and_go_in_any_order() {
        let mut entities = with(&[PUBLISHER, NODE, OTHER]);
        assert!(!entities.put(NODE, &NODE.parse().unwrap()));
        assert_eq!(entities.tokens().count(), 3);
        assert!(entities.delete("@ros2_lv/0/z/0/0/NN/%/%/nobody").is_empty());
        // The node first: its endpoints go with it, and their deletion finds nothing.
        let gone: Vec<String> = entities.delete(NODE).iter().map(ToString::to_string).collect();
        assert_eq!(gone, [PUBLISHER, NODE]);
        assert!(entities.delete(PUBLISHER).is_empty());
        assert_eq!(entities.tokens().count(), 1);
    }

    #[test]
    fn an_endpoint_tells_of_its_node() {
        let entities = with(&[OTHER, PUBLISHER]);
        let names: Vec<String> = entities.nodes().iter().map(NodeName::qualified).collect();
        assert_eq!(names, ["/talker", "/ns/listener"]);
        assert!(entities.has_node("/ns/listener") && !entities.has_node("/listener"));
        assert_eq!(with(&[NODE, PUBLISHER]).nodes().len(), 1);
    }

    #[test]
    fn names_have_their_types_once() {
        let bool_publisher = PUBLISHER.replace("/1/MP", "/2/MP").replace("String_", "Bool_");
        let entities = with(&[PUBLISHER, OTHER, &bool_publisher]);
        let names = entities.names_and_types(|_, endpoint| endpoint.kind == EntityKind::Publisher);
        let types = ["std_msgs/msg/Bool", "std_msgs/msg/String"].map(str::to_owned);
        assert_eq!(names, NamesAndTypes::from([("/chatter".to_owned(), BTreeSet::from(types))]));
    }

    #[test]
    fn only_what_concerns_the_own_session_is_a_mismatch() {
        let bool_publisher = PUBLISHER.replace("String_", "Bool_");
        let new: LivelinessToken = bool_publisher.parse().unwrap();
        assert_eq!(with(&[OTHER]).mismatches(&new, "a").len(), 1);
        assert_eq!(with(&[OTHER]).mismatches(&new, "b").len(), 1);
        assert!(with(&[OTHER]).mismatches(&new, "c").is_empty());
        assert!(with(&[OTHER]).mismatches(&PUBLISHER.parse().unwrap(), "a").is_empty());
        let all = with(&[&bool_publisher, OTHER]).all_mismatches();
        assert_eq!((all.len(), all[0].ours.node_name.as_str()), (1, "listener"));
        assert!(with(&[PUBLISHER, OTHER]).all_mismatches().is_empty());
    }
}
