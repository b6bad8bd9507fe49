//! A live graph in the test's own process, which commands look at.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ros_z_dynamic::idl::Format;
use ros_z_dynamic::net::{Client, Context, ContextBuilder, Node, Publisher, Router, Server, Subscriber};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use ros_z_dynamic::schema::TypeName;

use crate::command::{Folder, Ran};

/// Far more than anything here takes.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A router, and contexts on it in a domain of their own.
pub struct Graph {
    router: Router,
    pub domain: u32,
    folder: Folder,
}

impl Graph {
    pub fn new(name: &str) -> Self {
        static DOMAINS: AtomicU32 = AtomicU32::new(0);
        let domain = 1 + std::process::id() % 100 + DOMAINS.fetch_add(1, Ordering::Relaxed);
        Self { router: Router::open("tcp/127.0.0.1:0").unwrap(), domain, folder: Folder::new(name) }
    }

    pub fn endpoint(&self) -> &str {
        self.router.endpoint()
    }

    /// Where its commands run.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    pub fn context(&self) -> Context {
        self.context_in(self.domain)
    }

    pub fn context_in(&self, domain: u32) -> Context {
        let builder = ContextBuilder::new().with_domain_id(domain);
        builder.with_router_endpoint(self.router.endpoint()).build().unwrap()
    }

    /// A node in a context of its own, whose parameters nobody is told of.
    pub fn node(&self, name: &str) -> Node {
        let node = self.context().create_node(name).with_parameter_services(false);
        node.with_parameter_event_publisher(false).build().unwrap()
    }

    /// The command with these arguments, in the domain and on the router of this graph.
    pub fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        let domain = self.domain.to_string();
        let global = ["--connect", self.endpoint(), "--domain", &domain];
        self.folder.run(&[&global[..], arguments].concat(), stdin)
    }

    /// The same, again until it has seen everything: discovery takes as long as the machine takes.
    #[track_caller]
    pub fn run_until(&self, arguments: &[&str], has_seen: impl Fn(&Ran) -> bool) -> Ran {
        self.run_with(arguments, "", has_seen)
    }

    /// The same, with this standard input.
    #[track_caller]
    pub fn run_with(&self, arguments: &[&str], stdin: &str, has_seen: impl Fn(&Ran) -> bool) -> Ran {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let ran = self.run(arguments, stdin);
            if has_seen(&ran) {
                return ran;
            }
            assert!(Instant::now() < deadline, "{arguments:?}: {ran:?}");
        }
    }
}

pub fn name(text: &str) -> TypeName {
    TypeName::parse(text).unwrap()
}

/// A registry with one type of its own.
pub fn registry(type_name: &str, text: &str) -> Registry {
    let registry = Registry::new();
    let format = Format::from_extension(name(type_name).namespace()).unwrap();
    registry.add_text(type_name, text, format).unwrap();
    registry
}

/// Has the node tell of a type; its name and hash.
fn told(node: &Node, registry: &Registry, type_name: &str) -> (TypeName, String) {
    let type_name = name(type_name);
    node.describe(&registry.describe(&type_name).unwrap(), registry).unwrap();
    let hash = registry.hash(&type_name).unwrap().to_string();
    (type_name, hash)
}

pub fn publisher(
    node: &Node,
    topic: &str,
    (registry, type_name): (&Registry, &str),
    qos: QosProfile,
) -> Publisher {
    let (type_name, hash) = told(node, registry, type_name);
    node.create_publisher(topic, &type_name, &hash, qos).unwrap()
}

pub fn subscriber(
    node: &Node,
    topic: &str,
    (registry, type_name): (&Registry, &str),
    qos: QosProfile,
) -> Subscriber {
    let (type_name, hash) = told(node, registry, type_name);
    node.create_subscriber(topic, &type_name, &hash, qos).unwrap()
}

pub fn server(node: &Node, service: &str, registry: &Registry, type_name: &str) -> Server {
    let (type_name, hash) = told(node, registry, type_name);
    node.create_server(service, &type_name, &hash, QosProfile::SERVICES).unwrap()
}

pub fn client(node: &Node, service: &str, registry: &Registry, type_name: &str) -> Client {
    let (type_name, hash) = told(node, registry, type_name);
    node.create_client(service, &type_name, &hash, QosProfile::SERVICES).unwrap()
}
