//! The value language of constants and defaults in `.msg` text, and of `default_value` in descriptions.
//!
//! rosidl reads values with Python's `int()`, `float()` and string rules; so does this module. A function answers
//! with what was expected when the text is no such value; the caller knows the place.
//!
//! ```
//! use ros_z_dynamic::{idl::parse_python_literal, schema::{FieldType, Literal, Primitive}};
//! let literal = parse_python_literal("1.125", &FieldType::primitive(Primitive::Float64))?;
//! assert_eq!(literal, Literal::Float(1.125));
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

use nom::branch::alt;
use nom::bytes::complete::is_not;
use nom::character::complete::{anychar, char, multispace0};
use nom::combinator::{all_consuming, recognize, verify};
use nom::multi::{many0_count, separated_list0};
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Cardinality, Element, FieldType, Literal, Primitive};

/// Why a text is no value of a type: a sentence for the error.
pub(super) type Refusal = String;

/// Reads a constant's or default's text as a value of `field_type`, bounds and lengths included.
pub(super) fn parse_value(text: &str, field_type: &FieldType) -> Result<Literal, Refusal> {
    let element = field_type.element().map_err(|error| error.message().to_owned())?;
    if field_type.cardinality() == Cardinality::Single {
        return parse_single(text, element);
    }
    if let Element::Nested(_) = element {
        return Err("a field of messages cannot have a default".to_owned());
    }
    let items = array_items(text, matches!(element, Element::String { .. } | Element::WString { .. }))?;
    let items: Vec<Literal> =
        items.into_iter().map(|item| parse_single(item, element)).collect::<Result<_, _>>()?;
    check_count(items.len(), field_type)?;
    Ok(Literal::List(items))
}

/// Reads the Python text of a `default_value` (`True`, `1.125`, `hello`, `(1, 2)`) as a value of `field_type`.
pub fn parse_python_literal(text: &str, field_type: &FieldType) -> Result<Literal> {
    let refuse = |refusal: Refusal| {
        let message = format!("the default `{text}` is no value of {}: {refusal}", field_type.to_msg());
        Error::new(ErrorKind::Definition, message)
    };
    let element = field_type.element()?;
    if field_type.cardinality() == Cardinality::Single {
        return match element {
            // The text of a string is itself, quotes and all.
            Element::String { .. } | Element::WString { .. } => {
                checked_string(text.to_owned(), element).map_err(refuse)
            }
            _ => parse_single(text, element).map_err(refuse),
        };
    }
    let is_text = matches!(element, Element::String { .. } | Element::WString { .. });
    let items = python_tuple(text).ok_or_else(|| refuse("expected a tuple such as `(1, 2)`".to_owned()))?;
    let literals = items.into_iter().map(|item| {
        if is_text {
            python_string(item).and_then(|text| checked_string(text, element))
        } else {
            parse_single(item, element)
        }
    });
    let literals: Vec<Literal> = literals.collect::<Result<_, _>>().map_err(refuse)?;
    check_count(literals.len(), field_type).map_err(refuse)?;
    Ok(Literal::List(literals))
}

fn check_count(count: usize, field_type: &FieldType) -> Result<(), Refusal> {
    match field_type.cardinality() {
        Cardinality::Array(length) if count as u64 != length => {
            Err(format!("expected exactly {length} elements, got {count}"))
        }
        Cardinality::Sequence { bound: Some(bound) } if count as u64 > bound => {
            Err(format!("{count} elements, but the bound is {bound}"))
        }
        _ => Ok(()),
    }
}

fn parse_single(text: &str, element: Element<'_>) -> Result<Literal, Refusal> {
    match element {
        Element::Primitive(Primitive::Bool) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Literal::Bool(true)),
            "false" | "0" => Ok(Literal::Bool(false)),
            _ => Err(format!("expected `true`, `false`, `1` or `0`, found `{text}`")),
        },
        Element::Primitive(primitive @ (Primitive::Float32 | Primitive::Float64)) => {
            let value = parse_float(text).ok_or_else(|| format!("expected a number, found `{text}`"))?;
            if primitive == Primitive::Float32 && value.is_finite() && (value as f32).is_infinite() {
                return Err(format!("{text} is out of range for float32"));
            }
            Ok(Literal::Float(value))
        }
        Element::Primitive(primitive) => {
            let value = parse_integer(text).ok_or_else(|| format!("expected an integer, found `{text}`"))?;
            let (least, greatest) = integer_range(primitive);
            if (least..=greatest).contains(&value) {
                Ok(Literal::Int(value))
            } else {
                Err(format!("{text} is out of range for {} ({least} to {greatest})", primitive.name()))
            }
        }
        Element::String { .. } | Element::WString { .. } => checked_string(unquote(text)?, element),
        Element::Nested(_) => Err("a field of messages cannot have a default".to_owned()),
    }
}

fn integer_range(primitive: Primitive) -> (i128, i128) {
    let bits = primitive.size() * 8;
    if primitive.name().starts_with("int") {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    } else {
        (0, (1 << bits) - 1)
    }
}

