//! Action servers as Python sees them.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::error::{Error, ErrorKind};
use crate::net::{
    ActionServer, ActionServerBuilder, CancelRequest, GoalId, GoalRequest, GoalStatus, ServerGoal,
};

use super::action::{ActionTypes, id_to_python, stamp_to_python, status_to_python};
use super::classes::MessageType;
use super::decode::{Output, decode};
use super::dispatch;
use super::errors::{OrRaise, raise};
use super::ffi::payload::Payload;
use super::publisher::to_payload;
use super::wait::{timeout, wait};
use super::with_statement::closed_by_with;

/// What users give a server to call.
pub(crate) struct Callbacks {
    pub(crate) execute: Option<Py<PyAny>>,
    pub(crate) goal: Option<Py<PyAny>>,
    pub(crate) cancel: Option<Py<PyAny>>,
}

impl Callbacks {
    pub(crate) fn check(&self) -> PyResult<()> {
        if self.goal.is_some() && self.execute.is_none() {
            let message = "goal_callback needs execute_callback; without it, goals are taken with recv_goal";
            return Err(raise(&Error::new(ErrorKind::Argument, message)));
        }
        Ok(())
    }
}

/// What a server shares with its goals and its threads.
struct Shared {
    types: ActionTypes,
    output: Output,
}

impl Shared {
    fn goal<'py>(&self, py: Python<'py>, goal: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let payload = Payload::from_bytes(PyBytes::new(py, goal));
        decode(py, &self.types.goal, &payload, self.output)
    }

    /// A message of the type; without one, a message of defaults.
    fn payload(
        py: Python<'_>,
        message_type: &MessageType,
        message: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<u8>> {
        let default = PyDict::new(py).into_any();
        Ok(to_payload(message_type, message.unwrap_or(&default))?.to_bytes().into_owned())
    }
}

/// Receives the goals of an action. It may be used by many threads at once, with any number of goals under way. A context
/// manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZActionServer {
    server: Arc<ActionServer>,
    shared: Arc<Shared>,
    has_callback: bool,
}

impl ZActionServer {
    /// What hands out goals. Errors where they go to a callback.
    fn by_hand(&self) -> PyResult<&ActionServer> {
        if self.has_callback {
            let message = format!("the goals of {} go to the callback of this server", self.action());
            return Err(raise(&Error::new(ErrorKind::Argument, message)));
        }
        Ok(&self.server)
    }

    pub(crate) fn new(
        py: Python<'_>,
        builder: ActionServerBuilder,
        types: ActionTypes,
        output: Output,
        callbacks: Callbacks,
    ) -> PyResult<Self> {
        let (sender, cancellations) = channel();
        let builder = match callbacks.cancel {
            // It fails when the thread is gone, which ends with the server.
            Some(_) => builder.on_cancel(move |request| _ = sender.send(request)),
            None => builder,
        };
        let server = Arc::new(py.detach(|| builder.build()).or_raise()?);
        let shared = Arc::new(Shared { types, output });
        if let Some(callback) = callbacks.cancel {
            let cancellations = Mutex::new(cancellations);
            let name = format!("cancellations of {}", server.name());
            dispatch::start(py, name, move |py| decide(py, &cancellations, &callback))?;
        }
        let has_callback = callbacks.execute.is_some();
        if let Some(execute) = callbacks.execute {
            let goals = Goals {
                server: Arc::clone(&server),
                shared: Arc::clone(&shared),
                execute,
                accept: callbacks.goal,
            };
            dispatch::start(py, format!("goals of {}", server.name()), move |py| goals.serve(py))?;
        }
        Ok(Self { server, shared, has_callback })
    }
}

/// Asks the callback about each goal that a client wants to end early, until the server is closed.
fn decide(py: Python<'_>, requests: &Mutex<Receiver<CancelRequest>>, callback: &Py<PyAny>) {
    let next = || requests.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(request) = py.detach(next) {
        let accepts = |id| {
            let accepted = callback.call1(py, (id_to_python(py, id),));
            accepted.and_then(|accepted| verdict(accepted.bind(py)))
        };
        let accepted: Vec<_> = request
            .goals()
            .iter()
            .filter(|goal| {
                accepts(goal.goal_id).unwrap_or_else(|exception| {
                    dispatch::report(py, exception, Some(callback.bind(py)));
                    false
                })
            })
            .map(|goal| goal.goal_id)
            .collect();
        if let Err(error) = py.detach(|| request.answer(|id| accepted.contains(&id))) {
            tracing::warn!("{error}");
        }
    }
}

