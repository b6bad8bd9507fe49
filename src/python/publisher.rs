//! Publishers as Python sees them.

use std::sync::Arc;

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::codec::{CdrWriter, Endian};
use crate::net::{Publisher, ZBytes};

use super::classes::MessageType;
use super::encode::{Blob, encode};
use super::errors::OrRaise;
use super::ffi::Payload;
use super::qos::QosProfile;
use super::wait::until;

/// Sends messages on a topic. It may be used by many threads at once. A context manager.
#[pyclass(frozen, generic, module = "ros_z_py")]
pub(crate) struct ZPublisher {
    publisher: Publisher,
    message_type: Arc<MessageType>,
}

impl ZPublisher {
    pub(crate) fn new(publisher: Publisher, message_type: Arc<MessageType>) -> Self {
        Self { publisher, message_type }
    }

    fn send(&self, py: Python<'_>, payload: ZBytes) -> PyResult<()> {
        py.detach(|| self.publisher.publish(payload)).or_raise()
    }
}

/// The payload of a message object or dict, for the transport.
pub(crate) fn to_payload(message_type: &MessageType, message: &Bound<'_, PyAny>) -> PyResult<ZBytes> {
    let mut writer = CdrWriter::new(Endian::Little, 256);
    encode(message_type, message, &mut writer)?;
    Ok(to_transport(writer))
}

/// A payload for the transport. Blobs that nobody can change go out as they lie; others are copied.
fn to_transport(writer: CdrWriter<Blob>) -> ZBytes {
    let (own, blobs) = writer.into_parts();
    if blobs.is_empty() {
        return ZBytes::from(own);
    }
    let own = Bytes::from(own);
    let mut payload = ZBytes::writer();
    let mut start = 0;
    for (before, blob) in blobs {
        payload.append(ZBytes::from(own.slice(start..before)));
        // Behind an owner of its own, a part of a received shared-memory buffer cannot be taken for the whole.
        let bytes = match blob.0.payload().is_immutable() {
            true => Bytes::from_owner(blob),
            false => Bytes::copy_from_slice(blob.as_ref()),
        };
        payload.append(ZBytes::from(bytes));
        start = before;
    }
    payload.append(ZBytes::from(own.slice(start..)));
    payload.finish()
}

#[pymethods]
impl ZPublisher {
    /// Sends a message object or a dict, whose missing keys take their defaults. Large arrays of a received message, and
    /// large `bytes`, are not copied. Blocks only with a reliable, keep-all profile.
    fn publish(&self, message: &Bound<'_, PyAny>) -> PyResult<()> {
        self.send(message.py(), to_payload(&self.message_type, message)?)
    }

    /// Sends a payload as it is: CDR with its encapsulation, in any bytes-like.
    fn publish_raw(&self, payload: &Bound<'_, PyAny>) -> PyResult<()> {
        let bytes = Bytes::copy_from_slice(Payload::from_any(payload)?.as_slice());
        self.send(payload.py(), ZBytes::from(bytes))
    }

    /// Waits until the topic has a subscriber; whether it has one when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn wait_for_subscriber(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let entity = self.publisher.entity();
        until(py, timeout, |slice| entity.node().wait_for_subscribers(entity.topic(), 1, slice))
    }

    /// The topic, fully qualified.
    #[getter]
    fn topic(&self) -> &str {
        self.publisher.entity().topic()
    }

    /// Full name of the message type.
    #[getter]
    fn type_name(&self) -> &str {
        self.message_type.plan.type_name().as_str()
    }

    /// RIHS01 hash of the message type.
    #[getter]
    fn type_hash(&self) -> String {
        self.message_type.plan.hash().to_string()
    }

    /// The quality of service, with everything filled in that was left to the middleware.
    #[getter]
    fn qos(&self) -> QosProfile {
        QosProfile { profile: *self.publisher.entity().qos() }
    }

    /// The 16 bytes that identify the publisher in the graph and in every message.
    #[getter]
    fn gid<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.publisher.entity().gid().0)
    }

    /// Takes it back. Closing again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.publisher.close());
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _exception_type: &Bound<'_, PyAny>,
        _exception: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        format!("<ZPublisher of {} on {}>", self.type_name(), self.topic())
    }
}
