//! [`TopicKey`]: the key expression that carries a topic's or a service's data.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// The chunk below a topic's key on which buffer-aware publishers (Lyrical and later) write plain CDR to one another.
pub const CPU_CHANNEL: &str = "_buf_cpu";

/// `<domain>/<name>/<DDS type>/<hash>`: both ends must write the same text, or no data flows.
///
/// ```
/// use ros_z_dynamic::rmw::TopicKey;
/// let key = TopicKey::new(0, "/robot1/chatter", "std_msgs::msg::dds_::String_", "TypeHashNotSupported");
/// assert_eq!(key.to_string(), "0/robot1/chatter/std_msgs::msg::dds_::String_/TypeHashNotSupported");
/// assert_eq!(key.to_string().parse::<TopicKey>()?, key);
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicKey {
    /// The ROS domain.
    pub domain_id: u32,
    /// The fully qualified name, with its leading slash.
    pub name: String,
    /// The type in DDS spelling; for a service, of the service.
    pub dds_type: String,
    /// The type hash as text; on Humble [`HASH_NOT_SUPPORTED`](crate::schema::HASH_NOT_SUPPORTED).
    pub type_hash: String,
}

impl TopicKey {
    /// The key of a topic or service with a fully qualified name.
    pub fn new(domain_id: u32, name: &str, dds_type: &str, type_hash: &str) -> Self {
        Self { domain_id, name: name.into(), dds_type: dds_type.into(), type_hash: type_hash.into() }
    }
}

impl fmt::Display for TopicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.strip_prefix('/').unwrap_or(&self.name);
        let name = name.strip_suffix('/').unwrap_or(name);
        write!(f, "{}/{name}/{}/{}", self.domain_id, self.dds_type, self.type_hash)
    }
}

impl FromStr for TopicKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || {
            let expected = "expected `<domain>/<name>/<type>/<hash>`";
            Error::new(ErrorKind::Protocol, format!("`{text}` is not the key of a ROS topic; {expected}"))
        };
        let (domain_id, rest) = text.split_once('/').ok_or_else(bad)?;
        let mut chunks = rest.rsplitn(3, '/');
        match (chunks.next(), chunks.next(), chunks.next()) {
            (Some(type_hash), Some(dds_type), Some(name))
                if rest.split('/').all(|chunk| !chunk.is_empty()) =>
            {
                let domain_id = domain_id.parse().map_err(|_| bad())?;
                Ok(Self::new(domain_id, &format!("/{name}"), dds_type, type_hash))
            }
            _ => Err(bad()),
        }
    }
}

/// A name as one chunk of a liveliness token: every `/` becomes `%`.
#[must_use]
pub fn mangle(name: &str) -> String {
    name.replace('/', "%")
}

/// The name that a chunk of a liveliness token stands for; loses nothing, because ROS names hold no `%`.
#[must_use]
pub fn demangle(chunk: &str) -> String {
    chunk.replace('%', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_inner_slashes() {
        for (name, key) in [
            ("/chatter", "0/chatter/T/H"),
            ("/robot1/arm/chatter", "0/robot1/arm/chatter/T/H"),
            ("/fibonacci/_action/send_goal", "0/fibonacci/_action/send_goal/T/H"),
        ] {
            let built = TopicKey::new(0, name, "T", "H");
            assert_eq!(built.to_string(), key);
            assert_eq!(key.parse::<TopicKey>().unwrap(), built);
        }
    }

    #[test]
    fn other_keys_are_refused_with_their_text() {
        for text in ["", "0", "0/a/T", "x/a/T/H", "0//T/H", "0/a/T/", "-1/a/T/H", "@ros2_lv/0/z/0/0/NN/%/%/n"]
        {
            let error = text.parse::<TopicKey>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{text}");
            assert!(error.to_string().contains(&format!("`{text}`")));
        }
    }

    #[test]
    fn mangling_is_lossless() {
        for (name, chunk) in [("/", "%"), ("/robot1", "%robot1"), ("/a/b", "%a%b"), ("plain", "plain")] {
            assert_eq!(mangle(name), chunk);
            assert_eq!(demangle(chunk), name);
        }
    }
}
