//! `ros-z param`: the parameters of nodes, read and set; whole sets of them as the YAML files of ROS.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use crate::error::{Error, ErrorKind, Result};
use crate::net::{
    Node, Parameter, ParameterClient, ParameterDescriptor, ParameterFile, ParameterType, ParameterValue,
    is_text_of_yaml, of_command, shown, to_file,
};
use crate::rmw::EntityKind;

use super::listing::{absolute, is_hidden, row};
use super::output::{Outcome, Output, Stop};
use super::{Global, session};

/// What the names of nodes that serve their parameters are followed by.
const SERVICE: &str = "/list_parameters";

/// The verbs of `ros-z param`.
#[derive(Subcommand)]
pub(crate) enum Param {
    /// List the parameters of a node, or of all nodes
    #[command(after_help = "Example:\n  ros-z param list /driver")]
    List(List),
    /// Print a parameter
    #[command(after_help = "Example:\n  ros-z param get /driver rate")]
    Get(Get),
    /// Set a parameter
    #[command(after_help = "Example:\n  ros-z param set /driver rate 10.0")]
    Set(Set),
    /// Print what is known of parameters beside their values
    #[command(after_help = "Example:\n  ros-z param describe /driver rate")]
    Describe(Describe),
    /// Delete a parameter; its node must allow that
    #[command(after_help = "Example:\n  ros-z param delete /driver rate")]
    Delete(Delete),
    /// Print all parameters of a node as a YAML file of ROS
    #[command(after_help = "Example:\n  ros-z param dump /driver > driver.yaml")]
    Dump(Dump),
    /// Set the parameters of a YAML file of ROS
    #[command(after_help = "Example:\n  ros-z param load /driver driver.yaml")]
    Load(Load),
}

/// How long a node is waited for.
#[derive(Args)]
pub(crate) struct Waiting {
    /// End with exit code 124 when the node does not answer within this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds, default_value = "5")]
    timeout: Duration,
}

/// `ros-z param list`
#[derive(Args)]
pub(crate) struct List {
    /// Node, such as /robot1/driver; all nodes without one
    node: Option<String>,
    /// Only parameters below this name (repeatable)
    #[arg(long, value_name = "PREFIX")]
    param_prefixes: Vec<String>,
    /// List nodes too whose names are hidden, which a leading underscore does
    #[arg(long)]
    include_hidden_nodes: bool,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    discovery: session::Discovery,
}

/// `ros-z param get`
#[derive(Args)]
pub(crate) struct Get {
    /// Node, such as /robot1/driver
    node: String,
    /// Parameter
    name: String,
    /// Print the value alone
    #[arg(long)]
    hide_type: bool,
    #[command(flatten)]
    waiting: Waiting,
}

/// `ros-z param set`
#[derive(Args)]
pub(crate) struct Set {
    /// Node, such as /robot1/driver
    node: String,
    /// Parameter
    name: String,
    /// Value as YAML: true, 1, 1.0, a text, or a list in brackets
    #[arg(allow_hyphen_values = true)]
    value: String,
    #[command(flatten)]
    waiting: Waiting,
}

/// `ros-z param describe`
#[derive(Args)]
pub(crate) struct Describe {
    /// Node, such as /robot1/driver
    node: String,
    /// Parameters
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    waiting: Waiting,
}

/// `ros-z param delete`
#[derive(Args)]
pub(crate) struct Delete {
    /// Node, such as /robot1/driver
    node: String,
    /// Parameter
    name: String,
    #[command(flatten)]
    waiting: Waiting,
}

/// `ros-z param dump`
#[derive(Args)]
pub(crate) struct Dump {
    /// Node, such as /robot1/driver
    node: String,
    #[command(flatten)]
    waiting: Waiting,
}

/// `ros-z param load`
#[derive(Args)]
pub(crate) struct Load {
    /// Node, such as /robot1/driver
    node: String,
    /// YAML file; `-` for standard input
    file: PathBuf,
    /// Take what the file says of all nodes, `/**`, too
    #[arg(long)]
    use_wildcard: bool,
    #[command(flatten)]
    waiting: Waiting,
}

