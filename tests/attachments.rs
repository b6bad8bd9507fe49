//! Whatever is done with a context, nothing leaves on a key of a topic or service but a `put` with the 33 bytes of a
//! well-formed attachment: genuine nodes abort on any other length. A bare Zenoh session hears everything while nodes
//! publish, serve, call, learn types, close and disappear at random.
//!
//! `SEED` chooses another sequence of operations. Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod raw;

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use ros_z_dynamic::net::{Call, Client, Context, ContextBuilder, Node, Publisher, RequestId};
use ros_z_dynamic::net::{Received, Router, Server, Subscriber, ZBytes};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{Attachment, Durability, Gid, History, QosProfile, Reliability, TopicKey};
use ros_z_dynamic::schema::TypeName;
use zenoh::Wait;
use zenoh::query::{ConsolidationMode, Query, QueryTarget, Reply, ReplyKeyExpr};
use zenoh::sample::{Locality, Sample, SampleKind};

const DEADLINE: Duration = Duration::from_secs(20);
const STEPS: usize = 1000;
const STRING: &str = "std_msgs/msg/String";
const ADD: &str = "example_interfaces/srv/AddTwoInts";
const DESCRIBE: &str = "type_description_interfaces/srv/GetTypeDescription";
/// What tells that everything before it has been heard.
const LAST: &str = "/last";

/// Something that a ROS node would have received.
enum Heard {
    Message(Sample),
    Request(String, Option<Vec<u8>>),
    Reply(Sample),
}

/// The bare session.
struct Tap {
    session: zenoh::Session,
    sender: Sender<Heard>,
    heard: Receiver<Heard>,
}

impl Tap {
    /// Hears the messages and the requests of the domain. `**` does not match the chunk `@adv`, behind which Zenoh
    /// talks to itself.
    fn new(router: &Router) -> Self {
        let session = raw::session(router);
        let (sender, heard) = mpsc::channel();
        let (messages, queries) = (sender.clone(), sender.clone());
        let message = move |sample| _ = messages.send(Heard::Message(sample));
        session.declare_subscriber("0/**").callback(message).background().wait().unwrap();
        let request = move |query: Query| {
            let attachment = query.attachment().map(|bytes| bytes.to_bytes().into_owned());
            _ = queries.send(Heard::Request(query.selector().to_string(), attachment));
        };
        let requests = session.declare_queryable("0/**").complete(true).allowed_origin(Locality::Remote);
        requests.callback(request).background().wait().unwrap();
        Self { session, sender, heard }
    }

    fn ask(&self, selector: &str, payload: Vec<u8>, attachment: Option<Vec<u8>>) {
        let sender = self.sender.clone();
        let get = self.session.get(selector).target(QueryTarget::All).timeout(DEADLINE).payload(payload);
        let get = get.consolidation(ConsolidationMode::None).accept_replies(ReplyKeyExpr::Any);
        let get = attachment.into_iter().fold(get, |get, bytes| get.attachment(bytes));
        let receive = move |reply: Reply| {
            if let Ok(sample) = reply.into_result() {
                _ = sender.send(Heard::Reply(sample));
            }
        };
        get.callback(receive).wait().unwrap();
    }
}

/// Checks what was heard, and counts it by kind.
fn check(heard: Heard, counts: &mut BTreeMap<&'static str, usize>) -> String {
    let (kind, key, attachment) = match heard {
        Heard::Request(key, attachment) => ("request", key, attachment),
        Heard::Message(sample) => ("message", put(&sample), attachment_of(&sample)),
        Heard::Reply(sample) => {
            let key = put(&sample);
            let kind = if key.contains("GetTypeDescription") { "description" } else { "reply" };
            let kind = if key.contains("String") { "history" } else { kind };
            (kind, key, attachment_of(&sample))
        }
    };
    key.parse::<TopicKey>().unwrap_or_else(|error| panic!("a {kind} on another key: {error}"));
    let bytes = attachment.unwrap_or_else(|| panic!("a {kind} without an attachment on {key}"));
    assert_eq!(bytes.len(), Attachment::SIZE, "a {kind} on {key}");
    let attachment = Attachment::parse(&bytes).unwrap_or_else(|error| panic!("a {kind} on {key}: {error}"));
    assert_eq!(attachment.to_bytes()[..], bytes);
    assert!(attachment.sequence_number >= 0 && attachment.source_timestamp > 0, "{attachment:?}");
    *counts.entry(kind).or_default() += 1;
    key
}

