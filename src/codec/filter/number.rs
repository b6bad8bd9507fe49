//! Numbers of filters: integers are exact, and an integer and a float are compared by their values.

use std::cmp::Ordering;

use super::parse::Arithmetic;
use crate::schema::Scalar;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    /// The number that a scalar is; `None` for characters.
    pub(super) fn of_scalar(scalar: Scalar) -> Option<Self> {
        match scalar {
            Scalar::Bool(value) => Some(Self::Int(value.into())),
            Scalar::Int(value) => Some(Self::Int(value.into())),
            Scalar::UInt(value) => Some(Self::Int(value.into())),
            Scalar::Float32(value) => Some(Self::Float(value.into())),
            Scalar::Float64(value) => Some(Self::Float(value)),
            Scalar::Unit(_) => None,
        }
    }

    fn as_float(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// `None` when one of them is NaN.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right),
            (Self::Int(left), Self::Float(right)) => compare_exactly(left, right),
            (Self::Float(left), Self::Int(right)) => compare_exactly(right, left).map(Ordering::reverse),
        }
    }

    /// `-number`; `None` beyond 128 bits.
    pub(super) fn negative(self) -> Option<Self> {
        match self {
            Self::Int(value) => value.checked_neg().map(Self::Int),
            Self::Float(value) => Some(Self::Float(-value)),
        }
    }

    /// As Python reckons: `/` makes a float, the result of `%` has the sign of the divisor. `None` beyond 128 bits, and
    /// for integers modulo zero.
    pub(super) fn reckon(self, operator: Arithmetic, other: Self) -> Option<Self> {
        if let (Self::Int(left), Self::Int(right)) = (self, other) {
            let exact = match operator {
                Arithmetic::Plus => left.checked_add(right),
                Arithmetic::Minus => left.checked_sub(right),
                Arithmetic::Times => left.checked_mul(right),
                Arithmetic::Remainder => left
                    .checked_rem(right)
                    .map(|rest| if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }),
                Arithmetic::Divide => return Some(Self::Float(left as f64 / right as f64)),
            };
            return exact.map(Self::Int);
        }
        let (left, right) = (self.as_float(), other.as_float());
        Some(Self::Float(match operator {
            Arithmetic::Plus => left + right,
            Arithmetic::Minus => left - right,
            Arithmetic::Times => left * right,
            Arithmetic::Divide => left / right,
            Arithmetic::Remainder => {
                let rest = left % right;
                if rest != 0.0 && (rest < 0.0) != (right < 0.0) { rest + right } else { rest }
            }
        }))
    }
}

fn compare_exactly(left: i128, right: f64) -> Option<Ordering> {
    /// 2 to the 127th: no `i128` reaches it.
    const BEYOND: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    if right.is_nan() {
        return None;
    }
    if right >= BEYOND {
        return Some(Ordering::Less);
    }
    if right < -BEYOND {
        return Some(Ordering::Greater);
    }
    let whole = left.cmp(&(right.trunc() as i128));
    Some(whole.then_with(|| 0.0_f64.partial_cmp(&right.fract()).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_floats_compare_exactly() {
        let big = 1_i128 << 53;
        let table = [
            (big + 1, big as f64, Some(Ordering::Greater)),
            (big, big as f64, Some(Ordering::Equal)),
            (-1, -1.5, Some(Ordering::Greater)),
            (-2, -1.5, Some(Ordering::Less)),
            (1, 1.5, Some(Ordering::Less)),
            (0, -0.0, Some(Ordering::Equal)),
            (i128::MAX, f64::INFINITY, Some(Ordering::Less)),
            (i128::MIN, f64::NEG_INFINITY, Some(Ordering::Greater)),
            (i128::MAX, 2.0_f64.powi(127), Some(Ordering::Less)),
            (i128::MIN, -(2.0_f64.powi(127)), Some(Ordering::Equal)),
            (0, f64::NAN, None),
        ];
        for (left, right, expected) in table {
            let (left, right) = (Number::Int(left), Number::Float(right));
            assert_eq!(left.compare(right), expected, "{left:?} {right:?}");
            assert_eq!(right.compare(left), expected.map(Ordering::reverse), "{right:?} {left:?}");
        }
    }

    #[test]
    fn arithmetic_is_pythons() {
        let (int, float) = (Number::Int, Number::Float);
        let table = [
            (int(7), Arithmetic::Divide, int(2), Some(float(3.5))),
            (int(-7), Arithmetic::Remainder, int(3), Some(int(2))),
            (int(7), Arithmetic::Remainder, int(-3), Some(int(-2))),
            (float(-7.5), Arithmetic::Remainder, int(2), Some(float(0.5))),
            (int(7), Arithmetic::Remainder, int(0), None),
            (int(i128::MAX), Arithmetic::Plus, int(1), None),
            (int(i128::MIN), Arithmetic::Remainder, int(-1), None),
            (int(1), Arithmetic::Divide, int(0), Some(float(f64::INFINITY))),
            (int(1), Arithmetic::Plus, float(0.5), Some(float(1.5))),
        ];
        for (left, operator, right, expected) in table {
            assert_eq!(left.reckon(operator, right), expected, "{left:?} {operator:?} {right:?}");
        }
    }
}
