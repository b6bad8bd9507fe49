"""The codec against its peers, in one process, the loading of types, and round trips: `make bench`.

Every number is a ratio, our CPU time to the peer's, of two that take turns; less is better. Before a row is timed, both
sides are asserted to read and write the same. A missed goal is shown, not an error.
"""

from __future__ import annotations

import gc
import json
import math
import os
import re
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import links
import loading
import memory
import msgspec
import numpy as np
import orjson
import transport
from messages import BLOB, Case, Message, image, random_cases, standard_cases, variants
from peers import array_like, leaves, mcap_decoder, rosbags_store, to_array_like, to_plain, without_constants
from rosbags.typesys.store import Typestore
from timing import Job, race

import ros_z_py
from ros_z_py.numpy import pointcloud2_to_array, pointcloud2_to_xyz

RESULTS = Path(os.environ.get("CARGO_TARGET_DIR", "target"), "bench", "results.json")
TOLERANCE = 1e-6  # of float32 numbers, which one side of C8 writes as such and the other as float64


class Goal(NamedTuple):
    """What one kind of work should cost, as parts of the peer's time."""

    work: str
    peer: str
    mean: float | None
    """Of the geometric mean over all messages."""
    each: float
    """Of the slowest message."""


GOALS = {
    "C1": Goal("CDR -> Struct", "msgspec.msgpack, array_like", 0.70, 0.90),
    "C2": Goal("CDR -> dict", "msgspec.msgpack, untyped", 0.80, math.inf),
    "C3": Goal("Struct -> CDR, no blob", "msgspec.msgpack, array_like", 0.80, 1.15),
    "C3s": Goal("... below 64 bytes", "msgspec.msgpack, array_like", None, 1.30),
    "C4": Goal("blob -> CDR", "bytes(memoryview)", None, 1.10),
    "C5": Goal("CDR -> Struct, 6 MB to 1 MB", "itself, 0.5 us at most", None, 1.25),
    "C6": Goal("CDR -> Struct", "rosbags deserialize_cdr", 1 / 18, 1 / 12),
    "C6m": Goal("CDR -> Struct", "mcap-ros2-support", None, 1.0),
    "C7": Goal("Struct -> CDR", "rosbags serialize_cdr", 1 / 25, 1 / 10),
    "C7b": Goal("... blobs", "rosbags serialize_cdr", None, 1 / 1.7),
    "C8": Goal("CDR -> JSON", "rosbags + orjson", 1 / 10, 1.0),
    "C9": Goal("JSON -> CDR", "msgspec.json, then C3", 1.0, 1.0),
    "C10": Goal("one part of a message", "our CDR -> Struct", None, 1 / 10),
    "C10f": Goal("a filter on one part", "our CDR -> Struct", None, 1 / 10),
    "C11": Goal("making a message", "a msgspec.Struct", None, 1.30),
    "C12": Goal("points to NumPy", "a loop of struct.unpack_from", None, 1 / 10),
}


# What C10 reads. Of an image or a small message, a full decode makes few objects: there is little to save.
PARTS = [
    ("C10", "Path", "header.stamp"),
    ("C10", "DiagnosticArray", "header.stamp"),
    ("C10", "TFMessage", "transforms[0].header.frame_id"),
    ("C10", "TFMessage", "transforms[49].transform.translation.x"),
    ("C10", "MarkerArray", "markers[0].pose.position.x"),
    ("C10", "JointState", "header.stamp"),
    ("C10", "Image", "header.stamp"),
    ("C10", "Image", "width"),
    ("C10", "PointCloud2", "header.stamp"),
    ("C10", "LaserScan", "ranges[540]"),
]
CONDITIONS = [
    ("TFMessage", "transforms[0].header.frame_id == 'map'", lambda it: it.transforms[0].header.frame_id == "map"),
    ("Path", "header.stamp.sec > 5", lambda it: it.header.stamp.sec > 5),
    ("MarkerArray", "markers[0].pose.position.x < 0.5", lambda it: it.markers[0].pose.position.x < 0.5),
]


