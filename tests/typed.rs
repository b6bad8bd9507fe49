//! Endpoints of Rust types, against endpoints of payloads and against what serde derives for types that do not fit.
//!
//! Nothing sleeps: every wait is for an event, with a deadline.

#![cfg(feature = "net")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fmt::Debug;
use std::thread;
use std::time::Duration;

use ros_z_dynamic::codec::{JsonInput, Plan, from_json};
use ros_z_dynamic::idl::Format;
use ros_z_dynamic::net::{ContextBuilder, Node, Router};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;
use ros_z_dynamic::schema::TypeName;
use ros_z_dynamic::{Error, ErrorKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const DEADLINE: Duration = Duration::from_secs(20);
const QOS: QosProfile = QosProfile::DEFAULT;
const PROBE: &str = "my_msgs/msg/Probe";
const TEXT: &str = "geometry_msgs/Point at\nPart[<=2] parts\nuint8[] data\nfloat32[3] three\nstring<=4 label\nwstring wide\n\
                    bool flag\nbyte octet\nint64 long\nstd_msgs/Empty nothing\nchar type\n";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Point {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Part {
    samples: Vec<i16>,
    names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Empty {
    structure_needs_at_least_one_member: u8,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Probe {
    at: Point,
    parts: Vec<Part>,
    data: Vec<u8>,
    three: [f32; 3],
    label: Box<str>,
    wide: Vec<u32>,
    flag: bool,
    octet: u8,
    long: i64,
    nothing: Empty,
    r#type: u8,
}

const JSON: &str = r#"{"at": {"x": 1.5, "y": -2, "z": 0}, "parts": [{"samples": [1, -2], "names": ["a", ""]}, {}],
    "data": [1, 2, 3], "three": [0.5, 1, 2], "label": "abcd", "wide": "hé", "flag": true, "octet": 7,
    "long": -9000000000, "nothing": {}, "type": 65}"#;

fn probe() -> Probe {
    Probe {
        at: Point { x: 1.5, y: -2.0, z: 0.0 },
        parts: vec![
            Part { samples: vec![1, -2], names: vec!["a".into(), String::new()] },
            Part { samples: vec![], names: vec![] },
        ],
        data: vec![1, 2, 3],
        three: [0.5, 1.0, 2.0],
        label: "abcd".into(),
        wide: vec![0x68, 0xe9],
        flag: true,
        octet: 7,
        long: -9_000_000_000,
        nothing: Empty::default(),
        r#type: 65,
    }
}

fn registry() -> Registry {
    let registry = Registry::new();
    registry.add_text("my_msgs/msg/Part", "int16[] samples\nstring[] names\n", Format::Msg).unwrap();
    registry.add_text(PROBE, TEXT, Format::Msg).unwrap();
    registry
}

fn plan(registry: &Registry, name: &str) -> std::sync::Arc<Plan> {
    Plan::compile(&registry.describe(&TypeName::parse(name).unwrap()).unwrap()).unwrap()
}

fn router() -> Router {
    Router::open("tcp/127.0.0.1:0").unwrap()
}

fn node(router: &Router, name: &str) -> Node {
    let builder = ContextBuilder::new().with_domain_id(0).with_router_endpoint(router.endpoint());
    builder.build().unwrap().create_node(name).build().unwrap()
}

#[test]
fn typed_and_dynamic_endpoints_write_and_read_the_same() {
    let (router, registry) = (router(), registry());
    let (talker, listener) = (node(&router, "talker"), node(&router, "listener"));
    let typed = listener.subscriber::<Probe>("probe", PROBE, &registry, QOS).unwrap();
    let name = typed.untyped().entity().type_name().clone();
    let hash = registry.hash(&name).unwrap().to_string();
    let dynamic = listener.create_subscriber("probe", &name, &hash, QOS).unwrap();
    let publisher = talker.publisher::<Probe>("probe", "my_msgs/Probe", &registry, QOS).unwrap();
    assert!(talker.wait_for_subscribers("probe", 2, DEADLINE).unwrap());
    publisher.publish(&probe()).unwrap();
    let payload = dynamic.recv(Some(DEADLINE)).unwrap().unwrap().payload.as_slice().to_vec();
    let json = from_json(&plan(&registry, PROBE), JSON.as_bytes(), &JsonInput::default()).unwrap();
    assert_eq!(payload, json);
    let (message, received) = typed.recv_with_info(Some(DEADLINE)).unwrap().unwrap();
    assert_eq!((message, received.attachment.sequence_number), (probe(), 1));
    // From one of payloads; in big endian; and malformed.
    let raw = publisher.untyped();
    raw.publish(json.clone()).unwrap();
    assert_eq!(typed.recv(Some(DEADLINE)).unwrap(), Some(probe()));
    for (payload, kind) in [
        (&json[..json.len() - 1], ErrorKind::Truncated),
        (&[0, 7, 0, 0, 0], ErrorKind::Encapsulation),
        (&[], ErrorKind::Truncated),
    ] {
        raw.publish(payload).unwrap();
        let error = typed.recv(Some(DEADLINE)).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    raw.publish(json).unwrap();
    assert_eq!(typed.recv(Some(DEADLINE)).unwrap(), Some(probe()));
    assert_eq!(typed.try_recv().unwrap(), None);
    typed.untyped().close();
    assert_eq!(typed.recv(None).unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn either_byte_order_is_read() {
    let (router, registry) = (router(), Registry::new());
    let node = node(&router, "both");
    let subscriber = node.subscriber::<Point>("at", "geometry_msgs/Point", &registry, QOS).unwrap();
    let publisher = node.publisher::<Point>("at", "geometry_msgs/Point", &registry, QOS).unwrap();
    let point = Point { x: 1.0, y: 2.0, z: -0.5 };
    let big: Vec<u8> = [point.x, point.y, point.z].iter().flat_map(|number| number.to_be_bytes()).collect();
    publisher.untyped().publish([&[0; 4][..], &big].concat()).unwrap();
    assert_eq!(subscriber.recv(Some(DEADLINE)).unwrap(), Some(point));
}

/// The sentences about a type that cannot be read, and about a value of it that cannot be written.
fn refused<T: Serialize + DeserializeOwned + Default>(registry: &Registry, name: &str) -> [String; 2] {
    let router = router();
    let node = node(&router, "node");
    let said = |error: Error| error.to_string();
    let read = node.subscriber::<T>("x", name, registry, QOS).map(drop);
    let publisher = node.publisher::<T>("x", name, registry, QOS).unwrap();
    let written = publisher.publish(&T::default());
    let left = publisher.untyped().entity().key().to_owned();
    assert!(left.starts_with("0/x/"));
    [read, written].map(|result| result.map_err(said).unwrap_err())
}

macro_rules! mirror {
    ($name:ident { $($field:ident: $rust:ty),* }) => {
        #[derive(Debug, Default, Serialize, Deserialize)]
        struct $name { $($field: $rust),* }
    };
}

#[test]
fn other_shapes_are_refused_with_the_place() {
    mirror!(Narrow { x: f64, y: f32, z: f64 });
    mirror!(Swapped { x: f64, z: f64, y: f64 });
    mirror!(Fewer { x: f64, y: f64 });
    mirror!(More { x: f64, y: f64, z: f64, w: f64 });
    mirror!(Optional { x: f64, y: Option<f64>, z: f64 });
    mirror!(Texts { x: f64, y: String, z: f64 });
    mirror!(Wide { x: f64, y: i128, z: f64 });
    mirror!(Letters { x: f64, y: char, z: f64 });
    let registry = registry();
    let point = |path: &str, read: &str, written: &str| {
        [read, written].map(|sentence| format!("geometry_msgs/msg/Point{path}: {sentence}"))
    };
    let same = |path: &str, sentence: &str| point(path, sentence, sentence);
    let name = "geometry_msgs/Point";
    assert_eq!(refused::<Narrow>(&registry, name), same(".y", "f64 belongs here, and the Rust type has f32"));
    assert_eq!(
        refused::<Swapped>(&registry, name),
        point(
            "",
            "the fields are x, y, z, and those of the Rust type x, z, y",
            "`y` belongs here, and the Rust type has `z`"
        )
    );
    assert_eq!(
        refused::<Fewer>(&registry, name),
        point(
            "",
            "the fields are x, y, z, and those of the Rust type x, y",
            "`z` belongs here, and the Rust type has no field"
        )
    );
    assert_eq!(
        refused::<More>(&registry, name),
        point(
            "",
            "the fields are x, y, z, and those of the Rust type x, y, z, w",
            "no field belongs here, and the Rust type has `w`"
        )
    );
    for (said, found) in [
        (refused::<Optional>(&registry, name), "an Option"),
        (refused::<Texts>(&registry, name), "a text"),
        (refused::<Wide>(&registry, name), "i128"),
        (refused::<Letters>(&registry, name), "char"),
    ] {
        assert_eq!(said, same(".y", &format!("f64 belongs here, and the Rust type has {found}")));
    }
    assert_eq!(
        refused::<Vec<f64>>(&registry, name),
        same("", "a struct for geometry_msgs/msg/Point belongs here, and the Rust type has a sequence")
    );
    mirror!(Bytes { at: Point, parts: Vec<Fewer> });
    let [read, written] = refused::<Bytes>(&registry, PROBE);
    assert!(read.starts_with("my_msgs/msg/Probe: the fields are at, parts, data, three, label, "), "{read}");
    assert_eq!(written, "my_msgs/msg/Probe: `data` belongs here, and the Rust type has no field");
}

/// One that has the fields of a list, whatever they hold.
#[derive(Debug, Default, Serialize, Deserialize)]
struct List<T> {
    list: T,
}

#[test]
fn what_items_are_is_checked_too() {
    let registry = registry();
    let name = |text: &str| {
        let name =
            format!("list_msgs/msg/L{}", text.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        registry.add_text(&name, &format!("{text} list\n"), Format::Msg).unwrap();
        name
    };
    let places = |said: [String; 2]| said.map(|said| said.split_once(".list").unwrap().1.to_owned());
    let both = |text: &str| [text.to_owned(), text.to_owned()];
    assert_eq!(
        places(refused::<List<[f64; 2]>>(&registry, &name("float64[3]"))),
        both(": [f64; 3] belongs here, and the Rust type has an array of 2")
    );
    assert_eq!(
        places(refused::<List<[f32; 3]>>(&registry, &name("float64[3]"))),
        both("[0]: f64 belongs here, and the Rust type has f32")
    );
    assert_eq!(
        places(refused::<List<[f64; 3]>>(&registry, &name("float64[]"))),
        both(": Vec<f64> belongs here, and the Rust type has an array of 3")
    );
    assert_eq!(
        places(refused::<List<Vec<f64>>>(&registry, &name("float64[3]"))),
        both(": [f64; 3] belongs here, and the Rust type has a sequence")
    );
    assert_eq!(
        places(refused::<List<(u8, bool, u8)>>(&registry, &name("uint8[3]"))),
        both("[1]: u8 belongs here, and the Rust type has bool")
    );
    assert_eq!(
        places(refused::<List<String>>(&registry, &name("wstring"))),
        both(": Vec<u32>, UTF-16 units, belongs here, and the Rust type has a text")
    );
}

#[test]
fn items_of_an_empty_list_are_checked_when_it_is_read_and_when_there_are_any() {
    let (router, registry) = (router(), registry());
    let node = node(&router, "node");
    registry.add_text("list_msgs/msg/Points", "geometry_msgs/Point[] list\n", Format::Msg).unwrap();
    let error = node.subscriber::<List<Vec<Part>>>("x", "list_msgs/Points", &registry, QOS).unwrap_err();
    assert!(error.to_string().starts_with("list_msgs/msg/Points.list[0]: the fields are x, y, z"), "{error}");
    let publisher = node.publisher::<List<Vec<Part>>>("x", "list_msgs/Points", &registry, QOS).unwrap();
    publisher.publish(&List { list: vec![] }).unwrap();
    let error = publisher.publish(&List { list: vec![Part::default()] }).unwrap_err();
    assert_eq!(
        (error.kind(), error.path().as_str(), error.type_name()),
        (ErrorKind::UnknownField, "list[0]", Some("list_msgs/msg/Points"))
    );
}

type Spoil = fn(&mut Probe);

#[test]
fn values_beyond_what_the_type_allows_do_not_leave() {
    let (router, registry) = (router(), registry());
    let node = node(&router, "node");
    let subscriber = node.subscriber::<Probe>("probe", PROBE, &registry, QOS).unwrap();
    let publisher = node.publisher::<Probe>("probe", PROBE, &registry, QOS).unwrap();
    let cases: [(Spoil, ErrorKind, &str); 4] = [
        (|probe| probe.parts.push(Part::default()), ErrorKind::Bound, "parts: 3 items, at most 2"),
        (|probe| probe.label = "abcde".into(), ErrorKind::Bound, "label: 5 bytes, at most 4"),
        (|probe| probe.label = "a\0b".into(), ErrorKind::Text, "label: the text holds a NUL"),
        (
            |probe| probe.parts[0].names.push("\0".into()),
            ErrorKind::Text,
            "parts[0].names[2]: the text holds",
        ),
    ];
    for (spoil, kind, part) in cases {
        let mut spoilt = probe();
        spoil(&mut spoilt);
        let error = publisher.publish(&spoilt).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().starts_with(&format!("my_msgs/msg/Probe.{part}")), "{error}");
    }
    publisher.publish(&probe()).unwrap();
    let (_, received) = subscriber.recv_with_info(Some(DEADLINE)).unwrap().unwrap();
    assert_eq!(received.attachment.sequence_number, 1);
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Numbers {
    a: i64,
    b: i64,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Sum {
    sum: i64,
}

#[test]
fn a_service_of_rust_types() {
    let (router, registry) = (router(), Registry::new());
    let (serving, calling) = (node(&router, "server"), node(&router, "client"));
    let add = "example_interfaces/AddTwoInts";
    let server = serving.server::<Numbers, Sum>("add", add, &registry).unwrap();
    let client = calling.client::<Numbers, Sum>("add", add, &registry).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let (id, numbers) = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
            server.send_response(id, &Sum { sum: numbers.a + numbers.b }).unwrap();
        });
        // What is malformed is dropped, and the next one is taken.
        let error = client.untyped().call(vec![0, 1, 0, 0], Some(DEADLINE)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network);
        assert_eq!(client.call(&Numbers { a: 2, b: 40 }, Some(DEADLINE)).unwrap(), Sum { sum: 42 });
    });
    assert!(server.take_request(Some(Duration::ZERO)).unwrap().is_none());
    fn kind<T: Debug>(result: Result<T, Error>) -> ErrorKind {
        result.unwrap_err().kind()
    }
    assert_eq!(kind(serving.server::<Sum, Sum>("x", add, &registry).map(drop)), ErrorKind::UnknownField);
    assert_eq!(
        kind(calling.client::<Numbers, Numbers>("x", add, &registry).map(drop)),
        ErrorKind::UnknownField
    );
    let message = serving.server::<Numbers, Sum>("x", "std_msgs/String", &registry).map(drop).unwrap_err();
    assert_eq!(message.to_string(), "`std_msgs/msg/String` is not a service");
    let service = serving.publisher::<Numbers>("x", add, &registry, QOS).map(drop).unwrap_err();
    assert_eq!(service.to_string(), "`example_interfaces/srv/AddTwoInts` is not a message");
    let unknown = serving.publisher::<Numbers>("x", "no_msgs/Nothing", &registry, QOS).map(drop);
    assert_eq!(kind(unknown), ErrorKind::UnknownType);
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Nothing;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct NoFields {}

#[test]
fn an_empty_message_is_a_struct_without_fields() {
    let (router, registry) = (router(), Registry::new());
    let node = node(&router, "both");
    let service = "std_srvs/Empty";
    let server = node.server::<Nothing, NoFields>("empty", service, &registry).unwrap();
    let client = node.client::<NoFields, Nothing>("empty", service, &registry).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let received = server.untyped().take_request(Some(DEADLINE)).unwrap().expect("a request");
            assert_eq!(received.payload.as_slice(), [0u8, 1, 0, 0, 0]);
            server.send_response((&received.attachment).into(), &NoFields {}).unwrap();
            let (id, Nothing) = server.take_request(Some(DEADLINE)).unwrap().expect("a request");
            server.send_response(id, &NoFields {}).unwrap();
        });
        for _ in 0..2 {
            assert_eq!(client.call(&NoFields {}, Some(DEADLINE)).unwrap(), Nothing);
        }
    });
}
