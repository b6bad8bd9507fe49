//! The stub of one module, `ros_z_py.<package>.<namespace>`: a class for each type.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::idl::default_of;
use crate::schema::{
    Cardinality, Constant, Definition, DefinitionKind, Element, Field, Literal, Primitive, TypeName,
};

/// Python's keywords: a field of such a name has an underscore behind it.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The longest text that stands as a default in a stub.
const LONGEST_TEXT: usize = 50;

/// One module.
pub(super) struct Module<'d> {
    package: &'d str,
    namespace: &'d str,
    types: Vec<&'d Definition>,
}

/// What a module needs besides its classes.
#[derive(Default)]
struct Needs {
    typing: bool,
    packages: BTreeSet<String>,
    namespaces: BTreeSet<String>,
    /// Names that a class hides by an attribute of the same name, and so are used under another.
    hidden: BTreeSet<String>,
}

impl<'d> Module<'d> {
    pub(super) fn new(package: &'d str, namespace: &'d str, types: &[&'d Definition]) -> Self {
        // No program can say the name of such a class.
        let types = types.iter().copied().filter(|each| !is_keyword(each.type_name.name())).collect();
        Self { package, namespace, types }
    }

    /// The names in the module, and whether each is only another spelling, `AddTwoIntsRequest` for `AddTwoInts_Request`.
    pub(super) fn names(&self) -> Vec<(String, bool)> {
        let classes = self.types.iter().map(|each| (each.type_name.name().to_owned(), false));
        classes.chain(self.aliases().into_iter().map(|(alias, _)| (alias, true))).collect()
    }

    fn aliases(&self) -> Vec<(String, &'d str)> {
        let is_taken = |alias: &str| self.types.iter().any(|each| each.type_name.name() == alias);
        let is_derived = |name: &&str| name.contains('_') && !name.starts_with("Sample_");
        let derived = self.types.iter().map(|each| each.type_name.name()).filter(is_derived);
        derived.map(|name| (name.replace('_', ""), name)).filter(|(alias, _)| !is_taken(alias)).collect()
    }

    /// The whole file.
    pub(super) fn text(&self) -> String {
        let mut needs = Needs::default();
        let classes: Vec<String> = self.types.iter().map(|each| self.class(each, &mut needs)).collect();
        let aliases: String = self
            .aliases()
            .iter()
            .map(|(alias, name)| format!("{alias}: typing.TypeAlias = {name}\n"))
            .collect();
        needs.typing |= !aliases.is_empty();
        let mut text = self.head(&needs);
        text.push_str(&classes.join("\n"));
        if !aliases.is_empty() {
            text = format!("{text}\n{aliases}");
        }
        text
    }

    fn head(&self, needs: &Needs) -> String {
        let mut text = String::from("# Written by `ros-z stubs`.\n\n");
        let hidden_types: Vec<_> = needs.hidden.iter().filter(|name| !self.is_module(name, needs)).collect();
        if needs.typing || !hidden_types.is_empty() {
            text.push_str("import typing\n\n");
        }
        let packages: Vec<&str> =
            std::iter::once("_fields").chain(needs.packages.iter().map(String::as_str)).collect();
        _ = writeln!(text, "from ros_z_py import {}", packages.join(", "));
        if !needs.namespaces.is_empty() {
            let namespaces: Vec<&str> = needs.namespaces.iter().map(String::as_str).collect();
            _ = write!(text, "\nfrom . import {}\n", namespaces.join(", "));
        }
        text.push('\n');
        for name in &needs.hidden {
            match self.is_module(name, needs) {
                true => _ = writeln!(text, "_{name} = {name}"),
                false => _ = writeln!(text, "_{name}: typing.TypeAlias = {name}"),
            }
        }
        text.push_str(if needs.hidden.is_empty() { "" } else { "\n" });
        text
    }

    fn is_module(&self, name: &str, needs: &Needs) -> bool {
        name == "typing" || needs.packages.contains(name) || needs.namespaces.contains(name)
    }

    fn class(&self, definition: &Definition, needs: &mut Needs) -> String {
        let name = definition.type_name.name();
        let mut comment = vec![definition.type_name.as_str().to_owned()];
        if !definition.comment.is_empty() {
            comment.push(String::new());
            comment.extend(definition.comment.iter().cloned());
        }
        let base = if definition.kind == DefinitionKind::Message { "Message" } else { "Interface" };
        let mut text = format!("class {name}(_fields.{base}):\n{}\n", docstring(&comment));
        if definition.kind != DefinitionKind::Message {
            needs.typing = true;
            for part in definition.kind.parts() {
                _ = writeln!(text, "    {part}: typing.TypeAlias = {name}_{part}");
            }
            return text;
        }
        let description = &definition.description;
        let fields = if description.is_empty_message() { &[][..] } else { &description.fields };
        let attributes: BTreeSet<String> = fields
            .iter()
            .map(|field| attribute(&field.name))
            .chain(definition.constants.iter().map(|constant| attribute(&constant.name)))
            .collect();
        let mut names = Names { module: self, attributes: &attributes, needs };
        for constant in &definition.constants {
            text += &names.constant(constant);
        }
        for (field, comment) in fields.iter().zip(&definition.field_comments) {
            let (reads, _) = names.field(field);
            _ = writeln!(text, "    {}: {reads}", attribute(&field.name));
            text += &member_docstring(comment);
        }
        if !attributes.is_empty() {
            text.push('\n');
        }
        text + &names.constructor(fields)
    }
}

/// The names that the annotations of one class use.
struct Names<'n, 'd> {
    module: &'n Module<'d>,
    attributes: &'n BTreeSet<String>,
    needs: &'n mut Needs,
}

impl Names<'_, '_> {
    /// A name of the module as the class can say it.
    fn name(&mut self, name: &str) -> String {
        if !self.attributes.contains(name) {
            return name.to_owned();
        }
        self.needs.hidden.insert(name.to_owned());
        format!("_{name}")
    }

