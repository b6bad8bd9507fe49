//! [`Qos`]: quality of service as the flags of `topic echo` and `topic pub` have it.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::error::Error;
use crate::rmw::{Durability, History, Liveliness, LivelinessToken, QosProfile, Reliability};

use super::session;

/// The profiles that have a name, as in `ros2`.
const PROFILES: [(&str, QosProfile); 6] = [
    ("default", QosProfile::DEFAULT),
    ("sensor_data", QosProfile::SENSOR_DATA),
    ("services_default", QosProfile::SERVICES),
    ("parameters", QosProfile::PARAMETERS),
    ("system_default", QosProfile::SYSTEM_DEFAULT),
    ("best_available", QosProfile::BEST_AVAILABLE),
];

/// Quality of service; each flag replaces one policy of the profile.
#[derive(Args)]
#[command(next_help_heading = "Quality of service")]
pub(crate) struct Qos {
    /// Profile to begin with
    #[arg(long, value_name = "PROFILE", value_parser = profile())]
    qos_profile: Option<QosProfile>,
    /// Whether lost messages are sent again
    #[arg(long, value_name = "POLICY", value_parser = policy::<Reliability>(&names(Reliability::ALL, Reliability::as_str)))]
    qos_reliability: Option<Reliability>,
    /// Whether late subscribers get what was published before
    #[arg(long, value_name = "POLICY", value_parser = policy::<Durability>(&names(Durability::ALL, Durability::as_str)))]
    qos_durability: Option<Durability>,
    /// Whether the last messages are kept for a slow or late reader, or all of them
    #[arg(long, value_name = "POLICY", value_parser = policy::<History>(&names(History::ALL, History::as_str)))]
    qos_history: Option<History>,
    /// How many messages are kept for a slow or late reader
    #[arg(long, value_name = "COUNT")]
    qos_depth: Option<usize>,
    /// How a publisher shows that it is alive
    #[arg(long, value_name = "POLICY", value_parser = policy::<Liveliness>(&names(Liveliness::ALL, Liveliness::as_str)))]
    qos_liveliness: Option<Liveliness>,
    /// The longest silence of a publisher that is alive
    #[arg(long, value_name = "SECONDS", value_parser = session::seconds)]
    qos_liveliness_lease_duration_seconds: Option<Duration>,
}

impl Qos {
    /// The profile that the flags ask for, where `default` is what they leave open.
    pub(crate) fn profile(&self, default: QosProfile) -> QosProfile {
        let base = self.qos_profile.unwrap_or(default);
        QosProfile {
            reliability: self.qos_reliability.unwrap_or(base.reliability),
            durability: self.qos_durability.unwrap_or(base.durability),
            history: self.qos_history.unwrap_or(base.history),
            depth: self.qos_depth.unwrap_or(base.depth),
            liveliness: self.qos_liveliness.unwrap_or(base.liveliness),
            liveliness_lease_duration: self
                .qos_liveliness_lease_duration_seconds
                .map_or(base.liveliness_lease_duration, Into::into),
            ..base
        }
    }

    /// Whether what publishers offer decides on anything.
    pub(crate) fn follows_publishers(&self) -> bool {
        self.qos_profile.is_none() && (self.qos_reliability.is_none() || self.qos_durability.is_none())
    }
}

/// What all of these publishers offer: nothing is asked for that one of them would not give.
pub(crate) fn offered(publishers: &[LivelinessToken]) -> QosProfile {
    let offers =
        || publishers.iter().filter_map(|token| token.endpoint.as_ref()).map(|endpoint| endpoint.qos);
    let is_unreliable = offers().any(|qos| qos.reliability == Reliability::BestEffort);
    let are_latched = offers().all(|qos| qos.durability == Durability::TransientLocal);
    let default = QosProfile::DEFAULT;
    QosProfile {
        reliability: if is_unreliable { Reliability::BestEffort } else { default.reliability },
        durability: if are_latched && !publishers.is_empty() {
            Durability::TransientLocal
        } else {
            default.durability
        },
        ..default
    }
}

/// What an endpoint may have: a remote one may also be `unknown`.
fn names<P: Copy>(all: &[P], name: fn(P) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| name(*value)).filter(|name| *name != "unknown").collect()
}

fn policy<P: FromStr<Err = Error> + Clone + Send + Sync + 'static>(
    names: &[&'static str],
) -> impl TypedValueParser<Value = P> {
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

fn profile() -> impl TypedValueParser<Value = QosProfile> {
    PossibleValuesParser::new(PROFILES.map(|(name, _)| name)).map(|name| {
        let found = PROFILES.iter().find(|(known, _)| *known == name);
        found.map_or(QosProfile::DEFAULT, |(_, profile)| *profile)
    })
}
