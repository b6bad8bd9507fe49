//! The built-in types by hash.

use std::collections::HashMap;
use std::sync::Arc;

use once_cell::sync::Lazy;

use super::closure;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Definition, TypeDescription, TypeHash, TypeName};
use crate::type_db;

/// The built-in description with this hash. The first call parses all built-in types.
pub(super) fn find_by_hash(hash: &TypeHash) -> Option<Arc<TypeDescription>> {
    static BY_HASH: Lazy<HashMap<TypeHash, Arc<TypeDescription>>> = Lazy::new(|| {
        let described = type_db::definitions().flatten().filter_map(|definition| {
            let description = closure::describe(&definition, find).ok()?;
            Some((TypeHash::of(&description).ok()?, Arc::new(description)))
        });
        described.collect()
    });
    BY_HASH.get(hash).cloned()
}

fn find(name: &TypeName) -> Result<Arc<Definition>> {
    let missing = || Error::new(ErrorKind::UnknownType, format!("`{name}` is not built in"));
    type_db::find(name)?.ok_or_else(missing)
}
