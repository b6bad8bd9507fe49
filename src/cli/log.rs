//! `ros-z log`: the logs of all nodes, as they write them on `/rosout`.

use std::time::Duration;

use chrono::{DateTime, Local};
use clap::{Args, ValueEnum};
use regex_lite::Regex;

use crate::codec::{JsonOutput, Plan, Value, decode_value, to_json};
use crate::error::Result;
use crate::net::{LogLevel, Node, ROSOUT, Received, Subscriber};
use crate::registry::nearest;
use crate::rmw::{Durability, QosProfile};
use crate::schema::TypeName;

use super::output::{Outcome, Output, warn};
use super::paint::{self, painted};
use super::{Global, completion, listing, session, types};

/// Print what nodes write to their logs
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z log --level warn\n  ros-z log --node /robot1/planner --match 'goal .* reached'\n  ros-z log \
                  --json | jq -r .msg\n\nThe last lines of nodes that are still there are printed first."
)]
pub(crate) struct Log {
    /// Only lines of this level and graver ones
    #[arg(short, long, value_enum, default_value = "debug")]
    level: Level,
    /// Only lines of this node and its parts, such as /robot1/planner or robot1.planner (repeatable)
    #[arg(long, value_name = "NODE", add = completion::nodes())]
    node: Vec<String>,
    /// Only lines whose text matches this regular expression
    #[arg(short, long = "match", value_name = "REGEX")]
    pattern: Option<Regex>,
    /// Only lines that are written from now on
    #[arg(long)]
    no_history: bool,
    /// End after one line
    #[arg(long, conflicts_with = "count")]
    once: bool,
    /// End after this many lines
    #[arg(short = 'n', long, value_name = "COUNT")]
    count: Option<u64>,
    /// End with exit code 124 when no line comes for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    /// Print dates and times of day, in the local time zone
    #[arg(short = 't', long)]
    local_time: bool,
    /// Print file, line and function of the program too
    #[arg(long)]
    place: bool,
}

/// How grave a line is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::Debug,
            Level::Info => Self::Info,
            Level::Warn => Self::Warn,
            Level::Error => Self::Error,
            Level::Fatal => Self::Fatal,
        }
    }
}

/// Prints lines until there were enough of them, none comes in time, or Ctrl-C.
pub(crate) fn run(args: &Log, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let type_name = TypeName::new("rcl_interfaces", "msg", "Log")?;
    let plan = Plan::compile(&registry.describe(&type_name)?)?;
    session::with_node(global, |node, _| {
        session::watch(node.context(), global);
        node.describe(plan.description(), &registry)?;
        let subscriber = subscribe(args, node, &plan)?;
        let nodes = args.node.iter().map(|name| name.trim_start_matches('/').replace('/', ".")).collect();
        let printer = Printer { args, nodes, plan: &plan, json: global.json, colours: paint::is_wanted() };
        if !global.quiet {
            warn_of_unknown(node, &args.node);
        }
        let mut output = Output::default();
        let dropped = || subscriber.dropped();
        print_lines(&printer, &subscriber, &mut output)?;
        if dropped() > 0 && !global.quiet {
            super::output::note(&format_args!(
                "{} lines were dropped: they came faster than they were printed",
                dropped()
            ));
        }
        output.conclude()
    })
}

