//! `ros-z service echo`: the requests and responses of a service, of which its servers and clients tell on a topic.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::codec::Plan;
use crate::error::{Error, Result};
use crate::net::{Node, introspection};
use crate::registry::Registry;
use crate::rmw::{Endpoint, EntityKind, names};
use crate::schema::TypeName;

use super::echo::{self, Shown, Wanted};
use super::listing::absolute;
use super::output::{Outcome, Stop, note};
use super::service_call::{TYPE_TIMEOUT, WAIT, check_servers, service_name, stopped};
use super::{Global, completion};

/// How long a server is waited for whose type may be another than the one that was given.
const MATCHING: Duration = Duration::from_millis(300);

/// What makes servers and clients tell of what they do.
const TELLING: &str = "servers and clients tell of it after `configure_introspection(\"contents\")`";

/// `ros-z service echo`
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z service echo /add_two_ints\n  ros-z service echo /add_two_ints --json | jq -c \
                  .response\n\nOnly those are heard that were told to: `configure_introspection(\"contents\")` of a server or \
                  client. With --json the kind of an event is its number in service_msgs/msg/ServiceEventInfo."
)]
pub(crate) struct Echo {
    /// Service, such as /add_two_ints; it is waited for
    #[arg(value_name = "SERVICE", add = completion::services())]
    service: String,
    /// Service type; without it, that of the service, learned from its servers if it is not known here
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

/// Prints events until there were enough of them, none comes in time, or Ctrl-C.
pub(crate) fn run(args: &Echo, global: &Global) -> Outcome {
    let service = absolute(&args.service);
    let topic = names::qualified(&service, introspection::TOPIC);
    let wanted =
        Wanted { topic, type_name: args.type_name.clone(), service: Some(service), shown: &args.shown };
    echo::listen_to(&wanted, global)
}

/// A service of whose events the type is wanted.
pub(super) struct Events<'a> {
    service: &'a str,
    topic: &'a str,
    type_name: Option<TypeName>,
    timeout: Option<Duration>,
}

impl<'a> Events<'a> {
    /// The type may be given; that of a message is refused.
    pub(super) fn new(
        (service, topic): (&'a str, &'a str),
        registry: &Registry,
        (given, timeout): (Option<&str>, Option<Duration>),
    ) -> Result<Self> {
        let type_name = given.map(|name| service_name(registry, name)).transpose()?;
        Ok(Self { service, topic, type_name, timeout })
    }

    /// The plan of the events, and their hash as keys have it.
    pub(super) fn learn(&self, node: &Node, registry: &Registry) -> Outcome<(Arc<Plan>, String)> {
        let graph = node.context().graph();
        if let Some(name) = &self.type_name {
            graph.wait_for_endpoint(MATCHING, |endpoint| self.is_served_by(endpoint))?;
            check_servers(node, self.service, name)?;
            if registry.find(name.as_str()).is_ok() {
                return Ok(hashed(Plan::compile(&registry.describe(&name.derived("Event"))?)?));
            }
        }
        let is_known = |endpoint: &Endpoint| self.is_served_by(endpoint) || self.is_told_by(endpoint);
        while !graph.wait_for_endpoint(self.timeout.unwrap_or(WAIT), is_known)? {
            if self.timeout.is_some() {
                return Err(Stop::TimedOut(format!("nobody served {} in time", self.service)));
            }
        }
        if let Some(name) = &self.type_name {
            check_servers(node, self.service, name)?;
        }
        self.learn_from(node, registry).map_err(|error| {
            let advice = format!(
                "give the type of the service, as in `ros-z service echo {} package/srv/Name`; {TELLING}",
                self.service
            );
            stopped(Error::new(error.kind(), format!("{}: {advice}", error.message())))
        })
    }

    fn learn_from(&self, node: &Node, registry: &Registry) -> Result<(Arc<Plan>, String)> {
        let timeout = self.timeout.unwrap_or(TYPE_TIMEOUT);
        if node.context().graph().endpoints(EntityKind::Publisher, self.topic).is_empty() {
            let learned = node.learn_service_type(registry, self.service, timeout)?;
            let event = learned.type_name.derived("Event");
            return Ok(hashed(Plan::compile(&Arc::new(learned.description.part(event.as_str())?))?));
        }
        let learned = node.learn_topic_type(registry, self.topic, timeout)?;
        Ok((Plan::compile(&learned.description)?, learned.type_hash))
    }

    fn is_served_by(&self, endpoint: &Endpoint) -> bool {
        endpoint.kind == EntityKind::Service && endpoint.topic == self.service
    }

    fn is_told_by(&self, endpoint: &Endpoint) -> bool {
        endpoint.kind == EntityKind::Publisher && endpoint.topic == self.topic
    }
}

fn hashed(plan: Arc<Plan>) -> (Arc<Plan>, String) {
    let hash = plan.hash().to_string();
    (plan, hash)
}

/// Says what to do where nobody tells of the service by now.
pub(super) fn remark(node: &Node, (service, topic): (&str, &str)) {
    if node.context().graph().endpoints(EntityKind::Publisher, topic).is_empty() {
        note(&format_args!("nobody tells of what happens to {service} yet: {TELLING}"));
    }
}
