//! Two contexts over a router in this process, and a bare Zenoh session that sees what they write.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod raw;

use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use ros_z_dynamic::net::{Context, ContextBuilder, Node, Publisher, Router, Subscriber};
use ros_z_dynamic::rmw::{
    Attachment, Durability, EntityKind, Gid, History, LivelinessToken, QosProfile, Reliability, RemapRule,
};
use ros_z_dynamic::schema::TypeName;
use ros_z_dynamic::{ErrorKind, Result};
use zenoh::Wait;
use zenoh::qos::{CongestionControl, Priority};
use zenoh::sample::{Sample, SampleKind};

const DEADLINE: Duration = Duration::from_secs(20);
const HASH: &str = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";
const KEY: &str = "0/chatter/std_msgs::msg::dds_::String_/\
                   RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";
const PAYLOAD: &[u8] = b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00";

fn router() -> Router {
    Router::open("tcp/127.0.0.1:0").unwrap()
}

fn builder(router: &Router) -> ContextBuilder {
    ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint())
}

/// A node with nothing but what the test gives it.
fn node(router: &Router, name: &str) -> Node {
    bare(&builder(router).build().unwrap(), name)
}

fn bare(context: &Context, name: &str) -> Node {
    context
        .create_node(name)
        .with_rosout(false)
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap()
}

fn string() -> TypeName {
    TypeName::parse("std_msgs/msg/String").unwrap()
}

fn publisher(node: &Node, topic: &str, qos: QosProfile) -> Publisher {
    node.create_publisher(topic, &string(), HASH, qos).unwrap()
}

fn subscriber(node: &Node, topic: &str, qos: QosProfile) -> Subscriber {
    node.create_subscriber(topic, &string(), HASH, qos).unwrap()
}

/// The number of the next message; panics when none comes.
fn next(subscriber: &Subscriber) -> i64 {
    subscriber.recv(Some(DEADLINE)).unwrap().expect("a message").attachment.sequence_number
}

/// A publisher and a subscriber in two sessions that know of each other.
fn connected(router: &Router, topic: &str, qos: QosProfile) -> (Publisher, Subscriber) {
    let (talker, listener) = (node(router, "talker"), node(router, "listener"));
    let subscriber = subscriber(&listener, topic, qos);
    let publisher = publisher(&talker, topic, qos);
    assert!(talker.wait_for_subscribers(topic, 1, DEADLINE).unwrap());
    (publisher, subscriber)
}

/// A session that knows nothing of ROS.
struct Tap {
    session: zenoh::Session,
}

impl Tap {
    fn new(router: &Router) -> Self {
        Self { session: raw::session(router) }
    }

    fn samples(&self, key: &'static str) -> (zenoh::pubsub::Subscriber<()>, Receiver<Sample>) {
        let (sender, receiver) = mpsc::channel();
        let put = move |sample| _ = sender.send(sample);
        (self.session.declare_subscriber(key).callback(put).wait().unwrap(), receiver)
    }

    fn tokens(&self) -> (zenoh::pubsub::Subscriber<()>, Receiver<(SampleKind, String)>) {
        let (sender, receiver) = mpsc::channel();
        let put = move |sample: Sample| _ = sender.send((sample.kind(), sample.key_expr().to_string()));
        let liveliness = self.session.liveliness();
        let subscriber = liveliness.declare_subscriber("@ros2_lv/0/**").history(true).callback(put).wait();
        (subscriber.unwrap(), receiver)
    }
}

/// Receives until a token of this kind and with this part has come.
fn expect(tokens: &Receiver<(SampleKind, String)>, kind: SampleKind, part: &str) -> String {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let (seen, token) = tokens.recv_timeout(deadline - Instant::now()).expect(part);
        if seen == kind && token.contains(part) {
            return token;
        }
    }
}

