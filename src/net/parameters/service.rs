//! [`Parameters`]: the parameters of a node, and the services by which others read and set them.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::messages::{
    DescribeResponse, GetResponse, ListRequest, ListResponse, NamesRequest, ParameterEvent,
    SetAtomicallyResponse, SetParametersResult, SetRequest, SetResponse, TimeMessage, TypesResponse,
    parameters,
};
use super::store::{Changes, OnSet, Store};
use super::value::{Parameter, ParameterDescriptor, ParameterValue};
use crate::codec::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::net::context::{Slot, Undeclare};
use crate::net::entity::Entity;
use crate::net::node::Node;
use crate::net::publisher::Publisher;
use crate::net::received::{Received, now, seconds};
use crate::net::server::{Declared, Pending, RequestId};
use crate::net::typed::Format;
use crate::registry::Registry;
use crate::rmw::{EntityKind, QosProfile};
use crate::schema::TypeName;

const EVENTS: &str = "/parameter_events";

/// The services, each with its name below that of the node and its type, in the order in which rclpy declares them.
#[derive(Clone, Copy, Debug)]
enum Service {
    Describe,
    Get,
    Types,
    List,
    Set,
    SetAtomically,
}

impl Service {
    const ALL: [Self; 6] =
        [Self::Describe, Self::Get, Self::Types, Self::List, Self::Set, Self::SetAtomically];

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Describe => ("describe_parameters", "DescribeParameters"),
            Self::Get => ("get_parameters", "GetParameters"),
            Self::Types => ("get_parameter_types", "GetParameterTypes"),
            Self::List => ("list_parameters", "ListParameters"),
            Self::Set => ("set_parameters", "SetParameters"),
            Self::SetAtomically => ("set_parameters_atomically", "SetParametersAtomically"),
        }
    }

    fn type_name(self) -> Result<TypeName> {
        TypeName::new("rcl_interfaces", "srv", self.names().1)
    }
}

/// What the services and the events carry, as the built-in types have it.
struct Formats {
    registry: Registry,
    list: (Format<ListRequest>, Format<ListResponse>),
    names: Format<NamesRequest>,
    get: Format<GetResponse>,
    types: Format<TypesResponse>,
    describe: Format<DescribeResponse>,
    set: (Format<SetRequest>, Format<SetResponse>),
    set_atomically: Format<SetAtomicallyResponse>,
    event: Format<ParameterEvent>,
}

impl Formats {
    fn get() -> Result<&'static Self> {
        static FORMATS: LazyLock<Result<Formats>> = LazyLock::new(|| {
            let registry = Registry::new();
            let part = |service: Service, part: &str| {
                Plan::compile(&registry.describe(&service.type_name()?.derived(part))?)
            };
            let (request, response) = (|of| part(of, "Request"), |of| part(of, "Response"));
            Ok(Formats {
                list: (Format::of(request(Service::List)?).checked()?, Format::of(response(Service::List)?)),
                names: Format::of(request(Service::Get)?).checked()?,
                get: Format::of(response(Service::Get)?),
                types: Format::of(response(Service::Types)?),
                describe: Format::of(response(Service::Describe)?),
                set: (Format::of(request(Service::Set)?).checked()?, Format::of(response(Service::Set)?)),
                set_atomically: Format::of(response(Service::SetAtomically)?),
                event: Format::of(Plan::compile(&registry.describe(&event_type()?)?)?),
                registry,
            })
        });
        FORMATS.as_ref().map_err(Clone::clone)
    }
}

fn event_type() -> Result<TypeName> {
    TypeName::new("rcl_interfaces", "msg", "ParameterEvent")
}

/// The parameters of a node. The services are taken back by [`close`](Self::close), when dropped, or with the node.
pub struct Parameters {
    shared: Arc<Shared>,
    declared: Vec<Arc<Slot<Declared>>>,
}

