//! OMG IDL: the files of real packages, the errors of bad files word for word, and text that nobody wrote.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use ros_z_dynamic::Result;
use ros_z_dynamic::idl::{Format, parse, parse_python_literal};
use ros_z_dynamic::schema::{
    Annotation, Constant, Definition, Interface, TypeDescription, TypeHash, TypeName, expand,
};
use ros_z_dynamic::type_db::{self, Distro};
use serde_json::Value;

/// The shared data, or `None` (and a message) where there is none.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/interfaces").join(folder)
}

/// The type of a fixture, by the end of its stem: `x.srv.idl` is a service.
fn parse_fixture(text: &str, file: &str) -> Result<Interface> {
    let namespace = file.rsplit('.').nth(1).filter(|word| ["srv", "action"].contains(word)).unwrap_or("msg");
    parse(&TypeName::new("probe_msgs", namespace, "Probe")?, text, Format::Idl, file)
}

/// Compares what `render` makes of every file of a folder, in the order of their names, with `table`.
fn check_table(folder: &str, table: &str, render: impl Fn(&str, &str) -> String) {
    let mut files = BTreeSet::new();
    idl_files(&fixtures(folder), &mut files);
    println!("{} files in {folder}", files.len());
    let rendered = files.iter().map(|path| {
        let file = path.file_name().unwrap().to_str().unwrap();
        render(&fs::read_to_string(path).unwrap(), file)
    });
    let rendered = rendered.collect::<Vec<_>>().join("\n");
    let expected = fs::read_to_string(fixtures(folder).join(table)).unwrap_or_default();
    assert!(rendered == expected, "{table} differs from:\n{rendered}");
}

/// `errors.txt` has the error of every bad file, with its line and caret.
#[test]
fn bad_files_give_these_errors() {
    check_table("bad/idl", "errors.txt", |text, file| {
        let error = parse_fixture(text, file).expect_err(file);
        format!("{error:#}\n")
    });
}

/// `schemas.txt` has the members of every good file, defaults and constants as Python text.
#[test]
fn good_files_mean_these_schemas() {
    check_table("good/idl", "schemas.txt", |text, file| {
        let parts = parts(parse_fixture(text, file).unwrap());
        format!("== {file}\n{}", parts.iter().map(describe).collect::<String>())
    });
}

fn parts(interface: Interface) -> Vec<Definition> {
    match interface {
        Interface::Message(message) => vec![message],
        Interface::Service { request, response, .. } => vec![request, response],
        Interface::Action { goal, result, feedback, .. } => vec![goal, result, feedback],
    }
}

fn describe(definition: &Definition) -> String {
    let mut text = format!("{}\n", definition.type_name);
    let mut add = |indentation: &str, comment: &[String], annotations: &[Annotation], line: &str| {
        comment.iter().for_each(|comment| text.push_str(&format!("{indentation}# {comment}\n")));
        annotations.iter().for_each(|annotation| {
            let Annotation { name, parameters } = annotation;
            text.push_str(&format!("{indentation}@{name} {parameters:?}\n"));
        });
        text.push_str(line);
    };
    let annotations = |name: &str| definition.member_annotations.get(name).map_or(&[][..], |list| list);
    add("  ", &definition.comment, &definition.annotations, "");
    for Constant { name, field_type, value, comment } in &definition.constants {
        let line = format!("  {} {name} = {:?}\n", field_type.to_msg(), value.to_python());
        add("    ", comment, annotations(name), &line);
    }
    for (field, comment) in definition.description.fields.iter().zip(&definition.field_comments) {
        let default = match field.default_value.as_str() {
            "" => String::new(),
            value => {
                parse_python_literal(value, &field.field_type).unwrap();
                format!(" {value:?}")
            }
        };
        let line = format!("  {} {}{default}\n", field.field_type.to_msg(), field.name);
        add("    ", comment, annotations(&field.name), &line);
    }
    text
}

fn idl_files(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match Format::of_path(&path) {
            _ if path.is_dir() => idl_files(&path, files),
            Some(Format::Idl) => _ = files.insert(path),
            _ => {}
        }
    }
}

