//! What the verbs of the network share: the session and its node, and what is said of them.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use clap::Args;

use crate::error::{Error, ErrorKind, Result};
use crate::net::{Context, ContextBuilder, GraphEvent, Node, Received, Subscriber};

use super::Global;
use super::interrupt::Interrupt;
use super::output::{Outcome, Stop, warn};

/// How long a connection is waited for; to open a session takes a third of a second where there is nobody.
pub(crate) const CONNECTING: Duration = Duration::from_millis(1200);

/// Without news for so long, everybody is taken for known.
const QUIET: Duration = Duration::from_millis(500);

/// The longest wait for everybody, where news do not end.
const AT_MOST: Duration = Duration::from_secs(5);

/// A node in a session of its own; both as the global flags and the environment say.
pub(crate) fn open(global: &Global) -> Result<(Context, Node)> {
    let mut builder = ContextBuilder::new();
    if let Some(domain) = global.domain {
        builder = builder.with_domain_id(domain);
    }
    if !global.connect.is_empty() {
        builder = builder.with_connect_endpoints(global.connect.iter().cloned());
        if global.connect.iter().all(|endpoint| is_elsewhere(endpoint)) {
            // A router passes nothing on between peers, and those of another host listen on that host alone.
            builder = builder.with_default("mode", "\"client\"");
            builder = builder.with_default("connect/timeout_ms", CONNECTING.as_millis().to_string());
        }
    }
    let context = builder.build().map_err(|error| match error.kind() {
        ErrorKind::Network if !global.connect.is_empty() => {
            Error::new(ErrorKind::Network, format!("{}: {START_A_ROUTER}", unreached(&global.connect)))
        }
        _ => error,
    })?;
    // A leading underscore hides a node from listings, as with the nodes of `ros2`.
    let node = context.create_node(&format!("_ros_z_{}", std::process::id())).with_rosout(false);
    let node = node.with_parameter_services(false).with_parameter_event_publisher(false).build()?;
    Ok((context, node))
}

/// Does a verb's work in a session of its own; Ctrl-C closes it, which ends every wait.
pub(crate) fn with_node(global: &Global, work: impl FnOnce(&Node, &Interrupt) -> Outcome) -> Outcome {
    let (context, node) = open(global)?;
    let closing = context.clone();
    let interrupt = Interrupt::new(move || _ = closing.close())?;
    let done = work(&node, &interrupt);
    let closed = context.close();
    interrupt.outcome(done.and_then(|()| Ok(closed?)))
}

/// Says on standard error, until the session is closed, what does not match its endpoints; and soon, that nobody is
/// connected.
pub(crate) fn watch(context: &Context, global: &Global) {
    if global.quiet {
        return;
    }
    let events = context.graph().events();
    std::thread::spawn(move || {
        while let Ok(event) = events.next(None) {
            if let Some(GraphEvent::Mismatch(mismatch)) = event {
                warn(&mismatch);
            }
        }
    });
    let context = context.clone();
    std::thread::spawn(move || {
        if let Ok(false) = context.wait_for_connection(CONNECTING)
            && !context.is_closed()
        {
            warn(&alone(&context));
        }
    });
}

/// Whether an endpoint is certainly not on this host by its loopback interface.
fn is_elsewhere(endpoint: &str) -> bool {
    let Some(("tcp" | "tls" | "udp" | "quic" | "ws", address)) = endpoint.split_once('/') else {
        return false;
    };
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
    let is_here = |ip: IpAddr| ip.is_loopback() || ip.is_unspecified();
    host != "localhost" && !host.parse().is_ok_and(is_here)
}

const START_A_ROUTER: &str = "start a router with `ros-z router`, in a ROS system with \
     `ros2 run rmw_zenoh_cpp rmw_zenohd`, or say where it is with --connect";

/// What was tried, where nobody is connected, and what helps.
pub(crate) fn alone(context: &Context) -> String {
    format!("{}, and nobody else is connected: {START_A_ROUTER}", unreached(context.connect_endpoints()))
}

fn unreached(endpoints: &[String]) -> String {
    match endpoints.join(", ") {
        tried if tried.is_empty() => "there is no endpoint to connect to".to_owned(),
        tried => format!("no router was reached at {tried}"),
    }
}

/// What `--timeout` of verbs that print messages is about: the time since the last of them. Others that come do not count.
pub(crate) struct Patience {
    timeout: Option<Duration>,
    since: Instant,
}

impl Patience {
    pub(crate) fn new(timeout: Option<Duration>) -> Self {
        Self { timeout, since: Instant::now() }
    }

    /// Something was printed.
    pub(crate) fn renew(&mut self) {
        self.since = Instant::now();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.timeout.is_some_and(|timeout| self.since.elapsed() >= timeout)
    }

    /// The next message; `what` is said not to have come in time.
    pub(crate) fn next(&self, subscriber: &Subscriber, what: &str) -> Outcome<Received> {
        let left = self.timeout.map(|timeout| timeout.saturating_sub(self.since.elapsed()));
        subscriber.recv(left)?.ok_or_else(|| late(what))
    }

    /// Ends the verb if the time is over, where a message was none to print.
    pub(crate) fn check(&self, what: &str) -> Outcome {
        if self.is_over() { Err(late(what)) } else { Ok(()) }
    }
}

fn late(what: &str) -> Stop {
    Stop::TimedOut(format!("no {what} in time"))
}

/// How long nodes are waited for.
#[derive(Args, Default)]
pub(crate) struct Discovery {
    /// Wait this long for nodes to be heard of [default: until there is no news for half a second]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    spin_time: Option<Duration>,
}

impl Discovery {
    /// Waits until everybody is known. Errors when nobody is connected.
    pub(crate) fn wait(&self, context: &Context) -> Result<()> {
        if !context.wait_for_connection(CONNECTING)? {
            return Err(Error::new(ErrorKind::Network, alone(context)));
        }
        self.settle(context)
    }

    /// Waits until there is no news.
    pub(crate) fn settle(&self, context: &Context) -> Result<()> {
        let (quiet, at_most) = self.spin_time.map_or((QUIET, AT_MOST), |time| (time, time));
        context.graph().settle(quiet, at_most)
    }
}

/// Seconds as a flag takes them.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A time that is not nothing, in seconds.
pub(crate) fn period(text: &str) -> Result<Duration, String> {
    let period = seconds(text)?;
    if period.is_zero() { Err("expected a number above 0".to_owned()) } else { Ok(period) }
}

/// A rate as a flag takes it.
pub(crate) fn hertz(text: &str) -> Result<f64, String> {
    let hertz: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    let possible = Duration::try_from_secs_f64(hertz.recip()).is_ok_and(|period| !period.is_zero());
    if hertz > 0.0 && possible { Ok(hertz) } else { Err("expected a number above 0".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_elsewhere_unless_it_is_here() {
        for endpoint in
            ["tcp/192.168.1.20:7447", "tcp/robot:7447", "tls/robot.local:7447", "tcp/[fd00::1]:7447"]
        {
            assert!(is_elsewhere(endpoint), "{endpoint}");
        }
        for endpoint in [
            "tcp/localhost:7447",
            "tcp/127.0.0.1:7447",
            "tcp/[::1]:7447",
            "tcp/0.0.0.0:7447",
            "unixsock-stream//a",
        ] {
            assert!(!is_elsewhere(endpoint), "{endpoint}");
        }
    }
}
