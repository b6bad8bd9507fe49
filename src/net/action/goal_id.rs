//! [`GoalId`]: what names a goal.

use std::fmt;
use std::str::FromStr;

use zenoh::config::ZenohId;

use crate::error::{Error, ErrorKind, Result};

/// The 16 bytes of a `unique_identifier_msgs/UUID` that name a goal; displays as 32 hex digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GoalId(pub [u8; 16]);

impl GoalId {
    /// A random one: a UUID of version 4.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = ZenohId::default().to_le_bytes();
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        Self(bytes)
    }

    /// Whether it names no goal, which in a request to cancel means every goal.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 16]
    }
}

impl fmt::Display for GoalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for GoalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads 32 hex digits, with or without the hyphens of a UUID.
impl FromStr for GoalId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text.replace('-', "");
        let are_digits = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        match u128::from_str_radix(&digits, 16) {
            Ok(number) if are_digits => Ok(Self(number.to_be_bytes())),
            _ => {
                let message =
                    format!("`{text}` is not the id of a goal; expected the 32 hex digits of a UUID");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ones_are_uuids_of_version_4_and_differ() {
        let (one, other) = (GoalId::random(), GoalId::random());
        assert_ne!(one, other);
        assert_eq!((one.0[6] >> 4, one.0[8] >> 6), (4, 2));
    }

    #[test]
    fn text_form_round_trips_and_nonsense_is_refused() {
        let id: GoalId = "59dba55d-a179-406c-9421-c43004650cd6".parse().unwrap();
        assert_eq!(id.to_string(), "59dba55da179406c9421c43004650cd6");
        assert_eq!(id.to_string().parse::<GoalId>().unwrap(), id);
        for bad in ["", "59db", "+9dba55da179406c9421c43004650cd6", "zz"] {
            assert_eq!(bad.parse::<GoalId>().unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
    }
}
