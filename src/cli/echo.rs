//! `ros-z topic echo`: the messages of a topic, as YAML for people and as JSON lines for programs.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::codec::{FieldPath, JsonOutput, Plan};
use crate::error::{Error, Result};
use crate::net::{Node, Received, Subscriber};
use crate::registry::Registry;

use super::output::{Outcome, Output, Stop, note};
use super::selection::Selection;
use super::shorten::{Brevity, shorten};
use super::{BytesAs, Global, session, types, yaml};

/// Messages that wait while the terminal or the next program is slow.
const DEPTH: usize = 1000;

/// What people are shown of an array or a string unless they ask for more, as in `ros2 topic echo`.
const READABLE_LENGTH: usize = 128;

/// How long the type of a topic is looked for, unless `--timeout` says so.
const TYPE_TIMEOUT: Duration = Duration::from_secs(5);

/// Arguments of `ros-z topic echo`.
#[derive(Args)]
pub(crate) struct Echo {
    /// Topic, such as /chatter
    topic: String,
    /// Message type; without it, the type that the topic's publishers have, learned from them if it is not known here
    #[arg(value_name = "TYPE")]
    type_name: Option<String>,
    /// The same as TYPE
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "type_name")]
    type_flag: Option<String>,
    /// Only this part of each message, such as pose.position.x; several make an object (repeatable)
    #[arg(long, value_name = "PATH")]
    field: Vec<FieldPath>,
    /// Only messages that meet this condition, such as "ranges[0] < 0.5 && header.frame_id == 'lidar'"
    #[arg(long, value_name = "CONDITION")]
    filter: Option<String>,
    /// End after one message
    #[arg(long, conflicts_with = "count")]
    once: bool,
    /// End after this many messages
    #[arg(short = 'n', long, value_name = "COUNT")]
    count: Option<u64>,
    /// End with exit code 124 when no message comes for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    /// Print topic, type, time, sequence number and publisher of each message too
    #[arg(short = 'i', long)]
    info: bool,
    /// Print only the number of items of arrays
    #[arg(long)]
    no_arr: bool,
    /// Print only the number of characters of strings
    #[arg(long)]
    no_str: bool,
    /// Print at most this much of arrays and strings [default: 128; with --json all]
    #[arg(long, value_name = "LENGTH")]
    truncate_length: Option<usize>,
    /// Print all of arrays and strings
    #[arg(short = 'f', long, conflicts_with = "truncate_length")]
    full_length: bool,
    /// How byte arrays are written
    #[arg(long, value_enum, default_value_t)]
    bytes: BytesAs,
    #[command(flatten)]
    qos: session::Qos,
}

/// Prints messages until there were enough of them, none comes in time, or Ctrl-C.
pub(crate) fn run(args: &Echo, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let given = args.type_name.as_deref().or(args.type_flag.as_deref());
    let known = given.map(|name| types::plan(&registry, name)).transpose()?;
    session::with_node(global, |node, _| {
        session::warn_of_mismatches(node.context(), global);
        let known = known.map(|plan| {
            let hash = plan.hash().to_string();
            (plan, hash)
        });
        let (plan, hash) = known.map_or_else(|| learned(args, node, &registry), Ok)?;
        let selection = Selection::new(&plan, &registry, &args.field, args.filter.as_deref())?;
        node.describe(plan.description(), &registry)?;
        listen(args, global, node, (plan, hash, selection))
    })
}

fn listen(
    args: &Echo,
    global: &Global,
    node: &Node,
    (plan, hash, selection): (Arc<Plan>, String, Selection),
) -> Outcome {
    let qos = args.qos.profile(DEPTH);
    let subscriber = node.create_subscriber(&args.topic, plan.type_name(), &hash, qos)?;
    let printer = Printer {
        selection,
        brevity: brevity(args, global.json),
        topic: subscriber.entity().topic().to_owned(),
        json: global.json,
        args,
        plan,
    };
    let mut output = Output::default();
    let listened = print_messages(&printer, &subscriber, &mut output);
    if subscriber.dropped() > 0 && !global.quiet {
        note(&format_args!(
            "{} messages were dropped: they came faster than they were printed",
            subscriber.dropped()
        ));
    }
    listened.and_then(|()| output.conclude())
}

