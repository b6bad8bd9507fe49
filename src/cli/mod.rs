//! The `ros-z` command: one file a verb.
//!
//! [`run`] is the whole program, for the binary and for `python -m ros_z_py`. Exit codes: 0 done, 1 an error, 2 wrong
//! usage, 124 the time is up, 130 Ctrl-C, 143 SIGTERM. Where one message among many is bad, it is reported on standard error, the
//! rest is done, and the exit code is 1. When the reader of standard output goes away, a verb ends quietly with 0.
//!
//! ```no_run
//! let code = ros_z_dynamic::cli::run(["ros-z", "interface", "show", "std_msgs/msg/String"]);
//! assert_eq!(code, 0);
//! ```

mod action;
mod action_goal;
mod bag;
mod bag_metadata;
mod cat;
mod channels;
mod completion;
mod convert;
mod csv;
mod doctor;
mod doctor_environment;
mod documents;
mod echo;
mod endpoints;
mod export;
mod export_csv;
mod figures;
mod info;
mod interface;
mod interface_check;
mod interrupt;
mod listing;
mod log;
mod man;
mod mcap_file;
mod measure;
mod messages;
mod mismatches;
mod node;
mod output;
mod paint;
mod param;
mod play;
mod play_clock;
mod publish;
mod qos;
mod record;
mod record_queue;
mod record_receiver;
mod record_status;
mod record_topics;
mod recorded_qos;
mod recording;
mod recording_order;
mod recording_text;
mod router;
mod selection;
mod sequences;
mod service;
mod service_call;
mod service_echo;
mod session;
mod shorten;
mod sqlite_file;
mod stubs;
mod topic;
pub(crate) mod types;
mod written;
mod yaml;
mod yaml_in;
mod yaml_place;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Parser, Subcommand, ValueEnum};

use crate::codec::{JsonBytes, JsonInput};
use crate::error::{Error, ErrorKind, Result};

use output::Outcome;

/// Runtime-typed ROS 2 messages over Zenoh
#[derive(Parser)]
#[command(name = "ros-z", version, disable_help_subcommand = true, infer_subcommands = false)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// Flags of every verb.
#[derive(clap::Args)]
pub(crate) struct Global {
    /// Zenoh endpoint to connect to, such as tcp/192.168.1.1:7447 (repeatable)
    #[arg(long, global = true, value_name = "ENDPOINT", help_heading = "Global options")]
    connect: Vec<String>,
    /// ROS domain [default: ROS_DOMAIN_ID, or 0]
    #[arg(long, global = true, value_name = "ID", help_heading = "Global options")]
    domain: Option<u32>,
    /// Interface file, package, workspace, install prefix or recording, searched before ROS_Z_TYPE_PATH and
    /// AMENT_PREFIX_PATH (repeatable)
    #[arg(long, global = true, value_name = "PATH", help_heading = "Global options")]
    type_path: Vec<PathBuf>,
    /// Print one JSON object a line
    #[arg(long, global = true, help_heading = "Global options")]
    json: bool,
    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// List actions, and send goals
    #[command(subcommand)]
    Action(action::Action),
    Cat(cat::Cat),
    Completion(completion::Completion),
    Convert(export::Convert),
    /// Print CDR payloads as JSON
    Decode(convert::Decode),
    /// Print JSON texts as CDR payloads
    Encode(convert::Encode),
    /// Say what is seen of the graph, and what keeps data from flowing
    Doctor(doctor::Doctor),
    /// Show and list message, service and action types
    #[command(subcommand)]
    Interface(interface::Interface),
    Log(log::Log),
    #[command(name = "man")]
    Man(man::ManPages),
    /// List nodes, and what each of them has
    #[command(subcommand)]
    Node(node::NodeVerb),
    Info(info::Info),
    Play(play::Play),
    Record(record::Record),
    /// Read and set the parameters of nodes
    #[command(subcommand)]
    Param(param::Param),
    /// Run a Zenoh router in the foreground
    Router(router::Router),
    /// List services and call them
    #[command(subcommand)]
    Service(service::Service),
    Stubs(stubs::Stubs),
    /// List topics, listen to them, measure them, and publish on them
    #[command(subcommand)]
    Topic(topic::Topic),
}

