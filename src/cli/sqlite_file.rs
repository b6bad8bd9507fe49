//! [`SqliteFile`]: the messages of an SQLite file of rosbag2, in the order of their time.
//!
//! The tables are `topics`, `messages` and, since Iron, `message_definitions`; older files have neither the texts nor
//! the hashes of their types. Messages that the recorder compressed one by one are unpacked.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indexmap::IndexMap;
use rusqlite::{Connection, OpenFlags, Row};

use crate::error::{Error, ErrorKind, Result};

use super::recording::{Channel, Overview, RecordedMessage, RecordingFile, Schema, ZSTD_MAGIC};

/// Messages that are fetched at once.
const PAGE: usize = 16;
/// The longest message that is unpacked.
const MAX_MESSAGE_SIZE: u64 = 1 << 30;

/// A page of messages, from behind the time and number of the last one.
const MESSAGES: &str = "SELECT id, topic_id, timestamp, data FROM messages \
    WHERE (timestamp, id) > (?1, ?2) ORDER BY timestamp, id LIMIT ?3";

/// How many messages a topic has, and their first and last times.
const COUNTS: &str =
    "SELECT topic_id, count(*), min(timestamp), max(timestamp) FROM messages GROUP BY topic_id";

/// An SQLite file that is being read.
pub(super) struct SqliteFile {
    connection: Connection,
    channels: HashMap<i64, Arc<Channel>>,
    page: VecDeque<Result<RecordedMessage>>,
    /// The time and the number of the last message of the page.
    last: (i64, i64),
    ended: bool,
    /// Where the file was unpacked to.
    _unpacked: Option<Unpacked>,
}

impl SqliteFile {
    /// Opens a file. It is not written to, nor is anything beside it, unless a writer left its log there.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let uri: String = path.to_string_lossy().bytes().fold("file:".to_owned(), |mut uri, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => uri.push(byte.into()),
                _ => uri.push_str(&format!("%{byte:02x}")),
            }
            uri
        });
        let uri = if Path::new(&log).exists() { uri } else { uri + "?immutable=1" };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(uri, flags).map_err(broken)?;
        let channels = channels(&connection)?;
        let last = (i64::MIN, i64::MIN);
        Ok(Self { connection, channels, page: VecDeque::new(), last, ended: false, _unpacked: None })
    }

    /// Opens what is not a file that SQLite could read: a compressed one, or standard input.
    pub(super) fn unpack(mut source: impl Read) -> Result<Self> {
        let unpacked = Unpacked::of(&mut source)?;
        let opened = Self::open(&unpacked.0)?;
        Ok(Self { _unpacked: Some(unpacked), ..opened })
    }

    fn fetch(&mut self) -> Result<()> {
        let mut statement = self.connection.prepare(MESSAGES).map_err(broken)?;
        let (time, id) = self.last;
        let mut rows = statement.query((time, id, PAGE as i64)).map_err(broken)?;
        while let Some(row) = rows.next().map_err(broken)? {
            let id: i64 = row.get(0).map_err(broken)?;
            let time: i64 = row.get(2).map_err(broken)?;
            self.last = (time, id);
            self.page.push_back(message(row, &self.channels, time, id));
        }
        self.ended = self.page.is_empty();
        Ok(())
    }
}

impl RecordingFile for SqliteFile {
    fn next_message(&mut self) -> Option<Result<RecordedMessage>> {
        if self.page.is_empty() && !self.ended {
            let fetched = self.fetch();
            if let Err(error) = fetched {
                self.ended = true;
                self.page.push_back(Err(error));
            }
        }
        self.page.pop_front()
    }

    fn schemas(&mut self) -> Result<Vec<Arc<Schema>>> {
        Ok(definitions(&self.connection)?.into_values().collect())
    }

    fn channels(&self) -> Vec<Arc<Channel>> {
        let mut channels: Vec<_> = self.channels.iter().collect();
        channels.sort_by_key(|(id, _)| **id);
        channels.into_iter().map(|(_, channel)| Arc::clone(channel)).collect()
    }

    fn overview(&mut self) -> Result<Overview> {
        let mut overview = Overview { storage: "sqlite3", ..Overview::default() };
        let mut statement = self.connection.prepare(COUNTS).map_err(broken)?;
        let mut rows = statement.query(()).map_err(broken)?;
        let mut counts: HashMap<i64, u64> = HashMap::new();
        while let Some(row) = rows.next().map_err(broken)? {
            let count: i64 = row.get(1).map_err(broken)?;
            let (first, last): (i64, i64) = (row.get(2).map_err(broken)?, row.get(3).map_err(broken)?);
            counts.insert(row.get(0).map_err(broken)?, count.unsigned_abs());
            let (first, last) = (u64::try_from(first).unwrap_or(0), u64::try_from(last).unwrap_or(0));
            let (earliest, latest) = overview.times.unwrap_or((first, last));
            overview.times = Some((earliest.min(first), latest.max(last)));
        }
        let mut ids: Vec<i64> = self.channels.keys().copied().collect();
        ids.sort_unstable();
        let known = ids.iter().filter_map(|id| Some((self.channels.get(id)?, counts.get(id).copied())));
        overview.channels = known.map(|(channel, count)| (Arc::clone(channel), count.unwrap_or(0))).collect();
        let first = self.connection.query_row("SELECT data FROM messages LIMIT 1", (), |row| {
            Ok(row.get_ref(0)?.as_bytes().is_ok_and(|data| data.starts_with(ZSTD_MAGIC)))
        });
        if first.unwrap_or(false) {
            overview.compression.insert("zstd".to_owned());
        }
        Ok(overview)
    }
}

