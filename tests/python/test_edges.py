"""The rows of `fixtures/cdr`, as message objects and as dicts; `tests/golden` has trees of values and JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import ros_z_py
import slow_cdr

FIXTURES = Path(__file__).parents[2] / "fixtures" / "cdr"
ROWS = re.split(r"^== ", (FIXTURES / "edges.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def from_hex(text: str) -> bytes:
    return bytes.fromhex("".join(line.split("#")[0] for line in text.splitlines()))


def with_lists(value):
    """The same value with every view as a list of Python objects, and every octet array as `bytes`."""
    if isinstance(value, dict):
        return {name: with_lists(item) for name, item in value.items()}
    if isinstance(value, ros_z_py.ZBufView):
        return bytes(value)
    return [with_lists(item) for item in value] if isinstance(value, (list, ros_z_py.ZArrayView)) else value


def check_both_ways(codec, payload: bytes) -> dict:
    """Objects and dicts, views and lists, in both byte orders: all of them are the same bytes again."""
    description = slow_cdr.Description(ros_z_py.types.schema(codec.type_name).to_json())
    value, used, padding = slow_cdr.decode(description, payload)
    assert used == len(payload)
    assert slow_cdr.encode(description, value) == payload, "the slow codec is wrong"
    for endian in "<>":
        sent = slow_cdr.encode(description, value, endian)
        assert codec.validate(sent) == len(sent)
        message, found = codec.decode(sent), codec.decode_dict(sent)
        listed = with_lists(found)
        assert repr(slow_cdr.plain(found)) == repr(value)
        for again in [message, found, listed, ros_z_py.from_dict(codec.message_class, listed)]:
            assert codec.encode(again) == payload
        assert ros_z_py.encode(message) == payload
        assert repr(slow_cdr.plain(ros_z_py.to_dict(message))) == repr(value)
    assert all(payload[at] == 0 for at in padding)
    return listed


@pytest.mark.parametrize("row", ROWS, ids=[row.split("\n")[0] for row in ROWS])
def test_an_edge_in_objects_and_dicts(row):
    registry, parts, codec = ros_z_py.types, {}, None
    for part in row.split("\n-- ")[1:]:
        head, body = part.split("\n", 1)
        if head.startswith(("msg ", "idl ")):
            name = f"edge_msgs/msg/{head[4:]}"
            registry.add(name, body, format=head[:3])
            codec = ros_z_py.codec(name)
        else:
            parts[head] = body
    payload = from_hex(parts["bytes"])
    check_both_ways(codec, payload)
    text = codec.to_json(payload)
    assert json.loads(text) == json.loads(parts["json"])
    assert codec.from_json(text) == from_hex(parts.get("bytes of the json", parts["bytes"]))


def golden_rows():
    for path in sorted(FIXTURES.glob("*/*/*.hex")):
        package, name = path.parts[-3:-1]
        yield pytest.param(f"{package}/msg/{name}", path, id=f"{name}/{path.stem}")


@pytest.fixture(scope="module")
def golden_types():
    # Those that others hold come first.
    for path in sorted(FIXTURES.glob("golden_msgs/*/*.msg"), key=lambda path: path.stem not in {"Inner", "Nothing"}):
        ros_z_py.types.add(f"golden_msgs/msg/{path.stem}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("type_name", "path"), list(golden_rows()))
def test_a_golden_row_in_objects_and_dicts(golden_types, type_name, path):
    codec = ros_z_py.codec(type_name)
    payload, holds = from_hex(path.read_text()), json.loads(path.with_suffix(".json").read_text())
    assert slow_cdr.plain(codec.decode_dict(payload)) == slow_cdr.plain(ros_z_py.to_dict(codec.decode(payload)))
    written = codec.encode(codec.decode(payload))
    assert codec.to_json(payload) == codec.to_json(written)
    assert codec.from_json(json.dumps(holds)) == written == codec.encode(codec.decode_dict(payload))
    if not path.stem.endswith(".lenient"):
        check_both_ways(codec, payload)
