//! [`QosProfile`] and its text in liveliness tokens.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// One policy: its values, their numbers in `rmw/types.h`, their names, and which one an empty field stands for.
macro_rules! policy {
    (
        $(#[$doc:meta])* $policy:ident, $word:literal, empty = $default:ident;
        $($(#[$value_doc:meta])* $value:ident = $number:literal $name:literal,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $policy { $($(#[$value_doc])* $value,)* }

        impl $policy {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$value,)*];
            const DEFAULT: Self = Self::$default;

            /// The value in ROS's spelling.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $name,)* }
            }

            /// The value with this number in `rmw/types.h`.
            #[must_use]
            pub fn from_number(number: u64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$value),)*
                    _ => None,
                }
            }

            fn number(self) -> &'static str {
                match self { $(Self::$value => stringify!($number),)* }
            }

            fn from_field(field: &str) -> Option<Self> {
                match field {
                    "" => Some(Self::DEFAULT),
                    $(stringify!($number) => Some(Self::$value),)*
                    _ => None,
                }
            }

            /// The number, or nothing for the value that an empty field stands for.
            fn field(self) -> &'static str {
                if self == Self::DEFAULT { "" } else { self.number() }
            }

            fn or_default(self) -> Self {
                if self == Self::SystemDefault { Self::DEFAULT } else { self }
            }
        }

        impl FromStr for $policy {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let names: Vec<&str> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    let expected = names.join(", ");
                    Error::new(ErrorKind::Argument, format!("`{text}` is no {}; expected one of {expected}", $word))
                })
            }
        }
    };
}

policy! {
    /// Whether lost messages are sent again.
    Reliability, "reliability", empty = Reliable;
    /// What the middleware prefers: reliable.
    SystemDefault = 0 "system_default",
    /// Every message arrives.
    Reliable = 1 "reliable",
    /// Messages may be lost.
    BestEffort = 2 "best_effort",
    /// Not known (of a remote endpoint).
    Unknown = 3 "unknown",
    /// Whatever matches the other ends.
    BestAvailable = 4 "best_available",
}

policy! {
    /// Whether late subscribers get what was published before.
    Durability, "durability", empty = Volatile;
    /// What the middleware prefers: volatile.
    SystemDefault = 0 "system_default",
    /// The last messages are kept for late subscribers.
    TransientLocal = 1 "transient_local",
    /// Nothing is kept.
    Volatile = 2 "volatile",
    /// Not known (of a remote endpoint).
    Unknown = 3 "unknown",
    /// Whatever matches the other ends.
    BestAvailable = 4 "best_available",
}

policy! {
    /// How many messages wait for a slow reader.
    History, "history", empty = KeepLast;
    /// What the middleware prefers: keep last.
    SystemDefault = 0 "system_default",
    /// The last `depth`; older ones are dropped.
    KeepLast = 1 "keep_last",
    /// All of them.
    KeepAll = 2 "keep_all",
    /// Not known (of a remote endpoint).
    Unknown = 3 "unknown",
}

policy! {
    /// How a publisher shows that it is alive. The obsolete manual-by-node (2) is refused, as genuine nodes do.
    Liveliness, "liveliness", empty = Automatic;
    /// What the middleware prefers: automatic.
    SystemDefault = 0 "system_default",
    /// Alive while its process is.
    Automatic = 1 "automatic",
    /// Alive while it publishes or says so.
    ManualByTopic = 3 "manual_by_topic",
    /// Not known (of a remote endpoint).
    Unknown = 4 "unknown",
    /// Whatever matches the other ends.
    BestAvailable = 5 "best_available",
}

/// A duration as `rmw_time_t` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QosDuration {
    /// Seconds.
    pub sec: u64,
    /// Nanoseconds.
    pub nsec: u64,
}

impl QosDuration {
    /// No limit.
    pub const INFINITE: Self = Self { sec: 9_223_372_036, nsec: 854_775_807 };
    /// Left to the middleware, which takes it for no limit.
    pub const UNSPECIFIED: Self = Self { sec: 0, nsec: 0 };
    /// Whatever matches the other ends.
    pub const BEST_AVAILABLE: Self = Self { sec: 9_223_372_036, nsec: 854_775_806 };

    /// Seconds and nanoseconds, each compared to "no limit" on its own: best available is `,854775806`.
    fn field(self) -> String {
        let part =
            |value: u64, default: u64| if value == default { String::new() } else { value.to_string() };
        format!("{},{}", part(self.sec, Self::INFINITE.sec), part(self.nsec, Self::INFINITE.nsec))
    }

    fn from_fields(sec: &str, nsec: &str) -> Option<Self> {
        let part = |text: &str, default: u64| if text.is_empty() { Some(default) } else { number(text) };
        Some(Self { sec: part(sec, Self::INFINITE.sec)?, nsec: part(nsec, Self::INFINITE.nsec)? })
    }

    fn or_infinite(self) -> Self {
        if self == Self::UNSPECIFIED { Self::INFINITE } else { self }
    }
}

