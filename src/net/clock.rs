//! [`Clock`]: the time of a node: the system's, or that of `/clock` where the node's parameter `use_sim_time` says so.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zenoh::Wait;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::pubsub::Subscriber;

use crate::codec::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::{EntityKind, QosProfile, Reliability};
use crate::schema::TypeName;

use super::context::{Slot, Undeclare};
use super::graph::declare_token;
use super::node::Node;
use super::received::{Received, now};
use super::typed::Format;
use super::wait::Watched;

/// The parameter that says which time it is.
pub(super) const USE_SIM_TIME: &str = "use_sim_time";

const TOPIC: &str = "/clock";

/// Longest look away from the system clock, which may be set.
const SLICE: Duration = Duration::from_millis(100);

/// The time of a node. Clones are the same clock.
#[derive(Clone)]
pub struct Clock(Arc<Shared>);

struct Shared {
    time: Watched<Time>,
    subscription: Mutex<Option<Arc<Slot<Subscription>>>>,
}

#[derive(Debug, Default)]
struct Time {
    is_simulated: bool,
    /// What `/clock` said last, in nanoseconds; 0 before it said anything.
    simulated: i64,
    /// How often it was changed from one time to the other.
    changes: u64,
    /// How much was heard of `/clock`, changes included.
    heard: u64,
    is_closed: bool,
}

struct Subscription {
    _token: Declaration,
    _subscriber: Subscriber<()>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ClockMessage {
    clock: Stamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    sec: i32,
    nanosec: u32,
}

/// The type of `/clock`.
struct ClockType {
    name: TypeName,
    hash: String,
    format: Format<ClockMessage>,
}

impl ClockType {
    fn get() -> Result<&'static Self> {
        static CLOCK_TYPE: LazyLock<Result<ClockType>> = LazyLock::new(|| {
            let (registry, name) = (Registry::new(), TypeName::new("rosgraph_msgs", "msg", "Clock")?);
            let format = Format::of(Plan::compile(&registry.describe(&name)?)?).checked()?;
            Ok(ClockType { hash: registry.hash(&name)?.to_string(), name, format })
        });
        CLOCK_TYPE.as_ref().map_err(Clone::clone)
    }
}

impl Clock {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared { time: Watched::default(), subscription: Mutex::default() }))
    }

    /// The time now, in nanoseconds: since 1970, or what `/clock` said last, which is 0 before it said anything.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.time.with(|time| time.now())
    }

    /// Whether it is the time of `/clock`.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.0.time.with(|time| time.is_simulated)
    }

    /// Waits until the clock shows `instant`, in nanoseconds, or later: whether it does when the time-out, on the system
    /// clock, is up. A simulated time that jumps back is waited for anew. `Some(false)` where the node's time was changed
    /// from one to the other meanwhile. Errors when the node is closed.
    pub fn wait_until(&self, instant: i64, began: ClockEra, timeout: Duration) -> Result<Option<bool>> {
        let left = |time: &Time| {
            if time.is_simulated {
                return timeout;
            }
            let nanoseconds = u64::try_from(instant.saturating_sub(now())).unwrap_or_default();
            timeout.min(Duration::from_nanos(nanoseconds)).min(SLICE)
        };
        let look = |time: &mut Time| {
            if time.is_closed {
                return Some(Err(closed()));
            }
            if time.changes != began.0 {
                return Some(Ok(false));
            }
            (time.now() >= instant).then_some(Ok(true))
        };
        let timeout = self.0.time.with(|time| left(time));
        self.0.time.wait(Some(timeout), look).transpose()
    }

    /// Which time it is since when.
    #[must_use]
    pub fn era(&self) -> ClockEra {
        self.0.time.with(|time| ClockEra(time.changes))
    }

    /// Waits until something is heard of `/clock`, or the time is changed from one to the other, beyond the first `heard`
    /// times; how often that was by now. `None` when the time is up. Errors when the node is closed.
    pub fn next_tick(&self, heard: u64, timeout: Duration) -> Result<Option<u64>> {
        let look = |time: &mut Time| match time.is_closed {
            true => Some(Err(closed())),
            false => (time.heard > heard).then_some(Ok(time.heard)),
        };
        self.0.time.wait(Some(timeout), look).transpose()
    }

    /// Takes the time from `/clock` from now on, or from the system.
    pub(super) fn simulate(&self, is_simulated: bool, node: &Node) -> Result<()> {
        let subscription = if is_simulated { Some(self.subscribe(node)?) } else { None };
        let mut place = self.0.subscription.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, subscription);
        drop(place);
        if let Some(before) = before {
            before.undeclare();
        }
        self.0.time.change(|time| {
            time.is_simulated = is_simulated;
            time.simulated = 0;
            time.changes += 1;
            time.heard += 1;
        });
        Ok(())
    }

    fn subscribe(&self, node: &Node) -> Result<Arc<Slot<Subscription>>> {
        let ClockType { name, hash, .. } = ClockType::get()?;
        let qos = QosProfile { reliability: Reliability::BestEffort, ..QosProfile::DEFAULT.with_depth(1) };
        let entity = node.entity(EntityKind::Subscription, TOPIC, (name, hash), qos)?;
        let context = node.context();
        let refuse = |error| context.error("the subscriber of /clock could not be declared", &error);
        let clock = Arc::downgrade(&self.0);
        let subscriber = context
            .session()
            .declare_subscriber(entity.key.clone())
            .callback(move |sample| {
                let Some(clock) = clock.upgrade() else { return };
                let heard = Received::new(sample.payload(), sample.attachment())
                    .and_then(|received| ClockType::get()?.format.decode(&received));
                match heard {
                    Ok(ClockMessage { clock: Stamp { sec, nanosec } }) => clock.time.change(|time| {
                        time.simulated = i64::from(sec) * 1_000_000_000 + i64::from(nanosec);
                        time.heard += 1;
                    }),
                    Err(error) => tracing::warn!("a message on {TOPIC} was dropped: {error}"),
                }
            })
            .wait()
            .map_err(refuse)?;
        let token = declare_token(context.session(), &entity.token).map_err(refuse)?;
        let subscription = Slot::new(Subscription { _token: token, _subscriber: subscriber });
        node.own(&subscription);
        Ok(subscription)
    }

    /// Wakes whoever waits; the subscription goes with the node.
    pub(super) fn close(&self) {
        self.0.time.change(|time| time.is_closed = true);
    }
}

/// Between two changes of a node's time from the system's to that of `/clock` or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockEra(u64);

impl Time {
    fn now(&self) -> i64 {
        if self.is_simulated { self.simulated } else { now() }
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the node of the clock was closed")
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.time.with(|time| f.debug_tuple("Clock").field(time).finish())
    }
}