/// The thread that hands goals to callbacks.
struct Goals {
    server: Arc<ActionServer>,
    shared: Arc<Shared>,
    execute: Py<PyAny>,
    accept: Option<Py<PyAny>>,
}

impl Goals {
    fn serve(&self, py: Python<'_>) {
        while let Ok(request) = py.detach(|| self.server.recv_goal(None)) {
            let Some(request) = request else { continue };
            if let Err(exception) = self.begin(py, request) {
                dispatch::report(py, exception, Some(self.execute.bind(py)));
            }
        }
    }

    /// A goal about which something raises is rejected.
    fn begin(&self, py: Python<'_>, request: GoalRequest) -> PyResult<()> {
        if let Some(accept) = &self.accept {
            let goal = self.shared.goal(py, request.goal())?;
            if !verdict(accept.call1(py, (goal,))?.bind(py))? {
                return py.detach(|| request.reject()).or_raise();
            }
        }
        let goal = py.detach(|| request.accept_and_execute()).or_raise()?;
        let (shared, execute) = (Arc::clone(&self.shared), self.execute.clone_ref(py));
        let name = format!("goal {}", goal.goal_id());
        dispatch::start(py, name, move |py| {
            if let Err(exception) = execute_goal(py, &shared, &goal, &execute) {
                dispatch::report(py, exception, Some(execute.bind(py)));
                // It may have ended before it raised.
                _ = end_open(py, &shared, &goal, GoalStatus::Aborted, None);
            }
        })
    }
}

/// What a callback decided. One that would have to be awaited first has decided nothing.
fn verdict(answer: &Bound<'_, PyAny>) -> PyResult<bool> {
    if answer.hasattr(intern!(answer.py(), "__await__"))? {
        let message =
            format!("expected whether it is accepted, got {}, which is not awaited", answer.repr()?);
        return Err(PyTypeError::new_err(message));
    }
    answer.is_truthy()
}

/// What the callback returns is the result, unless it has ended the goal itself.
fn execute_goal(
    py: Python<'_>,
    shared: &Arc<Shared>,
    goal: &ServerGoal,
    execute: &Py<PyAny>,
) -> PyResult<()> {
    let handle = ZServerGoal { shared: Arc::clone(shared), goal: goal.clone() };
    let result = execute.call1(py, (Py::new(py, handle)?,))?;
    let result = result.bind(py);
    let ended = if goal.is_cancel_requested() { GoalStatus::Canceled } else { GoalStatus::Succeeded };
    end_open(py, shared, goal, ended, (!result.is_none()).then_some(result))
}

fn end_open(
    py: Python<'_>,
    shared: &Shared,
    goal: &ServerGoal,
    ended: GoalStatus,
    result: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let status = goal.status();
    if status.is_terminal() || status == GoalStatus::Unknown {
        return Ok(());
    }
    let payload = Shared::payload(py, &shared.types.result, result)?;
    py.detach(|| match ended {
        GoalStatus::Succeeded => goal.succeed(&payload),
        GoalStatus::Canceled => goal.canceled(&payload),
        _ => goal.abort(&payload),
    })
    .or_raise()
}

#[pymethods]
impl ZActionServer {
    /// The next goal to accept or reject; `None` when `timeout` seconds are up. Without a timeout it waits for ever; Ctrl-C
    /// ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn recv_goal(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<ZGoalRequest>> {
        let server = self.by_hand()?;
        let request = wait(py, self::timeout(timeout)?, |slice| server.recv_goal(Some(slice)).transpose())?;
        Ok(request.transpose().or_raise()?.map(|request| ZGoalRequest::new(&self.shared, request)))
    }

    /// The next goal to accept or reject if there is one, else `None`.
    fn try_recv_goal(&self) -> PyResult<Option<ZGoalRequest>> {
        let request = self.by_hand()?.try_recv_goal().or_raise()?;
        Ok(request.map(|request| ZGoalRequest::new(&self.shared, request)))
    }

    /// How many goals are known: those under way, and those whose results can still be asked for.
    #[getter]
    fn known_goals(&self) -> usize {
        self.server.known_goals()
    }

    /// The action, fully qualified.
    #[getter]
    fn action(&self) -> &str {
        self.server.name()
    }

    /// Full name of the action type.
    #[getter]
    fn type_name(&self) -> &str {
        self.shared.types.action.name().as_str()
    }

    /// Takes it back and ends every wait on it and its goals. Clients that still wait learn that there will be no result.
    /// Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.server.close());
    }

    fn __repr__(&self) -> String {
        format!("<ZActionServer of {} on {}>", self.type_name(), self.action())
    }
}

closed_by_with!(ZActionServer);