/// Runs one of the verbs.
pub(crate) fn run(verb: &Param, global: &Global) -> Outcome {
    session::with_node(global, |node, _| match verb {
        Param::List(args) => list(args, global, node),
        Param::Get(args) => get(args, global, node),
        Param::Set(args) => set(args, global, node),
        Param::Describe(args) => describe(args, global, node),
        Param::Delete(args) => delete(args, global, node),
        Param::Dump(args) => dump(args, global, node),
        Param::Load(args) => load(args, global, node),
    })
}

/// A client of the node, once it can be reached.
fn client(node: &Node, other: &str, waiting: &Waiting) -> Outcome<ParameterClient> {
    let other = absolute(other);
    let client = node.create_parameter_client(&other)?;
    if client.wait_for_services(waiting.timeout)? {
        return Ok(client);
    }
    Err(Stop::TimedOut(format!("no node {other} served its parameters in time")))
}

fn stopped(error: Error) -> Stop {
    match error.kind() {
        ErrorKind::Timeout => Stop::TimedOut(error.message().to_owned()),
        _ => Stop::Failed(error),
    }
}

fn list(args: &List, global: &Global, node: &Node) -> Outcome {
    let nodes = match &args.node {
        Some(other) => vec![absolute(other)],
        None => {
            args.discovery.wait(node.context())?;
            let services = node.context().graph().names_and_types(&[EntityKind::Service]);
            let nodes = services.into_keys().filter_map(|name| name.strip_suffix(SERVICE).map(str::to_owned));
            nodes.filter(|name| args.include_hidden_nodes || !is_hidden(name)).collect()
        }
    };
    let mut output = Output::default();
    for other in nodes {
        let client = client(node, &other, &args.waiting)?;
        let listed =
            client.list(args.param_prefixes.clone(), 0, Some(args.waiting.timeout)).map_err(stopped)?;
        let indent = if args.node.is_some() { "" } else { "  " };
        let lines: Vec<String> = listed.names.iter().map(|name| format!("{indent}{name}")).collect();
        let text = match &args.node {
            Some(_) if lines.is_empty() && !global.json => continue,
            Some(_) => lines.join("\n"),
            None => [&[format!("{other}:")], &lines[..]].concat().join("\n"),
        };
        row(&mut output, global.json, || text, json!({ "node": other, "names": listed.names }))?;
    }
    Ok(())
}

/// The value of a parameter, as a node has it.
fn value(client: &ParameterClient, name: &str, waiting: &Waiting) -> Outcome<ParameterValue> {
    let values = client.get(vec![name.to_owned()], Some(waiting.timeout)).map_err(stopped)?;
    values.into_iter().next().ok_or_else(|| not_set(name).into())
}

fn not_set(name: &str) -> Error {
    Error::new(ErrorKind::Argument, format!("the node answered nothing about {name}"))
}

fn get(args: &Get, global: &Global, node: &Node) -> Outcome {
    let client = client(node, &args.node, &args.waiting)?;
    let value = value(&client, &args.name, &args.waiting)?;
    let (kind, shown) = (value.parameter_type(), shown(&value));
    let text = match kind {
        ParameterType::NotSet => "Parameter not set.".to_owned(),
        _ if args.hide_type => shown,
        _ => format!("{}: {shown}", heading(kind)),
    };
    let object = json!({ "name": args.name, "type": kind.as_str(), "value": to_json(&value) });
    row(&mut Output::default(), global.json, || text, object)
}

