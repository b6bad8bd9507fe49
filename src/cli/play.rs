//! `ros-z play`: the messages of a recording onto the network, when and as they were published.
//!
//! Payloads go out as they were recorded. Types come from the recording; where it has no text of one, its noted hash is
//! enough, as nothing is decoded.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use regex_lite::Regex;
use serde_json::json;

use crate::error::{Error, ErrorKind, Result};
use crate::net::{self, Node, Publisher};
use crate::registry::Registry;
use crate::rmw::RemapRule;
use crate::schema::TypeName;

use super::interrupt::Interrupt;
use super::messages::{no_such_topic, type_of};
use super::output::{Outcome, Output, Stop, note};
use super::play_clock::{self, Clock};
use super::recording::{self, Channel, RecordedMessage, Recording};
use super::recording_order::InOrder;
use super::recording_text::count_text;
use super::{Global, recorded_qos, session, types};

/// How often the clock of a simulation ticks unless `--clock` says so, as in `ros2 bag play`.
const CLOCK_RATE: &str = "40";
/// How long one wait for subscribers is, when it may last for ever.
const WAIT: Duration = Duration::from_secs(3600);

/// Publish the messages of a recording as they were recorded
#[derive(Args)]
#[command(after_help = "Examples:\n  ros-z play drive/ --rate 2 --loop\n  \
                        ros-z play drive.mcap --topics /scan --remap /scan:=/replayed --clock")]
pub(crate) struct Play {
    /// MCAP or SQLite file (.mcap, .db3), also compressed as a whole (.mcap.zstd), or the folder of a rosbag2 recording
    file: PathBuf,
    /// Times as fast as it was recorded
    #[arg(short, long, value_name = "FACTOR", default_value = "1", value_parser = factor)]
    rate: f64,
    /// Begin again at the end, until Ctrl-C
    #[arg(short = 'l', long = "loop")]
    repeat: bool,
    /// Begin this many seconds into the recording
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds, default_value = "0")]
    start_offset: Duration,
    /// Play this many seconds of the recording
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    playback_duration: Option<Duration>,
    /// Wait this many seconds before the first message
    #[arg(short, long, value_name = "SECONDS", value_parser = session::seconds, default_value = "0")]
    delay: Duration,
    /// Only these topics
    #[arg(long, value_name = "NAME", num_args = 1..)]
    topics: Vec<String>,
    /// Only topics in whose name this regular expression is found, beside those named
    #[arg(short = 'e', long, value_name = "PATTERN")]
    regex: Option<Regex>,
    /// But not those in whose name this regular expression is found (repeatable)
    #[arg(short = 'x', long, visible_alias = "exclude-regex", value_name = "PATTERN")]
    exclude: Vec<Regex>,
    /// Play a topic under another name, as in /scan:=/replayed (repeatable)
    #[arg(short = 'm', long, value_name = "FROM:=TO", num_args = 1..)]
    remap: Vec<RemapRule>,
    /// Publish the time of the recording on /clock, so many times a second
    #[arg(long, value_name = "HERTZ", num_args = 0..=1, default_missing_value = CLOCK_RATE, value_parser = session::hertz)]
    clock: Option<f64>,
    /// Wait until each topic has this many subscribers; /rosout and /parameter_events only where they are named
    #[arg(
        short = 'w',
        long,
        visible_alias = "wait-matching-subscriptions",
        value_name = "COUNT",
        default_value = "0"
    )]
    wait_for_subscribers: usize,
    /// End with exit code 124 when the subscribers do not come within this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
}

fn factor(text: &str) -> Result<f64, String> {
    let factor: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    match factor.is_finite() && factor > 0.0 {
        true => Ok(factor),
        false => Err("expected a number above 0".to_owned()),
    }
}

impl Play {
    fn takes(&self, topic: &str) -> bool {
        // Two clocks would tell two times.
        if self.clock.is_some() && topic == play_clock::TOPIC {
            return false;
        }
        let chosen = match &self.regex {
            Some(regex) => self.names(topic) || regex.is_match(topic),
            None => self.names(topic) || self.topics.is_empty(),
        };
        chosen && !self.exclude.iter().any(|regex| regex.is_match(topic))
    }

    fn names(&self, topic: &str) -> bool {
        self.topics.iter().any(|name| name.trim_start_matches('/') == topic.trim_start_matches('/'))
    }

    /// The wall time that a stretch of the recording takes.
    fn scaled(&self, stretch: Duration) -> Duration {
        Duration::try_from_secs_f64(stretch.as_secs_f64() / self.rate).unwrap_or(Duration::MAX)
    }
}

