//! [`ParameterValue`]: what parameters are set to, and its form in messages.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The kinds of values: each with its number in `rcl_interfaces/msg/ParameterType`, its name in ROS, its Rust type, and
/// the field of `rcl_interfaces/msg/ParameterValue` that holds it.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal $name:literal: $rust:ty, $field:ident;)*) => {
        /// The value of a parameter.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub enum ParameterValue {
            /// None: of a parameter that was declared without one, or that is to be deleted.
            #[default]
            NotSet,
            $($(#[$doc])* $kind($rust),)*
        }

        /// The type of a parameter.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum ParameterType {
            /// None: of a value that is not set.
            #[default]
            NotSet,
            $($(#[$doc])* $kind,)*
        }

        /// `rcl_interfaces/msg/ParameterValue`
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(super) struct ValueMessage {
            r#type: u8,
            $($field: $rust,)*
        }

        impl ParameterType {
            /// Its number in messages.
            #[must_use]
            pub fn number(self) -> u8 {
                match self { Self::NotSet => 0, $(Self::$kind => $number,)* }
            }

            /// The type with that number in messages.
            pub fn of_number(number: u8) -> Result<Self> {
                match number {
                    0 => Ok(Self::NotSet),
                    $($number => Ok(Self::$kind),)*
                    _ => Err(Error::new(ErrorKind::Protocol, format!("{number} is no type of a parameter"))),
                }
            }

            /// Its name in ROS.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { Self::NotSet => "not set", $(Self::$kind => $name,)* }
            }
        }

        impl ParameterValue {
            /// Its type.
            #[must_use]
            pub fn parameter_type(&self) -> ParameterType {
                match self { Self::NotSet => ParameterType::NotSet, $(Self::$kind(_) => ParameterType::$kind,)* }
            }
        }

        impl From<ParameterValue> for ValueMessage {
            fn from(value: ParameterValue) -> Self {
                let r#type = value.parameter_type().number();
                match value {
                    ParameterValue::NotSet => Self::default(),
                    $(ParameterValue::$kind($field) => Self { r#type, $field, ..Self::default() },)*
                }
            }
        }

        impl TryFrom<ValueMessage> for ParameterValue {
            type Error = Error;

            fn try_from(message: ValueMessage) -> Result<Self> {
                Ok(match ParameterType::of_number(message.r#type)? {
                    ParameterType::NotSet => Self::NotSet,
                    $(ParameterType::$kind => Self::$kind(message.$field),)*
                })
            }
        }
    };
}

kinds! {
    /// `bool`
    Bool = 1 "bool": bool, bool_value;
    /// `int64`
    Integer = 2 "integer": i64, integer_value;
    /// `float64`
    Double = 3 "double": f64, double_value;
    /// `string`
    String = 4 "string": String, string_value;
    /// `byte[]`
    ByteArray = 5 "byte_array": Vec<u8>, byte_array_value;
    /// `bool[]`
    BoolArray = 6 "bool_array": Vec<bool>, bool_array_value;
    /// `int64[]`
    IntegerArray = 7 "integer_array": Vec<i64>, integer_array_value;
    /// `float64[]`
    DoubleArray = 8 "double_array": Vec<f64>, double_array_value;
    /// `string[]`
    StringArray = 9 "string_array": Vec<String>, string_array_value;
}

impl ParameterValue {
    /// The same as a value of this type, where a file cannot tell the two apart: bytes are integers there, and an empty list
    /// is one of nothing.
    #[must_use]
    pub fn fitting(self, wanted: ParameterType) -> Self {
        match (self, wanted) {
            (Self::IntegerArray(items), ParameterType::ByteArray) => {
                let bytes = items.iter().map(|&item| u8::try_from(item)).collect::<Result<Vec<u8>, _>>();
                bytes.map_or(Self::IntegerArray(items), Self::ByteArray)
            }
            (Self::StringArray(items), wanted) if items.is_empty() => match wanted {
                ParameterType::ByteArray => Self::ByteArray(Vec::new()),
                ParameterType::BoolArray => Self::BoolArray(Vec::new()),
                ParameterType::IntegerArray => Self::IntegerArray(Vec::new()),
                ParameterType::DoubleArray => Self::DoubleArray(Vec::new()),
                _ => Self::StringArray(items),
            },
            (value, _) => value,
        }
    }
}

impl ParameterValue {
    /// Why no message could hold the value of the parameter of this name.
    pub(super) fn refused_text(&self, name: &str) -> Option<String> {
        let has_nul = match self {
            Self::String(text) => text.contains('\0'),
            Self::StringArray(texts) => texts.iter().any(|text| text.contains('\0')),
            _ => false,
        };
        has_nul
            .then(|| format!("parameter '{name}' cannot hold a text with a NUL, which no message can hold"))
    }
}

/// Why a value is not allowed.
pub(super) struct Refusal {
    pub(super) kind: ErrorKind,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn into_error(self) -> Error {
        Error::new(self.kind, self.reason)
    }
}

/// A parameter's name, and what it is or is to be set to.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name; dots stand between its parts.
    pub name: String,
    /// Its value.
    pub value: ParameterValue,
}

