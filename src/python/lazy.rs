//! [`ZMessageView`] and [`ZListView`]: messages and arrays whose parts are decoded when they are asked for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyAttributeError, PyIndexError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyList, PyNotImplemented, PySequence, PySlice, PyString};

use crate::codec::{self, Endian, Kind, Parts, Place, Plan, RecordArray, Shape, Visitor};
use crate::error::{Error, Result};
use crate::schema::Cardinality;

use super::classes::{MessageClass, MessageType};
use super::decode::{Output, Part, decode_part};
use super::errors::{OrRaise, raise};
use super::ffi::{Payload, RecordFormat, ZStructView, declared, untracked};

/// A message, and the bytes it is in.
pub(crate) struct Message {
    pub(crate) message_type: Arc<MessageType>,
    pub(crate) payload: Arc<Payload>,
}

/// A message or array inside a message whose parts are found when they are asked for.
pub(crate) struct Node {
    message: Arc<Message>,
    place: Place,
    /// Found when the first part is asked for.
    parts: Mutex<Option<Parts>>,
    /// What it is a part of, and which.
    within: Option<(Arc<Node>, usize)>,
}

/// One part of a [`Node`], or all of it.
struct Spot<'n> {
    node: &'n Node,
    place: Place,
    index: Option<usize>,
}

impl Part for Spot<'_> {
    fn walk<'de, V: Visitor<'de>>(
        &self,
        plan: &Plan,
        payload: &'de [u8],
        visitor: &mut V,
    ) -> Result<V::Value> {
        let read = self.place.decode(plan, payload, visitor);
        read.map_err(|error| self.node.located(error, self.index))
    }
}

impl Node {
    fn new(message: Arc<Message>, place: Place, within: Option<(Arc<Self>, usize)>) -> Arc<Self> {
        Arc::new(Self { message, place, parts: Mutex::new(None), within })
    }

    fn plan(&self) -> &Plan {
        &self.message.message_type.plan
    }

    /// Asks the parts something. Nothing panics in there, and no Python code runs.
    fn with_parts<T>(&self, ask: impl FnOnce(&mut Parts, &Plan, &[u8]) -> Result<T>) -> PyResult<T> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let payload = self.message.payload.as_slice();
        let answer = match &mut *parts {
            Some(parts) => ask(parts, self.plan(), payload),
            none => Parts::of(self.plan(), payload, self.place)
                .and_then(|parts| ask(none.insert(parts), self.plan(), payload)),
        };
        drop(parts);
        answer.map_err(|error| raise(&self.located(error, None)))
    }

    pub(crate) fn len(&self) -> PyResult<usize> {
        self.with_parts(|parts, _, _| Ok(parts.len()))
    }

    fn place_of(&self, index: usize) -> PyResult<Place> {
        self.with_parts(|parts, plan, payload| parts.part(plan, payload, index))
    }

    /// The same error with the way from the message to this node, or to a part of it.
    #[cold]
    fn located(&self, error: Error, index: Option<usize>) -> Error {
        let plan = self.plan();
        let mut error = match index {
            Some(index) => Parts::located(plan, self.place.shape, error, index),
            None => error,
        };
        let mut within = &self.within;
        while let Some((node, index)) = within {
            error = Parts::located(plan, node.place.shape, error, *index);
            within = &node.within;
        }
        error.in_type(plan.type_name())
    }

    /// The class of the message that this is, or that its items are.
    pub(crate) fn class(&self) -> Option<&Arc<MessageClass>> {
        match self.place.shape.kind {
            Kind::Message(index) => self.message.message_type.classes.get(index),
            _ => None,
        }
    }

    /// What a part is decoded to.
    pub(crate) fn decode_item<'py>(
        &self,
        py: Python<'py>,
        index: usize,
        output: Output,
    ) -> PyResult<Bound<'py, PyAny>> {
        let spot = Spot { node: self, place: self.place_of(index)?, index: Some(index) };
        decode_part(py, &self.message.message_type, &self.message.payload, (&spot, output))
    }

    /// What all of it is decoded to.
    pub(crate) fn decode<'py>(&self, py: Python<'py>, output: Output) -> PyResult<Bound<'py, PyAny>> {
        let spot = Spot { node: self, place: self.place, index: None };
        decode_part(py, &self.message.message_type, &self.message.payload, (&spot, output))
    }

    /// A part, as a view where it is a message or an array of them or of strings.
    fn part<'py>(self: &Arc<Self>, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let place = self.place_of(index)?;
        if has_parts(place) {
            let within = Some((Arc::clone(self), index));
            return view_of(py, Self::new(Arc::clone(&self.message), place, within));
        }
        let spot = Spot { node: self, place, index: Some(index) };
        decode_part(py, &self.message.message_type, &self.message.payload, (&spot, Output::Struct))
    }

    /// The type of the message that this is, or of the items.
    pub(crate) fn name(&self) -> String {
        let layout = match self.place.shape.kind {
            Kind::Message(index) => self.plan().layout(index).type_name.as_str(),
            Kind::WString { .. } => "wstring",
            Kind::Scalar(primitive) => primitive.name(),
            Kind::String { .. } => "string",
        };
        layout.to_owned()
    }
}

