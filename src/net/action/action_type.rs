//! [`ActionType`]: what the services and topics of an action carry.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::goal_id::GoalId;
use super::messages::{Common, Described, GetResultRequest, SendGoalResponse};
use super::status::GoalStatus;
use crate::codec::{Endian, Plan, Value, decode_value, encode_value, validate};
use crate::error::{Error, ErrorKind, Result};
use crate::net::node::Node;
use crate::net::typed::Format;
use crate::registry::Registry;
use crate::schema::{DefinitionKind, TypeDescription, TypeName};

const STATUS: &str = "status";
const RESULT: &str = "result";

/// An action type: its name, and the types that ROS derives from it, compiled.
#[derive(Debug)]
pub struct ActionType {
    name: TypeName,
    pub(super) send_goal: Described,
    pub(super) get_result: Described,
    pub(super) feedback_message: Described,
    goal: Arc<Plan>,
    result: Arc<Plan>,
    feedback: Arc<Plan>,
    send_goal_request: Arc<Plan>,
    get_result_response: Arc<Plan>,
    pub(super) acceptance: Format<SendGoalResponse>,
    pub(super) result_request: Format<GetResultRequest>,
}

impl ActionType {
    /// The action type that this name has in the registry.
    pub fn of_registry(registry: &Registry, spelling: &str) -> Result<Arc<Self>> {
        let found = registry.find(spelling)?;
        if found.kind != DefinitionKind::Action {
            let message = format!("`{}` is a {}, not an action", found.type_name, found.kind.as_str());
            return Err(Error::new(ErrorKind::UnknownType, message));
        }
        let part = |suffix| registry.describe(&found.type_name.derived(suffix));
        Self::of_parts(&found.type_name, part("SendGoal")?, part("GetResult")?, part("FeedbackMessage")?)
    }

    /// The action type of this name whose services and feedback are so described, as peers tell them.
    pub fn of_parts(
        name: &TypeName,
        send_goal: Arc<TypeDescription>,
        get_result: Arc<TypeDescription>,
        feedback_message: Arc<TypeDescription>,
    ) -> Result<Arc<Self>> {
        let plan = |whole: &TypeDescription, suffix: &str| {
            Plan::compile(&Arc::new(whole.part(name.derived(suffix).as_str())?))
        };
        Ok(Arc::new(Self {
            goal: plan(&send_goal, "Goal")?,
            result: plan(&get_result, "Result")?,
            feedback: plan(&feedback_message, "Feedback")?,
            send_goal_request: plan(&send_goal, "SendGoal_Request")?,
            acceptance: Format::of(plan(&send_goal, "SendGoal_Response")?).checked()?,
            result_request: Format::of(plan(&get_result, "GetResult_Request")?).checked()?,
            get_result_response: plan(&get_result, "GetResult_Response")?,
            send_goal: Described::of(send_goal)?,
            get_result: Described::of(get_result)?,
            feedback_message: Described::of(feedback_message)?,
            name: name.clone(),
        }))
    }

    /// Full name.
    #[must_use]
    pub fn name(&self) -> &TypeName {
        &self.name
    }

    /// The type of goals.
    #[must_use]
    pub fn goal(&self) -> &Arc<Plan> {
        &self.goal
    }

    /// The type of results.
    #[must_use]
    pub fn result(&self) -> &Arc<Plan> {
        &self.result
    }

    /// The type of feedback.
    #[must_use]
    pub fn feedback(&self) -> &Arc<Plan> {
        &self.feedback
    }

    /// The goal id and the goal in a request of `_SendGoal`.
    pub(super) fn read_goal(&self, payload: &[u8]) -> Result<(GoalId, Vec<u8>)> {
        validate(&self.send_goal_request, payload)?;
        super::messages::without_goal_id(payload)
    }

    /// The response of `_GetResult` for a goal in this state. Errors where the payload is no result of this action.
    pub(super) fn write_result(&self, status: GoalStatus, result: &[u8]) -> Result<Vec<u8>> {
        let result = decode_value(&self.result, result)?;
        self.write_response(status, [(Arc::from(RESULT), result)])
    }

    /// The response of `_GetResult` where there is no result.
    pub(super) fn write_no_result(&self, status: GoalStatus) -> Result<Vec<u8>> {
        self.write_response(status, [])
    }

    fn write_response<const N: usize>(
        &self,
        status: GoalStatus,
        result: [(Arc<str>, Value); N],
    ) -> Result<Vec<u8>> {
        let status = (Arc::from(STATUS), Value::Int(status.number().into()));
        let response = Value::Message(std::iter::once(status).chain(result).collect());
        encode_value(&self.get_result_response, &response, Endian::Little)
    }

    /// The state and the result in a response of `_GetResult`.
    pub(super) fn read_result(&self, payload: &[u8]) -> Result<(GoalStatus, Vec<u8>)> {
        let response = decode_value(&self.get_result_response, payload)?;
        let number = match response.get(STATUS) {
            Some(Value::Int(number)) => i8::try_from(*number).unwrap_or(i8::MIN),
            _ => i8::MIN,
        };
        let result =
            response.get(RESULT).ok_or_else(|| Error::new(ErrorKind::Protocol, "it has no result"))?;
        Ok((GoalStatus::of_number(number)?, encode_value(&self.result, result, Endian::Little)?))
    }
}

impl Node {
    /// Tells whoever asks this node what the types of an action's endpoints are, as [`describe`](Self::describe) does.
    pub fn describe_action(&self, action: &ActionType, registry: &Registry) -> Result<()> {
        let common = Common::get()?;
        let own = [&action.send_goal, &action.get_result, &action.feedback_message];
        own.into_iter()
            .chain([&common.cancel_goal, &common.status])
            .try_for_each(|described| self.describe(&described.description, registry))
    }

    /// The type of an action that has servers, as [`learn_topic_type`](Self::learn_topic_type) does.
    pub fn learn_action_type(
        &self,
        registry: &Registry,
        action: &str,
        timeout: Duration,
    ) -> Result<Arc<ActionType>> {
        let deadline = Instant::now().checked_add(timeout);
        let left = || deadline.map_or(timeout, |deadline| deadline.saturating_duration_since(Instant::now()));
        let [send_goal, get_result, feedback] =
            ["send_goal", "get_result", "feedback"].map(|part| below(action, part));
        let send_goal = self.learn_service_type(registry, &send_goal, left())?;
        let get_result = self.learn_service_type(registry, &get_result, left())?;
        let feedback = self.learn_topic_type(registry, &feedback, left())?;
        let name = send_goal.type_name.as_str().strip_suffix("_SendGoal").ok_or_else(|| {
            let message = format!("{} is not the service of an action", send_goal.type_name);
            Error::new(ErrorKind::TypeMismatch, message)
        })?;
        let parts = (send_goal.description, get_result.description, feedback.description);
        ActionType::of_parts(&TypeName::parse(name)?, parts.0, parts.1, parts.2)
    }
}

/// The name of a service or topic of an action.
pub(super) fn below(action: &str, part: &str) -> String {
    format!("{action}/_action/{part}")
}
