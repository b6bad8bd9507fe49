//! Telling others of the types of endpoints, and learning from others.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::net::{ActionType, Node};
use crate::schema::{TypeHash, TypeName};

use super::classes::MessageType;
use super::errors::{OrRaise, raise};
use super::service::ServiceType;
use super::types::{Types, types_of_class};
use super::wait::{timeout, wait};

/// How long a search without a timeout lasts: any time can be given, but a search ends.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Tells whoever asks the node what the type of an endpoint is, which is made next: it may not match another one.
pub(crate) fn describe(py: Python<'_>, node: &Node, message_type: &MessageType) -> PyResult<()> {
    let Some(types) = types_of_class(message_type.class().class.bind(py)) else { return Ok(()) };
    py.detach(|| node.describe(message_type.plan.description(), &types.registry)).or_raise()
}

/// The same for the type of a service.
pub(crate) fn describe_service(py: Python<'_>, node: &Node, service: &ServiceType) -> PyResult<()> {
    let Some(types) = types_of_class(service.request.class().class.bind(py)) else { return Ok(()) };
    let hash: TypeHash = service.hash.parse().or_raise()?;
    py.detach(|| match types.registry.find_by_hash(&hash) {
        Some(description) => node.describe(&description, &types.registry),
        None => Ok(()),
    })
    .or_raise()
}

/// The message type of a topic, and its hash as endpoints write it in keys.
pub(crate) fn learn_topic(
    py: Python<'_>,
    node: &Node,
    types: &Arc<Types>,
    topic: &str,
    seconds: f64,
) -> PyResult<(Arc<MessageType>, String)> {
    let topic = topic.to_owned();
    let learned = learn(py, node, types, seconds, move |node, types, timeout| {
        node.learn_topic_type(&types.registry, &topic, timeout)
    })?;
    Ok((types.bind(py, &learned.description)?, learned.type_hash))
}

/// The class of the type that is meant: that of a topic, where the name begins with `/` or `~`, else the type of that
/// name.
pub(crate) fn fetch(
    py: Python<'_>,
    node: &Node,
    types: &Arc<Types>,
    name: &str,
    seconds: f64,
) -> PyResult<Py<PyAny>> {
    if name.starts_with(['/', '~']) {
        let (message_type, _) = learn_topic(py, node, types, name, seconds)?;
        return Ok(message_type.class().class.clone_ref(py).into_any());
    }
    let type_name = TypeName::parse(name).or_raise()?;
    let is_message = type_name.namespace() == "msg";
    let learned = learn(py, node, types, seconds, move |node, types, timeout| {
        node.learn_type(&types.registry, &type_name, timeout)
    })?;
    if is_message {
        let message_type = types.bind(py, &learned.description)?;
        return Ok(message_type.class().class.clone_ref(py).into_any());
    }
    types.class(py, learned.type_name.as_str())
}

/// The type of an action, as its servers have it.
pub(crate) fn learn_action(
    py: Python<'_>,
    node: &Node,
    types: &Arc<Types>,
    action: &str,
    seconds: f64,
) -> PyResult<Arc<ActionType>> {
    let action = action.to_owned();
    learn(py, node, types, seconds, move |node, types, timeout| {
        node.learn_action_type(&types.registry, &action, timeout)
    })
}

/// Searches on a thread of its own, so that Ctrl-C ends the wait.
fn learn<T: Send + 'static>(
    py: Python<'_>,
    node: &Node,
    types: &Arc<Types>,
    seconds: f64,
    search: impl FnOnce(&Node, &Types, Duration) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let timeout = timeout(Some(seconds))?.unwrap_or(LONGEST);
    let (node, types) = (node.clone(), Arc::clone(types));
    let (sender, learned) = channel();
    // Nobody may be there to hear it, after Ctrl-C.
    thread::spawn(move || _ = sender.send(search(&node, &types, timeout)));
    let answer = wait(py, None, move |slice| match learned.recv_timeout(slice) {
        Ok(learned) => Some(learned),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => {
            Some(Err(Error::new(ErrorKind::Closed, "the search for the type ended")))
        }
    })?;
    answer
        .unwrap_or_else(|| Err(Error::new(ErrorKind::Timeout, "the time was up")))
        .map_err(|error| raise(&error))
}
