//! Quality of service as recordings keep it: the YAML of rosbag2, in channels of MCAP, columns of SQLite and
//! `metadata.yaml`. `record` writes it, `play` and `info` read it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{Durability, History, Liveliness, QosDuration, QosProfile, Reliability};

/// A policy by its name, as since Jazzy, or by its number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Policy {
    Number(u64),
    Name(String),
}

#[derive(Deserialize)]
struct Time {
    sec: u64,
    nsec: u64,
}

#[derive(Deserialize)]
struct Recorded {
    history: Policy,
    depth: usize,
    reliability: Policy,
    durability: Policy,
    deadline: Time,
    lifespan: Time,
    liveliness: Policy,
    liveliness_lease_duration: Time,
}

/// The profiles in the form of rosbag2.
pub(super) fn to_value(profiles: &[QosProfile]) -> Value {
    let time = |time: QosDuration| json!({"sec": time.sec, "nsec": time.nsec});
    let value = |profile: &QosProfile| {
        json!({
            "history": profile.history.as_str(),
            "depth": profile.depth,
            "reliability": profile.reliability.as_str(),
            "durability": profile.durability.as_str(),
            "deadline": time(profile.deadline),
            "lifespan": time(profile.lifespan),
            "liveliness": profile.liveliness.as_str(),
            "liveliness_lease_duration": time(profile.liveliness_lease_duration),
            "avoid_ros_namespace_conventions": false,
        })
    };
    profiles.iter().map(value).collect()
}

/// The same as text.
pub(super) fn to_yaml(profiles: &[QosProfile]) -> Result<String> {
    if profiles.is_empty() {
        return Ok(String::new());
    }
    let text = serde_yaml::to_string(&to_value(profiles));
    let text = text.map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    Ok(text.trim_end().to_owned())
}

/// The profiles in a text of rosbag2.
pub(super) fn from_yaml(text: &str) -> Result<Vec<QosProfile>> {
    let refused = |error: String| {
        Error::new(
            ErrorKind::Text,
            format!("the quality of service in the recording cannot be read: {error}"),
        )
    };
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let recorded: Vec<Recorded> = serde_yaml::from_str(text).map_err(|error| refused(error.to_string()))?;
    recorded.iter().map(profile).collect::<Result<_>>().map_err(|error| refused(error.message().to_owned()))
}

fn profile(recorded: &Recorded) -> Result<QosProfile> {
    let time = |time: &Time| QosDuration { sec: time.sec, nsec: time.nsec };
    Ok(QosProfile {
        reliability: policy(&recorded.reliability, Reliability::from_number)?,
        durability: policy(&recorded.durability, Durability::from_number)?,
        history: policy(&recorded.history, History::from_number)?,
        depth: recorded.depth,
        deadline: time(&recorded.deadline),
        lifespan: time(&recorded.lifespan),
        liveliness: policy(&recorded.liveliness, Liveliness::from_number)?,
        liveliness_lease_duration: time(&recorded.liveliness_lease_duration),
    })
}

fn policy<P: std::str::FromStr<Err = Error>>(recorded: &Policy, numbered: fn(u64) -> Option<P>) -> Result<P> {
    match recorded {
        Policy::Name(name) => name.parse(),
        Policy::Number(number) => numbered(*number)
            .ok_or_else(|| Error::new(ErrorKind::Argument, format!("{number} is the number of no policy"))),
    }
}

/// What one publisher offers in place of these: enough for every subscription that one of them was enough for.
pub(super) fn to_offer(recorded: &[QosProfile]) -> QosProfile {
    let default = QosProfile::DEFAULT;
    let Some(first) = recorded.first() else { return default };
    let is_same = recorded.iter().all(|profile| {
        (profile.deadline, profile.lifespan, profile.liveliness, profile.liveliness_lease_duration)
            == (first.deadline, first.lifespan, first.liveliness, first.liveliness_lease_duration)
    });
    let announced = if is_same && first.liveliness != Liveliness::Unknown { *first } else { default };
    let all_best_effort = recorded.iter().all(|profile| profile.reliability == Reliability::BestEffort);
    let depth = recorded.iter().map(|profile| profile.depth).max().unwrap_or(0);
    QosProfile {
        reliability: if all_best_effort { Reliability::BestEffort } else { Reliability::Reliable },
        durability: durability(recorded),
        history: match recorded.iter().any(|profile| profile.history == History::KeepAll) {
            true => History::KeepAll,
            false => History::KeepLast,
        },
        depth: if depth == 0 { default.depth } else { depth },
        ..announced
    }
}

