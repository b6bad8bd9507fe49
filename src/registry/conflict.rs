//! [`Conflict`]: two different definitions of one name.

use std::fmt;

use crate::schema::{Definition, TypeHash, TypeName};

/// Members that the sentence of a conflict names, at most.
const SHOWN: usize = 4;

/// A name got another definition than it had. Both are kept; the newer one answers for the name from now on, and each
/// is found by its hash.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The name that both have.
    pub type_name: TypeName,
    /// What the name meant before.
    pub older: Version,
    /// What it means now.
    pub newer: Version,
    /// What is different, a member each: "`x` was int32, is int64".
    pub differences: Vec<String>,
}

/// One of the two definitions of a [`Conflict`].
#[derive(Clone, Debug)]
pub struct Version {
    /// Its hash; `None` when a type that it refers to is missing.
    pub hash: Option<TypeHash>,
    /// Where it comes from: a file, or what stands for it.
    pub origin: String,
}

impl Conflict {
    pub(super) fn of(older: (&Definition, Option<TypeHash>), newer: (&Definition, Option<TypeHash>)) -> Self {
        Self {
            type_name: newer.0.type_name.clone(),
            differences: differences(older.0, newer.0),
            older: Version { hash: older.1, origin: origin(older.0) },
            newer: Version { hash: newer.1, origin: origin(newer.0) },
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_name, older, newer, differences } = self;
        write!(f, "`{type_name}` is defined twice: before as {older}, now as {newer}; ")?;
        for (index, difference) in differences.iter().take(SHOWN).enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{}", difference.of_member())?;
        }
        match differences.len().checked_sub(SHOWN) {
            Some(rest @ 1..) => write!(f, "; and {rest} more"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hash {
            Some(hash) => write!(f, "{hash} ({})", self.origin),
            None => write!(f, "a type without hash ({})", self.origin),
        }
    }
}

fn origin(definition: &Definition) -> String {
    match &definition.source {
        Some(source) if *source.file == *definition.type_name.as_str() => "given as text".to_owned(),
        Some(source) => source.file.to_string(),
        None => "described without text".to_owned(),
    }
}

/// A member of a definition: what is compared by its name, and how it is shown.
fn members(definition: &Definition) -> Vec<(&str, String)> {
    let fields = definition.description.fields.iter().map(|field| {
        let default = Some(&field.default_value).filter(|value| !value.is_empty());
        let default = default.map(|value| format!(" = {value}")).unwrap_or_default();
        (field.name.as_str(), format!("{}{default}", field.field_type.to_msg()))
    });
    let constants = definition.constants.iter().map(|constant| {
        let value = constant.value.to_python();
        (constant.name.as_str(), format!("{} constant {value}", constant.field_type.to_msg()))
    });
    fields.chain(constants).collect()
}

fn differences(older: &Definition, newer: &Definition) -> Vec<String> {
    let (before, now) = (members(older), members(newer));
    let find = |members: &[(&str, String)], name: &str| {
        members.iter().find(|(other, _)| *other == name).map(|(_, shown)| shown.clone())
    };
    let mut differences = Vec::new();
    for (name, shown) in &before {
        match find(&now, name) {
            None => differences.push(format!("`{name}` is gone")),
            Some(other) if other != *shown => differences.push(format!("`{name}` was {shown}, is {other}")),
            Some(_) => {}
        }
    }
    let added = now.iter().filter(|(name, _)| find(&before, name).is_none());
    differences.extend(added.map(|(name, shown)| format!("`{name}` is new: {shown}")));
    if differences.is_empty() {
        differences.push("the members are in another order".to_owned());
    }
    differences
}
