//! Servers and clients, of services and of actions, over a router in this process, against each other, against a bare Zenoh session, and replaying
//! what genuine nodes were recorded to send.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../raw/mod.rs"]
mod raw;

mod actions;
mod introspection;
mod parameters;
mod recorded;
mod recorded_actions;
mod rosout;

use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use ros_z_dynamic::net::{Client, ContextBuilder, Node, Received, RequestId, Router, Server};
use ros_z_dynamic::rmw::{Attachment, Gid, QosProfile};
use ros_z_dynamic::schema::TypeName;
use ros_z_dynamic::{ErrorKind, Result};
use zenoh::Wait;
use zenoh::bytes::Encoding;
use zenoh::qos::{CongestionControl, Priority};
use zenoh::query::{ConsolidationMode, Query, QueryTarget, ReplyKeyExpr};
use zenoh::sample::Sample;

const DEADLINE: Duration = Duration::from_secs(20);
const HASH: &str = "RIHS01_e118de6bf5eeb66a2491b5bda11202e7b68f198d6f67922cf30364858239c81a";
const KEY: &str = "0/add_two_ints/example_interfaces::srv::dds_::AddTwoInts_/\
                   RIHS01_e118de6bf5eeb66a2491b5bda11202e7b68f198d6f67922cf30364858239c81a";
const SERVICE: &str = "add_two_ints";

fn router() -> Router {
    Router::open("tcp/127.0.0.1:0").unwrap()
}

fn node(router: &Router, name: &str) -> Node {
    let builder = ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint());
    builder.build().unwrap().create_node(name).build().unwrap()
}

fn add_two_ints() -> TypeName {
    TypeName::parse("example_interfaces/srv/AddTwoInts").unwrap()
}

fn server(node: &Node, qos: QosProfile) -> Server {
    node.create_server(SERVICE, &add_two_ints(), HASH, qos).unwrap()
}

fn client(node: &Node) -> Client {
    node.create_client(SERVICE, &add_two_ints(), HASH, QosProfile::SERVICES).unwrap()
}

/// A server and a client in two sessions.
fn pair(router: &Router, qos: QosProfile) -> (Server, Client) {
    (server(&node(router, "server"), qos), client(&node(router, "client")))
}

/// The request of two numbers in little endian.
fn request(a: i64, b: i64) -> Vec<u8> {
    [&[0, 1, 0, 0][..], &a.to_le_bytes(), &b.to_le_bytes()].concat()
}

fn response(sum: i64) -> Vec<u8> {
    [&[0, 1, 0, 0][..], &sum.to_le_bytes()].concat()
}

/// The sum of the two numbers in a request, in either byte order.
fn sum(request: &Received) -> i64 {
    let bytes = request.payload.as_slice();
    let number = |at: usize| {
        let number: [u8; 8] = bytes[at..at + 8].try_into().unwrap();
        if bytes[1] == 1 { i64::from_le_bytes(number) } else { i64::from_be_bytes(number) }
    };
    number(4) + number(12)
}

fn take(server: &Server) -> Received {
    server.take_request(Some(DEADLINE)).unwrap().expect("a request")
}

fn id(request: &Received) -> RequestId {
    RequestId::from(&request.attachment)
}

fn answer(server: &Server, request: &Received) {
    server.send_response(id(request), response(sum(request))).unwrap();
}

/// Answers `count` requests.
fn serve(server: &Server, count: usize) {
    (0..count).for_each(|_| answer(server, &take(server)));
}

fn payload(received: &Received) -> Vec<u8> {
    received.payload.as_slice().to_vec()
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

/// A bare queryable, whose queries are handed out.
fn queries(session: &zenoh::Session, complete: bool) -> (zenoh::query::Queryable<()>, Receiver<Query>) {
    let (sender, receiver) = mpsc::channel();
    let put = move |query| _ = sender.send(query);
    (session.declare_queryable(KEY).complete(complete).callback(put).wait().unwrap(), receiver)
}

/// What a bare client asks, and the replies until there are no more.
struct Question<'a> {
    key: &'a str,
    target: QueryTarget,
    payload: Option<Vec<u8>>,
    attachment: Option<Vec<u8>>,
}

