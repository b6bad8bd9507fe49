//! The values of constants and defaults: as `.msg` text, and as the Python text of a description.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_till1, take_while1};
use nom::character::complete::{char, one_of, space0};
use nom::combinator::{all_consuming, opt, recognize, value};
use nom::multi::{many0_count, separated_list0};
use nom::sequence::{delimited, preceded, terminated};
use nom::{AsChar, Parser};

use super::lex::{Fault, Parsed, fault, found};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Cardinality, Element, FieldType, Literal, Primitive, for_each_scalar};

/// Reads a field's `default_value` back, Python text such as `True`, `1.125`, `hello` or `(1, 2)`: the inverse
/// of [`Literal::to_python`]. Errors when it does not fit the type, its bounds or its length.
///
/// ```
/// use ros_z_dynamic::idl::parse_python_literal;
/// use ros_z_dynamic::schema::{FieldType, Literal, Primitive};
/// let uint8 = FieldType::primitive(Primitive::UInt8);
/// assert_eq!(parse_python_literal("7", &uint8)?, Literal::Int(7));
/// assert!(parse_python_literal("256", &uint8).is_err());
/// # Ok::<(), ros_z_dynamic::Error>(())
/// ```
pub fn parse_python_literal(text: &str, field_type: &FieldType) -> Result<Literal> {
    python_value(text, field_type)
        .map_err(|fault| Error::new(fault.kind, format!("default value {}: {}", found(text), fault.message)))
}

/// [`parse_python_literal`] for text at a place.
pub(super) fn python_value<'a>(text: &'a str, field_type: &FieldType) -> Result<Literal, Fault<'a>> {
    let element = element(text, field_type)?;
    match (field_type.cardinality(), element) {
        (Cardinality::Single, Element::Primitive(primitive)) if primitive.is_block() => {
            literal(Piece::plain(text.trim()), element)
        }
        (Cardinality::Single, _) => literal(Piece::plain(text), element),
        (cardinality, _) => all_consuming(tuple)
            .parse(text.trim())
            .map_err(|_| Fault::expected("a Python tuple such as `(1, 2)`", text))
            .and_then(|(_, pieces)| list(text, pieces, element, cardinality)),
    }
}

/// Reads the value of a `.msg` constant or default.
pub(super) fn msg_value<'a>(text: &'a str, field_type: &FieldType) -> Result<Literal, Fault<'a>> {
    let element = element(text, field_type)?;
    match (field_type.cardinality(), element) {
        (_, Element::Nested(_)) => literal(Piece::plain(text), element),
        (Cardinality::Single, Element::Primitive(_)) => literal(Piece::plain(text), element),
        (Cardinality::Single, _) => literal(msg_string(text)?, element),
        (cardinality, _) => list(text, msg_array(text, element)?, element, cardinality),
    }
}

fn element<'a, 't>(text: &'a str, field_type: &'t FieldType) -> Result<Element<'t>, Fault<'a>> {
    field_type.element().map_err(|error| Fault::new(text, error.kind(), error.message().to_owned()))
}

/// A piece of value text, and the string that it stands for once quotes and escapes are undone.
#[derive(Clone)]
struct Piece<'a> {
    at: &'a str,
    text: Cow<'a, str>,
}

impl<'a> Piece<'a> {
    fn plain(at: &'a str) -> Self {
        Self { at, text: Cow::Borrowed(at) }
    }

    fn unescaped(at: &'a str, inside: &'a str, quote: char) -> Self {
        let escaped = format!("\\{quote}");
        let text = match inside.contains(&escaped) {
            true => Cow::Owned(inside.replace(&escaped, quote.encode_utf8(&mut [0; 4]))),
            false => Cow::Borrowed(inside),
        };
        Self { at, text }
    }
}

fn list<'a>(
    at: &'a str,
    pieces: Vec<Piece<'a>>,
    element: Element<'_>,
    cardinality: Cardinality,
) -> Result<Literal, Fault<'a>> {
    let count = pieces.len() as u64;
    match cardinality {
        Cardinality::Array(length) if count != length => {
            let message = format!("expected an array of {length}, found one of {count}");
            return Err(Fault::new(at, ErrorKind::Length, message));
        }
        Cardinality::Sequence { bound: Some(bound) } if count > bound => {
            let message = format!("an array of {count} exceeds the bound of {bound}");
            return Err(Fault::new(at, ErrorKind::Bound, message));
        }
        _ => {}
    }
    let literals = pieces.into_iter().map(|piece| literal(piece, element));
    literals.collect::<Result<_, _>>().map(Literal::List)
}