/// A file in the folder for temporary ones, which goes when this does.
struct Unpacked(PathBuf);

impl Unpacked {
    fn of(source: &mut impl Read) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ros-z-{}-{count}.db3", std::process::id()));
        // Never one that is there already, as someone might have put it there.
        let mut file = File::create_new(&path).map_err(|error| {
            Error::new(ErrorKind::Io, format!("{} cannot be written: {error}", path.display()))
        })?;
        let unpacked = Self(path);
        std::io::copy(source, &mut file)?;
        Ok(unpacked)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        // What cannot be removed goes with the folder.
        _ = fs::remove_file(&self.0);
    }
}

fn message(
    row: &Row<'_>,
    channels: &HashMap<i64, Arc<Channel>>,
    time: i64,
    id: i64,
) -> Result<RecordedMessage> {
    let topic: i64 = row.get(1).map_err(broken)?;
    let channel = channels
        .get(&topic)
        .cloned()
        .ok_or_else(|| Error::new(ErrorKind::Io, format!("message {id} is of the unknown topic {topic}")))?;
    let out_of_range =
        |what: &str, value: i64| Error::new(ErrorKind::Io, format!("message {id} has the {what} {value}"));
    let time = u64::try_from(time).map_err(|_| out_of_range("time", time))?;
    let sequence = u64::try_from(id).map_err(|_| out_of_range("number", id))?;
    let data = row.get_ref(3).map_err(broken)?.as_bytes();
    let data = data.map_err(|_| Error::new(ErrorKind::Io, format!("message {id} has no payload")))?;
    let payload = if data.starts_with(ZSTD_MAGIC) { unpacked(data)? } else { data.to_vec() };
    Ok(RecordedMessage { channel, sequence, log_time: time, publish_time: time, payload })
}

fn unpacked(data: &[u8]) -> Result<Vec<u8>> {
    let mut payload = Vec::new();
    let mut decoder = zstd::Decoder::new(data)?.take(MAX_MESSAGE_SIZE + 1);
    decoder.read_to_end(&mut payload)?;
    if payload.len() as u64 > MAX_MESSAGE_SIZE {
        return Err(Error::new(ErrorKind::Io, "a message of more than 1 GiB"));
    }
    Ok(payload)
}

/// The topics by their numbers.
fn channels(connection: &Connection) -> Result<HashMap<i64, Arc<Channel>>> {
    let definitions = definitions(connection)?;
    let hash =
        if has(connection, "topics", "type_description_hash")? { "type_description_hash" } else { "''" };
    let qos = if has(connection, "topics", "offered_qos_profiles")? { "offered_qos_profiles" } else { "''" };
    let query = format!("SELECT id, name, type, serialization_format, {hash}, {qos} FROM topics");
    let mut statement = connection.prepare(&query).map_err(broken)?;
    let channel = |row: &Row<'_>| {
        let (name, hash): (String, String) = (row.get(2)?, row.get(4)?);
        let without_text = || Arc::new(Schema { name: name.clone(), encoding: String::new(), text: vec![] });
        let channel = Channel {
            topic: row.get(1)?,
            message_encoding: row.get(3)?,
            schema: Some(definitions.get(&name).cloned().unwrap_or_else(without_text)),
            type_hash: hash.parse().ok(),
            offered_qos: row.get(5)?,
        };
        Ok((row.get(0)?, Arc::new(channel)))
    };
    let channels = statement.query_map((), channel).map_err(broken)?;
    channels.map(|channel| channel.map_err(broken)).collect()
}

/// The definitions of types by their names; none in files from before Iron.
fn definitions(connection: &Connection) -> Result<IndexMap<String, Arc<Schema>>> {
    if !has(connection, "message_definitions", "encoded_message_definition")? {
        return Ok(IndexMap::new());
    }
    let query =
        "SELECT topic_type, encoding, encoded_message_definition FROM message_definitions ORDER BY id";
    let mut statement = connection.prepare(query).map_err(broken)?;
    let schema = |row: &Row<'_>| {
        let (name, text): (String, String) = (row.get(0)?, row.get(2)?);
        Ok((name.clone(), Arc::new(Schema { name, encoding: row.get(1)?, text: text.into_bytes() })))
    };
    let schemas = statement.query_map((), schema).map_err(broken)?;
    schemas.map(|schema| schema.map_err(broken)).collect()
}

/// Whether a table has a column, or is there at all.
fn has(connection: &Connection, table: &str, column: &str) -> Result<bool> {
    let query = "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2";
    let count: i64 = connection.query_row(query, (table, column), |row| row.get(0)).map_err(broken)?;
    Ok(count > 0)
}

fn broken(error: rusqlite::Error) -> Error {
    let text = match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text,
        other => other.to_string(),
    };
    Error::new(ErrorKind::Io, format!("not a recording of rosbag2 that can be read: {text}"))
}
