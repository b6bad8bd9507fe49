//! Interface text: the errors of bad files word for word, what good files mean, and text that nobody wrote.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use ros_z_dynamic::Result;
use ros_z_dynamic::idl::{Format, parse, parse_python_literal};
use ros_z_dynamic::schema::{
    Cardinality, Constant, Definition, Element, Field, FieldType, Interface, Literal, Primitive, TypeName,
};

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/interfaces").join(folder)
}

fn parse_text(text: &str, format: Format, file: &str) -> Result<Interface> {
    let namespace = format.namespace().map_or("msg", |namespace| namespace.as_str());
    parse(&TypeName::new("probe_msgs", namespace, "Probe")?, text, format, file)
}

fn message(text: &str) -> Result<Definition> {
    match parse_text(text, Format::Msg, "Probe.msg")? {
        Interface::Message(message) => Ok(message),
        other => panic!("{other:?}"),
    }
}

/// Compares what `render` makes of every interface file of a folder, in the order of their names, with `table`.
fn check_table(folder: &str, table: &str, render: impl Fn(&str, Format, &str) -> String) {
    let mut rendered = BTreeMap::new();
    for entry in fs::read_dir(fixtures(folder)).unwrap() {
        let path = entry.unwrap().path();
        let Some(format) = Format::of_path(&path) else { continue };
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = render(&fs::read_to_string(&path).unwrap(), format, &file);
        rendered.insert(file, text);
    }
    println!("{} files in {folder}", rendered.len());
    let rendered = rendered.into_values().collect::<Vec<_>>().join("\n");
    let expected = fs::read_to_string(fixtures(folder).join(table)).unwrap_or_default();
    assert!(rendered == expected, "{table} differs from:\n{rendered}");
}

/// `errors.txt` has the error of every bad file, with its line and caret.
#[test]
fn bad_files_give_these_errors() {
    check_table("bad", "errors.txt", |text, format, file| {
        let error = parse_text(text, format, file).expect_err(file);
        format!("{error:#}\n")
    });
}

/// `schemas.txt` has the members of every good file, defaults and constants as Python text.
#[test]
fn good_files_mean_these_schemas() {
    check_table("good", "schemas.txt", |text, format, file| {
        let parts = match parse_text(text, format, file).unwrap() {
            Interface::Message(message) => vec![message],
            Interface::Service { request, response, .. } => vec![request, response],
            Interface::Action { goal, result, feedback, .. } => vec![goal, result, feedback],
        };
        let parts = parts.iter().map(describe);
        format!("== {file}\n{}", parts.collect::<String>())
    });
}

fn describe(definition: &Definition) -> String {
    let mut text = format!("{}\n", definition.type_name);
    let mut add = |indentation: &str, comment: &[String], line: &str| {
        comment.iter().for_each(|comment| text.push_str(&format!("{indentation}# {comment}\n")));
        text.push_str(line);
    };
    add("  ", &definition.comment, "");
    for constant in &definition.constants {
        let (field_type, value) = (constant.field_type.to_msg(), constant.value.to_python());
        add("    ", &constant.comment, &format!("  {field_type} {} = {value:?}\n", constant.name));
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
        add("    ", comment, &line);
    }
    text
}

/// Text that nobody wrote ends in a schema or in an error at a place, and soon.
#[test]
fn hostile_text_is_read_in_bounded_time() {
    let texts = [
        "#".repeat(1 << 20),
        "int32 x\n".to_owned() + &"\n".repeat(1 << 20),
        "string s ".to_owned() + &"\"\\".repeat(1 << 19),
        "string[] s [".to_owned() + &"\"a\",".repeat(1 << 18) + "]",
        "int32[] x [".to_owned() + &"[".repeat(1 << 20) + "]",
        "int32 x ".to_owned() + &"9".repeat(1 << 20),
        "float64 x ".to_owned() + &"9".repeat(1 << 20),
        "a/".repeat(1 << 20) + "B x",
        (0..50_000).map(|i| format!("int32 x{i}\n")).collect(),
        "---\n".repeat(1 << 18),
    ];
    for text in texts {
        let start = Instant::now();
        for format in [Format::Msg, Format::Srv, Format::Action] {
            if let Err(error) = parse_text(&text, format, "hostile") {
                assert!(error.place().is_some(), "{error}");
                assert!(error.to_string().len() < 300, "{error}");
            }
        }
        let shown: String = text.chars().take(20).collect();
        assert!(start.elapsed() < Duration::from_secs(20), "{shown}");
    }
}

