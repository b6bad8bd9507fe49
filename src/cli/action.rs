//! `ros-z action`: which actions there are, of which types, who serves and asks for them, and asking.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::error::{Error, ErrorKind, Result};
use crate::net::Node;
use crate::rmw::{EntityKind, LivelinessToken, names, ros_type_name};
use crate::schema::TypeName;

use super::action_goal::{self, SendGoal};
use super::listing::{absolute, count, is_hidden, row};
use super::output::{Outcome, Output};
use super::{Global, session};

/// What the service of every action, and its type, end with.
const SERVICE: &str = "/_action/send_goal";
const TYPE: &str = "_SendGoal";

/// The verbs of `ros-z action`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// List the names of all actions
    #[command(after_help = "Example:\n  ros-z action list -t")]
    List(List),
    /// Print the type of an action
    #[command(after_help = "Example:\n  ros-z action type /fibonacci")]
    Type(Type),
    /// List the actions of a type
    #[command(after_help = "Example:\n  ros-z action find example_interfaces/action/Fibonacci")]
    Find(Find),
    /// Print who serves an action and who asks for it
    #[command(after_help = "Example:\n  ros-z action info /fibonacci -t")]
    Info(Info),
    /// Send a goal and print the result
    #[command(name = "send_goal", alias = "send-goal")]
    #[command(
        after_help = "Example:\n  ros-z action send_goal /fibonacci example_interfaces/action/Fibonacci '{order: 5}' --feedback"
    )]
    SendGoal(SendGoal),
}

/// `ros-z action list`
#[derive(Args)]
pub(crate) struct List {
    /// Print the types too
    #[arg(short = 't', long)]
    show_types: bool,
    /// Print only how many there are
    #[arg(short, long)]
    count_actions: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z action type`
#[derive(Args)]
pub(crate) struct Type {
    /// Action, such as /fibonacci
    action: String,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z action find`
#[derive(Args)]
pub(crate) struct Find {
    /// Type, in any spelling
    #[arg(value_name = "TYPE")]
    type_name: String,
    /// Print only how many there are
    #[arg(short, long)]
    count_actions: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z action info`
#[derive(Args)]
pub(crate) struct Info {
    /// Action, such as /fibonacci
    action: String,
    /// Print the types too
    #[arg(short = 't', long)]
    show_types: bool,
    /// Print only how many clients and servers there are
    #[arg(short, long)]
    count: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// Who serves or asks for an action: node and type.
type Users = BTreeSet<(String, String)>;

#[derive(Default)]
struct Found {
    clients: Users,
    servers: Users,
}

impl Found {
    fn types(&self) -> BTreeSet<&str> {
        self.clients.iter().chain(&self.servers).map(|(_, type_name)| type_name.as_str()).collect()
    }
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &Action, global: &Global) -> Outcome {
    match verb {
        Action::List(args) => session::with_node(global, |node, _| list(args, global, node)),
        Action::Type(args) => session::with_node(global, |node, _| type_of(args, global, node)),
        Action::Find(args) => session::with_node(global, |node, _| find(args, global, node)),
        Action::Info(args) => session::with_node(global, |node, _| info(args, global, node)),
        Action::SendGoal(args) => action_goal::run(args, global),
    }
}

/// All actions that somebody serves or asks for.
fn actions(node: &Node, discovery: &session::Discovery) -> Result<BTreeMap<String, Found>> {
    discovery.wait(node.context())?;
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for LivelinessToken { namespace, node_name, endpoint, .. } in node.context().graph().tokens() {
        let Some(endpoint) = endpoint else { continue };
        let Some(action) = endpoint.topic.strip_suffix(SERVICE) else { continue };
        let type_name = ros_type_name(&endpoint.dds_type);
        let type_name = type_name.strip_suffix(TYPE).unwrap_or(&type_name).to_owned();
        let user = (names::qualified(&namespace, &node_name), type_name);
        let found = found.entry(action.to_owned()).or_default();
        match endpoint.kind {
            EntityKind::Service => found.servers.insert(user),
            EntityKind::Client => found.clients.insert(user),
            _ => false,
        };
    }
    Ok(found)
}

fn list(args: &List, global: &Global, node: &Node) -> Outcome {
    let mut found = actions(node, &args.discovery)?;
    found.retain(|name, _| !is_hidden(name));
    let mut output = Output::default();
    if args.count_actions {
        return count(&mut output, global.json, found.len());
    }
    for (name, found) in found {
        let types: Vec<&str> = found.types().into_iter().collect();
        let text = || if args.show_types { format!("{name} [{}]", types.join(", ")) } else { name.clone() };
        row(&mut output, global.json, text, json!({ "action": name, "types": types }))?;
    }
    Ok(())
}

fn type_of(args: &Type, global: &Global, node: &Node) -> Outcome {
    let name = absolute(&args.action);
    let found = one(actions(node, &args.discovery)?, &name)?;
    let mut output = Output::default();
    found.types().into_iter().try_for_each(|type_name| {
        row(&mut output, global.json, || type_name.to_owned(), json!({ "type_name": type_name }))
    })
}

fn find(args: &Find, global: &Global, node: &Node) -> Outcome {
    let wanted: Vec<String> = TypeName::candidates(&args.type_name)?.into_iter().map(String::from).collect();
    let mut found = actions(node, &args.discovery)?;
    found.retain(|_, found| found.types().iter().any(|name| wanted.iter().any(|wanted| wanted == name)));
    let mut output = Output::default();
    if args.count_actions {
        return count(&mut output, global.json, found.len());
    }
    found.into_iter().try_for_each(|(name, found)| {
        row(&mut output, global.json, || name.clone(), json!({ "action": name, "types": found.types() }))
    })
}

fn info(args: &Info, global: &Global, node: &Node) -> Outcome {
    let name = absolute(&args.action);
    let Found { clients, servers } = one(actions(node, &args.discovery)?, &name)?;
    let users = |users: &Users| -> serde_json::Value {
        users.iter().map(|(node, type_name)| json!({ "node": node, "type": type_name })).collect()
    };
    let object = json!({
        "action": name,
        "clients_count": clients.len(),
        "servers_count": servers.len(),
        "clients": users(&clients),
        "servers": users(&servers),
    });
    let text = || {
        let mut text = format!("Action: {name}");
        for (heading, users) in [("Action clients", &clients), ("Action servers", &servers)] {
            text.push_str(&format!("\n{heading}: {}", users.len()));
            for (node, type_name) in users.iter().filter(|_| !args.count) {
                let shown = if args.show_types { format!(" [{type_name}]") } else { String::new() };
                text.push_str(&format!("\n    {node}{shown}"));
            }
        }
        text
    };
    row(&mut Output::default(), global.json, text, object)
}

fn one(mut found: BTreeMap<String, Found>, name: &str) -> Result<Found> {
    found
        .remove(name)
        .ok_or_else(|| Error::new(ErrorKind::Argument, format!("there is no action {name} in the graph")))
}
