//! [`Gid`]: the 16 bytes that name an entity in attachments and in the graph.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_128;

use crate::error::{Error, ErrorKind, Result};

/// The identity of a publisher, subscription, service or client; displays as 32 hex digits.
///
/// `rmw_zenoh` derives it from the entity's liveliness token, and an observer from the token that it prints
/// itself after parsing; the two agree when the token is canonical.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gid(pub [u8; 16]);

impl Gid {
    /// The gid of the entity that this liveliness token announces: XXH3-128, low half first.
    #[must_use]
    pub fn of_token(token: &str) -> Self {
        Self(xxh3_128(token.as_bytes()).to_le_bytes())
    }
}

impl fmt::Display for Gid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Gid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Gid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match u128::from_str_radix(text, 16) {
            Ok(number) if digits => Ok(Self(number.to_be_bytes())),
            _ => {
                Err(Error::new(ErrorKind::Protocol, format!("`{text}` is not a gid; expected 32 hex digits")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_hash_of_the_token_low_half_first() {
        let token = "@ros2_lv/0/aac3178e146ba6f1fc6e6a4085e77f21/0/0/NN/%/%/listener";
        assert_eq!(Gid::of_token(token).to_string(), "5bd72f4daf53c0bb00c7394e7fc19547");
    }

    #[test]
    fn text_form_round_trips_and_nonsense_is_refused() {
        let gid = Gid(*b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\xff");
        assert_eq!(gid.to_string().parse::<Gid>().unwrap(), gid);
        for bad in ["", "00", "+0010203040506070809a0b0c0d0e0ff", "zz0102030405060708090a0b0c0d0e0f"] {
            assert_eq!(bad.parse::<Gid>().unwrap_err().kind(), ErrorKind::Protocol, "{bad}");
        }
    }
}