/// The name of a file's type: the modules that it begins with, else its folders, and its stem.
fn type_name(path: &Path, text: &str) -> TypeName {
    let mut modules = text.split("module ").skip(1).filter_map(|rest| rest.split_whitespace().next());
    let mut folders = path.parent().unwrap().iter().rev().map(|folder| folder.to_str().unwrap());
    let (package, namespace) = match (modules.next(), modules.next()) {
        (Some(package), Some(namespace)) => (package, namespace),
        _ => {
            let namespace = folders.next().unwrap();
            (folders.next().unwrap(), namespace)
        }
    };
    let stem = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap();
    TypeName::new(package, namespace, stem).unwrap()
}

/// The hash of a type among `types` and the built-in ones, or the name of one that is missing.
fn hash(root: &Definition, types: &BTreeMap<TypeName, Definition>) -> Result<TypeHash, String> {
    let find = |name: &TypeName| match types.get(name) {
        Some(definition) => Ok(Arc::new(definition.clone())),
        None => type_db::find(Distro::Jazzy, name).unwrap().ok_or_else(|| name.to_string()),
    };
    let mut referenced = BTreeMap::new();
    let mut open = vec![Arc::new(root.clone())];
    while let Some(definition) = open.pop() {
        for field in &definition.description.fields {
            let nested = &field.field_type.nested_type_name;
            if !nested.is_empty() && !referenced.contains_key(nested) {
                let found = find(&TypeName::parse(nested).unwrap())?;
                referenced.insert(nested.clone(), found.description.clone());
                open.push(found);
            }
        }
    }
    let description = TypeDescription {
        type_description: root.description.clone(),
        referenced_type_descriptions: referenced.into_values().collect(),
    };
    TypeHash::of(&description).map_err(|error| error.to_string())
}

/// Bar.idl is empty; MyMessage.idl has a bound that is a name, and a `long double`.
const REFUSED: [&str; 2] = [
    "Bar.idl:1:1: expected the struct `Bar`, found the end of the file",
    "MyMessage.idl:48:15: expected an integer as string bound, found `UNSIGNED_LONG_CONSTANT`: \
     it cannot be a constant in ROS interfaces",
];

