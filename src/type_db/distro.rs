//! [`Distro`]: a ROS 2 distribution, whose standard interfaces may differ from those of the others.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// A distribution of ROS 2 whose standard interfaces are known, in the order of their release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distro {
    /// 2022
    Humble,
    /// 2023
    Iron,
    /// 2024; where nothing else is said
    #[default]
    Jazzy,
    /// 2025
    Kilted,
    /// 2026; also what `rolling` means
    Lyrical,
}

impl Distro {
    /// Every distribution, in the order of their release.
    pub const ALL: [Self; 5] = [Self::Humble, Self::Iron, Self::Jazzy, Self::Kilted, Self::Lyrical];

    /// The name as `ROS_DISTRO` has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Humble => "humble",
            Self::Iron => "iron",
            Self::Jazzy => "jazzy",
            Self::Kilted => "kilted",
            Self::Lyrical => "lyrical",
        }
    }

    /// Whether its nodes have type hashes in their keys; those of Humble do not.
    #[must_use]
    pub fn has_type_hashes(self) -> bool {
        self > Self::Humble
    }

    /// The layers of `type_db` in which an interface of this distribution is looked for, the base last. What Iron
    /// changed against Jazzy holds for Humble too, unless Humble has its own; what Kilted changed holds for Lyrical.
    pub(super) fn layers(self) -> impl Iterator<Item = &'static str> {
        let jazzy = Self::default();
        let is_between = move |other: &Self| match self < jazzy {
            true => (self..jazzy).contains(other),
            false => jazzy < *other && *other <= self,
        };
        let mut between: Vec<Self> = Self::ALL.into_iter().filter(is_between).collect();
        if self > jazzy {
            between.reverse();
        }
        between.into_iter().map(Self::as_str).chain([""])
    }
}

impl fmt::Display for Distro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Distro {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "rolling" {
            return Ok(Self::Lyrical);
        }
        Self::ALL.into_iter().find(|distro| distro.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            let message = format!("`{text}` is not a known ROS distribution; known are {known} and rolling");
            Error::new(ErrorKind::Argument, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_lead_to_the_base() {
        let table: [(Distro, &[&str]); 5] = [
            (Distro::Humble, &["humble", "iron", ""]),
            (Distro::Iron, &["iron", ""]),
            (Distro::Jazzy, &[""]),
            (Distro::Kilted, &["kilted", ""]),
            (Distro::Lyrical, &["lyrical", "kilted", ""]),
        ];
        for (distro, layers) in table {
            assert_eq!(distro.layers().collect::<Vec<_>>(), layers, "{distro}");
            assert_eq!(distro.as_str().parse::<Distro>().unwrap(), distro);
        }
    }

    #[test]
    fn other_names_are_refused_with_those_that_are_known() {
        assert_eq!("rolling".parse::<Distro>().unwrap(), Distro::Lyrical);
        let error = "foxy".parse::<Distro>().unwrap_err().to_string();
        let known = "humble, iron, jazzy, kilted, lyrical and rolling";
        assert_eq!(error, format!("`foxy` is not a known ROS distribution; known are {known}"));
    }
}
