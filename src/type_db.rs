//! The built-in standard interfaces, embedded as text and parsed one by one when they are first asked for.
//!
//! Used by the [`registry`](crate::registry), which asks here last.
//!
//! ```
//! use ros_z_dynamic::{schema::TypeName, type_db};
//! let types = type_db::find(&TypeName::parse("std_srvs/srv/SetBool_Request")?).unwrap();
//! assert_eq!(types[0].type_name.as_str(), "std_srvs/srv/SetBool");
//! assert_eq!(type_db::names().count(), 235);
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

use std::sync::Arc;

use once_cell::sync::OnceCell;

use crate::idl::{Format, parse};
use crate::schema::{Definition, TypeName, expand};

/// Name and text of each file of `type_db/`, sorted by name.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/type_db.rs"));

/// What each file defines, at the same index as in [`FILES`].
static PARSED: OnceCell<Vec<OnceCell<Vec<Arc<Definition>>>>> = OnceCell::new();

/// Names of all built-in interfaces, sorted, `pkg/msg/Name`. Nothing is parsed for it.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|&(name, _)| name)
}

/// All types of the built-in interface that defines `type_name`, itself or as one of its derived types.
#[must_use]
pub fn find(type_name: &TypeName) -> Option<&'static [Arc<Definition>]> {
    // `A_SendGoal_Request` is defined by `A`: take suffixes off until there is a file.
    let mut interface = type_name.as_str();
    let index = loop {
        match FILES.binary_search_by_key(&interface, |&(name, _)| name) {
            Ok(index) => break index,
            Err(_) => interface = interface.rsplit_once('_').filter(|(stem, _)| stem.contains('/'))?.0,
        }
    };
    let all = PARSED.get_or_init(|| vec![OnceCell::new(); FILES.len()]);
    let types = all[index].get_or_init(|| load(index));
    types.iter().any(|definition| definition.type_name == *type_name).then_some(types.as_slice())
}

/// Parses one file. That every file parses is a test's business: here a broken one defines nothing.
fn load(index: usize) -> Vec<Arc<Definition>> {
    let (name, text) = FILES[index];
    let parsed = TypeName::parse(name).and_then(|type_name| {
        let format = Format::parse(type_name.namespace())?;
        parse(&type_name, text, format, &format!("type_db/{name}.{}", format.as_str()))
    });
    parsed.map(|interface| expand(interface).into_iter().map(Arc::new).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_is_found_by_each_of_its_types() {
        for name in names() {
            let types =
                find(&TypeName::parse(name).unwrap()).unwrap_or_else(|| panic!("{name} does not parse"));
            for definition in types {
                assert!(
                    std::ptr::eq(find(&definition.type_name).unwrap(), types),
                    "{}",
                    definition.type_name
                );
            }
        }
    }

    #[test]
    fn names_without_a_file_are_not_found() {
        for name in ["std_msgs/msg/Strin", "std_msgs/msg/String_", "std_srvs/srv/SetBool_Goal", "a_b/msg/C"] {
            assert!(find(&TypeName::parse(name).unwrap()).is_none(), "{name}");
        }
    }
}
