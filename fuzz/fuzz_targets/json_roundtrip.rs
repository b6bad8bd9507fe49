//! JSON text to payloads and back.

use ros_z_dynamic_fuzz::codec::Codec;

fn main() {
    ros_z_dynamic_fuzz::run(Codec::json_roundtrip());
}
