"""Conversion without a network: CDR, objects, dicts, JSON; and what is refused, with the place in the error."""

from __future__ import annotations

import array
import gc
import math
import struct
import sys
import weakref

import numpy as np
import pytest

import ros_z_py
from ros_z_py import types

EVERYTHING = """
bool flag
byte octet
char letter
int8 i8
uint8 u8
int16 i16
uint16 u16
int32 i32
uint32 u32
int64 i64
uint64 u64
float32 f32
float64 f64
string text
wstring wide
bool[] flags
int16[3] three
float64[] doubles
uint8[] blob
string[] texts
geometry_msgs/Point[2] points
std_msgs/Empty nothing
string<=4[<=2] short
"""


@pytest.fixture(scope="module")
def everything():
    types.add("codec_msgs/msg/Everything", EVERYTHING)
    return ros_z_py.codec("codec_msgs/msg/Everything")


def full() -> dict:
    return {
        "flag": True,
        "octet": 255,
        "letter": 65,
        "i8": -128,
        "u8": 255,
        "i16": -32768,
        "u16": 65535,
        "i32": -(2**31),
        "u32": 2**32 - 1,
        "i64": -(2**63),
        "u64": 2**64 - 1,
        "f32": 0.5,
        "f64": -1e300,
        "text": "žluťoučký \udcff",
        "wide": "日本 \U0001f600",
        "flags": [True, False],
        "three": [-1, 0, 1],
        "doubles": [1.5, -0.0, math.inf],
        "blob": b"\x00\xff",
        "texts": ["", "a"],
        "points": [{"x": 1.0, "y": 2.0, "z": 3.0}, {"x": 0.0, "y": 0.0, "z": 0.0}],
        "nothing": {},
        "short": ["abcd", ""],
    }


def test_every_kind_in_every_representation(everything):
    values = full()
    cdr = everything.encode(values)
    assert everything.validate(cdr) == len(cdr)
    assert everything.decode_dict(cdr) == values
    message = everything.decode(cdr)
    assert everything.encode(message) == cdr
    assert ros_z_py.encode(message) == cdr
    assert ros_z_py.to_dict(message) == values
    assert ros_z_py.from_dict(everything.message_class, values) == message
    for how in ("base64", "array"):
        text = everything.to_json(cdr, bytes=how)
        assert everything.from_json(text) == cdr
        assert everything.from_json(text.decode()) == cdr
        assert ros_z_py.from_json("codec_msgs/msg/Everything", text) == message
    assert ros_z_py.to_json(message) == everything.to_json(cdr)


def test_defaults_encode_like_an_empty_dict(everything):
    assert everything.encode(everything.message_class()) == everything.encode({})


def test_the_bytes_are_the_published_ones():
    assert ros_z_py.encode(ros_z_py.std_msgs.String(data="Hello World: 1")) == bytes.fromhex(
        "000100000f00000048656c6c6f20576f726c643a203100"
    )
    assert ros_z_py.encode(ros_z_py.std_msgs.Empty()) == bytes.fromhex("0001000000")


def test_big_endian_is_read():
    message = ros_z_py.codec("std_msgs/msg/Float64").decode(bytes.fromhex("000000003ff8000000000000"))
    assert message.data == 1.5
    cdr = b"\0\0\0\0" + struct.pack(">II2d", 0, 0, 1.0, -2.0)[4:]
    array_codec = ros_z_py.codec(types.add("codec_msgs/msg/Doubles", "float64[2] data\n"))
    view = array_codec.decode(b"\0\0\0\0" + struct.pack(">2d", 1.0, -2.0)).data
    assert list(view) == [1.0, -2.0]
    assert array_codec.encode({"data": view}) == b"\0\1\0\0" + struct.pack("<2d", 1.0, -2.0)
    assert len(cdr) == 24


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda b: array.array("B", b)])
def test_any_bytes_like_decodes_to_views_on_it(wrap):
    cdr = ros_z_py.encode(ros_z_py.std_msgs.UInt8MultiArray(data=bytes(range(200)) * 50))
    buffer = wrap(cdr)
    message = ros_z_py.codec("std_msgs/msg/UInt8MultiArray").decode(buffer)
    assert message.data.is_zero_copy
    assert message.data == bytes(range(200)) * 50
    del buffer
    gc.collect()
    assert message.data[199] == 199


