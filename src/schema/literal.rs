//! [`Literal`]: the value of a constant or a default, and its Python text in a description.

use std::fmt::{self, Write};

/// A constant's or default's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `bool`
    Bool(bool),
    /// Any integer type; the text was checked against its range.
    Int(i128),
    /// `float32` or `float64`
    Float(f64),
    /// `string` or `wstring`
    String(String),
    /// An array of one of the above.
    List(Vec<Literal>),
}

impl Literal {
    /// Whether both are the same value; unlike for `==`, NaN is the same as NaN.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self == other || matches!((self, other), (Self::Float(a), Self::Float(b)) if a.is_nan() && b.is_nan())
    }

    /// The text that the official generator stores as `default_value`: Python's `str()` of the value, so
    /// `True`, `1.125`, `hello`, and `(1, 2)` or `(1,)` for arrays.
    #[must_use]
    pub fn to_python(&self) -> String {
        match self {
            Self::String(text) => text.clone(),
            _ => self.to_repr(),
        }
    }

    /// Python's `repr()` of the value, which is Python source: strings have their quotes.
    #[must_use]
    pub fn to_repr(&self) -> String {
        PythonRepr(self).to_string()
    }
}

struct PythonRepr<'a>(&'a Literal);

impl fmt::Display for PythonRepr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Literal::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            Literal::Int(value) => write!(f, "{value}"),
            Literal::Float(value) => write_python_float(f, *value),
            Literal::String(text) => write_python_string(f, text),
            Literal::List(items) => {
                f.write_char('(')?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index > 0 { ", " } else { "" })?;
                    write!(f, "{}", Self(item))?;
                }
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
        }
    }
}

/// Python's `repr(float)`: the shortest digits, exponent form below 1e-4 and from 1e16 on.
fn write_python_float(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    if value.is_nan() {
        return f.write_str("nan");
    }
    if value.is_infinite() {
        return f.write_str(if value > 0.0 { "inf" } else { "-inf" });
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>().unwrap_or(0) {
        -4..16 => write!(f, "{value:?}"),
        power => write!(f, "{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs()),
    }
}

/// Python's `repr(str)`: single quotes unless only double quotes avoid an escape.
fn write_python_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    f.write_char(quote)?;
    for c in text.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c == quote => write!(f, "\\{c}")?,
            c if c.is_ascii_control() => write!(f, "\\x{:02x}", c as u32)?,
            c => f.write_char(c)?,
        }
    }
    f.write_char(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_text_of_values() {
        let int = Literal::Int;
        let table = [
            (Literal::Bool(true), "True"),
            (int(-5), "-5"),
            (Literal::Float(1.125), "1.125"),
            (Literal::Float(1.0), "1.0"),
            (Literal::Float(1e16), "1e+16"),
            (Literal::Float(1.5e-7), "1.5e-07"),
            (Literal::Float(0.0001), "0.0001"),
            (Literal::Float(f64::NEG_INFINITY), "-inf"),
            (Literal::Float(f64::NAN), "nan"),
            (Literal::String("it's".into()), "it's"),
            (Literal::List(vec![]), "()"),
            (Literal::List(vec![int(1)]), "(1,)"),
            (Literal::List(vec![int(1), int(2)]), "(1, 2)"),
            (
                Literal::List(vec![Literal::String("it's".into()), Literal::String("a".into())]),
                "(\"it's\", 'a')",
            ),
        ];
        for (literal, text) in table {
            assert_eq!(literal.to_python(), text);
        }
    }
}
