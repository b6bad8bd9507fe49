//! Action clients as Python sees them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::net::{
    Acceptance, ActionClient, Asked, CancelResponse, ClientGoal, GoalId, GoalInfo, GoalOutcome, GoalStamp,
    Inquiry, Received,
};

use super::action::{
    ActionTypes, id_of_python, id_to_python, ids, made, stamp_of_python, stamp_to_python, status_to_python,
};
use super::arguments::Callback;
use super::classes::MessageType;
use super::decode::{Output, decode, decode_received};
use super::dispatch;
use super::errors::{OrRaise, raise};
use super::ffi::payload::Payload;
use super::futures::{Futures, Runner};
use super::publisher::to_payload;
use super::wait::{timeout, until, wait};
use super::with_statement::closed_by_with;

/// What a client shares with its goals.
struct Shared {
    client: ActionClient,
    types: ActionTypes,
    output: Output,
    futures: Futures,
}

impl Shared {
    fn runner(&self, py: Python<'_>) -> PyResult<Runner> {
        self.futures.runner(py, self.client.name(), |then| self.client.when_closed(then))
    }

    /// Asks and waits; Ctrl-C ends the wait.
    fn ask<T: Send + 'static>(py: Python<'_>, inquiry: Inquiry<T>, timeout: Option<Duration>) -> PyResult<T> {
        let started = Instant::now();
        let asked: Asked<T> = py.detach(|| inquiry.start(timeout)).or_raise()?;
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        let answer = wait(py, left, |slice| asked.wait(Some(slice)).transpose())?;
        match answer.transpose().or_raise()? {
            Some(answer) => Ok(answer),
            None => Err(raise(&py.detach(|| asked.timed_out()))),
        }
    }
}

fn outcome(
    py: Python<'_>,
    types: &Arc<MessageType>,
    output: Output,
    outcome: GoalOutcome,
) -> PyResult<Py<PyAny>> {
    let payload = Payload::from_vec(outcome.result);
    let result = decode(py, types, &payload, output)?;
    Ok(made(py, "GoalResult", (status_to_python(py, outcome.status)?, result))?.unbind())
}

fn cancelled(py: Python<'_>, response: &CancelResponse) -> PyResult<Py<PyAny>> {
    let goals = ids(py, &response.goals_canceling);
    Ok(made(py, "cancel_response", (response.result.number(), goals))?.unbind())
}

/// Sends goals to the server of an action, and hears of them. It may be used by many threads at once, with any number of
/// goals under way. A context manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZActionClient {
    shared: Arc<Shared>,
}

impl ZActionClient {
    pub(crate) fn new(client: ActionClient, types: ActionTypes, output: Output) -> Self {
        Self { shared: Arc::new(Shared { client, types, output, futures: Futures::default() }) }
    }

    /// A goal of this client, whose feedback goes to the callback if there is one.
    fn handle(
        &self,
        py: Python<'_>,
        id: GoalId,
        feedback_callback: Option<Callback>,
    ) -> PyResult<ClientGoal> {
        let Some(Callback(callback)) = feedback_callback else { return Ok(self.shared.client.goal(id)) };
        let runner = self.shared.runner(py)?;
        let (callback, feedback) = (Arc::new(callback), Arc::clone(&self.shared.types.feedback));
        let output = self.shared.output;
        Ok(self.shared.client.goal_with_feedback(id, move |received| {
            let (callback, feedback) = (Arc::clone(&callback), Arc::clone(&feedback));
            runner.run(move |py| {
                let called = decode_received(py, &feedback, &received, output)
                    .and_then(|feedback| callback.call1(py, (feedback,)));
                if let Err(exception) = called {
                    dispatch::report(py, exception, Some(callback.bind(py)));
                }
            });
        }))
    }

    fn of_id(goal_id: Option<&[u8]>) -> PyResult<GoalId> {
        goal_id.map_or_else(|| Ok(GoalId::random()), id_of_python)
    }
}

