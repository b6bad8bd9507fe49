//! [`Node`]: YAML as mappings, lists and words, each with its place and words as they were written. Used by `yaml`, which
//! takes words for values as ROS does, and names lines in errors.
//!
//! The reader of YAML decides by itself which words are numbers, unless it is asked for text. So it reads twice: once for the
//! structure, and once with that for the words. Those that stand in the text as they are have their places by that.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// A value and where it begins, in bytes.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Word(Written),
    List(Vec<Node>),
    Names(Vec<(Name, Node)>),
    /// With a tag that is not one of YAML's own.
    Tagged(String),
}

#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    /// Whether it has no quotes, nor anything else that makes it a text.
    pub(super) is_plain: bool,
}

/// A key, whatever type others would take it for.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) at: usize,
}

/// Reads a document. An empty one is an empty word.
pub(super) fn parse(text: &str) -> Result<Node, serde_yaml::Error> {
    let shape = Shape::deserialize(serde_yaml::Deserializer::from_str(text))?;
    if matches!(shape, Shape::Nothing) {
        return Ok(Node { at: 0, what: What::Word(Written { text: String::new(), is_plain: true }) });
    }
    let reading = Reading { text, last: Cell::new(0) };
    Seed { shape: &shape, reading: &reading }.deserialize(serde_yaml::Deserializer::from_str(text))
}

/// The line of a place.
pub(super) fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|&byte| byte == b'\n').count()
}

/// What a document is made of.
enum Shape {
    Nothing,
    Word,
    List(Vec<Self>),
    Names(Vec<Self>),
    Tagged(String),
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

macro_rules! words {
    ($($visit:ident $type:ty),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<Shape, E> {
            Ok(Shape::Word)
        })*
    };
}

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    words!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_str &str);

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Word)
    }

    fn visit_none<E>(self) -> Result<Shape, E> {
        Ok(Shape::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut shapes = Vec::new();
        while let Some(shape) = items.next_element()? {
            shapes.push(shape);
        }
        Ok(Shape::List(shapes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut shapes = Vec::new();
        while let Some((_, shape)) = map.next_entry::<IgnoredAny, Shape>()? {
            shapes.push(shape);
        }
        Ok(Shape::Names(shapes))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Shape, A::Error> {
        let (tag, content) = data.variant::<String>()?;
        content.newtype_variant::<IgnoredAny>()?;
        Ok(Shape::Tagged(tag))
    }
}

/// The text, and the place of what was read last, for what has none of its own.
struct Reading<'t> {
    text: &'t str,
    last: Cell<usize>,
}

impl Reading<'_> {
    /// Where a part of the text stands in it.
    fn place(&self, part: &str) -> usize {
        let at = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        if let Some(at) = at.filter(|&at| at <= self.text.len()) {
            self.last.set(at);
        }
        self.last.get()
    }

    fn is_plain(&self, part: &str, at: usize) -> bool {
        let (before, behind) = self.text.split_at_checked(at).unwrap_or((self.text, ""));
        let quotes = ['\'', '"'];
        let is_quoted = before.ends_with(quotes) && (!part.is_empty() || behind.starts_with(quotes));
        !is_quoted && !before.trim_end().ends_with("!!str")
    }
}

/// Reads what has this shape.
#[derive(Clone, Copy)]
struct Seed<'a> {
    shape: &'a Shape,
    reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let reading = self.reading;
        let at = reading.last.get();
        let what = match self.shape {
            Shape::List(shapes) => deserializer.deserialize_seq(ListVisitor { shapes, reading })?,
            Shape::Names(shapes) => deserializer.deserialize_map(NamesVisitor { shapes, reading })?,
            Shape::Tagged(tag) => {
                IgnoredAny::deserialize(deserializer)?;
                What::Tagged(tag.clone())
            }
            Shape::Nothing | Shape::Word => {
                let (written, at) = deserializer.deserialize_str(WordVisitor(reading))?;
                return Ok(Node { at, what: What::Word(written) });
            }
        };
        Ok(Node { at, what })
    }
}

struct WordVisitor<'a>(&'a Reading<'a>);

