//! [`Selection`]: which messages are printed, and what of them: `--filter` and `--field` of `topic echo` and `cat`.

use std::sync::Arc;

use crate::codec::{FieldPath, Filter, Getter, JsonOutput, Plan, Shape, write_json};
use crate::error::Result;
use crate::registry::Registry;

/// The messages that `--filter` asks for, and the parts of them that `--field` asks for, or all of them.
pub(crate) struct Selection {
    plan: Arc<Plan>,
    filter: Option<Filter>,
    parts: Vec<Getter>,
}

impl Selection {
    /// Compiles paths and filter for a type whose constants are in `registry`.
    pub(crate) fn new(
        plan: &Arc<Plan>,
        registry: &Registry,
        fields: &[FieldPath],
        filter: Option<&str>,
    ) -> Result<Self> {
        let compile = |text| Filter::compile(plan, text, &|name| registry.find(name.as_str()).ok());
        Ok(Self {
            plan: Arc::clone(plan),
            filter: filter.map(compile).transpose()?,
            parts: fields.iter().map(|path| Getter::compile(plan, path)).collect::<Result<_>>()?,
        })
    }

    /// Whether a message is to be printed.
    pub(crate) fn wants(&self, payload: &[u8]) -> Result<bool> {
        self.filter.as_ref().map_or(Ok(true), |filter| filter.matches(payload))
    }

    /// What is selected: the paths of the parts, or an empty one for the whole message.
    pub(crate) fn shapes(&self) -> Vec<(String, Shape)> {
        match &self.parts[..] {
            [] => vec![(String::new(), Shape::of_message(&self.plan))],
            parts => parts.iter().map(|part| (part.path().to_string(), part.shape())).collect(),
        }
    }

    /// Appends the JSON text of what is selected from a message: all of it, the one part, or an object of the parts by
    /// their paths.
    pub(crate) fn append_json(&self, text: &mut Vec<u8>, payload: &[u8], options: &JsonOutput) -> Result<()> {
        match &self.parts[..] {
            [] => write_json(&self.plan, payload, options, text),
            [part] => part.write_json(payload, options, text),
            _ => self.append(text, (payload, options), |text, _, part| {
                text.extend_from_slice(part);
                Ok(())
            }),
        }
    }

    /// The same, each piece through `write`.
    pub(crate) fn append(
        &self,
        text: &mut Vec<u8>,
        (payload, options): (&[u8], &JsonOutput),
        mut write: impl FnMut(&mut Vec<u8>, Shape, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut json = Vec::new();
        match &self.parts[..] {
            [] => {
                write_json(&self.plan, payload, options, &mut json)?;
                write(text, Shape::of_message(&self.plan), &json)
            }
            [part] => {
                part.write_json(payload, options, &mut json)?;
                write(text, part.shape(), &json)
            }
            parts => {
                for (index, part) in parts.iter().enumerate() {
                    // A path is letters, digits and `_.[:]`: nothing to escape.
                    let separator = if index == 0 { '{' } else { ',' };
                    text.extend_from_slice(format!("{separator}\"{}\":", part.path()).as_bytes());
                    json.clear();
                    part.write_json(payload, options, &mut json)?;
                    write(text, part.shape(), &json)?;
                }
                text.push(b'}');
                Ok(())
            }
        }
    }
}
