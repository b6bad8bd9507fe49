"""Recordings against readers of others: `mcap-ros2-support` and `rosbags`, value by value."""

from __future__ import annotations

import base64
import json
import math
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from mcap.reader import make_reader
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter
from mcap_ros2._dynamic import generate_dynamic
from mcap_ros2.decoder import DecoderFactory
from rosbags.highlevel import AnyReader
from rosbags.rosbag2 import Reader

import ros_z_py

ROS_Z = Path(sys.executable).with_name("ros-z")
CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpus"
DEADLINE = 60
OWN_TEXT = "# Known on the network only.\nuint8 MODE=3\nfloat32[] samples\nbuiltin_interfaces/Time at\nstring label\n"


def environment():
    decides = ("ROS_", "ZENOH_", "RMW_", "AMENT_PREFIX_PATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(decides)}


def ros_z(*arguments, **options):
    return subprocess.run([ROS_Z, *map(str, arguments)], capture_output=True, env=environment(), **options)


def cat(path, *arguments):
    ran = ros_z("cat", path, *arguments)
    return [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr.decode()


def decoded(path):
    """Schema, channel, record and message of everything that `mcap-ros2-support` reads, as it was written."""
    with path.open("rb") as stream:
        yield from make_reader(stream, decoder_factories=[DecoderFactory()]).iter_decoded_messages(log_time_order=False)


def same(theirs, ours, octets=True):
    """Whether a value of theirs, an object or a plain one, is what `cat` printed of it."""
    if isinstance(ours, dict):
        names = set(getattr(theirs, "__slots__", ours))
        return names == set(ours) and all(same(getattr(theirs, name), value) for name, value in ours.items())
    if isinstance(ours, list):
        return len(theirs) == len(ours) and all(map(same, theirs, ours))
    if isinstance(theirs, (bytes, bytearray, memoryview)):
        return bytes(theirs) == base64.b64decode(ours)
    if isinstance(theirs, (list, tuple)) or type(theirs).__name__ in {"ndarray", "array"}:
        # Bytes as a list of theirs are base64 of ours.
        return octets and bytes(item & 0xFF for item in theirs) == base64.b64decode(ours)
    if isinstance(ours, str) and isinstance(theirs, float):
        return repr(theirs).lower() == {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}[ours]
    if isinstance(theirs, float) and theirs != ours:
        # Of float32 numbers `cat` prints the shortest text.
        return math.isclose(theirs, ours, rel_tol=1e-7, abs_tol=1e-45)
    if isinstance(theirs, bytes):
        return theirs[0] == ours
    return theirs == ours


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """What `ros-z record` wrote of a type that only the publisher's node tells of, and of a built-in one."""
    folder = tmp_path_factory.mktemp("recorded")
    with ros_z_py.router() as router:
        builder = ros_z_py.ZContextBuilder().with_domain_id(77).with_connect_endpoints([router.endpoint])
        with builder.build() as context, context.create_node("talker").build() as node:
            own = ros_z_py.types.add("recorded_msgs/msg/Own", OWN_TEXT)
            topics = {
                "/own": node.create_publisher("/own", own, qos={"reliability": "best_effort", "depth": 5}),
                "/imu": node.create_publisher("/imu", "sensor_msgs/msg/Imu"),
            }
            flags = ["--connect", router.endpoint, "--domain", "77", "--json"]
            recording = [ROS_Z, *flags, "record", "--all", "-o", folder / "bag", "--limit", "20"]
            with subprocess.Popen(recording, stdout=subprocess.PIPE, env=environment()) as process:
                for publisher in topics.values():
                    assert publisher.wait_for_subscriber(timeout=DEADLINE)
                for number in range(10):
                    topics["/own"].publish(own(samples=[number, 0.5], label=f"own {number}"))
                    topics["/imu"].publish({"orientation": {"w": number / 7}})
                output, _ = process.communicate(timeout=DEADLINE)
                assert process.returncode == 0
    assert json.loads(output.splitlines()[-1])["messages"] == 20
    return folder / "bag"


def test_a_type_known_on_the_network_only_opens_in_mcap_ros2_support(recorded):
    file = recorded / "bag_0.mcap"
    lines, errors = cat(file)
    assert not errors
    theirs = list(decoded(file))
    assert len(theirs) == len(lines) == 20
    for (schema, channel, record, message), line in zip(theirs, lines, strict=True):
        assert (channel.topic, schema.name) == (line["topic"], line["type"])
        assert (record.log_time, record.publish_time) == (line["log_time"], line["publish_time"])
        assert same(message, line["message"]), line
    changed = {**lines[0]["message"], next(iter(lines[0]["message"])): None}
    assert not same(theirs[0][-1], changed) and not same(theirs[0][-1], {})
    assert {line["message"]["label"] for line in lines if line["topic"] == "/own"} == {f"own {n}" for n in range(10)}
    with file.open("rb") as stream:
        reader = make_reader(stream)
        assert reader.get_header().profile == "ros2"
        channels = {channel.topic: channel for channel in reader.get_summary().channels.values()}
        assert [metadata.name for metadata in reader.iter_metadata()] == ["rosbag2"]
    assert channels["/own"].metadata["topic_type_hash"] == ros_z_py.types.hash("recorded_msgs/msg/Own")
    assert "reliability: best_effort" in channels["/own"].metadata["offered_qos_profiles"]


@pytest.mark.parametrize("name", ["", "bag_0.mcap"])
def test_it_opens_in_rosbags(recorded, name):
    lines, errors = cat(recorded / name if name else recorded)
    assert not errors
    with AnyReader([recorded / name if name else recorded]) as reader:
        assert reader.message_count == 20
        found = {topic: (info.msgtype, info.msgcount) for topic, info in reader.topics.items()}
        assert found == {
            "/own": ("recorded_msgs/msg/Own", 10),
            "/imu": ("sensor_msgs/msg/Imu", 10),
            "/rosout": ("rcl_interfaces/msg/Log", 0),
            "/parameter_events": ("rcl_interfaces/msg/ParameterEvent", 0),
        }
        theirs = [(c.topic, t, reader.deserialize(data, c.msgtype)) for c, t, data in reader.messages()]
    theirs.sort(key=lambda each: each[:2])
    lines.sort(key=lambda line: (line["topic"], line["log_time"]))
    for (topic, log_time, message), line in zip(theirs, lines, strict=True):
        assert (topic, log_time) == (line["topic"], line["log_time"])
        assert same(message, line["message"]), line


def test_the_metadata_is_that_of_rosbag2(recorded):
    with Reader(recorded) as reader:
        assert (reader.message_count, reader.ros_distro) == (20, "jazzy")
        own = next(connection for connection in reader.connections if connection.topic == "/own")
        assert own.digest == ros_z_py.types.hash("recorded_msgs/msg/Own")
        (qos,) = own.ext.offered_qos_profiles
        assert (qos.reliability.name, qos.depth, qos.history.name) == ("BEST_EFFORT", 5, "KEEP_LAST")


def recordings():
    if not CORPUS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"there are no recordings in {CORPUS}"))]
    paths = sorted((CORPUS / "recordings").rglob("*"))
    known = [path for path in paths if path.name.removesuffix(".zstd").endswith((".mcap", ".db3"))]
    return [pytest.param(path, id=path.name) for path in known]