#[pymethods]
impl ZActionClient {
    /// Sends a goal, a message object or a dict, and waits until it is accepted or rejected. Ctrl-C ends the wait.
    #[pyo3(signature = (goal, *, feedback_callback = None, goal_id = None, timeout = None))]
    fn send_goal(
        &self,
        goal: &Bound<'_, PyAny>,
        feedback_callback: Option<Callback>,
        goal_id: Option<&[u8]>,
        timeout: Option<f64>,
    ) -> PyResult<ZClientGoal> {
        let (py, timeout) = (goal.py(), self::timeout(timeout)?);
        let payload = to_payload(&self.shared.types.goal, goal)?;
        let handle = self.handle(py, Self::of_id(goal_id)?, feedback_callback)?;
        let inquiry = handle.sending(&payload.to_bytes()).or_raise()?;
        let acceptance = Shared::ask(py, inquiry, timeout)?;
        Ok(ZClientGoal {
            shared: Arc::clone(&self.shared),
            goal: Arc::new(handle),
            acceptance: Some(acceptance),
        })
    }

    /// Sends a goal and returns at once with a :class:`ServiceCall` of its :class:`ZClientGoal`.
    #[pyo3(signature = (goal, *, feedback_callback = None, goal_id = None, timeout = None))]
    fn send_goal_async<'py>(
        &self,
        goal: &Bound<'py, PyAny>,
        feedback_callback: Option<Callback>,
        goal_id: Option<&[u8]>,
        timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, timeout) = (goal.py(), self::timeout(timeout)?);
        let payload = to_payload(&self.shared.types.goal, goal)?;
        let handle = self.handle(py, Self::of_id(goal_id)?, feedback_callback)?;
        let inquiry = handle.sending(&payload.to_bytes()).or_raise()?;
        let (runner, shared) = (self.shared.runner(py)?, Arc::clone(&self.shared));
        let made = move |py: Python<'_>, acceptance| {
            let goal = ZClientGoal { shared, goal: Arc::new(handle), acceptance: Some(acceptance) };
            Ok(Py::new(py, goal)?.into_any())
        };
        self.shared.futures.ask(py, &runner, (inquiry, timeout), made)
    }

    /// The goal with this id, of this client or another; nothing is sent.
    #[pyo3(signature = (goal_id, *, feedback_callback = None))]
    fn goal(
        &self,
        py: Python<'_>,
        goal_id: &[u8],
        feedback_callback: Option<Callback>,
    ) -> PyResult<ZClientGoal> {
        let goal = self.handle(py, id_of_python(goal_id)?, feedback_callback)?;
        Ok(ZClientGoal { shared: Arc::clone(&self.shared), goal: Arc::new(goal), acceptance: None })
    }

    /// Asks that every goal of the server ends early.
    #[pyo3(signature = (timeout = None))]
    fn cancel_all(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Py<PyAny>> {
        self.cancel_up_to(py, GoalStamp::default(), timeout)
    }

    /// Asks that every goal ends early that the server accepted up to this time, a `builtin_interfaces/Time`.
    #[pyo3(signature = (stamp, timeout = None))]
    fn cancel_before(&self, stamp: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<Py<PyAny>> {
        self.cancel_up_to(stamp.py(), stamp_of_python(stamp)?, timeout)
    }

    /// The goals that the server knows, by id, with their states, as it last told, in the order in which it accepted them.
    fn statuses<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyBytes>, Bound<'py, PyAny>)>> {
        let statuses = self.shared.client.statuses().or_raise()?;
        let shown = |(goal, status): &(GoalInfo, _)| {
            Ok((id_to_python(py, goal.goal_id), status_to_python(py, *status)?))
        };
        statuses.iter().map(shown).collect()
    }

    /// Waits until a server is in the graph and can be reached; whether one is when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn wait_for_server(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        until(py, timeout, |slice| self.shared.client.wait_for_server(slice))
    }

    /// The action, fully qualified.
    #[getter]
    fn action(&self) -> &str {
        self.shared.client.name()
    }

    /// Full name of the action type.
    #[getter]
    fn type_name(&self) -> &str {
        self.shared.types.action.name().as_str()
    }

    /// Takes it back. What is under way ends with an error. Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.shared.client.close());
    }

    fn __repr__(&self) -> String {
        format!("<ZActionClient of {} on {}>", self.type_name(), self.action())
    }
}

closed_by_with!(ZActionClient);

