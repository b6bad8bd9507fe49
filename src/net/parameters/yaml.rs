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
//! nodes. Text is read as the nodes of ROS read it: `yes` and `on` are true where they are not in quotes.

use std::fs;
use std::path::Path;

use serde_yaml::{Mapping, Value as Yaml};

use super::value::{Parameter, ParameterValue};
use crate::error::{Error, ErrorKind, Result};
use crate::net::yaml_place::{self, Segment};

const PARAMETERS: &str = "ros__parameters";

/// The name that every node has in files.
pub(crate) const EVERY_NODE: &str = "/**";

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Argument, message.into())
}

/// What is wrong with a value, with the way to it.
struct Wrong {
    what: String,
    path: Vec<Segment>,
}

impl Wrong {
    fn new(what: impl Into<String>, path: &[Segment]) -> Self {
        Self { what: what.into(), path: path.to_vec() }
    }
}

/// The text of a value, in which words in quotes are told from others.
#[derive(Clone, Copy)]
struct Text<'t>(&'t str);

impl Text<'_> {
    /// A word that is no text for ROS, unless it is in quotes.
    fn word(self, word: &str, path: &[Segment]) -> ParameterValue {
        const TRUE: [&str; 8] = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
        const FALSE: [&str; 8] = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];
        let value = if TRUE.contains(&word) {
            true
        } else if FALSE.contains(&word) {
            false
        } else {
            return ParameterValue::String(word.to_owned());
        };
        if self.is_quoted(path) {
            ParameterValue::String(word.to_owned())
        } else {
            ParameterValue::Bool(value)
        }
    }

    fn is_quoted(self, path: &[Segment]) -> bool {
        let Some((line, column)) = yaml_place::find(self.0, path, None) else { return false };
        let line = self.0.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        matches!(line.chars().nth(column.saturating_sub(1)), Some('\'' | '"'))
    }
}

/// The value that somebody typed.
pub(crate) fn of_text(text: &str) -> Result<ParameterValue> {
    match serde_yaml::from_str(text) {
        Ok(yaml) => of_yaml(&yaml, Text(text), &mut Vec::new())
            .map_err(|wrong| refused(format!("`{text}` is no value of a parameter: {}", wrong.what))),
        // A text with what means something in YAML, such as a colon.
        Err(_) => Ok(ParameterValue::String(text.to_owned())),
    }
}

