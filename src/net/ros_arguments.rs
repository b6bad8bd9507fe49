//! [`RosArguments`]: what a command line says behind `--ros-args`, as with the nodes of ROS.

use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::rmw::{RemapRule, names};

use super::parameters::{EVERY_NODE, Parameter, ParameterFile, is_name_of, of_text};

/// Where values of parameters come from; later ones come before earlier ones.
#[derive(Clone, Debug)]
pub(crate) enum ParameterSource {
    /// A file, which is read when a node is built.
    File(PathBuf),
    /// A value for the nodes of this name, which may have wildcards.
    Value(String, Parameter),
}

impl ParameterSource {
    /// A value for every node.
    pub(crate) fn value(parameter: Parameter) -> Self {
        Self::Value(EVERY_NODE.to_owned(), parameter)
    }

    /// What the sources say of a node, by its fully qualified name.
    pub(super) fn overrides(sources: &[Self], node: &str) -> Result<Vec<Parameter>> {
        let mut overrides = Vec::new();
        for source in sources {
            match source {
                Self::File(path) => {
                    overrides.extend(ParameterFile::read(path)?.of_node(node).unwrap_or_default())
                }
                Self::Value(pattern, parameter) if is_name_of(pattern, node) => {
                    overrides.push(parameter.clone())
                }
                Self::Value(..) => {}
            }
        }
        Ok(overrides)
    }
}

/// What a command line says.
#[derive(Clone, Debug, Default)]
pub(super) struct RosArguments {
    pub(super) remap_rules: Vec<RemapRule>,
    pub(super) parameters: Vec<ParameterSource>,
    pub(super) enclave: Option<String>,
}

impl RosArguments {
    /// Reads what is between `--ros-args` and `--` or the end; the rest is not for us. Errors for what is not known there.
    pub(super) fn parse(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut found = Self::default();
        let mut words = words.into_iter();
        let mut is_ours = false;
        while let Some(word) = words.next() {
            match word.as_str() {
                "--ros-args" => is_ours = true,
                "--" => is_ours = false,
                option if is_ours => found.read(option, words.next().filter(|_| takes_value(option)))?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn read(&mut self, option: &str, value: Option<String>) -> Result<()> {
        let example = match option {
            "-r" | "--remap" => "chatter:=/other",
            "-p" | "--param" => "speed:=1.5",
            "--params-file" => "robot.yaml",
            "-e" | "--enclave" => "/robot",
            _ => {
                let message = format!(
                    "`{option}` behind --ros-args is not known: -r from:=to, -p name:=value, --params-file FILE and -e ENCLAVE are"
                );
                return Err(Error::new(ErrorKind::Argument, message));
            }
        };
        let Some(value) = value else {
            let message = format!("`{option}` behind --ros-args lacks what belongs to it, such as {example}");
            return Err(Error::new(ErrorKind::Argument, message));
        };
        match option {
            "-r" | "--remap" => self.remap_rules.push(value.parse()?),
            "-p" | "--param" => self.parameters.push(parameter(&value)?),
            "--params-file" => self.parameters.push(ParameterSource::File(value.into())),
            _ => self.enclave = Some(names::enclave(&value)?),
        }
        Ok(())
    }
}

fn takes_value(option: &str) -> bool {
    option.starts_with('-')
}

/// `name:=value`, or `node:name:=value` for one node.
fn parameter(text: &str) -> Result<ParameterSource> {
    let bad = |what: &str| Error::new(ErrorKind::Argument, format!("`{text}` is no parameter: {what}"));
    let (name, value) = text.split_once(":=").ok_or_else(|| bad("expected `name:=value`"))?;
    let (node, name) = name.split_once(':').unwrap_or((EVERY_NODE, name));
    if name.is_empty() || node.is_empty() {
        return Err(bad("it has no name"));
    }
    let value = of_text(value).map_err(|error| bad(error.message()))?;
    // The name of a node without its namespace is for it in any.
    let node = if node.starts_with('/') { node.to_owned() } else { format!("{EVERY_NODE}/{node}") };
    Ok(ParameterSource::Value(node, Parameter::new(name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::ParameterValue;

    fn parse(line: &str) -> Result<RosArguments> {
        RosArguments::parse(line.split(' ').map(str::to_owned))
    }

    #[test]
    fn what_is_behind_ros_args_is_read() {
        let read =
            parse("prog --verbose --ros-args -r a:=b -p speed:=1.5 -p talker:on:=yes -e /x -- -p x --ros-args -p n:=2")
                .unwrap();
        assert_eq!((read.remap_rules.len(), read.enclave.as_deref()), (1, Some("/x")));
        let of = |node: &str| ParameterSource::overrides(&read.parameters, node).unwrap();
        let speed = Parameter::new("speed", ParameterValue::Double(1.5));
        let number = Parameter::new("n", ParameterValue::Integer(2));
        assert_eq!(of("/other"), [speed.clone(), number.clone()]);
        let on = Parameter::new("on", ParameterValue::Bool(true));
        assert_eq!(of("/ns/talker"), [speed, on, number]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (line, expected) in [
            ("--ros-args -x", "`-x` behind --ros-args is not known: -r from:=to"),
            ("--ros-args word", "`word` behind --ros-args is not known"),
            ("--ros-args -p", "`-p` behind --ros-args lacks what belongs to it, such as speed:=1.5"),
            ("--ros-args -p speed", "`speed` is no parameter: expected `name:=value`"),
            ("--ros-args -p :=1", "`:=1` is no parameter: it has no name"),
            ("--ros-args -p a:=[1,b]", "its items are not of one type"),
            ("--ros-args -r a=b", "`a=b` is not a remap rule"),
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument);
            assert!(error.message().contains(expected), "{error}");
        }
    }
}
