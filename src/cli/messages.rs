//! Reading a recording message by message: which of them, of what type, and what keeps others from being read.
//!
//! `cat` and `convert` print what [`each`] hands them; `play` and `info` want the types only ([`type_of`]).

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;

use crate::codec::{FieldPath, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::schema::TypeHash;

use super::output::{Outcome, Output};
use super::recording::{self, Channel, RecordedMessage, Recording};
use super::selection::Selection;
use super::{BytesAs, Global, types};

/// Which messages of a recording, and what of them.
#[derive(Args)]
pub(crate) struct MessageArgs {
    /// MCAP or SQLite file (.mcap, .db3), also compressed as a whole (.mcap.zstd), or the folder of a rosbag2 recording;
    /// `-` for standard input
    pub(super) file: PathBuf,
    /// Only messages of this topic (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(super) topic: Vec<String>,
    /// Only this part of each message, such as pose.position.x; several make an object (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(super) field: Vec<FieldPath>,
    /// Only messages that meet this condition, such as "ranges[0] < 0.5 && header.frame_id == 'lidar'"
    #[arg(long, value_name = "CONDITION")]
    filter: Option<String>,
    /// Only messages logged at this time or later: nanoseconds since 1970, or seconds as in 1700000000.5s
    #[arg(long, value_name = "TIME")]
    from: Option<LogTime>,
    /// Only messages logged before this time
    #[arg(long, value_name = "TIME")]
    to: Option<LogTime>,
    /// Stop after this many messages
    #[arg(long, value_name = "COUNT")]
    limit: Option<u64>,
    /// How byte arrays are written
    #[arg(long, value_enum, default_value_t)]
    pub(super) bytes: BytesAs,
}

/// A time of a recording in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LogTime(u64);

impl FromStr for LogTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let nanoseconds = match text.strip_suffix('s') {
            None => text.parse().ok(),
            Some(seconds) => {
                let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
                let digits = !fraction.is_empty()
                    && fraction.len() <= 9
                    && fraction.bytes().all(|b| b.is_ascii_digit());
                let fraction = digits.then(|| format!("{fraction:0<9}").parse::<u64>().ok()).flatten();
                let whole = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(1_000_000_000));
                whole.zip(fraction).and_then(|(whole, fraction)| whole.checked_add(fraction))
            }
        };
        nanoseconds
            .map(Self)
            .ok_or_else(|| "expected nanoseconds, or seconds with an `s` behind them".to_owned())
    }
}

/// What is done with a message that was asked for: whether it counts, or what is wrong with it.
pub(super) type Work<'a> = dyn FnMut(&Arc<MessageKind>, &RecordedMessage) -> Outcome<Result<bool>> + 'a;

/// Hands each message that was asked for to `work`. What cannot be read is reported, and the rest is done.
pub(super) fn each(args: &MessageArgs, global: &Global, work: &mut Work<'_>) -> Outcome {
    let recording = Recording::open(&args.file).map_err(|error| recording::in_file(&args.file, &error))?;
    let mut reading = Reading {
        args,
        registry: types::registry(&global.type_path)?,
        topics: BTreeSet::new(),
        kinds: HashMap::new(),
        output: Output::default(),
    };
    reading.all(recording, work)
}

/// How the messages of a channel are decoded, and what of them is printed.
pub(super) struct MessageKind {
    pub(super) plan: Arc<Plan>,
    /// Where the type is known.
    pub(super) registry: Arc<Registry>,
    /// How lines of JSON begin: `{"topic":...,"type":...,`.
    pub(super) head: Vec<u8>,
    pub(super) selection: Selection,
}

/// What was read so far.
struct Reading<'a> {
    args: &'a MessageArgs,
    registry: Arc<Registry>,
    topics: BTreeSet<String>,
    /// By the address of the channel, which is kept. `None` for one whose messages cannot be decoded, which was reported.
    kinds: HashMap<*const Channel, (Arc<Channel>, Option<Arc<MessageKind>>)>,
    output: Output,
}

