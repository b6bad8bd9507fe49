"""Copies are counted, not timed: where views lie, what memory is needed at most, and what held views still show."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import socket
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

import ros_z_py
from process import DEADLINE, Process
from ros_z_py import sensor_msgs, std_msgs

KEEP_ALL = {"history": "keep_all"}
PASSING = 10_000
# More of either by hand: how long a receiver is stopped, and how long it holds a view.
STOPPED_S = float(os.environ.get("STOPPED_SECONDS", "1"))
HELD_S = float(os.environ.get("HELD_SECONDS", "0"))


def address(buffer) -> int:
    return np.frombuffer(buffer, np.uint8).__array_interface__["data"][0]


def pair(context, other, message_type=std_msgs.UInt8MultiArray, **options):
    subscriber = other.create_node("in").build().create_subscriber("/topic", message_type, qos=KEEP_ALL, **options)
    publisher = context.create_node("out").build().create_publisher("/topic", message_type, qos=KEEP_ALL)
    assert publisher.wait_for_subscriber(timeout=10)
    return publisher, subscriber


def test_within_a_process_a_view_lies_in_the_bytes_that_were_published(context):
    publisher, subscriber = pair(context, context)
    payload = ros_z_py.encode(std_msgs.UInt8MultiArray(data=bytes(range(256)) * 400))
    publisher.publish_raw(payload)
    view = subscriber.recv(timeout=10).data
    assert view.is_zero_copy and view.is_valid
    assert address(view) == address(payload) + len(payload) - len(view)


def test_raw_views_go_out_as_they_lie_too(context):
    publisher, subscriber = pair(context, context, output="raw")
    payload = ros_z_py.encode(std_msgs.UInt8MultiArray(data=bytes(100_000)))
    publisher.publish_raw(payload)
    first = subscriber.recv(timeout=10)
    publisher.publish_raw(first)
    second = subscriber.recv(timeout=10)
    assert address(first) == address(second) == address(payload)


@pytest.mark.parametrize("size", [5000, 1_000_000])
def test_the_views_of_a_message_lie_in_its_payload(context, other_context, size):
    publisher, subscriber = pair(context, other_context, sensor_msgs.PointCloud2, output="raw")
    publisher.publish({"data": bytes(size), "fields": [{"name": "x"}]})
    payload = subscriber.recv(timeout=10)
    message = ros_z_py.codec("sensor_msgs/msg/PointCloud2").decode(payload)
    assert address(payload) <= address(message.data) < address(payload) + len(payload) - size + 1


def test_what_can_change_is_copied_once(context):
    publisher, subscriber = pair(context, context)
    data = bytearray(b"\x01" * 10_000)
    payload = bytearray(ros_z_py.encode(std_msgs.UInt8MultiArray(data=data)))
    publisher.publish({"data": data})
    publisher.publish_raw(payload)
    payload[-1] = 2
    data[:] = b"\x02" * len(data)
    for _ in range(2):
        assert subscriber.recv(timeout=10).data == b"\x01" * 10_000


def test_a_small_message_does_not_hold_what_it_came_in(context, other_context):
    publisher, subscriber = pair(context, other_context)
    publisher.publish({"data": b"abc" * 100})
    view = subscriber.recv(timeout=10).data
    assert not view.is_zero_copy and view == b"abc" * 100


MEASURED = """
import sys
import ros_z_py
from ros_z_py import std_msgs

endpoint, domain, job = sys.argv[1:]
KEEP_ALL = {"history": "keep_all"}

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

def reset():
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")

