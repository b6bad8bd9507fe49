//! [`Recording`]: the messages and types of a recording, a file or a folder of rosbag2, whatever it is stored in.
//!
//! `mcap_file` and `sqlite_file` read the two formats; `cat` prints the messages, [`load_types`] is behind
//! `types.load` and `--type-path`.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::schema::{TypeHash, TypeName};

use super::bag_metadata::METADATA;
use super::mcap_file::McapFile;
use super::sqlite_file::SqliteFile;

const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
/// How a frame of zstd begins.
pub(super) const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

const READ_SIZE: usize = 1 << 16;

/// The definition of a type as the recorder wrote it.
#[derive(Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) name: String,
    /// `ros2msg` or `ros2idl`; empty or `unknown` where the recording does not have the text.
    pub(crate) encoding: String,
    pub(crate) text: Vec<u8>,
}

/// Where messages were published.
#[derive(Debug, PartialEq)]
pub(crate) struct Channel {
    pub(crate) topic: String,
    pub(crate) message_encoding: String,
    pub(crate) schema: Option<Arc<Schema>>,
    /// The hash of the type, where the recorder noted it.
    pub(crate) type_hash: Option<TypeHash>,
    /// The quality of service of its publishers, in the YAML of rosbag2; empty where the recorder did not note it.
    pub(crate) offered_qos: String,
}

/// One message of a recording, as it was written; times in nanoseconds since 1970. In SQLite, which has no sequence
/// numbers, the number of the row stands in their place.
#[derive(Debug)]
pub(crate) struct RecordedMessage {
    pub(crate) channel: Arc<Channel>,
    pub(crate) sequence: u64,
    pub(crate) log_time: u64,
    pub(crate) publish_time: u64,
    pub(crate) payload: Vec<u8>,
}

/// What a file of a recording holds.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// As rosbag2 names it.
    pub(super) storage: &'static str,
    /// How parts of the file are compressed.
    pub(super) compression: BTreeSet<String>,
    /// Every channel, with its number of messages.
    pub(super) channels: Vec<(Arc<Channel>, u64)>,
    /// The first and the last time that a message was logged.
    pub(super) times: Option<(u64, u64)>,
    /// What keeps the rest from being read.
    pub(super) problem: Option<Error>,
}

impl Overview {
    /// Of a file that does not say what it holds: reads all of it.
    pub(super) fn scan(file: &mut dyn RecordingFile) -> Self {
        let mut overview = Self::default();
        let mut counts: HashMap<*const Channel, u64> = HashMap::new();
        while let Some(read) = file.next_message() {
            match read {
                Err(error) => overview.problem = overview.problem.or(Some(error)),
                Ok(message) => {
                    let time = message.log_time;
                    let (first, last) = overview.times.unwrap_or((time, time));
                    overview.times = Some((first.min(time), last.max(time)));
                    *counts.entry(Arc::as_ptr(&message.channel)).or_default() += 1;
                }
            }
        }
        let count = |channel: &Arc<Channel>| counts.get(&Arc::as_ptr(channel)).copied().unwrap_or(0);
        overview.channels = file
            .channels()
            .into_iter()
            .map(|channel| {
                let count = count(&channel);
                (channel, count)
            })
            .collect();
        overview
    }
}

/// One file of a recording.
pub(super) trait RecordingFile {
    /// The next message; `None` at the end. After an error the rest follows, as far as it can be read.
    fn next_message(&mut self) -> Option<Result<RecordedMessage>>;

    /// The schemas in the file, and the first error that keeps others from being read.
    fn schemas(&mut self) -> Result<Vec<Arc<Schema>>>;

    /// The channels that are known so far.
    fn channels(&self) -> Vec<Arc<Channel>>;

    /// What the file holds, without its messages where it says so itself.
    fn overview(&mut self) -> Result<Overview>;
}

/// A recording that is being read.
pub(crate) struct Recording {
    current: Box<dyn RecordingFile>,
    /// The files behind the current one.
    rest: VecDeque<PathBuf>,
}

