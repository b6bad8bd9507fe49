//! [`diff`]: what differs between two types, field by field, and in the types that both refer to.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde_json::{Value, json};

use crate::error::Result;
use crate::idl::default_of;
use crate::schema::{Cardinality, Constant, Definition, DefinitionKind, Element, Field};

use super::Schema;

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message, a service or an action.
    Kind,
    /// The name of the type.
    Name,
    /// A member that only the second has.
    Added,
    /// A member that only the first has.
    Removed,
    /// What a member is.
    Type,
    /// The bound of a string or sequence.
    Bound,
    /// The length of an array.
    Length,
    /// The default of a field.
    Default,
    /// The value of a constant.
    Value,
    /// The place of a field among those that both have.
    Moved,
}

impl Change {
    /// The change in one word, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Type => "type",
            Self::Bound => "bound",
            Self::Length => "length",
            Self::Default => "default",
            Self::Value => "value",
            Self::Moved => "moved",
        }
    }
}

/// One difference between two types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Full name of the type that differs: one of the two (as the first is called), or one that both refer to.
    pub type_name: String,
    /// The field or constant; `None` where it is about the type as a whole.
    pub member: Option<String>,
    /// What differs.
    pub change: Change,
    /// What the first has; `None` where it has nothing.
    pub before: Option<String>,
    /// What the second has.
    pub after: Option<String>,
}

impl Difference {
    /// The difference as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "type_name": self.type_name,
            "member": self.member,
            "change": self.change.as_str(),
            "before": self.before,
            "after": self.after,
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.type_name)?;
        if let Some(member) = &self.member {
            write!(f, ".{member}")?;
        }
        write!(f, ": {}", self.change.as_str())?;
        match (self.before.as_deref(), self.after.as_deref()) {
            (None, None) => Ok(()),
            (Some(only), None) if self.change == Change::Removed => write!(f, ", was {only}"),
            (None, Some(only)) if self.change == Change::Added => write!(f, ", is {only}"),
            (before, after) => write!(f, " {} -> {}", before.unwrap_or("none"), after.unwrap_or("none")),
        }
    }
}

/// What differs between two types and the message types that both refer to; nothing where they are the same. Comments do
/// not count, nor constants where a type is known from its description alone, which has none.
pub fn diff(before: &Schema, after: &Schema) -> Result<Vec<Difference>> {
    let (first, second) = (before.definition(), after.definition());
    let (used_before, used_after) = (used_types(before)?, used_types(after)?);
    let mut differences = Differences { type_name: first.type_name.as_str(), found: Vec::new() };
    if first.kind != second.kind {
        let kinds = (first.kind.as_str().to_owned(), second.kind.as_str().to_owned());
        differences.add(None, Change::Kind, Some(kinds.0), Some(kinds.1));
        return Ok(differences.found);
    }
    if first.type_name != second.type_name {
        let names = (first.type_name.to_string(), second.type_name.to_string());
        differences.add(None, Change::Name, Some(names.0), Some(names.1));
    }
    let (firsts, seconds) = (before.messages()?, after.messages()?);
    for (first, second) in firsts.iter().zip(&seconds) {
        differences.type_name = first.type_name.as_str();
        differences.members(first, second)?;
    }
    let compared: Vec<&str> = firsts.iter().map(|message| message.type_name.as_str()).collect();
    for name in used_before.intersection(&used_after) {
        if !compared.contains(&name.as_str()) {
            differences.type_name = name;
            let (first, second) = (before.find(name)?, after.find(name)?);
            differences.members(first, second)?;
        }
    }
    Ok(differences.found)
}

/// The types that the messages of a schema refer to.
fn used_types(schema: &Schema) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for message in schema.messages()? {
        let nested = schema.nested(message.type_name.as_str())?;
        names.extend(nested.referenced().iter().map(|other| other.type_name.as_str().to_owned()));
    }
    Ok(names)
}

struct Differences<'s> {
    type_name: &'s str,
    found: Vec<Difference>,
}

