//! A type as JSON for programs: fields, constants and what it refers to.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::idl::default_of;
use crate::schema::{
    Annotation, AnnotationValue, Cardinality, Definition, DefinitionKind, Element, FieldType, Literal,
};

use super::Schema;

impl Schema {
    /// Name, hash, kind, then fields and constants (of each part of a service or action), and the same of all message
    /// types that they refer to.
    pub fn to_json(&self) -> Result<Value> {
        let definition = self.definition();
        let mut object = named(definition);
        let hash = self.hash.as_ref().ok().map(ToString::to_string);
        object.insert("type_hash".to_owned(), hash.into());
        object.insert("kind".to_owned(), definition.kind.as_str().into());
        let messages = self.messages()?;
        if definition.kind == DefinitionKind::Message {
            add_members(&mut object, definition)?;
        } else {
            for (part, message) in definition.kind.declared_parts().iter().zip(&messages) {
                let mut members = named(message);
                members.insert("type_hash".to_owned(), self.hash_of(message).into());
                add_members(&mut members, message)?;
                object.insert(part.to_lowercase(), members.into());
            }
        }
        let mut referenced = BTreeMap::new();
        for message in messages {
            for other in self.nested(message.type_name.as_str())?.referenced() {
                let mut members = named(other);
                add_members(&mut members, other)?;
                referenced.insert(other.type_name.as_str().to_owned(), Value::from(members));
            }
        }
        object.insert("referenced_types".to_owned(), referenced.into_values().collect());
        Ok(object.into())
    }

    fn hash_of(&self, definition: &Definition) -> Option<String> {
        let hash = self.nested(definition.type_name.as_str()).and_then(|schema| schema.hash());
        hash.ok().map(|hash| hash.to_string())
    }
}

fn named(definition: &Definition) -> Map<String, Value> {
    Map::from_iter([("type_name".to_owned(), definition.type_name.as_str().into())])
}

fn add_members(object: &mut Map<String, Value>, definition: &Definition) -> Result<()> {
    add_comment(object, &definition.comment);
    add_annotations(object, &definition.annotations);
    let annotations = |name: &str| definition.member_annotations.get(name).map_or(&[][..], Vec::as_slice);
    let mut fields = Vec::new();
    if !definition.description.is_empty_message() {
        for (field, comment) in definition.description.fields.iter().zip(&definition.field_comments) {
            let mut member = member(&field.name, &field.field_type);
            if let Some(default) = default_of(field)? {
                member.insert("default".to_owned(), literal_to_json(&default, &field.field_type));
            }
            add_comment(&mut member, comment);
            add_annotations(&mut member, annotations(&field.name));
            fields.push(Value::from(member));
        }
    }
    let constants = definition.constants.iter().map(|constant| {
        let mut member = member(&constant.name, &constant.field_type);
        member.insert("value".to_owned(), literal_to_json(&constant.value, &constant.field_type));
        add_comment(&mut member, &constant.comment);
        add_annotations(&mut member, annotations(&constant.name));
        Value::from(member)
    });
    object.insert("fields".to_owned(), fields.into());
    object.insert("constants".to_owned(), constants.collect());
    Ok(())
}

fn member(name: &str, field_type: &FieldType) -> Map<String, Value> {
    Map::from_iter([("name".to_owned(), name.into()), ("type".to_owned(), field_type.to_msg().into())])
}

fn add_comment(object: &mut Map<String, Value>, comment: &[String]) {
    if !comment.is_empty() {
        object.insert("comment".to_owned(), comment.join("\n").into());
    }
}

fn add_annotations(object: &mut Map<String, Value>, annotations: &[Annotation]) {
    if annotations.is_empty() {
        return;
    }
    let untyped = FieldType::string(0);
    let value = |value: &AnnotationValue| match value {
        AnnotationValue::Literal(literal) => literal_to_json(literal, &untyped),
        AnnotationValue::Name(name) => name.as_str().into(),
    };
    let annotations = annotations.iter().map(|Annotation { name, parameters }| {
        let parameters = parameters.iter().map(|(name, given)| (parameter_name(name), value(given)));
        json!({ "name": name, "parameters": Map::from_iter(parameters) })
    });
    object.insert("annotations".to_owned(), annotations.collect());
}

/// The short form `@unit("m")` means `@unit(value="m")`.
#[must_use]
pub fn parameter_name(name: &str) -> String {
    if name.is_empty() { "value".to_owned() } else { name.to_owned() }
}

/// A default or a constant as messages have it in JSON: octets in base64, NaN and infinities as text.
#[must_use]
pub fn literal_to_json(value: &Literal, field_type: &FieldType) -> Value {
    let is_octets = field_type.cardinality() != Cardinality::Single
        && matches!(field_type.element(), Ok(Element::Primitive(primitive)) if primitive.is_octet());
    match value {
        Literal::List(items) if is_octets => {
            let octet = |item: &Literal| if let Literal::Int(value) = item { *value as u8 } else { 0 };
            STANDARD.encode(items.iter().map(octet).collect::<Vec<u8>>()).into()
        }
        Literal::List(items) => items.iter().map(|item| literal_to_json(item, field_type)).collect(),
        Literal::Bool(value) => (*value).into(),
        Literal::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(value), _) => value.into(),
            (_, Ok(value)) => value.into(),
            _ => value.to_string().into(),
        },
        Literal::Float(value) if value.is_nan() => "NaN".into(),
        Literal::Float(f64::INFINITY) => "Infinity".into(),
        Literal::Float(f64::NEG_INFINITY) => "-Infinity".into(),
        Literal::Float(value) => (*value).into(),
        Literal::String(text) => text.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Primitive;

    #[test]
    fn values_as_in_messages() {
        let text = |text: &str| Literal::String(text.to_owned());
        let ints = Literal::List(vec![Literal::Int(1), Literal::Int(255)]);
        let of = |primitive, cardinality| FieldType::new(Element::Primitive(primitive), cardinality);
        let any = FieldType::string(0);
        let table = [
            (Literal::Bool(true), &any, json!(true)),
            (Literal::Int(-5), &any, json!(-5)),
            (Literal::Int(u64::MAX.into()), &any, json!(u64::MAX)),
            (Literal::Float(1.0), &any, json!(1.0)),
            (Literal::Float(f64::NAN), &any, json!("NaN")),
            (Literal::Float(f64::INFINITY), &any, json!("Infinity")),
            (Literal::Float(f64::NEG_INFINITY), &any, json!("-Infinity")),
            (text("say \"a\""), &any, json!("say \"a\"")),
            (ints.clone(), &of(Primitive::UInt16, Cardinality::Array(2)), json!([1, 255])),
            (ints.clone(), &of(Primitive::UInt8, Cardinality::Array(2)), json!("Af8=")),
            (ints, &of(Primitive::Byte, Cardinality::Sequence { bound: None }), json!("Af8=")),
            (Literal::List(vec![text("a"), text("b, c")]), &any, json!(["a", "b, c"])),
        ];
        for (literal, field_type, expected) in table {
            assert_eq!(literal_to_json(&literal, field_type), expected, "{literal:?}");
        }
    }
}
