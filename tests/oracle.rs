//! Against `cdr-encoding`, an independent implementation of CDR over serde: typed structs and our schemas of the same
//! types agree on the bytes, in both byte orders.

#![allow(clippy::unwrap_used)]

use byteorder::{BigEndian, LittleEndian};
use proptest::prelude::*;
use ros_z_dynamic::codec::{Endian, Plan, Value, decode_value, encode_value, from_json, to_json};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Time {
    sec: i32,
    nanosec: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    stamp: Time,
    frame_id: String,
}

/// `sensor_msgs/msg/JointState`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct JointState {
    header: Header,
    name: Vec<String>,
    position: Vec<f64>,
    velocity: Vec<f64>,
    effort: Vec<f64>,
}

/// `shape_msgs/msg/MeshTriangle` in a `shape_msgs/msg/Mesh`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Triangle {
    vertex_indices: [u32; 3],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mesh {
    triangles: Vec<Triangle>,
    vertices: Vec<Point>,
}

fn plan(name: &str) -> std::sync::Arc<Plan> {
    let registry = Registry::new();
    Plan::compile(&registry.describe(&TypeName::parse(name).unwrap()).unwrap()).unwrap()
}

fn with_header(header: [u8; 4], body: Vec<u8>) -> Vec<u8> {
    [header.to_vec(), body].concat()
}

/// The typed value's bytes in both orders, from the other implementation.
fn theirs(message: &impl Serialize) -> [(Endian, Vec<u8>); 2] {
    let little = cdr_encoding::to_vec::<_, LittleEndian>(message).unwrap();
    let big = cdr_encoding::to_vec::<_, BigEndian>(message).unwrap();
    [(Endian::Little, with_header([0, 1, 0, 0], little)), (Endian::Big, with_header([0, 0, 0, 0], big))]
}

/// What both implementations make of one message.
fn compare<T>(plan: &Plan, message: &T) -> Result<(), TestCaseError>
where
    T: Serialize + for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug,
{
    let mut values: Vec<Value> = Vec::new();
    for (endian, payload) in theirs(message) {
        let value = decode_value(plan, &payload).unwrap();
        prop_assert_eq!(&encode_value(plan, &value, endian).unwrap(), &payload);
        let json = to_json(plan, &payload, &Default::default()).unwrap();
        let typed: T = serde_json::from_slice(&json).unwrap();
        prop_assert_eq!(&typed, message);
        let ours = from_json(plan, &serde_json::to_vec(message).unwrap(), &Default::default()).unwrap();
        let (read, _) = cdr_encoding::from_bytes::<T, LittleEndian>(&ours[4..]).unwrap();
        prop_assert_eq!(&read, message);
        values.push(value);
    }
    prop_assert_eq!(&values[0], &values[1]);
    Ok(())
}

fn number() -> impl Strategy<Value = f64> {
    proptest::num::f64::NORMAL | proptest::num::f64::ZERO
}

fn header() -> impl Strategy<Value = Header> {
    (any::<i32>(), any::<u32>(), "[^\u{0}]{0,12}")
        .prop_map(|(sec, nanosec, frame_id)| Header { stamp: Time { sec, nanosec }, frame_id })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn joint_states_agree(
        header in header(),
        name in proptest::collection::vec("[a-zé\"\\\\]{0,9}", 0..5),
        numbers in proptest::collection::vec(proptest::collection::vec(number(), 0..5), 3),
    ) {
        let [position, velocity, effort] = numbers.try_into().unwrap();
        compare(&plan("sensor_msgs/msg/JointState"), &JointState { header, name, position, velocity, effort })?;
    }

    #[test]
    fn meshes_agree(
        triangles in proptest::collection::vec(any::<[u32; 3]>(), 0..4),
        vertices in proptest::collection::vec((number(), number(), number()), 0..4),
    ) {
        let triangles = triangles.into_iter().map(|vertex_indices| Triangle { vertex_indices }).collect();
        let vertices = vertices.into_iter().map(|(x, y, z)| Point { x, y, z }).collect();
        compare(&plan("shape_msgs/msg/Mesh"), &Mesh { triangles, vertices })?;
    }
}
