//! Nodes, topics and services over Zenoh, visible to `rmw_zenoh` nodes as one of their own.
//!
//! A [`Context`] is one Zenoh session, as in ROS; its [`Node`]s announce themselves and their endpoints with
//! liveliness tokens, and its [`Graph`] knows everyone else's. Payloads are bytes here: the codec turns them into
//! values, and `rmw` says how keys, tokens and attachments are written. Everything blocks or returns at once;
//! nothing is asynchronous. Used by the command line and the Python module.
//!
//! ```
//! use std::time::Duration;
//! use ros_z_dynamic::net::{ContextBuilder, Router};
//! use ros_z_dynamic::rmw::QosProfile;
//! use ros_z_dynamic::schema::TypeName;
//!
//! let router = Router::open("tcp/127.0.0.1:0")?;
//! let context = ContextBuilder::new().with_router_endpoint(router.endpoint()).build()?;
//! let node = context.create_node("talker").build()?;
//! let (string, hash) = (TypeName::parse("std_msgs/msg/String")?, "TypeHashNotSupported");
//! let subscriber = node.create_subscriber("chatter", &string, hash, QosProfile::DEFAULT)?;
//! let publisher = node.create_publisher("chatter", &string, hash, QosProfile::DEFAULT)?;
//! publisher.publish(b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00".as_slice())?;
//! let received = subscriber.recv(Some(Duration::from_secs(5)))?;
//! assert_eq!(received.map(|message| message.attachment.sequence_number), Some(1));
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod action;
mod buffers;
mod builder;
mod client;
mod clock;
mod connection;
mod context;
mod entities;
mod entity;
mod environment;
mod explain;
pub(crate) mod fork;
mod graph;
mod inbox;
pub(crate) mod introspection;
mod mismatch;
mod node;
mod parameters;
mod publisher;
mod received;
mod ros_arguments;
mod rosout;
mod router;
mod router_check;
mod server;
mod shared_memory;
mod subscriber;
mod type_description;
mod type_discovery;
mod typed;
mod wait;

pub use action::{
    Acceptance, ActionClient, ActionServer, ActionServerBuilder, ActionType, Asked, CancelRequest,
    CancelResponse, CancelResult, ClientGoal, GivesUp, GoalId, GoalInfo, GoalOutcome, GoalRequest, GoalStamp,
    GoalStatus, Inquiry, ServerGoal,
};
pub use builder::ContextBuilder;
pub use client::{Call, Client};
pub use clock::{Clock, ClockEra};
pub use connection::Connection;
pub use context::Context;
pub use entities::{NamesAndTypes, NodeName};
pub use entity::Entity;
pub use explain::Explainer;
pub use graph::{Graph, GraphEvent, GraphEvents};
pub use inbox::Waker;
pub use introspection::Introspection;
pub use mismatch::{Mismatch, MismatchKind};
pub use node::{Node, NodeBuilder};
pub use parameters::{
    Declaration, ListParametersResult, Parameter, ParameterCallback, ParameterClient, ParameterDescriptor,
    ParameterFile, ParameterRange, ParameterType, ParameterValue, Parameters, SetParametersResult,
};
pub(crate) use parameters::{is_text_of_yaml, of_command, shown, to_file};
pub use publisher::Publisher;
pub use received::{Received, ReceivedBytes};
pub(crate) use rosout::TOPIC as ROSOUT;
pub use rosout::{LogLevel, LogMessage, LogStamp, Logger};
pub use router::Router;
pub use server::{RequestId, Server};
pub use shared_memory::{Lent, Loan, WhenFull};
pub use subscriber::Subscriber;
pub use type_discovery::LearnedType;
pub use typed::{TypedClient, TypedPublisher, TypedServer, TypedSubscriber};
pub use zenoh::bytes::ZBytes;

/// The topics that every node publishes unless it is built without.
pub(crate) const NODE_TOPICS: [&str; 2] = [ROSOUT, parameters::EVENTS];

use crate::error::{Error, ErrorKind};

/// An error of the transport while doing something, in one sentence.
fn transport_error(what: impl std::fmt::Display, error: &zenoh::Error) -> Error {
    Error::new(ErrorKind::Network, format!("{what}: {}", without_places(&error.to_string())))
}

/// Zenoh's own message without the places in its sources that it names, and without the debug form around it that
/// errors of its configuration have.
fn without_places(message: &str) -> String {
    let inner =
        message.split_once("Message { msg: \"").and_then(|(_, inner)| inner.split_once("\", location"));
    let message = inner.map_or(message, |(inner, _)| inner);
    let mut text = String::new();
    let mut rest = message;
    // A place is ` at <path>.rs:<line>`, often with a full stop.
    while let Some((before, after)) = rest.split_once(".rs:") {
        text.push_str(before.rsplit_once(" at ").map_or(before, |(before, _)| before));
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    text.push_str(rest);
    let inner = text.strip_prefix("Str(\"").and_then(|rest| rest.strip_suffix("\")"));
    inner.unwrap_or(&text).replace(" - Caused by ", ": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_sources_of_zenoh_are_not_shown() {
        for (given, shown) in [
            ("no route at /x/a.rs:12.", "no route"),
            (
                "no route at /a b/c.rs:12. - Caused by refused at port 7 at /x/d.rs:3.",
                "no route: refused at port 7",
            ),
            ("looked at it", "looked at it"),
            ("cannot bind: [in use at /x/a.rs:61.]", "cannot bind: [in use]"),
            ("Str(\"unknown key\") at /x/e.rs:7.", "unknown key"),
            (
                "Json5Err(Message { msg: \"bad endpoint at /x/d.rs:3.\", location: Some(Location { line: 1 }) })",
                "bad endpoint",
            ),
        ] {
            assert_eq!(without_places(given), shown);
        }
    }
}
