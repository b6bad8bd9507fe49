//! A type as recordings embed it: its text and those of the types it refers to, in one. `ros-z record` writes it.

use std::collections::BTreeSet;

use crate::error::{Error, ErrorKind, Result};
use crate::idl::{Format, message_lines, print};
use crate::registry::Registry;
use crate::schema::{Definition, Interface, InterfaceNamespace, TypeHash};

use super::Schema;

/// The text of a type in a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedText {
    /// What recordings call its language: `ros2msg`, or `ros2idl` for what `.msg` cannot express.
    pub encoding: &'static str,
    /// The text of the type, then a section for each that it refers to.
    pub text: String,
}

impl Schema {
    /// The text that a recording of this type embeds, in the order of rosbag2. It is read back before it is returned,
    /// so that none can mean another type. What rosidl derives from services and actions is written as the message
    /// that it is, its parts by their full names.
    pub fn to_recorded(&self) -> Result<RecordedText> {
        let as_msg = self.embedded("ros2msg", &message_text);
        as_msg.or_else(|_| self.embedded("ros2idl", &idl_text))
    }

    fn embedded(
        &self,
        encoding: &'static str,
        text_of: &dyn Fn(&Definition) -> Result<String>,
    ) -> Result<RecordedText> {
        let mut text = match encoding {
            "ros2idl" => header(self.definition(), encoding),
            _ => String::new(),
        };
        text.push_str(&text_of(self.definition())?);
        let mut seen = BTreeSet::from([self.definition().type_name.as_str()]);
        // What is still to be written: the last first, so that each type is followed by those that it refers to.
        let mut open = self.references(self.definition());
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                let definition = self.find(name)?;
                text.push_str(&header(definition, encoding));
                text.push_str(&text_of(definition)?);
                open.extend(self.references(definition));
            }
        }
        self.check(&text)?;
        Ok(RecordedText { encoding, text })
    }

    /// The types that the fields of a type have, the last of their names first.
    fn references<'s>(&self, definition: &'s Definition) -> Vec<&'s str> {
        let fields = definition.description.fields.iter();
        let names = fields.map(|field| field.field_type.nested_type_name.as_str());
        let sorted: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
        sorted.into_iter().rev().collect()
    }

    /// Errors unless the text means this type.
    fn check(&self, text: &str) -> Result<()> {
        let registry = Registry::empty();
        let name = registry.add_schema(self.definition().type_name.as_str(), text)?;
        let read = registry.describe(&name)?;
        let is_same = match TypeHash::of(self.description()) {
            Ok(hash) => TypeHash::of(&read).is_ok_and(|other| other == hash),
            Err(_) => read == *self.description(),
        };
        match is_same {
            true => Ok(()),
            false => {
                Err(Error::new(ErrorKind::Definition, format!("the text of {name} would not read back")))
            }
        }
    }
}

fn message_text(definition: &Definition) -> Result<String> {
    if let Some(source) = definition.source.as_ref().filter(|source| source.encoding == "msg") {
        let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
        let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        return Ok(format!("{text}{end}"));
    }
    Ok(message_lines(definition)?.into_iter().map(|line| line.text + "\n").collect())
}

fn idl_text(definition: &Definition) -> Result<String> {
    print(&Interface::Message(definition.clone()), Format::Idl)
}

fn header(definition: &Definition, encoding: &str) -> String {
    let name = &definition.type_name;
    let rule = "=".repeat(80);
    match encoding {
        "ros2idl" => format!("\n{rule}\nIDL: {name}\n"),
        _ if name.namespace() == InterfaceNamespace::Msg.as_str() => {
            format!("\n{rule}\nMSG: {}/{}\n", name.package(), name.name())
        }
        _ => format!("\n{rule}\nMSG: {name}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(registry: &Registry, name: &str) -> RecordedText {
        Schema::of(registry, name).unwrap().to_recorded().unwrap()
    }

    #[test]
    fn sections_follow_as_rosbag2_writes_them() {
        let registry = Registry::new();
        let vec = "float32 x  # metres\n";
        registry.add_text("my_msgs/msg/Vec", vec, Format::Msg).unwrap();
        let text = "# A pose.\nmy_msgs/Vec z\nbuiltin_interfaces/Time at\nVec[] more\nuint8 MODE=1";
        registry.add_text("my_msgs/msg/Pose", text, Format::Msg).unwrap();
        let recorded = recorded(&registry, "my_msgs/Pose");
        let rule = "=".repeat(80);
        let time = registry.find("builtin_interfaces/Time").unwrap();
        let time = &time.source.as_ref().unwrap().text;
        let expected = format!(
            "{text}\n\n{rule}\nMSG: builtin_interfaces/Time\n{time}\n{rule}\nMSG: my_msgs/Vec\n{vec}"
        );
        assert_eq!((recorded.encoding, recorded.text.as_str()), ("ros2msg", expected.as_str()));
        // What is played and recorded again does not grow.
        let again = Registry::empty();
        again.add_schema("my_msgs/msg/Pose", &recorded.text).unwrap();
        assert_eq!(Schema::of(&again, "my_msgs/Pose").unwrap().to_recorded().unwrap(), recorded);
    }

    #[test]
    fn every_built_in_type_reads_back() {
        let registry = Registry::new();
        let mut count = 0;
        for name in registry.names() {
            let definition = registry.find(name.as_str()).unwrap();
            let parts = match definition.kind.parts() {
                [] => vec![name.clone()],
                parts => parts.iter().map(|part| name.derived(part)).collect(),
            };
            for part in parts {
                assert_eq!(recorded(&registry, part.as_str()).encoding, "ros2msg", "{part}");
                count += 1;
            }
        }
        assert!(count > 235, "{count}");
    }

    #[test]
    fn what_msg_cannot_say_is_idl() {
        let registry = Registry::new();
        let idl = "module my_msgs { module msg { struct Level { float value; wchar unit; }; }; };";
        registry.add_text("my_msgs/msg/Level", idl, Format::Idl).unwrap();
        registry.add_text("my_msgs/msg/Levels", "Level[] levels\n", Format::Msg).unwrap();
        let recorded = recorded(&registry, "my_msgs/Levels");
        assert_eq!(recorded.encoding, "ros2idl");
        assert!(recorded.text.contains("IDL: my_msgs/msg/Level\n"), "{}", recorded.text);
    }
}
