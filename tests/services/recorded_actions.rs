//! What genuine action servers and clients were recorded to send, replayed from the other side of each.

use std::collections::{BTreeSet, HashMap};
use std::sync::mpsc::{self, Receiver};

use ros_z_dynamic::net::{ClientGoal, GoalId, GoalStatus, ServerGoal};
use ros_z_dynamic::rmw::Attachment;
use serde_json::Value;
use zenoh::Wait;
use zenoh::query::{Query, QueryTarget, Queryable, ReplyKeyExpr};
use zenoh::sample::Sample;

use crate::actions::{fibonacci, goal};
use crate::recorded::{bytes, echoed, recorded};
use crate::{DEADLINE, Question, node, raw, router};

/// Where the times and the padding of a message are: what differs between two runs of the same exchange.
fn masked(key: &str, payload: &[u8]) -> Vec<u8> {
    let mut payload = payload.to_vec();
    let mut blank = |from: usize, count: usize| {
        payload.iter_mut().skip(from).take(count).for_each(|byte| *byte = 0);
    };
    // How far entries of a list begin and lie apart, and where in them the time is.
    let entries = |first: usize, size: usize| (0..16).map(move |index| first + index * size);
    if key.contains("/status/") {
        entries(24, 28).for_each(|stamp| {
            blank(stamp, 8);
            // Between the id and the time of the entry after it.
            blank(stamp + 25, 3);
        });
    } else if key.contains("/send_goal/") {
        blank(5, 11);
    } else if key.contains("/cancel_goal/") {
        blank(5, 3);
        entries(12, 24).for_each(|entry| blank(entry + 16, 8));
    } else if key.contains("/get_result/") {
        blank(5, 3);
    }
    payload
}

pub fn samples(session: &zenoh::Session, pattern: &str) -> (zenoh::pubsub::Subscriber<()>, Receiver<Sample>) {
    let (sender, receiver) = mpsc::channel();
    let put = move |sample| _ = sender.send(sample);
    (session.declare_subscriber(pattern.to_owned()).callback(put).wait().unwrap(), receiver)
}

pub fn is_sample_on(event: &Value, part: &str) -> bool {
    event["what"] == "sample" && event["key"].as_str().unwrap().contains(part)
}

/// The feedback and the result that each goal was recorded to have, as messages of their own.
struct Script {
    feedback: HashMap<GoalId, Vec<Vec<u8>>>,
    results: HashMap<GoalId, Vec<u8>>,
}

fn id(payload: &[u8]) -> GoalId {
    GoalId(payload[4..20].try_into().unwrap())
}

impl Script {
    fn of(recorded: &Value) -> Self {
        let mut script = Self { feedback: HashMap::new(), results: HashMap::new() };
        for event in recorded["events"].as_array().unwrap() {
            if is_sample_on(event, "/feedback/") {
                let payload = bytes(&event["payload"]).unwrap();
                let feedback = [&payload[..4], &payload[20..]].concat();
                script.feedback.entry(id(&payload)).or_default().push(feedback);
            }
        }
        for exchange in recorded["exchanges"].as_array().unwrap() {
            if exchange["key"].as_str().unwrap().contains("/get_result/") {
                let reply = bytes(&exchange["replies"][0]["ok"]["payload"]).unwrap();
                let result = [&reply[..4], &reply[8..]].concat();
                script.results.insert(id(&bytes(&exchange["payload"]).unwrap()), result);
            }
        }
        script
    }

    fn tell(&self, goal: &ServerGoal) {
        self.feedback[&goal.goal_id()].iter().for_each(|feedback| goal.publish_feedback(feedback).unwrap());
    }

    fn result(&self, goal: &ServerGoal) -> &[u8] {
        self.results.get(&goal.goal_id()).map_or(b"\0\x01\0\0\0\0\0\0", Vec::as_slice)
    }
}

