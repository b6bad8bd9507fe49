//! Printed schemas: whatever was read or made up is written as text that reads back to it.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use ros_z_dynamic::idl::{Format, parse, print};
use ros_z_dynamic::schema::{
    Annotation, AnnotationValue, Cardinality, Constant, Definition, DefinitionKind, Element, Field,
    FieldType, IndividualTypeDescription, Interface, Literal, Primitive, TypeDescription, TypeHash, TypeName,
    expand,
};
use ros_z_dynamic::type_db::{self, Distro};
use ros_z_dynamic::{ErrorKind, Result};

fn name() -> TypeName {
    TypeName::parse("probe_msgs/msg/Probe").unwrap()
}

fn same(a: &Interface, b: &Interface) -> bool {
    let (a, b) = (expand(a.clone()), expand(b.clone()));
    a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| a.same_type(b) && a.field_comments == b.field_comments)
}

/// Prints an interface in its own language and as IDL, and reads both back.
fn check(interface: &Interface, type_name: &TypeName, own: Format) -> Result<()> {
    for format in [own, Format::Idl] {
        let text = print(interface, format)?;
        let read = parse(type_name, &text, format, "printed")?;
        assert!(same(interface, &read), "{type_name}: {text}");
    }
    Ok(())
}

#[test]
fn every_standard_interface_reads_back_from_what_is_printed() {
    let mut count = 0;
    for name in type_db::names(Distro::Jazzy) {
        let type_name = TypeName::parse(name).unwrap();
        let format = Format::from_extension(type_name.namespace()).unwrap();
        let find = |name: &TypeName| (*type_db::find(Distro::Jazzy, name).unwrap().unwrap()).clone();
        let part = |suffix| find(&type_name.derived(suffix));
        let interface = match format {
            Format::Srv => Interface::Service {
                type_name: type_name.clone(),
                request: part("Request"),
                response: part("Response"),
            },
            Format::Action => Interface::Action {
                type_name: type_name.clone(),
                goal: part("Goal"),
                result: part("Result"),
                feedback: part("Feedback"),
            },
            _ => Interface::Message(find(&type_name)),
        };
        check(&interface, &type_name, format).unwrap();
        count += 1;
    }
    println!("{count} interfaces printed in both languages");
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

#[test]
fn every_interface_of_real_packages_reads_back_from_what_is_printed() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/corpus/interfaces");
    if !corpus.exists() {
        return println!("skipped: {} is not here", corpus.display());
    }
    let (mut printed, mut refused) = (0, Vec::new());
    walk(&corpus, &mut |path| {
        let Some(format) = Format::of_path(path) else { return };
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let namespace = format.namespace().map_or("msg", |namespace| namespace.as_str());
        let Ok(type_name) = TypeName::new("corpus_msgs", namespace, stem) else { return };
        let text = fs::read_to_string(path).unwrap();
        if let Ok(interface) = parse(&type_name, &text, format, stem) {
            match check(&interface, &type_name, format) {
                Ok(()) => printed += 1,
                Err(error) => refused.push(error.to_string()),
            }
        }
    });
    println!("{printed} files printed in both languages; not: {refused:#?}");
    assert!(printed > 700);
}

#[test]
fn what_a_format_cannot_express_is_refused() {
    let message = |field: Field| {
        let description =
            IndividualTypeDescription { type_name: name().as_str().to_owned(), fields: vec![field] };
        Interface::Message(Definition::of_description(name(), DefinitionKind::Message, description))
    };
    let with_default =
        |text: &str| Field { default_value: text.to_owned(), ..Field::new("s", FieldType::string(0)) };
    let char = FieldType::primitive(Primitive::Char);
    let table = [
        (Field::new("c", char), Format::Msg, "c: `char` of IDL has no form in .msg"),
        (
            Field::new("s", FieldType::long_double()),
            Format::Msg,
            "s: `long double` has no portable form on the wire and no type hash",
        ),
        (
            with_default("a#b"),
            Format::Msg,
            "probe_msgs/msg/Probe cannot be written as .msg: s would not read back",
        ),
        (
            with_default("a=b"),
            Format::Msg,
            "probe_msgs/msg/Probe cannot be written as .msg: expected a constant name, found `s \"a`: \
             it must begin with an upper-case letter (a line with `=` is a constant)",
        ),
        (
            Field::new("X", FieldType::string(0)),
            Format::Msg,
            "probe_msgs/msg/Probe cannot be written as .msg: expected a field name, found `X`: \
             it must begin with a lower-case letter",
        ),
        (
            with_default("a\0b"),
            Format::Idl,
            "probe_msgs/msg/Probe cannot be written as .idl: a ROS string cannot hold a NUL character",
        ),
        (with_default("a"), Format::Srv, "probe_msgs/msg/Probe cannot be written as .srv"),
    ];
    for (field, format, text) in table {
        assert_eq!(print(&message(field), format).unwrap_err().to_string(), text);
    }
    let error = print(&message(with_default("")), Format::Action).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
}

