//! [`QosProfile`] as Python sees it, and the spellings that endpoints take it in.

use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyInt};

use crate::error::{Error, ErrorKind};
use crate::rmw::{self, QosDuration};

use super::arguments::depth;
use super::errors::{OrRaise, raise};

/// Quality of service of a publisher or subscriber. Durations are in seconds; infinity is no limit.
///
/// The defaults are those of ROS: reliable, volatile, keep the last 10.
#[pyclass(frozen, eq, hash, module = "ros_z_py")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct QosProfile {
    pub(crate) profile: rmw::QosProfile,
}

#[pymethods]
impl QosProfile {
    #[new]
    #[pyo3(signature = (
        reliability = "reliable", durability = "volatile", history = "keep_last", depth = 10, *,
        deadline = None, lifespan = None, liveliness = "automatic", liveliness_lease_duration = None,
    ))]
    #[allow(clippy::too_many_arguments)] // a profile has eight policies
    fn new(
        reliability: &str,
        durability: &str,
        history: &str,
        #[pyo3(from_py_with = depth)] depth: usize,
        deadline: Option<f64>,
        lifespan: Option<f64>,
        liveliness: &str,
        liveliness_lease_duration: Option<f64>,
    ) -> PyResult<Self> {
        let profile = rmw::QosProfile {
            reliability: reliability.parse().or_raise()?,
            durability: durability.parse().or_raise()?,
            history: history.parse().or_raise()?,
            depth,
            deadline: duration("deadline", deadline)?,
            lifespan: duration("lifespan", lifespan)?,
            liveliness: liveliness.parse().or_raise()?,
            liveliness_lease_duration: duration("liveliness_lease_duration", liveliness_lease_duration)?,
        };
        Ok(Self { profile })
    }

    /// `"reliable"`, `"best_effort"`, `"system_default"` or `"best_available"`.
    #[getter]
    fn reliability(&self) -> &'static str {
        self.profile.reliability.as_str()
    }

    /// `"volatile"`, `"transient_local"`, `"system_default"` or `"best_available"`.
    #[getter]
    fn durability(&self) -> &'static str {
        self.profile.durability.as_str()
    }

    /// `"keep_last"`, `"keep_all"` or `"system_default"`.
    #[getter]
    fn history(&self) -> &'static str {
        self.profile.history.as_str()
    }

    /// How many messages are kept with `"keep_last"`.
    #[getter]
    fn depth(&self) -> usize {
        self.profile.depth
    }

    /// Seconds between messages that were promised; infinity when none were.
    #[getter]
    fn deadline(&self) -> f64 {
        seconds(self.profile.deadline)
    }

    /// Seconds after which a message is stale; infinity for never.
    #[getter]
    fn lifespan(&self) -> f64 {
        seconds(self.profile.lifespan)
    }

    /// `"automatic"`, `"manual_by_topic"`, `"system_default"` or `"best_available"`.
    #[getter]
    fn liveliness(&self) -> &'static str {
        self.profile.liveliness.as_str()
    }

    /// Seconds without a sign of life after which a publisher counts as gone; infinity for never.
    #[getter]
    fn liveliness_lease_duration(&self) -> f64 {
        seconds(self.profile.liveliness_lease_duration)
    }

    fn __repr__(&self) -> String {
        let (reliability, durability) = (self.reliability(), self.durability());
        let (history, depth) = (self.history(), self.depth());
        let mut text = format!("QosProfile({reliability:?}, {durability:?}, {history:?}, {depth}");
        for (name, seconds) in self.durations() {
            if let Some(seconds) = seconds {
                text.push_str(&format!(", {name}={seconds}"));
            }
        }
        if self.profile.liveliness != rmw::QosProfile::DEFAULT.liveliness {
            text.push_str(&format!(", liveliness={:?}", self.liveliness()));
        }
        text + ")"
    }

    /// What it is made from again, for `copy` and `pickle`.
    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Arguments, Bound<'py, PyDict>)> {
        let keywords = self.durations().into_py_dict(py)?;
        keywords.set_item("liveliness", self.liveliness())?;
        Ok(((self.reliability(), self.durability(), self.history(), self.depth()), keywords))
    }
}

/// The arguments of a profile that are given by position.
type Arguments = (&'static str, &'static str, &'static str, usize);

impl QosProfile {
    /// The durations in seconds by the names of their arguments; `None` for no limit.
    fn durations(&self) -> [(&'static str, Option<f64>); 3] {
        let profile = &self.profile;
        let limited = |duration| Some(seconds(duration)).filter(|seconds| seconds.is_finite());
        [
            ("deadline", limited(profile.deadline)),
            ("lifespan", limited(profile.lifespan)),
            ("liveliness_lease_duration", limited(profile.liveliness_lease_duration)),
        ]
    }
}

fn duration(name: &str, seconds: Option<f64>) -> PyResult<QosDuration> {
    match seconds {
        None => Ok(QosDuration::INFINITE),
        Some(seconds) if seconds >= 0.0 => {
            Ok(Duration::try_from_secs_f64(seconds).map_or(QosDuration::INFINITE, QosDuration::from))
        }
        Some(seconds) => {
            let message = format!("{name} must be a number of seconds from 0 on, or None; got {seconds}");
            Err(raise(&Error::new(ErrorKind::Argument, message)))
        }
    }
}

fn seconds(duration: QosDuration) -> f64 {
    match duration {
        QosDuration::INFINITE => f64::INFINITY,
        QosDuration { sec, nsec } => sec as f64 + nsec as f64 * 1e-9,
    }
}

/// The profile that a `qos` argument means: a profile, a dict of its arguments, a depth, or nothing.
pub(crate) fn profile(qos: Option<&Bound<'_, PyAny>>) -> PyResult<rmw::QosProfile> {
    let Some(qos) = qos else { return Ok(rmw::QosProfile::DEFAULT) };
    if let Ok(profile) = qos.cast::<QosProfile>() {
        return Ok(profile.get().profile);
    }
    if let Ok(arguments) = qos.cast::<PyDict>() {
        let class = qos.py().get_type::<QosProfile>();
        return Ok(class.call((), Some(arguments))?.cast::<QosProfile>()?.get().profile);
    }
    match (qos.cast::<PyInt>(), qos.extract::<usize>()) {
        (Ok(_), Ok(depth)) => Ok(rmw::QosProfile::DEFAULT.with_depth(depth)),
        _ => {
            let message = format!("qos must be a QosProfile, a dict or a depth, not {}", qos.repr()?);
            Err(raise(&Error::new(ErrorKind::Argument, message)))
        }
    }
}

/// Adds the class and the presets.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<QosProfile>()?;
    for (name, profile) in [
        ("QOS_DEFAULT", rmw::QosProfile::DEFAULT),
        ("QOS_SENSOR_DATA", rmw::QosProfile::SENSOR_DATA),
        ("QOS_PARAMETERS", rmw::QosProfile::PARAMETERS),
        ("QOS_SERVICES", rmw::QosProfile::SERVICES),
    ] {
        module.add(name, QosProfile { profile })?;
    }
    Ok(())
}
