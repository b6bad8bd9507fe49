//! The service `~/get_type_description`, by which nodes tell one another what their types are.
//!
//! Every node serves it for the types of its endpoints, and [`type_discovery`](super::type_discovery) asks others. Its
//! messages are described by the built-in types and go through the one codec, by way of JSON.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zenoh::Wait;
use zenoh::liveliness::LivelinessToken as Declaration;
use zenoh::query::{Query, Queryable};

use crate::codec::{JsonInput, JsonOutput, Plan, from_json, to_json};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;
use crate::rmw::{EntityKind, QosProfile, names};
use crate::schema::{DefinitionKind, InterfaceNamespace, TypeDescription, TypeHash, TypeName, TypeSource};

use super::context::Slot;
use super::entity::Entity;
use super::graph::declare_token;
use super::node::Node;
use super::server;

/// The name of the service, below that of its node.
pub(super) const SERVICE: &str = "get_type_description";

// What genuine nodes answer, word for word.
const BAD_HASH: &str = "Failed to parse type hash";
const NOT_IN_USE: &str = "Type not currently in use by this node";

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    type_name: String,
    type_hash: String,
    include_type_sources: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) successful: bool,
    pub(super) failure_reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) type_description: Option<TypeDescription>,
    pub(super) type_sources: Vec<TypeSource>,
}

/// The service type, as the built-in types have it.
struct ServiceType {
    name: TypeName,
    hash: String,
    request: Arc<Plan>,
    response: Arc<Plan>,
}

impl ServiceType {
    fn get() -> Result<&'static Self> {
        static SERVICE_TYPE: LazyLock<Result<ServiceType>> = LazyLock::new(|| {
            let registry = Registry::new();
            let name = TypeName::new("type_description_interfaces", "srv", "GetTypeDescription")?;
            let hash = registry.hash(&name)?.to_string();
            let plan = |part| Plan::compile(&registry.describe(&name.derived(part))?);
            Ok(ServiceType { request: plan("Request")?, response: plan("Response")?, name, hash })
        });
        SERVICE_TYPE.as_ref().map_err(Clone::clone)
    }
}

fn read<T: DeserializeOwned>(plan: &Plan, payload: &[u8]) -> Result<T> {
    let json = to_json(plan, payload, &JsonOutput::default())?;
    serde_json::from_slice(&json).map_err(|error| Error::new(ErrorKind::Protocol, error.to_string()))
}

fn write(plan: &Plan, message: &impl Serialize) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(message).map_err(|error| Error::new(ErrorKind::Json, error.to_string()))?;
    from_json(plan, &json, &JsonInput::default())
}

/// The types that the endpoints of a node use, by hash.
#[derive(Debug, Default)]
pub(super) struct TypesInUse(Mutex<HashMap<TypeHash, Arc<Described>>>);

#[derive(Debug)]
struct Described {
    description: Arc<TypeDescription>,
    sources: Vec<TypeSource>,
}

impl TypesInUse {
    /// Adds a type, with the texts that the registry has of it.
    pub(super) fn add(&self, hash: TypeHash, description: Arc<TypeDescription>, registry: &Registry) {
        let individuals =
            std::iter::once(&description.type_description).chain(&description.referenced_type_descriptions);
        let sources = individuals.map(|individual| source_of(&individual.type_name, registry)).collect();
        let mut types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        types.insert(hash, Arc::new(Described { description, sources }));
    }

    pub(super) fn find(&self, hash: &TypeHash) -> Option<Arc<TypeDescription>> {
        let types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        types.get(hash).map(|found| Arc::clone(&found.description))
    }

    fn answer(&self, request: &Request) -> Response {
        let failed = |reason: &str| Response { failure_reason: reason.to_owned(), ..Response::default() };
        let Ok(hash) = request.type_hash.parse::<TypeHash>() else { return failed(BAD_HASH) };
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        let Some(found) = found else { return failed(NOT_IN_USE) };
        let Described { description, sources } = &*found;
        Response {
            successful: true,
            failure_reason: String::new(),
            type_description: Some(TypeDescription::clone(description)),
            type_sources: if request.include_type_sources { sources.clone() } else { Vec::new() },
        }
    }