impl Question<'_> {
    fn ask(&self, session: &zenoh::Session) -> Receiver<Sample> {
        let (sender, replies) = mpsc::channel();
        let get = session.get(self.key).target(self.target).consolidation(ConsolidationMode::None);
        let get = match &self.payload {
            Some(payload) => get.payload(payload.clone()),
            None => get,
        };
        let get = match &self.attachment {
            Some(attachment) => get.attachment(attachment.clone()),
            None => get,
        };
        get.callback(move |reply| _ = sender.send(reply.into_result().unwrap())).wait().unwrap();
        replies
    }
}

fn attachment(sequence_number: i64, source_timestamp: i64) -> Vec<u8> {
    Attachment { sequence_number, source_timestamp, source_gid: Gid([7; 16]) }.to_bytes().to_vec()
}

fn question(sequence_number: i64) -> Question<'static> {
    let (target, attachment) = (QueryTarget::AllComplete, Some(attachment(sequence_number, 5)));
    Question { key: KEY, target, payload: Some(request(2, 3)), attachment }
}

fn time() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_nanos()).unwrap()
}

#[test]
fn a_call_is_answered() {
    let router = router();
    let (server, client) = pair(&router, QosProfile::SERVICES);
    assert!(client.wait_for_service(DEADLINE).unwrap());
    thread::scope(|scope| {
        scope.spawn(|| serve(&server, 3));
        for number in 1..=3 {
            let received = client.call(request(number, 40), Some(DEADLINE)).unwrap();
            assert_eq!(payload(&received), response(number + 40));
            assert_eq!(received.attachment.sequence_number, number);
            assert_eq!(received.attachment.source_gid, client.entity().gid());
        }
    });
}

#[test]
fn server_and_client_of_one_session_reach_each_other() {
    let router = router();
    let node = node(&router, "both");
    let (client, server) = (client(&node), server(&node, QosProfile::SERVICES));
    assert!(client.wait_for_service(DEADLINE).unwrap());
    let call = client.start(request(1, 2), Some(DEADLINE)).unwrap();
    serve(&server, 1);
    assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(3));
}

#[test]
fn a_request_waits_for_its_server() {
    let router = router();
    let client = client(&node(&router, "client"));
    let calls = [1, 2].map(|number| client.start(request(number, 0), None).unwrap());
    assert!(calls[0].wait(Some(Duration::ZERO)).unwrap().is_none());
    let server = server(&node(&router, "server"), QosProfile::SERVICES);
    serve(&server, 2);
    for (call, number) in calls.iter().zip(1..) {
        let received = call.wait(Some(DEADLINE)).unwrap().unwrap();
        assert_eq!((payload(&received), received.attachment.sequence_number), (response(number), number));
    }
}

#[test]
fn many_requests_are_in_flight_and_answered_in_any_order() {
    let router = router();
    let (server, client) = pair(&router, QosProfile::SERVICES.with_depth(1000));
    let calls: Vec<_> =
        (0..500).map(|number| client.start(request(number, 1), Some(DEADLINE)).unwrap()).collect();
    let mut requests: Vec<_> = (0..500).map(|_| take(&server)).collect();
    let numbers: Vec<i64> = requests.iter().map(|request| request.attachment.sequence_number).collect();
    assert_eq!(numbers, (1..=500).collect::<Vec<_>>());
    requests.reverse();
    let halves = requests.split_at(250);
    thread::scope(|scope| {
        scope.spawn(|| halves.0.iter().for_each(|request| answer(&server, request)));
        scope.spawn(|| halves.1.iter().for_each(|request| answer(&server, request)));
    });
    for (call, number) in calls.iter().zip(0..) {
        assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(number + 1));
    }
}

