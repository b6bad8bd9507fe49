//! From the text of a filter to a tree that knows no type. Each node keeps where it begins, for the caret of errors.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, hex_digit1, multispace0, one_of};
use nom::combinator::{opt, recognize, value, verify};
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

use crate::codec::path::{self, FieldPath};
use crate::error::ErrorKind;
use crate::idl::lex::{Fault, Parsed, found};

/// Deepest nesting of parentheses, negations and signs.
const DEEPEST: usize = 20;

/// Most operators of which each is an operand of the next, as in a long sum: the tree is gone through by recursion.
const LONGEST_CHAIN: usize = 100;

/// A node of the tree, and the text from where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node<'t> {
    pub at: &'t str,
    pub expression: Expression<'t>,
    height: usize,
}

impl<'t> Node<'t> {
    fn new(at: &'t str, expression: Expression<'t>) -> Self {
        let below = match &expression {
            Expression::Not(inner) | Expression::Negative(inner) => inner.height,
            Expression::Binary(_, _, sides) => sides.0.height.max(sides.1.height),
            Expression::List(items) => items.iter().map(|item| item.height).max().unwrap_or(0),
            _ => 0,
        };
        Self { at, expression, height: below + 1 }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression<'t> {
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Node<'t>>),
    Path(FieldPath),
    Length(FieldPath),
    Not(Box<Node<'t>>),
    Negative(Box<Node<'t>>),
    /// The operator, the text from it on, and both sides.
    Binary(Operator, &'t str, Box<(Node<'t>, Node<'t>)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Compare(Relation),
    In,
    Contains,
    Arithmetic(Arithmetic),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

/// The tree of a whole filter.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Fault<'_>> {
    let (rest, node) = or(text, 0).map_err(crate::idl::lex::fault)?;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Ok(node);
    }
    let hint = match rest.as_bytes() {
        [b'=', ..] => "; equality is `==`",
        [b'&', ..] => "; both is `&&`",
        [b'|', ..] => "; either is `||`",
        _ => "",
    };
    Err(wrong(rest, format!("expected an operator or the end, found {}{hint}", found(rest))))
}

pub(super) fn wrong(at: &str, message: impl Into<String>) -> Fault<'_> {
    Fault::new(at, ErrorKind::Argument, message.into())
}

fn expected<'t, T>(what: &str, at: &'t str) -> Parsed<'t, T> {
    let at = at.trim_start();
    Err(nom::Err::Failure(wrong(at, format!("expected {what}, found {}", found(at)))))
}

/// Passes blanks and, if it comes next, what `token` takes.
fn after_blanks<'t, T>(
    token: impl Parser<&'t str, Output = T, Error = nom::error::Error<&'t str>>,
    text: &'t str,
) -> Option<(&'t str, T)> {
    preceded(multispace0, token).parse(text).ok()
}

/// A word that is not the beginning of a longer one.
fn word<'t>(
    wanted: &'static str,
) -> impl Parser<&'t str, Output = &'t str, Error = nom::error::Error<&'t str>> {
    verify(path::name, move |name: &str| name == wanted)
}

/// Operands with operators between them that group from the left.
fn from_the_left<'t>(
    text: &'t str,
    operand: impl Fn(&'t str) -> Parsed<'t, Node<'t>>,
    operator: impl Fn(&'t str) -> IResult<&'t str, Operator>,
) -> Parsed<'t, Node<'t>> {
    let (mut text, mut left) = operand(text)?;
    while let Some((rest, found)) = after_blanks(&operator, text) {
        let (rest, right) = operand(rest)?;
        left = binary(found, text.trim_start(), left, right)?;
        text = rest;
    }
    Ok((text, left))
}

fn binary<'t>(
    operator: Operator,
    sign: &'t str,
    left: Node<'t>,
    right: Node<'t>,
) -> Result<Node<'t>, nom::Err<Fault<'t>>> {
    let node = Node::new(left.at, Expression::Binary(operator, sign, Box::new((left, right))));
    if node.height > LONGEST_CHAIN {
        let message = format!("more than {LONGEST_CHAIN} operators in one chain");
        return Err(nom::Err::Failure(wrong(sign, message)));
    }
    Ok(node)
}

