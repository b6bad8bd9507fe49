//! `ros-z service`: which services there are, of which types, who serves and calls them, and calling them.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::error::Result;
use crate::net::{NamesAndTypes, Node};
use crate::rmw::{EntityKind, names};

use super::endpoints::Ends;
use super::listing::{self, Which, absolute, count, nobody_has, row, with_types};
use super::output::{Outcome, Output};
use super::service_call::{self, Call};
use super::service_echo::{self, Echo};
use super::{Global, completion, session};

/// The ends of a service.
const ENDS: Ends = Ends {
    of: "service",
    kinds: [
        (EntityKind::Client, "Clients", "clients_count"),
        (EntityKind::Service, "Services", "services_count"),
    ],
};

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
    /// Print the requests and responses of a service, of servers and clients that tell of them
    Echo(Box<Echo>),
}

/// `ros-z service list`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z service list --show-types")]
pub(crate) struct List {
    /// Print the types too
    #[arg(short = 't', long)]
    show_types: bool,
    #[command(flatten)]
    which: Which,
}

/// `ros-z service type`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z service type /add_two_ints")]
pub(crate) struct Type {
    /// Service, such as /add_two_ints
    #[arg(value_name = "SERVICE", add = completion::services())]
    service: String,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z service find`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z service find example_interfaces/srv/AddTwoInts")]
pub(crate) struct Find {
    /// Type, in any spelling
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    #[command(flatten)]
    which: Which,
}

/// `ros-z service info`
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z service info /add_two_ints --verbose")]
pub(crate) struct Info {
    /// Service, such as /add_two_ints
    #[arg(value_name = "SERVICE", add = completion::services())]
    service: String,
    /// Print each server and client, and what does not match
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &Service, global: &Global) -> Outcome {
    match verb {
        Service::List(args) => session::with_node(global, |node, _| {
            let show_types = args.show_types;
            list(&args.which, None, (global, node), |name, types| {
                if show_types { with_types(name, types) } else { name.to_owned() }
            })
        }),
        Service::Find(args) => session::with_node(global, |node, _| {
            list(&args.which, Some(&args.type_name), (global, node), |name, _| name.to_owned())
        }),
        Service::Type(args) => session::with_node(global, |node, _| {
            let served = served(node, &args.discovery)?;
            listing::types(&served, ("service", &absolute(&args.service)), global.json)
        }),
        Service::Info(args) => session::with_node(global, |node, _| info(args, global, node)),
        Service::Call(args) => service_call::run(args, global),
        Service::Echo(args) => service_echo::run(args, global),
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

fn list(
    which: &Which,
    type_name: Option<&str>,
    (global, node): (&Global, &Node),
    text: impl Fn(&str, &std::collections::BTreeSet<String>) -> String,
) -> Outcome {
    let mut services = served(node, &which.discovery)?;
    which.choose(&mut services, type_name)?;
    let mut output = Output::default();
    if which.count {
        return count(&mut output, global.json, services.len());
    }
    services.iter().try_for_each(|(name, types)| {
        row(&mut output, global.json, || text(name, types), json!({ "service": name, "types": types }))
    })
}

fn info(args: &Info, global: &Global, node: &Node) -> Outcome {
    args.discovery.wait(node.context())?;
    let name = absolute(&args.service);
    match ENDS.print(node, &name, (args.verbose, global.json))? {
        true => Ok(()),
        false => Err(nobody_has(ENDS.of, &name).into()),
    }
}
