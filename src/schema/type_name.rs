//! [`TypeName`]: the full name of a type, in ROS and in DDS spelling.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The middle part of a type name, in the order in which a short spelling is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InterfaceNamespace {
    /// `pkg/msg/Name`
    Msg,
    /// `pkg/srv/Name`
    Srv,
    /// `pkg/action/Name`
    Action,
}

impl InterfaceNamespace {
    /// All three, messages first.
    pub const ALL: [Self; 3] = [Self::Msg, Self::Srv, Self::Action];

    /// `msg`, `srv` or `action`: the namespace, the folder, and the file extension.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Msg => "msg",
            Self::Srv => "srv",
            Self::Action => "action",
        }
    }
}

/// The full name of a type, `pkg/msg/Name`; cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TypeName(Arc<str>);

impl TypeName {
    /// The name `package/namespace/name`; errors when a part is not an identifier.
    pub fn new(package: &str, namespace: &str, name: &str) -> Result<Self> {
        let full = format!("{package}/{namespace}/{name}");
        if [package, namespace, name].iter().all(|part| is_identifier(part)) {
            Ok(Self(full.into()))
        } else {
            Err(bad_name(&full))
        }
    }

    /// Reads any spelling: `pkg/msg/Name`, `pkg/Name` (a message), `pkg.msg.Name`, `pkg::msg::Name`,
    /// `pkg::msg::dds_::Name_`.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(Self::candidates(text)?.swap_remove(0))
    }

    /// The full names that a spelling can mean, likeliest first: one, or three when it names no namespace.
    pub fn candidates(text: &str) -> Result<Vec<Self>> {
        let slashed = text.trim().replace("::", "/").replace('.', "/");
        let parts: Vec<&str> = slashed.split('/').collect();
        match parts[..] {
            [package, name] => InterfaceNamespace::ALL
                .iter()
                .map(|namespace| Self::new(package, namespace.as_str(), name).map_err(|_| bad_name(text)))
                .collect(),
            [package, namespace, name] => {
                Ok(vec![Self::new(package, namespace, name).map_err(|_| bad_name(text))?])
            }
            [package, namespace, "dds_", name] => {
                let name = name.strip_suffix('_').ok_or_else(|| bad_name(text))?;
                Ok(vec![Self::new(package, namespace, name).map_err(|_| bad_name(text))?])
            }
            _ => Err(bad_name(text)),
        }
    }

    /// `pkg/msg/Name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The package, `pkg`.
    #[must_use]
    pub fn package(&self) -> &str {
        self.parts().0
    }

    /// The namespace: `msg`, `srv` or `action`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.parts().1
    }

    /// The last part, `Name`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parts().2
    }

    /// The DDS spelling in keys and tokens, `pkg::msg::dds_::Name_`.
    #[must_use]
    pub fn dds(&self) -> String {
        let (package, namespace, name) = self.parts();
        format!("{package}::{namespace}::dds_::{name}_")
    }

    /// The name of a type derived from this one, `pkg/srv/Name` + suffix `Request` = `pkg/srv/Name_Request`.
    #[must_use]
    pub fn derived(&self, suffix: &str) -> Self {
        Self(format!("{}_{suffix}", self.0).into())
    }

    /// The interfaces that can declare this type, likeliest first: itself, then those that it can be derived
    /// from, `pkg/srv/Name` for `pkg/srv/Name_Request`.
    pub fn interfaces(&self) -> impl Iterator<Item = Self> {
        let start = self.0.len() - self.name().len();
        let stems = self.0.match_indices('_').rev().map(|(at, _)| at).filter(move |at| *at > start);
        std::iter::once(self.clone()).chain(stems.filter_map(|at| Some(Self(self.0.get(..at)?.into()))))
    }

    fn parts(&self) -> (&str, &str, &str) {
        let (package, rest) = self.0.split_once('/').unwrap_or((&self.0, ""));
        let (namespace, name) = rest.split_once('/').unwrap_or((rest, ""));
        (package, namespace, name)
    }
}

fn is_identifier(part: &str) -> bool {
    let mut bytes = part.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn bad_name(text: &str) -> Error {
    Error::new(ErrorKind::Name, format!("`{text}` is not a type name; expected `package/msg/Name`"))
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl AsRef<str> for TypeName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for TypeName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<TypeName> for String {
    fn from(name: TypeName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl TryFrom<String> for TypeName {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_means_the_same_name() {
        let spellings = [
            "sensor_msgs/msg/Imu",
            "sensor_msgs/Imu",
            "sensor_msgs.msg.Imu",
            "sensor_msgs::msg::Imu",
            "sensor_msgs::msg::dds_::Imu_",
            " sensor_msgs/msg/Imu ",
        ];
        for spelling in spellings {
            let name = TypeName::parse(spelling).unwrap();
            assert_eq!(name.as_str(), "sensor_msgs/msg/Imu", "{spelling}");
            assert_eq!(name.dds(), "sensor_msgs::msg::dds_::Imu_");
        }
    }

    #[test]
    fn nonsense_is_refused_with_the_text_in_it() {
        for text in
            ["", "Imu", "a/b/c/d", "a//b", "sensor_msgs/msg/", "s p/msg/X", "p::msg::dds_::X", "p/msg/é"]
        {
            let error = TypeName::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Name, "{text}");
            assert!(error.to_string().contains(&format!("`{text}`")));
        }
    }

    #[test]
    fn parts_and_derived_names() {
        let name = TypeName::new("pkg", "action", "Fib").unwrap();
        assert_eq!((name.package(), name.namespace(), name.name()), ("pkg", "action", "Fib"));
        let derived = name.derived("SendGoal").derived("Request");
        assert_eq!(derived.as_str(), "pkg/action/Fib_SendGoal_Request");
        let interfaces: Vec<_> = derived.interfaces().map(|name| name.name().to_owned()).collect();
        assert_eq!(interfaces, ["Fib_SendGoal_Request", "Fib_SendGoal", "Fib"]);
    }
}
