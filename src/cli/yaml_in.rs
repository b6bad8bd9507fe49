//! What people type as a message: JSON, or YAML as with the commands of ROS.

use serde::de::IgnoredAny;
use serde_json::{Map, Number, Value as Json};
use serde_yaml::Value as Yaml;

use crate::error::{Error, ErrorKind};

/// Whether a text is JSON as it is.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Line and column.
pub(crate) type At = (usize, usize);

/// The JSON of YAML text. Errors when it is none, with line and column where that is known.
pub(crate) fn to_json(text: &str) -> Result<Vec<u8>, (Error, Option<At>)> {
    let refused = |what: String| Error::new(ErrorKind::Json, format!("neither JSON nor YAML: {what}"));
    let yaml: Yaml = serde_yaml::from_str(text).map_err(|error| {
        let at = error.location().map(|at| (at.line(), at.column()));
        (refused(error.to_string()), at)
    })?;
    let json = match yaml {
        // As the commands of ROS take it: a message of defaults.
        Yaml::Null => Json::Object(Map::new()),
        yaml => value(yaml).map_err(|what| (refused(what), None))?,
    };
    Ok(json.to_string().into_bytes())
}

fn value(yaml: Yaml) -> Result<Json, String> {
    Ok(match yaml {
        Yaml::Null => Json::Null,
        Yaml::Bool(value) => Json::Bool(value),
        Yaml::Number(value) => number(&value)?,
        Yaml::String(text) => Json::String(text),
        Yaml::Sequence(items) => items.into_iter().map(value).collect::<Result<_, _>>()?,
        Yaml::Mapping(members) => {
            let members = members.into_iter().map(|(name, member)| match name {
                Yaml::String(name) => Ok((name, value(member)?)),
                other => Err(format!("`{}` is no name of a field", one_line(&other))),
            });
            Json::Object(members.collect::<Result<_, _>>()?)
        }
        Yaml::Tagged(tagged) => return Err(format!("the tag {} means nothing here", tagged.tag)),
    })
}

/// A number in the mapping of the codec, where those that JSON lacks are strings.
fn number(number: &serde_yaml::Number) -> Result<Json, String> {
    if let Some(value) = number.as_i64() {
        return Ok(value.into());
    }
    if let Some(value) = number.as_u64() {
        return Ok(value.into());
    }
    let Some(value) = number.as_f64() else { return Err(format!("{number} is too large")) };
    Ok(Number::from_f64(value).map_or_else(
        || match value {
            _ if value.is_nan() => "NaN".into(),
            _ if value > 0.0 => "Infinity".into(),
            _ => "-Infinity".into(),
        },
        Json::Number,
    ))
}

fn one_line(yaml: &Yaml) -> String {
    serde_yaml::to_string(yaml).unwrap_or_default().trim().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_becomes_json() {
        for (text, json) in [
            ("{data: hi there, n: 1.50}", r#"{"data":"hi there","n":1.5}"#),
            (
                "data: 'quoted: text'\npoints:\n- x: 1\n- {x: -2, y: .inf}",
                r#"{"data":"quoted: text","points":[{"x":1},{"x":-2,"y":"Infinity"}]}"#,
            ),
            (
                "a: 18446744073709551615\nb: -9223372036854775808\nc: .nan\nd: -.inf",
                r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":"NaN","d":"-Infinity"}"#,
            ),
            ("stamp: now\nflag: true\nhex: 0x10", r#"{"stamp":"now","flag":true,"hex":16}"#),
            ("", "{}"),
            ("~", "{}"),
        ] {
            assert_eq!(String::from_utf8(to_json(text).unwrap()).unwrap(), json, "{text}");
        }
    }

    #[test]
    fn json_stays_json() {
        assert!(is_json(r#"{"data": "\udcff", "n": 1.0}"#) && !is_json("{data: hi}") && !is_json(""));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for (text, reason) in [
            ("{data: [1", "neither JSON nor YAML: "),
            ("1: 2", "`1` is no name of a field"),
            ("!tag x", "the tag !tag means nothing here"),
            ("a: 1\na: 2", "duplicate entry"),
        ] {
            let error = to_json(text).unwrap_err().0.to_string();
            assert!(error.contains(reason) && !error.contains('\n'), "{error}");
        }
    }
}
