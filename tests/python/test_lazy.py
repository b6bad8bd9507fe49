"""Reading parts of messages: `codec.get`, `codec.view`, `codec.filter`, structured views, and JSON lines."""

from __future__ import annotations

import gc
import io
import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ros_z_py
from ros_z_py import SerializationError, ZArrayView, ZBufView, ZListView, ZMessageView, ZStructView

TEXT = """
std_msgs/Header header
string name
uint8[] data
float32[] ranges
string[] words
wstring wide
geometry_msgs/Point32[] points
geometry_msgs/Point[2] corners
geometry_msgs/TransformStamped[] transforms
bool flag
std_msgs/Empty nothing
"""
VALUES = {
    "header": {"stamp": {"sec": 3, "nanosec": 4}, "frame_id": "map"},
    "name": "caf\u00e9",
    "data": b"\x01\x02\x03",
    "ranges": [0.5, 1.5, 2.5],
    "words": ["a", "bc", ""],
    "wide": "w\U0001f600",
    "points": [{"x": 1.0}, {"y": 2.0}, {"z": 3.0}],
    "corners": [{"x": 0.5}, {"y": 0.25}],
    "transforms": [{"child_frame_id": "a"}, {"header": {"frame_id": "b"}, "transform": {"translation": {"z": 9.0}}}],
    "flag": True,
}
PATHS = [
    "header", "header.stamp", "header.stamp.nanosec", "header.frame_id", "name", "data", "data[1]", "data[1:]",
    "data[:0]", "ranges", "ranges[2]", "ranges[1:3]", "words", "words[1]", "words[:2]", "wide", "points", "points[1]",
    "points[1].y", "points[1:]", "corners", "corners[1].y", "corners[0:1]", "transforms",
    "transforms[1].header.frame_id", "transforms[1].transform.translation.z", "transforms[1:]", "transforms[5:]",
    "flag", "nothing",
]  # fmt: skip


@pytest.fixture(scope="module")
def registry():
    registry = ros_z_py.TypeRegistry()
    registry.add("lazy_msgs/msg/All", TEXT)
    registry.add("lazy_msgs/msg/Keyword", "int32 from\nint32 decode\n")
    return registry


@pytest.fixture(scope="module")
def codec(registry):
    return registry.codec("lazy_msgs/msg/All")


@pytest.fixture(scope="module")
def cdr(codec):
    return codec.encode(VALUES)


def picked(message, path):
    return eval(f"message.{path}", {"message": message})  # a path reads like Python


# ---- get -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_get_is_that_part_of_the_message(codec, cdr, path):
    expected = picked(codec.decode(cdr), path)
    getter = codec.getter(path)
    for buffer in [cdr, bytearray(cdr), memoryview(cdr), ZBufView(cdr)]:
        for part in [codec.get(buffer, path), codec.get(buffer, path), getter(buffer)]:
            assert part == expected
            assert type(part) is type(expected) or (type(part), type(expected)) == (ZBufView, bytes)
    assert getter.path.replace("[0:", "[:") == path.replace("[0:", "[:")
    assert repr(getter) == f"<Getter of {getter.path} of lazy_msgs/msg/All>"


def test_a_part_keeps_the_buffer_alive(codec, cdr):
    part = codec.get(bytes(bytearray(cdr)), "ranges[1:]")
    gc.collect()
    assert isinstance(part, ZArrayView) and part.is_zero_copy and part.tolist() == [1.5, 2.5]


def refusal(read, *arguments):
    """What an exception says, or `None` where there is none."""
    try:
        read(*arguments)
    except SerializationError as error:
        return str(error), error.kind, error.path, error.offset, error.type_name
    return None


def test_every_prefix_is_refused_as_decoding_refuses_it(codec, cdr):
    for path in PATHS:
        refusals = [refusal(codec.get, cdr[:length], path) for length in range(len(cdr) + 1)]
        read = refusals.index(None)
        assert refusals[:read] == [refusal(codec.decode, cdr[:length]) for length in range(read)], path
        assert set(refusals[read:]) == {None}, path


@pytest.mark.parametrize(
    "path, kind, message",
    [
        ("hedaer", "unknown_field", "lazy_msgs/msg/All: no field is named `hedaer`; did you mean `header`?"),
        ("stamp", "unknown_field", "lazy_msgs/msg/All: no field is named `stamp`; did you mean `header.stamp`?"),
        ("ranges[3]", "length", "lazy_msgs/msg/All.ranges: no item 3: there are 3 (byte 40)"),
        ("corners[2]", "argument", "lazy_msgs/msg/All.corners: no item 2: there are 2"),
        ("name[0]", "argument", "lazy_msgs/msg/All.name: this is not an array"),
        ("ranges[-1]", "argument", "`ranges[-1]` is not a field path"),
    ],
)
def test_wrong_paths(codec, cdr, path, kind, message):
    for read in [lambda: codec.get(cdr, path), lambda: codec.getter(path)(cdr)]:
        with pytest.raises(ValueError) as error:
            read()
        assert isinstance(error.value, ros_z_py.RosZError) and error.value.kind == kind
        assert str(error.value).startswith(message)


