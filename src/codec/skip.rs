//! [`Skip`] and [`Validate`]: visitors that make nothing. They are the decode walker like any other visitor, so they
//! accept and refuse exactly what decoding accepts and refuses.

use crate::error::Result;
use crate::schema::Scalar;

use super::cdr::Block;
use super::decode::{Visitor, WideUnits, decode};
use super::plan::{Layout, Plan};

/// Walks through everything that decoding walks through.
#[derive(Clone, Copy, Debug)]
pub struct Validate;

/// Like [`Validate`], but passes over values of fixed size in one step, and over strings without looking at them.
#[derive(Clone, Copy, Debug)]
pub struct Skip;

/// Checks that `payload` holds a message of the type; returns how many bytes the message takes, header included.
pub fn validate(plan: &Plan, payload: &[u8]) -> Result<usize> {
    Ok(decode(plan, payload, &mut Validate)?.1)
}

/// How many bytes the message in `payload` takes, header included: [`validate`], faster.
pub fn skip(plan: &Plan, payload: &[u8]) -> Result<usize> {
    Ok(decode(plan, payload, &mut Skip)?.1)
}

macro_rules! visit_nothing {
    ($visitor:ty, jumps: $jumps:literal) => {
        impl<'de> Visitor<'de> for $visitor {
            type Value = ();
            type Message = ();
            type List = ();
            const JUMPS: bool = $jumps;

            fn scalar(&mut self, _value: Scalar) -> Result<()> {
                Ok(())
            }
            fn string(&mut self, _bytes: &'de [u8]) -> Result<()> {
                Ok(())
            }
            fn wstring(&mut self, _units: WideUnits<'de>) -> Result<()> {
                Ok(())
            }
            fn block(&mut self, _block: Block<'de>) -> Result<()> {
                Ok(())
            }
            fn begin_message(&mut self, _layout: &Layout) -> Result<()> {
                Ok(())
            }
            fn field(&mut self, _message: &mut (), _index: usize, _value: ()) -> Result<()> {
                Ok(())
            }
            fn end_message(&mut self, _message: ()) -> Result<()> {
                Ok(())
            }
            fn begin_list(&mut self, _length: usize) -> Result<()> {
                Ok(())
            }
            fn item(&mut self, _list: &mut (), _index: usize, _value: ()) -> Result<()> {
                Ok(())
            }
            fn end_list(&mut self, _list: ()) -> Result<()> {
                Ok(())
            }
        }
    };
}
visit_nothing!(Validate, jumps: false);
visit_nothing!(Skip, jumps: true);
