//! [`Logger`]: the log of a node, which others read on `/rosout`.
//!
//! Every node has a publisher of it unless it is built without; late subscribers get its last lines. A line goes to
//! `tracing` as well, where those of Zenoh go. Used by the Python module, whose lines go to `logging`, and read by `ros-z log`.
//!
//! ```
//! use std::time::Duration;
//! use ros_z_dynamic::net::{ContextBuilder, LogLevel, LogMessage, Router};
//! use ros_z_dynamic::registry::Registry;
//! use ros_z_dynamic::rmw::QosProfile;
//!
//! let router = Router::open("tcp/127.0.0.1:0")?;
//! let context = ContextBuilder::new().with_router_endpoint(router.endpoint()).build()?;
//! let logger = context.create_node("robot").build()?.logger();
//! logger.warn("the battery is low");
//! logger.child("arm").debug("not heard of: the level is info");
//!
//! let reader = context.create_node("reader").build()?;
//! let topic = ("/rosout", "rcl_interfaces/msg/Log");
//! let lines = reader.subscriber::<LogMessage>(topic.0, topic.1, &Registry::new(), QosProfile::ROSOUT)?;
//! let line = lines.recv(Some(Duration::from_secs(5)))?.unwrap();
//! assert_eq!((line.name.as_str(), line.msg.as_str()), ("robot", "the battery is low"));
//! assert_eq!(line.level, LogLevel::Warn.number());
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

use std::panic::Location;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::context::Slot;
use super::fork;
use super::node::Node;
use super::publisher::Declared;
use super::received::{now, seconds};
use super::type_description::TypesInUse;
use super::typed::Format;
use crate::codec::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::{EntityKind, Gid, QosProfile};
use crate::schema::TypeName;

pub(crate) const TOPIC: &str = "/rosout";

/// How grave a line is, with the numbers of `rcl_interfaces/msg/Log`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum LogLevel {
    /// For developers.
    Debug = 10,
    /// On what goes well.
    Info = 20,
    /// On what may go wrong.
    Warn = 30,
    /// On what went wrong.
    Error = 40,
    /// On what ends the program.
    Fatal = 50,
}

impl LogLevel {
    /// All of them, the least grave first.
    pub const ALL: [Self; 5] = [Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Fatal];

    /// The number in messages.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The gravest level that is not above a number; that of a number below all of them is the first.
    #[must_use]
    pub fn of_number(number: u8) -> Self {
        let below = Self::ALL.into_iter().rev().find(|level| level.number() <= number);
        below.unwrap_or(Self::Debug)
    }

    /// The name, as ROS prints it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// When a line was written: `builtin_interfaces/msg/Time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogStamp {
    /// Seconds since 1970.
    pub sec: i32,
    /// And nanoseconds.
    pub nanosec: u32,
}

impl LogStamp {
    /// That of nanoseconds since 1970.
    #[must_use]
    pub fn of_nanoseconds(nanoseconds: i64) -> Self {
        let (sec, nanosec) = seconds(nanoseconds);
        Self { sec, nanosec }
    }
}

/// A line of a log: `rcl_interfaces/msg/Log`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMessage {
    /// When it was written.
    pub stamp: LogStamp,
    /// The number of its level.
    pub level: u8,
    /// The logger: that of a node has the node's name, with dots.
    pub name: String,
    /// What it says.
    pub msg: String,
    /// The file of the program that wrote it.
    pub file: String,
    /// The function in that file, where it is known.
    pub function: String,
    /// The line in that file.
    pub line: u32,
}

/// The type of the messages, as the built-in types have it.
struct LogType {
    registry: Registry,
    name: TypeName,
    format: Format<LogMessage>,
    plan: Arc<Plan>,
}

impl LogType {
    fn get() -> Result<&'static Self> {
        static LOG_TYPE: LazyLock<Result<LogType>> = LazyLock::new(|| {
            let registry = Registry::new();
            let name = TypeName::new("rcl_interfaces", "msg", "Log")?;
            let plan = Plan::compile(&registry.describe(&name)?)?;
            Ok(LogType { format: Format::of(Arc::clone(&plan)), registry, name, plan })
        });
        LOG_TYPE.as_ref().map_err(Clone::clone)
    }
}

/// The publisher of a node's log. It does not hold on to its node, which holds it.
pub(super) struct Rosout {
    pub(super) declared: Arc<Slot<Declared>>,
    gid: Gid,
}

impl Rosout {
    pub(super) fn declare(node: &Node, types: &TypesInUse) -> Result<Self> {
        let LogType { registry, name, plan, .. } = LogType::get()?;
        let hash = plan.hash();
        let named = (name, &*hash.to_string());
        let entity = node.entity(EntityKind::Publisher, TOPIC, named, QosProfile::ROSOUT)?;
        types.add(hash, Arc::clone(plan.description()), registry);
        Ok(Self { declared: Declared::declare(&entity)?, gid: entity.gid })
    }
}

