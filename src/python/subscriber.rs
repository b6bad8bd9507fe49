//! Subscribers as Python sees them.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Error, ErrorKind};
use crate::net::{Received, Subscriber};

use super::classes::MessageType;
use super::decode::{Output, decode_received};
use super::dispatch;
use super::errors::{OrRaise, raise};
use super::ffi::{Payload, ZBufView};
use super::qos::QosProfile;
use super::wait::{end_of_iteration, timeout, until, wait};
use super::wakeup::Wakeup;
use super::with_statement::closed_by_with;

/// What a received message becomes.
#[derive(Clone, Copy)]
pub(crate) enum Delivery {
    Decoded(Output),
    Raw,
}

impl Delivery {
    pub(crate) fn parse(name: &str) -> PyResult<Self> {
        match name {
            "struct" => Ok(Self::Decoded(Output::Struct)),
            "dict" => Ok(Self::Decoded(Output::Dict)),
            "raw" => Ok(Self::Raw),
            other => {
                let message = format!("output must be \"struct\", \"dict\" or \"raw\", not {other:?}");
                Err(raise(&Error::new(ErrorKind::Argument, message)))
            }
        }
    }
}

/// What is known of a received message beside its content.
#[pyclass(frozen, get_all, module = "ros_z_py")]
pub(crate) struct MessageInfo {
    /// When it was published, in nanoseconds since 1970, on the publisher's clock.
    source_timestamp: i64,
    /// When it arrived, in nanoseconds since 1970, on this clock.
    received_timestamp: i64,
    /// The publisher's count of its messages, from 1.
    sequence_number: i64,
    /// The 16 bytes that identify the publisher in the graph.
    publisher_gid: Py<PyBytes>,
}

#[pymethods]
impl MessageInfo {
    fn __repr__(&self, py: Python<'_>) -> String {
        let gid: String = self.publisher_gid.as_bytes(py).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("<MessageInfo {} of {gid}>", self.sequence_number)
    }
}

/// What turns received messages into Python objects; shared with the thread of a callback.
struct Reader {
    subscriber: Subscriber,
    message_type: Arc<MessageType>,
    delivery: Delivery,
}

impl Reader {
    /// The message as the subscriber was asked to hand it out.
    fn message<'py>(&self, py: Python<'py>, received: &Received) -> PyResult<Bound<'py, PyAny>> {
        match self.delivery {
            Delivery::Decoded(output) => decode_received(py, &self.message_type, received, output),
            Delivery::Raw => raw_view(py, received),
        }
    }

    /// Calls `callback` with each message until the subscriber is closed.
    fn call_back(&self, py: Python<'_>, callback: &Py<PyAny>) {
        let take = (|| self.subscriber.try_recv(), || self.subscriber.recv(None));
        dispatch::drain(py, take, |received| {
            let called = self.message(py, &received).and_then(|message| callback.call1(py, (message,)));
            if let Err(exception) = called {
                dispatch::report(py, exception, Some(callback.bind(py)));
            }
        });
    }

    /// The next message as it arrived; `None` when the time is up.
    fn next(&self, py: Python<'_>, seconds: Option<f64>) -> PyResult<Option<Received>> {
        let timeout = timeout(seconds)?;
        // Most of the time one is there, and the interpreter need not be released for it.
        if let Some(received) = self.subscriber.try_recv().or_raise()? {
            return Ok(Some(received));
        }
        let received = wait(py, timeout, |slice| self.subscriber.recv(Some(slice)).transpose())?;
        received.transpose().or_raise()
    }
}

fn raw_view<'py>(py: Python<'py>, received: &Received) -> PyResult<Bound<'py, PyAny>> {
    let payload = Payload::from_received(received.payload.clone());
    let length = payload.as_slice().len();
    Ok(ZBufView::new(payload, 0, length).or_raise()?.into_object(py)?.into_any())
}

fn info(py: Python<'_>, received: &Received) -> MessageInfo {
    let attachment = &received.attachment;
    MessageInfo {
        source_timestamp: attachment.source_timestamp,
        received_timestamp: received.received_timestamp,
        sequence_number: attachment.sequence_number,
        publisher_gid: PyBytes::new(py, &attachment.source_gid.0).unbind(),
    }
}

/// Receives the messages of a topic. It may be used by many threads at once. A context manager; iterating over it
/// yields messages until it is closed.
#[pyclass(frozen, generic, module = "ros_z_py")]
pub(crate) struct ZSubscriber {
    reader: Arc<Reader>,
    waiting: Mutex<Option<Py<PyAny>>>,
    has_callback: bool,
}

impl ZSubscriber {
    /// What is read by hand. Errors where everything goes to a callback.
    fn by_hand(&self) -> PyResult<&Reader> {
        if self.has_callback {
            let message = format!("the messages of {} go to the callback of this subscriber", self.topic());
            return Err(raise(&Error::new(ErrorKind::Argument, message)));
        }
        Ok(&self.reader)
    }

