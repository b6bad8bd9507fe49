//! The command `ros-z` as users run it: arguments in; standard output, standard error and exit code out.
#![cfg(feature = "cli")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod cat;
mod command;
mod convert;
mod doctor;
mod graph;
mod interface;
mod living;
#[cfg(unix)]
mod running;
mod stubs;
#[cfg(unix)]
mod topic;