impl From<Duration> for QosDuration {
    fn from(duration: Duration) -> Self {
        Self { sec: duration.as_secs(), nsec: duration.subsec_nanos().into() }
    }
}

/// The depth that an empty field stands for.
const UNSTATED_DEPTH: usize = 42;

/// The quality of service that an endpoint asks for or offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QosProfile {
    /// Whether lost messages are sent again.
    pub reliability: Reliability,
    /// Whether late subscribers get what was published before.
    pub durability: Durability,
    /// How many messages wait for a slow reader.
    pub history: History,
    /// The number of messages kept by [`History::KeepLast`]; 0 leaves it to the middleware.
    pub depth: usize,
    /// The longest time between two messages. Announced, not enforced.
    pub deadline: QosDuration,
    /// How long a message is worth reading. Announced, not enforced.
    pub lifespan: QosDuration,
    /// How a publisher shows that it is alive. Announced, not enforced.
    pub liveliness: Liveliness,
    /// The longest silence of a publisher that is alive. Announced, not enforced.
    pub liveliness_lease_duration: QosDuration,
}

impl QosProfile {
    /// Reliable, volatile, the last 10.
    pub const DEFAULT: Self = Self {
        reliability: Reliability::Reliable,
        durability: Durability::Volatile,
        history: History::KeepLast,
        depth: 10,
        deadline: QosDuration::INFINITE,
        lifespan: QosDuration::INFINITE,
        liveliness: Liveliness::Automatic,
        liveliness_lease_duration: QosDuration::INFINITE,
    };
    /// Best effort, volatile, the last 5.
    pub const SENSOR_DATA: Self =
        Self { reliability: Reliability::BestEffort, ..Self::DEFAULT }.with_depth(5);
    /// Reliable, volatile, the last 1000.
    pub const PARAMETERS: Self = Self::DEFAULT.with_depth(1000);
    /// Reliable, volatile, the last 10.
    pub const SERVICES: Self = Self::DEFAULT;
    /// Reliable, the last 1000 also for late subscribers, worth reading for ten seconds.
    pub const ROSOUT: Self = Self {
        durability: Durability::TransientLocal,
        lifespan: QosDuration { sec: 10, nsec: 0 },
        ..Self::DEFAULT.with_depth(1000)
    };
    /// Everything left to the middleware.
    pub const SYSTEM_DEFAULT: Self = Self {
        reliability: Reliability::SystemDefault,
        durability: Durability::SystemDefault,
        history: History::SystemDefault,
        depth: 0,
        deadline: QosDuration::UNSPECIFIED,
        lifespan: QosDuration::UNSPECIFIED,
        liveliness: Liveliness::SystemDefault,
        liveliness_lease_duration: QosDuration::UNSPECIFIED,
    };
    /// Whatever matches the other ends, and the last 10.
    pub const BEST_AVAILABLE: Self = Self {
        reliability: Reliability::BestAvailable,
        durability: Durability::BestAvailable,
        deadline: QosDuration::BEST_AVAILABLE,
        liveliness: Liveliness::BestAvailable,
        liveliness_lease_duration: QosDuration::BEST_AVAILABLE,
        ..Self::DEFAULT
    };

    /// The same profile with another depth.
    #[must_use]
    pub const fn with_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// The profile that an endpoint is created with: what was left to the middleware is filled in. Errors when a
    /// policy is unknown; that can only describe a remote endpoint.
    pub fn normalized(&self) -> Result<Self> {
        let unknown = [
            ("reliability", self.reliability == Reliability::Unknown),
            ("durability", self.durability == Durability::Unknown),
            ("history", self.history == History::Unknown),
            ("liveliness", self.liveliness == Liveliness::Unknown),
        ];
        if let Some((policy, _)) = unknown.iter().find(|(_, is_unknown)| *is_unknown) {
            let message =
                format!("the QoS profile says `unknown` for {policy}; an endpoint cannot have that");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(Self {
            reliability: self.reliability.or_default(),
            durability: self.durability.or_default(),
            history: self.history.or_default(),
            depth: if self.depth == 0 { UNSTATED_DEPTH } else { self.depth },
            deadline: self.deadline.or_infinite(),
            lifespan: self.lifespan.or_infinite(),
            liveliness: self.liveliness.or_default(),
            liveliness_lease_duration: self.liveliness_lease_duration.or_infinite(),
        })
    }

    fn from_groups(text: &str) -> Option<Self> {
        let mut groups = text.split(':');
        let mut fields = || groups.next().map(|group| group.split(','));
        let reliability = Reliability::from_field(fields()?.next()?)?;
        let durability = Durability::from_field(fields()?.next()?)?;
        let mut history = fields()?;
        let duration =
            |mut fields: std::str::Split<'_, char>| QosDuration::from_fields(fields.next()?, fields.next()?);
        let (deadline, lifespan) = (duration(fields()?)?, duration(fields()?)?);
        let mut liveliness = fields()?;
        Some(Self {
            reliability,
            durability,
            history: History::from_field(history.next()?)?,
            depth: match history.next()? {
                "" => UNSTATED_DEPTH,
                depth => number(depth)?,
            },
            deadline,
            lifespan,
            liveliness: Liveliness::from_field(liveliness.next()?)?,
            liveliness_lease_duration: duration(liveliness)?,
        })
    }
}

impl Default for QosProfile {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The text in a token; what equals the middleware's own default is left empty.
impl fmt::Display for QosProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let depth = if self.depth == UNSTATED_DEPTH { String::new() } else { self.depth.to_string() };
        write!(
            f,
            "{}:{}:{},{depth}:{}:{}:{},{}",
            self.reliability.field(),
            self.durability.field(),
            self.history.field(),
            self.deadline.field(),
            self.lifespan.field(),
            self.liveliness.field(),
            self.liveliness_lease_duration.field(),
        )
    }
}

