//! [`LivelinessToken`]: how nodes and endpoints announce themselves.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

use super::gid::Gid;
use super::keyexpr::{TopicKey, demangle, mangle};
use super::qos::QosProfile;

/// The first chunk of every token. It is verbatim: wildcards do not match it.
pub const ADMIN_SPACE: &str = "@ros2_lv";

const NODE_KIND: &str = "NN";
const NODE_CHUNKS: usize = 9;
const ENDPOINT_CHUNKS: usize = 13;
const BACKENDS: &str = "backends:";

/// The kinds of endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// `MP`
    Publisher,
    /// `MS`
    Subscription,
    /// `SS`
    Service,
    /// `SC`
    Client,
}

impl EntityKind {
    /// The chunk in a token.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publisher => "MP",
            Self::Subscription => "MS",
            Self::Service => "SS",
            Self::Client => "SC",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Subscription => "subscription",
            Self::Service => "server",
            Self::Client => "client",
        }
    }

    fn from_chunk(chunk: &str) -> Option<Self> {
        [Self::Publisher, Self::Subscription, Self::Service, Self::Client]
            .into_iter()
            .find(|kind| kind.as_str() == chunk)
    }
}

/// What a token says of an endpoint, beyond the node that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Publisher, subscription, service or client.
    pub kind: EntityKind,
    /// The fully qualified name of the topic or service.
    pub topic: String,
    /// The type in DDS spelling. Peers may write anything: it is compared, not parsed.
    pub dds_type: String,
    /// The type hash as text. Peers may write anything.
    pub type_hash: String,
    /// The quality of service that is asked for or offered.
    pub qos: QosProfile,
    /// What follows `backends:` in the optional last chunk (Lyrical and later): `name:metadata`, sorted and with `;`
    /// between. The endpoint is buffer-aware then.
    pub backends: Option<String>,
}

/// A liveliness token, parsed; displays as the canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LivelinessToken {
    /// The ROS domain.
    pub domain_id: u32,
    /// The Zenoh session that the entity lives in.
    pub zid: String,
    /// The id of the node within its session.
    pub node_id: String,
    /// The id of the entity within its session; a node's own id for a node.
    pub entity_id: String,
    /// The security enclave.
    pub enclave: String,
    /// The namespace of the node.
    pub namespace: String,
    /// The name of the node.
    pub node_name: String,
    /// The endpoint, or `None` when the token announces the node itself.
    pub endpoint: Option<Endpoint>,
}

impl LivelinessToken {
    /// The gid that this token gives to the entity.
    #[must_use]
    pub fn gid(&self) -> Gid {
        Gid::of_token(&self.to_string())
    }

    /// The key of the endpoint's data, or `None` for a node.
    #[must_use]
    pub fn topic_key(&self) -> Option<TopicKey> {
        let endpoint = self.endpoint.as_ref()?;
        Some(TopicKey::new(self.domain_id, &endpoint.topic, &endpoint.dds_type, &endpoint.type_hash))
    }
}

impl fmt::Display for LivelinessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain_id, zid, node_id, entity_id, node_name, .. } = self;
        let (enclave, namespace) = (mangle(&self.enclave), mangle(&self.namespace));
        let kind = self.endpoint.as_ref().map_or(NODE_KIND, |endpoint| endpoint.kind.as_str());
        write!(f, "{ADMIN_SPACE}/{domain_id}/{zid}/{node_id}/{entity_id}/{kind}/{enclave}/{namespace}/")?;
        f.write_str(&mangle(node_name))?;
        let Some(Endpoint { topic, dds_type, type_hash, qos, backends, .. }) = &self.endpoint else {
            return Ok(());
        };
        write!(f, "/{}/{dds_type}/{type_hash}/{qos}", mangle(topic))?;
        match backends {
            Some(backends) => write!(f, "/{BACKENDS}{backends}"),
            None => Ok(()),
        }
    }
}

/// Reads a token as leniently as genuine nodes: further chunks are ignored, ids and types may be any text.
impl FromStr for LivelinessToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |complaint: String| {
            Error::new(ErrorKind::Protocol, format!("`{text}` is not a liveliness token: {complaint}"))
        };
        let chunks: Vec<&str> = text.split('/').collect();
        let [ADMIN_SPACE, domain_id, zid, node_id, entity_id, kind, enclave, namespace, name, rest @ ..] =
            &chunks[..]
        else {
            let expected = format!("expected {ADMIN_SPACE} and at least {NODE_CHUNKS} chunks");
            return Err(bad(format!("{expected}, found {}", chunks.len())));
        };
        if let Some(index) = chunks.iter().position(|chunk| chunk.is_empty()) {
            return Err(bad(format!("chunk {index} is empty")));
        }
        let endpoint = match (EntityKind::from_chunk(kind), rest) {
            (None, _) if *kind == NODE_KIND => None,
            (None, _) => return Err(bad(format!("`{kind}` is no kind of entity"))),
            (Some(kind), [topic, dds_type, type_hash, qos, more @ ..]) => Some(Endpoint {
                kind,
                topic: demangle(topic),
                dds_type: (*dds_type).to_owned(),
                type_hash: (*type_hash).to_owned(),
                qos: qos.parse().map_err(|e: Error| bad(e.message().to_owned()))?,
                backends: more.first().and_then(|chunk| chunk.strip_prefix(BACKENDS)).map(canonical),
            }),
            (Some(_), _) => {
                return Err(bad(format!("an endpoint has {ENDPOINT_CHUNKS} chunks, found {}", chunks.len())));
            }
        };
        Ok(Self {
            domain_id: domain_id.parse().map_err(|_| bad(format!("`{domain_id}` is no domain")))?,
            zid: (*zid).to_owned(),
            node_id: (*node_id).to_owned(),
            entity_id: (*entity_id).to_owned(),
            enclave: demangle(enclave),
            namespace: demangle(namespace),
            node_name: demangle(name),
            endpoint,
        })
    }
}

