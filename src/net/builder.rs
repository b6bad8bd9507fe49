//! [`ContextBuilder`]: how a context finds the others.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use zenoh::{Config, Wait};

use crate::error::{Error, ErrorKind, Result};
use crate::registry::distro_of_environment;
use crate::rmw::{RemapRule, names};
use crate::type_db::Distro;

use super::context::{Context, Settings};
use super::environment::Environment;
use super::ros_arguments::{ParameterSource, RosArguments};
use super::router_check::RouterCheck;
use super::shared_memory::{self, SharedMemoryConfig, WhenFull};
use super::{fork, transport_error, without_places};

/// What `rmw_zenoh` sets for a session. Peers meet through the router on this host and then talk directly; no router
/// is needed to start. `scouting/delay` bounds how long `open` waits for the router: there may be none, and Zenoh
/// 1.10 sometimes misses that it answered. Not to wait at all loses tokens that are declared while the connection
/// comes up.
const DEFAULT_CONFIG: &str = r#"{
    mode: "peer",
    connect: { timeout_ms: { router: -1, peer: -1, client: 0 }, endpoints: ["tcp/localhost:7447"] },
    listen: { endpoints: ["tcp/localhost:0"] },
    scouting: {
        delay: 300,
        multicast: { enabled: false },
        gossip: {
            enabled: true,
            multihop: false,
            target: { router: ["router", "peer"], peer: ["router"] },
            autoconnect: { router: [], peer: ["router", "peer"] },
            autoconnect_strategy: { peer: { to_router: "always", to_peer: "greater-zid" } },
        },
    },
    timestamping: { enabled: { router: true, peer: true, client: true } },
    queries_default_timeout: 600000,
    transport: {
        unicast: { open_timeout: 60000, accept_timeout: 60000, max_sessions: 10000 },
        link: {
            tx: {
                lease: 60000,
                keep_alive: 2,
                queue: { congestion_control: { block: { wait_before_close: 60000000 } } },
            },
        },
        shared_memory: {
            enabled: false,
            mode: "lazy",
            transport_optimization: { enabled: true, pool_size: 50331648, message_size_threshold: 512 },
        },
    },
}"#;

const LOCAL_ROUTER: &str = "tcp/localhost:7447";

/// Builds a [`Context`]. What it is not told comes from the environment, and else is as in `rmw_zenoh`.
///
/// ```no_run
/// use ros_z_dynamic::net::ContextBuilder;
/// let context = ContextBuilder::new().with_domain_id(7).with_connect_endpoints(["tcp/192.168.1.100:7447"]).build()?;
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct ContextBuilder {
    domain_id: Option<u32>,
    distro: Option<Distro>,
    namespace: String,
    enclave: String,
    remap_rules: Vec<RemapRule>,
    parameter_sources: Vec<ParameterSource>,
    config_file: Option<PathBuf>,
    /// Zenoh settings, as below, that the environment may change, and of which a configuration file knows nothing.
    defaults: Vec<(String, String)>,
    /// Zenoh settings, key and JSON5 text, in the order in which they were asked for.
    settings: Vec<(String, String)>,
    when_shm_full: WhenFull,
    logging: bool,
}

impl ContextBuilder {
    /// A builder that was told nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The ROS domain; else `ROS_DOMAIN_ID`, else 0.
    pub fn with_domain_id(mut self, domain_id: u32) -> Self {
        self.domain_id = Some(domain_id);
        self
    }

    /// The distribution that the nodes are of; else `ROS_DISTRO`, else Jazzy. It decides on the standard types, and
    /// whether there are type hashes in keys: on Humble there are none.
    pub fn with_distro(mut self, distro: Distro) -> Self {
        self.distro = Some(distro);
        self
    }

    /// The namespace of nodes that name none; else `ROS_NAMESPACE`, else `/`.
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// The security enclave that tokens name.
    pub fn with_enclave(mut self, enclave: impl Into<String>) -> Self {
        self.enclave = enclave.into();
        self
    }

    /// Gives nodes, topics and services other names; the first rule that fits wins.
    pub fn with_remap_rules(mut self, rules: impl IntoIterator<Item = RemapRule>) -> Self {
        self.remap_rules.extend(rules);
        self
    }

