//! The standard interfaces, embedded as text and parsed on first use.
//!
//! The registry answers from here when nothing that was loaded has a name. Nothing is parsed at start-up: each
//! file is read when one of its types, declared or derived, is first asked for. The files are those of Jazzy; where
//! another [`Distro`] differs, it has a layer with its own files above them. A type that a distribution does not
//! have yet, or no longer, and that Jazzy has, is known nevertheless.
//!
//! ```
//! use ros_z_dynamic::schema::TypeName;
//! use ros_z_dynamic::type_db::{self, Distro};
//! let request = TypeName::parse("std_srvs/srv/SetBool_Request")?;
//! let Some(found) = type_db::find(Distro::Jazzy, &request)? else { return Ok(()) };
//! assert_eq!(found.description.fields[0].name, "data");
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod distro;

use std::collections::BTreeSet;
use std::sync::Arc;

use once_cell::sync::{Lazy, OnceCell};

use crate::error::Result;
use crate::idl::{Format, parse};
use crate::schema::{Definition, TypeName, expand};

pub use distro::Distro;

/// Layer, name and text of every embedded interface file, sorted by layer and name.
static FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/type_db.rs"));

/// The types of each file, beside [`FILES`].
static TYPES: Lazy<Vec<OnceCell<Vec<Arc<Definition>>>>> =
    Lazy::new(|| FILES.iter().map(|_| OnceCell::new()).collect());

/// The definition of a standard type, or of one derived from a standard service or action; `None` when there
/// is no such type. It errors only if an embedded file is broken.
pub fn find(distro: Distro, type_name: &TypeName) -> Result<Option<Arc<Definition>>> {
    let Some(types) = file_of(distro, type_name).map(types).transpose()? else { return Ok(None) };
    Ok(types.iter().find(|definition| definition.type_name == *type_name).cloned())
}

/// The names of the embedded interfaces of a distribution, sorted, without the types derived from services and
/// actions.
pub fn names(distro: Distro) -> impl Iterator<Item = &'static str> {
    let layers: Vec<_> = distro.layers().collect();
    let of_distro =
        move |(layer, name, _): &(&str, &'static str, &str)| layers.contains(layer).then_some(*name);
    FILES.iter().filter_map(of_distro).collect::<BTreeSet<_>>().into_iter()
}

/// Every standard type of a distribution, derived ones included. Parses all files that were not parsed before.
pub fn definitions(distro: Distro) -> impl Iterator<Item = Result<Arc<Definition>>> {
    let files = names(distro).filter_map(move |name| position(distro, name));
    files.map(types).flat_map(|types| match types {
        Ok(types) => types.iter().cloned().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    })
}

/// The packages of the embedded interfaces, sorted.
#[must_use]
pub fn packages(distro: Distro) -> Vec<&'static str> {
    let mut packages: Vec<_> = names(distro).filter_map(|name| Some(name.split_once('/')?.0)).collect();
    packages.dedup();
    packages
}

/// The file that declares a type, itself or as a derived one.
fn file_of(distro: Distro, type_name: &TypeName) -> Option<usize> {
    type_name.interfaces().find_map(|name| position(distro, name.as_str()))
}

/// The file of an interface in the first layer that has one.
fn position(distro: Distro, name: &str) -> Option<usize> {
    let position =
        |layer| FILES.binary_search_by_key(&(layer, name), |(layer, name, _)| (*layer, *name)).ok();
    distro.layers().find_map(position)
}

fn types(index: usize) -> Result<&'static [Arc<Definition>]> {
    let (Some((layer, name, text)), Some(cell)) = (FILES.get(index), TYPES.get(index)) else {
        return Ok(&[]);
    };
    let types = cell.get_or_try_init(|| {
        let name = TypeName::parse(name)?;
        let format = Format::from_extension(name.namespace()).unwrap_or(Format::Msg);
        let layer = if layer.is_empty() { String::new() } else { format!(" of {layer}") };
        let file = format!("built-in{layer} {name}.{}", format.as_str());
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
        for (distro, files) in
            [(Distro::Humble, 235), (Distro::Jazzy, 235), (Distro::Kilted, 236), (Distro::Lyrical, 248)]
        {
            assert_eq!(names(distro).count(), files, "{distro}");
            for name in names(distro) {
                let type_name = TypeName::parse(name).unwrap();
                let definition = find(distro, &type_name).unwrap().unwrap();
                assert_eq!(definition.description.type_name, name);
            }
        }
        assert_eq!(packages(Distro::Jazzy).len(), 24);
    }

    #[test]
    fn every_variant_differs_from_what_it_lies_above() {
        for (layer, name, _) in FILES.iter().filter(|(layer, ..)| !layer.is_empty()) {
            let distro: Distro = layer.parse().unwrap();
            let type_name = TypeName::parse(name).unwrap();
            let below = distro.layers().skip(1).find_map(|layer| {
                FILES.binary_search_by_key(&(layer, *name), |(layer, name, _)| (*layer, *name)).ok()
            });
            let own = find(distro, &type_name).unwrap().unwrap();
            if let Some(below) = below {
                assert!(!types(below).unwrap()[0].same_type(&own), "{layer}: {name}");
            }
        }
    }

    #[test]
    fn derived_types_are_found_through_their_file_and_others_are_not() {
        let find = |name: &str| find(Distro::Jazzy, &TypeName::parse(name).unwrap()).unwrap();
        for name in ["tf2_msgs/action/LookupTransform_SendGoal_Event", "std_srvs/srv/Empty_Response"] {
            assert_eq!(find(name).unwrap().type_name.as_str(), name);
        }
        for name in ["std_msgs/msg/Strin", "std_msgs/msg/String_Request", "std_srvs/srv/Empty_X", "a_b/msg/C"]
        {
            assert!(find(name).is_none(), "{name}");
        }
    }
}
