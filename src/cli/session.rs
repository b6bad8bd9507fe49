//! What the verbs of the network share: the session, its node, and quality of service.

use std::time::Duration;

use clap::Args;

use crate::error::Result;
use crate::net::{Context, ContextBuilder, GraphEvent, Node};
use crate::rmw::{Durability, QosProfile, Reliability};

use super::Global;
use super::interrupt::Interrupt;
use super::output::{Outcome, note};

/// Without news for so long, everybody is taken for known.
const QUIET: Duration = Duration::from_millis(500);

/// The longest wait for everybody, where news do not end.
const AT_MOST: Duration = Duration::from_secs(5);

/// A node in a session of its own; both as the global flags and the environment say.
pub(crate) fn open(global: &Global) -> Result<(Context, Node)> {
    let mut builder = ContextBuilder::new();
    if let Some(domain) = global.domain {
        builder = builder.with_domain_id(domain);
    }
    if !global.connect.is_empty() {
        builder = builder.with_connect_endpoints(global.connect.iter().cloned());
    }
    let context = builder.build()?;
    // A leading underscore hides a node from listings, as with the nodes of `ros2`.
    let node = context.create_node(&format!("_ros_z_{}", std::process::id())).build()?;
    Ok((context, node))
}

/// Does a verb's work in a session of its own; Ctrl-C closes it, which ends every wait.
pub(crate) fn with_node(global: &Global, work: impl FnOnce(&Node, &Interrupt) -> Outcome) -> Outcome {
    let (context, node) = open(global)?;
    let closing = context.clone();
    let interrupt = Interrupt::new(move || _ = closing.close())?;
    let done = work(&node, &interrupt);
    let closed = context.close();
    interrupt.outcome(done.and_then(|()| Ok(closed?)))
}

/// Says on standard error what does not match the endpoints of the session, until it is closed.
pub(crate) fn warn_of_mismatches(context: &Context, global: &Global) {
    if global.quiet {
        return;
    }
    let events = context.graph().events();
    std::thread::spawn(move || {
        while let Ok(event) = events.next(None) {
            if let Some(GraphEvent::Mismatch(mismatch)) = event {
                note(&format_args!("warning: {mismatch}"));
            }
        }
    });
}

/// How long nodes are waited for.
#[derive(Args)]
pub(crate) struct Discovery {
    /// Wait this long for nodes to be heard of [default: until there is no news for half a second]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    spin_time: Option<Duration>,
}

impl Discovery {
    /// Waits until everybody is known.
    pub(crate) fn wait(&self, context: &Context) -> Result<()> {
        let (quiet, at_most) = self.spin_time.map_or((QUIET, AT_MOST), |time| (time, time));
        context.graph().settle(quiet, at_most)
    }
}

/// Quality of service; what is not given is the default of ROS.
#[derive(Args)]
pub(crate) struct Qos {
    /// reliable, best_effort, system_default or best_available
    #[arg(long, value_name = "POLICY")]
    qos_reliability: Option<Reliability>,
    /// volatile, transient_local, system_default or best_available
    #[arg(long, value_name = "POLICY")]
    qos_durability: Option<Durability>,
    /// How many messages are kept for a slow or late reader
    #[arg(long, value_name = "COUNT")]
    qos_depth: Option<usize>,
}

impl Qos {
    /// The profile, with this depth unless another one was asked for.
    pub(crate) fn profile(&self, depth: usize) -> QosProfile {
        let default = QosProfile::DEFAULT;
        QosProfile {
            reliability: self.qos_reliability.unwrap_or(default.reliability),
            durability: self.qos_durability.unwrap_or(default.durability),
            depth: self.qos_depth.unwrap_or(depth),
            ..default
        }
    }
}

/// Seconds as a flag takes them.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A rate as a flag takes it.
pub(crate) fn hertz(text: &str) -> Result<f64, String> {
    let hertz: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    let possible = Duration::try_from_secs_f64(hertz.recip()).is_ok_and(|period| !period.is_zero());
    if hertz > 0.0 && possible { Ok(hertz) } else { Err("expected a number above 0".to_owned()) }
}
