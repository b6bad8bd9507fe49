//! Action servers and clients, each against the other.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::net::{
    ActionClient, ActionServer, ActionType, CancelResult, ClientGoal, GoalId, GoalRequest, GoalStamp,
    GoalStatus, Router, ServerGoal,
};
use ros_z_dynamic::registry::Registry;

use crate::{DEADLINE, kind, node, router};

pub const FIBONACCI: &str = "example_interfaces/action/Fibonacci";
const SOON: Option<Duration> = Some(DEADLINE);

pub fn fibonacci() -> Arc<ActionType> {
    ActionType::of_registry(&Registry::new(), FIBONACCI).unwrap()
}

/// A goal of an order, in little endian.
pub fn goal(order: i32) -> Vec<u8> {
    [&[0, 1, 0, 0][..], &order.to_le_bytes()].concat()
}

/// Feedback or a result with a sequence; they have the same form.
pub fn sequence(numbers: &[i32]) -> Vec<u8> {
    let length = u32::try_from(numbers.len()).unwrap().to_le_bytes();
    let items = numbers.iter().flat_map(|number| number.to_le_bytes());
    [0, 1, 0, 0].into_iter().chain(length).chain(items).collect()
}

fn pair(router: &Router) -> (ActionServer, ActionClient) {
    let server = node(router, "server").create_action_server("fibonacci", &fibonacci()).build().unwrap();
    (server, client(router))
}

fn client(router: &Router) -> ActionClient {
    let client = node(router, "client").create_action_client("fibonacci", &fibonacci()).unwrap();
    assert!(client.wait_for_server(DEADLINE).unwrap());
    client
}

fn take(server: &ActionServer) -> GoalRequest {
    server.recv_goal(SOON).unwrap().expect("a goal")
}

/// Sends a goal and has the server begin it.
fn begin(server: &ActionServer, client: &ActionClient, order: i32) -> (ServerGoal, ClientGoal) {
    let mine = client.goal(GoalId::random());
    let asked = mine.sending(&goal(order)).unwrap().start(SOON).unwrap();
    let request = take(server);
    assert_eq!((request.goal_id(), request.goal()), (mine.goal_id(), &goal(order)[..]));
    let theirs = request.accept_and_execute().unwrap();
    let acceptance = asked.wait(SOON).unwrap().unwrap();
    assert!(acceptance.accepted);
    assert_eq!(acceptance.stamp, theirs.stamp());
    (theirs, mine)
}

