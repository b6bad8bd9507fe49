//! Interface text to schemas: `.msg`, `.srv` and `.action` files by the rules of `rosidl_adapter`, `.idl` files
//! by those of `rosidl_parser`.
//!
//! [`parse`] reads one file; every fault is an error at its file, line and column. [`print()`] writes one. The
//! registry calls `parse`, and nothing here knows which other types exist: a reference is resolved to a full
//! name and no further. Of IDL, constants outside a `<Name>_Constants` module belong to no message, and what
//! is annotated on a module is not kept.
//!
//! ```
//! use ros_z_dynamic::idl::{Format, parse};
//! use ros_z_dynamic::schema::{Interface, TypeName};
//! let name = TypeName::parse("my_msgs/msg/Probe")?;
//! let Interface::Message(probe) = parse(&name, "float32[] samples\nstring<=16 label\n", Format::Msg, "Probe.msg")?
//! else { return Ok(()) };
//! assert_eq!(probe.description.fields[1].field_type.to_msg(), "string<=16");
//!
//! let error = parse(&name, "float32 x\nint32 1abc\n", Format::Msg, "Probe.msg").unwrap_err();
//! let text = "Probe.msg:2:7: expected a field name, found `1abc`: it must begin with a lower-case letter";
//! assert_eq!(error.to_string(), text);
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

#[expect(clippy::module_inception, reason = "the room has the name of one of its languages")]
mod idl;
mod idl_lex;
mod idl_syntax;
mod idl_types;
pub(crate) mod lex;
mod literal;
mod message_lines;
mod msg;
mod print;

use std::path::Path;

use crate::error::Result;
use crate::schema::{Definition, Interface, InterfaceNamespace, SourceText, TypeName};

pub use literal::parse_python_literal;
pub use message_lines::{MessageLine, default_of, message_lines};
pub use print::print;

use lex::Source;
use msg::{Dialect, Part};

/// The language of an interface text; also the extension of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A message.
    Msg,
    /// A request and a response.
    Srv,
    /// A goal, a result and a feedback.
    Action,
    /// OMG IDL.
    Idl,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Msg, Self::Srv, Self::Action, Self::Idl];

    /// The format of files with this extension (without the dot).
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == extension)
    }

    /// The format of a file by its name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        Self::from_extension(path.extension()?.to_str()?)
    }

    /// `msg`, `srv`, `action` or `idl`: the extension, and the encoding in a `TypeSource`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Msg => "msg",
            Self::Srv => "srv",
            Self::Action => "action",
            Self::Idl => "idl",
        }
    }

    /// Where types of this format live, where the format alone says so.
    #[must_use]
    pub fn namespace(self) -> Option<InterfaceNamespace> {
        InterfaceNamespace::ALL.into_iter().find(|namespace| namespace.as_str() == self.as_str())
    }
}

/// Reads one interface file. `file` is the name that errors show; nothing is read from disk.
pub fn parse(type_name: &TypeName, text: &str, format: Format, file: &str) -> Result<Interface> {
    let source = if format == Format::Idl { Source::verbatim(file, text) } else { Source::new(file, text) }?;
    lex::check_type_name(type_name)?;
    let origin = SourceText { file: file.into(), encoding: format.as_str(), text: text.into() };
    let part = |type_name, text| {
        msg::definition(&source, Part { type_name, text, origin: &origin, dialect: Dialect::Rosidl })
    };
    match format {
        Format::Msg => Ok(Interface::Message(part(type_name.clone(), source.text())?)),
        Format::Srv => {
            let [request, response] = msg::split(&source, "request and response")?;
            Ok(Interface::Service {
                type_name: type_name.clone(),
                request: part(type_name.derived("Request"), request)?,
                response: part(type_name.derived("Response"), response)?,
            })
        }
        Format::Action => {
            let [goal, result, feedback] = msg::split(&source, "goal, result and feedback")?;
            Ok(Interface::Action {
                type_name: type_name.clone(),
                goal: part(type_name.derived("Goal"), goal)?,
                result: part(type_name.derived("Result"), result)?,
                feedback: part(type_name.derived("Feedback"), feedback)?,
            })
        }
        Format::Idl => idl::interface(type_name, &source, &origin),
    }
}

/// The name that an `.idl` text gives to what it declares, by its modules and structs; other formats name nothing.
pub fn declared_name(text: &str, file: &str) -> Result<TypeName> {
    let source = Source::verbatim(file, text)?;
    idl::declared_name(&source)
}

/// Reads the text of one message in a recording's schema. Beyond `.msg`, fields may name their type as
/// `pkg/msg/Name`, `pkg/srv/Name` or `pkg/action/Name`, as recorders write them.
pub fn parse_recorded(type_name: &TypeName, text: &str, file: &str) -> Result<Definition> {
    let source = Source::new(file, text)?;
    let origin = SourceText { file: file.into(), encoding: Format::Msg.as_str(), text: text.into() };
    let part = Part {
        type_name: type_name.clone(),
        text: source.text(),
        origin: &origin,
        dialect: Dialect::Recorded,
    };
    msg::definition(&source, part)
}