/// A layout, whether the array of it is a sequence, and whether its bytes are big-endian.
type RecordKey = (usize, bool, bool);

/// The formats of arrays of structs, made when they are first needed; `None` for arrays that have none.
#[derive(Default)]
pub(crate) struct Records(Mutex<HashMap<RecordKey, Option<Arc<RecordFormat>>>>);

impl Records {
    fn get(&self, plan: &Plan, array: Shape, big_endian: bool) -> PyResult<Option<Arc<RecordFormat>>> {
        let Kind::Message(index) = array.kind else { return Ok(None) };
        let key = (index, matches!(array.cardinality, Cardinality::Sequence { .. }), big_endian);
        let mut formats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = formats.get(&key) {
            return Ok(known.clone());
        }
        let format = RecordArray::of(plan, array).map(|array| RecordFormat::new(array, big_endian));
        let format = format.transpose()?.map(Arc::new);
        formats.insert(key, format.clone());
        Ok(format)
    }
}

/// Whether a value is a message, or an array that is not one block of numbers.
fn has_parts(place: Place) -> bool {
    match (place.shape.kind, place.shape.cardinality) {
        (Kind::Message(_), _) => true,
        (_, Cardinality::Single) => false,
        (Kind::Scalar(primitive), _) => !primitive.is_block(),
        _ => true,
    }
}

/// The view that a node is in Python.
fn view_of(py: Python<'_>, node: Arc<Node>) -> PyResult<Bound<'_, PyAny>> {
    if node.place.shape.cardinality == Cardinality::Single {
        return Ok(untracked(py, ZMessageView { node })?.into_any());
    }
    let payload = Arc::clone(&node.message.payload);
    let big_endian = codec::Encapsulation::read(payload.as_slice()).or_raise()?.endian == Endian::Big;
    let format = node.message.message_type.records.get(node.plan(), node.place.shape, big_endian)?;
    let Some(format) = format else { return Ok(untracked(py, ZListView { node })?.into_any()) };
    let length = node.len()?;
    let first = node.place.first_item(node.plan(), payload.as_slice());
    let first = first.map_err(|error| raise(&node.located(error, None)))?;
    match ZStructView::new(Arc::clone(&node), format, payload, (first, length)) {
        Some(view) => Ok(untracked(py, view)?.into_any()),
        // The array is cut off: its items are read as far as they go.
        None => Ok(untracked(py, ZListView { node })?.into_any()),
    }
}

/// The view of a message in a bytes-like.
pub(crate) fn view_buffer<'py>(
    message_type: &Arc<MessageType>,
    buffer: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (message_type, payload) = (Arc::clone(message_type), Payload::from_any(buffer)?);
    codec::Encapsulation::read(payload.as_slice())
        .map_err(|error| raise(&error.in_type(message_type.plan.type_name())))?;
    let place = Place::root(&message_type.plan);
    view_of(buffer.py(), Node::new(Arc::new(Message { message_type, payload }), place, None))
}

/// A message whose fields are decoded when they are read.
#[pyclass(frozen, module = "ros_z_py")]
pub(crate) struct ZMessageView {
    node: Arc<Node>,
}

