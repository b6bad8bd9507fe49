//! Values of parameters as YAML, and the files in which ROS keeps them.
//!
//! ```yaml
//! /robot1/driver:
//!   ros__parameters:
//!     speed: 0.5
//!     wheels:
//!       count: 4
//! ```
//!
//! Names of nodes may have `*` for one part and `**` for any number of them; namespaces may be mappings around those of
//! nodes. Words are read as the nodes of ROS read them: `yes` and `on` are true, `010` is 8 and `nan` a double
//! where they are not in quotes. Names are texts as they are written.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::value::{Parameter, ParameterValue};
use super::yaml_scalar::Word;
use super::yaml_tree::{self, Name, Node, What, Written};
use crate::error::{Error, ErrorKind, Result};

const PARAMETERS: &str = "ros__parameters";

/// The name that every node has in files.
pub(crate) const EVERY_NODE: &str = "/**";

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Argument, message.into())
}

/// What is wrong with a value, and where.
struct Wrong {
    what: String,
    at: usize,
    /// Whether the commands of ROS take it for a text.
    may_be_text: bool,
}

impl Wrong {
    fn new(what: impl Into<String>, at: usize) -> Self {
        Self { what: what.into(), at, may_be_text: false }
    }

    fn or_text(self) -> Self {
        Self { may_be_text: true, ..self }
    }
}

/// The value that somebody typed, as nodes of ROS take it from their arguments.
pub(crate) fn of_text(text: &str) -> Result<ParameterValue> {
    read(text)
        .unwrap_or_else(|| Ok(ParameterValue::String(text.to_owned())))
        .map_err(|wrong| typed(text, &wrong))
}

/// The value that somebody typed, as the commands of ROS take it: null, and lists of several types, are texts.
pub(crate) fn of_command(text: &str) -> Result<ParameterValue> {
    match read(text) {
        Some(Err(wrong)) if !wrong.may_be_text => Err(typed(text, &wrong)),
        Some(Ok(value)) => Ok(value),
        _ => Ok(ParameterValue::String(text.to_owned())),
    }
}

fn typed(text: &str, wrong: &Wrong) -> Error {
    refused(format!("`{text}`: {}", wrong.what))
}

/// `None` for a text with what means something in YAML, such as a colon.
fn read(text: &str) -> Option<Result<ParameterValue, Wrong>> {
    yaml_tree::parse(text).ok().map(|node| of_yaml(&node))
}

fn of_yaml(node: &Node) -> Result<ParameterValue, Wrong> {
    let wrong = |what: String| Wrong::new(what, node.at);
    match &node.what {
        What::Word(Written { text, is_plain: false }) => Ok(ParameterValue::String(text.clone())),
        What::Word(Written { text, .. }) => match Word::of(text) {
            Word::Value(value) => Ok(value),
            Word::TooLarge => Err(wrong(format!("{text} is out of range for int64"))),
            Word::Null => {
                let kind = if text.is_empty() { "an empty text" } else { "the text" };
                let advice = format!("leave it out, or write '{text}' in quotes for {kind}");
                Err(wrong(format!("null is no value of a parameter: {advice}")).or_text())
            }
        },
        What::List(items) => of_list(items, node.at),
        What::Names(_) => Err(wrong("a mapping is no value of a parameter".to_owned())),
        What::Tagged(tag) => Err(wrong(format!("its tag !{tag} is not known"))),
    }
}

