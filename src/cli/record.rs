//! `ros-z record`: messages of topics into a recording, as they came from the network.
//!
//! For each topic one thread receives and puts what came into a queue, and another learns the type first; one thread
//! writes. Nothing is decoded on the way.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::Duration;

use clap::{Args, ValueEnum};
use mcap::Compression;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::{RecordedText, Schema};
use crate::net::{GraphEvent, GraphEvents, LearnedType, Node};
use crate::registry::Registry;
use crate::rmw::{Endpoint, EntityKind, LivelinessToken, QosProfile};
use crate::schema::{TypeHash, TypeName};

use super::bag::{self, Bag, BagOptions, BagTopic, Finished};
use super::interrupt::Interrupt;
use super::output::{Outcome, Stop};
use super::record_queue::{Item, Queue};
use super::record_receiver::Receiver;
use super::record_status::Status;
use super::record_topics::{TopicArgs, TopicChoice};
use super::{Global, recorded_qos, session, types};

/// Messages of a topic that wait until its thread takes them.
const DEPTH: usize = 1000;
/// How long the nodes of a topic are asked for its type. Its messages wait.
const TYPE_TIMEOUT: Duration = Duration::from_secs(30);
/// How often the line on a terminal changes.
const TICK: Duration = Duration::from_millis(500);
/// As in `ros2 bag record`.
const CACHE_SIZE: u64 = 100 * 1024 * 1024;

/// How chunks of a file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompressAs {
    /// Not at all
    #[default]
    None,
    /// Zstandard at its fastest
    Zstd,
    /// LZ4
    Lz4,
}

impl From<CompressAs> for Option<Compression> {
    fn from(compress: CompressAs) -> Self {
        match compress {
            CompressAs::None => None,
            CompressAs::Zstd => Some(Compression::Zstd),
            CompressAs::Lz4 => Some(Compression::Lz4),
        }
    }
}

/// Record topics into MCAP files, which `ros2 bag`, Foxglove and `ros-z play` read
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z record /scan /tf -o drive\n  ros-z record -a -x camera --compression zstd\n  \
                        ros-z record /scan -o scan.mcap --limit 100"
)]
pub(crate) struct Record {
    #[command(flatten)]
    topics: TopicArgs,
    /// Where to: a new folder, or a single new file if the name ends in .mcap [default: rosbag2_<date>-<time>]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// How the file is compressed
    #[arg(long, value_enum, default_value_t)]
    compression: CompressAs,
    /// Begin the next file at about this size, such as 500M (M: million bytes)
    #[arg(short = 'b', long, value_name = "BYTES", value_parser = byte_count)]
    max_bag_size: Option<u64>,
    /// Begin the next file after this many seconds of messages
    #[arg(short = 'd', long, value_name = "SECONDS", value_parser = positive_seconds)]
    max_bag_duration: Option<Duration>,
    /// Messages of this many bytes may wait for the disk; what is more is dropped, and counted [default: 100 MiB]
    #[arg(long, value_name = "BYTES", value_parser = byte_count)]
    max_cache_size: Option<u64>,
    /// End after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    duration: Option<Duration>,
    /// End after this many messages
    #[arg(short = 'n', long, value_name = "COUNT")]
    limit: Option<u64>,
    /// End with exit code 124 when no message comes for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
}

/// A number of bytes as flags take it: with `k`, `M` or `G` behind it for thousands, millions and more.
fn byte_count(text: &str) -> Result<u64, String> {
    let unit = |suffix| match suffix {
        'k' | 'K' => Some(1000),
        'M' => Some(1_000_000),
        'G' => Some(1_000_000_000),
        _ => None,
    };
    let (number, factor) = match text.chars().next_back().and_then(unit) {
        Some(factor) => (text.get(..text.len() - 1).unwrap_or_default(), factor),
        None => (text, 1),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "expected a number of bytes, such as 500M".to_owned())
}

fn positive_seconds(text: &str) -> Result<Duration, String> {
    session::seconds(text).and_then(|time| match time.is_zero() {
        true => Err("expected a number above 0".to_owned()),
        false => Ok(time),
    })
}