fn print_messages(printer: &Printer<'_>, subscriber: &Subscriber, output: &mut Output) -> Outcome {
    let args = printer.args;
    let mut left = if args.once { 1 } else { args.count.unwrap_or(u64::MAX) };
    while left > 0 {
        let Some(received) = subscriber.recv(args.timeout)? else {
            return Err(Stop::TimedOut(format!("no message on {} in time", printer.topic)));
        };
        match printer.print(&received) {
            Ok(Some(text)) => output.bytes(&text)?,
            Ok(None) => continue,
            Err(error) => {
                let (gid, sequence) = (received.attachment.source_gid, received.attachment.sequence_number);
                output.report(&format_args!("{}: message {sequence} of {gid}", printer.topic), &error);
            }
        }
        left -= 1;
    }
    Ok(())
}

fn brevity(args: &Echo, json: bool) -> Brevity {
    let length = match args.truncate_length {
        Some(length) => length,
        None if json || args.full_length => usize::MAX,
        None => READABLE_LENGTH,
    };
    Brevity { no_arrays: args.no_arr, no_strings: args.no_str, length }
}

/// How messages are printed.
struct Printer<'a> {
    args: &'a Echo,
    plan: Arc<Plan>,
    selection: Selection,
    brevity: Brevity,
    topic: String,
    json: bool,
}

impl Printer<'_> {
    /// The text of a message, if it is one that was asked for.
    fn print(&self, received: &Received) -> Result<Option<Vec<u8>>> {
        let payload = received.payload.as_slice();
        if !self.selection.wants(payload)? {
            return Ok(None);
        }
        let options = JsonOutput { bytes: self.args.bytes.into() };
        let mut text = if self.args.info { self.info(received) } else { Vec::new() };
        self.selection.append(&mut text, (payload, &options), |text, shape, part| {
            if self.brevity.is_none() {
                text.extend_from_slice(part);
                return Ok(());
            }
            shorten(&self.plan, shape, part, self.brevity, text)
        })?;
        text.extend_from_slice(if self.args.info { b"}" } else { b"" });
        if self.json {
            text.push(b'\n');
            return Ok(Some(text));
        }
        let mut text = yaml::to_yaml(&text)?;
        text.extend_from_slice(b"---\n");
        Ok(Some(text))
    }

    /// The head of `{"topic","type","source_timestamp","sequence","gid","message"}`. The topic is a valid ROS name, so
    /// there is nothing to escape.
    fn info(&self, received: &Received) -> Vec<u8> {
        let (topic, type_name) = (&self.topic, self.plan.type_name());
        let sent = &received.attachment;
        let (time, sequence, gid) = (sent.source_timestamp, sent.sequence_number, sent.source_gid);
        format!(
            "{{\"topic\":\"{topic}\",\"type\":\"{type_name}\",\"source_timestamp\":{time},\"sequence\":{sequence},\
             \"gid\":\"{gid}\",\"message\":"
        )
        .into_bytes()
    }
}

/// The plan of the topic's type, learned from its endpoints, and its hash as they write it.
fn learned(args: &Echo, node: &Node, registry: &Registry) -> Result<(Arc<Plan>, String)> {
    let timeout = args.timeout.unwrap_or(TYPE_TIMEOUT);
    let learned = node.learn_topic_type(registry, &args.topic, timeout).map_err(|error| {
        let advice = format!("give the type, as in `ros-z topic echo {} package/msg/Name`", args.topic);
        Error::new(error.kind(), format!("{}: {advice}", error.message()))
    })?;
    Ok((Plan::compile(&learned.description)?, learned.type_hash))
}
