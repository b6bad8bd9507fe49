//! `ros-z service call`: requests as JSON or YAML, responses as JSON or YAML.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use crate::codec::{JsonOutput, Plan, to_json};
use crate::error::{Error, ErrorKind, Result};
use crate::net::{Client, LearnedType, Node};
use crate::registry::Registry;
use crate::rmw::{Endpoint, EntityKind, QosProfile, ros_type_name};
use crate::schema::{DefinitionKind, TypeName};

use super::documents::Input;
use super::interrupt::Interrupt;
use super::output::{Outcome, Output, Stop};
use super::written::Written;
use super::{BytesAs, Global, completion, session, types, yaml};

/// How long one wait for a server is, when it may last for ever.
pub(super) const WAIT: Duration = Duration::from_secs(3600);

/// How long the type of a service that is there is asked for, unless `--timeout` says so.
pub(super) const TYPE_TIMEOUT: Duration = Duration::from_secs(5);

/// Arguments of `ros-z service call`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z service call /add_two_ints example_interfaces/srv/AddTwoInts \"{a: 5, b: 7}\"\n  \
                  ros-z service call /locate my_msgs/srv/Locate - --json < requests.jsonl"
)]
pub(crate) struct Call {
    /// Service, such as /add_two_ints
    #[arg(add = completion::services())]
    service: String,
    /// Type of the service, such as example_interfaces/srv/AddTwoInts; learned from its servers if it is not known here
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// Request as JSON or YAML; what it leaves out has its default. `-` takes JSON texts from standard input
    #[arg(value_name = "REQUEST", default_value = "{}", conflicts_with = "stdin")]
    value: String,
    /// Take requests as JSON texts from standard input, and call with each
    #[arg(long)]
    stdin: bool,
    /// Call again and again, so many times a second
    #[arg(short = 'r', long, value_name = "HERTZ", value_parser = session::hertz)]
    rate: Option<f64>,
    /// End with exit code 124 when the server or a response does not come within this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    /// How byte arrays are written
    #[arg(long, value_enum, default_value_t)]
    bytes: BytesAs,
}

impl Call {
    fn is_stream(&self) -> bool {
        self.stdin || self.value == "-"
    }
}

/// Calls once, or with each request of standard input, or until Ctrl-C.
pub(crate) fn run(args: &Call, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let wanted = service_name(&registry, &args.type_name)?;
    // Bad text is refused before anybody hears of this node.
    let value = if args.is_stream() { None } else { Some(Written::argument(&args.value)?) };
    session::with_node(global, |node, interrupt| {
        session::watch(node.context(), global);
        let learned = learn(args, node, &registry, &wanted)?;
        let plan = |part: &str| {
            let description = learned.description.part(wanted.derived(part).as_str())?;
            Plan::compile(&Arc::new(description))
        };
        let (request, response) = (plan("Request")?, plan("Response")?);
        node.describe(&learned.description, &registry)?;
        let client = node.create_client(&args.service, &wanted, &learned.type_hash, QosProfile::SERVICES)?;
        let calling = Calling { args, client, request, response, json: global.json, interrupt };
        match &value {
            Some(value) => calling.repeat(value),
            None => calling.stream(),
        }
    })
}

/// The service type that is meant; a name without namespace is that of a service.
pub(super) fn service_name(registry: &Registry, spelling: &str) -> Result<TypeName> {
    match registry.find(spelling) {
        Ok(found) if found.kind == DefinitionKind::Service => Ok(found.type_name.clone()),
        Ok(found) => {
            let message = format!("`{}` is a {}, not a service", found.type_name, found.kind.as_str());
            Err(Error::new(ErrorKind::Type, message))
        }
        Err(error) => {
            let mut candidates = TypeName::candidates(spelling).map_err(|error| {
                let message = format!("`{spelling}` is not a type name; expected `package/srv/Name`");
                Error::new(error.kind(), message)
            })?;
            let service = candidates.iter().position(|name| name.namespace() == "srv");
            service.map(|index| candidates.swap_remove(index)).ok_or(error)
        }
    }
}

/// The type as the servers have it.
fn learn(args: &Call, node: &Node, registry: &Registry, wanted: &TypeName) -> Outcome<LearnedType> {
    let service = node.resolve(&args.service)?;
    let is_server = |endpoint: &Endpoint| endpoint.kind == EntityKind::Service && endpoint.topic == service;
    let graph = node.context().graph();
    while !graph.wait_for_endpoint(args.timeout.unwrap_or(WAIT), is_server)? {
        if args.timeout.is_some() {
            return Err(Stop::TimedOut(format!("nobody served {service} in time")));
        }
    }
    check_servers(node, &service, wanted)?;
    let timeout = args.timeout.unwrap_or(TYPE_TIMEOUT);
    node.learn_service_type(registry, &args.service, timeout).map_err(stopped)
}

/// Errors when a service has another type than the one that is meant.
pub(super) fn check_servers(node: &Node, service: &str, wanted: &TypeName) -> Result<()> {
    let servers = node.context().graph().endpoints(EntityKind::Service, service);
    let (dds_type, mut servers) = (wanted.dds(), servers.into_iter().filter_map(|token| token.endpoint));
    let Some(other) = servers.find(|endpoint| endpoint.dds_type != dds_type) else { return Ok(()) };
    let other = ros_type_name(&other.dds_type);
    let message = format!("{service} is a service of the type {other}, not {wanted}");
    Err(Error::new(ErrorKind::TypeMismatch, message))
}

/// The calling itself.
struct Calling<'a> {
    args: &'a Call,
    client: Client,
    request: Arc<Plan>,
    response: Arc<Plan>,
    json: bool,
    interrupt: &'a Interrupt,
}

impl Calling<'_> {
    /// One request, once or again and again; `"now"` in it is the time of each.
    fn repeat(&self, value: &Written<'_>) -> Outcome {
        let mut output = Output::default();
        let period = self.args.rate.map(|rate| Duration::from_secs_f64(rate.recip()));
        loop {
            let started = Instant::now();
            let payload = value.payload_or_template(&self.request)?;
            self.call(payload, &mut output)?;
            let Some(period) = period else { return Ok(()) };
            self.interrupt.wait(Some(period.saturating_sub(started.elapsed())))?;
        }
    }

    /// Each request of standard input.
    fn stream(&self) -> Outcome {
        let mut input = Input::open(None)?;
        let mut output = Output::default();
        while let Some(piece) = input.next_json()? {
            self.interrupt.check()?;
            match Written::json(input.name(), piece.line, piece.text).payload(&self.request) {
                Ok(payload) => self.call(payload, &mut output)?,
                Err(error) => output.refuse(&error),
            }
        }
        output.conclude()
    }

    fn call(&self, payload: Vec<u8>, output: &mut Output) -> Outcome {
        let received = self.client.call(payload, self.args.timeout).map_err(stopped)?;
        let options = JsonOutput { bytes: self.args.bytes.into() };
        let json = to_json(&self.response, received.payload.as_slice(), &options)?;
        if self.json {
            return output.line(json);
        }
        let mut text = yaml::to_yaml(&json)?;
        text.extend_from_slice(b"---\n");
        output.bytes(&text)
    }
}

pub(super) fn stopped(error: Error) -> Stop {
    match error.kind() {
        ErrorKind::Timeout => Stop::TimedOut(error.message().to_owned()),
        _ => Stop::Failed(error),
    }
}
