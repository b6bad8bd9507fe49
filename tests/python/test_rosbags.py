"""Against `rosbags`, a codec of others: the same bytes both ways, for every built-in message with random values."""

from __future__ import annotations

import random

import numpy
import pytest
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

import ros_z_py
import slow_cdr

ROUNDS = 4

# They know no wide text.
WITHOUT = {"example_interfaces/msg/WString"}


def message_names():
    """Every built-in message, and the requests and responses of services and the goals and results of actions."""
    parts = {"msg": [""], "srv": ["_Request", "_Response"], "action": ["_Goal", "_Result", "_Feedback"]}
    names = ros_z_py.TypeRegistry().names()
    names = [name + part for name in names for part in parts[name.split("/")[1]]]
    return [name for name in names if name not in WITHOUT]


NAMES = message_names()
BYTE = 16


def their_name(name):
    """They know messages only."""
    package, _, last = name.split("/")
    return f"{package}/msg/{last}"


@pytest.fixture(scope="module")
def store():
    """Their registry with our definitions, so that both sides have the same ones."""
    store = get_typestore(Stores.EMPTY)
    definitions = {}
    for name in NAMES:
        fields = ros_z_py.types.schema(name).fields
        text = "".join(f"{field.type} {field.name}\n" for field in fields)
        definitions.update(get_types_from_msg(text, their_name(name)))
    store.register(definitions)
    return store


def to_theirs(store, description, value, type_name):
    """A message of theirs: numbers in NumPy arrays, nested messages as objects."""
    arguments = {}
    for name, kind in description.fields(type_name):
        item, is_list, base = value[name], kind["type_id"] >= 48, kind["type_id"] % 48
        if nested := kind["nested_type_name"]:
            item = [to_theirs(store, description, one, nested) for one in (item if is_list else [item])]
            item = item if is_list else item[0]
        elif is_list and base in slow_cdr.FORMATS:
            item = numpy.array(item, dtype="?" if base == slow_cdr.BOOL else slow_cdr.FORMATS[base])
        elif base == BYTE:
            # To them a byte is signed.
            item -= (item & 0x80) << 1
        arguments[name] = item
    if not arguments:
        arguments[slow_cdr.PLACEHOLDER] = 0
    return store.types[their_name(type_name)](**arguments)


def to_ours(description, message, type_name):
    """One of theirs as plain values."""
    value = {}
    for name, kind in description.fields(type_name):
        item, is_list = getattr(message, name), kind["type_id"] >= 48
        if nested := kind["nested_type_name"]:
            items = [to_ours(description, one, nested) for one in (item if is_list else [item])]
            value[name] = items if is_list else items[0]
        else:
            value[name] = item.tolist() if isinstance(item, numpy.ndarray) else item
            if kind["type_id"] % 48 == BYTE:
                value[name] = [one & 0xFF for one in value[name]] if is_list else item & 0xFF
    return value


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_both_ways(store, name):
    codec = ros_z_py.codec(name)
    description = slow_cdr.Description(ros_z_py.types.schema(name).to_json())
    values = slow_cdr.Values(description, random.Random(name))
    for _ in range(ROUNDS):
        value = values.message()
        ours = codec.encode(value)
        assert ours == slow_cdr.encode(description, value)
        theirs = bytes(store.serialize_cdr(to_theirs(store, description, value, name), their_name(name)))
        # They fill up to a multiple of four behind the message.
        assert theirs[: len(ours)] == ours and not theirs[len(ours) :].strip(b"\0") and len(theirs) - len(ours) < 4
        assert to_ours(description, store.deserialize_cdr(ours, their_name(name)), name) == value
        for found in [codec.decode_dict(theirs), ros_z_py.to_dict(codec.decode(theirs))]:
            assert slow_cdr.plain(found) == value
        swapped = slow_cdr.encode(description, value, ">")
        assert to_ours(description, store.deserialize_cdr(swapped, their_name(name)), name) == value
        assert codec.encode(codec.decode(swapped)) == ours


def test_there_are_as_many_as_there_should_be():
    assert len(NAMES) > 235
