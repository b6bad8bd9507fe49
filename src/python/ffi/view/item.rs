//! [`ItemFormat`]: one item of a view, in the words of `struct`, NumPy and DLPack, and its value.
//!
//! Used by the views, and by whoever takes foreign buffers in. A big-endian `float64` is `>d` to `struct` and the
//! buffer protocol, `>f8` to NumPy; on a big-endian machine the buffer protocol calls it plain `d`, which is the
//! only spelling that `memoryview` can index.

use std::ffi::CStr;

use pyo3::buffer::ElementType;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::schema::{Number, Primitive, Scalar, for_each_scalar, widen};

/// The type of an item and the order of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemFormat {
    primitive: Primitive,
    big_endian: bool,
}

/// What the buffer protocol and NumPy call one element.
struct Names {
    element: ElementType,
    native: &'static CStr,
    little: &'static CStr,
    big: &'static CStr,
    kind: char,
}

/// Items of one byte have no order to name.
const fn byte(element: ElementType, name: &'static CStr, kind: char) -> Names {
    Names { element, native: name, little: name, big: name, kind }
}

const fn word(element: ElementType, [native, little, big]: [&'static CStr; 3], kind: char) -> Names {
    Names { element, native, little, big, kind }
}

static NAMES: [Names; 11] = [
    byte(ElementType::UnsignedInteger { bytes: 1 }, c"B", 'u'),
    byte(ElementType::SignedInteger { bytes: 1 }, c"b", 'i'),
    byte(ElementType::Bool, c"?", 'b'),
    word(ElementType::SignedInteger { bytes: 2 }, [c"h", c"<h", c">h"], 'i'),
    word(ElementType::UnsignedInteger { bytes: 2 }, [c"H", c"<H", c">H"], 'u'),
    word(ElementType::SignedInteger { bytes: 4 }, [c"i", c"<i", c">i"], 'i'),
    word(ElementType::UnsignedInteger { bytes: 4 }, [c"I", c"<I", c">I"], 'u'),
    word(ElementType::SignedInteger { bytes: 8 }, [c"q", c"<q", c">q"], 'i'),
    word(ElementType::UnsignedInteger { bytes: 8 }, [c"Q", c"<Q", c">Q"], 'u'),
    word(ElementType::Float { bytes: 4 }, [c"f", c"<f", c">f"], 'f'),
    word(ElementType::Float { bytes: 8 }, [c"d", c"<d", c">d"], 'f'),
];

macro_rules! element {
    (Int, $rust:ty) => {
        Some(ElementType::SignedInteger { bytes: size_of::<$rust>() })
    };
    (UInt, $rust:ty) => {
        Some(ElementType::UnsignedInteger { bytes: size_of::<$rust>() })
    };
    (Unit, $rust:ty) => {
        None
    };
    ($float:ident, $rust:ty) => {
        Some(ElementType::Float { bytes: size_of::<$rust>() })
    };
}

macro_rules! by_scalar {
    ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
        /// The element that arrays of `primitive` consist of; `None` for the characters of IDL.
        fn element(primitive: Primitive) -> Option<ElementType> {
            match primitive {
                Primitive::Bool => Some(ElementType::Bool),
                $(Primitive::$variant => element!($wide, $rust),)*
            }
        }

        /// The value that `bytes`, exactly as many as an item has, stand for.
        #[inline]
        fn read(primitive: Primitive, big_endian: bool, bytes: &[u8]) -> Option<Scalar> {
            Some(match primitive {
                Primitive::Bool => Scalar::Bool(*bytes.first()? != 0),
                $(Primitive::$variant => {
                    let value = <$rust as Number>::from_bytes(bytes.try_into().ok()?, big_endian);
                    Scalar::$wide(<$wide_type>::from(value))
                })*
            })
        }
    };
}
for_each_scalar!(by_scalar);

impl ItemFormat {
    /// Octets.
    pub const UINT8: Self = Self { primitive: Primitive::UInt8, big_endian: cfg!(target_endian = "big") };

    /// The format of `primitive` in that byte order; `None` for the characters of IDL, which are no numbers.
    pub fn new(primitive: Primitive, big_endian: bool) -> Option<Self> {
        primitive.is_block().then_some(Self { primitive, big_endian })
    }