#[test]
fn keys_tokens_and_attachments_are_those_of_rmw_zenoh() {
    let router = router();
    let tap = Tap::new(&router);
    let (_samples, samples) = tap.samples(KEY);
    let (_tokens, tokens) = tap.tokens();
    let talker = node(&router, "talker");
    let publisher = publisher(&talker, "chatter", QosProfile::DEFAULT);
    let zid = talker.context().zid();
    assert_eq!(expect(&tokens, SampleKind::Put, "/NN/"), format!("@ros2_lv/0/{zid}/0/0/NN/%/%/talker"));
    let token = expect(&tokens, SampleKind::Put, "/MP/");
    let announced =
        format!("@ros2_lv/0/{zid}/0/1/MP/%/%/talker/%chatter/std_msgs::msg::dds_::String_/{HASH}/");
    assert_eq!(token, announced + "::,10:,:,:,,");
    assert_eq!(publisher.entity().key(), KEY);
    assert_eq!(publisher.entity().gid(), Gid::of_token(&token));
    let before = time();
    for sequence_number in 1..=3 {
        publisher.publish(PAYLOAD).unwrap();
        let sample = samples.recv_timeout(DEADLINE).unwrap();
        assert_eq!(sample.key_expr().as_str(), KEY);
        assert_eq!(sample.payload().to_bytes(), PAYLOAD);
        let bytes = sample.attachment().unwrap().to_bytes();
        assert_eq!(bytes.len(), 33);
        let attachment = Attachment::parse(&bytes).unwrap();
        assert_eq!(attachment.sequence_number, sequence_number);
        assert_eq!(attachment.source_gid, Gid::of_token(&token));
        assert!((before..=time()).contains(&attachment.source_timestamp));
        assert_eq!(sample.encoding(), &zenoh::bytes::Encoding::ZENOH_BYTES);
        assert_eq!(
            (sample.congestion_control(), sample.priority()),
            (CongestionControl::Drop, Priority::Data)
        );
        assert_eq!((sample.express(), sample.reliability()), (false, zenoh::qos::Reliability::Reliable));
        assert!(sample.timestamp().is_some() && sample.source_info().is_none());
    }
}

fn time() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_nanos()).unwrap()
}

#[test]
fn quality_of_service_reaches_the_wire() {
    let router = router();
    let tap = Tap::new(&router);
    let (_samples, samples) = tap.samples(KEY);
    let talker = node(&router, "talker");
    let keep_all = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };
    for (qos, reliability, congestion_control) in [
        (QosProfile::SENSOR_DATA, zenoh::qos::Reliability::BestEffort, CongestionControl::Drop),
        (QosProfile::BEST_AVAILABLE, zenoh::qos::Reliability::BestEffort, CongestionControl::Drop),
        (QosProfile::SYSTEM_DEFAULT, zenoh::qos::Reliability::Reliable, CongestionControl::Drop),
        (keep_all, zenoh::qos::Reliability::Reliable, CongestionControl::Block),
    ] {
        publisher(&talker, "chatter", qos).publish(PAYLOAD).unwrap();
        let sample = samples.recv_timeout(DEADLINE).unwrap();
        assert_eq!((sample.reliability(), sample.congestion_control()), (reliability, congestion_control));
    }
    let unknown = QosProfile { reliability: Reliability::Unknown, ..QosProfile::DEFAULT };
    let error = talker.create_publisher("chatter", &string(), HASH, unknown).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
}

#[test]
fn ids_are_counted_from_0_over_nodes_and_endpoints_together() {
    let router = router();
    let context = builder(&router).build().unwrap();
    let first = bare(&context, "first");
    let publisher = publisher(&first, "a", QosProfile::DEFAULT);
    let second = context.create_node("second").with_namespace("/robot1").build().unwrap();
    let subscriber = subscriber(&second, "a", QosProfile::DEFAULT);
    let ids = |token: &LivelinessToken| (token.node_id.clone(), token.entity_id.clone());
    let pair = |node: &str, entity: &str| (node.to_owned(), entity.to_owned());
    assert_eq!(ids(first.token()), pair("0", "0"));
    assert_eq!(ids(publisher.entity().token()), pair("0", "1"));
    assert_eq!(ids(second.token()), pair("2", "2"));
    // 3 to 11 are its log, the events and services of its parameters, and its service of type descriptions.
    assert_eq!(ids(subscriber.entity().token()), pair("2", "12"));
    assert_eq!(subscriber.entity().topic(), "/robot1/a");
}

#[test]
fn payloads_of_every_size_arrive_whole_and_in_one_piece() {
    let router = router();
    // Keep-all, or Zenoh would drop what does not leave within 50 ms.
    let keep_all = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };
    let (publisher, subscriber) = connected(&router, "sizes", keep_all);
    for size in [0, 5, 4095, 4096, 47_000, 66_000, 1_000_003, 8_000_000] {
        let payload: Vec<u8> = (0..size).map(|i| u8::try_from(i % 251).unwrap()).collect();
        publisher.publish(payload.clone()).unwrap();
        let received = subscriber.recv(Some(DEADLINE)).unwrap();
        let received = received.unwrap_or_else(|| panic!("{size} bytes did not arrive"));
        assert!(received.payload.as_slice() == payload, "{size}");
        assert_eq!(received.attachment.source_gid, publisher.entity().gid());
        assert!(received.received_timestamp >= received.attachment.source_timestamp);
    }
}

