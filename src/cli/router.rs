//! `ros-z router`: a Zenoh router in the foreground.

use clap::Args;
use serde_json::json;

use crate::net;

use super::Global;
use super::interrupt::Interrupt;
use super::output::{Outcome, Output, Stop};

/// Arguments of `ros-z router`.
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z router --listen tcp/127.0.0.1:7447")]
pub(crate) struct Router {
    /// Endpoint to listen on; port 0 takes any free one
    #[arg(long, value_name = "ENDPOINT", default_value = "tcp/[::]:7447")]
    listen: String,
}

/// Prints the endpoint and routes until Ctrl-C.
pub(crate) fn run(args: &Router, global: &Global) -> Outcome {
    if !global.connect.is_empty() {
        return Err(Stop::Usage(
            "--connect: this router is connected to; it connects to no other".to_owned(),
        ));
    }
    let interrupt = Interrupt::new(|| ())?;
    let router = net::Router::open(&args.listen)?;
    let endpoint = router.endpoint();
    let line = if global.json { json!({ "endpoint": endpoint }).to_string() } else { endpoint.to_owned() };
    Output::default().line(line.into_bytes())?;
    let ended = interrupt.wait(None);
    router.close()?;
    ended
}
