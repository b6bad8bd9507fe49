//! From the tree of a filter to a [`Condition`]: names become fields or constants, and types must agree.

use std::sync::Arc;

use super::Definitions;
use super::at;
use super::decide::{Condition, Haystack, Needle, Numeric, Textual};
use super::number::Number;
use super::parse::{Arithmetic, Expression, Node, Operator, Relation};
use crate::codec::get::Getter;
use crate::codec::path::{FieldPath, Shape, Step};
use crate::codec::plan::{Kind, Plan};
use crate::error::{Error, ErrorKind};
use crate::idl::lex::Fault;
use crate::registry::nearest;
use crate::schema::{Cardinality, Literal, Primitive};

type Checked<'t, T> = Result<T, Fault<'t>>;

/// What knows the type that a filter is compiled for.
pub(super) struct Checker<'a> {
    pub plan: &'a Arc<Plan>,
    pub definitions: Definitions<'a>,
}

/// A part of a filter, by its type.
enum Part {
    Bool(Condition),
    Number(Numeric),
    Text(Textual),
    /// An array of anything.
    Array(Getter),
    Message(Getter),
    List(Vec<Part>),
}

impl Part {
    /// The type in words.
    fn describe(&self, plan: &Plan) -> String {
        match self {
            Self::Bool(_) => "a bool".to_owned(),
            Self::Number(_) => "a number".to_owned(),
            Self::Text(_) => "a string".to_owned(),
            Self::Array(getter) => getter.shape().describe(plan),
            Self::Message(getter) => format!("a message of {}", getter.shape().describe(plan)),
            Self::List(_) => "a list".to_owned(),
        }
    }
}

fn misfit(place: &str, message: String) -> Fault<'_> {
    Fault::new(place, ErrorKind::Type, message)
}

