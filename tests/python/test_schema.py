"""What Python is told of a type: schemas, their JSON Schema, and the differences between two types."""

from __future__ import annotations

import json
import random

import jsonschema
import pytest

import ros_z_py
from ros_z_py import types

IDL = """
module shown_msgs {
  module msg {
    module Gauge_Constants {
      const short LIMIT = 3;
    };
    @verbatim (language="comment", text="A gauge.")
    @mutable
    struct Gauge {
      @verbatim (language="comment", text="How far.")
      @unit (value="m")
      @range (min=-1.5, max=2)
      @default (value=1.5)
      double far;
      @unit ("m/s")
      sequence<float, 4> speeds;
      sequence<string<8>, 2> names;
      wchar letter;
    };
  };
};
"""


def test_a_schema_tells_everything_of_a_message() -> None:
    private = ros_z_py.TypeRegistry()
    private.add(
        "shown_msgs/msg/Probe",
        '# A probe.\n# It measures.\nuint8 IDLE=0\nfloat32 RATE=1.5\nstring NAME="it\'s"\n\n'
        'geometry_msgs/Point[] at  # where\nstring<=16[<=3] labels ["a", "b"]\nuint8[3] raw [1, 2, 3]\n'
        "int32[2] pair [-1, 2]\nbool on true\nfloat64 x\n",
    )
    schema = private.schema("shown_msgs.msg.Probe")
    assert (schema.name, schema.kind, schema.format) == ("shown_msgs/msg/Probe", "message", "msg")
    assert schema.hash == private.hash("shown_msgs/msg/Probe") == private["shown_msgs/Probe"].__type_hash__
    assert schema.comment == "A probe.\nIt measures."
    assert schema.constants == {"IDLE": 0, "RATE": 1.5, "NAME": "it's"}
    assert schema.parts == {} and schema.annotations == []
    assert schema.text.startswith("# A probe.\n")
    assert repr(schema) == "<Schema shown_msgs/msg/Probe: 6 fields>"
    told = [
        (each.name, each.type, each.element_type, each.array_kind, each.length, each.bound, each.string_bound)
        for each in schema.fields
    ]
    assert told == [
        ("at", "geometry_msgs/Point[]", "geometry_msgs/msg/Point", "sequence", None, None, None),
        ("labels", "string<=16[<=3]", "string", "sequence", None, 3, 16),
        ("raw", "uint8[3]", "uint8", "array", 3, None, None),
        ("pair", "int32[2]", "int32", "array", 2, None, None),
        ("on", "bool", "bool", None, None, None, None),
        ("x", "float64", "float64", None, None, None, None),
    ]
    assert [field.default for field in schema.fields] == [None, ["a", "b"], b"\1\2\3", [-1, 2], True, None]
    at = schema.fields[0]
    assert (at.comment, at.unit, at.annotations) == ("where", None, [])
    assert at.schema.name == "geometry_msgs/msg/Point" and at.schema.hash == types.hash("geometry_msgs/Point")
    assert [field.schema for field in schema.fields[1:]] == [None] * 5
    assert repr(schema.fields[3]) == "<int32[2] pair = (-1, 2)>"
    description = json.loads(schema.to_json())
    assert description["type_description"]["type_name"] == schema.name
    assert [each["type_name"] for each in description["referenced_type_descriptions"]] == ["geometry_msgs/msg/Point"]


def test_annotations_of_idl_are_told() -> None:
    private = ros_z_py.TypeRegistry()
    private.add("shown_msgs/msg/Gauge", IDL, format="idl")
    schema = private.schema("shown_msgs/Gauge")
    assert (schema.format, schema.comment, schema.annotations) == ("idl", "A gauge.", [("mutable", {})])
    far, speeds, names, letter = schema.fields
    assert (far.comment, far.unit, far.default) == ("How far.", "m", 1.5)
    assert far.annotations == [("unit", {"value": "m"}), ("range", {"min": -1.5, "max": 2})]
    assert (speeds.unit, speeds.bound) == ("m/s", 4)
    assert (names.bound, names.string_bound, letter.type) == (2, 8, "wchar")
    assert schema.constants == {"LIMIT": 3}


def test_services_and_actions_have_parts() -> None:
    schema = types.schema("example_interfaces/AddTwoInts")
    assert (schema.kind, list(schema.parts)) == ("service", ["request", "response"])
    assert [field.name for field in schema.parts["request"].fields] == ["a", "b"]
    assert schema.parts["response"].hash == types["example_interfaces/AddTwoInts"].Response.__type_hash__
    assert repr(schema) == "<Schema example_interfaces/srv/AddTwoInts: request, response>"
    assert schema.fields[2].schema.name == "example_interfaces/srv/AddTwoInts_Event"
    schema = types.schema("example_interfaces/Fibonacci")
    assert (schema.kind, list(schema.parts)) == ("action", ["goal", "result", "feedback"])
    assert types.schema("example_interfaces/action/Fibonacci_SendGoal_Request").text is None


def messages() -> list[str]:
    classes = [types[name] for name in types.names()]
    parts = [part for cls in classes for part in vars(cls).values() if hasattr(part, "__struct_fields__")]
    return sorted({cls.__msgtype__ for cls in [*classes, *parts] if hasattr(cls, "__struct_fields__")})


