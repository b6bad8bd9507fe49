//! Mutated interface text against the parsers.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ros_z_dynamic::idl::{Format, parse, print};
use ros_z_dynamic::schema::{TypeName, expand};

use crate::{Target, template};

const LONGEST: usize = 4096;

/// The parsers of these formats, and the texts that are mutated.
pub struct Parsers {
    formats: &'static [Format],
    texts: Vec<String>,
}

impl Parsers {
    /// Begins with the fixtures of these formats.
    pub fn new(formats: &'static [Format]) -> Self {
        let mut texts = Vec::new();
        seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/interfaces"), formats, &mut texts);
        assert!(!texts.is_empty(), "no fixtures to begin with");
        Self { formats, texts }
    }
}

impl Target for Parsers {
    type Input = (Format, String);

    fn make(&self, random: &mut fastrand::Rng) -> Self::Input {
        (self.formats[random.usize(..self.formats.len())], mutated(&self.texts, random))
    }

    fn answer(&self, (format, text): &Self::Input) -> String {
        format!("{}: {}", format.as_str(), answer(text, *format))
    }

    fn keep(&mut self, (_, text): Self::Input) {
        self.texts.push(text);
    }

    fn file((format, text): &Self::Input) -> (String, &[u8]) {
        (format.as_str().into(), text.as_bytes())
    }
}

/// What a format can be asked about a text: an answer in one line, or a panic.
fn answer(text: &str, format: Format) -> String {
    let namespace = format.namespace().map_or("msg", |namespace| namespace.as_str());
    let name = TypeName::new("probe_msgs", namespace, "Probe").expect("a valid name");
    let interface = match parse(&name, text, format, "fuzzed") {
        Ok(interface) => interface,
        Err(error) => {
            let place = error.place().expect("an error of a text has a place");
            assert!(text.contains(&place.source_line), "{error}");
            assert!(place.column <= place.source_line.chars().count() + 1, "{error}");
            assert!(error.to_string().len() < 1000, "{error}");
            return template(error.message());
        }
    };
    // A `long double` is read and printed, but no other message can be refused as IDL.
    let printed = print(&interface, Format::Idl).expect("whatever is read can be printed");
    let again = parse(&name, &printed, Format::Idl, "printed").expect("what is printed can be read");
    let (one, two) = (expand(interface), expand(again));
    assert!(one.iter().zip(&two).all(|(one, two)| one.same_type(two)), "{printed}");
    let types = one.iter().flat_map(|definition| &definition.description.fields);
    let types: HashSet<_> = types.map(|field| field.field_type.type_id).collect();
    format!("{} types of fields", types.len())
}

fn seeds(folder: &Path, formats: &[Format], texts: &mut Vec<String>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("the fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            seeds(&path, formats, texts);
        } else if Format::of_path(&path).is_some_and(|format| formats.contains(&format)) {
            texts.extend(fs::read_to_string(&path));
        }
    }
}

/// A text with one to eight changes: parts cut out, doubled, moved, taken from another text, or characters put in.
fn mutated(texts: &[String], random: &mut fastrand::Rng) -> String {
    const CHARACTERS: [char; 40] = [
        '{', '}', '(', ')', '[', ']', '<', '>', '"', '\'', '\\', '/', '*', '#', '@', '=', ':', ';', ',', '.',
        '-', '+', '_', '\n', '\r', '\t', ' ', '\0', '\u{7f}', '\u{feff}', '\u{2028}', 'é', '日', '𝄞', '0',
        '9', 'A', 'L', 'x', 'e',
    ];
    let mut text: Vec<char> = texts[random.usize(..texts.len())].chars().take(LONGEST).collect();
    for _ in 0..random.usize(1..=8) {
        let from = random.usize(..=text.len());
        let to = (from + random.usize(..24)).min(text.len());
        match random.u8(..6) {
            0 => drop(text.drain(from..to)),
            1 => text.extend_from_within(from..to),
            2 => {
                let part: Vec<char> = text.drain(from..to).collect();
                let at = random.usize(..=text.len());
                text.splice(at..at, part);
            }
            3 => {
                let other: Vec<char> = texts[random.usize(..texts.len())].chars().collect();
                let begin = random.usize(..=other.len());
                let end = (begin + random.usize(..60)).min(other.len());
                text.splice(from..to, other[begin..end].iter().copied());
            }
            _ => text.insert(from, CHARACTERS[random.usize(..CHARACTERS.len())]),
        }
    }
    text.truncate(LONGEST);
    text.into_iter().collect()
}
