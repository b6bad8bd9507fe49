//! Zenoh without ROS, for tests that look at what is on the wire or imitate others there.

use ros_z_dynamic::net::Router;
use zenoh::Wait;

/// A session at the router that knows nothing of ROS.
pub fn session(router: &Router) -> zenoh::Session {
    let mut config = zenoh::Config::default();
    for (key, value) in [
        ("mode", "\"client\""),
        ("connect/endpoints", &format!("[\"{}\"]", router.endpoint())),
        ("scouting/multicast/enabled", "false"),
    ] {
        config.insert_json5(key, value).unwrap();
    }
    zenoh::open(config).wait().unwrap()
}
