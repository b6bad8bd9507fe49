//! `ros-z decode` and `ros-z encode`.

use crate::command::Folder;

const HI: &str = "00010000030000006869 00";

#[test]
fn payloads_become_json() {
    let folder = Folder::new("payloads_become_json");
    let hi = b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00";
    folder.write("hi.cdr", hi).write("hi.hex", HI);
    let line = "{\"data\":\"hi\"}\n";
    folder.run(&["decode", "std_msgs/msg/String"], hi).is(0, line, "");
    folder.run(&["decode", "std_msgs/String", "-"], hi).is(0, line, "");
    folder.run(&["decode", "std_msgs::msg::dds_::String_", "hi.cdr"], "").is(0, line, "");
    folder.run(&["decode", "std_msgs/String", "hi.hex", "--hex"], "").is(0, line, "");
    folder.run(&["--json", "decode", "std_msgs/String", "--base64"], "AAEAAAMAAABoaQA=\n").is(0, line, "");
    let octets = "00010000 00000000 00000000 03000000 010203";
    let base64 = "{\"layout\":{\"dim\":[],\"data_offset\":0},\"data\":\"AQID\"}\n";
    let array = "{\"layout\":{\"dim\":[],\"data_offset\":0},\"data\":[1,2,3]}\n";
    folder.run(&["decode", "std_msgs/UInt8MultiArray", "--hex"], octets).is(0, base64, "");
    folder.run(&["decode", "std_msgs/UInt8MultiArray", "--hex", "--bytes", "array"], octets).is(0, array, "");
}

#[test]
fn json_becomes_payloads() {
    let folder = Folder::new("json_becomes_payloads");
    folder.write("pretty.json", "{\n  \"x\": 1,\n  \"y\": 2,\n  \"theta\": 0.5\n}\n");
    let hi = b"\x00\x01\x00\x00\x03\x00\x00\x00hi\x00";
    assert_eq!(folder.run(&["encode", "std_msgs/String"], "{\"data\":\"hi\"}").stdout, hi);
    folder.run(&["encode", "std_msgs/String", "--base64"], "{\"data\":\"hi\"}").is(
        0,
        "AAEAAAMAAABoaQA=\n",
        "",
    );
    let pose = "00010000000000000000f03f0000000000000040000000000000e03f\n";
    folder.run(&["encode", "geometry_msgs/Pose2D", "pretty.json", "--hex"], "").is(0, pose, "");
    let object = "{\"base64\":\"AAEAAAMAAABoaQA=\"}\n";
    folder.run(&["encode", "std_msgs/String", "--json"], "{\"data\":\"hi\"}").is(0, object, "");
    folder.run(&["encode", "std_msgs/Bool", "--json", "--hex"], "{}").is(0, "{\"hex\":\"0001000000\"}\n", "");
    let two = "{\"data\":1}\n\n{\"data\":-1}\n";
    folder.run(&["encode", "std_msgs/Int8", "--hex"], two).is(0, "0001000001\n00010000ff\n", "");
    let now = folder.run(&["encode", "std_msgs/Header", "--hex"], "\"auto\"");
    assert_eq!((now.code, now.stdout.len()), (Some(0), 2 * (4 + 8 + 5) + 1), "{now:?}");
}

