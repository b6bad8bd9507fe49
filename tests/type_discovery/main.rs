//! Nodes that tell one another what their types are: ours, recorded ones, silent ones, and one that lies.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ros_z_dynamic::ErrorKind;
use ros_z_dynamic::codec::{JsonInput, JsonOutput, Plan, from_json, to_json};
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::net::{Client, ContextBuilder, Node, Publisher, RequestId, Router, Server};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use ros_z_dynamic::schema::{HASH_NOT_SUPPORTED, TypeDescription, TypeHash, TypeName};
use serde_json::{Value, json};

mod mismatches;
mod texts;

const DEADLINE: Duration = Duration::from_secs(20);
const PROBE: &str = "my_msgs/msg/Probe";
const TEXT: &str = "geometry_msgs/Point at\nint32 COUNT=3\nPart[<=3] parts\nstring<=16 label \"none\"\n";
const PART: &str = "float32[] samples\n";

fn router() -> Router {
    Router::open("tcp/127.0.0.1:0").unwrap()
}

fn builder(router: &Router) -> ContextBuilder {
    ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint())
}

fn node(router: &Router, name: &str) -> Node {
    builder(router).build().unwrap().create_node(name).build().unwrap()
}

fn name(text: &str) -> TypeName {
    TypeName::parse(text).unwrap()
}

/// A registry that knows the probe and its part.
fn with_probe() -> Registry {
    let registry = Registry::new();
    registry.add_text("my_msgs/msg/Part", PART, Format::Msg).unwrap();
    registry.add_text(PROBE, TEXT, Format::Msg).unwrap();
    registry
}

/// A publisher whose node tells of its type.
fn publisher(node: &Node, topic: &str, registry: &Registry, type_name: &str) -> Publisher {
    let type_name = name(type_name);
    let description = registry.describe(&type_name).unwrap();
    node.describe(&description, registry).unwrap();
    let hash = registry.hash(&type_name).unwrap().to_string();
    node.create_publisher(topic, &type_name, &hash, QosProfile::DEFAULT).unwrap()
}

/// The service type of `~/get_type_description`.
struct Service {
    name: TypeName,
    hash: String,
    request: Arc<Plan>,
    response: Arc<Plan>,
}

impl Service {
    fn get() -> Self {
        let (registry, name) = (Registry::new(), name("type_description_interfaces/srv/GetTypeDescription"));
        let plan = |part: &str| {
            let part = format!("{name}_{part}");
            Plan::compile(&registry.describe(&self::name(&part)).unwrap()).unwrap()
        };
        let hash = registry.hash(&name).unwrap().to_string();
        Self { request: plan("Request"), response: plan("Response"), hash, name }
    }

    fn client(&self, node: &Node, of: &str) -> Client {
        let service = format!("{of}/get_type_description");
        node.create_client(&service, &self.name, &self.hash, QosProfile::SERVICES).unwrap()
    }

    fn server(&self, node: &Node) -> Server {
        let service = "~/get_type_description";
        node.create_server(service, &self.name, &self.hash, QosProfile::SERVICES).unwrap()
    }

    fn ask(&self, client: &Client, type_hash: &str, include_type_sources: bool) -> Value {
        let request =
            json!({"type_name": "", "type_hash": type_hash, "include_type_sources": include_type_sources});
        let payload =
            from_json(&self.request, request.to_string().as_bytes(), &JsonInput::default()).unwrap();
        let received = client.call(payload, Some(DEADLINE)).unwrap();
        let json = to_json(&self.response, received.payload.as_slice(), &JsonOutput::default()).unwrap();
        serde_json::from_slice(&json).unwrap()
    }

    /// Answers one request with this JSON text.
    fn answer(&self, server: &Server, response: &Value) {
        let request = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
        let payload =
            from_json(&self.response, response.to_string().as_bytes(), &JsonInput::default()).unwrap();
        server.send_response(RequestId::from(&request.attachment), payload).unwrap();
    }
}

