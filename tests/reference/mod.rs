//! A slow and obvious codec of classic CDR, to compare the crate's with: every rule once, one byte after the other,
//! straight from a description. It shares nothing with the walkers but the names of things.
//!
//! `tests/golden` proves it on bytes that were annotated by hand.

use ros_z_dynamic::codec::{Endian, Value};
use ros_z_dynamic::schema::{
    Cardinality, Element, Field, IndividualTypeDescription, Primitive, TypeDescription,
};

/// What [`decode`] finds in a payload.
#[derive(Debug)]
pub struct Decoded {
    pub value: Value,
    /// How many bytes of the payload the message takes.
    pub used: usize,
    /// The bytes among them that only align what follows.
    pub padding: Vec<usize>,
}

/// A payload is refused: a byte is missing, or there is what cannot be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    /// What was read before, of a message or of a list.
    pub before: Option<Value>,
}

type Result<T> = std::result::Result<T, Refused>;

/// The message in `payload`.
pub fn decode(description: &TypeDescription, payload: &[u8]) -> Result<Decoded> {
    let big_endian = match payload {
        [0, 0, _, _, ..] => true,
        [0, 1, _, _, ..] => false,
        _ => return Err(Refused::default()),
    };
    let mut reader = Reader { description, payload, position: 4, big_endian, padding: vec![] };
    let value = reader.message(&description.type_description)?;
    Ok(Decoded { value, used: reader.position, padding: reader.padding })
}

struct Reader<'a> {
    description: &'a TypeDescription,
    payload: &'a [u8],
    position: usize,
    big_endian: bool,
    padding: Vec<usize>,
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8> {
        let byte = *self.payload.get(self.position).ok_or_else(Refused::default)?;
        self.position += 1;
        Ok(byte)
    }

    /// An unsigned number of `size` bytes at the next multiple of its size, counted from behind the header.
    fn number(&mut self, size: usize) -> Result<u64> {
        while !(self.position - 4).is_multiple_of(size) {
            self.padding.push(self.position);
            self.byte()?;
        }
        let mut number = 0;
        for place in 0..size {
            let byte = u64::from(self.byte()?);
            let power = if self.big_endian { size - 1 - place } else { place };
            number |= byte << (8 * power);
        }
        Ok(number)
    }

    fn message(&mut self, definition: &IndividualTypeDescription) -> Result<Value> {
        if definition.is_empty_message() {
            self.byte()?;
            return Ok(Value::Message([].into_iter().collect()));
        }
        let mut fields = vec![];
        for field in &definition.fields {
            let read = self.field(field);
            let refused = read.is_err();
            let value = read.or_else(|refused| refused.before.ok_or(()));
            fields.extend(value.map(|value| (field.name.as_str().into(), value)));
            if refused {
                return Err(Refused { before: Some(Value::Message(fields.into_iter().collect())) });
            }
        }
        Ok(Value::Message(fields.into_iter().collect()))
    }

    fn field(&mut self, field: &Field) -> Result<Value> {
        let element = field.field_type.element().expect("a type with a form on the wire");
        let length = match field.field_type.cardinality() {
            Cardinality::Single => return self.single(element),
            Cardinality::Array(length) => length,
            Cardinality::Sequence { bound } => {
                let length = self.number(4)?;
                if bound.is_some_and(|bound| length > bound) {
                    return Err(Refused::default());
                }
                length
            }
        };
        let mut items = vec![];
        for _ in 0..length {
            let read = self.single(element);
            let refused = read.is_err();
            items.extend(read.or_else(|refused| refused.before.ok_or(())));
            if refused {
                return Err(Refused { before: Some(list_of(element, items)) });
            }
        }
        Ok(list_of(element, items))
    }

    fn single(&mut self, element: Element<'_>) -> Result<Value> {
        match element {
            Element::Primitive(primitive) => {
                let bits = self.number(primitive.size())?;
                Ok(scalar_of(primitive, bits))
            }
            Element::String { bound } => {
                let mut text = vec![];
                for _ in 0..self.number(4)? {
                    text.push(self.byte()?);
                }
                if let Some(end) = text.iter().position(|&byte| byte == 0) {
                    text.truncate(end);
                }
                if bound > 0 && text.len() as u64 > bound {
                    return Err(Refused::default());
                }
                Ok(Value::String(text))
            }
            Element::WString { bound } => {
                let mut units = vec![];
                for _ in 0..self.number(4)? {
                    units.push(u16::try_from(self.number(4)?).map_err(|_| Refused::default())?);
                }
                if bound > 0 && units.len() as u64 > bound {
                    return Err(Refused::default());
                }
                Ok(Value::WString(units))
            }
            Element::Nested(name) => {
                let definition = self.description.find(name).expect("a complete description");
                self.message(definition)
            }
        }
    }
}