impl Recording {
    /// Opens a file, `-` for standard input, or the folder of a recording. Files that are compressed as a whole
    /// (`.mcap.zstd`, `.db3.zstd`) are unpacked on the way.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut rest = VecDeque::from(if path.is_dir() { files_of(path)? } else { vec![path.to_owned()] });
        let first = rest.pop_front().unwrap_or_default();
        let current =
            open_file(&first).map_err(|error| if first == path { error } else { in_file(&first, &error) })?;
        Ok(Self { current, rest })
    }

    /// The next message; `None` at the end. After an error the rest follows, as far as it can be read.
    pub(crate) fn next_message(&mut self) -> Option<Result<RecordedMessage>> {
        loop {
            if let Some(read) = self.current.next_message() {
                return Some(read);
            }
            let next = self.rest.pop_front()?;
            match open_file(&next) {
                Ok(file) => self.current = file,
                Err(error) => return Some(Err(in_file(&next, &error))),
            }
        }
    }
}

/// The files of a recording, each with what it holds, or with what is wrong with it.
pub(super) fn overviews(path: &Path) -> Result<Vec<(PathBuf, Result<Overview>)>> {
    let files = if path.is_dir() { files_of(path)? } else { vec![path.to_owned()] };
    let overview = |file: &Path| {
        let mut overview = open_file(file)?.overview()?;
        if file.extension().is_some_and(|extension| extension == "zstd") {
            overview.compression.insert("zstd".to_owned());
        }
        Ok(overview)
    };
    Ok(files.into_iter().map(|file| (file.clone(), overview(&file))).collect())
}

/// Whether a path leads to a recording, by its name: a file, or a folder with the metadata of rosbag2.
pub(crate) fn is_recording(path: &Path) -> bool {
    if path.is_dir() { path.join(METADATA).is_file() } else { is_recording_file(path) }
}

fn is_recording_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".zstd").unwrap_or(&name);
    [".mcap", ".db3"].iter().any(|extension| name.ends_with(extension))
}

/// Adds the types of a recording to a registry; returns their names. Schemas that are not ROS interfaces are passed
/// over. When schemas are bad, one error reports each of them, and nothing is added.
pub(crate) fn load_types(registry: &Registry, path: &Path) -> Result<Vec<TypeName>> {
    let files = if path.is_dir() { files_of(path)? } else { vec![path.to_owned()] };
    let mut schemas: Vec<Arc<Schema>> = Vec::new();
    for file in &files {
        let found =
            open_file(file).and_then(|mut file| file.schemas()).map_err(|error| in_file(file, &error))?;
        schemas.extend(found);
    }
    let mut errors = Vec::new();
    let mut texts: Vec<(&str, &str)> = Vec::new();
    let scratch = Registry::empty();
    for schema in &schemas {
        match schema.ros_text() {
            Ok(None) => continue,
            Ok(Some(text)) if texts.contains(&(schema.name.as_str(), text)) => continue,
            Ok(Some(text)) => match scratch.add_schema_types(&schema.name, text) {
                Ok(_) => texts.push((&schema.name, text)),
                Err(error) => errors.push(in_file(path, &error)),
            },
            Err(error) => errors.push(in_file(path, &error)),
        }
    }
    match &errors[..] {
        [] if texts.is_empty() => {
            let message = "there are no interface texts of ROS in the recording";
            Err(in_file(path, &Error::new(ErrorKind::Definition, message)))
        }
        [] => {
            let mut names = indexmap::IndexSet::new();
            for (root, text) in texts {
                names.extend(registry.add_schema_types(root, text)?);
            }
            Ok(names.into_iter().collect())
        }
        [only] => Err(only.clone()),
        [first, ..] => {
            let mut message = format!("{} schemas cannot be read", errors.len());
            errors.iter().for_each(|error| message.push_str(&format!("\n{error}")));
            Err(Error::new(first.kind(), message))
        }
    }
}

