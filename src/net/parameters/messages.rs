//! The messages of the parameter services, as structs.

use serde::{Deserialize, Serialize};

use super::value::{Parameter, ParameterDescriptor, ParameterValue, ValueMessage};
use crate::error::Result;

/// `rcl_interfaces/msg/Parameter`
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ParameterMessage {
    name: String,
    value: ValueMessage,
}

impl From<Parameter> for ParameterMessage {
    fn from(Parameter { name, value }: Parameter) -> Self {
        Self { name, value: value.into() }
    }
}

impl TryFrom<ParameterMessage> for Parameter {
    type Error = crate::error::Error;

    fn try_from(ParameterMessage { name, value }: ParameterMessage) -> Result<Self> {
        let value = ParameterValue::try_from(value).map_err(|error| error.in_field(&name))?;
        Ok(Self { name, value })
    }
}

/// The parameters in a request; errors on the first whose type there is not.
pub(super) fn parameters(messages: Vec<ParameterMessage>) -> Result<Vec<Parameter>> {
    messages.into_iter().map(TryInto::try_into).collect()
}

/// Whether a parameter was set: `rcl_interfaces/msg/SetParametersResult`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetParametersResult {
    /// Whether it was.
    pub successful: bool,
    /// Why it was not.
    pub reason: String,
}

impl SetParametersResult {
    /// It was set.
    #[must_use]
    pub fn successful() -> Self {
        Self { successful: true, reason: String::new() }
    }

    /// It was not set, for this reason.
    pub fn refused(reason: impl Into<String>) -> Self {
        // A message can hold no NUL.
        Self { successful: false, reason: reason.into().replace('\0', "\\0") }
    }
}

/// The names of parameters: `rcl_interfaces/msg/ListParametersResult`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListParametersResult {
    /// The names.
    pub names: Vec<String>,
    /// What stands before the last dot of them.
    pub prefixes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ListRequest {
    pub(super) prefixes: Vec<String>,
    pub(super) depth: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ListResponse {
    pub(super) result: ListParametersResult,
}

/// The request of three services.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NamesRequest {
    pub(super) names: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GetResponse {
    pub(super) values: Vec<ValueMessage>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TypesResponse {
    pub(super) types: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DescribeResponse {
    pub(super) descriptors: Vec<ParameterDescriptor>,
}

/// The request of two services.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SetRequest {
    pub(super) parameters: Vec<ParameterMessage>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SetResponse {
    pub(super) results: Vec<SetParametersResult>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SetAtomicallyResponse {
    pub(super) result: SetParametersResult,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct TimeMessage {
    pub(super) sec: i32,
    pub(super) nanosec: u32,
}

/// `rcl_interfaces/msg/ParameterEvent`
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ParameterEvent {
    pub(super) stamp: TimeMessage,
    pub(super) node: String,
    pub(super) new_parameters: Vec<ParameterMessage>,
    pub(super) changed_parameters: Vec<ParameterMessage>,
    pub(super) deleted_parameters: Vec<ParameterMessage>,
}