fn checked_string(text: String, element: Element<'_>) -> Result<Literal, Refusal> {
    let (length, bound, unit) = match element {
        Element::WString { bound } => (text.encode_utf16().count(), bound, "UTF-16 units"),
        Element::String { bound } => (text.len(), bound, "bytes"),
        _ => (0, 0, ""),
    };
    if bound != 0 && length as u64 > bound {
        return Err(format!("the text has {length} {unit}, but the bound is {bound}"));
    }
    if text.contains('\0') {
        return Err("the text holds a NUL character, which ends a ROS string".to_owned());
    }
    Ok(Literal::String(text))
}

/// Python's `int(text)`, then `int(text, 0)`: signs, `_` between digits, `0x`, `0o`, `0b`; `010` is ten.
fn parse_integer(text: &str) -> Option<i128> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let prefix = digits.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (radix, digits) = match prefix.as_str() {
        "0x" => (16, digits[2..].strip_prefix('_').unwrap_or(&digits[2..])),
        "0o" => (8, digits[2..].strip_prefix('_').unwrap_or(&digits[2..])),
        "0b" => (2, digits[2..].strip_prefix('_').unwrap_or(&digits[2..])),
        _ => (10, digits),
    };
    let plain = without_underscores(digits)?;
    // `from_str_radix` would take a second sign.
    let starts_with_digit = plain.as_bytes().first()?.is_ascii_alphanumeric();
    let value = starts_with_digit.then(|| i128::from_str_radix(&plain, radix).ok())??;
    Some(if negative { -value } else { value })
}

/// Python's `float(text)`.
fn parse_float(text: &str) -> Option<f64> {
    without_underscores(text.trim())?.parse().ok()
}

/// The text without the underscores that Python allows: single ones between digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_hexdigit);
    let allowed = bytes
        .iter()
        .enumerate()
        .all(|(index, &byte)| byte != b'_' || (index > 0 && is_digit(index - 1) && is_digit(index + 1)));
    allowed.then(|| text.replace('_', ""))
}

/// A string value: quotes around the whole are taken off, `"` tried first, and only that quote can be escaped in it.
fn unquote(text: &str) -> Result<String, Refusal> {
    for quote in ['"', '\''] {
        let inner = text
            .strip_prefix(quote)
            .filter(|rest| !rest.is_empty())
            .and_then(|rest| rest.strip_suffix(quote));
        let Some(inner) = inner else { continue };
        let mut escaped = false;
        for c in inner.chars() {
            if c == quote && !escaped {
                return Err(format!("an unescaped {quote} inside the quoted text {text}"));
            }
            escaped = c == '\\';
        }
        if escaped {
            return Err(format!("the quoted text {text} does not end: its last quote is escaped"));
        }
        return Ok(inner.replace(&format!("\\{quote}"), &quote.to_string()));
    }
    Ok(text.to_owned())
}

/// The texts of the elements in `[a, b]`. Elements of strings may be quoted, and hold commas then.
fn array_items(text: &str, strings: bool) -> Result<Vec<&str>, Refusal> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = inner.ok_or_else(|| format!("expected an array such as `[1, 2]`, found `{text}`"))?;
    elements(inner, strings).ok_or_else(|| format!("expected elements separated by commas, found `{text}`"))
}

/// The texts of the elements of a Python tuple, `(1, 2)`, `(1,)` or `()`.
fn python_tuple(text: &str) -> Option<Vec<&str>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    elements(inner.strip_suffix(',').unwrap_or(inner), true)
}

fn elements(inner: &str, quotes: bool) -> Option<Vec<&str>> {
    fn quoted<'t>(quote: char) -> impl Parser<&'t str, Output = &'t str, Error = nom::error::Error<&'t str>> {
        let escaped = recognize((char('\\'), anychar));
        let plain = recognize(verify(anychar, move |&c| c != quote && c != '\\'));
        recognize(delimited(char(quote), many0_count(alt((escaped, plain))), char(quote)))
    }
    fn element(quotes: bool) -> impl Fn(&str) -> IResult<&str, &str> {
        move |input| {
            if quotes {
                alt((quoted('"'), quoted('\''), is_not(","))).parse(input)
            } else {
                is_not(",").parse(input)
            }
        }
    }
    let separator = delimited(multispace0, char(','), multispace0);
    let mut list = all_consuming(terminated(separated_list0(separator, element(quotes)), multispace0));
    let (_, items) = list.parse(inner.trim()).ok()?;
    Some(items.into_iter().map(str::trim).collect())
}