    /// Runs on zenoh's receive thread: it may neither wait nor fail.
    fn deliver(&self, query: &Query, key: &str) {
        let answered = server::request(query).and_then(|request| {
            let service_type = ServiceType::get()?;
            let response = self.answer(&read(&service_type.request, request.payload.as_slice())?);
            let payload = write(&service_type.response, &response)?;
            let id = server::RequestId::from(&request.attachment);
            server::reply(query, key, id, payload.into())
                .map_err(|error| super::transport_error("a response could not be sent", &error))
        });
        if let Err(error) = answered {
            tracing::warn!("a request for a type description was dropped: {error}");
        }
    }
}

/// The text of a type as it is declared; of a message that only a service or action implies there is none.
fn source_of(type_name: &str, registry: &Registry) -> TypeSource {
    let source = registry.find(type_name).ok().and_then(|definition| {
        let name = &definition.type_name;
        let declares = match definition.kind {
            DefinitionKind::Message => None,
            DefinitionKind::Service => Some("Request"),
            DefinitionKind::Action => Some("Goal"),
        };
        // The text of a service or action is that of its parts.
        let part = declares.and_then(|part| registry.find(name.derived(part).as_str()).ok());
        let is_implied =
            name.namespace() != InterfaceNamespace::Msg.as_str() && name.interfaces().nth(1).is_some();
        let source = definition.source.clone().or_else(|| part?.source.clone());
        source.filter(|_| !is_implied)
    });
    TypeSource {
        type_name: type_name.to_owned(),
        encoding: source.as_ref().map_or("implicit", |source| source.encoding).to_owned(),
        raw_file_contents: source.map(|source| source.text.to_string()).unwrap_or_default(),
    }
}

/// The service of one node. It does not hold on to its node, which holds it.
pub(super) struct TypeDescriptionService {
    _token: Declaration,
    _queryable: Queryable<()>,
}

impl TypeDescriptionService {
    pub(super) fn declare(node: &Node, types: &Arc<TypesInUse>) -> Result<Arc<Slot<Self>>> {
        let service_type = ServiceType::get()?;
        let named = (&service_type.name, service_type.hash.as_str());
        let name = names::qualified(&node.fully_qualified_name(), SERVICE);
        let Entity { topic, key, token, .. } =
            node.entity(EntityKind::Service, &name, named, QosProfile::SERVICES)?;
        let context = node.context();
        let refuse = |error| context.error(&format!("the service {topic} could not be declared"), &error);
        let (types, reply_key) = (Arc::clone(types), key.clone());
        let queryable = context
            .session()
            .declare_queryable(key)
            .complete(true)
            .callback(move |query| types.deliver(&query, &reply_key))
            .wait()
            .map_err(refuse)?;
        let token = declare_token(context.session(), &token).map_err(refuse)?;
        Ok(Slot::new(Self { _token: token, _queryable: queryable }))
    }
}

/// Asks a node, by its fully qualified name, for a type.
pub(super) fn ask(
    node: &Node,
    other: &str,
    (type_name, hash): (&TypeName, &TypeHash),
    timeout: Duration,
) -> Result<Response> {
    let service_type = ServiceType::get()?;
    let name = names::qualified(other, SERVICE);
    let client = node.create_client(&name, &service_type.name, &service_type.hash, QosProfile::SERVICES)?;
    let request = Request {
        type_name: type_name.as_str().to_owned(),
        type_hash: hash.to_string(),
        include_type_sources: true,
    };
    let received = client.call(write(&service_type.request, &request)?, Some(timeout))?;
    read(&service_type.response, received.payload.as_slice())
}
