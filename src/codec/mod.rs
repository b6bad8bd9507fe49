//! (room codec)
