//! The standard interfaces, embedded as text and parsed on first use.
//!
//! The registry answers from here when nothing that was loaded has a name. Nothing is parsed at start-up: each
//! file is read when one of its types, declared or derived, is first asked for.
//!
//! ```
//! use ros_z_dynamic::schema::TypeName;
//! use ros_z_dynamic::type_db;
//! let request = TypeName::parse("std_srvs/srv/SetBool_Request")?;
//! let Some(found) = type_db::find(&request)? else { return Ok(()) };
//! assert_eq!(found.description.fields[0].name, "data");
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

use std::sync::Arc;

use once_cell::sync::{Lazy, OnceCell};

use crate::error::Result;
use crate::idl::{Format, parse};
use crate::schema::{Definition, TypeName, expand};

/// Name and text of every embedded interface file, sorted by name.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/type_db.rs"));

/// The types of each file, beside [`FILES`].
static TYPES: Lazy<Vec<OnceCell<Vec<Arc<Definition>>>>> =
    Lazy::new(|| FILES.iter().map(|_| OnceCell::new()).collect());

/// The definition of a standard type, or of one derived from a standard service or action; `None` when there
/// is no such type. It errors only if an embedded file is broken.
pub fn find(type_name: &TypeName) -> Result<Option<Arc<Definition>>> {
    let Some(types) = file_of(type_name).map(types).transpose()? else { return Ok(None) };
    Ok(types.iter().find(|definition| definition.type_name == *type_name).cloned())
}

/// The names of the embedded interfaces, sorted, without the types derived from services and actions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// Every standard type, derived ones included. Parses all files that were not parsed before.
pub fn definitions() -> impl Iterator<Item = Result<Arc<Definition>>> {
    (0..FILES.len()).map(types).flat_map(|types| match types {
        Ok(types) => types.iter().cloned().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    })
}

/// The packages of the embedded interfaces, sorted.
#[must_use]
pub fn packages() -> Vec<&'static str> {
    let mut packages: Vec<_> = names().filter_map(|name| Some(name.split_once('/')?.0)).collect();
    packages.dedup();
    packages
}

/// The file that declares a type, itself or as a derived one.
fn file_of(type_name: &TypeName) -> Option<usize> {
    let position = |name: TypeName| FILES.binary_search_by_key(&name.as_str(), |(name, _)| name).ok();
    type_name.interfaces().find_map(position)
}

fn types(index: usize) -> Result<&'static [Arc<Definition>]> {
    let (Some((name, text)), Some(cell)) = (FILES.get(index), TYPES.get(index)) else { return Ok(&[]) };
    let types = cell.get_or_try_init(|| {
        let name = TypeName::parse(name)?;
        let format = Format::from_extension(name.namespace()).unwrap_or(Format::Msg);
        let file = format!("{name}.{}", format.as_str());
        let types = expand(parse(&name, text, format, &file)?);
        Ok::<_, crate::Error>(types.into_iter().map(Arc::new).collect())
    })?;
    Ok(types)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_declares_its_name() {
        assert_eq!(names().count(), 235);
        for name in names() {
            let type_name = TypeName::parse(name).unwrap();
            let definition = find(&type_name).unwrap().unwrap();
            assert_eq!(definition.description.type_name, name);
        }
        assert_eq!(packages().len(), 24);
    }

    #[test]
    fn derived_types_are_found_through_their_file_and_others_are_not() {
        let find = |name: &str| find(&TypeName::parse(name).unwrap()).unwrap();
        for name in ["tf2_msgs/action/LookupTransform_SendGoal_Event", "std_srvs/srv/Empty_Response"] {
            assert_eq!(find(name).unwrap().type_name.as_str(), name);
        }
        for name in ["std_msgs/msg/Strin", "std_msgs/msg/String_Request", "std_srvs/srv/Empty_X", "a_b/msg/C"]
        {
            assert!(find(name).is_none(), "{name}");
        }
    }
}