impl Differences<'_> {
    fn add(&mut self, member: Option<&str>, change: Change, before: Option<String>, after: Option<String>) {
        let (type_name, member) = (self.type_name.to_owned(), member.map(str::to_owned));
        self.found.push(Difference { type_name, member, change, before, after });
    }

    fn members(&mut self, before: &Definition, after: &Definition) -> Result<()> {
        let (first, second) = (fields(before), fields(after));
        for field in first {
            match second.iter().find(|other| other.name == field.name) {
                Some(other) => self.field(field, other)?,
                None => self.add(Some(&field.name), Change::Removed, Some(field_text(field)?), None),
            }
        }
        for field in second {
            if !first.iter().any(|other| other.name == field.name) {
                self.add(Some(&field.name), Change::Added, None, Some(field_text(field)?));
            }
        }
        for (name, from, to) in moved(first, second) {
            self.add(Some(name), Change::Moved, Some(from.to_string()), Some(to.to_string()));
        }
        if knows_constants(before) && knows_constants(after) {
            self.constants(&before.constants, &after.constants);
        }
        Ok(())
    }

    fn field(&mut self, before: &Field, after: &Field) -> Result<()> {
        if before.field_type != after.field_type {
            let (first, second) = (before.field_type.to_msg(), after.field_type.to_msg());
            self.add(Some(&before.name), type_change(before, after), Some(first), Some(second));
        }
        if before.default_value != after.default_value {
            let (first, second) = (default_text(before)?, default_text(after)?);
            self.add(Some(&before.name), Change::Default, first, second);
        }
        Ok(())
    }

    fn constants(&mut self, before: &[Constant], after: &[Constant]) {
        let text = |constant: &Constant| {
            format!("constant {} = {}", constant.field_type.to_msg(), constant.value.to_python())
        };
        for constant in before {
            let name = Some(constant.name.as_str());
            let Some(other) = after.iter().find(|other| other.name == constant.name) else {
                self.add(name, Change::Removed, Some(text(constant)), None);
                continue;
            };
            if constant.field_type != other.field_type {
                let types = (constant.field_type.to_msg(), other.field_type.to_msg());
                self.add(name, Change::Type, Some(types.0), Some(types.1));
            }
            if !constant.value.is(&other.value) {
                let values = (constant.value.to_python(), other.value.to_python());
                self.add(name, Change::Value, Some(values.0), Some(values.1));
            }
        }
        for constant in after {
            if !before.iter().any(|other| other.name == constant.name) {
                self.add(Some(&constant.name), Change::Added, None, Some(text(constant)));
            }
        }
    }
}

/// A description has no constants, so that one of a type without text says nothing about them.
fn knows_constants(definition: &Definition) -> bool {
    definition.source.is_some() || !definition.constants.is_empty()
}

fn fields(definition: &Definition) -> &[Field] {
    let is_declared =
        definition.kind == DefinitionKind::Message && !definition.description.is_empty_message();
    if is_declared { &definition.description.fields } else { &[] }
}

fn type_change(before: &Field, after: &Field) -> Change {
    let unbounded = |field: &Field| {
        let element = match field.field_type.element() {
            Ok(Element::String { .. }) => "string".to_owned(),
            Ok(Element::WString { .. }) => "wstring".to_owned(),
            _ => field.field_type.clone().repeated(Cardinality::Single).to_msg(),
        };
        let shape = match field.field_type.cardinality() {
            Cardinality::Single => "single",
            Cardinality::Array(_) => "array",
            Cardinality::Sequence { .. } => "sequence",
        };
        (element, shape)
    };
    let both = (before.field_type.cardinality(), after.field_type.cardinality());
    match both {
        _ if unbounded(before) != unbounded(after) => Change::Type,
        (Cardinality::Array(first), Cardinality::Array(second)) if first != second => Change::Length,
        _ => Change::Bound,
    }
}

fn field_text(field: &Field) -> Result<String> {
    let default = default_text(field)?.map(|default| format!(" = {default}")).unwrap_or_default();
    Ok(field.field_type.to_msg() + &default)
}

/// The default as Python's `repr` writes it; `None` where none is declared.
fn default_text(field: &Field) -> Result<Option<String>> {
    Ok(default_of(field)?.map(|default| default.to_repr()))
}

/// Of the fields that both have, the fewest whose removal leaves the others in one order: name, place before, place after.
fn moved<'f>(before: &'f [Field], after: &[Field]) -> Vec<(&'f str, usize, usize)> {
    let places: HashMap<&str, usize> =
        after.iter().zip(1..).map(|(field, n)| (field.name.as_str(), n)).collect();
    let common: Vec<(&str, usize, usize)> = before
        .iter()
        .zip(1..)
        .filter_map(|(field, from)| Some((field.name.as_str(), from, *places.get(field.name.as_str())?)))
        .collect();
    // The longest run of rising places: for each field the length of the best run that ends there, and what is before it.
    let mut tails: Vec<usize> = Vec::new();
    let mut previous = vec![None; common.len()];
    for (index, (_, _, to)) in common.iter().enumerate() {
        let length = tails.partition_point(|&tail| common[tail].2 < *to);
        previous[index] = length.checked_sub(1).map(|last| tails[last]);
        if length == tails.len() { tails.push(index) } else { tails[length] = index }
    }
    let mut stays = vec![false; common.len()];
    let mut at = tails.last().copied();
    while let Some(index) = at {
        stays[index] = true;
        at = previous[index];
    }
    common.into_iter().zip(stays).filter(|(_, stays)| !stays).map(|(field, _)| field).collect()
}
