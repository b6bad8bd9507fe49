//! The one table of scalar types: name, type id, size, and the Rust type that holds a value.
//!
//! Everything that differs by scalar is derived from this table; code elsewhere that needs a branch per scalar
//! calls [`for_each_scalar`](crate::schema::primitive) with a macro instead of writing the list again.

/// A value of any scalar type, widened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// `bool`
    Bool(bool),
    /// Signed integers.
    Int(i64),
    /// Unsigned integers, `byte` and `.msg` `char` included.
    UInt(u64),
    /// `float32`, kept narrow so that its shortest text and its NaN bits survive.
    Float32(f32),
    /// `float64`
    Float64(f64),
    /// IDL `char` and `wchar`: one code unit.
    Unit(u16),
}

/// The Rust type of a scalar as it lies on the wire.
pub trait Number: Copy + PartialEq + std::fmt::Debug + 'static {
    /// Bytes on the wire, and alignment.
    const SIZE: usize;
    /// The bytes, as wide as `SIZE`.
    type Bytes: Copy + AsRef<[u8]> + for<'a> TryFrom<&'a [u8]>;
    /// From the bytes of the machine's little or big endian form.
    fn from_bytes(bytes: Self::Bytes, big_endian: bool) -> Self;
    /// To little or big endian bytes.
    fn to_bytes(self, big_endian: bool) -> Self::Bytes;
}

macro_rules! number {
    ($($rust:ty),*) => {$(
        impl Number for $rust {
            const SIZE: usize = size_of::<$rust>();
            type Bytes = [u8; size_of::<$rust>()];
            #[inline(always)]
            fn from_bytes(bytes: Self::Bytes, big_endian: bool) -> Self {
                if big_endian { Self::from_be_bytes(bytes) } else { Self::from_le_bytes(bytes) }
            }
            #[inline(always)]
            fn to_bytes(self, big_endian: bool) -> Self::Bytes {
                if big_endian { self.to_be_bytes() } else { self.to_le_bytes() }
            }
        }
    )*};
}
number!(u8, i8, u16, i16, u32, i32, u64, i64, f32, f64);

/// The same number in double precision. A processor's conversion would make a signalling NaN a quiet one; this keeps
/// its bits, so that [`narrow`] gives them back.
#[inline(always)]
#[must_use]
pub fn widen(value: f32) -> f64 {
    if value.is_nan() { widen_nan(value.to_bits()) } else { value.into() }
}

#[cold]
fn widen_nan(bits: u32) -> f64 {
    let (sign, payload) = (u64::from(bits >> 31), u64::from(bits & 0x007f_ffff));
    f64::from_bits(sign << 63 | 0x7ff << 52 | payload << 29)
}

/// The nearest number in single precision, or `None` where it is out of range. Of a NaN the upper bits are kept.
#[inline(always)]
#[must_use]
pub fn narrow(value: f64) -> Option<f32> {
    let nearest = value as f32;
    match (nearest.is_finite(), value.is_finite()) {
        (true, _) => Some(nearest),
        (false, true) => None,
        (false, false) => Some(narrow_special(value)),
    }
}

#[cold]
fn narrow_special(value: f64) -> f32 {
    if value.is_infinite() {
        return value as f32;
    }
    let bits = value.to_bits();
    let (sign, payload) = ((bits >> 63) as u32, (bits >> 29) as u32 & 0x007f_ffff);
    // Without any bit it would be an infinity.
    let payload = if payload == 0 { 0x0040_0000 } else { payload };
    f32::from_bits(sign << 31 | 0xff << 23 | payload)
}

/// Calls `$then!` with one row a scalar: `Variant, "msg name", type id, wire type, widened variant, widened type`.
macro_rules! for_each_scalar {
    ($then:ident) => {
        $then! {
            (Int8, "int8", 2, i8, Int, i64)
            (UInt8, "uint8", 3, u8, UInt, u64)
            (Int16, "int16", 4, i16, Int, i64)
            (UInt16, "uint16", 5, u16, UInt, u64)
            (Int32, "int32", 6, i32, Int, i64)
            (UInt32, "uint32", 7, u32, UInt, u64)
            (Int64, "int64", 8, i64, Int, i64)
            (UInt64, "uint64", 9, u64, UInt, u64)
            (Float32, "float32", 10, f32, Float32, f32)
            (Float64, "float64", 11, f64, Float64, f64)
            (Char, "char", 13, u8, Unit, u16)
            (WChar, "wchar", 14, u16, Unit, u16)
            (Byte, "byte", 16, u8, UInt, u64)
        }
    };
}
pub(crate) use for_each_scalar;

