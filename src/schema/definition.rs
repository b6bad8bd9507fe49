//! [`Definition`]: a described type together with what descriptions leave out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::description::{FieldType, IndividualTypeDescription};
use super::literal::Literal;
use super::type_name::TypeName;

/// What a definition defines. Services and actions are types of their own (they have hashes and appear in
/// keys) but no message of them ever travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    /// A message, declared or derived.
    Message,
    /// A service: `request_message`, `response_message`, `event_message`.
    Service,
    /// An action: goal, result, feedback and the derived services and message.
    Action,
}

impl DefinitionKind {
    /// The kind in one word: `message`, `service` or `action`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Service => "service",
            Self::Action => "action",
        }
    }

    /// The kind of what a description describes, which only its fields tell.
    #[must_use]
    pub fn of_description(description: &IndividualTypeDescription) -> Self {
        let names: Vec<&str> = description.fields.iter().map(|field| field.name.as_str()).collect();
        match names[..] {
            ["request_message", "response_message", "event_message"] => Self::Service,
            ["goal", "result", "feedback", "send_goal_service", "get_result_service", "feedback_message"] => {
                Self::Action
            }
            _ => Self::Message,
        }
    }

    /// What the file of a service or action declares: the name of each part, in the order of the file.
    #[must_use]
    pub fn declared_parts(self) -> &'static [&'static str] {
        match self {
            Self::Message => &[],
            Self::Service => &["Request", "Response"],
            Self::Action => &["Goal", "Result", "Feedback"],
        }
    }

    /// All types that are derived from one, directly: what is behind the last `_` of their names.
    #[must_use]
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Message => &[],
            Self::Service => &["Request", "Response", "Event"],
            Self::Action => &["Goal", "Result", "Feedback", "SendGoal", "GetResult", "FeedbackMessage"],
        }
    }
}

/// A named constant of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// Its name, upper case.
    pub name: String,
    /// Its type, a single scalar or string.
    pub field_type: FieldType,
    /// Its value, checked against the type.
    pub value: Literal,
    /// The comment lines that belong to it.
    pub comment: Vec<String>,
}

/// An annotation of IDL on a type or a member, such as `@key` or `@range(min=-10, max=10)`. What annotations
/// say changes neither the wire nor the hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Its name without the `@`; `::` between the parts of a scoped one.
    pub name: String,
    /// Parameter names and values. The name is empty in the short form `@name(value)`.
    pub parameters: Vec<(String, AnnotationValue)>,
}

/// What a parameter of an [`Annotation`] is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum AnnotationValue {
    /// A literal.
    Literal(Literal),
    /// A name, as in `@transfer_mode(SHMEM_REF)`.
    Name(String),
}

/// The text that a definition was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The file as the user named it, or what stands for it.
    pub file: Arc<str>,
    /// `msg`, `srv`, `action` or `idl`: an encoding of `type_description_interfaces/msg/TypeSource`.
    pub encoding: &'static str,
    /// The whole text.
    pub text: Arc<str>,
}

/// One type: its description, constants, comments and origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Full name, equal to `description.type_name`.
    pub type_name: TypeName,
    /// Message, service or action.
    pub kind: DefinitionKind,
    /// Name and fields, with defaults.
    pub description: IndividualTypeDescription,
    /// Constants in the order of their declaration.
    pub constants: Vec<Constant>,
    /// The comment lines at the head of the file (or of this part of it).
    pub comment: Vec<String>,
    /// The comment lines of each field, beside `description.fields`.
    pub field_comments: Vec<Vec<String>>,
    /// The annotations of the type, without the `@verbatim` that is its comment.
    pub annotations: Vec<Annotation>,
    /// The annotations of fields and constants by name, without comments and defaults, which have their own
    /// places; a member that has none is absent.
    pub member_annotations: BTreeMap<String, Vec<Annotation>>,
    /// The text it was read from; `None` for derived types and descriptions from peers.
    pub source: Option<SourceText>,
}

impl Definition {
    /// A definition that is only a description: no constants, comments or text.
    #[must_use]
    pub fn of_description(
        type_name: TypeName,
        kind: DefinitionKind,
        description: IndividualTypeDescription,
    ) -> Self {
        let field_comments = vec![Vec::new(); description.fields.len()];
        Self {
            type_name,
            kind,
            description,
            constants: vec![],
            comment: vec![],
            field_comments,
            annotations: vec![],
            member_annotations: BTreeMap::new(),
            source: None,
        }
    }

    /// A message that declares nothing.
    #[must_use]
    pub fn empty(type_name: TypeName) -> Self {
        let description =
            IndividualTypeDescription { type_name: type_name.as_str().to_owned(), fields: vec![] };
        Self::of_description(type_name, DefinitionKind::Message, description)
    }

    /// Whether messages of both have the same form: same names and types of fields, whatever defaults and constants
    /// are.
    #[must_use]
    pub fn same_fields(&self, other: &Self) -> bool {
        let (own, others) = (&self.description.fields, &other.description.fields);
        self.kind == other.kind
            && own.len() == others.len()
            && own.iter().zip(others).all(|(a, b)| (&a.name, &a.field_type) == (&b.name, &b.field_type))
    }

    /// Whether both define the same type: same fields, defaults and constants, whatever the comments say.
    #[must_use]
    pub fn same_type(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.description == other.description
            && self.constants.len() == other.constants.len()
            && self
                .constants
                .iter()
                .zip(&other.constants)
                .all(|(a, b)| (&a.name, &a.field_type) == (&b.name, &b.field_type) && a.value.is(&b.value))
    }
}
