//! The one error type of the crate: a kind, a sentence, and the place it is about.
//!
//! Every room returns [`Result`]. From the codec an error carries the message type, the path to the field and
//! the byte offset; from interface text it carries file, line, column and the line itself, so that the
//! alternate form (`{:#}`) can draw a caret. The path is pushed while the call stack unwinds, so that success
//! pays nothing for it.
//!
//! ```
//! use ros_z_dynamic::{Error, ErrorKind};
//! let error = Error::new(ErrorKind::Range, "300 is out of range for uint8")
//!     .in_field("datatype")
//!     .in_item(2)
//!     .in_field("fields")
//!     .in_type("sensor_msgs/msg/PointCloud2")
//!     .at_offset(148);
//! assert_eq!(
//!     error.to_string(),
//!     "sensor_msgs/msg/PointCloud2.fields[2].datatype: 300 is out of range for uint8 (byte 148)"
//! );
//! ```

use std::fmt;
use std::sync::Arc;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in one word; stable, for programs to branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Interface text that does not follow its grammar.
    Syntax,
    /// A well-formed definition that cannot be a type: duplicate fields, a cycle, an unsupported member.
    Definition,
    /// A type that is not loaded and was not found.
    UnknownType,
    /// Two different definitions, or a definition and a peer, disagree.
    TypeMismatch,
    /// A name that ROS does not allow.
    Name,
    /// Wire bytes that end too early.
    Truncated,
    /// An encapsulation header that is not plain CDR.
    Encapsulation,
    /// A string or sequence longer than its declared bound.
    Bound,
    /// The wrong number of elements for a fixed-size array.
    Length,
    /// A number outside the range of its type.
    Range,
    /// A value of a type that the field does not take.
    Type,
    /// A field that the message type does not have.
    UnknownField,
    /// Text that cannot be a ROS string.
    Text,
    /// JSON text that does not follow the JSON grammar.
    Json,
    /// A file that could not be read or written.
    Io,
    /// A setting or argument that makes no sense.
    Argument,
    /// A parameter that the node does not have.
    ParameterNotDeclared,
    /// A parameter that the node has already.
    ParameterDeclared,
    /// A parameter that was declared without a value and not set since.
    ParameterNotSet,
    /// A parameter whose value stays as it was declared.
    ParameterReadOnly,
    /// A value of another type than its parameter has.
    ParameterType,
    /// A value that its parameter may not have.
    ParameterValue,
    /// The transport refused or failed.
    Network,
    /// A malformed liveliness token, attachment or QoS string of a peer.
    Protocol,
    /// The time was up.
    Timeout,
    /// The object was closed before.
    Closed,
}

impl ErrorKind {
    /// The kind as the lower-case word that Python and `--json` output show.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Definition => "definition",
            Self::UnknownType => "unknown_type",
            Self::TypeMismatch => "type_mismatch",
            Self::Name => "name",
            Self::Truncated => "truncated",
            Self::Encapsulation => "encapsulation",
            Self::Bound => "bound",
            Self::Length => "length",
            Self::Range => "range",
            Self::Type => "type",
            Self::UnknownField => "unknown_field",
            Self::Text => "text",
            Self::Json => "json",
            Self::Io => "io",
            Self::Argument => "argument",
            Self::ParameterNotDeclared => "parameter_not_declared",
            Self::ParameterDeclared => "parameter_declared",
            Self::ParameterNotSet => "parameter_not_set",
            Self::ParameterReadOnly => "parameter_read_only",
            Self::ParameterType => "parameter_type",
            Self::ParameterValue => "parameter_value",
            Self::Network => "network",
            Self::Protocol => "protocol",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
        }
    }
}

/// A place in interface text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPlace {
    /// The file as the user named it, or what stands for it (`"<text>"`, an MCAP schema name).
    pub file: Arc<str>,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The whole line, without its end.
    pub source_line: String,
}