#[test]
fn what_is_sent_is_what_rmw_zenoh_sends() {
    let router = router();
    let session = raw::session(&router);
    let (_queryable, queries) = queries(&session, true);
    let client = client(&node(&router, "client"));
    let zid = client.entity().node().context().zid();
    let token = format!(
        "@ros2_lv/0/{zid}/0/10/SC/%/%/client/%add_two_ints/example_interfaces::srv::dds_::AddTwoInts_/{HASH}/::,10:,:,:,,"
    );
    assert_eq!(client.entity().token().to_string(), token);
    assert_eq!(client.entity().gid(), Gid::of_token(&token));
    for number in 1..=2 {
        let before = time();
        let call = client.start(request(2, 3), Some(DEADLINE)).unwrap();
        let query = queries.recv_timeout(DEADLINE).unwrap();
        assert_eq!(query.selector().to_string(), KEY);
        assert_eq!(query.payload().unwrap().to_bytes(), request(2, 3));
        assert_eq!(query.encoding(), Some(&Encoding::ZENOH_BYTES));
        assert_eq!(query.accepts_replies(), ReplyKeyExpr::MatchingQuery);
        assert_eq!((query.priority(), query.express()), (Priority::Data, false));
        let bytes = query.attachment().unwrap().to_bytes().into_owned();
        assert_eq!(bytes.len(), Attachment::SIZE);
        let sent = Attachment::parse(&bytes).unwrap();
        assert_eq!((sent.sequence_number, sent.source_gid), (number, Gid::of_token(&token)));
        assert!((before..=time()).contains(&sent.source_timestamp));
        query.reply(KEY, response(5)).attachment(bytes).wait().unwrap();
        assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(5));
    }
}

#[test]
fn a_queryable_that_is_not_complete_is_no_server() {
    let router = router();
    let session = raw::session(&router);
    let (_queryable, queries) = queries(&session, false);
    let client = client(&node(&router, "client"));
    let error = client.call(request(2, 3), Some(Duration::from_millis(300))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "nobody served /add_two_ints in time");
    assert!(queries.try_recv().is_err());
}

#[test]
fn replies_are_what_rmw_zenoh_sends() {
    let router = router();
    let session = raw::session(&router);
    let server = server(&node(&router, "server"), QosProfile::SERVICES);
    let zid = server.entity().node().context().zid();
    let token = format!(
        "@ros2_lv/0/{zid}/0/10/SS/%/%/server/%add_two_ints/example_interfaces::srv::dds_::AddTwoInts_/{HASH}/::,10:,:,:,,"
    );
    assert_eq!(server.entity().token().to_string(), token);
    for target in [QueryTarget::AllComplete, QueryTarget::All, QueryTarget::BestMatching] {
        let replies = ask_until_taken(&session, &Question { target, ..question(9) }, &server);
        let sample = replies.recv_timeout(DEADLINE).unwrap();
        assert_eq!(
            (sample.key_expr().as_str(), sample.payload().to_bytes().into_owned()),
            (KEY, response(5))
        );
        let bytes = sample.attachment().unwrap().to_bytes();
        assert_eq!(bytes.len(), Attachment::SIZE);
        let sent = Attachment::parse(&bytes).unwrap();
        assert_eq!((sent.sequence_number, sent.source_gid), (9, Gid([7; 16])));
        assert!((time() - sent.source_timestamp).abs() < 20_000_000_000);
        assert_eq!(sample.encoding(), &Encoding::ZENOH_BYTES);
        assert_eq!(
            (sample.congestion_control(), sample.priority(), sample.express()),
            (CongestionControl::Block, Priority::Data, false)
        );
        assert!(replies.recv_timeout(DEADLINE).is_err(), "one reply, then the end");
    }
}

/// Asks, again while the server is not known yet, and answers.
fn ask_until_taken(session: &zenoh::Session, question: &Question<'_>, server: &Server) -> Receiver<Sample> {
    let deadline = Instant::now() + DEADLINE;
    while Instant::now() < deadline {
        let replies = question.ask(session);
        if let Some(request) = server.take_request(Some(Duration::from_millis(500))).unwrap() {
            answer(server, &request);
            return replies;
        }
    }
    panic!("the request did not arrive");
}

