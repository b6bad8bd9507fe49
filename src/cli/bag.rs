//! [`Bag`]: a recording that is being written, in MCAP: one file, or the folder of rosbag2 with a file after the other.
//!
//! Payloads go in as they come. `record` and `convert` write with it; `bag_metadata` has the text beside the files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mcap::records::{MessageHeader, Metadata};
use mcap::{Compression, McapError, WriteOptions, Writer};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::QosProfile;

use super::bag_metadata::{self, METADATA};
use super::channels::{OFFERED_QOS, TYPE_HASH};
use super::recorded_qos;

const WRITE_SIZE: usize = 1 << 16;
/// The level at which Zstandard keeps up with what networks deliver; that of `zstd_fast` in rosbag2.
const ZSTD_LEVEL: u32 = 1;
const EXTENSION: &str = "mcap";

/// How files are written, and when the next one is begun.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BagOptions {
    pub(super) compression: Option<Compression>,
    /// About this many bytes a file.
    pub(super) max_size: Option<u64>,
    /// This much time of messages a file.
    pub(super) max_duration: Option<Duration>,
}

/// A topic, its type, and how it was published.
#[derive(Clone, Debug)]
pub(super) struct BagTopic {
    pub(super) topic: String,
    pub(super) type_name: String,
    pub(super) type_hash: Option<String>,
    pub(super) schema_encoding: String,
    pub(super) schema: Vec<u8>,
    pub(super) message_encoding: String,
    pub(super) offered: Vec<QosProfile>,
}

/// When a message was sent and recorded, and its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct BagStamp {
    pub(super) sequence: u32,
    pub(super) log_time: u64,
    pub(super) publish_time: u64,
}

/// How many messages there are, and of what times.
#[derive(Clone, Debug, Default)]
pub(super) struct Extent {
    pub(super) messages: u64,
    /// The first and the last time, once there are messages.
    pub(super) times: Option<(u64, u64)>,
    /// The messages of each topic.
    pub(super) by_topic: Vec<u64>,
}

/// A file that is done.
#[derive(Debug)]
pub(super) struct BagFile {
    pub(super) name: String,
    pub(super) extent: Extent,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) files: Vec<BagFile>,
    pub(super) topics: Vec<BagTopic>,
    pub(super) extent: Extent,
    pub(super) bytes: u64,
}

/// A recording that is being written.
pub(super) struct Bag {
    path: PathBuf,
    is_folder: bool,
    distro: &'static str,
    options: BagOptions,
    topics: Vec<BagTopic>,
    done: Vec<BagFile>,
    extent: Extent,
    bytes: u64,
    current: OpenFile,
}

struct OpenFile {
    name: String,
    writer: Writer<BufWriter<Counted>>,
    size: Arc<AtomicU64>,
    /// The number of each topic in this file.
    channels: Vec<u16>,
    extent: Extent,
}

impl Bag {
    /// Begins a recording where nothing is yet: a file if the name ends in `.mcap`, else a folder.
    pub(super) fn create(path: &Path, options: BagOptions, distro: &'static str) -> Result<Self> {
        let is_folder = !is_file_name(path);
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Io, format!("{} cannot be created: {error}", path.display()))
        };
        if is_folder {
            fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
            fs::create_dir(path).map_err(failed)?;
        }
        let current = OpenFile::create(path, is_folder, 0, options)?;
        let (topics, done, extent) = (Vec::new(), Vec::new(), Extent::default());
        Ok(Self {
            path: path.to_owned(),
            is_folder,
            distro,
            options,
            topics,
            done,
            extent,
            bytes: 0,
            current,
        })
    }

    /// Adds a topic; returns its number.
    pub(super) fn add_topic(&mut self, topic: BagTopic) -> Result<usize> {
        self.current.add_topic(&topic)?;
        self.topics.push(topic);
        Ok(self.topics.len() - 1)
    }

    /// Writes a message of a topic, into the next file if it is time for that.
    pub(super) fn write(&mut self, topic: usize, stamp: BagStamp, payload: &[u8]) -> Result<()> {
        if self.is_full(stamp.log_time) {
            let next = OpenFile::create(&self.path, true, self.done.len() + 1, self.options)?;
            let last = std::mem::replace(&mut self.current, next);
            self.finish_file(last)?;
            for topic in &self.topics {
                self.current.add_topic(topic)?;
            }
        }
        self.extent.add(topic, stamp.log_time);
        self.current.write(topic, stamp, payload)
    }

    /// The bytes on disk so far; those of the last messages come later.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes + self.current.size.load(Ordering::Relaxed)
    }

    /// Completes the last file, and the metadata.
    pub(super) fn finish(mut self) -> Result<Finished> {
        let empty = Extent { by_topic: vec![0; self.topics.len()], ..Extent::default() };
        let mut extent = std::mem::replace(&mut self.extent, empty);
        extent.by_topic.resize(self.topics.len(), 0);
        let Self { path, is_folder, distro, topics, current, mut bytes, mut done, .. } = self;
        let (last, size) = current.finish(&topics, distro)?;
        done.push(last);
        bytes += size;
        if is_folder {
            let text = bag_metadata::of_folder(&done, &topics, &extent, distro)?;
            fs::write(path.join(METADATA), text)?;
        }
        Ok(Finished { files: done, topics, extent, bytes })
    }

    fn finish_file(&mut self, file: OpenFile) -> Result<()> {
        let (done, size) = file.finish(&self.topics, self.distro)?;
        self.done.push(done);
        self.bytes += size;
        Ok(())
    }

    fn is_full(&self, time: u64) -> bool {
        let Some((first, _)) = self.current.extent.times else { return false };
        let is_large =
            self.options.max_size.is_some_and(|max| self.current.size.load(Ordering::Relaxed) >= max);
        let age = Duration::from_nanos(time.saturating_sub(first));
        is_large || self.options.max_duration.is_some_and(|max| age >= max)
    }
}