    /// What a command line says behind `--ros-args`, up to `--` or the end: `-r from:=to` gives other names,
    /// `-p name:=value` and `--params-file FILE` values of parameters, `-e` the enclave. Errors for anything else there; what
    /// is not behind `--ros-args` is passed over.
    pub fn with_ros_arguments<A: Into<String>>(
        mut self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self> {
        let read = RosArguments::parse(arguments.into_iter().map(Into::into))?;
        self.remap_rules.extend(read.remap_rules);
        self.parameter_sources.extend(read.parameters);
        self.enclave = read.enclave.unwrap_or(self.enclave);
        Ok(self)
    }

    /// `peer`, `client` or `router`.
    pub fn with_mode(self, mode: &str) -> Self {
        self.set("mode", &json!(mode))
    }

    /// The endpoints to connect to, such as `tcp/192.168.1.100:7447`; they replace the local router.
    pub fn with_connect_endpoints<E: Into<String>>(self, endpoints: impl IntoIterator<Item = E>) -> Self {
        let endpoints: Vec<String> = endpoints.into_iter().map(Into::into).collect();
        self.set("connect/endpoints", &json!(endpoints))
    }

    /// The endpoints to listen on; they replace `tcp/localhost:0`.
    pub fn with_listen_endpoints<E: Into<String>>(self, endpoints: impl IntoIterator<Item = E>) -> Self {
        let endpoints: Vec<String> = endpoints.into_iter().map(Into::into).collect();
        self.set("listen/endpoints", &json!(endpoints))
    }

    /// The one router to connect to.
    pub fn with_router_endpoint(self, endpoint: impl Into<String>) -> Self {
        self.with_connect_endpoints([endpoint])
    }

    /// The router on this host at its usual port.
    pub fn connect_to_local_zenohd(self) -> Self {
        self.with_router_endpoint(LOCAL_ROUTER)
    }

    /// Whether peers are looked for by multicast. They are not, unless a configuration file says so.
    pub fn with_multicast_scouting(self, enabled: bool) -> Self {
        self.set("scouting/multicast/enabled", &json!(enabled))
    }

    /// A Zenoh configuration file in place of the defaults and of `ZENOH_SESSION_CONFIG_URI`.
    pub fn with_config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.config_file = Some(path.into());
        self
    }

    /// One setting of Zenoh's configuration, its key with slashes and its value as JSON5.
    pub fn with_json(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((key.into(), value.into()));
        self
    }

    /// One setting in place of a default: configuration files and the environment win over it.
    #[cfg(feature = "cli")]
    pub(crate) fn with_default(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.defaults.push((key.into(), value.into()));
        self
    }

    /// Whether large messages are published through shared memory, to the processes of this machine that can read it.
    /// They are not, unless it is asked for here or in a configuration. Receivers need nothing: who is told nothing here
    /// reads shared memory, and who is told `false` does not.
    pub fn with_shm_enabled(self, enabled: bool) -> Self {
        self.set(shared_memory::ENABLED, &json!(enabled))
    }

    /// The bytes of shared memory that are set aside for messages; else `ZENOH_SHM_ALLOC_SIZE`, else 48 MiB.
    pub fn with_shm_pool_size(self, bytes: usize) -> Self {
        self.set(shared_memory::POOL_SIZE, &json!(bytes))
    }

    /// The smallest payload that travels through shared memory, in bytes; else `ZENOH_SHM_MESSAGE_SIZE_THRESHOLD`, else 512.
    pub fn with_shm_threshold(self, bytes: usize) -> Self {
        self.set(shared_memory::THRESHOLD, &json!(bytes))
    }

    /// What is done with a message for which the shared memory has no room.
    pub fn with_shm_when_full(mut self, when_full: WhenFull) -> Self {
        self.when_shm_full = when_full;
        self
    }

    /// Writes Zenoh's log to the standard error output; `RUST_LOG` chooses what of it, else warnings.
    pub fn with_logging_enabled(mut self) -> Self {
        self.logging = true;
        self
    }

    /// Opens the session. Returns at once when a router answers, and soon when none does: a peer keeps trying in
    /// the background, a client fails. `ZENOH_ROUTER_CHECK_ATTEMPTS` may say to wait for a router.
    pub fn build(self) -> Result<Context> {
        let (context, mut check) = self.open()?;
        while !check.poll(&context, Duration::MAX) {}
        Ok(context)
    }

    /// Opens the session; the router is still to be waited for.
    pub(crate) fn open(self) -> Result<(Context, RouterCheck)> {
        self.open_in(&Environment::of_process())
    }