/// Runs the command with these arguments, the program's name first, and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    if let Some(code) = completion::answer(&arguments) {
        return code;
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` are such errors too; a closed pipe is no reason to complain.
            _ = error.print();
            return u8::from(error.use_stderr()) * 2;
        }
    };
    cli.run().map_or_else(output::Stop::conclude, |()| 0)
}

impl Cli {
    fn run(&self) -> Outcome {
        match &self.verb {
            Verb::Action(verb) => action::run(verb, &self.global),
            Verb::Cat(args) => cat::run(args, &self.global),
            Verb::Completion(args) => completion::run(args, &self.global),
            Verb::Decode(args) => convert::decode(args, &self.global),
            Verb::Encode(args) => convert::encode(args, &self.global),
            Verb::Doctor(args) => doctor::run(args, &self.global),
            Verb::Interface(verb) => interface::run(verb, &self.global),
            Verb::Log(args) => log::run(args, &self.global),
            Verb::Man(args) => man::run(args, &self.global),
            Verb::Node(verb) => node::run(verb, &self.global),
            Verb::Convert(args) => export::run(args, &self.global),
            Verb::Info(args) => info::run(args, &self.global),
            Verb::Play(args) => play::run(args, &self.global),
            Verb::Record(args) => record::run(args, &self.global),
            Verb::Param(verb) => param::run(verb, &self.global),
            Verb::Router(args) => router::run(args, &self.global),
            Verb::Service(verb) => service::run(verb, &self.global),
            Verb::Stubs(args) => stubs::run(args, &self.global),
            Verb::Topic(verb) => topic::run(verb, &self.global),
        }
    }
}

/// How arrays of bytes are written in JSON.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum BytesAs {
    /// A base64 string
    #[default]
    Base64,
    /// An array of numbers
    Array,
}

impl From<BytesAs> for JsonBytes {
    fn from(bytes: BytesAs) -> Self {
        match bytes {
            BytesAs::Base64 => Self::Base64,
            BytesAs::Array => Self::Array,
        }
    }
}

/// JSON input where `"now"` and `"auto"` mean the time of this call.
pub(crate) fn json_input() -> Result<JsonInput> {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i32::try_from(since_1970.as_secs()).map_err(|_| {
        Error::new(
            ErrorKind::Range,
            "the system clock is past 2038, which `builtin_interfaces/Time` cannot hold",
        )
    })?;
    Ok(JsonInput { now: Some((seconds, since_1970.subsec_nanos())) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, CommandFactory};

    /// The verbs that do something.
    fn leaves(command: &Command) -> Vec<&Command> {
        let below: Vec<&Command> = command.get_subcommands().flat_map(leaves).collect();
        if below.is_empty() { vec![command] } else { below }
    }

    /// The words of a line of shell up to the end of its first command.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quote, mut inside) = (vec![String::new()], None, false);
        for c in line.trim().chars() {
            match (quote, c) {
                (None, '|' | '>' | '<') => break,
                (None, ' ') => words.extend(std::mem::take(&mut inside).then(String::new)),
                (None, '\'' | '"') => (quote, inside) = (Some(c), true),
                (Some(open), _) if c == open => quote = None,
                _ => {
                    inside = true;
                    words.last_mut().unwrap().push(c);
                }
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    #[test]
    fn the_table_of_verbs_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_of_every_verb_has_an_example_that_works() {
        let mut command = Cli::command();
        command.build();
        for verb in leaves(&command) {
            let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            let name = verb.get_display_name().unwrap().replace('-', " ").replacen("ros z", "ros-z", 1);
            assert!(help.contains("Example"), "the help of `{name}` has no example");
            let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  ")).collect();
            assert!(!examples.is_empty(), "{name}: {help}");
            for example in examples {
                let own = example.split(" | ").map(words).find(|words| {
                    let line = words.join("-");
                    line.starts_with(verb.get_display_name().unwrap())
                });
                let words = own.unwrap_or_else(|| panic!("`{example}` is not about `{name}`"));
                if let Err(error) = Cli::try_parse_from(&words) {
                    panic!("`{example}`: {error}");
                }
            }
        }
    }
}