fn or(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let operator = |text| value(Operator::Or, alt((tag("||"), word("or")))).parse(text);
    from_the_left(text, |text| and(text, depth), operator)
}

fn and(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let operator = |text| value(Operator::And, alt((tag("&&"), word("and")))).parse(text);
    from_the_left(text, |text| not(text, depth), operator)
}

fn not(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let sign = alt((recognize(pair(char('!'), nom::combinator::not(char('=')))), word("not")));
    match after_blanks(sign, text) {
        Some((rest, _)) => {
            let (rest, inner) = not(rest, deeper(text, depth)?)?;
            Ok((rest, Node::new(text.trim_start(), Expression::Not(Box::new(inner)))))
        }
        None => comparison(text, depth),
    }
}

fn deeper(text: &str, depth: usize) -> Result<usize, nom::Err<Fault<'_>>> {
    if depth < DEEPEST {
        return Ok(depth + 1);
    }
    let message = format!("nested more than {DEEPEST} deep");
    Err(nom::Err::Failure(wrong(text.trim_start(), message)))
}

fn relation(text: &str) -> IResult<&str, Operator> {
    let sign = |operator, sign| value(Operator::Compare(operator), tag(sign));
    alt((
        sign(Relation::Equal, "=="),
        sign(Relation::Unequal, "!="),
        sign(Relation::LessOrEqual, "<="),
        sign(Relation::GreaterOrEqual, ">="),
        sign(Relation::Less, "<"),
        sign(Relation::Greater, ">"),
        value(Operator::In, word("in")),
        value(Operator::Contains, word("contains")),
    ))
    .parse(text)
}

fn comparison(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let (text, left) = sum(text, depth)?;
    let Some((rest, operator)) = after_blanks(relation, text) else { return Ok((text, left)) };
    let (rest, right) = sum(rest, depth)?;
    if after_blanks(relation, rest).is_some() {
        let message = "comparisons are not chained: write `a < b && b < c`";
        return Err(nom::Err::Failure(wrong(rest.trim_start(), message)));
    }
    Ok((rest, binary(operator, text.trim_start(), left, right)?))
}

fn sum(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let operator = |text| {
        let sign = |operator, sign| value(Operator::Arithmetic(operator), char(sign));
        alt((sign(Arithmetic::Plus, '+'), sign(Arithmetic::Minus, '-'))).parse(text)
    };
    from_the_left(text, |text| product(text, depth), operator)
}

fn product(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let operator = |text| {
        let sign = |operator, sign| value(Operator::Arithmetic(operator), char(sign));
        alt((sign(Arithmetic::Times, '*'), sign(Arithmetic::Divide, '/'), sign(Arithmetic::Remainder, '%')))
            .parse(text)
    };
    from_the_left(text, |text| signed(text, depth), operator)
}

fn signed(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    match after_blanks(char('-'), text) {
        Some((rest, _)) => {
            let (rest, inner) = signed(rest, deeper(text, depth)?)?;
            Ok((rest, Node::new(text.trim_start(), Expression::Negative(Box::new(inner)))))
        }
        None => operand(text.trim_start(), depth),
    }
}

fn operand(text: &str, depth: usize) -> Parsed<'_, Node<'_>> {
    let node = |(rest, expression)| Ok((rest, Node::new(text, expression)));
    match text.chars().next() {
        Some('(') => {
            let (rest, inner) = or(&text[1..], deeper(text, depth)?)?;
            close(rest, ')').map(|(rest, ())| (rest, inner))
        }
        Some('[') => node(list(text, depth)?),
        Some(quote @ ('"' | '\'')) => node(quoted(text, quote)?),
        Some('0'..='9' | '.') => node(number(text)?),
        Some('a'..='z' | 'A'..='Z' | '_') => node(named(text)?),
        _ => expected("a field, a number, a string or `(`", text),
    }
}

fn close(text: &str, sign: char) -> Parsed<'_, ()> {
    match after_blanks(char(sign), text) {
        Some((rest, _)) => Ok((rest, ())),
        None => expected(&format!("an operator or `{sign}`"), text),
    }
}