    fn constant(&mut self, constant: &Constant) -> String {
        self.needs.typing = true;
        let (typing, value_type) = (self.name("typing"), self.scalar_of(&constant.value));
        let value = simple(&constant.value).map(|value| format!(" = {value}")).unwrap_or_default();
        let name = attribute(&constant.name);
        let line = format!("    {name}: {typing}.ClassVar[{value_type}]{value}\n");
        line + &member_docstring(&constant.comment)
    }

    fn scalar_of(&mut self, value: &Literal) -> String {
        self.name(match value {
            Literal::Bool(_) => "bool",
            Literal::Int(_) => "int",
            Literal::Float(_) => "float",
            Literal::String(_) | Literal::List(_) => "str",
        })
    }

    /// What a field is declared as, and what its argument of the constructor takes.
    fn field(&mut self, field: &Field) -> (String, String) {
        let Ok(element) = field.field_type.element() else { return both("object") };
        let (scalar, shape) = match element {
            Element::Primitive(Primitive::Bool) => ("bool", "Numbers"),
            Element::Primitive(Primitive::Float32 | Primitive::Float64) => ("float", "Numbers"),
            Element::Primitive(Primitive::Char | Primitive::WChar) => ("str", "Texts"),
            Element::Primitive(primitive) if primitive.is_octet() => ("int", "Octets"),
            Element::Primitive(_) => ("int", "Numbers"),
            Element::String { .. } | Element::WString { .. } => ("str", "Texts"),
            Element::Nested(name) => {
                let class = self.class(name);
                return match field.field_type.cardinality() {
                    Cardinality::Single => (class.clone(), format!("_fields.AnyMessage[{class}]")),
                    _ => (format!("_fields.Messages[{class}]"), format!("_fields.AnyMessages[{class}]")),
                };
            }
        };
        if field.field_type.cardinality() == Cardinality::Single {
            return both(&self.name(scalar));
        }
        let of = if shape == "Numbers" { format!("[{}]", self.name(scalar)) } else { String::new() };
        (format!("_fields.{shape}{of}"), format!("_fields.Any{shape}{of}"))
    }

