//! The `ros-z` command; everything is in `ros_z_dynamic::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ros_z_dynamic::cli::run(std::env::args_os()).into()
}