/// A goal to accept or reject; it is rejected when it is let go of without an answer.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZGoalRequest {
    shared: Arc<Shared>,
    id: GoalId,
    goal: Vec<u8>,
    request: Mutex<Option<GoalRequest>>,
}

impl ZGoalRequest {
    fn new(shared: &Arc<Shared>, request: GoalRequest) -> Self {
        let (id, goal) = (request.goal_id(), request.goal().to_vec());
        Self { shared: Arc::clone(shared), id, goal, request: Mutex::new(Some(request)) }
    }

    fn take(&self) -> PyResult<GoalRequest> {
        let request = self.request.lock().unwrap_or_else(PoisonError::into_inner).take();
        request.ok_or_else(|| {
            let message = format!("goal {} was accepted or rejected before", self.id);
            raise(&Error::new(ErrorKind::Argument, message))
        })
    }
}

#[pymethods]
impl ZGoalRequest {
    /// The 16 bytes that name the goal.
    #[getter]
    fn goal_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        id_to_python(py, self.id)
    }

    /// The goal.
    #[getter]
    fn goal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.shared.goal(py, &self.goal)
    }

    /// Accepts the goal, and begins.
    fn accept_and_execute(&self, py: Python<'_>) -> PyResult<ZServerGoal> {
        let request = self.take()?;
        let goal = py.detach(|| request.accept_and_execute()).or_raise()?;
        Ok(ZServerGoal { shared: Arc::clone(&self.shared), goal })
    }

    /// Accepts the goal, and begins later, with `execute`.
    fn accept(&self, py: Python<'_>) -> PyResult<ZServerGoal> {
        let request = self.take()?;
        let goal = py.detach(|| request.accept()).or_raise()?;
        Ok(ZServerGoal { shared: Arc::clone(&self.shared), goal })
    }

    /// Rejects the goal.
    fn reject(&self, py: Python<'_>) -> PyResult<()> {
        let request = self.take()?;
        py.detach(|| request.reject()).or_raise()
    }

    fn __repr__(&self) -> String {
        format!("<ZGoalRequest {}>", self.id)
    }
}

/// A goal that was accepted. It is aborted when it is let go of before its end.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZServerGoal {
    shared: Arc<Shared>,
    goal: ServerGoal,
}

#[pymethods]
impl ZServerGoal {
    /// The 16 bytes that name the goal.
    #[getter]
    fn goal_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        id_to_python(py, self.goal.goal_id())
    }

    /// The goal.
    #[getter]
    fn goal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.shared.goal(py, self.goal.goal())
    }

    /// When it was accepted, as a `builtin_interfaces/Time`.
    #[getter]
    fn stamp<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        stamp_to_python(py, self.goal.stamp())
    }

    /// The state of the goal.
    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        status_to_python(py, self.goal.status())
    }

    /// Whether the goal was asked to end early, and has not ended yet.
    #[getter]
    fn is_cancel_requested(&self) -> bool {
        self.goal.is_cancel_requested()
    }

    /// Waits until the goal is asked to end early; whether it was when the time is up. Ctrl-C ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn wait_for_cancel(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        super::wait::until(py, timeout, |slice| self.goal.wait_for_cancel(Some(slice)))
    }

    /// Begins a goal that was accepted for later.
    fn execute(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.goal.execute()).or_raise()
    }

    /// Tells clients how far it is, with a message object or a dict.
    fn publish_feedback(&self, feedback: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = feedback.py();
        let payload = Shared::payload(py, &self.shared.types.feedback, Some(feedback))?;
        py.detach(|| self.goal.publish_feedback(&payload)).or_raise()
    }

    /// Ends the goal: it was reached.
    #[pyo3(signature = (result = None))]
    fn succeed(&self, py: Python<'_>, result: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let payload = Shared::payload(py, &self.shared.types.result, result)?;
        py.detach(|| self.goal.succeed(&payload)).or_raise()
    }

    /// Ends the goal: it is given up.
    #[pyo3(signature = (result = None))]
    fn abort(&self, py: Python<'_>, result: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let payload = Shared::payload(py, &self.shared.types.result, result)?;
        py.detach(|| self.goal.abort(&payload)).or_raise()
    }

    /// Ends the goal early, as it was asked to.
    #[pyo3(signature = (result = None))]
    fn canceled(&self, py: Python<'_>, result: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let payload = Shared::payload(py, &self.shared.types.result, result)?;
        py.detach(|| self.goal.canceled(&payload)).or_raise()
    }

    fn __repr__(&self) -> String {
        format!("<ZServerGoal {}>", self.goal.goal_id())
    }
}
