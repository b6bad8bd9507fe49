"""Payloads of the genuine serializer, and unusual ones given to it, as message objects and as dicts.

The data lies in `shared/data` beside the repository; `tests/golden` runs it as trees of values and as JSON.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ros_z_py
import slow_cdr

SHARED = Path(__file__).parents[3] / "shared" / "data"
JAZZY = SHARED / "corpus" / "interfaces_distro" / "jazzy"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="there is no folder `../shared/data` beside the repository")

VARIED = "ShortVariedNested short_varied_nested\n"
SHORT_VARIED = {
    "msg/ShortVaried": "bool bool_value\nbool[<=3] bool_values\n",
    "msg/ShortVariedNested": "ShortVaried short_varied\n",
    "msg/ShortVariedMultiNested": VARIED,
    "srv/ShortVariedMultiNested": f"{VARIED}---\nbool bool_value\n",
    "action/ShortVariedMultiNested": f"{VARIED}---\nbool bool_value\n---\nbool[3] bool_values\n",
}


@pytest.fixture(scope="module")
def registry():
    """The built-in types, and those of the test packages of ROS 2."""
    registry = ros_z_py.TypeRegistry()
    texts = {f"ros2cli_test_interfaces/{name}": text for name, text in SHORT_VARIED.items()}
    for folder in [JAZZY / "test_interface_files", JAZZY / "rcl_interfaces" / "test_msgs"]:
        for namespace in ["msg", "srv", "action"]:
            for path in sorted((folder / namespace).rglob(f"*.{namespace}")):
                texts[f"test_msgs/{namespace}/{path.stem}"] = path.read_text(encoding="utf-8")
    while texts:
        # Those first that hold none of the others.
        added = [name for name, text in texts.items() if add(registry, name, text)]
        assert added, texts
        texts = {name: text for name, text in texts.items() if name not in added}
    return registry


def add(registry, name, text) -> bool:
    try:
        registry.add(name, text)
    except ros_z_py.UnknownTypeError:
        return False
    return True


def load(name: str):
    return json.loads((SHARED / "captures" / name).read_text(encoding="utf-8"))


def expected(value):
    """A value of the captures, in which an octet is `{"__bytes__": "2a"}`."""
    if isinstance(value, dict) and list(value) == ["__bytes__"]:
        return int(value["__bytes__"], 16)
    if isinstance(value, dict):
        return {name: expected(item) for name, item in value.items()}
    return [expected(item) for item in value] if isinstance(value, list) else value


def as_captured(description, value, type_name=None):
    """A decoded message as JSON text would have it: numbers of single precision are compared as such."""
    single = {10, 58, 106, 154}
    fields = {}
    for name, kind in description.fields(type_name):
        items = value[name] if kind["type_id"] >= 48 else [value[name]]
        if kind["type_id"] in single:
            items = [slow_cdr.single_precision(item) for item in items]
        elif nested := kind["nested_type_name"]:
            items = [as_captured(description, item, nested) for item in items]
        fields[name] = list(items) if kind["type_id"] >= 48 else items[0]
    return fields


def test_genuine_payloads_in_objects_and_dicts(registry):
    vectors = load("cdr_vectors.json")["vectors"]
    codecs = {}
    for vector in vectors:
        name = vector["type"]
        if name not in codecs:
            codecs[name] = registry.codec(name), slow_cdr.Description(registry.schema(name).to_json())
        codec, description = codecs[name]
        payload, case = bytes.fromhex(vector["hex"]), f"{name} {vector['case']}"
        value, used, padding = slow_cdr.decode(description, payload)
        message, found = codec.decode(payload), codec.decode_dict(payload)
        assert codec.validate(payload) == used, case
        assert slow_cdr.plain(found) == value, case
        wanted = as_captured(description, expected(vector["value"]))
        assert as_captured(description, value) == wanted, case
        masked = bytes(0 if at in set(padding) else byte for at, byte in enumerate(payload[:used]))
        for source in [message, found, value, wanted, codec.message_class(**attributes(codec, wanted))]:
            assert codec.encode(source) == masked, case
        assert slow_cdr.plain(ros_z_py.to_dict(message)) == value, case
        assert ros_z_py.encode(ros_z_py.from_dict(codec.message_class, wanted)) == masked, case
        swapped = slow_cdr.encode(description, value, ">")
        assert codec.encode(codec.decode(swapped)) == codec.encode(codec.decode_dict(swapped)) == masked, case
    assert (len(vectors), len(codecs)) == (915, 305)


def attributes(codec, value):
    """The fields of a dict under the names that they have as attributes, in which a keyword has an underscore."""
    names = codec.message_class.__struct_fields__
    return dict(zip(names, (value[name.rstrip("_") if name not in value else name] for name in names), strict=True))


# What we do with a text that is not UTF-8, where a genuine Python node shows replacement characters: keep the bytes.
KEPT = {"string invalid UTF-8": {"data": "\udcff\udcfe"}}


def test_unusual_payloads_as_genuine_nodes_take_them(registry):
    cases = load("deserialize_leniency.json")["cases"]
    for case in cases:
        codec, name = registry.codec(case["type"]), case["case"]
        payload = bytes.fromhex(case["hex"] if "hex" in case else case["serialized"])
        for decode in [codec.decode_dict, lambda payload, codec=codec: ros_z_py.to_dict(codec.decode(payload))]:
            if "error" in case:
                with pytest.raises(ros_z_py.SerializationError):
                    decode(payload)
                continue
            found = slow_cdr.plain(decode(payload))
            if "result" in case:
                assert found == KEPT.get(name, case["result"]), name
            elif "roundtrip" in case:
                assert found["wstring_value"].encode("utf-16-le", "surrogatepass") == case["roundtrip"].encode(
                    "utf-16-le", "surrogatepass"
                ), name
            else:
                assert found == {"data": "a"}, name
    assert len(cases) == 36


def test_a_text_with_a_nul_is_refused_where_genuine_nodes_cut_it(registry):
    # Stricter than `serialize string with embedded NUL` of the captures: nothing is clipped.
    with pytest.raises(ros_z_py.SerializationError, match="NUL"):
        registry.codec("std_msgs/msg/String").encode({"data": "a\0b"})
