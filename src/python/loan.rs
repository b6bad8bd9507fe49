//! Loans: payloads that a program writes in place, and that are published without a copy.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;

use crate::codec::{CdrWriter, Endian};
use crate::error::{Error, ErrorKind};
use crate::net::{self, Lent, Publisher};

use super::classes::MessageType;
use super::decode::{Output, decode};
use super::encode::{Blob, encode_with_gaps};
use super::errors::{OrRaise, raise};
use super::ffi::{Payload, ZBufView};
use super::wait::wait;

/// Memory of a publisher for one message, written in place: in shared memory, where the context has it, so that the
/// processes of this machine read it where it was written. A context manager that publishes at the end of its block, and
/// does not when an exception leaves it.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZLoan {
    publisher: Arc<Publisher>,
    payload: Arc<Payload>,
    is_shared: bool,
    message: Option<Py<PyAny>>,
    /// What is to be published, until it is.
    lent: Mutex<Option<Lent>>,
}

impl ZLoan {
    /// `length` bytes for a payload.
    pub(crate) fn of_length(py: Python<'_>, publisher: &Arc<Publisher>, length: usize) -> PyResult<Self> {
        let loan = borrow(py, publisher, length)?;
        Ok(Self::new(publisher, loan))
    }

    /// A message whose scalars, texts and lists are written, and whose arrays of numbers may be written later.
    pub(crate) fn of_message(
        publisher: &Arc<Publisher>,
        message_type: &MessageType,
        message: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let py = message.py();
        let mut writer = CdrWriter::new(Endian::Little, 256);
        encode_with_gaps(message_type, message, &mut writer)?;
        let mut loan = borrow(py, publisher, writer.len())?;
        put_together(writer, loan.as_mut_slice());
        let loan = Self::new(publisher, loan);
        let message = decode(py, message_type, &loan.payload, Output::Struct)?.unbind();
        Ok(Self { message: Some(message), ..loan })
    }

    fn new(publisher: &Arc<Publisher>, loan: net::Loan) -> Self {
        let is_shared = loan.is_shared();
        let (payload, lent) = Payload::from_loan(loan);
        let publisher = Arc::clone(publisher);
        Self { publisher, payload, is_shared, message: None, lent: Mutex::new(Some(lent)) }
    }

    /// What is to be published; nothing can be written any more through views that are asked for from now on.
    fn take(&self) -> Option<Lent> {
        self.payload.freeze();
        self.lent.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Waits for memory, where the context is to wait. Ctrl-C ends the wait.
fn borrow(py: Python<'_>, publisher: &Publisher, length: usize) -> PyResult<net::Loan> {
    loop {
        let loan = wait(py, None, |slice| publisher.loan(length, Some(slice)).transpose())?;
        if let Some(loan) = loan {
            return loan.or_raise();
        }
    }
}

/// Writes the parts of a payload into `place`, and leaves its gaps as they are.
fn put_together(writer: CdrWriter<Blob>, mut place: &mut [u8]) {
    let (own, blobs) = writer.into_parts();
    let mut start = 0;
    let mut take = |length: usize| {
        let (part, rest) = std::mem::take(&mut place).split_at_mut(length);
        place = rest;
        part
    };
    for (before, blob) in blobs {
        take(before - start).copy_from_slice(&own[start..before]);
        match blob {
            Blob::Gap(length) => _ = take(length),
            Blob::Items(_) => take(blob.as_ref().len()).copy_from_slice(blob.as_ref()),
        }
        start = before;
    }
    take(own.len() - start).copy_from_slice(&own[start..]);
}

#[pymethods]
impl ZLoan {
    /// The message, whose arrays of numbers can be written to through ``numpy.asarray(view)`` or ``memoryview(view)``
    /// until it is published; everything else is as it was given. ``None`` for a loan of bytes.
    #[getter]
    fn message(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.message.as_ref().map(|message| message.clone_ref(py))
    }

    /// The bytes of the payload, which can be written to until it is published.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, ZBufView>> {
        let length = self.payload.as_slice().len();
        ZBufView::new(Arc::clone(&self.payload), 0, length).or_raise()?.into_object(py)
    }

    /// Whether it lies in shared memory.
    #[getter]
    fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether it was published or given up.
    #[getter]
    fn is_closed(&self) -> bool {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Publishes it. Receivers on this machine read the very memory: a program must not write to it any more through
    /// arrays that it still has.
    fn publish(&self, py: Python<'_>) -> PyResult<()> {
        let Some(lent) = self.take() else {
            let topic = self.publisher.entity().topic();
            let message = format!("this loan of the publisher of {topic} was published or given up already");
            return Err(raise(&Error::new(ErrorKind::Closed, message)));
        };
        py.detach(|| self.publisher.send(lent.into())).or_raise()
    }

    /// Gives it up, if it was not published. Giving up again does nothing.
    fn close(&self) {
        drop(self.take());
    }

    fn __len__(&self) -> usize {
        self.payload.as_slice().len()
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        exception_type: &Bound<'_, PyAny>,
        _exception: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if exception_type.is_none() && !self.is_closed() {
            return self.publish(py);
        }
        self.close();
        Ok(())
    }

    fn __repr__(&self) -> String {
        let (length, place) = (self.__len__(), if self.is_shared { "shared" } else { "ordinary" });
        format!("<ZLoan of {length} bytes of {place} memory for {}>", self.publisher.entity().topic())
    }
}