def filled(schema: ros_z_py.Schema, rng: random.Random) -> dict[str, object]:
    """A message with something in every field."""
    values: dict[str, object] = {}
    for field in schema.fields:
        count = field.length if field.array_kind == "array" else min(field.bound or 2, 2)
        if field.schema is not None:
            items: list[object] = [filled(field.schema, rng) for _ in range(count if field.array_kind else 1)]
        elif field.element_type in ("string", "wstring"):
            items = [('a\n"x'[: field.string_bound] if field.string_bound else 'é\n"x') for _ in range(count)]
        elif field.element_type == "bool":
            items = [rng.random() < 0.5 for _ in range(count)]
        elif field.element_type.startswith("float"):
            items = [rng.choice([0.5, -1.0, float("nan"), float("-inf")]) for _ in range(count)]
        else:
            items = [rng.randrange(128) for _ in range(count)]
        values[field.name] = items if field.array_kind else items[0]
    return values


def test_every_message_in_json_fits_its_json_schema() -> None:
    rng = random.Random(0)
    count = 0
    for name in messages():
        codec, schema = ros_z_py.codec(name), types.schema(name)
        for how in ("base64", "array"):
            document = schema.json_schema(bytes=how)
            jsonschema.Draft202012Validator.check_schema(document)
            validator = jsonschema.Draft202012Validator(document)
            for values in ({}, filled(schema, rng)):
                message = json.loads(codec.to_json(codec.encode(values), bytes=how))
                validator.validate(message)
                assert not validator.is_valid({**message, "no_such_field": 1})
                count += 1
    print(f"{count} messages fit")
    assert count > 1000


@pytest.mark.parametrize(
    "field_type, good, bad",
    [
        ("int8", [-128, 127], [-129, 128, 0.5, "1", None, True]),
        ("uint64", [0, 2**64 - 1], [-1, 2**64]),
        ("bool", [True], [1, "true"]),
        ("float32", [1, 0.5, "NaN", "-Infinity"], ["nan", None]),
        ("string<=3", ["", "abc"], ["abcd", 1]),
        ("wstring", ["日本"], [1]),
        ("uint8[3]", ["AQID"], ["AQI=AQ==", "AQIDBA==", "A", [1, 2, 3]]),
        ("byte[<=2]", ["", "AQ=="], ["AQIDBA=="]),
        ("int16[2]", [[1, 2]], [[1], [1, 2, 3], [40000, 1]]),
        ("int16[<=2]", [[], [1, 2]], [[1, 2, 3]]),
        ("geometry_msgs/Point", [{}, {"x": 1}], [{"w": 1}, []]),
    ],
)
def test_json_schema_of(field_type: str, good: list[object], bad: list[object]) -> None:
    private = ros_z_py.TypeRegistry()
    private.add("shown_msgs/msg/One", f"{field_type} value\n")
    validator = jsonschema.Draft202012Validator(private.schema("shown_msgs/One").json_schema())
    codec = private.codec("shown_msgs/One")
    for value in good:
        validator.validate({"value": value})
        codec.from_json(json.dumps({"value": value}))
    assert [value for value in bad if validator.is_valid({"value": value})] == []


def test_a_json_schema_of_a_service_is_of_any_of_its_messages() -> None:
    validator = jsonschema.Draft202012Validator(types.schema("example_interfaces/AddTwoInts").json_schema())
    assert validator.is_valid({"a": 1, "b": 2}) and validator.is_valid({"sum": 3})
    assert not validator.is_valid({"a": 1, "sum": 3})
    with pytest.raises(ValueError, match="hex"):
        types.schema("std_msgs/String").json_schema(bytes="hex")


def test_differences(tmp_path) -> None:
    private = ros_z_py.TypeRegistry()
    private.add("shown_msgs/msg/Probe", "int8 MODE=1\nint8 a\nfloat32 b 1.5\nstring<=4 c\n")
    old = private.hash("shown_msgs/msg/Probe")
    assert private.diff("shown_msgs/Probe", old) == []
    with pytest.warns(ros_z_py.TypeConflictWarning, match="MODE: value 1 -> 2|and 1 more"):
        private.add("shown_msgs/msg/Probe", "int8 MODE=2\nfloat32 b 2.5\nint8 a\nstring<=5 c\nbool d true\n")
    found = private.diff(old, "shown_msgs.msg.Probe")
    told = [(each.member, each.change, each.before, each.after) for each in found]
    assert told == [
        ("b", "default", "1.5", "2.5"),
        ("c", "bound", "string<=4", "string<=5"),
        ("d", "added", None, "bool = True"),
        ("a", "moved", "1", "2"),
        ("MODE", "value", "1", "2"),
    ]
    assert {each.type_name for each in found} == {"shown_msgs/msg/Probe"}
    assert str(found[2]) == "shown_msgs/msg/Probe.d: added, is bool = True"
    file = tmp_path / "shown_msgs" / "msg" / "Probe.msg"
    file.parent.mkdir(parents=True)
    file.write_text("int8 MODE=2\nfloat32 b 2.5\nint8 a\nstring<=5 c\nbool d true\n")
    assert private.diff(file, "shown_msgs/Probe") == []
    with pytest.raises(ros_z_py.UnknownTypeError, match="did you mean `std_msgs/msg/String`"):
        private.diff("std_msgs/Strin", "std_msgs/String")
    with pytest.raises(ros_z_py.UnknownTypeError, match="no loaded type has the hash"):
        private.diff("RIHS01_" + 64 * "0", "std_msgs/String")
