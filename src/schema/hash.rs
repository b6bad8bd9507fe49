//! [`TypeHash`]: RIHS01, the hash of a type's description that keys and tokens carry (REP-2016).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::description::{IndividualTypeDescription, TypeDescription};
use crate::error::{Error, ErrorKind, Result};

/// What stands in the place of a hash on distributions without type hashes (Humble).
pub const HASH_NOT_SUPPORTED: &str = "TypeHashNotSupported";

const PREFIX: &str = "RIHS01_";

/// The RIHS01 hash of a type; displays as `RIHS01_` and 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeHash(pub [u8; 32]);

impl TypeHash {
    /// The hash of a description. Errors when it holds a field type that the official generator cannot hash.
    pub fn of(description: &TypeDescription) -> Result<Self> {
        let mut sink = HashSink(Sha256::new());
        sink.text("{\"type_description\": ");
        sink.individual(&description.type_description)?;
        sink.text(", \"referenced_type_descriptions\": [");
        for (index, referenced) in description.referenced_type_descriptions.iter().enumerate() {
            if index > 0 {
                sink.text(", ");
            }
            sink.individual(referenced)?;
        }
        sink.text("]}");
        Ok(Self(sink.0.finalize().into()))
    }
}

/// Feeds the JSON text that RIHS01 is defined over, separators `", "` and `": "`, straight into the digest.
struct HashSink(Sha256);

impl HashSink {
    fn text(&mut self, text: &str) {
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.text(itoa::Buffer::new().format(number));
    }

    /// A JSON string; names are ASCII in valid interfaces, everything else is escaped as Python's `json` does.
    fn string(&mut self, text: &str) {
        self.text("\"");
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte @ (b'"' | b'\\')) => self.0.update([b'\\', byte]),
                Ok(byte @ 0x20..=0x7e) => self.0.update([byte]),
                _ => self.text(&format!("\\u{unit:04x}")),
            }
        }
        self.text("\"");
    }

    fn individual(&mut self, description: &IndividualTypeDescription) -> Result<()> {
        self.text("{\"type_name\": ");
        self.string(&description.type_name);
        self.text(", \"fields\": [");
        for (index, field) in description.fields.iter().enumerate() {
            let field_type = &field.field_type;
            field_type.element().map_err(|e| e.in_field(&field.name).in_type(&description.type_name))?;
            self.text(if index > 0 { ", {\"name\": " } else { "{\"name\": " });
            self.string(&field.name);
            self.text(", \"type\": {\"type_id\": ");
            self.number(field_type.type_id.into());
            self.text(", \"capacity\": ");
            self.number(field_type.capacity);
            self.text(", \"string_capacity\": ");
            self.number(field_type.string_capacity);
            self.text(", \"nested_type_name\": ");
            self.string(&field_type.nested_type_name);
            self.text("}}");
        }
        self.text("]}");
        Ok(())
    }
}

impl fmt::Display for TypeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TypeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TypeHash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse_hex(text).map(Self).ok_or_else(|| {
            Error::new(
                ErrorKind::Protocol,
                format!("`{text}` is not a type hash; expected RIHS01_ and 64 hex digits"),
            )
        })
    }
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix(PREFIX)?.as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [pair[0], pair[1]].map(|digit| (digit as char).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Field, FieldType, PLACEHOLDER_MEMBER, Primitive};

    fn hash_of(name: &str, field: Field) -> String {
        let description = TypeDescription {
            type_description: IndividualTypeDescription { type_name: name.into(), fields: vec![field] },
            referenced_type_descriptions: vec![],
        };
        TypeHash::of(&description).unwrap().to_string()
    }

    #[test]
    fn equals_the_published_hashes() {
        assert_eq!(
            hash_of("std_msgs/msg/String", Field::new("data", FieldType::string(0))),
            "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
        );
        let placeholder = Field::new(PLACEHOLDER_MEMBER, FieldType::primitive(Primitive::UInt8));
        assert_eq!(
            hash_of("std_msgs/msg/Empty", placeholder),
            "RIHS01_20b625256f32d5dbc0d04fee44f43c41e51c70d3502f84b4a08e7a9c26a96312"
        );
    }

    #[test]
    fn text_form_round_trips_and_nonsense_is_refused() {
        let text = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";
        assert_eq!(text.parse::<TypeHash>().unwrap().to_string(), text);
        for bad in ["", "RIHS01_", "RIHS02_df", HASH_NOT_SUPPORTED, &text[..70], &format!("{text}0")] {
            assert_eq!(bad.parse::<TypeHash>().unwrap_err().kind(), ErrorKind::Protocol);
        }
    }
}
