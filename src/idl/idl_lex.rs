//! The words, symbols and literals of OMG IDL.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::{anychar, char, digit1, one_of};
use nom::combinator::{opt, recognize, value};
use nom::multi::{fold_many0, many0_count, separated_list1};
use nom::sequence::{pair, preceded, terminated};
use nom::{AsChar, Parser};

use super::lex::{Fault, Parsed};
use super::literal::python_integer;
use crate::error::ErrorKind;
use crate::schema::Literal;

/// What stands on the right side of a constant or of an annotation's parameter.
#[derive(Clone, Debug)]
pub(super) struct Expression<'a> {
    pub at: &'a str,
    pub value: ExpressionValue<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum ExpressionValue<'a> {
    Literal(Literal),
    /// A name, perhaps behind a minus sign, as it is written.
    Name(&'a str),
}

/// The fault of finding something else than `what`.
pub(super) fn expected<'a>(what: &str, at: &'a str) -> Fault<'a> {
    if at.is_empty() {
        return Fault::new(at, ErrorKind::Syntax, format!("expected {what}, found the end of the file"));
    }
    let token = token(at);
    let fault = Fault::expected(what, token);
    match token {
        "#include" => fault.because("it can only stand before the modules"),
        _ if token.starts_with('#') => {
            fault.because("`#include` is the only preprocessor directive that ROS interfaces can have")
        }
        _ => fault,
    }
}

pub(super) fn fail<'a, T>(fault: Fault<'a>) -> Parsed<'a, T> {
    Err(nom::Err::Failure(fault))
}

/// The part of the text that a message shows: a word, a directive, a string, or one character.
fn token(at: &str) -> &str {
    let word = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    let string = (char('"'), take_till(|c| c == '"' || c == '\n'), opt(char('"')));
    let symbol = alt((tag("::"), recognize(anychar)));
    let parsed: Parsed<'_, &str> =
        alt((recognize((opt(one_of("#@")), word)), recognize(string), symbol)).parse(at);
    parsed.map_or("", |(_, token)| token)
}

/// Blanks and comments, if there are any.
pub(super) fn blank(input: &str) -> Parsed<'_, ()> {
    let line_comment = pair(tag("//"), take_till(|c| c == '\n' || c == '\r'));
    let blanks = take_while1(|c: char| c.is_ascii_whitespace());
    value((), many0_count(alt((value((), blanks), value((), line_comment), block_comment)))).parse(input)
}

fn block_comment(input: &str) -> Parsed<'_, ()> {
    let (inside, _) = tag("/*").parse(input)?;
    match inside.split_once("*/") {
        Some((_, rest)) => Ok((rest, ())),
        None => {
            let message = "expected `*/` after this comment, found the end of the file";
            fail(Fault::new(input, ErrorKind::Syntax, message))
        }
    }
}

/// Something and the blanks after it.
pub(super) fn lexeme<'a, T>(
    inner: impl Parser<&'a str, Output = T, Error = Fault<'a>>,
) -> impl Parser<&'a str, Output = T, Error = Fault<'a>> {
    terminated(inner, blank)
}

/// One symbol such as `{` or `::`.
pub(super) fn symbol<'a>(
    symbol: &'static str,
) -> impl Parser<&'a str, Output = (), Error = Fault<'a>> + Clone {
    move |input: &'a str| match input.strip_prefix(symbol) {
        Some(rest) => blank(rest),
        None => Err(nom::Err::Error(expected(&format!("`{symbol}`"), input))),
    }
}

fn bare_word(input: &str) -> Parsed<'_, &str> {
    recognize(pair(
        take_while1(|c: char| c.is_ascii_alphabetic() || c == '_'),
        take_till(|c: char| !(c.is_ascii_alphanumeric() || c == '_')),
    ))
    .parse(input)
}

/// A word, which `what` says in messages.
pub(super) fn word<'a>(
    what: &'static str,
) -> impl Parser<&'a str, Output = &'a str, Error = Fault<'a>> + Clone {
    move |input| match lexeme(bare_word).parse(input) {
        Err(nom::Err::Error(_)) => Err(nom::Err::Error(expected(what, input))),
        result => result,
    }
}

/// `a::b::c`, also with `::` before it; its parts.
pub(super) fn scoped_name<'a>(
    what: &'static str,
) -> impl Parser<&'a str, Output = Vec<&'a str>, Error = Fault<'a>> {
    preceded(opt(symbol("::")), separated_list1(symbol("::"), word(what)))
}

