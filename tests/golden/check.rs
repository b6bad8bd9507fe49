//! What is asserted of every golden payload.

use ros_z_dynamic::Error;
use ros_z_dynamic::codec::{
    Endian, JsonBytes, JsonInput, JsonOutput, Plan, Value, decode_value, encode_value, from_json, skip,
    to_json, validate,
};
use serde_json::{Number, Value as Json};

use crate::reference;
use crate::types::{from_hex, to_hex};

/// Of payloads above this size every prefix is skipped, but only every `STRIDE`th is decoded.
const LARGE: usize = 600;
const STRIDE: usize = 16;

/// A payload, what it holds, and its name for messages of failed assertions.
pub struct Vector<'v> {
    pub name: &'v str,
    pub plan: &'v Plan,
    pub payload: &'v [u8],
    pub holds: &'v Json,
}

impl Vector<'_> {
    /// Decodes in every way, then encodes in every way and decodes that; returns the value and the bytes that it takes.
    pub fn check(&self) -> (Value, usize) {
        let Self { name, plan, payload, .. } = self;
        let value = decode_value(plan, payload).unwrap_or_else(|error| panic!("{name}: {error}"));
        self.assert_holds(&value, self.holds);
        let used = validate(plan, payload).unwrap();
        assert_eq!(skip(plan, payload).unwrap(), used, "{name}: skip and validate disagree");
        let slow = reference::decode(plan.description(), payload).unwrap();
        assert_eq!((&slow.value, slow.used), (&value, used), "{name}: the slow decoder reads something else");
        let numbers = self.json(&JsonOutput { bytes: JsonBytes::Array });
        self.assert_holds(&value, &serde_json::from_slice(&numbers).unwrap());
        for text in [numbers, self.json(&JsonOutput::default())] {
            let back = from_json(plan, &text, &JsonInput::default())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(decode_value(plan, &back).unwrap(), value, "{name}: changed on its way through JSON");
        }
        for endian in [Endian::Little, Endian::Big] {
            let bytes = encode_value(plan, &value, endian).unwrap();
            assert_eq!(
                bytes,
                reference::encode(plan.description(), &value, endian),
                "{name}: {endian:?} endian"
            );
            assert_eq!(decode_value(plan, &bytes).unwrap(), value, "{name}: changed by {endian:?} endian");
            assert_eq!(skip(plan, &bytes).unwrap(), bytes.len(), "{name}: more written than read");
        }
        self.check_prefixes(used, &value);
        (value, used)
    }

    /// Asserts that the value encodes to exactly these bytes, from a tree and from JSON.
    pub fn check_bytes(&self, value: &Value) {
        let Self { name, plan, payload, holds } = self;
        let from_tree = encode_value(plan, value, Endian::Little).unwrap();
        assert_eq!(to_hex(&from_tree), to_hex(payload), "{name}");
        let text = plain(holds).to_string();
        let from_text = from_json(plan, text.as_bytes(), &JsonInput::default()).unwrap();
        assert_eq!(to_hex(&from_text), to_hex(payload), "{name}: from JSON");
    }

    fn json(&self, options: &JsonOutput) -> Vec<u8> {
        to_json(self.plan, self.payload, options).unwrap()
    }

    fn assert_holds(&self, value: &Value, holds: &Json) {
        if let Err(place) = compare(holds, value) {
            panic!("{}: {place}\nexpected {holds}\ndecoded {value:?}", self.name);
        }
    }

    /// Everything shorter than the message is refused alike in all ways; what is behind the message is not looked at.
    fn check_prefixes(&self, used: usize, value: &Value) {
        let Self { name, plan, payload, .. } = self;
        for length in 0..payload.len() {
            let cut = &payload[..length];
            let skipped = text_of(skip(plan, cut));
            assert_eq!(skipped.is_err(), length < used, "{name} cut to {length} bytes");
            if payload.len() > LARGE && length % STRIDE != 0 {
                continue;
            }
            assert_eq!(text_of(validate(plan, cut)), skipped, "{name} cut to {length} bytes");
            let decoded = text_of(decode_value(plan, cut));
            assert_eq!(decoded, skipped.clone().map(|_| value.clone()), "{name} cut to {length} bytes");
            let written = text_of(to_json(plan, cut, &JsonOutput::default()));
            assert_eq!(written.map(drop), skipped.map(drop), "{name} cut to {length} bytes");
        }
    }
}