fn of_yaml(yaml: &Yaml, text: Text<'_>, path: &mut Vec<Segment>) -> Result<ParameterValue, Wrong> {
    let wrong = |what: String| Err(Wrong::new(what, path));
    Ok(match yaml {
        Yaml::Bool(value) => ParameterValue::Bool(*value),
        Yaml::Number(number) => match number.as_i64() {
            Some(value) => ParameterValue::Integer(value),
            None if number.is_u64() => return wrong(format!("{number} is out of range for int64")),
            None => ParameterValue::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Yaml::String(word) => text.word(word, path),
        Yaml::Sequence(items) => of_list(items, text, path)?,
        Yaml::Null => return wrong("there is none".to_owned()),
        Yaml::Mapping(_) => return wrong("it is a mapping".to_owned()),
        Yaml::Tagged(tagged) => return wrong(format!("its tag {} is not known", tagged.tag)),
    })
}

/// Lists hold values of one type; integers among doubles are doubles.
fn of_list(items: &[Yaml], text: Text<'_>, path: &mut Vec<Segment>) -> Result<ParameterValue, Wrong> {
    let mut values = Vec::new();
    for (index, item) in items.iter().enumerate() {
        path.push(Segment::Item(index));
        values.push(of_yaml(item, text, path)?);
        path.pop();
    }
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
    found.ok_or_else(|| Wrong::new("its items are not of one type", path))
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
        let file: Mapping = match serde_yaml::from_str(text) {
            Ok(Yaml::Mapping(file)) => file,
            Ok(Yaml::Null) => Mapping::new(),
            Ok(_) => return Err(at(1, "expected a mapping from names of nodes to their parameters")),
            Err(error) => return Err(at(error.location().map_or(1, |at| at.line()), &sentence(&error))),
        };
        let mut parsed = Self::default();
        parsed.nodes(&file, "", (Text(text), &mut Vec::new())).map_err(|wrong| {
            let line = yaml_place::find(text, &wrong.path, None).map_or(1, |(line, _)| line);
            // A value that is a block is found at its first line, which is not that of its key.
            at(line, &wrong.what)
        })?;
        Ok(parsed)
    }

    fn nodes(
        &mut self,
        tree: &Mapping,
        namespace: &str,
        (text, path): (Text<'_>, &mut Vec<Segment>),
    ) -> Result<(), Wrong> {
        for (name, said) in tree {
            let Some(name) = name.as_str() else {
                return Err(Wrong::new("the name of a node is no text", path));
            };
            path.push(Segment::Field(name.to_owned()));
            let full = format!("{namespace}/{}", name.trim_matches('/'));
            let Yaml::Mapping(below) = said else {
                return Err(Wrong::new(format!("{name} has no mapping `{PARAMETERS}`"), path));
            };
            match below.get(PARAMETERS) {
                Some(parameters) => {
                    if let Some(other) = below.keys().find(|key| key.as_str() != Some(PARAMETERS)) {
                        let other = other.as_str().unwrap_or("another key");
                        let what = format!("{name} has `{other}` beside `{PARAMETERS}`");
                        return Err(Wrong::new(what, path));
                    }
                    path.push(Segment::Field(PARAMETERS.to_owned()));
                    let mut found = Vec::new();
                    match parameters {
                        Yaml::Mapping(tree) => collect(tree, "", &mut found, (text, path))?,
                        Yaml::Null => {}
                        _ => return Err(Wrong::new(format!("`{PARAMETERS}` of {name} is no mapping"), path)),
                    }
                    path.pop();
                    self.nodes.push((full, found));
                }
                None if below.values().all(Yaml::is_mapping) && !below.is_empty() => {
                    self.nodes(below, &full, (text, path))?;
                }
                None => return Err(Wrong::new(format!("{name} has no mapping `{PARAMETERS}`"), path)),
            }
            path.pop();
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

fn collect(
    tree: &Mapping,
    prefix: &str,
    parameters: &mut Vec<Parameter>,
    (text, path): (Text<'_>, &mut Vec<Segment>),
) -> Result<(), Wrong> {
    for (name, value) in tree {
        let Some(key) = name.as_str() else {
            let what =
                if prefix.is_empty() { "a name".to_owned() } else { format!("a name below `{prefix}`") };
            return Err(Wrong::new(format!("{what} is no text"), path));
        };
        path.push(Segment::Field(key.to_owned()));
        let name = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
        match value {
            Yaml::Mapping(below) => collect(below, &name, parameters, (text, path))?,
            value => {
                let value = of_yaml(value, text, path)
                    .map_err(|wrong| Wrong { what: format!("{name}: {}", wrong.what), ..wrong })?;
                parameters.push(Parameter { name, value });
            }
        }
        path.pop();
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
        for bad in ["{a: 1}", "[1, a]", "[[1]]", "~", "18446744073709551615", "[yes, 'no']"] {
            assert_eq!(of_text(bad).unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
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
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, expected) in [
            ("[1]", "f.yaml:1: expected a mapping from names of nodes to their parameters"),
            ("/a: 1\n", "f.yaml:1: /a has no mapping `ros__parameters`"),
            ("/a:\n  b:\n    c: 1\n", "f.yaml:3: b has no mapping `ros__parameters`"),
            ("/a:\n  ros__parameters: 1\n", "f.yaml:2: `ros__parameters` of /a is no mapping"),
            (
                "/a:\n  ros__parameters:\n    x: 1\n    y: [1, a]\n",
                "f.yaml:4: y: its items are not of one type",
            ),
            ("/a:\n  ros__parameters:\n    x:\n      y:\n", "f.yaml:4: x.y: there is none"),
            (
                "/a:\n  ros__parameters:\n    x: 1\n    x: 2\n",
                "f.yaml:3: /a.ros__parameters: duplicate entry with key",
            ),
            ("/a:\n  ros__parameters:\n    x: [1\n", "f.yaml:4: "),
            ("/a:\n  ros__parameters:\n    x: 1\n  y: 2\n", "f.yaml:2: /a has `y` beside `ros__parameters`"),
        ] {
            let error = ParameterFile::parse(text, "f.yaml").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument);
            assert!(error.message().contains(expected), "{text}: {error}");
        }
    }
}