struct Shared {
    node: Node,
    store: Mutex<Store>,
    callbacks: Mutex<Vec<OnSet>>,
    /// Held while parameters are changed, callbacks included, so that changes come one after the other.
    changing: Mutex<()>,
    /// The thread that changes them: a callback that would change some itself would wait for ever.
    changing_on: Mutex<Option<ThreadId>>,
    events: Publisher,
}

impl Parameters {
    fn serve(node: &Node) -> Result<Self> {
        let formats = Formats::get()?;
        let entity = |kind, name: &str, type_name: &TypeName| -> Result<Entity> {
            node.describe(&formats.registry.describe(type_name)?, &formats.registry)?;
            let hash = formats.registry.hash(type_name)?.to_string();
            node.entity(kind, name, (type_name, &hash), QosProfile::PARAMETERS)
        };
        let events = Publisher::new(entity(EntityKind::Publisher, EVENTS, &event_type()?)?)?;
        let shared = Arc::new(Shared {
            node: node.clone(),
            store: Mutex::default(),
            callbacks: Mutex::default(),
            changing: Mutex::default(),
            changing_on: Mutex::default(),
            events,
        });
        let (sender, requests) = channel();
        let mut declared = Vec::new();
        for service in Service::ALL {
            let entity =
                entity(EntityKind::Service, &format!("~/{}", service.names().0), &service.type_name()?)?;
            let pending = Pending::new(&entity);
            let (sender, own): (Sender<Asked>, _) = (sender.clone(), Arc::clone(&pending));
            let sink = move |request| {
                let asked = Asked { service, pending: Arc::clone(&own), request };
                sender.send(asked).err().map(|unsent| unsent.0.request)
            };
            declared.push(pending.open(&entity, sink)?);
        }
        drop(sender);
        let serving = Arc::clone(&shared);
        let name = format!("parameters of {}", node.name());
        let started = thread::Builder::new().name(name).spawn(move || serving.answer_all(&requests));
        started.map_err(|error| Error::new(ErrorKind::Io, format!("no thread could be started: {error}")))?;
        Ok(Self { shared, declared })
    }

    /// Declares a parameter; its value is that of an override, if there is one. Returns it.
    pub fn declare(
        &self,
        name: &str,
        value: ParameterValue,
        descriptor: ParameterDescriptor,
    ) -> Result<ParameterValue> {
        self.shared.change(|shared| {
            let (parameter, descriptor) = shared.store().check_new(name, value, descriptor)?;
            if let Some(reason) = shared.refused(std::slice::from_ref(&parameter)) {
                return Err(Error::new(ErrorKind::Argument, format!("parameter '{name}': {reason}")));
            }
            let value = parameter.value.clone();
            let changes = shared.store().add(parameter, descriptor);
            shared.tell(changes)?;
            Ok(value)
        })
    }

    /// Takes a declaration back. Errors where there is none, and for a read-only parameter.
    pub fn undeclare(&self, name: &str) -> Result<()> {
        self.shared.change(|shared| {
            let changes = shared.store().undeclare(name)?;
            shared.tell(changes)
        })
    }

    /// The value of a parameter. Errors where it is not declared.
    pub fn get(&self, name: &str) -> Result<ParameterValue> {
        self.shared.store().get(name).cloned().ok_or_else(|| not_declared(name))
    }

    /// What is known of a parameter beside its value. Errors where it is not declared.
    pub fn describe(&self, name: &str) -> Result<ParameterDescriptor> {
        self.shared.store().descriptor(name).cloned().ok_or_else(|| not_declared(name))
    }

