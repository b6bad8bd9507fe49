//! [`Entity`]: what every endpoint knows of itself.

use crate::rmw::{EntityKind, Gid, LivelinessToken, QosProfile};
use crate::schema::TypeName;

use super::node::Node;

/// The identity of a publisher, subscriber, service or client.
///
/// It holds on to its node, so that the node's token outlives those of its endpoints: observers would list the node
/// for ever if an endpoint's token came or stayed without it.
#[derive(Clone, Debug)]
pub struct Entity {
    pub(super) node: Node,
    pub(super) kind: EntityKind,
    pub(super) token: LivelinessToken,
    pub(super) topic: String,
    pub(super) type_name: TypeName,
    pub(super) qos: QosProfile,
    pub(super) gid: Gid,
    pub(super) key: String,
}

impl Entity {
    /// The node that it belongs to.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Publisher, subscription, service or client.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        self.kind
    }

    /// The fully qualified name of the topic or service.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The type of its messages.
    #[must_use]
    pub fn type_name(&self) -> &TypeName {
        &self.type_name
    }

    /// The quality of service, with everything filled in that was left to the middleware.
    #[must_use]
    pub fn qos(&self) -> &QosProfile {
        &self.qos
    }

    /// The gid that it sends, and that others see in the graph.
    #[must_use]
    pub fn gid(&self) -> Gid {
        self.gid
    }

    /// The liveliness token that announces it.
    #[must_use]
    pub fn token(&self) -> &LivelinessToken {
        &self.token
    }

    /// The key expression of its data.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}
