//! Random schemas, and values of them.

use proptest::collection::vec;
use proptest::prelude::*;
use ros_z_dynamic::codec::Value;
use ros_z_dynamic::schema::{
    Cardinality, Element, Field, FieldType, IndividualTypeDescription, PLACEHOLDER_MEMBER, Primitive,
    TypeDescription,
};

/// A member in a form that is easy to make at random.
#[derive(Clone, Debug)]
pub enum Shape {
    Scalar(Primitive),
    String(u64),
    WString(u64),
    Message(Vec<(Shape, Cardinality)>),
}

pub fn shape() -> impl Strategy<Value = Vec<(Shape, Cardinality)>> {
    let leaf = prop_oneof![
        6 => proptest::sample::select(Primitive::ALL).prop_map(Shape::Scalar),
        2 => prop_oneof![Just(0), 1..20u64].prop_map(Shape::String),
        1 => prop_oneof![Just(0), 1..20u64].prop_map(Shape::WString),
    ];
    let cardinality = || {
        prop_oneof![
            4 => Just(Cardinality::Single),
            1 => (1..5u64).prop_map(Cardinality::Array),
            2 => Just(Cardinality::Sequence { bound: None }),
            1 => (1..6u64).prop_map(|bound| Cardinality::Sequence { bound: Some(bound) }),
        ]
    };
    let members = move |inner| vec((inner, cardinality()), 0..6);
    let tree = leaf.prop_recursive(3, 24, 6, move |inner| members(inner).prop_map(Shape::Message));
    vec((tree, cardinality_top()), 0..6)
}

fn cardinality_top() -> impl Strategy<Value = Cardinality> {
    prop_oneof![
        3 => Just(Cardinality::Single),
        1 => (1..4u64).prop_map(Cardinality::Array),
        1 => Just(Cardinality::Sequence { bound: None }),
    ]
}

/// The description of a shape; nested messages are named by their place.
pub fn describe(members: &[(Shape, Cardinality)]) -> TypeDescription {
    let mut referenced = Vec::new();
    let type_description = individual("p/msg/M", members, &mut referenced);
    referenced.sort_by(|a, b| a.type_name.cmp(&b.type_name));
    TypeDescription { type_description, referenced_type_descriptions: referenced }
}

fn individual(
    name: &str,
    members: &[(Shape, Cardinality)],
    referenced: &mut Vec<IndividualTypeDescription>,
) -> IndividualTypeDescription {
    let mut fields = Vec::new();
    for (index, (shape, cardinality)) in members.iter().enumerate() {
        let nested = format!("{name}{index}");
        let element = match shape {
            Shape::Scalar(primitive) => Element::Primitive(*primitive),
            Shape::String(bound) => Element::String { bound: *bound },
            Shape::WString(bound) => Element::WString { bound: *bound },
            Shape::Message(inner) => {
                let description = individual(&nested, inner, referenced);
                referenced.push(description);
                Element::Nested(&nested)
            }
        };
        fields.push(Field::new(&format!("f{index}"), FieldType::new(element, *cardinality)));
    }
    if fields.is_empty() {
        fields.push(Field::new(PLACEHOLDER_MEMBER, FieldType::primitive(Primitive::UInt8)));
    }
    IndividualTypeDescription { type_name: name.to_owned(), fields }
}

/// A random value of a shape, as decoding would return it.
pub fn value(members: Vec<(Shape, Cardinality)>) -> BoxedStrategy<Value> {
    let fields: Vec<BoxedStrategy<Value>> =
        members.into_iter().map(|(shape, cardinality)| member(shape, cardinality)).collect();
    fields
        .prop_map(|values| {
            let named = values.into_iter().enumerate().map(|(i, v)| (format!("f{i}").into(), v));
            Value::Message(named.collect())
        })
        .boxed()
}

fn member(shape: Shape, cardinality: Cardinality) -> BoxedStrategy<Value> {
    let length = match cardinality {
        Cardinality::Single => return single(shape),
        Cardinality::Array(n) => n as usize..n as usize + 1,
        Cardinality::Sequence { bound } => 0..bound.unwrap_or(5) as usize + 1,
    };
    match shape {
        Shape::Scalar(primitive) if primitive.is_octet() => {
            vec(any::<u8>(), length).prop_map(Value::Bytes).boxed()
        }
        shape => vec(single(shape), length).prop_map(Value::List).boxed(),
    }
}

fn single(shape: Shape) -> BoxedStrategy<Value> {
    let length = |bound: u64| 0..if bound == 0 { 12 } else { bound as usize + 1 };
    match shape {
        Shape::Scalar(primitive) => scalar(primitive),
        Shape::String(bound) => prop_oneof![vec(b'a'..=b'z', length(bound)), vec(1..=255u8, length(bound))]
            .prop_map(Value::String)
            .boxed(),
        Shape::WString(bound) => vec(any::<u16>(), length(bound)).prop_map(Value::WString).boxed(),
        Shape::Message(members) => value(members),
    }
}

fn scalar(primitive: Primitive) -> BoxedStrategy<Value> {
    match primitive {
        Primitive::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Primitive::Int8 => any::<i8>().prop_map(|v| Value::Int(v.into())).boxed(),
        Primitive::Int16 => any::<i16>().prop_map(|v| Value::Int(v.into())).boxed(),
        Primitive::Int32 => any::<i32>().prop_map(|v| Value::Int(v.into())).boxed(),
        Primitive::Int64 => any::<i64>().prop_map(Value::Int).boxed(),
        Primitive::UInt8 | Primitive::Byte => any::<u8>().prop_map(|v| Value::UInt(v.into())).boxed(),
        Primitive::UInt16 => any::<u16>().prop_map(|v| Value::UInt(v.into())).boxed(),
        Primitive::UInt32 => any::<u32>().prop_map(|v| Value::UInt(v.into())).boxed(),
        Primitive::UInt64 => any::<u64>().prop_map(Value::UInt).boxed(),
        // Not NaN, which is not equal to itself; NaN has rows of its own in the tables.
        Primitive::Float32 => proptest::num::f32::NORMAL.prop_map(Value::Float32).boxed(),
        Primitive::Float64 => proptest::num::f64::NORMAL.prop_map(Value::Float64).boxed(),
        Primitive::Char => any::<u8>().prop_map(|v| Value::Unit(v.into())).boxed(),
        Primitive::WChar => any::<u16>().prop_map(Value::Unit).boxed(),
    }
}
