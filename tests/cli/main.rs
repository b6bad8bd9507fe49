//! The command `ros-z` as users run it: arguments in; standard output, standard error and exit code out.
#![cfg(feature = "cli")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod action;
mod bags;
mod cat;
mod colour;
mod command;
mod completion;
mod convert;
mod doctor;
mod graph;
mod info;
#[cfg(unix)]
mod input;
mod interface;
mod living;
mod log;
#[cfg(unix)]
mod measure;
mod param;
#[cfg(unix)]
mod record;
#[cfg(unix)]
mod round_trip;
#[cfg(unix)]
mod running;
mod stubs;
#[cfg(unix)]
mod topic;
mod topics;
#[cfg(unix)]
mod verbs;
