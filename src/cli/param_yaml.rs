//! Values of parameters as YAML, and the files in which ROS keeps them.
//!
//! ```yaml
//! /robot1/driver:
//!   ros__parameters:
//!     speed: 0.5
//!     wheels:
//!       count: 4
//! ```

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use serde_yaml::{Mapping, Value as Yaml};

use crate::error::{Error, ErrorKind, Result};
use crate::net::{Parameter, ParameterValue};

const PARAMETERS: &str = "ros__parameters";
const EVERY_NODE: &str = "/**";

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Argument, message)
}

/// The value that somebody typed.
pub(crate) fn of_text(text: &str) -> Result<ParameterValue> {
    match serde_yaml::from_str(text) {
        Ok(yaml) => {
            of_yaml(&yaml).map_err(|what| refused(format!("`{text}` is no value of a parameter: {what}")))
        }
        // A text with what means something in YAML, such as a colon.
        Err(_) => Ok(ParameterValue::String(text.to_owned())),
    }
}

fn of_yaml(yaml: &Yaml) -> Result<ParameterValue, String> {
    Ok(match yaml {
        Yaml::Bool(value) => ParameterValue::Bool(*value),
        Yaml::Number(number) => match number.as_i64() {
            Some(value) => ParameterValue::Integer(value),
            None if number.is_u64() => return Err(format!("{number} is out of range for int64")),
            None => ParameterValue::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Yaml::String(text) => ParameterValue::String(text.clone()),
        Yaml::Sequence(items) => of_list(items)?,
        Yaml::Null => return Err("there is none".to_owned()),
        Yaml::Mapping(_) => return Err("it is a mapping".to_owned()),
        Yaml::Tagged(tagged) => return Err(format!("its tag {} is not known", tagged.tag)),
    })
}

/// Lists hold values of one type; integers among doubles are doubles.
fn of_list(items: &[Yaml]) -> Result<ParameterValue, String> {
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
    found.ok_or_else(|| "its items are not of one type".to_owned())
}

fn to_yaml(value: &ParameterValue) -> Yaml {
    fn list<T: Clone + Into<Yaml>>(items: &[T]) -> Yaml {
        Yaml::Sequence(items.iter().cloned().map(Into::into).collect())
    }
    match value {
        ParameterValue::NotSet => Yaml::Null,
        ParameterValue::Bool(value) => (*value).into(),
        ParameterValue::Integer(value) => (*value).into(),
        ParameterValue::Double(value) => (*value).into(),
        ParameterValue::String(text) => text.as_str().into(),
        ParameterValue::ByteArray(items) => list(items),
        ParameterValue::BoolArray(items) => list(items),
        ParameterValue::IntegerArray(items) => list(items),
        ParameterValue::DoubleArray(items) => list(items),
        ParameterValue::StringArray(items) => list(items),
    }
}

/// The value as JSON: numbers that JSON does not have are texts.
pub(crate) fn to_json(value: &ParameterValue) -> Json {
    fn number(value: f64) -> Json {
        let name = if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        serde_json::Number::from_f64(value).map_or_else(|| Json::from(name), Json::Number)
    }
    match value {
        ParameterValue::NotSet => Json::Null,
        ParameterValue::Bool(value) => (*value).into(),
        ParameterValue::Integer(value) => (*value).into(),
        ParameterValue::Double(value) => number(*value),
        ParameterValue::String(text) => text.as_str().into(),
        ParameterValue::ByteArray(items) => items.clone().into(),
        ParameterValue::BoolArray(items) => items.clone().into(),
        ParameterValue::IntegerArray(items) => items.clone().into(),
        ParameterValue::DoubleArray(items) => items.iter().copied().map(number).collect(),
        ParameterValue::StringArray(items) => items.clone().into(),
    }
}

/// The value on one line.
pub(crate) fn shown(value: &ParameterValue) -> Result<String> {
    if let ParameterValue::String(text) = value {
        return Ok(text.clone());
    }
    let one = |yaml: &Yaml| serde_yaml::to_string(yaml).map(|text| text.trim_end().to_owned());
    let shown = match to_yaml(value) {
        Yaml::Sequence(items) => {
            let items = items.iter().map(one).collect::<Result<Vec<_>, _>>();
            items.map(|items| format!("[{}]", items.join(", ")))
        }
        yaml => one(&yaml),
    };
    shown.map_err(|error| refused(error.to_string()))
}

/// The file of a node with these parameters; dots in names nest.
pub(crate) fn to_file(node: &str, parameters: &[Parameter]) -> Result<String> {
    let mut tree = Mapping::new();
    for Parameter { name, value } in parameters {
        insert(&mut tree, name, to_yaml(value))?;
    }
    let parameters = Mapping::from_iter([(Yaml::from(PARAMETERS), Yaml::Mapping(tree))]);
    let file = Mapping::from_iter([(Yaml::from(node), Yaml::Mapping(parameters))]);
    serde_yaml::to_string(&file).map_err(|error| refused(error.to_string()))
}

fn insert(tree: &mut Mapping, name: &str, value: Yaml) -> Result<()> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let Some(rest) = rest else {
        if tree.insert(first.into(), value).is_some() {
            return Err(refused(format!(
                "`{first}` is a parameter and the prefix of others, which no file can hold"
            )));
        }
        return Ok(());
    };
    let below = tree.entry(first.into()).or_insert_with(|| Yaml::Mapping(Mapping::new()));
    match below {
        Yaml::Mapping(below) => insert(below, rest, value),
        _ => {
            Err(refused(format!("`{first}` is a parameter and the prefix of others, which no file can hold")))
        }
    }
}