/// Waits until the client has heard that the goal is in that state.
fn heard(mine: &ClientGoal, status: GoalStatus) -> bool {
    let deadline = Instant::now() + DEADLINE;
    while Instant::now() < deadline {
        if mine.status().unwrap() == status {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[test]
fn a_goal_is_reached_with_feedback_on_the_way() {
    let router = router();
    let (server, client) = pair(&router);
    let (theirs, mine) = begin(&server, &client, 3);
    let early = mine.asking_result().unwrap().start(SOON).unwrap();
    for count in 1..=3 {
        theirs.publish_feedback(&sequence(&vec![1; count])).unwrap();
        let feedback = mine.recv_feedback(SOON).unwrap().unwrap();
        assert_eq!(feedback.payload.as_slice(), sequence(&vec![1; count]));
    }
    assert!(heard(&mine, GoalStatus::Executing));
    assert!(early.wait(Some(Duration::ZERO)).unwrap().is_none());
    theirs.succeed(&sequence(&[0, 1, 1])).unwrap();
    let expected = (GoalStatus::Succeeded, sequence(&[0, 1, 1]));
    let outcome = early.wait(SOON).unwrap().unwrap();
    assert_eq!((outcome.status, outcome.result), expected);
    assert!(heard(&mine, GoalStatus::Succeeded));
    // Again, and by another client that knows only the id.
    let other = self::client(&router);
    for asking in [mine.get_result(SOON), other.goal(mine.goal_id()).get_result(SOON)] {
        let outcome = asking.unwrap();
        assert_eq!((outcome.status, outcome.result), expected);
    }
    assert!(heard(&other.goal(mine.goal_id()), GoalStatus::Succeeded));
}

#[test]
fn goals_are_rejected_by_word_by_neglect_and_when_their_id_is_known() {
    let router = router();
    let (server, client) = pair(&router);
    let asked = |id: GoalId| client.goal(id).sending(&goal(1)).unwrap().start(SOON).unwrap();
    let (first, second) = (asked(GoalId([1; 16])), asked(GoalId([2; 16])));
    take(&server).reject().unwrap();
    drop(take(&server));
    for rejected in [first, second] {
        let acceptance = rejected.wait(SOON).unwrap().unwrap();
        assert_eq!((acceptance.accepted, acceptance.stamp), (false, GoalStamp::default()));
    }
    let (theirs, mine) = begin(&server, &client, 1);
    assert!(!client.goal(mine.goal_id()).send(&goal(1), SOON).unwrap().accepted);
    assert!(server.try_recv_goal().unwrap().is_none());
    assert_eq!(theirs.status(), GoalStatus::Executing);
    // One that nobody has decided on yet is known as well.
    let undecided = asked(GoalId([3; 16]));
    let request = take(&server);
    assert!(!client.goal(GoalId([3; 16])).send(&goal(1), SOON).unwrap().accepted);
    request.accept().unwrap();
    assert!(undecided.wait(SOON).unwrap().unwrap().accepted);
}

#[test]
fn a_goal_can_begin_later_and_ends_once() {
    let router = router();
    let (server, client) = pair(&router);
    let mine = client.goal(GoalId::random());
    let asked = mine.sending(&goal(1)).unwrap().start(SOON).unwrap();
    let theirs = take(&server).accept().unwrap();
    assert!(asked.wait(SOON).unwrap().unwrap().accepted);
    assert!(heard(&mine, GoalStatus::Accepted));
    let error = theirs.succeed(&sequence(&[])).unwrap_err();
    let shown = format!(
        "goal {} of /fibonacci: attempted invalid transition from state ACCEPTED with event SUCCEED",
        mine.goal_id()
    );
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Argument, shown));
    theirs.execute().unwrap();
    assert_eq!(kind(theirs.execute()), ErrorKind::Argument);
    assert_eq!(kind(theirs.canceled(&sequence(&[]))), ErrorKind::Argument);
    // What is no result changes nothing.
    assert_eq!(kind(theirs.succeed(b"\0\x01\0\0\x09\0\0\0")), ErrorKind::Truncated);
    assert_eq!(theirs.status(), GoalStatus::Executing);
    theirs.abort(&sequence(&[7])).unwrap();
    for again in
        [theirs.succeed(&sequence(&[])), theirs.abort(&sequence(&[])), theirs.publish_feedback(&goal(1))]
    {
        assert_eq!(kind(again), ErrorKind::Argument);
    }
    let outcome = mine.get_result(SOON).unwrap();
    assert_eq!((outcome.status, outcome.result), (GoalStatus::Aborted, sequence(&[7])));
}

#[test]
fn goals_are_cancelled_one_by_one_by_time_and_all() {
    let router = router();
    let (server, client) = pair(&router);
    let (one, mine) = begin(&server, &client, 1);
    assert!(!one.wait_for_cancel(Some(Duration::ZERO)).unwrap());
    let response = mine.cancel(SOON).unwrap();
    assert_eq!(response.result, CancelResult::None);
    assert_eq!(
        response.goals_canceling.iter().map(|goal| goal.goal_id).collect::<Vec<_>>(),
        [mine.goal_id()]
    );
    assert!(one.wait_for_cancel(SOON).unwrap() && one.is_cancel_requested());
    assert_eq!(mine.cancel(SOON).unwrap().result, CancelResult::GoalTerminated);
    one.canceled(&sequence(&[5])).unwrap();
    assert_eq!(mine.cancel(SOON).unwrap().result, CancelResult::GoalTerminated);
    assert_eq!(kind(one.wait_for_cancel(SOON)), ErrorKind::Argument);
    assert_eq!(mine.get_result(SOON).unwrap().status, GoalStatus::Canceled);
    assert_eq!(client.goal(GoalId([9; 16])).cancel(SOON).unwrap().result, CancelResult::UnknownGoalId);

    let (two, _) = begin(&server, &client, 2);
    let (three, _) = begin(&server, &client, 3);
    assert!(two.stamp() < three.stamp());
    assert_eq!(client.cancel_before(two.stamp(), SOON).unwrap().goals_canceling.len(), 1);
    assert_eq!((two.status(), three.status()), (GoalStatus::Canceling, GoalStatus::Executing));
    let cancelled = client.cancel_all(SOON).unwrap();
    assert_eq!(
        cancelled.goals_canceling.iter().map(|goal| goal.goal_id).collect::<Vec<_>>(),
        [three.goal_id()]
    );
    assert_eq!(client.cancel_all(SOON).unwrap().goals_canceling, []);
    two.succeed(&sequence(&[])).unwrap();
    three.abort(&sequence(&[])).unwrap();
}

#[test]
fn a_server_may_refuse_to_cancel() {
    let router = router();
    let (sender, requests) = channel();
    let server = node(&router, "server")
        .create_action_server("fibonacci", &fibonacci())
        .on_cancel(move |request| sender.send(request).unwrap())
        .build()
        .unwrap();
    let client = client(&router);
    let (theirs, mine) = begin(&server, &client, 1);
    for (accept, result) in [
        (None, CancelResult::Rejected),
        (Some(false), CancelResult::Rejected),
        (Some(true), CancelResult::None),
    ] {
        let asked = mine.cancelling().unwrap().start(SOON).unwrap();
        let request = requests.recv_timeout(DEADLINE).unwrap();
        assert_eq!(request.goals()[0].goal_id, mine.goal_id());
        match accept {
            Some(accept) => request.answer(|_| accept).unwrap(),
            None => drop(request),
        }
        assert_eq!(asked.wait(SOON).unwrap().unwrap().result, result);
        assert_eq!(theirs.is_cancel_requested(), result == CancelResult::None);
    }
}

#[test]
fn results_expire_and_unknown_goals_are_said_to_be_unknown() {
    let router = router();
    let builder = node(&router, "server").create_action_server("fibonacci", &fibonacci());
    let server = builder.with_result_timeout(Some(Duration::ZERO)).build().unwrap();
    let client = client(&router);
    let (theirs, mine) = begin(&server, &client, 1);
    let early = mine.asking_result().unwrap().start(SOON).unwrap();
    // Asked before the end: it must have arrived by then, as the answer to the next request shows.
    assert_eq!(client.goal(GoalId([9; 16])).get_result(SOON).unwrap().status, GoalStatus::Unknown);
    theirs.succeed(&sequence(&[1])).unwrap();
    assert_eq!(early.wait(SOON).unwrap().unwrap().status, GoalStatus::Succeeded);
    let late = mine.get_result(SOON).unwrap();
    assert_eq!((late.status, late.result), (GoalStatus::Unknown, sequence(&[])));
    assert_eq!(theirs.status(), GoalStatus::Unknown);
    assert_eq!(server.known_goals(), 0);
}

#[test]
fn a_goal_that_is_dropped_is_aborted() {
    let router = router();
    let (server, client) = pair(&router);
    let (theirs, mine) = begin(&server, &client, 1);
    let copy = theirs.clone();
    drop(theirs);
    assert_eq!(copy.status(), GoalStatus::Executing);
    drop(copy);
    let outcome = mine.get_result(SOON).unwrap();
    assert_eq!((outcome.status, outcome.result), (GoalStatus::Aborted, sequence(&[])));
    let asked = client.goal(GoalId([1; 16])).sending(&goal(1)).unwrap().start(SOON).unwrap();
    drop(take(&server).accept().unwrap());
    assert!(asked.wait(SOON).unwrap().unwrap().accepted);
    assert_eq!(client.goal(GoalId([1; 16])).get_result(SOON).unwrap().status, GoalStatus::Aborted);
}

#[test]
fn the_end_of_a_server_ends_the_waits_of_both_sides() {
    let router = router();
    let (server, client) = pair(&router);
    let (theirs, mine) = begin(&server, &client, 1);
    let asked = mine.asking_result().unwrap().start(SOON).unwrap();
    let undecided = client.goal(GoalId([2; 16])).sending(&goal(1)).unwrap().start(SOON).unwrap();
    let request = take(&server);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| theirs.wait_for_cancel(None));
        drop(server);
        assert_eq!(kind(waiting.join().unwrap()), ErrorKind::Closed);
    });
    assert_eq!(kind(asked.wait(SOON)), ErrorKind::Network);
    assert_eq!(kind(undecided.wait(SOON)), ErrorKind::Network);
    assert_eq!(kind(request.accept()), ErrorKind::Closed);
    assert_eq!(kind(theirs.succeed(&sequence(&[]))), ErrorKind::Closed);
    client.close();
    assert_eq!(kind(mine.recv_feedback(SOON)), ErrorKind::Closed);
    assert_eq!(kind(mine.get_result(SOON)), ErrorKind::Closed);
}

