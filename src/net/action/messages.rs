//! The messages that every action has, and goal ids in front of those of its type.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::goal_id::GoalId;
use super::status::GoalStatus;
use crate::codec::{Encapsulation, HEADER_SIZE, Plan};
use crate::error::{Error, ErrorKind, Result};
use crate::net::clock::Clock;
use crate::net::received::seconds;
use crate::net::typed::Format;
use crate::registry::Registry;
use crate::schema::{TypeDescription, TypeHash, TypeName};

/// How many bytes of a payload are its header and a goal id.
const WITH_ID: usize = HEADER_SIZE + 16;

/// `unique_identifier_msgs/msg/UUID`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Uuid {
    pub(super) uuid: [u8; 16],
}

/// When a goal was accepted: `builtin_interfaces/msg/Time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GoalStamp {
    /// Seconds since 1970.
    pub sec: i32,
    /// And nanoseconds.
    pub nanosec: u32,
}

impl GoalStamp {
    pub(super) fn now(clock: &Clock) -> Self {
        let (sec, nanosec) = seconds(clock.now());
        Self { sec, nanosec }
    }

    /// Whether it is 0, which in a request to cancel is no time.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// `action_msgs/msg/GoalInfo`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GoalInfoMessage {
    goal_id: Uuid,
    stamp: GoalStamp,
}

/// A goal, and when it was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoalInfo {
    /// Its id.
    pub goal_id: GoalId,
    /// When it was accepted.
    pub stamp: GoalStamp,
}

impl From<GoalInfoMessage> for GoalInfo {
    fn from(GoalInfoMessage { goal_id, stamp }: GoalInfoMessage) -> Self {
        Self { goal_id: GoalId(goal_id.uuid), stamp }
    }
}

impl From<GoalInfo> for GoalInfoMessage {
    fn from(GoalInfo { goal_id, stamp }: GoalInfo) -> Self {
        Self { goal_id: goal_id.into(), stamp }
    }
}

impl From<GoalId> for Uuid {
    fn from(GoalId(uuid): GoalId) -> Self {
        Self { uuid }
    }
}

/// `action_msgs/msg/GoalStatus`
#[derive(Debug, Serialize, Deserialize)]
struct GoalStatusMessage {
    goal_info: GoalInfoMessage,
    status: i8,
}

/// `action_msgs/msg/GoalStatusArray`
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GoalStatusArray {
    status_list: Vec<GoalStatusMessage>,
}

impl FromIterator<(GoalInfo, GoalStatus)> for GoalStatusArray {
    fn from_iter<T: IntoIterator<Item = (GoalInfo, GoalStatus)>>(goals: T) -> Self {
        let message = |(info, status): (GoalInfo, GoalStatus)| GoalStatusMessage {
            goal_info: info.into(),
            status: status.number(),
        };
        Self { status_list: goals.into_iter().map(message).collect() }
    }
}

impl GoalStatusArray {
    /// The goals with their states; a state that there is none of is that of no goal.
    pub(super) fn goals(&self) -> impl Iterator<Item = (GoalInfo, GoalStatus)> {
        self.status_list.iter().map(|message| {
            let status = GoalStatus::of_number(message.status).unwrap_or(GoalStatus::Unknown);
            (message.goal_info.into(), status)
        })
    }
}

/// `action_msgs/srv/CancelGoal_Request`
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CancelGoalRequest {
    pub(super) goal_info: GoalInfoMessage,
}

/// `action_msgs/srv/CancelGoal_Response`
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CancelGoalResponse {
    pub(super) return_code: i8,
    pub(super) goals_canceling: Vec<GoalInfoMessage>,
}

/// The response of `_SendGoal` of any action.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SendGoalResponse {
    pub(super) accepted: bool,
    pub(super) stamp: GoalStamp,
}

/// The request of `_GetResult` of any action.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GetResultRequest {
    pub(super) goal_id: Uuid,
}

/// A type with its hash as keys have it.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) name: TypeName,
    pub(super) hash: String,
    pub(super) description: Arc<TypeDescription>,
}

impl Described {
    pub(super) fn of(description: Arc<TypeDescription>) -> Result<Self> {
        let name = TypeName::parse(description.type_name())?;
        Ok(Self { name, hash: TypeHash::of(&description)?.to_string(), description })
    }
}

/// What every action has, as the built-in types have it.
pub(super) struct Common {
    pub(super) cancel_goal: Described,
    pub(super) status: Described,
    pub(super) cancel_request: Format<CancelGoalRequest>,
    pub(super) cancel_response: Format<CancelGoalResponse>,
    pub(super) status_array: Format<GoalStatusArray>,
}

impl Common {
    pub(super) fn get() -> Result<&'static Self> {
        static COMMON: LazyLock<Result<Common>> = LazyLock::new(|| {
            let registry = Registry::new();
            let describe = |name: &str| registry.describe(&TypeName::parse(name)?);
            let cancel_goal = Described::of(describe("action_msgs/srv/CancelGoal")?)?;
            let status = Described::of(describe("action_msgs/msg/GoalStatusArray")?)?;
            let plan = |name| Plan::compile(&registry.describe(&name)?);
            Ok(Common {
                cancel_request: Format::of(plan(cancel_goal.name.derived("Request"))?).checked()?,
                cancel_response: Format::of(plan(cancel_goal.name.derived("Response"))?).checked()?,
                status_array: Format::of(plan(status.name.clone())?).checked()?,
                cancel_goal,
                status,
            })
        });
        COMMON.as_ref().map_err(Clone::clone)
    }
}

/// A message with a goal id before it. The id is 16 bytes, so that what follows lies as it does alone.
pub(super) fn with_goal_id(id: GoalId, payload: &[u8]) -> Result<Vec<u8>> {
    Encapsulation::read(payload)?;
    let (header, body) = payload.split_at_checked(HEADER_SIZE).ok_or_else(too_short)?;
    Ok([header, &id.0, body].concat())
}

/// The goal id of a message, and the message without it.
pub(super) fn without_goal_id(payload: &[u8]) -> Result<(GoalId, Vec<u8>)> {
    Encapsulation::read(payload)?;
    let (header, _) = payload.split_at_checked(HEADER_SIZE).ok_or_else(too_short)?;
    let (_, body) = payload.split_at_checked(WITH_ID).ok_or_else(too_short)?;
    Ok((goal_id(payload)?, [header, body].concat()))
}

/// The goal id of a message.
pub(super) fn goal_id(payload: &[u8]) -> Result<GoalId> {
    let id = payload.get(HEADER_SIZE..WITH_ID).and_then(|id| id.try_into().ok());
    id.map(GoalId).ok_or_else(too_short)
}

fn too_short() -> Error {
    Error::new(ErrorKind::Truncated, "it ends within its goal id")
}