/// Whether a recording of this name is a single file.
pub(super) fn is_file_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

impl OpenFile {
    fn create(path: &Path, is_folder: bool, number: usize, options: BagOptions) -> Result<Self> {
        let stem = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = if is_folder { format!("{stem}_{number}.{EXTENSION}") } else { stem };
        let file_path = if is_folder { path.join(&name) } else { path.to_owned() };
        let file = File::create_new(&file_path).map_err(|error| {
            Error::new(ErrorKind::Io, format!("{} cannot be created: {error}", file_path.display()))
        })?;
        let size = Arc::new(AtomicU64::new(0));
        let counted = Counted { file, size: Arc::clone(&size) };
        let mut written = WriteOptions::new()
            .profile("ros2")
            .library(concat!("ros-z-dynamic ", env!("CARGO_PKG_VERSION")))
            .compression(options.compression)
            .compression_threads(0);
        if matches!(options.compression, Some(Compression::Zstd)) {
            written = written.compression_level(ZSTD_LEVEL);
        }
        let writer = written.create(BufWriter::with_capacity(WRITE_SIZE, counted)).map_err(broken)?;
        Ok(Self { name, writer, size, channels: Vec::new(), extent: Extent::default() })
    }

    fn add_topic(&mut self, topic: &BagTopic) -> Result<()> {
        let schema = self
            .writer
            .add_schema(&topic.type_name, &topic.schema_encoding, &topic.schema)
            .map_err(broken)?;
        let mut metadata = BTreeMap::from([(OFFERED_QOS.to_owned(), recorded_qos::to_yaml(&topic.offered)?)]);
        metadata.extend(topic.type_hash.clone().map(|hash| (TYPE_HASH.to_owned(), hash)));
        let channel = self.writer.add_channel(schema, &topic.topic, &topic.message_encoding, &metadata);
        self.channels.push(channel.map_err(broken)?);
        Ok(())
    }

    fn write(&mut self, topic: usize, stamp: BagStamp, payload: &[u8]) -> Result<()> {
        let BagStamp { sequence, log_time, publish_time } = stamp;
        let channel_id = self.channels.get(topic).copied().unwrap_or_default();
        let header = MessageHeader { channel_id, sequence, log_time, publish_time };
        self.extent.add(topic, log_time);
        self.writer.write_to_known_channel(&header, payload).map_err(broken)
    }

    fn finish(mut self, topics: &[BagTopic], distro: &str) -> Result<(BagFile, u64)> {
        self.extent.by_topic.resize(topics.len(), 0);
        let done = BagFile { name: self.name, extent: self.extent };
        let text = bag_metadata::inside(&done, topics, distro)?;
        let metadata = BTreeMap::from([("serialized_metadata".to_owned(), text)]);
        let metadata = Metadata { name: "rosbag2".to_owned(), metadata };
        self.writer.write_metadata(&metadata).map_err(broken)?;
        self.writer.finish().map_err(broken)?;
        self.writer.into_inner().flush()?;
        Ok((done, self.size.load(Ordering::Relaxed)))
    }
}

impl Extent {
    fn add(&mut self, topic: usize, time: u64) {
        self.messages += 1;
        self.times = Some(self.times.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
        if self.by_topic.len() <= topic {
            self.by_topic.resize(topic + 1, 0);
        }
        self.by_topic.iter_mut().skip(topic).take(1).for_each(|count| *count += 1);
    }
}

/// A file that says how large it is while it is written to.
struct Counted {
    file: File,
    size: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.size.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let position = self.file.seek(to)?;
        self.size.store(position, Ordering::Relaxed);
        Ok(position)
    }
}

fn broken(error: McapError) -> Error {
    let text = match error {
        McapError::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    Error::new(ErrorKind::Io, format!("the recording cannot be written: {}", text.trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_counts_by_topic() {
        let mut extent = Extent::default();
        for (topic, time) in [(2, 30), (0, 10), (2, 20)] {
            extent.add(topic, time);
        }
        assert_eq!((extent.messages, extent.times, extent.by_topic), (3, Some((10, 30)), vec![1, 0, 2]));
    }
}
