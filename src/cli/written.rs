//! [`Written`]: a message as somebody wrote it, in JSON or YAML; what is wrong with it is said with its line and column.

use std::borrow::Cow;
use std::sync::Arc;

use crate::codec::json_cursor::Cursor;
use crate::codec::{JsonOutput, Plan, from_json, to_json};
use crate::error::{Error, ErrorKind, Result, TextPlace};

use super::output::Stop;
use super::yaml_place::{self, Segment};
use super::{json_input, yaml, yaml_in};

/// What stands for the name of a file where a message was typed as an argument.
const ARGUMENT: &str = "<argument>";

/// A message in JSON or YAML, and where it was written.
pub(crate) struct Written<'t> {
    name: Arc<str>,
    /// The number of its first line.
    line: usize,
    text: Cow<'t, [u8]>,
    /// The JSON of it, where it is YAML.
    json: Option<Vec<u8>>,
}

impl<'t> Written<'t> {
    /// What was typed as an argument: JSON, or else YAML.
    pub(crate) fn argument(text: &'t str) -> Result<Self> {
        if yaml_in::is_json(text) {
            return Ok(Self::json(ARGUMENT, 1, text.as_bytes()));
        }
        Self::yaml(ARGUMENT, 1, text)
    }

    /// JSON.
    pub(crate) fn json(name: &str, line: usize, text: impl Into<Cow<'t, [u8]>>) -> Self {
        Self { name: name.into(), line, text: text.into(), json: None }
    }

    /// YAML. Errors when it is none.
    pub(crate) fn yaml(name: &str, line: usize, text: impl Into<Cow<'t, str>>) -> Result<Self> {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        let mut written = Self { name: name.into(), line, text, json: None };
        match yaml_in::to_json(&String::from_utf8_lossy(&written.text)) {
            Ok(json) => written.json = Some(json),
            Err((error, None)) => return Err(Error::new(error.kind(), format!("{name}: {error}"))),
            Err((error, Some(at))) => return Err(error.at_place(written.place(at))),
        }
        Ok(written)
    }

    /// The payload; `"now"` in it is the time of this call.
    pub(crate) fn payload(&self, plan: &Plan) -> Result<Vec<u8>> {
        let json = self.json.as_deref().unwrap_or(&self.text);
        from_json(plan, json, &json_input()?).map_err(|error| match self.find(&error) {
            Some(at) => error.at_place(self.place(at)),
            None => error,
        })
    }

    /// The same, with what such a message looks like where this is none.
    pub(crate) fn payload_or_template(&self, plan: &Plan) -> Result<Vec<u8>, Stop> {
        self.payload(plan).map_err(|error| match self.template(plan) {
            Ok(template) => Stop::Refused(error, template),
            Err(_) => Stop::Failed(error),
        })
    }

    /// A message of defaults, in the language that this one is written in.
    pub(crate) fn template(&self, plan: &Plan) -> Result<String> {
        let defaults = from_json(plan, b"{}", &json_input()?)?;
        let json = to_json(plan, &defaults, &JsonOutput::default())?;
        let text = if self.json.is_some() { yaml::to_yaml(&json)? } else { json };
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
        Ok(format!("a message of {}, all defaults:\n{}", plan.type_name(), lines.join("\n")))
    }

    /// Line and column of what an error is about.
    fn find(&self, error: &Error) -> Option<(usize, usize)> {
        let path = yaml_place::segments(&error.path());
        // The key that is none is named in the sentence; its place is wanted, not that of the object.
        let key = error.message().split('`').nth(1).filter(|_| error.kind() == ErrorKind::UnknownField);
        if self.json.is_some() {
            return yaml_place::find(std::str::from_utf8(&self.text).ok()?, &path, key);
        }
        let offset = match error.kind() {
            ErrorKind::Json => return yaml_place::of_message(error.message()),
            _ => offset_in_json(&self.text, &path, key)?,
        };
        let before = std::str::from_utf8(self.text.get(..offset)?).ok()?;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        Some((before.matches('\n').count() + 1, column))
    }

