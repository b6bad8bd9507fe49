//! Peers of other distributions, imitated by a bare Zenoh session: buffer-aware endpoints of Lyrical, nodes of Humble
//! without type hashes, and releases that wrote attachments with the names of their members.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod raw;

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use ros_z_dynamic::net::{ContextBuilder, Node, Publisher, RequestId, Router, Subscriber};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{Attachment, Durability, EntityKind, Gid, QosProfile};
use ros_z_dynamic::schema::{HASH_NOT_SUPPORTED, TypeName};
use ros_z_dynamic::type_db::Distro;
use zenoh::Wait;
use zenoh::query::{ConsolidationMode, Query, QueryTarget};
use zenoh::sample::Sample;

const DEADLINE: Duration = Duration::from_secs(20);
const IMAGE: &str =
    "sensor_msgs::msg::dds_::Image_/RIHS01_d31d41a9a4c4bc8eae9be757b0beed306564f7526c88ea6a4588fb9582527d47";
const ADD: &str = "example_interfaces::srv::dds_::AddTwoInts_/TypeHashNotSupported";
const PAYLOAD: &[u8] = b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00";

fn router() -> Router {
    Router::open("tcp/127.0.0.1:0").unwrap()
}

fn node_of(router: &Router, distro: Distro) -> Node {
    let builder = ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint());
    let context = builder.with_distro(distro).build().unwrap();
    context
        .create_node("ours")
        .with_type_description_service(false)
        .with_rosout(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap()
}

fn hash() -> &'static str {
    IMAGE.split_once('/').unwrap().1
}

fn image() -> TypeName {
    TypeName::parse("sensor_msgs/msg/Image").unwrap()
}

fn subscriber(node: &Node, qos: QosProfile) -> Subscriber {
    node.create_subscriber("image", &image(), hash(), qos).unwrap()
}

fn publisher(node: &Node) -> Publisher {
    node.create_publisher("image", &image(), hash(), QosProfile::DEFAULT).unwrap()
}

fn next(subscriber: &Subscriber) -> i64 {
    subscriber.recv(Some(DEADLINE)).unwrap().expect("a message").attachment.sequence_number
}

/// A peer of another distribution.
struct Peer(zenoh::Session);

impl Peer {
    fn new(router: &Router) -> Self {
        Self(raw::session(router))
    }

    fn announce(&self, rest: &str) -> zenoh::liveliness::LivelinessToken {
        let token = format!("@ros2_lv/0/{}/0/{rest}", self.0.zid());
        self.0.liveliness().declare_token(token).wait().unwrap()
    }

    /// A publisher that sends once somebody listens on its key.
    fn publisher(&self, key: &str) -> zenoh::pubsub::Publisher<'static> {
        self.0.declare_publisher(key.to_owned()).wait().unwrap()
    }

    fn samples(&self, key: &str) -> Receiver<Sample> {
        let (sender, samples) = mpsc::channel();
        let put = move |sample| _ = sender.send(sample);
        self.0.declare_subscriber(key.to_owned()).callback(put).background().wait().unwrap();
        samples
    }
}

fn wait_for_listener(publisher: &zenoh::pubsub::Publisher<'_>) {
    let listening = publisher.matching_listener().wait().unwrap();
    if !publisher.matching_status().wait().unwrap().matching() {
        assert!(listening.recv_timeout(DEADLINE).unwrap().expect("a listener").matching());
    }
}

fn attachment(sequence_number: i64) -> Attachment {
    Attachment { sequence_number, source_timestamp: 5, source_gid: Gid([7; 16]) }
}

fn plain(sequence_number: i64) -> Vec<u8> {
    attachment(sequence_number).to_bytes().to_vec()
}

/// The form with names, of Humble before 0.1.2 and Jazzy before 0.2.4.
fn keyed(sequence_number: i64) -> Vec<u8> {
    let Attachment { sequence_number, source_timestamp, source_gid } = attachment(sequence_number);
    [
        b"\x0fsequence_number".as_slice(),
        &sequence_number.to_le_bytes(),
        b"\x10source_timestamp",
        &source_timestamp.to_le_bytes(),
        b"\x0asource_gid\x10",
        &source_gid.0,
    ]
    .concat()
}

fn image_key(channel: &str) -> String {
    format!("0/image/{IMAGE}{channel}")
}

