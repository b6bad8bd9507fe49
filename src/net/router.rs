//! [`Router`]: a Zenoh router inside the process, for demos, tests and single-process programs.

use std::net::TcpListener;

use serde_json::json;
use zenoh::{Config, Session, Wait};

use crate::error::{Error, ErrorKind, Result};

use super::{fork, transport_error, without_places};

/// How often another free port is tried when somebody else took the first one.
const ATTEMPTS: usize = 8;

/// A running router; it is closed when dropped.
///
/// A running ROS system keeps its own `rmw_zenohd`: a router of this Zenoh version that is started after nodes of an
/// older one never hears of them.
///
/// ```
/// use ros_z_dynamic::net::Router;
/// let router = Router::open("tcp/127.0.0.1:0")?;
/// assert!(!router.endpoint().ends_with(":0"));
/// router.close()?;
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Debug)]
pub struct Router {
    session: Session,
    endpoint: String,
}

impl Router {
    /// Listens on an endpoint such as `tcp/127.0.0.1:7447`; port 0 is any free one.
    pub fn open(listen: &str) -> Result<Self> {
        Self::open_connected(listen, &[])
    }

    /// Listens as with [`Router::open`], and connects to other routers, such as those of other machines: each passes on
    /// to its nodes what those of the others say. One that is not there is tried again until it is.
    pub fn open_connected(listen: &str, connect: &[String]) -> Result<Self> {
        fork::before_session()?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let endpoint = with_free_port(listen)?;
            match zenoh::open(config(&endpoint, connect)?).wait() {
                Ok(session) => return Ok(Self { session, endpoint }),
                Err(_) if endpoint != listen && attempt < ATTEMPTS => {}
                Err(error) => {
                    return Err(transport_error(
                        format_args!("the router could not listen on {listen}"),
                        &error,
                    ));
                }
            }
        }
    }

    /// The endpoint to connect to, with the real port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Stops it. Closing again does nothing.
    pub fn close(&self) -> Result<()> {
        if fork::is_child() {
            return Ok(());
        }
        self.session.close().wait().map_err(|error| transport_error("the router could not be closed", &error))
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        if fork::is_child() {
            // The session is closed with the last clone.
            std::mem::forget(self.session.clone());
        }
    }
}

/// As `rmw_zenohd`: gossip makes the peers known to one another, and they talk directly. Without the scouting delay it
/// would wait half a second for nobody.
fn config(endpoint: &str, connect: &[String]) -> Result<Config> {
    let settings = json!({
        "mode": "router",
        "listen": { "endpoints": [endpoint] },
        "connect": { "endpoints": connect, "exit_on_failure": false },
        "scouting": {
            "delay": 0,
            "multicast": { "enabled": false },
            "gossip": {
                "enabled": true,
                "target": { "router": ["router", "peer"], "peer": ["router"] },
                "autoconnect": { "router": [], "peer": ["router", "peer"] },
            },
        },
        "timestamping": { "enabled": true },
        "transport": { "shared_memory": { "enabled": false } },
    });
    Config::from_json5(&settings.to_string()).map_err(|error| {
        let message = without_places(&error.to_string());
        Error::new(ErrorKind::Argument, format!("`{endpoint}` is not an endpoint: {message}"))
    })
}

/// The endpoint with a port in place of 0. Zenoh does not tell which port it was given on a loopback address, so a
/// free one is chosen before.
fn with_free_port(endpoint: &str) -> Result<String> {
    let host = endpoint.strip_prefix("tcp/").and_then(|address| address.strip_suffix(":0"));
    let Some(host) = host else { return Ok(endpoint.to_owned()) };
    let port = TcpListener::bind(format!("{host}:0")).and_then(|listener| listener.local_addr()).map_err(
        |error| Error::new(ErrorKind::Network, format!("the router could not listen on {endpoint}: {error}")),
    )?;
    Ok(format!("tcp/{host}:{}", port.port()))
}
