//! `ros-z action` against a live graph.

#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::sync::Arc;
#[cfg(unix)]
use std::time::Duration;

use ros_z_dynamic::net::{ActionServer, ActionType, Node};
#[cfg(unix)]
use ros_z_dynamic::net::{CancelRequest, GoalRequest};
use ros_z_dynamic::registry::Registry;

use crate::living::{DEADLINE, Graph};
#[cfg(unix)]
use crate::running::{Feeding, Running};

const FIBONACCI: &str = "example_interfaces/action/Fibonacci";

fn fibonacci() -> Arc<ActionType> {
    ActionType::of_registry(&Registry::new(), FIBONACCI).unwrap()
}

fn server(node: &Node) -> ActionServer {
    node.create_action_server("fibonacci", &fibonacci()).build().unwrap()
}

fn sequence(numbers: &[i32]) -> Vec<u8> {
    let length = u32::try_from(numbers.len()).unwrap().to_le_bytes();
    let items = numbers.iter().flat_map(|number| number.to_le_bytes());
    [0, 1, 0, 0].into_iter().chain(length).chain(items).collect()
}

#[test]
fn actions_are_listed_and_described() {
    let graph = Graph::new("actions_are_listed");
    let (one, two) = (graph.node("one"), graph.node("two"));
    let _server = server(&one);
    let _client = two.create_action_client("fibonacci", &fibonacci()).unwrap();
    let table: [(&[&str], &str); 9] = [
        (&["action", "list"], "/fibonacci\n"),
        (&["action", "list", "-t"], "/fibonacci [example_interfaces/action/Fibonacci]\n"),
        (&["action", "list", "-c"], "1\n"),
        (
            &["--json", "action", "list"],
            "{\"action\":\"/fibonacci\",\"types\":[\"example_interfaces/action/Fibonacci\"]}\n",
        ),
        (&["action", "type", "fibonacci"], "example_interfaces/action/Fibonacci\n"),
        (&["action", "find", "example_interfaces/Fibonacci"], "/fibonacci\n"),
        (
            &["action", "info", "/fibonacci"],
            "Action: /fibonacci\nAction clients: 1\n    /two\nAction servers: 1\n    /one\n",
        ),
        (
            &["action", "info", "/fibonacci", "--count"],
            "Action: /fibonacci\nAction clients: 1\nAction servers: 1\n",
        ),
        (
            &["--json", "action", "info", "/fibonacci"],
            "{\"action\":\"/fibonacci\",\"clients_count\":1,\"servers_count\":1,\
             \"clients\":[{\"node\":\"/two\",\"type\":\"example_interfaces/action/Fibonacci\"}],\
             \"servers\":[{\"node\":\"/one\",\"type\":\"example_interfaces/action/Fibonacci\"}]}\n",
        ),
    ];
    for (arguments, expected) in table {
        graph.run_until(arguments, |ran| ran.stdout() == expected).is(0, expected, "");
    }
    graph.run(&["action", "info", "/nothing"], "").is(
        1,
        "",
        "error: there is no action /nothing in the graph\n",
    );
}

/// Runs a verb while the server does something with the one goal that comes.
#[cfg(unix)]
fn goal(
    graph: &Graph,
    server: &ActionServer,
    arguments: &[&str],
    serve: impl FnOnce(GoalRequest, &Running),
) -> (Vec<String>, String, Option<i32>) {
    let domain = graph.domain.to_string();
    let running =
        Running::start(&[&["--connect", graph.endpoint(), "--domain", &domain], arguments].concat());
    serve(server.recv_goal(Some(DEADLINE)).unwrap().expect("a goal"), &running);
    running.end()
}

