//! [`TypeRegistry`]: the registry of types as Python sees it, and the classes made from it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyString, PyTuple, PyType};

use crate::codec::Plan;
use crate::error::{Error, ErrorKind};
use crate::idl::Format;
use crate::interface;
use crate::registry::Registry;
use crate::schema::{Definition, DefinitionKind, TypeDescription, TypeHash, TypeName};
use crate::type_db::Distro;

use super::classes::{ClassSpec, MessageClass, MessageType};
use super::codec::Codec;
use super::discovery;
use super::errors::{OrRaise, TypeConflictWarning, warn};
use super::node::ZNode;
use super::schema::{Schema, SchemaDifference};

/// How a hash in the place of a name begins.
const HASH_PREFIX: &str = "RIHS01_";

/// A registry with the classes of its types. The same description always has the same class.
pub(crate) struct Types {
    pub(crate) registry: Arc<Registry>,
    /// The same types over the built-in ones of other distributions.
    of_distro: Mutex<HashMap<Distro, Arc<Types>>>,
    /// The registry's stamp when its changes were last told of.
    announced: Mutex<(u64, usize)>,
    /// What is to be warned of when there is a Python frame to blame.
    conflicts: Arc<Mutex<Vec<String>>>,
    classes: Mutex<HashMap<(TypeName, TypeHash), Vec<Made>>>,
    interfaces: Mutex<HashMap<(TypeName, TypeHash), Py<PyAny>>>,
}

/// A class with what it was made from: the hash alone says nothing of defaults and constants.
struct Made {
    description: Arc<TypeDescription>,
    definition: Arc<Definition>,
    class: Arc<MessageClass>,
}

/// Where a class comes from, and its message type once someone asked for it.
struct Origin {
    types: Arc<Types>,
    description: Arc<TypeDescription>,
    message_type: OnceLock<Arc<MessageType>>,
}

/// All classes by the address of their type object, which [`Types`] keeps alive.
static ORIGINS: Mutex<Option<HashMap<usize, Arc<Origin>>>> = Mutex::new(None);

/// Nothing panics while it holds one of these locks, and no Python code runs inside.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The message type of a class that a registry made, or `None`.
pub(crate) fn message_type_of_class(
    py: Python<'_>,
    class: &Bound<'_, PyType>,
) -> PyResult<Option<Arc<MessageType>>> {
    let Some(origin) = origin_of(class) else { return Ok(None) };
    if let Some(message_type) = origin.message_type.get() {
        return Ok(Some(Arc::clone(message_type)));
    }
    let message_type = origin.types.bind(py, &origin.description)?;
    Ok(Some(Arc::clone(origin.message_type.get_or_init(|| message_type))))
}

/// The types among which a registry made this class, or `None`.
pub(crate) fn types_of_class(class: &Bound<'_, PyType>) -> Option<Arc<Types>> {
    origin_of(class).map(|origin| Arc::clone(&origin.types))
}

/// Where a class comes from, or that which it was derived from.
fn origin_of(class: &Bound<'_, PyType>) -> Option<Arc<Origin>> {
    let of = |class: &Bound<'_, PyAny>| lock(&ORIGINS).as_ref()?.get(&(class.as_ptr() as usize)).cloned();
    of(class).or_else(|| class.mro().iter().skip(1).find_map(|base| of(&base)))
}

impl Types {
    pub(crate) fn new(registry: Registry) -> Arc<Self> {
        let conflicts = Arc::<Mutex<Vec<String>>>::default();
        let reported = Arc::clone(&conflicts);
        registry.on_conflict(move |conflict| lock(&reported).push(conflict.to_string()));
        Arc::new(Self {
            registry: Arc::new(registry),
            of_distro: Mutex::default(),
            announced: Mutex::default(),
            conflicts,
            classes: Mutex::default(),
            interfaces: Mutex::default(),
        })
    }

    /// The same types, with the built-in ones of a distribution behind them.
    pub(crate) fn of_distro(self: &Arc<Self>, distro: Distro) -> Arc<Self> {
        if self.registry.distro() == distro {
            return Arc::clone(self);
        }
        let made = || Self::new(self.registry.with_distro(distro));
        Arc::clone(lock(&self.of_distro).entry(distro).or_insert_with(made))
    }

