//! The graph of a session: what it lists, counts and tells, with foreign tokens by the thousand.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod raw;

use std::time::{Duration, Instant};

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::net::{
    Context, ContextBuilder, GraphEvent, GraphEvents, MismatchKind, Node, NodeName, Router,
};
use ros_z_dynamic::rmw::{EntityKind, QosProfile};
use ros_z_dynamic::schema::TypeName;
use zenoh::Wait;

const DEADLINE: Duration = Duration::from_secs(30);
const STRING: &str = "std_msgs::msg::dds_::String_/RIHS01_1/::,10:,:,:,,";

fn router() -> Router {
    Router::open("tcp/127.0.0.1:0").unwrap()
}

fn context(router: &Router) -> Context {
    ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint()).build().unwrap()
}

fn node(context: &Context, name: &str) -> Node {
    context
        .create_node(name)
        .with_rosout(false)
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap()
}

/// The next event that `wanted` makes something of.
fn next<T>(events: &GraphEvents, wanted: impl Fn(GraphEvent) -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let left = deadline.checked_duration_since(Instant::now()).expect("an event in time");
        if let Some(found) = events.next(Some(left)).unwrap().and_then(&wanted) {
            return found;
        }
    }
}

#[test]
fn thousands_of_foreign_tokens_come_and_go() {
    let (router, count) = (router(), 2000);
    let ours = context(&router);
    let session = raw::session(&router);
    let announced: Vec<String> = (0..count)
        .map(|number| {
            format!("@ros2_lv/0/abc/{}/{number}/MP/%/%/foreign_{}/%busy/{STRING}", number % 50, number % 50)
        })
        .collect();
    let started = Instant::now();
    let tokens: Vec<_> =
        announced.iter().map(|token| session.liveliness().declare_token(token).wait().unwrap()).collect();
    assert!(ours.graph().wait_for(EntityKind::Publisher, "/busy", count, DEADLINE).unwrap());
    println!("{count} tokens after {:?}", started.elapsed());
    let late = context(&router);
    assert!(late.graph().wait_for(EntityKind::Publisher, "/busy", count, DEADLINE).unwrap());
    // Fifty nodes of which only endpoints are known.
    assert_eq!(late.graph().nodes().len(), 50);
    let listed = late.graph().names_and_types_by_node(EntityKind::Publisher, "/foreign_7").unwrap();
    assert_eq!(listed.keys().collect::<Vec<_>>(), ["/busy"]);
    drop(tokens);
    for graph in [ours.graph(), late.graph()] {
        assert!(graph.wait_for_none(EntityKind::Publisher, "/busy", DEADLINE).unwrap());
        assert!(graph.nodes().is_empty());
    }
}

#[test]
fn nodes_topics_and_services_are_listed() {
    let router = router();
    let (here, there) = (context(&router), context(&router));
    let talker = there
        .create_node("talker")
        .with_namespace("/robot")
        .with_rosout(false)
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false);
    let talker = talker.build().unwrap();
    let type_name = |name: &str| TypeName::parse(name).unwrap();
    let (string, add) = (type_name("std_msgs/msg/String"), type_name("example_interfaces/srv/AddTwoInts"));
    let qos = QosProfile::DEFAULT;
    let _publisher = talker.create_publisher("chatter", &string, "H", qos).unwrap();
    let _subscriber = talker.create_subscriber("/other", &type_name("std_msgs/Bool"), "H", qos).unwrap();
    let _server = talker.create_server("~/add", &add, "H", qos).unwrap();
    let _client = talker.create_client("/call", &add, "H", qos).unwrap();
    let graph = here.graph();
    // Tokens come in any order.
    for (kind, name) in [
        (EntityKind::Publisher, "/robot/chatter"),
        (EntityKind::Subscription, "/other"),
        (EntityKind::Service, "/robot/talker/add"),
        (EntityKind::Client, "/call"),
    ] {
        assert!(graph.wait_for(kind, name, 1, DEADLINE).unwrap(), "{name}");
    }
    assert!(graph.wait_for_node("/robot/talker", DEADLINE).unwrap());
    assert!(!graph.wait_for_node("/talker", Duration::ZERO).unwrap());
    let name = |name: &str| NodeName { namespace: "/robot".into(), name: name.into(), enclave: "/".into() };
    assert_eq!(graph.nodes(), [name("talker")]);
    let flat = |kinds: &[EntityKind]| -> Vec<(String, Vec<String>)> {
        let names = graph.names_and_types(kinds);
        names.into_iter().map(|(name, types)| (name, types.into_iter().collect())).collect()
    };
    let entry = |name: &str, type_name: &str| (name.to_owned(), vec![type_name.to_owned()]);
    let topics = [EntityKind::Publisher, EntityKind::Subscription];
    assert_eq!(
        flat(&topics),
        [entry("/other", "std_msgs/msg/Bool"), entry("/robot/chatter", "std_msgs/msg/String")]
    );
    let served = entry("/robot/talker/add", "example_interfaces/srv/AddTwoInts");
    assert_eq!(flat(&[EntityKind::Service]), [served]);
    let by_node = |kind| {
        let names = graph.names_and_types_by_node(kind, "/robot/talker").unwrap();
        names.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(by_node(EntityKind::Publisher), ["/robot/chatter"]);
    assert_eq!(by_node(EntityKind::Client), ["/call"]);
    let error = graph.names_and_types_by_node(EntityKind::Client, "/nobody").unwrap_err();
    assert_eq!(error.to_string(), "there is no node /nobody in the graph");
    assert_eq!(error.kind(), ErrorKind::Argument);
}

