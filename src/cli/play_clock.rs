//! [`Clock`]: the time of a recording on `/clock`, while it is played. Used by `play`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::codec::{JsonInput, Plan, from_json};
use crate::error::Result;
use crate::net::{Node, Publisher};
use crate::registry::Registry;
use crate::rmw::QosProfile;

use super::interrupt::Interrupt;
use super::output::Outcome;
use super::types;

/// The topic and the type that ROS has for it.
pub(super) const TOPIC: &str = "/clock";
const TYPE: &str = "rosgraph_msgs/msg/Clock";

/// A publisher of the time.
pub(super) struct Clock {
    plan: Arc<Plan>,
    publisher: Publisher,
    period: Duration,
    due: Option<Instant>,
}

impl Clock {
    /// A clock that ticks so many times a second.
    pub(super) fn new(node: &Node, registry: &Registry, hertz: f64) -> Result<Self> {
        let plan = types::plan(registry, TYPE)?;
        node.describe(plan.description(), registry)?;
        let qos = QosProfile::DEFAULT.with_depth(1);
        let publisher = node.create_publisher(TOPIC, plan.type_name(), &plan.hash().to_string(), qos)?;
        Ok(Self { plan, publisher, period: Duration::from_secs_f64(hertz.recip()), due: None })
    }

    /// Ticks until then. `zero` is the time of the recording, in nanoseconds since 1970, when it began to be played, and
    /// `rate` how fast it runs.
    pub(super) fn tick_until(
        &mut self,
        end: Instant,
        (started, zero, rate): (Instant, u64, f64),
        interrupt: &Interrupt,
    ) -> Outcome {
        let mut due = self.due.filter(|due| *due >= started).unwrap_or(started);
        while due <= end {
            interrupt.wait(Some(due.saturating_duration_since(Instant::now())))?;
            let played = due.saturating_duration_since(started).as_secs_f64() * rate;
            let played = Duration::try_from_secs_f64(played).unwrap_or_default().as_nanos();
            self.tell(zero.saturating_add(u64::try_from(played).unwrap_or(u64::MAX)))?;
            due += self.period;
        }
        self.due = Some(due);
        Ok(())
    }

    fn tell(&self, time: u64) -> Result<()> {
        let (sec, nanosec) = (time / 1_000_000_000, time % 1_000_000_000);
        let json = format!("{{\"clock\":{{\"sec\":{sec},\"nanosec\":{nanosec}}}}}");
        self.publisher.publish(from_json(&self.plan, json.as_bytes(), &JsonInput::default())?)
    }
}
