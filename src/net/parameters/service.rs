//! The services by which others read and set the parameters of a node, and what a node has for them.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use super::formats::{self, Formats, Service};
use super::messages::{
    DescribeResponse, GetResponse, ListRequest, ListResponse, NamesRequest, SetAtomicallyResponse,
    SetRequest, SetResponse, TypesResponse, parameters,
};
use super::node_parameters::{Declaration, Events, Parameters, Shared};
use super::store::Store;
use super::value::{Parameter, ParameterDescriptor, ParameterValue};
use crate::error::Result;
use crate::net::clock::{Clock, USE_SIM_TIME};
use crate::net::context::Slot;
use crate::net::entity::Entity;
use crate::net::node::{Node, WeakNode};
use crate::net::publisher;
use crate::net::received::Received;
use crate::net::server::{self, Declared, Pending, RequestId};
use crate::net::type_description::TypesInUse;
use crate::rmw::{EntityKind, QosProfile};

pub(crate) const EVENTS: &str = "/parameter_events";
const TYPE_DESCRIPTION_SERVICE: &str = "start_type_description_service";

/// What a node is told of its parameters when it is built.
#[derive(Clone, Debug)]
pub(in crate::net) struct ParameterSettings {
    pub(in crate::net) services: bool,
    pub(in crate::net) events: bool,
    pub(in crate::net) overrides: Vec<Parameter>,
    pub(in crate::net) allow_undeclared: bool,
    pub(in crate::net) declare_overrides: bool,
}

impl Default for ParameterSettings {
    fn default() -> Self {
        Self {
            services: true,
            events: true,
            overrides: Vec::new(),
            allow_undeclared: false,
            declare_overrides: false,
        }
    }
}

/// The parameters of a node with what is declared for them, which goes with the node.
pub(in crate::net) struct NodeParameters {
    pub(in crate::net) parameters: Parameters,
    pub(in crate::net) clock: Clock,
    events: OnceLock<Arc<Slot<publisher::Declared>>>,
    services: OnceLock<Vec<Arc<Slot<Declared>>>>,
}

impl NodeParameters {
    /// The parameters of a node of this name, of which nothing is declared yet.
    pub(in crate::net) fn new(node: WeakNode, name: String, settings: &ParameterSettings) -> Self {
        let clock = Clock::new();
        let overrides = settings.overrides.iter().cloned();
        let mut store = Store::default();
        store.overrides = overrides.map(|Parameter { name, value }| (name, value)).collect();
        store.allows_undeclared = settings.allow_undeclared;
        let parameters = Parameters::new((node, name), clock.clone(), store);
        Self { parameters, clock, events: OnceLock::new(), services: OnceLock::new() }
    }

    /// Tells of changes from now on, and declares what every node has.
    pub(in crate::net) fn begin(&self, node: &Node, types: &TypesInUse, with_events: bool) -> Result<()> {
        if with_events {
            let entity = entity(node, types, (EntityKind::Publisher, EVENTS), &Formats::get()?.events)?;
            let declared = publisher::Declared::declare(&entity)?;
            node.own(&declared);
            let events = Events { declared: Arc::downgrade(&declared), gid: entity.gid };
            self.parameters.0.events.get_or_init(|| events);
            self.events.get_or_init(|| declared);
        }
        let off = ParameterValue::Bool(false);
        self.parameters.declare(USE_SIM_TIME, off, ParameterDescriptor::default()).map(drop)
    }

    /// Whether the service of type descriptions is to be started.
    pub(in crate::net) fn declare_type_description_service(&self, enabled: bool) -> Result<bool> {
        let descriptor = ParameterDescriptor {
            description: "Enable the ~/get_type_description service for this node.".to_owned(),
            read_only: true,
            ..ParameterDescriptor::default()
        };
        let declaration =
            Declaration { value: ParameterValue::Bool(enabled), descriptor, ignore_override: false };
        let declared = self.parameters.declare_as(TYPE_DESCRIPTION_SERVICE, declaration)?;
        Ok(declared == ParameterValue::Bool(true))
    }

    /// Opens the services.
    pub(in crate::net) fn serve(&self, node: &Node, types: &TypesInUse) -> Result<()> {
        let requests =
            Arc::new(Requests { sender: Mutex::default(), shared: Arc::clone(&self.parameters.0) });
        let serve = |(service, of): &(Service, formats::Declared)| {
            let name = format!("~/{}", service.names().0);
            let entity = entity(node, types, (EntityKind::Service, &name), of)?;
            let pending = Pending::new(&entity);
            let (service, own, requests) = (*service, Arc::clone(&pending), Arc::clone(&requests));
            let key = entity.key.clone();
            let sink = move |request| {
                requests.put(Asked { service, pending: Arc::clone(&own), key: key.clone(), request })
            };
            pending.open(&entity, sink)
        };
        let services = Formats::get()?.services.iter().map(serve).collect::<Result<_>>()?;
        self.services.get_or_init(|| services);
        Ok(())
    }

