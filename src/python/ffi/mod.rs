//! The C API of Python where PyO3's safe one does not reach: the only room with `unsafe` code.

mod attribute;
pub mod bytes;
pub mod list;
pub mod number;
pub mod payload;
mod slots;
pub mod text;
pub mod view;

pub(crate) use attribute::declared;
pub(crate) use list::FreshList;
pub(crate) use payload::Payload;
pub(crate) use slots::{FreshStruct, Slots};
pub(crate) use view::{Items, RecordFormat, ZArrayView, ZBufView, ZStructView, register, untracked};
