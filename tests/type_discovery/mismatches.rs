//! What differs between the types of endpoints that do not match: told by their nodes, or why it is not.

use std::thread;

use ros_z_dynamic::idl::Format;
use ros_z_dynamic::net::{GraphEvent, GraphEvents, Mismatch, MismatchKind, Node, Subscriber};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use serde_json::json;

use super::*;

/// The next mismatch; those of the types' service itself are not about the probe.
fn next(events: &GraphEvents) -> Mismatch {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let left = deadline.checked_duration_since(Instant::now()).expect("a mismatch in time");
        if let Some(GraphEvent::Mismatch(mismatch)) = events.next(Some(left)).unwrap() {
            return *mismatch;
        }
    }
}

/// No mismatch was told so far, beside those that were taken.
fn no_more(events: &GraphEvents) {
    while let Some(event) = events.next(Some(Duration::ZERO)).unwrap() {
        assert!(!matches!(event, GraphEvent::Mismatch(_)), "{event:?}");
    }
}

/// A registry in which the probe and its part are different.
fn with_other_probe() -> Registry {
    let registry = Registry::new();
    registry.add_text("my_msgs/msg/Part", "float64[] samples\n", Format::Msg).unwrap();
    let text = "geometry_msgs/Point at\nPart[<=4] parts\nstring<=16 label \"none\"\nbool more\n";
    registry.add_text(PROBE, text, Format::Msg).unwrap();
    registry
}

fn subscriber(node: &Node, topic: &str, registry: &Registry, type_name: &str) -> Subscriber {
    let type_name = name(type_name);
    node.describe(&registry.describe(&type_name).unwrap(), registry).unwrap();
    let hash = registry.hash(&type_name).unwrap().to_string();
    node.create_subscriber(topic, &type_name, &hash, QosProfile::DEFAULT).unwrap()
}

#[test]
fn two_definitions_are_compared_in_both_contexts() {
    let (router, theirs, ours) = (router(), with_other_probe(), with_probe());
    let (talker, listener) = (node(&router, "talker"), node(&router, "listener"));
    let (heard, said) = (listener.context().graph().events(), talker.context().graph().events());
    let _publisher = publisher(&talker, "/probe", &theirs, PROBE);
    let _subscriber = subscriber(&listener, "/probe", &ours, PROBE);
    let found = next(&heard);
    assert_eq!((found.kind, found.topic()), (MismatchKind::Definition, "/probe"));
    let hash = |registry: &Registry| registry.hash(&name(PROBE)).unwrap();
    assert_eq!(
        found.to_string(),
        format!(
            "/probe: the subscription of node /listener and the publisher of node /talker do not match: they have \
             different definitions of {PROBE}, {} and {}; from the first to the second: parts: bound my_msgs/Part[<=3] \
             -> my_msgs/Part[<=4]; more: added, is bool; my_msgs/msg/Part.samples: type float32[] -> float64[]",
            hash(&ours),
            hash(&theirs),
        )
    );
    let differences: Vec<String> = found.differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "my_msgs/msg/Probe.parts: bound my_msgs/Part[<=3] -> my_msgs/Part[<=4]",
            "my_msgs/msg/Probe.more: added, is bool",
            "my_msgs/msg/Part.samples: type float32[] -> float64[]",
        ]
    );
    // The same from the other side, the other way round.
    let found = next(&said).to_string();
    assert!(found.starts_with("/probe: the publisher of node /talker and the subscription of"), "{found}");
    assert!(found.contains("; more: removed, was bool; "), "{found}");
    // A second one is another pair, told in its turn; the first is not told again.
    let second = publisher(&talker, "/probe", &theirs, PROBE);
    assert_eq!(next(&heard).theirs, *second.entity().token());
    no_more(&heard);
}

#[test]
fn types_of_different_names_are_compared_too() {
    let router = router();
    let (talker, listener) = (node(&router, "talker"), node(&router, "listener"));
    let events = listener.context().graph().events();
    let registry = Registry::new();
    let _publisher = publisher(&talker, "/data", &registry, "std_msgs/msg/Bool");
    let _subscriber = subscriber(&listener, "/data", &registry, "std_msgs/msg/String");
    let found = next(&events);
    assert_eq!(found.kind, MismatchKind::Type);
    let ending = "one has the type std_msgs/msg/String, the other std_msgs/msg/Bool; from the first to the second: data: \
                  type string -> bool";
    assert!(found.to_string().ends_with(ending), "{found}");
}