fn text_of<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// Compares what is expected, as JSON, with a decoded value; an error names the place.
pub fn compare(expected: &Json, value: &Value) -> Result<(), String> {
    match (expected, value) {
        (Json::Object(fields), Value::Message(decoded)) => {
            let names: Vec<&str> = decoded.keys().map(|name| &**name).collect();
            let missing = fields.keys().find(|name| !names.contains(&name.as_str()));
            if fields.len() != decoded.len() || missing.is_some() {
                return Err(format!(": decoded fields {names:?}"));
            }
            decoded.iter().try_for_each(|(name, value)| within(&format!(".{name}"), &fields[&**name], value))
        }
        (Json::Array(items), Value::List(list)) if items.len() == list.len() => {
            let mut pairs = items.iter().zip(list).enumerate();
            pairs.try_for_each(|(index, (item, value))| within(&format!("[{index}]"), item, value))
        }
        (Json::Array(items), Value::Bytes(bytes)) if items.len() == bytes.len() => {
            let mut pairs = items.iter().zip(bytes).enumerate();
            pairs.try_for_each(|(index, (item, &byte))| {
                within(&format!("[{index}]"), item, &Value::UInt(byte.into()))
            })
        }
        _ if is_same_single(expected, value) => Ok(()),
        _ => Err(format!(": expected {expected}, decoded {value:?}")),
    }
}

fn within(place: &str, expected: &Json, value: &Value) -> Result<(), String> {
    compare(expected, value).map_err(|inner| format!("{place}{inner}"))
}

fn is_same_single(expected: &Json, value: &Value) -> bool {
    match (expected, value) {
        (Json::Bool(expected), Value::Bool(value)) => expected == value,
        (Json::Number(expected), Value::Int(value)) => expected.as_i64() == Some(*value),
        (Json::Number(expected), Value::UInt(value)) => expected.as_u64() == Some(*value),
        (_, Value::Float32(value)) => float(expected).is_some_and(|expected| expected as f32 == *value),
        (_, Value::Float64(value)) => float(expected) == Some(*value),
        (Json::String(expected), Value::String(value)) => expected.as_bytes() == value,
        (Json::String(expected), Value::WString(value)) => expected.encode_utf16().eq(value.iter().copied()),
        (Json::Object(_), Value::UInt(value)) => octet(expected).map(u64::from) == Some(*value),
        _ => false,
    }
}

fn float(expected: &Json) -> Option<f64> {
    match expected.as_str() {
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        _ => expected.as_f64(),
    }
}

/// The byte of `{"__bytes__": "2a"}`, the form of an octet in the captures.
fn octet(json: &Json) -> Option<u8> {
    let hex = json.as_object().filter(|object| object.len() == 1)?.get("__bytes__")?.as_str()?;
    from_hex(hex).first().copied()
}

/// The same JSON with octets as numbers.
pub fn plain(json: &Json) -> Json {
    if let Some(byte) = octet(json) {
        return Json::Number(Number::from(byte));
    }
    match json {
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_wrong_value_is_found() {
    let value = Value::Message([("a".into(), Value::List(vec![Value::Float64(0.1)]))].into_iter().collect());
    for (expected, complaint) in [
        (r#"{"a":[0.1]}"#, None),
        (r#"{"a":[0.10000000000000002]}"#, Some(".a[0]: expected 0.10000000000000002, decoded Float64(0.1)")),
        (r#"{"a":[]}"#, Some(".a: expected [], decoded List([Float64(0.1)])")),
        (r#"{"b":[0.1]}"#, Some(": decoded fields [\"a\"]")),
    ] {
        let compared = compare(&serde_json::from_str(expected).unwrap(), &value);
        assert_eq!(compared.err().as_deref(), complaint, "{expected}");
    }
}