#[test]
fn files_of_real_packages_have_the_hashes_of_the_official_generator() {
    let Some(corpus) = shared("data/corpus") else { return };
    let oracle: Value =
        serde_json::from_slice(&fs::read(corpus.join("rihs01_oracle.json")).unwrap()).unwrap();
    let mut files = BTreeSet::new();
    idl_files(&corpus.join("interfaces"), &mut files);
    idl_files(&corpus.join("interfaces_distro"), &mut files);

    let (mut parsed, mut refused) = (Vec::new(), Vec::new());
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        let file = path.file_name().unwrap().to_str().unwrap();
        match parse(&type_name(path, &text), &text, Format::Idl, file) {
            Ok(interface) => parsed.extend(expand(interface)),
            Err(error) => refused.push(error.to_string()),
        }
    }
    assert_eq!(refused, REFUSED);

    let types: BTreeMap<_, _> = parsed.iter().map(|d| (d.type_name.clone(), d.clone())).collect();
    let (mut equal, mut others) = (BTreeSet::new(), Vec::new());
    for definition in &parsed {
        let name = &definition.type_name;
        match (hash(definition, &types), oracle[name.as_str()]["hash"].as_str()) {
            (Ok(hash), Some(expected)) => {
                assert_eq!(hash.to_string(), expected, "{name}");
                equal.insert(name.as_str());
            }
            (Ok(_), None) => others.push(name.to_string()),
            (Err(reason), _) => others.push(reason),
        }
    }
    println!("{} files: {} refused, {} types declared or derived", files.len(), refused.len(), parsed.len());
    println!("{} hashes equal; without an official hash: {others:#?}", equal.len());
    let sources = oracle.as_object().unwrap().iter();
    let missing: Vec<_> = sources
        .filter(|(name, of)| {
            of["source"].as_str().unwrap().ends_with(".idl") && !equal.contains(name.as_str())
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn probe(text: &str) -> Result<Interface> {
    parse_fixture(text, "hostile")
}

/// Text that nobody wrote ends in a schema or in an error at a place, and soon.
#[test]
fn hostile_text_is_read_in_bounded_time() {
    let in_struct =
        |body: &str| format!("module probe_msgs {{ module msg {{ struct Probe {{ {body} }}; }}; }};");
    let texts = [
        "module a {".repeat(1 << 18),
        "/*".repeat(1 << 20),
        "//".repeat(1 << 20),
        "/**/".repeat(1 << 18),
        "@a".repeat(1 << 18),
        "@a(".repeat(1 << 18),
        "#include \"a\"".repeat(1 << 16),
        "\n".repeat(4 << 20),
        "::a".repeat(1 << 18),
        in_struct(&"sequence<".repeat(1 << 18)),
        in_struct(&format!("@default(value={}) long x;", "-".repeat(1 << 18))),
        in_struct(&format!("@default(value={}) string x;", "(".repeat(1 << 18))),
        in_struct(&format!("@default(value={}) string x;", "\"a\"".repeat(1 << 18))),
        in_struct(&format!("@default(value=\"{}\") string x;", "\\".repeat(1 << 20))),
        in_struct(&format!("@default(value={}) double x;", "9".repeat(1 << 20))),
        in_struct(&format!("long x[{}];", "9".repeat(1 << 20))),
        in_struct(&format!("long {};", "x".repeat(1 << 20))),
        in_struct(&format!("{}::b x;", "a".repeat(1 << 20))),
        in_struct(&(0..50_000).map(|i| format!("long x{i};")).collect::<String>()),
        in_struct(&format!(
            "long {};",
            (0..50_000).map(|i| format!("x{i}[2]")).collect::<Vec<_>>().join(",")
        )),
        (0..20_000).map(|i| format!("typedef long A{i};")).collect(),
        (0..20_000).map(|i| format!("struct A{i} {{ long x; }};")).collect(),
        (0..20_000).map(|i| format!("enum A{i} {{ B }};")).collect::<String>()
            + &in_struct(&"Z x;".repeat(1000)),
    ];
    for text in texts {
        let start = Instant::now();
        if let Err(error) = probe(&text) {
            assert!(error.place().is_some(), "{error}");
            assert!(error.to_string().len() < 300, "{error}");
        }
        let shown: String = text.chars().take(20).collect();
        println!("{shown:?}: {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(20), "{shown}");
    }
}

/// Words, symbols and pieces of IDL in any order.
fn pieces() -> impl Strategy<Value = String> {
    const WORDS: &str = "module struct typedef const enum union probe_msgs msg Probe { } }; ( ) [ ] < > , ; :: = @ \
        @default(value= @key #include #if \"a\" L\"é\" \" 'a' \\ // /* */ long double unsigned sequence string wstring \
        boolean octet x y_ 1 -2 0x1 07 1.5 1e5 TRUE é Probe_Constants";
    const OTHERS: [&str; 4] =
        ["\n", "\t", "module probe_msgs { module msg { struct Probe { long x;", "}; }; };"];
    let pieces: Vec<_> = WORDS.split_whitespace().chain(OTHERS).collect();
    proptest::collection::vec(proptest::sample::select(pieces), 0..30).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_text_is_a_schema_or_an_error_at_a_place(text in prop_oneof![4 => pieces(), 1 => "(?s).{0,60}"]) {
        if let Err(error) = probe(&text) {
            let place = error.place().unwrap();
            prop_assert!(place.column <= place.source_line.chars().count() + 1);
            prop_assert!(text.contains(&place.source_line));
            prop_assert!(error.message().contains("found") || !error.message().contains("unexpected"), "{}", error);
        }
    }

    #[test]
    fn a_cut_file_is_an_error_at_a_place(cut in 0..2000_usize) {
        let text = fs::read_to_string(fixtures("good/idl").join("annotations.idl")).unwrap();
        let text = text.get(..cut.min(text.trim_end().len() - 1)).unwrap_or_default();
        prop_assert!(probe(text).unwrap_err().place().is_some());
    }
}
