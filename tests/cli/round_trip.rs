//! `echo --json | pub`: what goes in comes out, bit for bit.

use std::process::Stdio;
use std::sync::Arc;

use fastrand::Rng;
use indexmap::IndexMap;
use ros_z_dynamic::codec::{Endian, FieldPlan, Kind, Plan, Value, encode_value};
use ros_z_dynamic::net::{Publisher, Subscriber};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::{History, QosProfile};
use ros_z_dynamic::schema::{Cardinality, Primitive};

use crate::command::ros_z;
use crate::living::{DEADLINE, Graph, name, publisher, subscriber};
use crate::running::{Feeding, Running};

const TYPES: [&str; 10] = [
    "std_msgs/msg/String",
    "std_msgs/msg/Float32MultiArray",
    "geometry_msgs/msg/TwistStamped",
    "sensor_msgs/msg/Imu",
    "sensor_msgs/msg/JointState",
    "sensor_msgs/msg/PointCloud2",
    "sensor_msgs/msg/CompressedImage",
    "nav_msgs/msg/Odometry",
    "diagnostic_msgs/msg/DiagnosticArray",
    "tf2_msgs/msg/TFMessage",
];

const MESSAGES: usize = 1000;

/// A message of that plan made at random; NaN is the one that JSON can write.
fn message(plan: &Plan, index: usize, random: &mut Rng) -> Value {
    let fields = plan.layout(index).fields.iter();
    Value::Message(fields.map(|field| (Arc::clone(&field.name), value(plan, field, random))).collect())
}

fn value(plan: &Plan, field: &FieldPlan, random: &mut Rng) -> Value {
    let length = match field.cardinality {
        Cardinality::Single => return single(plan, field.kind, random),
        Cardinality::Array(length) => length,
        Cardinality::Sequence { .. } => random.u64(0..4),
    };
    match field.kind {
        Kind::Scalar(primitive) if primitive.is_octet() => {
            Value::Bytes((0..length).map(|_| random.u8(..)).collect())
        }
        kind => Value::List((0..length).map(|_| single(plan, kind, random)).collect()),
    }
}

fn single(plan: &Plan, kind: Kind, random: &mut Rng) -> Value {
    match kind {
        Kind::Message(index) => message(plan, index, random),
        Kind::String { .. } => Value::String((0..random.usize(0..6)).map(|_| random.u8(1..)).collect()),
        Kind::WString { .. } => Value::WString((0..random.usize(0..6)).map(|_| random.u16(1..)).collect()),
        Kind::Scalar(Primitive::Bool) => Value::Bool(random.bool()),
        Kind::Scalar(Primitive::Float32) => {
            let number = f32::from_bits(random.u32(..));
            Value::Float32(if number.is_nan() { f32::NAN } else { number })
        }
        Kind::Scalar(Primitive::Float64) => {
            let number = f64::from_bits(random.u64(..));
            Value::Float64(if number.is_nan() { f64::NAN } else { number })
        }
        Kind::Scalar(primitive) => {
            let bits = 8 * primitive.size() as u32;
            let number = random.u64(..) >> (64 - bits);
            if primitive.name().starts_with("int") {
                Value::Int((number << (64 - bits)) as i64 >> (64 - bits))
            } else {
                Value::UInt(number)
            }
        }
    }
}

/// Two commands between a publisher and a subscriber.
struct Relay {
    payloads: Vec<Vec<u8>>,
    publisher: Publisher,
    subscriber: Subscriber,
    _echo: Feeding,
    relay: Running,
}

impl Relay {
    fn new(graph: &Graph, node: &ros_z_dynamic::net::Node, type_name: &str) -> Self {
        let types = Registry::new();
        let plan = Plan::compile(&types.describe(&name(type_name)).unwrap()).unwrap();
        let mut random = Rng::with_seed(7);
        let root = plan.layouts().len() - 1;
        let payloads = (0..MESSAGES)
            .map(|_| encode_value(&plan, &message(&plan, root, &mut random), Endian::Little).unwrap())
            .collect();
        let lossless = QosProfile { history: History::KeepAll, ..QosProfile::DEFAULT };
        let topic = |end: &str| format!("/{end}/{}", type_name.replace('/', "_"));
        let (from, to) = (topic("from"), topic("to"));
        let publisher = publisher(node, &from, (&types, type_name), lossless);
        let subscriber = subscriber(node, &to, (&types, type_name), lossless);
        let domain = graph.domain.to_string();
        let global = ["--connect", graph.endpoint(), "--domain", &domain, "-q"];
        let count = MESSAGES.to_string();
        let echo = ["--json", "topic", "echo", &from, "-n", &count, "--qos-history", "keep_all"];
        let (_echo, lines) = Feeding::start(&[&global[..], &echo].concat());
        let mut relay = ros_z(&[&global[..], &["topic", "pub", &to, type_name, "-"]].concat());
        let relay = Running::of(relay.stdin(Stdio::from(lines)));
        Self { payloads, publisher, subscriber, _echo, relay }
    }

    fn check(self, type_name: &str) {
        let topic = self.publisher.entity().topic();
        assert!(self.publisher.entity().node().wait_for_subscribers(topic, 1, DEADLINE).unwrap());
        while !self.publisher.has_route().unwrap() {
            std::thread::yield_now();
        }
        for payload in &self.payloads {
            self.publisher.publish(payload.clone()).unwrap();
        }
        for (number, payload) in self.payloads.iter().enumerate() {
            let received = self.subscriber.recv(Some(DEADLINE)).unwrap();
            let received = received.unwrap_or_else(|| panic!("{type_name}: message {number} did not come"));
            assert_eq!(received.payload.as_slice(), payload, "{type_name}: message {number}");
        }
        assert_eq!(self.relay.end(), (vec![], String::new(), Some(0)), "{type_name}");
    }
}

#[test]
fn ten_thousand_messages_of_ten_types_come_through_bit_for_bit() {
    let graph = Graph::new("ten_thousand_messages");
    let node = graph.node("both_ends");
    for type_name in TYPES {
        Relay::new(&graph, &node, type_name).check(type_name);
    }
}

#[test]
fn values_made_at_random_are_of_every_kind() {
    let types = Registry::new();
    let mut kinds = IndexMap::new();
    for type_name in TYPES {
        let plan = Plan::compile(&types.describe(&name(type_name)).unwrap()).unwrap();
        for field in plan.layouts().iter().flat_map(|layout| &layout.fields) {
            *kinds.entry(format!("{:?}", field.kind)).or_insert(0) += 1;
        }
    }
    for kind in [
        "Scalar(Bool)",
        "Scalar(Float32)",
        "Scalar(Float64)",
        "Scalar(UInt8)",
        "Scalar(Int32)",
        "String { bound: 0 }",
    ] {
        assert!(kinds.contains_key(kind), "{kind} is not among {kinds:?}");
    }
}
