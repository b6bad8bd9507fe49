//! `ros-z topic hz`, `bw` and `delay`: figures about messages that a test sends.

use ros_z_dynamic::codec::{Plan, from_json};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use serde_json::{Value, json};

use crate::living::{DEADLINE, Graph, name, publisher, registry};
use crate::running::Running;

const STAMPED: &str = "geometry_msgs/msg/PointStamped";

/// Starts a measurement, and publishes while it reports.
fn reports(
    graph: &Graph,
    arguments: &[&str],
    mut publish: impl FnMut(),
) -> (Vec<String>, String, Option<i32>) {
    let domain = graph.domain.to_string();
    let global = ["--connect", graph.endpoint(), "--domain", &domain];
    let mut running = Running::start(&[&global[..], arguments].concat());
    loop {
        publish();
        if let Some(ended) = running.has_ended() {
            return ended;
        }
    }
}

fn stamped(text: &str) -> Vec<u8> {
    let plan = Plan::compile(&Registry::new().describe(&name(STAMPED)).unwrap()).unwrap();
    from_json(&plan, text.as_bytes(), &Default::default()).unwrap()
}

#[test]
fn rates_are_measured_without_the_type() {
    let graph = Graph::new("rates_are_measured");
    let node = graph
        .context()
        .create_node("talker")
        .with_type_description_service(false)
        .with_parameter_services(false)
        .with_parameter_event_publisher(false)
        .build()
        .unwrap();
    let own = registry("my_msgs/msg/Secret", "int32 a\n");
    let publisher = publisher(&node, "/secret", (&own, "my_msgs/msg/Secret"), QosProfile::DEFAULT);
    let publish = || {
        publisher.publish(b"\x00\x01\x00\x00\x01\x00\x00\x00".to_vec()).unwrap();
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    };
    let arguments = ["topic", "hz", "/secret", "--interval", "0.2", "-n", "2"];
    let (lines, errors, code) = reports(&graph, &arguments, publish);
    assert_eq!((errors.as_str(), code, lines.len()), ("", Some(0), 4), "{lines:?}");
    for lines in lines.chunks(2) {
        assert!(lines[0].starts_with("average rate: "), "{lines:?}");
        let rate: f64 = lines[0]["average rate: ".len()..].parse().unwrap();
        assert!(rate > 1.0 && rate < 600.0, "{rate}");
        assert!(lines[1].starts_with("\tmin: 0.") && lines[1].contains("s std dev: "), "{lines:?}");
    }

    let arguments = ["--json", "topic", "bw", "/secret", "--interval", "0.2", "-n", "1"];
    let (lines, errors, code) = reports(&graph, &arguments, publish);
    assert_eq!((errors.as_str(), code, lines.len()), ("", Some(0), 1), "{lines:?}");
    let figures: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&figures["min"], &figures["max"], &figures["mean"]), (&json!(8.0), &json!(8.0), &json!(8.0)));
    assert!(figures["bytes_per_second"].as_f64().unwrap() > 8.0, "{figures}");
    assert_eq!((&figures["lost"], &figures["dropped"]), (&json!(0), &json!(0)));
}

#[test]
fn delays_are_read_from_headers_and_lost_messages_are_counted() {
    let graph = Graph::new("delays_are_read");
    let (types, node) = (Registry::new(), graph.node("talker"));
    let publisher = publisher(&node, "/point", (&types, STAMPED), QosProfile::DEFAULT);
    let (old, unset) = (stamped(r#"{"header": {"stamp": {"sec": 100}}}"#), stamped("{}"));
    let publish = || {
        publisher.publish(old.clone()).unwrap();
        publisher.publish(unset.clone()).unwrap();
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    };
    let arguments = ["--json", "topic", "delay", "/point", "--interval", "0.2", "-n", "1", "--timeout", "60"];
    let (lines, errors, code) = reports(&graph, &arguments, publish);
    assert_eq!((errors.as_str(), code, lines.len()), ("", Some(0), 1), "{lines:?}");
    let figures: Value = serde_json::from_str(&lines[0]).unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let delay = figures["delay"].as_f64().unwrap();
    assert!((now - 100.0 - delay).abs() < 600.0, "{figures}");
    assert!(figures["unset"].as_u64() > Some(0), "{figures}");

    let (condition, hz) = ("header.stamp.sec == 100", ["topic", "hz", "/point", "/nobody"]);
    let filtered = [&hz[..3], &["--filter", condition, "--interval", "0.2", "-n", "1"]].concat();
    let (lines, errors, code) = reports(&graph, &filtered, publish);
    assert_eq!((errors.as_str(), code, lines.len()), ("", Some(0), 2), "{lines:?}");
    // With several topics each is named; the one without messages has no figures.
    let (lines, ..) = reports(&graph, &[&hz[..], &["--interval", "0.2", "-n", "1"]].concat(), publish);
    assert_eq!((lines.len(), lines[0].as_str()), (3, "/point"), "{lines:?}");
}

#[test]
fn measuring_what_is_not_there_ends_with_a_reason() {
    let graph = Graph::new("measuring_what_is_not_there");
    let (types, node) = (Registry::new(), graph.node("talker"));
    let _publisher = publisher(&node, "/text", (&types, "std_msgs/msg/String"), QosProfile::DEFAULT);
    graph.run(&["topic", "hz", "/nobody", "--timeout", "0.2"], "").is(
        124,
        "",
        "error: no message on /nobody in time\n",
    );
    let seconds = DEADLINE.as_secs().to_string();
    graph.run(&["topic", "delay", "/text", "--timeout", &seconds], "").is(
        1,
        "",
        "error: std_msgs/msg/String has no header.stamp to compare with: std_msgs/msg/String: no field is named `header` \
         (fields: data)\n",
    );
    for (flag, value) in [("--window", "0"), ("--interval", "0"), ("--count", "x")] {
        assert_eq!(graph.run(&["topic", "hz", "/text", flag, value], "").code, Some(2), "{flag}");
    }
}
