//! [`RouterCheck`]: whether there is a router, before nodes start; what `ZENOH_ROUTER_CHECK_ATTEMPTS` is for.

use std::time::{Duration, Instant};

use zenoh::Wait;

use super::context::Context;
use super::wait::Watched;

/// Between two looks, as in `rmw_zenoh`.
const INTERVAL: Duration = Duration::from_secs(1);

/// Looks for a router that the session is connected to. That there is none is no error: a warning in the log.
pub(crate) struct RouterCheck {
    /// How many looks are left; `None` for looking until there is one.
    left: Option<u64>,
    next: Instant,
}

impl RouterCheck {
    pub(super) fn new(attempts: Option<u64>) -> Self {
        Self { left: attempts, next: Instant::now() }
    }

    /// Whether the check is over, after `wait` at most.
    pub(crate) fn poll(&mut self, context: &Context, wait: Duration) -> bool {
        if self.left == Some(0) {
            return true;
        }
        let until_next = self.next.saturating_duration_since(Instant::now());
        // Nothing ends this wait: Zenoh does not tell when a router comes.
        Watched::new(()).wait(Some(until_next.min(wait)), |()| None::<()>);
        if Instant::now() < self.next {
            return false;
        }
        self.next = Instant::now() + INTERVAL;
        if context.is_closed() || context.session().info().routers_zid().wait().next().is_some() {
            return true;
        }
        self.left = self.left.map(|left| left - 1);
        if self.left == Some(0) {
            tracing::warn!("no router is connected; a peer that is told where to connect needs none");
        }
        self.left == Some(0)
    }
}
