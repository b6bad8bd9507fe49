//! OMG IDL files to interfaces: which structs are the parts, and what members, constants and defaults mean.

use std::borrow::Cow;
use std::collections::HashMap;

use super::idl_lex::{Expression, ExpressionValue, expected};
use super::idl_syntax::{AnnotationText, Item, ItemKind, Member, file};
use super::idl_types::{Base, Names, Shape, TypeText};
use super::lex::{Fault, Source, found};
use super::literal::python_value;
use super::msg::tidy;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    Annotation, Cardinality, Constant, Definition, DefinitionKind, Element, Field, FieldType,
    IndividualTypeDescription, Interface, Literal, SourceText, TypeName,
};

const SERVICE: [&str; 2] = ["Request", "Response"];
const ACTION: [&str; 3] = ["Goal", "Result", "Feedback"];

/// Reads one file: a message of one struct, a service of two, an action of three.
pub(super) fn interface(type_name: &TypeName, source: &Source<'_>, origin: &SourceText) -> Result<Interface> {
    let read = || {
        let items = file(source.text())?;
        Contents::new(source, &items)?.interface(type_name, origin)
    };
    read().map_err(|fault| placed(fault, source))
}

/// The name of the message, service or action that a file declares, by its modules and its first struct.
pub(super) fn declared_name(source: &Source<'_>) -> Result<TypeName> {
    let read = || {
        let items = file(source.text())?;
        Contents::new(source, &items)?.declared_name()
    };
    read().map_err(|fault| placed(fault, source))
}

/// The error at the place of a fault; the end of the file is where its last line ends.
fn placed(fault: Fault<'_>, source: &Source<'_>) -> Error {
    match fault.at {
        "" => source.error(Fault { at: end_of(source.text().trim_end()), ..fault }),
        _ => source.error(fault),
    }
}

/// What a file declares, out of its modules.
struct Contents<'i, 'a> {
    source: &'a Source<'a>,
    structs: Vec<Struct<'i, 'a>>,
    /// By the name of the innermost module; those of `<Name>_Constants` are those of the message `<Name>`.
    constants: HashMap<&'a str, Vec<NamedConstant<'a>>>,
    names: Names<'a>,
}

struct Struct<'i, 'a> {
    modules: Vec<&'a str>,
    item: &'i Item<'a>,
    members: &'i [Member<'a>],
}

struct NamedConstant<'a> {
    name: &'a str,
    constant: Constant,
    annotations: Vec<Annotation>,
}