/// Lists hold values of one type; integers among doubles are doubles.
fn of_list(items: &[Node], at: usize) -> Result<ParameterValue, Wrong> {
    let values = items.iter().map(of_yaml).collect::<Result<Vec<_>, _>>()?;
    macro_rules! all {
        ($kind:ident, $pattern:pat => $value:expr) => {
            values
                .iter()
                .map(|value| match value {
                    $pattern => Some($value),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>()
                .map(ParameterValue::$kind)
        };
    }
    // An empty list is one of texts, as nothing says otherwise.
    let found = all!(StringArray, ParameterValue::String(text) => text.clone())
        .or_else(|| all!(BoolArray, ParameterValue::Bool(value) => *value))
        .or_else(|| all!(IntegerArray, ParameterValue::Integer(value) => *value))
        .or_else(|| {
            let double = |value: &ParameterValue| match value {
                ParameterValue::Double(value) => Some(*value),
                #[allow(clippy::cast_precision_loss)] // as ROS reads it
                ParameterValue::Integer(value) => Some(*value as f64),
                _ => None,
            };
            values.iter().map(double).collect::<Option<Vec<_>>>().map(ParameterValue::DoubleArray)
        });
    found.ok_or_else(|| Wrong::new("its items are not of one type", at).or_text())
}

/// A file of parameters: for which nodes each is, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterFile {
    nodes: Vec<(String, Vec<Parameter>)>,
}

impl ParameterFile {
    /// Reads a file. Errors name the line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|error| Error::new(ErrorKind::Io, format!("{}: {error}", path.display())))?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads the text of a file, which errors call `name`.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let at = |line: usize, what: &str| refused(format!("{name}:{line}: {what}"));
        let root = yaml_tree::parse(text)
            .map_err(|error| at(error.location().map_or(1, |at| at.line()), &sentence(&error)))?;
        let mut parsed = Self::default();
        match &root.what {
            What::Names(tree) => parsed.nodes(tree, ""),
            _ if is_nothing(&root) => Ok(()),
            _ => Err(Wrong::new("expected a mapping from names of nodes to their parameters", root.at)),
        }
        .map_err(|wrong| at(yaml_tree::line(text, wrong.at), &wrong.what))?;
        Ok(parsed)
    }

    fn nodes(&mut self, tree: &[(Name, Node)], namespace: &str) -> Result<(), Wrong> {
        check_names(tree)?;
        for (Name { text: name, at }, said) in tree {
            let full = format!("{namespace}/{}", name.trim_matches('/'));
            let nothing = || Err(Wrong::new(format!("{name} has no mapping `{PARAMETERS}`"), *at));
            let What::Names(below) = &said.what else { return nothing() };
            let is_mapping = |(_, node): &(Name, Node)| matches!(node.what, What::Names(_));
            match below.iter().find(|(key, _)| key.text == PARAMETERS) {
                Some((key, parameters)) => {
                    if let Some((other, _)) = below.iter().find(|(key, _)| key.text != PARAMETERS) {
                        let what = format!("{name} has `{}` beside `{PARAMETERS}`", other.text);
                        return Err(Wrong::new(what, other.at));
                    }
                    check_names(below)?;
                    let mut found = Vec::new();
                    match &parameters.what {
                        What::Names(tree) => collect(tree, "", &mut found)?,
                        _ if is_nothing(parameters) => {}
                        _ => {
                            return Err(Wrong::new(
                                format!("`{PARAMETERS}` of {name} is no mapping"),
                                key.at,
                            ));
                        }
                    }
                    self.nodes.push((full, found));
                }
                None if below.iter().all(is_mapping) && !below.is_empty() => self.nodes(below, &full)?,
                None => return nothing(),
            }
        }
        Ok(())
    }

    /// What it says of a node, by its fully qualified name, what is said of many included; the later comes later. `None` if
    /// it says nothing.
    #[must_use]
    pub fn of_node(&self, node: &str) -> Option<Vec<Parameter>> {
        self.of(|pattern| is_name_of(pattern, node))
    }

    /// What it says of this node by its own name; of every node too, if that is asked for, and then first.
    #[must_use]
    pub fn of_name(&self, node: &str, with_wildcard: bool) -> Option<Vec<Parameter>> {
        let every = if with_wildcard { self.of(|pattern| pattern == EVERY_NODE) } else { None };
        let own = self.of(|pattern| pattern == node);
        let is_named = every.is_some() || own.is_some();
        is_named.then(|| every.into_iter().chain(own).flatten().collect())
    }

    fn of(&self, is_meant: impl Fn(&str) -> bool) -> Option<Vec<Parameter>> {
        let mut parts = self.nodes.iter().filter(|(pattern, _)| is_meant(pattern)).peekable();
        parts.peek()?;
        Some(parts.flat_map(|(_, parameters)| parameters.clone()).collect())
    }
}

/// The error of the reader without the place, which stands before it.
fn sentence(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Whether a pattern of a file is for a node, part by part: `*` is any one, `**` any number of them.
pub(crate) fn is_name_of(pattern: &str, node: &str) -> bool {
    fn fits(pattern: &[&str], name: &[&str]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some((&"**", rest)) => {
                (0..=name.len()).any(|skipped| fits(rest, name.get(skipped..).unwrap_or_default()))
            }
            Some((part, rest)) => name
                .split_first()
                .is_some_and(|(first, others)| (*part == "*" || part == first) && fits(rest, others)),
        }
    }
    let parts =
        |name: &str| name.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (pattern, node) = (parts(pattern), parts(node));
    let (pattern, node): (Vec<&str>, Vec<&str>) =
        (pattern.iter().map(String::as_str).collect(), node.iter().map(String::as_str).collect());
    fits(&pattern, &node)
}