#[pymethods]
impl ZMessageView {
    fn __getattribute__<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let node = &slf.get().node;
        let attributes: &[Py<PyString>] = node.class().map_or(&[], |class| &class.attributes);
        let same = |attribute: &Py<PyString>| attribute.as_ptr() == name.as_ptr();
        if let Some(index) = attributes.iter().position(same) {
            return node.part(slf.py(), index);
        }
        let wanted = name.to_str()?;
        for (index, attribute) in attributes.iter().enumerate() {
            if attribute.bind(slf.py()).to_str()? == wanted {
                return node.part(slf.py(), index);
            }
        }
        declared(slf.as_any(), name)
    }

    /// Asked for what is neither a field nor declared.
    fn __getattr__(&self, name: &str) -> PyResult<Py<PyAny>> {
        let Kind::Message(index) = self.node.place.shape.kind else {
            return Err(PyAttributeError::new_err(name.to_owned()));
        };
        let layout = self.node.plan().layout(index);
        let message = format!("{}: {}", layout.type_name, layout.unknown_field(name));
        Err(PyAttributeError::new_err(message))
    }

    /// Full name of the message type.
    #[getter]
    fn __msgtype__(&self) -> String {
        self.node.name()
    }

    /// The message object, as `codec.decode` makes it.
    fn decode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.node.decode(py, Output::Struct)
    }

    /// A dict, as `codec.decode_dict` makes it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.node.decode(py, Output::Dict)
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        let Some(class) = self.node.class() else { return not_implemented(py) };
        let other = match other.cast::<Self>() {
            Ok(view) => {
                let same = view.get().node.class().is_some_and(|other| Arc::ptr_eq(other, class));
                if !same {
                    return Ok(PyBool::new(py, false).to_owned().into_any());
                }
                view.get().decode(py)?
            }
            Err(_) if other.get_type().is(class.class.bind(py)) => other.clone(),
            Err(_) => return not_implemented(py),
        };
        self.decode(py)?.rich_compare(other, pyo3::basic::CompareOp::Eq)
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let names = slf.get_type().dir()?;
        for attribute in slf.get().node.class().map_or(&[][..], |class| &class.attributes) {
            names.append(attribute)?;
        }
        Ok(names)
    }

    fn __repr__(&self) -> String {
        format!("<ZMessageView of {}>", self.node.name())
    }
}

fn not_implemented(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Ok(PyNotImplemented::get(py).to_owned().into_any())
}

/// An array of messages or strings whose items are decoded when they are read.
#[pyclass(frozen, sequence, module = "ros_z_py")]
pub(crate) struct ZListView {
    node: Arc<Node>,
}

#[pymethods]
impl ZListView {
    fn __len__(&self) -> PyResult<usize> {
        self.node.len()
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        let Ok(slice) = key.cast::<PySlice>() else {
            return self.node.part(py, index_of(key, self.node.len()?, "ZListView")?);
        };
        let indices = slice.indices(self.node.len()? as isize)?;
        let at = |nth: usize| (indices.start + nth as isize * indices.step).unsigned_abs();
        let items = (0..indices.slicelength).map(|nth| self.node.part(py, at(nth)));
        Ok(PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
    }

    fn __iter__(&self) -> ListIterator {
        ListIterator { node: Arc::clone(&self.node), next: AtomicUsize::new(0) }
    }

    /// The list, as `codec.decode` makes it.
    fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.node.decode(py, Output::Struct)
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        if other.is_instance_of::<PyString>() || other.cast::<PySequence>().is_err() {
            return not_implemented(py);
        }
        let equal = other.len()? == self.node.len()? && self.tolist(py)?.eq(list_of(other)?)?;
        Ok(PyBool::new(py, equal).to_owned().into_any())
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("<ZListView of {} {}>", self.node.len()?, self.node.name()))
    }
}

/// The items of any sequence as a list.
pub(crate) fn list_of<'py>(sequence: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    sequence.cast::<PySequence>()?.to_list()
}

/// One pass over the items of a [`ZListView`].
#[pyclass(frozen, name = "_ListIterator", module = "ros_z_py")]
struct ListIterator {
    node: Arc<Node>,
    next: AtomicUsize,
}

#[pymethods]
impl ListIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index < self.node.len()? { self.node.part(py, index).map(Some) } else { Ok(None) }
    }

    fn __length_hint__(&self) -> PyResult<usize> {
        Ok(self.node.len()?.saturating_sub(self.next.load(Ordering::Relaxed)))
    }
}

/// The index that stands between the brackets of `view[...]`; `class` is the name for the message when it is none.
pub(crate) fn index_of(key: &Bound<'_, PyAny>, length: usize, class: &str) -> PyResult<usize> {
    let Ok(index) = key.extract::<isize>() else {
        let found = key.get_type().name()?;
        let message = format!("{class} indices must be integers or slices, not {found}");
        return Err(PyTypeError::new_err(message));
    };
    let from_start = if index < 0 { length.checked_add_signed(index) } else { Some(index.unsigned_abs()) };
    from_start.filter(|index| *index < length).ok_or_else(|| {
        PyIndexError::new_err(format!("index {index} is out of range for {class} of length {length}"))
    })
}
