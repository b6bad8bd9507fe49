//! [`incompatibility`]: whether a publisher offers what a subscription asks for.

use super::qos::{Durability, Liveliness, QosDuration, QosProfile, Reliability};

/// Why a publisher does not offer what a subscription asks for, by the rules of DDS; `None` when it does.
///
/// Over Zenoh messages still get through, but nodes of other middlewares would not match, and tools say so.
///
/// ```
/// use ros_z_dynamic::rmw::{QosProfile, incompatibility};
/// let complaint = incompatibility(&QosProfile::SENSOR_DATA, &QosProfile::DEFAULT);
/// assert_eq!(complaint.as_deref(), Some("reliability: best_effort is offered, reliable is asked for"));
/// assert_eq!(incompatibility(&QosProfile::DEFAULT, &QosProfile::SENSOR_DATA), None);
/// ```
#[must_use]
pub fn incompatibility(offered: &QosProfile, requested: &QosProfile) -> Option<String> {
    let complaint = |policy: &str, offer: &str, request: &str| {
        format!("{policy}: {offer} is offered, {request} is asked for")
    };
    if (offered.reliability, requested.reliability) == (Reliability::BestEffort, Reliability::Reliable) {
        return Some(complaint("reliability", "best_effort", "reliable"));
    }
    if (offered.durability, requested.durability) == (Durability::Volatile, Durability::TransientLocal) {
        return Some(complaint("durability", "volatile", "transient_local"));
    }
    if (offered.liveliness, requested.liveliness) == (Liveliness::Automatic, Liveliness::ManualByTopic) {
        return Some(complaint("liveliness", "automatic", "manual_by_topic"));
    }
    let limits = [
        ("deadline", offered.deadline, requested.deadline),
        ("liveliness_lease_duration", offered.liveliness_lease_duration, requested.liveliness_lease_duration),
    ];
    limits.into_iter().find_map(|(policy, offer, request)| {
        (is_limit(request) && (!is_limit(offer) || offer > request))
            .then(|| complaint(policy, &shown(offer), &shown(request)))
    })
}

fn is_limit(duration: QosDuration) -> bool {
    duration != QosDuration::UNSPECIFIED && duration < QosDuration::BEST_AVAILABLE
}

fn shown(duration: QosDuration) -> String {
    if !is_limit(duration) {
        return "no limit".to_owned();
    }
    let text = format!("{}.{:09}", duration.sec, duration.nsec);
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_dds() {
        let default = QosProfile::DEFAULT;
        let half = QosDuration { sec: 0, nsec: 500_000_000 };
        let two = QosDuration { sec: 2, nsec: 0 };
        let deadline = |deadline| QosProfile { deadline, ..default };
        let lease = |liveliness_lease_duration| QosProfile { liveliness_lease_duration, ..default };
        let best_effort = QosProfile { reliability: Reliability::BestEffort, ..default };
        let latched = QosProfile { durability: Durability::TransientLocal, ..default };
        let manual = QosProfile { liveliness: Liveliness::ManualByTopic, ..default };
        let any = QosProfile::BEST_AVAILABLE;
        for (offered, requested, complaint) in [
            (default, default, None),
            (default, best_effort, None),
            (best_effort, default, Some("reliability: best_effort is offered, reliable is asked for")),
            (latched, default, None),
            (default, latched, Some("durability: volatile is offered, transient_local is asked for")),
            (manual, default, None),
            (default, manual, Some("liveliness: automatic is offered, manual_by_topic is asked for")),
            (deadline(half), deadline(two), None),
            (deadline(two), deadline(half), Some("deadline: 2 s is offered, 0.5 s is asked for")),
            (default, deadline(two), Some("deadline: no limit is offered, 2 s is asked for")),
            (deadline(two), default, None),
            (lease(two), lease(half), Some("liveliness_lease_duration: 2 s is offered, 0.5 s is asked for")),
            (any, latched, None),
            (best_effort, any, None),
            (default, any, None),
        ] {
            assert_eq!(incompatibility(&offered, &requested).as_deref(), complaint);
        }
    }
}
