//! Service clients as Python sees them.
//!
//! The ends of asynchronous calls come on zenoh's receive threads. A thread of the client, started with its first such
//! call, turns them into results of the futures that users hold, and ends the calls whose time is up.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyCFunction, PyDict, PyTuple};

use crate::error::{Error, ErrorKind, Result};
use crate::net::{Client, Received};
use crate::rmw::Gid;

use super::classes::MessageType;
use super::decode::{Output, decode_received};
use super::dispatch;
use super::errors::{OrRaise, raise};
use super::publisher::to_payload;
use super::qos::QosProfile;
use super::service::ServiceType;
use super::wait::{timeout, until, wait};
use super::with_statement::closed_by_with;

/// What the thread of a client is told. Calls are named by numbers of its own, which exist before they are sent.
enum Event {
    Begun { number: u64, waiting: Waiting },
    Sent { number: u64, call: u64 },
    Ended { number: u64, result: Result<Received> },
    Closed,
}

/// A future that waits for its result. It keeps the client alive until then.
struct Waiting {
    future: Py<PyAny>,
    client: Arc<Client>,
    deadline: Option<Instant>,
    call: Option<u64>,
}

/// Sends requests to a service and receives their responses, in any order. It may be used by many threads at once, with
/// any number of calls under way. A context manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZClient {
    client: Arc<Client>,
    service: ServiceType,
    output: Output,
    numbers: AtomicU64,
    /// To the thread that serves futures, once there is one.
    events: Mutex<Option<Sender<Event>>>,
}

impl ZClient {
    pub(crate) fn new(client: Client, service: ServiceType, output: Output) -> Self {
        let client = Arc::new(client);
        Self { client, service, output, numbers: AtomicU64::new(0), events: Mutex::default() }
    }

    fn events(&self, py: Python<'_>) -> PyResult<Sender<Event>> {
        // Held while the thread starts, which lets others have the interpreter: they must not keep it while they wait.
        let mut events = self.events.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*events {
            return Ok(sender.clone());
        }
        let (sender, receiver) = channel();
        let receiver = Mutex::new(receiver);
        let closed = sender.clone();
        self.client.when_closed(move || _ = closed.send(Event::Closed));
        let (message_type, output) = (Arc::clone(&self.service.response), self.output);
        let name = format!("calls of {}", self.client.entity().topic());
        let mut calls = Calls { message_type, output, waiting: HashMap::new(), deadlines: BTreeSet::new() };
        dispatch::start(py, name, move |py| calls.serve(py, &receiver))?;
        *events = Some(sender.clone());
        Ok(sender)
    }
}

/// The futures of a client, on its thread.
struct Calls {
    message_type: Arc<MessageType>,
    output: Output,
    waiting: HashMap<u64, Waiting>,
    deadlines: BTreeSet<(Instant, u64)>,
}

