//! Payloads against all readers, which must agree, also with a slow and obvious one.

use ros_z_dynamic_fuzz::codec::Codec;

fn main() {
    ros_z_dynamic_fuzz::run(Codec::skip_vs_decode());
}
