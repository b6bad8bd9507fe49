//! The logs of nodes on `/rosout`, as genuine nodes were recorded to write them.

use ros_z_dynamic::codec::{Plan, Value as Message, decode_value};
use ros_z_dynamic::net::{ContextBuilder, LogLevel, LogMessage, LogStamp};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::EntityKind;
use ros_z_dynamic::schema::TypeName;

use crate::recorded::{bytes, echoed, recorded};
use crate::recorded_actions::{is_sample_on, samples};
use crate::{DEADLINE, ErrorKind, QosProfile, kind, node, raw, router};

fn text(message: &Message, field: &str) -> String {
    match message.get(field) {
        Some(Message::String(text)) => String::from_utf8(text.clone()).unwrap(),
        other => panic!("{field}: {other:?}"),
    }
}

fn number<N: TryFrom<i128, Error: std::fmt::Debug>>(message: &Message, field: &str) -> N {
    match message.get(field) {
        Some(Message::Int(number)) => N::try_from(i128::from(*number)).unwrap(),
        Some(Message::UInt(number)) => N::try_from(i128::from(*number)).unwrap(),
        other => panic!("{field}: {other:?}"),
    }
}

#[test]
fn lines_and_tokens_are_the_recorded_ones() {
    let Some(recorded) = recorded("samples.json") else { return };
    let events = recorded["events"].as_array().unwrap();
    let genuine: Vec<_> = events.iter().filter(|event| is_sample_on(event, "/rosout/")).collect();
    assert_eq!(genuine.len(), 3);
    let router = router();
    let session = raw::session(&router);
    let (_subscriber, heard) = samples(&session, genuine[0]["key"].as_str().unwrap());
    let node = node(&router, "samples");
    // The first endpoint of its node, as that of rclpy.
    let token = events.iter().find_map(|event| event["key"].as_str().filter(|key| key.contains("/%rosout/")));
    let zid = token.unwrap().split('/').nth(2).unwrap();
    let own = node.context().graph().endpoints(EntityKind::Publisher, "/rosout");
    assert_eq!(own[0].to_string().replace(&node.context().zid(), zid), token.unwrap());
    let log = TypeName::parse("rcl_interfaces/msg/Log").unwrap();
    let plan = Plan::compile(&Registry::new().describe(&log).unwrap()).unwrap();
    for (event, count) in genuine.iter().zip(1..) {
        let payload = bytes(&event["payload"]).unwrap();
        let message = decode_value(&plan, &payload).unwrap();
        let stamp = message.get("stamp").unwrap();
        let line = LogMessage {
            stamp: LogStamp { sec: number(stamp, "sec"), nanosec: number(stamp, "nanosec") },
            level: number(&message, "level"),
            name: text(&message, "name"),
            msg: text(&message, "msg"),
            file: text(&message, "file"),
            function: text(&message, "function"),
            line: number(&message, "line"),
        };
        let sample = if count == 1 {
            // Until the raw session is heard of, nothing goes to it.
            loop {
                assert!(node.publish_log(&line).unwrap());
                if let Ok(sample) = heard.recv_timeout(std::time::Duration::from_millis(200)) {
                    break sample;
                }
            }
        } else {
            assert!(node.publish_log(&line).unwrap());
            heard.recv_timeout(DEADLINE).unwrap()
        };
        let sent = sample.payload().to_bytes();
        // Genuine padding is what was in memory, ours is 0.
        assert_eq!(sent.len(), payload.len());
        assert!(sent.iter().zip(&payload).all(|(own, genuine)| own == genuine || *own == 0), "{sent:?}");
        assert_eq!(decode_value(&plan, &sent).unwrap(), message);
        let attachment = sample.attachment().unwrap().to_bytes();
        assert_eq!(echoed(&attachment).1, own[0].gid());
    }
}

#[test]
fn a_logger_writes_where_it_is_called_and_a_closed_node_writes_nothing() {
    let router = router();
    let node = node(&router, "robot");
    let logger = node.logger();
    logger.debug("not yet");
    logger.set_level(LogLevel::Debug);
    let line = line!() + 1;
    logger.child("arm").debug("a\0b");
    logger.fatal("over");
    // A late reader has all of it.
    let reader = crate::node(&router, "reader");
    let lines = reader.subscriber::<LogMessage>(
        "/rosout",
        "rcl_interfaces/msg/Log",
        &Registry::new(),
        QosProfile::ROSOUT,
    );
    let lines = lines.unwrap();
    let first = lines.recv(Some(DEADLINE)).unwrap().unwrap();
    assert_eq!((first.name.as_str(), first.msg.as_str(), first.level), ("robot.arm", "a\\x00b", 10));
    assert!(first.file.ends_with("rosout.rs") && first.line == line && first.stamp.sec > 1_700_000_000);
    assert_eq!(lines.recv(Some(DEADLINE)).unwrap().unwrap().msg, "over");
    let message = LogMessage { msg: "a\0b".to_owned(), ..first };
    assert!(node.publish_log(&message).is_err());
    node.close();
    logger.info("nobody hears");
    assert_eq!(kind(node.publish_log(&LogMessage { msg: String::new(), ..message })), ErrorKind::Closed);
}

#[test]
fn a_node_may_have_no_log() {
    let router = router();
    let context =
        ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint()).build().unwrap();
    let node = context.create_node("quiet").with_namespace("/a/b").with_rosout(false).build().unwrap();
    node.logger().info("only to tracing");
    assert_eq!(node.logger().name(), "a.b.quiet");
    assert_eq!(context.graph().count(EntityKind::Publisher, "/rosout"), 0);
}