impl Checker<'_> {
    /// A whole filter, or a side of `&&`, `||`, `!`.
    pub(super) fn condition<'t>(&self, node: &Node<'t>) -> Checked<'t, Condition> {
        match self.part(node, None)? {
            Part::Bool(condition) => Ok(condition),
            other => {
                let what = other.describe(self.plan);
                Err(misfit(node.at, format!("expected a condition, this is {what}")))
            }
        }
    }

    /// `owner` is the layout whose constants come before all others.
    fn part<'t>(&self, node: &Node<'t>, owner: Option<usize>) -> Checked<'t, Part> {
        Ok(match &node.expression {
            Expression::Bool(value) => Part::Bool(Condition::Always(*value)),
            Expression::Int(value) => Part::Number(Numeric::Literal(Number::Int(*value))),
            Expression::Float(value) => Part::Number(Numeric::Literal(Number::Float(*value))),
            Expression::Text(text) => Part::Text(Textual::Literal(text.clone().into_bytes())),
            Expression::Not(inner) => Part::Bool(Condition::Not(Box::new(self.condition(inner)?))),
            Expression::Negative(inner) => Part::Number(Numeric::Negative(Box::new(self.number(inner)?))),
            Expression::List(items) => {
                Part::List(items.iter().map(|item| self.part(item, owner)).collect::<Checked<_>>()?)
            }
            Expression::Length(path) => Part::Number(self.length(node, path)?),
            Expression::Path(path) => self.path(node, path, owner)?,
            Expression::Binary(operator, sign, sides) => self.binary(*operator, sign, sides)?,
        })
    }

    fn number<'t>(&self, node: &Node<'t>) -> Checked<'t, Numeric> {
        match self.part(node, None)? {
            Part::Number(number) => Ok(number),
            other => {
                Err(misfit(node.at, format!("expected a number, this is {}", other.describe(self.plan))))
            }
        }
    }

    fn length<'t>(&self, node: &Node<'t>, path: &FieldPath) -> Checked<'t, Numeric> {
        let getter = Getter::compile(self.plan, path).map_err(|error| at(node.at, &error))?;
        if matches!(path.steps().last(), Some(Step::Slice(..))) {
            return Err(misfit(node.at, "`len` takes an array or a string, not a slice".to_owned()));
        }
        let shape = getter.shape();
        match (shape.cardinality, shape.kind) {
            (Cardinality::Single, Kind::String { .. } | Kind::WString { .. }) => {
                Ok(Numeric::Characters(getter))
            }
            (Cardinality::Single, _) => {
                let what = shape.describe(self.plan);
                Err(misfit(node.at, format!("`len` takes an array or a string, `{path}` is {what}")))
            }
            _ => Ok(Numeric::Items(getter)),
        }
    }

    fn path<'t>(&self, node: &Node<'t>, path: &FieldPath, owner: Option<usize>) -> Checked<'t, Part> {
        match Getter::compile(self.plan, path) {
            Ok(getter) => Ok(part_of(getter)),
            Err(error) => match self.constant(path, owner) {
                Some(literal) => constant_part(&literal)
                    .ok_or_else(|| misfit(node.at, format!("`{path}` is not a single value"))),
                None => Err(at(node.at, &self.with_near_constants(error, path, owner))),
            },
        }
    }

    /// The constant `NAME`, of the layout that owns the field it is compared with or of the message itself, or
    /// `Type.NAME`, of any layout of the message.
    fn constant(&self, path: &FieldPath, owner: Option<usize>) -> Option<Literal> {
        let (layouts, name) = match path.steps() {
            [Step::Field(name)] => (self.scopes(owner), name),
            [Step::Field(type_name), Step::Field(name)] => {
                let layouts = self.plan.layouts().iter();
                let named = layouts.filter(|layout| layout.type_name.name() == *type_name);
                (named.map(|layout| layout.index).collect(), name)
            }
            _ => return None,
        };
        layouts.into_iter().find_map(|layout| {
            let definition = (self.definitions)(&self.plan.layout(layout).type_name)?;
            let constant = definition.constants.iter().find(|constant| constant.name == *name)?;
            Some(constant.value.clone())
        })
    }

    fn scopes(&self, owner: Option<usize>) -> Vec<usize> {
        owner.into_iter().chain([self.plan.root().index]).collect()
    }

    /// The same error, that also names the constants close to the name.
    fn with_near_constants(&self, error: Error, path: &FieldPath, owner: Option<usize>) -> Error {
        let [Step::Field(name)] = path.steps() else { return error };
        let definitions: Vec<_> = self
            .scopes(owner)
            .into_iter()
            .filter_map(|layout| (self.definitions)(&self.plan.layout(layout).type_name))
            .collect();
        let constants = definitions.iter().flat_map(|definition| &definition.constants);
        let near = nearest(name, constants.map(|constant| constant.name.as_str()));
        if near.is_empty() {
            return error;
        }
        let near: Vec<String> = near.into_iter().map(|near| format!("`{near}`")).collect();
        let message = format!("no field or constant is named `{name}`; did you mean {}?", near.join(" or "));
        Error::new(ErrorKind::UnknownField, message)
    }

    /// The layout with the field that a path ends in.
    fn owner(&self, node: &Node<'_>) -> Option<usize> {
        let Expression::Path(path) = &node.expression else { return None };
        Getter::compile(self.plan, path).ok()?.owner()
    }

    fn binary<'t>(
        &self,
        operator: Operator,
        sign: &'t str,
        (left, right): &(Node<'t>, Node<'t>),
    ) -> Checked<'t, Part> {
        let both = || Ok((self.part(left, self.owner(right))?, self.part(right, self.owner(left))?));
        Ok(Part::Bool(match operator {
            Operator::And => Condition::And(Box::new((self.condition(left)?, self.condition(right)?))),
            Operator::Or => Condition::Or(Box::new((self.condition(left)?, self.condition(right)?))),
            Operator::Compare(relation) => {
                let (left, right) = both()?;
                self.compare(relation, sign, left, right)?
            }
            Operator::In => {
                let (needle, haystack) = both()?;
                self.membership(sign, needle, haystack)?
            }
            Operator::Contains => {
                let (haystack, needle) = both()?;
                self.membership(sign, needle, haystack)?
            }
            Operator::Arithmetic(operator) => {
                return Ok(Part::Number(self.arithmetic(operator, left, right)?));
            }
        }))
    }

    fn arithmetic<'t>(
        &self,
        operator: Arithmetic,
        left: &Node<'t>,
        right: &Node<'t>,
    ) -> Checked<'t, Numeric> {
        let sides = (self.number(left)?, self.number(right)?);
        Ok(Numeric::Reckon(operator, Box::new(sides)))
    }

    fn compare<'t>(
        &self,
        relation: Relation,
        sign: &'t str,
        left: Part,
        right: Part,
    ) -> Checked<'t, Condition> {
        let orders = !matches!(relation, Relation::Equal | Relation::Unequal);
        match (left, right) {
            (Part::Number(left), Part::Number(right)) => {
                Ok(Condition::Numbers(relation, Box::new((left, right))))
            }
            (Part::Text(left), Part::Text(right)) => Ok(Condition::Texts(relation, Box::new((left, right)))),
            (Part::Bool(left), Part::Bool(right)) if !orders => {
                Ok(Condition::Bools(relation == Relation::Equal, Box::new((left, right))))
            }
            (left, right) => {
                let (left, right) = (left.describe(self.plan), right.describe(self.plan));
                let what = if orders { "numbers or strings" } else { "numbers, strings or bools" };
                let symbol = relation.symbol();
                // The caret stands at the operator's right side, where people look for what they compare with.
                let place = sign.get(symbol.len()..).unwrap_or(sign).trim_start();
                Err(misfit(place, format!("`{symbol}` compares {what}, not {left} with {right}")))
            }
        }
    }

    /// `needle in haystack`.
    fn membership<'t>(&self, sign: &'t str, needle: Part, haystack: Part) -> Checked<'t, Condition> {
        let described = (needle.describe(self.plan), haystack.describe(self.plan));
        let refused = || {
            let (needle, haystack) = described;
            let message = format!(
                "{needle} is not looked for in {haystack}, only numbers and strings in arrays or lists of them, and strings in strings"
            );
            Err(misfit(sign, message))
        };
        let needle = match needle {
            Part::Number(number) => Needle::Number(number),
            Part::Text(text) => Needle::Text(text),
            _ => return refused(),
        };
        let haystack = match (haystack, &needle) {
            (Part::Text(text), Needle::Text(_)) => Haystack::Text(text),
            (Part::Array(getter), _) if fits(&getter, &needle) => Haystack::Array(getter),
            (Part::List(items), Needle::Number(_)) => {
                let numbers = items.into_iter().map(|item| match item {
                    Part::Number(number) => Some(number),
                    _ => None,
                });
                let Some(numbers) = numbers.collect() else { return refused() };
                Haystack::Numbers(numbers)
            }
            (Part::List(items), Needle::Text(_)) => {
                let texts = items.into_iter().map(|item| match item {
                    Part::Text(text) => Some(text),
                    _ => None,
                });
                let Some(texts) = texts.collect() else { return refused() };
                Haystack::Texts(texts)
            }
            _ => return refused(),
        };
        Ok(Condition::Contains(Box::new((needle, haystack))))
    }
}