#[test]
fn a_hundred_goals_are_under_way_at_once_and_each_hears_its_own_feedback() {
    let router = router();
    let (server, client) = pair(&router);
    let goals: Vec<_> = (0..100).map(|_| client.goal(GoalId::random())).collect();
    let asked: Vec<_> = goals
        .iter()
        .zip(0..)
        .map(|(mine, order)| mine.sending(&goal(order)).unwrap().start(SOON).unwrap())
        .collect();
    let theirs: Vec<_> = goals.iter().map(|_| take(&server).accept_and_execute().unwrap()).collect();
    assert!(asked.iter().all(|asked| asked.wait(SOON).unwrap().unwrap().accepted));
    let results: Vec<_> =
        goals.iter().map(|mine| mine.asking_result().unwrap().start(SOON).unwrap()).collect();
    for (goal, number) in theirs.iter().zip(0..) {
        goal.publish_feedback(&sequence(&[number])).unwrap();
    }
    for (mine, theirs) in goals.iter().zip(&theirs) {
        assert_eq!(mine.goal_id(), theirs.goal_id());
    }
    for (mine, number) in goals.iter().zip(0..) {
        let feedback = mine.recv_feedback(SOON).unwrap().unwrap();
        assert_eq!(feedback.payload.as_slice(), sequence(&[number]));
        assert!(mine.try_recv_feedback().unwrap().is_none());
    }
    for (goal, number) in theirs.iter().zip(0..100).rev() {
        goal.succeed(&sequence(&[number])).unwrap();
    }
    for (result, number) in results.iter().zip(0..) {
        assert_eq!(result.wait(SOON).unwrap().unwrap().result, sequence(&[number]));
    }
}