#[test]
fn a_buffer_aware_publisher_is_heard_wherever_it_writes() {
    let transient_local = QosProfile { durability: Durability::TransientLocal, ..QosProfile::DEFAULT };
    for qos in [QosProfile::DEFAULT, transient_local] {
        let router = router();
        let (peer, node) = (Peer::new(&router), node_of(&router, Distro::Jazzy));
        let early = subscriber(&node, qos);
        let (to_topic, to_buffers) =
            (peer.publisher(&image_key("")), peer.publisher(&image_key("/_buf_cpu")));
        wait_for_listener(&to_topic);
        assert!(!to_buffers.matching_status().wait().unwrap().matching(), "before anyone is buffer-aware");
        // Best effort: it does not count the subscriptions above.
        let token =
            peer.announce(&format!("1/MP/%/%/lyrical/%image/{IMAGE}/2::,5:,:,:,,/backends:cpu:;cuda:x"));
        wait_for_listener(&to_buffers);
        assert!(node.wait_for_publishers("image", 1, DEADLINE).unwrap());
        let late = subscriber(&node, qos);
        let put = |publisher: &zenoh::pubsub::Publisher<'_>, number| {
            publisher.put(PAYLOAD).attachment(plain(number)).wait().unwrap();
        };
        put(&to_buffers, 1);
        assert_eq!((next(&early), next(&late)), (1, 1));
        put(&to_topic, 2);
        assert_eq!((next(&early), next(&late)), (2, 2));
        to_buffers.put(PAYLOAD).wait().unwrap();
        put(&to_buffers, 3);
        assert_eq!((next(&early), next(&late)), (3, 3));
        early.close();
        drop(token);
        put(&to_buffers, 4);
        assert_eq!(next(&late), 4);
        assert!(late.try_recv().unwrap().is_none());
    }
}

#[test]
fn publishers_that_are_not_buffer_aware_and_other_topics_open_nothing() {
    let router = router();
    let (peer, node) = (Peer::new(&router), node_of(&router, Distro::Jazzy));
    let ours = subscriber(&node, QosProfile::DEFAULT);
    for (id, rest) in [
        (1, format!("MP/%/%/jazzy/%image/{IMAGE}/::,5:,:,:,,")),
        (2, format!("MP/%/%/lyrical/%other/{IMAGE}/::,5:,:,:,,/backends:cpu:")),
        (3, format!("MS/%/%/lyrical/%image/{IMAGE}/::,5:,:,:,,/backends:cpu:")),
        (4, "MP/%/%/lyrical/%image/sensor_msgs::msg::dds_::Image_/RIHS01_0/::,5:,:,:,,/backends:cpu:".into()),
    ] {
        std::mem::forget(peer.announce(&format!("{id}/{rest}")));
    }
    let graph = node.context().graph();
    for (kind, topic, count) in [
        (EntityKind::Publisher, "/image", 2),
        (EntityKind::Publisher, "/other", 1),
        (EntityKind::Subscription, "/image", 2),
    ] {
        assert!(graph.wait_for(kind, topic, count, DEADLINE).unwrap());
    }
    let to_topic = peer.publisher(&image_key(""));
    wait_for_listener(&to_topic);
    assert!(!peer.publisher(&image_key("/_buf_cpu")).matching_status().wait().unwrap().matching());
    to_topic.put(PAYLOAD).attachment(plain(1)).wait().unwrap();
    assert_eq!(next(&ours), 1);
}

#[test]
fn a_buffer_aware_subscriber_hears_us_on_the_topic_alone() {
    let router = router();
    let (peer, node) = (Peer::new(&router), node_of(&router, Distro::Jazzy));
    let (topic, buffers) = (peer.samples(&image_key("")), peer.samples(&image_key("/*/**")));
    let _token = peer.announce(&format!("1/MS/%/%/lyrical/%image/{IMAGE}/::,10:,:,:,,/backends:cpu:"));
    let publisher = publisher(&node);
    assert!(!publisher.entity().token().to_string().contains("backends"));
    assert!(node.wait_for_subscribers("image", 1, DEADLINE).unwrap());
    for number in 1..=3 {
        publisher.publish(PAYLOAD).unwrap();
        let sample = topic.recv_timeout(DEADLINE).unwrap();
        let sent = Attachment::parse(&sample.attachment().unwrap().to_bytes()).unwrap();
        assert_eq!((sent.sequence_number, sent.source_gid), (number, publisher.entity().gid()));
    }
    assert!(buffers.try_recv().is_err());
}

