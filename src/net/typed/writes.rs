//! Whether a value is a message of a type: it is walked through beside the type before it is written.

use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct, Serializer,
};

use crate::codec::Plan;
use crate::error::Result;

use super::place::{Members, Place, Trouble};

/// Errors when a value is no message of the type; the error names the field.
pub(super) fn check<T: Serialize + ?Sized>(plan: &Plan, value: &T) -> Result<()> {
    value.serialize(Place::root(plan)).or_else(|trouble| trouble.in_type(plan))
}

macro_rules! take {
    ($($method:ident $rust:ident;)*) => {$(
        fn $method(self, _value: $rust) -> Result<(), Trouble> {
            self.scalar(stringify!($rust))
        }
    )*};
}

macro_rules! refuse_to_take {
    ($($method:ident $rust:ty, $what:literal;)*) => {$(
        fn $method(self, _value: $rust) -> Result<(), Trouble> {
            Err(self.differs($what))
        }
    )*};
}

impl<'p> Serializer for Place<'p> {
    type Ok = ();
    type Error = Trouble;
    type SerializeSeq = Items<'p>;
    type SerializeTuple = Items<'p>;
    type SerializeTupleStruct = Items<'p>;
    type SerializeTupleVariant = Impossible<(), Trouble>;
    type SerializeMap = Impossible<(), Trouble>;
    type SerializeStruct = Fields<'p>;
    type SerializeStructVariant = Impossible<(), Trouble>;

    take! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_f32 f32;
        serialize_f64 f64;
    }
    refuse_to_take! {
        serialize_i128 i128, "i128";
        serialize_u128 u128, "u128";
        serialize_char char, "char";
    }

    fn serialize_str(self, text: &str) -> Result<(), Trouble> {
        self.text(text)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Trouble> {
        self.sequence(bytes.len())?.scalar("u8")
    }

    fn serialize_none(self) -> Result<(), Trouble> {
        Err(self.differs("an Option"))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _value: &T) -> Result<(), Trouble> {
        Err(self.differs("an Option"))
    }

    fn serialize_unit(self) -> Result<(), Trouble> {
        self.serialize_struct("", 0)?.end()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Trouble> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
    ) -> Result<(), Trouble> {
        Err(self.differs("an enum"))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Trouble> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), Trouble> {
        Err(self.differs("an enum"))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'p>, Trouble> {
        let length = length.ok_or_else(|| self.differs("a sequence of unknown length"))?;
        Ok(Items { place: self.sequence(length)?, index: 0 })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'p>, Trouble> {
        Ok(Items { place: self.array(length)?, index: 0 })
    }

    fn serialize_tuple_struct(self, _name: &'static str, length: usize) -> Result<Items<'p>, Trouble> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleVariant, Trouble> {
        Err(self.differs("an enum"))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self::SerializeMap, Trouble> {
        Err(self.differs("a map"))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Fields<'p>, Trouble> {
        Ok(Fields { members: self.members()?, index: 0 })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant, Trouble> {
        Err(self.differs("an enum"))
    }
}

/// The items of a sequence or an array.
pub(super) struct Items<'p> {
    place: Place<'p>,
    index: usize,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Trouble> {
        value.serialize(self.place).map_err(|trouble| trouble.in_item(self.index))?;
        self.index += 1;
        Ok(())
    }
}

macro_rules! items {
    ($($kind:ident $method:ident;)*) => {$(
        impl $kind for Items<'_> {
            type Ok = ();
            type Error = Trouble;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Trouble> {
                self.item(value)
            }

            fn end(self) -> Result<(), Trouble> {
                Ok(())
            }
        }
    )*};
}
items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}

/// The fields of a message.
pub(super) struct Fields<'p> {
    members: Members<'p>,
    index: usize,
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Trouble;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Trouble> {
        let member = self.members.get(self.index).filter(|(name, _)| *name == key);
        let (name, place) = member.ok_or_else(|| self.members.differ_at(self.index, Some(key)))?;
        self.index += 1;
        value.serialize(place).map_err(|trouble| trouble.in_field(name))
    }

    fn end(self) -> Result<(), Trouble> {
        self.members.get(self.index).map_or(Ok(()), |_| Err(self.members.differ_at(self.index, None)))
    }
}
