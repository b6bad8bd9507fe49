//! The Python module `ros_z_py._native`, over everything else.
//!
//! `types` holds the registry and makes message classes (`classes`); `decode` and `encode` are the visitor and the
//! source of the codec's walkers; `ffi` is the only place with `unsafe` code.

mod classes;
mod codec;
mod decode;
mod encode;
mod errors;
mod ffi;
mod module;
mod schema;
mod types;