#[test]
fn a_node_tells_of_the_types_of_its_endpoints() {
    let (router, registry, service) = (router(), with_probe(), Service::get());
    let talker = node(&router, "talker");
    let _publisher = publisher(&talker, "probe", &registry, PROBE);
    let client = service.client(&node(&router, "asker"), "/talker");
    let hash = registry.hash(&name(PROBE)).unwrap();
    for sources in [false, true] {
        let response = service.ask(&client, &hash.to_string(), sources);
        assert_eq!((&response["successful"], &response["failure_reason"]), (&json!(true), &json!("")));
        let told: TypeDescription = serde_json::from_value(response["type_description"].clone()).unwrap();
        assert_eq!(told, *registry.describe(&name(PROBE)).unwrap());
        assert_eq!(TypeHash::of(&told).unwrap(), hash);
        let texts: Vec<_> = response["type_sources"].as_array().unwrap().iter().collect();
        if !sources {
            assert!(texts.is_empty());
            continue;
        }
        let told: Vec<_> = texts.iter().map(|text| (&text["type_name"], &text["encoding"])).collect();
        let msg = json!("msg");
        let names = [json!(PROBE), json!("geometry_msgs/msg/Point"), json!("my_msgs/msg/Part")];
        assert_eq!(told, names.iter().map(|name| (name, &msg)).collect::<Vec<_>>());
        assert_eq!(texts[0]["raw_file_contents"], TEXT);
    }
    for (hash, reason) in [
        (format!("RIHS01_{:064}", 0), "Type not currently in use by this node"),
        (
            Registry::new().hash(&name("std_msgs/msg/String")).unwrap().to_string(),
            "Type not currently in use by this node",
        ),
        ("None".to_owned(), "Failed to parse type hash"),
        (String::new(), "Failed to parse type hash"),
        ("RIHS01_12".to_owned(), "Failed to parse type hash"),
    ] {
        let response = service.ask(&client, &hash, true);
        assert_eq!(
            (&response["successful"], &response["failure_reason"]),
            (&json!(false), &json!(reason)),
            "{hash}"
        );
    }
}

