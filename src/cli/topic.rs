//! `ros-z topic`: which topics there are, of which types, and who publishes on them and subscribes to them.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::error::Result;
use crate::net::{NamesAndTypes, Node};
use crate::rmw::EntityKind;

use super::endpoints::Ends;
use super::listing::{self, Which, absolute, count, nobody_has, row, with_types};
use super::output::{Outcome, Output};
use super::{Global, completion, echo, measure, publish, session};

/// The ends of a topic.
const ENDS: Ends = Ends {
    of: "topic",
    kinds: [
        (EntityKind::Publisher, "Publisher", "publishers_count"),
        (EntityKind::Subscription, "Subscription", "subscriptions_count"),
    ],
};

/// The verbs of `ros-z topic`.
#[derive(Subcommand)]
pub(crate) enum Topic {
    /// Print the messages of a topic
    Echo(Box<echo::Echo>),
    /// Publish messages on a topic
    Pub(Box<publish::Publish>),
    /// List the names of all topics
    List(List),
    /// Print the type of a topic, and how many publishers and subscriptions it has
    Info(Info),
    /// Print the type of a topic
    Type(Type),
    /// List the topics of a type
    Find(Find),
    /// Measure how often messages come
    Hz(measure::Hz),
    /// Measure how many bytes of messages come
    Bw(measure::Bw),
    /// Measure how old messages are when they come, by the time in their header
    Delay(measure::Delay),
}

/// `ros-z topic list`
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z topic list --show-types\n  ros-z topic list --json | jq -r .topic"
)]
pub(crate) struct List {
    /// Print the types too
    #[arg(short = 't', long)]
    show_types: bool,
    /// Print what is published and what is subscribed to, with types and numbers
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    which: Which,
}

/// `ros-z topic info`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z topic info /chatter --verbose")]
pub(crate) struct Info {
    /// Topic, such as /chatter
    #[arg(value_name = "TOPIC", add = completion::topics())]
    topic: String,
    /// Print each publisher and subscription, and what does not match
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z topic type`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z topic type /chatter")]
pub(crate) struct Type {
    /// Topic, such as /chatter
    #[arg(value_name = "TOPIC", add = completion::topics())]
    topic: String,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z topic find`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z topic find sensor_msgs/msg/Imu")]
pub(crate) struct Find {
    /// Type, in any spelling
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    #[command(flatten)]
    which: Which,
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &Topic, global: &Global) -> Outcome {
    match verb {
        Topic::Echo(args) => echo::run(args, global),
        Topic::Pub(args) => publish::run(args, global),
        Topic::List(args) => session::with_node(global, |node, _| list(args, global, node)),
        Topic::Info(args) => session::with_node(global, |node, _| info(args, global, node)),
        Topic::Type(args) => session::with_node(global, |node, _| {
            let found = everything(node, &args.discovery)?;
            listing::types(&found, (ENDS.of, &absolute(&args.topic)), global.json)
        }),
        Topic::Find(args) => session::with_node(global, |node, _| {
            let mut found = everything(node, &args.which.discovery)?;
            args.which.choose(&mut found, Some(&args.type_name))?;
            print(&args.which, &found, (global, node), |name, _| name.to_owned())
        }),
        Topic::Hz(args) => measure::hz(args, global),
        Topic::Bw(args) => measure::bw(args, global),
        Topic::Delay(args) => measure::delay(args, global),
    }
}

/// All topics that somebody publishes on or subscribes to.
fn everything(node: &Node, discovery: &session::Discovery) -> Result<NamesAndTypes> {
    discovery.wait(node.context())?;
    Ok(node.context().graph().names_and_types(&ENDS.kinds.map(|(kind, ..)| kind)))
}

fn list(args: &List, global: &Global, node: &Node) -> Outcome {
    let mut found = everything(node, &args.which.discovery)?;
    args.which.choose(&mut found, None)?;
    if args.verbose && !global.json && !args.which.count {
        return list_ends(&found, node);
    }
    print(&args.which, &found, (global, node), |name, types| {
        if args.show_types { with_types(name, types) } else { name.to_owned() }
    })
}

fn print(
    which: &Which,
    found: &NamesAndTypes,
    (global, node): (&Global, &Node),
    text: impl Fn(&str, &BTreeSet<String>) -> String,
) -> Outcome {
    let mut output = Output::default();
    if which.count {
        return count(&mut output, global.json, found.len());
    }
    found.iter().try_for_each(|(name, types)| {
        let mut object = json!({ "topic": name, "types": types });
        for (kind, _, key) in ENDS.kinds {
            object[key] = json!(node.context().graph().count(kind, name));
        }
        row(&mut output, global.json, || text(name, types), object)
    })
}

/// What is published and what is subscribed to, in the words of `ros2 topic list --verbose`.
fn list_ends(found: &NamesAndTypes, node: &Node) -> Outcome {
    let mut text = String::new();
    for ((kind, ..), (heading, one)) in
        ENDS.kinds.iter().zip([("Published topics:", "publisher"), ("Subscribed topics:", "subscriber")])
    {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(heading);
        text.push('\n');
        for (name, types) in found {
            let count = node.context().graph().count(*kind, name);
            let ending = if count == 1 { "" } else { "s" };
            if count > 0 {
                text.push_str(&format!(" * {} {count} {one}{ending}\n", with_types(name, types)));
            }
        }
    }
    Output::default().bytes(text.as_bytes())
}

fn info(args: &Info, global: &Global, node: &Node) -> Outcome {
    args.discovery.wait(node.context())?;
    let name = absolute(&args.topic);
    match ENDS.print(node, &name, (args.verbose, global.json))? {
        true => Ok(()),
        false => Err(nobody_has(ENDS.of, &name).into()),
    }
}
