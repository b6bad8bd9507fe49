//! [`TopicChoice`]: the topics that `record` takes.

use std::collections::BTreeSet;

use clap::Args;
use regex_lite::Regex;

use crate::error::Result;
use crate::net::Node;

use super::output::{Outcome, Stop};

const SERVICE_EVENT: &str = "/_service_event";
const ACTION: &str = "/_action/";
/// What an action publishes.
const ACTION_TOPICS: [&str; 2] = ["feedback", "status"];
/// The services that an action consists of.
const ACTION_SERVICES: [&str; 3] = ["send_goal", "cancel_goal", "get_result"];

/// Which topics are recorded.
#[derive(Args)]
pub(crate) struct TopicArgs {
    /// Topics to record, such as /chatter; those that nobody publishes on yet are waited for
    topics: Vec<String>,
    /// The same as TOPICS, as in `ros2 bag record`
    #[arg(long = "topics", value_name = "NAME", num_args = 1..)]
    topic_list: Vec<String>,
    /// Everything that is not hidden: topics, events of services, feedback and status of actions
    #[arg(short, long)]
    all: bool,
    /// All topics that are not hidden
    #[arg(long)]
    all_topics: bool,
    /// The events of all services (those whose introspection is enabled)
    #[arg(long)]
    all_services: bool,
    /// Feedback, status and events of all actions
    #[arg(long)]
    all_actions: bool,
    /// The events of these services
    #[arg(long, value_name = "NAME", num_args = 1..)]
    services: Vec<String>,
    /// Feedback, status and events of these actions
    #[arg(long, value_name = "NAME", num_args = 1..)]
    actions: Vec<String>,
    /// Topics in whose name this regular expression is found
    #[arg(short = 'e', long, value_name = "PATTERN")]
    regex: Option<Regex>,
    /// But not those in whose name this regular expression is found, unless they are named (repeatable)
    #[arg(short = 'x', long, visible_alias = "exclude-regex", value_name = "PATTERN")]
    exclude: Vec<Regex>,
    /// Take hidden topics too, those with a part that begins with an underscore
    #[arg(long)]
    include_hidden_topics: bool,
}

/// What a topic is by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TopicKind {
    Topic,
    Service,
    Action,
    Hidden,
}

/// The topics that are recorded.
pub(super) struct TopicChoice<'a> {
    args: &'a TopicArgs,
    named: BTreeSet<String>,
}

impl TopicArgs {
    /// Errors when nothing is asked for.
    pub(super) fn check(&self) -> Outcome {
        let alls = [self.all, self.all_topics, self.all_services, self.all_actions, self.regex.is_some()];
        let named = [&self.topics, &self.topic_list, &self.services, &self.actions];
        match alls.contains(&true) || named.iter().any(|names| !names.is_empty()) {
            true => Ok(()),
            false => Err(Stop::Usage(
                "nothing to record: name topics, or choose them with --all or --regex".to_owned(),
            )),
        }
    }
}

impl<'a> TopicChoice<'a> {
    /// The choice, its names made full as this node means them.
    pub(super) fn new(args: &'a TopicArgs, node: &Node) -> Result<Self> {
        let mut named = BTreeSet::new();
        for topic in args.topics.iter().chain(&args.topic_list) {
            named.insert(node.resolve(topic)?);
        }
        for service in &args.services {
            named.insert(node.resolve(service)? + SERVICE_EVENT);
        }
        for action in &args.actions {
            let action = node.resolve(action)? + ACTION;
            let services = ACTION_SERVICES.map(|part| format!("{action}{part}{SERVICE_EVENT}"));
            named.extend(ACTION_TOPICS.map(|part| format!("{action}{part}")).into_iter().chain(services));
        }
        Ok(Self { args, named })
    }

