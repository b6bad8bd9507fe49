//! Against `cdr-encoding`, an independent implementation of CDR over serde: typed structs and our schemas of the same
//! types agree on the bytes, in both byte orders.

#![allow(clippy::unwrap_used)]

use byteorder::{BigEndian, LittleEndian};
use proptest::prelude::*;
use ros_z_dynamic::codec::{
    Endian, JsonBytes, JsonOutput, Plan, Value, decode_value, encode_value, from_json, to_json,
};
use ros_z_dynamic::idl::Format;
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

/// Every scalar alone, and in arrays and sequences beside texts and messages.
const DEFINITIONS: [(&str, &str); 3] = [
    (
        "oracle_msgs/msg/Scalars",
        "bool flag\nbyte octet\nint8 i8\nuint8 u8\nint16 i16\nuint16 u16\nint32 i32\nuint32 u32\nint64 i64\n\
         uint64 u64\nfloat32 f32\nfloat64 f64\nstring text\n",
    ),
    (
        "oracle_msgs/msg/Arrays",
        "bool[3] three_flags\nuint8[3] three_octets\nint8[5] five\nint16[3] three\nint64[2] two\n\
         string[2] two_texts\ngeometry_msgs/Point[2] two_points\n",
    ),
    (
        "oracle_msgs/msg/Sequences",
        "bool[] flags\nuint8[] octets\nint8[] signed\nuint16[<=3] few\nint64[] longs\nfloat32[] singles\n\
         string[] texts\nshape_msgs/MeshTriangle[] triangles\nstd_msgs/Header[] headers\nuint8 last\n",
    ),
];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scalars {
    flag: bool,
    octet: u8,
    i8: i8,
    u8: u8,
    i16: i16,
    u16: u16,
    i32: i32,
    u32: u32,
    i64: i64,
    u64: u64,
    f32: f32,
    f64: f64,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Arrays {
    three_flags: [bool; 3],
    three_octets: [u8; 3],
    five: [i8; 5],
    three: [i16; 3],
    two: [i64; 2],
    two_texts: [String; 2],
    two_points: [Point; 2],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sequences {
    flags: Vec<bool>,
    octets: Vec<u8>,
    signed: Vec<i8>,
    few: Vec<u16>,
    longs: Vec<i64>,
    singles: Vec<f32>,
    texts: Vec<String>,
    triangles: Vec<Triangle>,
    headers: Vec<Header>,
    last: u8,
}

fn plan(name: &str) -> std::sync::Arc<Plan> {
    let registry = Registry::new();
    for (name, text) in DEFINITIONS {
        registry.add_text(name, text, Format::Msg).unwrap();
    }
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
        let json = to_json(plan, &payload, &JsonOutput { bytes: JsonBytes::Array }).unwrap();
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
    fn scalars_agree(
        (flag, octet, i8, u8, i16) in any::<(bool, u8, i8, u8, i16)>(),
        (u16, i32, u32, i64, u64) in any::<(u16, i32, u32, i64, u64)>(),
        f32 in proptest::num::f32::NORMAL | proptest::num::f32::ZERO,
        f64 in number(),
        text in "[^\u{0}]{0,9}",
    ) {
        let scalars = Scalars { flag, octet, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, text };
        compare(&plan("oracle_msgs/msg/Scalars"), &scalars)?;
    }

    #[test]
    fn arrays_agree(
        (three_flags, three_octets, five, three, two) in any::<([bool; 3], [u8; 3], [i8; 5], [i16; 3], [i64; 2])>(),
        two_texts in ["[^\u{0}]{0,9}", "[a-z]{0,3}"],
        points in proptest::collection::vec((number(), number(), number()), 2),
    ) {
        let two_points = [points[0], points[1]].map(|(x, y, z)| Point { x, y, z });
        let arrays = Arrays { three_flags, three_octets, five, three, two, two_texts, two_points };
        compare(&plan("oracle_msgs/msg/Arrays"), &arrays)?;
    }

    #[test]
    fn sequences_agree(
        (flags, octets, signed, longs, last) in any::<(Vec<bool>, Vec<u8>, Vec<i8>, Vec<i64>, u8)>(),
        few in proptest::collection::vec(any::<u16>(), 0..4),
        singles in proptest::collection::vec(proptest::num::f32::NORMAL, 0..5),
        texts in proptest::collection::vec("[a-zé]{0,9}", 0..5),
        indices in proptest::collection::vec(any::<[u32; 3]>(), 0..4),
        headers in proptest::collection::vec(header(), 0..4),
    ) {
        let triangles = indices.into_iter().map(|vertex_indices| Triangle { vertex_indices }).collect();
        let sequences =
            Sequences { flags, octets, signed, few, longs, singles, texts, triangles, headers, last };
        compare(&plan("oracle_msgs/msg/Sequences"), &sequences)?;
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