#[test]
fn payloads_arrive_through_shared_memory_too() {
    let router = router();
    let node = |name: &str| {
        let builder = builder(&router).with_shm_pool_size(1 << 22).with_shm_threshold(4096);
        // Receivers need nothing.
        let builder = if name == "talker" { builder.with_shm_enabled(true) } else { builder };
        builder.build().unwrap().create_node(name).build().unwrap()
    };
    let (talker, listener) = (node("talker"), node("listener"));
    let keep_all = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };
    let subscriber = subscriber(&listener, "shm", keep_all);
    let publisher = publisher(&talker, "shm", keep_all);
    assert!(talker.wait_for_subscribers("shm", 1, DEADLINE).unwrap());
    for size in [100, 10_000, 1_000_003] {
        let payload = vec![0x5a; size];
        publisher.publish(payload.clone()).unwrap();
        let received = subscriber.recv(Some(DEADLINE)).unwrap();
        let received = received.unwrap_or_else(|| panic!("{size} bytes did not arrive"));
        assert!(received.payload.as_slice() == payload, "{size}");
        assert_eq!(received.payload.is_zero_copy(), size > 4096, "{size}");
        assert!(received.payload.is_valid());
    }
    let mut loan = publisher.loan(100_000, None).unwrap().unwrap();
    assert!(loan.is_shared());
    loan.as_mut_slice().fill(7);
    publisher.publish(loan.finish()).unwrap();
    let received = subscriber.recv(Some(DEADLINE)).unwrap().expect("what was lent");
    assert!(received.payload.is_zero_copy() && received.payload.as_slice() == vec![7; 100_000]);
}

#[test]
fn endpoints_of_one_session_hear_each_other() {
    let router = router();
    let node = node(&router, "both");
    let subscriber = subscriber(&node, "/chatter", QosProfile::DEFAULT);
    publisher(&node, "chatter", QosProfile::DEFAULT).publish(PAYLOAD).unwrap();
    assert_eq!(next(&subscriber), 1);
    assert_eq!(subscriber.try_recv().unwrap().map(|received| received.attachment), None);
}

#[test]
fn a_late_subscriber_of_a_volatile_topic_hears_what_comes_after_it() {
    let router = router();
    let (publisher, first) = connected(&router, "late", QosProfile::DEFAULT);
    publisher.publish(PAYLOAD).unwrap();
    assert_eq!(next(&first), 1);
    let late = subscriber(&node(&router, "late_listener"), "late", QosProfile::DEFAULT);
    assert!(publisher.entity().node().wait_for_subscribers("late", 2, DEADLINE).unwrap());
    publisher.publish(PAYLOAD).unwrap();
    assert_eq!((next(&late), next(&first)), (2, 2));
}

#[test]
fn a_slow_reader_finds_the_last_messages_and_how_many_were_dropped() {
    let router = router();
    let (publisher, slow) = connected(&router, "ring", QosProfile::DEFAULT.with_depth(3));
    let (listener, talker) = (slow.entity().node(), publisher.entity().node());
    let everything =
        subscriber(listener, "all", QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT });
    let last = subscriber(listener, "last", QosProfile::DEFAULT);
    let to_all = self::publisher(talker, "all", QosProfile::DEFAULT);
    let to_last = self::publisher(talker, "last", QosProfile::DEFAULT);
    assert!(talker.wait_for_subscribers("last", 1, DEADLINE).unwrap());
    for _ in 0..10 {
        publisher.publish(PAYLOAD).unwrap();
        to_all.publish(PAYLOAD).unwrap();
    }
    // Messages of one session arrive in order: when this one is here, so are the others.
    to_last.publish(PAYLOAD).unwrap();
    assert_eq!(next(&last), 1);
    assert_eq!(slow.dropped(), 7);
    assert_eq!([next(&slow), next(&slow), next(&slow)], [8, 9, 10]);
    assert!(slow.try_recv().unwrap().is_none());
    assert!((1..=10).all(|number| next(&everything) == number));
    assert_eq!(everything.dropped(), 0);
}