/// Says, when everybody is known, which of these nodes are not there.
fn warn_of_unknown(node: &Node, wanted: &[String]) {
    if wanted.is_empty() {
        return;
    }
    let (context, wanted) = (node.context().clone(), wanted.to_vec());
    std::thread::spawn(move || {
        let discovery = session::Discovery::default();
        if context.wait_for_connection(session::CONNECTING).is_err() || discovery.settle(&context).is_err() {
            return;
        }
        if context.is_closed() {
            return;
        }
        let nodes: Vec<String> = context.graph().nodes().iter().map(|node| node.qualified()).collect();
        for wanted in wanted {
            // The name may be that of a logger, of the node or below it.
            let name = format!("/{}", wanted.trim_start_matches('/').replace('.', "/"));
            let is_it = |node: &String| {
                name.strip_prefix(node.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if nodes.iter().any(is_it) {
                continue;
            }
            let shown = nodes.iter().filter(|name| !listing::is_hidden(name)).map(String::as_str);
            let near = nearest(&name, shown).join(" or ");
            let hint = if near.is_empty() { near } else { format!("; did you mean {near}?") };
            warn(&format_args!("there is no node {wanted} in the graph by now{hint}"));
        }
    });
}

fn subscribe(args: &Log, node: &Node, plan: &Plan) -> Result<Subscriber> {
    let durability = if args.no_history { Durability::Volatile } else { Durability::TransientLocal };
    let qos = QosProfile { durability, ..QosProfile::ROSOUT };
    node.create_subscriber(ROSOUT, plan.type_name(), &plan.hash().to_string(), qos)
}

fn print_lines(printer: &Printer<'_>, subscriber: &Subscriber, output: &mut Output) -> Outcome {
    let args = printer.args;
    let mut left = if args.once { 1 } else { args.count.unwrap_or(u64::MAX) };
    let (mut patience, what) = (session::Patience::new(args.timeout), format!("line on {ROSOUT}"));
    while left > 0 {
        let received = patience.next(subscriber, &what)?;
        match printer.print(&received) {
            Ok(Some(text)) => output.line(text)?,
            Ok(None) => {
                patience.check(&what)?;
                continue;
            }
            Err(error) => {
                let (gid, sequence) = (received.attachment.source_gid, received.attachment.sequence_number);
                output.report(&format_args!("{ROSOUT}: message {sequence} of {gid}"), &error);
            }
        }
        patience.renew();
        left -= 1;
    }
    Ok(())
}

/// Which lines are printed, and how.
struct Printer<'a> {
    args: &'a Log,
    /// The names of loggers.
    nodes: Vec<String>,
    plan: &'a Plan,
    json: bool,
    colours: bool,
}

impl Printer<'_> {
    /// The text of a message, if it is one that was asked for.
    fn print(&self, received: &Received) -> Result<Option<Vec<u8>>> {
        let payload = received.payload.as_slice();
        let message = decode_value(self.plan, payload)?;
        let level = number(&message, "level");
        if level < LogLevel::from(self.args.level).number().into() {
            return Ok(None);
        }
        let (name, text) = (text(&message, "name"), text(&message, "msg"));
        let is_below = |node: &String| {
            name.strip_prefix(node).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let fits = self.args.pattern.as_ref().is_none_or(|pattern| pattern.is_match(&text));
        if !fits || !(self.nodes.is_empty() || self.nodes.iter().any(is_below)) {
            return Ok(None);
        }
        if self.json {
            return to_json(self.plan, payload, &JsonOutput::default()).map(Some);
        }
        Ok(Some(self.line(&message, (&name, &text)).into_bytes()))
    }

    /// `[INFO] [1234.567890123] [name]: text`, as ROS prints it.
    fn line(&self, message: &Value, (name, text): (&str, &str)) -> String {
        let level = LogLevel::of_number(u8::try_from(number(message, "level")).unwrap_or(u8::MAX));
        let stamp = message.get("stamp");
        let part = |field: &str| stamp.map(|stamp| number(stamp, field)).unwrap_or_default();
        let (sec, nanosec) = (part("sec"), part("nanosec"));
        let moment = u32::try_from(nanosec).ok().and_then(|nanosec| DateTime::from_timestamp(sec, nanosec));
        let time = match moment.filter(|_| self.args.local_time) {
            Some(moment) => moment.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
            None => format!("{sec}.{nanosec:09}"),
        };
        let line = format!("[{}] [{time}] [{}]: {}", level.as_str(), printable(name), printable(text));
        let style = match level {
            LogLevel::Debug => Some(paint::MUTED),
            LogLevel::Info => None,
            LogLevel::Warn => Some(paint::WARNING),
            LogLevel::Error | LogLevel::Fatal => Some(paint::ERROR),
        };
        let line = style.map_or_else(|| line.clone(), |style| painted(&line, style, self.colours));
        if !self.args.place {
            return line;
        }
        let (file, function, number) =
            (self::text(message, "file"), self::text(message, "function"), number(message, "line"));
        let function =
            if function.is_empty() { String::new() } else { format!(" in {}", printable(&function)) };
        format!("{line} ({}:{number}{function})", printable(&file))
    }
}

fn number(message: &Value, field: &str) -> i64 {
    match message.get(field) {
        Some(Value::Int(number)) => *number,
        Some(Value::UInt(number)) => i64::try_from(*number).unwrap_or(i64::MAX),
        _ => 0,
    }
}

fn text(message: &Value, field: &str) -> String {
    match message.get(field) {
        Some(Value::String(text)) => String::from_utf8_lossy(text).into_owned(),
        _ => String::new(),
    }
}

/// Text that tells a terminal nothing but itself.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}
