//! What the verbs of the network share: the session, its node, and quality of service.

use std::time::Duration;

use clap::Args;

use crate::error::Result;
use crate::net::{Context, ContextBuilder, Node};
use crate::rmw::{Durability, QosProfile, Reliability};

use super::Global;

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