/// Records until Ctrl-C, or until there is enough.
pub(crate) fn run(args: &Record, global: &Global) -> Outcome {
    args.topics.check()?;
    let output = args.output.clone().unwrap_or_else(default_name);
    let splits = args.max_bag_size.is_some() || args.max_bag_duration.is_some();
    if splits && bag::is_file_name(&output) {
        let message =
            format!("--output: `{}` is a single file; for several, name a folder", output.display());
        return Err(Stop::Usage(message));
    }
    let registry = types::registry(&global.type_path)?;
    let (context, node) = session::open(global)?;
    let choice = TopicChoice::new(&args.topics, &node)?;
    let options = BagOptions {
        compression: args.compression.into(),
        max_size: args.max_bag_size,
        max_duration: args.max_bag_duration,
    };
    let bag = Bag::create(&output, options, context.distro().as_str())?;
    let events = Arc::new(context.graph().events());
    let waking = Arc::clone(&events);
    let interrupt = Interrupt::new(move || waking.close())?;
    let recorder = Recorder {
        args,
        node: &node,
        registry: &registry,
        choice: &choice,
        events: &events,
        queue: Queue::new(usize::try_from(args.max_cache_size.unwrap_or(CACHE_SIZE)).unwrap_or(usize::MAX)),
        status: Status::new(global.quiet, global.json, std::io::stderr().is_terminal()),
    };
    let recorded = recorder.record(bag, &interrupt);
    let closed = context.close();
    let (finished, ended) = recorded?;
    recorder.conclude(&output, &finished)?;
    ended?;
    Ok(closed?)
}

/// As rosbag2 names what has no name, in local time.
fn default_name() -> PathBuf {
    chrono::Local::now().format("rosbag2_%Y_%m_%d-%H_%M_%S").to_string().into()
}

/// What all threads of a recording share.
struct Recorder<'a> {
    args: &'a Record,
    node: &'a Node,
    registry: &'a Registry,
    choice: &'a TopicChoice<'a>,
    events: &'a GraphEvents,
    queue: Queue,
    status: Status,
}

/// A topic with one type: each has a subscription and a channel of its own.
type TopicId = (String, String, String);