fn list_of(element: Element<'_>, items: Vec<Value>) -> Value {
    let is_octet = matches!(element, Element::Primitive(Primitive::UInt8 | Primitive::Byte));
    if !is_octet {
        return Value::List(items);
    }
    let byte_of = |item| match item {
        Value::UInt(byte) => byte as u8,
        other => panic!("{other:?} is no octet"),
    };
    Value::Bytes(items.into_iter().map(byte_of).collect())
}

fn scalar_of(primitive: Primitive, bits: u64) -> Value {
    match primitive {
        Primitive::Bool => Value::Bool(bits != 0),
        Primitive::Int8 => Value::Int((bits as u8 as i8).into()),
        Primitive::Int16 => Value::Int((bits as u16 as i16).into()),
        Primitive::Int32 => Value::Int((bits as u32 as i32).into()),
        Primitive::Int64 => Value::Int(bits as i64),
        Primitive::UInt8 | Primitive::Byte | Primitive::UInt16 | Primitive::UInt32 | Primitive::UInt64 => {
            Value::UInt(bits)
        }
        Primitive::Float32 => Value::Float32(f32::from_bits(bits as u32)),
        Primitive::Float64 => Value::Float64(f64::from_bits(bits)),
        Primitive::Char | Primitive::WChar => Value::Unit(bits as u16),
    }
}

fn bits_of(value: &Value) -> u64 {
    match *value {
        Value::Bool(value) => value.into(),
        Value::Int(value) => value as u64,
        Value::UInt(value) => value,
        Value::Float32(value) => value.to_bits().into(),
        Value::Float64(value) => value.to_bits(),
        Value::Unit(value) => value.into(),
        ref other => panic!("{other:?} is no scalar"),
    }
}

/// The payload of `value`, which must be a value of the type.
pub fn encode(description: &TypeDescription, value: &Value, endian: Endian) -> Vec<u8> {
    let header = vec![0, u8::from(endian == Endian::Little), 0, 0];
    let mut writer = Writer { description, payload: header, endian };
    writer.message(&description.type_description, value);
    writer.payload
}

struct Writer<'a> {
    description: &'a TypeDescription,
    payload: Vec<u8>,
    endian: Endian,
}

impl Writer<'_> {
    fn number(&mut self, size: usize, bits: u64) {
        while !(self.payload.len() - 4).is_multiple_of(size) {
            self.payload.push(0);
        }
        for place in 0..size {
            let power = if self.endian == Endian::Big { size - 1 - place } else { place };
            self.payload.push((bits >> (8 * power)) as u8);
        }
    }

    fn message(&mut self, definition: &IndividualTypeDescription, value: &Value) {
        if definition.is_empty_message() {
            self.payload.push(0);
            return;
        }
        for field in &definition.fields {
            self.field(field, value.get(&field.name).expect("the value has every field"));
        }
    }

    fn field(&mut self, field: &Field, value: &Value) {
        let element = field.field_type.element().expect("a type with a form on the wire");
        let cardinality = field.field_type.cardinality();
        if cardinality == Cardinality::Single {
            return self.single(element, value);
        }
        let items = match value {
            Value::List(items) => items.clone(),
            Value::Bytes(bytes) => bytes.iter().map(|&byte| Value::UInt(byte.into())).collect(),
            other => panic!("{other:?} is no list"),
        };
        if let Cardinality::Sequence { .. } = cardinality {
            self.number(4, items.len() as u64);
        }
        for item in &items {
            self.single(element, item);
        }
    }

    fn single(&mut self, element: Element<'_>, value: &Value) {
        match (element, value) {
            (Element::Primitive(primitive), value) => self.number(primitive.size(), bits_of(value)),
            (Element::String { .. }, Value::String(text)) => {
                self.number(4, text.len() as u64 + 1);
                self.payload.extend(text);
                self.payload.push(0);
            }
            (Element::WString { .. }, Value::WString(units)) => {
                self.number(4, units.len() as u64);
                for &unit in units {
                    self.number(4, unit.into());
                }
            }
            (Element::Nested(name), message) => {
                let definition = self.description.find(name).expect("a complete description");
                self.message(definition, message);
            }
            (element, value) => panic!("{value:?} is no value of {element:?}"),
        }
    }
}