/// Plays to the end, or until Ctrl-C.
pub(crate) fn run(args: &Play, global: &Global) -> Outcome {
    if args.file.as_os_str() == "-" {
        return Err(Stop::Usage("a recording is played from a file, not from standard input".to_owned()));
    }
    let registry = types::registry(&global.type_path)?;
    let (channels, mut output) = channels(args)?;
    session::with_node(global, |node, interrupt| {
        let mut playing = Playing {
            args,
            node,
            registry: &registry,
            interrupt,
            topics: Vec::new(),
            known: HashMap::new(),
            sent: 0,
        };
        for channel in &channels {
            if let Err(error) = playing.topic(channel) {
                output.report(&format_args!("{}: {}", args.file.display(), channel.topic), &error);
            }
        }
        let clock = args.clock.map(|hertz| Clock::new(node, &registry, hertz)).transpose()?;
        playing.wait_for_subscribers()?;
        interrupt.wait(Some(args.delay))?;
        let played = playing.play(clock, &mut output);
        playing.conclude(global)?;
        played.and_then(|()| output.conclude())
    })
}

/// The channels that are to be played. Files that cannot be read to their end are played as far as they can be.
fn channels(args: &Play) -> Outcome<(Vec<Arc<Channel>>, Output)> {
    let (mut chosen, mut all): (Vec<Arc<Channel>>, Vec<String>) = (Vec::new(), Vec::new());
    let overviews =
        recording::overviews(&args.file).map_err(|error| recording::in_file(&args.file, &error))?;
    for (file, overview) in overviews {
        let overview = overview.map_err(|error| recording::in_file(&file, &error))?;
        for (channel, _) in overview.channels {
            all.push(channel.topic.clone());
            if args.takes(&channel.topic) && !chosen.contains(&channel) {
                chosen.push(channel);
            }
        }
    }
    all.sort();
    all.dedup();
    let mut output = Output::default();
    let known: Vec<&str> = all.iter().map(String::as_str).collect();
    for topic in &args.topics {
        if !known.iter().any(|name| name.trim_start_matches('/') == topic.trim_start_matches('/')) {
            output.report(&args.file.display(), &no_such_topic(topic, &known));
        }
    }
    Ok((chosen, output))
}

/// A topic that is played.
struct PlayedTopic {
    id: (String, TypeName, String),
    publisher: Publisher,
    sent: u64,
}

struct Playing<'a> {
    args: &'a Play,
    node: &'a Node,
    registry: &'a Arc<Registry>,
    interrupt: &'a Interrupt,
    topics: Vec<PlayedTopic>,
    /// The topic of each channel by the channel's address, which is kept; `None` for one that is not played.
    known: HashMap<*const Channel, (Arc<Channel>, Option<usize>)>,
    sent: u64,
}