fn literal<'a>(piece: Piece<'a>, element: Element<'_>) -> Result<Literal, Fault<'a>> {
    match element {
        Element::Primitive(primitive) => scalar(&piece, primitive),
        Element::String { bound } => {
            let length = piece.text.len() as u64;
            bounded(piece, length, bound, "bytes")
        }
        Element::WString { bound } => {
            let length = piece.text.encode_utf16().count() as u64;
            bounded(piece, length, bound, "UTF-16 units")
        }
        Element::Nested(_) => {
            let message = "a field of a message type cannot have a default value";
            Err(Fault::new(piece.at, ErrorKind::Definition, message))
        }
    }
}

fn bounded<'a>(piece: Piece<'a>, length: u64, bound: u64, unit: &str) -> Result<Literal, Fault<'a>> {
    if bound > 0 && length > bound {
        let message = format!("a string of {length} {unit} exceeds the bound of {bound}");
        return Err(Fault::new(piece.at, ErrorKind::Bound, message));
    }
    Ok(Literal::String(piece.text.into_owned()))
}

/// The values that a scalar takes.
enum Domain {
    Bool,
    Integer(RangeInclusive<i128>),
    Float { overflows: fn(f64) -> bool },
    Unit { greatest: u32 },
}

macro_rules! domain {
    (Float32 $rust:ty) => {
        Domain::Float { overflows: |value| (value as $rust).is_infinite() }
    };
    (Float64 $rust:ty) => {
        Domain::Float { overflows: |value| value.is_infinite() }
    };
    (Unit $rust:ty) => {
        Domain::Unit { greatest: <$rust>::MAX as u32 }
    };
    ($integer:ident $rust:ty) => {
        Domain::Integer(<$rust>::MIN.into()..=<$rust>::MAX.into())
    };
}

macro_rules! domains {
    ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
        fn domain(primitive: Primitive) -> Domain {
            match primitive {
                Primitive::Bool => Domain::Bool,
                $(Primitive::$variant => domain!($wide $rust),)*
            }
        }
    };
}
for_each_scalar!(domains);

fn scalar<'a>(piece: &Piece<'a>, primitive: Primitive) -> Result<Literal, Fault<'a>> {
    let text = piece.at;
    let name = primitive.name();
    let wrong = || match text.is_empty() {
        true => Fault::new(text, ErrorKind::Syntax, format!("expected a value of {name}, found nothing")),
        false => Fault::expected(&format!("a value of {name}"), text),
    };
    let out_of_range = |range: &str| {
        let message = format!("{} is out of range for {name}{range}", found(text));
        Fault::new(text, ErrorKind::Range, message)
    };
    match domain(primitive) {
        Domain::Bool => match text {
            "1" => Ok(Literal::Bool(true)),
            "0" => Ok(Literal::Bool(false)),
            _ if text.eq_ignore_ascii_case("true") => Ok(Literal::Bool(true)),
            _ if text.eq_ignore_ascii_case("false") => Ok(Literal::Bool(false)),
            _ => Err(Fault::expected("`true` or `false`", text)),
        },
        Domain::Integer(range) => match python_integer(text) {
            Some(number) if range.contains(&number) => Ok(Literal::Int(number)),
            Some(_) => Err(out_of_range(&format!(" ({} to {})", range.start(), range.end()))),
            None => Err(wrong()),
        },
        Domain::Float { overflows } => match python_float(text) {
            Some(number) if overflows(number) && !names_infinity(text) => Err(out_of_range("")),
            Some(number) => Ok(Literal::Float(number)),
            None => Err(wrong()),
        },
        Domain::Unit { greatest } => {
            let mut chars = piece.text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) if u32::from(c) <= greatest => Ok(Literal::String(c.to_string())),
                _ => Err(Fault::expected("one character", text)),
            }
        }
    }
}

/// What Python's `int(text)`, then `int(text, 0)` read; numbers beyond 128 bits become the greatest.
pub(super) fn python_integer(text: &str) -> Option<i128> {
    let (_, (sign, (radix, digits))) =
        all_consuming((opt(one_of("+-")), alt((prefixed, digits(10))))).parse(text).ok()?;
    let magnitude = i128::from_str_radix(&digits.replace('_', ""), radix).unwrap_or(i128::MAX);
    Some(if sign == Some('-') { -magnitude } else { magnitude })
}

fn prefixed(input: &str) -> Parsed<'_, (u32, &str)> {
    let radix = alt((value(16, tag_no_case("0x")), value(8, tag_no_case("0o")), value(2, tag_no_case("0b"))));
    let (rest, radix) = terminated(radix, opt(char('_'))).parse(input)?;
    digits(radix).parse(rest)
}