    fn open_in(self, environment: &Environment) -> Result<(Context, RouterCheck)> {
        fork::before_session()?;
        if self.logging {
            zenoh::init_log_from_env_or("warn");
        }
        let mut config = self.config(environment)?;
        let shared_memory = self.shared_memory(&mut config, environment)?;
        let settings = Settings {
            domain_id: self.domain_id.map_or_else(|| environment.domain_id(), Ok)?,
            distro: self.distro.unwrap_or_else(|| distro_of_environment().0),
            namespace: self.namespace(environment)?,
            enclave: names::enclave(&self.enclave)?,
            remap_rules: self.remap_rules,
            parameter_sources: self.parameter_sources,
            mode: config.get_json("mode").unwrap_or_default().trim_matches('"').to_owned(),
            connect_endpoints: connect_endpoints(&config),
            shared_memory,
        };
        let check = RouterCheck::new(environment.router_check_attempts()?);
        let endpoints = config.get_json("connect/endpoints").unwrap_or_default();
        let session = zenoh::open(config).wait().map_err(|error| {
            transport_error(
                format_args!("the session with connect endpoints {endpoints} could not be opened"),
                &error,
            )
        })?;
        Ok((Context::new(session, settings)?, check))
    }

    fn namespace(&self, environment: &Environment) -> Result<String> {
        let of_environment = environment.namespace.as_deref().filter(|_| self.namespace.is_empty());
        let namespace = of_environment
            .map(names::namespace)
            .transpose()
            .map_err(|error| Error::new(error.kind(), format!("ROS_NAMESPACE: {}", error.message())))?;
        namespace.map_or_else(|| names::namespace(&self.namespace), Ok)
    }

    fn config(&self, environment: &Environment) -> Result<Config> {
        let from_environment = environment.session_config.as_ref().map(PathBuf::from);
        let mut config = match self.config_file.as_ref().or(from_environment.as_ref()) {
            Some(path) => Config::from_file(path).map_err(|error| {
                let message = without_places(&error.to_string());
                Error::new(
                    ErrorKind::Argument,
                    format!("the configuration file {}: {message}", path.display()),
                )
            }),
            None => Config::from_json5(DEFAULT_CONFIG).map_err(|error| {
                Error::new(ErrorKind::Argument, format!("the default configuration: {error}"))
            }),
        }?;
        let is_default = self.config_file.is_none() && from_environment.is_none();
        for (key, value) in self.defaults.iter().filter(|_| is_default) {
            insert(&mut config, key, value)?;
        }
        let (pool_size, threshold) = environment.shared_memory()?;
        for (key, number) in [(shared_memory::POOL_SIZE, pool_size), (shared_memory::THRESHOLD, threshold)] {
            number.map_or(Ok(()), |number| insert(&mut config, key, &number.to_string()))?;
        }
        for (key, value) in environment.overrides() {
            insert(&mut config, key, value).map_err(|error| {
                Error::new(error.kind(), format!("ZENOH_CONFIG_OVERRIDE: {}", error.message()))
            })?;
        }
        for (key, value) in &self.settings {
            insert(&mut config, key, value)?;
        }
        Ok(config)
    }

    /// The pool that is asked for. Where nothing is said of shared memory, it is read but not written.
    fn shared_memory(
        &self,
        config: &mut Config,
        environment: &Environment,
    ) -> Result<Option<SharedMemoryConfig>> {
        let overrides = environment.overrides().into_iter().map(|(key, _)| key);
        let mut told = overrides.chain(self.settings.iter().map(|(key, _)| key.as_str()));
        let is_told = self.config_file.is_some()
            || environment.session_config.is_some()
            || told.any(|key| shared_memory::ENABLED.starts_with(key));
        let found = SharedMemoryConfig::take(config, self.when_shm_full)?;
        if found.is_none() && !is_told {
            SharedMemoryConfig::announce_only(config)?;
        }
        Ok(found)
    }

    fn set(self, key: &str, value: &serde_json::Value) -> Self {
        self.with_json(key, value.to_string())
    }
}