fn is_nothing(node: &Node) -> bool {
    matches!(&node.what, What::Word(Written { text, is_plain: true }) if Word::of(text) == Word::Null)
}

/// Errors at a name that is there already.
fn check_names(tree: &[(Name, Node)]) -> Result<(), Wrong> {
    let mut seen = HashSet::new();
    match tree.iter().find(|(name, _)| !seen.insert(&name.text)) {
        Some((name, _)) => Err(Wrong::new(format!("`{}` is there twice", name.text), name.at)),
        None => Ok(()),
    }
}

fn collect(tree: &[(Name, Node)], prefix: &str, parameters: &mut Vec<Parameter>) -> Result<(), Wrong> {
    check_names(tree)?;
    for (Name { text: key, at }, value) in tree {
        if key.is_empty() {
            let below = if prefix.is_empty() { String::new() } else { format!(" below `{prefix}`") };
            return Err(Wrong::new(format!("the name of a parameter{below} must not be empty"), *at));
        }
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match &value.what {
            What::Names(below) => collect(below, &name, parameters)?,
            _ => {
                let value = of_yaml(value)
                    .map_err(|wrong| Wrong { what: format!("{name}: {}", wrong.what), ..wrong })?;
                parameters.push(Parameter { name, value });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_ros_reads_them() {
        for (text, expected) in [
            ("true", ParameterValue::Bool(true)),
            ("yes", ParameterValue::Bool(true)),
            ("off", ParameterValue::Bool(false)),
            ("'yes'", ParameterValue::String("yes".to_owned())),
            ("\"on\"", ParameterValue::String("on".to_owned())),
            ("[yes, 'no']", ParameterValue::StringArray(vec![])),
            ("-3", ParameterValue::Integer(-3)),
            ("1.0", ParameterValue::Double(1.0)),
            ("1e3", ParameterValue::Double(1000.0)),
            (".inf", ParameterValue::Double(f64::INFINITY)),
            ("-inf", ParameterValue::Double(f64::NEG_INFINITY)),
            ("010", ParameterValue::Integer(8)),
            ("'010'", ParameterValue::String("010".to_owned())),
            ("0X1F", ParameterValue::Integer(31)),
            ("0o7", ParameterValue::String("0o7".to_owned())),
            ("[0x1, 010]", ParameterValue::IntegerArray(vec![1, 8])),
            ("[nan(, inf]", ParameterValue::StringArray(vec![])),
            ("hello", ParameterValue::String("hello".to_owned())),
            ("'1'", ParameterValue::String("1".to_owned())),
            ("a: b: c", ParameterValue::String("a: b: c".to_owned())),
            ("[]", ParameterValue::StringArray(vec![])),
            ("[a, b]", ParameterValue::StringArray(vec!["a".to_owned(), "b".to_owned()])),
            ("[true, on]", ParameterValue::BoolArray(vec![true, true])),
            ("[1, 2]", ParameterValue::IntegerArray(vec![1, 2])),
            ("[1, 2.5]", ParameterValue::DoubleArray(vec![1.0, 2.5])),
        ] {
            match of_text(text) {
                Ok(value) => assert_eq!(value, expected, "{text}"),
                Err(error) => assert!(error.message().contains("not of one type"), "{text}: {error}"),
            }
        }
        assert!(matches!(of_text("nan").unwrap(), ParameterValue::Double(value) if value.is_nan()));
        let null = "null is no value of a parameter: leave it out, or write '";
        for (bad, shown, is_text) in [
            ("{a: 1}", "a mapping is no value of a parameter", false),
            ("!x a", "its tag !x is not known", false),
            ("18446744073709551615", "18446744073709551615 is out of range for int64", false),
            ("[1, 99999999999999999999]", "99999999999999999999 is out of range for int64", false),
            ("[1, a]", "its items are not of one type", true),
            ("[[1]]", "its items are not of one type", true),
            ("[yes, 'no']", "its items are not of one type", true),
            ("~", &format!("{null}~' in quotes for the text"), true),
            ("null", &format!("{null}null' in quotes for the text"), true),
            ("", &format!("{null}' in quotes for an empty text"), true),
        ] {
            let error = of_text(bad).unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::Argument, &*format!("`{bad}`: {shown}")));
            match of_command(bad) {
                Ok(value) => assert!(is_text && value == ParameterValue::String(bad.to_owned()), "{bad}"),
                Err(error) => assert!(!is_text && error.message().contains(shown), "{bad}: {error}"),
            }
        }
        assert_eq!(of_command("[1, 2]").unwrap(), ParameterValue::IntegerArray(vec![1, 2]));
        assert_eq!(of_command("a: b: c").unwrap(), ParameterValue::String("a: b: c".to_owned()));
    }

    #[test]
    fn names_of_nodes_have_wildcards() {
        for (pattern, node, expected) in [
            ("/**", "/a", true),
            ("/**", "/ns/a", true),
            ("/*", "/a", true),
            ("/*", "/ns/a", false),
            ("/ns/*", "/ns/a", true),
            ("/ns/**", "/ns/x/a", true),
            ("/**/a", "/a", true),
            ("/**/a", "/x/y/a", true),
            ("a", "/a", true),
            ("a", "/ns/a", false),
            ("/*/a", "/ns/a", true),
            ("/ns/b", "/ns/a", false),
        ] {
            assert_eq!(is_name_of(pattern, node), expected, "{pattern} {node}");
        }
    }

    #[test]
    fn files_say_what_they_mean_for_a_node() {
        let text = "/**:\n  ros__parameters:\n    a: 1\n    b.c: 2\nns:\n  robot:\n    ros__parameters:\n      a: 3\n      \
                    b:\n        d: [x]\n/other:\n  ros__parameters:\n    a: 9\n";
        let file = ParameterFile::parse(text, "f.yaml").unwrap();
        let one = |name: &str, value| Parameter::new(name, ParameterValue::Integer(value));
        let list = Parameter::new("b.d", ParameterValue::StringArray(vec!["x".to_owned()]));
        let expected = vec![one("a", 1), one("b.c", 2), one("a", 3), list];
        assert_eq!(file.of_node("/ns/robot"), Some(expected));
        assert_eq!(file.of_name("/other", false), Some(vec![one("a", 9)]));
        assert_eq!(file.of_name("/nobody", false), None);
        let text = "a:\n  ros__parameters:\n    1: 1\n    joints: {1: 1, 0x1: 2, 1e3: 3, yes: 4, ~: 5}\n";
        let read = ParameterFile::parse(text, "f.yaml").unwrap().of_node("/a").unwrap();
        let names = ["1", "joints.1", "joints.0x1", "joints.1e3", "joints.yes", "joints.~"];
        assert_eq!(read.iter().map(|parameter| parameter.name.as_str()).collect::<Vec<_>>(), names);
        assert_eq!(ParameterFile::parse("# nothing\n", "f.yaml").unwrap(), ParameterFile::default());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, expected) in [
            ("[1]", "f.yaml:1: expected a mapping from names of nodes to their parameters"),
            ("/a: 1\n", "f.yaml:1: /a has no mapping `ros__parameters`"),
            ("/a:\n  b:\n    c: 1\n", "f.yaml:2: b has no mapping `ros__parameters`"),
            ("/a:\n  ros__parameters: 1\n", "f.yaml:2: `ros__parameters` of /a is no mapping"),
            (
                "/a:\n  ros__parameters:\n    x: 1\n    y: [1, a]\n",
                "f.yaml:4: y: its items are not of one type",
            ),
            (
                "/a:\n  ros__parameters:\n    x:\n      y:\n",
                "f.yaml:4: x.y: null is no value of a parameter: leave it out, or write '' in quotes for an empty text",
            ),
            (
                "/a:\n  ros__parameters:\n    x: [a,\n      ~]\n",
                "f.yaml:4: x: null is no value of a parameter: ",
            ),
            ("/a:\n  ros__parameters:\n    x: 1\n    y: 1\n    x: 2\n", "f.yaml:5: `x` is there twice"),
            ("/a:\n  ros__parameters:\n    x:\n      1: 1\n      '1': 2\n", "f.yaml:5: `1` is there twice"),
            ("/a:\n  ros__parameters: {}\n/a:\n  ros__parameters: {}\n", "f.yaml:3: `/a` is there twice"),
            ("/a:\n  ros__parameters:\n    '': 1\n", "f.yaml:3: the name of a parameter must not be empty"),
            (
                "/a:\n  ros__parameters:\n    b:\n      '': 1\n",
                "f.yaml:4: the name of a parameter below `b` must not be empty",
            ),
            (
                "/a:\n  ros__parameters:\n    b:\n      c: 99999999999999999999\n",
                "f.yaml:4: b.c: 99999999999999999999 is out of range for int64",
            ),
            ("/a:\n  ros__parameters:\n    x: [1\n", "f.yaml:4: "),
            ("/a:\n  ros__parameters:\n    x: 1\n  y: 2\n", "f.yaml:4: /a has `y` beside `ros__parameters`"),
        ] {
            let error = ParameterFile::parse(text, "f.yaml").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument);
            assert!(error.message().contains(expected), "{text}: {error}");
        }
    }
}