impl<'de> Visitor<'de> for WordVisitor<'_> {
    type Value = (Written, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word")
    }

    fn visit_borrowed_str<E>(self, word: &'de str) -> Result<Self::Value, E> {
        let at = self.0.place(word);
        Ok((Written { text: word.to_owned(), is_plain: self.0.is_plain(word, at) }, at))
    }

    /// What does not stand in the text as it is: with escapes, or of several lines.
    fn visit_str<E>(self, word: &str) -> Result<Self::Value, E> {
        Ok((Written { text: word.to_owned(), is_plain: false }, self.0.last.get()))
    }
}

/// A key, read as text.
struct NameSeed<'a>(&'a Reading<'a>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        let (written, at) = deserializer.deserialize_str(WordVisitor(self.0))?;
        Ok(Name { text: written.text, at })
    }
}

struct ListVisitor<'a> {
    shapes: &'a [Shape],
    reading: &'a Reading<'a>,
}

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = What;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<What, A::Error> {
        let (mut list, reading) = (Vec::new(), self.reading);
        for shape in self.shapes {
            list.extend(items.next_element_seed(Seed { shape, reading })?);
        }
        // The end has to be read too.
        items.next_element::<IgnoredAny>()?;
        Ok(What::List(list))
    }
}

struct NamesVisitor<'a> {
    shapes: &'a [Shape],
    reading: &'a Reading<'a>,
}

impl<'de> Visitor<'de> for NamesVisitor<'_> {
    type Value = What;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<What, A::Error> {
        let (mut names, reading) = (Vec::new(), self.reading);
        for shape in self.shapes {
            if let Some(name) = map.next_key_seed(NameSeed(reading))? {
                names.push((name, map.next_value_seed(Seed { shape, reading })?));
            }
        }
        map.next_key::<IgnoredAny>()?;
        Ok(What::Names(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words with their lines; those that are not plain in quotes.
    fn words(node: &Node, text: &str, words: &mut Vec<String>) {
        match &node.what {
            What::Word(Written { text: word, is_plain }) => {
                let quote = if *is_plain { "" } else { "'" };
                words.push(format!("{}:{quote}{word}{quote}", line(text, node.at)));
            }
            What::List(items) => items.iter().for_each(|item| self::words(item, text, words)),
            What::Names(names) => {
                for (name, value) in names {
                    words.push(format!("{}:{}:", line(text, name.at), name.text));
                    self::words(value, text, words);
                }
            }
            What::Tagged(tag) => words.push(format!("{}:!{tag}", line(text, node.at))),
        }
    }

    #[test]
    fn words_are_as_they_were_written_and_where() {
        for (text, expected) in [
            ("", "1:"),
            ("# none\n", "1:"),
            ("0x1F", "1:0x1F"),
            ("'0x1F'", "1:'0x1F'"),
            ("\"yes\"", "1:'yes'"),
            ("\"\\x79\"", "1:'y'"),
            ("''", "1:''"),
            ("!!str 1", "1:'1'"),
            ("!mine 1", "1:!mine"),
            ("\u{feff}yes", "1:yes"),
            ("é: ü\n1: {2: '3', 0x4: nan}\n", "1:é: 1:ü 2:1: 2:2: 2:'3' 2:0x4: 2:nan"),
            ("\na:\n- 1\n- '1'\n- \nb: |\n  yes\n", "2:a: 3:1 4:'1' 5: 6:b: 6:'yes\n'"),
            ("{\"a\", \"b\":yes}", "1:a: 1: 1:b: 1:yes"),
            (
                "a: &x 010\nb: *x\n~: [99999999999999999999]\n",
                "1:a: 1:010 2:b: 1:010 3:~: 3:99999999999999999999",
            ),
            ("a: one\n  two\nb: 1", "1:a: 1:'one two' 3:b: 3:1"),
        ] {
            let mut found = Vec::new();
            words(&parse(text).unwrap(), text, &mut found);
            assert_eq!(found.join(" "), expected, "{text:?}");
        }
        for bad in ["[1", "? [a]\n: b\n", "*x", "a: 1\n---\nb: 2\n"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