fn list(text: &str, depth: usize) -> Parsed<'_, Expression<'_>> {
    let depth = deeper(text, depth)?;
    let mut items = Vec::new();
    let mut rest = &text[1..];
    loop {
        let (after, item) = sum(rest, depth)?;
        items.push(item);
        match after_blanks(char(','), after) {
            Some((after, _)) => rest = after,
            None => return close(after, ']').map(|(rest, ())| (rest, Expression::List(items))),
        }
    }
}

fn quoted(text: &str, quote: char) -> Parsed<'_, Expression<'_>> {
    let mut content = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => content.push('\n'),
                Some((_, 'r')) => content.push('\r'),
                Some((_, 't')) => content.push('\t'),
                Some((_, c @ ('\\' | '\'' | '"'))) => content.push(c),
                _ => return expected("one of `\\\\`, `\\'`, `\\\"`, `\\n`, `\\r`, `\\t`", &text[at..]),
            },
            c if c == quote => return Ok((&text[at + 1..], Expression::Text(content))),
            c => content.push(c),
        }
    }
    Err(nom::Err::Failure(wrong(text, "the string does not end")))
}

fn number(text: &str) -> Parsed<'_, Expression<'_>> {
    let malformed = || nom::Err::Failure(wrong(text, format!("{} is not a number", found(word_like(text)))));
    let (rest, digits) = word_end(text);
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        let all: IResult<&str, &str> = hex_digit1(hexadecimal);
        let whole = all.ok().filter(|(rest, _)| rest.is_empty());
        let value = whole.and_then(|(_, digits)| i128::from_str_radix(digits, 16).ok());
        return value.map(|value| (rest, Expression::Int(value))).ok_or_else(malformed);
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().map(|value| (rest, Expression::Int(value))).map_err(|_| malformed());
    }
    let fraction = || opt(pair(char('.'), opt(digit1)));
    let exponent = opt((one_of::<_, _, nom::error::Error<&str>>("eE"), opt(one_of("+-")), digit1));
    let form = recognize((opt(digit1), fraction(), exponent)).parse(text);
    let (rest, digits) = form.map_err(|_| malformed())?;
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    match digits.parse::<f64>() {
        Ok(value) if ends && value.is_finite() => Ok((rest, Expression::Float(value))),
        _ => Err(malformed()),
    }
}

/// Digits, letters and points: what people take for one number.
fn word_end(text: &str) -> (&str, &str) {
    let all: IResult<&str, &str> =
        take_while1(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_').parse(text);
    all.unwrap_or((text, ""))
}

fn word_like(text: &str) -> &str {
    word_end(text).1
}

fn named(text: &str) -> Parsed<'_, Expression<'_>> {
    let is_word = |wanted: &[&str]| wanted.contains(&name_at(text));
    if is_word(&["true", "True"]) {
        return Ok((&text[4..], Expression::Bool(true)));
    }
    if is_word(&["false", "False"]) {
        return Ok((&text[5..], Expression::Bool(false)));
    }
    if is_word(&["and", "or", "not", "in"]) {
        return expected("a field, a number, a string or `(`", text);
    }
    if is_word(&["len"])
        && let Some((rest, _)) = after_blanks(char('('), &text[3..])
    {
        let (rest, path) = whole_path(rest.trim_start())?;
        return close(rest, ')').map(|(rest, ())| (rest, Expression::Length(path)));
    }
    whole_path(text).map(|(rest, path)| (rest, Expression::Path(path)))
}

fn name_at(text: &str) -> &str {
    path::name(text).map_or("", |(_, name)| name)
}

fn whole_path(text: &str) -> Parsed<'_, FieldPath> {
    match path::field_path(text) {
        Ok((rest, path)) if !rest.starts_with(['[', '.', '(']) => Ok((rest, path)),
        Ok((rest, _)) if rest.starts_with('(') => {
            let message = format!("there is no function `{}`, only `len`", name_at(text));
            Err(nom::Err::Failure(wrong(text, message)))
        }
        Ok((rest, _)) if rest.starts_with('[') => expected("an index such as `[0]`", rest),
        Ok((rest, _)) => expected("a name after the point", &rest[1..]),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => expected("a name of a field", error.input),
        Err(nom::Err::Incomplete(_)) => expected("a name of a field", ""),
    }
}