impl<'i, 'a> Contents<'i, 'a> {
    fn new(source: &'a Source<'a>, items: &'i [Item<'a>]) -> Result<Self, Fault<'a>> {
        let mut contents =
            Self { source, structs: vec![], constants: HashMap::new(), names: Names::default() };
        contents.add(items, &mut Vec::new())?;
        Ok(contents)
    }

    fn declared_name(&self) -> Result<TypeName, Fault<'a>> {
        let Some(first) = self.structs.first() else {
            return Err(expected("a struct", end_of(self.source.text())));
        };
        let name = first.item.name;
        let suffix = match self.structs.len() {
            2 => SERVICE.first(),
            3 => ACTION.first(),
            _ => None,
        };
        let stem = suffix.and_then(|suffix| name.strip_suffix(suffix)?.strip_suffix('_')).unwrap_or(name);
        match first.modules[..] {
            [package, namespace] => TypeName::new(package, namespace, stem)
                .map_err(|error| Fault::new(name, error.kind(), error.message().to_owned())),
            _ => Err(expected("the struct in two modules, such as `package::msg`", name)),
        }
    }

    fn add(&mut self, items: &'i [Item<'a>], modules: &mut Vec<&'a str>) -> Result<(), Fault<'a>> {
        for item in items {
            match &item.kind {
                ItemKind::Module(items) => {
                    modules.push(item.name);
                    self.add(items, modules)?;
                    modules.pop();
                }
                ItemKind::Struct(members) => {
                    let same =
                        |first: &&Struct<'i, 'a>| first.item.name == item.name && first.modules == *modules;
                    if let Some(first) = self.structs.iter().take(ACTION.len()).find(same) {
                        return Err(self.twice("struct", item.name, first.item.name));
                    }
                    self.structs.push(Struct { modules: modules.clone(), item, members });
                }
                ItemKind::Constant { declared, value } => {
                    let module = modules.last().copied().unwrap_or_default();
                    let constant = constant(item, declared, value)?;
                    self.constants.entry(module).or_default().push(constant);
                }
                ItemKind::Typedef(text) => match self.names.typedefs.insert(item.name, text.clone()) {
                    Some(first) if first.shape != text.shape => {
                        return Err(self.twice("typedef", item.name, first.at));
                    }
                    _ => {}
                },
                ItemKind::Enum => {
                    let scoped = modules.iter().copied().chain([item.name]);
                    self.names.enums.push(scoped.collect());
                }
            }
        }
        Ok(())
    }

    fn interface(&self, type_name: &TypeName, origin: &SourceText) -> Result<Interface, Fault<'a>> {
        let names = self.part_names(type_name);
        self.check_structs(&names)?;
        let parts = self.structs.iter().zip(names).map(|(part, name)| self.definition(part, name, origin));
        let mut parts = parts.collect::<Result<Vec<_>, _>>()?.into_iter();
        let type_name = type_name.clone();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(message), None, None) => Ok(Interface::Message(message)),
            (Some(request), Some(response), None) => Ok(Interface::Service { type_name, request, response }),
            (Some(goal), Some(result), Some(feedback)) => {
                Ok(Interface::Action { type_name, goal, result, feedback })
            }
            _ => Err(expected("a struct", end_of(self.source.text()))),
        }
    }

    /// The names that the structs of the file must have.
    fn part_names(&self, type_name: &TypeName) -> Vec<TypeName> {
        let only = match &self.structs[..] {
            [only] => only.item.name == type_name.name(),
            _ => false,
        };
        let derived = |suffixes: &[&str]| suffixes.iter().map(|suffix| type_name.derived(suffix)).collect();
        match (type_name.namespace(), self.structs.len()) {
            ("srv", _) if !only => derived(&SERVICE),
            ("action", _) if !only => derived(&ACTION),
            ("msg", _) => vec![type_name.clone()],
            (_, 2) => derived(&SERVICE),
            (_, 3) => derived(&ACTION),
            _ => vec![type_name.clone()],
        }
    }

    /// Errors unless there is one struct for each name, in their order, in the modules of the package.
    fn check_structs(&self, names: &[TypeName]) -> Result<(), Fault<'a>> {
        let reason = match names.len() {
            1 => "the file of a message has one struct",
            2 => "the file of a service has two structs",
            _ => "the file of an action has three structs",
        };
        let mut names = names.iter();
        for Struct { modules: declared, item, .. } in &self.structs {
            let wanted = names.next();
            let Some(name) = wanted.filter(|name| name.name() == item.name) else {
                let wanted = wanted.map_or("`}`".to_owned(), |name| format!("the struct `{}`", name.name()));
                return Err(expected(&wanted, item.name).because(reason));
            };
            let modules = [name.package(), name.namespace()];
            if *declared != modules {
                let message = format!(
                    "expected the struct `{}` in the modules `{}`, found it in {}",
                    item.name,
                    modules.join("::"),
                    if declared.is_empty() { "none".to_owned() } else { found(&declared.join("::")) },
                );
                return Err(Fault::new(item.name, ErrorKind::Definition, message));
            }
        }
        match names.next() {
            Some(name) => Err(expected(&format!("the struct `{}`", name.name()), end_of(self.source.text()))),
            None => Ok(()),
        }
    }

    fn definition(
        &self,
        part: &Struct<'i, 'a>,
        type_name: TypeName,
        origin: &SourceText,
    ) -> Result<Definition, Fault<'a>> {
        let description =
            IndividualTypeDescription { type_name: type_name.as_str().to_owned(), fields: vec![] };
        let mut definition = Definition::of_description(type_name, DefinitionKind::Message, description);
        (definition.comment, definition.annotations) = comment_and_others(&part.item.annotations);
        definition.source = Some(origin.clone());

        let mut members = Members { contents: self, definition, declared: HashMap::new() };
        let constants = self.constants.get(&*format!("{}_Constants", part.item.name));
        constants.into_iter().flatten().try_for_each(|constant| members.add_constant(constant))?;
        part.members.iter().try_for_each(|member| members.add_member(member))?;
        Ok(members.definition)
    }

    fn twice(&self, what: &str, name: &'a str, first: &str) -> Fault<'a> {
        let line = self.source.line_of(first);
        let message = format!("{what} {} is declared twice, first in line {line}", found(name));
        Fault::new(name, ErrorKind::Definition, message)
    }
}

fn end_of(text: &str) -> &str {
    text.get(text.len()..).unwrap_or_default()
}

/// The definition of one struct, member by member.
struct Members<'c, 'i, 'a> {
    contents: &'c Contents<'i, 'a>,
    definition: Definition,
    /// The place of every name so far.
    declared: HashMap<&'a str, &'a str>,
}

