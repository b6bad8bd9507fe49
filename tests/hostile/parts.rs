//! Parts of hostile payloads: ways into a message made at random, and what reading along one of them must answer. Used
//! by the attack beside this file, and by `tests/lazy.rs`.

use std::sync::Arc;

use ros_z_dynamic::codec::{Filter, Getter, Kind, Parts, Place, Plan, Shape, ToValue, Value};
use ros_z_dynamic::schema::{Cardinality, Primitive};
use ros_z_dynamic::{Error, ErrorKind, Result};

/// One step into a message.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Item(usize),
    Slice(usize, usize),
}

/// A way into the messages of a type, compiled.
#[derive(Debug)]
pub struct Way {
    steps: Vec<Step>,
    pub getter: Getter,
    pub filter: Option<Filter>,
}

impl Way {
    /// A way that the type has; whether a message has the items on it is another question.
    pub fn random(plan: &Arc<Plan>, random: &mut fastrand::Rng) -> Option<Self> {
        let (mut steps, mut shape) = (vec![], Shape::of_message(plan));
        loop {
            if !steps.is_empty() && random.u8(..4) == 0 {
                break;
            }
            match (shape.kind, shape.cardinality) {
                (Kind::Message(index), Cardinality::Single) => {
                    let fields = &plan.layout(index).fields;
                    if fields.is_empty() {
                        break;
                    }
                    let field = &fields[random.usize(..fields.len())];
                    steps.push(Step::Field(field.name.to_string()));
                    shape = Shape::of_field(field);
                }
                (_, Cardinality::Single) => break,
                _ if random.u8(..4) == 0 => {
                    steps.push(Step::Slice(index(random), index(random)));
                    break;
                }
                (_, Cardinality::Array(length)) => steps.push(Step::Item(random.usize(..length as usize))),
                (_, Cardinality::Sequence { .. }) => steps.push(Step::Item(index(random))),
            }
            if let Some(Step::Item(_)) = steps.last() {
                shape = shape.of_item();
            }
        }
        if steps.is_empty() {
            return None;
        }
        let path = text_of(&steps);
        let getter = Getter::compile(plan, &path.parse().expect("a path")).expect("a path of the type");
        let condition = condition_on(&path, getter.shape(), random);
        let filter = condition.map(|text| Filter::compile(plan, &text, &|_| None).expect("a condition"));
        Some(Self { steps, getter, filter })
    }

    /// What is found at the end, if the message has it.
    fn follow(&self, whole: &Value) -> Option<Value> {
        self.steps.iter().try_fold(whole.clone(), |value, step| match (step, value) {
            (Step::Field(name), Value::Message(fields)) => fields.get(&**name).cloned(),
            (Step::Item(index), Value::List(items)) => items.get(*index).cloned(),
            (Step::Item(index), Value::Bytes(bytes)) => Some(Value::UInt((*bytes.get(*index)?).into())),
            (Step::Slice(start, stop), Value::List(items)) => Some(Value::List(cut(&items, *start, *stop))),
            (Step::Slice(start, stop), Value::Bytes(bytes)) => Some(Value::Bytes(cut(&bytes, *start, *stop))),
            (step, value) => panic!("{step:?} into {value:?}"),
        })
    }

    /// Whether everything on the way, and what it leads to, ends before the place that an error names.
    fn ends_before(&self, plan: &Plan, place: &str) -> bool {
        let mut shape = Shape::of_message(plan);
        for (here, there) in self.steps.iter().zip(&steps_of(place)) {
            match (here, there) {
                (here, there) if here == there => {}
                (Step::Field(here), Step::Field(there)) => {
                    let Kind::Message(index) = shape.kind else { panic!("{here} in {shape:?}") };
                    let at = |name| plan.layout(index).fields.iter().position(|field| &*field.name == name);
                    return at(here.as_str()) < at(there.as_str());
                }
                (Step::Item(here), Step::Item(there)) => return here < there,
                (Step::Slice(_, stop), Step::Item(there)) => return stop <= there,
                (here, there) => panic!("{here:?} beside {there:?}"),
            }
            shape = match (here, shape.kind) {
                (Step::Field(name), Kind::Message(index)) => {
                    let mut fields = plan.layout(index).fields.iter();
                    Shape::of_field(fields.find(|field| *field.name == **name).expect("a field"))
                }
                _ => shape.of_item(),
            };
        }
        false
    }