def test_a_view_keeps_its_buffer_and_nothing_else_does():
    class Buffer(bytearray):
        pass

    buffer = Buffer(ros_z_py.encode(ros_z_py.std_msgs.UInt8MultiArray(data=bytes(9999))))
    gone = weakref.ref(buffer)
    message = ros_z_py.codec("std_msgs/msg/UInt8MultiArray").decode(buffer)
    view = message.data
    del message, buffer
    gc.collect()
    assert gone() is not None
    del view
    gc.collect()
    assert gone() is None


def test_reference_counts_stay_exact(everything):
    cdr = everything.encode(full())
    marker = "a string that nobody else holds " + str(id(cdr))
    values = full() | {"text": marker}
    before = sys.getrefcount(marker), sys.getrefcount(cdr)
    for _ in range(1000):
        everything.encode(values)
        everything.decode(cdr)
        everything.decode_dict(cdr)
        with pytest.raises(ros_z_py.SerializationError):
            everything.decode(cdr[:-3])
    assert (sys.getrefcount(marker), sys.getrefcount(cdr)) == before


def test_arrays_of_any_source():
    numpy = pytest.importorskip("numpy")
    codec = ros_z_py.codec("sensor_msgs/msg/LaserScan")
    wanted = codec.encode({"ranges": [1.0, 2.5, -3.0]})
    values = [1.0, 2.5, -3.0]
    sources = [
        tuple(values),
        array.array("f", values),
        array.array("d", values),
        numpy.array(values, dtype="f4"),
        numpy.array(values, dtype="f8"),
        numpy.array(values, dtype=">f4"),
        numpy.array([1.0, 9, 2.5, 9, -3.0, 9], dtype="f4")[::2],
        (value for value in values),
        codec.decode(wanted).ranges,
        [numpy.float32(value) for value in values],
    ]
    for source in sources:
        assert codec.encode({"ranges": source}) == wanted, type(source)
    assert numpy.asarray(codec.decode(wanted).ranges).tolist() == values


def test_large_arrays_are_blobs_with_the_same_bytes():
    numpy = pytest.importorskip("numpy")
    data = numpy.arange(100_000, dtype="f4")
    codec = ros_z_py.codec("sensor_msgs/msg/LaserScan")
    cdr = codec.encode({"ranges": data, "intensities": data[:7]})
    message = codec.decode(cdr)
    assert numpy.array_equal(numpy.asarray(message.ranges), data)
    assert message.intensities == list(range(7))
    assert codec.encode(message) == cdr


def test_json_shorthands():
    stamp = ros_z_py.from_json("builtin_interfaces/msg/Time", '"now"')
    assert stamp.sec > 1_600_000_000
    header = ros_z_py.from_json("std_msgs/msg/Header", '"auto"')
    assert (header.stamp.sec >= stamp.sec, header.frame_id) == (True, "")
    pose = ros_z_py.from_json("geometry_msgs/msg/PoseStamped", '{"header": {"frame_id": "map", "stamp": "now"}}')
    assert pose.header.frame_id == "map"
    with pytest.raises(ros_z_py.SerializationError, match="expected an object"):
        ros_z_py.from_json("builtin_interfaces/msg/Duration", '"now"')


BAD_VALUES = [
    ({"u8": 256}, "range", "u8", "256 is out of range for uint8"),
    ({"i64": 2**63}, "range", "i64", "9223372036854775808 is out of range for int64"),
    ({"u64": -1}, "range", "u64", "-1 is out of range for uint64"),
    ({"u64": 2**70}, "range", "u64", "1180591620717411303424 is out of range for uint64"),
    ({"f32": 1e300}, "range", "f32", "1e300 is out of range for float32"),
    ({"i32": 1.5}, "type", "i32", "expected int32, got float"),
    ({"i32": "1"}, "type", "i32", "expected int32, got str"),
    ({"flag": 2}, "range", "flag", "2 is out of range for bool"),
    ({"flag": "yes"}, "type", "flag", "expected bool, got str"),
    ({"f64": None}, "type", "f64", "expected float64, got NoneType"),
    ({"text": b"x"}, "type", "text", "expected str, got bytes"),
    ({"text": "a\0b"}, "text", "text", "the text holds a NUL character at byte 1, which ends a ROS string"),
    ({"three": [1, 2]}, "length", "three", "expected exactly 3 elements, got 2"),
    ({"three": [1, 2, 3, 4]}, "length", "three", "expected exactly 3 elements, got 4"),
    ({"three": array.array("h", [1])}, "length", "three", "expected exactly 3 elements, got 1"),
    ({"three": [1, 2, 40000]}, "range", "three[2]", "40000 is out of range for int16"),
    ({"three": array.array("i", [1, 2, 40000])}, "range", "three[2]", "40000 is out of range for int16"),
    ({"blob": [1, -1]}, "range", "blob[1]", "-1 is out of range for uint8"),
    ({"blob": "text"}, "type", "blob", "expected a list, got str"),
    ({"texts": {"a"}}, "type", "texts", "expected a list, got set"),
    ({"texts": ["a", 3]}, "type", "texts[1]", "expected str, got int"),
    ({"points": [{}, {"x": "no"}]}, "type", "points[1].x", "expected float64, got str"),
    (
        {"points": [{}, {"w": 1.0}]},
        "unknown_field",
        "points[1]",
        "no field is named `w` (fields: x, y, z)",
    ),
    ({"points": [{}, 3]}, "type", "points[1]", "expected geometry_msgs/msg/Point or a dict, got int"),
    ({"short": ["abcde"]}, "bound", "short[0]", "5 bytes, but the bound is 4"),
    ({"short": ["a", "b", "c"]}, "bound", "short", "3 elements, but the bound is 2"),
    ({"nope": 1}, "unknown_field", None, "no field is named `nope` (fields: flag, octet"),
]


