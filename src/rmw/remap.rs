//! [`RemapRule`]: `from:=to`, as on the command line of a ROS node.

use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

use super::names;

/// One rule that gives nodes, namespaces, topics and services other names.
///
/// ```
/// use ros_z_dynamic::rmw::RemapRule;
/// let rule: RemapRule = "chatter:=/robot1/talk".parse()?;
/// assert_eq!(rule.topic("/chatter", "talker", "/")?.as_deref(), Some("/robot1/talk"));
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemapRule {
    /// The only node that the rule is for, by its name.
    node: Option<String>,
    from: Subject,
    to: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    NodeName,
    Namespace,
    Name(String),
}

impl RemapRule {
    /// The other name of the node, if the rule gives it one.
    #[must_use]
    pub fn node_name(&self, node_name: &str) -> Option<&str> {
        (self.from == Subject::NodeName && self.is_for(node_name)).then_some(&*self.to)
    }

    /// The other namespace of the node, if the rule gives it one.
    #[must_use]
    pub fn namespace(&self, node_name: &str) -> Option<&str> {
        (self.from == Subject::Namespace && self.is_for(node_name)).then_some(&*self.to)
    }

    /// The other fully qualified name of a topic or service, if the rule gives it one.
    pub fn topic(&self, name: &str, node_name: &str, namespace: &str) -> Result<Option<String>> {
        match &self.from {
            Subject::Name(from)
                if self.is_for(node_name) && names::expand(from, node_name, namespace)? == name =>
            {
                names::expand(&self.to, node_name, namespace).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn is_for(&self, node_name: &str) -> bool {
        self.node.as_ref().is_none_or(|node| node == node_name)
    }
}

impl FromStr for RemapRule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |complaint: &str| {
            Error::new(ErrorKind::Argument, format!("`{text}` is not a remap rule: {complaint}"))
        };
        let (from, to) = text.split_once(":=").ok_or_else(|| bad("expected `from:=to`"))?;
        let (node, from) = match from.split_once(':') {
            Some((node, from)) => (Some(node), from),
            None => (None, from),
        };
        if let Some(node) = node {
            names::check_node_name(node).map_err(|e| bad(e.message()))?;
        }
        let (from, checked) = match from {
            "__node" | "__name" => (Subject::NodeName, names::check_node_name(to)),
            "__ns" => (Subject::Namespace, names::namespace(to).map(drop)),
            name => {
                let both = names::expand(name, "node", "/").and_then(|_| names::expand(to, "node", "/"));
                (Subject::Name(name.to_owned()), both.map(drop))
            }
        };
        checked.map_err(|e| bad(e.message()))?;
        Ok(Self { node: node.map(str::to_owned), from, to: to.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_compared_after_expansion() {
        for (rule, name, expected) in [
            ("chatter:=talk", "/robot1/chatter", Some("/robot1/talk")),
            ("chatter:=/talk", "/robot1/chatter", Some("/talk")),
            ("/chatter:=talk", "/robot1/chatter", None),
            ("~/status:=/all/status", "/robot1/nav/status", Some("/all/status")),
            ("nav:chatter:=talk", "/robot1/chatter", Some("/robot1/talk")),
            ("other:chatter:=talk", "/robot1/chatter", None),
            ("__ns:=/x", "/robot1/__ns", None),
        ] {
            let rule: RemapRule = rule.parse().unwrap();
            assert_eq!(rule.topic(name, "nav", "/robot1").unwrap().as_deref(), expected, "{rule:?}");
        }
    }

    #[test]
    fn nodes_and_namespaces() {
        let rule: RemapRule = "__node:=pilot".parse().unwrap();
        assert_eq!((rule.node_name("nav"), rule.namespace("nav")), (Some("pilot"), None));
        let rule: RemapRule = "nav:__ns:=/robot2".parse().unwrap();
        assert_eq!((rule.namespace("nav"), rule.namespace("other")), (Some("/robot2"), None));
    }

    #[test]
    fn nonsense_is_refused_with_the_text_in_it() {
        for text in ["", "a", "a=b", ":=b", "a:=", "a b:=c", "__node:=a/b", "__ns:=a//b", "x y:a:=b", "**:=a"]
        {
            let error = text.parse::<RemapRule>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument, "{text}");
            assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
        }
    }
}
