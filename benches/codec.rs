//! The codec without Python: `cargo bench --no-default-features`. The peer, `cdr-encoding`, reads and writes structs
//! that are known when it is compiled; ours are known at run time. Both are asserted to agree before they are timed.

#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use byteorder::LittleEndian;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ros_z_dynamic::codec::{
    Endian, HEADER_SIZE, JsonOutput, Plan, decode_value, encode_value, from_json, skip, to_json, validate,
};
use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::schema::TypeName;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Time {
    sec: i32,
    nanosec: u32,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Header {
    stamp: Time,
    frame_id: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Vector3 {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Quaternion {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Transform {
    translation: Vector3,
    rotation: Quaternion,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct TransformStamped {
    header: Header,
    child_frame_id: String,
    transform: Transform,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct TfMessage {
    transforms: Vec<TransformStamped>,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Twist {
    linear: Vector3,
    angular: Vector3,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct JointState {
    header: Header,
    name: Vec<String>,
    position: Vec<f64>,
    velocity: Vec<f64>,
    effort: Vec<f64>,
}

fn vector(seed: f64) -> Vector3 {
    Vector3 { x: seed.sin(), y: -seed, z: seed.sqrt() }
}

fn header(index: i32) -> Header {
    Header {
        stamp: Time { sec: 1_700_000_000 + index, nanosec: 123_456_789 },
        frame_id: format!("link_{index}"),
    }
}

fn transform(index: i32) -> TransformStamped {
    let seed = f64::from(index);
    TransformStamped {
        header: header(index),
        child_frame_id: format!("child_of_link_{index}"),
        transform: Transform {
            translation: vector(seed),
            rotation: Quaternion { x: 0.1, y: 0.2, z: 0.3, w: seed.cos() },
        },
    }
}

fn bench<T>(criterion: &mut Criterion, type_name: &str, message: &T)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let registry = Registry::new();
    let description = registry.describe(&TypeName::parse(type_name).unwrap()).unwrap();
    let plan = Plan::compile(&Arc::clone(&description)).unwrap();
    let body = cdr_encoding::to_vec::<T, LittleEndian>(message).unwrap();
    let payload = [&[0, 1, 0, 0], &body[..]].concat();
    let value = decode_value(&plan, &payload).unwrap();
    let json = to_json(&plan, &payload, &JsonOutput::default()).unwrap();
    assert_eq!(encode_value(&plan, &value, Endian::Little).unwrap(), payload);
    assert_eq!(from_json(&plan, &json, &Default::default()).unwrap(), payload);
    assert_eq!(validate(&plan, &payload).unwrap(), payload.len());
    assert_eq!(&cdr_encoding::from_bytes::<T, LittleEndian>(&payload[HEADER_SIZE..]).unwrap().0, message);

    let mut group = criterion.benchmark_group(type_name);
    group.throughput(Throughput::Bytes(payload.len() as u64));
    group.bench_function("read: cdr-encoding", |bencher| {
        bencher.iter(|| cdr_encoding::from_bytes::<T, LittleEndian>(black_box(&payload[HEADER_SIZE..])));
    });
    group.bench_function("read: Value", |bencher| bencher.iter(|| decode_value(&plan, black_box(&payload))));
    group.bench_function("read: validate", |bencher| bencher.iter(|| validate(&plan, black_box(&payload))));
    group.bench_function("read: skip", |bencher| bencher.iter(|| skip(&plan, black_box(&payload))));
    group.bench_function("read: JSON", |bencher| {
        bencher.iter(|| to_json(&plan, black_box(&payload), &JsonOutput::default()));
    });
    group.bench_function("write: cdr-encoding", |bencher| {
        bencher.iter(|| cdr_encoding::to_vec::<T, LittleEndian>(black_box(message)));
    });
    group.bench_function("write: Value", |bencher| {
        bencher.iter(|| encode_value(&plan, black_box(&value), Endian::Little));
    });
    group.bench_function("write: JSON", |bencher| {
        bencher.iter(|| from_json(&plan, black_box(&json), &Default::default()));
    });
    group.finish();
}

fn codec(criterion: &mut Criterion) {
    bench(criterion, "geometry_msgs/msg/Twist", &Twist { linear: vector(1.0), angular: vector(2.0) });
    let numbers: Vec<f64> = (0..12).map(|index| f64::from(index) * 0.1).collect();
    let joints = JointState {
        header: header(1),
        name: (0..12).map(|index| format!("joint_{index}")).collect(),
        position: numbers.clone(),
        velocity: numbers.clone(),
        effort: numbers,
    };
    bench(criterion, "sensor_msgs/msg/JointState", &joints);
    bench(criterion, "tf2_msgs/msg/TFMessage", &TfMessage { transforms: (0..50).map(transform).collect() });
}

criterion_group!(benches, codec);
criterion_main!(benches);