def test_many_paths_are_no_leak(codec, cdr):
    for stop in range(1000):
        assert len(codec.get(cdr, f"ranges[0:{stop}]")) == min(stop, 3)


# ---- view ------------------------------------------------------------------------------------------------------


def test_a_view_reads_like_the_message(codec, cdr):
    view, message = codec.view(cdr), codec.decode(cdr)
    assert isinstance(view, ZMessageView) and view.__msgtype__ == "lazy_msgs/msg/All"
    assert isinstance(view.header, ZMessageView) and view.header.stamp.sec == 3
    assert isinstance(view.points, ZStructView) and isinstance(view.corners, ZStructView)
    assert isinstance(view.transforms, ZListView) and isinstance(view.words, ZListView)
    for path in PATHS:
        assert picked(view, path) == picked(message, path), path
        assert picked(codec.view(cdr), path) == picked(message, path), path
    assert view == message == view.decode() == codec.view(cdr) and message == view
    assert view.to_dict() == codec.decode_dict(cdr)
    assert view != codec.decode(codec.encode({})) and view != 3 and view.header != view.nothing
    assert {"header", "points", "decode", "to_dict"} <= set(dir(view))
    assert repr(view) == "<ZMessageView of lazy_msgs/msg/All>"
    with pytest.raises(
        AttributeError, match=r"^lazy_msgs/msg/All: no field is named `hedaer`; did you mean `header`\?$"
    ):
        view.hedaer  # noqa: B018
    with pytest.raises(TypeError, match="unhashable"):
        hash(view)
    with pytest.raises(AttributeError):
        view.header = None


def test_lists_are_sequences(codec, cdr):
    words, transforms = codec.view(cdr).words, codec.view(cdr).transforms
    assert (len(words), list(words), words.tolist(), words[1:], words[::-1]) == (
        3, ["a", "bc", ""], ["a", "bc", ""], ["bc", ""], ["", "bc", "a"],
    )  # fmt: skip
    assert words == ["a", "bc", ""] and words != ["a"] and words != "abc" and "bc" in words
    assert transforms[-1].header.frame_id == "b" and [each.child_frame_id for each in transforms] == ["a", ""]
    assert transforms == transforms.tolist() == codec.decode(cdr).transforms
    assert repr(transforms) == "<ZListView of 2 geometry_msgs/msg/TransformStamped>"
    for index in [2, -3, 2**70]:
        with pytest.raises((IndexError, TypeError), match="ZListView"):
            transforms[index]
    with pytest.raises(TypeError, match="must be integers or slices, not str"):
        transforms["a"]


def test_a_view_keeps_the_buffer_alive(codec, cdr):
    transform = codec.view(bytes(bytearray(cdr))).transforms[1]
    gc.collect()
    assert transform.transform.translation.z == 9.0


def test_errors_of_a_view_are_those_of_decoding(codec, cdr):
    def read_all(view):
        for name in VALUES:
            part = getattr(view, name)
            if isinstance(part, ZMessageView):
                part.decode()
            elif isinstance(part, ZListView | ZStructView):
                for item in part:
                    item.decode() if isinstance(item, ZMessageView) else item

    for length in range(len(cdr)):
        prefix = cdr[:length]
        with pytest.raises(SerializationError) as decoding:
            codec.decode(prefix)
        if decoding.value.path == "nothing":
            continue
        with pytest.raises(SerializationError) as viewing:
            read_all(codec.view(prefix))
        assert str(viewing.value) == str(decoding.value)
        assert (viewing.value.path, viewing.value.offset) == (decoding.value.path, decoding.value.offset)


def test_fields_with_names_of_python(registry):
    codec = registry.codec("lazy_msgs/msg/Keyword")
    view = codec.view(codec.encode({"from": 1, "decode": 2}))
    assert (view.from_, view.decode) == (1, 2)
    assert type(view).decode(view) == codec.message_class(from_=1, decode=2)
    assert codec.get(codec.encode({"from": 1}), "from") == 1


# ---- structured views ------------------------------------------------------------------------------------------

