//! The rules of the house that a compiler does not know, checked on the text of the repository.
//!
//! Each rule is a function from one file to its complaints, so that each is also shown to be able to complain.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 600;

/// Each room of `src/`, and the rooms that it may import besides itself.
const ARROWS: [(&str, &[&str]); 12] = [
    ("error", &[]),
    ("schema", &["error"]),
    ("idl", &["error", "schema"]),
    ("registry", &["error", "schema", "idl", "type_db"]),
    ("type_db", &["error", "schema", "idl", "registry"]),
    ("codec", &["error", "schema", "idl", "registry", "type_db"]),
    ("interface", &["error", "schema", "idl", "registry", "type_db", "codec"]),
    ("rmw", &["error", "schema"]),
    ("net", &["error", "schema", "idl", "registry", "type_db", "codec", "rmw"]),
    ("cli", &["error", "schema", "idl", "registry", "type_db", "codec", "interface", "rmw", "net"]),
    ("python", &["error", "schema", "idl", "registry", "type_db", "codec", "interface", "rmw", "net", "cli"]),
    ("bin", &["error", "cli"]),
];

/// The rooms that exist without any feature.
const CORE: [&str; 8] = ["error", "schema", "idl", "registry", "type_db", "codec", "interface", "rmw"];

/// Where paths of one machine begin. Assembled, so that this file does not contain them.
const MACHINE_ROOTS: [&[&str]; 6] =
    [&["/ho", "me/"], &["/Us", "ers/"], &["/ro", "ot/"], &["/tm", "p/"], &["/wo", "rk/"], &["C:", "\\"]];

/// One file: its path relative to the repository with `/` between the parts, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The room of `src/` that the file is in; none for the crate root and for files elsewhere.
    fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let room = inside.split('/').next().unwrap_or(inside);
        let room = room.strip_suffix(".rs").unwrap_or(room);
        (room != "lib").then_some(room)
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }
}

/// Rust text with the contents of comments and literals blanked; line breaks stay.
fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_block_comment(&chars, at),
            '"' => end_of_string(&chars, at),
            'r' if !follows_word(&chars, at) => end_of_raw_string(&chars, at).unwrap_or(at),
            '\'' => end_of_char(&chars, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|&c| c == '\n').map_or(chars.len(), |length| at + length)
}

fn end_of_block_comment(chars: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn end_of_raw_string(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|&&c| c == '#').count();
    let body = start + 1 + hashes + 1;
    if chars.get(body - 1) != Some(&'"') {
        return None;
    }
    let is_end = |at: &usize| {
        chars[*at] == '"' && chars[at + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes
    };
    Some((body..chars.len()).find(is_end).map_or(chars.len(), |at| at + 1 + hashes))
}

/// The end of a character literal; none where the quote begins a lifetime.
fn end_of_char(chars: &[char], start: usize) -> Option<usize> {
    match chars.get(start + 1)? {
        '\\' => (start + 3..chars.len()).find(|&at| chars[at] == '\'').map(|at| at + 1),
        _ => (chars.get(start + 2) == Some(&'\'')).then_some(start + 3),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the character at `at` continues a word; the `b` of a byte string does not begin one.
fn follows_word(chars: &[char], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map(|i| chars[i]).filter(|&c| is_word(c));
    before(1).is_some_and(|c| c != 'b' || before(2).is_some())
}

/// The numbers of the lines on which `word` stands by itself.
fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let stands_alone = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let goes_on = word.ends_with(is_word) && line[at + word.len()..].starts_with(is_word);
            !line[..at].ends_with(is_word) && !goes_on
        })
    };
    code.lines().enumerate().filter(|(_, line)| stands_alone(line)).map(|(index, _)| index + 1).collect()
}

/// The first names below the crate root that the code mentions: `a` of `crate::a`, `a` and `b` of `crate::{a, b::c}`.
fn names_below_the_root(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for root in ["crate::", "super::", "ros_z_dynamic::"] {
        for (at, _) in code.match_indices(root) {
            let rest = code[at + root.len()..].trim_start();
            match rest.strip_prefix('{') {
                Some(group) => names.extend(names_in_group(group)),
                None => names.push(first_word(rest)),
            }
        }
    }
    names
}

/// The first name of each item of a `use` group whose opening brace was taken off.
fn names_in_group(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut items = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => items.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if let Some(item) = items.last_mut().filter(|_| c != ',') {
            item.push(c);
        }
    }
    items.iter().map(|item| first_word(item.trim_start())).collect()
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|&c| is_word(c)).collect()
}