fn put(sample: &Sample) -> String {
    let key = sample.key_expr().to_string();
    assert_eq!(sample.kind(), SampleKind::Put, "a sample on {key}");
    key
}

fn attachment_of(sample: &Sample) -> Option<Vec<u8>> {
    sample.attachment().map(|bytes| bytes.to_bytes().into_owned())
}

/// Two contexts and all that lives in them.
struct World {
    rng: fastrand::Rng,
    types: BTreeMap<&'static str, (TypeName, String)>,
    contexts: Vec<Context>,
    nodes: Vec<Node>,
    publishers: Vec<Publisher>,
    subscribers: Vec<Subscriber>,
    servers: Vec<Server>,
    clients: Vec<Client>,
    calls: Vec<Call>,
    requests: Vec<RequestId>,
    received: Vec<Received>,
}

type Step = fn(&mut World, &Tap);

/// With how often each is done, against the others.
const OPERATIONS: [(usize, Step); 14] = [
    (2, World::create_node),
    (4, World::create_publisher),
    (4, World::create_subscriber),
    (3, World::create_server),
    (3, World::create_client),
    (20, World::publish),
    (10, World::receive),
    (10, World::call),
    (6, World::end_call),
    (10, World::ask_server),
    (10, World::serve),
    (14, World::ask_for_type),
    (4, World::ask_for_history),
    (5, World::close),
];