macro_rules! define {
    ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
        /// A scalar type. `Char` and `WChar` are IDL's; the `char` of a `.msg` file is `UInt8`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        #[repr(u8)]
        pub enum Primitive { Bool, $($variant,)* }

        impl Primitive {
            /// Every scalar type.
            pub const ALL: &'static [Self] = &[Self::Bool, $(Self::$variant,)*];

            /// The base type id of `type_description_interfaces/msg/FieldType`.
            #[must_use]
            pub const fn type_id(self) -> u8 {
                match self { Self::Bool => 15, $(Self::$variant => $id,)* }
            }

            /// The name in interface text.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { Self::Bool => "bool", $(Self::$variant => $name,)* }
            }

            /// Bytes on the wire, which is also the alignment.
            #[must_use]
            pub const fn size(self) -> usize {
                match self { Self::Bool => 1, $(Self::$variant => size_of::<$rust>(),)* }
            }
        }
    };
}
for_each_scalar!(define);

macro_rules! integers {
    (Int $rust:ty) => {
        Some((<$rust>::MIN as i64, <$rust>::MAX as u64))
    };
    (UInt $rust:ty) => {
        Some((0, <$rust>::MAX as u64))
    };
    ($other:ident $rust:ty) => {
        None
    };
}

macro_rules! define_integers {
    ($(($variant:ident, $name:literal, $id:literal, $rust:ty, $wide:ident, $wide_type:ty))*) => {
        impl Primitive {
            /// The least and the greatest value of an integer type; `None` for others.
            #[must_use]
            pub const fn integers(self) -> Option<(i64, u64)> {
                match self { Self::Bool => None, $(Self::$variant => integers!($wide $rust),)* }
            }
        }
    };
}
for_each_scalar!(define_integers);

impl Primitive {
    /// The scalar with a base type id, or `None`.
    #[must_use]
    pub fn from_type_id(id: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|primitive| primitive.type_id() == id)
    }

    /// Whether arrays of it are byte strings to users: `uint8`, `byte`, and `.msg` `char`, which is a `uint8`.
    #[must_use]
    pub const fn is_octet(self) -> bool {
        matches!(self, Self::UInt8 | Self::Byte)
    }

    /// Whether arrays of it are one block of numbers (everything but the characters of IDL).
    #[must_use]
    pub const fn is_block(self) -> bool {
        !matches!(self, Self::Char | Self::WChar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nan_survives_double_precision() {
        for bits in [0x7fc0_0000, 0x7f80_0001, 0xff80_0001, 0xffff_ffff, 0x7fc1_2345, 0xffa0_0002] {
            let wide = widen(f32::from_bits(bits));
            assert!(wide.is_nan());
            assert_eq!(narrow(wide).map(f32::to_bits), Some(bits), "{bits:#x}");
        }
        assert_eq!(narrow(f64::from_bits(0x7ff0_0000_0000_0001)).map(f32::to_bits), Some(0x7fc0_0000));
    }

    #[test]
    fn numbers_are_narrowed_to_the_nearest_or_not_at_all() {
        for (wide, narrowed) in [
            (0.1, Some(0.1_f32)),
            (-0.0, Some(-0.0)),
            (f64::INFINITY, Some(f32::INFINITY)),
            (f64::NEG_INFINITY, Some(f32::NEG_INFINITY)),
            (f64::from(f32::MAX), Some(f32::MAX)),
            (1e39, None),
            (f64::MIN, None),
            (1e-50, Some(0.0)),
        ] {
            assert_eq!(narrow(wide).map(f32::to_bits), narrowed.map(f32::to_bits), "{wide}");
            assert!(narrowed.is_none_or(|value| widen(value) == f64::from(value)));
        }
    }

    #[test]
    fn ids_name_one_scalar_each() {
        for &primitive in Primitive::ALL {
            assert_eq!(Primitive::from_type_id(primitive.type_id()), Some(primitive));
            assert!([1, 2, 4, 8].contains(&primitive.size()));
        }
        for id in [0, 1, 12, 17, 18, 19, 20, 21, 22, 23, 255] {
            assert_eq!(Primitive::from_type_id(id), None, "{id}");
        }
    }
}