class Row(NamedTuple):
    """One message under one goal."""

    goal: str
    message: str
    ours_ns: float
    peer_ns: float

    @property
    def ratio(self) -> float:
        return self.ours_ns / self.peer_ns


def assert_same(ours: list[Any], peer: list[Any], tolerance: float = 0.0) -> None:
    assert len(ours) == len(peer), (len(ours), len(peer))
    for index, (left, right) in enumerate(zip(ours, peer, strict=True)):
        if left != right:
            assert math.isclose(left, right, rel_tol=tolerance), (index, left, right)


def msgpack_rows(case: Case, codec: ros_z_py.Codec, payloads: list[bytes]) -> Iterator[Row]:
    messages = [codec.decode(payload) for payload in payloads]
    peer_class = array_like(codec.message_class)
    peer_messages = [to_array_like(message, peer_class) for message in messages]
    encoder, decoder, untyped = (
        msgspec.msgpack.Encoder(),
        msgspec.msgpack.Decoder(peer_class),
        msgspec.msgpack.Decoder(),
    )
    packed = [encoder.encode(message) for message in peer_messages]
    dicts = [to_plain(codec.decode_dict(payload)) for payload in payloads]
    packed_dicts = [encoder.encode(plain) for plain in dicts]
    again = decoder.decode(packed[0])
    assert_same(leaves(to_array_like(messages[0], peer_class)), leaves([again]))
    assert untyped.decode(packed_dicts[0]) == dicts[0]
    yield Row("C1", case.name, *race(Job(codec.decode, payloads), Job(decoder.decode, packed)))
    if len(payloads[0]) < BLOB or case.name == "Path":
        yield Row("C2", case.name, *race(Job(codec.decode_dict, payloads), Job(untyped.decode, packed_dicts)))
        goal = "C3s" if len(payloads[0]) < 64 else "C3"
        yield Row(goal, case.name, *race(Job(codec.encode, messages), Job(encoder.encode, peer_messages)))


def rosbags_rows(case: Case, codec: ros_z_py.Codec, payloads: list[bytes], store: Typestore) -> Iterator[Row]:
    name = case.type_name

    def deserialize(payload: bytes) -> Any:
        return store.deserialize_cdr(payload, name)

    def serialize(message: Any) -> memoryview:
        return store.serialize_cdr(message, name)

    def to_json(payload: bytes) -> bytes:
        return orjson.dumps(store.deserialize_cdr(payload, name), option=orjson.OPT_SERIALIZE_NUMPY)

    our_json = partial(codec.to_json, bytes="array")
    mcap = mcap_decoder(store, name)
    messages, peer_messages = [codec.decode(each) for each in payloads], [deserialize(each) for each in payloads]
    for payload, message, peer in list(zip(payloads, messages, peer_messages, strict=True))[:3]:
        expected = leaves(message)
        assert_same(expected, leaves(peer))
        assert_same(expected, leaves(mcap(payload)))
        assert codec.encode(message) == payload
        assert_same(leaves(codec.decode(bytes(serialize(peer)))), expected)
        text, peer_text = orjson.loads(our_json(payload)), orjson.loads(to_json(payload))
        assert_same(leaves(text), leaves(without_constants(peer_text, text)), TOLERANCE)
    yield Row("C6", case.name, *race(Job(codec.decode, payloads), Job(deserialize, payloads)))
    yield Row("C6m", case.name, *race(Job(codec.decode, payloads), Job(mcap, payloads)))
    is_blob = len(payloads[0]) >= BLOB and case.name != "Path"
    goal = "C7b" if is_blob else "C7"
    yield Row(goal, case.name, *race(Job(codec.encode, messages), Job(serialize, peer_messages)))
    yield Row("C8", case.name, *race(Job(our_json, payloads), Job(to_json, payloads)))


def json_rows(case: Case, codec: ros_z_py.Codec, payloads: list[bytes]) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(codec.message_class)

    def by_struct(text: bytes) -> bytes:
        return codec.encode(decoder.decode(text))

    # Octets as numbers: msgspec has no base64 for a field that is a sequence.
    texts = [codec.to_json(payload, bytes="array") for payload in payloads]
    for text, payload in zip(texts, payloads, strict=True):
        assert codec.from_json(text) == by_struct(text) == payload
    yield Row("C9", case.name, *race(Job(codec.from_json, texts), Job(by_struct, texts)))