impl World {
    fn new(router: &Router, seed: u64) -> Self {
        let registry = Registry::new();
        let typed = |text| {
            let name = TypeName::parse(text).unwrap();
            (text, (name.clone(), registry.hash(&name).unwrap().to_string()))
        };
        let context = |shared_memory| {
            let builder = ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint());
            builder.with_shm_enabled(shared_memory).build().unwrap()
        };
        let mut world = Self {
            rng: fastrand::Rng::with_seed(seed),
            types: [STRING, ADD, DESCRIBE].map(typed).into(),
            contexts: vec![context(false), context(true)],
            nodes: Vec::new(),
            publishers: Vec::new(),
            subscribers: Vec::new(),
            servers: Vec::new(),
            clients: Vec::new(),
            calls: Vec::new(),
            requests: Vec::new(),
            received: Vec::new(),
        };
        (0..2).for_each(|_| world.add_node());
        world
    }

    fn step(&mut self, tap: &Tap) {
        let total: usize = OPERATIONS.iter().map(|(weight, _)| weight).sum();
        let mut left = self.rng.usize(..total);
        let chosen = OPERATIONS.iter().find(|(weight, _)| {
            let found = left < *weight;
            left = left.saturating_sub(*weight);
            found
        });
        chosen.unwrap().1(self, tap);
    }

    fn add_node(&mut self) {
        let (name, registry) = (format!("node_{}", self.rng.u8(..4)), Registry::new());
        let context = &self.contexts[self.rng.usize(..self.contexts.len())];
        let node = context.create_node(&name).build().unwrap();
        for (type_name, _) in self.types.values() {
            node.describe(&registry.describe(type_name).unwrap(), &registry).unwrap();
        }
        self.nodes.push(node);
    }

    fn create_node(&mut self, _tap: &Tap) {
        if self.nodes.len() < 6 {
            self.add_node();
        }
    }

    fn node(&mut self) -> Node {
        let index = self.rng.usize(..self.nodes.len());
        self.nodes[index].clone()
    }

    fn qos(&mut self) -> QosProfile {
        let durable = [Durability::Volatile, Durability::TransientLocal][self.rng.usize(..2)];
        let reliability = [Reliability::Reliable, Reliability::BestEffort][self.rng.usize(..2)];
        let history = [History::KeepLast, History::KeepAll][self.rng.usize(..2)];
        let depth = self.rng.usize(1..5);
        QosProfile { durability: durable, reliability, history, ..QosProfile::DEFAULT.with_depth(depth) }
    }

    fn create_publisher(&mut self, _tap: &Tap) {
        let (node, topic, qos) = (self.node(), format!("topic_{}", self.rng.u8(..3)), self.qos());
        let (type_name, hash) = &self.types[STRING];
        self.publishers.push(node.create_publisher(&topic, type_name, hash, qos).unwrap());
    }

    fn create_subscriber(&mut self, _tap: &Tap) {
        let (node, topic, qos) = (self.node(), format!("topic_{}", self.rng.u8(..3)), self.qos());
        let (type_name, hash) = &self.types[STRING];
        self.subscribers.push(node.create_subscriber(&topic, type_name, hash, qos).unwrap());
    }

    fn create_server(&mut self, _tap: &Tap) {
        let (node, service) = (self.node(), format!("service_{}", self.rng.u8(..2)));
        let (type_name, hash) = &self.types[ADD];
        let qos = QosProfile::SERVICES.with_depth(self.rng.usize(1..4));
        self.servers.push(node.create_server(&service, type_name, hash, qos).unwrap());
    }

    fn create_client(&mut self, _tap: &Tap) {
        let (node, service) = (self.node(), format!("service_{}", self.rng.u8(..2)));
        let (type_name, hash) = &self.types[ADD];
        self.clients.push(node.create_client(&service, type_name, hash, QosProfile::SERVICES).unwrap());
    }

    /// Of every size, in one piece and in several, own ones and received ones.
    fn payload(&mut self) -> ZBytes {
        let size = [0, 1, 20, 5000, 100_000][self.rng.usize(..5)];
        let bytes: Vec<u8> = std::iter::repeat_with(|| self.rng.u8(..)).take(size).collect();
        match self.rng.usize(..3) {
            0 => bytes.into(),
            1 => {
                let mut writer = ZBytes::writer();
                writer.append(vec![0, 1, 0, 0].into());
                writer.append(bytes.into());
                writer.finish()
            }
            _ => {
                self.received.last().map_or_else(|| bytes.into(), |received| received.payload.clone().into())
            }
        }
    }

    fn publish(&mut self, _tap: &Tap) {
        let payload = self.payload();
        if let Some(publisher) = some(&mut self.rng, &self.publishers) {
            // It may be closed, as its node and its context may.
            _ = publisher.publish(payload);
        }
    }

    fn receive(&mut self, _tap: &Tap) {
        if let Some(subscriber) = some(&mut self.rng, &self.subscribers) {
            self.received.extend(subscriber.try_recv().ok().flatten());
            self.received.drain(..self.received.len().saturating_sub(8));
        }
    }

    fn call(&mut self, _tap: &Tap) {
        let payload = self.payload();
        let timeouts = [None, Some(Duration::ZERO), Some(Duration::from_millis(1)), Some(Duration::MAX)];
        let timeout = timeouts[self.rng.usize(..4)];
        if let Some(client) = some(&mut self.rng, &self.clients) {
            self.calls.extend(client.start(payload, timeout));
        }
    }

    /// Gives a call up, or looks whether it was answered.
    fn end_call(&mut self, _tap: &Tap) {
        if self.calls.is_empty() {
            return;
        }
        let index = self.rng.usize(..self.calls.len());
        match self.rng.bool() {
            true => drop(self.calls.swap_remove(index)),
            false => _ = self.calls[index].wait(Some(Duration::ZERO)),
        }
    }

    /// Asks as genuine clients do, and as nobody should.
    fn ask_server(&mut self, tap: &Tap) {
        let (type_name, hash) = &self.types[ADD];
        let service = format!("/service_{}", self.rng.u8(..2));
        let mut key = TopicKey::new(0, &service, &type_name.dds(), hash).to_string();
        if self.rng.u8(..8) == 0 {
            key = key.replace(hash, "*");
        }
        let attachment = self.attachment();
        tap.ask(&key, [vec![0, 1, 0, 0], vec![self.rng.u8(..); self.rng.usize(..20)]].concat(), attachment);
    }

    fn attachment(&mut self) -> Option<Vec<u8>> {
        let (sequence_number, source_timestamp) = (self.rng.i64(-1..5), self.rng.i64(-1..5));
        let source_gid = Gid([self.rng.u8(..2); 16]);
        let good = Attachment { sequence_number, source_timestamp, source_gid }.to_bytes();
        match self.rng.usize(..5) {
            0 => None,
            1 => Some(good[..self.rng.usize(..good.len())].to_vec()),
            2 => Some([&good[..], b"more"].concat()),
            _ => Some(good.to_vec()),
        }
    }

    /// Takes requests and answers them, gives them up, keeps them for later, answers them twice, and answers some that
    /// never came.
    fn serve(&mut self, _tap: &Tap) {
        let payload = self.payload();
        let never = RequestId { client_gid: Gid([9; 16]), sequence_number: -7 };
        for server in &self.servers {
            let taken = server.take_request(Some(Duration::from_millis(1))).ok().flatten();
            let earlier = some(&mut self.rng, &self.requests).map_or(never, |id| *id);
            let id = taken.map_or(earlier, |request| (&request.attachment).into());
            _ = match self.rng.usize(..6) {
                0 => server.drop_request(id),
                1 => {
                    self.requests.push(id);
                    Ok(())
                }
                _ => server.send_response(id, payload.clone()),
            };
        }
    }

    fn ask_for_type(&mut self, tap: &Tap) {
        let (node, (type_name, hash)) = (self.node(), &self.types[DESCRIBE]);
        let service = format!("{}/get_type_description", node.fully_qualified_name());
        let key = TopicKey::new(0, &service, &type_name.dds(), hash).to_string();
        let wanted = ["nonsense", &self.types[STRING].1, hash][self.rng.usize(..3)];
        let mut payload = vec![0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        payload.extend(u32::try_from(wanted.len() + 1).unwrap().to_le_bytes());
        payload.extend(wanted.bytes().chain([0, 1]));
        payload.truncate(payload.len() - usize::from(self.rng.u8(..3)));
        tap.ask(&key, payload, self.attachment());
    }

    fn ask_for_history(&mut self, tap: &Tap) {
        let (type_name, hash) = &self.types[STRING];
        let topic = format!("/topic_{}", self.rng.u8(..3));
        let key = TopicKey::new(0, &topic, &type_name.dds(), hash);
        tap.ask(&format!("{key}/@adv/**?_max={}", self.rng.u8(1..5)), Vec::new(), None);
    }

    /// Closes something, or lets go of it, which closes it too.
    fn close(&mut self, _tap: &Tap) {
        let rng = &mut self.rng;
        match rng.usize(..5) {
            0 => _ = taken(rng, &mut self.publishers),
            1 => _ = taken(rng, &mut self.subscribers).map(|subscriber| subscriber.close()),
            2 => _ = taken(rng, &mut self.servers).map(|server| server.close()),
            3 => _ = taken(rng, &mut self.clients),
            _ if self.nodes.len() > 2 => _ = taken(rng, &mut self.nodes).map(|node| node.close()),
            _ => {}
        }
    }
}