#[cfg(unix)]
#[test]
fn goals_are_sent_and_what_is_heard_is_printed() {
    let graph = Graph::new("goals_are_sent");
    let server = server(&graph.node("one"));
    let send = ["action", "send_goal", "/fibonacci", "example_interfaces/Fibonacci"];
    let with = |others: &[&'static str]| [&send[..], others].concat();
    let (lines, stderr, code) =
        goal(&graph, &server, &with(&["order: 3", "--feedback"]), |request, running| {
            assert_eq!(request.goal(), b"\0\x01\0\0\x03\0\0\0");
            let id = request.goal_id();
            let goal = request.accept_and_execute().unwrap();
            assert_eq!(running.line(), format!("Goal accepted with ID: {id}"));
            goal.publish_feedback(&sequence(&[0, 1])).unwrap();
            goal.succeed(&sequence(&[0, 1, 1])).unwrap();
        });
    let expected = "Feedback:\n    sequence:\n    - 0\n    - 1\nResult:\n    sequence:\n    - 0\n    - 1\n    - 1\nGoal finished \
                    with status: SUCCEEDED";
    assert_eq!((lines.join("\n").as_str(), stderr.as_str(), code), (expected, "", Some(0)));

    let json = [&["--json"], &with(&[r#"{"order": 3}"#, "-f"])[..]].concat();
    let (lines, stderr, code) = goal(&graph, &server, &json, |request, running| {
        let expected = format!("{{\"accepted\":true,\"goal_id\":\"{}\"}}", request.goal_id());
        let goal = request.accept_and_execute().unwrap();
        assert_eq!(running.line(), expected);
        goal.publish_feedback(&sequence(&[7])).unwrap();
        goal.abort(&sequence(&[])).unwrap();
    });
    let expected =
        ["{\"feedback\":{\"sequence\":[7]}}", "{\"status\":\"aborted\",\"result\":{\"sequence\":[]}}"];
    assert_eq!((lines, stderr.as_str(), code), (expected.map(str::to_owned).to_vec(), "", Some(1)));

    let (lines, stderr, code) = goal(&graph, &server, &send, |request, _| request.reject().unwrap());
    assert_eq!((lines.len(), code), (0, Some(1)));
    assert!(stderr.ends_with(" was rejected\n"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_a_time_out_cancel_the_goal() {
    let graph = Graph::new("ctrl_c_cancels");
    let server = server(&graph.node("one"));
    let send = ["-q", "action", "send_goal", "/fibonacci", FIBONACCI];
    for (arguments, is_pressed, expected) in
        [(&send[..], true, 130), (&[&send[..], &["--timeout", "0.8"]].concat(), false, 124)]
    {
        let (_, stderr, code) = goal(&graph, &server, arguments, |request, running| {
            let goal = request.accept_and_execute().unwrap();
            assert!(running.line().starts_with("Goal accepted"));
            if is_pressed {
                running.interrupt();
            }
            assert!(goal.wait_for_cancel(Some(DEADLINE)).unwrap());
            goal.canceled(&sequence(&[])).unwrap();
        });
        assert_eq!(code, Some(expected), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_cancels_the_goal() {
    let graph = Graph::new("a_closed_pipe_cancels");
    let server = server(&graph.node("one"));
    let domain = graph.domain.to_string();
    let global = ["-q", "--connect", graph.endpoint(), "--domain", &domain];
    let send = ["action", "send_goal", "/fibonacci", FIBONACCI, "--feedback"];
    let (_feeding, stdout) = Feeding::start(&[&global[..], &send].concat());
    let goal = server.recv_goal(Some(DEADLINE)).unwrap().expect("a goal").accept_and_execute().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(stdout);
    stdout.read_line(&mut line).unwrap();
    assert!(line.starts_with("Goal accepted"), "{line}");
    drop(stdout);
    // What nobody reads is noticed when more of it is written.
    let is_cancelled = (0..1000).any(|_| {
        goal.publish_feedback(&sequence(&[1])).unwrap();
        goal.wait_for_cancel(Some(Duration::from_millis(20))).unwrap()
    });
    assert!(is_cancelled);
    goal.canceled(&sequence(&[])).unwrap();
}

#[cfg(unix)]
#[test]
fn a_goal_that_its_server_will_not_cancel_is_said_to_go_on() {
    let graph = Graph::new("a_goal_goes_on");
    let refuse = |request: CancelRequest| request.answer(|_| false).unwrap();
    let server = graph.node("one").create_action_server("fibonacci", &fibonacci()).on_cancel(refuse);
    let server = server.build().unwrap();
    let send = ["-q", "action", "send_goal", "/fibonacci", FIBONACCI];
    for (others, end, code) in
        [(&[][..], "", 130), (&["--timeout", "0.8"], "error: goal {} did not end in time\n", 124)]
    {
        let mut running = None;
        let (_, stderr, found) = goal(&graph, &server, &[&send[..], others].concat(), |request, command| {
            let goal = request.accept_and_execute().unwrap();
            assert!(command.line().starts_with("Goal accepted"));
            if others.is_empty() {
                command.interrupt();
            }
            running = Some(goal);
        });
        let running = running.unwrap();
        let id = running.goal_id().to_string();
        let expected = format!(
            "warning: goal {id} goes on: its server refused to cancel it (rejected)\n{}",
            end.replace("{}", &id)
        );
        assert_eq!((stderr, found), (expected, Some(code)));
        running.succeed(&sequence(&[])).unwrap();
    }
}

#[test]
fn goals_that_make_no_sense_are_refused() {
    let graph = Graph::new("goals_refused");
    let _server = server(&graph.node("one"));
    let refused: [(&[&str], &str); 4] = [
        (&["/fibonacci", FIBONACCI, "{order: x}"], "order"),
        (&["/fibonacci", FIBONACCI, "{depth: 1}"], "depth"),
        (&["/fibonacci", "std_msgs/msg/String"], "is a message, not an action"),
        (
            &["/fibonacci", "demo_msgs/action/Other"],
            "is an action of the type example_interfaces/action/Fibonacci",
        ),
    ];
    for (arguments, shown) in refused {
        let ran = graph.run(&[&["action", "send_goal"], arguments].concat(), "");
        assert!(ran.stderr.contains(shown), "{}", ran.stderr);
    }
    let ran = graph.run(&["action", "send_goal", "/nobody", FIBONACCI, "--timeout", "0.2"], "");
    ran.is(124, "", "error: nobody served /nobody in time\n");
}
