//! Parameters: named values of a node that others can read, and set where the node allows it.
//!
//! Every node has [`Parameters`]. Unless it is built otherwise it serves the six services of ROS for them, and tells of
//! changes on `/parameter_events`; [`ParameterClient`] asks other nodes, [`ParameterFile`] is what files say of them. What is allowed, and what is said of what is not, is as in `rclcpp`.
//!
//! ```
//! use std::time::Duration;
//! use ros_z_dynamic::net::{ContextBuilder, Parameter, ParameterDescriptor, ParameterValue, Router};
//!
//! let router = Router::open("tcp/127.0.0.1:0")?;
//! let context = ContextBuilder::new().with_router_endpoint(router.endpoint()).build()?;
//! let robot = context.create_node("robot").build()?;
//! let parameters = robot.parameters();
//! parameters.declare("speed", ParameterValue::Double(0.5), ParameterDescriptor::default())?;
//!
//! let other = context.create_node("other").build()?;
//! let client = other.create_parameter_client("/robot")?;
//! let soon = Some(Duration::from_secs(5));
//! let faster = Parameter::new("speed", ParameterValue::Double(1.0));
//! assert!(client.set(vec![faster], soon)?[0].successful);
//! assert_eq!(parameters.get("speed")?, ParameterValue::Double(1.0));
//! let wrong = Parameter::new("speed", ParameterValue::Bool(true));
//! assert!(!client.set(vec![wrong], soon)?[0].successful);
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod client;
mod formats;
mod messages;
mod node_parameters;
mod service;
mod store;
mod value;
mod yaml;
mod yaml_out;
mod yaml_scalar;
mod yaml_tree;

pub use client::ParameterClient;
pub use messages::{ListParametersResult, SetParametersResult};
pub use node_parameters::{Declaration, ParameterCallback, Parameters};
pub(crate) use service::EVENTS;
pub(super) use service::{NodeParameters, ParameterSettings};
pub use value::{Parameter, ParameterDescriptor, ParameterRange, ParameterType, ParameterValue};
pub use yaml::ParameterFile;
pub(crate) use yaml::{EVERY_NODE, is_name_of, of_command, of_text};
pub(crate) use yaml_out::{is_text_of_yaml, shown, to_file};
