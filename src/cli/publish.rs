//! `ros-z topic pub`: one message again and again, or the messages of a file or of standard input.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use clap::Args;

use crate::codec::{JsonOutput, Plan, to_json};
use crate::error::{Error, Result};
use crate::net::{Node, Publisher};
use crate::rmw::{Durability, History, QosProfile};

use super::documents::{Document, Input};
use super::interrupt::Interrupt;
use super::output::{Outcome, Output, Stop, note, report};
use super::qos::Qos;
use super::written::Written;
use super::{BytesAs, Global, completion, paint, session, types, yaml};

/// Messages a second of a single value, as in `ros2 topic pub`.
const RATE: f64 = 1.0;

/// How far behind its schedule publishing may be and still catch up, so that a rate is kept on average.
const BEHIND: Duration = Duration::from_millis(100);

/// How long a type that is not known here is looked for, unless `--timeout` says so.
const TYPE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a route to subscribers is waited for, and how often it is looked for.
const ROUTED: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// How long one wait for subscribers is, when it may last for ever.
const WAIT: Duration = Duration::from_secs(3600);

/// Arguments of `ros-z topic pub`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z topic pub /chatter std_msgs/msg/String \"data: hello\"\n  ros-z topic pub --once /goal \
                  geometry_msgs/msg/PoseStamped @goal.yaml\n  ros-z topic echo /in --json | ros-z topic pub /out \
                  std_msgs/msg/String -\n\nWithout other flags, messages are reliable, and the last is kept for late \
                  subscribers (transient_local); those of a file or of standard input wait for a slow network (keep_all)."
)]
pub(crate) struct Publish {
    /// Topic, such as /chatter
    #[arg(add = completion::topics())]
    topic: String,
    /// Message type, such as std_msgs/msg/String; learned from whoever uses it if it is not known here
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// Message as JSON or YAML; what it leaves out has its default. `@FILE` takes a file, `-` takes standard input: JSON
    /// texts, such as one a line, or YAML documents with `---` between them
    #[arg(default_value = "{}")]
    value: String,
    /// The same as @FILE
    #[arg(long, visible_alias = "yaml-file", value_name = "FILE", conflicts_with = "value")]
    file: Option<PathBuf>,
    /// Publish once
    #[arg(short = '1', long, conflicts_with = "times")]
    once: bool,
    /// Publish this many times; of several messages, only so many
    #[arg(short = 't', short_alias = 'n', long, value_name = "COUNT")]
    times: Option<u64>,
    /// Messages a second [default: 1 of a single value, else as fast as they come]
    #[arg(short = 'r', long, value_name = "HERTZ", value_parser = session::hertz)]
    rate: Option<f64>,
    /// Wait for this many subscribers first [default: 1 unless a single value is published for ever]
    #[arg(short = 'w', long, visible_alias = "wait-matching-subscriptions", value_name = "COUNT")]
    wait_for_subscribers: Option<usize>,
    /// End with exit code 124 when the subscribers do not come within this many seconds
    #[arg(long, visible_alias = "max-wait-time-secs", value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    /// Print the messages that are published, or every Nth of them
    #[arg(
        short = 'p', long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1"
    )]
    print: Option<NonZeroU64>,
    /// Stay for this many seconds after the last message, for late subscribers
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    keep_alive: Option<Duration>,
    #[command(flatten)]
    qos: Qos,
}

impl Publish {
    /// The input of several messages; `None` for a single value.
    fn input(&self) -> Result<Option<Input>> {
        let named = match self.value.strip_prefix('@') {
            Some(path) => Some(Path::new(path)),
            None => (self.value == "-").then_some(Path::new("-")),
        };
        self.file.as_deref().or(named).map(|path| Input::open(Some(path))).transpose()
    }

