//! The `metadata.yaml` of rosbag2 (version 9, that of Jazzy), for a recording that `bag` writes. Files in MCAP have the
//! same text inside, so that each can be looked at without the others.

use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};

use super::bag::{BagFile, BagTopic, Extent};
use super::recorded_qos;

/// What rosbag2 writes into the folder of a recording.
pub(super) const METADATA: &str = "metadata.yaml";

const VERSION: u64 = 9;
/// When a recording without messages begins.
const NEVER: u64 = i64::MAX.cast_unsigned();

/// The text of `metadata.yaml`.
pub(super) fn of_folder(
    files: &[BagFile],
    topics: &[BagTopic],
    extent: &Extent,
    distro: &str,
) -> Result<String> {
    yaml(&json!({"rosbag2_bagfile_information": information(files, topics, extent, distro)}))
}

/// What a file of this name has inside.
pub(super) fn inside(file: &BagFile, topics: &[BagTopic], distro: &str) -> Result<String> {
    yaml(&information(std::slice::from_ref(file), topics, &file.extent, distro))
}

fn yaml(value: &Value) -> Result<String> {
    serde_yaml::to_string(value).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))
}

fn information(files: &[BagFile], topics: &[BagTopic], extent: &Extent, distro: &str) -> Value {
    let (starting_time, duration) = times(extent);
    let counts = topics.iter().zip(&extent.by_topic);
    let topics: Vec<Value> = counts.map(|(topic, count)| of_topic(topic, *count)).collect();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let files: Vec<Value> = files.iter().map(of_file).collect();
    json!({
        "version": VERSION,
        "storage_identifier": "mcap",
        "duration": duration,
        "starting_time": starting_time,
        "message_count": extent.messages,
        "topics_with_message_count": topics,
        "compression_format": "",
        "compression_mode": "",
        "relative_file_paths": names,
        "files": files,
        "custom_data": null,
        "ros_distro": distro,
    })
}

fn of_topic(topic: &BagTopic, count: u64) -> Value {
    json!({
        "topic_metadata": {
            "name": topic.topic,
            "type": topic.type_name,
            "serialization_format": topic.message_encoding,
            "offered_qos_profiles": recorded_qos::to_value(&topic.offered),
            "type_description_hash": topic.type_hash.as_deref().unwrap_or_default(),
        },
        "message_count": count,
    })
}

fn of_file(file: &BagFile) -> Value {
    let (starting_time, duration) = times(&file.extent);
    json!({
        "path": file.name,
        "starting_time": starting_time,
        "duration": duration,
        "message_count": file.extent.messages,
    })
}

fn times(extent: &Extent) -> (Value, Value) {
    let (first, last) = extent.times.unwrap_or((NEVER, NEVER));
    (json!({"nanoseconds_since_epoch": first}), json!({"nanoseconds": last - first}))
}