impl Parameter {
    /// A parameter of this name and value.
    pub fn new(name: impl Into<String>, value: ParameterValue) -> Self {
        Self { name: name.into(), value }
    }
}

/// The bounds of a number, and how far apart its values lie; any, where the step is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterRange<T, S> {
    /// The least value.
    pub from_value: T,
    /// The greatest value.
    pub to_value: T,
    /// How far apart values lie, beginning with the least; the greatest is one in any case.
    pub step: S,
}

/// What is known of a parameter beside its value: `rcl_interfaces/msg/ParameterDescriptor`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParameterDescriptor {
    /// The name of the parameter.
    pub name: String,
    /// The number of its type.
    pub r#type: u8,
    /// What it is for.
    pub description: String,
    /// What else is asked of its values, in words.
    pub additional_constraints: String,
    /// Whether its value stays that of its declaration.
    pub read_only: bool,
    /// Whether its type may change, and whether it may be deleted.
    pub dynamic_typing: bool,
    /// Where the values of a double lie; at most one.
    pub floating_point_range: Vec<ParameterRange<f64, f64>>,
    /// Where the values of an integer lie; at most one.
    pub integer_range: Vec<ParameterRange<i64, u64>>,
}

impl ParameterDescriptor {
    pub(super) fn has_nul(&self) -> bool {
        self.description.contains('\0') || self.additional_constraints.contains('\0')
    }

    /// Why the value is not allowed, in the words of ROS.
    pub(super) fn refuses(&self, name: &str, value: &ParameterValue) -> Option<Refusal> {
        let number = value.parameter_type();
        let own = ParameterType::of_number(self.r#type).unwrap_or_default();
        if !self.dynamic_typing && number != own {
            let reason = format!(
                "Wrong parameter type, parameter {{{name}}} is of type {{{}}}, setting it to {{{}}} is not allowed.",
                own.as_str(),
                number.as_str()
            );
            return Some(Refusal { kind: ErrorKind::ParameterType, reason });
        }
        if let Some(reason) = value.refused_text(name) {
            return Some(Refusal { kind: ErrorKind::ParameterValue, reason });
        }
        let is_within = match value {
            ParameterValue::Integer(value) => self.integer_range.iter().all(|range| range.holds(*value)),
            ParameterValue::Double(value) => {
                self.floating_point_range.iter().all(|range| range.holds(*value))
            }
            _ => true,
        };
        let kind = if number == ParameterType::Integer { "integer" } else { "floating point" };
        (!is_within).then(|| Refusal {
            kind: ErrorKind::ParameterValue,
            reason: format!("Parameter {{{name}}} doesn't comply with {kind} range."),
        })
    }
}

impl ParameterRange<i64, u64> {
    fn holds(&self, value: i64) -> bool {
        let offset = i128::from(value) - i128::from(self.from_value);
        let is_on_step = self.step == 0 || offset % i128::from(self.step) == 0;
        value == self.to_value || (self.from_value <= value && value < self.to_value && is_on_step)
    }
}

impl ParameterRange<f64, f64> {
    /// Ends and steps may be missed by a hair, as in ROS.
    fn holds(&self, value: f64) -> bool {
        let is_close = |a: f64, b: f64| {
            let difference = (a - b).abs();
            // An infinite number is close to itself only.
            a == b
                || difference.is_finite()
                    && difference <= 100.0 * f64::EPSILON * a.abs().max(b.abs()).max(1.0)
        };
        if is_close(value, self.from_value) || is_close(value, self.to_value) {
            return true;
        }
        let steps = ((value - self.from_value) / self.step).round();
        let is_on_step = self.step == 0.0 || is_close(value, self.from_value + steps * self.step);
        self.from_value <= value && value <= self.to_value && is_on_step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_ends_and_their_steps() {
        let integers = |step| ParameterRange { from_value: -2, to_value: 5, step };
        for (step, value, expected) in [
            (0, -2, true),
            (0, 5, true),
            (0, 6, false),
            (0, i64::MIN, false),
            (3, 1, true),
            (3, 2, false),
            (3, 5, true),
            (u64::MAX, -2, true),
            (u64::MAX, 0, false),
        ] {
            assert_eq!(integers(step).holds(value), expected, "{step} {value}");
        }
        let doubles = |step| ParameterRange { from_value: 0.0, to_value: 1.0, step };
        for (step, value, expected) in [
            (0.0, 0.5, true),
            (0.0, 1.000_000_1, false),
            (0.1, 0.1 + 0.2, true),
            (0.1, 0.25, false),
            (0.3, 1.0, true),
            (0.0, f64::NAN, false),
            (0.0, f64::INFINITY, false),
        ] {
            assert_eq!(doubles(step).holds(value), expected, "{step} {value}");
        }
    }

    #[test]
    fn numbers_of_types_round_trip() {
        for number in 0..10 {
            assert_eq!(ParameterType::of_number(number).unwrap().number(), number);
        }
        assert_eq!(ParameterType::of_number(10).unwrap_err().kind(), ErrorKind::Protocol);
    }
}
