//! The C API of Python where PyO3's safe one does not reach: the only room with `unsafe` code.

mod attribute;
pub mod bytes;
mod lean;
pub mod list;
mod method;
pub mod number;
pub mod payload;
pub mod pool;
mod refine;
mod slots;
pub mod text;
mod thread;
pub mod view;

pub(crate) use attribute::declared;
pub(crate) use list::FreshList;
pub(crate) use method::{CallSlot, Callable, Method, add_method, methods_of_one_argument, new_callable};
pub(crate) use payload::Payload;
pub(crate) use refine::refine;
pub(crate) use slots::{FreshStruct, ScalarSlots, Slots};
pub(crate) use thread::{is_attached, raise_in};
pub(crate) use view::{
    ItemFormat, Items, RecordFormat, ZArrayView, ZBufView, ZStructView, register, untracked,
};
