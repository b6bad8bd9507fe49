//! The clocks of nodes as Python sees them.

use pyo3::intern;
use pyo3::prelude::*;

use crate::error::{Error, ErrorKind};
use crate::net::Clock;

use super::errors::{OrRaise, raise};
use super::wait::{timeout, wait};

/// The time of a node: the system's, or that of `/clock` where its parameter `use_sim_time` is true.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZClock {
    clock: Clock,
}

impl ZClock {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock }
    }

    fn reach(&self, py: Python<'_>, instant: i64) -> PyResult<bool> {
        let era = self.clock.era();
        let reached = wait(py, None, |slice| self.clock.wait_until(instant, era, slice).transpose())?;
        reached.transpose().or_raise().map(|reached| reached.unwrap_or(false))
    }
}

/// Nanoseconds, or anything with `sec` and `nanosec`.
fn instant(given: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = given.py();
    if let (Ok(sec), Ok(nanosec)) = (given.getattr(intern!(py, "sec")), given.getattr(intern!(py, "nanosec")))
    {
        return Ok(sec.extract::<i64>()?.saturating_mul(1_000_000_000).saturating_add(nanosec.extract()?));
    }
    given.extract().map_err(|_| {
        let shown = given.repr().map(|shown| shown.to_string()).unwrap_or_default();
        let message = format!("an instant is a Time or an int of nanoseconds, not {shown}");
        raise(&Error::new(ErrorKind::Argument, message))
    })
}

#[pymethods]
impl ZClock {
    /// The time now.
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import(intern!(py, "ros_z_py.time"))?.call_method1(intern!(py, "from_ns"), (self.clock.now(),))
    }

    /// The same in nanoseconds.
    fn now_ns(&self) -> i64 {
        self.clock.now()
    }

    /// Whether it is the time of `/clock`.
    #[getter]
    fn ros_time_is_active(&self) -> bool {
        self.clock.is_simulated()
    }

    /// Waits until the clock shows an instant, a `Time` or nanoseconds.
    fn sleep_until(&self, until: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.reach(until.py(), instant(until)?)
    }

    /// Waits for so many seconds on this clock.
    fn sleep_for(&self, py: Python<'_>, seconds: f64) -> PyResult<bool> {
        let nanoseconds = timeout(Some(seconds))?
            .map_or(i64::MAX, |left| i64::try_from(left.as_nanos()).unwrap_or(i64::MAX));
        self.reach(py, self.clock.now().saturating_add(nanoseconds))
    }

    /// Waits for news of the time beyond the first `heard`; how many there were.
    fn _next_tick(&self, py: Python<'_>, heard: u64) -> PyResult<u64> {
        let next = wait(py, None, |slice| self.clock.next_tick(heard, slice).transpose())?;
        next.transpose().or_raise().map(|next| next.unwrap_or(heard))
    }

    fn __repr__(&self) -> &'static str {
        if self.clock.is_simulated() { "<ZClock of /clock>" } else { "<ZClock of the system>" }
    }
}