    /// A pipe does not lose messages.
    fn profile(&self, is_stream: bool) -> QosProfile {
        let history = if is_stream { History::KeepAll } else { History::KeepLast };
        let default = QosProfile { durability: Durability::TransientLocal, history, ..QosProfile::DEFAULT };
        self.qos.profile(default.with_depth(1))
    }

    fn limit(&self) -> u64 {
        if self.once { 1 } else { self.times.unwrap_or(u64::MAX) }
    }
}

/// What a thread that reads input tells the verb: a blocking read cannot be interrupted, a wait for a message can.
enum Event {
    Message(Document),
    Unreadable(Error),
    End,
    Interrupted,
}

/// Publishes what was asked for, or until Ctrl-C.
pub(crate) fn run(args: &Publish, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let known = types::known_plan(&registry, &args.type_name)?;
    let input = args.input()?;
    let value = if input.is_none() { Some(Written::argument(&args.value)?) } else { None };
    if let (Some(plan), Some(value)) = (&known, &value) {
        // Before anybody hears of this node.
        value.payload_or_template(plan)?;
    }
    let (context, node) = session::open(global)?;
    let (closing, (sender, events)) = (context.clone(), sync_channel(1));
    let wake = sender.clone();
    let interrupt = Interrupt::new(move || {
        // When the channel is full, the verb is awake and finds out by itself.
        _ = wake.try_send(Event::Interrupted);
        _ = closing.close();
    })?;
    session::watch(&context, global);
    let publish = || {
        let (plan, hash) = match known {
            Some(plan) => (Arc::clone(&plan), plan.hash().to_string()),
            None => {
                let timeout = args.timeout.unwrap_or(TYPE_TIMEOUT);
                types::learned_plan(&node, &registry, &args.type_name, timeout)?
            }
        };
        node.describe(plan.description(), &registry)?;
        let qos = args.profile(input.is_some());
        let publisher = node.create_publisher(&args.topic, plan.type_name(), &hash, qos)?;
        let mut sending = Sending {
            args,
            plan: &plan,
            publisher,
            interrupt: &interrupt,
            json: global.json,
            sent: 0,
            due: None,
        };
        let ready = wait_for_subscribers(args, &node, input.is_some())
            .and_then(|any| if any { sending.wait_for_route() } else { Ok(()) });
        let outcome = ready.and_then(|()| match (input, &value) {
            (Some(input), _) => sending.stream(input, sender, &events),
            (None, Some(value)) => sending.repeat(value),
            (None, None) => Ok(()),
        });
        if !global.quiet {
            note(&format_args!(
                "published {} messages on {}",
                sending.sent,
                sending.publisher.entity().topic()
            ));
        }
        outcome.and_then(|()| args.keep_alive.map_or(Ok(()), |time| interrupt.wait(Some(time))))
    };
    let outcome = publish();
    let closed = context.close();
    interrupt.outcome(outcome.and_then(|()| Ok(closed?)))
}

/// Waits for the subscribers that were asked for; whether any were.
fn wait_for_subscribers(args: &Publish, node: &Node, is_stream: bool) -> Outcome<bool> {
    let endless = !is_stream && args.limit() == u64::MAX;
    let count = args.wait_for_subscribers.unwrap_or(usize::from(!endless));
    while !node.wait_for_subscribers(&args.topic, count, args.timeout.unwrap_or(WAIT))? {
        if args.timeout.is_some() {
            return Err(Stop::TimedOut(format!("{} has fewer than {count} subscribers", args.topic)));
        }
    }
    Ok(count > 0)
}

/// The publishing itself.
struct Sending<'a> {
    args: &'a Publish,
    plan: &'a Plan,
    publisher: Publisher,
    interrupt: &'a Interrupt,
    json: bool,
    sent: u64,
    /// When the next message may go.
    due: Option<Instant>,
}

