//! `ros-z interface`.

use crate::command::Folder;

#[test]
fn definitions_are_shown_as_msg_text() {
    let folder = Folder::new("definitions_are_shown");
    folder.write(
        "my_msgs/msg/Probe.msg",
        "# A probe.\nuint8 IDLE=0\nstring NAME=\"it's\"\n\nstring<=16 label \"none\"  # which\nfloat64[3] gains [1, 2.5, 1e3]\n\
         int8[<=4] small [-1]\nbool on true\nProbe2[] others\n",
    );
    let shown = "# A probe.\nuint8 IDLE=0\nstring NAME=\"it's\"\n# which\nstring<=16 label \"none\"\n\
                 float64[3] gains [1.0, 2.5, 1000.0]\nint8[<=4] small [-1]\nbool on true\nmy_msgs/Probe2[] others\n";
    let path = ["--type-path", "my_msgs/msg/Probe.msg"];
    folder.run(&[path[0], path[1], "interface", "show", "my_msgs/Probe"], "").is(0, shown, "");

    let table = [
        ("std_msgs/msg/String", "string data\n"),
        ("std_msgs/msg/Empty", ""),
        ("example_interfaces/srv/AddTwoInts", "int64 a\nint64 b\n---\nint64 sum\n"),
        (
            "example_interfaces/action/Fibonacci",
            "int32 order\n---\nint32[] sequence\n---\nint32[] sequence\n",
        ),
        ("geometry_msgs/Quaternion", "float64 x 0.0\nfloat64 y 0.0\nfloat64 z 0.0\nfloat64 w 1.0\n"),
    ];
    for (name, text) in table {
        folder.run(&["interface", "show", name], "").is(0, text, "");
    }
}

#[test]
fn definitions_are_shown_as_json() {
    let folder = Folder::new("definitions_as_json");
    let shown = concat!(
        r#"{"type_name":"std_msgs/msg/String","#,
        r#""type_hash":"RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18","#,
        r#""fields":[{"name":"data","type":"string"}],"constants":[]}"#,
        "\n"
    );
    folder.run(&["interface", "show", "std_msgs/String", "--json"], "").is(0, shown, "");
}

#[test]
fn names_packages_and_hashes_are_listed() {
    let folder = Folder::new("names_are_listed");
    let string = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";
    folder.run(&["interface", "hash", "std_msgs/String"], "").is(0, &format!("{string}\n"), "");
    let json = format!("{{\"type_name\":\"std_msgs/msg/String\",\"type_hash\":\"{string}\"}}\n");
    folder.run(&["--json", "interface", "hash", "std_msgs.msg.String"], "").is(0, &json, "");

    let all = folder.run(&["interface", "list"], "");
    let names: Vec<&str> = all.stdout().lines().collect();
    assert!(names.is_sorted() && names.len() >= 235, "{}", names.len());
    assert!(names.contains(&"sensor_msgs/msg/Imu") && names.contains(&"example_interfaces/action/Fibonacci"));
    let services = folder.run(&["interface", "list", "-s"], "");
    let expected: Vec<&str> = names.iter().copied().filter(|name| name.contains("/srv/")).collect();
    assert_eq!(services.stdout().lines().collect::<Vec<_>>(), expected);
    let packages = folder.run(&["interface", "packages"], "");
    assert!(packages.stdout().lines().any(|name| name == "std_msgs"));
    folder.run(&["interface", "package", "rosgraph_msgs"], "").is(0, "rosgraph_msgs/msg/Clock\n", "");
}

#[test]
fn what_cannot_be_shown_says_why() {
    let folder = Folder::new("what_cannot_be_shown");
    folder.write("my_msgs/msg/Bad.msg", "int32 ok\nint32 1x\n");
    let ran = folder.run(&["--type-path", "my_msgs/msg/Bad.msg", "interface", "show", "my_msgs/Bad"], "");
    assert_eq!((ran.code, ran.stdout()), (Some(1), ""));
    let error = "error: my_msgs/msg/Bad.msg:2:7: expected a field name, found `1x`: it must begin with a lower-case \
                 letter\n  int32 1x\n        ^\n";
    assert_eq!(ran.stderr, error);
    folder.run(&["interface", "show", "std_msgs/Strin"], "").is(
        1,
        "",
        "error: unknown type `std_msgs/msg/Strin`; did you mean `std_msgs/msg/String`? looked in 0 loaded types, 235 \
         built-in interfaces\n",
    );
}
