//! The grammar of OMG IDL files, as far as rosidl knows it: what stands in a file, not yet what it means.

use nom::Parser;
use nom::combinator::{cut, opt, peek};
use nom::multi::{many0, separated_list1};
use nom::sequence::{delimited, pair, preceded, terminated};

use super::idl_lex::{
    Expression, ExpressionValue, blank, expected, expression, fail, scoped_name, string, symbol, word,
};
use super::idl_types::{TypeText, array_suffix, type_text};
use super::lex::{Fault, Parsed};
use crate::error::ErrorKind;
use crate::schema::{Annotation, AnnotationValue};

/// Modules in modules; rosidl needs three.
const DEEPEST_MODULE: usize = 16;

/// Definitions of OMG IDL that ROS has not, and why.
const REFUSED: [(&str, &str); 9] = [
    ("union", "ROS messages have no unions"),
    ("bitset", "ROS messages have no bit sets"),
    ("bitmask", "ROS messages have no bit masks"),
    ("interface", "ROS services are pairs of structs, not interfaces"),
    ("valuetype", "ROS messages have no value types"),
    ("exception", "ROS services have no exceptions"),
    ("native", "ROS messages have no native types"),
    ("import", "another file is named by `#include`"),
    ("eventtype", "ROS messages have no event types"),
];

/// One definition of a file or module.
pub(super) struct Item<'a> {
    pub annotations: Vec<AnnotationText<'a>>,
    pub name: &'a str,
    pub kind: ItemKind<'a>,
}

pub(super) enum ItemKind<'a> {
    Module(Vec<Item<'a>>),
    Struct(Vec<Member<'a>>),
    Typedef(TypeText<'a>),
    Constant { declared: TypeText<'a>, value: Expression<'a> },
    Enum,
}

/// A line of a struct: one type and the names that have it.
pub(super) struct Member<'a> {
    pub annotations: Vec<AnnotationText<'a>>,
    pub declared: TypeText<'a>,
    pub declarators: Vec<Declarator<'a>>,
}

/// A name, and the place and length of its array.
pub(super) type Declarator<'a> = (&'a str, Option<(&'a str, u64)>);

pub(super) struct AnnotationText<'a> {
    pub at: &'a str,
    pub name: String,
    pub parameters: Vec<(&'a str, Expression<'a>)>,
}

impl<'a> AnnotationText<'a> {
    /// The value of a parameter; `""` is the name of the one in the short form.
    pub fn parameter(&self, name: &str) -> Option<&Expression<'a>> {
        self.parameters.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| value)
    }

    pub fn to_schema(&self) -> Annotation {
        let value = |expression: &Expression<'_>| match &expression.value {
            ExpressionValue::Literal(literal) => AnnotationValue::Literal(literal.clone()),
            ExpressionValue::Name(name) => AnnotationValue::Name((*name).to_owned()),
        };
        let parameters =
            self.parameters.iter().map(|(name, expression)| ((*name).to_owned(), value(expression)));
        Annotation { name: self.name.clone(), parameters: parameters.collect() }
    }
}

/// A whole file. What it includes is not read: the registry finds the types that it names.
pub(super) fn file(text: &str) -> Result<Vec<Item<'_>>, Fault<'_>> {
    let read = |input| {
        let (rest, ()) = blank(input)?;
        let (rest, items) = many0(preceded(many0(include), item(0))).parse(rest)?;
        let (rest, _) = many0(include).parse(rest)?;
        match rest {
            "" => Ok((rest, items)),
            _ => fail(expected("a definition", rest)),
        }
    };
    read(text).map(|(_, items)| items).map_err(super::lex::fault)
}

fn include(input: &str) -> Parsed<'_, ()> {
    let (rest, directive) = preceded(symbol("#"), word("`include`")).parse(input)?;
    if directive != "include" {
        return Err(nom::Err::Error(expected("a definition", input)));
    }
    match rest.strip_prefix('<').map(|rest| rest.split_once('>')) {
        Some(Some((_, rest))) => blank(rest),
        _ if !rest.starts_with('"') => fail(expected("the name of a file in quotes", rest)),
        _ => cut(string).map(drop).parse(rest).and_then(|(rest, ())| blank(rest)),
    }
}

fn item<'a>(depth: usize) -> impl Parser<&'a str, Output = Item<'a>, Error = Fault<'a>> {
    move |input: &'a str| {
        let (at, annotations) = many0(annotation).parse(input)?;
        if annotations.is_empty() && (at.is_empty() || at.starts_with('}')) {
            return Err(nom::Err::Error(expected("a definition", at)));
        }
        let (rest, keyword) = cut(word("a definition")).parse(at)?;
        let (rest, (name, kind)) = match keyword {
            "module" => return module(rest, depth, annotations),
            "struct" => cut(structure).parse(rest),
            "typedef" => cut(typedef).parse(rest),
            "const" => cut(constant).parse(rest),
            "enum" => cut(enumeration).parse(rest),
            _ => {
                let reason = REFUSED.iter().find(|(refused, _)| *refused == keyword);
                let fault = expected("`module`, `struct`, `const` or `typedef`", at);
                fail(reason.into_iter().fold(fault, |fault, (_, reason)| fault.because(reason)))
            }
        }?;
        let (rest, ()) = cut(symbol(";")).parse(rest)?;
        Ok((rest, Item { annotations, name, kind }))
    }
}

