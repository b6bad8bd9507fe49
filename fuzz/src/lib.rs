//! A fuzzer that needs no nightly compiler: it mutates the fixtures and keeps every text that is answered in a
//! new way, for as many seconds as its first argument says.
//!
//! Used by the binaries in `fuzz_targets/`, one for each parser. A text that makes one panic, lie or dawdle is
//! written to `artifacts/` and named, and the process ends with 1.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use ros_z_dynamic::idl::{Format, parse, print};
use ros_z_dynamic::schema::{TypeName, expand};

/// No text of the size that is made here may take longer.
const SLOWEST: Duration = Duration::from_secs(1);
const LONGEST: usize = 4096;

/// What a format can be asked about a text: an answer in one line, or a panic.
pub fn answer(text: &str, format: Format) -> String {
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

/// A message without what it quotes and counts.
fn template(message: &str) -> String {
    let outside = message.split('`').step_by(2).collect::<Vec<_>>().join("`");
    outside.replace(|c: char| c.is_ascii_digit(), "")
}

/// Mutates the fixtures of these formats until the time is up.
pub fn run(formats: &[Format]) {
    let seconds = env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
    let seed = env::args()
        .nth(2)
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| RandomState::new().hash_one(0));
    let mut random = fastrand::Rng::with_seed(seed);
    let mut texts = Vec::new();
    seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/interfaces"), formats, &mut texts);
    assert!(!texts.is_empty(), "no fixtures to begin with");
    println!("{} fixtures, {seconds} s, seed {seed}", texts.len());

    let mut answers: HashMap<(Format, String), usize> = HashMap::new();
    let (start, mut count) = (Instant::now(), 0_u64);
    while start.elapsed() < Duration::from_secs(seconds) {
        let text = mutated(&texts, &mut random);
        let format = formats[random.usize(..formats.len())];
        let begin = Instant::now();
        let answered = catch_unwind(AssertUnwindSafe(|| answer(&text, format)));
        match answered {
            Ok(answer) if begin.elapsed() < SLOWEST => {
                let seen = answers.entry((format, answer)).or_default();
                *seen += 1;
                if *seen <= 3 {
                    texts.push(text);
                }
            }
            _ => {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
                let file = folder.join(format!("{seed:x}-{count}.{}", format.as_str()));
                fs::create_dir_all(&folder)
                    .and_then(|()| fs::write(&file, &text))
                    .expect("a place for the text");
                eprintln!("after {:?} of {format:?}: {}", begin.elapsed(), file.display());
                process::exit(1);
            }
        }
        count += 1;
    }
    println!("{count} texts, {} different answers, no fault", answers.len());
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