impl Sending<'_> {
    /// Waits until messages reach the subscribers that are there; not for ever: their types may be others.
    fn wait_for_route(&self) -> Outcome {
        let started = Instant::now();
        while !self.publisher.has_route()? && started.elapsed() < ROUTED {
            self.interrupt.wait(Some(LOOK_AGAIN))?;
        }
        Ok(())
    }

    /// One value again and again; `"now"` in it is the time of each.
    fn repeat(&mut self, value: &Written<'_>) -> Outcome {
        while self.sent < self.args.limit() {
            let payload = value.payload_or_template(self.plan)?;
            self.send(payload, Some(self.args.rate.unwrap_or(RATE)))?;
        }
        Ok(())
    }

    /// Every message of an input, as it comes.
    fn stream(&mut self, input: Input, sender: SyncSender<Event>, events: &Receiver<Event>) -> Outcome {
        let name = input.name().to_owned();
        std::thread::spawn(move || read(input, &sender));
        let mut refused = false;
        while self.sent < self.args.limit() {
            self.interrupt.check()?;
            let document = match events.recv().unwrap_or(Event::End) {
                Event::End => break,
                Event::Interrupted => continue,
                Event::Unreadable(error) => return Err(error.into()),
                Event::Message(document) => document,
            };
            match self.payload(&name, document, refused) {
                Ok(payload) => self.send(payload, self.args.rate)?,
                Err(error) => {
                    refused = true;
                    report(&error);
                }
            }
        }
        if refused { Err(Stop::Reported) } else { Ok(()) }
    }

    /// What is wrong with a message is said as text; the first time, with what such a message looks like.
    fn payload(&self, name: &str, document: Document, refused: bool) -> Result<Vec<u8>, String> {
        let in_words = |error: Error| format!("{error:#}");
        let written = match document {
            Document::Json(piece) => Written::json(name, piece.line, piece.text),
            Document::Yaml(piece) => {
                let text = String::from_utf8_lossy(&piece.text).into_owned();
                Written::yaml(name, piece.line, text).map_err(in_words)?
            }
        };
        written.payload(self.plan).map_err(|error| match written.template(self.plan) {
            Ok(template) if !refused => format!("{error:#}\n{template}"),
            _ => in_words(error),
        })
    }

    /// The message that is about to be sent, where it is one of those to print.
    fn print(&self, payload: &[u8]) -> Outcome {
        if self.args.print.is_none_or(|every| self.sent % every != 0) {
            return Ok(());
        }
        let json = to_json(self.plan, payload, &JsonOutput { bytes: BytesAs::default().into() })?;
        let mut output = Output::default();
        if self.json {
            return output.line(json);
        }
        let look = yaml::Look { is_flow: false, is_coloured: paint::is_wanted() };
        let mut text = yaml::to_yaml_like(&json, look)?;
        text.extend_from_slice(b"---\n");
        output.bytes(&text)
    }

    fn send(&mut self, payload: Vec<u8>, rate: Option<f64>) -> Outcome {
        self.interrupt.check()?;
        if let Some(due) = self.due {
            self.interrupt.wait(Some(due.saturating_duration_since(Instant::now())))?;
        }
        self.print(&payload)?;
        self.publisher.publish(payload)?;
        self.sent += 1;
        let now = Instant::now();
        let earliest = now.checked_sub(BEHIND).unwrap_or(now);
        self.due = rate.and_then(|hertz| {
            let next = self.due.unwrap_or(now).checked_add(Duration::from_secs_f64(hertz.recip()))?;
            Some(next.max(earliest))
        });
        Ok(())
    }
}

/// Sends every JSON text of the input on; ends when nobody listens any more.
fn read(mut input: Input, sender: &SyncSender<Event>) {
    loop {
        let event = match input.next_document() {
            Ok(Some(document)) => Event::Message(document),
            Ok(None) => Event::End,
            Err(error) => Event::Unreadable(error),
        };
        let last = !matches!(event, Event::Message(_));
        if sender.send(event).is_err() || last {
            return;
        }
    }
}