impl ZActionClient {
    fn cancel_up_to(&self, py: Python<'_>, stamp: GoalStamp, timeout: Option<f64>) -> PyResult<Py<PyAny>> {
        let timeout = self::timeout(timeout)?;
        let every = GoalInfo { goal_id: GoalId::default(), stamp };
        let inquiry = self.shared.client.cancelling(every).or_raise()?;
        cancelled(py, &Shared::ask(py, inquiry, timeout)?)
    }
}

/// A goal that was sent. Feedback ends when it is let go of; the goal goes on.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZClientGoal {
    shared: Arc<Shared>,
    goal: Arc<ClientGoal>,
    acceptance: Option<Acceptance>,
}

impl ZClientGoal {
    fn feedback<'py>(&self, py: Python<'py>, received: &Received) -> PyResult<Bound<'py, PyAny>> {
        decode_received(py, &self.shared.types.feedback, received, self.shared.output)
    }
}

#[pymethods]
impl ZClientGoal {
    /// The 16 bytes that name the goal.
    #[getter]
    fn goal_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        id_to_python(py, self.goal.goal_id())
    }

    /// Whether the server accepted the goal; `None` for a goal that was not sent with this object.
    #[getter]
    fn accepted(&self) -> Option<bool> {
        self.acceptance.map(|acceptance| acceptance.accepted)
    }

    /// When the server accepted the goal, as a `builtin_interfaces/Time`; `None` where it did not.
    #[getter]
    fn stamp<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let accepted = self.acceptance.filter(|acceptance| acceptance.accepted);
        accepted.map(|acceptance| stamp_to_python(py, acceptance.stamp)).transpose()
    }

    /// The state of the goal as the server last told.
    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        status_to_python(py, self.goal.status().or_raise()?)
    }

    /// The next feedback; `None` when `timeout` seconds are up. Without a timeout it waits for ever; Ctrl-C ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn recv_feedback<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<f64>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let received =
            wait(py, self::timeout(timeout)?, |slice| self.goal.recv_feedback(Some(slice)).transpose())?;
        received.transpose().or_raise()?.map(|received| self.feedback(py, &received)).transpose()
    }

    /// The next feedback if there is one, else `None`.
    fn try_recv_feedback<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.goal.try_recv_feedback().or_raise()?.map(|received| self.feedback(py, &received)).transpose()
    }

    /// How much feedback was dropped because nobody took it in time.
    #[getter]
    fn dropped(&self) -> u64 {
        self.goal.dropped()
    }

    /// Waits for the end of the goal: its state and its result. Ctrl-C ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn get_result(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Py<PyAny>> {
        let timeout = self::timeout(timeout)?;
        let ended = Shared::ask(py, self.goal.asking_result().or_raise()?, timeout)?;
        outcome(py, &self.shared.types.result, self.shared.output, ended)
    }

    /// The same, at once, as a :class:`ServiceCall`.
    #[pyo3(signature = (timeout = None))]
    fn get_result_async<'py>(&self, py: Python<'py>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let (runner, timeout) = (self.shared.runner(py)?, self::timeout(timeout)?);
        let (types, output) = (Arc::clone(&self.shared.types.result), self.shared.output);
        // Feedback goes on until then, also where nobody keeps the goal.
        let goal = Arc::clone(&self.goal);
        let made = move |py: Python<'_>, ended| {
            let _heard = goal;
            outcome(py, &types, output, ended)
        };
        self.shared.futures.ask(py, &runner, (self.goal.asking_result().or_raise()?, timeout), made)
    }

    /// Asks that the goal ends early, and waits for the answer. Ctrl-C ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn cancel(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Py<PyAny>> {
        let timeout = self::timeout(timeout)?;
        cancelled(py, &Shared::ask(py, self.goal.cancelling().or_raise()?, timeout)?)
    }

    /// The same, at once, as a :class:`ServiceCall`.
    #[pyo3(signature = (timeout = None))]
    fn cancel_async<'py>(&self, py: Python<'py>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let (runner, timeout) = (self.shared.runner(py)?, self::timeout(timeout)?);
        let made = |py: Python<'_>, response: CancelResponse| cancelled(py, &response);
        self.shared.futures.ask(py, &runner, (self.goal.cancelling().or_raise()?, timeout), made)
    }

    fn __repr__(&self) -> String {
        format!("<ZClientGoal {} of {}>", self.goal.goal_id(), self.shared.client.name())
    }
}
