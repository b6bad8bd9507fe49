//! `ros-z topic hz`, `bw` and `delay`: figures about the messages of topics, from raw bytes and the time of their arrival.
//!
//! Nothing is decoded; `delay` and `hz --filter` read the parts that they need where those lie. What was lost on the
//! way, or here because the machine was too slow, is counted and said.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use crate::codec::{Filter, Plan};
use crate::error::{Error, Result};
use crate::net::{Node, Received, Subscriber};
use crate::registry::Registry;
use crate::rmw::{EntityKind, QosProfile};
use crate::schema::TypeName;

use super::figures::{Bandwidth, Figures, Gauge, Lateness, Rate};
use super::interrupt::Interrupt;
use super::output::{Outcome, Output};
use super::sequences::Sequences;
use super::{Global, completion, session, types};

/// Messages that wait until they are counted; a second of the fastest topics.
const DEPTH: usize = 100_000;

/// How often messages are counted. Not one by one as they come: to be woken costs more than to count.
const TICK: Duration = Duration::from_millis(50);

/// How long the type of a topic is looked for, unless `--timeout` says so.
const TYPE_TIMEOUT: Duration = Duration::from_secs(5);

/// What all of them take.
#[derive(Args)]
struct Measuring {
    /// Topics, such as /chatter
    #[arg(required = true, value_name = "TOPIC", add = completion::topics())]
    topics: Vec<String>,
    /// Seconds from one report to the next
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = session::period)]
    interval: Duration,
    /// End after this many reports
    #[arg(short = 'n', long, value_name = "COUNT")]
    count: Option<u64>,
    /// End with exit code 124 when no message comes for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
}

/// Arguments of `ros-z topic hz`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z topic hz /imu/data\n  ros-z topic hz /scan --filter \"ranges[0] < 0.5\" --json"
)]
pub(crate) struct Hz {
    #[command(flatten)]
    measuring: Measuring,
    /// How many of the last messages the figures are about, at most
    #[arg(short, long, value_name = "COUNT", default_value = "10000")]
    window: NonZeroUsize,
    /// Only messages that meet this condition, such as "ranges[0] < 0.5 && header.frame_id == 'lidar'"
    #[arg(long, value_name = "CONDITION")]
    filter: Option<String>,
}

/// Arguments of `ros-z topic bw`.
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z topic bw /camera/image_raw")]
pub(crate) struct Bw {
    #[command(flatten)]
    measuring: Measuring,
    /// How many of the last messages the figures are about, at most
    #[arg(short, long, value_name = "COUNT", default_value = "100")]
    window: NonZeroUsize,
}

/// Arguments of `ros-z topic delay`.
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z topic delay /imu/data")]
pub(crate) struct Delay {
    #[command(flatten)]
    measuring: Measuring,
    /// How many of the last messages the figures are about, at most
    #[arg(short, long, value_name = "COUNT", default_value = "10000")]
    window: NonZeroUsize,
}

/// Prints how often messages come.
pub(crate) fn hz(args: &Hz, global: &Global) -> Outcome {
    measure(&args.measuring, global, |asking, topic| {
        let mut meter = Meter::new(topic, Box::new(Rate::new(args.window.get())));
        if let Some(condition) = &args.filter {
            let plan = meter.learn(asking)?;
            let definition = |name: &TypeName| asking.registry.find(name.as_str()).ok();
            meter.filter = Some(Filter::compile(&plan, condition, &definition)?);
        }
        Ok(meter)
    })
}

/// Prints how many bytes of messages come.
pub(crate) fn bw(args: &Bw, global: &Global) -> Outcome {
    measure(&args.measuring, global, |_, topic| {
        Ok(Meter::new(topic, Box::new(Bandwidth::new(args.window.get()))))
    })
}

/// Prints how old messages are when they come.
pub(crate) fn delay(args: &Delay, global: &Global) -> Outcome {
    measure(&args.measuring, global, |asking, topic| {
        let mut meter = Meter::new(topic, Box::new(Rate::new(1)));
        let plan = meter.learn(asking)?;
        meter.gauge = Box::new(Lateness::new(&plan, args.window.get())?);
        Ok(meter)
    })
}

/// What it takes to learn the type of a topic.
struct Asking<'a> {
    node: &'a Node,
    registry: &'a Registry,
    timeout: Duration,
}

/// A topic under measurement.
struct Meter {
    topic: String,
    gauge: Box<dyn Gauge>,
    filter: Option<Filter>,
    /// The one type that is listened to, where parts of messages are read.
    learned: Option<(TypeName, String)>,
    /// By type and hash: keys differ where those do.
    subscribers: HashMap<(String, String), Subscriber>,
    sequences: Sequences,
    /// Messages since the last report.
    fresh: u64,
    any: bool,
}

impl Meter {
    fn new(topic: &str, gauge: Box<dyn Gauge>) -> Self {
        Self {
            topic: topic.to_owned(),
            gauge,
            filter: None,
            learned: None,
            subscribers: HashMap::new(),
            sequences: Sequences::default(),
            fresh: 0,
            any: false,
        }
    }