impl Calls {
    fn serve(&mut self, py: Python<'_>, events: &Mutex<Receiver<Event>>) {
        loop {
            let next = self.deadlines.first().map(|(deadline, _)| *deadline);
            let event = py.detach(|| {
                let events = events.lock().unwrap_or_else(PoisonError::into_inner);
                match next {
                    None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                    Some(next) => events.recv_timeout(next.saturating_duration_since(Instant::now())),
                }
            });
            match event {
                Ok(Event::Begun { number, waiting }) => {
                    self.deadlines.extend(waiting.deadline.map(|deadline| (deadline, number)));
                    self.waiting.insert(number, waiting);
                }
                Ok(Event::Sent { number, call }) => {
                    if let Some(waiting) = self.waiting.get_mut(&number) {
                        waiting.call = Some(call);
                    }
                }
                Ok(Event::Ended { number, result }) => self.end(py, number, result),
                Err(RecvTimeoutError::Timeout) => self.end_late_ones(py),
                Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn end_late_ones(&mut self, py: Python<'_>) {
        let now = Instant::now();
        while let Some(&(deadline, number)) = self.deadlines.first()
            && deadline <= now
        {
            self.deadlines.remove(&(deadline, number));
            let Some(waiting) = self.waiting.get(&number) else { continue };
            let (client, call) = (Arc::clone(&waiting.client), waiting.call);
            let error = py.detach(|| {
                call.into_iter().for_each(|call| client.cancel(call));
                client.timed_out()
            });
            self.end(py, number, Err(error));
        }
    }

    fn end(&mut self, py: Python<'_>, number: u64, result: Result<Received>) {
        let Some(waiting) = self.waiting.remove(&number) else { return };
        if let Some(deadline) = waiting.deadline {
            self.deadlines.remove(&(deadline, number));
        }
        let response = result
            .or_raise()
            .and_then(|received| decode_received(py, &self.message_type, &received, self.output));
        let ended = match response {
            Ok(response) => waiting.future.call_method1(py, intern!(py, "end"), (response, py.None())),
            Err(error) => waiting.future.call_method1(py, intern!(py, "end"), (py.None(), error)),
        };
        if let Err(exception) = ended {
            dispatch::report(py, exception, Some(waiting.future.bind(py)));
        }
    }
}

/// What gives up a call when its future is cancelled.
fn cancellation(py: Python<'_>, client: Weak<Client>, call: u64) -> PyResult<Bound<'_, PyCFunction>> {
    PyCFunction::new_closure(
        py,
        None,
        None,
        move |arguments: &Bound<'_, PyTuple>, _keywords: Option<&Bound<'_, PyDict>>| {
            if let Some(client) = client.upgrade() {
                arguments.py().detach(|| client.cancel(call));
            }
        },
    )
}

#[pymethods]
impl ZClient {
    /// Calls the service with a message object or a dict, whose missing keys take their defaults, and waits for the
    /// response. Ctrl-C ends the wait.
    #[pyo3(signature = (request, timeout = None))]
    fn call<'py>(&self, request: &Bound<'py, PyAny>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let (py, timeout) = (request.py(), self::timeout(timeout)?);
        let started = Instant::now();
        let payload = to_payload(&self.service.request, request)?;
        let call = py.detach(|| self.client.start(payload, timeout)).or_raise()?;
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        let received = wait(py, left, |slice| call.wait(Some(slice)).transpose());
        py.detach(|| drop(call));
        let Some(received) = received?.transpose().or_raise()? else {
            return Err(raise(&self.client.timed_out()));
        };
        decode_received(py, &self.service.response, &received, self.output)
    }

    /// Calls the service and returns at once with a :class:`ServiceCall`, which is both a future and awaitable.
    #[pyo3(signature = (request, timeout = None))]
    fn call_async<'py>(
        &self,
        request: &Bound<'py, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, timeout) = (request.py(), self::timeout(timeout)?);
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let payload = to_payload(&self.service.request, request)?;
        let events = self.events(py)?;
        let future = py.import(intern!(py, "ros_z_py._calls"))?.call_method0(intern!(py, "ServiceCall"))?;
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let client = Arc::clone(&self.client);
        let waiting = Waiting { future: future.clone().unbind(), client, deadline, call: None };
        let closed = || {
            let message = format!("the client of {} was closed", self.client.entity().topic());
            raise(&Error::new(ErrorKind::Closed, message))
        };
        events.send(Event::Begun { number, waiting }).map_err(|_| closed())?;
        let ended = events.clone();
        let end = move |result| _ = ended.send(Event::Ended { number, result });
        let call = py.detach(|| self.client.send(payload, timeout, end)).or_raise()?;
        events.send(Event::Sent { number, call }).map_err(|_| closed())?;
        future.call_method1(
            intern!(py, "when_cancelled"),
            (cancellation(py, Arc::downgrade(&self.client), call)?,),
        )?;
        Ok(future)
    }

    /// Tells on `<service>/_service_event` of requests that are sent and responses that come, as that of a server does.
    #[pyo3(signature = (state, *, qos = None))]
    fn configure_introspection(
        &self,
        py: Python<'_>,
        state: &str,
        qos: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (level, registry, qos) = self.service.introspection(state, qos)?;
        py.detach(|| self.client.configure_introspection(level, registry, qos)).or_raise()
    }

    /// Waits until a server is in the graph and can be reached; whether one is when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn wait_for_service(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        until(py, timeout, |slice| self.client.wait_for_service(slice))
    }

    /// The service, fully qualified.
    #[getter]
    fn service(&self) -> &str {
        self.client.entity().topic()
    }

    /// Full name of the service type.
    #[getter]
    fn type_name(&self) -> &str {
        self.service.name.as_str()
    }

    /// RIHS01 hash of the service type.
    #[getter]
    fn type_hash(&self) -> &str {
        &self.service.hash
    }

    /// The quality of service, with everything filled in that was left to the middleware.
    #[getter]
    fn qos(&self) -> QosProfile {
        QosProfile { profile: *self.client.entity().qos() }
    }

    /// The 16 bytes that identify the client in the graph and in every request.
    #[getter]
    fn gid<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let Gid(bytes) = self.client.entity().gid();
        PyBytes::new(py, &bytes)
    }

    /// Takes it back. Calls that are under way end with an error. Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.client.close());
    }

    fn __repr__(&self) -> String {
        format!("<ZClient of {} on {}>", self.type_name(), self.service())
    }
}

closed_by_with!(ZClient);