#[test]
fn services_are_compared_by_their_parts() {
    let router = router();
    let (here, there) = (node(&router, "here"), node(&router, "there"));
    let events = here.context().graph().events();
    let with = |text: &str| {
        let registry = Registry::new();
        registry.add_text("my_msgs/srv/Locate", text, Format::Srv).unwrap();
        registry
    };
    let (ours, theirs) = (with("string label\n---\nbool ok\n"), with("string name\n---\nbool ok\n"));
    let type_name = name("my_msgs/srv/Locate");
    let endpoint = |node: &Node, registry: &Registry| {
        node.describe(&registry.describe(&type_name).unwrap(), registry).unwrap();
        registry.hash(&type_name).unwrap().to_string()
    };
    let hash = endpoint(&there, &theirs);
    let _server = there.create_server("/locate", &type_name, &hash, QosProfile::SERVICES).unwrap();
    let hash = endpoint(&here, &ours);
    let _client = here.create_client("/locate", &type_name, &hash, QosProfile::SERVICES).unwrap();
    let found = next(&events).to_string();
    assert!(
        found.starts_with("/locate: the client of node /here and the server of node /there do not"),
        "{found}"
    );
    let ending = "from the first to the second: my_msgs/srv/Locate_Request.label: removed, was string; \
                  my_msgs/srv/Locate_Request.name: added, is string";
    assert!(found.ends_with(ending), "{found}");
}

#[test]
fn without_an_answer_the_plain_sentence_says_why() {
    let (router, theirs, ours) = (router(), with_other_probe(), with_probe());
    let listener = node(&router, "listener");
    let events = listener.context().graph().events();
    let silent = |name: &str| {
        let builder = builder(&router).build().unwrap().create_node(name);
        builder.with_type_description_service(false).build().unwrap()
    };
    let quiet = silent("quiet");
    let _subscriber = subscriber(&listener, "/probe", &ours, PROBE);
    let quiet_publisher = publisher(&quiet, "/probe", &theirs, PROBE);
    let found = next(&events);
    let reason = "; what differs is not known: node /quiet does not tell what its types are";
    assert!(found.to_string().ends_with(reason) && found.differences.is_empty(), "{found}");
    quiet_publisher.close();
    // One that has the service and never answers.
    let mute = silent("mute");
    let server = Service::get().server(&mute);
    let _publisher = publisher(&mute, "/probe", &theirs, PROBE);
    let found = next(&events);
    let reason = "; what differs is not known: node /mute: the call of /mute/get_type_description was not answered in time";
    assert!(found.to_string().ends_with(reason), "{found}");
    assert!(server.try_take_request().unwrap().is_some());
    // It is not asked again.
    let _second = subscriber(&listener, "/probe", &ours, PROBE);
    assert!(next(&events).to_string().ends_with(reason));
    assert!(server.try_take_request().unwrap().is_none());
    no_more(&events);
}

#[test]
fn a_liar_is_told_of() {
    let (router, theirs, ours, service) = (router(), with_other_probe(), with_probe(), Service::get());
    let listener = node(&router, "listener");
    let events = listener.context().graph().events();
    let _subscriber = subscriber(&listener, "/probe", &ours, PROBE);
    let liar = builder(&router).build().unwrap().create_node("liar").with_type_description_service(false);
    let liar = liar.build().unwrap();
    let server = service.server(&liar);
    let _publisher = publisher(&liar, "/probe", &theirs, PROBE);
    // It announces one hash and describes what the other side has.
    let lie = json!({"successful": true, "type_description": &*ours.describe(&name(PROBE)).unwrap()});
    thread::scope(|scope| {
        scope.spawn(|| service.answer(&server, &lie));
        let found = next(&events);
        let own = ours.hash(&name(PROBE)).unwrap();
        let reason = format!(
            "; what differs is not known: node /liar: it describes another type, {PROBE} with the hash {own}, and was not \
             believed"
        );
        assert!(found.to_string().ends_with(&reason), "{found}");
        assert_eq!(found.kind, MismatchKind::Definition);
    });
}

#[test]
fn a_context_may_be_closed_while_another_is_asked() {
    let (router, theirs, ours) = (router(), with_other_probe(), with_probe());
    let listener = node(&router, "listener");
    let mute = builder(&router).build().unwrap().create_node("mute").with_type_description_service(false);
    let mute = mute.build().unwrap();
    let server = Service::get().server(&mute);
    let _subscriber = subscriber(&listener, "/probe", &ours, PROBE);
    let _publisher = publisher(&mute, "/probe", &theirs, PROBE);
    assert!(server.take_request(Some(DEADLINE)).unwrap().is_some());
    // An endless wait would not let it be closed.
    listener.context().close().unwrap();
    assert!(listener.context().is_closed());
}
