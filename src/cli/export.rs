//! `ros-z convert`: a recording as JSON lines, as tables in CSV, or as a recording in MCAP.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::Schema;

use super::bag::{Bag, BagOptions, BagStamp, BagTopic};
use super::export_csv::Table;
use super::messages::{self, MessageArgs, MessageKind};
use super::output::{Outcome, Output, Stop, note};
use super::record::CompressAs;
use super::recording::{Channel, RecordedMessage};
use super::recording_text::count_text;
use super::{Global, cat, recorded_qos};

/// What a recording is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ConvertTo {
    /// JSON lines, as `ros-z cat` prints them
    Jsonl,
    /// A table for each topic, a row for each message
    Csv,
    /// A recording in MCAP, payloads as they are
    Mcap,
}

/// Convert a recording to JSON lines, CSV or MCAP
#[derive(Args)]
#[command(after_help = "Examples:\n  ros-z convert drive.db3 -o drive.mcap\n  \
                        ros-z convert drive/ --format csv -o tables/\n  \
                        ros-z convert drive.mcap --topic /odom --field pose.pose.position -o path.csv")]
pub(crate) struct Convert {
    #[command(flatten)]
    messages: MessageArgs,
    /// Where to [default: standard output; a new folder for several tables or a recording in several files]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// What to convert to [default: by the end of the output's name, else jsonl]
    #[arg(long, value_enum)]
    format: Option<ConvertTo>,
    /// How a recording in MCAP is compressed
    #[arg(long, value_enum, default_value_t)]
    compression: CompressAs,
}

impl Convert {
    fn format(&self) -> ConvertTo {
        let extension = self.output.as_ref().and_then(|output| output.extension());
        let by_name = match extension.and_then(|extension| extension.to_str()) {
            Some("csv") => ConvertTo::Csv,
            Some("mcap") => ConvertTo::Mcap,
            _ => ConvertTo::Jsonl,
        };
        self.format.unwrap_or(by_name)
    }
}

/// Converts the messages that were asked for.
pub(crate) fn run(args: &Convert, global: &Global) -> Outcome {
    match args.format() {
        ConvertTo::Jsonl => to_json_lines(args, global),
        ConvertTo::Csv => to_tables(args, global),
        ConvertTo::Mcap => to_recording(args, global),
    }
}

fn to_json_lines(args: &Convert, global: &Global) -> Outcome {
    let mut sink = Sink::open(args.output.as_deref())?;
    let (mut text, mut count) = (Vec::new(), 0);
    let done = messages::each(&args.messages, global, &mut |kind, message| {
        text.clear();
        if let Err(error) = cat::append_line(&mut text, kind, message, args.messages.bytes) {
            return Ok(Err(error));
        }
        sink.write(&text)?;
        count += 1;
        Ok(Ok(true))
    });
    sink.finish()?;
    tell(args.output.as_deref(), None, count, global)?;
    done
}

/// Each topic and type has a table of its own.
fn to_tables(args: &Convert, global: &Global) -> Outcome {
    let target = match (&args.output, &args.messages.topic[..]) {
        (Some(output), [_]) if output.extension().is_some_and(|extension| extension == "csv") => {
            Target::Single(Some(output.clone()))
        }
        (Some(output), _) => Target::Folder(output.clone()),
        (None, [_]) => Target::Single(None),
        (None, _) => {
            let message = "CSV has a table for each topic: name a folder with --output, or one --topic";
            return Err(Stop::Usage(message.to_owned()));
        }
    };
    if let Target::Folder(folder) = &target {
        fs::create_dir_all(folder).map_err(|error| cannot_create(folder, &error))?;
    }
    let mut tables = Tables { target, tables: Vec::new(), by_kind: HashMap::new() };
    let done = messages::each(&args.messages, global, &mut |kind, message| {
        let file = tables.of(kind, message)?;
        match file.table.row(&kind.selection, message, args.messages.bytes) {
            Ok(row) => file.sink.write(row)?,
            Err(error) => return Ok(Err(error)),
        }
        file.count += 1;
        Ok(Ok(true))
    });
    for mut file in tables.tables {
        file.sink.finish()?;
        tell(file.path.as_deref(), Some(&file.topic), file.count, global)?;
    }
    done
}

enum Target {
    /// A file, or standard output.
    Single(Option<PathBuf>),
    Folder(PathBuf),
}

struct Tables {
    target: Target,
    tables: Vec<TableFile>,
    /// By the address of the kind, which is kept.
    by_kind: HashMap<*const MessageKind, (Arc<MessageKind>, usize)>,
}

struct TableFile {
    topic: String,
    path: Option<PathBuf>,
    table: Table,
    sink: Sink,
    count: u64,
}

impl Tables {
    fn of(&mut self, kind: &Arc<MessageKind>, message: &RecordedMessage) -> Outcome<&mut TableFile> {
        let index = match self.by_kind.get(&Arc::as_ptr(kind)) {
            Some((_, index)) => *index,
            None => {
                let index = self.add(kind, &message.channel)?;
                self.by_kind.insert(Arc::as_ptr(kind), (Arc::clone(kind), index));
                index
            }
        };
        self.tables.get_mut(index).ok_or_else(|| no_table().into())
    }

