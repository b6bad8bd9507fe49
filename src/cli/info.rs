//! `ros-z info`: what a recording holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use crate::error::Error;
use crate::registry::Registry;

use super::messages::type_of;
use super::output::{Outcome, Output};
use super::recorded_qos;
use super::recording::{self, Channel, Overview};
use super::recording_text::{bytes_text, count_text, duration_text, time_text};
use super::{Global, types};

/// Print what a recording holds: topics, types, counts, times, size
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z info drive/\n  ros-z info drive.mcap --json | jq '.topics[].name'"
)]
pub(crate) struct Info {
    /// MCAP or SQLite file (.mcap, .db3), also compressed as a whole (.mcap.zstd), or the folder of a rosbag2 recording
    file: PathBuf,
}

/// Prints it. A recording that cannot be read to its end is described as far as it can be read.
pub(crate) fn run(args: &Info, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let mut output = Output::default();
    let mut whole = Whole::default();
    for (file, overview) in
        recording::overviews(&args.file).map_err(|error| recording::in_file(&args.file, &error))?
    {
        let read = overview.map(|overview| whole.add(&file, overview, &registry));
        if let Err(error) = read {
            output.report(&file.display(), &error);
            continue;
        }
        if let Some(problem) = whole.problems.pop() {
            output.report(&file.display(), &problem);
        }
    }
    if whole.storage.is_empty() {
        return output.conclude();
    }
    match global.json {
        true => output.line(whole.to_json(&args.file).to_string().into_bytes())?,
        false => output.bytes(whole.to_text(&args.file).as_bytes())?,
    }
    output.conclude()
}

/// All files of a recording together.
#[derive(Default)]
struct Whole {
    storage: &'static str,
    files: Vec<String>,
    size: u64,
    compression: Vec<String>,
    times: Option<(u64, u64)>,
    /// By name and type.
    topics: BTreeMap<(String, String, String), Topic>,
    problems: Vec<Error>,
}

#[derive(Default)]
struct Topic {
    messages: u64,
    message_encoding: String,
    schema_encoding: String,
    offered: Vec<Value>,
}

impl Whole {
    fn add(&mut self, file: &Path, overview: Overview, registry: &Arc<Registry>) {
        self.storage = overview.storage;
        self.files.push(file.display().to_string());
        self.size += fs::metadata(file).map_or(0, |metadata| metadata.len());
        for compression in overview.compression {
            if !self.compression.contains(&compression) {
                self.compression.push(compression);
            }
        }
        self.times = match (self.times, overview.times) {
            (Some((first, last)), Some((start, end))) => Some((first.min(start), last.max(end))),
            (known, new) => known.or(new),
        };
        for (channel, count) in &overview.channels {
            let topic = self.topics.entry(key(channel, registry)).or_default();
            topic.messages += count;
            topic.message_encoding.clone_from(&channel.message_encoding);
            let schema = channel.schema.as_ref();
            topic.schema_encoding = schema.map(|schema| schema.encoding.clone()).unwrap_or_default();
            // What cannot be read says nothing of the messages.
            let offered = recorded_qos::from_yaml(&channel.offered_qos).unwrap_or_default();
            if let Value::Array(profiles) = recorded_qos::to_value(&offered) {
                topic.offered.extend(profiles);
            }
        }
        self.problems.extend(overview.problem);
    }

    fn messages(&self) -> u64 {
        self.topics.values().map(|topic| topic.messages).sum()
    }

    fn duration(&self) -> u64 {
        self.times.map_or(0, |(first, last)| last.saturating_sub(first))
    }

    fn to_json(&self, path: &Path) -> Value {
        let topics: Vec<Value> = self
            .topics
            .iter()
            .map(|((name, type_name, hash), topic)| {
                json!({
                    "name": name,
                    "type": type_name,
                    "type_hash": if hash.is_empty() { Value::Null } else { hash.as_str().into() },
                    "messages": topic.messages,
                    "message_encoding": topic.message_encoding,
                    "schema_encoding": topic.schema_encoding,
                    "offered_qos_profiles": topic.offered,
                })
            })
            .collect();
        json!({
            "path": path.display().to_string(),
            "storage": self.storage,
            "files": self.files,
            "size": self.size,
            "compression": self.compression,
            "start": self.times.map(|(first, _)| first),
            "end": self.times.map(|(_, last)| last),
            "duration": self.duration(),
            "messages": self.messages(),
            "topics": topics,
        })
    }

    fn to_text(&self, path: &Path) -> String {
        let compression =
            if self.compression.is_empty() { "none".to_owned() } else { self.compression.join(", ") };
        let mut text = format!(
            "path:         {}\nstorage:      {}\nfiles:        {}\nsize:         {}\ncompression:  {compression}\n",
            path.display(),
            self.storage,
            self.files.len(),
            bytes_text(self.size),
        );
        text.push_str(&format!("duration:     {}\n", duration_text(Duration::from_nanos(self.duration()))));
        if let Some((first, last)) = self.times {
            text.push_str(&format!(
                "start:        {}\nend:          {}\n",
                time_text(first),
                time_text(last)
            ));
        }
        text.push_str(&format!("messages:     {}\ntopics:       {}\n", self.messages(), self.topics.len()));
        let names = self.topics.keys();
        let name_width = names.clone().map(|(name, ..)| name.len()).max().unwrap_or(0);
        let type_width = names.map(|(_, type_name, _)| type_name.len()).max().unwrap_or(0);
        for ((name, type_name, hash), topic) in &self.topics {
            let count = count_text(topic.messages, "message");
            let line = format!("  {name:name_width$}  {type_name:type_width$}  {count:>12}  {hash}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Name, type and hash: the one of the type as it is in the file, else the one that the recorder noted.
fn key(channel: &Channel, registry: &Arc<Registry>) -> (String, String, String) {
    let schema = channel.schema.as_ref().map(|schema| schema.name.clone()).unwrap_or_default();
    let (type_name, hash) = match type_of(registry, channel) {
        Ok((plan, _)) => (plan.type_name().to_string(), Some(plan.hash().to_string())),
        Err(_) => (schema, channel.type_hash.map(|hash| hash.to_string())),
    };
    (channel.topic.clone(), type_name, hash.unwrap_or_default())
}
