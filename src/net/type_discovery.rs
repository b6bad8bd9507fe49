//! Learning a type that is not known here: from the graph, the loaded types, local files, and the nodes that use it.
//!
//! What a node tells is believed only if its hash is the one that was asked for.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::{Endpoint, EntityKind, LivelinessToken, names};
use crate::schema::{HASH_NOT_SUPPORTED, TypeDescription, TypeHash, TypeName, TypeSource};

use super::node::Node;
use super::type_description::{self, Response};

/// How long one node may take for its answer, so that a silent one leaves time for the others.
const PATIENCE: Duration = Duration::from_secs(2);

/// A type that was learned.
#[derive(Clone, Debug)]
pub struct LearnedType {
    /// Full name.
    pub type_name: TypeName,
    /// The hash as endpoints write it in keys; on Humble [`HASH_NOT_SUPPORTED`].
    pub type_hash: String,
    /// The type with all types it refers to.
    pub description: Arc<TypeDescription>,
}

/// One search, and what it tried.
struct Search<'a> {
    node: &'a Node,
    registry: &'a Registry,
    deadline: Option<Instant>,
    tried: Vec<String>,
}

/// The type of a topic or service, from an endpoint of it; those of the first kind come first.
pub(super) fn of_endpoints(
    node: &Node,
    registry: &Registry,
    (topic, kinds): (&str, &[EntityKind]),
    timeout: Duration,
) -> Result<LearnedType> {
    let topic = node.resolve(topic)?;
    let mut search = Search::new(node, registry, timeout);
    let on_topic = |kind| node.context().graph().endpoints(kind, &topic);
    let is_on_topic = |endpoint: &Endpoint| kinds.contains(&endpoint.kind) && endpoint.topic == topic;
    node.context().graph().wait_for_endpoint(timeout, is_on_topic)?;
    let tokens: Vec<_> = kinds.iter().copied().flat_map(on_topic).collect();
    let users = match kinds {
        [EntityKind::Service] => "serves it",
        _ => "publishes on it or subscribes to it",
    };
    let nobody = || format!("the type of {topic} is not known: nobody {users}");
    let what = format!("the type of {topic} could not be learned");
    search.among(&tokens, &what, nobody)
}

/// A type of which only the name is known, from whoever uses it.
pub(super) fn of_name(
    node: &Node,
    registry: &Registry,
    type_name: &TypeName,
    timeout: Duration,
) -> Result<LearnedType> {
    let mut search = Search::new(node, registry, timeout);
    let dds_type = type_name.dds();
    let graph = node.context().graph();
    graph.wait_for_endpoint(timeout, |endpoint| endpoint.dds_type == dds_type)?;
    let uses = |token: &LivelinessToken| {
        token.endpoint.as_ref().is_some_and(|endpoint| endpoint.dds_type == dds_type)
    };
    let tokens: Vec<_> = graph.tokens().into_iter().filter(uses).collect();
    let nobody = || format!("{type_name} is not known: nobody uses it");
    search.among(&tokens, &format!("{type_name} could not be learned"), nobody)
}

/// The type that an endpoint has, from whoever uses it.
pub(super) fn of_token(
    node: &Node,
    registry: &Registry,
    token: &LivelinessToken,
    timeout: Duration,
) -> Result<LearnedType> {
    let mut search = Search::new(node, registry, timeout);
    let is_same = |other: &LivelinessToken| match (&other.endpoint, &token.endpoint) {
        (Some(other), Some(own)) => (&other.dds_type, &other.type_hash) == (&own.dds_type, &own.type_hash),
        _ => false,
    };
    // This node, which may subscribe already, does not know more than it knows.
    let is_own =
        |other: &LivelinessToken| (&other.zid, &other.node_id) == (&node.token().zid, &node.token().node_id);
    let tokens = node.context().graph().tokens().into_iter();
    let others = tokens.filter(|other| other != token && !is_own(other) && is_same(other));
    let tokens: Vec<_> = std::iter::once(token.clone()).chain(others).collect();
    let topic = token.endpoint.as_ref().map_or("", |endpoint| &endpoint.topic);
    let nobody = || format!("{} is a node, which has no type", token.node_name);
    search.among(&tokens, &format!("the type of {topic} could not be learned"), nobody)
}

/// The type of an endpoint, from its node.
pub(super) fn of_endpoint(
    node: &Node,
    registry: &Registry,
    token: &LivelinessToken,
) -> Result<Arc<TypeDescription>> {
    let search = Search::new(node, registry, PATIENCE);
    let (dds_type, type_hash) = token.endpoint.as_ref().map_or(("", ""), |e| (&e.dds_type, &e.type_hash));
    let other = names::qualified(&token.namespace, &token.node_name);
    search.ask(&other, &TypeName::parse(dds_type)?, &type_hash.parse()?)
}

impl<'a> Search<'a> {
    fn new(node: &'a Node, registry: &'a Registry, timeout: Duration) -> Self {
        Self { node, registry, deadline: Instant::now().checked_add(timeout), tried: Vec::new() }
    }

