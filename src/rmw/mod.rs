//! (room rmw)
