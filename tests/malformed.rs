//! What others get wrong is ignored with a line in the log, and everything lives on: tokens that come twice, go in any
//! order or are no tokens, and messages, requests and replies without a proper attachment.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod raw;

use std::fmt::{Debug, Write};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::net::{Context, ContextBuilder, Node, RequestId, Router};
use ros_z_dynamic::rmw::{Attachment, EntityKind, Gid, QosProfile};
use ros_z_dynamic::schema::TypeName;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use zenoh::Wait;
use zenoh::query::{Query, QueryTarget};

const DEADLINE: Duration = Duration::from_secs(20);
const STRING: &str = "std_msgs::msg::dds_::String_/RIHS01_1";
const ADD: &str = "example_interfaces::srv::dds_::AddTwoInts_/RIHS01_1";
const PAYLOAD: &[u8] = b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00";

/// Collects the lines of this crate.
struct Log(Mutex<Sender<String>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ros_z_dynamic")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        _ = self.0.lock().unwrap().send(line.0);
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            write!(self.0, "{value:?}").unwrap();
        }
    }
}

/// Receives lines until one has this part.
fn expect_line(lines: &Receiver<String>, part: &str) {
    let deadline = Instant::now() + DEADLINE;
    while !lines.recv_timeout(deadline - Instant::now()).expect(part).contains(part) {}
}

fn context(router: &Router) -> Context {
    ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint()).build().unwrap()
}