/// A member's type, one character of it for `char` and `wchar`.
fn arbitrary_type(primitives: Vec<Primitive>) -> impl Strategy<Value = FieldType> {
    let element = prop_oneof![
        3 => proptest::sample::select(primitives).prop_map(FieldType::primitive),
        1 => prop_oneof![Just(0), 40..60_u64].prop_map(FieldType::string),
        1 => prop_oneof![Just(0), 40..60_u64]
            .prop_map(|bound| FieldType::new(Element::WString { bound }, Cardinality::Single)),
        1 => "[a-z][a-z0-9]{0,5}/msg/[A-Z][A-Za-z0-9]{0,5}".prop_map(|name| FieldType::nested(&name)),
    ];
    let cardinality = prop_oneof![
        3 => Just(Cardinality::Single),
        1 => (1..4_u64).prop_map(Cardinality::Array),
        1 => (1..4_u64).prop_map(|bound| Cardinality::Sequence { bound: Some(bound) }),
        1 => Just(Cardinality::Sequence { bound: None }),
    ];
    (element, cardinality).prop_map(|(single, many)| single.repeated(many))
}

/// What values are made of.
type Seed = (u64, f64, String, char);

fn seed(text: &'static str) -> impl Strategy<Value = Seed> {
    (
        any::<u64>(),
        prop_oneof![4 => -1e30..1e30, 1 => Just(f64::NAN), 1 => Just(f64::NEG_INFINITY)],
        text,
        "[ -~]",
    )
        .prop_map(|(bits, float, text, c)| (bits, float, text, c.chars().next().unwrap()))
}

/// A value of the type, `None` where a message has none.
fn value_of(field_type: &FieldType, (bits, float, text, c): &Seed) -> Option<Literal> {
    let item = match field_type.element().unwrap() {
        Element::Primitive(Primitive::Bool) => Literal::Bool(bits & 1 == 1),
        Element::Primitive(Primitive::Float32) => Literal::Float((*float as f32).into()),
        Element::Primitive(Primitive::Float64) => Literal::Float(*float),
        Element::Primitive(Primitive::Char | Primitive::WChar) => Literal::String(c.to_string()),
        Element::Primitive(primitive) => {
            let width = 8 * primitive.size() as u32;
            let least = if primitive.name().starts_with("int") { 1 << (width - 1) } else { 0 };
            Literal::Int(i128::from(*bits) % (1 << width) - least)
        }
        Element::String { .. } | Element::WString { .. } => Literal::String(text.clone()),
        Element::Nested(_) => return None,
    };
    let many = |count| Some(Literal::List(vec![item.clone(); count]));
    match field_type.cardinality() {
        Cardinality::Single => Some(item),
        Cardinality::Array(length) => many(length as usize),
        Cardinality::Sequence { bound } => many(bound.unwrap_or(3) as usize - 1),
    }
}

fn comment() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![2 => Just(vec![]), 1 => vec("[A-Za-z][ -~]{0,10}[a-z\"\\\\é]", 1..3)]
}