STRUCTS = {
    "float32 x\nfloat32 y\nfloat32 z": ("T{<f:x:<f:y:<f:z:}", 12, 12),
    "float64 x\nuint8 y": ("T{<d:x:<B:y:}", 9, 16),
    "uint32 a\nbool b\nint16 c": ("T{<I:a:<?:b:<1x<h:c:}", 8, 8),
    "geometry_msgs/Pose pose\nfloat64[4] covariance": (
        "T{T{T{<d:x:<d:y:<d:z:}:position:T{<d:x:<d:y:<d:z:<d:w:}:orientation:}:pose:(4)<d:covariance:}", 88, 88,
    ),
    "builtin_interfaces/Time[2] times": ("T{(2)T{<i:sec:<I:nanosec:}:times:}", 16, 16),
    "uint8 x\nfloat64 y": None,
    "string x": None,
}  # fmt: skip


def plain(value):
    """A message as NumPy shows a record."""
    if hasattr(value, "__struct_fields__"):
        return tuple(plain(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.tolist() if hasattr(value, "tolist") else value


@pytest.mark.parametrize("members, expected", STRUCTS.items())
@pytest.mark.parametrize("lead", ["", "uint8 lead\n", "string lead\n", "float64 lead\n"])
def test_structs(members, expected, lead):
    registry = ros_z_py.TypeRegistry()
    registry.add("lazy_msgs/msg/Item", members)
    registry.add("lazy_msgs/msg/Items", f"{lead}Item[] items\nuint8 after 7\n")
    codec = registry.codec("lazy_msgs/msg/Items")
    item = registry["lazy_msgs/msg/Item"]
    for count in range(5):
        cdr = codec.encode({"items": [item() for _ in range(count)]})
        filled = bytearray(cdr)
        filled[16:-1] = bytes(index % 2 for index in range(len(filled) - 17))
        for buffer in [cdr, bytes(filled)]:
            try:
                message = codec.decode(buffer)
            except SerializationError:
                continue
            items = codec.view(buffer).items
            assert items == message.items and list(items) == message.items and len(items) == len(message.items)
            if expected is None:
                assert isinstance(items, ZListView)
            else:
                check_structs(items, message.items, expected)


def check_structs(items, expected, layout):
    numpy = pytest.importorskip("numpy")
    form, size, stride = layout
    assert isinstance(items, ZStructView)
    assert (items.format, items.itemsize, items.nbytes) == (form, size, size * len(expected))
    assert items.tolist() == expected
    assert items.tobytes() == b"".join(items[index : index + 1].tobytes() for index in range(len(items)))
    memory = memoryview(items)
    assert memory.readonly and (memory.format, memory.itemsize, memory.shape) == (form, size, (len(expected),))
    if len(expected) > 1:
        assert memory.strides == (stride,)

    class Interface:
        __array_interface__ = items.__array_interface__

    slices = [slice(None), slice(None, None, -1), slice(1, None, 2), slice(0, 0), slice(-1, None)]
    for part, wanted in [(items, expected)] + [(items[each], expected[each]) for each in slices]:
        assert isinstance(part, ZStructView) and part == wanted and [part[i] for i in range(len(part))] == wanted
        for found in [numpy.asarray(part), numpy.asarray(Interface()) if part is items else numpy.asarray(part)]:
            # Padding is a member without values to the array interface.
            names = [name for name in found.dtype.names if (base := found.dtype[name].base).kind != "V" or base.names]
            rows = [tuple(row[name].tolist() for name in names) for row in found]
            assert rows == [plain(each) for each in wanted]
            assert not found.flags.writeable and found.dtype.itemsize == size
            assert not wanted or not items.is_zero_copy or numpy.shares_memory(found, numpy.asarray(items))


def test_structs_of_big_endian_bytes():
    numpy = pytest.importorskip("numpy")
    codec = ros_z_py.codec("geometry_msgs/msg/Polygon")
    cdr = bytes(4) + struct.pack(">I6f", 2, 1, 2, 3, 4, 5, 6)
    points = codec.view(cdr).points
    assert points.format == "T{>f:x:>f:y:>f:z:}" and points[1].x == 4.0
    found = numpy.asarray(points)
    assert found.dtype == numpy.dtype([("x", ">f4"), ("y", ">f4"), ("z", ">f4")]) and found["y"].tolist() == [2.0, 5.0]
    assert points.is_zero_copy and repr(points) == "<ZStructView of 2 geometry_msgs/msg/Point32>"
    assert codec.encode({"points": points}) == b"\0\1\0\0" + struct.pack("<I6f", 2, 1, 2, 3, 4, 5, 6)


def test_bools_of_structs_are_canonical():
    numpy = pytest.importorskip("numpy")
    registry = ros_z_py.TypeRegistry()
    registry.add("lazy_msgs/msg/Flag", "bool[2] on\n")
    registry.add("lazy_msgs/msg/Flags", "Flag[] flags\n")
    flags = registry.codec("lazy_msgs/msg/Flags").view(b"\0\1\0\0\2\0\0\0\0\1\2\xff").flags
    assert not flags.is_zero_copy and flags.tobytes() == b"\0\1\1\1"
    assert numpy.asarray(flags)["on"].tolist() == [[False, True], [True, True]]
    assert list(flags[1].on) == [True, True]


# ---- filter ----------------------------------------------------------------------------------------------------


def test_filters_answer(codec, cdr):
    near = codec.filter("ranges[0] < 1 && header.frame_id == 'map'")
    assert near(cdr) is True and near(bytearray(cdr)) is True and near(memoryview(cdr)) is True
    assert near(codec.encode({})) is False
    assert near.text == "ranges[0] < 1 && header.frame_id == 'map'"
    assert repr(near) == f"<Filter of lazy_msgs/msg/All: {near.text}>"
    status = ros_z_py.codec("diagnostic_msgs/msg/DiagnosticStatus")
    is_bad = status.filter("level == ERROR")
    assert is_bad(status.encode({"level": 2})) and not is_bad(status.encode({}))
    with pytest.raises(SerializationError) as error:
        near(cdr[:18])
    assert (error.value.kind, error.value.path) == ("truncated", "header.frame_id")


def test_filter_errors_have_a_caret(codec):
    with pytest.raises(SerializationError) as error:
        codec.filter("ranges[0] < 'near'")
    assert error.value.kind == "type" and error.value.type_name == "lazy_msgs/msg/All"
    assert str(error.value).splitlines()[1:] == ["  ranges[0] < 'near'", " " * 14 + "^"]
    with pytest.raises(ros_z_py.ArgumentError, match="filter:1:9: expected"):
        codec.filter("flag && ")


@given(x=st.integers(-3, 3), y=st.floats(width=32), text=st.text(max_size=3))
def test_filters_agree_with_python(codec, x, y, text):
    text = text.encode("utf-8", "ignore").decode().replace("\0", "")
    cdr = codec.encode({"header": {"stamp": {"sec": x}}, "ranges": [y], "name": text})
    values = {"x": x, "y": y, "text": text, "len": len, "true": True}
    names = {"x": "header.stamp.sec", "y": "ranges[0]", "text": "name"}
    for condition in [
        "x < y", "x == y", "x != y", "not x >= y", "y * 2 > x - 1", "x % 2 == 1", "x in [1, 2, -3]", "len(text) == 2",
        "'a' in text", "text < 'b'", "text == '' or x > 0 and y > 0",
    ]:  # fmt: skip
        expected = eval(condition, dict(values))
        written = condition
        for name, path in names.items():
            written = re.sub(rf"\b{name}\b", path, written)
        assert codec.filter(written)(cdr) is expected, written


# ---- JSON lines ------------------------------------------------------------------------------------------------


def test_json_lines_both_ways():
    codec = ros_z_py.codec("std_msgs/msg/Int8")
    lines = b'{"data":1}\n{"data":2}\n'
    messages = [codec.encode({"data": value}) for value in [1, 2]]
    assert b"".join(codec.to_json_lines(messages)) == lines == b"".join(codec.to_json_lines(iter(messages)))
    text = lines.decode()
    sources = [lines, text, bytearray(lines), io.BytesIO(lines), io.StringIO(text), lines.splitlines()]
    for source in [*sources, lines.replace(b"\n", b"\r\n\r\n"), lines[:-1]]:
        assert list(codec.from_json_lines(source)) == messages
    assert list(codec.from_json_lines("")) == list(codec.to_json_lines([])) == []
    image = ros_z_py.codec("sensor_msgs/msg/Image")
    assert b'"data":[1]' in next(image.to_json_lines([image.encode({"data": b"\1"})], bytes="array"))


def test_a_bad_line_does_not_end_the_stream():
    codec = ros_z_py.codec("std_msgs/msg/Int8")
    stream = codec.from_json_lines('{"data": 1}\n\n{"data": 300}\n{"data": 2}\n')
    assert next(stream) == codec.encode({"data": 1})
    with pytest.raises(SerializationError) as error:
        next(stream)
    assert (error.value.line, error.value.path, error.value.kind) == (3, "data", "range")
    assert str(error.value).startswith("line 3: std_msgs/msg/Int8.data: 300 is out of range for int8")
    assert list(stream) == [codec.encode({"data": 2})]
    stream = codec.to_json_lines([codec.encode({}), b"\0\1\0\0", codec.encode({"data": 2})])
    assert next(stream) == b'{"data":0}\n'
    with pytest.raises(SerializationError, match=r"message 2: std_msgs/msg/Int8\.data: the payload ends") as error:
        next(stream)
    assert (error.value.line, error.value.offset) == (2, 4)
    assert list(stream) == [b'{"data":2}\n']
    with pytest.raises(TypeError):
        codec.from_json_lines(3)
    with pytest.raises(ros_z_py.ArgumentError):
        codec.to_json_lines([], bytes="hex")
