//! Interface languages: from `.msg`, `.srv` and `.action` text to an [`Interface`](crate::schema::Interface).
//!
//! ```
//! use ros_z_dynamic::{idl::{Format, parse}, schema::{TypeName, expand}};
//! let name = TypeName::parse("my_msgs/msg/Probe")?;
//! let interface = parse(&name, "float32[] samples\nstring<=16 label\n", Format::Msg, "Probe.msg")?;
//! assert_eq!(expand(interface)[0].description.fields[1].name, "label");
//!
//! let error = parse(&name, "int32 ok\nint32 1x\n", Format::Msg, "Probe.msg").unwrap_err();
//! assert!(error.to_string().starts_with("Probe.msg:2:7: expected a field name"));
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

mod literal;
mod msg;

use std::sync::Arc;

pub use literal::parse_python_literal;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Interface, TypeName};

/// A language that interfaces are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A message.
    Msg,
    /// A service: two messages.
    Srv,
    /// An action: three messages.
    Action,
    /// OMG IDL.
    Idl,
}

impl Format {
    /// The format of a file extension: `msg`, `srv`, `action`, `idl`.
    pub fn parse(extension: &str) -> Result<Self> {
        match extension {
            "msg" => Ok(Self::Msg),
            "srv" => Ok(Self::Srv),
            "action" => Ok(Self::Action),
            "idl" => Ok(Self::Idl),
            other => {
                let message = format!("`{other}` is no interface format; expected msg, srv, action or idl");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    /// The file extension, which is also the encoding in `type_description_interfaces/msg/TypeSource`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Msg => "msg",
            Self::Srv => "srv",
            Self::Action => "action",
            Self::Idl => "idl",
        }
    }

    /// What is put behind the interface's name for each part.
    fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Msg | Self::Idl => &[""],
            Self::Srv => &["Request", "Response"],
            Self::Action => &["Goal", "Result", "Feedback"],
        }
    }
}

/// Parses the text of the interface `type_name`. Errors carry `file`, line and column.
pub fn parse(type_name: &TypeName, text: &str, format: Format, file: &str) -> Result<Interface> {
    if format == Format::Idl {
        return Err(Error::new(ErrorKind::Definition, format!("{file}: .idl files cannot be read yet")));
    }
    if !msg::is_message_name(type_name.name()) {
        let message = format!(
            "{file}: `{}` is not a name for an interface; expected an upper-case letter, then letters and digits",
            type_name.name()
        );
        return Err(Error::new(ErrorKind::Name, message));
    }
    let file: Arc<str> = file.into();
    let mut definitions = msg::parse(type_name, text, format.parts(), &file)?;
    let source = msg::source(&file, format.as_str(), text);
    definitions.iter_mut().for_each(|definition| definition.source = Some(source.clone()));
    msg::interface(type_name, definitions).ok_or_else(|| {
        Error::new(ErrorKind::Syntax, format!("{file}: an interface has one, two or three parts"))
    })
}