fn annotations() -> impl Strategy<Value = Vec<Annotation>> {
    let literal = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|number| Literal::Int(number.into())),
        (-1e30..1e30).prop_map(Literal::Float),
        "[ -~é\n\t]{0,8}".prop_map(Literal::String),
    ];
    let value = prop_oneof![
        3 => literal.prop_map(AnnotationValue::Literal),
        1 => "[A-Z_]{2,5}[0-9]?".prop_map(AnnotationValue::Name),
    ];
    let named = btree_map("[a-z]{1,4}", value.clone(), 0..3).prop_map(|map| map.into_iter().collect());
    let parameters = prop_oneof![3 => named, 1 => value.prop_map(|value| vec![(String::new(), value)])];
    let annotation = ("key|unit|range|vendor::thing", parameters)
        .prop_map(|(name, parameters)| Annotation { name, parameters });
    prop_oneof![3 => Just(vec![]), 1 => vec(annotation, 1..3)]
}

/// Any message whose strings follow the pattern `text`.
fn message(primitives: Vec<Primitive>, text: &'static str) -> impl Strategy<Value = Definition> {
    let member = (arbitrary_type(primitives), any::<bool>(), seed(text), comment(), annotations());
    (vec(member, 0..10), comment(), annotations()).prop_map(|(members, comment, annotations)| {
        let description = IndividualTypeDescription { type_name: name().as_str().to_owned(), fields: vec![] };
        let mut message = Definition::of_description(name(), DefinitionKind::Message, description);
        (message.comment, message.annotations) = (comment, annotations);
        for (index, (field_type, has_value, seed, comment, annotations)) in members.into_iter().enumerate() {
            let is_plain = field_type.cardinality() == Cardinality::Single && field_type.string_capacity == 0;
            let value = value_of(&field_type, &seed).filter(|_| has_value);
            let (constant, field) = (format!("C{index}"), format!("f{index}"));
            let name = match value {
                Some(value) if is_plain && index % 2 == 0 => {
                    message.constants.push(Constant { name: constant.clone(), field_type, value, comment });
                    constant
                }
                value => {
                    let default_value = value.map(|value| value.to_python()).unwrap_or_default();
                    let declared = Field { default_value, ..Field::new(&field, field_type) };
                    message.description.fields.push(declared);
                    message.field_comments.push(comment);
                    field
                }
            };
            if !annotations.is_empty() {
                message.member_annotations.insert(name, annotations);
            }
        }
        message
    })
}

fn hash(definition: &Definition) -> TypeHash {
    let type_description = definition.description.clone();
    TypeHash::of(&TypeDescription { type_description, referenced_type_descriptions: vec![] }).unwrap()
}

fn first(interface: Interface) -> Definition {
    expand(interface).swap_remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn a_schema_printed_as_idl_reads_back(message in message(Primitive::ALL.to_vec(), "[ -~é日\n\t\u{7}]{0,12}")) {
        let interface = Interface::Message(message);
        let text = print(&interface, Format::Idl).unwrap();
        let read = first(parse(&name(), &text, Format::Idl, "printed").unwrap());
        let wanted = first(interface);
        prop_assert!(wanted.same_type(&read), "{text}");
        prop_assert_eq!(hash(&wanted), hash(&read));
        prop_assert_eq!((&wanted.comment, &wanted.field_comments), (&read.comment, &read.field_comments), "{}", text);
        prop_assert_eq!(&wanted.annotations, &read.annotations);
        prop_assert_eq!(&wanted.member_annotations, &read.member_annotations);
    }

    #[test]
    fn a_schema_printed_as_msg_reads_back(
        message in message(
            Primitive::ALL.iter().copied().filter(|primitive| primitive.is_block()).collect(),
            "[ !-\"$-<>-\\[\\]-~é日]{0,12}",
        )
    ) {
        let interface = Interface::Message(message);
        let text = print(&interface, Format::Msg).unwrap();
        let read = first(parse(&name(), &text, Format::Msg, "printed").unwrap());
        let wanted = first(interface);
        prop_assert!(wanted.same_type(&read), "{text}");
        prop_assert_eq!(hash(&wanted), hash(&read));
        prop_assert_eq!((&wanted.comment, &wanted.field_comments), (&read.comment, &read.field_comments), "{}", text);
    }
}