impl Recorder<'_> {
    /// Records into `bag` until it is time to end; what was written, and how it ended.
    fn record(&self, bag: Bag, interrupt: &Interrupt) -> Result<(Finished, Outcome)> {
        thread::scope(|scope| {
            let writer = spawn(scope, "writer", || {
                let written = self.write(bag);
                self.end();
                written
            })?;
            let mut receivers = Vec::new();
            let heard = self.listen(scope, &mut receivers, interrupt);
            self.status.end();
            receivers.into_iter().for_each(|receiver| _ = receiver.join());
            self.queue.close();
            let finished = writer.join().unwrap_or_else(|_| Err(stopped("writer")))?;
            Ok((finished, heard))
        })
    }

    /// Subscribes to each topic that comes; returns when recording ends.
    fn listen<'scope, 'env>(
        &'scope self,
        scope: &'scope Scope<'scope, 'env>,
        receivers: &mut Vec<ScopedJoinHandle<'scope, ()>>,
        interrupt: &Interrupt,
    ) -> Outcome {
        let mut known: BTreeSet<TopicId> = BTreeSet::new();
        loop {
            match self
                .events
                .next(self.status.left(self.args.duration, self.args.timeout).map(|t| t.min(TICK)))
            {
                Ok(Some(GraphEvent::Appeared(token))) => {
                    let Some(endpoint) = publisher(&token).filter(|e| self.choice.takes(&e.topic)) else {
                        continue;
                    };
                    if known.insert(id(endpoint)) {
                        let receiver = self.subscribe(scope, known.len() - 1, token.clone());
                        receivers.extend(receiver.map_err(|error| self.status.warn(&error)));
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    interrupt.check()?;
                    return if self.status.has_ended() { Ok(()) } else { Err(error.into()) };
                }
            }
            self.status.show_progress();
            if self.args.duration.is_some_and(|duration| self.status.age() >= duration) {
                return Ok(());
            }
            if self.args.timeout.is_some_and(|timeout| self.status.silence() >= timeout) {
                return Err(Stop::TimedOut("no message came in time".to_owned()));
            }
        }
    }

    /// Subscribes at once; messages wait while the type is learned.
    fn subscribe<'scope, 'env>(
        &'scope self,
        scope: &'scope Scope<'scope, 'env>,
        number: usize,
        token: LivelinessToken,
    ) -> Result<ScopedJoinHandle<'scope, ()>> {
        let endpoint = publisher(&token).ok_or_else(|| stopped("topic"))?;
        let type_name = TypeName::parse(&endpoint.dds_type)?;
        let tokens = self.node.context().graph().endpoints(EntityKind::Publisher, &endpoint.topic);
        let same = tokens.iter().filter_map(publisher).filter(|other| id(other) == id(endpoint));
        let mut offered: Vec<QosProfile> = same.map(|endpoint| endpoint.qos).collect();
        if offered.is_empty() {
            offered.push(endpoint.qos);
        }
        let qos = recorded_qos::to_request(&offered, DEPTH);
        let subscriber =
            self.node.create_subscriber(&endpoint.topic, &type_name, &endpoint.type_hash, qos)?;
        self.status.count_topic(&endpoint.topic);
        let (tell, told) = channel();
        spawn(scope, "learner", move || {
            // Nobody listens when recording has ended.
            _ = tell.send(self.topic(&token, &type_name, offered));
        })?;
        spawn(scope, "receiver", move || {
            Receiver::new(&self.queue, &self.status, number, told).run(&subscriber);
            self.status.count_dropped(subscriber.dropped());
        })
    }

    /// The topic as the file describes it; without the text of its type when that cannot be learned, which is said.
    fn topic(&self, token: &LivelinessToken, type_name: &TypeName, offered: Vec<QosProfile>) -> BagTopic {
        let (topic, hash) = publisher(token).map_or(("", ""), |e| (&*e.topic, &*e.type_hash));
        let learned = self.node.learn_endpoint_type(self.registry, token, TYPE_TIMEOUT);
        let schema = learned.and_then(|learned| self.schema(&learned));
        let (recorded, known_hash) = schema.map_or_else(
            |error| {
                let message = format!("{}; it is recorded without a definition", error.message());
                self.status.warn(&Error::new(error.kind(), message));
                (None, None)
            },
            |(recorded, hash)| (Some(recorded), Some(hash)),
        );
        BagTopic {
            topic: topic.to_owned(),
            type_name: type_name.to_string(),
            type_hash: hash.parse::<TypeHash>().ok().or(known_hash).map(|hash| hash.to_string()),
            schema_encoding: recorded
                .as_ref()
                .map(|recorded| recorded.encoding.to_owned())
                .unwrap_or_default(),
            schema: recorded.map(|recorded| recorded.text.into_bytes()).unwrap_or_default(),
            message_encoding: "cdr".to_owned(),
            offered,
        }
    }

    fn schema(&self, learned: &LearnedType) -> Result<(RecordedText, TypeHash)> {
        let hash = TypeHash::of(&learned.description)?;
        // Others may ask this node, as it subscribes.
        self.node.describe(&learned.description, self.registry)?;
        Ok((Schema::of_description(self.registry, &learned.description)?.to_recorded()?, hash))
    }

    /// Writes what comes out of the queue until it is closed; when there is enough, only topics.
    fn write(&self, mut bag: Bag) -> Result<Finished> {
        let mut numbers: Vec<Option<usize>> = Vec::new();
        let mut left = self.args.limit.unwrap_or(u64::MAX);
        loop {
            if left == 0 {
                self.end();
            }
            match self.queue.take() {
                None => return bag.finish(),
                Some(Item::Topic(number, topic)) => {
                    self.status.tell_topic(&topic);
                    if numbers.len() <= number {
                        numbers.resize(number + 1, None);
                    }
                    let added = bag.add_topic(*topic)?;
                    numbers.iter_mut().skip(number).take(1).for_each(|known| *known = Some(added));
                }
                Some(Item::Message(number, stamp, payload)) => {
                    let topic = numbers.get(number).copied().flatten().filter(|_| left > 0);
                    if let Some(topic) = topic {
                        bag.write(topic, stamp, &payload.to_bytes())?;
                        self.status.count_message(bag.bytes());
                        left -= 1;
                    }
                }
            }
        }
    }

    /// Nobody needs to receive any more.
    fn end(&self) {
        self.status.end();
        self.events.close();
    }

    /// Says what was recorded, and what was not.
    fn conclude(&self, path: &Path, finished: &Finished) -> Outcome {
        for topic in self.choice.missing(&self.status.topics()) {
            self.status.note(&format!("nobody published on {topic}"));
        }
        self.status.tell_end(path, finished)
    }
}

/// The endpoint, where it is a publisher.
fn publisher(token: &LivelinessToken) -> Option<&Endpoint> {
    token.endpoint.as_ref().filter(|endpoint| endpoint.kind == EntityKind::Publisher)
}

fn id(endpoint: &Endpoint) -> TopicId {
    (endpoint.topic.clone(), endpoint.dds_type.clone(), endpoint.type_hash.clone())
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>> {
    Ok(thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work)?)
}

fn stopped(what: &str) -> Error {
    Error::new(ErrorKind::Io, format!("the {what} of the recording stopped"))
}
