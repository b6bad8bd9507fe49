//! [`Received`]: a message, request or reply as it arrived.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use zenoh::bytes::ZBytes;
use zenoh::shm::ShmBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::Attachment;

/// A payload below this size is copied: a slice of it would hold on to a whole receive batch of up to 64 KiB.
const COPIED_BELOW: usize = 4096;

/// A message, request or reply as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// CDR with its encapsulation.
    pub payload: ReceivedBytes,
    /// What the sender says of it; a reply carries what its request said of itself, but its own time.
    pub attachment: Attachment,
    /// When it arrived, in nanoseconds since 1970.
    pub received_timestamp: i64,
}

impl Received {
    /// Errors when the attachment is missing or malformed.
    pub(super) fn new(payload: &ZBytes, attachment: Option<&ZBytes>) -> Result<Self> {
        let received_timestamp = now();
        let attachment = attachment.ok_or_else(|| Error::new(ErrorKind::Protocol, "it has no attachment"))?;
        let attachment = Attachment::parse(&attachment.to_bytes())?;
        Ok(Self { payload: ReceivedBytes::new(payload), attachment, received_timestamp })
    }
}

/// A received payload in one piece. Clones share it.
#[derive(Clone)]
pub struct ReceivedBytes(Place);

#[derive(Clone)]
enum Place {
    /// Where the transport received it, in its only slice.
    Received(ZBytes),
    Copy(Bytes),
}

impl ReceivedBytes {
    /// A large payload in one piece is kept as it lies; fragments are joined, and small ones copied out, once. Runs on
    /// zenoh's receive thread.
    pub(super) fn new(payload: &ZBytes) -> Self {
        let mut slices = payload.slices();
        let first = slices.next().unwrap_or_default();
        match (slices.next(), first.len()) {
            (None, ..COPIED_BELOW) => Self(Place::Copy(Bytes::copy_from_slice(first))),
            (None, _) => Self(Place::Received(payload.clone())),
            (Some(_), _) => Self(Place::Copy(Bytes::from(payload.to_bytes().into_owned()))),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Place::Received(payload) => payload.slices().next().unwrap_or_default(),
            Place::Copy(bytes) => bytes,
        }
    }

    /// Whether they lie where the transport received them; fragments were joined, and small payloads copied.
    #[must_use]
    pub fn is_zero_copy(&self) -> bool {
        matches!(self.0, Place::Received(_))
    }

    /// Whether they are still what was received. Shared memory of an implicit pool (not of ours) can be taken back by its
    /// publisher while this process is stopped for seconds; anything else stays as it is.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        match &self.0 {
            Place::Received(payload) => payload.as_shm().is_none_or(|memory| memory.is_valid()),
            Place::Copy(_) => true,
        }
    }
}

impl AsRef<[u8]> for ReceivedBytes {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

/// To send it on without a copy.
impl From<ReceivedBytes> for ZBytes {
    fn from(bytes: ReceivedBytes) -> Self {
        match bytes.0 {
            Place::Received(payload) => payload,
            Place::Copy(bytes) => Self::from(bytes),
        }
    }
}

impl std::fmt::Debug for ReceivedBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.as_slice().len())
    }
}

/// An instant as messages have it: seconds, and nanoseconds.
pub(super) fn seconds(instant: i64) -> (i32, u32) {
    let sec = i32::try_from(instant.div_euclid(1_000_000_000)).unwrap_or(i32::MAX);
    (sec, u32::try_from(instant.rem_euclid(1_000_000_000)).unwrap_or_default())
}

/// Nanoseconds since 1970; the field has room until 2262.
pub(super) fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_nanos()).unwrap_or(i64::MAX)
}
