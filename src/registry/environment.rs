//! What the environment says about types, for the command and for Python: where to search, and which distribution.

use std::env;
use std::path::PathBuf;

use super::Registry;
use crate::type_db::Distro;

/// The variables that list places to search, in the order in which they are searched.
const SEARCH_PATHS: [&str; 2] = ["ROS_Z_TYPE_PATH", "AMENT_PREFIX_PATH"];

/// The distribution that `ROS_DISTRO` names; Jazzy where it names none. Where it names one that is not known, the second
/// value says so.
#[must_use]
pub fn distro_of_environment() -> (Distro, Option<String>) {
    let text = env::var_os("ROS_DISTRO").map(|text| text.to_string_lossy().trim().to_owned());
    let used = Distro::default();
    match text.filter(|text| !text.is_empty()).map(|text| text.parse::<Distro>()) {
        None => (used, None),
        Some(Ok(distro)) => (distro, None),
        Some(Err(error)) => {
            (used, Some(format!("ROS_DISTRO: {error}; the built-in types are those of {used}")))
        }
    }
}

impl Registry {
    /// A registry that searches `places`, then those of `ROS_Z_TYPE_PATH` and `AMENT_PREFIX_PATH`, and whose built-in
    /// types are those of `ROS_DISTRO`. Where that is not a distribution that is known, the second value says so, and
    /// the built-in types are those of Jazzy.
    #[must_use]
    pub fn of_environment(places: impl IntoIterator<Item = PathBuf>) -> (Self, Option<String>) {
        let (distro, complaint) = distro_of_environment();
        let of_variable = |name| {
            let places = env::var_os(name).unwrap_or_default();
            env::split_paths(&places).filter(|place| !place.as_os_str().is_empty()).collect::<Vec<_>>()
        };
        let registry = Self::of_distro(distro);
        registry.set_search_path(
            places.into_iter().chain(SEARCH_PATHS.into_iter().flat_map(of_variable)).collect(),
        );
        (registry, complaint)
    }
}