#[derive(Clone, Debug)]
enum Segment {
    Field(Arc<str>),
    Item(usize),
}

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    type_name: Option<Arc<str>>,
    /// Innermost first: it is pushed while unwinding.
    path: Vec<Segment>,
    offset: Option<usize>,
    place: Option<TextPlace>,
}

/// An error of this crate; one pointer wide. See the [module documentation](self).
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

impl Error {
    /// An error of `kind` that says `message` (a sentence without the place and without a final full stop).
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            type_name: None,
            path: Vec::new(),
            offset: None,
            place: None,
        }))
    }

    /// The same error inside the field `name` of whatever encloses it.
    #[must_use]
    #[cold]
    pub fn in_field(mut self, name: &str) -> Self {
        self.0.path.push(Segment::Field(Arc::from(name)));
        self
    }

    /// The same error inside the element `index` of whatever encloses it.
    #[must_use]
    #[cold]
    pub fn in_item(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Item(index));
        self
    }

    /// The same error in a message of the named type; the innermost name given wins.
    #[must_use]
    #[cold]
    pub fn in_type(mut self, type_name: impl AsRef<str>) -> Self {
        self.0.type_name.get_or_insert_with(|| Arc::from(type_name.as_ref()));
        self
    }

    /// The same error at byte `offset` of the payload, counted from its first byte (encapsulation included).
    #[must_use]
    #[cold]
    pub fn at_offset(mut self, offset: usize) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// The same error at a place in interface text.
    #[must_use]
    #[cold]
    pub fn at_place(mut self, place: TextPlace) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// What went wrong, in one word.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence alone, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The message type the error is about, `pkg/msg/Name`.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.0.type_name.as_deref()
    }

    /// The path to the field, such as `fields[2].datatype`; empty when the error is about the whole message.
    #[must_use]
    pub fn path(&self) -> String {
        use fmt::Write;
        let mut text = String::new();
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Field(name) if text.is_empty() => text.push_str(name),
                Segment::Field(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Segment::Item(index) => _ = write!(text, "[{index}]"),
            }
        }
        text
    }

    /// The byte offset in the payload, counted from its first byte.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// The place in interface text.
    #[must_use]
    pub fn place(&self) -> Option<&TextPlace> {
        self.0.place.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, type_name, offset, place, .. } = &*self.0;
        if let Some(place) = place {
            write!(f, "{}:{}:{}: ", place.file, place.line, place.column)?;
        }
        let path = self.path();
        match (type_name, path.is_empty()) {
            (Some(name), true) => write!(f, "{name}: ")?,
            (Some(name), false) if path.starts_with('[') => write!(f, "{name}{path}: ")?,
            (Some(name), false) => write!(f, "{name}.{path}: ")?,
            (None, false) => write!(f, "{path}: ")?,
            (None, true) => {}
        }
        f.write_str(message)?;
        if let Some(offset) = offset {
            write!(f, " (byte {offset})")?;
        }
        match place {
            Some(place) if f.alternate() => place.write_caret(f),
            _ => Ok(()),
        }
    }
}

impl TextPlace {
    /// Two more lines: the source line, and a caret below the column.
    fn write_caret(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line: String = self.source_line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        write!(f, "\n  {line}\n  {:>width$}", '^', width = self.column)
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn caret_stands_below_the_column() {
        let error = Error::new(ErrorKind::Syntax, "expected a field name, found `1x`").at_place(TextPlace {
            file: "a.msg".into(),
            line: 2,
            column: 7,
            source_line: "int32\t1x".into(),
        });
        assert_eq!(error.to_string(), "a.msg:2:7: expected a field name, found `1x`");
        let drawn = "a.msg:2:7: expected a field name, found `1x`\n  int32 1x\n        ^";
        assert_eq!(format!("{error:#}"), drawn);
    }

    #[test]
    fn path_of_a_top_level_item_follows_the_type_directly() {
        let error = Error::new(ErrorKind::Type, "expected an object").in_item(3).in_type("p/msg/T");
        assert_eq!(error.to_string(), "p/msg/T[3]: expected an object");
    }
}
