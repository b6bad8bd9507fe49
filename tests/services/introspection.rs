//! Servers and clients that tell of their requests and responses, as genuine ones were recorded to.

use std::collections::BTreeSet;

use ros_z_dynamic::codec::{Plan, Value as Message, decode_value};
use ros_z_dynamic::net::{Introspection, Subscriber};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::EntityKind;
use ros_z_dynamic::schema::TypeName;

use crate::recorded::{bytes, recorded};
use crate::recorded_actions::{is_sample_on, said, samples};
use crate::{
    DEADLINE, ErrorKind, QosProfile, answer, client, kind, node, raw, request, router, server, take,
};

const EVENTS: &str = "/add_two_ints/_service_event";

/// An event without its time, its client and its padding, which genuine nodes leave as it was in memory.
fn masked(payload: &[u8]) -> Vec<u8> {
    let mut masked = payload.to_vec();
    let is_of_request = payload[4] < 2;
    for blank in [5..8, 8..32, 32..36, if is_of_request { 48..52 } else { 0..0 }] {
        masked[blank].fill(0);
    }
    masked
}

#[test]
fn events_and_tokens_are_the_recorded_ones() {
    let Some(recorded) = recorded("service_introspection.json") else { return };
    let events = recorded["events"].as_array().unwrap();
    let genuine: Vec<_> = events.iter().filter(|event| is_sample_on(event, "/_service_event/")).collect();
    let key = genuine[0]["key"].as_str().unwrap();
    let router = router();
    let session = raw::session(&router);
    let (_subscriber, heard) = samples(&session, key);
    let node = node(&router, "intro");
    let (server, client, types) = (server(&node, QosProfile::SERVICES), client(&node), Registry::new());
    server.configure_introspection(Introspection::Contents, &types, QosProfile::SYSTEM_DEFAULT).unwrap();
    client.configure_introspection(Introspection::Contents, &types, QosProfile::SYSTEM_DEFAULT).unwrap();
    let tokens = |tokens: Vec<String>| -> BTreeSet<String> {
        tokens.iter().filter(|token| token.contains("_service_event")).map(|token| said(token)).collect()
    };
    let of_genuine = events.iter().filter(|event| event["what"] == "token" && event["op"] == "PUT");
    let of_genuine = of_genuine.map(|event| event["key"].as_str().unwrap().to_owned()).collect();
    let own = node.context().graph().tokens().iter().map(ToString::to_string).collect();
    assert_eq!(tokens(own), tokens(of_genuine));
    // Until the raw session is heard of, nothing goes to it.
    let mut told = loop {
        let call = client.start(request(2, 3), Some(DEADLINE)).unwrap();
        answer(&server, &take(&server));
        call.wait(Some(DEADLINE)).unwrap();
        if let Ok(first) = heard.recv_timeout(std::time::Duration::from_millis(200)) {
            break vec![first];
        }
    };
    told.extend((1..4).map(|_| heard.recv_timeout(DEADLINE).unwrap()));
    let payloads = |payload: Vec<u8>| (payload[4], payload);
    let mut told: Vec<_> =
        told.iter().map(|sample| payloads(sample.payload().to_bytes().into_owned())).collect();
    told.sort();
    let number = told[0].1[36..44].to_vec();
    for (genuine, (moment, own)) in genuine.iter().zip(&told) {
        let mut expected = masked(&bytes(&genuine["payload"]).unwrap());
        expected[36..44].copy_from_slice(&number);
        assert_eq!(masked(own), expected, "{moment}");
        assert_eq!(own[16..32], client.entity().gid().0, "{moment}");
    }
}

/// The kind of the next event, and how many requests and responses are in it.
fn next(subscriber: &Subscriber, plan: &Plan) -> (u64, usize, usize) {
    let received = subscriber.recv(Some(DEADLINE)).unwrap().expect("an event");
    let event = decode_value(plan, received.payload.as_slice()).unwrap();
    let count = |field: &str| match event.get(field) {
        Some(Message::List(items)) => items.len(),
        other => panic!("{other:?}"),
    };
    match event.get("info").and_then(|info| info.get("event_type")) {
        Some(Message::UInt(moment)) => (*moment, count("request"), count("response")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_told_changes_while_it_runs() {
    let router = router();
    let (server, client) = crate::pair(&router, QosProfile::SERVICES);
    let (types, watcher) = (Registry::new(), node(&router, "watcher"));
    let event = TypeName::parse("example_interfaces/srv/AddTwoInts_Event").unwrap();
    let plan = Plan::compile(&types.describe(&event).unwrap()).unwrap();
    let hash = plan.hash().to_string();
    let events = watcher.create_subscriber(EVENTS, &event, &hash, QosProfile::DEFAULT).unwrap();
    let call = || {
        let call = client.start(request(1, 2), Some(DEADLINE)).unwrap();
        answer(&server, &take(&server));
        call.wait(Some(DEADLINE)).unwrap();
    };
    call();
    let configure = |level| server.configure_introspection(level, &types, QosProfile::DEFAULT).unwrap();
    configure(Introspection::Metadata);
    assert!(watcher.wait_for_publishers(EVENTS, 1, DEADLINE).unwrap());
    while events.try_recv().unwrap().is_none() {
        call();
    }
    while events.recv(Some(std::time::Duration::from_millis(100))).unwrap().is_some() {}
    call();
    assert_eq!([next(&events, &plan), next(&events, &plan)], [(1, 0, 0), (2, 0, 0)]);
    configure(Introspection::Contents);
    call();
    assert_eq!([next(&events, &plan), next(&events, &plan)], [(1, 1, 0), (2, 0, 1)]);
    configure(Introspection::Off);
    let graph = watcher.context().graph();
    graph.settle(std::time::Duration::from_millis(100), DEADLINE).unwrap();
    assert_eq!(graph.count(EntityKind::Publisher, EVENTS), 0);
    call();
    configure(Introspection::Metadata);
    server.close();
    assert!(events.try_recv().unwrap().is_none());
}

#[test]
fn only_the_type_of_the_service_will_do() {
    let router = router();
    let node = node(&router, "server");
    let other = "RIHS01_0000000000000000000000000000000000000000000000000000000000000000";
    let name = crate::add_two_ints();
    let stranger = node.create_server("add", &name, other, QosProfile::SERVICES).unwrap();
    let configure = |level| stranger.configure_introspection(level, &Registry::new(), QosProfile::DEFAULT);
    assert_eq!(kind(configure(Introspection::Contents)), ErrorKind::TypeMismatch);
    configure(Introspection::Off).unwrap();
}
