//! Waiting: the one place where the interpreter is released for as long as something takes.

use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::net::fork;

use super::errors::{OrRaise, raise};

/// Longest wait between two looks at pending signals: Ctrl-C ends any wait within it.
const SLICE: Duration = Duration::from_millis(100);

/// A timeout in seconds as users give it: `None` and infinity wait without end, 0 only looks. Errors on negative
/// numbers and NaN.
pub(crate) fn timeout(seconds: Option<f64>) -> PyResult<Option<Duration>> {
    match seconds {
        None => Ok(None),
        Some(seconds) if seconds >= 0.0 => Ok(Duration::try_from_secs_f64(seconds).ok()),
        Some(seconds) => {
            let message = format!("a timeout must be a number of seconds from 0 on, or None; got {seconds}");
            Err(raise(&Error::new(ErrorKind::Argument, message)))
        }
    }
}

/// What an iterator says where there will be nothing more: it ends where that was closed, and raises in the child of a
/// fork.
pub(crate) fn end_of_iteration<T>(error: &Error) -> PyResult<Option<T>> {
    match error.kind() {
        ErrorKind::Closed if !fork::is_child() => Ok(None),
        _ => Err(raise(error)),
    }
}

/// Waits with [`wait`] until `poll` says yes; whether it did when the time, in seconds, is up.
pub(crate) fn until(
    py: Python<'_>,
    seconds: Option<f64>,
    poll: impl Fn(Duration) -> Result<bool> + Send + Sync,
) -> PyResult<bool> {
    let found = wait(py, timeout(seconds)?, |slice| match poll(slice) {
        Ok(false) => None,
        other => Some(other),
    })?;
    found.transpose().or_raise().map(|found| found.unwrap_or(false))
}

/// Calls `poll` with short waits, released from the interpreter, until it answers or the time is up; `None` then.
/// Raises what a signal handler raises.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    timeout: Option<Duration>,
    mut poll: impl FnMut(Duration) -> Option<T> + Send,
) -> PyResult<Option<T>> {
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    loop {
        let left = deadline.map_or(SLICE, |deadline| deadline.saturating_duration_since(Instant::now()));
        let answer = py.detach(|| poll(left.min(SLICE)));
        if answer.is_some() {
            return Ok(answer);
        }
        py.check_signals()?;
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(None);
        }
    }
}
