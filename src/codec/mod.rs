//! Between wire bytes and values: one compiled [`Plan`] a type, one decode walker, one encode walker.
//!
//! The walkers know no message type and no representation. Decoding tells a [`Visitor`] what it reads; encoding asks
//! a [`Source`] what to write. [`Value`], JSON ([`to_json`], [`from_json`]), [`skip`] and [`validate`] are such visitors
//! and sources, and so are Python's in the `python` room.
//!
//! ```
//! use ros_z_dynamic::{codec::{Plan, from_json, to_json}, registry::Registry, schema::TypeName};
//! let registry = Registry::new();
//! let plan = Plan::compile(&registry.describe(&TypeName::parse("geometry_msgs/msg/Point")?)?)?;
//! let payload = from_json(&plan, br#"{"x": 1, "z": -0.5}"#, &Default::default())?;
//! let text = to_json(&plan, &payload, &Default::default())?;
//! assert_eq!(text, br#"{"x":1.0,"y":0.0,"z":-0.5}"#);
//! # Ok::<(), ros_z_dynamic::Error>(())
//! ```

pub(crate) mod cdr;
mod decode;
mod default;
mod encode;
mod filter;
mod get;
pub(crate) mod json_cursor;
mod json_in;
mod json_out;
mod lazy;
mod path;
mod plan;
mod record;
mod skip;
mod value;

pub use cdr::{Block, CdrReader, CdrWriter, Encapsulation, Endian, HEADER_SIZE, check_length};
pub use decode::{Visitor, WideUnits, decode};
pub use encode::{BlockSpec, NoScalars, Scalars, Source, encode};
pub use filter::{Definitions, Filter};
pub use get::Getter;
pub use json_in::{JsonInput, from_json};
pub use json_out::{JsonBytes, JsonOutput, to_json, write_json};
pub use lazy::{Parts, Place};
pub use path::{FieldPath, Shape};
pub use plan::{FieldPlan, Kind, Layout, MAX_DEPTH, Plan, Shorthand};
pub use record::{Record, RecordArray, RecordMember, RecordValue};
pub use skip::{Skip, Validate, skip, validate};
pub use value::{FromValue, ToValue, Value, decode_value, encode_value};
