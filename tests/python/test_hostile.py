"""Mutated payloads and values against the module: only its own errors, one verdict, bounded memory, exact counts.

`HOSTILE_CASES` says how many of each are made (`make torture`: a million), `HOSTILE_SEED` repeats a run.
"""

from __future__ import annotations

import array
import gc
import math
import os
import random
import resource
import sys
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ros_z_py
import slow_cdr
from ros_z_py import SerializationError, ZListView, ZMessageView, ZStructView, types

CASES = int(os.environ.get("HOSTILE_CASES", "10000"))
SEED = int(os.environ.get("HOSTILE_SEED", random.SystemRandom().randrange(1 << 32)))
LENGTHS = [0, 1, 2, 3, 255, 0xFFFF, 0x00FFFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF]

DEFINITIONS = {
    "Leaf": "bool flag\nbyte octet\nint8 tiny\nuint16 small\nint64 long\nfloat32 single\nfloat64 double\n",
    "Tree": "string<=5 name\nwstring wide\nLeaf leaf\nLeaf[2] leaves\nLeaf[<=3] few\nstd_msgs/Empty[] nothings\n"
    "bool[] flags\nuint8[] blob\nfloat32[] singles\nint64[3] longs\nstring<=3[<=2] words\nwstring<=2[] wides\n",
}
NAMES = [
    "hostile_msgs/msg/Tree",
    "sensor_msgs/msg/PointCloud2",
    "sensor_msgs/msg/JointState",
    "diagnostic_msgs/msg/DiagnosticArray",
    "visualization_msgs/msg/Marker",
    "tf2_msgs/msg/TFMessage",
    "rcl_interfaces/msg/ParameterEvent",
    "std_msgs/msg/Empty",
]


@dataclass
class Way:
    """A way to a part of the messages of a type, and a condition on that part."""

    path: str
    steps: list[Any]
    get: ros_z_py.Getter
    matches: ros_z_py.Filter | None
    holds: Any

    def follow(self, whole):
        """The part; `IndexError` where the message has no such item."""
        for step in self.steps:
            whole = whole[step]
        return whole


def way(codec, description, chance: random.Random) -> Way:
    path, steps, fields = "", [], description.fields()
    while True:
        name, kind = chance.choice(fields)
        path, steps = f"{path}.{name}".lstrip("."), [*steps, name]
        how, count = slow_cdr.length_of(kind)
        if how != "single":
            match chance.randrange(4):
                case 0:
                    condition, holds = f"len({path}) >= 2", lambda part: len(part) >= 2
                    break
                case 1:
                    start, stop = chance.choices([0, 1, 2, 2**40], k=2)
                    path, steps = f"{path}[{start}:{stop}]", [*steps, slice(start, stop)]
                    condition = None
                    break
                case _:
                    index = chance.randrange(count if how == "array" else 3)
                    path, steps = f"{path}[{index}]", [*steps, index]
        base = kind["type_id"] % 48
        fields = description.fields(kind["nested_type_name"]) if base == slow_cdr.NESTED else []
        if fields and chance.randrange(4):
            continue
        if base == slow_cdr.NESTED:
            condition = None
        elif base == slow_cdr.BOOL:
            condition, holds = path, bool
        elif base in slow_cdr.FORMATS:
            condition, holds = f"{path} <= 1", lambda part: part <= 1
        else:
            condition, holds = f"'a' in {path}", lambda part: "a" in part
        break
    compiled = None if condition is None else codec.filter(condition)
    return Way(path, steps, codec.getter(path), compiled, None if condition is None else holds)


def plain(part):
    """What a part holds: views are read attribute by attribute and item by item."""
    if hasattr(part, "__msgtype__"):
        names = types[part.__msgtype__].__struct_fields__
        whole = isinstance(part, ZMessageView) and not names
        return part.to_dict() if whole else {name: plain(getattr(part, name)) for name in names}
    if isinstance(part, dict):
        return {name: plain(value) for name, value in part.items()}
    if isinstance(part, list | ZListView | ZStructView):
        return [plain(item) for item in part]
    return list(part) if isinstance(part, bytes) or hasattr(part, "is_zero_copy") else part


@pytest.fixture(scope="module")
def subjects():
    """Codecs, each with values, their payloads in both byte orders, and ways into them."""
    for name, text in DEFINITIONS.items():
        types.add(f"hostile_msgs/msg/{name}", text)
    found, chance = [], random.Random(SEED)
    for name in NAMES:
        description = slow_cdr.Description(types.schema(name).to_json())
        values = slow_cdr.Values(description, chance)
        messages = [values.message() for _ in range(8)]
        payloads = [slow_cdr.encode(description, message, endian) for message in messages for endian in "<>"]
        codec = ros_z_py.codec(name)
        ways = [way(codec, description, chance) for _ in range(100)] if description.fields() else []
        found.append((codec, messages, payloads, ways))
    return found


