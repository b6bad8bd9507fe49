"""The codec against its peers, in one process: `make bench`.

Each row asserts that both sides read the same before it times them. The sides take turns in slices of about 2 ms of CPU
time and the fastest slice of each counts, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from rosbags.typesys import Stores, get_typestore

import ros_z_py

SLICES = 24
SLICE_NS = 2_000_000
RESULTS = Path(os.environ.get("CARGO_TARGET_DIR", "target"), "bench", "results.json")

IMU = {
    "header": {"stamp": {"sec": 1_700_000_000, "nanosec": 123_456_789}, "frame_id": "imu_link"},
    "orientation": {"x": 0.1, "y": -0.2, "z": 0.3, "w": 0.9},
    "orientation_covariance": [0.01 * n for n in range(9)],
    "angular_velocity": {"x": 1.5, "y": -2.5, "z": 3.5},
    "angular_velocity_covariance": [0.02 * n for n in range(9)],
    "linear_acceleration": {"x": 0.0, "y": 0.25, "z": 9.81},
    "linear_acceleration_covariance": [0.03 * n for n in range(9)],
}


class Row(NamedTuple):
    """One comparison; `goal` is how many times faster than the peer we want to be."""

    work: str
    peer: str
    goal: float
    ours_ns: float
    peer_ns: float

    @property
    def times_faster(self) -> float:
        return self.peer_ns / self.ours_ns

    @property
    def passes(self) -> bool:
        return self.times_faster >= self.goal


def nanoseconds(call: Callable[[], object], count: int) -> float:
    start = time.process_time_ns()
    for _ in range(count):
        call()
    return (time.process_time_ns() - start) / count


def calls_per_slice(call: Callable[[], object]) -> int:
    count = 1
    while (each := nanoseconds(call, count)) * count < SLICE_NS:
        count = max(count * 2, int(SLICE_NS / max(each, 1)))
    return count


def race(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """Nanoseconds a call of each, the fastest of slices taken in turns."""
    counts = [(call, calls_per_slice(call)) for call in (ours, peer)]
    slices = [[nanoseconds(call, count) for call, count in counts] for _ in range(SLICES)]
    return min(ours_ns for ours_ns, _ in slices), min(peer_ns for _, peer_ns in slices)


def flat(value: Any) -> list[Any]:
    """The numbers and texts of a message of either side, in wire order."""
    if hasattr(value, "tolist"):
        return list(value.tolist())
    names = getattr(value, "__struct_fields__", None) or getattr(value, "__dataclass_fields__", None)
    if names is None:
        return [value]
    return [leaf for name in names if name != "__msgtype__" for leaf in flat(getattr(value, name))]


def imu_rows() -> list[Row]:
    name = "sensor_msgs/msg/Imu"
    codec, rosbags = ros_z_py.codec(name), get_typestore(Stores.ROS2_JAZZY)
    payload = codec.encode(IMU)
    message, peer_message = codec.decode(payload), rosbags.deserialize_cdr(payload, name)
    assert codec.decode_dict(payload)["header"] == IMU["header"]
    assert flat(message) == flat(peer_message)
    assert codec.encode(message) == bytes(rosbags.serialize_cdr(peer_message, name))
    reading = race(lambda: codec.decode(payload), lambda: rosbags.deserialize_cdr(payload, name))
    writing = race(lambda: codec.encode(message), lambda: rosbags.serialize_cdr(peer_message, name))
    return [
        Row("Imu: CDR -> Struct", "rosbags deserialize_cdr", 12, *reading),
        Row("Imu: Struct -> CDR", "rosbags serialize_cdr", 10, *writing),
    ]


def main() -> None:
    rows = imu_rows()
    print(f"{'work':<22} {'peer':<26} {'ours':>10} {'peer':>10} {'faster':>8} {'goal':>6}")
    for row in rows:
        ours, peer = (f"{each / 1000:.2f} us" for each in (row.ours_ns, row.peer_ns))
        verdict = "pass" if row.passes else "FAIL"
        print(f"{row.work:<22} {row.peer:<26} {ours:>10} {peer:>10} {row.times_faster:>7.1f}x {row.goal:>5}x {verdict}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([row._asdict() | {"passes": row.passes} for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()