#[test]
fn a_recorded_client_is_answered_as_by_a_genuine_server() {
    let Some(recorded) = recorded("action_raw_client_to_genuine_server.json") else { return };
    let script = Script::of(&recorded);
    let router = router();
    let session = raw::session(&router);
    let (_heard, heard) = samples(&session, "0/fibonacci/_action/*/**");
    let server = node(&router, "fib_server").create_action_server("fibonacci", &fibonacci()).build().unwrap();
    let exchanges = recorded["exchanges"].as_array().unwrap();
    let ask = |exchange: &Value| {
        let (payload, attachment) = (bytes(&exchange["payload"]), bytes(&exchange["attachment"]));
        let key = exchange["key"].as_str().unwrap();
        Question { key, target: QueryTarget::AllComplete, payload, attachment }.ask(&session)
    };
    // The server is reached once it says that it does not know a goal.
    let unknown =
        exchanges.iter().find(|exchange| exchange["label"] == "get_result for an unknown goal").unwrap();
    while ask(unknown).recv_timeout(DEADLINE).is_err() {}
    let mut goals: Vec<ServerGoal> = vec![];
    for exchange in exchanges {
        let label = exchange["label"].as_str().unwrap();
        let key = exchange["key"].as_str().unwrap();
        if label == "status cache query" {
            break;
        }
        let replies = ask(exchange);
        match label {
            "send_goal rejected (order -3)" => {
                server.recv_goal(Some(DEADLINE)).unwrap().unwrap().reject().unwrap()
            }
            _ if label.starts_with("send_goal order") => {
                goals.push(server.recv_goal(Some(DEADLINE)).unwrap().unwrap().accept_and_execute().unwrap());
            }
            "get_result, asked while executing (reply when terminal)" => {
                let goal = goals.last().unwrap();
                script.tell(goal);
                goal.succeed(script.result(goal)).unwrap();
            }
            "get_result of canceled goal" => {
                let goal = goals.last().unwrap();
                script.tell(goal);
                goal.canceled(script.result(goal)).unwrap();
            }
            _ => {}
        }
        let expected = &exchange["replies"][0]["ok"];
        let sample = replies.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("{label}: a reply"));
        assert_eq!(sample.key_expr().as_str(), expected["key"].as_str().unwrap(), "{label}");
        let genuine = bytes(&expected["payload"]).unwrap();
        assert_eq!(masked(key, &sample.payload().to_bytes()), masked(key, &genuine), "{label}");
        let attachment = bytes(&expected["attachment"]).unwrap();
        assert_eq!(echoed(&sample.attachment().unwrap().to_bytes()), echoed(&attachment), "{label}");
        assert!(replies.recv_timeout(DEADLINE).is_err(), "{label}: one reply");
    }
    for goal in &goals[2..] {
        script.tell(goal);
        goal.canceled(script.result(goal)).unwrap();
    }
    let told = Told { heard, status: vec![], feedback: HashMap::new() }.take(&recorded);
    assert_eq!(told, (11, 12));
    let cache = exchanges.last().unwrap();
    let selector = format!("{}?_max=1", cache["key"].as_str().unwrap());
    let replies = session.get(selector).accept_replies(ReplyKeyExpr::Any).wait().unwrap();
    let sample = replies.recv().unwrap().into_result().unwrap();
    let expected = &cache["replies"][0]["ok"];
    let key = expected["key"].as_str().unwrap();
    assert_eq!(sample.key_expr().as_str(), key);
    let genuine = bytes(&expected["payload"]).unwrap();
    assert_eq!(masked(key, &sample.payload().to_bytes()), masked(key, &genuine));
}

/// What a server told everyone.
struct Told {
    heard: Receiver<Sample>,
    status: Vec<Vec<u8>>,
    feedback: HashMap<GoalId, Vec<Vec<u8>>>,
}

impl Told {
    /// Compares what was heard with what was recorded, the states in order and the feedback of each goal in order; returns
    /// how many of either there were.
    fn take(mut self, recorded: &Value) -> (usize, usize) {
        let events = recorded["events"].as_array().unwrap();
        let of = |part: &str| -> Vec<(String, Vec<u8>)> {
            let on = events.iter().filter(|event| is_sample_on(event, part));
            on.map(|event| (event["key"].as_str().unwrap().to_owned(), bytes(&event["payload"]).unwrap()))
                .collect()
        };
        let (status, feedback) = (of("/status/"), of("/feedback/"));
        for _ in 0..status.len() + feedback.len() {
            let sample = self.heard.recv_timeout(DEADLINE).expect("a sample");
            let (key, payload) =
                (sample.key_expr().as_str().to_owned(), sample.payload().to_bytes().into_owned());
            assert_eq!(sample.attachment().unwrap().len(), 33);
            if key.contains("/status/") {
                assert_eq!(key, status[0].0);
                self.status.push(masked(&key, &payload));
            } else {
                assert_eq!(key, feedback[0].0);
                self.feedback.entry(id(&payload)).or_default().push(payload);
            }
        }
        let genuine: Vec<_> = status.iter().map(|(key, payload)| masked(key, payload)).collect();
        assert_eq!(self.status, genuine);
        for (_, payload) in &feedback {
            assert_eq!(&self.feedback.get_mut(&id(payload)).unwrap().remove(0), payload);
        }
        (genuine.len(), feedback.len())
    }
}