    /// Tells of what has changed since the last time: packages look their types up again, and conflicts are warned of.
    fn announce(&self, py: Python<'_>) -> PyResult<()> {
        let stamp = self.registry.stamp();
        if std::mem::replace(&mut *lock(&self.announced), stamp) != stamp {
            py.import(intern!(py, "ros_z_py._packages"))?.call_method0(intern!(py, "forget"))?;
        }
        let conflicts = std::mem::take(&mut *lock(&self.conflicts));
        conflicts.iter().try_for_each(|conflict| warn::<TypeConflictWarning>(py, conflict))
    }

    /// The message type of that name, in any spelling, or with that hash. Errors for services and actions: no message of
    /// them travels.
    pub(crate) fn message_type(self: &Arc<Self>, py: Python<'_>, name: &str) -> PyResult<Arc<MessageType>> {
        if let Some(description) = self.by_hash(name)? {
            return self.bind(py, &description);
        }
        let definition = self.registry.find(name).or_raise()?;
        if definition.kind != DefinitionKind::Message {
            let (what, part) = match definition.kind {
                DefinitionKind::Service => ("a service", "_Request"),
                _ => ("an action", "_Goal"),
            };
            let name = &definition.type_name;
            let message = format!("`{name}` is {what}, not a message; did you mean `{name}{part}`?");
            return Err(super::errors::raise(&Error::new(ErrorKind::UnknownType, message)));
        }
        let description = self.registry.describe(&definition.type_name).or_raise()?;
        self.announce(py)?;
        self.bind(py, &description)
    }

    /// The description that a text with the form of a hash stands for; `None` for a name.
    fn by_hash(&self, text: &str) -> PyResult<Option<Arc<TypeDescription>>> {
        if !text.starts_with(HASH_PREFIX) {
            return Ok(None);
        }
        let hash: TypeHash = text.parse().or_raise()?;
        let unknown = || Error::new(ErrorKind::UnknownType, format!("no known type has the hash {hash}"));
        self.registry.find_by_hash(&hash).ok_or_else(|| super::errors::raise(&unknown())).map(Some)
    }

    /// The message type of a description, with the classes of all its layouts.
    pub(crate) fn bind(
        self: &Arc<Self>,
        py: Python<'_>,
        description: &Arc<TypeDescription>,
    ) -> PyResult<Arc<MessageType>> {
        let plan = Plan::compile(description).or_raise()?;
        let mut classes = Vec::with_capacity(plan.layouts().len());
        for layout in plan.layouts() {
            let part = Arc::new(description.part(layout.type_name.as_str()).or_raise()?);
            let class = self.class_of(py, &plan, layout.index, (&part, &classes))?;
            classes.push(class);
        }
        Ok(Arc::new(MessageType::new(py, plan, classes)))
    }

    fn class_of(
        self: &Arc<Self>,
        py: Python<'_>,
        plan: &Plan,
        index: usize,
        (description, made): (&Arc<TypeDescription>, &[Arc<MessageClass>]),
    ) -> PyResult<Arc<MessageClass>> {
        let layout = plan.layout(index);
        let hash = TypeHash::of(description).or_raise()?;
        let definition = self.registry.definition_of(&description.type_description).or_raise()?;
        let key = (layout.type_name.clone(), hash);
        let find = |all: &HashMap<(TypeName, TypeHash), Vec<Made>>| {
            let same =
                |made: &&Made| made.description == *description && made.definition.same_type(&definition);
            all.get(&key).and_then(|versions| versions.iter().find(same)).map(|made| Arc::clone(&made.class))
        };
        if let Some(class) = find(&lock(&self.classes)) {
            return Ok(class);
        }
        let spec = ClassSpec { definition: &definition, hash, made };
        let class = Arc::new(MessageClass::make(py, layout, &spec)?);
        let mut all = lock(&self.classes);
        if let Some(earlier) = find(&all) {
            return Ok(earlier);
        }
        let address = class.class.as_ptr() as usize;
        let description = Arc::clone(description);
        let origin = Origin {
            types: Arc::clone(self),
            description: Arc::clone(&description),
            message_type: OnceLock::new(),
        };
        lock(&ORIGINS).get_or_insert_default().insert(address, Arc::new(origin));
        all.entry(key).or_default().push(Made { description, definition, class: Arc::clone(&class) });
        Ok(class)
    }