/// The endpoints that the session connects to, of a list or of an object with a list for each mode.
fn connect_endpoints(config: &Config) -> Vec<String> {
    let text = |key| config.get_json(key).unwrap_or_default();
    let mode = text("mode");
    let value: Value = serde_json::from_str(&text("connect/endpoints")).unwrap_or_default();
    let endpoints = value.get(mode.trim_matches('"')).unwrap_or(&value);
    let each = endpoints.as_array().into_iter().flatten();
    each.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn insert(config: &mut Config, key: &str, value: &str) -> Result<()> {
    config.insert_json5(key, value).map_err(|error| {
        let message = without_places(&error.to_string());
        Error::new(ErrorKind::Argument, format!("the setting `{key}` cannot be `{value}`: {message}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(builder: &ContextBuilder, environment: &Environment, key: &str) -> String {
        builder.config(environment).unwrap().get_json(key).unwrap()
    }

    #[test]
    fn says_what_rmw_zenoh_says_where_it_is_told_nothing() {
        let (builder, silent) = (ContextBuilder::new(), Environment::default());
        for (key, expected) in [
            ("mode", r#""peer""#),
            ("connect/endpoints", r#"["tcp/localhost:7447"]"#),
            ("listen/endpoints", r#"["tcp/localhost:0"]"#),
            ("scouting/multicast/enabled", "false"),
            ("scouting/gossip/enabled", "true"),
            ("timestamping/enabled", r#"{"router":true,"peer":true,"client":true}"#),
            ("queries_default_timeout", "600000"),
            ("transport/shared_memory/enabled", "false"),
        ] {
            assert_eq!(setting(&builder, &silent, key), expected, "{key}");
        }
    }

    #[test]
    fn the_builder_wins_over_the_environment_and_the_environment_over_the_defaults() {
        let text = r#"mode="client";connect/endpoints=["tcp/env:1"]"#;
        let environment = Environment { config_override: Some(text.to_owned()), ..Environment::default() };
        let builder =
            ContextBuilder::new().with_router_endpoint("tcp/told:2").with_json("listen/endpoints", "[]");
        assert_eq!(setting(&builder, &environment, "mode"), r#""client""#);
        assert_eq!(setting(&builder, &environment, "connect/endpoints"), r#"["tcp/told:2"]"#);
        assert_eq!(setting(&builder, &environment, "listen/endpoints"), "[]");
    }

    #[test]
    fn endpoints_may_depend_on_the_mode() {
        for (key, value, expected) in [
            ("connect/endpoints", r#"["tcp/a:1", "tcp/b:2"]"#, &["tcp/a:1", "tcp/b:2"][..]),
            ("connect/endpoints", r#"{peer: ["tcp/p:1"], client: ["tcp/c:1"]}"#, &["tcp/p:1"]),
            ("connect/endpoints", "[]", &[]),
            ("listen/endpoints", "[]", &["tcp/localhost:7447"]),
        ] {
            let builder = ContextBuilder::new().with_json(key, value);
            assert_eq!(connect_endpoints(&builder.config(&Environment::default()).unwrap()), expected);
        }
    }

    #[test]
    fn the_namespace_is_that_of_the_builder_or_of_the_environment() {
        let environment =
            |namespace: &str| Environment { namespace: Some(namespace.to_owned()), ..Environment::default() };
        let (silent, told) = (ContextBuilder::new(), ContextBuilder::new().with_namespace("/told"));
        assert_eq!(silent.namespace(&environment("robot1")).unwrap(), "/robot1");
        assert_eq!(told.namespace(&environment("/robot1")).unwrap(), "/told");
        assert_eq!(silent.namespace(&Environment::default()).unwrap(), "/");
        assert_eq!(told.namespace(&environment("a b")).unwrap(), "/told");
        let error = silent.namespace(&environment("a b")).unwrap_err();
        assert!(error.to_string().starts_with("ROS_NAMESPACE: "), "{error}");
    }

    #[test]
    fn nonsense_is_refused_with_the_setting_in_the_sentence() {
        let silent = Environment::default();
        for (builder, part) in [
            (ContextBuilder::new().with_mode("boss"), "`mode` cannot be `\"boss\"`"),
            (ContextBuilder::new().with_json("no/such/key", "1"), "`no/such/key`"),
            (ContextBuilder::new().with_json("mode", "{"), "`mode`"),
            (ContextBuilder::new().with_config_file("/no/such.json5"), "/no/such.json5"),
        ] {
            let error = builder.config(&silent).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument);
            assert!(error.to_string().contains(part), "{error}");
            assert!(!error.to_string().contains(".rs:"), "{error}");
        }
        let environment =
            Environment { config_override: Some("mode=7".to_owned()), ..Environment::default() };
        let error = ContextBuilder::new().config(&environment).unwrap_err();
        assert!(error.to_string().starts_with("ZENOH_CONFIG_OVERRIDE: the setting `mode`"), "{error}");
        assert!(ContextBuilder::new().with_namespace("a b").build().is_err());
    }
}
