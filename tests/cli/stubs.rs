//! `ros-z stubs`, and `ros-z interface json-schema`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::command::Folder;

const PROBE: &str = "# A probe.\n# It says \"\"\"hello\"\"\" \\ twice.\nuint8 IDLE=0\nstring NAME=\"it's\"\n\
                     geometry_msgs/Point at\n# Metres.\nfloat32 from 1.5\nfloat64[] samples\nuint8[<=4] raw\nPart[] int\n\
                     int64[3] counts\nstring[] names\nint32 typing\n";

const STUB: &str = r#"# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, geometry_msgs

_int: typing.TypeAlias = int
_typing = typing

class Part(_fields.Message):
    """my_msgs/msg/Part"""

    def __init__(self) -> None: ...

class Probe(_fields.Message):
    """my_msgs/msg/Probe

    A probe.
    It says \"\"\"hello\"\"\" \\ twice.
    """

    IDLE: _typing.ClassVar[_int] = 0
    NAME: _typing.ClassVar[str] = "it's"
    at: geometry_msgs.msg.Point
    from_: float
    """Metres."""
    samples: _fields.Numbers[float]
    raw: _fields.Octets
    int: _fields.Messages[Part]
    counts: _fields.Numbers[_int]
    names: _fields.Texts
    typing: _int

    def __init__(
        self,
        *,
        at: _fields.AnyMessage[geometry_msgs.msg.Point] = ...,
        from_: float = 1.5,
        samples: _fields.AnyNumbers[float] = ...,
        raw: _fields.AnyOctets = ...,
        int: _fields.AnyMessages[Part] = ...,
        counts: _fields.AnyNumbers[_int] = ...,
        names: _fields.AnyTexts = ...,
        typing: _int = 0,
    ) -> None: ...
"#;

#[test]
fn stubs_of_a_package_are_written_below_the_folder() {
    let folder = Folder::new("stubs_of_a_package");
    folder
        .write("my_msgs/msg/Probe.msg", PROBE)
        .write("my_msgs/msg/Part.msg", "")
        .write("my_msgs/srv/Ask.srv", "other_msgs/Thing thing\n---\nPart part\n")
        .write("other_msgs/msg/Thing.msg", "int8 x\n");
    let written = "typings/ros_z_py-stubs/my_msgs/msg.pyi\ntypings/ros_z_py-stubs/my_msgs/srv.pyi\n\
                   typings/ros_z_py-stubs/my_msgs/__init__.pyi\ntypings/ros_z_py-stubs/other_msgs/msg.pyi\n\
                   typings/ros_z_py-stubs/other_msgs/__init__.pyi\n";
    folder.run(&["--type-path", ".", "stubs", "./my_msgs"], "").is(0, written, "");
    let read =
        |name: &str| fs::read_to_string(folder.path().join("typings/ros_z_py-stubs").join(name)).unwrap();
    assert_eq!(read("my_msgs/msg.pyi"), STUB);
    assert_eq!(read("py.typed"), "partial\n");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/ros_z_py");
    for name in ["_fields.pyi", "_native.pyi", "std_msgs/msg.pyi", "example_interfaces/__init__.pyi"] {
        assert_eq!(read(name), fs::read_to_string(shipped.join(name)).unwrap(), "{name}");
    }
    assert_eq!(
        read("my_msgs/__init__.pyi"),
        "# Written by `ros-z stubs`.\n\nfrom . import msg as msg\nfrom . import srv as srv\n\
         from .msg import Part as Part\nfrom .msg import Probe as Probe\nfrom .srv import Ask as Ask\n\
         from .srv import Ask_Request as Ask_Request\nfrom .srv import Ask_Response as Ask_Response\n\
         from .srv import Ask_Event as Ask_Event\nfrom .srv import AskRequest as AskRequest\n\
         from .srv import AskResponse as AskResponse\nfrom .srv import AskEvent as AskEvent\n"
    );
    let srv = read("my_msgs/srv.pyi");
    assert!(
        srv.contains("from ros_z_py import _fields, other_msgs, service_msgs\n\nfrom . import msg\n"),
        "{srv}"
    );
    assert!(srv.contains("class Ask(_fields.Interface):\n    \"\"\"my_msgs/srv/Ask\"\"\"\n\n    Request: typing.TypeAlias = Ask_Request\n"));
    assert!(
        srv.contains("    part: msg.Part\n") && srv.contains("    request: _fields.Messages[Ask_Request]\n")
    );
    assert!(srv.ends_with("\nAskRequest: typing.TypeAlias = Ask_Request\nAskResponse: typing.TypeAlias = Ask_Response\nAskEvent: typing.TypeAlias = Ask_Event\n"));
}

