//! `ros-z action send_goal`: a goal as JSON or YAML; feedback and the result as JSON or YAML.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;

use crate::codec::{JsonOutput, Plan, to_json};
use crate::error::{Error, ErrorKind, Result};
use crate::net::{
    Acceptance, ActionType, CancelResult, ClientGoal, GoalId, GoalOutcome, GoalStatus, Node, Received,
};
use crate::registry::Registry;
use crate::rmw::{Endpoint, EntityKind};
use crate::schema::{DefinitionKind, TypeName};

use super::interrupt::Interrupt;
use super::output::{Outcome, Output, Stop, note, warn};
use super::written::Written;
use super::{BytesAs, Global, completion, session, types, yaml};

/// How long one look for a server is.
const LOOK: Duration = Duration::from_millis(100);

/// How long the types of a server that is there are asked for, and a cancelled goal is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Arguments of `ros-z action send_goal`.
#[derive(Args)]
pub(crate) struct SendGoal {
    /// Action, such as /fibonacci
    action: String,
    /// Type of the action, such as example_interfaces/action/Fibonacci; learned from its servers if it is not known here
    #[arg(value_name = "TYPE", add = completion::types())]
    type_name: String,
    /// Goal as JSON or YAML; what it leaves out has its default
    #[arg(default_value = "{}")]
    goal: String,
    /// Print the feedback too
    #[arg(short, long)]
    feedback: bool,
    /// End with exit code 124 when the goal has not ended within this many seconds; it is cancelled then
    #[arg(short = 't', long, value_name = "SECONDS", value_parser = session::seconds)]
    timeout: Option<Duration>,
    /// How byte arrays are written
    #[arg(long, value_enum, default_value_t)]
    bytes: BytesAs,
}

/// What is heard of the goal, or of the user.
enum News {
    Answered(Result<Acceptance>),
    Feedback(Received),
    Ended(Result<GoalOutcome>),
    Interrupted,
}

/// How far a goal is.
#[derive(Default)]
struct Progress {
    is_accepted: bool,
    is_cancelled: bool,
    /// There is no goal any more that could be cancelled, or nobody who would.
    has_ended: bool,
}

/// Sends one goal. Whatever ends this before the goal has ended cancels it, be it Ctrl-C or a closed pipe.
pub(crate) fn run(args: &SendGoal, global: &Global) -> Outcome {
    let registry = types::registry(&global.type_path)?;
    let wanted = action_name(&registry, &args.type_name)?;
    // Bad text is refused before anybody hears of this node.
    let value = Written::argument(&args.goal)?;
    let (context, node) = session::open(global)?;
    let (sender, news) = channel();
    let pressed = sender.clone();
    // The goal may be gone when it is pressed.
    let interrupt = Interrupt::new(move || _ = pressed.send(News::Interrupted))?;
    session::watch(&context, global);
    let sending = Sending {
        args,
        global,
        interrupt,
        deadline: args.timeout.and_then(|time| Instant::now().checked_add(time)),
    };
    let done = sending.learn(&node, &registry, &wanted).and_then(|action| {
        node.describe_action(&action, &registry)?;
        let goal = value.payload(action.goal())?;
        sending.send(&node, &action, &goal, (sender, &news))
    });
    let closed = context.close();
    sending.interrupt.outcome(done.and_then(|()| Ok(closed?)))
}

/// The action type that is meant; a name without namespace is that of an action.
fn action_name(registry: &Registry, spelling: &str) -> Result<TypeName> {
    match registry.find(spelling) {
        Ok(found) if found.kind == DefinitionKind::Action => Ok(found.type_name.clone()),
        Ok(found) => {
            let message = format!("`{}` is a {}, not an action", found.type_name, found.kind.as_str());
            Err(Error::new(ErrorKind::Type, message))
        }
        Err(error) => {
            let mut candidates = TypeName::candidates(spelling)?;
            let action = candidates.iter().position(|name| name.namespace() == "action");
            action.map(|index| candidates.swap_remove(index)).ok_or(error)
        }
    }
}

struct Sending<'a> {
    args: &'a SendGoal,
    global: &'a Global,
    interrupt: Interrupt,
    deadline: Option<Instant>,
}

