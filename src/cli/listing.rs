//! What the verbs that list nodes, topics and services share: rows for people and for programs.

use clap::Args;
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::net::NamesAndTypes;
use crate::schema::TypeName;

use super::output::{Outcome, Output};
use super::session::Discovery;

/// Which names of topics or services are listed.
#[derive(Args)]
pub(crate) struct Which {
    /// Print only how many there are
    #[arg(short, long, aliases = ["count-topics", "count-services"])]
    pub(crate) count: bool,
    /// List hidden ones too, a part of whose names begins with an underscore
    #[arg(long, aliases = ["include-hidden-topics", "include-hidden-services"])]
    include_hidden: bool,
    #[command(flatten)]
    pub(crate) discovery: Discovery,
}

impl Which {
    /// Takes out what is hidden, and what has another type than the one that is asked for, in any spelling.
    pub(crate) fn choose(&self, found: &mut NamesAndTypes, type_name: Option<&str>) -> Result<()> {
        let wanted = type_name.map(TypeName::candidates).transpose()?;
        let wanted: Option<Vec<String>> = wanted.map(|names| names.into_iter().map(String::from).collect());
        found.retain(|name, types| {
            let is_wanted =
                wanted.as_ref().is_none_or(|wanted| types.iter().any(|name| wanted.contains(name)));
            is_wanted && (self.include_hidden || !is_hidden(name))
        });
        Ok(())
    }
}

/// Whether ROS hides a name: a part of it begins with an underscore.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('_'))
}

/// A name as it was typed, fully qualified.
pub(crate) fn absolute(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/{name}") }
}

/// Prints one row: text for people, an object for programs.
pub(crate) fn row(output: &mut Output, json: bool, text: impl FnOnce() -> String, value: Value) -> Outcome {
    output.line(if json { value.to_string() } else { text() }.into_bytes())
}

/// Prints how many there are.
pub(crate) fn count(output: &mut Output, json: bool, count: usize) -> Outcome {
    row(output, json, || count.to_string(), json!({ "count": count }))
}

/// Prints the types of a topic or service, a row each.
pub(crate) fn types(found: &NamesAndTypes, (what, name): (&str, &str), json: bool) -> Outcome {
    let types = found.get(name).ok_or_else(|| nobody_has(what, name))?;
    let mut output = Output::default();
    types.iter().try_for_each(|type_name| {
        row(&mut output, json, || type_name.clone(), json!({ "type_name": type_name }))
    })
}

/// A name behind which its types stand.
pub(crate) fn with_types(name: &str, types: &std::collections::BTreeSet<String>) -> String {
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    format!("{name} [{}]", types.join(", "))
}

/// The error about a topic or service that nobody has.
pub(crate) fn nobody_has(what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Argument, format!("there is no {what} {name} in the graph"))
}

/// Names with their types as an array of objects.
pub(crate) fn to_json(listed: &NamesAndTypes) -> Value {
    listed.iter().map(|(name, types)| json!({ "name": name, "types": types })).collect()
}