#[test]
fn stubs_are_of_what_is_asked_for_and_of_what_that_needs() {
    let folder = Folder::new("stubs_asked_for");
    folder.write("a_msgs/msg/One.msg", "b_msgs/Two two\n").write("a_msgs/msg/Other.msg", "");
    folder.write("b_msgs/msg/Two.msg", "std_msgs/Header header\n");
    let stubs = |arguments: &[&str]| {
        let ran =
            folder.run(&[&["--type-path", ".", "stubs", "-o", "out", "--json"], arguments].concat(), "");
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        let files = ran.stdout().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        files
            .map(|file| file["file"].as_str().unwrap().replacen("out/ros_z_py-stubs/", "", 1))
            .collect::<Vec<_>>()
    };
    let expected = ["a_msgs/msg.pyi", "a_msgs/__init__.pyi", "b_msgs/msg.pyi", "b_msgs/__init__.pyi"];
    assert_eq!(stubs(&["a_msgs.msg.One"]), expected);
    let text = fs::read_to_string(folder.path().join("out/ros_z_py-stubs/a_msgs/msg.pyi")).unwrap();
    assert!(text.contains("two: b_msgs.msg.Two\n") && !text.contains("Other"), "{text}");
    assert_eq!(stubs(&["std_msgs/String"]), ["std_msgs/msg.pyi", "std_msgs/__init__.pyi"]);
    let text = fs::read_to_string(folder.path().join("out/ros_z_py-stubs/std_msgs/msg.pyi")).unwrap();
    assert!(text.contains("class ByteMultiArray("), "a built-in package is written as a whole");
    assert_eq!(stubs(&["example_interfaces/AddTwoInts_Request"]).len(), 4);

    let unknown = folder.run(&["stubs", "std_msg"], "");
    unknown.is(1, "", "error: unknown package `std_msg`; did you mean `std_msgs`?\n");
    let unknown = folder.run(&["stubs", "std_msgs/Strin"], "");
    assert!(unknown.code == Some(1) && unknown.stderr.contains("did you mean `std_msgs/msg/String`"));
    folder.write("file", "");
    let ran = folder.run(&["stubs", "std_msgs", "-o", "file"], "");
    assert!(
        ran.code == Some(1) && ran.stderr.starts_with("error: cannot write `file/ros_z_py-stubs/py.typed`: ")
    );
}

#[test]
fn a_json_schema_says_what_messages_in_json_are() {
    let folder = Folder::new("json_schema");
    folder.write(
        "my_msgs/msg/Probe.msg",
        "# A probe.\nuint8 A=1\n# which\nstring<=16 label \"none\"\nuint8[4] raw [1, 2, 3, 4]\nint8[<=3] small\nfloat32 x\n\
         bool[2] on\nPart[] parts\n",
    );
    folder.write("my_msgs/msg/Part.msg", "uint64 n\n");
    let schema = |arguments: &[&str]| -> Value {
        let ran = folder.run(&[&["--type-path", ".", "interface", "json-schema"], arguments].concat(), "");
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        serde_json::from_str(ran.stdout()).unwrap()
    };
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "my_msgs/msg/Probe",
        "description": "A probe.",
        "type": "object",
        "properties": {
            "label": { "type": "string", "maxLength": 16, "default": "none", "description": "which" },
            "raw": {
                "type": "string",
                "contentEncoding": "base64",
                "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
                "minLength": 8,
                "maxLength": 8,
                "default": "AQIDBA==",
            },
            "small": {
                "type": "array", "items": { "type": "integer", "minimum": -128, "maximum": 127 }, "maxItems": 3,
            },
            "x": { "anyOf": [{ "type": "number" }, { "enum": ["NaN", "Infinity", "-Infinity"] }] },
            "on": { "type": "array", "items": { "type": "boolean" }, "minItems": 2, "maxItems": 2 },
            "parts": { "type": "array", "items": { "$ref": "#/$defs/my_msgs~1msg~1Part" } },
        },
        "additionalProperties": false,
        "$defs": {
            "my_msgs/msg/Part": {
                "title": "my_msgs/msg/Part",
                "type": "object",
                "properties": { "n": { "type": "integer", "minimum": 0, "maximum": u64::MAX } },
                "additionalProperties": false,
            },
        },
    });
    assert_eq!(schema(&["my_msgs/Probe"]), expected);
    let as_array = json!({
        "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 255 }, "minItems": 4, "maxItems": 4,
        "default": [1, 2, 3, 4],
    });
    assert_eq!(schema(&["my_msgs/Probe", "--bytes", "array"])["properties"]["raw"], as_array);
    let one_line = folder.run(&["--json", "interface", "json-schema", "std_msgs/String"], "");
    assert_eq!(one_line.stdout().lines().count(), 1);
    let service = schema(&["example_interfaces/AddTwoInts"]);
    assert_eq!(service["anyOf"][1]["$ref"], "#/$defs/example_interfaces~1srv~1AddTwoInts_Response");
    assert_eq!(service["$defs"].as_object().unwrap().len(), 2);
}