impl Playing<'_> {
    /// The topic of a channel, with a publisher for it.
    fn topic(&mut self, channel: &Arc<Channel>) -> Result<Option<usize>> {
        if let Some((_, topic)) = self.known.get(&Arc::as_ptr(channel)) {
            return Ok(*topic);
        }
        // Each reading of the file makes its channels anew, and what is wrong with one was said when it came first.
        let same = self.known.values().find(|(other, _)| other == channel).map(|(_, topic)| *topic);
        let topic = match self.args.takes(&channel.topic) {
            _ if same.is_some() => Ok(same.flatten()),
            true => self.publish(channel).map(Some),
            false => Ok(None),
        };
        let kept = topic.as_ref().ok().copied().flatten();
        self.known.insert(Arc::as_ptr(channel), (Arc::clone(channel), kept));
        topic
    }

    fn publish(&mut self, channel: &Channel) -> Result<usize> {
        let (type_name, type_hash) = self.type_of(channel)?;
        let name =
            self.args.remap.iter().find_map(|rule| {
                rule.topic(&channel.topic, self.node.name(), self.node.namespace()).transpose()
            });
        let name = name.transpose()?.unwrap_or_else(|| channel.topic.clone());
        let id = (name, type_name, type_hash);
        if let Some(known) = self.topics.iter().position(|topic| topic.id == id) {
            return Ok(known);
        }
        let qos = recorded_qos::to_offer(&recorded_qos::from_yaml(&channel.offered_qos)?);
        let publisher = self.node.create_publisher(&id.0, &id.1, &id.2, qos)?;
        self.topics.push(PlayedTopic { id, publisher, sent: 0 });
        Ok(self.topics.len() - 1)
    }

    /// Name and hash of a channel's type; others may ask this node what it is, where the recording has its text.
    fn type_of(&self, channel: &Channel) -> Result<(TypeName, String)> {
        match (type_of(self.registry, channel), &channel.schema, channel.type_hash) {
            (Ok((plan, registry)), ..) => {
                self.node.describe(plan.description(), &registry)?;
                Ok((plan.type_name().clone(), plan.hash().to_string()))
            }
            (Err(_), Some(schema), Some(hash)) if channel.message_encoding == "cdr" => {
                Ok((TypeName::parse(&schema.name)?, hash.to_string()))
            }
            (Err(error), ..) => Err(error),
        }
    }

    fn wait_for_subscribers(&self) -> Outcome {
        let (count, timeout) = (self.args.wait_for_subscribers, self.args.timeout);
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        // Every node has these, and hardly anybody subscribes to them.
        let is_asked_for = |name: &str| self.args.names(name) || !net::NODE_TOPICS.contains(&name);
        for topic in self.topics.iter().filter(|topic| is_asked_for(&topic.id.0)) {
            let left =
                || deadline.map_or(WAIT, |deadline| deadline.saturating_duration_since(Instant::now()));
            while !self.node.wait_for_subscribers(&topic.id.0, count, left())? {
                if timeout.is_some() {
                    return Err(Stop::TimedOut(format!("{} has fewer than {count} subscribers", topic.id.0)));
                }
            }
        }
        Ok(())
    }

    /// Plays once, or again and again.
    fn play(&mut self, mut clock: Option<Clock>, output: &mut Output) -> Outcome {
        loop {
            let recording = Recording::open(&self.args.file);
            let recording = recording.map_err(|error| recording::in_file(&self.args.file, &error))?;
            let before = self.sent;
            self.play_once(recording, clock.as_mut(), output)?;
            if !self.args.repeat {
                return Ok(());
            }
            if self.sent == before {
                let message = "there is no message to play again and again";
                let error = Error::new(ErrorKind::Argument, message);
                return Err(recording::in_file(&self.args.file, &error).into());
            }
        }
    }

    fn play_once(
        &mut self,
        recording: Recording,
        mut clock: Option<&mut Clock>,
        output: &mut Output,
    ) -> Outcome {
        let mut messages = InOrder::new(recording);
        let started = Instant::now();
        let mut first = None;
        while let Some(read) = messages.next() {
            self.interrupt.check()?;
            let message = match read {
                Ok(message) => message,
                Err(error) => {
                    output.report(&self.args.file.display(), &error);
                    continue;
                }
            };
            let begin = *first.get_or_insert(message.log_time);
            let into = Duration::from_nanos(message.log_time.saturating_sub(begin));
            let Some(elapsed) = into.checked_sub(self.args.start_offset) else { continue };
            if self.args.playback_duration.is_some_and(|duration| elapsed >= duration) {
                break;
            }
            let due = started.checked_add(self.args.scaled(elapsed)).unwrap_or(started);
            if let Some(clock) = clock.as_deref_mut() {
                let offset = u64::try_from(self.args.start_offset.as_nanos()).unwrap_or(u64::MAX);
                let zero = begin.saturating_add(offset);
                clock.tick_until(due, (started, zero, self.args.rate), self.interrupt)?;
            }
            self.interrupt.wait(Some(due.saturating_duration_since(Instant::now())))?;
            self.send(message, output)?;
        }
        Ok(())
    }

    fn send(&mut self, message: RecordedMessage, output: &mut Output) -> Outcome {
        match self.topic(&message.channel) {
            Ok(Some(index)) => {
                let Some(topic) = self.topics.get_mut(index) else { return Ok(()) };
                topic.publisher.publish(message.payload)?;
                topic.sent += 1;
                self.sent += 1;
            }
            Ok(None) => {}
            Err(error) => {
                output
                    .report(&format_args!("{}: {}", self.args.file.display(), message.channel.topic), &error);
            }
        }
        Ok(())
    }

    /// Says what was played.
    fn conclude(&self, global: &Global) -> Outcome {
        if global.json {
            let topics = self.topics.iter().map(|topic| (topic.id.0.clone(), topic.sent.into()));
            let topics: serde_json::Map<_, _> = topics.collect();
            let path = self.args.file.display().to_string();
            let line = json!({"path": path, "messages": self.sent, "topics": topics});
            return Output::default().line(line.to_string().into_bytes());
        }
        if !global.quiet {
            let (messages, topics) = (count_text(self.sent, "message"), self.topics.len() as u64);
            note(&format_args!("played {messages} of {}", count_text(topics, "topic")));
        }
        Ok(())
    }
}
