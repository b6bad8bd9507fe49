//! Payloads against everything that reads them.

use ros_z_dynamic_fuzz::codec::Codec;

fn main() {
    ros_z_dynamic_fuzz::run(Codec::decode_any());
}
