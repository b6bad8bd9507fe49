//! [`Explainer`]: finds out what differs between the types of two endpoints, by asking their nodes.
//!
//! A context has a thread for it, since an answer takes time and zenoh's threads must not wait; so it is used by
//! [`graph`](super::graph), and by tools that look at the endpoints of others.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::{EntityKind, LivelinessToken, names};
use crate::schema::{TypeDescription, TypeHash};

use super::context::{Context, WeakContext};
use super::mismatch::Mismatch;
use super::node::Node;
use super::type_description::SERVICE;
use super::type_discovery;

/// How much later than an endpoint the service of its node may be announced: tokens come in any order.
const ANNOUNCED: Duration = Duration::from_millis(500);

/// Failures that are remembered, at most; the graph of a long run may see any number of nodes.
const REMEMBERED: usize = 256;

/// Finds out what differs, and remembers what it learned: a node is asked once for a type.
#[derive(Default)]
pub struct Explainer {
    /// What nodes told; their types are none of anybody else's registry.
    told: Registry,
    /// Session and node that were asked in vain, for which hash, and why. Not those that could not be asked.
    failed: HashMap<(String, String, TypeHash), Error>,
}

impl Explainer {
    /// Adds to a mismatch of types what differs between them, or why that is not known. `node` asks the others; that
    /// takes a few seconds at most. A mismatch of something else stays as it is.
    pub fn explain(&mut self, node: &Node, mismatch: &mut Mismatch) {
        if !mismatch.is_about_types() {
            return;
        }
        let ours = self.describe(node, &mismatch.ours);
        // Nobody is asked for what there is nothing to compare with.
        let both = ours.and_then(|ours| Ok((ours, self.describe(node, &mismatch.theirs)?)));
        let explained = both.and_then(|(ours, theirs)| mismatch.explain(&ours, &theirs));
        mismatch.unexplained = explained.err().map(|error| error.message().to_owned());
    }

    /// [`explain`](Self::explain) from what is known by now, asking nobody; a mismatch stays as it is where that is not
    /// enough.
    pub fn explain_from_told(&self, node: &Node, mismatch: &mut Mismatch) {
        let known = |token: &LivelinessToken| {
            let hash = token.endpoint.as_ref()?.type_hash.parse().ok()?;
            own_node(node, token)
                .and_then(|own| own.described(&hash))
                .or_else(|| self.told.find_by_hash(&hash))
        };
        if let (true, Some(ours), Some(theirs)) =
            (mismatch.is_about_types(), known(&mismatch.ours), known(&mismatch.theirs))
        {
            mismatch.unexplained =
                mismatch.explain(&ours, &theirs).err().map(|error| error.message().to_owned());
        }
    }

    fn describe(&mut self, node: &Node, token: &LivelinessToken) -> Result<Arc<TypeDescription>> {
        let type_hash = token.endpoint.as_ref().map_or("", |endpoint| endpoint.type_hash.as_str());
        let hash: TypeHash = type_hash.parse()?;
        let own = own_node(node, token);
        if let Some(described) = own.as_ref().and_then(|own| own.described(&hash)) {
            return Ok(described);
        }
        if let Some(told) = self.told.find_by_hash(&hash) {
            return Ok(told);
        }
        let other = names::qualified(&token.namespace, &token.node_name);
        if own.is_some() {
            return Err(silent(&other));
        }
        let asked = (token.zid.clone(), token.node_id.clone(), hash);
        if let Some(error) = self.failed.get(&asked) {
            return Err(error.clone());
        }
        let told = self.ask(node, token, &other);
        if let Err(error) = &told
            && error.kind() != ErrorKind::Closed
        {
            if self.failed.len() >= REMEMBERED {
                self.failed.clear();
            }
            self.failed.insert(asked, error.clone());
        }
        told
    }

    fn ask(&self, node: &Node, token: &LivelinessToken, other: &str) -> Result<Arc<TypeDescription>> {
        let service = names::qualified(other, SERVICE);
        if !node.context().graph().wait_for(EntityKind::Service, &service, 1, ANNOUNCED)? {
            return Err(silent(other));
        }
        type_discovery::of_endpoint(node, &self.told, token)
            .map_err(|error| Error::new(error.kind(), format!("node {other}: {}", error.message())))
    }
}

/// The node that a token is about, if it is of the same context.
fn own_node(node: &Node, token: &LivelinessToken) -> Option<Node> {
    let context = node.context();
    (token.zid == context.zid()).then(|| context.node(&token.node_id)).flatten()
}

fn silent(node: &str) -> Error {
    Error::new(ErrorKind::UnknownType, format!("node {node} does not tell what its types are"))
}

/// Explains the mismatches of a context and tells of each, until its graph is closed.
pub(super) fn start(
    context: WeakContext,
    mismatches: Receiver<Mismatch>,
    tell: impl Fn(Mismatch) + Send + 'static,
) -> Result<()> {
    let explain = move || {
        let mut explainer = Explainer::default();
        for mut mismatch in mismatches {
            let node = context.upgrade().and_then(|context: Context| context.node(&mismatch.ours.node_id));
            if let Some(node) = node {
                explainer.explain(&node, &mut mismatch);
            }
            tell(mismatch);
        }
    };
    let started = thread::Builder::new().name("mismatches".to_owned()).spawn(explain);
    let refused = |error| Error::new(ErrorKind::Io, format!("a thread could not be started: {error}"));
    started.map(drop).map_err(refused)
}
