//! Completion as shells ask for it, and manual pages.

use std::time::Instant;

use ros_z_dynamic::registry::Registry;
use ros_z_dynamic::rmw::QosProfile;

use crate::command::{Folder, ros_z};
use crate::living::{DEADLINE, Graph, publisher, server};

/// What bash is offered for the last of these words.
fn offered(words: &[&str]) -> Vec<String> {
    let mut command = ros_z(&[&["--", "ros-z"], words].concat());
    let command = command.env("ROS_Z_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let output = command.env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_COMP_TYPE", "9").output().unwrap();
    assert!(output.stderr.is_empty() && output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn verbs_flags_and_types_are_offered_without_a_network() {
    let table: [(&[&str], &[&str]); 6] = [
        (&["topic", "ec"], &["echo"]),
        (&["interf"], &["interface"]),
        (&["topic", "echo", "/x", "std_msgs/msg/UInt8M"], &["std_msgs/msg/UInt8MultiArray"]),
        (&["interface", "package", "geometry_m"], &["geometry_msgs"]),
        (&["topic", "echo", "--qos-reliability", "best_e"], &["best_effort"]),
        (&["topic", "list", "--show"], &["--show-types"]),
    ];
    for (words, expected) in table {
        assert_eq!(offered(words), expected, "{words:?}");
    }
    let folder = Folder::new("types_are_offered");
    folder.write("demo_msgs/msg/Own.msg", "int32 a 7\n");
    let path = folder.path().to_str().unwrap();
    assert_eq!(offered(&["--type-path", path, "decode", "demo_m"]), ["demo_msgs/msg/Own"]);
}

#[test]
fn names_of_the_live_graph_are_offered() {
    let graph = Graph::new("names_are_offered");
    let (types, node) = (Registry::new(), graph.node("talker"));
    let _publisher = publisher(&node, "/chatter", (&types, "std_msgs/msg/String"), QosProfile::DEFAULT);
    let _server = server(&node, "/add_two", &types, "example_interfaces/srv/AddTwoInts");
    let domain = graph.domain.to_string();
    let global = ["--connect", graph.endpoint(), "--domain", &domain];
    let table: [(&[&str], &str); 4] = [
        (&["topic", "echo", "/cha"], "/chatter"),
        (&["topic", "hz", "/cha"], "/chatter"),
        (&["service", "call", "/ad"], "/add_two"),
        (&["node", "info", "/ta"], "/talker"),
    ];
    let started = Instant::now();
    for (words, name) in table {
        // A machine that is too slow for the patience of a shell is asked again.
        while offered(&[&global[..], words].concat()) != [name] {
            assert!(started.elapsed() < DEADLINE, "{words:?}");
        }
    }
    // Nobody is there: the shell is not kept waiting.
    assert_eq!(offered(&["--connect", "tcp/127.0.0.1:1", "topic", "echo", "/cha"]), [""; 0]);
}

#[test]
fn every_shell_gets_its_script() {
    let folder = Folder::new("every_shell_gets_its_script");
    for (shell, line) in [
        ("bash", "complete -o nospace -o bashdefault -o nosort -F _clap_complete_ros_z ros-z"),
        ("zsh", "#compdef ros-z"),
        ("fish", "complete --keep-order --exclusive --command ros-z"),
    ] {
        let ran = folder.run(&["completion", shell], "");
        assert!(ran.stdout().contains(line) && ran.stdout().contains("ROS_Z_COMPLETE"), "{ran:?}");
    }
    assert_eq!(folder.run(&["completion", "csh"], "").code, Some(2));
}

#[test]
fn every_verb_has_a_manual_page() {
    let folder = Folder::new("every_verb_has_a_manual_page");
    let ran = folder.run(&["man", "--output", "man1"], "");
    let pages: Vec<&str> = ran.stdout().lines().collect();
    for page in
        ["man1/ros-z.1", "man1/ros-z-topic.1", "man1/ros-z-topic-echo.1", "man1/ros-z-interface-diff.1"]
    {
        assert!(pages.contains(&page), "{page} is not among {pages:?}");
    }
    let page = std::fs::read_to_string(folder.path().join("man1/ros-z-topic-echo.1")).unwrap();
    for part in ["ros\\-z topic echo", "\\-\\-filter", "Examples"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    folder.write("file", "");
    folder.run(&["man", "--output", "file"], "").is(
        1,
        "",
        "error: cannot write `file`: File exists (os error 17)\n",
    );
}