    /// The class of another message type.
    fn class(&mut self, full_name: &str) -> String {
        let Ok(name) = TypeName::parse(full_name) else { return "object".to_owned() };
        if is_keyword(name.name()) {
            return "object".to_owned();
        }
        if name.package() != self.module.package {
            self.needs.packages.insert(name.package().to_owned());
            return format!("{}.{}.{}", self.name(name.package()), name.namespace(), name.name());
        }
        if name.namespace() != self.module.namespace {
            self.needs.namespaces.insert(name.namespace().to_owned());
            return format!("{}.{}", self.name(name.namespace()), name.name());
        }
        self.name(name.name())
    }

    fn constructor(&mut self, fields: &[Field]) -> String {
        if fields.is_empty() {
            return "    def __init__(self) -> None: ...\n".to_owned();
        }
        let has_self = fields.iter().any(|field| field.name == "self");
        let first = if has_self { "_self,\n        /," } else { "self," };
        let mut text = format!("    def __init__(\n        {first}\n        *,\n");
        for field in fields {
            let (_, takes) = self.field(field);
            _ = writeln!(text, "        {}: {takes} = {},", attribute(&field.name), default_text(field));
        }
        text + "    ) -> None: ...\n"
    }
}

fn both(annotation: &str) -> (String, String) {
    (annotation.to_owned(), annotation.to_owned())
}

/// The default of an argument, `...` where it is no simple value.
fn default_text(field: &Field) -> String {
    let is_single = field.field_type.cardinality() == Cardinality::Single;
    let zero = || {
        Some(match field.field_type.element().ok().filter(|_| is_single)? {
            Element::Primitive(Primitive::Bool) => Literal::Bool(false),
            Element::Primitive(Primitive::Float32 | Primitive::Float64) => Literal::Float(0.0),
            Element::Primitive(Primitive::Char | Primitive::WChar) => Literal::String("\0".to_owned()),
            Element::Primitive(_) => Literal::Int(0),
            Element::String { .. } | Element::WString { .. } => Literal::String(String::new()),
            Element::Nested(_) => return None,
        })
    };
    let default = default_of(field).ok().flatten().or_else(zero);
    default.and_then(|default| simple(&default)).unwrap_or_else(|| "...".to_owned())
}

/// A value as it can stand in a stub.
fn simple(value: &Literal) -> Option<String> {
    match value {
        Literal::Bool(_) | Literal::Int(_) => Some(value.to_repr()),
        Literal::Float(number) => number.is_finite().then(|| value.to_repr()),
        Literal::String(text) if text.chars().count() <= LONGEST_TEXT => Some(double_quoted(text)),
        Literal::String(_) | Literal::List(_) => None,
    }
}

/// Python's text of a string, with the quotes that formatters want.
fn double_quoted(text: &str) -> String {
    let repr = Literal::String(text.to_owned()).to_repr();
    match repr.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inside) if !inside.contains('"') && !inside.contains("\\'") => format!("\"{inside}\""),
        _ => repr,
    }
}

fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// The attribute for a member: its name, with an underscore behind it if that is a keyword.
fn attribute(name: &str) -> String {
    format!("{name}{}", if is_keyword(name) { "_" } else { "" })
}

fn member_docstring(comment: &[String]) -> String {
    if comment.is_empty() { String::new() } else { docstring(comment) }
}

/// A docstring inside a class, its line ends included.
fn docstring(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().flat_map(|line| line.split(['\n', '\r'])).map(escaped).collect();
    match &lines[..] {
        [only] if only.ends_with('"') => format!("    \"\"\"{only} \"\"\"\n"),
        [only] => format!("    \"\"\"{only}\"\"\"\n"),
        _ => {
            let mut text = String::from("    \"\"\"");
            for (index, line) in lines.iter().enumerate() {
                text += if index > 0 && !line.is_empty() { "    " } else { "" };
                text += line;
                text.push('\n');
            }
            text + "    \"\"\"\n"
        }
    }
}

fn escaped(line: &str) -> String {
    let mut text = String::new();
    for c in line.trim_end().chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push(' '),
            c if c.is_control() => _ = write!(text, "\\x{:02x}", u32::from(c)),
            c => text.push(c),
        }
    }
    text.replace("\"\"\"", "\\\"\\\"\\\"")
}