#[test]
fn nodes_of_humble_have_no_hashes_and_understand_each_other() {
    let router = router();
    let (peer, node) = (Peer::new(&router), node_of(&router, Distro::Humble));
    let humble = "sensor_msgs::msg::dds_::Image_/TypeHashNotSupported";
    let key = format!("0/image/{humble}");
    let (publisher, subscriber) = (publisher(&node), subscriber(&node, QosProfile::DEFAULT));
    for (entity, kind) in [(publisher.entity(), "1/MP"), (subscriber.entity(), "2/MS")] {
        let zid = node.context().zid();
        let token = format!("@ros2_lv/0/{zid}/0/{kind}/%/%/ours/%image/{humble}/::,10:,:,:,,");
        assert_eq!((entity.token().to_string(), entity.key()), (token, key.as_str()));
    }
    let samples = peer.samples(&key);
    let _token = peer.announce(&format!("1/MS/%/%/theirs/%image/{humble}/::,10:,:,:,,"));
    assert!(node.wait_for_subscribers("image", 2, DEADLINE).unwrap());
    publisher.publish(PAYLOAD).unwrap();
    assert_eq!(samples.recv_timeout(DEADLINE).unwrap().key_expr().as_str(), key);
    assert_eq!(next(&subscriber), 1);
    for (number, attachment) in [(8, keyed(8)), (9, plain(9))] {
        peer.0.put(&key, PAYLOAD).attachment(attachment).wait().unwrap();
        assert_eq!(next(&subscriber), number);
    }
}

#[test]
fn a_node_with_hashes_can_join_a_topic_of_humble() {
    let router = router();
    let (peer, node) = (Peer::new(&router), node_of(&router, Distro::Jazzy));
    let humble = "std_msgs::msg::dds_::String_/TypeHashNotSupported";
    let _token = peer.announce(&format!("1/MP/%/%/theirs/%chatter/{humble}/::,10:,:,:,,"));
    let learned = node.learn_topic_type(&Registry::new(), "chatter", DEADLINE).unwrap();
    assert_eq!(learned.type_hash, HASH_NOT_SUPPORTED);
    let subscriber =
        node.create_subscriber("chatter", &learned.type_name, &learned.type_hash, QosProfile::DEFAULT);
    let subscriber = subscriber.unwrap();
    let theirs = peer.publisher(&format!("0/chatter/{humble}"));
    wait_for_listener(&theirs);
    theirs.put(PAYLOAD).attachment(keyed(4)).wait().unwrap();
    assert_eq!(next(&subscriber), 4);
}

#[test]
fn requests_and_replies_of_older_releases_are_understood() {
    let router = router();
    let (peer, node) = (Peer::new(&router), node_of(&router, Distro::Humble));
    let add = TypeName::parse("example_interfaces/srv/AddTwoInts").unwrap();
    // A genuine client of then asks, and we answer.
    let server = node.create_server("add", &add, HASH_NOT_SUPPORTED, QosProfile::SERVICES).unwrap();
    let (sender, replies) = mpsc::channel();
    let querier = peer.0.declare_querier(format!("0/add/{ADD}")).target(QueryTarget::AllComplete);
    let querier = querier.consolidation(ConsolidationMode::None).wait().unwrap();
    let serving = querier.matching_listener().wait().unwrap();
    if !querier.matching_status().wait().unwrap().matching() {
        assert!(serving.recv_timeout(DEADLINE).unwrap().expect("a server").matching());
    }
    let receive = move |reply: zenoh::query::Reply| _ = sender.send(reply.into_result().unwrap());
    querier.get().payload(PAYLOAD).attachment(keyed(6)).callback(receive).wait().unwrap();
    let request = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
    assert_eq!(request.attachment, attachment(6));
    server.send_response(RequestId::from(&request.attachment), PAYLOAD).unwrap();
    let reply = replies.recv_timeout(DEADLINE).unwrap();
    let bytes = reply.attachment().unwrap().to_bytes();
    assert_eq!(bytes.len(), Attachment::SIZE);
    let told = Attachment::parse(&bytes).unwrap();
    assert_eq!((told.sequence_number, told.source_gid), (6, Gid([7; 16])));
    // We ask, and a genuine server of then answers.
    let (sender, queries) = mpsc::channel::<Query>();
    let ask = move |query| _ = sender.send(query);
    let key = format!("0/old/{ADD}");
    peer.0.declare_queryable(&key).complete(true).callback(ask).background().wait().unwrap();
    let client = node.create_client("old", &add, HASH_NOT_SUPPORTED, QosProfile::SERVICES).unwrap();
    let call = client.start(PAYLOAD, Some(DEADLINE)).unwrap();
    let query = queries.recv_timeout(DEADLINE).unwrap();
    assert_eq!(query.attachment().unwrap().len(), Attachment::SIZE);
    query.reply(&key, PAYLOAD).attachment(keyed(1)).wait().unwrap();
    let response = call.wait(Some(DEADLINE)).unwrap().expect("a response");
    assert_eq!(response.attachment, attachment(1));
}
