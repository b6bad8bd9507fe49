//! [`Connection`]: whom a session is connected to; what `ros-z doctor` says of it.

use std::collections::{BTreeMap, HashSet};
use std::sync::mpsc::channel;
use std::time::Duration;

use zenoh::Wait;
use zenoh::sample::SampleKind;
use zenoh::session::{Link, Transport, TransportEvent};

use crate::error::Result;
use crate::rmw::{ADMIN_SPACE, LivelinessToken};

use super::context::Context;

/// A connection of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The id of the session at its other end.
    pub zid: String,
    /// What that is: `router`, `peer` or `client`.
    pub mode: String,
    /// This end of it.
    pub local: String,
    /// Its other end.
    pub remote: String,
}

impl Context {
    /// `peer`, `client` or `router`.
    #[must_use]
    pub fn mode(&self) -> &str {
        &self.settings().mode
    }

    /// The endpoints that the session was told to connect to.
    #[must_use]
    pub fn connect_endpoints(&self) -> &[String] {
        &self.settings().connect_endpoints
    }

    /// Where the session can be reached.
    #[must_use]
    pub fn locators(&self) -> Vec<String> {
        self.session().info().locators().wait().iter().map(ToString::to_string).collect()
    }

    /// The connections of the session to others, now.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        let info = self.session().info();
        let transports: Vec<Transport> = info.transports().wait().collect();
        let connection = |link: Link| {
            let transport = transports.iter().find(|transport| transport.zid() == link.zid());
            let mode = transport.map(|transport| transport.whatami().to_string()).unwrap_or_default();
            let (local, remote) = (link.src().to_string(), link.dst().to_string());
            Connection { zid: link.zid().to_string(), mode, local, remote }
        };
        info.links().wait().map(connection).collect()
    }

    /// Waits until the session is connected to anybody; whether it is when the time is up.
    pub fn wait_for_connection(&self, timeout: Duration) -> Result<bool> {
        let (sender, connected) = channel();
        let opened = move |event: TransportEvent| {
            if event.kind() == SampleKind::Put {
                // Nobody listens any more when the time is up.
                _ = sender.send(());
            }
        };
        let info = self.session().info();
        let listener = info.transport_events_listener().history(true).callback(opened).wait();
        let _listener =
            listener.map_err(|error| self.error("connections could not be listened for", &error))?;
        Ok(connected.recv_timeout(timeout).is_ok())
    }

    /// The domains that nodes are in, and how many in each, as far as others answer in time.
    pub fn domains(&self, timeout: Duration) -> Result<BTreeMap<u32, usize>> {
        let (sender, tokens) = channel();
        self.session()
            .liveliness()
            .get(format!("{ADMIN_SPACE}/**"))
            .timeout(timeout)
            .callback(move |reply| {
                if let Ok(sample) = reply.result() {
                    // Whoever asked is still there: it ends with the last reply.
                    _ = sender.send(sample.key_expr().as_str().parse::<LivelinessToken>());
                }
            })
            .wait()
            .map_err(|error| self.error("the domains could not be asked for", &error))?;
        let mut domains = BTreeMap::new();
        let mut seen = HashSet::new();
        for token in tokens.into_iter().flatten() {
            let LivelinessToken { domain_id, zid, node_id, .. } = token;
            if seen.insert((domain_id, zid, node_id)) {
                *domains.entry(domain_id).or_default() += 1;
            }
        }
        Ok(domains)
    }
}
