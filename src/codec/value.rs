//! [`Value`]: a message as a tree of Rust values, for programs that know no type at compile time.

use std::marker::PhantomData;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Primitive, Scalar};

use super::cdr::{Block, CdrWriter, Endian};
use super::decode::{Visitor, WideUnits, decode};
use super::encode::{BlockSpec, NoScalars, Source, encode};
use super::plan::{Layout, Plan};

/// Any value of a message.
///
/// Encoding takes integers of either variant and any width for any numeric field that they fit into.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    UInt(u64),
    /// `float32`
    Float32(f32),
    /// `float64`
    Float64(f64),
    /// IDL `char` or `wchar`
    Unit(u16),
    /// `string`: the bytes as they were sent, usually UTF-8.
    String(Vec<u8>),
    /// `wstring`: UTF-16 units as they were sent.
    WString(Vec<u16>),
    /// An array or sequence of `uint8` or `byte`.
    Bytes(Vec<u8>),
    /// Any other array or sequence.
    List(Vec<Value>),
    /// A message: its fields in the order of their declaration.
    Message(IndexMap<Arc<str>, Value>),
}

/// Decodes a payload into a tree.
///
/// ```
/// # use std::sync::Arc;
/// # use ros_z_dynamic::{codec::{Plan, Value, decode_value}, registry::Registry, schema::TypeName};
/// let registry = Registry::new();
/// let plan = Plan::compile(&registry.describe(&TypeName::parse("std_msgs/msg/String")?)?)?;
/// let value = decode_value(&plan, b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00")?;
/// assert_eq!(value.get("data"), Some(&Value::String(b"hi".to_vec())));
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
pub fn decode_value(plan: &Plan, payload: &[u8]) -> Result<Value> {
    Ok(decode(plan, payload, &mut ToValue)?.0)
}

/// Encodes a tree. Missing fields take their defaults; unknown ones are errors.
pub fn encode_value(plan: &Plan, value: &Value, endian: Endian) -> Result<Vec<u8>> {
    let mut writer = CdrWriter::new(endian, 256);
    encode(plan, &mut FromValue::default(), &value, endian, &mut writer)?;
    Ok(writer.into_bytes())
}

impl Value {
    /// The field of that name, if this is a message that has it.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Self> {
        match self {
            Self::Message(fields) => fields.get(field),
            _ => None,
        }
    }

    fn describe(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Int(_) | Self::UInt(_) => "an integer",
            Self::Float32(_) | Self::Float64(_) => "a float",
            Self::Unit(_) => "a character",
            Self::String(_) | Self::WString(_) => "a string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "a list",
            Self::Message(_) => "a message",
        }
    }

    #[cold]
    fn misfit(&self, wanted: &str) -> Error {
        Error::new(ErrorKind::Type, format!("expected {wanted}, got {}", self.describe()))
    }
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Int(value) => Self::Int(value),
            Scalar::UInt(value) => Self::UInt(value),
            Scalar::Float32(value) => Self::Float32(value),
            Scalar::Float64(value) => Self::Float64(value),
            Scalar::Unit(value) => Self::Unit(value),
        }
    }
}

/// Makes a [`Value`] of what the walker reads.
#[derive(Clone, Copy, Debug)]
pub struct ToValue;

impl<'de> Visitor<'de> for ToValue {
    type Value = Value;
    type Message = (Vec<Arc<str>>, IndexMap<Arc<str>, Value>);
    type List = Vec<Value>;

    fn scalar(&mut self, value: Scalar) -> Result<Value> {
        Ok(value.into())
    }

    fn string(&mut self, bytes: &'de [u8]) -> Result<Value> {
        Ok(Value::String(bytes.to_vec()))
    }

    fn wstring(&mut self, units: WideUnits<'de>) -> Result<Value> {
        Ok(Value::WString(units.iter().collect()))
    }

    fn block(&mut self, block: Block<'de>) -> Result<Value> {
        if block.primitive.is_octet() {
            return Ok(Value::Bytes(block.bytes.to_vec()));
        }
        let mut items = Vec::with_capacity(block.len());
        for_each_number(block, |number| {
            items.push(number.into());
            Ok(())
        })?;
        Ok(Value::List(items))
    }

    fn begin_message(&mut self, layout: &Layout) -> Result<Self::Message> {
        let names = layout.fields.iter().map(|field| Arc::clone(&field.name)).collect();
        Ok((names, IndexMap::with_capacity(layout.fields.len())))
    }

    fn field(&mut self, message: &mut Self::Message, index: usize, value: Value) -> Result<()> {
        message.1.insert(Arc::clone(&message.0[index]), value);
        Ok(())
    }

    fn end_message(&mut self, message: Self::Message) -> Result<Value> {
        Ok(Value::Message(message.1))
    }