/// Buffer backends in the order in which they are written: by name.
fn canonical(backends: &str) -> String {
    let mut backends: Vec<&str> = backends.split(';').collect();
    backends.sort_by_key(|backend| backend.split(':').next());
    backends.join(";")
}

/// A DDS type name as ROS tools show it: `std_msgs::msg::dds_::String_` is `std_msgs/msg/String`. Text in another
/// form is shown as it is.
#[must_use]
pub fn ros_type_name(dds_type: &str) -> String {
    match dds_type.split_once("dds_::") {
        Some((namespace, name)) => {
            format!("{}{}", namespace.replace("::", "/"), name.strip_suffix('_').unwrap_or(name))
        }
        None => dds_type.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_who_and_what() {
        let text = "@ros2_lv/7/8b20917502ee955ac4476e0266340d5c/3/10/MS/%robot1%nav/%robot1/nav/%robot1%scan/\
                    sensor_msgs::msg::dds_::LaserScan_/RIHS01_00/2::,5:,:,:,,/backends:cpu:";
        let token: LivelinessToken = text.parse().unwrap();
        assert_eq!((token.domain_id, &*token.node_id, &*token.entity_id), (7, "3", "10"));
        assert_eq!(
            (&*token.enclave, &*token.namespace, &*token.node_name),
            ("/robot1/nav", "/robot1", "nav")
        );
        let endpoint = token.endpoint.clone().unwrap();
        assert_eq!((endpoint.kind, &*endpoint.topic), (EntityKind::Subscription, "/robot1/scan"));
        assert_eq!((endpoint.qos, endpoint.backends.as_deref()), (QosProfile::SENSOR_DATA, Some("cpu:")));
        assert_eq!(ros_type_name(&endpoint.dds_type), "sensor_msgs/msg/LaserScan");
        assert_eq!(token.to_string(), text);
        let key = token.topic_key().unwrap().to_string();
        assert_eq!(key, "7/robot1/scan/sensor_msgs::msg::dds_::LaserScan_/RIHS01_00");
    }

    #[test]
    fn buffer_backends_are_written_in_order_and_belong_to_the_gid() {
        let with = |backends: &str| {
            let token = format!("@ros2_lv/0/z/0/1/MP/%/%/n/%a/T/H/::,10:,:,:,,{backends}");
            let token: LivelinessToken = token.parse().unwrap();
            (token.gid(), token.to_string(), token.endpoint.unwrap().backends)
        };
        let (plain, _, none) = with("");
        assert_eq!(none, None);
        for (given, written) in [
            ("cpu:", "cpu:"),
            ("cuda:device%3A0;cpu:", "cpu:;cuda:device%3A0"),
            ("cpu2:;cpu:x%2Fy", "cpu:x%2Fy;cpu2:"),
            ("", ""),
        ] {
            let (gid, text, backends) = with(&format!("/backends:{given}/more"));
            assert_eq!(backends.as_deref(), Some(written));
            assert!(text.ends_with(&format!(",,/backends:{written}")), "{text}");
            assert_eq!(gid, Gid::of_token(&text));
            assert_ne!(gid, plain);
        }
        assert_eq!(with("/something").2, None);
    }

    #[test]
    fn malformed_tokens_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "at least 9 chunks, found 1"),
            ("@ros2_lv/0/z/0/0/NN/%/%", "at least 9 chunks, found 8"),
            ("@other/0/z/0/0/NN/%/%/n", "expected @ros2_lv"),
            ("@ros2_lv/zero/z/0/0/NN/%/%/n", "`zero` is no domain"),
            ("@ros2_lv/0//0/0/NN/%/%/n", "chunk 2 is empty"),
            ("@ros2_lv/0/z/0/0/XX/%/%/n", "`XX` is no kind"),
            ("@ros2_lv/0/z/0/1/MP/%/%/n/%a/T/H", "13 chunks, found 12"),
            ("@ros2_lv/0/z/0/1/MP/%/%/n/%a/T/H/abc", "`abc` is not a QoS profile"),
        ] {
            let error = text.parse::<LivelinessToken>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{text}");
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn types_are_shown_as_ros_tools_show_them() {
        for (dds, shown) in [
            ("std_msgs::msg::dds_::String_", "std_msgs/msg/String"),
            ("std_msgs::msg::String", "std_msgs::msg::String"),
            ("foo", "foo"),
        ] {
            assert_eq!(ros_type_name(dds), shown);
        }
    }
}