fn imports_follow_the_arrows(source: &Source) -> Vec<String> {
    let Some(room) = source.room() else { return vec![] };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("`{room}` is a room without a place in the order of imports")];
    };
    let is_against = |name: &String| {
        let is_room = ARROWS.iter().any(|(other, _)| other == name);
        is_room && name != room && !allowed.contains(&name.as_str())
    };
    let names = names_below_the_root(&code_of(&source.text));
    names.into_iter().filter(is_against).map(|name| format!("`{room}` must not import `{name}`")).collect()
}

fn the_core_knows_no_feature(source: &Source) -> Vec<String> {
    let is_core = source.room().is_some_and(|room| CORE.contains(&room));
    let found = is_core
        && ["cfg(feature", "cfg(any(feature", "cfg(not(feature"].iter().any(|cfg| source.text.contains(cfg));
    if found { vec!["the core depends on a feature".into()] } else { vec![] }
}

fn unsafe_lives_in_one_place(source: &Source) -> Vec<String> {
    if !source.is_rust() || source.path.starts_with("src/python/ffi/") {
        return vec![];
    }
    let code = code_of(&source.text);
    let mut lines = lines_with_word(&code, "unsafe");
    lines.extend(lines_with_word(&code, "allow(unsafe_code"));
    lines.into_iter().map(|line| format!("line {line}: unsafe outside src/python/ffi/")).collect()
}

fn files_are_short(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    // A compiled module has one stub, whatever its length.
    if lines > LONGEST_FILE && !source.path.ends_with(".pyi") {
        vec![format!("{lines} lines; at most {LONGEST_FILE}")]
    } else {
        vec![]
    }
}

fn modules_say_what_they_hold(source: &Source) -> Vec<String> {
    let is_documented =
        source.text.lines().next().is_some_and(|line| line.len() > 4 && line.starts_with("//! "));
    if source.is_rust() && source.path.starts_with("src/") && !is_documented {
        vec!["the first line is not `//!` and a sentence".into()]
    } else {
        vec![]
    }
}

fn nothing_sleeps(source: &Source) -> Vec<String> {
    if !source.is_in(&["src/", "tests/", "examples/", "python/"]) {
        return vec![];
    }
    let text = if source.is_rust() { code_of(&source.text) } else { source.text.clone() };
    // The first lets the other tasks of an event loop run, and waits for nothing; the others are a rate's as in rclpy.
    let text = ["asyncio.sleep(0)", "rate.sleep()", "def sleep(self)"]
        .iter()
        .fold(text, |text, allowed| text.replace(allowed, ""));
    lines_with_word(&text, "sleep(")
        .into_iter()
        .map(|line| format!("line {line}: sleeps instead of waiting for an event"))
        .collect()
}

fn no_path_of_one_machine(source: &Source) -> Vec<String> {
    let roots = MACHINE_ROOTS.map(|parts| parts.concat());
    let begins_there =
        |line: &str, at: usize| !line[..at].ends_with(|c: char| is_word(c) || "./-".contains(c));
    let line_has_one = |line: &str| {
        roots.iter().any(|root| line.match_indices(root.as_str()).any(|(at, _)| begins_there(line, at)))
    };
    source
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line_has_one(line))
        .map(|(index, _)| format!("line {}: a path of one machine", index + 1))
        .collect()
}

fn nothing_is_left_undone(source: &Source) -> Vec<String> {
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["#[ig", "nore"].concat()];
    marks
        .iter()
        .flat_map(|mark| lines_with_word(&source.text, mark))
        .map(|line| format!("line {line}: something left undone"))
        .collect()
}

type Rule = fn(&Source) -> Vec<String>;

const RULES: [Rule; 8] = [
    imports_follow_the_arrows,
    the_core_knows_no_feature,
    unsafe_lives_in_one_place,
    files_are_short,
    modules_say_what_they_hold,
    nothing_sleeps,
    no_path_of_one_machine,
    nothing_is_left_undone,
];

