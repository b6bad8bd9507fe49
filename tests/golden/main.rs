//! Golden payloads: what the codec must read and write, byte for byte.
//!
//! `rows` runs the annotated bytes of `fixtures/cdr`, `malformed` the payloads that must be refused and how. `genuine`
//! and `recorded` run payloads of ROS 2 nodes and of public recordings; their data lies in `shared/data` beside the
//! repository, and where it is absent they say so and pass.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod check;
mod genuine;
mod malformed;
mod recorded;
mod rows;
mod types;