/// A Python string literal as `repr` writes it.
fn python_string(text: &str) -> Result<String, Refusal> {
    let inner = ['\'', '"'].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let inner = inner.ok_or_else(|| format!("expected a quoted string, found {text}"))?;
    let mut plain = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let hex = |rest: &mut std::str::Chars<'_>, digits| {
            let code = rest.take(digits).try_fold(0, |code, digit| Some(code << 4 | digit.to_digit(16)?));
            code.and_then(char::from_u32)
        };
        let escaped = match rest.next() {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('x') => hex(&mut rest, 2),
            Some('u') => hex(&mut rest, 4),
            Some('U') => hex(&mut rest, 8),
            other => other,
        };
        plain.push(escaped.ok_or_else(|| format!("a malformed escape in {text}"))?);
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(element: Element<'_>, cardinality: Cardinality) -> FieldType {
        FieldType::new(element, cardinality)
    }

    #[test]
    fn values_are_read_as_python_reads_them() {
        let int = |primitive| FieldType::primitive(primitive);
        let table = [
            ("-5", int(Primitive::Int8), Some(Literal::Int(-5))),
            ("+5", int(Primitive::Int8), Some(Literal::Int(5))),
            ("1_000", int(Primitive::Int16), Some(Literal::Int(1000))),
            ("1__0", int(Primitive::Int16), None),
            ("_1", int(Primitive::Int16), None),
            ("0x10", int(Primitive::Int8), Some(Literal::Int(16))),
            ("-0b11", int(Primitive::Int8), Some(Literal::Int(-3))),
            ("0o17", int(Primitive::Int8), Some(Literal::Int(15))),
            ("010", int(Primitive::Int8), Some(Literal::Int(10))),
            ("0x-1", int(Primitive::Int8), None),
            ("--1", int(Primitive::Int8), None),
            ("1.0", int(Primitive::Int8), None),
            ("128", int(Primitive::Int8), None),
            ("-1", int(Primitive::UInt64), None),
            ("18446744073709551615", int(Primitive::UInt64), Some(Literal::Int(u64::MAX.into()))),
            ("18446744073709551616", int(Primitive::UInt64), None),
            ("'a'", int(Primitive::Byte), None),
            ("TRUE", int(Primitive::Bool), Some(Literal::Bool(true))),
            ("0", int(Primitive::Bool), Some(Literal::Bool(false))),
            ("yes", int(Primitive::Bool), None),
            (".5", int(Primitive::Float32), Some(Literal::Float(0.5))),
            ("1e3", int(Primitive::Float64), Some(Literal::Float(1000.0))),
            ("-inf", int(Primitive::Float64), Some(Literal::Float(f64::NEG_INFINITY))),
            ("1e39", int(Primitive::Float32), None),
            ("1.0f", int(Primitive::Float32), None),
        ];
        for (text, field_type, wanted) in table {
            assert_eq!(parse_value(text, &field_type).ok(), wanted, "{text}");
        }
    }

    #[test]
    fn strings_lose_their_outer_quotes() {
        let table = [
            ("\"a b\"", Some("a b")),
            ("'it\\'s'", Some("it's")),
            ("\"it's\"", Some("it's")),
            ("\"a\\n\"", Some("a\\n")),
            ("plain text", Some("plain text")),
            ("\"", Some("\"")),
            ("\"open", Some("\"open")),
            ("\"a\"b\"", None),
            ("\"a\\\"", None),
            ("", Some("")),
        ];
        for (text, wanted) in table {
            let wanted = wanted.map(|text| Literal::String(text.to_owned()));
            assert_eq!(parse_value(text, &FieldType::string(0)).ok(), wanted, "{text}");
        }
        assert!(parse_value("abcde", &FieldType::string(4)).is_err());
    }

    #[test]
    fn arrays_and_their_python_text_say_the_same() {
        let ints = |items: &[i128]| Literal::List(items.iter().map(|&item| Literal::Int(item)).collect());
        let texts =
            |items: &[&str]| Literal::List(items.iter().map(|&item| Literal::String(item.into())).collect());
        let int8 = Element::Primitive(Primitive::Int8);
        let string = Element::String { bound: 0 };
        let unbounded = Cardinality::Sequence { bound: None };
        let table = [
            ("[1, -2,3 ]", array(int8, unbounded), Some(ints(&[1, -2, 3]))),
            ("[]", array(int8, unbounded), Some(ints(&[]))),
            ("[1,]", array(int8, unbounded), None),
            ("1, 2", array(int8, unbounded), None),
            ("[1, 300]", array(int8, unbounded), None),
            ("[1, 2]", array(int8, Cardinality::Array(3)), None),
            ("[1, 2]", array(int8, Cardinality::Sequence { bound: Some(1) }), None),
            ("['a, b', \"c\", d e]", array(string, unbounded), Some(texts(&["a, b", "c", "d e"]))),
            ("[\"\", '\\'']", array(string, unbounded), Some(texts(&["", "'"]))),
        ];
        for (text, field_type, wanted) in table {
            let parsed = parse_value(text, &field_type).ok();
            assert_eq!(parsed, wanted, "{text}");
            if let Some(literal) = parsed {
                assert_eq!(parse_python_literal(&literal.to_python(), &field_type).unwrap(), literal);
            }
        }
    }

    #[test]
    fn python_text_that_is_no_value_is_an_error_of_the_definition() {
        for (text, field_type) in [
            ("maybe", FieldType::primitive(Primitive::Bool)),
            ("[1]", array(Element::Primitive(Primitive::Int8), Cardinality::Array(1))),
            ("('a\\xzz',)", array(Element::String { bound: 0 }, Cardinality::Array(1))),
        ] {
            let error = parse_python_literal(text, &field_type).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Definition);
            assert!(error.message().contains(text));
        }
    }
}
