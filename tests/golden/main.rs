//! Golden payloads: what the codec must read and write, byte for byte.
//!
//! `rows` and `edges` run the annotated bytes of `fixtures/cdr`, `malformed` the payloads and `refused` the values that
//! must be refused and how. `genuine` and `recorded` run payloads of ROS 2 nodes and of public recordings; their data lies in `shared/data`
//! beside the repository, and where it is absent they say so and pass.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod check;
mod edges;
mod genuine;
mod malformed;
mod recorded;
#[path = "../reference/mod.rs"]
mod reference;
mod refused;
mod rows;
mod types;
