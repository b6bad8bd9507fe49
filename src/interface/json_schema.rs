//! A type as JSON Schema (draft 2020-12) of its messages in JSON: what the codec writes, with every key optional, since a
//! missing one takes its default.

use serde_json::{Map, Value, json};

use crate::codec::JsonBytes;
use crate::error::Result;
use crate::idl::default_of;
use crate::schema::{Cardinality, Definition, DefinitionKind, Element, Field, FieldType, Primitive};

use super::{Schema, json::literal_to_json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Schema {
    /// The JSON Schema of a message; of a service or action, of any of the messages that its file declares. `bytes` says
    /// how arrays of octets are written.
    pub fn json_schema(&self, bytes: JsonBytes) -> Result<Value> {
        let definition = self.definition();
        let mut root = Map::from_iter([("$schema".to_owned(), DIALECT.into())]);
        let mut others: Vec<&Definition> = self.referenced().iter().map(AsRef::as_ref).collect();
        if definition.kind == DefinitionKind::Message {
            root.extend(object(definition, bytes)?);
        } else {
            let messages = self.messages()?;
            root.insert("title".to_owned(), definition.type_name.as_str().into());
            let refs = messages.iter().map(|message| reference(message.type_name.as_str()));
            root.insert("anyOf".to_owned(), refs.collect());
            let mut used = Vec::new();
            for message in messages {
                used.push(message.type_name.clone());
                let nested = self.nested(message.type_name.as_str())?;
                used.extend(nested.referenced().iter().map(|other| other.type_name.clone()));
            }
            others.retain(|other| used.contains(&other.type_name));
        }
        let mut defs = Map::new();
        for other in others {
            defs.insert(other.type_name.as_str().to_owned(), object(other, bytes)?.into());
        }
        if !defs.is_empty() {
            root.insert("$defs".to_owned(), defs.into());
        }
        Ok(root.into())
    }
}

fn reference(type_name: &str) -> Value {
    // A JSON pointer: `/` inside a name is written `~1`.
    json!({ "$ref": format!("#/$defs/{}", type_name.replace('/', "~1")) })
}

fn object(definition: &Definition, bytes: JsonBytes) -> Result<Map<String, Value>> {
    let mut schema = Map::from_iter([("title".to_owned(), definition.type_name.as_str().into())]);
    add_description(&mut schema, &definition.comment);
    let mut properties = Map::new();
    if !definition.description.is_empty_message() {
        for (field, comment) in definition.description.fields.iter().zip(&definition.field_comments) {
            let mut property = property(field, bytes).map_err(|error| error.in_field(&field.name))?;
            add_description(&mut property, comment);
            properties.insert(field.name.clone(), property.into());
        }
    }
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("additionalProperties".to_owned(), false.into());
    Ok(schema)
}

fn add_description(schema: &mut Map<String, Value>, comment: &[String]) {
    if !comment.is_empty() {
        schema.insert("description".to_owned(), comment.join("\n").into());
    }
}

fn property(field: &Field, bytes: JsonBytes) -> Result<Map<String, Value>> {
    let field_type = &field.field_type;
    let mut schema = match (field_type.element()?, field_type.cardinality()) {
        (element, Cardinality::Single) => single(element),
        (Element::Primitive(primitive), cardinality)
            if primitive.is_octet() && bytes == JsonBytes::Base64 =>
        {
            base64(cardinality)
        }
        (element, cardinality) => array(element, cardinality),
    };
    if let Some(default) = default_of(field)? {
        schema.insert("default".to_owned(), default_to_json(&default, field_type, bytes));
    }
    Ok(schema)
}

fn default_to_json(default: &crate::schema::Literal, field_type: &FieldType, bytes: JsonBytes) -> Value {
    match bytes {
        JsonBytes::Base64 => literal_to_json(default, field_type),
        JsonBytes::Array => literal_to_json(default, &field_type.clone().repeated(Cardinality::Single)),
    }
}

fn array(element: Element<'_>, cardinality: Cardinality) -> Map<String, Value> {
    let mut schema = keys(json!({ "type": "array", "items": single(element) }));
    let (least, most) = limits(cardinality);
    schema.extend(least.map(|least| ("minItems".to_owned(), least.into())));
    schema.extend(most.map(|most| ("maxItems".to_owned(), most.into())));
    schema
}

/// Three octets are four characters, and the last group is filled up.
fn base64(cardinality: Cardinality) -> Map<String, Value> {
    let mut schema = keys(json!({
        "type": "string",
        "contentEncoding": "base64",
        "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    }));
    let (least, most) = limits(cardinality);
    let characters = |octets: u64| octets.div_ceil(3).saturating_mul(4);
    schema.extend(least.map(|least| ("minLength".to_owned(), characters(least).into())));
    schema.extend(most.map(|most| ("maxLength".to_owned(), characters(most).into())));
    schema
}

/// The least and the greatest number of items.
fn limits(cardinality: Cardinality) -> (Option<u64>, Option<u64>) {
    match cardinality {
        Cardinality::Single => (None, None),
        Cardinality::Array(length) => (Some(length), Some(length)),
        Cardinality::Sequence { bound } => (None, bound),
    }
}

fn single(element: Element<'_>) -> Map<String, Value> {
    keys(match element {
        Element::Primitive(Primitive::Bool) => json!({ "type": "boolean" }),
        Element::Primitive(Primitive::Float32 | Primitive::Float64) => {
            json!({ "anyOf": [{ "type": "number" }, { "enum": ["NaN", "Infinity", "-Infinity"] }] })
        }
        Element::Primitive(primitive) => match primitive.integers() {
            Some((least, greatest)) => {
                json!({ "type": "integer", "minimum": least, "maximum": greatest })
            }
            None => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        },
        Element::String { bound: 0 } | Element::WString { bound: 0 } => json!({ "type": "string" }),
        // The bound counts bytes, or UTF-16 units; there are never fewer of them than characters.
        Element::String { bound } | Element::WString { bound } => {
            json!({ "type": "string", "maxLength": bound })
        }
        Element::Nested(name) => reference(name),
    })
}

fn keys(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(keys) => keys,
        _ => Map::new(),
    }
}
