//! Service servers as Python sees them.

use std::sync::Arc;
use std::time::Instant;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Error, ErrorKind};
use crate::net::{self, Received, Server};
use crate::rmw::Gid;

use super::decode::{Output, decode_received};
use super::dispatch;
use super::errors::{OrRaise, SerializationError, raise};
use super::publisher::to_payload;
use super::qos::QosProfile;
use super::service::ServiceType;
use super::wait::{timeout, wait};
use super::with_statement::closed_by_with;

/// Names a request until it is answered.
#[pyclass(frozen, eq, hash, module = "ros_z_py")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct RequestId {
    id: net::RequestId,
}

#[pymethods]
impl RequestId {
    /// The 16 bytes that identify the client in the graph.
    #[getter]
    fn client_gid<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.id.client_gid.0)
    }

    /// The client's count of its requests, from 1.
    #[getter]
    fn sequence_number(&self) -> i64 {
        self.id.sequence_number
    }

    fn __repr__(&self) -> String {
        format!("<RequestId {} of {}>", self.id.sequence_number, self.id.client_gid)
    }
}

/// What takes requests and answers them; shared with the thread of a callback.
struct Responder {
    server: Server,
    service: ServiceType,
    output: Output,
}

/// A request as it is handed out.
type Taken<'py> = (RequestId, Bound<'py, PyAny>);

impl Responder {
    /// The next request that fits the type; `None` when the time is up.
    fn take<'py>(&self, py: Python<'py>, seconds: Option<f64>) -> PyResult<Option<Taken<'py>>> {
        let deadline = timeout(seconds)?.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            // Most of the time one is there, and the interpreter need not be released for it.
            let received = match self.server.try_take_request().or_raise()? {
                Some(received) => Some(received),
                None => wait(py, left, |slice| self.server.take_request(Some(slice)).transpose())?
                    .transpose()
                    .or_raise()?,
            };
            let Some(received) = received else { return Ok(None) };
            if let Some(taken) = self.request(py, &received)? {
                return Ok(Some(taken));
            }
        }
    }

    /// The request in a payload; `None` when it does not fit the type, which is the client's fault.
    fn request<'py>(&self, py: Python<'py>, received: &Received) -> PyResult<Option<Taken<'py>>> {
        let id = net::RequestId::from(&received.attachment);
        match decode_received(py, &self.service.request, received, self.output) {
            Ok(request) => Ok(Some((RequestId { id }, request))),
            Err(error) if error.is_instance_of::<SerializationError>(py) => {
                tracing::warn!("{id} to {} was dropped: {error}", self.server.entity().topic());
                // It is not pending any more when the server is closed meanwhile.
                _ = self.server.drop_request(id);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn respond(&self, response: &Bound<'_, PyAny>, id: net::RequestId) -> PyResult<()> {
        let payload = to_payload(&self.service.response, response)?;
        response.py().detach(|| self.server.send_response(id, payload)).or_raise()
    }

    /// Answers each request with what `callback` returns for it, until the server is closed.
    fn call_back(&self, py: Python<'_>, callback: &Py<PyAny>) {
        let take = (|| self.server.try_take_request(), || self.server.take_request(None));
        dispatch::drain(py, take, |received| {
            if let Err(exception) = self.answer(py, &received, callback) {
                dispatch::report(py, exception, Some(callback.bind(py)));
                // The client learns at once that there will be no response.
                _ = self.server.drop_request(net::RequestId::from(&received.attachment));
            }
        });
    }

    fn answer(&self, py: Python<'_>, received: &Received, callback: &Py<PyAny>) -> PyResult<()> {
        let Some((id, request)) = self.request(py, received)? else { return Ok(()) };
        let response = callback.call1(py, (request,))?;
        self.respond(response.bind(py), id.id)
    }
}

/// Receives the requests of a service and answers them, in any order. It may be used by many threads at once. A context
/// manager.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZServer {
    responder: Arc<Responder>,
    has_callback: bool,
}

impl ZServer {
    /// What is answered by hand. Errors where everything goes to a callback.
    fn by_hand(&self) -> PyResult<&Responder> {
        if self.has_callback {
            let message = format!("the requests of {} go to the callback of this server", self.service());
            return Err(raise(&Error::new(ErrorKind::Argument, message)));
        }
        Ok(&self.responder)
    }

    pub(crate) fn new(
        py: Python<'_>,
        server: Server,
        service: ServiceType,
        output: Output,
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let responder = Arc::new(Responder { server, service, output });
        let has_callback = callback.is_some();
        if let Some(callback) = callback {
            let name = format!("callback of {}", responder.server.entity().topic());
            let responder = Arc::clone(&responder);
            dispatch::start(py, name, move |py| responder.call_back(py, &callback))?;
        }
        Ok(Self { responder, has_callback })
    }
}

#[pymethods]
impl ZServer {
    /// The next request with its id; `None` when `timeout` seconds are up. Without a timeout it waits for ever; Ctrl-C ends
    /// the wait.
    #[pyo3(signature = (timeout = None))]
    fn take_request<'py>(&self, py: Python<'py>, timeout: Option<f64>) -> PyResult<Option<Taken<'py>>> {
        self.by_hand()?.take(py, timeout)
    }

    /// The next request with its id if there is one, else `None`.
    fn try_take_request<'py>(&self, py: Python<'py>) -> PyResult<Option<Taken<'py>>> {
        self.by_hand()?.take(py, Some(0.0))
    }

    /// Answers a request with a message object or a dict, whose missing keys take their defaults.
    fn send_response(&self, response: &Bound<'_, PyAny>, request_id: &RequestId) -> PyResult<()> {
        self.responder.respond(response, request_id.id)
    }

    /// Gives up a request: its client learns that there will be no response.
    fn drop_request(&self, py: Python<'_>, request_id: &RequestId) -> PyResult<()> {
        py.detach(|| self.responder.server.drop_request(request_id.id)).or_raise()
    }

    /// Tells on `<service>/_service_event` of requests that are taken and responses that are sent: nothing (`"off"`), that they
    /// are (`"metadata"`), or also what is in them (`"contents"`).
    #[pyo3(signature = (state, *, qos = None))]
    fn configure_introspection(
        &self,
        py: Python<'_>,
        state: &str,
        qos: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (level, registry, qos) = self.responder.service.introspection(state, qos)?;
        py.detach(|| self.responder.server.configure_introspection(level, registry, qos)).or_raise()
    }

    /// How many requests were dropped because nobody took them in time.
    #[getter]
    fn dropped(&self) -> u64 {
        self.responder.server.dropped()
    }

    /// The service, fully qualified.
    #[getter]
    fn service(&self) -> &str {
        self.responder.server.entity().topic()
    }

    /// Full name of the service type.
    #[getter]
    fn type_name(&self) -> &str {
        self.responder.service.name.as_str()
    }

    /// RIHS01 hash of the service type.
    #[getter]
    fn type_hash(&self) -> &str {
        &self.responder.service.hash
    }

    /// The quality of service, with everything filled in that was left to the middleware.
    #[getter]
    fn qos(&self) -> QosProfile {
        QosProfile { profile: *self.responder.server.entity().qos() }
    }

    /// The 16 bytes that identify the server in the graph.
    #[getter]
    fn gid<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let Gid(bytes) = self.responder.server.entity().gid();
        PyBytes::new(py, &bytes)
    }

    /// Takes it back and ends every wait on it. Clients that still wait for a response learn that there will be none.
    /// Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.responder.server.close());
    }

    fn __repr__(&self) -> String {
        format!("<ZServer of {} on {}>", self.type_name(), self.service())
    }
}

closed_by_with!(ZServer);
