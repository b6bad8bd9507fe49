//! Publishers as Python sees them.

use std::sync::Arc;

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::codec::{CdrWriter, Endian};
use crate::error::{Error, ErrorKind};
use crate::net::{Publisher, ZBytes};

use super::classes::MessageType;
use super::encode::{BLOB_SIZE, Blob, encode};
use super::errors::{OrRaise, raise};
use super::ffi::{ItemFormat, Items};
use super::loan::ZLoan;
use super::qos::QosProfile;
use super::wait::{until, wait};
use super::with_statement::closed_by_with;

/// Sends messages on a topic. It may be used by many threads at once. A context manager.
#[pyclass(frozen, generic, module = "ros_z_py")]
pub(crate) struct ZPublisher {
    publisher: Arc<Publisher>,
    message_type: Arc<MessageType>,
}

impl ZPublisher {
    pub(crate) fn new(publisher: Publisher, message_type: Arc<MessageType>) -> Self {
        Self { publisher: Arc::new(publisher), message_type }
    }

    fn send(&self, py: Python<'_>, payload: ZBytes) -> PyResult<()> {
        let shared = match self.publisher.shares(&payload) {
            true => loop {
                let shared = wait(py, None, |slice| self.publisher.share(&payload, Some(slice)).transpose())?;
                if let Some(shared) = shared {
                    break shared.or_raise()?;
                }
            },
            false => payload,
        };
        py.detach(|| self.publisher.send(shared)).or_raise()
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
        payload.append(ZBytes::from(in_place(blob)));
        start = before;
    }
    payload.append(ZBytes::from(own.slice(start..)));
    payload.finish()
}

/// Bytes that nobody can change, as they lie, else a copy of them. Behind an owner of its own, a part of a received
/// shared-memory buffer cannot be taken for the whole.
fn in_place(blob: Blob) -> Bytes {
    match &blob {
        Blob::Items(items) if items.payload().is_immutable() => Bytes::from_owner(blob),
        _ => Bytes::copy_from_slice(blob.as_ref()),
    }
}

/// A payload in any bytes-like, for the transport.
fn raw_to_transport(payload: &Bound<'_, PyAny>) -> PyResult<ZBytes> {
    let items = Items::of_any(payload, Some(ItemFormat::UINT8))?;
    match items.payload().received() {
        Some(received) if items.is_whole() => Ok(ZBytes::from(received.clone())),
        _ if items.nbytes() < BLOB_SIZE => Ok(ZBytes::from(items.to_vec())),
        _ => Ok(ZBytes::from(in_place(Blob::Items(items)))),
    }
}

#[pymethods]
impl ZPublisher {
    /// Sends a message object or a dict, whose missing keys take their defaults. Large arrays of a received message, and
    /// large `bytes`, are not copied. Blocks only with a reliable, keep-all profile.
    fn publish(&self, message: &Bound<'_, PyAny>) -> PyResult<()> {
        self.send(message.py(), to_payload(&self.message_type, message)?)
    }

    /// Sends a payload as it is: CDR with its encapsulation, in any bytes-like. Large ``bytes`` and views are not copied.
    fn publish_raw(&self, payload: &Bound<'_, PyAny>) -> PyResult<()> {
        self.send(payload.py(), raw_to_transport(payload)?)
    }

    /// Memory for a payload of that many bytes, to be written in place and published without a copy.
    fn loan(&self, py: Python<'_>, length: usize) -> PyResult<ZLoan> {
        ZLoan::of_length(py, &self.publisher, length)
    }

    /// Memory for a message, to be published without a copy of its arrays of numbers: each may be given as an integer, the
    /// number of items that are written later, in place. The message is given as an object, as a dict, or by its fields.
    #[pyo3(signature = (message = None, /, **fields))]
    fn loan_message<'py>(
        &self,
        py: Python<'py>,
        message: Option<Bound<'py, PyAny>>,
        fields: Option<Bound<'py, PyDict>>,
    ) -> PyResult<ZLoan> {
        let message = match (message, fields) {
            (Some(_), Some(_)) => {
                let message = "loan_message() takes a message or its fields, not both";
                return Err(raise(&Error::new(ErrorKind::Argument, message)));
            }
            (Some(message), None) => message,
            (None, fields) => fields.unwrap_or_else(|| PyDict::new(py)).into_any(),
        };
        ZLoan::of_message(&self.publisher, &self.message_type, &message)
    }

    /// Waits until the topic has a subscriber; whether it has one when the time is up.
    #[pyo3(signature = (timeout = None))]
    fn wait_for_subscriber(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let entity = self.publisher.entity();
        until(py, timeout, |slice| {
            self.publisher.check_open()?;
            entity.node().wait_for_subscribers(entity.topic(), 1, slice)
        })
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

    fn __repr__(&self) -> String {
        format!("<ZPublisher of {} on {}>", self.type_name(), self.topic())
    }
}

closed_by_with!(ZPublisher);
