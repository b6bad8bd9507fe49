//! `ros-z topic pub`: one message again and again, or the messages of a file or of standard input.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use clap::Args;

use crate::codec::{Plan, from_json};
use crate::error::{Error, Result};
use crate::net::{Node, Publisher};
use crate::rmw::QosProfile;

use super::documents::{Input, Piece};
use super::interrupt::Interrupt;
use super::output::{Outcome, Output, Stop, note};
use super::{Global, json_input, session, types, yaml_in};

/// Messages a second of a single value, as in `ros2 topic pub`.
const RATE: f64 = 1.0;

/// How long one wait for subscribers is, when it may last for ever.
const WAIT: Duration = Duration::from_secs(3600);

/// Arguments of `ros-z topic pub`.
#[derive(Args)]
pub(crate) struct Publish {
    /// Topic, such as /chatter
    topic: String,
    /// Message type, such as std_msgs/msg/String
    #[arg(value_name = "TYPE")]
    type_name: String,
    /// Message as JSON or YAML; what it leaves out has its default. `-` takes JSON lines from standard input
    #[arg(default_value = "{}")]
    value: String,
    /// File with one or more messages as JSON texts, `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "value")]
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
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    #[command(flatten)]
    qos: session::Qos,
}

impl Publish {
    /// The input of several messages; `None` for a single value.
    fn input(&self) -> Result<Option<Input>> {
        let path = self.file.as_deref().or((self.value == "-").then_some(Path::new("-")));
        path.map(|path| Input::open(Some(path))).transpose()
    }

    fn limit(&self) -> u64 {
        if self.once { 1 } else { self.times.unwrap_or(u64::MAX) }
    }
}

/// What a thread that reads input tells the verb: a blocking read cannot be interrupted, a wait for a message can.
enum Event {
    Message(Piece),
    Unreadable(Error),
    End,
    Interrupted,
}

/// Publishes what was asked for, or until Ctrl-C.
pub(crate) fn run(args: &Publish, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let plan = types::plan(&registry, &args.type_name)?;
    let input = args.input()?;
    let value = if input.is_none() { yaml_in::to_json(&args.value)? } else { Cow::default() };
    if input.is_none() {
        // Before anybody hears of this node.
        from_json(&plan, &value, &json_input()?)?;
    }
    let (context, node) = session::open(global)?;
    let (closing, (sender, events)) = (context.clone(), sync_channel(1));
    let wake = sender.clone();
    let interrupt = Interrupt::new(move || {
        // When the channel is full, the verb is awake and finds out by itself.
        _ = wake.try_send(Event::Interrupted);
        _ = closing.close();
    })?;
    session::warn_of_mismatches(&context, global);
    node.describe(plan.description(), &registry)?;
    let publisher = node.create_publisher(
        &args.topic,
        plan.type_name(),
        &plan.hash().to_string(),
        args.qos.profile(QosProfile::DEFAULT.depth),
    )?;
    let mut sending = Sending { args, plan: &plan, publisher, interrupt: &interrupt, sent: 0, due: None };
    let outcome = wait_for_subscribers(args, &node).and_then(|()| match input {
        Some(input) => sending.stream(input, sender, &events),
        None => sending.repeat(&value),
    });
    if !global.quiet {
        note(&format_args!("published {} messages on {}", sending.sent, sending.publisher.entity().topic()));
    }
    let closed = context.close();
    interrupt.outcome(outcome.and_then(|()| Ok(closed?)))
}

fn wait_for_subscribers(args: &Publish, node: &Node) -> Outcome {
    let endless = args.file.is_none() && args.value != "-" && args.limit() == u64::MAX;
    let count = args.wait_for_subscribers.unwrap_or(usize::from(!endless));
    while !node.wait_for_subscribers(&args.topic, count, args.timeout.unwrap_or(WAIT))? {
        if args.timeout.is_some() {
            return Err(Stop::TimedOut(format!("{} has fewer than {count} subscribers", args.topic)));
        }
    }
    Ok(())
}

/// The publishing itself.
struct Sending<'a> {
    args: &'a Publish,
    plan: &'a Plan,
    publisher: Publisher,
    interrupt: &'a Interrupt,
    sent: u64,
    /// When the next message may go.
    due: Option<Instant>,
}

impl Sending<'_> {
    /// One value again and again; `"now"` in it is the time of each.
    fn repeat(&mut self, value: &[u8]) -> Outcome {
        while self.sent < self.args.limit() {
            let payload = from_json(self.plan, value, &json_input()?)?;
            self.send(payload, Some(self.args.rate.unwrap_or(RATE)))?;
        }
        Ok(())
    }

    /// Every message of an input, as it comes.
    fn stream(&mut self, input: Input, sender: SyncSender<Event>, events: &Receiver<Event>) -> Outcome {
        let mut output = Output::default();
        let name = input.name().to_owned();
        std::thread::spawn(move || read(input, &sender));
        while self.sent < self.args.limit() {
            self.interrupt.check()?;
            match events.recv().unwrap_or(Event::End) {
                Event::End => break,
                Event::Interrupted => return Err(Stop::Interrupted),
                Event::Unreadable(error) => return Err(error.into()),
                Event::Message(piece) => match from_json(self.plan, &piece.text, &json_input()?) {
                    Ok(payload) => self.send(payload, self.args.rate)?,
                    Err(error) => output.report(&format_args!("{name}:{}", piece.line), &error),
                },
            }
        }
        output.conclude()
    }

    fn send(&mut self, payload: Vec<u8>, rate: Option<f64>) -> Outcome {
        self.interrupt.check()?;
        if let Some(due) = self.due {
            self.interrupt.wait(Some(due.saturating_duration_since(Instant::now())))?;
        }
        self.publisher.publish(payload)?;
        self.sent += 1;
        let now = Instant::now();
        // A message that is late does not make the next ones hurry.
        self.due = rate.and_then(|hertz| {
            self.due.unwrap_or(now).max(now).checked_add(Duration::from_secs_f64(hertz.recip()))
        });
        Ok(())
    }
}

/// Sends every JSON text of the input on; ends when nobody listens any more.
fn read(mut input: Input, sender: &SyncSender<Event>) {
    loop {
        let event = match input.next_json() {
            Ok(Some(piece)) => Event::Message(piece),
            Ok(None) => Event::End,
            Err(error) => Event::Unreadable(error),
        };
        let last = !matches!(event, Event::Message(_));
        if sender.send(event).is_err() || last {
            return;
        }
    }
}