impl Schema {
    /// The interface text; `None` where there is none, or of another world.
    pub(crate) fn ros_text(&self) -> Result<Option<&str>> {
        if !matches!(self.encoding.as_str(), "ros2msg" | "ros2idl") {
            return Ok(None);
        }
        std::str::from_utf8(&self.text).map(Some).map_err(|error| {
            let message =
                format!("the schema of `{}` is not UTF-8 at byte {}", self.name, error.valid_up_to());
            Error::new(ErrorKind::Syntax, message)
        })
    }
}

fn open_file(path: &Path) -> Result<Box<dyn RecordingFile>> {
    let is_stdin = path.as_os_str() == "-";
    let mut source: Box<dyn BufRead> = match is_stdin {
        true => Box::new(BufReader::new(std::io::stdin())),
        false => Box::new(BufReader::with_capacity(READ_SIZE, File::open(path)?)),
    };
    let is_packed = source.fill_buf()?.starts_with(ZSTD_MAGIC);
    if is_packed {
        source = Box::new(BufReader::with_capacity(READ_SIZE, zstd::Decoder::with_buffer(source)?));
    }
    let mut magic = Vec::new();
    source.by_ref().take(SQLITE_MAGIC.len() as u64).read_to_end(&mut magic)?;
    if magic == SQLITE_MAGIC {
        return Ok(Box::new(match is_packed || is_stdin {
            true => SqliteFile::unpack(std::io::Cursor::new(magic).chain(source))?,
            false => SqliteFile::open(path)?,
        }));
    }
    let Some(behind) = magic.strip_prefix(mcap::MAGIC) else {
        return Err(Error::new(ErrorKind::Io, "not a recording; expected one in MCAP or SQLite"));
    };
    let source = Box::new(std::io::Cursor::new(behind.to_vec()).chain(source));
    Ok(Box::new(McapFile::new(source, (!is_packed && !is_stdin).then(|| path.to_owned()))))
}

/// The files of a rosbag2 folder: those that its metadata lists, or all, while there is none yet.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let metadata = folder.join(METADATA);
    let files: Vec<PathBuf> = match metadata.is_file() {
        true => {
            let text = fs::read_to_string(&metadata).map_err(|error| in_file(&metadata, &error.into()))?;
            listed_files(&text).into_iter().map(|file| folder.join(file)).collect()
        }
        false => {
            let mut files = Vec::new();
            for entry in fs::read_dir(folder)? {
                files.push(entry?.path());
            }
            files.retain(|file| is_recording_file(file));
            // `bag_10.db3` comes after `bag_9.db3`.
            files.sort_by_key(|file| (file.as_os_str().len(), file.clone()));
            files
        }
    };
    match files.is_empty() {
        true => Err(Error::new(ErrorKind::Io, "there are no recorded files in this folder")),
        false => Ok(files),
    }
}

/// What `relative_file_paths` in the metadata of rosbag2 lists, in block or flow style.
fn listed_files(metadata: &str) -> Vec<String> {
    let mut lines =
        metadata.lines().map(str::trim).skip_while(|line| !line.starts_with("relative_file_paths:"));
    let inline = lines.next().and_then(|line| line.split_once(':')).map_or("", |(_, inline)| inline.trim());
    let inline = inline.trim_start_matches('[').trim_end_matches(']');
    let block = lines.map_while(|line| line.strip_prefix('-'));
    let unquoted = |entry: &str| entry.trim().trim_matches(['"', '\'']).to_owned();
    inline.split(',').chain(block).map(unquoted).filter(|entry| !entry.is_empty()).collect()
}

/// The same error with the file before it.
pub(super) fn in_file(path: &Path, error: &Error) -> Error {
    Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_lists_its_files() {
        let block = "rosbag2_bagfile_information:\n  version: 5\n  relative_file_paths:\n    - a b_0.db3\n    - \"a_1.db3\"\n  files:\n    - path: x\n";
        for (text, files) in [
            (block, &["a b_0.db3", "a_1.db3"][..]),
            ("relative_file_paths: [a.mcap, 'b.mcap']\n", &["a.mcap", "b.mcap"]),
            ("relative_file_paths:\n  []\n", &[]),
            ("version: 5\n", &[]),
        ] {
            assert_eq!(listed_files(text), files, "{text}");
        }
    }
}
