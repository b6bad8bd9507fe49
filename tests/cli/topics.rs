//! `ros-z topic list`, `info`, `type` and `find` against a live graph.

use std::any::Any;

use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{Durability, QosProfile};
use serde_json::{Value, json};

use crate::living::{Graph, publisher, registry, subscriber};

const STRING: &str = "std_msgs/msg/String";
const OWN: &str = "my_msgs/msg/Own";

/// Two publishers and a subscription on one topic, one that is only heard, one that is hidden.
fn topics(test: &str) -> (Graph, Vec<Box<dyn Any>>) {
    let (graph, types, qos) = (Graph::new(test), Registry::new(), QosProfile::DEFAULT);
    let (talker, listener) = (graph.node("talker"), graph.node("listener"));
    let own = registry(OWN, "int32 a\n");
    let all: Vec<Box<dyn Any>> = vec![
        Box::new(publisher(&talker, "/chatter", (&types, STRING), qos)),
        Box::new(publisher(&talker, "/chatter", (&types, STRING), qos)),
        Box::new(publisher(&talker, "/_hidden", (&types, STRING), qos)),
        Box::new(subscriber(&listener, "/chatter", (&types, STRING), qos)),
        Box::new(subscriber(&listener, "/robot/own", (&own, OWN), qos)),
    ];
    (graph, all)
}

#[test]
fn topics_are_listed_and_found() {
    let (graph, _all) = topics("topics_are_listed");
    let verbose = "Published topics:\n * /chatter [std_msgs/msg/String] 2 publishers\n * /rosout [rcl_interfaces/msg/Log] 2 publishers\n\nSubscribed topics:\n * /chatter \
                   [std_msgs/msg/String] 1 subscriber\n * /robot/own [my_msgs/msg/Own] 1 subscriber\n";
    let table: [(&[&str], &str); 11] = [
        (&["topic", "list"], "/chatter\n/robot/own\n/rosout\n"),
        (
            &["topic", "list", "-t"],
            "/chatter [std_msgs/msg/String]\n/robot/own [my_msgs/msg/Own]\n/rosout [rcl_interfaces/msg/Log]\n",
        ),
        (&["topic", "list", "--include-hidden-topics"], "/_hidden\n/chatter\n/robot/own\n/rosout\n"),
        (&["topic", "list", "-c"], "3\n"),
        (&["topic", "list", "--count-topics", "--include-hidden"], "4\n"),
        (&["topic", "list", "-v"], verbose),
        (&["topic", "type", "/chatter"], "std_msgs/msg/String\n"),
        (&["topic", "type", "robot/own"], "my_msgs/msg/Own\n"),
        (&["topic", "find", "std_msgs/String"], "/chatter\n"),
        (&["topic", "find", STRING, "-c", "--include-hidden-topics"], "2\n"),
        (
            &["topic", "info", "chatter"],
            "Type: std_msgs/msg/String\nPublisher count: 2\nSubscription count: 1\n",
        ),
    ];
    for (arguments, text) in table {
        graph.run_until(arguments, |ran| ran.stdout() == text).is(0, text, "");
    }
    for verb in ["type", "info"] {
        let error = "error: there is no topic /nothing in the graph\n";
        graph.run(&["topic", verb, "/nothing"], "").is(1, "", error);
    }
}

#[test]
fn topics_are_listed_for_programs() {
    let (graph, _all) = topics("topics_are_listed_for_programs");
    let chatter = "{\"topic\":\"/chatter\",\"types\":[\"std_msgs/msg/String\"],\"publishers_count\":2,\"subscriptions_count\":1}\n";
    let rosout = "{\"topic\":\"/rosout\",\"types\":[\"rcl_interfaces/msg/Log\"],\"publishers_count\":2,\"subscriptions_count\":0}\n";
    let own = "{\"topic\":\"/robot/own\",\"types\":[\"my_msgs/msg/Own\"],\"publishers_count\":0,\"subscriptions_count\":1}\n";
    let table: [(&[&str], &str); 6] = [
        (&["topic", "list"], &format!("{chatter}{own}{rosout}")),
        (&["topic", "list", "-v"], &format!("{chatter}{own}{rosout}")),
        (&["topic", "list", "-c"], "{\"count\":3}\n"),
        (&["topic", "type", "/chatter"], "{\"type_name\":\"std_msgs/msg/String\"}\n"),
        (&["topic", "find", OWN], own),
        (&["topic", "info", "/chatter"], chatter),
    ];
    for (arguments, text) in table {
        graph.run_until(&[&["--json"], arguments].concat(), |ran| ran.stdout() == text).is(0, text, "");
    }
}

#[test]
fn publishers_and_subscriptions_are_described_and_what_keeps_them_apart() {
    let graph = Graph::new("publishers_are_described");
    let (ours, theirs) = (registry(OWN, "int32 a\n"), registry(OWN, "int32 a\nbool b\n"));
    let (talker, listener) = (graph.node("talker"), graph.node("listener"));
    let latched = QosProfile { durability: Durability::TransientLocal, ..QosProfile::DEFAULT };
    let said = publisher(&talker, "/own", (&theirs, OWN), latched.with_depth(1));
    let _heard = subscriber(&listener, "/own", (&ours, OWN), QosProfile::SENSOR_DATA);
    let is_all = |text: &str| {
        text.contains("Publisher count: 1") && text.contains("my_msgs/msg/Own.b: added, is bool")
    };
    let ran = graph.run_until(&["topic", "info", "/own", "-v"], |ran| is_all(ran.stdout()));
    let publisher = format!(
        "Publisher count: 1\n\nNode name: talker\nNode namespace: /\nTopic type: my_msgs/msg/Own\nTopic type hash: {}\n\
         Endpoint type: PUBLISHER\nGID: {}\nQoS profile:\n  Reliability: RELIABLE\n  History (Depth): KEEP_LAST (1)\n  \
         Durability: TRANSIENT_LOCAL\n  Lifespan: Infinite\n  Deadline: Infinite\n  Liveliness: AUTOMATIC\n  Liveliness \
         lease duration: Infinite\n\nSubscription count: 1\n",
        theirs.hash(said.entity().type_name()).unwrap(),
        said.entity().gid(),
    );
    assert!(ran.stdout().contains(&publisher), "{ran:?}");
    let mismatch = "\n\nMismatch: /own: the subscription of node /listener and the publisher of node /talker do not match: \
                    they have different definitions of my_msgs/msg/Own, ";
    assert!(ran.stdout().contains(mismatch), "{ran:?}");

    let is_all =
        |object: &Value| object["mismatches"][0]["differences"].as_array().is_some_and(|all| all.len() == 1);
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let ran =
        graph.run_until(&["--json", "topic", "info", "/own", "-v"], |ran| is_all(&parsed(ran.stdout())));
    let object = parsed(ran.stdout());
    assert_eq!(object["endpoints"][0]["node"], json!("/talker"));
    assert_eq!(object["endpoints"][1]["qos"]["reliability"], json!("best_effort"));
    assert_eq!(object["mismatches"][0]["kind"], json!("definition"));
}
