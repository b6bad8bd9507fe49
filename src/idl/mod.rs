//! (room idl)