impl Node {
    /// What the loggers of this node are named after: namespace and name, with dots.
    #[must_use]
    pub fn logger_name(&self) -> String {
        self.fully_qualified_name().trim_start_matches('/').replace('/', ".")
    }

    /// The log of this node.
    #[must_use]
    pub fn logger(&self) -> Logger {
        let level = Arc::new(AtomicU8::new(LogLevel::Info.number()));
        Logger { node: self.clone(), name: self.logger_name(), level }
    }

    /// Sends a line to whoever reads `/rosout`; whether it was, which it is not by a node that was built without. Texts end
    /// where they have a NUL in ROS: one with a NUL is an error.
    pub fn publish_log(&self, message: &LogMessage) -> Result<bool> {
        // A forked child may have inherited the lock of a publisher, held by a thread that it has not.
        fork::check()?;
        let Some(rosout) = self.rosout() else { return Ok(false) };
        let payload = LogType::get()?.format.encode(message)?;
        let sent = rosout.declared.with(|declared| declared.send(payload.into(), rosout.gid));
        let what = || format!("a line of {}'s log could not be sent", self.fully_qualified_name());
        match sent {
            Some(sent) => sent.map(|()| true).map_err(|error| self.context().error(&what(), &error)),
            None => Err(Error::new(ErrorKind::Closed, format!("{}: the node was closed", what()))),
        }
    }
}

/// Writes lines of a node's log. Clones and children have one level.
#[derive(Clone)]
pub struct Logger {
    node: Node,
    name: String,
    level: Arc<AtomicU8>,
}

impl Logger {
    /// The name that its lines have.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The logger of a part.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self { name: format!("{}.{name}", self.name), ..self.clone() }
    }

    /// Lines below this level are passed over; it is [`LogLevel::Info`] at first.
    #[must_use]
    pub fn level(&self) -> LogLevel {
        LogLevel::of_number(self.level.load(Ordering::Relaxed))
    }

    /// Passes over lines below this level from now on.
    pub fn set_level(&self, level: LogLevel) {
        self.level.store(level.number(), Ordering::Relaxed);
    }

    /// Writes a line for developers.
    #[track_caller]
    pub fn debug(&self, message: impl AsRef<str>) {
        self.log(LogLevel::Debug, message);
    }

    /// Writes a line on what goes well.
    #[track_caller]
    pub fn info(&self, message: impl AsRef<str>) {
        self.log(LogLevel::Info, message);
    }

    /// Writes a line on what may go wrong.
    #[track_caller]
    pub fn warn(&self, message: impl AsRef<str>) {
        self.log(LogLevel::Warn, message);
    }

    /// Writes a line on what went wrong.
    #[track_caller]
    pub fn error(&self, message: impl AsRef<str>) {
        self.log(LogLevel::Error, message);
    }

    /// Writes a line on what ends the program.
    #[track_caller]
    pub fn fatal(&self, message: impl AsRef<str>) {
        self.log(LogLevel::Fatal, message);
    }

    /// Writes a line, with the place of the caller. A log has no errors: where the line cannot be sent, `tracing` has it all
    /// the same. A NUL, at which the text would end for readers, is written as `\x00`.
    #[track_caller]
    pub fn log(&self, level: LogLevel, message: impl AsRef<str>) {
        if level < self.level() {
            return;
        }
        let (place, text) = (Location::caller(), message.as_ref());
        trace(level, &self.name, text);
        let message = LogMessage {
            stamp: LogStamp::of_nanoseconds(now()),
            level: level.number(),
            name: self.name.clone(),
            msg: text.replace('\0', "\\x00"),
            file: place.file().to_owned(),
            function: String::new(),
            line: place.line(),
        };
        if let Err(error) = self.node.publish_log(&message)
            && error.kind() != ErrorKind::Closed
        {
            tracing::warn!("{error}");
        }
    }
}

/// `tracing` wants its levels when it is compiled.
fn trace(level: LogLevel, logger: &str, text: &str) {
    match level {
        LogLevel::Debug => tracing::debug!(logger, "{text}"),
        LogLevel::Info => tracing::info!(logger, "{text}"),
        LogLevel::Warn => tracing::warn!(logger, "{text}"),
        LogLevel::Error | LogLevel::Fatal => tracing::error!(logger, "{text}"),
    }
}

impl std::fmt::Debug for Logger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Logger").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::LogLevel;

    #[test]
    fn any_number_has_a_level() {
        let expected = [(0, "DEBUG"), (10, "DEBUG"), (19, "DEBUG"), (20, "INFO"), (29, "INFO"), (30, "WARN")];
        for (number, name) in expected.into_iter().chain([(45, "ERROR"), (50, "FATAL"), (255, "FATAL")]) {
            assert_eq!(LogLevel::of_number(number).as_str(), name, "{number}");
        }
    }
}