def blob_rows() -> Iterator[Row]:
    codec = ros_z_py.codec("sensor_msgs/msg/Image")
    sizes = {"64 KB": (256, 86), "1 MB": (640, 546), "6 MB": (1920, 1080)}
    payloads = {}
    for name, (width, height) in sizes.items():
        (values,) = variants(lambda texts, rng, w=width, h=height: image(texts, rng, w, h), 1)
        payload = payloads[name] = codec.encode(values)
        message = codec.decode(payload)
        assert codec.encode(message) == payload
        copied = Job(bytes, [memoryview(payload)])
        yield Row("C4", f"Image {name}", *race(Job(codec.encode, [message]), copied))
    yield Row("C5", "Image", *race(*(Job(codec.decode, [payloads[name]]) for name in ("6 MB", "1 MB"))))


def attribute(message: Any, path: str) -> Any:
    """What a path leads to, the slow way."""
    for step in re.findall(r"\w+", path):
        message = message[int(step)] if step.isdigit() else getattr(message, step)
    return message


def part_rows(cases: list[Case]) -> Iterator[Row]:
    by_name = {case.name: case for case in cases}

    def prepared(name: str) -> tuple[ros_z_py.Codec, list[bytes]]:
        codec = ros_z_py.codec(by_name[name].type_name)
        return codec, [codec.encode(message) for message in by_name[name].messages]

    for goal, name, path in PARTS:
        codec, payloads = prepared(name)
        getter = codec.getter(path)
        for payload in payloads:
            assert getter(payload) == codec.get(payload, path) == attribute(codec.decode(payload), path)
        yield Row(goal, f"{name} {path}", *race(Job(getter, payloads), Job(codec.decode, payloads)))
    for name, condition, holds in CONDITIONS:
        codec, payloads = prepared(name)
        matches = codec.filter(condition)
        assert all(matches(payload) is holds(codec.decode(payload)) for payload in payloads)
        yield Row("C10f", f"{name} {condition}", *race(Job(matches, payloads), Job(codec.decode, payloads)))


