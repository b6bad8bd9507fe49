//! Recordings that tests write and read, without the command.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use mcap::records::MessageHeader;
use mcap::{MessageStream, WriteOptions, Writer};
use ros_z_dynamic::codec::{JsonInput, Plan, from_json};
use ros_z_dynamic::registry::Registry;

pub const STRING: &str = "std_msgs/msg/String";

/// Writes recordings message by message.
pub struct Recorder(Writer<Cursor<Vec<u8>>>);

impl Recorder {
    pub fn new(options: WriteOptions) -> Self {
        Self(options.create(Cursor::new(Vec::new())).unwrap())
    }

    pub fn channel(&mut self, topic: &str, schema: (&str, &str, &str), metadata: &[(&str, &str)]) -> u16 {
        self.channel_in("cdr", topic, schema, metadata)
    }

    pub fn channel_in(
        &mut self,
        message_encoding: &str,
        topic: &str,
        (name, encoding, text): (&str, &str, &str),
        metadata: &[(&str, &str)],
    ) -> u16 {
        let schema = self.0.add_schema(name, encoding, text.as_bytes()).unwrap();
        let metadata: BTreeMap<_, _> =
            metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        self.0.add_channel(schema, topic, message_encoding, &metadata).unwrap()
    }

    pub fn message(&mut self, channel_id: u16, time: u64, payload: &[u8]) {
        let header = MessageHeader { channel_id, sequence: 7, log_time: time, publish_time: time - 1 };
        self.0.write_to_known_channel(&header, payload).unwrap();
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.0.finish().unwrap();
        self.0.into_inner().into_inner()
    }
}

/// The payload of a `std_msgs/msg/String`.
pub fn text(data: &str) -> Vec<u8> {
    let length = u32::try_from(data.len() + 1).unwrap();
    [b"\x00\x01\x00\x00", &length.to_le_bytes()[..], data.as_bytes(), b"\0"].concat()
}

/// The payload of a message given as JSON.
pub fn payload(registry: &Registry, type_name: &str, json: &str) -> Vec<u8> {
    let name = registry.find(type_name).unwrap().type_name.clone();
    let plan = Plan::compile(&registry.describe(&name).unwrap()).unwrap();
    from_json(&plan, json.as_bytes(), &JsonInput::default()).unwrap()
}

/// Strings on `/chatter`, one each second: `text 1`, `text 2` ...
pub fn strings(count: u64, options: WriteOptions) -> Vec<u8> {
    let mut recorder = Recorder::new(options);
    let channel = recorder.channel("/chatter", (STRING, "ros2msg", "string data\n"), &[]);
    for number in 1..=count {
        recorder.message(channel, number * 1_000_000_000, &text(&format!("text {number}")));
    }
    recorder.finish()
}

/// The same in SQLite, as recorders before Iron wrote it.
pub fn string_database(path: &Path, count: u64) {
    let database = rusqlite::Connection::open(path).unwrap();
    let tables = "CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT, \
        offered_qos_profiles TEXT); CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER, \
        data BLOB); INSERT INTO topics VALUES (1, '/chatter', 'std_msgs/msg/String', 'cdr', '')";
    database.execute_batch(tables).unwrap();
    for number in 1..=count {
        let time = i64::try_from(number * 1_000_000_000).unwrap();
        let insert = "INSERT INTO messages(topic_id, timestamp, data) VALUES (1, ?1, ?2)";
        database.execute(insert, (time, text(&format!("text {number}")))).unwrap();
    }
}

/// A message as another reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    pub topic: String,
    pub type_name: String,
    pub schema: String,
    pub metadata: BTreeMap<String, String>,
    pub payload: Vec<u8>,
}

/// Every message of an MCAP file, which must be whole.
#[track_caller]
pub fn read(path: &Path) -> Vec<Read> {
    let bytes = std::fs::read(path).unwrap();
    assert!(mcap::Summary::read(&bytes).unwrap().is_some_and(|summary| summary.stats.is_some()));
    let messages = MessageStream::new(&bytes).unwrap().map(|message| {
        let message = message.unwrap();
        let schema = message.channel.schema.as_ref().unwrap();
        Read {
            topic: message.channel.topic.clone(),
            type_name: schema.name.clone(),
            schema: String::from_utf8(schema.data.to_vec()).unwrap(),
            metadata: message.channel.metadata.clone(),
            payload: message.data.to_vec(),
        }
    });
    messages.collect()
}