    fn left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The type that these endpoints have; of several definitions, the first that can be learned.
    fn among(
        &mut self,
        tokens: &[LivelinessToken],
        what: &str,
        nobody: impl Fn() -> String,
    ) -> Result<LearnedType> {
        let endpoints: Vec<&Endpoint> = tokens.iter().filter_map(|token| token.endpoint.as_ref()).collect();
        let mut types: Vec<&str> = endpoints.iter().map(|endpoint| endpoint.dds_type.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        let [dds_type] = types[..] else {
            return Err(match types.len() {
                0 => Error::new(ErrorKind::UnknownType, nobody()),
                _ => {
                    let message = format!("{what}: it has several types, {}", types.join(" and "));
                    Error::new(ErrorKind::TypeMismatch, message)
                }
            });
        };
        let type_name = TypeName::parse(dds_type)?;
        let mut hashes: Vec<&str> = Vec::new();
        for endpoint in endpoints {
            if !hashes.contains(&endpoint.type_hash.as_str()) {
                hashes.push(&endpoint.type_hash);
            }
        }
        for type_hash in &hashes {
            if let Some(description) = self.learn(&type_name, type_hash, tokens)? {
                return Ok(LearnedType { type_name, type_hash: (*type_hash).to_owned(), description });
            }
        }
        let kind = if self.left().is_zero() { ErrorKind::Timeout } else { ErrorKind::UnknownType };
        let tried = self.tried.join("; ");
        Err(Error::new(kind, format!("{what}: {type_name} with the hash {}: {tried}", hashes.join(" or "))))
    }

    /// The description with this hash; `None` when all was tried. Errors when this node is closed meanwhile.
    fn learn(
        &mut self,
        type_name: &TypeName,
        type_hash: &str,
        tokens: &[LivelinessToken],
    ) -> Result<Option<Arc<TypeDescription>>> {
        let Ok(hash) = type_hash.parse::<TypeHash>() else {
            return Ok(self.without_hash(type_name, type_hash));
        };
        match self.local(type_name) {
            Ok((local, description)) if local == hash => return Ok(Some(description)),
            Ok((local, _)) => self.tried.push(format!("the definition known here has the hash {local}")),
            Err(error) => self.tried.push(error.message().to_owned()),
        }
        // Later, because every type that is known is hashed for it.
        if let Some(known) = self.registry.find_by_hash(&hash) {
            return Ok(Some(known));
        }
        let mut asked = HashSet::new();
        for token in tokens {
            let is_same = token.endpoint.as_ref().is_some_and(|endpoint| endpoint.type_hash == type_hash);
            if is_same && asked.insert((&token.zid, &token.node_id)) {
                let other = names::qualified(&token.namespace, &token.node_name);
                match self.ask(&other, type_name, &hash) {
                    Ok(description) => return Ok(Some(description)),
                    Err(error) if error.kind() == ErrorKind::Closed => return Err(error),
                    Err(error) => self.tried.push(format!("node {other}: {}", error.message())),
                }
            }
        }
        Ok(None)
    }

    /// Endpoints of distributions without hashes have whatever type is known here under their name.
    fn without_hash(&mut self, type_name: &TypeName, type_hash: &str) -> Option<Arc<TypeDescription>> {
        if type_hash != HASH_NOT_SUPPORTED {
            self.tried.push(format!("`{type_hash}` is not a type hash"));
            return None;
        }
        match self.local(type_name) {
            Ok((_, description)) => Some(description),
            Err(error) => {
                self.tried.push(error.message().to_owned());
                None
            }
        }
    }

    fn local(&self, type_name: &TypeName) -> Result<(TypeHash, Arc<TypeDescription>)> {
        self.registry.find(type_name.as_str())?;
        Ok((self.registry.hash(type_name)?, self.registry.describe(type_name)?))
    }

    fn ask(&self, other: &str, type_name: &TypeName, hash: &TypeHash) -> Result<Arc<TypeDescription>> {
        let timeout = self.left().min(PATIENCE);
        if timeout.is_zero() {
            return Err(Error::new(ErrorKind::Timeout, "the time was up before it was asked"));
        }
        let response = type_description::ask(self.node, other, (type_name, hash), timeout)?;
        let (description, sources) = checked(response, type_name, hash)?;
        let (_, complaints) = self.registry.add_told(&description, &sources, &format!("node {other}"))?;
        for complaint in complaints {
            tracing::warn!("ignored: {complaint}");
        }
        let known = self.registry.find_by_hash(hash);
        known.ok_or_else(|| Error::new(ErrorKind::TypeMismatch, "its description is not in canonical form"))
    }
}

/// The description in an answer, if it is that of the type with this hash, and the texts that come with it.
fn checked(
    response: Response,
    type_name: &TypeName,
    hash: &TypeHash,
) -> Result<(TypeDescription, Vec<TypeSource>)> {
    let refused = |message: String| Err(Error::new(ErrorKind::TypeMismatch, message));
    if !response.successful {
        return refused(format!("it answered `{}`", response.failure_reason));
    }
    let Some(description) = response.type_description else {
        return refused("it answered nothing".to_owned());
    };
    let told = TypeHash::of(&description)?;
    if told != *hash {
        let name = description.type_name();
        return refused(format!(
            "it describes another type, {name} with the hash {told}, and was not believed"
        ));
    }
    if description.type_name() != type_name.as_str() {
        return refused(format!("it describes {}, not {type_name}", description.type_name()));
    }
    Ok((description, response.type_sources))
}