    /// Reading this part answers what decoding all of it puts there. Of a payload that decoding refuses, parts that end
    /// before the fault are read all the same; all others get the error of decoding, or, before it is met, the one
    /// about an item that is missing. `before` is what a slow decoder read until it met the fault.
    pub fn check(&self, payload: &[u8], whole: &Result<Value>, before: Option<&Value>) {
        let read = self.getter.value(payload);
        match (whole, &read) {
            (Ok(whole), Ok(part)) => self.assert_same(part, Some(whole)),
            (Ok(whole), Err(error)) => {
                assert!(is_missing_item(error), "{error}");
                assert_eq!(self.follow(whole), None, "{error}");
            }
            (Err(fault), Ok(part)) => {
                assert!(
                    self.ends_before(self.getter.plan(), &fault.path()),
                    "{} in spite of {fault}",
                    self.getter.path()
                );
                self.assert_same(part, before);
            }
            (Err(_), Err(error)) if is_missing_item(error) => {
                assert_eq!(before.and_then(|before| self.follow(before)), None, "{error}");
            }
            (Err(fault), Err(error)) => {
                assert_eq!(error.to_string(), fault.to_string());
                assert!(
                    !self.ends_before(self.getter.plan(), &fault.path()),
                    "{} is not behind {fault}",
                    self.getter.path()
                );
            }
        }
        self.check_filter(payload, &read);
    }

    fn assert_same(&self, part: &Value, whole: Option<&Value>) {
        // As text, in which NaN is equal to itself.
        let expected = whole.and_then(|whole| self.follow(whole));
        assert_eq!(format!("{:?}", Some(part)), format!("{expected:?}"), "{}", self.getter.path());
    }

    /// A filter decides by the value that was read; it wants to know no more of an array than how long it is.
    fn check_filter(&self, payload: &[u8], read: &Result<Value>) {
        let Some(filter) = &self.filter else { return };
        let answer = filter.matches(payload);
        match (read, &answer) {
            (Ok(value), Ok(answer)) => {
                assert_eq!(*answer, holds(&filter.to_string(), value), "{filter} of {value:?}");
            }
            (Err(missing), answer) if is_missing_item(missing) => {
                assert!(matches!(answer, Ok(false)), "{filter}: {answer:?}, although {missing}");
            }
            (Err(fault), Err(error)) => assert_eq!(error.to_string(), fault.to_string()),
            (Err(_), Ok(_)) if filter.to_string().starts_with("len") => {}
            (read, answer) => panic!("{filter}: {answer:?} of {read:?}"),
        }
    }
}

/// Mostly the index of an item that is there.
fn index(random: &mut fastrand::Rng) -> usize {
    match random.u8(..16) {
        0 => u32::MAX as usize,
        1 => usize::MAX,
        2 => random.usize(..300),
        _ => random.usize(..4),
    }
}

fn cut<T: Clone>(items: &[T], start: usize, stop: usize) -> Vec<T> {
    let stop = stop.min(items.len());
    items[start.min(stop)..stop].to_vec()
}

fn text_of(steps: &[Step]) -> String {
    let texts = steps.iter().map(|step| match step {
        Step::Field(name) => format!(".{name}"),
        Step::Item(index) => format!("[{index}]"),
        Step::Slice(start, stop) => format!("[{start}:{stop}]"),
    });
    texts.collect::<String>().split_off(1)
}

