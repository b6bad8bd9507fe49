//! Where a value stands in YAML text, and what sentences about messages name: what an error points at. Used by
//! [`written`](super::written).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A step of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Field(String),
    Item(usize),
}

/// Line and column of a value, or of a key in it. The reader is stopped there by an error, which says where it is.
pub(crate) fn find(text: &str, path: &[Segment], key: Option<&str>) -> Option<(usize, usize)> {
    let way = Way { path, key };
    let stopped = way.deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    stopped.location().map(|at| (at.line(), at.column()))
}

/// What is still to go.
#[derive(Clone, Copy)]
struct Way<'a> {
    path: &'a [Segment],
    key: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Way<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A key, at which the reader stops if it is the one that is looked for.
struct Key<'a>(Option<&'a str>);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        if self.0 == Some(key) { Err(E::custom("here")) } else { Ok(key.to_owned()) }
    }
}

impl<'de> Visitor<'de> for Way<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else {
            if self.key.is_some() {
                while map.next_key_seed(Key(self.key))?.is_some() {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            return Err(A::Error::custom("here"));
        };
        while let Some(key) = map.next_key_seed(Key(None))? {
            if *first == Segment::Field(key) {
                map.next_value_seed(Way { path: rest, ..self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some((Segment::Item(index), rest)) = self.path.split_first() else {
            return Err(A::Error::custom("here"));
        };
        for _ in 0..*index {
            items.next_element::<IgnoredAny>()?;
        }
        items.next_element_seed(Way { path: rest, ..self })?;
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.visit_unit()
    }
}

/// The steps of the path in an error, such as `fields[2].datatype`.
pub(crate) fn segments(path: &str) -> Vec<Segment> {
    let parts = path.split(['.', '[']).filter(|part| !part.is_empty());
    let segment = |part: &str| match part.strip_suffix(']').and_then(|index| index.parse().ok()) {
        Some(index) => Segment::Item(index),
        None => Segment::Field(part.to_owned()),
    };
    parts.map(segment).collect()
}

/// Line and column at the end of a sentence of the JSON reader.
pub(crate) fn of_message(message: &str) -> Option<(usize, usize)> {
    let (before, column) = message.rsplit_once(" column ")?;
    let (_, line) = before.rsplit_once(" line ")?;
    Some((line.parse().ok()?, column.split(' ').next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        let field = |name: &str| Segment::Field(name.to_owned());
        assert_eq!(segments("fields[2].datatype"), [field("fields"), Segment::Item(2), field("datatype")]);
        assert_eq!(segments("[3]"), [Segment::Item(3)]);
        assert_eq!(segments(""), []);
        assert_eq!(of_message("expected `:`, found `2` at line 2 column 10 of the JSON text"), Some((2, 10)));
        assert_eq!(of_message("no place"), None);
    }
}
