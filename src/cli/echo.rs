//! `ros-z topic echo`: the messages of a topic, as YAML for people and as JSON lines for programs.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use crate::codec::{FieldPath, JsonOutput, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::net::{Node, Received, Subscriber};
use crate::registry::Registry;
use crate::rmw::{EntityKind, QosProfile};
use crate::schema::TypeName;

use super::output::{Outcome, Output, Stop, note};
use super::qos::{Qos, offered};
use super::selection::Selection;
use super::sequences::Sequences;
use super::service_echo::{self, Events};
use super::shorten::{Brevity, shorten};
use super::{BytesAs, Global, completion, csv, paint, session, types, yaml};

/// Messages that wait while the terminal or the next program is slow.
const DEPTH: usize = 1000;

/// What people are shown of an array or a string unless they ask for more, as in `ros2 topic echo`.
const READABLE_LENGTH: usize = 128;

/// How long the type of a topic is looked for, unless `--timeout` says so.
const TYPE_TIMEOUT: Duration = Duration::from_secs(5);

/// What happens to requests and responses, by the numbers of `service_msgs/msg/ServiceEventInfo`, as JSON.
const MOMENTS: [&str; 4] =
    ["\"REQUEST_SENT\"", "\"REQUEST_RECEIVED\"", "\"RESPONSE_SENT\"", "\"RESPONSE_RECEIVED\""];

/// How long publishers are waited for, whose quality of service is followed.
const MATCHING: Duration = Duration::from_millis(300);

/// Arguments of `ros-z topic echo`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z topic echo /chatter\n  ros-z topic echo /scan --filter \"ranges[0] < 0.5\" --field \
                  header.stamp --once\n  ros-z topic echo /odom --json | jq .pose.pose.position\n\nWithout other flags, \
                  reliability and durability are those that the topic's publishers offer."
)]
pub(crate) struct Echo {
    /// Topic, such as /chatter
    #[arg(add = completion::topics())]
    topic: String,
    /// Message type; without it, the type that the topic's publishers have, learned from them if it is not known here
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: Option<String>,
    /// The same as TYPE
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "type_name", add = completion::types())]
    type_flag: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

/// What is shown of the messages, and how.
#[derive(Args)]
pub(crate) struct Shown {
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
    #[arg(short = 'n', long, visible_alias = "times", value_name = "COUNT")]
    count: Option<u64>,
    /// End with exit code 124 when no message comes for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    /// Print topic, type, time, sequence number and publisher of each message too
    #[arg(short = 'i', long = "include-message-info", visible_alias = "info")]
    info: bool,
    /// Print the values of each message as a line, separated by commas
    #[arg(long, conflicts_with = "flow_style")]
    csv: bool,
    /// Print each message on one line, with brackets
    #[arg(long)]
    flow_style: bool,
    /// Print payloads as they came: hexadecimal, with --json base64
    #[arg(long, conflicts_with_all = ["csv", "flow_style", "field", "filter", "no_arr", "no_str", "truncate_length"])]
    raw: bool,
    /// Print only the number of items of arrays
    #[arg(long)]
    no_arr: bool,
    /// Print only the number of characters of strings
    #[arg(long)]
    no_str: bool,
    /// Print at most this much of arrays and strings [default: 128; with --json and --csv all]
    #[arg(short = 'l', long, value_name = "LENGTH")]
    truncate_length: Option<usize>,
    /// Print all of arrays and strings
    #[arg(short = 'f', long, conflicts_with = "truncate_length")]
    full_length: bool,
    /// How byte arrays are written
    #[arg(long, value_enum, default_value_t)]
    bytes: BytesAs,
    #[command(flatten)]
    qos: Qos,
}

/// What was asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) topic: String,
    pub(crate) type_name: Option<String>,
    /// The service of which the messages tell; the type is then its.
    pub(crate) service: Option<String>,
    pub(crate) shown: &'a Shown,
}

