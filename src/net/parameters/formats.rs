//! The services of parameters and their messages, as the built-in types have them.

use std::sync::{Arc, LazyLock};

use super::messages::{
    DescribeResponse, GetResponse, ListRequest, ListResponse, NamesRequest, ParameterEvent,
    SetAtomicallyResponse, SetRequest, SetResponse, TypesResponse,
};
use crate::codec::Plan;
use crate::error::Result;
use crate::net::typed::Format;
use crate::registry::Registry;
use crate::schema::{TypeDescription, TypeHash, TypeName};

/// The services, each with its name below that of the node and its type, in the order in which rclpy declares them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Service {
    Describe,
    Get,
    Types,
    List,
    Set,
    SetAtomically,
}

impl Service {
    pub(super) const ALL: [Self; 6] =
        [Self::Describe, Self::Get, Self::Types, Self::List, Self::Set, Self::SetAtomically];

    pub(super) fn names(self) -> (&'static str, &'static str) {
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

/// A type that endpoints are declared with.
pub(super) struct Declared {
    pub(super) name: TypeName,
    pub(super) hash: TypeHash,
    pub(super) hash_text: String,
    pub(super) description: Arc<TypeDescription>,
}

impl Declared {
    fn new(registry: &Registry, name: TypeName) -> Result<Self> {
        let (hash, description) = (registry.hash(&name)?, registry.describe(&name)?);
        Ok(Self { hash_text: hash.to_string(), name, hash, description })
    }
}

/// What the services and the events carry.
pub(super) struct Formats {
    pub(super) registry: Registry,
    pub(super) services: Vec<(Service, Declared)>,
    pub(super) events: Declared,
    pub(super) list: (Format<ListRequest>, Format<ListResponse>),
    pub(super) names: Format<NamesRequest>,
    pub(super) get: Format<GetResponse>,
    pub(super) types: Format<TypesResponse>,
    pub(super) describe: Format<DescribeResponse>,
    pub(super) set: (Format<SetRequest>, Format<SetResponse>),
    pub(super) set_atomically: Format<SetAtomicallyResponse>,
    pub(super) event: Format<ParameterEvent>,
}

impl Formats {
    pub(super) fn get() -> Result<&'static Self> {
        static FORMATS: LazyLock<Result<Formats>> = LazyLock::new(|| {
            let registry = Registry::new();
            let part = |service: Service, part: &str| {
                Plan::compile(&registry.describe(&service.type_name()?.derived(part))?)
            };
            let (request, response) = (|of| part(of, "Request"), |of| part(of, "Response"));
            let declared = |service: Service| Ok((service, Declared::new(&registry, service.type_name()?)?));
            let events = Declared::new(&registry, TypeName::new("rcl_interfaces", "msg", "ParameterEvent")?)?;
            Ok(Formats {
                services: Service::ALL.into_iter().map(declared).collect::<Result<_>>()?,
                event: Format::of(Plan::compile(&events.description)?),
                events,
                list: (Format::of(request(Service::List)?).checked()?, Format::of(response(Service::List)?)),
                names: Format::of(request(Service::Get)?).checked()?,
                get: Format::of(response(Service::Get)?),
                types: Format::of(response(Service::Types)?),
                describe: Format::of(response(Service::Describe)?),
                set: (Format::of(request(Service::Set)?).checked()?, Format::of(response(Service::Set)?)),
                set_atomically: Format::of(response(Service::SetAtomically)?),
                registry,
            })
        });
        FORMATS.as_ref().map_err(Clone::clone)
    }
}
