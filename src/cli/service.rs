//! `ros-z service`: which services there are, of which types, who serves and calls them, and calling them.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::net::{NamesAndTypes, Node};
use crate::rmw::{EntityKind, LivelinessToken, names, ros_type_name};
use crate::schema::TypeName;

use super::listing::{absolute, count, endpoint_to_json, is_hidden, row};
use super::output::{Outcome, Output};
use super::service_call::{self, Call};
use super::{Global, session};

/// The verbs of `ros-z service`.
#[derive(Subcommand)]
pub(crate) enum Service {
    /// List the names of all services
    List(List),
    /// Print the type of a service
    Type(Type),
    /// List the services of a type
    Find(Find),
    /// Print the type of a service, and how many servers and clients it has
    Info(Info),
    /// Call a service and print the response
    Call(Call),
}

/// `ros-z service list`
#[derive(Args)]
pub(crate) struct List {
    /// Print the types too
    #[arg(short = 't', long)]
    show_types: bool,
    /// Print only how many there are
    #[arg(short, long)]
    count_services: bool,
    /// List hidden services too, a part of whose names begins with an underscore
    #[arg(long)]
    include_hidden_services: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z service type`
#[derive(Args)]
pub(crate) struct Type {
    /// Service, such as /add_two_ints
    #[arg(value_name = "SERVICE")]
    service: String,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z service find`
#[derive(Args)]
pub(crate) struct Find {
    /// Type, in any spelling
    #[arg(value_name = "TYPE")]
    type_name: String,
    /// Print only how many there are
    #[arg(short, long)]
    count_services: bool,
    /// List hidden services too, a part of whose names begins with an underscore
    #[arg(long)]
    include_hidden_services: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z service info`
#[derive(Args)]
pub(crate) struct Info {
    /// Service, such as /add_two_ints
    #[arg(value_name = "SERVICE")]
    service: String,
    /// Print each server and client
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &Service, global: &Global) -> Outcome {
    match verb {
        Service::List(args) => session::with_node(global, |node, _| list(args, global, node)),
        Service::Type(args) => session::with_node(global, |node, _| type_of(args, global, node)),
        Service::Find(args) => session::with_node(global, |node, _| find(args, global, node)),
        Service::Info(args) => session::with_node(global, |node, _| info(args, global, node)),
        Service::Call(args) => service_call::run(args, global),
    }
}

/// All services that somebody serves.
fn served(node: &Node, discovery: &session::Discovery) -> Result<NamesAndTypes> {
    discovery.wait(node.context())?;
    // This command's own are nobody's.
    let own = names::qualified(&node.fully_qualified_name(), "");
    let mut services = node.context().graph().names_and_types(&[EntityKind::Service]);
    services.retain(|name, _| !name.starts_with(&own));
    Ok(services)
}

fn list(args: &List, global: &Global, node: &Node) -> Outcome {
    let mut services = served(node, &args.discovery)?;
    services.retain(|name, _| args.include_hidden_services || !is_hidden(name));
    let mut output = Output::default();
    if args.count_services {
        return count(&mut output, global.json, services.len());
    }
    for (name, types) in services {
        let types: Vec<String> = types.into_iter().collect();
        let object = json!({ "service": name, "types": types });
        let text = || if args.show_types { format!("{name} [{}]", types.join(", ")) } else { name.clone() };
        row(&mut output, global.json, text, object)?;
    }
    Ok(())
}

fn type_of(args: &Type, global: &Global, node: &Node) -> Outcome {
    let services = served(node, &args.discovery)?;
    let name = absolute(&args.service);
    let types = services.get(&name).ok_or_else(|| nobody_serves(&name))?;
    let mut output = Output::default();
    types.iter().try_for_each(|type_name| {
        row(&mut output, global.json, || type_name.clone(), json!({ "type_name": type_name }))
    })
}

fn find(args: &Find, global: &Global, node: &Node) -> Outcome {
    let wanted: Vec<String> = TypeName::candidates(&args.type_name)?.into_iter().map(String::from).collect();
    let mut services = served(node, &args.discovery)?;
    services.retain(|name, types| {
        types.iter().any(|name| wanted.contains(name)) && (args.include_hidden_services || !is_hidden(name))
    });
    let mut output = Output::default();
    if args.count_services {
        return count(&mut output, global.json, services.len());
    }
    services
        .into_keys()
        .try_for_each(|name| row(&mut output, global.json, || name.clone(), json!({ "service": name })))
}

fn info(args: &Info, global: &Global, node: &Node) -> Outcome {
    args.discovery.wait(node.context())?;
    let name = absolute(&args.service);
    let graph = node.context().graph();
    let clients = graph.endpoints(EntityKind::Client, &name);
    let servers = graph.endpoints(EntityKind::Service, &name);
    let endpoints: Vec<&LivelinessToken> = servers.iter().chain(&clients).collect();
    if endpoints.is_empty() {
        return Err(nobody_serves(&name).into());
    }
    let mut types: Vec<String> = endpoints
        .iter()
        .filter_map(|token| Some(ros_type_name(&token.endpoint.as_ref()?.dds_type)))
        .collect();
    types.sort();
    types.dedup();
    let mut object = json!({
        "service": name,
        "types": types,
        "clients_count": clients.len(),
        "services_count": servers.len(),
    });
    let (clients, servers) = (clients.len(), servers.len());
    let mut text = format!("Type: {}\nClients count: {clients}\nServices count: {servers}", types.join(", "));
    if args.verbose {
        let endpoints: Vec<Value> = endpoints.into_iter().map(endpoint_to_json).collect();
        endpoints.iter().for_each(|endpoint| text.push_str(&described(endpoint)));
        object["endpoints"] = Value::Array(endpoints);
    }
    row(&mut Output::default(), global.json, || text, object)
}

/// An endpoint as lines.
fn described(endpoint: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let part = |key: &str| text(&endpoint[key]);
    let qos = &endpoint["qos"];
    format!(
        "\n\n{} of node {}\n  Type: {}\n  Type hash: {}\n  GID: {}\n  QoS: {}, {}, {}, depth {}",
        part("kind"),
        part("node"),
        part("type"),
        part("type_hash"),
        part("gid"),
        text(&qos["reliability"]),
        text(&qos["durability"]),
        text(&qos["history"]),
        qos["depth"],
    )
}

fn nobody_serves(name: &str) -> Error {
    Error::new(ErrorKind::Argument, format!("there is no service {name} in the graph"))
}