/// One literal, with a minus sign if it is a number, or one name. Anything more is refused where it begins.
pub(super) fn expression(input: &str) -> Parsed<'_, Expression<'_>> {
    let literal = alt((string, character, number)).map(ExpressionValue::Literal);
    let (end, value) = match alt((literal, name)).parse(input) {
        Err(nom::Err::Error(_)) if input.starts_with(OPERATORS) => {
            return fail(no_expressions("a literal", input));
        }
        Err(nom::Err::Error(_)) => return fail(expected("a literal", input)),
        result => result?,
    };
    let at = input.get(..input.len() - end.len()).unwrap_or(input);
    let (rest, ()) = blank(end)?;
    if rest.starts_with(OPERATORS) || rest.starts_with("::") {
        return fail(no_expressions("one literal", rest));
    }
    Ok((rest, Expression { at, value }))
}

const OPERATORS: [char; 11] = ['+', '-', '*', '/', '%', '|', '^', '&', '~', '<', '('];

fn no_expressions<'a>(what: &str, at: &'a str) -> Fault<'a> {
    expected(what, at).because("ROS interfaces have no expressions")
}

fn name(input: &str) -> Parsed<'_, ExpressionValue<'_>> {
    let (rest, name) = recognize(pair(opt(pair(char('-'), blank)), bare_word)).parse(input)?;
    let value = match name {
        "TRUE" => ExpressionValue::Literal(Literal::Bool(true)),
        "FALSE" => ExpressionValue::Literal(Literal::Bool(false)),
        name => ExpressionValue::Name(name),
    };
    Ok((rest, value))
}

/// A decimal integer, a floating-point or a fixed-point number.
fn number(input: &str) -> Parsed<'_, Literal> {
    let (digits, minus) = opt(terminated(char('-'), blank)).parse(input)?;
    let exponent = || (one_of("eE"), opt(one_of("+-")), digit1);
    // Not `digit0`, which at the end of the text gives the rest a wrong place.
    let decimals = || take_while(AsChar::is_dec_digit);
    let fraction =
        || alt((recognize((digit1, opt((char('.'), decimals())))), recognize((char('.'), digit1))));
    let (rest, (text, fixed)) =
        pair(recognize((fraction(), opt(exponent()))), opt(one_of("dD"))).parse(digits)?;
    if let Some(radix) = radix_of(digits) {
        let reason = format!("ROS interfaces have no {radix} literals");
        return fail(expected("a decimal number", digits).because(&reason));
    }
    if rest.starts_with(|c: char| c.is_alphanum() || c == '_' || c == '.') {
        return fail(expected("a number", digits));
    }
    let literal = match python_integer(text) {
        Some(integer) if fixed.is_none() => Literal::Int(if minus.is_some() { -integer } else { integer }),
        _ => match text.parse::<f64>() {
            Ok(float) => Literal::Float(if minus.is_some() { -float } else { float }),
            Err(_) => return fail(expected("a number", digits)),
        },
    };
    Ok((rest, literal))
}

fn radix_of(digits: &str) -> Option<&'static str> {
    let after_zero = digits.strip_prefix('0')?;
    match after_zero.chars().next()? {
        'x' | 'X' => Some("hexadecimal"),
        '0'..='9' if !token(digits).contains(['.', 'e', 'E', 'd', 'D']) => Some("octal"),
        _ => None,
    }
}

/// A literal size: an array length or a bound; its digits.
pub(super) fn size_digits<'a>(
    what: &'static str,
) -> impl Parser<&'a str, Output = &'a str, Error = Fault<'a>> {
    move |input: &'a str| {
        let expected = || expected(&format!("an integer as {what}"), input);
        match lexeme(digit1).parse(input) {
            _ if radix_of(input).is_some() => number(input).map(|_| (input, "")),
            Err(nom::Err::Error(_)) if bare_word(input).is_ok() => {
                fail(expected().because("it cannot be a constant in ROS interfaces"))
            }
            Err(nom::Err::Error(_)) => fail(expected()),
            result => result,
        }
    }
}

/// Adjacent string literals, all narrow or all wide.
pub(super) fn string(input: &str) -> Parsed<'_, Literal> {
    let (_, wide) = opt(char('L')).parse(input)?;
    let one = move |input| {
        let (inside, _) = tag(if wide.is_some() { "L\"" } else { "\"" }).parse(input)?;
        quoted(input, inside, '"', wide.is_some())
    };
    let (rest, first) = one(input)?;
    let next = preceded(blank, one);
    let joined = fold_many0(next, move || first.clone(), |text, next| text + &next).parse(rest)?;
    Ok((joined.0, Literal::String(joined.1)))
}

/// A narrow or wide character literal.
fn character(input: &str) -> Parsed<'_, Literal> {
    let (inside, (wide, _)) = pair(opt(char('L')), char('\'')).parse(input)?;
    let (rest, text) = quoted(input, inside, '\'', wide.is_some())?;
    match text.chars().count() {
        1 => Ok((rest, Literal::String(text))),
        count => {
            let message = format!("expected one character between the quotes, found {count}");
            fail(Fault::new(input, ErrorKind::Syntax, message))
        }
    }
}