/// Reads the text in a token, as leniently as genuine nodes: further groups and fields are ignored.
impl FromStr for QosProfile {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_groups(text).ok_or_else(|| {
            Error::new(ErrorKind::Protocol, format!("`{text}` is not a QoS profile of rmw_zenoh"))
        })
    }
}

fn number<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_SECONDS: QosDuration = QosDuration { sec: 10, nsec: 0 };

    #[test]
    fn profiles_read_as_genuine_nodes_write_them() {
        let default = QosProfile::DEFAULT;
        let transient = QosProfile { durability: Durability::TransientLocal, ..default };
        for (profile, text) in [
            (default, "::,10:,:,:,,"),
            (QosProfile::SERVICES, "::,10:,:,:,,"),
            (QosProfile::SENSOR_DATA, "2::,5:,:,:,,"),
            (QosProfile::PARAMETERS, "::,1000:,:,:,,"),
            (QosProfile::SYSTEM_DEFAULT, "::,:,:,:,,"),
            (QosProfile::BEST_AVAILABLE, "4:4:,10:,854775806:,:5,,854775806"),
            (default.with_depth(0), "::,:,:,:,,"),
            (default.with_depth(42), "::,:,:,:,,"),
            (transient.with_depth(1), ":1:,1:,:,:,,"),
            (QosProfile { lifespan: TEN_SECONDS, depth: 1000, ..transient }, ":1:,1000:,:10,0:,,"),
            (QosProfile { history: History::KeepAll, ..default }, "::2,10:,:,:,,"),
            (QosProfile { deadline: Duration::from_millis(500).into(), ..default }, "::,10:0,500000000:,:,,"),
            (QosProfile { deadline: QosDuration::UNSPECIFIED, ..default }, "::,10:,:,:,,"),
            (
                QosProfile {
                    liveliness: Liveliness::ManualByTopic,
                    liveliness_lease_duration: Duration::from_secs(3).into(),
                    ..default
                },
                "::,10:,:,:3,3,0",
            ),
        ] {
            let announced = profile.normalized().unwrap();
            assert_eq!(announced.to_string(), text);
            assert_eq!(text.parse::<QosProfile>().unwrap(), announced, "{text}");
        }
    }

    #[test]
    fn parsing_is_as_lenient_and_as_strict_as_a_genuine_observer() {
        for (given, printed) in [
            ("1:2:1,10:9223372036,854775807:9223372036,854775807:1,9223372036,854775807", "::,10:,:,:,,"),
            ("::,42:,:,:,,", "::,:,:,:,,"),
            ("::,10:,:,:,,:9", "::,10:,:,:,,"),
            ("0:0:0,0:0,0:0,0:0,0,0", "0:0:0,0:0,0:0,0:0,0,0"),
            ("3:3:3,10:,:,:4,,", "3:3:3,10:,:,:4,,"),
        ] {
            assert_eq!(given.parse::<QosProfile>().unwrap().to_string(), printed);
        }
        for bad in [
            "",
            "abc",
            "::,10:,:,:",
            "::,10:,:,:,",
            "::,10:,::,,",
            "::10:,:,:,,",
            "::,x:,:,:,,",
            "::,-1:,:,:,,",
            "::,+1:,:,:,,",
            "9::,10:,:,:,,",
            "::,10:,:,:2,,",
            "::,99999999999999999999999:,:,:,,",
        ] {
            let error = bad.parse::<QosProfile>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{bad}");
            assert!(error.to_string().contains(&format!("`{bad}`")));
        }
    }

    #[test]
    fn unknown_policies_describe_remote_endpoints_only() {
        let profile: QosProfile = ":3:,10:,:,:,,".parse().unwrap();
        assert!(profile.normalized().unwrap_err().to_string().contains("durability"));
    }

    #[test]
    fn policies_have_names() {
        assert_eq!("best_effort".parse::<Reliability>().unwrap(), Reliability::BestEffort);
        assert_eq!("keep_all".parse::<History>().unwrap().as_str(), "keep_all");
        let error = "sometimes".parse::<Durability>().unwrap_err();
        assert!(error.to_string().contains("`sometimes` is no durability; expected one of system_default, "));
    }
}
