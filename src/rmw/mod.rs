//! What `rmw_zenoh` writes into key expressions, liveliness tokens and attachments, as text and bytes.
//!
//! Nothing here needs a session: a recorded token parses and prints the same way a live one does. The key of
//! a topic ([`TopicKey`]), the token that announces an entity ([`LivelinessToken`]) with its QoS
//! ([`QosProfile`]), the identity derived from the token ([`Gid`]), and the 33 bytes that go with every message
//! ([`Attachment`]). Used by `net` and by tools that look at captured traffic.
//!
//! ```
//! use ros_z_dynamic::rmw::{LivelinessToken, names};
//! let token: LivelinessToken = "@ros2_lv/0/aac3178e146ba6f1fc6e6a4085e77f21/0/0/NN/%/%/listener".parse()?;
//! assert_eq!(token.node_name, "listener");
//! assert_eq!(token.gid().to_string(), "5bd72f4daf53c0bb00c7394e7fc19547");
//! assert_eq!(names::expand("~/status", "listener", "/robot1")?, "/robot1/listener/status");
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod attachment;
mod compatibility;
mod gid;
mod keyexpr;
mod liveliness;
pub mod names;
mod qos;
mod remap;

pub use attachment::Attachment;
pub use compatibility::incompatibility;
pub use gid::Gid;
pub use keyexpr::{CPU_CHANNEL, TopicKey, demangle, mangle};
pub use liveliness::{ADMIN_SPACE, Endpoint, EntityKind, LivelinessToken, ros_type_name};
pub use qos::{Durability, History, Liveliness, QosDuration, QosProfile, Reliability};
pub use remap::RemapRule;