def mutated(payload: bytes, chance: random.Random) -> bytes:
    payload = bytearray(payload)
    for _ in range(chance.randrange(4)):
        at = chance.randint(0, len(payload))
        match chance.randrange(5):
            case 0:
                del payload[at:]
            case 1:
                payload += chance.randbytes(chance.randrange(12))
            case 2 | 3:
                at &= ~3
                length = chance.choice(LENGTHS).to_bytes(4, chance.choice(["little", "big"]))
                payload[at : at + 4] = length[: len(payload) - at]
            case _ if at < len(payload):
                payload[at] ^= 1 << chance.randrange(8)
    if not chance.randrange(16):
        payload[4:] = chance.randbytes(chance.randrange(48))
    return bytes(payload)


class Memory:
    """Memory as the system sees it: what is resident now, and the most there was since the beginning."""

    def __init__(self) -> None:
        if sys.platform == "linux":
            # Forgets the peak of the tests before.
            Path("/proc/self/clear_refs").write_text("5")
        self.before = self.peak()

    def peak(self) -> int:
        if sys.platform != "linux":
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return self._kilobytes("VmHWM") << 10

    def resident(self) -> int:
        return self._kilobytes("VmRSS") << 10 if sys.platform == "linux" else self.peak()

    def growth(self) -> int:
        return self.peak() - self.before

    def _kilobytes(self, key: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(key)).split()[1])


def verdict(call, payload):
    try:
        call(payload)
    except SerializationError as error:
        return error.kind, error.path, error.offset, str(error)
    return None


def check_part(codec, payload, way, whole):
    """Reads a part in every way, and compares it with that of the whole. Returns the verdict, or `"missing"`."""
    said = [verdict(call, payload) for call in [lambda cdr: codec.get(cdr, way.path), way.get]]
    assert said[0] == said[1]
    try:
        expected = None if whole is None else way.follow(whole)
        is_missing = False
    except IndexError:
        is_missing = True
    if said[0] and said[0][0] == "length" and "no item" in said[0][3]:
        assert whole is None or is_missing, said
        assert way.matches is None or way.matches(payload) is False
        return "missing"
    assert not is_missing
    if said[0] is None and whole is not None:
        parts = [plain(codec.get(payload, way.path)), plain(way.get(payload))]
        assert [repr(part) for part in parts] == [repr(expected)] * 2
        assert way.matches is None or way.matches(payload) is way.holds(expected)
    elif way.matches is not None:
        # The length of an array is known before its items are.
        assert verdict(way.matches, payload) in (said[0], None if "len(" in way.matches.text else said[0])
    return said[0]


def test_mutated_payloads_get_one_verdict(subjects):
    chance, memory, taken = random.Random(SEED), Memory(), 0
    for _ in range(CASES):
        codec, _, payloads, ways = chance.choice(subjects)
        payload = mutated(chance.choice(payloads), chance)
        calls = [
            codec.validate,
            codec.decode,
            codec.decode_dict,
            codec.to_json,
            lambda cdr, view=codec.view: plain(view(cdr)),
        ]
        said = [verdict(call, payload) for call in calls]
        assert said.count(said[0]) == len(said), f"seed {SEED}, {codec}, {payload.hex()}: {said}"
        whole = None if said[0] else plain(codec.decode_dict(payload))
        for each in chance.sample(ways, min(len(ways), 2)):
            found = check_part(codec, payload, each, whole)
            assert found in (None, said[0], "missing"), f"seed {SEED}, {codec}, {payload.hex()}: {each.path}: {found}"
        if said[0] is None:
            taken += 1
            # Whatever was read can be written, and is then read alike.
            message = codec.decode(payload)
            written = codec.encode(message)
            assert codec.encode(codec.decode_dict(payload)) == written, f"{codec}, {payload.hex()}"
            assert codec.to_json(written) == codec.to_json(payload), f"{codec}, {payload.hex()}"
            assert repr(plain(codec.view(payload))) == repr(whole), f"{codec}, {payload.hex()}"
        else:
            assert said[0][2] is not None and said[0][2] <= len(payload), said[0]
    assert CASES / 20 < taken < CASES * 19 / 20
    assert memory.growth() < 16 << 20


KINDS = {"range", "type", "length", "bound", "text", "unknown_field"}
WRONG = [
    None, True, -1, 0, 1, 2, 255, 256, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 0.5, -0.0, math.nan, math.inf, 1e39,
    1e308, "", "text", "a\0b", "\udcff", "\ud800", "é" * 9, b"", b"bytes", bytearray(3), [], [1], [None], ["a", "b"],
    ["a", "b", "c"], [[]], [{}], [0.5, 1.5, 2.5], (), (1, 2, 3), {}, {"x": 1}, {1: 2}, set(), object(), int, range(3),
    array.array("d", [1.0]), array.array("i", [1, 2, 3]), memoryview(b"abc"), memoryview(b"abcdef")[::2], ..., 1j,
]  # fmt: skip