/// What is wrong with an attachment, and the words for it.
fn malformed() -> [(Option<Vec<u8>>, &'static str); 4] {
    let good = attachment(1);
    let mut other_gid = good.clone();
    other_gid[16] = 15;
    [
        (None, "it has no attachment"),
        (Some(Vec::new()), "0 bytes that are not an attachment"),
        (Some(good[..32].to_vec()), "32 bytes that are not an attachment"),
        (Some(other_gid), "33 bytes that are not an attachment"),
    ]
}

fn attachment(sequence_number: i64) -> Vec<u8> {
    Attachment { sequence_number, source_timestamp: 5, source_gid: Gid([7; 16]) }.to_bytes().to_vec()
}

/// One test, because a process has one log.
#[test]
fn what_is_malformed_is_ignored_with_a_line() {
    let (sender, lines) = mpsc::channel();
    tracing::subscriber::set_global_default(Log(Mutex::new(sender))).unwrap();
    let router = Router::open("tcp/127.0.0.1:0").unwrap();
    let (ours, peer) = (context(&router), raw::session(&router));
    let node = ours
        .create_node("ours")
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap();
    tokens(&ours, &peer, &lines);
    duplicates_and_deletes(&ours, &router);
    messages(&node, &peer, &lines);
    requests(&node, &peer, &lines);
    replies(&node, &peer, &lines);
}

fn tokens(ours: &Context, peer: &zenoh::Session, lines: &Receiver<String>) {
    let endpoint = format!("%chatter/{STRING}/::,10:,:,:,,");
    let declare = |token: &str| peer.liveliness().declare_token(token).wait().unwrap();
    let mut tokens = Vec::new();
    for bad in [
        "@ros2_lv/0/abc/0/0/NN/%/%".to_owned(),
        "@ros2_lv/0/abc/0/0/XX/%/%/n".to_owned(),
        format!("@ros2_lv/0/abc/0/1/MP/%/%/n/%chatter/{STRING}"),
        format!("@ros2_lv/0/abc/0/1/MP/%/%/n/%chatter/{STRING}/::,x:,:,:,,"),
        format!("@ros2_lv/0/abc/0/1/MP/%/%/n/%chatter/{STRING}/9::,10:,:,:,,"),
        "@ros2_lv/0/nonsense".to_owned(),
    ] {
        tokens.push(declare(&bad));
        expect_line(lines, &format!("`{bad}` is not a liveliness token"));
    }
    tokens.push(declare(&format!("@ros2_lv/0/abc/0/1/MP/%/%/n/{endpoint}/more/chunks")));
    assert!(ours.graph().wait_for(EntityKind::Publisher, "/chatter", 1, DEADLINE).unwrap());
    assert_eq!(ours.graph().count(EntityKind::Publisher, "/chatter"), 1);
    drop(tokens);
    assert!(ours.graph().wait_for_none(EntityKind::Publisher, "/chatter", DEADLINE).unwrap());
}

fn duplicates_and_deletes(ours: &Context, router: &Router) {
    let peers = [raw::session(router), raw::session(router)];
    let node = "@ros2_lv/0/abc/0/0/NN/%/%/twice".to_owned();
    let publisher = format!("@ros2_lv/0/abc/0/1/MP/%/%/twice/%twice/{STRING}/::,10:,:,:,,");
    let tokens = [&publisher, &node]
        .map(|token| peers.each_ref().map(|peer| peer.liveliness().declare_token(token).wait().unwrap()));
    let graph = ours.graph();
    assert!(graph.wait_for(EntityKind::Publisher, "/twice", 1, DEADLINE).unwrap());
    assert!(graph.wait_for_node("/twice", DEADLINE).unwrap());
    assert_eq!(graph.count(EntityKind::Publisher, "/twice"), 1);
    assert_eq!(graph.nodes().iter().filter(|node| node.name == "twice").count(), 1);
    // The node goes first, and what is heard of its endpoints later finds nothing.
    let [endpoints, nodes] = tokens;
    drop(nodes);
    assert!(graph.wait_for_none(EntityKind::Publisher, "/twice", DEADLINE).unwrap());
    drop(endpoints);
    // A node of which only an endpoint is heard.
    let other = publisher.replace("/0/1/MP/", "/0/2/MP/");
    let _other = peers[0].liveliness().declare_token(other).wait().unwrap();
    assert!(graph.wait_for(EntityKind::Publisher, "/twice", 1, DEADLINE).unwrap());
    assert!(graph.wait_for_node("/twice", DEADLINE).unwrap());
}

fn messages(node: &Node, peer: &zenoh::Session, lines: &Receiver<String>) {
    let string = TypeName::parse("std_msgs/msg/String").unwrap();
    let subscriber = node.create_subscriber("heard", &string, "RIHS01_1", QosProfile::DEFAULT).unwrap();
    let publisher = peer.declare_publisher(format!("0/heard/{STRING}")).wait().unwrap();
    let listening = publisher.matching_listener().wait().unwrap();
    if !publisher.matching_status().wait().unwrap().matching() {
        assert!(listening.recv_timeout(DEADLINE).unwrap().expect("the subscriber").matching());
    }
    for (attachment, words) in malformed() {
        let put = publisher.put(PAYLOAD);
        attachment.into_iter().fold(put, |put, bytes| put.attachment(bytes)).wait().unwrap();
        expect_line(lines, &format!("a message on /heard was dropped: {words}"));
    }
    publisher.delete().wait().unwrap();
    expect_line(lines, "a message on /heard was dropped: it has no attachment");
    publisher.put(PAYLOAD).attachment(attachment(6)).wait().unwrap();
    let received = subscriber.recv(Some(DEADLINE)).unwrap().expect("a message");
    assert_eq!(received.attachment.sequence_number, 6);
}

fn requests(node: &Node, peer: &zenoh::Session, lines: &Receiver<String>) {
    let add = TypeName::parse("example_interfaces/srv/AddTwoInts").unwrap();
    let server = node.create_server("add", &add, "RIHS01_1", QosProfile::SERVICES).unwrap();
    let querier = peer.declare_querier(format!("0/add/{ADD}")).target(QueryTarget::AllComplete);
    let querier = querier.wait().unwrap();
    let serving = querier.matching_listener().wait().unwrap();
    if !querier.matching_status().wait().unwrap().matching() {
        assert!(serving.recv_timeout(DEADLINE).unwrap().expect("the server").matching());
    }
    let ask = |attachment: Option<Vec<u8>>| {
        let get = querier.get().payload(PAYLOAD);
        attachment.into_iter().fold(get, |get, bytes| get.attachment(bytes)).wait().unwrap()
    };
    for (attachment, words) in malformed() {
        let replies = ask(attachment);
        expect_line(lines, &format!("a request to /add was dropped: {words}"));
        assert!(replies.recv_timeout(DEADLINE).is_err(), "nothing comes");
    }
    let replies = ask(Some(attachment(3)));
    let request = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
    server.send_response(RequestId::from(&request.attachment), PAYLOAD).unwrap();
    let reply = replies.recv_timeout(DEADLINE).unwrap().expect("a reply");
    assert_eq!(reply.result().unwrap().payload().to_bytes(), PAYLOAD);
}

fn replies(node: &Node, peer: &zenoh::Session, lines: &Receiver<String>) {
    let add = TypeName::parse("example_interfaces/srv/AddTwoInts").unwrap();
    let key = format!("0/theirs/{ADD}");
    let (sender, queries) = mpsc::channel::<Query>();
    let ask = move |query| _ = sender.send(query);
    peer.declare_queryable(&key).complete(true).callback(ask).background().wait().unwrap();
    let client = node.create_client("theirs", &add, "RIHS01_1", QosProfile::SERVICES).unwrap();
    for (attachment, words) in malformed() {
        let call = client.start(PAYLOAD, Some(DEADLINE)).unwrap();
        let query = queries.recv_timeout(DEADLINE).unwrap();
        let reply = query.reply(&key, PAYLOAD);
        attachment.into_iter().fold(reply, |reply, bytes| reply.attachment(bytes)).wait().unwrap();
        drop(query);
        expect_line(lines, &format!("a reply of /theirs was dropped: {words}"));
        let error = call.wait(Some(DEADLINE)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network);
        assert!(error.to_string().contains(words), "{error}");
    }
    let call = client.start(PAYLOAD, Some(DEADLINE)).unwrap();
    let query = queries.recv_timeout(DEADLINE).unwrap();
    query.reply(&key, PAYLOAD).attachment(attachment(5)).wait().unwrap();
    assert!(call.wait(Some(DEADLINE)).unwrap().is_some());
}