/// A bare queryable of a service, whose queries are handed out.
fn queries(session: &zenoh::Session, key: &str) -> (Queryable<()>, Receiver<Query>) {
    let (sender, receiver) = mpsc::channel();
    let put = move |query| _ = sender.send(query);
    (session.declare_queryable(key.to_owned()).complete(true).callback(put).wait().unwrap(), receiver)
}

/// The keys of the five endpoints in a recording of both sides.
fn key<'a>(events: &'a [Value], topic: &str, kind: &str) -> Option<(String, &'a str)> {
    let token = events.iter().find_map(|event| {
        let token = event["key"].as_str()?;
        (event["what"] == "token" && token.contains(topic) && token.contains(kind)).then_some(token)
    })?;
    let parts: Vec<&str> = token.split('/').collect();
    let (topic, dds_type, hash) = (parts[parts.len() - 4], parts[parts.len() - 3], parts[parts.len() - 2]);
    Some((format!("0/{}/{dds_type}/{hash}", topic.trim_start_matches('%').replace('%', "/")), token))
}

/// The query that a client sent, which is the genuine one but for its ids and times.
fn seen(queries: &Receiver<Query>, genuine: &Value) -> Query {
    let query = queries.recv_timeout(DEADLINE).unwrap();
    assert_eq!(query.selector().to_string(), genuine["key"].as_str().unwrap());
    assert_eq!(query.payload().unwrap().to_bytes(), bytes(&genuine["payload"]).unwrap());
    let attachment = bytes(&genuine["attachment"]).unwrap();
    let own = query.attachment().unwrap().to_bytes().into_owned();
    assert_eq!((own.len(), echoed(&own).0), (attachment.len(), echoed(&attachment).0));
    query
}

fn answer(query: &Query, payload: &[u8]) {
    let attachment = query.attachment().unwrap().to_bytes().into_owned();
    query.reply(query.key_expr().clone(), payload).attachment(attachment).wait().unwrap();
}

/// Has a goal hear the recorded feedback and states; how much feedback there was.
fn hear(events: &[Value], session: &zenoh::Session, goal: &ClientGoal) -> usize {
    let mut heard = 0;
    for event in events {
        let (Some(key), Some(payload)) = (event["key"].as_str(), bytes(&event["payload"])) else { continue };
        if event["what"] != "sample" {
            continue;
        }
        let attachment = bytes(&event["attachment"]).unwrap();
        session.put(key.to_owned(), payload.clone()).attachment(attachment.clone()).wait().unwrap();
        if is_sample_on(event, "/feedback/") {
            let feedback = goal.recv_feedback(Some(DEADLINE)).unwrap().unwrap();
            assert_eq!(feedback.payload.as_slice(), [&payload[..4], &payload[20..]].concat());
            assert_eq!(feedback.attachment, Attachment::parse(&attachment).unwrap());
            heard += 1;
        } else {
            let expected = GoalStatus::of_number(payload[payload.len() - 1].cast_signed()).unwrap();
            let deadline = std::time::Instant::now() + DEADLINE;
            while goal.status().unwrap() != expected {
                assert!(std::time::Instant::now() < deadline, "{expected} was not heard of");
                std::thread::yield_now();
            }
        }
    }
    heard
}

