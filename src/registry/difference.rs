//! [`compare`]: what differs between two definitions of a type, member by member; [`compare_types`] between whole types.
//!
//! A registry tells it of definitions in conflict, `net` of endpoints that do not match, and `interface::diff` of schemas.

use std::collections::HashMap;
use std::fmt;

use serde_json::{Value, json};

use super::described::definition;
use crate::error::Result;
use crate::idl::default_of;
use crate::schema::{Cardinality, Constant, Definition, DefinitionKind, Element, Field, TypeDescription};

/// Differences that a sentence names, at most.
const SHOWN: usize = 4;

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

    /// Several differences in a sentence; members of the type `root` go without its name.
    #[must_use]
    pub fn in_words(differences: &[Self], root: &str) -> String {
        let shown = differences.iter().take(SHOWN).map(|difference| match &difference.member {
            Some(_) if difference.type_name == root => OfMember(difference).to_string(),
            _ => difference.to_string(),
        });
        let mut parts: Vec<String> = shown.collect();
        if let Some(rest @ 1..) = differences.len().checked_sub(SHOWN) {
            parts.push(format!("and {rest} more"));
        }
        parts.join("; ")
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.type_name)?;
        f.write_str(if self.member.is_some() { "." } else { ": " })?;
        write!(f, "{}", OfMember(self))
    }
}

/// A [`Difference`] without the name of the type.
struct OfMember<'d>(&'d Difference);

impl fmt::Display for OfMember<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { member, change, before, after, .. } = self.0;
        if let Some(member) = member {
            write!(f, "{member}: ")?;
        }
        f.write_str(change.as_str())?;
        match (before.as_deref(), after.as_deref()) {
            (None, None) => Ok(()),
            (Some(only), None) if *change == Change::Removed => write!(f, ", was {only}"),
            (None, Some(only)) if *change == Change::Added => write!(f, ", is {only}"),
            (before, after) => write!(f, " {} -> {}", before.unwrap_or("none"), after.unwrap_or("none")),
        }
    }
}

/// What differs between the members of two definitions; nothing where they are the same. Comments do not count, nor
/// constants where a type is known from its description alone, which has none.
#[must_use]
pub fn compare(before: &Definition, after: &Definition) -> Vec<Difference> {
    let mut differences = Differences { type_name: before.type_name.as_str(), found: Vec::new() };
    differences.members(before, after);
    differences.found
}

/// What differs between two types, each given before the types that it refers to, and between those that both refer to;
/// nothing where they are the same. Constants and comments as in [`compare`].
#[must_use]
pub fn compare_types(before: &[&Definition], after: &[&Definition]) -> Vec<Difference> {
    let ([first, used_before @ ..], [second, used_after @ ..]) = (before, after) else { return Vec::new() };
    let mut differences = Differences { type_name: first.type_name.as_str(), found: Vec::new() };
    if first.kind != second.kind {
        let kinds = (first.kind.as_str().to_owned(), second.kind.as_str().to_owned());
        differences.add(None, Change::Kind, Some(kinds.0), Some(kinds.1));
        return differences.found;
    }
    if first.type_name != second.type_name {
        let names = (first.type_name.to_string(), second.type_name.to_string());
        differences.add(None, Change::Name, Some(names.0), Some(names.1));
    }
    let mut found = differences.found;
    found.extend(compare(first, second));
    // The parts of services and actions are compared whatever their names are.
    let parts = || first.kind.declared_parts().iter();
    let part = |of: &Definition, name: &str| of.type_name.derived(name);
    for name in parts() {
        let own = used_before.iter().find(|used| used.type_name == part(first, name));
        let other = used_after.iter().find(|used| used.type_name == part(second, name));
        if let (Some(own), Some(other)) = (own, other) {
            found.extend(compare(own, other));
        }
    }
    for own in used_before {
        let is_part = parts().any(|name| own.type_name == part(first, name));
        let other = used_after.iter().find(|other| other.type_name == own.type_name);
        if let Some(other) = other.filter(|_| !is_part) {
            found.extend(compare(own, other));
        }
    }
    found
}

/// What differs between two described types, of which only what travels is known.
pub fn compare_descriptions(before: &TypeDescription, after: &TypeDescription) -> Result<Vec<Difference>> {
    let definitions = |whole: &TypeDescription| -> Result<Vec<Definition>> {
        let all = std::iter::once(&whole.type_description).chain(&whole.referenced_type_descriptions);
        all.map(definition).collect()
    };
    let (before, after) = (definitions(before)?, definitions(after)?);
    Ok(compare_types(&before.iter().collect::<Vec<_>>(), &after.iter().collect::<Vec<_>>()))
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

    fn members(&mut self, before: &Definition, after: &Definition) {
        let (first, second) = (fields(before), fields(after));
        for field in first {
            match second.iter().find(|other| other.name == field.name) {
                Some(other) => self.field(field, other),
                None => self.add(Some(&field.name), Change::Removed, Some(field_text(field)), None),
            }
        }
        for field in second {
            if !first.iter().any(|other| other.name == field.name) {
                self.add(Some(&field.name), Change::Added, None, Some(field_text(field)));
            }
        }
        for (name, from, to) in moved(first, second) {
            self.add(Some(name), Change::Moved, Some(from.to_string()), Some(to.to_string()));
        }
        if knows_constants(before) && knows_constants(after) {
            self.constants(&before.constants, &after.constants);
        }
    }

    fn field(&mut self, before: &Field, after: &Field) {
        if before.field_type != after.field_type {
            let (first, second) = (before.field_type.to_msg(), after.field_type.to_msg());
            self.add(Some(&before.name), type_change(before, after), Some(first), Some(second));
        }
        if before.default_value != after.default_value {
            let (first, second) = (default_text(before), default_text(after));
            self.add(Some(&before.name), Change::Default, first, second);
        }
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

fn field_text(field: &Field) -> String {
    let default = default_text(field).map(|default| format!(" = {default}")).unwrap_or_default();
    field.field_type.to_msg() + &default
}

/// The default as Python's `repr` writes it; `None` where none is declared. One that a peer describes in a way that
/// cannot be read is shown as it is.
fn default_text(field: &Field) -> Option<String> {
    match default_of(field) {
        Ok(default) => default.map(|default| default.to_repr()),
        Err(_) => Some(field.default_value.clone()),
    }
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