    /// The Python class of a type of any kind, by its name or its hash.
    pub(crate) fn class(self: &Arc<Self>, py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
        if let Some(description) = self.by_hash(name)? {
            let kind = DefinitionKind::of_description(&description.type_description);
            return self.class_of_description(py, &description, kind);
        }
        let definition = self.registry.find(name).or_raise()?;
        let description = self.registry.describe(&definition.type_name).or_raise()?;
        self.announce(py)?;
        self.class_of_description(py, &description, definition.kind)
    }

    pub(crate) fn class_of_description(
        self: &Arc<Self>,
        py: Python<'_>,
        description: &Arc<TypeDescription>,
        kind: DefinitionKind,
    ) -> PyResult<Py<PyAny>> {
        if kind == DefinitionKind::Message {
            return Ok(self.bind(py, description)?.class().class.clone_ref(py).into_any());
        }
        let name = TypeName::parse(description.type_name()).or_raise()?;
        let key = (name.clone(), TypeHash::of(description).or_raise()?);
        if let Some(class) = lock(&self.interfaces).get(&key) {
            return Ok(class.clone_ref(py));
        }
        // Its parts as attributes.
        let namespace = PyDict::new(py);
        namespace.set_item("__msgtype__", name.as_str())?;
        namespace.set_item("__type_hash__", key.1.to_string())?;
        namespace.set_item("__module__", format!("ros_z_py.{}.{}", name.package(), name.namespace()))?;
        namespace.set_item("__slots__", PyTuple::empty(py))?;
        for part in kind.parts() {
            let description = Arc::new(description.part(name.derived(part).as_str()).or_raise()?);
            let kind = match kind {
                DefinitionKind::Action => DefinitionKind::of_description(&description.type_description),
                _ => DefinitionKind::Message,
            };
            namespace.set_item(*part, self.class_of_description(py, &description, kind)?)?;
        }
        let base = py.import("ros_z_py._messages")?.getattr("Interface")?;
        let class = py.get_type::<PyType>().call1((name.name(), (base,), namespace))?;
        Ok(lock(&self.interfaces).entry(key).or_insert(class.unbind()).clone_ref(py))
    }
}

/// A set of message, service and action types, loaded at run time.
///
/// `ros_z_py.types` is the one of the process; `TypeRegistry()` makes a private one. Both see the built-in standard
/// interfaces. Names may be spelled `sensor_msgs/msg/Imu`, `sensor_msgs/Imu`, `sensor_msgs.msg.Imu` or
/// `sensor_msgs::msg::dds_::Imu_`.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct TypeRegistry {
    pub(crate) types: Arc<Types>,
}

impl TypeRegistry {
    fn has(&self, name: &str) -> bool {
        let found =
            || self.types.registry.find(name).and_then(|found| self.types.registry.hash(&found.type_name));
        matches!(self.types.by_hash(name), Ok(Some(_))) || found().is_ok()
    }
}

#[pymethods]
impl TypeRegistry {
    /// A private registry, which searches the places of `search_path` for types that are not loaded, and whose built-in
    /// types are those of `distro`.
    #[new]
    #[pyo3(signature = (*, search_path = None, distro = None))]
    fn new(search_path: Option<Vec<PathBuf>>, distro: Option<&str>) -> PyResult<Self> {
        let distro = distro.map(str::parse).transpose().or_raise()?.unwrap_or_default();
        let registry = Registry::of_distro(distro);
        registry.set_search_path(search_path.unwrap_or_default());
        Ok(Self { types: Types::new(registry) })
    }