/// A type that `.msg` text can write.
fn arbitrary_type() -> impl Strategy<Value = FieldType> {
    let primitives: Vec<_> = Primitive::ALL.iter().copied().filter(|p| p.is_block()).collect();
    let element = prop_oneof![
        proptest::sample::select(primitives).prop_map(FieldType::primitive),
        (0..40_u64).prop_map(FieldType::string),
        (0..40_u64).prop_map(|bound| FieldType::new(Element::WString { bound }, Cardinality::Single)),
        "[a-z][a-z0-9]{0,5}/msg/[A-Z][A-Za-z0-9]{0,5}".prop_map(|name| FieldType::nested(&name)),
    ];
    let cardinality = prop_oneof![
        3 => Just(Cardinality::Single),
        1 => (1..6_u64).prop_map(Cardinality::Array),
        1 => (1..6_u64).prop_map(|bound| Cardinality::Sequence { bound: Some(bound) }),
        1 => Just(Cardinality::Sequence { bound: None }),
    ];
    (element, cardinality).prop_map(|(single, many)| FieldType::new(single.element().unwrap(), many))
}

/// A value of the type out of three random numbers, `None` where a message type has none.
fn value_of(field_type: &FieldType, seed: (i64, f64, String)) -> Option<Literal> {
    let one = |element| match element {
        Element::Primitive(Primitive::Bool) => Some(Literal::Bool(seed.0 & 1 == 1)),
        Element::Primitive(Primitive::Float32) => Some(Literal::Float((seed.1 as f32).into())),
        Element::Primitive(Primitive::Float64) => Some(Literal::Float(seed.1)),
        Element::Primitive(primitive) => {
            let bits = 8 * primitive.size() as u32;
            let is_signed = primitive.name().starts_with("int");
            let unsigned = i128::from(seed.0 as u64) % (1 << bits);
            Some(Literal::Int(unsigned - if is_signed { 1 << (bits - 1) } else { 0 }))
        }
        Element::String { bound } | Element::WString { bound } => {
            let longest = if bound == 0 { usize::MAX } else { bound as usize / 2 };
            Some(Literal::String(seed.2.chars().take(longest).collect()))
        }
        Element::Nested(_) => None,
    };
    let item = one(field_type.element().unwrap())?;
    let many = |count| Some(Literal::List(vec![item.clone(); count]));
    match field_type.cardinality() {
        Cardinality::Single => Some(item),
        Cardinality::Array(length) => many(length as usize),
        Cardinality::Sequence { bound } => many(bound.unwrap_or(3).min(3) as usize),
    }
}

/// Writes a value as `.msg` text; strings in double quotes, which may hold anything but `#`, `=` and controls.
fn msg_text(value: &Literal) -> String {
    match value {
        Literal::String(text) => format!("\"{}\"", text.replace('"', "\\\"")),
        Literal::List(items) => format!("[{}]", items.iter().map(msg_text).collect::<Vec<_>>().join(", ")),
        other => other.to_python(),
    }
}

fn arbitrary_member() -> impl Strategy<Value = (FieldType, Option<Literal>)> {
    let seed = (any::<i64>(), -1e30..1e30, "[ a-z,\\[\\]\"é']{0,12}");
    (arbitrary_type(), any::<bool>(), seed).prop_map(|(field_type, has_default, seed)| {
        let value = value_of(&field_type, seed).filter(|_| has_default);
        (field_type, value)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_schema_written_as_text_reads_back(members in proptest::collection::vec(arbitrary_member(), 0..12)) {
        let mut text = String::new();
        let (mut fields, mut constants) = (Vec::new(), Vec::new());
        for (index, (field_type, value)) in members.into_iter().enumerate() {
            let is_plain = field_type.cardinality() == Cardinality::Single && field_type.string_capacity == 0;
            let type_text = field_type.to_msg();
            match value {
                Some(value) if is_plain && index % 2 == 0 => {
                    text.push_str(&format!("{type_text} C{index}={}\n", msg_text(&value)));
                    constants.push(Constant { name: format!("C{index}"), field_type, value, comment: vec![] });
                }
                value => {
                    let default = value.as_ref().map(msg_text).unwrap_or_default();
                    text.push_str(&format!("{type_text} f{index} {default}\n"));
                    let default_value = value.map(|value| value.to_python()).unwrap_or_default();
                    fields.push(Field { default_value, ..Field::new(&format!("f{index}"), field_type) });
                }
            }
        }
        let read = message(&text).unwrap();
        prop_assert_eq!(&read.description.fields, &fields);
        prop_assert_eq!(read.constants, constants);
        for field in fields.iter().filter(|field| !field.default_value.is_empty()) {
            let literal = parse_python_literal(&field.default_value, &field.field_type).unwrap();
            prop_assert_eq!(literal.to_python(), field.default_value.as_str());
        }
    }

    #[test]
    fn any_text_is_a_schema_or_an_error_at_a_place(text in "(?s)[a-z0-9 \\[\\]<=/\"'#,.\\-_A-Z\t\n\r]{0,80}|.{0,40}") {
        for format in [Format::Msg, Format::Srv, Format::Action] {
            if let Err(error) = parse_text(&text, format, "any") {
                let place = error.place().unwrap();
                prop_assert!(place.column <= place.source_line.chars().count() + 1);
                prop_assert!(text.contains(&place.source_line));
            }
        }
    }
}
