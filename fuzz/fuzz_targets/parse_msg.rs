//! `.msg`, `.srv` and `.action` text.

use ros_z_dynamic::idl::Format;

fn main() {
    ros_z_dynamic_fuzz::run(&[Format::Msg, Format::Srv, Format::Action]);
}