/// Digits with single underscores between them.
fn digits<'a>(radix: u32) -> impl Parser<&'a str, Output = (u32, &'a str), Error = Fault<'a>> {
    let group = move || take_while1(move |c: char| c.is_digit(radix));
    recognize((group(), many0_count(preceded(char('_'), group())))).map(move |digits| (radix, digits))
}

/// What Python's `float(text)` reads: as Rust, and single underscores between digits.
fn python_float(text: &str) -> Option<f64> {
    let is_digit = |part: Option<char>| part.is_some_and(char::is_dec_digit);
    let mut parts = text.split('_').peekable();
    while let (Some(left), Some(right)) = (parts.next(), parts.peek()) {
        if !is_digit(left.chars().next_back()) || !is_digit(right.chars().next()) {
            return None;
        }
    }
    text.replace('_', "").parse().ok()
}

fn names_infinity(text: &str) -> bool {
    text.contains(['i', 'I'])
}

/// A single string: outer quotes are taken off, anything else is taken as it is.
fn msg_string(text: &str) -> Result<Piece<'_>, Fault<'_>> {
    for quote in ['"', '\''] {
        if !(text.starts_with(quote) && text.ends_with(quote)) {
            continue;
        }
        // A lone quote is both ends of an empty string, to rosidl too.
        let inside = text.get(1..text.len() - 1).unwrap_or_default();
        if let Some(inner) = closing(inside, quote) {
            let at = inside.get(inner..).unwrap_or_default();
            let message = format!("a quote inside a quoted string must be written `\\{quote}`");
            return Err(Fault::new(at, ErrorKind::Syntax, message));
        }
        return Ok(Piece::unescaped(text, inside, quote));
    }
    Ok(Piece::plain(text))
}

/// Where the first `quote` without a backslash before it is.
fn closing(inside: &str, quote: char) -> Option<usize> {
    let escaped = |at: usize| inside.get(..at).is_some_and(|before| before.ends_with('\\'));
    inside.match_indices(quote).map(|(at, _)| at).find(|&at| !escaped(at))
}

/// The elements of `[…]`. Quoted strings are taken as written, everything else is trimmed.
fn msg_array<'a>(text: &'a str, element: Element<'_>) -> Result<Vec<Piece<'a>>, Fault<'a>> {
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let inside = inside.ok_or_else(|| Fault::expected("an array such as `[1, 2]`", text))?;
    match element {
        _ if inside.is_empty() => Ok(vec![]),
        Element::Primitive(_) => Ok(inside.split(',').map(|item| Piece::plain(item.trim())).collect()),
        _ => {
            let (rest, pieces) =
                elements(alt((quoted('"'), quoted('\''), unquoted(",")))).parse(inside).map_err(fault)?;
            match rest {
                "" if pieces.is_empty() => Err(Fault::expected("a string or `[]`", text)),
                "" => Ok(pieces),
                _ => Err(Fault::expected("a string, `,` or `]`", rest)),
            }
        }
    }
}

/// Items between commas, blanks around them, perhaps one more comma at the end.
fn elements<'a>(
    item: impl Parser<&'a str, Output = Piece<'a>, Error = Fault<'a>>,
) -> impl Parser<&'a str, Output = Vec<Piece<'a>>, Error = Fault<'a>> {
    let comma = || terminated(char(','), space0);
    let items = separated_list0(comma(), terminated(item, space0));
    delimited(space0, items, opt(comma()))
}

fn quoted<'a>(quote: char) -> impl Parser<&'a str, Output = Piece<'a>, Error = Fault<'a>> {
    move |input: &'a str| {
        let (body, _) = char(quote).parse(input)?;
        let parts = closing(body, quote).and_then(|end| Some((body.get(..end)?, body.get(end + 1..)?)));
        match parts {
            Some((inside, rest)) => Ok((rest, Piece::unescaped(input, inside, quote))),
            None => Err(nom::Err::Failure(Fault::expected("a closing quote", input))),
        }
    }
}

fn unquoted<'a>(end: &'static str) -> impl Parser<&'a str, Output = Piece<'a>, Error = Fault<'a>> {
    take_till1(move |c| end.contains(c)).map(|text: &str| Piece::plain(text.trim_end()))
}

/// A Python tuple or list of scalars or strings.
fn tuple(input: &str) -> Parsed<'_, Vec<Piece<'_>>> {
    let items = || elements(alt((python_string, unquoted(",()[]"))));
    alt((delimited(char('('), items(), char(')')), delimited(char('['), items(), char(']')))).parse(input)
}