impl Reading<'_> {
    fn all(&mut self, mut recording: Recording, work: &mut Work<'_>) -> Outcome {
        let mut left = self.args.limit.unwrap_or(u64::MAX);
        while left > 0 {
            match recording.next_message() {
                None => return self.conclude(),
                Some(Ok(message)) => left -= u64::from(self.message(&message, work)?),
                Some(Err(error)) => self.output.report(&self.args.file.display(), &error),
            }
        }
        self.output.conclude()
    }

    /// Hands a message on if it was asked for; returns whether it counts.
    fn message(&mut self, message: &RecordedMessage, work: &mut Work<'_>) -> Outcome<bool> {
        let (args, channel) = (self.args, &message.channel);
        if !self.topics.contains(&channel.topic) {
            self.topics.insert(channel.topic.clone());
        }
        let time = message.log_time;
        let wanted = (args.topic.is_empty() || args.topic.contains(&channel.topic))
            && args.from.is_none_or(|from| time >= from.0)
            && args.to.is_none_or(|to| time < to.0);
        if !wanted {
            return Ok(false);
        }
        let Some(kind) = self.kind(channel) else { return Ok(false) };
        let done = match kind.selection.wants(&message.payload) {
            Ok(true) => work(&kind, message)?,
            other => other,
        };
        done.or_else(|error| {
            let (file, sequence) = (args.file.display(), message.sequence);
            let place = format_args!("{file}: {} message {sequence} at {time}", channel.topic);
            self.output.report(&place, &error);
            Ok(false)
        })
    }

    fn kind(&mut self, channel: &Arc<Channel>) -> Option<Arc<MessageKind>> {
        if let Some((_, kind)) = self.kinds.get(&Arc::as_ptr(channel)) {
            return kind.clone();
        }
        let kind = type_of(&self.registry, channel).and_then(|(plan, registry)| {
            let selection = Selection::new(&plan, &registry, &self.args.field, self.args.filter.as_deref())?;
            let topic = serde_json::Value::from(channel.topic.as_str());
            let head = format!("{{\"topic\":{topic},\"type\":\"{}\",", plan.type_name()).into_bytes();
            Ok(Arc::new(MessageKind { plan, registry, head, selection }))
        });
        if let Err(error) = &kind {
            self.output.report(&format_args!("{}: {}", self.args.file.display(), channel.topic), error);
        }
        let kind = kind.ok();
        self.kinds.insert(Arc::as_ptr(channel), (Arc::clone(channel), kind.clone()));
        kind
    }

    /// At the end of the file: topics that were asked for must have been there.
    fn conclude(&mut self) -> Outcome {
        for topic in self.args.topic.iter().filter(|topic| !self.topics.contains(*topic)) {
            let known: Vec<&str> = self.topics.iter().map(String::as_str).collect();
            self.output.report(&self.args.file.display(), &no_such_topic(topic, &known));
        }
        self.output.conclude()
    }
}

/// The error for a topic that a recording does not have.
pub(super) fn no_such_topic(topic: &str, known: &[&str]) -> Error {
    let known = if known.is_empty() { "no messages at all".to_owned() } else { known.join(", ") };
    Error::new(ErrorKind::Argument, format!("no message of the topic `{topic}`; there is {known}"))
}

/// The plan of a channel's messages, and the registry with its types: from the schema in the file; by its name alone where the file has no text of it.
pub(super) fn type_of(registry: &Arc<Registry>, channel: &Channel) -> Result<(Arc<Plan>, Arc<Registry>)> {
    let refuse = |message: String| Err(Error::new(ErrorKind::Definition, message));
    if channel.message_encoding != "cdr" {
        return refuse(format!(
            "messages encoded as `{}` are not read, only `cdr`",
            channel.message_encoding
        ));
    }
    let Some(schema) = &channel.schema else { return refuse("the channel has no schema".to_owned()) };
    if let Some(text) = schema.ros_text()? {
        // A registry of its own: two channels may define one name differently.
        let own = Registry::child_of(Arc::clone(registry));
        let name = own.add_schema(&schema.name, text)?;
        return Ok((types::plan(&own, name.as_str())?, Arc::new(own)));
    }
    match schema.encoding.as_str() {
        "" | "unknown" => {
            Ok((plan_without_text(registry, &schema.name, channel.type_hash)?, Arc::clone(registry)))
        }
        other => refuse(format!(
            "the schema of `{}` is written in `{other}`; only `ros2msg` and `ros2idl` are read",
            schema.name
        )),
    }
}

/// The plan of a type whose definition the recording does not have: by its hash, else by its name.
fn plan_without_text(registry: &Registry, name: &str, hash: Option<TypeHash>) -> Result<Arc<Plan>> {
    let Some(hash) = hash else { return types::plan(registry, name) };
    match registry.find_by_hash(&hash) {
        Some(description) => Plan::compile(&description),
        None => {
            let definition = registry.find(name)?;
            let known = registry.hash(&definition.type_name)?;
            let message = format!("`{name}` was recorded with the hash {hash}, and known is {known} only");
            Err(Error::new(ErrorKind::TypeMismatch, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_nanoseconds_or_seconds() {
        let table = [
            ("1700000000000000001", Some(1_700_000_000_000_000_001)),
            ("1700000000.5s", Some(1_700_000_000_500_000_000)),
            ("2s", Some(2_000_000_000)),
            ("0.000000001s", Some(1)),
            ("1.5", None),
            ("1.s", None),
            ("-1s", None),
            ("1.0000000001s", None),
            ("18446744074s", None),
            ("", None),
        ];
        for (text, nanoseconds) in table {
            assert_eq!(text.parse::<LogTime>().ok().map(|time| time.0), nanoseconds, "{text}");
        }
    }
}
