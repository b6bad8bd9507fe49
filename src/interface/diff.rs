//! [`diff`]: what differs between two types, field by field, and in the types that both refer to.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::registry::{Change, Difference, compare};

use super::Schema;

/// What differs between two types and the message types that both refer to; nothing where they are the same. Comments do
/// not count, nor constants where a type is known from its description alone, which has none.
pub fn diff(before: &Schema, after: &Schema) -> Result<Vec<Difference>> {
    let (first, second) = (before.definition(), after.definition());
    let (used_before, used_after) = (used_types(before)?, used_types(after)?);
    let of_whole = |change, before: &str, after: &str| Difference {
        type_name: first.type_name.to_string(),
        member: None,
        change,
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
    };
    let mut found = Vec::new();
    if first.kind != second.kind {
        return Ok(vec![of_whole(Change::Kind, first.kind.as_str(), second.kind.as_str())]);
    }
    if first.type_name != second.type_name {
        found.push(of_whole(Change::Name, first.type_name.as_str(), second.type_name.as_str()));
    }
    let (firsts, seconds) = (before.messages()?, after.messages()?);
    for (first, second) in firsts.iter().zip(&seconds) {
        found.extend(compare(first, second));
    }
    let compared: Vec<&str> = firsts.iter().map(|message| message.type_name.as_str()).collect();
    for name in used_before.intersection(&used_after) {
        if !compared.contains(&name.as_str()) {
            found.extend(compare(before.find(name)?, after.find(name)?));
        }
    }
    Ok(found)
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