/// The value as JSON: numbers that JSON does not have are texts.
fn to_json(value: &ParameterValue) -> Json {
    fn number(value: f64) -> Json {
        let name = if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        serde_json::Number::from_f64(value).map_or_else(|| Json::from(name), Json::Number)
    }
    match value {
        ParameterValue::NotSet => Json::Null,
        ParameterValue::Bool(value) => (*value).into(),
        ParameterValue::Integer(value) => (*value).into(),
        ParameterValue::Double(value) => number(*value),
        ParameterValue::String(text) => text.as_str().into(),
        ParameterValue::ByteArray(items) => items.clone().into(),
        ParameterValue::BoolArray(items) => items.clone().into(),
        ParameterValue::IntegerArray(items) => items.clone().into(),
        ParameterValue::DoubleArray(items) => items.iter().copied().map(number).collect(),
        ParameterValue::StringArray(items) => items.clone().into(),
    }
}

/// How the commands of ROS begin a line with a value of a type.
fn heading(kind: ParameterType) -> String {
    let name = kind.as_str();
    let (name, is) = name.strip_suffix("_array").map_or((name, "value is"), |name| (name, "values are"));
    let name = if name == "bool" { "boolean" } else { name };
    let (first, rest) = name.split_at(1);
    format!("{}{rest} {is}", first.to_uppercase())
}

fn set(args: &Set, global: &Global, node: &Node) -> Outcome {
    let value = of_command(&args.value)?;
    let client = client(node, &args.node, &args.waiting)?;
    let mut parameter = Parameter::new(&args.name, value);
    let is_number = matches!(parameter.value, ParameterValue::Double(_) | ParameterValue::Integer(_));
    if is_number && is_text_of_yaml(&args.value) {
        // Nodes take it for a number, such as nan and 1e3, and the commands of ROS do not.
        if type_of(&client, &args.name, &args.waiting) == Some(ParameterType::String) {
            parameter.value = ParameterValue::String(args.value.clone());
        }
    } else {
        parameter = fitted(&client, parameter, &args.waiting);
    }
    set_one(&client, parameter, global, &args.waiting, "Set parameter successful")
}

/// Bytes are a list of integers in YAML, and an empty list is one of nothing: what the node has is meant.
fn fitted(client: &ParameterClient, parameter: Parameter, waiting: &Waiting) -> Parameter {
    let is_clear = match &parameter.value {
        ParameterValue::IntegerArray(_) => false,
        ParameterValue::StringArray(items) => !items.is_empty(),
        _ => true,
    };
    if is_clear {
        return parameter;
    }
    match type_of(client, &parameter.name, waiting) {
        Some(wanted) => Parameter { value: parameter.value.fitting(wanted), ..parameter },
        None => parameter,
    }
}

/// The type of a parameter, if the node tells.
fn type_of(client: &ParameterClient, name: &str, waiting: &Waiting) -> Option<ParameterType> {
    match client.types(vec![name.to_owned()], Some(waiting.timeout)).as_deref() {
        Ok([kind]) => Some(*kind),
        _ => None,
    }
}

fn set_one(
    client: &ParameterClient,
    parameter: Parameter,
    global: &Global,
    waiting: &Waiting,
    done: &str,
) -> Outcome {
    let name = parameter.name.clone();
    let what = if parameter.value == ParameterValue::NotSet { "deleted" } else { "set" };
    let results = client.set(vec![parameter], Some(waiting.timeout)).map_err(stopped)?;
    let result = results.into_iter().next().ok_or_else(|| not_set(&name))?;
    if !result.successful {
        let message = format!("{name} was not {what}: {}", result.reason);
        return Err(Error::new(ErrorKind::Argument, message).into());
    }
    row(&mut Output::default(), global.json, || done.to_owned(), json!({ "name": name, "successful": true }))
}

