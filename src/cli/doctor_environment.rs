//! The variables that decide what a session sees, what they mean, and what is wrong with them; a part of `ros-z doctor`.

use std::env;

use serde_json::{Value, json};

use crate::registry::distro_of_environment;

/// Each variable, and what it is for.
const MEANINGS: [(&str, &str); 15] = [
    ("ROS_DOMAIN_ID", "domain, 0 where it is not set"),
    ("ROS_NAMESPACE", "namespace of nodes that name none"),
    ("ROS_DISTRO", "distribution: the standard types are its, and Humble has no type hashes"),
    ("RMW_IMPLEMENTATION", "middleware of genuine nodes; those of rmw_zenoh_cpp are heard here"),
    ("ZENOH_SESSION_CONFIG_URI", "configuration file in place of the defaults"),
    ("ZENOH_CONFIG_OVERRIDE", "settings on top of the configuration, key=value;key=value"),
    ("ZENOH_ROUTER_CHECK_ATTEMPTS", "how often genuine nodes look for a router when they start"),
    ("ZENOH_SHM_ALLOC_SIZE", "bytes of shared memory that a context with shared memory sets aside"),
    ("ZENOH_SHM_MESSAGE_SIZE_THRESHOLD", "bytes from which on a message is shared, a power of two"),
    ("ROS_Z_TYPE_PATH", "where types are looked for first"),
    ("AMENT_PREFIX_PATH", "install prefixes, where types are looked for next"),
    ("ROS_LOCALHOST_ONLY", NO_EFFECT),
    ("ROS_AUTOMATIC_DISCOVERY_RANGE", NO_EFFECT),
    ("ROS_STATIC_PEERS", NO_EFFECT),
    ("RUST_LOG", "what Zenoh logs"),
];

const NO_EFFECT: &str = "of no effect over Zenoh: its configuration says who is connected";

/// The only middleware that speaks the protocol.
const MIDDLEWARE: &str = "rmw_zenoh_cpp";

/// A variable, and its value where it is set.
pub(crate) struct Variable {
    name: &'static str,
    value: Option<String>,
    meaning: &'static str,
}

/// The environment of this process.
pub(crate) fn variables() -> Vec<Variable> {
    let variable = |(name, meaning)| {
        let value = env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Variable { name, value: value.filter(|value| !value.is_empty()), meaning }
    };
    MEANINGS.into_iter().map(variable).collect()
}

impl Variable {
    /// A line for people.
    pub(crate) fn to_text(&self) -> String {
        let Self { name, value, meaning } = self;
        let value = value.as_deref().unwrap_or("not set");
        format!("{name}: {value} ({meaning})")
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "name": self.name, "value": self.value, "meaning": self.meaning })
    }

    /// What is wrong with the value; what keeps a session from being opened is not said here.
    pub(crate) fn complaint(&self) -> Option<String> {
        let (name, value) = (self.name, self.value.as_deref()?);
        match name {
            "RMW_IMPLEMENTATION" if value != MIDDLEWARE => Some(format!(
                "{name} is {value}: nodes that are started with it do not speak Zenoh; expected {MIDDLEWARE}"
            )),
            "ROS_DISTRO" => distro_of_environment().1,
            "ZENOH_CONFIG_OVERRIDE" => {
                let settings = value.split(';').map(str::trim).filter(|setting| !setting.is_empty());
                let bad = settings.into_iter().find(|setting| !setting.contains('='))?;
                Some(format!("{name} holds `{bad}`, which is not `key=value`; it is skipped"))
            }
            "ROS_Z_TYPE_PATH" | "AMENT_PREFIX_PATH" => {
                let missing =
                    env::split_paths(value).find(|place| !place.as_os_str().is_empty() && !place.exists())?;
                Some(format!("{name} names {}, where there is nothing", missing.display()))
            }
            _ if self.meaning == NO_EFFECT => Some(format!("{name} is set, and {NO_EFFECT}")),
            _ => None,
        }
    }
}