/// What a recorder asks for, so that every one of these publishers offers it; history wherever there is one. It keeps at
/// least `depth` messages.
pub(super) fn to_request(offered: &[QosProfile], depth: usize) -> QosProfile {
    let all_reliable = offered.iter().all(|profile| profile.reliability != Reliability::BestEffort);
    QosProfile {
        reliability: if all_reliable { Reliability::Reliable } else { Reliability::BestEffort },
        durability: durability(offered),
        depth: offered.iter().map(|profile| profile.depth).max().unwrap_or(0).max(depth),
        ..QosProfile::DEFAULT
    }
}

fn durability(profiles: &[QosProfile]) -> Durability {
    match profiles.iter().any(|profile| profile.durability == Durability::TransientLocal) {
        true => Durability::TransientLocal,
        false => Durability::Volatile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: &str = "- history: 3\n  depth: 0\n  reliability: 1\n  durability: 1\n  deadline:\n    sec: 9223372036\n    \
        nsec: 854775807\n  lifespan:\n    sec: 10\n    nsec: 0\n  liveliness: 1\n  liveliness_lease_duration:\n    \
        sec: 9223372036\n    nsec: 854775807\n  avoid_ros_namespace_conventions: false";

    #[test]
    fn names_and_numbers_are_read_and_names_written() {
        let read = from_yaml(NUMBERS).unwrap();
        let lifespan = QosDuration { sec: 10, nsec: 0 };
        let durability = Durability::TransientLocal;
        let expected =
            QosProfile { history: History::Unknown, depth: 0, durability, lifespan, ..QosProfile::DEFAULT };
        assert_eq!(read, [expected]);
        let named = NUMBERS
            .replace("history: 3", "history: unknown")
            .replace("reliability: 1", "reliability: reliable")
            .replace("durability: 1", "durability: transient_local")
            .replace("liveliness: 1", "liveliness: automatic");
        assert_eq!(to_yaml(&read).unwrap(), named);
        assert_eq!(from_yaml(&named).unwrap(), read);
        assert_eq!((to_yaml(&[]).unwrap(), from_yaml("").unwrap()), (String::new(), vec![]));
        for bad in ["- 1", "{", "- history: 9", &NUMBERS.replace("history: 3", "history: sometimes")] {
            let error = from_yaml(bad).unwrap_err().to_string();
            assert!(error.starts_with("the quality of service in the recording cannot be read: "), "{error}");
        }
    }

    #[test]
    fn one_profile_stands_for_several() {
        let reliable = QosProfile::DEFAULT;
        let sensor = QosProfile::SENSOR_DATA;
        let latched = QosProfile { durability: Durability::TransientLocal, ..reliable.with_depth(1) };
        let unknown = QosProfile { history: History::Unknown, ..reliable.with_depth(0) };
        for (recorded, offered) in [
            (&[][..], reliable),
            (&[sensor], sensor),
            (&[sensor, reliable], reliable),
            (&[latched], latched),
            (&[latched, reliable], QosProfile { depth: 10, ..latched }),
            (&[unknown], reliable),
        ] {
            assert_eq!(to_offer(recorded), offered, "{recorded:?}");
        }
        for (offered, reliability, durability, depth) in [
            (&[][..], Reliability::Reliable, Durability::Volatile, 100),
            (&[sensor, reliable], Reliability::BestEffort, Durability::Volatile, 100),
            (&[latched, reliable], Reliability::Reliable, Durability::TransientLocal, 100),
            (&[latched.with_depth(500)], Reliability::Reliable, Durability::TransientLocal, 500),
        ] {
            let request = to_request(offered, 100);
            let found = (request.reliability, request.durability, request.depth);
            assert_eq!(found, (reliability, durability, depth), "{offered:?}");
        }
    }
}
