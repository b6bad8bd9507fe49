//! [`ActionTypes`]: what `create_action_server` and `create_action_client` are given, resolved; and what both hand out.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyType};

use crate::error::{Error, ErrorKind};
use crate::net::{ActionType, GoalId, GoalInfo, GoalStamp, GoalStatus, Node};

use super::classes::MessageType;
use super::discovery;
use super::errors::{OrRaise, raise};
use super::parameter_values::shown;
use super::types::{TypeRegistry, Types, message_type_of_class, types_of_class};

const GOAL: &str = "Goal";

/// An action type with the types of its messages.
pub(crate) struct ActionTypes {
    pub(crate) action: Arc<ActionType>,
    pub(crate) goal: Arc<MessageType>,
    pub(crate) result: Arc<MessageType>,
    pub(crate) feedback: Arc<MessageType>,
}

impl ActionTypes {
    fn of_name(py: Python<'_>, types: &Arc<Types>, name: &str) -> PyResult<Self> {
        let action = ActionType::of_registry(&types.registry, name).or_raise()?;
        let part = |part: &str| types.message_type(py, action.name().derived(part).as_str());
        let (goal, result, feedback) = (part(GOAL)?, part("Result")?, part("Feedback")?);
        Ok(Self { action, goal, result, feedback })
    }

    fn of_action(py: Python<'_>, types: &Arc<Types>, action: Arc<ActionType>) -> PyResult<Self> {
        let goal = types.bind(py, action.goal().description())?;
        let result = types.bind(py, action.result().description())?;
        let feedback = types.bind(py, action.feedback().description())?;
        Ok(Self { action, goal, result, feedback })
    }
}

/// The action type that an action class or a name stands for; without one, that of the action's server. Tells the others
/// of it as well.
pub(crate) fn resolve(
    node: &Node,
    types: &TypeRegistry,
    name: &str,
    action_type: Option<&Bound<'_, PyAny>>,
    (py, timeout): (Python<'_>, f64),
) -> PyResult<ActionTypes> {
    let (types, found) = match action_type {
        None => {
            let action = discovery::learn_action(py, node, &types.types, name, timeout)?;
            (Arc::clone(&types.types), ActionTypes::of_action(py, &types.types, action)?)
        }
        Some(given) => match given.cast::<PyString>() {
            Ok(spelling) => {
                let found = ActionTypes::of_name(py, &types.types, spelling.to_str()?)?;
                (Arc::clone(&types.types), found)
            }
            Err(_) => of_class(&types.types, given)?,
        },
    };
    py.detach(|| node.describe_action(&found.action, &types.registry)).or_raise()?;
    Ok(found)
}

fn of_class(process: &Arc<Types>, given: &Bound<'_, PyAny>) -> PyResult<(Arc<Types>, ActionTypes)> {
    let py = given.py();
    let part = |class: &Bound<'_, PyType>, name: &str| match class.getattr(name) {
        Ok(part) => part.cast::<PyType>().map_or(Ok(None), |class| message_type_of_class(py, class)),
        Err(_) => Ok(None),
    };
    let goal = match given.cast::<PyType>() {
        Ok(class) => part(class, GOAL)?,
        Err(_) => None,
    };
    let Some(goal) = goal else {
        let message =
            format!("expected an action class or the name of an action type, got {}", given.repr()?);
        return Err(PyTypeError::new_err(message));
    };
    let types = types_of_class(goal.class().class.bind(py)).unwrap_or_else(|| Arc::clone(process));
    let name: String = given.getattr(intern!(py, "__msgtype__"))?.extract()?;
    let found = ActionTypes::of_name(py, &types, &name)?;
    if found.goal.plan.hash() != goal.plan.hash() {
        let message =
            format!("this class is of an older definition of `{name}`; take it from the registry again");
        return Err(raise(&Error::new(ErrorKind::TypeMismatch, message)));
    }
    Ok((types, found))
}

/// A goal id as users have it.
pub(crate) fn id_to_python(py: Python<'_>, id: GoalId) -> Bound<'_, PyBytes> {
    PyBytes::new(py, &id.0)
}

/// The goal id in 16 bytes.
pub(crate) fn id_of_python(bytes: &[u8]) -> PyResult<GoalId> {
    <[u8; 16]>::try_from(bytes).map(GoalId).map_err(|_| {
        let message = format!("a goal id has 16 bytes, not {}", bytes.len());
        raise(&Error::new(ErrorKind::Argument, message))
    })
}

/// The time as a message.
pub(crate) fn stamp_to_python(py: Python<'_>, stamp: GoalStamp) -> PyResult<Bound<'_, PyAny>> {
    let package = py.import(intern!(py, "ros_z_py"))?.getattr(intern!(py, "builtin_interfaces"))?;
    let time = package.getattr(intern!(py, "Time"))?.call0()?;
    time.setattr(intern!(py, "sec"), stamp.sec)?;
    time.setattr(intern!(py, "nanosec"), stamp.nanosec)?;
    Ok(time)
}

/// The time in a message.
pub(crate) fn stamp_of_python(time: &Bound<'_, PyAny>) -> PyResult<GoalStamp> {
    let py = time.py();
    let (sec, nanosec) = (intern!(py, "sec"), intern!(py, "nanosec"));
    let read = || match time.cast::<PyDict>() {
        Ok(given) => {
            let part = |name| given.get_item(name).transpose();
            let (sec, nanosec) = (part(sec).transpose()?, part(nanosec).transpose()?);
            Ok((sec.map_or(Ok(0), |sec| sec.extract())?, nanosec.map_or(Ok(0), |nanosec| nanosec.extract())?))
        }
        Err(_) => Ok((time.getattr(sec)?.extract()?, time.getattr(nanosec)?.extract()?)),
    };
    let (sec, nanosec) = read().map_err(|_: PyErr| {
        let message = format!("expected a time, as a builtin_interfaces/Time or a dict, got {}", shown(time));
        PyTypeError::new_err(message)
    })?;
    Ok(GoalStamp { sec, nanosec })
}

/// A name of `ros_z_py._actions`, called.
pub(crate) fn made<'py>(
    py: Python<'py>,
    name: &str,
    arguments: impl pyo3::call::PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "ros_z_py._actions"))?.getattr(name)?.call1(arguments)
}

/// The state as a `GoalStatus`.
pub(crate) fn status_to_python(py: Python<'_>, status: GoalStatus) -> PyResult<Bound<'_, PyAny>> {
    made(py, "GoalStatus", (status.number(),))
}

/// The ids of goals.
pub(crate) fn ids<'py>(py: Python<'py>, goals: &[GoalInfo]) -> Vec<Bound<'py, PyBytes>> {
    goals.iter().map(|goal| id_to_python(py, goal.goal_id)).collect()
}
