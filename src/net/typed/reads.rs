//! Whether messages of a type can be read as a Rust type: it is offered a message of zeros, and says what it wants there.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, SeqAccess, Visitor};

use crate::codec::Plan;
use crate::error::Result;

use super::place::{Place, Trouble};

/// Errors when messages of the type cannot be read as `T`; the error names the field.
pub(super) fn check<T: DeserializeOwned>(plan: &Plan) -> Result<()> {
    T::deserialize(Place::root(plan)).map(drop).or_else(|trouble| trouble.in_type(plan))
}

macro_rules! offer {
    ($($method:ident $visit:ident $rust:ident $value:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
            self.scalar(stringify!($rust))?;
            visitor.$visit($value)
        }
    )*};
}

macro_rules! refuse_to_offer {
    ($($method:ident ($($argument:ty),*) $what:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, $(_: $argument,)* _visitor: V) -> Result<V::Value, Trouble> {
            Err(self.differs($what))
        }
    )*};
}

/// Offers a message of zeros, with one item in each sequence.
impl<'de> Deserializer<'de> for Place<'_> {
    type Error = Trouble;

    offer! {
        deserialize_bool visit_bool bool false;
        deserialize_i8 visit_i8 i8 0;
        deserialize_i16 visit_i16 i16 0;
        deserialize_i32 visit_i32 i32 0;
        deserialize_i64 visit_i64 i64 0;
        deserialize_u8 visit_u8 u8 0;
        deserialize_u16 visit_u16 u16 0;
        deserialize_u32 visit_u32 u32 0;
        deserialize_u64 visit_u64 u64 0;
        deserialize_f32 visit_f32 f32 0.0;
        deserialize_f64 visit_f64 f64 0.0;
    }
    refuse_to_offer! {
        deserialize_any() "anything";
        deserialize_i128() "i128";
        deserialize_u128() "u128";
        deserialize_char() "char";
        deserialize_option() "an Option";
        deserialize_map() "a map";
        deserialize_enum(&'static str, &'static [&'static str]) "an enum";
        deserialize_identifier() "an identifier";
        deserialize_ignored_any() "something that is ignored";
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        self.text("")?;
        visitor.visit_str("")
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        self.sequence(0)?.scalar("u8")?;
        visitor.visit_bytes(&[])
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        let members = self.members()?;
        match members.get(0) {
            None => visitor.visit_unit(),
            Some(_) => Err(members.differ(&[])),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_seq(Offered::new(vec![(None, self.sequence(1)?)]))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_seq(Offered::new(vec![(None, self.array(length)?); length]))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        let members = self.members()?;
        if !members.iter().map(|(name, _)| name).eq(names.iter().copied()) {
            return Err(members.differ(names));
        }
        let places: Vec<_> = members.iter().map(|(name, place)| (Some(name), place)).collect();
        visitor.visit_seq(Offered::new(places))
    }
}

/// The fields of a message by name, or items.
struct Offered<'p> {
    places: std::iter::Enumerate<std::vec::IntoIter<(Option<&'p str>, Place<'p>)>>,
}

impl<'p> Offered<'p> {
    fn new(places: Vec<(Option<&'p str>, Place<'p>)>) -> Self {
        Self { places: places.into_iter().enumerate() }
    }
}

impl<'de> SeqAccess<'de> for Offered<'_> {
    type Error = Trouble;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Trouble> {
        let Some((index, (name, place))) = self.places.next() else { return Ok(None) };
        let value = seed.deserialize(place).map_err(|trouble| match name {
            Some(name) => trouble.in_field(name),
            None => trouble.in_item(index),
        });
        value.map(Some)
    }
}