    /// The plan of the topic's type; from now on only that type is listened to.
    fn learn(&mut self, Asking { node, registry, timeout }: &Asking<'_>) -> Result<Arc<Plan>> {
        let learned = node.learn_topic_type(registry, &self.topic, *timeout)?;
        let plan = Plan::compile(&learned.description)?;
        self.learned = Some((learned.type_name, learned.type_hash));
        Ok(plan)
    }

    /// Subscribes to every type that a publisher has by now.
    fn subscribe(&mut self, node: &Node) -> Result<()> {
        // Nobody is asked for more than this, so that any publisher matches.
        let qos = QosProfile::SENSOR_DATA.with_depth(DEPTH);
        let publishers = node.context().graph().endpoints(EntityKind::Publisher, &self.topic);
        for endpoint in publishers.into_iter().filter_map(|token| token.endpoint) {
            let name = TypeName::parse(&endpoint.dds_type)?;
            let is_other = self
                .learned
                .as_ref()
                .is_some_and(|(learned, hash)| (learned, hash) != (&name, &endpoint.type_hash));
            let key = (endpoint.dds_type, endpoint.type_hash);
            if is_other || self.subscribers.contains_key(&key) {
                continue;
            }
            let subscriber = node.create_subscriber(&self.topic, &name, &key.1, qos)?;
            self.subscribers.insert(key, subscriber);
        }
        Ok(())
    }

    /// Takes in what came; whether anything did that is measured.
    fn drain(&mut self, output: &mut Output) -> Result<bool> {
        let before = self.fresh;
        for subscriber in self.subscribers.values() {
            while let Some(received) = subscriber.try_recv()? {
                self.sequences.count(&received.attachment);
                let is_measured = take(&mut *self.gauge, self.filter.as_ref(), &received);
                self.fresh += u64::from(*is_measured.as_ref().unwrap_or(&true));
                if let Err(error) = is_measured {
                    let (gid, sequence) =
                        (received.attachment.source_gid, received.attachment.sequence_number);
                    output.report(&format_args!("{}: message {sequence} of {gid}", self.topic), &error);
                }
            }
        }
        self.any |= self.fresh > before;
        Ok(self.fresh > before)
    }

    /// The figures so far; `None` before there are any.
    fn figures(&mut self) -> Option<Figures> {
        let mut figures = self.gauge.figures()?;
        let dropped = self.subscribers.values().map(Subscriber::dropped).sum();
        figures.complete(&self.topic, std::mem::take(&mut self.fresh), self.sequences.lost(dropped), dropped);
        Some(figures)
    }
}

/// Whether it meets the condition.
fn take(gauge: &mut dyn Gauge, filter: Option<&Filter>, received: &Received) -> Result<bool> {
    if let Some(filter) = filter
        && !filter.matches(received.payload.as_slice())?
    {
        return Ok(false);
    }
    gauge.take(received)?;
    Ok(true)
}

/// Measures until there were enough reports, no message comes in time, or Ctrl-C.
fn measure(args: &Measuring, global: &Global, meter: impl Fn(&Asking<'_>, &str) -> Result<Meter>) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    session::with_node(global, |node, interrupt| {
        session::watch(node.context(), global);
        let asking = Asking { node, registry: &registry, timeout: args.timeout.unwrap_or(TYPE_TIMEOUT) };
        let topics = args.topics.iter().map(|topic| node.resolve(topic)).collect::<Result<Vec<_>>>()?;
        let meters = topics.iter().map(|topic| meter(&asking, topic)).collect::<Result<Vec<_>, Error>>()?;
        Measurement { args, meters, json: global.json, interrupt }.run(node)
    })
}

struct Measurement<'a> {
    args: &'a Measuring,
    meters: Vec<Meter>,
    json: bool,
    interrupt: &'a Interrupt,
}

impl Measurement<'_> {
    fn run(&mut self, node: &Node) -> Outcome {
        let mut output = Output::default();
        let mut patience = session::Patience::new(self.args.timeout);
        let mut left = self.args.count.unwrap_or(u64::MAX);
        let mut next = Instant::now() + self.args.interval;
        while left > 0 {
            self.interrupt.wait(Some(TICK.min(next.saturating_duration_since(Instant::now()))))?;
            for meter in &mut self.meters {
                meter.subscribe(node)?;
                if meter.drain(&mut output)? {
                    patience.renew();
                }
            }
            patience.check(&format!("message on {}", self.args.topics.join(", ")))?;
            if Instant::now() >= next {
                // A report that is late does not make the next one hurry.
                next = Instant::now() + self.args.interval;
                left -= u64::from(self.report(&mut output)?);
            }
        }
        output.conclude()
    }

    /// Prints what there is; whether there was anything.
    fn report(&mut self, output: &mut Output) -> Outcome<bool> {
        let several = self.meters.len() > 1;
        let mut any = false;
        for meter in self.meters.iter_mut().filter(|meter| meter.any) {
            let Some(figures) = meter.figures() else { continue };
            any = true;
            let text = if self.json { figures.to_json().to_string() } else { figures.to_text(several) };
            output.line(text.into_bytes())?;
        }
        Ok(any)
    }
}