    fn place(&self, (line, column): (usize, usize)) -> TextPlace {
        let text = String::from_utf8_lossy(&self.text);
        let source_line = text.lines().nth(line - 1).unwrap_or_default().to_owned();
        TextPlace { file: Arc::clone(&self.name), line: self.line + line - 1, column, source_line }
    }
}

/// Where a value begins in JSON text, or the key in it.
fn offset_in_json(text: &[u8], path: &[Segment], key: Option<&str>) -> Option<usize> {
    let mut cursor = Cursor::new(text).ok()?;
    for segment in path {
        match segment {
            Segment::Field(name) => _ = enter(&mut cursor, name)?,
            Segment::Item(index) => {
                cursor.expect(b'[', "an array").ok()?;
                for _ in 0..*index {
                    cursor.skip_value().ok()?;
                    cursor.expect(b',', "another item").ok()?;
                }
            }
        }
    }
    if let Some(key) = key {
        return enter(&mut cursor, key);
    }
    cursor.peek();
    Some(cursor.position)
}

/// Goes to the value of that key; where the last of them begins that are written.
fn enter(cursor: &mut Cursor<'_>, name: &str) -> Option<usize> {
    cursor.expect(b'{', "an object").ok()?;
    let mut found = None;
    loop {
        cursor.peek();
        let start = cursor.position;
        let key = cursor.key().ok()?;
        if key.bytes().ok()? == name.as_bytes() {
            found = Some((start, cursor.position));
        }
        cursor.skip_value().ok()?;
        if !cursor.accept(b',') {
            break;
        }
    }
    let (start, value) = found?;
    cursor.position = value;
    Some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use crate::schema::TypeName;

    fn plan() -> Arc<Plan> {
        let registry = Registry::new();
        let name = TypeName::parse("sensor_msgs/msg/PointCloud2").unwrap();
        Plan::compile(&registry.describe(&name).unwrap()).unwrap()
    }

    #[test]
    fn the_place_of_what_is_wrong() {
        for (text, place) in [
            (r#"{"width": -1}"#, "1:11: sensor_msgs/msg/PointCloud2.width: "),
            (r#"{"width":1, "nope": {}}"#, "1:13: sensor_msgs/msg/PointCloud2: no field is named `nope`"),
            (
                "{\n  \"header\": {\"stamp\": {\"seconds\": 1}}\n}",
                "2:24: sensor_msgs/msg/PointCloud2.header.stamp: ",
            ),
            (r#"{"fields": [{}, {"name": "é", "count": "x"}]}"#, "1:40: "),
            (r#"{"width": 1, "width": 2}"#, "1:14: "),
            ("{\"width\": 1,\n\"height\" 2}", "2:10: "),
            ("width: -1", "1:8: sensor_msgs/msg/PointCloud2.width: "),
            ("header:\n  frame_id: a\n  stamp: {sec: x}", "3:16: "),
            ("header:\n  frame_id: a\n  nope: 1", "3:3: "),
            ("fields:\n- name: a\n- count: -1", "3:10: "),
            ("width: 1\nwidth: 2", "1:1: "),
            ("- 1", "1:1: "),
        ] {
            let written = Written::argument(text);
            let refused = match &written {
                Ok(written) => written.payload(&plan()).unwrap_err(),
                Err(error) => error.clone(),
            };
            let refused = refused.to_string();
            assert!(refused.starts_with(&format!("<argument>:{place}")), "{text}: {refused}");
        }
    }

    #[test]
    fn a_template_is_in_the_language_of_the_message() {
        let registry = Registry::new();
        let name = TypeName::parse("geometry_msgs/msg/Vector3").unwrap();
        let plan = Plan::compile(&registry.describe(&name).unwrap()).unwrap();
        let head = "a message of geometry_msgs/msg/Vector3, all defaults:\n";
        for (text, template) in
            [("{}", r#"  {"x":0.0,"y":0.0,"z":0.0}"#), ("x: 1", "  x: 0.0\n  y: 0.0\n  z: 0.0")]
        {
            assert_eq!(
                Written::argument(text).unwrap().template(&plan).unwrap(),
                format!("{head}{template}")
            );
        }
    }
}
