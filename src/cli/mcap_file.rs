//! [`McapFile`]: the messages of an MCAP file, in the order in which they were written.
//!
//! The outer records are framed here, so that a file that ends early gives every message up to its end, a damaged
//! chunk is passed over, and no length in the file decides on an allocation; `mcap` unpacks the chunks.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use mcap::records::{Record, Statistics, op};
use mcap::sans_io::{LinearReadEvent, LinearReader, LinearReaderOptions};
use mcap::{MAGIC, McapError};

use crate::error::{Error, ErrorKind, Result};

use super::channels::Channels;
use super::recording::{Channel, Overview, RecordedMessage, RecordingFile, Schema};

/// The chunk header up to and with the length of its compression's name.
const CHUNK_HEAD_SIZE: u64 = 32;
/// The footer record and the magic bytes behind it: opcode, length, 20 bytes, magic.
const FOOTER_SIZE: usize = 1 + 8 + 20 + MAGIC.len();
/// The longest record that is read out of a chunk: its length is checked before room is made for it.
const MAX_RECORD_SIZE: usize = 1 << 30;
const READ_SIZE: usize = 1 << 16;

/// An MCAP file that is being read.
pub(super) struct McapFile {
    source: Box<dyn BufRead>,
    /// The file, where it can be read from its end too.
    path: Option<PathBuf>,
    channels: Channels,
    chunk: Option<Chunk>,
    /// How the chunks so far are compressed.
    compression: BTreeSet<String>,
    /// After the end of the data, or an error that nothing can be read behind.
    ended: bool,
}

/// What the end of a file says of it.
struct Summary {
    channels: Channels,
    statistics: Option<Statistics>,
    compression: BTreeSet<String>,
}

/// A chunk that is being read: `left` of its bytes are still in the file, `padding` of them behind its records.
struct Chunk {
    reader: LinearReader,
    left: u64,
    padding: u64,
}

