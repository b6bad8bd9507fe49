//! OMG IDL text.

use ros_z_dynamic::idl::Format;
use ros_z_dynamic_fuzz::parsers::Parsers;

fn main() {
    ros_z_dynamic_fuzz::run(Parsers::new(&[Format::Idl]));
}
