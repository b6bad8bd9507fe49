//! [`Received`]: a message, request or reply as it arrived.

use std::time::{SystemTime, UNIX_EPOCH};

use zenoh::bytes::ZBytes;

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::Attachment;

/// A payload below this size is copied: a slice of it would hold on to a whole receive batch of up to 64 KiB.
const COPIED_BELOW: usize = 4096;

/// A message, request or reply as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// CDR with its encapsulation, in one piece.
    pub payload: ZBytes,
    /// Whether the payload lies where the transport received it; fragments were joined, and small ones copied.
    pub is_zero_copy: bool,
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
        let (payload, is_zero_copy) = contiguous(payload);
        Ok(Self { payload, is_zero_copy, attachment, received_timestamp })
    }
}

/// A large payload in one piece is kept as it lies; fragments are joined, and small ones copied out, once. Also says
/// whether it was kept.
fn contiguous(payload: &ZBytes) -> (ZBytes, bool) {
    if payload.len() >= COPIED_BELOW && payload.slices().nth(1).is_none() {
        return (payload.clone(), true);
    }
    (ZBytes::from(payload.to_bytes().into_owned()), false)
}

/// Nanoseconds since 1970; the field has room until 2262.
pub(super) fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_nanos()).unwrap_or(i64::MAX)
}
