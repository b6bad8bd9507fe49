"""`ros-z cat` over a recording, against `mcap-ros2-support` over the same messages; and how much memory it needs.

    python benches/python/recordings.py [MEGABYTES, 1024 unless given]

The recording is that of a robot: mostly small messages, scans and transforms, now and then a point cloud. It is
written to a temporary folder, in chunks compressed with Zstandard. The peer reads a part of it, as all of it would take
minutes: once decoding only and once printing JSON lines as `cat` does; both sides are asserted to read the same. Times
are CPU time.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from mcap.reader import make_reader
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter
from mcap_ros2.decoder import DecoderFactory
from messages import Case, standard_cases
from rosbags.typesys import Stores, get_typestore

import ros_z_py

ROS_Z = Path(sys.executable).with_name("ros-z")
# Messages a second of each topic, by the name of its case.
RATES = {
    "Imu": 200,
    "Odometry": 50,
    "JointState": 50,
    "Twist": 50,
    "String": 10,
    "LaserScan": 10,
    "TFMessage": 20,
    "DiagnosticArray": 1,
    "MarkerArray": 1,
    "PointCloud2": 0.1,
}
PEER_PART = 16
GOAL_RATIO = 10.0
GOAL_MEMORY = 64 << 20


def write(path: Path, megabytes: int) -> int:
    """Writes a recording of about this size (before compression); returns the number of its messages."""
    store = get_typestore(Stores.ROS2_JAZZY)
    cases = {case.name: case for case in standard_cases() if case.name in RATES}
    with path.open("wb") as stream:
        writer = McapWriter(stream, compression=CompressionType.ZSTD)
        writer.start("ros2")
        channels = {name: channel(writer, store, case) for name, case in cases.items()}
        payloads = {name: encoded(case) for name, case in cases.items()}
        written = count = 0
        for name, index, log_time in schedule():
            if written >= megabytes << 20:
                break
            payload = payloads[name][index % len(payloads[name])]
            writer.add_message(channels[name], log_time, payload, log_time, index)
            written += len(payload)
            count += 1
        writer.finish()
    return count


def channel(writer: McapWriter, store: Any, case: Case) -> int:
    text, _ = store.generate_msgdef(case.type_name, ros_version=2)
    schema = writer.register_schema(case.type_name, "ros2msg", text.encode())
    return writer.register_channel(f"/{case.name.lower()}", "cdr", schema)


def encoded(case: Case) -> list[bytes]:
    codec = ros_z_py.codec(case.type_name)
    return [codec.encode(message) for message in case.messages]


def schedule() -> Iterator[tuple[str, int, int]]:
    """Topic, number and time of each message, without an end."""
    second = 0
    while True:
        due = []
        for name, rate in RATES.items():
            first, last = round(second * rate), round((second + 1) * rate)
            due += [(second * 10**9 + (n - first) * 10**9 // (last - first), name, n) for n in range(first, last)]
        for log_time, name, number in sorted(due):
            yield name, number, log_time + 10**18
        second += 1


def plain(value: Any) -> Any:
    """A message of the peer as `json.dumps` takes it."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [plain(item) for item in value] if value and hasattr(value[0], "__slots__") else value
    if hasattr(value, "__slots__"):
        return {name: plain(getattr(value, name)) for name in value.__slots__}
    return value


def decoded(path: Path) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Schema, channel, record and message of everything that the peer reads, as it was written."""
    with path.open("rb") as stream:
        yield from make_reader(stream, decoder_factories=[DecoderFactory()]).iter_decoded_messages(log_time_order=False)


def peer(path: Path, use: Callable[[tuple[Any, Any, Any, Any]], object]) -> tuple[float, int]:
    """CPU seconds of the peer, and the number of messages that it read."""
    start, count = time.process_time(), 0
    for each in decoded(path):
        use(each)
        count += 1
    return time.process_time() - start, count


def print_line(sink: Any, read: tuple[Any, Any, Any, Any]) -> None:
    schema, channel, record, message = read
    head = {"topic": channel.topic, "type": schema.name, "log_time": record.log_time}
    sink.write(json.dumps({**head, "message": plain(message)}) + "\n")


# In a process of its own: the memory of a new process counts that of the one it was forked from.
MEASURE = """
import json, resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
sys.exit(status)
"""


def cat(path: Path) -> tuple[float, int]:
    """CPU seconds of `cat`, and the most memory that it had."""
    command = [sys.executable, "-S", "-c", MEASURE, ROS_Z, "cat", path]
    seconds, memory = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return seconds, memory * (1 if sys.platform == "darwin" else 1024)


def check(path: Path) -> None:
    """Both read the same numbers of the same topics."""
    printed = subprocess.run([ROS_Z, "cat", path, "--limit", "2000"], capture_output=True, check=True).stdout
    lines = [json.loads(line) for line in printed.splitlines()]
    for line, (_, channel, record, message) in zip(lines, decoded(path), strict=False):
        assert (line["topic"], line["log_time"]) == (channel.topic, record.log_time)
        mine = plain(message)
        assert list(mine) == list(line["message"])
        if "orientation" in mine:
            assert mine["orientation"] == line["message"]["orientation"]


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder, "whole.mcap"), Path(folder, "part.mcap")
        write(whole, megabytes)
        share = max(1, megabytes // PEER_PART)
        part_count = write(part, share)
        check(part)
        ours, memory = cat(whole)
        small, small_memory = cat(part)
        decoding, count = peer(part, lambda read: read)
        with Path(os.devnull).open("w") as sink:
            printing, _ = peer(part, partial(print_line, sink))
        assert count == part_count
    ours /= megabytes
    print(f"recording of {megabytes} MB in memory, the peer reads {share} MB of it; CPU seconds a GB")
    print(f"  ros-z cat                       {ours * 1024:8.2f}")
    for what, seconds in [("decoding", decoding / share), ("printing", printing / share)]:
        ratio = seconds / ours
        verdict = "" if what == "decoding" else f"  goal {GOAL_RATIO:.0f}: {'met' if ratio >= GOAL_RATIO else 'missed'}"
        print(f"  mcap-ros2-support, {what}     {seconds * 1024:8.2f}  {ratio:6.1f} times as much{verdict}")
    print(f"  memory of cat: {memory >> 20} MB, over a sixteenth {small_memory >> 20} MB", end="")
    print(f"  goal {GOAL_MEMORY >> 20} MB: {'met' if memory <= GOAL_MEMORY else 'missed'}; {small:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
