//! Names of nodes, namespaces, topics and services: which are valid, and what a short one expands to.
//!
//! The rules are those of `rcl` and `rmw`. A name that ROS would refuse is refused here, in one sentence with
//! the name in it, before anything is declared under it.
//!
//! ```
//! use ros_z_dynamic::rmw::names;
//! assert_eq!(names::expand("chatter", "talker", "/robot1")?, "/robot1/chatter");
//! assert!(names::expand("2nd", "talker", "/").is_err());
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

use crate::error::{Error, ErrorKind, Result};

const NODE_NAME_LENGTH: usize = 255;
const NAMESPACE_LENGTH: usize = 245;
const TOPIC_LENGTH: usize = 247;

/// Whether `name` can be a node's name: letters, digits and underscores, not starting with a digit.
pub fn check_node_name(name: &str) -> Result<()> {
    let complaint = if name.is_empty() {
        Some("is empty".to_owned())
    } else if let Some(bad) = unexpected(name, "") {
        Some(format!("holds {bad:?}; only letters, digits and `_` may stand in it"))
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        Some("starts with a digit".to_owned())
    } else {
        too_long(name, NODE_NAME_LENGTH)
    };
    complaint.map_or(Ok(()), |complaint| Err(bad_name("node name", name, &complaint)))
}

/// The namespace as an absolute name: `""` is `/`, `robot1` is `/robot1`.
pub fn namespace(namespace: &str) -> Result<String> {
    absolute("namespace", namespace)
}

/// The enclave as an absolute name; the rules are a namespace's.
pub fn enclave(enclave: &str) -> Result<String> {
    absolute("enclave", enclave)
}

fn absolute(what: &str, name: &str) -> Result<String> {
    let full = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
    if full != "/" {
        check_full_name(what, &full, NAMESPACE_LENGTH)?;
    }
    Ok(full)
}

/// The node's name with its namespace before it.
#[must_use]
pub fn qualified(namespace: &str, name: &str) -> String {
    if namespace.ends_with('/') { format!("{namespace}{name}") } else { format!("{namespace}/{name}") }
}

/// The fully qualified name of a topic or service, as the node `node_name` in `namespace` means `name`.
///
/// Relative names stand in the namespace, `~` is the node itself, `{node}`, `{ns}` and `{namespace}` are
/// filled in.
pub fn expand(name: &str, node_name: &str, namespace: &str) -> Result<String> {
    let refuse = |complaint: &str| Err(bad_name("topic name", name, complaint));
    if name.is_empty() {
        return refuse("is empty");
    }
    if let Some(bad) = unexpected(name, "/~{}") {
        return refuse(&format!("holds {bad:?}; only letters, digits, `_` and `/` may stand in it"));
    }
    let node = qualified(namespace, node_name);
    let with_node = match name.strip_prefix('~') {
        Some("") => node,
        Some(rest) if rest.starts_with('/') => format!("{node}{rest}"),
        Some(_) => return refuse("needs a `/` after its `~`"),
        None => name.to_owned(),
    };
    if with_node.contains('~') {
        return refuse("has a `~` that is not its first character");
    }
    let filled =
        with_node.replace("{node}", node_name).replace("{namespace}", namespace).replace("{ns}", namespace);
    if filled.contains(['{', '}']) {
        return refuse("has braces around something else than `node`, `ns` or `namespace`");
    }
    let full = if filled.starts_with('/') { filled } else { qualified(namespace, &filled) };
    check_full_name("topic name", &full, TOPIC_LENGTH)?;
    Ok(full)
}

fn check_full_name(what: &str, name: &str, limit: usize) -> Result<()> {
    let complaint = if let Some(bad) = unexpected(name, "/") {
        Some(format!("holds {bad:?}; only letters, digits, `_` and `/` may stand in it"))
    } else if name.contains("//") {
        Some("holds two slashes in a row".to_owned())
    } else if name.ends_with('/') {
        Some("ends with a slash".to_owned())
    } else if name.split('/').any(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
        Some("has a part that starts with a digit".to_owned())
    } else {
        too_long(name, limit)
    };
    complaint.map_or(Ok(()), |complaint| Err(bad_name(what, name, &complaint)))
}

fn unexpected(name: &str, also: &str) -> Option<char> {
    name.chars().find(|&c| !(c.is_ascii_alphanumeric() || c == '_' || also.contains(c)))
}

fn too_long(name: &str, limit: usize) -> Option<String> {
    (name.len() > limit).then(|| format!("has {} characters, {limit} are allowed", name.len()))
}

fn bad_name(what: &str, name: &str, complaint: &str) -> Error {
    Error::new(ErrorKind::Name, format!("the {what} `{name}` {complaint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_expand_as_in_ros() {
        for (name, namespace, expected) in [
            ("chatter", "/", "/chatter"),
            ("chatter", "/robot1", "/robot1/chatter"),
            ("/chatter", "/robot1", "/chatter"),
            ("a/b", "/robot1/arm", "/robot1/arm/a/b"),
            ("~", "/robot1", "/robot1/nav"),
            ("~/status", "/", "/nav/status"),
            ("~/status", "/robot1", "/robot1/nav/status"),
            ("{node}/x", "/robot1", "/robot1/nav/x"),
            ("{ns}/x", "/robot1", "/robot1/x"),
            ("/other/{node}", "/robot1", "/other/nav"),
            ("_hidden", "/", "/_hidden"),
        ] {
            assert_eq!(expand(name, "nav", namespace).unwrap(), expected, "{name} in {namespace}");
        }
    }

    #[test]
    fn names_that_ros_refuses_are_refused_with_the_reason() {
        let long = "a".repeat(300);
        for (name, reason) in [
            ("", "is empty"),
            ("/", "ends with a slash"),
            ("chatter/", "ends with a slash"),
            ("a//b", "two slashes"),
            ("2nd", "starts with a digit"),
            ("a/2nd", "starts with a digit"),
            ("a b", "holds ' '"),
            ("a%b", "holds '%'"),
            ("a*", "holds '*'"),
            ("č", "holds 'č'"),
            ("~x", "needs a `/`"),
            ("a/~", "not its first"),
            ("{host}/x", "braces"),
            ("{node", "braces"),
            (&long, "300 characters, 247 are allowed"),
        ] {
            let error = expand(name, "nav", "/").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Name, "{name}");
            let said = error.to_string().replace("301", "300");
            assert!(said.contains(reason), "{name}: {said}");
        }
    }

    #[test]
    fn node_names_and_namespaces() {
        for good in ["talker", "_x", "Node_2"] {
            check_node_name(good).unwrap();
        }
        for bad in ["", "2x", "a/b", "a-b", "a.b", &"n".repeat(256)] {
            assert_eq!(check_node_name(bad).unwrap_err().kind(), ErrorKind::Name, "{bad}");
        }
        for (given, full) in [("", "/"), ("/", "/"), ("robot1", "/robot1"), ("/a/b", "/a/b")] {
            assert_eq!(namespace(given).unwrap(), full);
            assert_eq!(enclave(given).unwrap(), full);
        }
        for bad in ["/a/", "//", "a//b", "/1a", "a b", "~"] {
            assert!(namespace(bad).unwrap_err().to_string().starts_with("the namespace `"), "{bad}");
        }
        assert_eq!(qualified("/", "n"), "/n");
        assert_eq!(qualified("/robot1", "n"), "/robot1/n");
    }
}