    /// The distribution of ROS 2 whose built-in types are seen.
    #[getter]
    fn distro(&self) -> &'static str {
        self.types.registry.distro().as_str()
    }

    /// The types of this registry, with the built-in ones of a distribution behind them.
    fn with_distro(&self, distro: &str) -> PyResult<Self> {
        Ok(self.of_distro(distro.parse().or_raise()?))
    }

    /// Loads types from a file or folder; returns the names it made known.
    fn load(&self, py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
        let names = py.detach(|| crate::cli::types::load(&self.types.registry, &path)).or_raise()?;
        self.types.announce(py)?;
        Ok(names.into_iter().map(String::from).collect())
    }

    /// What is wrong with the types that were loaded, an exception each. Reads every file that was not read yet.
    fn check(&self, py: Python<'_>) -> PyResult<Vec<PyErr>> {
        let errors = py.detach(|| self.types.registry.check());
        self.types.announce(py)?;
        Ok(errors.iter().map(super::errors::raise).collect())
    }

    /// Adds a type from interface text and returns its class. `format` is `"msg"`, `"srv"` or `"action"`; without it
    /// the namespace in the name decides.
    #[pyo3(signature = (name, text, *, format = None))]
    fn add(&self, py: Python<'_>, name: &str, text: &str, format: Option<&str>) -> PyResult<Py<PyAny>> {
        let type_name = TypeName::parse(name).or_raise()?;
        let format = interface_format(format.unwrap_or(type_name.namespace()))?;
        py.detach(|| self.types.registry.add_text(type_name.as_str(), text, format)).or_raise()?;
        self.types.announce(py)?;
        self.types.class(py, type_name.as_str())
    }

    /// Adds a type from its `TypeDescription`, as JSON text or as the dict of it, and returns its class.
    fn add_description(&self, description: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = description.py();
        let text = match description.cast::<PyString>() {
            Ok(text) => text.to_string(),
            Err(_) => py.import("json")?.call_method1("dumps", (description,))?.extract()?,
        };
        let registry = &self.types.registry;
        let names = py.detach(|| registry.add_description_json(&text, "description")).or_raise()?;
        self.types.announce(py)?;
        self.types.class(py, names.first().map_or("", TypeName::as_str))
    }

    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
        self.types.class(py, name)
    }

    /// Whether there is a type of this name or hash, with everything that it refers to.
    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.cast::<PyString>().ok().and_then(|name| name.to_str().ok()).is_some_and(|name| self.has(name))
    }

    /// The full names of all known types, as [`names`](Self::names) has them.
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.names())?.try_iter()
    }

    /// The class of a type, or `default` where there is none; with `hash`, of the definition that has it.
    #[pyo3(signature = (name, default = None, *, hash = None))]
    fn get(
        &self,
        py: Python<'_>,
        name: &str,
        default: Option<Py<PyAny>>,
        hash: Option<&str>,
    ) -> PyResult<Option<Py<PyAny>>> {
        let Some(hash) = hash else {
            return if self.has(name) { self.types.class(py, name).map(Some) } else { Ok(default) };
        };
        let found = self.types.registry.find_by_hash(&hash.parse().or_raise()?);
        let candidates = TypeName::candidates(name).or_raise()?;
        match found.filter(|found| candidates.iter().any(|name| name.as_str() == found.type_name())) {
            Some(_) => self.types.class(py, hash).map(Some),
            None => Ok(default),
        }
    }

    /// The hashes of all definitions of a name that are known, the one that answers for it first.
    fn versions(&self, py: Python<'_>, name: &str) -> PyResult<Vec<String>> {
        let registry = &self.types.registry;
        let name = registry.find(name).or_raise()?.type_name.clone();
        Ok(py.detach(|| registry.hashes(&name)).iter().map(ToString::to_string).collect())
    }

    /// The class of a type that somebody in the graph uses, learned from them if it is not known here; `name` is that of
    /// a topic, beginning with `/` or `~`, or that of a type.
    #[pyo3(signature = (name, node, *, timeout = 5.0))]
    fn fetch(&self, py: Python<'_>, name: &str, node: &ZNode, timeout: f64) -> PyResult<Py<PyAny>> {
        discovery::fetch(py, &node.node, &self.types, name, timeout)
    }

    /// The RIHS01 hash of a message, service or action type.
    fn hash(&self, name: &str) -> PyResult<String> {
        let definition = self.types.registry.find(name).or_raise()?;
        Ok(self.types.registry.hash(&definition.type_name).or_raise()?.to_string())
    }

    /// What a type is, given by name, hash or message class: fields, constants, text.
    fn schema(&self, message_type: &Bound<'_, PyAny>) -> PyResult<Schema> {
        if let Ok(name) = message_type.cast::<PyString>() {
            return Schema::of(&self.types.registry, name.to_str()?).or_raise();
        }
        let class = message_type.cast::<PyType>().ok();
        let types = class.and_then(types_of_class);
        match (types, message_type.getattr("__msgtype__"), message_type.getattr("__type_hash__")) {
            (Some(types), _, Ok(hash)) => Schema::of(&types.registry, hash.cast::<PyString>()?.to_str()?),
            (None, Ok(name), _) if class.is_some() => {
                Schema::of(&self.types.registry, name.cast::<PyString>()?.to_str()?)
            }
            _ => return Err(neither_class_nor_name(message_type)?),
        }
        .or_raise()
    }

    /// What differs between two types, each given by name, by hash or as an interface file; nothing where they are the same.
    fn diff(&self, py: Python<'_>, a: PathBuf, b: PathBuf) -> PyResult<Vec<SchemaDifference>> {
        let differences = py.detach(|| {
            let schema =
                |what: &PathBuf| interface::Schema::resolve(&self.types.registry, &what.to_string_lossy());
            Ok(interface::diff(&schema(&a)?, &schema(&b)?))
        });
        Ok(differences.or_raise()?.into_iter().map(SchemaDifference::from).collect())
    }

    /// The compiled codec of a message type, given by name or class.
    fn codec(&self, message_type: &Bound<'_, PyAny>) -> PyResult<Codec> {
        Ok(Codec::new(message_type.py(), self.resolve(message_type)?))
    }

    /// Full names of all known types, built-in and loaded, derived ones not included.
    fn names(&self) -> Vec<String> {
        self.types.registry.names().into_iter().map(String::from).collect()
    }

    /// Names of all packages with known types.
    fn packages(&self) -> Vec<String> {
        let mut packages: Vec<String> =
            self.types.registry.names().iter().map(|name| name.package().to_owned()).collect();
        packages.sort_unstable();
        packages.dedup();
        packages
    }

    /// Different whenever a name means something else, or there are more names.
    fn _stamp(&self) -> (u64, usize) {
        self.types.registry.stamp()
    }

    fn __len__(&self) -> usize {
        self.types.registry.names().len()
    }

    fn __repr__(&self) -> String {
        format!("<TypeRegistry of {} types>", self.__len__())
    }
}

