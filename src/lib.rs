//! Runtime-typed ROS 2 messages over Zenoh.
//!
//! No message type is compiled in. A [`registry::Registry`] reads interface text into schemas at run time, a
//! [`codec::Plan`] is compiled once per type, and one generic CDR walker converts between wire bytes and values,
//! JSON or Python objects. Nodes speak `rmw_zenoh`'s protocol.
//!
//! The rooms, in the order in which they may import one another (`docs/ARCHITECTURE.md`):
//! [`error`] < [`schema`] < [`idl`] < [`registry`] < [`codec`] < [`interface`]; [`rmw`] sees [`error`] and [`schema`]; then
//! `net` < `cli` < `python`, each behind a feature of its name.

pub mod codec;
pub mod error;
pub mod idl;
pub mod interface;
pub mod registry;
pub mod rmw;
pub mod schema;
pub mod type_db;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "net")]
pub mod net;
#[cfg(feature = "python")]
mod python;

pub use error::{Error, ErrorKind, Result};