@pytest.mark.parametrize(("values", "kind", "path", "message"), BAD_VALUES)
def test_a_bad_value_is_refused_with_its_path(everything, values, kind, path, message):
    with pytest.raises(ros_z_py.SerializationError) as caught:
        everything.encode(values)
    error = caught.value
    assert (error.kind, error.path, error.type_name) == (kind, path, "codec_msgs/msg/Everything")
    assert message in str(error)
    place = "codec_msgs/msg/Everything" + (f".{path}" if path else "")
    assert str(error).startswith(f"{place}: ")
    assert isinstance(error, ValueError)
    assert isinstance(error, RuntimeError)


BAD_JSON = [
    ('{"u8": 256}', "range", "u8", "256 is out of range for uint8"),
    ('{"u8": "256"}', "range", "u8", "256 is out of range for uint8"),
    ('{"u8": 1.0}', "type", "u8", "expected uint8, got 1.0"),
    ('{"f64": null}', "type", "f64", "expected float64, got null"),
    ('{"f64": "nan"}', "type", "f64", "expected float64, got a string"),
    ('{"f32": 1e39}', "range", "f32", "1e39 is out of range for float32"),
    ('{"flag": 2}', "range", "flag", "2 is out of range for bool"),
    ('{"three": "AAAA"}', "type", "three", "expected an array, got a string"),
    ('{"blob": "%%"}', "text", "blob", "not base64 text"),
    ('{"text": "\\ud800"}', "text", "text", "the lone surrogate \\ud800 stands for no byte"),
    ('{"u8": 1, "u8": 2}', "unknown_field", None, "the key `u8` is given twice"),
    ('{"nope": {"deep": [1, {"er": 2}]}}', "unknown_field", None, "no field is named `nope`"),
    ('{"u8": 1', "json", None, "expected `,` or `}`, found the end of the text at line 1 column 9"),
    ('{"u8": 01}', "json", None, "expected a value, found `0`"),
    ('{"text": "\n"}', "json", None, "a control character inside a string"),
    ("[1]", "type", None, "expected an object with the fields of codec_msgs/msg/Everything, got an array"),
    ("{} {}", "json", None, "expected the end of the text, found `{`"),
    ("", "json", None, "found the end of the text at line 1 column 1"),
]


@pytest.mark.parametrize(("text", "kind", "path", "message"), BAD_JSON)
def test_bad_json_is_refused_with_its_path(everything, text, kind, path, message):
    with pytest.raises(ros_z_py.SerializationError) as caught:
        everything.from_json(text)
    assert message in str(caught.value)
    assert (caught.value.kind, caught.value.path) == (kind, path)


BAD_CDR = [
    ("", "truncated", 0, "expected a 4-byte encapsulation header, found 0 bytes"),
    ("0007000000000000", "encapsulation", 0, "plain XCDR2"),
    ("0003000000000000", "encapsulation", 0, "PL_CDR"),
    ("00010000", "truncated", 4, "4 bytes are needed, 0 are left"),
    ("0001000064000000686900", "truncated", 8, "100 bytes are needed, 3 are left"),
]