/// What is listened to.
struct Heard {
    type_name: TypeName,
    /// As the topic's endpoints write it.
    hash: String,
    /// `None` where payloads are printed as they came.
    plan: Option<Arc<Plan>>,
}

/// Prints messages until there were enough of them, none comes in time, or Ctrl-C.
pub(crate) fn run(args: &Echo, global: &Global) -> Outcome {
    let type_name = args.type_name.clone().or_else(|| args.type_flag.clone());
    let topic = args.topic.clone();
    listen_to(&Wanted { topic, type_name, service: None, shown: &args.shown }, global)
}

/// Prints what comes on a topic.
pub(crate) fn listen_to(wanted: &Wanted<'_>, global: &Global) -> Outcome {
    let args = wanted.shown;
    if args.csv && global.json {
        return Err(Stop::Usage("--csv and --json: choose one of them".to_owned()));
    }
    let registry = types::registry(&global.type_path)?;
    let given = wanted.type_name.as_deref();
    let events = wanted
        .service
        .as_deref()
        .map(|service| Events::new((service, &wanted.topic), &registry, (given, args.timeout)));
    let events = events.transpose()?;
    let known = match given {
        Some(name) if events.is_none() => types::known_plan(&registry, name)?,
        _ => None,
    };
    session::with_node(global, |node, _| {
        session::watch(node.context(), global);
        let heard = match &events {
            Some(events) => match events.learn(node, &registry) {
                Ok((plan, hash)) => Heard::of(hash, plan),
                // What is printed as it came need not be understood.
                Err(stop) if args.raw => announced(&wanted.topic, node, Duration::ZERO).map_err(|_| stop)?,
                Err(stop) => return Err(stop),
            },
            None => heard_on(wanted, node, &registry, known)?,
        };
        let selection = match &heard.plan {
            Some(plan) if !args.raw => {
                node.describe(plan.description(), &registry)?;
                Some(Selection::new(plan, &registry, &args.field, args.filter.as_deref())?)
            }
            _ => None,
        };
        listen(wanted, global, node, (heard, selection))
    })
}

/// What is listened to on a topic.
fn heard_on(
    wanted: &Wanted<'_>,
    node: &Node,
    registry: &Registry,
    known: Option<Arc<Plan>>,
) -> Result<Heard> {
    let timeout = wanted.shown.timeout.unwrap_or(TYPE_TIMEOUT);
    let (plan, hash) = match (known, &wanted.type_name) {
        (Some(plan), _) => (Arc::clone(&plan), plan.hash().to_string()),
        (None, Some(name)) => types::learned_plan(node, registry, name, timeout)?,
        (None, None) if wanted.shown.raw => return announced(&wanted.topic, node, timeout),
        (None, None) => learned(&wanted.topic, node, registry, timeout)?,
    };
    Ok(Heard::of(hash, plan))
}

impl Heard {
    fn of(hash: String, plan: Arc<Plan>) -> Self {
        Self { type_name: plan.type_name().clone(), hash, plan: Some(plan) }
    }
}

fn listen(
    wanted: &Wanted<'_>,
    global: &Global,
    node: &Node,
    (heard, selection): (Heard, Option<Selection>),
) -> Outcome {
    let args = wanted.shown;
    let qos = profile(wanted, node)?;
    if let Some(service) = wanted.service.as_deref().filter(|_| !global.quiet) {
        service_echo::remark(node, (service, &wanted.topic));
    }
    let subscriber = node.create_subscriber(&wanted.topic, &heard.type_name, &heard.hash, qos)?;
    let printer = Printer {
        selection,
        brevity: brevity(args, global.json),
        topic: subscriber.entity().topic().to_owned(),
        json: global.json,
        look: yaml::Look { is_flow: args.flow_style, is_coloured: paint::is_wanted() },
        names_moments: wanted.service.is_some() && args.field.is_empty(),
        args,
        heard,
    };
    let (mut output, mut sequences) = (Output::default(), Sequences::default());
    let listened = print_messages(&printer, &subscriber, (&mut output, &mut sequences));
    let dropped = subscriber.dropped();
    if !global.quiet {
        for (count, why) in [
            (dropped, "dropped: they came faster than they were printed"),
            (sequences.lost(dropped), "lost on the way, by the gaps in their sequence numbers"),
        ] {
            if count > 0 {
                note(&format_args!("{count} messages were {why}"));
            }
        }
    }
    listened.and_then(|()| output.conclude())
}