#[test]
fn changes_are_told_in_their_order() {
    let router = router();
    let (here, there) = (context(&router), context(&router));
    let first = node(&there, "first");
    assert!(here.graph().wait_for_node("/first", DEADLINE).unwrap());
    let events = here.graph().events();
    assert_eq!(events.next(Some(DEADLINE)).unwrap(), Some(GraphEvent::Appeared(first.token().clone())));
    let string = TypeName::parse("std_msgs/msg/String").unwrap();
    let publisher = first.create_publisher("chatter", &string, "H", QosProfile::DEFAULT).unwrap();
    let token = publisher.entity().token().clone();
    assert_eq!(events.next(Some(DEADLINE)).unwrap(), Some(GraphEvent::Appeared(token.clone())));
    publisher.close();
    assert_eq!(events.next(Some(DEADLINE)).unwrap(), Some(GraphEvent::Gone(token)));
    first.close();
    assert_eq!(events.next(Some(DEADLINE)).unwrap(), Some(GraphEvent::Gone(first.token().clone())));
    assert_eq!(events.next(Some(Duration::ZERO)).unwrap(), None);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| events.next(None));
        here.close().unwrap();
        assert_eq!(waiting.join().unwrap().unwrap_err().kind(), ErrorKind::Closed);
    });
    assert_eq!(here.graph().events().next(None).unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn what_does_not_match_is_told_once() {
    let router = router();
    let ours = context(&router);
    let listener = node(&ours, "listener");
    let events = ours.graph().events();
    let mismatch = |event| match event {
        GraphEvent::Mismatch(mismatch) => Some((mismatch.kind, mismatch.to_string())),
        _ => None,
    };
    let string = TypeName::parse("std_msgs/msg/String").unwrap();
    let _subscriber =
        listener.create_subscriber("chatter", &string, "RIHS01_1", QosProfile::DEFAULT).unwrap();
    let session = raw::session(&router);
    let announce = |id: u32, kind: &str, rest: &str| {
        let token = format!("@ros2_lv/0/abc/0/{id}/{kind}/%/%/foreign/%chatter/{rest}");
        session.liveliness().declare_token(token).wait().unwrap()
    };
    let _same = announce(1, "MP", STRING);
    let head =
        "/chatter: the subscription of node /listener and the publisher of node /foreign do not match: ";
    let _type = announce(2, "MP", "std_msgs::msg::dds_::Bool_/RIHS01_1/::,10:,:,:,,");
    let (kind, sentence) = next(&events, mismatch);
    assert_eq!(kind, MismatchKind::Type);
    assert_eq!(sentence, format!("{head}one has the type std_msgs/msg/String, the other std_msgs/msg/Bool"));
    let _definition = announce(3, "MP", "std_msgs::msg::dds_::String_/RIHS01_2/::,10:,:,:,,");
    let (kind, sentence) = next(&events, mismatch);
    assert_eq!(kind, MismatchKind::Definition);
    assert_eq!(
        sentence,
        format!("{head}they have different definitions of std_msgs/msg/String, RIHS01_1 and RIHS01_2")
    );
    let _qos = announce(4, "MP", "std_msgs::msg::dds_::String_/RIHS01_1/2::,10:,:,:,,");
    let (kind, sentence) = next(&events, mismatch);
    assert_eq!(kind, MismatchKind::Qos);
    assert_eq!(sentence, format!("{head}reliability: best_effort is offered, reliable is asked for"));
    // The other way round: what is there already when ours comes.
    let late = listener.create_subscriber("chatter", &string, "RIHS01_2", QosProfile::SENSOR_DATA).unwrap();
    let kinds: Vec<MismatchKind> = (0..3).map(|_| next(&events, mismatch).0).collect();
    assert_eq!(kinds, [MismatchKind::Definition, MismatchKind::Type, MismatchKind::Definition]);
    // Nothing more: the next event is the end of the subscriber.
    let token = late.entity().token().clone();
    late.close();
    assert_eq!(next(&events, Some), GraphEvent::Gone(token));
}