    /// Lets go of callbacks, and wakes whoever waits for a time.
    pub(in crate::net) fn close(&self) {
        self.parameters.forget_callbacks();
        self.clock.close();
    }
}

/// An endpoint of a built-in type, of which the node tells.
fn entity(
    node: &Node,
    types: &TypesInUse,
    (kind, name): (EntityKind, &str),
    declared: &formats::Declared,
) -> Result<Entity> {
    types.add(declared.hash, Arc::clone(&declared.description), &Formats::get()?.registry);
    node.entity(kind, name, (&declared.name, &declared.hash_text), QosProfile::PARAMETERS)
}

/// A request that was received.
struct Asked {
    service: Service,
    pending: Arc<Pending>,
    key: String,
    request: Received,
}

/// Where the services put requests. The thread that answers is started by the first; it ends with the services.
struct Requests {
    sender: Mutex<Option<Sender<Asked>>>,
    shared: Arc<Shared>,
}

impl Requests {
    /// Runs on zenoh's receive thread. Returns a request that nobody will answer.
    fn put(&self, asked: Asked) -> Option<Received> {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if sender.is_none() {
            let (opened, requests) = channel();
            let shared = Arc::clone(&self.shared);
            let name = format!("parameters of {}", shared.name());
            let started = thread::Builder::new().name(name).spawn(move || shared.answer_all(&requests));
            if let Err(error) = started {
                tracing::warn!("no thread could be started: {error}");
                return Some(asked.request);
            }
            *sender = Some(opened);
        }
        let sent = sender.as_ref().map(|sender| sender.send(asked));
        sent.and_then(Result::err).map(|unsent| unsent.0.request)
    }
}

impl Shared {
    /// Answers until the services are taken back.
    fn answer_all(&self, requests: &Receiver<Asked>) {
        while let Ok(Asked { service, pending, key, request }) = requests.recv() {
            let id = RequestId::from(&request.attachment);
            let Some(query) = pending.take(id) else { continue };
            let answered = self.answer(service, &request).and_then(|payload| {
                server::reply(&query, &key, id, payload.into())
                    .map_err(|error| crate::net::transport_error("a response could not be sent", &error))
            });
            if let Err(error) = answered {
                tracing::warn!("{id} to {} was dropped: {error}", service.names().0);
            }
        }
    }

    fn answer(&self, service: Service, request: &Received) -> Result<Vec<u8>> {
        let formats = Formats::get()?;
        match service {
            Service::List => {
                let ListRequest { prefixes, depth } = formats.list.0.decode(request)?;
                formats.list.1.encode(&ListResponse { result: self.store().list(&prefixes, depth) })
            }
            Service::Get => {
                let values = self.of_each(request, |store, name| store.get(name).cloned())?;
                formats.get.encode(&GetResponse { values: values.into_iter().map(Into::into).collect() })
            }
            Service::Types => {
                let types = self.of_each(request, |store, name| {
                    store.get(name).map(|value| value.parameter_type().number())
                })?;
                formats.types.encode(&TypesResponse { types })
            }
            Service::Describe => {
                let descriptors = self.of_each(request, |store, name| store.descriptor(name).cloned())?;
                formats.describe.encode(&DescribeResponse { descriptors })
            }
            Service::Set => {
                let SetRequest { parameters: given } = formats.set.0.decode(request)?;
                let each = parameters(given)?.into_iter().map(|parameter| self.set(vec![parameter]));
                formats.set.1.encode(&SetResponse { results: each.collect::<Result<_>>()? })
            }
            Service::SetAtomically => {
                let SetRequest { parameters: given } = formats.set.0.decode(request)?;
                let result = self.set(parameters(given)?)?;
                formats.set_atomically.encode(&SetAtomicallyResponse { result })
            }
        }
    }

    /// Something of each parameter that is asked for; of none, where one is not declared, as genuine nodes answer.
    fn of_each<T>(&self, request: &Received, of: impl Fn(&Store, &str) -> Option<T>) -> Result<Vec<T>> {
        let NamesRequest { names } = Formats::get()?.names.decode(request)?;
        let store = self.store();
        let found: Option<Vec<T>> = names.iter().map(|name| of(&store, name)).collect();
        Ok(found.unwrap_or_default())
    }
}