fn module<'a>(input: &'a str, depth: usize, annotations: Vec<AnnotationText<'a>>) -> Parsed<'a, Item<'a>> {
    let (rest, name) = cut(word("the name of the module")).parse(input)?;
    if depth == DEEPEST_MODULE {
        let message = format!("modules are nested more than {DEEPEST_MODULE} deep");
        return fail(Fault::new(input, ErrorKind::Syntax, message));
    }
    let (body, ()) = cut(symbol("{")).parse(rest)?;
    let (rest, items) = many0(item(depth + 1)).parse(body)?;
    if items.is_empty() {
        return fail(expected("a definition", rest).because("a module cannot be empty"));
    }
    let (rest, _) = cut(pair(symbol("}"), symbol(";"))).parse(rest)?;
    Ok((rest, Item { annotations, name, kind: ItemKind::Module(items) }))
}

fn structure(input: &str) -> Parsed<'_, (&str, ItemKind<'_>)> {
    let (rest, name) = word("the name of the struct").parse(input)?;
    match rest.chars().next() {
        Some(':') => return fail(expected("`{`", rest).because("ROS messages have no inheritance")),
        Some(';') => {
            return fail(expected("`{`", rest).because("a struct cannot be declared before it is defined"));
        }
        _ => {}
    }
    let (rest, ()) = symbol("{").parse(rest)?;
    if rest.starts_with('}') {
        return fail(expected("a member", rest).because("a struct cannot be empty"));
    }
    let (rest, members) = many0(member).parse(rest)?;
    let (rest, ()) = symbol("}").parse(rest)?;
    Ok((rest, (name, ItemKind::Struct(members))))
}

fn member(input: &str) -> Parsed<'_, Member<'_>> {
    let (rest, annotations) = many0(annotation).parse(input)?;
    if annotations.is_empty() && rest.starts_with('}') {
        return Err(nom::Err::Error(expected("a member", rest)));
    }
    let (rest, declared) = cut(type_text).parse(rest)?;
    let declarator = pair(word("the name of the member"), array_suffix);
    let (rest, declarators) = cut(separated_list1(symbol(","), declarator)).parse(rest)?;
    let (rest, ()) = cut(symbol(";")).parse(rest)?;
    Ok((rest, Member { annotations, declared, declarators }))
}

fn typedef(input: &str) -> Parsed<'_, (&str, ItemKind<'_>)> {
    let (rest, mut declared) = type_text(input)?;
    let (rest, (name, array)) = pair(word("the name of the typedef"), array_suffix).parse(rest)?;
    if rest.starts_with(',') {
        return fail(expected("`;`", rest).because("a typedef declares one name"));
    }
    if let Some((at, length)) = array {
        declared = declared.array(at, length).map_err(nom::Err::Failure)?;
    }
    Ok((rest, (name, ItemKind::Typedef(declared))))
}

fn constant(input: &str) -> Parsed<'_, (&str, ItemKind<'_>)> {
    let (rest, declared) = type_text(input)?;
    let (rest, name) = word("the name of the constant").parse(rest)?;
    let (rest, value) = preceded(symbol("="), expression).parse(rest)?;
    Ok((rest, (name, ItemKind::Constant { declared, value })))
}

fn enumeration(input: &str) -> Parsed<'_, (&str, ItemKind<'_>)> {
    let enumerator = preceded(many0(annotation), word("an enumerator"));
    let (rest, name) = word("the name of the enum").parse(input)?;
    let (rest, _) =
        delimited(symbol("{"), separated_list1(symbol(","), enumerator), symbol("}")).parse(rest)?;
    Ok((rest, (name, ItemKind::Enum)))
}

fn annotation(input: &str) -> Parsed<'_, AnnotationText<'_>> {
    let (rest, name) = preceded(symbol("@"), cut(scoped_name("the name of the annotation"))).parse(input)?;
    let list = cut(terminated(parameters, symbol(")")));
    let (rest, parameters) = opt(preceded(symbol("("), list)).parse(rest)?;
    Ok((
        rest,
        AnnotationText { at: input, name: name.join("::"), parameters: parameters.unwrap_or_default() },
    ))
}

/// `name=value, …`, or one value alone.
fn parameters(input: &str) -> Parsed<'_, Vec<(&str, Expression<'_>)>> {
    let name = || terminated(word("the name of a parameter"), symbol("="));
    match peek(name()).parse(input) {
        Ok(_) => separated_list1(symbol(","), pair(name(), cut(expression))).parse(input),
        Err(_) => expression.map(|value| vec![("", value)]).parse(input),
    }
}
