"""Values at the limits of each number, and what is beyond them, from every kind of source."""

from __future__ import annotations

import array
import itertools
import json

import numpy
import pytest

import ros_z_py
from ros_z_py import types

LIMITS = {
    "int8": (-(2**7), 2**7 - 1), "uint8": (0, 2**8 - 1), "byte": (0, 2**8 - 1), "char": (0, 2**8 - 1),
    "int16": (-(2**15), 2**15 - 1), "uint16": (0, 2**16 - 1), "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1), "bool": (0, 1),
}  # fmt: skip


class Index:
    """A number only by its method."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


@pytest.fixture(scope="module", params=LIMITS)
def number(request):
    """A codec of a number alone, in an array and in a sequence, and the limits of the number."""
    name = request.param
    types.add(f"refused_msgs/msg/N{name}", f"{name} one\n{name}[2] two\n{name}[] many\n")
    # The `char` of a .msg file is a uint8.
    return ros_z_py.codec(f"refused_msgs/msg/N{name}"), name.replace("char", "uint8"), *LIMITS[name]


def sources(value):
    """Sequences with a value in the second place: whatever can hold it."""
    yield [0, value]
    yield (0, value)
    yield (item for item in (0, value))
    yield [0, Index(value)]
    for letter in "qQ":
        try:
            yield array.array(letter, [0, value])
            yield numpy.array([0, value], dtype=letter)
            yield numpy.array([0, value], dtype=">" + letter)
            yield ros_z_py.ZArrayView(array.array(letter, [0, value]))
        except OverflowError:
            continue


def test_limits_are_written_and_read(number):
    codec, _, *limits = number
    for value in limits:
        for source in sources(value):
            payload = codec.encode({"one": value, "two": [value, 0], "many": source})
            found = codec.decode_dict(payload)
            assert (found["one"], list(found["two"]), list(found["many"])) == (value, [value, 0], [0, value])
            assert codec.from_json(json.dumps({"one": value, "two": [value, 0], "many": [0, value]})) == payload


def test_what_is_beyond_them_is_refused(number):
    codec, name, least, greatest = number
    for value in [least - 1, greatest + 1, 10**30]:
        messages = [({"one": value}, "one"), ({"one": Index(value)}, "one"), ({"two": [0, value]}, "two[1]")]
        messages += [({"many": source}, "many[1]") for source in sources(value)]
        messages += [(codec.message_class(one=value), "one"), (codec.message_class(many=[0, value]), "many[1]")]
        for message, path in messages:
            with pytest.raises(ros_z_py.SerializationError, match=f"{value} is out of range for {name}") as caught:
                codec.encode(message)
            assert (caught.value.kind, caught.value.path) == ("range", path)
        for text, path in [({"one": value}, "one"), ({"two": [0, value]}, "two[1]"), ({"many": [0, value]}, "many[1]")]:
            with pytest.raises(ros_z_py.SerializationError, match=f"{value} is out of range for {name}") as caught:
                codec.from_json(json.dumps(text))
            assert (caught.value.kind, caught.value.path) == ("range", path)


@pytest.mark.parametrize("wrong", [0.5, "1", b"1", None, [], {}, 1j, object()], ids=repr)
def test_what_is_no_integer_is_refused(number, wrong):
    codec, name, *_ = number
    for message, path in [({"one": wrong}, "one"), ({"two": [0, wrong]}, "two[1]"), ({"many": [0, wrong]}, "many[1]")]:
        with pytest.raises(ros_z_py.SerializationError, match=f"expected {name}, got ") as caught:
            codec.encode(message)
        assert (caught.value.kind, caught.value.path) == ("type", path)


@pytest.mark.parametrize("width", ["float32", "float64"])
def test_floats(width):
    types.add(f"refused_msgs/msg/F{width}", f"{width} one\n{width}[] many\n")
    codec = ros_z_py.codec(f"refused_msgs/msg/F{width}")
    too_large = [10**400, -(10**400)] + [3.5e38, -1e300, 2**128] * (width == "float32")
    for value in too_large:
        for message, path in [({"one": value}, "one"), ({"many": [0.0, value]}, "many[1]")]:
            with pytest.raises(ros_z_py.SerializationError, match=f"is out of range for {width}") as caught:
                codec.encode(message)
            assert (caught.value.kind, caught.value.path) == ("range", path)
    for value, letter in itertools.product([1.5, -0.0, float("inf"), 3], "fd"):
        source = array.array(letter, [value])
        for many in [source, list(source), numpy.array(source), numpy.array(source, dtype=">" + letter)]:
            assert codec.decode_dict(codec.encode({"many": many}))["many"] == [value]
    if width == "float32":
        with pytest.raises(ros_z_py.SerializationError, match=r"Ffloat32\.many\[1\]: 1e39 is out of range"):
            codec.encode({"many": array.array("d", [0.0, 1e39])})


def test_wrong_containers_are_refused():
    types.add(
        "refused_msgs/msg/Lists", "geometry_msgs/Point[2] points\nstring[] texts\nuint8[3] octets\nwstring<=2 wide\n"
    )
    codec = ros_z_py.codec("refused_msgs/msg/Lists")
    for message, kind, path in [
        ({"points": [{}]}, "length", "points"),
        ({"points": [{}, {}, {}]}, "length", "points"),
        ({"points": [{}, []]}, "type", "points[1]"),
        ({"points": {}}, "type", "points"),
        ({"texts": "ab"}, "type", "texts"),
        ({"texts": b"ab"}, "type", "texts[0]"),
        ({"texts": ["a", None]}, "type", "texts[1]"),
        ({"texts": ["a", "\ud800"]}, "text", "texts[1]"),
        ({"octets": b"ab"}, "length", "octets"),
        ({"octets": b"abcd"}, "length", "octets"),
        ({"octets": memoryview(b"abcd")}, "length", "octets"),
        ({"octets": numpy.arange(4, dtype="u1")}, "length", "octets"),
        ({"octets": [1, 2]}, "length", "octets"),
        ({"wide": "abc"}, "bound", "wide"),
        ({"wide": "a\U0001f600"}, "bound", "wide"),
        ({"wide": 3}, "type", "wide"),
    ]:
        for wrap in [dict, lambda message: codec.message_class(**message)]:
            with pytest.raises(ros_z_py.SerializationError) as caught:
                codec.encode(wrap(message))
            assert (caught.value.kind, caught.value.path) == (kind, path), message
    # In a message object it would have become a message.
    with pytest.raises(ros_z_py.SerializationError) as caught:
        codec.encode({"points": [{}, {"x": 1, 3: 4}]})
    assert (caught.value.kind, caught.value.path) == ("unknown_field", "points[1]")