    pub(crate) fn new(
        py: Python<'_>,
        subscriber: Subscriber,
        message_type: Arc<MessageType>,
        delivery: Delivery,
        callback: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let reader = Arc::new(Reader { subscriber, message_type, delivery });
        let has_callback = callback.is_some();
        if let Some(callback) = callback {
            let (name, reader) =
                (format!("callback of {}", reader.subscriber.entity().topic()), Arc::clone(&reader));
            dispatch::start(py, name, move |py| reader.call_back(py, &callback))?;
        }
        Ok(Self { reader, waiting: Mutex::default(), has_callback })
    }
}

#[pymethods]
impl ZSubscriber {
    /// The next message; `None` when `timeout` seconds are up. Without a timeout it waits for ever; Ctrl-C ends the wait.
    #[pyo3(signature = (timeout = None))]
    fn recv<'py>(&self, py: Python<'py>, timeout: Option<f64>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let received = self.by_hand()?.next(py, timeout)?;
        received.map(|received| self.reader.message(py, &received)).transpose()
    }

    /// The next message if there is one, else `None`.
    fn try_recv<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let received = self.by_hand()?.subscriber.try_recv().or_raise()?;
        received.map(|received| self.reader.message(py, &received)).transpose()
    }

    /// The next message with its :class:`MessageInfo`; `None` when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn recv_with_info<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<f64>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, MessageInfo)>> {
        let Some(received) = self.by_hand()?.next(py, timeout)? else { return Ok(None) };
        Ok(Some((self.reader.message(py, &received)?, info(py, &received))))
    }

    /// The CDR payload of the next message, copied; `None` when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn recv_serialized<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<f64>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let received = self.by_hand()?.next(py, timeout)?;
        Ok(received.map(|received| PyBytes::new(py, received.payload.as_slice())))
    }

    /// A view of the CDR payload of the next message; `None` when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn recv_raw_view<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<f64>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let received = self.by_hand()?.next(py, timeout)?;
        received.map(|received| raw_view(py, &received)).transpose()
    }

    /// Waits until the topic has a publisher; whether it has one when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn wait_for_publisher(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let subscriber = &self.reader.subscriber;
        let entity = subscriber.entity();
        until(py, timeout, |slice| {
            subscriber.check_open()?;
            entity.node().wait_for_publishers(entity.topic(), 1, slice)
        })
    }

    /// Waits for the next message in an event loop of ``asyncio``; ``None`` when `timeout` seconds are up. Cancelling it
    /// loses no message.
    #[pyo3(signature = (timeout = None))]
    fn recv_async<'py>(slf: Bound<'py, Self>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let timeout = self::timeout(timeout)?.map(|timeout| timeout.as_secs_f64());
        let receive = slf.py().import(intern!(slf.py(), "ros_z_py._async"))?.getattr("receive")?;
        receive.call1((slf, timeout))
    }

    /// The messages to come, for ``async for``, until it is closed.
    fn __aiter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        slf.py().import(intern!(slf.py(), "ros_z_py._async"))?.getattr("Messages")?.call1((slf,))
    }

    /// What wakes an event loop when a message comes.
    fn _wakeup(&self) -> PyResult<Wakeup> {
        let subscriber = &self.by_hand()?.subscriber;
        Wakeup::new(|waker| subscriber.wake(waker))
    }

    /// What waits for this in an event loop; it belongs to ``ros_z_py._async``.
    #[getter]
    fn _waiting(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.as_ref().map(|waiting| waiting.clone_ref(py))
    }

    #[setter(_waiting)]
    fn set_waiting(&self, waiting: Option<Py<PyAny>>) {
        let before =
            std::mem::replace(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner), waiting);
        drop(before);
    }

    /// Whether it was closed.
    #[getter]
    fn is_closed(&self) -> bool {
        self.reader.subscriber.is_closed()
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let subscriber = &self.by_hand()?.subscriber;
        let received = match subscriber.try_recv() {
            Ok(None) => wait(py, None, |slice| subscriber.recv(Some(slice)).transpose())?.transpose(),
            other => other,
        };
        match received {
            Ok(received) => received.map(|received| self.reader.message(py, &received)).transpose(),
            Err(error) => end_of_iteration(&error),
        }
    }

    /// How many messages were dropped because nobody took them in time.
    #[getter]
    fn dropped(&self) -> u64 {
        self.reader.subscriber.dropped()
    }

    /// The topic, fully qualified.
    #[getter]
    fn topic(&self) -> &str {
        self.reader.subscriber.entity().topic()
    }

    /// Full name of the message type.
    #[getter]
    fn type_name(&self) -> &str {
        self.reader.message_type.plan.type_name().as_str()
    }

    /// RIHS01 hash of the message type.
    #[getter]
    fn type_hash(&self) -> String {
        self.reader.message_type.plan.hash().to_string()
    }

    /// The quality of service, with everything filled in that was left to the middleware.
    #[getter]
    fn qos(&self) -> QosProfile {
        QosProfile { profile: *self.reader.subscriber.entity().qos() }
    }

    /// Takes it back and ends every wait on it. Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.reader.subscriber.close());
    }

    fn __repr__(&self) -> String {
        format!("<ZSubscriber of {} on {}>", self.type_name(), self.topic())
    }
}

closed_by_with!(ZSubscriber);
