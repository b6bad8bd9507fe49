//! The command `ros-z` as users run it: arguments in; standard output, standard error and exit code out.
#![cfg(feature = "cli")]

mod cat;
mod command;
mod convert;
mod interface;
#[cfg(unix)]
mod running;
#[cfg(unix)]
mod topic;
