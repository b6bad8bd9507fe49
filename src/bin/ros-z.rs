//! The `ros-z` command; everything is in `ros_z_dynamic::cli`.

fn main() {}
