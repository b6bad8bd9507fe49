//! What the nodes of ROS make of a word without quotes in YAML: a bool, an integer, a double, or else a text. Used by
//! `yaml` to read, and by `yaml_out` to know what needs quotes.
//!
//! They ask the C library: integers are those of `strtol` with base 0, so that `010` is 8; doubles those of `strtod`, with
//! `nan` and `inf` among them.

use std::num::IntErrorKind;

use super::value::ParameterValue;

const TRUE: [&str; 11] = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
const FALSE: [&str; 11] = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];
const NULL: [&str; 5] = ["", "~", "null", "Null", "NULL"];

/// What a word means.
#[derive(Debug, PartialEq)]
pub(super) enum Word {
    Null,
    Value(ParameterValue),
    /// An integer beyond those of parameters.
    TooLarge,
}

impl Word {
    pub(super) fn of(word: &str) -> Self {
        if NULL.contains(&word) {
            return Self::Null;
        }
        if TRUE.contains(&word) || FALSE.contains(&word) {
            return Self::Value(ParameterValue::Bool(TRUE.contains(&word)));
        }
        match integer(word) {
            Some(Ok(value)) => Self::Value(ParameterValue::Integer(value)),
            Some(Err(TooLarge)) => Self::TooLarge,
            None => Self::Value(match double(word) {
                Some(value) => ParameterValue::Double(value),
                None => ParameterValue::String(word.to_owned()),
            }),
        }
    }
}

struct TooLarge;

/// Decimal, hexadecimal with `0x`, or octal with `0`.
fn integer(word: &str) -> Option<Result<i64, TooLarge>> {
    let (sign, unsigned) = signed(word);
    let (digits, radix) = match (unsigned.strip_prefix(['0']), hexadecimal(unsigned)) {
        (_, Some(digits)) => (digits, 16),
        (Some(digits), None) if !digits.is_empty() => (digits, 8),
        _ => (unsigned, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    match i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        Ok(value) => Some(Ok(value)),
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => Some(Err(TooLarge)),
            _ => None,
        },
    }
}

fn signed(word: &str) -> (&str, &str) {
    word.split_at(usize::from(word.starts_with(['+', '-'])))
}

fn hexadecimal(unsigned: &str) -> Option<&str> {
    unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"))
}

/// Those beyond the range of doubles are none, and so texts.
fn double(word: &str) -> Option<f64> {
    let (sign, unsigned) = signed(word);
    let is_negative = sign == "-";
    // As YAML writes them, where not a number has no sign.
    let value = match unsigned {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" if sign.is_empty() => f64::NAN,
        _ => match hexadecimal(unsigned) {
            Some(digits) => hexadecimal_double(digits)?,
            None => decimal(unsigned)?,
        },
    };
    Some(if is_negative { -value } else { value })
}

fn decimal(unsigned: &str) -> Option<f64> {
    let lower = unsigned.to_ascii_lowercase();
    let payload = lower.strip_prefix("nan(").and_then(|rest| rest.strip_suffix(')'));
    if payload.is_some_and(|payload| payload.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
        return Some(f64::NAN);
    }
    if unsigned.starts_with(['+', '-']) {
        return None;
    }
    let value: f64 = unsigned.parse().ok()?;
    let is_number = unsigned.contains(|c: char| c.is_ascii_digit());
    let significant = lower.split('e').next().unwrap_or_default();
    let is_zero = !significant.contains(|c: char| ('1'..='9').contains(&c));
    let is_out_of_range = value.is_infinite() || (value == 0.0 && !is_zero);
    (!is_number || !is_out_of_range).then_some(value)
}

/// `1.8p3`, whose exponent is one of 2.
fn hexadecimal_double(digits: &str) -> Option<f64> {
    let (significant, exponent) = digits.split_once(['p', 'P']).map_or((digits, "0"), |parts| parts);
    let (whole, fraction) = significant.split_once('.').unwrap_or((significant, ""));
    let all = format!("{whole}{fraction}");
    let exponent_digits = signed(exponent).1;
    if all.is_empty() || exponent_digits.is_empty() || !exponent_digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let fraction_bits = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(fraction_bits)?;
    #[allow(clippy::cast_precision_loss)] // rounded once, as the C library does
    let value = u64::from_str_radix(&all, 16).ok().filter(|_| !all.starts_with('+'))? as f64;
    let scaled = value * f64::from(exponent).exp2();
    (scaled.is_finite() && (scaled != 0.0 || value == 0.0)).then_some(scaled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ParameterValue {
        ParameterValue::String(text.to_owned())
    }

    #[test]
    fn integers_and_bools_are_those_of_nodes_of_ros() {
        let integer = ParameterValue::Integer;
        for (word, expected) in [
            ("on", ParameterValue::Bool(true)),
            ("FALSE", ParameterValue::Bool(false)),
            ("oN", text("oN")),
            ("12", integer(12)),
            ("+12", integer(12)),
            ("-0", integer(0)),
            ("010", integer(8)),
            ("-017", integer(-15)),
            ("0x1f", integer(31)),
            ("0X1F", integer(31)),
            ("-9223372036854775808", integer(i64::MIN)),
            ("0o7", text("0o7")),
            ("0b11", text("0b11")),
            ("0x", text("0x")),
            ("+-1", text("+-1")),
            ("1_000", text("1_000")),
        ] {
            assert_eq!(Word::of(word), Word::Value(expected), "{word}");
        }
        for word in
            ["9223372036854775808", "-9223372036854775809", "0xffffffffffffffff", "99999999999999999999"]
        {
            assert_eq!(Word::of(word), Word::TooLarge, "{word}");
        }
        for word in ["", "~", "null", "NULL"] {
            assert_eq!(Word::of(word), Word::Null, "{word}");
        }
    }

    #[test]
    fn doubles_are_those_of_nodes_of_ros() {
        let double = ParameterValue::Double;
        for (word, expected) in [
            ("08", double(8.0)),
            ("1.", double(1.0)),
            (".5", double(0.5)),
            ("1e3", double(1000.0)),
            ("-1E-3", double(-0.001)),
            ("0x1p3", double(8.0)),
            ("-0x1.8P+1", double(-3.0)),
            ("inf", double(f64::INFINITY)),
            ("-INFINITY", double(f64::NEG_INFINITY)),
            ("+.Inf", double(f64::INFINITY)),
            ("-.inf", double(f64::NEG_INFINITY)),
            ("0e999", double(0.0)),
            ("1e999", text("1e999")),
            ("1e-999", text("1e-999")),
            ("0x1p9999", text("0x1p9999")),
            ("0x1p", text("0x1p")),
            ("0x.p1", text("0x.p1")),
            ("+-inf", text("+-inf")),
            ("-.nan", text("-.nan")),
            (".iNF", text(".iNF")),
            ("nan(", text("nan(")),
            ("infinit", text("infinit")),
            ("1 2", text("1 2")),
            (".", text(".")),
            ("-", text("-")),
            ("1e", text("1e")),
        ] {
            assert_eq!(Word::of(word), Word::Value(expected), "{word}");
        }
        for word in ["nan", "NaN", "-nan", ".nan", ".NAN", "nan(1_a)"] {
            let is_nan =
                matches!(Word::of(word), Word::Value(ParameterValue::Double(value)) if value.is_nan());
            assert!(is_nan, "{word}");
        }
    }
}