impl<'a> Members<'_, '_, 'a> {
    fn add_constant(&mut self, constant: &NamedConstant<'a>) -> Result<(), Fault<'a>> {
        self.declare("constant", constant.name)?;
        self.annotate(constant.name, constant.annotations.clone());
        self.definition.constants.push(constant.constant.clone());
        Ok(())
    }

    fn add_member(&mut self, member: &Member<'a>) -> Result<(), Fault<'a>> {
        let (defaults, others): (Vec<_>, Vec<_>) =
            member.annotations.iter().partition(|annotation| annotation.name == "default");
        let (comment, annotations) = comment_and_others(others);
        for (name, array) in &member.declarators {
            self.declare("member", name)?;
            let mut declared = member.declared.clone();
            if let Some((at, length)) = array {
                declared = declared.array(at, *length)?;
            }
            let field_type = self.contents.names.field_type(&declared)?;
            let default_value = default_of(&defaults, &field_type)?;
            self.annotate(name, annotations.clone());
            self.definition.field_comments.push(comment.clone());
            self.definition.description.fields.push(Field { default_value, ..Field::new(name, field_type) });
        }
        Ok(())
    }

    fn declare(&mut self, what: &str, name: &'a str) -> Result<(), Fault<'a>> {
        match self.declared.insert(name, name) {
            Some(first) => Err(self.contents.twice(what, name, first)),
            None => Ok(()),
        }
    }

    fn annotate(&mut self, name: &str, annotations: Vec<Annotation>) {
        if !annotations.is_empty() {
            self.definition.member_annotations.insert(name.to_owned(), annotations);
        }
    }
}

fn constant<'a>(
    item: &Item<'a>,
    declared: &TypeText<'a>,
    value: &Expression<'a>,
) -> Result<NamedConstant<'a>, Fault<'a>> {
    let field_type = constant_type(declared)?;
    field_type
        .element()
        .map_err(|error| Fault::new(declared.at, error.kind(), error.message().to_owned()))?;
    let value = value_of(value, &field_type)?;
    let (comment, annotations) = comment_and_others(&item.annotations);
    let name = item.name.to_owned();
    let constant = Constant { name, field_type: without_bound(field_type), value, comment };
    Ok(NamedConstant { name: item.name, constant, annotations })
}

fn constant_type<'a>(declared: &TypeText<'a>) -> Result<FieldType, Fault<'a>> {
    match &declared.shape {
        Shape { base: Base::Known(known), cardinality: Cardinality::Single } => Ok(known.clone()),
        _ => Err(expected("a scalar or a string", declared.at).because("a constant has one value")),
    }
}

/// The type of a constant has no bound, as in `.msg`; its value was checked against the one declared.
fn without_bound(field_type: FieldType) -> FieldType {
    let wide = match field_type.element() {
        Ok(Element::String { .. }) => return FieldType::string(0),
        Ok(Element::WString { .. }) => true,
        _ => false,
    };
    if wide { FieldType::new(Element::WString { bound: 0 }, Cardinality::Single) } else { field_type }
}

/// The lines of the `@verbatim(language="comment", text=…)`s, and all other annotations.
fn comment_and_others<'t, 'a: 't>(
    annotations: impl IntoIterator<Item = &'t AnnotationText<'a>>,
) -> (Vec<String>, Vec<Annotation>) {
    let (mut comment, mut others) = (Vec::new(), Vec::new());
    for annotation in annotations {
        match (annotation.name.as_str(), string_of(annotation, "language"), string_of(annotation, "text")) {
            ("verbatim", Some("comment"), Some(text)) => comment.extend(text.split('\n').map(comment_line)),
            _ => others.push(annotation.to_schema()),
        }
    }
    (tidy(comment), others)
}

fn comment_line(line: &str) -> String {
    line.trim_end().to_owned()
}

fn string_of<'t>(annotation: &'t AnnotationText<'_>, parameter: &str) -> Option<&'t str> {
    match &annotation.parameter(parameter)?.value {
        ExpressionValue::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}

/// The Python text of the value of `@default(value=…)` or `@default(…)`, empty without one.
fn default_of<'a>(defaults: &[&AnnotationText<'a>], field_type: &FieldType) -> Result<String, Fault<'a>> {
    match defaults {
        [] => Ok(String::new()),
        [default] => match default.parameter("value").or_else(|| default.parameter("")) {
            Some(value) => Ok(value_of(value, field_type)?.to_python()),
            None => Err(expected("`@default(value=…)`", default.at)),
        },
        [_, second, ..] => Err(expected("one `@default`", second.at)),
    }
}

/// The value of an expression, if the type can hold it. A default of an array is a string that holds a Python
/// tuple, as `rosidl_adapter` writes it.
fn value_of<'a>(expression: &Expression<'a>, field_type: &FieldType) -> Result<Literal, Fault<'a>> {
    let (is_text, text) = match &expression.value {
        ExpressionValue::Literal(Literal::String(text)) => (true, Cow::Borrowed(text.as_str())),
        ExpressionValue::Literal(literal) => (false, Cow::Owned(literal.to_python())),
        ExpressionValue::Name(name) => (false, Cow::Borrowed(*name)),
    };
    let wanted = match (field_type.cardinality(), field_type.element()) {
        (_, Ok(Element::Nested(_)) | Err(_)) => None,
        (Cardinality::Single, Ok(Element::Primitive(primitive))) if primitive.is_block() => {
            is_text.then_some("a number or a boolean")
        }
        (Cardinality::Single, Ok(Element::Primitive(_))) => (!is_text).then_some("a character literal"),
        (Cardinality::Single, Ok(_)) => (!is_text).then_some("a string literal"),
        _ => (!is_text).then_some("a string literal that holds a tuple such as `(1, 2)`"),
    };
    match wanted {
        Some(wanted) => Err(Fault::expected(wanted, expression.at)),
        None => python_value(&text, field_type).map_err(|fault| {
            let fault = Fault::new(expression.at, fault.kind, fault.message);
            match expression.value {
                ExpressionValue::Name(_) => fault.because("it cannot be a constant in ROS interfaces"),
                ExpressionValue::Literal(_) => fault,
            }
        }),
    }
}
