//! `ros-z interface`.

use serde_json::{Value, json};

use crate::command::{Folder, Ran};

const STRING: &str = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";

/// A folder with two packages: comments, defaults, constants, bounds, nested types, a service and an action.
fn packages(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder
        .write(
            "my_msgs/msg/Probe.msg",
            "# A probe.\nuint8 IDLE=0  # rest\n\nPart[<=2] parts # two\nstring<=16 label \"none\"\n\n# The end.\n",
        )
        .write("my_msgs/msg/Part.msg", "# A part.\n\nother_msgs/Point at  # where\n# size\nfloat64[3] size [1, 2.5, 1e3]\n")
        .write("other_msgs/msg/Point.msg", "float64 x\n# y\nfloat64 y\n")
        .write("my_msgs/srv/Ask.srv", "# ask\nother_msgs/Point at\n---\n# answer\nbool ok true\n")
        .write("my_msgs/action/Go.action", "int8 speed\n---\n---\n# how far\nother_msgs/Point at # now\n");
    folder
}

fn on_path(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&["--type-path", "."], arguments].concat(), "")
}

fn json_lines(ran: &Ran) -> Vec<Value> {
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    ran.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_type_is_shown_as_its_own_lines_with_nested_types_below() {
    let folder = packages("show_own_lines");
    let show = |arguments: &[&str], shown: &str| {
        on_path(&folder, &[&["interface", "show"], arguments].concat()).is(0, shown, "");
    };
    show(
        &["my_msgs/Probe"],
        "# A probe.\nuint8 IDLE=0  # rest\n\nPart[<=2] parts # two\n\tother_msgs/Point at\n\t\tfloat64 x\n\t\tfloat64 y\n\
         \tfloat64[3] size [1, 2.5, 1e3]\nstring<=16 label \"none\"\n\n# The end.\n",
    );
    show(
        &["my_msgs.msg.Probe", "--all-comments"],
        "# A probe.\nuint8 IDLE=0  # rest\n\nPart[<=2] parts # two\n\t# A part.\n\n\tother_msgs/Point at  # where\n\
         \t\tfloat64 x\n\t\t# y\n\t\tfloat64 y\n\t# size\n\tfloat64[3] size [1, 2.5, 1e3]\nstring<=16 label \"none\"\n\n\
         # The end.\n",
    );
    show(
        &["my_msgs::msg::dds_::Probe_", "--no-comments"],
        "uint8 IDLE=0\nPart[<=2] parts\n\tother_msgs/Point at\n\t\tfloat64 x\n\t\tfloat64 y\n\
         \tfloat64[3] size [1, 2.5, 1e3]\nstring<=16 label \"none\"\n",
    );
    show(
        &["my_msgs/Ask"],
        "# ask\nother_msgs/Point at\n\tfloat64 x\n\tfloat64 y\n---\n# answer\nbool ok true\n",
    );
    show(&["my_msgs/Ask_Response"], "# answer\nbool ok true\n");
    show(
        &["my_msgs/Go", "--no-comments"],
        "int8 speed\n---\n---\nother_msgs/Point at\n\tfloat64 x\n\tfloat64 y\n",
    );
    show(
        &["my_msgs/action/Go_FeedbackMessage"],
        "unique_identifier_msgs/UUID goal_id\n\tuint8[16] uuid\nmy_msgs/action/Go_Feedback feedback\n\
         \tother_msgs/Point at\n\t\tfloat64 x\n\t\tfloat64 y\n",
    );
    let both = on_path(&folder, &["interface", "show", "my_msgs/Go", "--no-comments", "--all-comments"]);
    assert_eq!((both.code, both.stdout()), (Some(2), ""), "{}", both.stderr);
}

#[test]
fn built_in_types_and_those_of_idl_are_shown_in_the_language_of_msg() {
    let folder = Folder::new("show_built_in");
    folder.write(
        "idl_msgs/msg/Probe.idl",
        "module idl_msgs {\n  module msg {\n    module Probe_Constants {\n      const short LIMIT = 3;\n    };\n    \
         @verbatim (language=\"comment\", text=\"A probe.\")\n    struct Probe {\n      @unit (value=\"m\")\n      \
         @default (value=1.5)\n      double far;\n      wchar letter;\n      sequence<string<4>, 2> names;\n    };\n  };\n};\n",
    );
    let shown = "# A probe.\n\nint16 LIMIT=3\nfloat64 far 1.5\nwchar letter\nstring<=4[<=2] names\n";
    on_path(&folder, &["interface", "show", "idl_msgs/Probe"]).is(0, shown, "");
    let shown = "int16 LIMIT=3\nfloat64 far 1.5\nwchar letter\nstring<=4[<=2] names\n";
    on_path(&folder, &["interface", "show", "idl_msgs/Probe", "--no-comments"]).is(0, shown, "");
    let table = [
        ("std_msgs/msg/String", "string data\n"),
        ("std_msgs/msg/Empty", ""),
        ("example_interfaces/srv/AddTwoInts", "int64 a\nint64 b\n---\nint64 sum\n"),
        (
            "example_interfaces/action/Fibonacci",
            "int32 order\n---\nint32[] sequence\n---\nint32[] sequence\n",
        ),
        ("geometry_msgs/Quaternion", "float64 x 0\nfloat64 y 0\nfloat64 z 0\nfloat64 w 1\n"),
        (
            "std_msgs/Header",
            "builtin_interfaces/Time stamp\n\tint32 sec\n\tuint32 nanosec\nstring frame_id\n",
        ),
    ];
    for (name, text) in table {
        folder.run(&["interface", "show", name], "").is(0, text, "");
    }
}

#[test]
fn definitions_are_shown_as_json() {
    let folder = packages("definitions_as_json");
    let shown = format!(
        "{}{STRING}{}\n",
        r#"{"type_name":"std_msgs/msg/String","type_hash":""#,
        r#"","kind":"message","fields":[{"name":"data","type":"string"}],"constants":[],"referenced_types":[]}"#,
    );
    folder.run(&["interface", "show", "std_msgs/String", "--json"], "").is(0, &shown, "");

    let probe = json_lines(&on_path(&folder, &["--json", "interface", "show", "my_msgs/Probe"])).remove(0);
    assert_eq!(probe["comment"], "A probe.");
    assert_eq!(
        probe["constants"],
        json!([{ "name": "IDLE", "type": "uint8", "value": 0, "comment": "rest" }])
    );
    assert_eq!(probe["fields"][1], json!({ "name": "label", "type": "string<=16", "default": "none" }));
    let part = &probe["referenced_types"][0];
    assert_eq!(
        (&part["type_name"], &part["fields"][1]["default"]),
        (&json!("my_msgs/msg/Part"), &json!([1.0, 2.5, 1000.0]))
    );
    assert_eq!(probe["referenced_types"][1]["type_name"], "other_msgs/msg/Point");

    let ask = json_lines(&on_path(&folder, &["--json", "interface", "show", "my_msgs/Ask"])).remove(0);
    assert_eq!(
        (&ask["kind"], &ask["request"]["type_name"]),
        (&json!("service"), &json!("my_msgs/srv/Ask_Request"))
    );
    assert_eq!(ask["response"]["fields"], json!([{ "name": "ok", "type": "bool", "default": true }]));
    assert_eq!(ask["response"]["comment"], "answer");
    assert!(ask["response"]["type_hash"].as_str().unwrap().starts_with("RIHS01_"));
    assert_eq!(ask["referenced_types"].as_array().unwrap().len(), 1);
    let go = json_lines(&on_path(&folder, &["--json", "interface", "show", "my_msgs/Go"])).remove(0);
    assert_eq!((&go["goal"]["fields"][0]["name"], &go["result"]["fields"]), (&json!("speed"), &json!([])));
}

#[test]
fn names_packages_and_hashes_are_listed() {
    let folder = Folder::new("names_are_listed");
    folder.run(&["interface", "hash", "std_msgs/String"], "").is(0, &format!("{STRING}\n"), "");
    let json = format!("{{\"type_name\":\"std_msgs/msg/String\",\"type_hash\":\"{STRING}\"}}\n");
    folder.run(&["--json", "interface", "hash", "std_msgs.msg.String"], "").is(0, &json, "");
    let two = folder.run(&["interface", "hash", "std_msgs/String", "std_srvs/SetBool", "std_msgs/Strin"], "");
    assert_eq!((two.code, two.stdout().lines().count()), (Some(1), 2), "{}", two.stderr);

    let all = folder.run(&["interface", "list"], "");
    let names: Vec<&str> = all.stdout().lines().collect();
    assert!(names.is_sorted() && names.len() >= 235, "{}", names.len());
    assert!(names.contains(&"sensor_msgs/msg/Imu") && names.contains(&"example_interfaces/action/Fibonacci"));
    for (flag, kind) in [
        ("-s", "srv"),
        ("--only-srvs", "srv"),
        ("-m", "msg"),
        ("--only-msgs", "msg"),
        ("--only-actions", "action"),
    ] {
        let some = folder.run(&["interface", "list", flag], "");
        let expected: Vec<&str> =
            names.iter().copied().filter(|name| name.contains(&format!("/{kind}/"))).collect();
        assert_eq!(some.stdout().lines().collect::<Vec<_>>(), expected);
    }
    let first = &json_lines(&folder.run(&["interface", "list", "--json"], ""))[0];
    assert_eq!(*first, json!({ "type_name": "action_msgs/msg/GoalInfo" }));
    let packages = folder.run(&["interface", "packages", "-a"], "");
    assert!(packages.stdout().lines().any(|name| name == "tf2_msgs"));
    assert!(!packages.stdout().contains("std_msgs"));
    let package = json_lines(&folder.run(&["--json", "interface", "packages"], "")).remove(0);
    assert_eq!(package, json!({ "package": "action_msgs" }));
    folder.run(&["interface", "package", "rosgraph_msgs"], "").is(0, "rosgraph_msgs/msg/Clock\n", "");
    folder.run(&["interface", "package", "std_msg"], "").is(
        1,
        "",
        "error: unknown package `std_msg`; did you mean `std_msgs`?\n",
    );
}

#[test]
fn a_prototype_is_a_message_of_defaults() {
    let folder = packages("prototype");
    let proto = |arguments: &[&str], text: &str| {
        on_path(&folder, &[&["interface", "proto"], arguments].concat()).is(0, text, "");
    };
    proto(&["std_msgs/String"], "\"data: ''\n\"\n");
    proto(&["geometry_msgs/Quaternion", "--no-quotes"], "x: 0.0\ny: 0.0\nz: 0.0\nw: 1.0\n\n");
    proto(&["my_msgs/Ask", "--no-quotes"], "at:\n  x: 0.0\n  y: 0.0\n\n");
    proto(&["my_msgs/Go", "--no-quotes"], "speed: 0\n\n");
    proto(&["my_msgs/Part"], "\"at:\n  x: 0.0\n  y: 0.0\nsize:\n- 1.0\n- 2.5\n- 1000.0\n\"\n");
    proto(&["my_msgs/Probe", "--json"], "{\"parts\":[],\"label\":\"none\"}\n");
    proto(&["std_msgs/Empty", "--json"], "{}\n");
}

#[test]
fn every_bad_file_is_reported_with_its_place() {
    let folder = packages("every_bad_file");
    on_path(&folder, &["interface", "check", "my_msgs", "other_msgs/msg/Point.msg"]).is(
        0,
        "",
        "5 files, 0 bad\n",
    );
    on_path(&folder, &["-q", "interface", "check", "."]).is(0, "", "");
    folder
        .write("bad_msgs/msg/Syntax.msg", "int32 ok\nint32 1x\n")
        .write("bad_msgs/msg/Missing.msg", "int32 ok\n\nstd_msgs/Strin name # who\n")
        .write("bad_msgs/msg/Good.msg", "std_msgs/String name\n")
        .write("bad_msgs/srv/Half.srv", "int32 ok\n");
    let missing = "unknown type `std_msgs/msg/Strin`; did you mean `std_msgs/msg/String`? looked in";
    let ran = folder.run(&["interface", "check", "bad_msgs"], "");
    assert_eq!((ran.code, ran.stdout()), (Some(1), ""));
    let expected = [
        format!("error: bad_msgs/msg/Missing.msg:3:1: bad_msgs/msg/Missing.name: {missing}"),
        "  std_msgs/Strin name # who\n  ^\n".to_owned(),
        "error: bad_msgs/msg/Syntax.msg:2:7: expected a field name, found `1x`: it must begin with a lower-case letter\n  \
         int32 1x\n        ^\n"
            .to_owned(),
        "error: bad_msgs/srv/Half.srv:1:9: expected a line `---`".to_owned(),
        "4 files, 3 bad\n".to_owned(),
    ];
    let mut rest = ran.stderr.as_str();
    for part in expected {
        let at = rest.find(&part).unwrap_or_else(|| panic!("{part} is not in {rest}"));
        rest = &rest[at + part.len()..];
    }
    let ran = folder.run(&["--json", "interface", "check", "bad_msgs"], "");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    let lines: Vec<Value> = ran.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: Vec<_> = lines.iter().map(|line| (line["ok"] == true, line["line"].as_u64())).collect();
    assert_eq!(places, [(true, None), (false, Some(3)), (false, Some(2)), (false, Some(1))]);
    assert_eq!(lines[0]["types"], json!(["bad_msgs/msg/Good"]));
    assert_eq!(lines[2]["kind"], "syntax");
    assert_eq!((&lines[2]["column"], &lines[2]["source_line"]), (&json!(7), &json!("int32 1x")));
    folder.run(&["interface", "check", "nowhere.msg"], "").is(
        1,
        "",
        "error: nowhere.msg: No such file or directory (os error 2)\n",
    );
    folder.write("empty/x.txt", "");
    folder.run(&["interface", "check", "empty"], "").is(
        1,
        "",
        "error: empty: no interface files in msg, srv or action folders\n",
    );
}

#[test]
fn differences_are_named_field_by_field() {
    let folder = packages("differences");
    folder
        .write(
            "new/my_msgs/msg/Probe.msg",
            "uint8 IDLE=1\nuint8 BUSY=2\nstring<=32 label \"some\"\nPart[<=2] parts\nbool on\n",
        )
        .write("new/my_msgs/msg/Part.msg", "float64[4] size\nfloat32 weight\n")
        .write("new/my_msgs/srv/Ask.srv", "---\nbool ok true\n");
    let files = ["my_msgs/msg/Probe.msg", "new/my_msgs/msg/Probe.msg"];
    let text = "my_msgs/msg/Probe.label: bound string<=16 -> string<=32\n\
                my_msgs/msg/Probe.label: default 'none' -> 'some'\n\
                my_msgs/msg/Probe.on: added, is bool\n\
                my_msgs/msg/Probe.parts: moved 1 -> 2\n\
                my_msgs/msg/Probe.IDLE: value 0 -> 1\n\
                my_msgs/msg/Probe.BUSY: added, is constant uint8 = 2\n\
                my_msgs/msg/Part.at: removed, was other_msgs/Point\n\
                my_msgs/msg/Part.size: length float64[3] -> float64[4]\n\
                my_msgs/msg/Part.size: default (1.0, 2.5, 1000.0) -> none\n\
                my_msgs/msg/Part.weight: added, is float32\n";
    folder.run(&["interface", "diff", files[0], files[1]], "").is(1, text, "");
    let ran = folder.run(&["--json", "interface", "diff", files[0], files[1]], "");
    let first: Value = serde_json::from_str(ran.stdout().lines().next().unwrap()).unwrap();
    let expected = json!({
        "type_name": "my_msgs/msg/Probe", "member": "label", "change": "bound",
        "before": "string<=16", "after": "string<=32",
    });
    assert_eq!((ran.code, first), (Some(1), expected));

    on_path(&folder, &["interface", "diff", "my_msgs/Probe", files[0]]).is(0, "", "");
    on_path(&folder, &["interface", "diff", "my_msgs/Ask", "new/my_msgs/srv/Ask.srv"]).is(
        1,
        "my_msgs/srv/Ask_Request.at: removed, was other_msgs/Point\n",
        "",
    );
    let table = [
        (
            "std_msgs/Int8",
            "std_msgs/UInt8",
            "std_msgs/msg/Int8: name std_msgs/msg/Int8 -> std_msgs/msg/UInt8\n\
                                             std_msgs/msg/Int8.data: type int8 -> uint8\n",
        ),
        ("std_msgs/Int8", "std_srvs/SetBool", "std_msgs/msg/Int8: kind message -> service\n"),
        (STRING, "std_msgs.msg.String", ""),
    ];
    for (before, after, text) in table {
        folder.run(&["interface", "diff", before, after], "").is(i32::from(!text.is_empty()), text, "");
    }
}

#[test]
fn two_versions_of_a_name_are_told_apart_by_hash() {
    let folder = packages("two_versions");
    folder
        .write("new/my_msgs/msg/Point.msg", "float64 x\n")
        .write("old/my_msgs/msg/Point.msg", "float32 x\n");
    let paths = ["--type-path", "old/my_msgs/msg/Point.msg", "--type-path", "new/my_msgs/msg/Point.msg"];
    let hash = |path| {
        let ran = folder.run(&["--type-path", path, "interface", "hash", "my_msgs/Point"], "");
        ran.stdout().trim_end().to_owned()
    };
    let (old, new) = (hash(paths[1]), hash(paths[3]));
    let warning = format!(
        "warning: `my_msgs/msg/Point` is defined twice: before as {old} (old/my_msgs/msg/Point.msg), \
         now as {new} (new/my_msgs/msg/Point.msg); x: type float32 -> float64\n"
    );
    folder.run(&[&paths[..], &["interface", "diff", &old, &new]].concat(), "").is(
        1,
        "my_msgs/msg/Point.x: type float32 -> float64\n",
        &warning,
    );
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
    let unknown = "error: unknown type `std_msgs/msg/Strin`; did you mean `std_msgs/msg/String`? looked in 0 loaded types, \
                   235 built-in interfaces\n";
    for verb in ["show", "hash", "proto", "json-schema"] {
        folder.run(&["interface", verb, "std_msgs/Strin"], "").is(1, "", unknown);
        folder.run(&["--json", "interface", verb, "std_msgs.msg.Strin"], "").is(1, "", unknown);
        let error = "error: `String` is not a type name; expected `package/msg/Name`\n";
        folder.run(&["interface", verb, "String"], "").is(1, "", error);
    }
    folder.run(&["interface", "diff", "std_msgs/String", "std_msgs/Strin"], "").is(1, "", unknown);
    let zeros = format!("RIHS01_{:064}", 0);
    let error = format!("error: no loaded type has the hash {zeros}\n");
    folder.run(&["interface", "diff", &zeros, "std_msgs/String"], "").is(1, "", &error);
    let short = folder.run(&["interface", "diff", "RIHS01_12", "std_msgs/String"], "");
    assert!(short.code == Some(1) && short.stderr.contains("RIHS01_12"), "{}", short.stderr);
}
