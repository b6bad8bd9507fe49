//! `ros-z router`: a Zenoh router in the foreground, which `--connect` connects to others.

use clap::Args;
use serde_json::json;

use crate::net;

use super::Global;
use super::interrupt::Interrupt;
use super::output::{Outcome, Output};

/// Arguments of `ros-z router`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  ros-z router --listen tcp/127.0.0.1:7447\n  ros-z router --connect tcp/192.168.1.20:7447"
)]
pub(crate) struct Router {
    /// Endpoint to listen on; port 0 takes any free one
    #[arg(long, value_name = "ENDPOINT", default_value = "tcp/[::]:7447")]
    listen: String,
}

/// Prints the endpoint and routes until Ctrl-C.
pub(crate) fn run(args: &Router, global: &Global) -> Outcome {
    let interrupt = Interrupt::new(|| ())?;
    let router = net::Router::open_connected(&args.listen, &global.connect)?;
    let endpoint = router.endpoint();
    let line = if global.json { json!({ "endpoint": endpoint }).to_string() } else { endpoint.to_owned() };
    Output::default().line(line.into_bytes())?;
    let ended = interrupt.wait(None);
    router.close()?;
    ended
}