#[test]
fn malformed_requests_are_dropped_and_the_server_lives_on() {
    let router = router();
    let session = raw::session(&router);
    let server = server(&node(&router, "server"), QosProfile::SERVICES);
    ask_until_taken(&session, &question(1), &server).recv_timeout(DEADLINE).unwrap();
    let other_length = |length: u8| [&attachment(2, 5)[..16], &[length; 17]].concat();
    for (payload, attachment) in [
        (Some(request(2, 3)), None),
        (Some(request(2, 3)), Some(vec![])),
        (Some(request(2, 3)), Some(attachment(2, 5)[..20].to_vec())),
        (Some(request(2, 3)), Some(other_length(15))),
        (Some(request(2, 3)), Some(attachment(-1, 5))),
        (Some(request(2, 3)), Some(attachment(2, -5))),
        (Some(vec![]), Some(attachment(2, 5))),
        (None, Some(attachment(2, 5))),
    ] {
        let replies = Question { payload, attachment, ..question(2) }.ask(&session);
        assert!(replies.recv_timeout(DEADLINE).is_err(), "the query is over, and nothing came");
    }
    assert!(server.try_take_request().unwrap().is_none());
    let replies = question(2).ask(&session);
    serve(&server, 1);
    assert_eq!(replies.recv_timeout(DEADLINE).unwrap().payload().to_bytes(), response(5));
}

#[test]
fn a_second_request_of_the_same_name_is_dropped_while_the_first_is_pending() {
    let router = router();
    let session = raw::session(&router);
    let server = server(&node(&router, "server"), QosProfile::SERVICES);
    ask_until_taken(&session, &question(1), &server).recv_timeout(DEADLINE).unwrap();
    let first = question(1).ask(&session);
    let taken = take(&server);
    let second = question(1).ask(&session);
    assert!(second.recv_timeout(DEADLINE).is_err(), "the second is over");
    answer(&server, &taken);
    assert_eq!(first.recv_timeout(DEADLINE).unwrap().payload().to_bytes(), response(5));
    let again = question(1).ask(&session);
    serve(&server, 1);
    assert!(again.recv_timeout(DEADLINE).is_ok(), "after that the name is free");
}

#[test]
fn a_full_queue_drops_the_oldest_request_and_its_client_learns_of_it() {
    let router = router();
    let (server, client) = pair(&router, QosProfile::SERVICES.with_depth(2));
    let calls: Vec<_> =
        (1..=4).map(|number| client.start(request(number, 0), Some(DEADLINE)).unwrap()).collect();
    for call in &calls[..2] {
        let error = call.wait(Some(DEADLINE)).unwrap_err();
        assert_eq!(error.to_string(), "the call of /add_two_ints ended without a response");
        assert_eq!(error.kind(), ErrorKind::Network);
    }
    assert_eq!(server.dropped(), 2);
    serve(&server, 2);
    let answered: Vec<_> =
        calls[2..].iter().map(|call| payload(&call.wait(Some(DEADLINE)).unwrap().unwrap())).collect();
    assert_eq!(answered, [response(3), response(4)]);
}

#[test]
fn a_request_is_answered_once() {
    let router = router();
    let (server, client) = pair(&router, QosProfile::SERVICES);
    let call = client.start(request(1, 2), Some(DEADLINE)).unwrap();
    let taken = take(&server);
    answer(&server, &taken);
    let error = server.send_response(id(&taken), response(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(error.to_string().starts_with("/add_two_ints has no pending request 1 of "), "{error}");
    assert_eq!(kind(server.drop_request(id(&taken))), ErrorKind::Argument);
    let never = RequestId { sequence_number: 99, ..id(&taken) };
    assert_eq!(kind(server.send_response(never, response(0))), ErrorKind::Argument);
    assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(3));
    let call = client.start(request(1, 2), Some(DEADLINE)).unwrap();
    server.drop_request(id(&take(&server))).unwrap();
    assert_eq!(kind(call.wait(Some(DEADLINE))), ErrorKind::Network);
}

#[test]
fn a_server_that_goes_ends_the_calls_that_it_has() {
    let router = router();
    let closers: [fn(Server); 3] = [
        |server| server.close(),
        |server| server.entity().node().close(),
        |server| server.entity().node().context().close().unwrap(),
    ];
    for close in closers {
        let (server, client) = pair(&router, QosProfile::SERVICES);
        let calls = [1, 2].map(|number| client.start(request(number, 0), None).unwrap());
        take(&server);
        close(server);
        for call in calls {
            let error = call.wait(Some(DEADLINE)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Network, "{error}");
        }
        // Its successor is found.
        let next = self::server(&node(&router, "server"), QosProfile::SERVICES);
        let call = client.start(request(3, 4), Some(DEADLINE)).unwrap();
        serve(&next, 1);
        assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(7));
    }
}