impl Sending<'_> {
    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }

    /// The type as the servers have it.
    fn learn(&self, node: &Node, registry: &Registry, wanted: &TypeName) -> Outcome<Arc<ActionType>> {
        let action = node.resolve(&self.args.action)?;
        let service = format!("{action}/_action/send_goal");
        let is_server =
            |endpoint: &Endpoint| endpoint.kind == EntityKind::Service && endpoint.topic == service;
        while !node.context().graph().wait_for_endpoint(LOOK, is_server)? {
            self.interrupt.check()?;
            if self.is_late() {
                return Err(Stop::TimedOut(format!("nobody served {action} in time")));
            }
        }
        let learned = node.learn_action_type(registry, &self.args.action, PATIENCE)?;
        if learned.name() != wanted {
            let message = format!("{action} is an action of the type {}, not {wanted}", learned.name());
            return Err(Error::new(ErrorKind::TypeMismatch, message).into());
        }
        Ok(learned)
    }

    fn send(
        &self,
        node: &Node,
        action: &Arc<ActionType>,
        goal: &[u8],
        (sender, news): (Sender<News>, &Receiver<News>),
    ) -> Outcome {
        let client = node.create_action_client(&self.args.action, action)?;
        let heard = sender.clone();
        let is_wanted = self.args.feedback;
        let mine = client.goal_with_feedback(GoalId::random(), move |feedback| {
            if is_wanted {
                _ = heard.send(News::Feedback(feedback));
            }
        });
        let answered = sender.clone();
        mine.sending(goal)?.send(None, move |answer| _ = answered.send(News::Answered(answer)))?;
        let mut progress = Progress::default();
        let done = self.follow(&mine, action, (sender, news), &mut progress);
        if !progress.has_ended && !progress.is_cancelled {
            // Why it ended is what is said, however the goal takes it.
            _ = self.cancel(&mine, &mut progress);
        }
        done
    }

    /// Prints what is heard of the goal, until it has ended.
    fn follow(
        &self,
        mine: &ClientGoal,
        action: &ActionType,
        (sender, news): (Sender<News>, &Receiver<News>),
        progress: &mut Progress,
    ) -> Outcome {
        let mut output = Output::default();
        loop {
            match self.next(news) {
                None if progress.is_cancelled => return Err(self.stopped(mine)),
                None | Some(News::Interrupted) => self.cancel(mine, progress)?,
                Some(News::Answered(answer)) => {
                    progress.is_accepted = answer.as_ref().is_ok_and(|answer| answer.accepted);
                    progress.has_ended = !progress.is_accepted;
                    self.answered(mine, answer?, &mut output)?;
                    let ended = sender.clone();
                    mine.asking_result()?.send(None, move |outcome| _ = ended.send(News::Ended(outcome)))?;
                    if progress.is_cancelled {
                        // It was not known yet when it was cancelled.
                        self.cancel(mine, progress)?;
                    }
                }
                Some(News::Feedback(feedback)) => {
                    let payload = feedback.payload.as_slice();
                    self.print(("feedback", "Feedback"), action.feedback(), payload, &mut output)?;
                }
                Some(News::Ended(outcome)) => {
                    progress.has_ended = true;
                    let outcome = outcome?;
                    self.ended(action, &outcome, &mut output)?;
                    return match outcome.status {
                        _ if progress.is_cancelled => Err(self.stopped(mine)),
                        GoalStatus::Succeeded => Ok(()),
                        _ => Err(Stop::Reported),
                    };
                }
            }
        }
    }

    /// The next that is heard; `None` when the time is up.
    fn next(&self, news: &Receiver<News>) -> Option<News> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match left {
            None => news.recv().ok(),
            // After that, how the cancelled goal ends is waited for.
            Some(Duration::ZERO) => news.recv_timeout(PATIENCE).ok(),
            Some(left) => match news.recv_timeout(left) {
                Err(RecvTimeoutError::Timeout) => None,
                heard => heard.ok(),
            },
        }
    }

    /// Asks the server to cancel the goal. Errors when it will not.
    fn cancel(&self, mine: &ClientGoal, progress: &mut Progress) -> Outcome {
        let id = mine.goal_id();
        if !self.global.quiet && !progress.is_cancelled {
            note(&format_args!("cancelling goal {id}"));
        }
        progress.is_cancelled = true;
        match mine.cancel(Some(PATIENCE)).map(|answer| answer.result) {
            // That it has ended is heard.
            Ok(CancelResult::None | CancelResult::GoalTerminated) => Ok(()),
            Ok(CancelResult::UnknownGoalId) if !progress.is_accepted => Ok(()),
            Ok(refusal) => {
                warn(&format_args!(
                    "goal {id} goes on: its server refused to cancel it ({})",
                    refusal.as_str()
                ));
                Err(self.stopped(mine))
            }
            Err(error) => {
                warn(&format_args!("goal {id} may go on: {}", error.message()));
                Err(self.stopped(mine))
            }
        }
    }

    fn stopped(&self, mine: &ClientGoal) -> Stop {
        match self.interrupt.check() {
            Err(interrupted) => interrupted,
            Ok(()) => Stop::TimedOut(format!("goal {} did not end in time", mine.goal_id())),
        }
    }

    fn answered(&self, mine: &ClientGoal, answer: Acceptance, output: &mut Output) -> Outcome {
        let id = mine.goal_id().to_string();
        if !answer.accepted {
            return Err(Error::new(ErrorKind::Argument, format!("goal {id} was rejected")).into());
        }
        let text = format!("Goal accepted with ID: {id}");
        let object = json!({ "accepted": true, "goal_id": id });
        output.line(if self.global.json { object.to_string() } else { text }.into_bytes())
    }

    fn ended(&self, action: &ActionType, outcome: &GoalOutcome, output: &mut Output) -> Outcome {
        if self.global.json {
            let result = self.json(action.result(), &outcome.result)?;
            let status = outcome.status.as_str();
            return output.line(format!("{{\"status\":\"{status}\",\"result\":{result}}}").into_bytes());
        }
        self.print(("result", "Result"), action.result(), &outcome.result, output)?;
        output.line(format!("Goal finished with status: {}", outcome.status).into_bytes())
    }

    fn json(&self, plan: &Plan, payload: &[u8]) -> Result<String> {
        let json = to_json(plan, payload, &JsonOutput { bytes: self.args.bytes.into() })?;
        String::from_utf8(json).map_err(|error| Error::new(ErrorKind::Json, error.to_string()))
    }

    fn print(
        &self,
        (key, heading): (&str, &str),
        plan: &Plan,
        payload: &[u8],
        output: &mut Output,
    ) -> Outcome {
        let json = self.json(plan, payload)?;
        if self.global.json {
            return output.line(format!("{{\"{key}\":{json}}}").into_bytes());
        }
        let text = yaml::to_yaml(json.as_bytes())?;
        let indented: Vec<String> =
            String::from_utf8_lossy(&text).lines().map(|line| format!("    {line}")).collect();
        output.line(format!("{heading}:\n{}", indented.join("\n")).into_bytes())
    }
}