fn some<'a, T>(rng: &mut fastrand::Rng, things: &'a [T]) -> Option<&'a T> {
    rng.choice(things)
}

fn taken<T>(rng: &mut fastrand::Rng, things: &mut Vec<T>) -> Option<T> {
    (!things.is_empty()).then(|| things.swap_remove(rng.usize(..things.len())))
}

/// A publisher in each context whose messages the bare session hears: what is sent before them it has heard then.
fn last_words(world: &World, tap: &Tap, counts: &mut BTreeMap<&'static str, usize>) -> Vec<Publisher> {
    let (type_name, hash) = &world.types[STRING];
    let keep_all = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };
    let publisher = |(index, context): (usize, &Context)| {
        let node = context.create_node(&format!("last_{index}")).build().unwrap();
        node.create_publisher(&format!("{LAST}_{index}"), type_name, hash, keep_all).unwrap()
    };
    let publishers: Vec<Publisher> = world.contexts.iter().enumerate().map(publisher).collect();
    for publisher in &publishers {
        let deadline = Instant::now() + DEADLINE;
        // The bare session has no token to wait for: messages are sent until it hears one.
        let heard = std::iter::repeat_with(|| {
            assert!(Instant::now() < deadline, "nothing is heard");
            publisher.publish(vec![0]).unwrap();
            tap.heard.recv_timeout(Duration::from_millis(50))
        });
        let keys = heard.filter_map(Result::ok).map(|heard| check(heard, counts));
        keys.into_iter().find(|key| key == publisher.entity().key());
    }
    publishers
}