fn replay_client(name: &str, order: i32) -> Option<()> {
    let recorded = recorded(name)?;
    let events = recorded["events"].as_array().unwrap();
    let router = router();
    let session = raw::session(&router);
    let served = ["send_goal", "cancel_goal", "get_result"].map(|part| {
        let (key, _) = key(events, &format!("_action%{part}/"), "/SS/").unwrap();
        queries(&session, &key)
    });
    let node = node(&router, "fib_client");
    let client = node.create_action_client("fibonacci", &fibonacci()).unwrap();
    let asked: Vec<&Value> =
        events.iter().filter(|event| event["what"] == "query_seen_by_complete_queryable").collect();
    let mine = client.goal(id(&bytes(&asked[0]["payload"]).unwrap()));
    let sent = mine.sending(&goal(order)).unwrap().start(Some(DEADLINE)).unwrap();
    let query = seen(&served[0].1, asked[0]);
    let is_accepted = u8::from(!name.contains("reject"));
    answer(&query, &[&[0, 1, 0, 0, is_accepted, 0, 0, 0][..], &[1, 0, 0, 0, 2, 0, 0, 0]].concat());
    drop(query);
    let acceptance = sent.wait(Some(DEADLINE)).unwrap().unwrap();
    assert_eq!(acceptance.accepted, is_accepted == 1);
    if !acceptance.accepted {
        return Some(());
    }
    let result = mine.asking_result().unwrap().start(Some(DEADLINE)).unwrap();
    let get_result =
        asked.iter().find(|event| event["key"].as_str().unwrap().contains("/get_result/")).unwrap();
    let asked_result = seen(&served[2].1, get_result);
    if let Some(cancel) = asked.iter().find(|event| event["key"].as_str().unwrap().contains("/cancel_goal/"))
    {
        let cancelling = mine.cancelling().unwrap().start(Some(DEADLINE)).unwrap();
        let query = seen(&served[1].1, cancel);
        let answered =
            [&[0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0][..], &mine.goal_id().0, &[1, 0, 0, 0, 2, 0, 0, 0]];
        answer(&query, &answered.concat());
        drop(query);
        let response = cancelling.wait(Some(DEADLINE)).unwrap().unwrap();
        assert_eq!(response.goals_canceling[0].goal_id, mine.goal_id());
    }
    let heard = hear(events, &session, &mine);
    assert!(heard >= 3, "{heard}");
    answer(&asked_result, b"\0\x01\0\0\x04\x7f\x12\x34\x01\0\0\0\x07\0\0\0");
    drop(asked_result);
    let outcome = result.wait(Some(DEADLINE)).unwrap().unwrap();
    assert_eq!(
        (outcome.status, &outcome.result[..]),
        (GoalStatus::Succeeded, &b"\0\x01\0\0\x01\0\0\0\x07\0\0\0"[..])
    );
    Some(())
}

#[test]
fn recorded_servers_are_heard_as_by_a_genuine_client() {
    for (name, order) in [
        ("action_genuine_both_success.json", 6),
        ("action_genuine_both_cancel.json", 20),
        ("action_genuine_both_reject.json", -1),
    ] {
        replay_client(name, order);
    }
}

/// What a token says of an endpoint, without the session and the ids.
pub fn said(token: &str) -> String {
    token.split('/').skip(5).collect::<Vec<_>>().join("/")
}

#[test]
fn the_tokens_of_action_servers_and_clients_are_the_recorded_ones() {
    for (name, node_name) in
        [("tokens_action_srv.json", "fib_server"), ("tokens_action_cli.json", "fib_client")]
    {
        let Some(recorded) = recorded(name) else { return };
        let events = recorded["events"].as_array().unwrap();
        let genuine: BTreeSet<String> = events
            .iter()
            .filter(|event| event["what"] == "token" && event["op"] == "PUT")
            .filter_map(|event| event["key"].as_str())
            .filter(|token| token.contains("_action%"))
            .map(said)
            .collect();
        assert_eq!(genuine.len(), 5, "{name}");
        let node_name = genuine.iter().next().and_then(|token| token.split('/').nth(3)).unwrap_or(node_name);
        let router = router();
        let node = node(&router, node_name);
        let server = name
            .contains("srv")
            .then(|| node.create_action_server("fibonacci", &fibonacci()).build().unwrap());
        let client =
            name.contains("cli").then(|| node.create_action_client("fibonacci", &fibonacci()).unwrap());
        let tokens = node.context().graph().tokens();
        let own: BTreeSet<String> = tokens
            .iter()
            .map(ToString::to_string)
            .filter(|token| token.contains("_action%"))
            .map(|token| said(&token))
            .collect();
        assert_eq!(own, genuine, "{name}");
        drop((server, client));
    }
}