#[test]
fn a_message_may_not_come_in_time() {
    let router = router();
    let quiet = subscriber(&node(&router, "listener"), "quiet", QosProfile::DEFAULT);
    let asked = Instant::now();
    assert!(quiet.recv(Some(Duration::from_millis(20))).unwrap().is_none());
    assert!(asked.elapsed() >= Duration::from_millis(20));
    assert!(quiet.recv(Some(Duration::ZERO)).unwrap().is_none());
}

#[test]
fn closing_wakes_whoever_waits() {
    let router = router();
    let closers: [fn(&Subscriber); 3] = [
        |subscriber| subscriber.close(),
        |subscriber| subscriber.entity().node().close(),
        |subscriber| subscriber.entity().node().context().close().unwrap(),
    ];
    for close in closers {
        for qos in [QosProfile::DEFAULT, transient_local(1)] {
            let subscriber = subscriber(&node(&router, "listener"), "chatter", qos);
            thread::scope(|scope| {
                let waiting = scope.spawn(|| subscriber.recv(None));
                close(&subscriber);
                let error = waiting.join().unwrap().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Closed);
                assert_eq!(error.to_string(), "the subscriber of /chatter was closed");
            });
        }
    }
}

#[test]
fn closed_things_say_so_and_may_be_closed_again() {
    let router = router();
    let node = node(&router, "talker");
    let context = node.context().clone();
    let publishers = [QosProfile::DEFAULT, transient_local(1)].map(|qos| publisher(&node, "chatter", qos));
    let closed = |result: Result<()>| assert_eq!(result.unwrap_err().kind(), ErrorKind::Closed);
    publishers[0].close();
    publishers[0].close();
    closed(publishers[0].publish(PAYLOAD));
    publishers[1].publish(PAYLOAD).unwrap();
    context.close().unwrap();
    context.close().unwrap();
    assert!(context.is_closed());
    closed(publishers[1].publish(PAYLOAD));
    closed(node.create_publisher("x", &string(), HASH, QosProfile::DEFAULT).map(drop));
    closed(node.create_subscriber("x", &string(), HASH, QosProfile::DEFAULT).map(drop));
    closed(context.create_node("another").build().map(drop));
    closed(node.wait_for_publishers("nobody", 1, DEADLINE).map(drop));
    node.close();
    router.close().unwrap();
    router.close().unwrap();
}

#[test]
fn what_is_dropped_leaves_the_graph_endpoints_before_their_node() {
    let router = router();
    let tap = Tap::new(&router);
    let (_tokens, tokens) = tap.tokens();
    let node = node(&router, "talker");
    let publisher = publisher(&node, "chatter", transient_local(2));
    let subscriber = subscriber(&node, "chatter", QosProfile::DEFAULT);
    expect(&tokens, SampleKind::Put, "/MS/");
    drop(node);
    drop(subscriber);
    drop(publisher);
    let mut gone: Vec<String> = Vec::new();
    while gone.last().is_none_or(|token| !token.contains("/NN/")) {
        let (kind, token) = tokens.recv_timeout(DEADLINE).unwrap();
        if kind == SampleKind::Delete {
            gone.push(token);
        }
    }
    let kinds: Vec<&str> = gone.iter().map(|token| token.split('/').nth(5).unwrap()).collect();
    assert_eq!(kinds, ["MS", "MP", "NN"]);
}

#[test]
fn malformed_attachments_are_dropped_and_the_subscriber_lives_on() {
    let router = router();
    let tap = Tap::new(&router);
    let subscriber = subscriber(&node(&router, "listener"), "chatter", QosProfile::DEFAULT);
    let raw = tap.session.declare_publisher(KEY).wait().unwrap();
    let good = |sequence_number| {
        let attachment = Attachment { sequence_number, source_timestamp: 0, source_gid: Gid([7; 16]) };
        attachment.to_bytes().to_vec()
    };
    let listening = raw.matching_listener().wait().unwrap();
    if !raw.matching_status().wait().unwrap().matching() {
        assert!(listening.recv_timeout(DEADLINE).unwrap().unwrap().matching());
    }
    let put = |attachment: Vec<u8>| raw.put(PAYLOAD).attachment(attachment).wait().unwrap();
    raw.put(PAYLOAD).wait().unwrap();
    raw.delete().wait().unwrap();
    for length in [0, 1, 16, 20, 32] {
        put(good(1)[..length].to_vec());
    }
    let mut other_gid_length = good(1);
    other_gid_length[16] = 15;
    put(other_gid_length);
    put(good(2));
    put([good(3), vec![0; 7]].concat());
    let numbers: [&[u8]; 3] = [&4i64.to_le_bytes(), &0i64.to_le_bytes(), &[16; 17]];
    put([
        b"\x0fsequence_number",
        numbers[0],
        b"\x10source_timestamp",
        numbers[1],
        b"\x0asource_gid",
        numbers[2],
    ]
    .concat());
    put(good(-5));
    assert_eq!([(); 4].map(|()| next(&subscriber)), [2, 3, 4, -5]);
    assert_eq!(subscriber.dropped(), 0);
}

