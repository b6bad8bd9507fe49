//! [`Context`]: one Zenoh session and the nodes in it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use zenoh::{Session, Wait};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::RemapRule;
use crate::type_db::Distro;

use super::graph::Graph;
use super::node::{Node, NodeBuilder, WeakNode};
use super::ros_arguments::ParameterSource;
use super::shared_memory::{SharedMemory, SharedMemoryConfig};
use super::{explain, fork, transport_error};

/// What every node of a context shares, beside the session.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) domain_id: u32,
    pub(super) distro: Distro,
    pub(super) namespace: String,
    pub(super) enclave: String,
    pub(super) remap_rules: Vec<RemapRule>,
    pub(super) parameter_sources: Vec<ParameterSource>,
    pub(super) mode: String,
    pub(super) connect_endpoints: Vec<String>,
    pub(super) shared_memory: Option<SharedMemoryConfig>,
}

/// Something declared in the session that can be taken back before its owner is dropped.
pub(super) trait Undeclare: Send + Sync {
    fn undeclare(&self);
}

/// A place that is empty once what it held is undeclared.
#[derive(Debug)]
pub(super) struct Slot<T>(Mutex<Option<T>>);

impl<T> Slot<T> {
    pub(super) fn new(value: T) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(value))))
    }

    /// Uses what is there; `None` when it was taken back.
    pub(super) fn with<R>(&self, using: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(using)
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        if fork::is_child() {
            std::mem::forget(self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

impl<T: Send> Undeclare for Slot<T> {
    fn undeclare(&self) {
        if fork::is_child() {
            return;
        }
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(taken);
    }
}

/// What was declared under something and goes when that goes.
#[derive(Default)]
pub(super) struct Declared(Mutex<Vec<Weak<dyn Undeclare>>>);

impl Declared {
    pub(super) fn push(&self, slot: Weak<dyn Undeclare>) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|slot| slot.strong_count() > 0);
        slots.push(slot);
    }

    pub(super) fn undeclare(&self) {
        if fork::is_child() {
            return;
        }
        let slots = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        slots.iter().filter_map(Weak::upgrade).for_each(|slot| slot.undeclare());
    }
}

/// One Zenoh session, with its nodes and its view of the graph. Clones are the same context; the session is closed
/// with the last of them, its nodes and its endpoints.
#[derive(Clone)]
pub struct Context(Arc<Shared>);

struct Shared {
    session: Session,
    settings: Settings,
    /// Nodes and endpoints are counted together, from 0, as in every genuine session.
    next_id: AtomicU64,
    nodes: Mutex<Vec<WeakNode>>,
    graph: Graph,
    shared_memory: Option<SharedMemory>,
}

/// A context that does not keep its session open.
pub(super) struct WeakContext(Weak<Shared>);

impl WeakContext {
    pub(super) fn upgrade(&self) -> Option<Context> {
        self.0.upgrade().map(Context)
    }
}

impl Context {
    pub(super) fn new(session: Session, settings: Settings) -> Result<Self> {
        let shared_memory = settings.shared_memory.map(SharedMemory::new).transpose()?;
        let (explain, mismatches) = channel();
        let graph = Graph::new(&session, settings.domain_id, explain)?;
        let tell = graph.teller();
        let (next_id, nodes) = (AtomicU64::new(0), Mutex::default());
        let shared = Shared { session, settings, next_id, nodes, graph, shared_memory };
        let context = Self(Arc::new(shared));
        explain::start(WeakContext(Arc::downgrade(&context.0)), mismatches, tell)?;
        Ok(context)
    }

    /// A node of this name, to be built.
    pub fn create_node(&self, name: &str) -> NodeBuilder {
        NodeBuilder::new(self.clone(), name)
    }

    /// The ROS domain.
    #[must_use]
    pub fn domain_id(&self) -> u32 {
        self.0.settings.domain_id
    }

    /// The distribution that the nodes are of.
    #[must_use]
    pub fn distro(&self) -> Distro {
        self.0.settings.distro
    }

    /// The id of the session as Zenoh prints it.
    #[must_use]
    pub fn zid(&self) -> String {
        self.0.session.zid().to_string()
    }

    /// Every node and endpoint of the domain, also of this context.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.0.graph
    }

    /// Takes back every node and endpoint, wakes whoever waits on one, and closes the session. Closing again does
    /// nothing.
    pub fn close(&self) -> Result<()> {
        if fork::is_child() {
            return Ok(());
        }
        let nodes = self.lock_nodes().iter().filter_map(WeakNode::upgrade).collect::<Vec<_>>();
        nodes.iter().for_each(Node::close);
        self.0
            .session
            .close()
            .wait()
            .map_err(|error| transport_error("the session could not be closed", &error))
    }

    /// Whether the session is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.session.is_closed()
    }

    pub(super) fn session(&self) -> &Session {
        &self.0.session
    }

    /// What large messages are written to, where that was asked for.
    pub(super) fn shared_memory(&self) -> Option<&SharedMemory> {
        self.0.shared_memory.as_ref()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Takes the node back when the context is closed.
    pub(super) fn own(&self, node: WeakNode) {
        let mut nodes = self.lock_nodes();
        nodes.retain(|node| node.upgrade().is_some());
        nodes.push(node);
    }

    /// The node of this context with that id in its token.
    pub(super) fn node(&self, id: &str) -> Option<Node> {
        self.lock_nodes().iter().filter_map(WeakNode::upgrade).find(|node| node.token().node_id == id)
    }

    fn lock_nodes(&self) -> MutexGuard<'_, Vec<WeakNode>> {
        self.0.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn next_id(&self) -> u64 {
        self.0.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// The error of an operation of the session: it is closed, or the transport refused.
    pub(super) fn error(&self, what: &str, error: &zenoh::Error) -> Error {
        if self.is_closed() {
            return Error::new(ErrorKind::Closed, format!("{what}: the context was closed"));
        }
        transport_error(what, error)
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("zid", &self.zid()).field("settings", self.settings()).finish()
    }
}
