//! The built-in types by hash, those of every distribution.

use std::sync::Arc;

use indexmap::IndexMap;
use once_cell::sync::Lazy;

use super::closure;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Definition, TypeDescription, TypeHash, TypeName};
use crate::type_db::{self, Distro};

/// Every built-in description, those of Jazzy first. The first use parses all built-in types.
static BY_HASH: Lazy<IndexMap<TypeHash, Arc<TypeDescription>>> = Lazy::new(|| {
    let mut by_hash = IndexMap::new();
    let others = Distro::ALL.into_iter().filter(|distro| *distro != Distro::default());
    for distro in std::iter::once(Distro::default()).chain(others) {
        for definition in type_db::definitions(distro).flatten() {
            let Ok(description) = closure::describe(&definition, |name| find(distro, name)) else { continue };
            let Ok(hash) = TypeHash::of(&description) else { continue };
            by_hash.entry(hash).or_insert_with(|| Arc::new(description));
        }
    }
    by_hash
});

/// The built-in description with this hash.
pub(super) fn find_by_hash(hash: &TypeHash) -> Option<Arc<TypeDescription>> {
    BY_HASH.get(hash).cloned()
}

/// The hashes of all built-in types of that name.
pub(super) fn hashes(name: &TypeName) -> impl Iterator<Item = TypeHash> {
    BY_HASH.iter().filter(|(_, description)| description.type_name() == name.as_str()).map(|(hash, _)| *hash)
}

fn find(distro: Distro, name: &TypeName) -> Result<Arc<Definition>> {
    let missing = || Error::new(ErrorKind::UnknownType, format!("`{name}` is not built in"));
    type_db::find(distro, name)?.ok_or_else(missing)
}