#[test]
fn the_time_of_a_call_can_be_up() {
    let router = router();
    let (server, client) = pair(&router, QosProfile::SERVICES);
    assert!(client.wait_for_service(DEADLINE).unwrap());
    let asked = Instant::now();
    let error = client.call(request(1, 2), Some(Duration::from_millis(30))).unwrap_err();
    assert!(asked.elapsed() >= Duration::from_millis(30));
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "the call of /add_two_ints was not answered in time");
    assert_eq!(kind(client.call(request(1, 2), Some(Duration::ZERO))), ErrorKind::Timeout);
    // What was given up is answered in vain, and the next call is not confused.
    let late = take(&server);
    answer(&server, &late);
    let call = client.start(request(5, 5), Some(Duration::MAX)).unwrap();
    let answered = std::iter::from_fn(|| Some(take(&server))).find(|request| sum(request) == 10);
    answer(&server, &answered.unwrap());
    assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(10));
}

#[test]
fn a_server_of_another_definition_is_told_of() {
    let router = router();
    let other = "RIHS01_0000000000000000000000000000000000000000000000000000000000000000";
    let serving = node(&router, "server");
    let _server = serving.create_server(SERVICE, &add_two_ints(), other, QosProfile::SERVICES).unwrap();
    let client = client(&node(&router, "client"));
    assert!(!client.wait_for_service(Duration::from_millis(300)).unwrap());
    let error = client.call(request(1, 2), Some(Duration::from_millis(300))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("another definition of the type, RIHS01_0000"), "{error}");
}

#[test]
fn closing_wakes_whoever_waits() {
    let router = router();
    let (server, client) = pair(&router, QosProfile::SERVICES);
    let call = client.start(request(1, 2), None).unwrap();
    // Pending from here on: the call can end in no other way.
    server.take_request(Some(DEADLINE)).unwrap().unwrap();
    let (sender, closed) = mpsc::channel();
    let later = sender.clone();
    client.when_closed(move || later.send(1).unwrap());
    client.close();
    client.when_closed(move || sender.send(2).unwrap());
    assert_eq!(closed.iter().collect::<Vec<_>>(), [1, 2]);
    let error = call.wait(Some(DEADLINE)).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Closed, "the client of /add_two_ints was closed")
    );
    assert_eq!(kind(client.start(request(1, 2), None)), ErrorKind::Closed);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| server.take_request(None));
        server.entity().node().close();
        let error = waiting.join().unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Closed, "the server of /add_two_ints was closed")
        );
    });
    let never = RequestId { client_gid: Gid([0; 16]), sequence_number: 1 };
    assert_eq!(kind(server.send_response(never, response(0))), ErrorKind::Closed);
    server.close();
    client.close();
}

#[test]
fn the_first_of_several_servers_to_answer_wins() {
    let router = router();
    let servers = ["one", "two"].map(|name| server(&node(&router, name), QosProfile::SERVICES));
    let client = client(&node(&router, "client"));
    let call = client.start(request(1, 2), Some(DEADLINE)).unwrap();
    // The client may know only one of them yet.
    let found = std::iter::repeat_with(|| servers.iter().enumerate())
        .flatten()
        .find_map(|(at, server)| Some((at, server.take_request(Some(Duration::from_millis(100))).unwrap()?)));
    let (at, taken) = found.unwrap();
    answer(&servers[at], &taken);
    assert_eq!(payload(&call.wait(Some(DEADLINE)).unwrap().unwrap()), response(3));
}