    /// The table that there is for this topic with these columns, or a new one.
    fn add(&mut self, kind: &MessageKind, channel: &Channel) -> Outcome<usize> {
        let table = Table::new(&kind.plan, &kind.selection);
        let topic = &channel.topic;
        let same = self.tables.iter().position(|file| file.topic == *topic && file.table == table);
        if let Some(index) = same {
            return Ok(index);
        }
        let path = match &self.target {
            Target::Single(path) if self.tables.is_empty() => path.clone(),
            Target::Single(_) => {
                let message = format!("{topic} has messages of several types: name a folder with --output");
                return Err(Error::new(ErrorKind::Argument, message).into());
            }
            Target::Folder(folder) => {
                // No name in ROS has two underscores in a row.
                let stem = topic.trim_start_matches('/').replace('/', "__");
                let others = self.tables.iter().filter(|file| file.topic == *topic).count();
                let suffix = if others == 0 { String::new() } else { format!("-{}", others + 1) };
                Some(folder.join(format!("{stem}{suffix}.csv")))
            }
        };
        let mut sink = Sink::open(path.as_deref())?;
        sink.write(&table.header())?;
        self.tables.push(TableFile { topic: topic.clone(), path, table, sink, count: 0 });
        Ok(self.tables.len() - 1)
    }
}

fn no_table() -> Error {
    Error::new(ErrorKind::Io, "a table was lost")
}

fn to_recording(args: &Convert, global: &Global) -> Outcome {
    let Some(output) = &args.output else {
        return Err(Stop::Usage("name the recording to write with --output".to_owned()));
    };
    if !args.messages.field.is_empty() {
        return Err(Stop::Usage("--field: messages go into a recording as they are".to_owned()));
    }
    let options = BagOptions { compression: args.compression.into(), ..BagOptions::default() };
    let mut bag = Bag::create(output, options, crate::registry::distro_of_environment().0.as_str())?;
    let mut topics: HashMap<*const MessageKind, (Arc<MessageKind>, usize)> = HashMap::new();
    let done = messages::each(&args.messages, global, &mut |kind, message| {
        let topic = match topics.get(&Arc::as_ptr(kind)) {
            Some((_, topic)) => *topic,
            None => {
                let topic = bag.add_topic(bag_topic(kind, &message.channel)?)?;
                topics.insert(Arc::as_ptr(kind), (Arc::clone(kind), topic));
                topic
            }
        };
        let RecordedMessage { log_time, publish_time, .. } = *message;
        // Files in SQLite have numbers of rows in its place, which may have more than 32 bits.
        let stamp = BagStamp { sequence: message.sequence as u32, log_time, publish_time };
        bag.write(topic, stamp, &message.payload)?;
        Ok(Ok(true))
    });
    let finished = bag.finish()?;
    tell(Some(output), None, finished.extent.messages, global)?;
    done
}

/// A topic of a recording for another one; with the text of its type, from here where the recording has none.
fn bag_topic(kind: &MessageKind, channel: &Channel) -> Result<BagTopic> {
    let recorded = channel.schema.as_ref().filter(|schema| matches!(schema.ros_text(), Ok(Some(_))));
    let (schema_encoding, schema) = match recorded {
        Some(schema) => (schema.encoding.clone(), schema.text.clone()),
        None => {
            let text = Schema::of_description(&kind.registry, kind.plan.description())?.to_recorded()?;
            (text.encoding.to_owned(), text.text.into_bytes())
        }
    };
    let hash = channel.type_hash.unwrap_or_else(|| kind.plan.hash());
    Ok(BagTopic {
        topic: channel.topic.clone(),
        type_name: kind.plan.type_name().to_string(),
        type_hash: Some(hash.to_string()),
        schema_encoding,
        schema,
        message_encoding: channel.message_encoding.clone(),
        offered: recorded_qos::from_yaml(&channel.offered_qos)?,
    })
}

/// Says what was written where; standard output speaks for itself.
fn tell(path: Option<&Path>, topic: Option<&str>, count: u64, global: &Global) -> Outcome {
    let Some(path) = path else { return Ok(()) };
    if global.json {
        let mut line = serde_json::Map::new();
        line.extend(topic.map(|topic| ("topic".to_owned(), topic.into())));
        line.insert("path".to_owned(), path.display().to_string().into());
        line.insert("messages".to_owned(), json!(count));
        return Output::default().line(serde_json::Value::Object(line).to_string().into_bytes());
    }
    if !global.quiet {
        let of_topic = topic.map(|topic| format!(" of {topic}")).unwrap_or_default();
        note(&format_args!("{}: {}{of_topic}", path.display(), count_text(count, "message")));
    }
    Ok(())
}

/// A new file, or standard output.
enum Sink {
    File(PathBuf, BufWriter<File>),
    Stdout(Output),
}

impl Sink {
    fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::Stdout(Output::default())) };
        let file = File::create_new(path).map_err(|error| cannot_create(path, &error))?;
        Ok(Self::File(path.to_owned(), BufWriter::new(file)))
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome {
        match self {
            Self::Stdout(output) => output.bytes(bytes),
            Self::File(path, file) => {
                file.write_all(bytes).map_err(|error| cannot_write(path, &error).into())
            }
        }
    }

    fn finish(&mut self) -> Outcome {
        match self {
            Self::Stdout(_) => Ok(()),
            Self::File(path, file) => file.flush().map_err(|error| cannot_write(path, &error).into()),
        }
    }
}

fn cannot_create(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be created: {error}", path.display()))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be written: {error}", path.display()))
}
