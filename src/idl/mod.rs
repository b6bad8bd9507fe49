//! (room idl)
use crate::error::*;
use crate::schema::*;
/// stub
pub fn parse_python_literal(text: &str, _t: &FieldType) -> Result<Literal> {
    Ok(Literal::String(text.into()))
}
#[allow(missing_docs)]
pub enum Format { Msg }
#[allow(missing_docs)]
impl Format { pub fn parse(_: &str) -> Result<Self> { Ok(Self::Msg) } }