fn transient_local(depth: usize) -> QosProfile {
    QosProfile { durability: Durability::TransientLocal, ..QosProfile::DEFAULT.with_depth(depth) }
}

#[test]
fn a_late_subscriber_of_a_transient_local_topic_hears_the_last_messages_before_it() {
    let router = router();
    let best_effort = QosProfile { reliability: Reliability::BestEffort, ..transient_local(3) };
    for (topic, qos) in [("reliable", transient_local(3)), ("best_effort", best_effort)] {
        let talker = node(&router, "talker");
        let publisher = publisher(&talker, topic, qos);
        for _ in 0..5 {
            publisher.publish(PAYLOAD).unwrap();
        }
        let late = subscriber(&node(&router, "listener"), topic, qos);
        assert_eq!([(); 3].map(|()| next(&late)), [3, 4, 5], "{topic}");
        assert!(talker.wait_for_subscribers(topic, 1, DEADLINE).unwrap());
        publisher.publish(PAYLOAD).unwrap();
        assert_eq!(next(&late), 6, "{topic}");
    }
}

#[test]
fn a_subscriber_hears_the_history_of_a_publisher_that_comes_after_it() {
    let router = router();
    let waiting = subscriber(&node(&router, "listener"), "chatter", transient_local(3));
    let publisher = publisher(&node(&router, "talker"), "chatter", transient_local(3));
    publisher.publish(PAYLOAD).unwrap();
    assert_eq!(next(&waiting), 1);
}

