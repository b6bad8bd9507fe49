//! [`Channels`]: what the schema, channel and message records of an MCAP file say. Used by `mcap_file`.
//!
//! Read by hand: every length is checked against the bytes that are there before anything is allocated for it.

use std::collections::HashMap;
use std::sync::Arc;

use mcap::records::op;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::TypeHash;

use super::recording::{Channel, RecordedMessage, Schema};

/// The key of a type's hash in the metadata of a channel.
pub(super) const TYPE_HASH: &str = "topic_type_hash";
/// The key of the quality of service of a channel's publishers.
pub(super) const OFFERED_QOS: &str = "offered_qos_profiles";

/// The schemas and channels read so far.
#[derive(Default)]
pub(crate) struct Channels {
    schemas: HashMap<u16, Arc<Schema>>,
    channels: HashMap<u16, Arc<Channel>>,
}

impl Channels {
    /// The schemas so far, in the order of their numbers.
    pub(crate) fn schemas(&self) -> Vec<Arc<Schema>> {
        let mut schemas: Vec<_> = self.schemas.iter().collect();
        schemas.sort_by_key(|(id, _)| **id);
        schemas.into_iter().map(|(_, schema)| Arc::clone(schema)).collect()
    }

    /// The channels so far with their numbers, in the order of those.
    pub(crate) fn channels(&self) -> Vec<(u16, Arc<Channel>)> {
        let mut channels: Vec<_> =
            self.channels.iter().map(|(id, channel)| (*id, Arc::clone(channel))).collect();
        channels.sort_by_key(|(id, _)| *id);
        channels
    }

    /// Whether records with this operation code are for [`read`](Self::read).
    pub(crate) fn reads(opcode: u8) -> bool {
        matches!(opcode, op::SCHEMA | op::CHANNEL | op::MESSAGE)
    }

    /// Learns from a schema or channel record, or makes a message of its record.
    pub(crate) fn read(&mut self, opcode: u8, body: &[u8]) -> Result<Option<RecordedMessage>> {
        let mut record = Record(body);
        match opcode {
            op::SCHEMA => self.schema(&mut record).map(|()| None),
            op::CHANNEL => self.channel(&mut record).map(|()| None),
            _ => self.message(&mut record).map(Some),
        }
    }

    fn schema(&mut self, record: &mut Record<'_>) -> Result<()> {
        let id = record.u16()?;
        let (name, encoding) = (record.string()?, record.string()?);
        let schema = Arc::new(Schema { name, encoding, text: record.counted()?.to_vec() });
        let known = self.schemas.entry(id).or_insert_with(|| Arc::clone(&schema));
        if *known == schema {
            Ok(())
        } else {
            Err(malformed(format!("there are two schemas with the id {id}")))
        }
    }

    fn channel(&mut self, record: &mut Record<'_>) -> Result<()> {
        let (id, schema_id) = (record.u16()?, record.u16()?);
        let (topic, message_encoding) = (record.string()?, record.string()?);
        let schema = self.schemas.get(&schema_id).cloned();
        if schema_id != 0 && schema.is_none() {
            return Err(malformed(format!("the channel of `{topic}` names the unknown schema {schema_id}")));
        }
        let (type_hash, offered_qos) = noted(record)?;
        let channel = Arc::new(Channel { topic, message_encoding, schema, type_hash, offered_qos });
        let known = self.channels.entry(id).or_insert_with(|| Arc::clone(&channel));
        if *known == channel {
            return Ok(());
        }
        Err(malformed(format!(
            "there are two channels with the id {id}: {} and {}",
            known.topic, channel.topic
        )))
    }

    fn message(&mut self, record: &mut Record<'_>) -> Result<RecordedMessage> {
        let id = record.u16()?;
        let (sequence, log_time, publish_time) = (record.u32()?, record.u64()?, record.u64()?);
        let Some(channel) = self.channels.get(&id).cloned() else {
            return Err(malformed(format!("message {sequence} is of the unknown channel {id}")));
        };
        let (sequence, payload) = (sequence.into(), record.0.to_vec());
        Ok(RecordedMessage { channel, sequence, log_time, publish_time, payload })
    }
}

/// The hash and the quality of service that rosbag2 notes in the metadata of a channel.
fn noted(record: &mut Record<'_>) -> Result<(Option<TypeHash>, String)> {
    let mut metadata = Record(record.counted()?);
    let (mut hash, mut offered_qos) = (None, String::new());
    while !metadata.0.is_empty() {
        let (key, value) = (metadata.string()?, metadata.string()?);
        match key.as_str() {
            TYPE_HASH => hash = hash.or(value.parse().ok()),
            OFFERED_QOS => offered_qos = value,
            _ => {}
        }
    }
    Ok((hash, offered_qos))
}

/// What is left of a record's body.
struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| {
            malformed(format!("a record ends here: {length} bytes are needed, {} are left", self.0.len()))
        })?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const SIZE: usize>(&mut self) -> Result<[u8; SIZE]> {
        let mut array = [0; SIZE];
        array.copy_from_slice(self.take(SIZE)?);
        Ok(array)
    }

    fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn counted(&mut self) -> Result<&'a [u8]> {
        let length = self.u32()?;
        self.take(length as usize)
    }

    fn string(&mut self) -> Result<String> {
        let bytes = self.counted()?;
        let text = std::str::from_utf8(bytes);
        text.map(str::to_owned).map_err(|_| malformed("a name in a record is not UTF-8".to_owned()))
    }
}

fn malformed(message: String) -> Error {
    Error::new(ErrorKind::Io, message)
}
