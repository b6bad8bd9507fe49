"""What is measured: standard messages, and messages of types that are made up at run time.

Their texts rotate over 200 different contents, so that nothing gains from meeting the same one again.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import ros_z_py

VARIANTS = 200
WORDS = ["base", "odom", "camera_left", "arm/joint", "lidar", "x", "gripper", "map"]
TEXTS = [f"{word}_{index}" for index in range(25) for word in WORDS]
BLOB = 64 * 1024

Message = dict[str, Any]


class Case(NamedTuple):
    """One message type, and messages of it."""

    name: str
    type_name: str
    messages: list[Message]
    definitions: Mapping[str, str] = MappingProxyType({})
    """Interface text by type name, where the type is none of the standard ones."""


def standard_cases() -> list[Case]:
    makers = [
        ("String", "std_msgs/msg/String", string, VARIANTS),
        ("Twist", "geometry_msgs/msg/Twist", twist, VARIANTS),
        ("Imu", "sensor_msgs/msg/Imu", imu, VARIANTS),
        ("Odometry", "nav_msgs/msg/Odometry", odometry, VARIANTS),
        ("JointState", "sensor_msgs/msg/JointState", joint_state, VARIANTS),
        ("LaserScan", "sensor_msgs/msg/LaserScan", laser_scan, 20),
        ("TFMessage", "tf2_msgs/msg/TFMessage", tf_message, 4),
        ("DiagnosticArray", "diagnostic_msgs/msg/DiagnosticArray", diagnostic_array, 2),
        ("MarkerArray", "visualization_msgs/msg/MarkerArray", marker_array, 2),
        ("Path", "nav_msgs/msg/Path", path, 1),
        ("PointCloud2", "sensor_msgs/msg/PointCloud2", point_cloud, 1),
        ("Image", "sensor_msgs/msg/Image", image, 1),
        ("OccupancyGrid", "nav_msgs/msg/OccupancyGrid", occupancy_grid, 1),
    ]
    return [Case(name, type_name, variants(make, count)) for name, type_name, make, count in makers]


def variants(make: Callable[[Iterator[str], random.Random], Message], count: int) -> list[Message]:
    texts, rng = itertools.cycle(TEXTS), random.Random(7)
    return [make(texts, rng) for _ in range(count)]


def floats(rng: random.Random, names: str) -> Message:
    return {name: rng.uniform(-10, 10) for name in names}


def header(texts: Iterator[str], rng: random.Random) -> Message:
    stamp = {"sec": rng.randrange(1_600_000_000, 1_800_000_000), "nanosec": rng.randrange(1_000_000_000)}
    return {"stamp": stamp, "frame_id": next(texts)}


def pose(rng: random.Random) -> Message:
    return {"position": floats(rng, "xyz"), "orientation": floats(rng, "xyzw")}


def string(texts: Iterator[str], _rng: random.Random) -> Message:
    return {"data": next(texts)}


def twist(_texts: Iterator[str], rng: random.Random) -> Message:
    return {"linear": floats(rng, "xyz"), "angular": floats(rng, "xyz")}


def imu(texts: Iterator[str], rng: random.Random) -> Message:
    return {
        "header": header(texts, rng),
        "orientation": floats(rng, "xyzw"),
        "orientation_covariance": [rng.random() for _ in range(9)],
        "angular_velocity": floats(rng, "xyz"),
        "angular_velocity_covariance": [rng.random() for _ in range(9)],
        "linear_acceleration": floats(rng, "xyz"),
        "linear_acceleration_covariance": [rng.random() for _ in range(9)],
    }


def odometry(texts: Iterator[str], rng: random.Random) -> Message:
    return {
        "header": header(texts, rng),
        "child_frame_id": next(texts),
        "pose": {"pose": pose(rng), "covariance": [rng.random() for _ in range(36)]},
        "twist": {"twist": twist(texts, rng), "covariance": [rng.random() for _ in range(36)]},
    }


def joint_state(texts: Iterator[str], rng: random.Random) -> Message:
    numbers = {name: [rng.uniform(-3, 3) for _ in range(12)] for name in ("position", "velocity", "effort")}
    return {"header": header(texts, rng), "name": [next(texts) for _ in range(12)], **numbers}


def laser_scan(texts: Iterator[str], rng: random.Random) -> Message:
    ranges = {name: [rng.uniform(0, 30) for _ in range(1080)] for name in ("ranges", "intensities")}
    return {"header": header(texts, rng), "angle_min": -2.25, "angle_max": 2.25, "range_max": 30.0, **ranges}


def tf_message(texts: Iterator[str], rng: random.Random) -> Message:
    def transform() -> Message:
        return {"translation": floats(rng, "xyz"), "rotation": floats(rng, "xyzw")}

    def stamped() -> Message:
        return {"header": header(texts, rng), "child_frame_id": next(texts), "transform": transform()}

    return {"transforms": [stamped() for _ in range(50)]}


def diagnostic_array(texts: Iterator[str], rng: random.Random) -> Message:
    def status() -> Message:
        values = [{"key": next(texts), "value": next(texts)} for _ in range(10)]
        texts_of_it = {name: next(texts) for name in ("name", "message", "hardware_id")}
        return {"level": rng.randrange(4), **texts_of_it, "values": values}

    return {"header": header(texts, rng), "status": [status() for _ in range(20)]}


def marker_array(texts: Iterator[str], rng: random.Random) -> Message:
    def marker(index: int) -> Message:
        return {
            "header": header(texts, rng),
            "ns": next(texts),
            "id": index,
            "type": 1,
            "pose": pose(rng),
            "scale": floats(rng, "xyz"),
            "color": {name: rng.random() for name in "rgba"},
            "points": [floats(rng, "xyz") for _ in range(4)],
            "text": next(texts),
        }

    return {"markers": [marker(index) for index in range(100)]}


def path(texts: Iterator[str], rng: random.Random) -> Message:
    poses = [{"header": header(texts, rng), "pose": pose(rng)} for _ in range(1000)]
    return {"header": header(texts, rng), "poses": poses}


def point_cloud(texts: Iterator[str], rng: random.Random) -> Message:
    fields = [{"name": name, "offset": 4 * index, "datatype": 7, "count": 1} for index, name in enumerate("xyz")]
    size = {"height": 1, "width": 100_000, "point_step": 12, "row_step": 1_200_000}
    return {"header": header(texts, rng), "fields": fields, **size, "data": rng.randbytes(1_200_000)}


def image(texts: Iterator[str], rng: random.Random, width: int = 1920, height: int = 1080) -> Message:
    size = {"height": height, "width": width, "step": 3 * width}
    return {"header": header(texts, rng), "encoding": "rgb8", **size, "data": rng.randbytes(3 * width * height)}


def occupancy_grid(texts: Iterator[str], rng: random.Random) -> Message:
    info = {"resolution": 0.05, "width": 1000, "height": 1000, "origin": pose(rng)}
    return {"header": header(texts, rng), "info": info, "data": memoryview(bytes(1_000_000)).cast("b")}


NUMBERS = {
    "bool": lambda rng: rng.random() < 0.5,
    "int8": lambda rng: rng.randrange(-(2**7), 2**7),
    "uint8": lambda rng: rng.randrange(2**8),
    "int16": lambda rng: rng.randrange(-(2**15), 2**15),
    "uint16": lambda rng: rng.randrange(2**16),
    "int32": lambda rng: rng.randrange(-(2**31), 2**31),
    "uint32": lambda rng: rng.randrange(2**32),
    "int64": lambda rng: rng.randrange(-(2**63), 2**63),
    "uint64": lambda rng: rng.randrange(2**64),
    "float32": lambda rng: float(rng.randrange(-(2**20), 2**20)),
    "float64": lambda rng: rng.uniform(-1e3, 1e3),
}


def random_cases(count: int = 8, seed: int = 20) -> list[Case]:
    """Types that nobody has seen before: each may hold those before it."""
    rng = random.Random(seed)
    types: dict[str, list[tuple[str, str]]] = {}
    texts = itertools.cycle(TEXTS)
    cases = []
    for index in range(count):
        name = f"made_up_msgs/msg/Random{index}"
        types[name] = random_fields(rng, list(types))
        ros_z_py.types.add(name, text_of(types[name]))
        messages = [random_message(rng, texts, types, name) for _ in range(VARIANTS // 4)]
        definitions = {known: text_of(fields) for known, fields in types.items()}
        cases.append(Case(f"Random{index}", name, messages, definitions))
    return cases


def random_fields(rng: random.Random, known: list[str]) -> list[tuple[str, str]]:
    def one() -> str:
        kind = rng.choices(["number", "string", "message"], [6, 2, 2 if known else 0])[0]
        base = {"number": rng.choice(list(NUMBERS)), "string": "string", "message": rng.choice(known or [""])}[kind]
        return base + rng.choices(["", "[]", f"[{rng.randrange(1, 10)}]"], [5, 1, 1])[0]

    return [(one(), f"field_{index}") for index in range(rng.randrange(2, 12))]


def text_of(fields: list[tuple[str, str]]) -> str:
    return "".join(f"{kind.replace('/msg/', '/')} {name}\n" for kind, name in fields)


def random_message(
    rng: random.Random, texts: Iterator[str], types: dict[str, list[tuple[str, str]]], name: str
) -> Message:
    def one(base: str) -> Any:
        if base == "string":
            return next(texts)
        return NUMBERS[base](rng) if base in NUMBERS else random_message(rng, texts, types, base)

    def value(kind: str) -> Any:
        base, _, rest = kind.partition("[")
        if not rest:
            return one(base)
        length = rest.rstrip("]")
        return [one(base) for _ in range(int(length) if length else rng.randrange(6))]

    return {field: value(kind) for kind, field in types[name]}
