//! `ros-z node`: which nodes there are, and what each of them has.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::error::{Error, ErrorKind};
use crate::net::{NamesAndTypes, Node};
use crate::rmw::{EntityKind, LivelinessToken, names, ros_type_name};

use super::listing::{absolute, count, is_hidden, row, to_json};
use super::output::{Outcome, Output, warn};
use super::{Global, completion, session};

/// What the name of a service that makes an action ends with, and the type of it.
const SEND_GOAL: (&str, &str) = ("/_action/send_goal", "_SendGoal");

/// The verbs of `ros-z node`.
#[derive(Subcommand)]
pub(crate) enum NodeVerb {
    /// List the names of all nodes
    List(List),
    /// Print the topics, services and actions of a node
    Info(Info),
}

/// `ros-z node list`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z node list")]
pub(crate) struct List {
    /// List hidden nodes too, whose names begin with an underscore
    #[arg(short, long)]
    all: bool,
    /// Print only how many there are
    #[arg(short, long, alias = "count-nodes")]
    count: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z node info`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z node info /talker")]
pub(crate) struct Info {
    /// Node, such as /talker
    #[arg(value_name = "NODE", add = completion::nodes())]
    node_name: String,
    /// Print hidden topics and services too, a part of whose names begins with an underscore
    #[arg(long)]
    include_hidden: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &NodeVerb, global: &Global) -> Outcome {
    session::with_node(global, |node, _| match verb {
        NodeVerb::List(args) => list(args, global, node),
        NodeVerb::Info(args) => info(args, global, node),
    })
}

fn list(args: &List, global: &Global, node: &Node) -> Outcome {
    args.discovery.wait(node.context())?;
    let mut output = Output::default();
    let mut found: Vec<String> = node.context().graph().nodes().iter().map(|node| node.qualified()).collect();
    found.retain(|name| args.all || !is_hidden(name));
    found.sort();
    if args.count {
        return count(&mut output, global.json, found.len());
    }
    let repeated = found.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some([name, _]) = repeated.filter(|_| !global.quiet) {
        warn(&format_args!("several nodes have one name, such as {name}"));
    }
    for name in found {
        row(&mut output, global.json, || name.clone(), json!({ "node": name }))?;
    }
    Ok(())
}

fn info(args: &Info, global: &Global, node: &Node) -> Outcome {
    args.discovery.wait(node.context())?;
    let name = absolute(&args.node_name);
    let is_of_node = |token: &LivelinessToken| names::qualified(&token.namespace, &token.node_name) == name;
    let tokens: Vec<_> = node.context().graph().tokens().into_iter().filter(is_of_node).collect();
    if tokens.is_empty() {
        let message = format!("there is no node {name} in the graph");
        return Err(Error::new(ErrorKind::Argument, message).into());
    }
    let listed = |kind: EntityKind, is_wanted: &dyn Fn(&str) -> bool| {
        let mut listed = NamesAndTypes::new();
        let endpoints = tokens.iter().filter_map(|token| token.endpoint.as_ref());
        for endpoint in endpoints.filter(|endpoint| endpoint.kind == kind && is_wanted(&endpoint.topic)) {
            listed.entry(endpoint.topic.clone()).or_default().insert(ros_type_name(&endpoint.dds_type));
        }
        listed
    };
    let shown = |kind| listed(kind, &|name| args.include_hidden || !is_hidden(name));
    let actions = |kind| {
        let goals = listed(kind, &|name| name.ends_with(SEND_GOAL.0));
        goals.into_iter().map(|(name, types)| {
            let types = types.iter().map(|name| without(name, SEND_GOAL.1));
            (without(&name, SEND_GOAL.0), types.collect())
        })
    };
    let sections = [
        ("Subscribers", "subscribers", shown(EntityKind::Subscription)),
        ("Publishers", "publishers", shown(EntityKind::Publisher)),
        ("Service Servers", "service_servers", shown(EntityKind::Service)),
        ("Service Clients", "service_clients", shown(EntityKind::Client)),
        ("Action Servers", "action_servers", actions(EntityKind::Service).collect()),
        ("Action Clients", "action_clients", actions(EntityKind::Client).collect()),
    ];
    let mut output = Output::default();
    let mut object = json!({ "node": name });
    let mut text = name.clone();
    for (heading, key, listed) in sections {
        object[key] = to_json(&listed);
        text.push_str(&format!("\n  {heading}:"));
        for (name, types) in &listed {
            let types: Vec<&str> = types.iter().map(String::as_str).collect();
            text.push_str(&format!("\n    {name}: {}", types.join(", ")));
        }
    }
    row(&mut output, global.json, || text, object)
}

fn without(text: &str, ending: &str) -> String {
    text.strip_suffix(ending).unwrap_or(text).to_owned()
}