#[test]
fn two_peers_need_no_router() {
    let endpoint = format!("tcp/{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let none: [String; 0] = [];
    let listening = ContextBuilder::new().with_connect_endpoints(none).with_listen_endpoints([&endpoint]);
    let listener = listening.with_domain_id(0).build().unwrap().create_node("listener").build().unwrap();
    let subscriber = subscriber(&listener, "chatter", QosProfile::DEFAULT);
    let connecting = ContextBuilder::new().with_connect_endpoints([&endpoint]).with_domain_id(0);
    let talker = connecting.build().unwrap().create_node("talker").build().unwrap();
    let publisher = publisher(&talker, "chatter", QosProfile::DEFAULT);
    assert!(talker.wait_for_subscribers("chatter", 1, DEADLINE).unwrap());
    publisher.publish(PAYLOAD).unwrap();
    assert_eq!(next(&subscriber), 1);
}

#[test]
fn building_is_prompt_with_and_without_a_router() {
    let timed = |builder: ContextBuilder| {
        let started = Instant::now();
        let built: Result<Context> = builder.with_domain_id(0).build();
        (started.elapsed(), built)
    };
    let opened = Instant::now();
    let router = router();
    let opened = opened.elapsed();
    let (with, context) = timed(builder(&router));
    context.unwrap();
    let (without, context) = timed(ContextBuilder::new().with_router_endpoint("tcp/127.0.0.1:1"));
    context.unwrap();
    let nowhere = ContextBuilder::new().with_router_endpoint("tcp/127.0.0.1:1").with_mode("client");
    let (as_client, refused) = timed(nowhere);
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(error.to_string().contains("tcp/127.0.0.1:1"), "{error}");
    println!("router {opened:?}, context {with:?}, without router {without:?}, client without {as_client:?}");
    assert!([opened, with, without, as_client].iter().all(|elapsed| *elapsed < Duration::from_secs(1)));
}

#[test]
fn clients_and_peers_meet_over_a_router() {
    let router = router();
    let client = builder(&router).with_mode("client").build().unwrap().create_node("client").build().unwrap();
    let peer = node(&router, "peer");
    let (of_client, of_peer) =
        (subscriber(&client, "a", QosProfile::DEFAULT), subscriber(&peer, "b", QosProfile::DEFAULT));
    let (to_client, to_peer) =
        (publisher(&peer, "a", QosProfile::DEFAULT), publisher(&client, "b", QosProfile::DEFAULT));
    assert!(peer.wait_for_subscribers("a", 1, DEADLINE).unwrap());
    assert!(client.wait_for_subscribers("b", 1, DEADLINE).unwrap());
    to_client.publish(PAYLOAD).unwrap();
    to_peer.publish(PAYLOAD).unwrap();
    assert_eq!((next(&of_client), next(&of_peer)), (1, 1));
}

#[test]
fn names_are_remapped_and_domains_do_not_meet() {
    let router = router();
    let rules =
        ["__node:=pilot", "__ns:=/robot2", "chatter:=/talk"].map(|rule| rule.parse::<RemapRule>().unwrap());
    let context = builder(&router).with_remap_rules(rules).with_enclave("/robot2/nav").build().unwrap();
    let pilot = context.create_node("nav").build().unwrap();
    assert_eq!(
        (pilot.fully_qualified_name(), pilot.token().enclave.as_str()),
        ("/robot2/pilot".into(), "/robot2/nav")
    );
    let heard = subscriber(&pilot, "chatter", QosProfile::DEFAULT);
    assert_eq!(heard.entity().topic(), "/talk");
    let elsewhere = builder(&router).with_domain_id(7).build().unwrap().create_node("nav").build().unwrap();
    let other = subscriber(&elsewhere, "/talk", QosProfile::DEFAULT);
    let talker = node(&router, "talker");
    assert!(talker.wait_for_subscribers("/talk", 1, DEADLINE).unwrap());
    publisher(&talker, "/talk", QosProfile::DEFAULT).publish(PAYLOAD).unwrap();
    assert_eq!(next(&heard), 1);
    assert!(other.try_recv().unwrap().is_none());
    assert_eq!(elsewhere.context().graph().count(EntityKind::Publisher, "/talk"), 0);
}

#[test]
fn bad_names_and_hashes_are_refused_before_anything_is_declared() {
    let router = router();
    let node = node(&router, "talker");
    let create = |topic: &str, hash: &str| {
        node.create_subscriber(topic, &string(), hash, QosProfile::DEFAULT).unwrap_err().kind()
    };
    assert_eq!(create("2nd", HASH), ErrorKind::Name);
    assert_eq!(create("a//b", HASH), ErrorKind::Name);
    assert_eq!(create("a", ""), ErrorKind::Argument);
    assert_eq!(create("a", "*"), ErrorKind::Argument);
    let build = |name: &str| node.context().create_node(name).build().unwrap_err().kind();
    assert_eq!((build(""), build("a/b")), (ErrorKind::Name, ErrorKind::Name));
}

#[test]
fn many_threads_publish_in_the_order_of_their_numbers() {
    let router = router();
    let keep_all = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };
    let (publisher, subscriber) = connected(&router, "busy", keep_all);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..250).for_each(|_| publisher.publish(PAYLOAD).unwrap()));
        }
        assert!((1..=1000).all(|number| next(&subscriber) == number));
    });
}

#[test]
fn the_graph_counts_what_is_there_and_forgets_what_is_gone() {
    let router = router();
    let watcher = builder(&router).build().unwrap();
    let graph = watcher.graph();
    let talker = node(&router, "talker");
    let publishers: Vec<Publisher> =
        (0..300).map(|_| publisher(&talker, "many", QosProfile::DEFAULT)).collect();
    assert!(graph.wait_for(EntityKind::Publisher, "/many", 300, DEADLINE).unwrap());
    let late = builder(&router).build().unwrap();
    assert!(late.graph().wait_for(EntityKind::Publisher, "/many", 300, DEADLINE).unwrap());
    assert_eq!(late.graph().tokens().len(), 301);
    let endpoints = graph.endpoints(EntityKind::Publisher, "/many");
    assert!(publishers.iter().all(|publisher| endpoints.contains(publisher.entity().token())));
    assert!(!graph.wait_for(EntityKind::Subscription, "/many", 1, Duration::from_millis(1)).unwrap());
    drop(publishers);
    assert!(graph.wait_for_none(EntityKind::Publisher, "/many", DEADLINE).unwrap());
    assert_eq!(graph.count(EntityKind::Publisher, "/many"), 0);
}