/// Hears everything up to the last words.
fn hear_all(publishers: &[Publisher], tap: &Tap, counts: &mut BTreeMap<&'static str, usize>) {
    let end = Gid([1; 16]).0.to_vec();
    for publisher in publishers {
        publisher.publish(end.clone()).unwrap();
    }
    let mut waiting: Vec<&str> = publishers.iter().map(|publisher| publisher.entity().key()).collect();
    while !waiting.is_empty() {
        let heard = tap.heard.recv_timeout(DEADLINE).expect("the last words");
        let is_end = matches!(&heard, Heard::Message(sample) if sample.payload().to_bytes() == end);
        let key = check(heard, counts);
        waiting.retain(|other| !is_end || *other != key);
    }
}

/// Waits until the node of the last words of each context has come, or gone.
fn expect_last_nodes(world: &World, tokens: &Receiver<(SampleKind, String)>, kind: SampleKind) {
    let mut missing: Vec<String> = world.contexts.iter().map(Context::zid).collect();
    while !missing.is_empty() {
        let (seen, token) = tokens.recv_timeout(DEADLINE).expect("the token of a node");
        let is_last = seen == kind && token.contains("/NN/") && token.contains("last_");
        missing.retain(|zid| !is_last || !token.contains(zid.as_str()));
    }
}

#[test]
fn nothing_leaves_without_a_well_formed_attachment() {
    let seed = std::env::var("SEED").map_or(7, |seed| seed.parse().unwrap());
    println!("SEED={seed}");
    let router = Router::open("tcp/127.0.0.1:0").unwrap();
    let tap = Tap::new(&router);
    let mut world = World::new(&router, seed);
    let mut counts = BTreeMap::new();
    let publishers = last_words(&world, &tap, &mut counts);
    for _ in 0..STEPS {
        world.step(&tap);
        tap.heard.try_iter().for_each(|heard| _ = check(heard, &mut counts));
    }
    hear_all(&publishers, &tap, &mut counts);
    // What is still open ends with its context; what that sends is heard before the router knows that it is gone.
    let (sender, tokens) = mpsc::channel();
    let put = move |sample: Sample| _ = sender.send((sample.kind(), sample.key_expr().to_string()));
    let liveliness = tap.session.liveliness();
    liveliness.declare_subscriber("@ros2_lv/0/**").history(true).callback(put).background().wait().unwrap();
    expect_last_nodes(&world, &tokens, SampleKind::Put);
    world.contexts.iter().for_each(|context| context.close().unwrap());
    expect_last_nodes(&world, &tokens, SampleKind::Delete);
    drop(world);
    tap.heard.try_iter().for_each(|heard| _ = check(heard, &mut counts));
    println!("{counts:?}");
    for kind in ["message", "request", "reply", "description", "history"] {
        assert!(counts.get(kind).is_some_and(|count| *count >= 10), "too few to mean anything: {counts:?}");
    }
}