    /// The format that a `struct` or buffer-protocol string of one letter means; `None` when no ROS type is like it.
    pub fn parse(format: &CStr) -> Option<Self> {
        // `c` is a `bytes` of length 1 to Python, not a number.
        let format = Some(format).filter(|format| !format.to_bytes().ends_with(b"c"))?;
        let element = ElementType::from_format(format);
        let primitive = Primitive::ALL.iter().copied().find(|&p| self::element(p) == Some(element))?;
        let big_endian = match format.to_bytes().first()? {
            b'>' | b'!' => true,
            b'<' => false,
            _ => cfg!(target_endian = "big"),
        };
        Some(Self { primitive, big_endian })
    }

    /// The ROS type.
    pub fn primitive(self) -> Primitive {
        self.primitive
    }

    /// Whether the most significant byte comes first.
    pub fn big_endian(self) -> bool {
        self.big_endian
    }

    /// Bytes of an item.
    pub fn size(self) -> usize {
        self.primitive.size()
    }

    /// Whether the bytes are in the order of this machine, or have none.
    pub fn is_native(self) -> bool {
        self.size() == 1 || self.big_endian == cfg!(target_endian = "big")
    }

    /// The name in the buffer protocol on this machine.
    pub fn name(self) -> &'static CStr {
        if self.is_native() { self.names().native } else { self.portable_name() }
    }

    /// The name that means the same on every machine.
    pub fn portable_name(self) -> &'static CStr {
        if self.big_endian { self.names().big } else { self.names().little }
    }

    /// The name in NumPy's array interface.
    pub fn typestr(self) -> String {
        let order = match self.size() {
            1 => '|',
            _ if self.big_endian => '>',
            _ => '<',
        };
        format!("{order}{}{}", self.names().kind, self.size())
    }

    /// The element as PyO3 names it.
    pub fn element(self) -> ElementType {
        element(self.primitive).unwrap_or(ElementType::Unknown)
    }

    /// The value of an item; `None` unless `bytes` are as many as an item has.
    #[inline]
    pub fn read(self, bytes: &[u8]) -> Option<Scalar> {
        read(self.primitive, self.big_endian, bytes)
    }

    fn names(self) -> &'static Names {
        let element = self.element();
        let [octet, ..] = &NAMES;
        NAMES.iter().find(|names| names.element == element).unwrap_or(octet)
    }
}

/// The Python number.
pub fn to_python(py: Python<'_>, value: Scalar) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Scalar::Bool(value) => PyBool::new(py, value).to_owned().into_any(),
        Scalar::Int(value) => value.into_pyobject(py)?.into_any(),
        Scalar::UInt(value) => value.into_pyobject(py)?.into_any(),
        Scalar::Float32(value) => widen(value).into_pyobject(py)?.into_any(),
        Scalar::Float64(value) => value.into_pyobject(py)?.into_any(),
        Scalar::Unit(value) => value.into_pyobject(py)?.into_any(),
    })
}

/// Whether two values are the same number, as Python compares them: exactly, whatever their types.
pub fn same_number(left: Scalar, right: Scalar) -> bool {
    match (left.into(), right.into()) {
        (Exact::Integer(left), Exact::Integer(right)) => left == right,
        (Exact::Float(left), Exact::Float(right)) => left == right,
        (Exact::Integer(integer), Exact::Float(float)) | (Exact::Float(float), Exact::Integer(integer)) => {
            // The cast saturates far outside 64 bits, where no integer of a message is.
            float.trunc() == float && float as i128 == integer
        }
    }
}

/// A number without its width.
enum Exact {
    Integer(i128),
    Float(f64),
}

impl From<Scalar> for Exact {
    fn from(value: Scalar) -> Self {
        match value {
            Scalar::Bool(value) => Self::Integer(value.into()),
            Scalar::Int(value) => Self::Integer(value.into()),
            Scalar::UInt(value) => Self::Integer(value.into()),
            Scalar::Unit(value) => Self::Integer(value.into()),
            Scalar::Float32(value) => Self::Float(value.into()),
            Scalar::Float64(value) => Self::Float(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_names_that_parse_back() {
        for &primitive in Primitive::ALL {
            let formats = [false, true].map(|big_endian| ItemFormat::new(primitive, big_endian));
            for format in formats.into_iter().flatten() {
                let parsed = ItemFormat::parse(format.portable_name()).unwrap();
                assert_eq!(parsed.element(), format.element(), "{primitive:?}");
                assert_eq!(parsed.size(), format.size(), "{primitive:?}");
                assert!(format.size() == 1 || parsed.big_endian() == format.big_endian(), "{primitive:?}");
            }
            assert_eq!(formats[0].is_some(), primitive.is_block());
        }
    }
}