/// Every Rust and Python file below `folder`.
fn sources_below(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    paths.sort();
    for path in paths {
        let is_source =
            path.extension().is_some_and(|end| ["rs", "py", "pyi"].iter().any(|known| end == *known));
        if path.is_dir() {
            sources_below(root, &path, found);
        } else if is_source {
            let text = fs::read_to_string(&path).expect("a source is UTF-8");
            let inside = path.strip_prefix(root).expect("a path below the root");
            found.push(Source { path: inside.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

#[test]
fn every_file_follows_every_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = vec![];
    for folder in ["src", "tests", "examples", "python", "benches"] {
        sources_below(root, &root.join(folder), &mut sources);
    }
    assert!(sources.len() > 15, "only {} files found", sources.len());
    let complaints: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            RULES.iter().flat_map(|rule| rule(source)).map(|said| format!("{}: {said}", source.path))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Asserts how many complaints `rule` has about each text.
fn assert_complaints(rule: Rule, table: &[(&str, &str, usize)]) {
    for (path, text, count) in table {
        let said = rule(&Source::new(path, text));
        assert_eq!(said.len(), *count, "{path}: {text:?} gave {said:?}");
    }
}

#[test]
fn an_import_against_the_arrows_is_found() {
    let table = [
        ("src/schema/hash.rs", "use crate::error::Error;", 0),
        ("src/schema/hash.rs", "use crate::codec::Plan;", 1),
        ("src/schema/hash.rs", "/// See `crate::codec`.\nconst X: &str = \"crate::codec\";", 0),
        ("src/error.rs", "use super::schema::TypeName;", 1),
        ("src/rmw/qos.rs", "use crate::{error::{Error, Result}, registry::Registry, net};", 2),
        ("src/idl/msg.rs", "fn f(_: &crate::registry::Registry, _: &crate::schema::Field) {}", 1),
        ("src/cli/topic.rs", "use crate::net::Node; use crate::python::module;", 1),
        ("src/python/node.rs", "use crate::{cli, net, codec};", 0),
        ("src/bin/ros-z.rs", "fn main() { ros_z_dynamic::net::run() }", 1),
        ("src/lib.rs", "pub use crate::python::x;", 0),
        ("src/attic.rs", "", 1),
    ];
    assert_complaints(imports_follow_the_arrows, &table);
}

#[test]
fn a_feature_in_the_core_is_found() {
    let table = [
        ("src/codec/value.rs", "#[cfg(feature = \"net\")]", 1),
        ("src/net/mod.rs", "#[cfg(feature = \"net\")]", 0),
    ];
    assert_complaints(the_core_knows_no_feature, &table);
}

#[test]
fn unsafe_outside_its_place_is_found() {
    let table = [
        ("src/codec/cdr.rs", "fn f() { unsafe { g() } }", 1),
        ("src/codec/cdr.rs", "#![allow(unsafe_code)]", 1),
        ("src/codec/cdr.rs", "// unsafe\n/* unsafe /* */ unsafe */ const S: &str = r#\"\"unsafe\"#;", 0),
        ("src/codec/cdr.rs", "fn f<'a>(_: &'a str) -> char { '\"' }\nunsafe fn g() {}", 1),
        ("src/python/ffi/object.rs", "unsafe { g() }", 0),
    ];
    assert_complaints(unsafe_lives_in_one_place, &table);
}

#[test]
fn a_long_file_and_a_silent_module_are_found() {
    let long = "x\n".repeat(LONGEST_FILE + 1);
    assert_complaints(files_are_short, &[("src/a.rs", &long, 1), ("src/a.rs", &long[2..], 0)]);
    let table = [
        ("src/a.rs", "use x;\n//! Late.", 1),
        ("src/a.rs", "//!", 1),
        ("src/a.rs", "", 1),
        ("src/a.rs", "//! Holds a.\n", 0),
    ];
    assert_complaints(modules_say_what_they_hold, &table);
}

#[test]
fn a_sleep_is_found() {
    let table = [
        ("src/net/node.rs", "std::thread::sleep(wait);", 1),
        ("src/net/node.rs", "// never sleep(1)", 0),
        ("tests/python/test_a.py", "time.sleep(0.1)", 1),
        ("examples/a.py", "from time import sleep\nsleep(1)", 1),
        ("examples/a.py", "oversleep(1)", 0),
        ("tests/python/test_a.py", "await asyncio.sleep(0)", 0),
        ("tests/python/test_a.py", "await asyncio.sleep(0.1)", 1),
        ("tests/python/test_a.py", "rate.sleep()\nrates.sleep()", 1),
    ];
    assert_complaints(nothing_sleeps, &table);
}

#[test]
fn a_path_of_one_machine_and_a_loose_end_are_found() {
    for parts in MACHINE_ROOTS {
        assert_complaints(
            no_path_of_one_machine,
            &[("tests/a.py", &format!("open('{}x')", parts.concat()), 1)],
        );
    }
    assert_complaints(no_path_of_one_machine, &[("tests/a.py", "open('fixtures/home/x')", 0)]);
    let table = [("src/a.rs", &*["// TO", "DO: later"].concat(), 1), ("src/a.rs", "// to do is to be", 0)];
    assert_complaints(nothing_is_left_undone, &table);
}