/// A string as Python's `repr` writes it.
fn python_string(input: &str) -> Parsed<'_, Piece<'_>> {
    let (body, quote) = one_of("\"'").parse(input)?;
    let mut text = String::new();
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(python_escape(&mut chars)),
            c if c == quote => return Ok((chars.as_str(), Piece { at: input, text: Cow::Owned(text) })),
            c => text.push(c),
        }
    }
    Err(nom::Err::Failure(Fault::expected("a closing quote", input)))
}

fn python_escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let width = match chars.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        c => return Some(c),
    };
    let code = chars
        .by_ref()
        .take(width)
        .try_fold(0, |code: u32, c| Some(code.checked_mul(16)? + c.to_digit(16)?))?;
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(element: Element<'_>, cardinality: Cardinality) -> FieldType {
        FieldType::new(element, cardinality)
    }

    #[test]
    fn integers_and_floats_as_python_reads_them() {
        let integers = [
            ("-5", Some(-5)),
            ("+5", Some(5)),
            ("010", Some(10)),
            ("1_000", Some(1000)),
            ("0x_fF", Some(255)),
            ("-0B11", Some(-3)),
            ("0o17", Some(15)),
            ("00", Some(0)),
            ("", None),
            ("-", None),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("0x", None),
            ("- 5", None),
            ("0o8", None),
            ("1.0", None),
            ("99999999999999999999999999999999999999999", Some(i128::MAX)),
        ];
        for (text, number) in integers {
            assert_eq!(python_integer(text), number, "{text}");
        }
        let floats = [
            ("1e3", Some(1000.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1_0.2_5", Some(10.25)),
            ("-inf", Some(f64::NEG_INFINITY)),
            ("Infinity", Some(f64::INFINITY)),
            ("1_.0", None),
            ("_1", None),
            ("0x10", None),
            (".", None),
            ("1,5", None),
        ];
        for (text, number) in floats {
            assert_eq!(python_float(text), number, "{text}");
        }
        assert!(python_float("NaN").unwrap().is_nan());
    }

    #[test]
    fn python_text_reads_back_to_the_value() {
        let strings = ["", "it's", "a \"b\" 'c'", "tab\t\\ \n", "日本", "\u{1}"];
        let list = Literal::List(strings.map(|text| Literal::String(text.into())).to_vec());
        let sequence = Cardinality::Sequence { bound: None };
        let uint8 = Element::Primitive(Primitive::UInt8);
        let table = [
            (list, of(Element::String { bound: 0 }, sequence)),
            (Literal::List(vec![]), of(uint8, sequence)),
            (Literal::List(vec![Literal::Int(1)]), of(uint8, Cardinality::Array(1))),
            (Literal::Bool(true), FieldType::primitive(Primitive::Bool)),
            (Literal::Float(-1.5e-7), FieldType::primitive(Primitive::Float64)),
            (Literal::String(" a, b ".into()), FieldType::string(6)),
            (Literal::String("é".into()), FieldType::primitive(Primitive::Char)),
            (Literal::String(" ".into()), FieldType::primitive(Primitive::WChar)),
            (
                Literal::List(vec![Literal::String("'".into())]),
                of(Element::Primitive(Primitive::Char), Cardinality::Array(1)),
            ),
        ];
        for (literal, field_type) in table {
            let text = literal.to_python();
            assert_eq!(parse_python_literal(&text, &field_type).unwrap(), literal, "{text}");
        }
    }

    #[test]
    fn python_text_that_does_not_fit_is_refused() {
        let ints = of(Element::Primitive(Primitive::Int8), Cardinality::Array(2));
        let table = [
            ("(1)", &ints, ErrorKind::Length),
            ("1, 2", &ints, ErrorKind::Syntax),
            ("(1, 2", &ints, ErrorKind::Syntax),
            ("(1, 200)", &ints, ErrorKind::Range),
            ("((1), 2)", &ints, ErrorKind::Syntax),
            ("abc", &FieldType::string(2), ErrorKind::Bound),
            ("x", &FieldType::nested("p/msg/T"), ErrorKind::Definition),
            ("1e39", &FieldType::primitive(Primitive::Float32), ErrorKind::Range),
        ];
        for (text, field_type, kind) in table {
            let error = parse_python_literal(text, field_type).unwrap_err();
            assert_eq!(error.kind(), kind, "{text}");
            assert!(error.to_string().starts_with(&format!("default value `{text}`: ")), "{error}");
        }
    }
}