/// The text up to `quote`, its escapes undone. A backslash before anything else stands for itself, as in rosidl.
fn quoted<'a>(at: &'a str, inside: &'a str, quote: char, wide: bool) -> Parsed<'a, String> {
    let mut text = String::new();
    let mut rest = inside;
    loop {
        let plain = rest.find([quote, '\\', '\0']).unwrap_or(rest.len());
        let (before, from) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        text.push_str(before);
        if let Some(after) = from.strip_prefix(quote) {
            return Ok((after, text));
        }
        let Some(after) = from.strip_prefix('\\') else {
            let name = if quote == '"' { "`\"`" } else { "`'`" };
            let message = format!("expected {name} after this literal, found the end of the file");
            return fail(Fault::new(at, ErrorKind::Syntax, message));
        };
        rest = match escape(after, wide) {
            Some((_, '\0')) => {
                return fail(Fault::new(from, ErrorKind::Text, "a ROS string cannot hold a NUL character"));
            }
            Some((after, c)) => {
                text.push(c);
                after
            }
            None => {
                text.push('\\');
                after
            }
        };
    }
}

/// The character that stands behind a backslash.
fn escape(after: &str, wide: bool) -> Option<(&str, char)> {
    const SIMPLE: [(char, char); 11] = [
        ('n', '\n'),
        ('t', '\t'),
        ('r', '\r'),
        ('v', '\u{b}'),
        ('b', '\u{8}'),
        ('f', '\u{c}'),
        ('a', '\u{7}'),
        ('\\', '\\'),
        ('?', '?'),
        ('\'', '\''),
        ('"', '"'),
    ];
    let mut chars = after.chars();
    let first = chars.next()?;
    if let Some((_, c)) = SIMPLE.iter().find(|(name, _)| *name == first) {
        return Some((chars.as_str(), *c));
    }
    let (digits, radix, longest) = match first {
        'x' => (chars.as_str(), 16, 2),
        'u' if wide => (chars.as_str(), 16, 4),
        '0'..='7' => (after, 8, 3),
        _ => return None,
    };
    let length = digits.chars().take(longest).take_while(|c| c.is_digit(radix)).count();
    let (number, rest) = digits.split_at_checked(length)?;
    Some((rest, char::from_u32(u32::from_str_radix(number, radix).ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idl::lex::fault;

    fn literal(text: &str) -> Result<Literal, String> {
        match expression(text).map_err(fault) {
            Ok((_, Expression { value: ExpressionValue::Literal(literal), .. })) => Ok(literal),
            Ok((_, Expression { value: ExpressionValue::Name(name), .. })) => Err(format!("the name {name}")),
            Err(fault) => Err(fault.message.into_owned()),
        }
    }

    #[test]
    fn literals_of_idl() {
        let string = |text: &str| Literal::String(text.into());
        let table = [
            ("0", Literal::Int(0)),
            ("- 23;", Literal::Int(-23)),
            ("1.9e10", Literal::Float(1.9e10)),
            ("1. )", Literal::Float(1.0)),
            (".1", Literal::Float(0.1)),
            ("9e05", Literal::Float(9e5)),
            ("00.5", Literal::Float(0.5)),
            ("8.7d", Literal::Float(8.7)),
            ("7D", Literal::Float(7.0)),
            ("-.3d", Literal::Float(-0.3)),
            ("TRUE", Literal::Bool(true)),
            ("'a'", string("a")),
            ("'\\''", string("'")),
            ("L'\\u2122'", string("™")),
            ("\"a\" /* and */ \"\\n\"\n\"b\"", string("a\nb")),
            ("L\"™\" L\"\\u2122\"", string("™™")),
            ("\"\\u2122\"", string("\\u2122")),
            ("\"\\x41\\102\\\\\\\"\\q\"", string("AB\\\"\\q")),
            ("\"\"", string("")),
            ("\"é // #\"", string("é // #")),
        ];
        for (text, value) in table {
            assert_eq!(literal(text), Ok(value), "{text}");
        }
        for text in [
            "", "0x10", "017", "(1)", "+1", "1+2", "1 << 2", "1x", "--1", "''", "'ab'", "\"a", "\"\\0\"", "A",
        ] {
            assert!(literal(text).is_err(), "{text}");
        }
    }

    #[test]
    fn blanks_are_comments_too() {
        assert_eq!(blank(" // a\n/* b * / */\r\n\tx"), Ok(("x", ())));
        assert!(blank("/* a").is_err());
    }
}