    /// Whether a topic is recorded.
    pub(super) fn takes(&self, topic: &str) -> bool {
        let args = self.args;
        if self.named.contains(topic) {
            return true;
        }
        let of_kind = match kind(topic) {
            TopicKind::Topic => args.all || args.all_topics,
            TopicKind::Service => args.all || args.all_services,
            TopicKind::Action => args.all || args.all_actions,
            TopicKind::Hidden => args.include_hidden_topics && (args.all || args.all_topics),
        };
        let is_open = kind(topic) != TopicKind::Hidden || args.include_hidden_topics;
        let is_found = is_open && args.regex.as_ref().is_some_and(|regex| regex.is_match(topic));
        (of_kind || is_found) && !args.exclude.iter().any(|regex| regex.is_match(topic))
    }

    /// The topics that were named and are not among these. Parts of services and actions need not be there.
    pub(super) fn missing(&self, heard: &BTreeSet<String>) -> Vec<&str> {
        let is_plain = |topic: &&str| matches!(kind(topic), TopicKind::Topic | TopicKind::Hidden);
        let named = self.named.iter().filter(|topic| !heard.contains(*topic)).map(String::as_str);
        named.filter(is_plain).collect()
    }
}

fn kind(topic: &str) -> TopicKind {
    let is_hidden = |name: &str| name.split('/').any(|part| part.starts_with('_'));
    if let Some((action, part)) = topic.split_once(ACTION) {
        let is_part = ACTION_TOPICS.contains(&part)
            || part.strip_suffix(SERVICE_EVENT).is_some_and(|service| ACTION_SERVICES.contains(&service));
        return if is_part && !is_hidden(action) { TopicKind::Action } else { TopicKind::Hidden };
    }
    match topic.strip_suffix(SERVICE_EVENT) {
        Some(service) if !is_hidden(service) => TopicKind::Service,
        None if !is_hidden(topic) => TopicKind::Topic,
        _ => TopicKind::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        topics: TopicArgs,
    }

    #[test]
    fn topics_are_chosen_by_name_pattern_and_kind() {
        let all = [
            "/chatter",
            "/robot/scan",
            "/_hidden",
            "/add/_service_event",
            "/_x/add/_service_event",
            "/fly/_action/feedback",
            "/fly/_action/status",
            "/fly/_action/send_goal/_service_event",
            "/fly/_action/other",
        ];
        let table: [(&[&str], &[usize]); 12] = [
            (&["--all"], &[0, 1, 3, 5, 6, 7]),
            (&["--all", "--include-hidden-topics"], &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            (&["--all-topics"], &[0, 1]),
            (&["--all-services"], &[3]),
            (&["--all-actions"], &[5, 6, 7]),
            (&["--all", "--exclude", "^/fly", "-x", "scan"], &[0, 3]),
            (&["--regex", "a"], &[0, 1, 3, 5, 6, 7]),
            (&["--regex", "^/_hid"], &[]),
            (&["--regex", "^/_hid", "--include-hidden-topics"], &[2]),
            (&["--regex", "chat", "/_hidden", "--exclude", "hidden"], &[0, 2]),
            (&["--services", "/add"], &[3]),
            (&["--actions", "/fly"], &[5, 6, 7]),
        ];
        for (arguments, expected) in table {
            let line = Line::try_parse_from(std::iter::once("x").chain(arguments.iter().copied())).unwrap();
            line.topics.check().unwrap();
            let named = |names: &[String], suffixes: &[&str]| -> Vec<String> {
                names
                    .iter()
                    .flat_map(|name| suffixes.iter().map(move |suffix| format!("{name}{suffix}")))
                    .collect()
            };
            let mut names = named(&line.topics.topics, &[""]);
            names.extend(named(&line.topics.services, &[SERVICE_EVENT]));
            names.extend(named(
                &line.topics.actions,
                &["/_action/feedback", "/_action/status", "/_action/send_goal/_service_event"],
            ));
            let choice = TopicChoice { args: &line.topics, named: names.into_iter().collect() };
            let taken: Vec<usize> = (0..all.len()).filter(|&index| choice.takes(all[index])).collect();
            assert_eq!(taken, expected, "{arguments:?}");
        }
        assert!(Line::try_parse_from(["x"]).unwrap().topics.check().is_err());
        assert!(Line::try_parse_from(["x", "--regex", "("]).is_err());
    }
}
