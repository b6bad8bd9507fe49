//! OMG IDL text.

use ros_z_dynamic::idl::Format;

fn main() {
    ros_z_dynamic_fuzz::run(&[Format::Idl]);
}