#[test]
fn what_an_action_is_can_be_learned_from_its_server() {
    let router = router();
    let types = Arc::new(Registry::new());
    let text = "int32 order\n---\nfloat64 value 0.5\nstring name\n---\nuint8 part\n";
    let name = "demo_msgs/action/Odd";
    types.add_text(name, text, Format::Action).unwrap();
    let odd = ActionType::of_registry(&types, name).unwrap();
    let owner = node(&router, "server");
    owner.describe_action(&odd, &types).unwrap();
    let server = owner.create_action_server("odd", &odd).build().unwrap();
    let user = node(&router, "client");
    let learned = user.learn_action_type(&Registry::new(), "odd", DEADLINE).unwrap();
    assert_eq!(learned.name(), odd.name());
    assert_eq!(learned.result().hash(), odd.result().hash());
    let client = user.create_action_client("odd", &learned).unwrap();
    let mine = client.goal(GoalId::random());
    let asked = mine.sending(&goal(1)).unwrap().start(SOON).unwrap();
    let theirs = take(&server).accept_and_execute().unwrap();
    assert!(asked.wait(SOON).unwrap().unwrap().accepted);
    // The result lies otherwise behind its status: eight bytes of it are aligned.
    let result = b"\0\x01\0\0\0\0\0\0\0\0\xf8\x3f\x02\0\0\0x\0";
    theirs.succeed(result).unwrap();
    assert_eq!(mine.get_result(SOON).unwrap().result, result);
}

#[test]
fn what_is_no_action_is_refused() {
    let registry = Registry::new();
    for (name, shown) in [
        ("std_msgs/msg/String", "`std_msgs/msg/String` is a message, not an action"),
        ("std_srvs/srv/Empty", "`std_srvs/srv/Empty` is a service, not an action"),
    ] {
        assert_eq!(ActionType::of_registry(&registry, name).unwrap_err().to_string(), shown);
    }
    let router = router();
    let (_server, client) = pair(&router);
    assert_eq!(kind(client.send_goal(b"\0\x01\0\0\x01", SOON)), ErrorKind::Truncated);
}