/// What the flags ask for, and else what the publishers that are known by now offer.
fn profile(wanted: &Wanted<'_>, node: &Node) -> Result<QosProfile> {
    let (mut default, topic) = (QosProfile::DEFAULT, &wanted.topic);
    if wanted.shown.qos.follows_publishers() {
        node.wait_for_publishers(topic, 1, MATCHING)?;
        let publishers = node.context().graph().endpoints(EntityKind::Publisher, &node.resolve(topic)?);
        default = offered(&publishers);
    }
    Ok(wanted.shown.qos.profile(default.with_depth(DEPTH)))
}

fn print_messages(
    printer: &Printer<'_>,
    subscriber: &Subscriber,
    (output, sequences): (&mut Output, &mut Sequences),
) -> Outcome {
    let args = printer.args;
    let mut left = if args.once { 1 } else { args.count.unwrap_or(u64::MAX) };
    let (mut patience, what) =
        (session::Patience::new(args.timeout), format!("message on {}", printer.topic));
    while left > 0 {
        let received = patience.next(subscriber, &what)?;
        sequences.count(&received.attachment);
        match printer.print(&received) {
            Ok(Some(text)) => output.bytes(&text)?,
            Ok(None) => {
                patience.check(&what)?;
                continue;
            }
            Err(error) => {
                let (gid, sequence) = (received.attachment.source_gid, received.attachment.sequence_number);
                output.report(&format_args!("{}: message {sequence} of {gid}", printer.topic), &error);
            }
        }
        patience.renew();
        left -= 1;
    }
    Ok(())
}

fn brevity(args: &Shown, json: bool) -> Brevity {
    let length = match args.truncate_length {
        Some(length) => length,
        None if json || args.csv || args.full_length => usize::MAX,
        None => READABLE_LENGTH,
    };
    Brevity { no_arrays: args.no_arr, no_strings: args.no_str, length }
}

/// How messages are printed.
struct Printer<'a> {
    args: &'a Shown,
    /// Whether what people read has names for what happened to a service.
    names_moments: bool,
    heard: Heard,
    /// `None` where payloads are printed as they came.
    selection: Option<Selection>,
    brevity: Brevity,
    topic: String,
    json: bool,
    look: yaml::Look,
}