    /// The names of all parameters, in the order of their declaration.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.shared.store().list(&[], 0).names
    }

    /// Sets parameters one by one; how each went. A value that is not set deletes its parameter.
    pub fn set(&self, parameters: Vec<Parameter>) -> Result<Vec<SetParametersResult>> {
        parameters.into_iter().map(|parameter| self.shared.set(vec![parameter])).collect()
    }

    /// Sets all parameters or none.
    pub fn set_atomically(&self, parameters: Vec<Parameter>) -> Result<SetParametersResult> {
        self.shared.set(parameters)
    }

    /// Values that are taken in place of those of declarations that follow.
    pub fn override_values(&self, values: impl IntoIterator<Item = Parameter>) {
        let values = values.into_iter().map(|parameter| (parameter.name, parameter.value));
        self.shared.store().overrides.extend(values);
    }

    /// Has `may_set` asked before parameters are set or declared: it is given all that is to be set at once, and any one may
    /// refuse. It runs on the thread that sets, and must not set any itself.
    pub fn on_set(&self, may_set: impl Fn(&[Parameter]) -> SetParametersResult + Send + Sync + 'static) {
        self.shared.callbacks().push(Arc::new(may_set));
    }

    /// Takes the services back. Closing again does nothing.
    pub fn close(&self) {
        self.declared.iter().for_each(|declared| declared.undeclare());
        self.shared.events.close();
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        self.close();
    }
}

/// A request that was received.
struct Asked {
    service: Service,
    pending: Arc<Pending>,
    request: Received,
}

impl Shared {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn callbacks(&self) -> MutexGuard<'_, Vec<OnSet>> {
        self.callbacks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing_on(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.changing_on.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, change: impl FnOnce(&Self) -> Result<R>) -> Result<R> {
        let own = thread::current().id();
        if *self.changing_on() == Some(own) {
            let message = "parameters cannot be set or declared from within a callback of them";
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        *self.changing_on() = Some(own);
        let changed = change(self);
        *self.changing_on() = None;
        changed
    }

    /// Why a callback refuses these.
    fn refused(&self, parameters: &[Parameter]) -> Option<String> {
        let callbacks = self.callbacks().clone();
        let results = callbacks.iter().map(|callback| callback(parameters));
        results.into_iter().find(|result| !result.successful).map(|result| result.reason)
    }

    /// Sets all or none.
    fn set(&self, parameters: Vec<Parameter>) -> Result<SetParametersResult> {
        self.change(|shared| {
            let reason = shared.store().refuses(&parameters);
            if let Some(reason) = reason.or_else(|| shared.refused(&parameters)) {
                return Ok(SetParametersResult::refused(reason));
            }
            let changes = shared.store().set(parameters);
            shared.tell(changes)?;
            Ok(SetParametersResult::successful())
        })
    }

    fn tell(&self, changes: Changes) -> Result<()> {
        if changes == Changes::default() {
            return Ok(());
        }
        let (sec, nanosec) = seconds(now());
        let messages = |parameters: Vec<Parameter>| parameters.into_iter().map(Into::into).collect();
        let event = ParameterEvent {
            stamp: TimeMessage { sec, nanosec },
            node: self.node.fully_qualified_name(),
            new_parameters: messages(changes.new),
            changed_parameters: messages(changes.changed),
            deleted_parameters: messages(changes.deleted),
        };
        self.events.publish(Formats::get()?.event.encode(&event)?)
    }

    /// Answers until the services are taken back.
    fn answer_all(&self, requests: &Receiver<Asked>) {
        while let Ok(Asked { service, pending, request }) = requests.recv() {
            let id = RequestId::from(&request.attachment);
            let Some(query) = pending.take(id) else { continue };
            let answered = self
                .answer(service, &request)
                .and_then(|payload| pending.reply(&query, id, payload.into(), self.node.context()));
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

fn not_declared(name: &str) -> Error {
    Error::new(ErrorKind::Argument, format!("parameter '{name}' was not declared"))
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parameters").field("node", &self.shared.node).finish_non_exhaustive()
    }
}

impl Node {
    /// Serves parameters of this node, of which there are none yet.
    pub fn serve_parameters(&self) -> Result<Parameters> {
        Parameters::serve(self)
    }
}