def spoiled(value, chance: random.Random):
    """A copy of a value with something wrong in one place of it, mostly."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        changed = dict(value)
        key = chance.choice(list(value))
        if chance.random() < 0.05:
            changed[chance.choice(["nope", "", "header ", 3, None])] = changed.pop(key)
        else:
            changed[key] = spoiled(value[key], chance)
        return changed
    if isinstance(value, list) and value and chance.random() < 0.7:
        changed = list(value)
        at = chance.randrange(len(changed))
        if chance.random() < 0.2:
            del changed[at]
        else:
            changed[at] = spoiled(changed[at], chance)
        return changed
    return chance.choice(WRONG)


def test_spoiled_values_are_written_right_or_refused(subjects):
    chance, memory, taken = random.Random(SEED), Memory(), 0
    for _ in range(CASES):
        codec, messages, _, _ = chance.choice(subjects)
        message = spoiled(chance.choice(messages), chance)
        said = verdict(codec.encode, message)
        if said is not None:
            assert said[0] in KINDS, f"{codec}, {message}"
            continue
        taken += 1
        payload = codec.encode(message)
        assert codec.validate(payload) == len(payload)
        assert codec.encode(codec.decode(payload)) == payload, f"seed {SEED}, {codec}, {message}"
    assert CASES / 100 < taken < CASES * 99 / 100
    assert memory.growth() < 16 << 20


def test_a_short_message_takes_no_megabytes(subjects):
    tracemalloc.start()
    try:
        for codec, _, _, ways in subjects:
            parts = [each.get for each in ways[:10]] + [each.matches for each in ways[:10] if each.matches]
            parts += [lambda cdr, codec=codec: plain(codec.view(cdr)), codec.view]
            for at, length in [(at, length) for at in range(0, 12, 4) for length in LENGTHS]:
                payload = bytearray(16)
                payload[1] = 1
                payload[4 + at : 8 + at] = length.to_bytes(4, "little")
                for call in [codec.decode, codec.decode_dict, codec.to_json, codec.validate, *parts]:
                    tracemalloc.reset_peak()
                    before, _ = tracemalloc.get_traced_memory()
                    verdict(call, bytes(payload))
                    _, peak = tracemalloc.get_traced_memory()
                    assert peak - before < 64 << 10, (codec, payload.hex(), peak - before)
    finally:
        tracemalloc.stop()


def test_nothing_leaks(subjects):
    """Blocks of Python, references to what is shared, and memory as the system sees it stay where they were."""
    marker = "a string that nobody else holds " + str(SEED)
    stamp = ros_z_py.std_msgs.Header(frame_id=marker)
    # Texts made here, which nobody else holds: a literal may be the name of something, too.
    tree = {
        "name": "".join("leaf"),
        "wide": "".join("wide"),
        "words": ["a", "b"],
        "blob": bytes(10_000),
        "singles": array.array("f", [1.0]),
    }
    objects = [
        (ros_z_py.codec("std_msgs/msg/Header"), stamp),
        (ros_z_py.codec("hostile_msgs/msg/Tree"), tree),
        (ros_z_py.codec("sensor_msgs/msg/JointState"), {"name": [marker] * 3, "position": [1.0, 2.0]}),
    ]
    paths = ["stamp.sec", "leaves[1]", "name[1:]"]
    conditions = ["frame_id == 'map'", "len(words) == 2 && 'a' in words", "position[7] > 0"]
    compiled = [
        (codec.getter(path), codec.filter(condition))
        for (codec, _), path, condition in zip(objects, paths, conditions, strict=True)
    ]
    payloads = [codec.encode(message) for codec, message in objects]
    shared = [marker, *payloads, *(codec.message_class for codec, _ in objects), *tree.values(), *paths]
    shared += [one for pair in compiled for one in pair]

    def use(rounds):
        for _ in range(rounds):
            for (codec, message), payload, path, (get, matches) in zip(objects, payloads, paths, compiled, strict=True):
                codec.encode(message)
                message = codec.decode(payload)
                codec.encode(message)
                codec.decode_dict(payload)
                codec.from_json(codec.to_json(payload))
                list(codec.from_json_lines(b"".join(codec.to_json_lines([payload, payload]))))
                plain(codec.view(payload))
                codec.view(memoryview(payload)).to_dict()
                plain(codec.get(payload, path))
                plain(get(payload))
                matches(payload)
                short, wrong = payload[:-1], {"nope": marker}
                for call, argument in [(codec.decode, short), (codec.encode, wrong), (codec.from_json, marker)]:
                    verdict(call, argument)
                for call in [codec.decode_dict, codec.to_json, lambda cdr, view=codec.view: plain(view(cdr))]:
                    verdict(call, short)
                verdict(get, payload[:5])
                verdict(matches, payload[:5])

    use(50)
    gc.collect()
    counts, blocks = [sys.getrefcount(one) for one in shared], sys.getallocatedblocks()
    use(max(50, CASES // 9))
    gc.collect()
    middle = Memory().resident()
    use(max(50, CASES * 2 // 9))
    gc.collect()
    grown = Memory().resident() - middle
    assert sys.getallocatedblocks() - blocks < 100
    assert [sys.getrefcount(one) for one in shared] == counts
    assert grown < 2 << 20