impl Printer<'_> {
    /// The text of a message, if it is one that was asked for.
    fn print(&self, received: &Received) -> Result<Option<Vec<u8>>> {
        let payload = received.payload.as_slice();
        let mut text = if self.args.info { self.info(received) } else { Vec::new() };
        match (&self.selection, &self.heard.plan) {
            (Some(selection), _) if !selection.wants(payload)? => return Ok(None),
            (Some(selection), Some(plan)) => self.message(&mut text, selection, (plan, payload))?,
            _ if self.json || self.args.info => {
                text.extend_from_slice(format!("{{\"base64\":\"{}\"}}", STANDARD.encode(payload)).as_bytes());
            }
            _ => text.extend(payload.iter().flat_map(|byte| format!("{byte:02x}").into_bytes())),
        }
        text.extend_from_slice(if self.args.info { b"}" } else { b"" });
        self.finished(text).map(Some)
    }

    /// Appends what is selected from a message as JSON.
    fn message(
        &self,
        text: &mut Vec<u8>,
        selection: &Selection,
        (plan, payload): (&Plan, &[u8]),
    ) -> Result<()> {
        let options = JsonOutput { bytes: self.args.bytes.into() };
        selection.append(text, (payload, &options), |text, shape, part| {
            if self.brevity.is_none() {
                text.extend_from_slice(part);
                return Ok(());
            }
            shorten(plan, shape, part, self.brevity, text)
        })
    }

    /// JSON in the form that was asked for.
    fn finished(&self, mut json: Vec<u8>) -> Result<Vec<u8>> {
        if self.args.csv {
            return csv::to_csv(&json);
        }
        if self.json || self.args.raw && !self.args.info {
            json.push(b'\n');
            return Ok(json);
        }
        if self.names_moments {
            json = with_moment(json);
        }
        let mut text = yaml::to_yaml_like(&json, self.look)?;
        text.extend_from_slice(b"---\n");
        Ok(text)
    }

    /// The head of `{"topic","type","source_timestamp","sequence","gid","message"}`. The topic is a valid ROS name, so
    /// there is nothing to escape.
    fn info(&self, received: &Received) -> Vec<u8> {
        let (topic, type_name) = (&self.topic, &self.heard.type_name);
        let sent = &received.attachment;
        let (time, sequence, gid) = (sent.source_timestamp, sent.sequence_number, sent.source_gid);
        format!(
            "{{\"topic\":\"{topic}\",\"type\":\"{type_name}\",\"source_timestamp\":{time},\"sequence\":{sequence},\
             \"gid\":\"{gid}\",\"message\":"
        )
        .into_bytes()
    }
}

/// An event of a service with the name of its kind in place of the number, as `ros2 service echo` prints it. It is the first
/// field of the first.
fn with_moment(json: Vec<u8>) -> Vec<u8> {
    const KEY: &[u8] = b"\"event_type\":";
    let Some(at) = json.windows(KEY.len()).position(|part| part == KEY) else { return json };
    let (head, number) = json.split_at(at + KEY.len());
    let name = number.first().and_then(|digit| MOMENTS.get(usize::from(digit.wrapping_sub(b'0'))));
    match (name, number.get(1)) {
        (Some(name), Some(b',' | b'}')) => [head, name.as_bytes(), &number[1..]].concat(),
        _ => json,
    }
}

/// The plan of the topic's type, learned from its endpoints, and its hash as they write it.
fn learned(topic: &str, node: &Node, registry: &Registry, timeout: Duration) -> Result<(Arc<Plan>, String)> {
    let learned = node.learn_topic_type(registry, topic, timeout).map_err(|error| {
        let advice = format!("give the type, as in `ros-z topic echo {topic} package/msg/Name`");
        Error::new(error.kind(), format!("{}: {advice}", error.message()))
    })?;
    Ok((Plan::compile(&learned.description)?, learned.type_hash))
}

/// Name and hash of the topic's type, of which nothing else need be known.
fn announced(topic: &str, node: &Node, timeout: Duration) -> Result<Heard> {
    let topic = node.resolve(topic)?;
    node.wait_for_publishers(&topic, 1, timeout)?;
    let mut types: Vec<(String, String)> = Vec::new();
    for endpoint in node.context().graph().endpoints(EntityKind::Publisher, &topic) {
        types.extend(endpoint.endpoint.map(|endpoint| (endpoint.dds_type, endpoint.type_hash)));
    }
    types.sort();
    types.dedup();
    match &types[..] {
        [] => {
            let message = format!("the type of {topic} is not known: nobody publishes on it");
            Err(Error::new(ErrorKind::UnknownType, message))
        }
        [(dds_type, hash)] => {
            Ok(Heard { type_name: TypeName::parse(dds_type)?, hash: hash.clone(), plan: None })
        }
        several => {
            let types: Vec<String> = several.iter().map(|(name, hash)| format!("{name} {hash}")).collect();
            let message = format!("{topic} has several types, {}: give one", types.join(" and "));
            Err(Error::new(ErrorKind::TypeMismatch, message))
        }
    }
}
