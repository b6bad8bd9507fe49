//! `ros-z completion`: what shells complete; names come from the live graph, types from what is known without it.
//!
//! The script that a shell loads runs this command again, with a variable set and the words so far, and
//! [`answer`] prints the candidates. What takes too long is left out: a shell that hangs is worse than one that does not know.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::Duration;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;
use serde_json::json;

use crate::error::{Error, ErrorKind, Result};
use crate::net::{Context, ContextBuilder};
use crate::rmw::EntityKind;

use super::listing::is_hidden;
use super::output::{Outcome, Output};
use super::{Cli, Global, types as known};

/// The variable that scripts set, with the name of the shell.
const VARIABLE: &str = "ROS_Z_COMPLETE";

/// The longest that a shell waits for candidates.
const AT_MOST: Duration = Duration::from_millis(900);

/// How long a router is waited for, and how long news.
const CONNECTING: Duration = Duration::from_millis(300);
const QUIET: Duration = Duration::from_millis(100);

/// Print what a shell needs to complete verbs, flags, types, and the names in the graph
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z completion bash >> ~/.bashrc\n  ros-z completion zsh >> ~/.zshrc\n  ros-z completion \
                  fish > ~/.config/fish/completions/ros-z.fish"
)]
pub(crate) struct Completion {
    shell: Shell,
}

/// The shells that there is completion for.
#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }
}

/// Prints the script.
pub(crate) fn run(args: &Completion, global: &Global) -> Outcome {
    let failed = |why: String| Error::new(ErrorKind::Io, format!("the script could not be made: {why}"));
    let (mut script, shell) = (Vec::new(), args.shell.name());
    let shells = Shells::builtins();
    let writer = shells.completer(shell).ok_or_else(|| failed(format!("{shell} is not known")))?;
    writer
        .write_registration(VARIABLE, "ros-z", "ros-z", "ros-z", &mut script)
        .map_err(|error| failed(error.to_string()))?;
    let mut output = Output::default();
    if global.json {
        let object = json!({ "shell": shell, "script": String::from_utf8_lossy(&script) });
        return output.line(object.to_string().into_bytes());
    }
    output.bytes(&script)
}

/// Answers a shell that asks for candidates; `None` for any other call of the command.
pub(crate) fn answer(arguments: &[OsString]) -> Option<u8> {
    std::env::var_os(VARIABLE)?;
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Cli::command).var(VARIABLE);
    match asked.try_complete(arguments.iter().cloned(), folder.as_deref()) {
        Ok(true) => Some(0),
        Ok(false) => None,
        // The shell shows nothing of it, and neither does its user want to see it.
        Err(_) => Some(1),
    }
}

/// Topics that somebody publishes on or subscribes to.
pub(crate) fn topics() -> ArgValueCandidates {
    live(|context| names(context, &[EntityKind::Publisher, EntityKind::Subscription]))
}

/// Services that somebody serves.
pub(crate) fn services() -> ArgValueCandidates {
    live(|context| names(context, &[EntityKind::Service]))
}

/// Nodes.
pub(crate) fn nodes() -> ArgValueCandidates {
    live(|context| {
        let nodes = context.graph().nodes();
        nodes.iter().map(|node| node.qualified()).filter(|name| !is_hidden(name)).collect()
    })
}

/// Types that are known without a network.
pub(crate) fn types() -> ArgValueCandidates {
    ArgValueCandidates::new(|| in_time(|| Ok(declared()?.into_iter().map(String::from).collect())))
}

/// Packages that have types.
pub(crate) fn packages() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        in_time(|| {
            let mut packages: Vec<String> =
                declared()?.iter().map(|name| name.package().to_owned()).collect();
            packages.dedup();
            Ok(packages)
        })
    })
}

fn declared() -> Result<std::collections::BTreeSet<crate::schema::TypeName>> {
    let paths: Vec<PathBuf> = flag("--type-path").into_iter().map(PathBuf::from).collect();
    Ok(known::declared(&*known::registry(&paths)?))
}

fn live(names: fn(&Context) -> Vec<String>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        in_time(move || {
            let mut builder = ContextBuilder::new();
            if let Some(domain) = flag("--domain").last().and_then(|domain| domain.parse().ok()) {
                builder = builder.with_domain_id(domain);
            }
            let connect = flag("--connect");
            if !connect.is_empty() {
                builder = builder.with_connect_endpoints(connect);
            }
            let context = builder.build()?;
            if context.wait_for_connection(CONNECTING)? {
                context.graph().settle(QUIET, AT_MOST)?;
            }
            Ok(names(&context))
        })
    })
}

fn names(context: &Context, kinds: &[EntityKind]) -> Vec<String> {
    context.graph().names_and_types(kinds).into_keys().filter(|name| !is_hidden(name)).collect()
}

/// The candidates that are found in time.
fn in_time(find: impl FnOnce() -> Result<Vec<String>> + Send + 'static) -> Vec<CompletionCandidate> {
    let (sender, found) = channel();
    std::thread::spawn(move || _ = sender.send(find()));
    let found = found.recv_timeout(AT_MOST).ok().and_then(Result::ok).unwrap_or_default();
    found.into_iter().map(CompletionCandidate::new).collect()
}

/// What a flag has on the line that is completed: candidates are asked for without the rest of the line.
fn flag(name: &str) -> Vec<String> {
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    values(&words, name)
}

fn values(words: &[String], name: &str) -> Vec<String> {
    let behind = |(index, word): (usize, &String)| match word.strip_prefix(name)? {
        "" => words.get(index + 1).cloned(),
        rest => rest.strip_prefix('=').map(str::to_owned),
    };
    words.iter().enumerate().filter_map(behind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_from_the_line() {
        let words =
            ["ros-z", "--connect", "tcp/a:1", "topic", "--connect=tcp/b:2", "echo", "--connected", "x"];
        let words = words.map(str::to_owned);
        assert_eq!(values(&words, "--connect"), ["tcp/a:1", "tcp/b:2"]);
        assert_eq!(values(&words, "--domain"), [""; 0]);
    }
}
