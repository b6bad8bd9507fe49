//! [`diff`]: what differs between two types, field by field, and in the types that both refer to.

use crate::registry::{Difference, compare_types};
use crate::schema::Definition;

use super::Schema;

/// What differs between two types and the message types that both refer to; nothing where they are the same. Comments do
/// not count, nor constants where a type is known from its description alone, which has none.
#[must_use]
pub fn diff(before: &Schema, after: &Schema) -> Vec<Difference> {
    compare_types(&definitions(before), &definitions(after))
}

fn definitions(schema: &Schema) -> Vec<&Definition> {
    schema.definitions.iter().map(AsRef::as_ref).collect()
}