#[test]
fn a_bad_line_is_reported_and_the_rest_is_done() {
    let folder = Folder::new("a_bad_line");
    let lines = format!("{HI}\n00010000\nxy\n000\n{HI}\n");
    folder.run(&["decode", "std_msgs/String", "--hex"], lines).is(
        1,
        "{\"data\":\"hi\"}\n{\"data\":\"hi\"}\n",
        "error: <stdin>:2: std_msgs/msg/String.data: the payload ends here: 4 bytes are needed, 0 are left (byte 4)\n\
         error: <stdin>:3: `x` is not a hexadecimal digit\n\
         error: <stdin>:4: an odd number of hexadecimal digits (3)\n",
    );
    folder.write("lines", "{\"data\":300}\n{\"data\":1}\n{\"dat\":1}\n[]\n{\"data\":1,}\n");
    folder.run(&["encode", "std_msgs/UInt8", "lines", "--hex"], "").is(
        1,
        "0001000001\n",
        "error: lines:1:9: std_msgs/msg/UInt8.data: 300 is out of range for uint8\n  {\"data\":300}\n          ^\n\
         error: lines:3:2: std_msgs/msg/UInt8: no field is named `dat`; did you mean `data`?\n  {\"dat\":1}\n   ^\n\
         error: lines:4:1: std_msgs/msg/UInt8: expected an object with the fields of std_msgs/msg/UInt8, got an array\n  \
         []\n  ^\n\
         error: lines:5:11: std_msgs/msg/UInt8: expected a string, found `}` at line 1 column 11 of the JSON text\n  \
         {\"data\":1,}\n            ^\n",
    );
}

#[test]
fn bad_input_is_one_sentence() {
    let folder = Folder::new("bad_input");
    let table: [(&[&str], &str, i32, &str); 10] = [
        (
            &["decode", "std_msgs/String"],
            "",
            1,
            "<stdin>: std_msgs/msg/String: expected a 4-byte encapsulation header, found 0 bytes (byte 0)",
        ),
        (
            &["decode", "std_msgs/String", "absent"],
            "",
            1,
            "cannot read `absent`: No such file or directory (os error 2)",
        ),
        (&["decode", "String"], "", 1, "`String` is not a type name; expected `package/msg/Name`"),
        (
            &["decode", "std_msgs/String", "--base64"],
            "!",
            1,
            "<stdin>:1: not base64 text: Invalid symbol 33, offset 0.",
        ),
        (
            &["decode", "example_interfaces/AddTwoInts"],
            "",
            1,
            "`example_interfaces/srv/AddTwoInts` is a service, not a message; its messages are \
             `example_interfaces/srv/AddTwoInts_Request`, `example_interfaces/srv/AddTwoInts_Response` and \
             `example_interfaces/srv/AddTwoInts_Event`",
        ),
        (&["encode", "std_msgs/String"], " \n", 1, "`<stdin>` holds no JSON text"),
        (
            &["encode", "std_msgs/String"],
            "{}\n{}\n",
            2,
            "<stdin>:2: for more than one message, choose --hex or --base64",
        ),
        (
            &["encode", "std_msgs/String"],
            "{\"data\":",
            1,
            "<stdin>:1:9: std_msgs/msg/String.data: expected a string, found the end of the text at line 1 column 9 of \
             the JSON text\n  {\"data\":\n          ^\na message of std_msgs/msg/String, all defaults:\n  {\"data\":\"\"}",
        ),
        (
            &["encode", "std_msgs/String"],
            "{\"data\":null}",
            1,
            "<stdin>:1:9: std_msgs/msg/String.data: expected a string, got null\n  {\"data\":null}\n          ^\na message \
             of std_msgs/msg/String, all defaults:\n  {\"data\":\"\"}",
        ),
        (
            &["--type-path", "absent", "decode", "a/B"],
            "",
            1,
            "--type-path: there is no file or folder `absent`",
        ),
    ];
    for (arguments, stdin, code, error) in table {
        folder.run(arguments, stdin).is(code, "", &format!("error: {error}\n"));
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let folder = Folder::new("wrong_usage");
    for arguments in
        [&[][..], &["decode"], &["frobnicate"], &["decode", "a/B", "--hex", "--base64"], &["--domain", "x"]]
    {
        let ran = folder.run(arguments, "");
        assert_eq!((ran.code, ran.stdout()), (Some(2), ""), "{ran:?}");
        assert!(
            ran.stderr.contains("For more information, try '--help'.") || arguments.is_empty(),
            "{ran:?}"
        );
    }
    let help = folder.run(&["--help"], "");
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    assert!(help.stdout().contains("Usage: ros-z") && !help.stdout().contains('\x1b'));
    folder.run(&["--version"], "").is(0, concat!("ros-z ", env!("CARGO_PKG_VERSION"), "\n"), "");
}
