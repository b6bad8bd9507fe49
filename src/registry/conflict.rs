//! [`Conflict`]: two different definitions of one name.

use std::fmt;

use super::difference::{Difference, compare};
use crate::schema::{Definition, TypeHash, TypeName};

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
    /// What is different; nothing where only what they refer to is.
    pub differences: Vec<Difference>,
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
            differences: compare(older.0, newer.0),
            older: Version { hash: older.1, origin: origin(older.0) },
            newer: Version { hash: newer.1, origin: origin(newer.0) },
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_name, older, newer, differences } = self;
        write!(f, "`{type_name}` is defined twice: before as {older}, now as {newer}")?;
        match Difference::in_words(differences, type_name.as_str()) {
            words if words.is_empty() => Ok(()),
            words => write!(f, "; {words}"),
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
        // Text that is no file has the name of the interface in its place.
        Some(source) if TypeName::parse(&source.file).is_ok() => "given as text".to_owned(),
        Some(source) => source.file.to_string(),
        None => "described without text".to_owned(),
    }
}