fn describe(args: &Describe, global: &Global, node: &Node) -> Outcome {
    let client = client(node, &args.node, &args.waiting)?;
    let described = client.describe(args.names.clone(), Some(args.waiting.timeout)).map_err(stopped)?;
    let mut output = Output::default();
    for descriptor in described {
        let kind = ParameterType::of_number(descriptor.r#type)?;
        let object = serde_json::to_value(&descriptor)
            .map_err(|error| Error::new(ErrorKind::Json, error.to_string()))
            .map(|mut object| {
                object["type"] = Json::from(kind.as_str());
                object
            })?;
        row(&mut output, global.json, || described_text(&descriptor, kind), object)?;
    }
    Ok(())
}

fn described_text(descriptor: &ParameterDescriptor, kind: ParameterType) -> String {
    let mut text =
        format!("Parameter name: {}\n  Type: {}", descriptor.name, kind.as_str().replace('_', " "));
    let mut line = |what: &str| text.push_str(&format!("\n  {what}"));
    if !descriptor.description.is_empty() {
        line(&format!("Description: {}", descriptor.description));
    }
    line("Constraints:");
    if descriptor.read_only {
        line("  Read only: true");
    }
    for range in &descriptor.integer_range {
        let (from, to, step) = (range.from_value, range.to_value, range.step);
        line(&format!("  Min value: {from}\n    Max value: {to}\n    Step: {step}"));
    }
    for range in &descriptor.floating_point_range {
        let (from, to, step) = (range.from_value, range.to_value, range.step);
        line(&format!("  Min value: {from:?}\n    Max value: {to:?}\n    Step: {step:?}"));
    }
    if !descriptor.additional_constraints.is_empty() {
        line(&format!("  Additional constraints: {}", descriptor.additional_constraints));
    }
    text
}

fn delete(args: &Delete, global: &Global, node: &Node) -> Outcome {
    let client = client(node, &args.node, &args.waiting)?;
    let none = Parameter::new(&args.name, ParameterValue::NotSet);
    set_one(&client, none, global, &args.waiting, "Deleted parameter successfully")
}

/// All parameters of a node that are set.
fn all(client: &ParameterClient, waiting: &Waiting) -> Result<Vec<Parameter>> {
    let names = client.list(vec![], 0, Some(waiting.timeout))?.names;
    let values = client.get(names.clone(), Some(waiting.timeout))?;
    let parameters = names.into_iter().zip(values).map(|(name, value)| Parameter { name, value });
    Ok(parameters.filter(|parameter| parameter.value != ParameterValue::NotSet).collect())
}

fn dump(args: &Dump, global: &Global, node: &Node) -> Outcome {
    let client = client(node, &args.node, &args.waiting)?;
    let parameters = all(&client, &args.waiting).map_err(stopped)?;
    let mut output = Output::default();
    if !global.json {
        return output.bytes(to_file(&absolute(&args.node), &parameters)?.as_bytes());
    }
    parameters.iter().try_for_each(|Parameter { name, value }| {
        let object = json!({
            "name": name, "type": value.parameter_type().as_str(), "value": to_json(value),
        });
        output.line(object.to_string().into_bytes())
    })
}

fn load(args: &Load, global: &Global, node: &Node) -> Outcome {
    let other = absolute(&args.node);
    let is_stdin = args.file.as_os_str() == "-";
    let place = if is_stdin { "standard input".to_owned() } else { args.file.display().to_string() };
    let file = if is_stdin {
        let text = std::io::read_to_string(std::io::stdin());
        let unread = |error| Error::new(ErrorKind::Io, format!("{place}: {error}"));
        ParameterFile::parse(&text.map_err(unread)?, &place)?
    } else {
        ParameterFile::read(&args.file)?
    };
    let parameters = file
        .of_name(&other, args.use_wildcard)
        .ok_or_else(|| Error::new(ErrorKind::Argument, format!("{place}: it says nothing of {other}")))?;
    let client = client(node, &other, &args.waiting)?;
    let mut output = Output::default();
    for parameter in parameters {
        let name = parameter.name.clone();
        let done = format!("Set parameter {name} successful");
        let parameter = fitted(&client, parameter, &args.waiting);
        let wanted = parameter.value.clone();
        match set_one(&client, parameter, global, &args.waiting, &done) {
            // A read-only one may have that value already.
            Err(Stop::Failed(_)) if value(&client, &name, &args.waiting).is_ok_and(|own| own == wanted) => {
                row(&mut output, global.json, || done.clone(), json!({ "name": name, "successful": true }))?;
            }
            Err(Stop::Failed(error)) => output.report(&place, &error),
            other => other?,
        }
    }
    output.conclude()
}