@pytest.mark.parametrize(("payload", "kind", "offset", "message"), BAD_CDR)
def test_bad_cdr_is_refused_with_its_offset(payload, kind, offset, message):
    codec = ros_z_py.codec("std_msgs/msg/String")
    for read in (codec.decode, codec.decode_dict, codec.to_json, codec.validate):
        with pytest.raises(ros_z_py.SerializationError) as caught:
            read(bytes.fromhex(payload))
        assert (caught.value.kind, caught.value.offset) == (kind, offset)
        assert message in str(caught.value)
        assert str(caught.value).startswith("std_msgs/msg/String")


def test_an_impossible_length_allocates_nothing():
    cdr = b"\0\1\0\0" + b"\xff\xff\xff\x7f" + bytes(8)
    for name in ("tf2_msgs/msg/TFMessage", "sensor_msgs/msg/ChannelFloat32"):
        with pytest.raises(ros_z_py.SerializationError) as caught:
            ros_z_py.codec(name).decode(cdr)
        assert caught.value.kind == "truncated"


def test_an_exception_of_the_users_object_is_the_cause(everything):
    class Broken:
        def __index__(self):
            raise ZeroDivisionError("mine")

    with pytest.raises(ros_z_py.SerializationError) as caught:
        everything.encode({"points": [{}, {}], "three": [1, Broken(), 3]})
    assert caught.value.path == "three[1]"
    assert isinstance(caught.value.__cause__, (ZeroDivisionError, TypeError))

    class Interrupting:
        def __index__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        everything.encode({"u8": Interrupting()})


def test_a_list_that_changes_while_it_is_read_stays_consistent(everything):
    values: list = []

    class Growing:
        def __float__(self):
            values.append(2.0) if len(values) < 5 else None
            return 1.0

    values.append(Growing())
    decoded = everything.decode(everything.encode({"doubles": values}))
    assert list(decoded.doubles) == [1.0, 2.0]


def test_a_deleted_attribute_is_an_error(everything):
    twist = ros_z_py.geometry_msgs.Twist()
    del twist.linear.y
    with pytest.raises(ros_z_py.SerializationError, match="the attribute was deleted"):
        ros_z_py.encode(twist)


def test_another_message_is_not_taken_for_this_one(everything):
    with pytest.raises(ros_z_py.SerializationError, match="got a message of geometry_msgs/msg/Point"):
        everything.encode(ros_z_py.geometry_msgs.Point())
    with pytest.raises(TypeError, match="expected a message"):
        ros_z_py.encode({"data": 1})
    with pytest.raises(TypeError, match="expected a message class"):
        ros_z_py.codec(42)


def test_a_message_of_another_definition_is_not_taken_for_one_of_this(everything):
    def registry(definition: str) -> ros_z_py.TypeRegistry:
        registry = ros_z_py.TypeRegistry()
        registry.add("codec_msgs/msg/Part", definition)
        registry.add("codec_msgs/msg/Parts", "Part[] parts\n")
        return registry

    short, long, same = registry("int32 a\n"), registry("int32 a\nint32 b\n"), registry("int32 a\n")
    part = "codec_msgs/msg/Part"
    for codec, message, words in [
        (short.codec(part), long[part](a=1, b=2), f"{part}: got a message of another definition of {part}: it has `b`"),
        (long.codec(part), short[part](a=1), f"{part}: got a message of another definition of {part}: it lacks `b`"),
        (
            short.codec("codec_msgs/Parts"),
            {"parts": [{}, long[part]()]},
            rf"codec_msgs/msg/Parts.parts\[1\]: got a message of another definition of {part}: it has `b`",
        ),
    ]:
        with pytest.raises(ros_z_py.TypeMismatchError, match=words):
            codec.encode(message)
    assert short.codec(part).encode(same[part](a=1)) == same.codec(part).encode({"a": 1})


@pytest.mark.parametrize(
    "change",
    [
        lambda array: array.T,
        lambda array: array[::-1],
        lambda array: array[:, ::-1],
        np.asfortranarray,
        lambda array: np.repeat(array, 2, axis=1)[:, ::2],
    ],
)
def test_arrays_are_taken_in_the_order_of_their_items_however_they_lie_in_memory(change):
    pose, picture = ros_z_py.codec("geometry_msgs/PoseWithCovariance"), ros_z_py.codec("sensor_msgs/Image")
    covariance = change(np.arange(36.0).reshape(6, 6))
    assert pose.decode(pose.encode({"covariance": covariance})).covariance.tolist() == covariance.ravel().tolist()
    image = change(np.arange(36, dtype=np.uint8).reshape(6, 6))
    assert bytes(picture.decode(picture.encode({"data": image})).data) == image.tobytes()
