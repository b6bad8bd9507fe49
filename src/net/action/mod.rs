//! Actions: long tasks that tell how far they are and can be cancelled, as ROS 2 has them on the wire.
//!
//! An action is three services and two topics below its name (`_action/send_goal`, `cancel_goal`, `get_result`,
//! `feedback`, `status`). An [`ActionType`] is what they carry, derived at run time; goals, feedback and results are
//! payloads of their own here, as messages are elsewhere. What genuine nodes do in each case is in the tests, which
//! replay it. Used by the command line and the Python module.
//!
//! ```
//! use std::time::Duration;
//! use ros_z_dynamic::net::{ActionType, ContextBuilder, GoalStatus, Router};
//! use ros_z_dynamic::registry::Registry;
//!
//! let router = Router::open("tcp/127.0.0.1:0")?;
//! let node = ContextBuilder::new().with_router_endpoint(router.endpoint()).build()?.create_node("both").build()?;
//! let fibonacci = ActionType::of_registry(&Registry::new(), "example_interfaces/action/Fibonacci")?;
//! let server = node.create_action_server("fibonacci", &fibonacci).build()?;
//! let client = node.create_action_client("fibonacci", &fibonacci)?;
//!
//! let soon = Some(Duration::from_secs(5));
//! let serving = std::thread::spawn(move || {
//!     let request = server.recv_goal(soon)?.expect("a goal");
//!     assert_eq!(request.goal(), b"\x00\x01\x00\x00\x02\x00\x00\x00");
//!     let goal = request.accept_and_execute()?;
//!     goal.succeed(b"\x00\x01\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00")?;
//!     Ok::<_, ros_z_dynamic::Error>(server)
//! });
//! let (goal, answer) = client.send_goal(b"\x00\x01\x00\x00\x02\x00\x00\x00", soon)?;
//! assert!(answer.accepted);
//! assert_eq!(goal.get_result(soon)?.status, GoalStatus::Succeeded);
//! # serving.join().unwrap()?;
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod action_type;
mod cancel;
mod client;
mod client_goal;
mod goal_id;
mod messages;
mod server;
mod server_goal;
mod server_state;
mod status;
mod status_pace;

pub use action_type::ActionType;
pub use cancel::{CancelRequest, CancelResponse, CancelResult};
pub use client::ActionClient;
pub use client_goal::{Acceptance, Asked, ClientGoal, GivesUp, GoalOutcome, Inquiry};
pub use goal_id::GoalId;
pub use messages::{GoalInfo, GoalStamp};
pub use server::{ActionServer, ActionServerBuilder};
pub use server_goal::{GoalRequest, ServerGoal};
pub use status::GoalStatus;