/// Whether the array can hold what is looked for.
fn fits(array: &Getter, needle: &Needle) -> bool {
    match array.shape().kind {
        Kind::Scalar(Primitive::Bool) | Kind::Message(_) => false,
        Kind::Scalar(primitive) if primitive.is_block() => matches!(needle, Needle::Number(_)),
        _ => matches!(needle, Needle::Text(_)),
    }
}

fn part_of(getter: Getter) -> Part {
    let Shape { kind, cardinality } = getter.shape();
    match (cardinality, kind) {
        (Cardinality::Array(_) | Cardinality::Sequence { .. }, _) => Part::Array(getter),
        (_, Kind::Message(_)) => Part::Message(getter),
        (_, Kind::Scalar(Primitive::Bool)) => Part::Bool(Condition::Field(getter)),
        (_, Kind::Scalar(primitive)) if primitive.is_block() => Part::Number(Numeric::Field(getter)),
        _ => Part::Text(Textual::Field(getter)),
    }
}

fn constant_part(literal: &Literal) -> Option<Part> {
    match literal {
        Literal::Bool(value) => Some(Part::Bool(Condition::Always(*value))),
        Literal::Int(value) => Some(Part::Number(Numeric::Literal(Number::Int(*value)))),
        Literal::Float(value) => Some(Part::Number(Numeric::Literal(Number::Float(*value)))),
        Literal::String(text) => Some(Part::Text(Textual::Literal(text.clone().into_bytes()))),
        Literal::List(_) => None,
    }
}

impl Relation {
    fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}