fn interface_format(name: &str) -> PyResult<Format> {
    Format::from_extension(name).ok_or_else(|| {
        let message = format!("format must be \"msg\", \"srv\", \"action\" or \"idl\", not {name:?}");
        super::errors::raise(&Error::new(ErrorKind::Argument, message))
    })
}

fn neither_class_nor_name(given: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let shown = given.repr()?;
    Ok(PyTypeError::new_err(format!("expected a message class or the name of a type, got {shown}")))
}

impl TypeRegistry {
    /// The same types, with the built-in ones of a distribution behind them.
    pub(crate) fn of_distro(&self, distro: Distro) -> Self {
        Self { types: self.types.of_distro(distro) }
    }

    /// The message type that a name, a message class or a message stands for.
    pub(crate) fn resolve(&self, message_type: &Bound<'_, PyAny>) -> PyResult<Arc<MessageType>> {
        let py = message_type.py();
        if let Ok(name) = message_type.cast::<PyString>() {
            return self.types.message_type(py, name.to_str()?);
        }
        let class = message_type.cast::<PyType>();
        if let Ok(class) = class
            && let Some(found) = message_type_of_class(py, class)?
        {
            return Ok(found);
        }
        // Service and action classes carry a name, which `message_type` then refuses with a suggestion.
        match message_type.getattr("__msgtype__").and_then(|name| name.extract::<String>()) {
            Ok(name) if class.is_ok() => self.types.message_type(py, &name),
            _ => Err(neither_class_nor_name(message_type)?),
        }
    }
}
