//! (room python)