/// What a file says of a node; of every node too, if that is asked for, and then first.
pub(crate) fn of_file(path: &Path, node: &str, with_wildcard: bool) -> Result<Vec<Parameter>> {
    let text = fs::read_to_string(path)
        .map_err(|error| Error::new(ErrorKind::Io, format!("{}: {error}", path.display())))?;
    let wrong = |what: String| refused(format!("{}: {what}", path.display()));
    let file: Mapping = serde_yaml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let mut parameters = Vec::new();
    let mut is_named = false;
    let wildcard = with_wildcard.then_some(EVERY_NODE);
    for wanted in wildcard.into_iter().chain([node]) {
        for (name, said) in &file {
            let Some(name) = name.as_str() else {
                return Err(wrong("the name of a node is no text".to_owned()));
            };
            if name != wanted && format!("/{name}") != wanted {
                continue;
            }
            is_named = true;
            let Some(Yaml::Mapping(tree)) = said.get(PARAMETERS) else {
                return Err(wrong(format!("{name} has no mapping `{PARAMETERS}`")));
            };
            collect(tree, "", &mut parameters).map_err(wrong)?;
        }
    }
    if is_named { Ok(parameters) } else { Err(wrong(format!("it says nothing of {node}"))) }
}

fn collect(tree: &Mapping, prefix: &str, parameters: &mut Vec<Parameter>) -> Result<(), String> {
    for (name, value) in tree {
        let name = name.as_str().ok_or_else(|| format!("a name below `{prefix}` is no text"))?;
        let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        match value {
            Yaml::Mapping(below) => collect(below, &name, parameters)?,
            value => {
                let value = of_yaml(value).map_err(|what| format!("{name}: {what}"))?;
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
            ("-3", ParameterValue::Integer(-3)),
            ("1.0", ParameterValue::Double(1.0)),
            ("1e3", ParameterValue::Double(1000.0)),
            (".inf", ParameterValue::Double(f64::INFINITY)),
            ("hello", ParameterValue::String("hello".to_owned())),
            ("'1'", ParameterValue::String("1".to_owned())),
            ("a: b: c", ParameterValue::String("a: b: c".to_owned())),
            ("[]", ParameterValue::StringArray(vec![])),
            ("[a, b]", ParameterValue::StringArray(vec!["a".to_owned(), "b".to_owned()])),
            ("[true]", ParameterValue::BoolArray(vec![true])),
            ("[1, 2]", ParameterValue::IntegerArray(vec![1, 2])),
            ("[1, 2.5]", ParameterValue::DoubleArray(vec![1.0, 2.5])),
        ] {
            assert_eq!(of_text(text).unwrap(), expected, "{text}");
        }
        for bad in ["{a: 1}", "[1, a]", "[[1]]", "~", "18446744073709551615"] {
            assert_eq!(of_text(bad).unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
    }

    #[test]
    fn what_is_dumped_reads_back() {
        let parameters: Vec<Parameter> = [
            ("a.b", "1.0"),
            ("a.c.d", "[1, 2]"),
            ("text", "'true'"),
            ("list", "[x, '1']"),
            ("far", "[.inf, -.inf]"),
        ]
        .into_iter()
        .map(|(name, text)| Parameter::new(name, of_text(text).unwrap()))
        .collect();
        let file = to_file("/robot", &parameters).unwrap();
        assert_eq!(
            file,
            "/robot:\n  ros__parameters:\n    a:\n      b: 1.0\n      c:\n        d:\n        - 1\n        - 2\n    text: 'true'\n    \
             list:\n    - x\n    - '1'\n    far:\n    - .inf\n    - -.inf\n"
        );
        let tree: Mapping = serde_yaml::from_str(&file).unwrap();
        let mut read = vec![];
        let Some(Yaml::Mapping(tree)) = tree.get("/robot").and_then(|node| node.get(PARAMETERS)) else {
            panic!("{file}")
        };
        collect(tree, "", &mut read).unwrap();
        assert_eq!(read, parameters);
        let both = [
            Parameter::new("a", ParameterValue::Bool(true)),
            Parameter::new("a.b", ParameterValue::Bool(true)),
        ];
        assert!(to_file("/robot", &both).unwrap_err().message().contains("prefix of others"));
    }
}