#[test]
fn a_service_is_described_with_its_parts() {
    let (router, service) = (router(), Service::get());
    let registry = Registry::new();
    registry.add_text("my_msgs/srv/Locate", "string label\n---\nfloat64 x\n", Format::Srv).unwrap();
    let type_name = name("my_msgs/srv/Locate");
    let server = node(&router, "server");
    server.describe(&registry.describe(&type_name).unwrap(), &registry).unwrap();
    let client = service.client(&node(&router, "asker"), "/server");
    let response = service.ask(&client, &registry.hash(&type_name).unwrap().to_string(), true);
    assert_eq!(response["successful"], true);
    let encodings: Vec<_> = response["type_sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| (source["type_name"].as_str().unwrap(), source["encoding"].as_str().unwrap()))
        .collect();
    assert_eq!(
        encodings,
        [
            ("my_msgs/srv/Locate", "srv"),
            ("builtin_interfaces/msg/Time", "msg"),
            ("my_msgs/srv/Locate_Event", "implicit"),
            ("my_msgs/srv/Locate_Request", "implicit"),
            ("my_msgs/srv/Locate_Response", "implicit"),
            ("service_msgs/msg/ServiceEventInfo", "msg"),
        ]
    );
}

#[test]
fn the_service_is_announced_and_can_be_left_out() {
    let router = router();
    let node = node(&router, "talker");
    let servers = |name: &str| {
        let service = format!("{name}/get_type_description");
        let graph = node.context().graph();
        graph.count(ros_z_dynamic::rmw::EntityKind::Service, &service)
    };
    let quiet = node.context().create_node("quiet").with_type_description_service(false).build().unwrap();
    let listener =
        quiet.create_subscriber("x", &name("std_msgs/msg/String"), "H", QosProfile::DEFAULT).unwrap();
    assert!(quiet.wait_for_subscribers("x", 1, DEADLINE).unwrap());
    assert_eq!((servers("/talker"), servers("/quiet")), (1, 0));
    assert_eq!(listener.entity().token().entity_id, "19");
}

#[test]
fn an_unknown_type_is_learned_from_its_publisher() {
    let (router, theirs, ours) = (router(), with_probe(), Registry::new());
    let talker = node(&router, "talker");
    let publisher = publisher(&talker, "/probe", &theirs, PROBE);
    let listener = node(&router, "listener");
    let learned = listener.learn_topic_type(&ours, "probe", DEADLINE).unwrap();
    assert_eq!(learned.type_name.as_str(), PROBE);
    assert_eq!(learned.type_hash, theirs.hash(&name(PROBE)).unwrap().to_string());
    assert_eq!(learned.description, theirs.describe(&name(PROBE)).unwrap());
    // From now on it is known, by hash and by name, without anybody.
    publisher.close();
    talker.close();
    assert_eq!(ours.hash(&name(PROBE)).unwrap().to_string(), learned.type_hash);
    assert!(ours.find_by_hash(&learned.type_hash.parse().unwrap()).is_some());
    assert!(ours.find("my_msgs/msg/Part").is_ok());
}

#[test]
fn a_type_is_learned_by_its_name() {
    let (router, theirs, ours) = (router(), with_probe(), Registry::new());
    let _publisher = publisher(&node(&router, "talker"), "/probe", &theirs, PROBE);
    let listener = node(&router, "listener");
    let learned = listener.learn_type(&ours, &name(PROBE), DEADLINE).unwrap();
    assert_eq!(learned.description, theirs.describe(&name(PROBE)).unwrap());
    let error = listener.learn_type(&ours, &name("my_msgs/msg/Nothing"), Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownType);
    assert_eq!(error.to_string(), "my_msgs/msg/Nothing is not known: nobody uses it");
}

#[test]
fn another_definition_here_does_not_stand_in_the_way() {
    let (router, theirs, ours) = (router(), with_probe(), Registry::new());
    ours.add_text(PROBE, "int64 other\n", Format::Msg).unwrap();
    let _publisher = publisher(&node(&router, "talker"), "/probe", &theirs, PROBE);
    let learned = node(&router, "listener").learn_topic_type(&ours, "/probe", DEADLINE).unwrap();
    assert_eq!(learned.description, theirs.describe(&name(PROBE)).unwrap());
    // What the name means here is not for others to say.
    assert_eq!(ours.find(PROBE).unwrap().description.fields[0].name, "other");
}

#[test]
fn files_and_loaded_types_come_before_the_nodes() {
    let (router, theirs, ours) = (router(), with_probe(), with_probe());
    let talker = builder(&router).build().unwrap().create_node("talker");
    let silent = talker.with_type_description_service(false).build().unwrap();
    let _publisher = publisher(&silent, "/probe", &theirs, PROBE);
    let learned = node(&router, "listener").learn_topic_type(&ours, "/probe", DEADLINE).unwrap();
    assert_eq!(learned.description, theirs.describe(&name(PROBE)).unwrap());
}

#[test]
fn a_distribution_without_hashes_has_the_types_that_are_known_by_name() {
    let router = router();
    let string = name("std_msgs/msg/String");
    let humble = node(&router, "humble");
    let _publisher =
        humble.create_publisher("/chatter", &string, HASH_NOT_SUPPORTED, QosProfile::DEFAULT).unwrap();
    let learned = node(&router, "listener").learn_topic_type(&Registry::new(), "/chatter", DEADLINE).unwrap();
    assert_eq!((learned.type_name, learned.type_hash.as_str()), (string, HASH_NOT_SUPPORTED));
}

#[test]
fn the_error_says_what_was_tried() {
    let (router, theirs) = (router(), with_probe());
    let listener = node(&router, "listener");
    let error =
        listener.learn_topic_type(&Registry::new(), "/silent", Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownType);
    assert_eq!(
        error.to_string(),
        "the type of /silent is not known: nobody publishes on it or subscribes to it"
    );
    let talker = builder(&router).build().unwrap().create_node("talker");
    let silent = talker.with_type_description_service(false).build().unwrap();
    let _publisher = publisher(&silent, "/probe", &theirs, PROBE);
    // In use by nobody who tells: an endpoint whose type was not described.
    let hash = theirs.hash(&name(PROBE)).unwrap();
    let other = node(&router, "other");
    let _other =
        other.create_publisher("/probe", &name(PROBE), &hash.to_string(), QosProfile::DEFAULT).unwrap();
    assert!(listener.wait_for_publishers("/probe", 2, DEADLINE).unwrap());
    let error = listener.learn_topic_type(&Registry::new(), "/probe", DEADLINE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownType);
    let text = error.to_string();
    for part in [
        &format!("the type of /probe could not be learned: {PROBE} with the hash {hash}: unknown type"),
        "node /talker: nobody served /talker/get_type_description in time",
        "node /other: it answered `Type not currently in use by this node`",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_topic_of_several_types_has_none() {
    let router = router();
    let talker = node(&router, "talker");
    let registry = Registry::new();
    let _one = publisher(&talker, "/mixed", &registry, "std_msgs/msg/String");
    let _two = publisher(&talker, "/mixed", &registry, "std_msgs/msg/Bool");
    let listener = node(&router, "listener");
    assert!(listener.wait_for_publishers("/mixed", 2, DEADLINE).unwrap());
    let error = listener.learn_topic_type(&registry, "/mixed", DEADLINE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    assert!(
        error.to_string().contains("std_msgs::msg::dds_::Bool_ and std_msgs::msg::dds_::String_"),
        "{error}"
    );
}

#[test]
fn a_node_that_lies_is_not_believed_and_the_next_one_is_asked() {
    let (router, truth, lie, service) = (router(), with_probe(), with_probe(), Service::get());
    lie.add_text(PROBE, "float64 money\n", Format::Msg).unwrap();
    let hash = truth.hash(&name(PROBE)).unwrap().to_string();
    let lying = json!({"successful": true, "type_description": &*lie.describe(&name(PROBE)).unwrap()});
    let liar = builder(&router).build().unwrap().create_node("liar").with_type_description_service(false);
    let liar = liar.build().unwrap();
    let server = service.server(&liar);
    let _lying = liar.create_publisher("/probe", &name(PROBE), &hash, QosProfile::DEFAULT).unwrap();
    let listener = node(&router, "listener");
    let ours = Registry::new();
    thread::scope(|scope| {
        scope.spawn(|| service.answer(&server, &lying));
        let error = listener.learn_topic_type(&ours, "/probe", DEADLINE).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("node /liar: it describes another type, my_msgs/msg/Probe with the hash RIHS01_"),
            "{text}"
        );
        assert!(text.ends_with(", and was not believed"), "{text}");
    });
    assert!(ours.find(PROBE).is_err(), "nothing of it is kept");
    let _honest = publisher(&node(&router, "honest"), "/probe", &truth, PROBE);
    assert!(listener.wait_for_publishers("/probe", 2, DEADLINE).unwrap());
    thread::scope(|scope| {
        scope.spawn(|| {
            // It may not be asked again, when the other one comes first.
            if let Some(request) = server.take_request(Some(Duration::from_secs(3))).unwrap() {
                server.drop_request(RequestId::from(&request.attachment)).unwrap();
            }
        });
        let learned = listener.learn_topic_type(&ours, "/probe", DEADLINE).unwrap();
        assert_eq!(learned.description, truth.describe(&name(PROBE)).unwrap());
    });
}

#[test]
fn a_node_that_does_not_answer_takes_no_longer_than_its_share() {
    let (router, theirs, service) = (router(), with_probe(), Service::get());
    let hash = theirs.hash(&name(PROBE)).unwrap().to_string();
    let mute = builder(&router).build().unwrap().create_node("mute").with_type_description_service(false);
    let mute = mute.build().unwrap();
    let _server = service.server(&mute);
    let _publisher = mute.create_publisher("/probe", &name(PROBE), &hash, QosProfile::DEFAULT).unwrap();
    let listener = node(&router, "listener");
    let asked = Instant::now();
    let error =
        listener.learn_topic_type(&Registry::new(), "/probe", Duration::from_millis(500)).unwrap_err();
    assert!((Duration::from_millis(500)..DEADLINE).contains(&asked.elapsed()));
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[test]
fn a_search_ends_when_its_context_is_closed() {
    let router = router();
    let listener = node(&router, "listener");
    thread::scope(|scope| {
        let searching = scope.spawn(|| listener.learn_topic_type(&Registry::new(), "/nobody", DEADLINE));
        listener.context().close().unwrap();
        assert_eq!(searching.join().unwrap().unwrap_err().kind(), ErrorKind::Closed);
    });
}

#[test]
fn recorded_answers_of_genuine_nodes_become_types_with_the_recorded_hashes() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/captures/get_type_description.json");
    let Ok(text) = fs::read_to_string(path) else {
        return println!("skipped: there are no captures beside the repository");
    };
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let (router, service) = (router(), Service::get());
    let (mut learned_types, mut constants) = (0, 0);
    for exchange in recorded["exchanges"].as_array().unwrap() {
        let hex = |value: &Value| -> Vec<u8> {
            let hex = value.as_str().unwrap();
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        };
        let request = hex(&exchange["payload"]);
        let json = to_json(&service.request, &request, &JsonOutput::default()).unwrap();
        let request: Value = serde_json::from_slice(&json).unwrap();
        let (type_name, hash) =
            (request["type_name"].as_str().unwrap(), request["type_hash"].as_str().unwrap());
        let reply = hex(&exchange["replies"][0]["ok"]["payload"]);
        let genuine =
            builder(&router).build().unwrap().create_node("td").with_type_description_service(false);
        let genuine = genuine.build().unwrap();
        let server = service.server(&genuine);
        let publisher =
            genuine.create_publisher("/any", &name(type_name), hash, QosProfile::DEFAULT).unwrap();
        let listener = node(&router, "listener");
        let nothing = Registry::empty();
        let learned = thread::scope(|scope| {
            scope.spawn(|| {
                let asked = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
                let json =
                    to_json(&service.request, asked.payload.as_slice(), &JsonOutput::default()).unwrap();
                let asked_for: Value = serde_json::from_slice(&json).unwrap();
                assert_eq!(
                    (&asked_for["type_name"], &asked_for["type_hash"]),
                    (&request["type_name"], &request["type_hash"])
                );
                server.send_response(RequestId::from(&asked.attachment), reply).unwrap();
            });
            listener.learn_topic_type(&nothing, "/any", DEADLINE)
        });
        let learned = learned.unwrap();
        assert_eq!((learned.type_name.as_str(), learned.type_hash.as_str()), (type_name, hash));
        assert_eq!(TypeHash::of(&learned.description).unwrap().to_string(), hash);
        Plan::compile(&learned.description).unwrap();
        if request["include_type_sources"] == true {
            let described = std::iter::once(&learned.description.type_description);
            for individual in described.chain(&learned.description.referenced_type_descriptions) {
                let definition = nothing.definition_of(individual).unwrap();
                // Of a text that is not ASCII, genuine nodes tell the beginning.
                let is_cut = individual.type_name == "test_msgs/msg/WStrings";
                assert_eq!(definition.source.is_none(), is_cut, "{}", individual.type_name);
                constants += definition.constants.len();
            }
        }
        drop(publisher);
        learned_types += 1;
    }
    println!("{learned_types} recorded answers became types, with {constants} constants");
    assert!(learned_types >= 20);
    assert!(constants >= 12, "those of PointField and DiagnosticStatus");
}

#[test]
fn our_answers_are_those_of_a_genuine_node() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/captures/get_type_description.json");
    let Ok(text) = fs::read_to_string(path) else {
        return println!("skipped: there are no captures beside the repository");
    };
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let (router, service, registry) = (router(), Service::get(), Registry::new());
    let td = node(&router, "td");
    let client = service.client(&node(&router, "asker"), "/td");
    let mut compared = 0;
    for exchange in recorded["exchanges"].as_array().unwrap() {
        let label = exchange["label"].as_str().unwrap();
        let (type_name, rest) = label.split_once(' ').unwrap();
        let (hash, sources) = rest.split_once(' ').unwrap();
        let Ok(description) = registry.find(type_name).and_then(|found| registry.describe(&found.type_name))
        else {
            continue;
        };
        td.describe(&description, &registry).unwrap();
        let ours = service.ask(&client, hash, sources.ends_with('1'));
        let hex = exchange["replies"][0]["ok"]["payload"].as_str().unwrap();
        let reply: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let json = to_json(&service.response, &reply, &JsonOutput::default()).unwrap();
        let genuine: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(ours["type_description"], genuine["type_description"], "{label}");
        assert_eq!(ours["successful"], genuine["successful"]);
        // The texts differ in their comments.
        let named = |response: &Value| -> Vec<(String, String)> {
            let sources = response["type_sources"].as_array().unwrap().iter();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            sources.map(|source| (text(&source["type_name"]), text(&source["encoding"]))).collect()
        };
        assert_eq!(named(&ours), named(&genuine), "{label}");
        compared += 1;
    }
    println!("{compared} answers compared");
    assert!(compared >= 12);
}
