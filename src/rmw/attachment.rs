//! [`Attachment`]: what goes beside every message, request and reply.

use crate::error::{Error, ErrorKind, Result};

use super::gid::Gid;

const GID_LENGTH: u8 = 16;
const SEQUENCE_NUMBER: &[u8] = b"\x0fsequence_number";
const SOURCE_TIMESTAMP: &[u8] = b"\x10source_timestamp";
const SOURCE_GID: &[u8] = b"\x0asource_gid";

/// Sequence number, time and identity of the sender.
///
/// ```
/// use ros_z_dynamic::rmw::{Attachment, Gid};
/// let sent = Attachment { sequence_number: 1, source_timestamp: 1_700_000_000_123_456_789, source_gid: Gid([7; 16]) };
/// assert_eq!(Attachment::parse(&sent.to_bytes())?, sent);
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attachment {
    /// Counted from 1 by each publisher and each client; a reply carries its request's.
    pub sequence_number: i64,
    /// When it was sent, in nanoseconds since 1970.
    pub source_timestamp: i64,
    /// Who sent it; a reply carries its client's.
    pub source_gid: Gid,
}

impl Attachment {
    /// Bytes on the wire.
    pub const SIZE: usize = 33;

    /// The bytes on the wire. Genuine nodes abort on any other length, so nothing else may be sent.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..8].copy_from_slice(&self.sequence_number.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.source_timestamp.to_le_bytes());
        bytes[16] = GID_LENGTH;
        bytes[17..].copy_from_slice(&self.source_gid.0);
        bytes
    }

    /// Reads today's form and the older one with key names; bytes after the end are ignored, as genuine nodes do.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let keyed = bytes.starts_with(SEQUENCE_NUMBER);
        read(bytes, keyed).ok_or_else(|| {
            let length = bytes.len();
            Error::new(ErrorKind::Protocol, format!("{length} bytes that are not an attachment of rmw_zenoh"))
        })
    }
}

fn read(bytes: &[u8], keyed: bool) -> Option<Attachment> {
    let key = |name: &'static [u8]| if keyed { name } else { b"" };
    let (sequence_number, rest) = bytes.strip_prefix(key(SEQUENCE_NUMBER))?.split_first_chunk()?;
    let (source_timestamp, rest) = rest.strip_prefix(key(SOURCE_TIMESTAMP))?.split_first_chunk()?;
    let rest = rest.strip_prefix(key(SOURCE_GID))?.strip_prefix(&[GID_LENGTH])?;
    Some(Attachment {
        sequence_number: i64::from_le_bytes(*sequence_number),
        source_timestamp: i64::from_le_bytes(*source_timestamp),
        source_gid: Gid(*rest.first_chunk()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worked() -> (Attachment, Vec<u8>, Vec<u8>) {
        let gid: [u8; 16] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let time = 1_700_000_000_123_456_789_i64;
        let attachment = Attachment { sequence_number: 1, source_timestamp: time, source_gid: Gid(gid) };
        let plain = [&1i64.to_le_bytes()[..], &time.to_le_bytes(), &[16], &gid].concat();
        let keyed = [
            b"\x0fsequence_number",
            &1i64.to_le_bytes()[..],
            b"\x10source_timestamp",
            &time.to_le_bytes(),
            b"\x0asource_gid\x10",
            &gid,
        ]
        .concat();
        (attachment, plain, keyed)
    }

    #[test]
    fn writes_the_exact_bytes_and_reads_both_forms() {
        let (attachment, plain, keyed) = worked();
        assert_eq!((plain.len(), keyed.len()), (33, 77));
        assert_eq!(attachment.to_bytes()[..], plain);
        for bytes in [plain, keyed] {
            assert_eq!(Attachment::parse(&bytes).unwrap(), attachment);
            assert_eq!(Attachment::parse(&[&bytes[..], b"later"].concat()).unwrap(), attachment);
            for end in 0..bytes.len() {
                assert_eq!(
                    Attachment::parse(&bytes[..end]).unwrap_err().kind(),
                    ErrorKind::Protocol,
                    "{end}"
                );
            }
        }
    }

    #[test]
    fn any_number_is_taken_but_only_a_gid_of_16_bytes() {
        let (_, mut plain, _) = worked();
        plain[..16].copy_from_slice(&[0xff; 16]);
        assert_eq!(Attachment::parse(&plain).unwrap().sequence_number, -1);
        plain[16] = 15;
        assert!(Attachment::parse(&plain).is_err());
    }
}