def unpacked(path, folder):
    """Of a file that is packed as a whole, one that is not."""
    if path.suffix != ".zstd":
        return path
    plain = folder / path.stem
    with path.open("rb") as source, plain.open("wb") as target:
        zstandard.ZstdDecompressor().copy_stream(source, target)
    return plain


def read_mcap(path):
    for _, channel, record, message in decoded(path):
        yield channel.topic, record.log_time, message


def read_database(path):
    """With the texts that it has; nothing of topics that it has none of."""
    decoders = {}
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as database:
        topics = {row[0]: row[1:] for row in database.execute("SELECT id, name, type FROM topics")}
        try:
            rows = database.execute("SELECT topic_type, encoded_message_definition FROM message_definitions")
            texts = dict(rows)
        except sqlite3.OperationalError:
            texts = {}
        query = "SELECT topic_id, timestamp, data FROM messages ORDER BY timestamp, id"
        for topic_id, log_time, data in database.execute(query):
            topic, name = topics[topic_id]
            if name not in decoders:
                text = texts.get(name)
                decoders[name] = generate_dynamic(name, text)[name] if text else None
            yield topic, log_time, decoders[name](data) if decoders[name] else None


@pytest.mark.parametrize("path", recordings())
def test_public_recordings_have_the_values_that_mcap_ros2_support_reads(path, tmp_path):
    file = unpacked(path, tmp_path)
    lines, _ = cat(path)
    theirs = list(read_mcap(file) if file.suffix == ".mcap" else read_database(file))
    if len(lines) < len(theirs):
        # Of some types there is neither a text in the recording nor a built-in one: `cat` says so.
        known = {line["topic"] for line in lines}
        theirs = [each for each in theirs if each[0] in known]
    assert len(lines) == len(theirs)
    for (topic, log_time, message), line in zip(theirs, lines, strict=True):
        assert (topic, log_time) == (line["topic"], line["log_time"])
        assert message is None or same(message, line["message"]), line


def write_images(path, megabytes):
    """Images of a megabyte, compressed as recorders do."""
    with path.open("wb") as stream:
        writer = McapWriter(stream, compression=CompressionType.NONE)
        writer.start("ros2")
        schema = writer.register_schema("my_msgs/msg/Blob", "ros2msg", b"uint8[] data")
        channel = writer.register_channel("/blob", "cdr", schema)
        payload = b"\0\1\0\0" + (1 << 20).to_bytes(4, "little") + bytes(1 << 20)
        for number in range(megabytes):
            writer.add_message(channel, number, payload, number)
        writer.finish()


# In a process of its own: the memory of a new process counts that of the one it was forked from.
MEASURE = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


def peak_memory(arguments):
    """The most memory that the command had, in bytes."""
    command = [sys.executable, "-S", "-c", MEASURE, ROS_Z, *map(str, arguments)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment())
    return int(ran.stdout) * (1 if sys.platform == "darwin" else 1024)


def test_memory_is_flat_over_a_long_recording(tmp_path):
    write_images(tmp_path / "short.mcap", 4)
    write_images(tmp_path / "long.mcap", 100)
    short, long = (peak_memory(["cat", tmp_path / name]) for name in ["short.mcap", "long.mcap"])
    assert long < short + (8 << 20), (short, long)
    assert long < 64 << 20