impl RecordingFile for McapFile {
    fn next_message(&mut self) -> Option<Result<RecordedMessage>> {
        while !self.ended {
            let read = match self.chunk {
                Some(_) => self.next_in_chunk(),
                None => self.next_in_file(),
            };
            match read {
                Ok(None) => {}
                Ok(Some(message)) => return Some(Ok(message)),
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }

    /// From the summary at the end of the file; without one, from the whole file.
    fn schemas(&mut self) -> Result<Vec<Arc<Schema>>> {
        let summary = self.summary().map(|summary| summary.channels.schemas());
        if let Some(schemas) = summary.filter(|schemas| !schemas.is_empty()) {
            return Ok(schemas);
        }
        let mut first_error = None;
        while let Some(read) = self.next_message() {
            first_error = first_error.or(read.err());
        }
        match (self.channels.schemas(), first_error) {
            (schemas, Some(error)) if schemas.is_empty() => Err(error),
            (schemas, _) => Ok(schemas),
        }
    }

    fn channels(&self) -> Vec<Arc<Channel>> {
        self.channels.channels().into_iter().map(|(_, channel)| channel).collect()
    }

    /// From the summary at the end of the file; without one, from the whole file.
    fn overview(&mut self) -> Result<Overview> {
        let overview = match self.summary().and_then(Summary::into_overview) {
            Some(overview) => overview,
            None => {
                let scanned = Overview::scan(self);
                Overview { compression: std::mem::take(&mut self.compression), ..scanned }
            }
        };
        Ok(Overview { storage: "mcap", ..overview })
    }
}

impl Summary {
    /// `None` where it does not tell of all messages.
    fn into_overview(self) -> Option<Overview> {
        let statistics = self.statistics?;
        let counts = &statistics.channel_message_counts;
        let count = |(id, channel)| (channel, counts.get(&id).copied().unwrap_or(0));
        let channels: Vec<_> = self.channels.channels().into_iter().map(count).collect();
        let counted: u64 = channels.iter().map(|(_, count)| count).sum();
        let times = (counted > 0).then_some((statistics.message_start_time, statistics.message_end_time));
        let is_whole = counted == statistics.message_count;
        is_whole.then_some(Overview { compression: self.compression, channels, times, ..Overview::default() })
    }
}

impl McapFile {
    /// Reads what comes behind the magic bytes. `path` is the file, where it can be read from its end too.
    pub(super) fn new(source: Box<dyn BufRead>, path: Option<PathBuf>) -> Self {
        Self {
            source,
            path,
            channels: Channels::default(),
            chunk: None,
            compression: BTreeSet::new(),
            ended: false,
        }
    }

    /// What the summary says; `None` when the file has no good one.
    fn summary(&self) -> Option<Summary> {
        let mut file = File::open(self.path.as_ref()?).ok()?;
        let end = file.seek(SeekFrom::End(-(FOOTER_SIZE as i64))).ok()?;
        let mut footer = [0; FOOTER_SIZE];
        file.read_exact(&mut footer).ok()?;
        let start = number_at::<8>(&footer, 9)?;
        if footer[0] != op::FOOTER || !footer.ends_with(MAGIC) || start == 0 || start > end {
            return None;
        }
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut summary = Vec::new();
        file.take((end - start).min(MAX_RECORD_SIZE as u64)).read_to_end(&mut summary).ok()?;
        let mut found =
            Summary { channels: Channels::default(), statistics: None, compression: BTreeSet::new() };
        let mut rest = summary.as_slice();
        while let Some((&opcode, behind)) = rest.split_first() {
            let length = usize::try_from(number_at::<8>(behind, 0)?).ok()?;
            let (body, after) = behind.get(8..)?.split_at_checked(length)?;
            match opcode {
                op::SCHEMA | op::CHANNEL => drop(found.channels.read(opcode, body).ok()?),
                op::STATISTICS | op::CHUNK_INDEX => match mcap::parse_record(opcode, body).ok()? {
                    Record::Statistics(statistics) => found.statistics = Some(statistics),
                    Record::ChunkIndex(index) => _ = found.compression.insert(index.compression),
                    _ => {}
                },
                _ => {}
            }
            rest = after;
        }
        found.compression.remove("");
        Some(found)
    }

    /// One record of the file.
    fn next_in_file(&mut self) -> Result<Option<RecordedMessage>> {
        let [opcode] = self.array::<1>()?;
        let length = u64::from_le_bytes(self.array()?);
        match opcode {
            _ if Channels::reads(opcode) && length <= MAX_RECORD_SIZE as u64 => {
                let body = self.bytes(length)?;
                self.channels.read(opcode, &body)
            }
            _ if Channels::reads(opcode) => {
                self.skip(length)?;
                Err(damaged(&format!("a record of {length} bytes is passed over")))
            }
            op::CHUNK => self.open_chunk(length).map(|()| None),
            op::DATA_END | op::FOOTER => {
                self.ended = true;
                Ok(None)
            }
            _ => self.skip(length).map(|()| None),
        }
    }

    /// Reads the header of a chunk and hands it on, its length made to end with the records.
    fn open_chunk(&mut self, length: u64) -> Result<()> {
        let too_short = || damaged("a chunk is shorter than its header");
        let head = self.bytes(CHUNK_HEAD_SIZE.min(length))?;
        let (Some(uncompressed), Some(name_size)) = (number_at::<8>(&head, 16), number_at::<4>(&head, 28))
        else {
            return Err(too_short());
        };
        let behind_head = length - CHUNK_HEAD_SIZE;
        let Some(left) = behind_head.checked_sub(name_size.saturating_add(8)) else {
            self.skip(behind_head)?;
            return Err(too_short());
        };
        let rest = self.bytes(name_size + 8)?;
        let compressed = number_at::<8>(&rest, name_size as usize).unwrap_or(u64::MAX);
        let Some(padding) = left.checked_sub(compressed) else {
            self.skip(left)?;
            return Err(damaged("a chunk is shorter than it says"));
        };
        let limit = usize::try_from(uncompressed).map_or(MAX_RECORD_SIZE, |size| size.min(MAX_RECORD_SIZE));
        let options = LinearReaderOptions::default()
            .with_skip_start_magic(true)
            .with_skip_end_magic(true)
            .with_validate_chunk_crcs(true)
            .with_record_length_limit(limit.max(head.len() + rest.len()));
        let mut reader = LinearReader::new_with_options(options);
        let prefix = [&[op::CHUNK][..], &(length - padding).to_le_bytes(), &head, &rest].concat();
        reader.insert(prefix.len()).copy_from_slice(&prefix);
        reader.notify_read(prefix.len());
        let name = rest.get(..name_size as usize).filter(|name| !name.is_empty());
        self.compression.extend(name.map(|name| String::from_utf8_lossy(name).into_owned()));
        self.chunk = Some(Chunk { reader, left: compressed, padding });
        Ok(())
    }

    /// One record of the open chunk. At its end, or where it is damaged, the file goes on behind it.
    fn next_in_chunk(&mut self) -> Result<Option<RecordedMessage>> {
        let Some(mut chunk) = self.chunk.take() else { return Ok(None) };
        loop {
            let problem = match chunk.reader.next_event() {
                None => None,
                Some(Ok(LinearReadEvent::ReadRequest(wanted))) => {
                    let size = READ_SIZE.min(wanted).min(usize::try_from(chunk.left).unwrap_or(READ_SIZE));
                    let read =
                        self.source.read(chunk.reader.insert(size)).map_err(|error| self.broken(error))?;
                    chunk.reader.notify_read(read);
                    chunk.left -= read as u64;
                    if read == 0 && size > 0 {
                        return Err(self.truncated());
                    }
                    continue;
                }
                Some(Ok(LinearReadEvent::Record { opcode, data })) => {
                    let read = match Channels::reads(opcode) {
                        true => self.channels.read(opcode, data),
                        false => continue,
                    };
                    if matches!(read, Ok(None)) {
                        continue;
                    }
                    self.chunk = Some(chunk);
                    return read;
                }
                Some(Err(error)) => Some(malformed(error)),
            };
            self.skip(chunk.left + chunk.padding)?;
            return problem.map_or(Ok(None), Err);
        }
    }

    fn array<const SIZE: usize>(&mut self) -> Result<[u8; SIZE]> {
        let mut array = [0; SIZE];
        match self.source.read_exact(&mut array) {
            Ok(()) => Ok(array),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(self.truncated()),
            Err(error) => Err(self.broken(error)),
        }
    }

    fn bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.source.by_ref().take(length).read_to_end(&mut bytes);
        match read {
            Ok(read) if read as u64 == length => Ok(bytes),
            Ok(_) => Err(self.truncated()),
            Err(error) => Err(self.broken(error)),
        }
    }

    fn skip(&mut self, length: u64) -> Result<()> {
        let skipped = std::io::copy(&mut self.source.by_ref().take(length), &mut std::io::sink());
        match skipped {
            Ok(skipped) if skipped == length => Ok(()),
            Ok(_) => Err(self.truncated()),
            Err(error) => Err(self.broken(error)),
        }
    }

    fn truncated(&mut self) -> Error {
        self.ended = true;
        damaged("the recording ends in the middle: it was cut, or never finished")
    }

    fn broken(&mut self, error: std::io::Error) -> Error {
        self.ended = true;
        error.into()
    }
}

/// The little-endian number of `SIZE` bytes at `position`.
fn number_at<const SIZE: usize>(bytes: &[u8], position: usize) -> Option<u64> {
    let number = bytes.get(position..)?.first_chunk::<SIZE>()?;
    Some(number.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

fn malformed(error: McapError) -> Error {
    let text = match error {
        McapError::Io(error) => error.to_string(),
        McapError::Parse(error) => error.to_string(),
        other => other.to_string(),
    };
    damaged(text.trim_end_matches('.'))
}

fn damaged(message: &str) -> Error {
    Error::new(ErrorKind::Io, message)
}