/// The steps of the path of an error.
fn steps_of(path: &str) -> Vec<Step> {
    let steps = path.split(['.', '[']).filter(|step| !step.is_empty());
    let step_of = |step: &str| match step.strip_suffix(']') {
        Some(index) => Step::Item(index.parse().expect("an index")),
        None => Step::Field(step.to_owned()),
    };
    steps.map(step_of).collect()
}

fn is_missing_item(error: &Error) -> bool {
    error.kind() == ErrorKind::Length && error.message().starts_with("no item")
}

/// A condition on what a path leads to, which [`holds`] decides as well.
fn condition_on(path: &str, shape: Shape, random: &mut fastrand::Rng) -> Option<String> {
    let is_slice = path.ends_with(']') && path.contains(':');
    match (shape.kind, shape.cardinality) {
        (Kind::Scalar(Primitive::Bool), Cardinality::Single) => Some(path.to_owned()),
        (Kind::Scalar(number), Cardinality::Single) if number.is_block() => Some(format!("{path} <= 1")),
        (Kind::Message(_), Cardinality::Single) => None,
        (_, Cardinality::Single) => Some(format!("'a' in {path}")),
        (_, _) if !is_slice && random.bool() => Some(format!("len({path}) >= 2")),
        (Kind::Message(_) | Kind::Scalar(Primitive::Bool), _) => None,
        (Kind::Scalar(number), _) if number.is_block() => Some(format!("1 in {path}")),
        _ => Some(format!("'a' in {path}")),
    }
}

fn holds(condition: &str, value: &Value) -> bool {
    let of_length = condition.starts_with("len(");
    match value {
        Value::Bool(value) => *value,
        Value::Int(number) => *number <= 1,
        Value::UInt(number) => *number <= 1,
        Value::Float32(number) => *number <= 1.0,
        Value::Float64(number) => *number <= 1.0,
        Value::Unit(unit) => *unit == u16::from(b'a'),
        Value::String(text) => text.contains(&b'a'),
        Value::WString(units) => units.contains(&b'a'.into()),
        Value::Bytes(bytes) if of_length => bytes.len() >= 2,
        Value::Bytes(bytes) => bytes.contains(&1),
        Value::List(items) if of_length => items.len() >= 2,
        Value::List(items) => items.iter().any(|item| match item {
            Value::Int(number) => *number == 1,
            Value::UInt(number) => *number == 1,
            Value::Float32(number) => *number == 1.0,
            Value::Float64(number) => *number == 1.0,
            Value::Unit(unit) => *unit == u16::from(b'a'),
            Value::String(text) => text == b"a",
            Value::WString(units) => *units == [u16::from(b'a')],
            other => panic!("{other:?} in {condition}"),
        }),
        Value::Message(_) => panic!("{condition} of a message"),
    }
}

/// Decodes through places, one part at a time, in order or from the back.
pub fn decode_in_parts(plan: &Plan, payload: &[u8], place: Place, backwards: bool) -> Result<Value> {
    let Kind::Message(layout) = place.shape.kind else { return place.decode(plan, payload, &mut ToValue) };
    let layout = plan.layout(layout);
    if layout.fields.is_empty() {
        return place.decode(plan, payload, &mut ToValue);
    }
    let mut parts = Parts::of(plan, payload, place)?;
    let mut values = vec![None; parts.len()];
    let mut order: Vec<usize> = (0..parts.len()).collect();
    if backwards {
        order.reverse();
    }
    for index in order {
        let part = parts.part(plan, payload, index)?;
        let value = decode_in_parts(plan, payload, part, backwards);
        values[index] = Some(value.map_err(|error| Parts::located(plan, place.shape, error, index))?);
    }
    let values = values.into_iter().map(|value| value.expect("every part was read"));
    Ok(match place.shape.cardinality {
        Cardinality::Single => {
            let names = layout.fields.iter().map(|field| Arc::clone(&field.name));
            Value::Message(names.zip(values).collect())
        }
        _ => Value::List(values.collect()),
    })
}
