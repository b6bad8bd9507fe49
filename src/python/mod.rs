//! The Python module `ros_z_py._native`, over everything else.
//!
//! `types` holds the registry and makes message classes (`classes`), `pickle` what travels with pickled messages; `decode`
//! and `encode` are the visitor and the source of the codec's walkers; `lazy` and `compiled` read parts of messages,
//! `json_lines` streams of them; `arguments` explains wrong ones; `dispatch` calls back, `futures` gives answers to those
//! who do not wait, `wakeup` wakes event loops, and `with_statement` closes; `context`, `node`, `publisher`, `loan`, `subscriber`, `client`,
//! `server`, `action*`, `parameter*`, `clock` and `graph` stand for those of `net`; `ffi` is the only place with `unsafe` code.

mod action;
mod action_client;
mod action_server;
mod arguments;
mod classes;
mod client;
mod clock;
mod codec;
mod compiled;
mod context;
mod decode;
mod discovery;
mod dispatch;
mod encode;
mod errors;
mod ffi;
mod futures;
mod graph;
mod json_lines;
mod lazy;
mod loan;
mod module;
mod node;
mod parameter_values;
mod parameters;
mod pickle;
mod publisher;
mod qos;
mod schema;
mod server;
mod service;
mod subscriber;
mod types;
mod wait;
mod wakeup;
mod with_statement;