class Vector3(msgspec.Struct):
    """As somebody would write it who needs no more than this."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


class Twist(msgspec.Struct):
    linear: Vector3 = msgspec.field(default_factory=Vector3)
    angular: Vector3 = msgspec.field(default_factory=Vector3)


def object_rows(clouds: list[Message]) -> Iterator[Row]:
    from ros_z_py.geometry_msgs import Twist as OwnTwist
    from ros_z_py.geometry_msgs import Vector3 as OwnVector3

    numbers = [0.5 * number for number in range(200)]

    def make_ours(x: float) -> Any:
        return OwnTwist(linear=OwnVector3(x=x, y=x, z=x), angular=OwnVector3(x=x, y=x, z=x))

    def make_peer(x: float) -> Any:
        return Twist(linear=Vector3(x=x, y=x, z=x), angular=Vector3(x=x, y=x, z=x))

    assert leaves(make_ours(1.0)) == leaves(make_peer(1.0))
    yield Row(
        "C11",
        "Vector3",
        *race(Job(lambda x: OwnVector3(x=x, y=x, z=x), numbers), Job(lambda x: Vector3(x=x, y=x, z=x), numbers)),
    )
    yield Row("C11", "Twist()", *race(Job(lambda _: OwnTwist(), numbers), Job(lambda _: Twist(), numbers)))
    yield Row("C11", "Twist", *race(Job(make_ours, numbers), Job(make_peer, numbers)))

    def loop(cloud: Any) -> list[tuple[float, ...]]:
        data = memoryview(cloud.data)
        return [struct.unpack_from("<3f", data, at) for at in range(0, len(data), cloud.point_step)]

    codec = ros_z_py.codec("sensor_msgs/msg/PointCloud2")
    received = [codec.decode(codec.encode(cloud)) for cloud in clouds]
    assert np.array_equal(pointcloud2_to_xyz(received[0]), np.array(loop(received[0]), np.float32), equal_nan=True)
    yield Row("C12", "PointCloud2", *race(Job(pointcloud2_to_array, received), Job(loop, received)))


def measure() -> list[Row]:
    cases = standard_cases() + random_cases()
    store = rosbags_store(cases)
    rows: list[Row] = []
    for case in cases:
        codec = ros_z_py.codec(case.type_name)
        payloads = [codec.encode(message) for message in case.messages]
        rows += msgpack_rows(case, codec, payloads)
        rows += rosbags_rows(case, codec, payloads, store)
        rows += json_rows(case, codec, payloads)
        print(".", end="", flush=True)
    print()
    clouds = next(case.messages for case in cases if case.name == "PointCloud2")
    return [*rows, *blob_rows(), *part_rows(cases), *object_rows(clouds)]


def geometric_mean(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def verdicts(rows: list[Row]) -> list[dict[str, Any]]:
    """One entry a goal: the mean, the worst, and whether both are good enough."""
    entries = []
    for key, goal in GOALS.items():
        of_goal = [row for row in rows if row.goal == key]
        # Small messages have a limit of their own and count in the mean of all.
        in_mean = [row for row in rows if row.goal in (key, key + "s")]
        mean, worst = geometric_mean([row.ratio for row in in_mean]), max(of_goal, key=lambda row: row.ratio)
        passes = worst.ratio <= goal.each and (goal.mean is None or mean <= goal.mean)
        passes = passes and (key != "C5" or worst.ours_ns <= 500)
        entries.append({"goal": key, **goal._asdict(), "measured": mean, "worst": worst._asdict(), "passes": passes})
    return entries


def shown(ratio: float | None) -> str:
    """A ratio as "0.70x", or the other way round, as "1/18", where it is far below one."""
    if ratio is None or math.isinf(ratio):
        return "-"
    return f"{ratio:.2f}x" if ratio > 0.2 else f"1/{1 / ratio:.0f}"


def print_messages(rows: list[Row]) -> None:
    columns = ["C1", "C2", "C3", "C6", "C6m", "C7", "C8", "C9"]
    print(f"{'message':<16} {'decode':>11}" + "".join(f"{column:>8}" for column in columns))
    for name in dict.fromkeys(row.message for row in rows if row.goal == "C1"):
        cells = {row.goal.rstrip("sb"): row for row in rows if row.message == name}
        ratios = [shown(cells[column].ratio) if column in cells else "-" for column in columns]
        print(f"{name:<16} {cells['C1'].ours_ns / 1000:>8.2f} us" + "".join(f"{ratio:>8}" for ratio in ratios))


def print_goals(entries: list[dict[str, Any]]) -> None:
    print(f"\n{'goal':<5}{'work':<29}{'peer':<29}{'mean':>7}{'goal':>7}{'worst':>8}{'goal':>7}")
    for entry in entries:
        worst = Row(**entry["worst"])
        print(
            f"{entry['goal']:<5}{entry['work']:<29}{entry['peer']:<29}{shown(entry['measured']):>7}"
            f"{shown(entry['mean']):>7}{shown(worst.ratio):>8}{shown(entry['each']):>7}"
            f"  {'pass' if entry['passes'] else 'FAIL'}  {worst.message}"
        )


def main() -> None:
    gc.disable()
    rows = measure()
    entries = verdicts(rows)
    print_messages(rows)
    print_goals(entries)
    times = loading.measure()
    loading.print_times(times)
    trips = transport.measure() + memory.measure()
    links.print_trips(trips)
    load = os.getloadavg()
    print(f"load of the machine: {load[0]:.1f} on {os.cpu_count()} cores")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    results = {
        "load": load,
        "goals": entries,
        "times": [each._asdict() | {"passes": each.passes} for each in times],
        "trips": [each._asdict() | {"passes": each.passes} for each in trips],
        "rows": [row._asdict() | {"ratio": row.ratio} for row in rows],
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