with ros_z_py.ZContextBuilder().with_domain_id(int(domain)).with_connect_endpoints([endpoint]).build() as context:
    node = context.create_node("measured").build()
    there = node.create_subscriber("/there", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
    back = node.create_publisher("/back", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
    assert back.wait_for_subscriber(timeout=20) and there.wait_for_publisher(timeout=20)
    print("ready", flush=True)
    data = bytes(16_000_000)
    for line in sys.stdin:
        message = there.recv(timeout=20) if job == "echo" else std_msgs.UInt8MultiArray(data=data)
        reset()
        before = peak()
        back.publish(message)
        # The other process says when all of it has come.
        sys.stdin.readline()
        print(peak() - before, flush=True)
"""


@pytest.mark.parametrize(("job", "size"), [("echo", 8_000_000), ("bytes", 16_000_000)])
def test_publishing_takes_no_memory_for_the_payload(context, router, domain, job, size):
    node = context.create_node("other").build()
    there = node.create_publisher("/there", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
    back = node.create_subscriber("/back", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
    process = Process.of(MEASURED, router.endpoint, domain, job)
    try:
        assert there.wait_for_subscriber(timeout=20)
        grown_kb = []
        # The first one fills the queues of the transport.
        for _ in range(3):
            process.tell("")
            if job == "echo":
                there.publish({"data": bytes(size)})
            assert len(back.recv(timeout=20).data) == size
            process.tell("")
            grown_kb.append(int(process.next()))
        assert grown_kb[-1] < 1000, grown_kb
    finally:
        process.kill()


HOLDING = """
import hashlib
import os
import sys
import ros_z_py
from ros_z_py import std_msgs

endpoint, count, seconds = sys.argv[1:]
builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([endpoint])
with builder.build() as context:
    node = context.create_node("holding").build()
    subscriber = node.create_subscriber("/blobs", std_msgs.UInt8MultiArray, qos={"history": "keep_all"})
    print("ready", flush=True)
    held = subscriber.recv(timeout=20).data
    digest = hashlib.sha256(held).hexdigest()
    print(digest, flush=True)
    for number in range(int(count)):
        message = subscriber.recv(timeout=60)
        assert message.data[:8] == number.to_bytes(8, "little"), number
        if number == 100:
            print("stop me", flush=True)
            sys.stdin.readline()
    # Nothing comes any more: this is how long the view is held.
    assert subscriber.recv(timeout=float(seconds)) is None
    print(hashlib.sha256(held).hexdigest(), held.is_zero_copy, flush=True)
"""


def listening(transport: str, folder: str) -> str:
    if transport == "unixsock":
        return f"unixsock-stream/{folder}/link"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("transport", ["tcp", "unixsock", "memory"])
def test_a_held_view_keeps_its_content_while_others_pass(transport):
    """Also when the receiver was stopped for a time in which Zenoh takes memory of implicit pools back."""
    with tempfile.TemporaryDirectory() as folder:
        endpoint = listening(transport, folder)
        builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([])
        builder = builder.with_listen_endpoints([endpoint]).with_shm_enabled(transport == "memory")
        with builder.with_shm_pool_size(4_000_000).with_shm_when_full("block").build() as context:
            node = context.create_node("sending").build()
            publisher = node.create_publisher("/blobs", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
            process = Process.of(HOLDING, endpoint, PASSING, HELD_S)
            try:
                assert publisher.wait_for_subscriber(timeout=20)
                first = os.urandom(60_000)
                publisher.publish({"data": first})
                digest = process.next()
                sending = threading.Thread(target=send, args=(publisher, len(first)))
                sending.start()
                assert process.next() == "stop me"
                process.process.send_signal(signal.SIGSTOP)
                # The time is what is tested.
                threading.Event().wait(STOPPED_S)
                process.process.send_signal(signal.SIGCONT)
                process.tell("go on")
                after, is_zero_copy = process.next(DEADLINE + HELD_S).split()
                assert after == digest
                assert is_zero_copy == "True" or transport != "memory"
                sending.join(timeout=60)
            finally:
                process.kill()


def send(publisher, size):
    rest = bytes(size - 8)
    for number in range(PASSING):
        publisher.publish({"data": number.to_bytes(8, "little") + rest})


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\1\0", b"\0\1\0\0", b"\0\x63\0\0\0\0\0\0"])
def test_a_payload_that_is_none_is_refused_where_it_is_taken(context, other_context, payload):
    publisher, subscriber = pair(context, other_context, std_msgs.String)
    publisher.publish_raw(payload)
    publisher.publish({"data": "good"})
    with pytest.raises(ros_z_py.SerializationError) as caught:
        subscriber.recv(timeout=10)
    assert caught.value.type_name == "std_msgs/msg/String"
    assert subscriber.recv(timeout=10).data == "good"


def test_empty_payloads_can_be_taken_raw(context, other_context):
    publisher, subscriber = pair(context, other_context, std_msgs.String, output="raw")
    publisher.publish_raw(b"")
    assert subscriber.recv(timeout=10) == b""


def test_views_and_callbacks_survive_the_context(router, domain):
    from conftest import make_context

    seen, views = threading.Event(), []

    def keep(message):
        views.append(message.data)
        seen.set()

    context, other = make_context(router, domain), make_context(router, domain)
    publisher, subscriber = pair(context, other, callback=keep)
    publisher.publish({"data": b"kept" * 50_000})
    assert seen.wait(timeout=10)
    context.close()
    other.close()
    del publisher, subscriber
    gc.collect()
    assert views[0] == b"kept" * 50_000
    assert other.is_closed


def test_two_threads_that_receive_share_the_messages(context):
    publisher, subscriber = pair(context, context, std_msgs.String)
    received, count = [[], [], []], 3000

    def receive(mine):
        while (message := subscriber.recv(timeout=10)) is not None and message.data != "end":
            mine.append(int(message.data))

    threads = [threading.Thread(target=receive, args=(mine,)) for mine in received]
    for thread in threads:
        thread.start()
    for number in range(count):
        publisher.publish({"data": str(number)})
    for _ in threads:
        publisher.publish({"data": "end"})
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(itertools.chain(*received)) == list(range(count))
    assert all(mine == sorted(mine) for mine in received)


def test_the_buffer_protocol_as_image_libraries_use_it(context, other_context):
    publisher, subscriber = pair(context, other_context, sensor_msgs.Image)
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8)
    publisher.publish(sensor_msgs.Image(height=4, width=6, step=18, encoding="rgb8", data=pixels))
    message = subscriber.recv(timeout=10)
    shaped = memoryview(message.data).cast("B", (4, 6, 3))
    assert shaped.readonly and shaped[1, 2, 0] == 18 + 6
    array = np.asarray(message.data).reshape(4, 6, 3)
    assert not array.flags.owndata and not array.flags.writeable
    assert np.array_equal(array, pixels.reshape(4, 6, 3))
    assert np.array_equal(np.from_dlpack(message.data), pixels)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pixels")
        with file.open("wb") as out:
            assert out.write(message.data) == len(pixels)
        assert file.read_bytes() == pixels.tobytes()