    fn begin_list(&mut self, length: usize) -> Result<Vec<Value>> {
        Ok(Vec::with_capacity(length))
    }

    fn item(&mut self, list: &mut Vec<Value>, _index: usize, value: Value) -> Result<()> {
        list.push(value);
        Ok(())
    }

    fn end_list(&mut self, list: Vec<Value>) -> Result<Value> {
        Ok(Value::List(list))
    }
}

/// Calls `each` with every number of a block.
pub(crate) fn for_each_number(block: Block<'_>, mut each: impl FnMut(Scalar) -> Result<()>) -> Result<()> {
    use crate::schema::{Number, for_each_scalar};
    let big = block.endian == Endian::Big;
    macro_rules! numbers {
        ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
            match block.primitive {
                Primitive::Bool => block.bytes.iter().try_for_each(|&byte| each(Scalar::Bool(byte != 0))),
                $(Primitive::$variant => {
                    let (items, _) = block.bytes.as_chunks::<{ size_of::<$rust>() }>();
                    items.iter().try_for_each(|&item| {
                        each(Scalar::$wide(<$wide_type>::from(<$rust>::from_bytes(item, big))))
                    })
                })*
            }
        };
    }
    for_each_scalar!(numbers)
}

/// Answers the walker's questions from a [`Value`].
#[derive(Clone, Copy, Debug, Default)]
pub struct FromValue<'v>(PhantomData<&'v Value>);

/// A [`Value::Message`] that is being encoded: its fields, and how many of them were asked for.
pub struct ValueFields<'v> {
    fields: &'v IndexMap<Arc<str>, Value>,
    used: usize,
}

impl<'v> Source for FromValue<'v> {
    type Item = &'v Value;
    type Message = ValueFields<'v>;
    type List = std::slice::Iter<'v, Value>;
    type Blob = Vec<u8>;
    type Scalars<'s>
        = NoScalars
    where
        Self: 's;

    fn scalar(&mut self, item: &&'v Value, primitive: Primitive) -> Result<Scalar> {
        match **item {
            Value::Bool(value) => Ok(Scalar::Bool(value)),
            Value::Int(value) => Ok(Scalar::Int(value)),
            Value::UInt(value) => Ok(Scalar::UInt(value)),
            Value::Float32(value) => Ok(Scalar::Float32(value)),
            Value::Float64(value) => Ok(Scalar::Float64(value)),
            Value::Unit(value) => Ok(Scalar::Unit(value)),
            _ => Err(item.misfit(primitive.name())),
        }
    }

    fn string(&mut self, item: &&'v Value, then: impl FnOnce(&[u8]) -> Result<()>) -> Result<()> {
        match item {
            Value::String(bytes) => then(bytes),
            other => Err(other.misfit("a string")),
        }
    }

    fn wstring(&mut self, item: &&'v Value, units: &mut Vec<u16>) -> Result<()> {
        match item {
            Value::WString(wide) => units.extend_from_slice(wide),
            other => return Err(other.misfit("a wide string")),
        }
        Ok(())
    }

    fn block(&mut self, item: &&'v Value, spec: BlockSpec, writer: &mut CdrWriter) -> Result<bool> {
        match item {
            Value::Bytes(bytes) if spec.primitive.is_octet() => {
                spec.begin(writer, bytes.len())?;
                writer.bytes(bytes);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn begin_message(&mut self, item: &'v Value, layout: &Layout) -> Result<ValueFields<'v>> {
        match item {
            Value::Message(fields) => Ok(ValueFields { fields, used: 0 }),
            other => Err(other.misfit(&format!("a message of type {}", layout.type_name))),
        }
    }

    fn field(
        &mut self,
        message: &mut ValueFields<'v>,
        layout: &Layout,
        index: usize,
    ) -> Result<Option<&'v Value>> {
        let value = message.fields.get(&layout.fields[index].name);
        message.used += usize::from(value.is_some());
        Ok(value)
    }

    fn end_message(&mut self, message: ValueFields<'v>, layout: &Layout) -> Result<()> {
        if message.used == message.fields.len() {
            return Ok(());
        }
        let is_known = |name: &str| layout.fields.iter().any(|field| &*field.name == name);
        match message.fields.keys().find(|name| !is_known(name)) {
            Some(name) => Err(layout.unknown_field(name)),
            None => Ok(()),
        }
    }

    fn begin_list(&mut self, item: &&'v Value) -> Result<Self::List> {
        match item {
            Value::List(items) => Ok(items.iter()),
            other => Err(other.misfit("a list")),
        }
    }

    fn next_item(&mut self, list: &mut Self::List) -> Result<Option<&'v Value>> {
        Ok(list.next())
    }
}
