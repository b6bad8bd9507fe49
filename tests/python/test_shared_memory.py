"""Publishing through shared memory: what takes which way, loans, full pools, and what goes away meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import ros_z_py
from process import DEADLINE, Process
from ros_z_py import sensor_msgs, std_msgs

KEEP_ALL = {"history": "keep_all"}
BLOBS = std_msgs.UInt8MultiArray


@pytest.fixture
def build(domain):
    """Makes contexts that are linked directly, the first with shared memory to publish through."""
    contexts, endpoint = [], None

    def build(*, shared=False, **settings):
        nonlocal endpoint
        builder = ros_z_py.ZContextBuilder().with_domain_id(domain)
        if endpoint is None:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                endpoint = f"tcp/127.0.0.1:{probe.getsockname()[1]}"
            builder = builder.with_listen_endpoints([endpoint]).with_connect_endpoints([])
        else:
            builder = builder.with_connect_endpoints([endpoint])
        if shared:
            builder = builder.with_shm_enabled()
        for name, value in settings.items():
            builder = getattr(builder, f"with_shm_{name}")(value)
        contexts.append(builder.build())
        return contexts[-1]

    yield build
    for context in reversed(contexts):
        context.close()


def pair(context, other, message_type=BLOBS, *, topic="/topic", **options):
    subscriber = other.create_node("in").build().create_subscriber(topic, message_type, qos=KEEP_ALL, **options)
    publisher = context.create_node("out").build().create_publisher(topic, message_type, qos=KEEP_ALL)
    assert publisher.wait_for_subscriber(timeout=10)
    return publisher, subscriber


def test_receivers_need_nothing(build):
    publisher, subscriber = pair(build(shared=True), build())
    for size in (600, 5000, 3_000_000):
        publisher.publish({"data": bytes(size)})
        view = subscriber.recv(timeout=10).data
        # Small ones are copied out of shared memory as well: they would hold a whole piece of it.
        assert (view.is_zero_copy, view.is_valid, len(view)) == (size > 4096, True, size)


def test_who_is_told_not_to_read_shared_memory_gets_the_bytes_over_the_network(build):
    publisher, subscriber = pair(build(shared=True), build(enabled=False))
    data = os.urandom(300_000)
    publisher.publish({"data": data})
    view = subscriber.recv(timeout=10).data
    assert not view.is_zero_copy and view == data


def test_nothing_is_shared_unless_it_is_asked_for(build):
    publisher, subscriber = pair(build(), build())
    publisher.publish({"data": bytes(300_000)})
    assert not subscriber.recv(timeout=10).data.is_zero_copy
    with publisher.loan(10_000) as loan:
        assert not loan.is_shared


def test_the_threshold_decides(build):
    publisher, subscriber = pair(build(shared=True, threshold=100_000), build())
    for size, is_shared in [(99_000, False), (101_000, True)]:
        publisher.publish({"data": bytes(size)})
        assert subscriber.recv(timeout=10).data.is_zero_copy is is_shared


@pytest.mark.parametrize(
    ("variables", "is_shared"),
    [
        ({"ZENOH_CONFIG_OVERRIDE": "transport/shared_memory/enabled=true"}, True),
        ({"ZENOH_CONFIG_OVERRIDE": "transport/shared_memory/enabled=false"}, False),
        (
            {
                "ZENOH_CONFIG_OVERRIDE": "transport/shared_memory/enabled=true",
                "ZENOH_SHM_MESSAGE_SIZE_THRESHOLD": "262144",
            },
            False,
        ),
        (
            {"ZENOH_CONFIG_OVERRIDE": "transport/shared_memory/enabled=true", "ZENOH_SHM_ALLOC_SIZE": "65536"},
            False,
        ),
        ({"ZENOH_SHM_ALLOC_SIZE": "65536"}, False),
    ],
)
def test_the_variables_of_rmw_zenoh_are_honoured(build, monkeypatch, variables, is_shared):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    context = build()
    for name in variables:
        monkeypatch.delenv(name)
    publisher, subscriber = pair(context, build())
    publisher.publish({"data": bytes(200_000)})
    assert subscriber.recv(timeout=10).data.is_zero_copy is is_shared


def test_a_loan_is_read_where_it_was_written(build):
    publisher, subscriber = pair(build(shared=True), build(), sensor_msgs.Image)
    with publisher.loan_message(height=4, width=100, encoding="mono16", step=200, data=80_000) as loan:
        assert loan.is_shared
        pixels = np.asarray(loan.message.data)
        assert pixels.flags.writeable and not pixels.flags.owndata
        pixels.view(np.uint16)[:] = np.arange(40_000, dtype=np.uint16)
    message = subscriber.recv(timeout=10)
    assert (message.height, message.width, message.encoding) == (4, 100, "mono16")
    assert message.data.is_zero_copy
    assert np.array_equal(np.asarray(message.data).view(np.uint16), np.arange(40_000, dtype=np.uint16))
    # Two mappings of the same memory: what is still written shows, which is why it must not be.
    pixels[0] = 77
    assert message.data[0] == 77


def test_after_publishing_no_new_view_can_be_written_to(build):
    publisher, subscriber = pair(build(shared=True), build())
    loan = publisher.loan_message({"data": 5000})
    assert not memoryview(loan.message.data).readonly
    memoryview(loan.data)[-1] = 9
    loan.publish()
    assert loan.is_closed and memoryview(loan.message.data).readonly
    assert not np.asarray(loan.message.data).flags.writeable
    assert subscriber.recv(timeout=10).data[-1] == 9
    with pytest.raises(ros_z_py.RosZError, match="published or given up already") as caught:
        loan.publish()
    assert caught.value.kind == "closed"


def test_a_loan_of_bytes_is_a_payload(build):
    publisher, subscriber = pair(build(shared=True), build(), std_msgs.String)
    payload = ros_z_py.encode(std_msgs.String(data="in place"))
    loan = publisher.loan(len(payload))
    assert len(loan) == len(payload) and loan.message is None
    memoryview(loan.data)[:] = payload
    loan.publish()
    assert subscriber.recv(timeout=10).data == "in place"


def test_an_exception_gives_a_loan_up(build):
    publisher, subscriber = pair(build(shared=True), build())

    def fail():
        with publisher.loan_message(data=5000):
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail()
    publisher.publish({"data": b"next"})
    assert subscriber.recv(timeout=10).data == b"next"


def test_arrays_of_every_kind_can_be_lent(build):
    members = ["string name", "float64[] a", "int16[3] b", "uint8[<=9] c", "bool[] d", "Part[] parts"]
    ros_z_py.types.add("lent_msgs/msg/Part", "float32[] samples\n")
    ros_z_py.types.add("lent_msgs/msg/All", "\n".join(members))
    publisher, subscriber = pair(build(shared=True), build(), "lent_msgs/msg/All")
    with publisher.loan_message(name="n", a=2, b=3, c=4, d=2, parts=[{"samples": 1}, {"samples": [2.5]}]) as loan:
        message = loan.message
        for array, values in [(message.a, [0.5, 1.5]), (message.b, [-1, 2, 3]), (message.c, [1, 2, 3, 4])]:
            np.asarray(array)[:] = values
        np.asarray(message.parts[0].samples)[:] = 8.0
        assert message.d == [False, False]
    received = subscriber.recv(timeout=10)
    assert (received.name, received.a, received.b, received.c) == ("n", [0.5, 1.5], [-1, 2, 3], [1, 2, 3, 4])
    assert [part.samples for part in received.parts] == [[8.0], [2.5]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"data": -1}, "data: this cannot be the number of items"),
        ({"data": 2**64}, "data: this cannot be the number of items"),
        ({"data": 2**40}, "data: "),
        ({"data": "text"}, "data: "),
        ({"dato": 3}, "no field is named `dato`"),
        ({"layout": {"data_offset": 2**40}}, "layout.data_offset: "),
    ],
)
def test_a_wrong_loan_is_refused_with_its_path(build, fields, message):
    publisher, _ = pair(build(shared=True), build())
    with pytest.raises(ros_z_py.RosZError) as caught:
        publisher.loan_message(**fields)
    assert message in str(caught.value)
    with pytest.raises(ros_z_py.ArgumentError, match="not both"):
        publisher.loan_message({"data": 1}, data=1)


def test_an_empty_payload_needs_no_memory(build):
    publisher, subscriber = pair(build(shared=True, threshold=0, when_full="block"), build(), output="raw")
    publisher.publish_raw(b"")
    assert subscriber.recv(timeout=10) == b""
    assert len(publisher.loan(0)) == 0


def test_an_integer_is_no_array_where_nothing_is_lent(build):
    publisher, _ = pair(build(shared=True), build())
    with pytest.raises(ros_z_py.SerializationError, match="expected a list, got int"):
        publisher.publish({"data": 5})


def wait_for_room(publisher, length):
    """The transport may still hold what a receiver let go of, for a moment."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        try:
            with publisher.loan(length) as loan:
                is_shared = loan.is_shared
                loan.close()
        except ros_z_py.RosZError:
            is_shared = False
        if is_shared:
            return
    pytest.fail(f"no room for {length} bytes")


def test_a_full_pool_copies(build):
    publisher, subscriber = pair(build(shared=True, pool_size=1_000_000), build())
    held = []
    for number in range(4):
        publisher.publish({"data": bytes([number]) * 400_000})
        held.append(subscriber.recv(timeout=10).data)
    assert [view.is_zero_copy for view in held] == [True, True, False, False]
    assert [view[0] for view in held] == [0, 1, 2, 3]
    held.clear()
    wait_for_room(publisher, 950_000)
    publisher.publish({"data": bytes(900_000)})
    assert subscriber.recv(timeout=10).data.is_zero_copy


def test_a_full_pool_fails(build):
    publisher, subscriber = pair(build(shared=True, pool_size=1_000_000, when_full="fail"), build())
    publisher.publish({"data": bytes(600_000)})
    held = subscriber.recv(timeout=10)
    with pytest.raises(ros_z_py.RosZError, match="too much for what is left of the shared memory of 1000000 bytes"):
        publisher.publish({"data": bytes(600_000)})
    with pytest.raises(ros_z_py.RosZError, match="larger than the shared memory of 1000000 bytes"):
        publisher.loan(1_000_001)
    del held
    wait_for_room(publisher, 1_000_000)
    publisher.publish({"data": bytes(999_000)})
    assert subscriber.recv(timeout=10).data.is_zero_copy


def test_a_full_pool_blocks_until_a_receiver_lets_go(build):
    publisher, subscriber = pair(build(shared=True, pool_size=1_000_000, when_full="block"), build())
    publisher.publish({"data": bytes(600_000)})
    held = [subscriber.recv(timeout=10)]
    sent = threading.Event()

    def publish():
        publisher.publish({"data": b"\x05" * 600_000})
        sent.set()

    thread = threading.Thread(target=publish)
    thread.start()
    assert not sent.wait(timeout=0.2)
    held.clear()
    assert sent.wait(timeout=10)
    thread.join()
    assert subscriber.recv(timeout=10).data[0] == 5
    with pytest.raises(ros_z_py.RosZError, match="larger than the shared memory"):
        publisher.publish({"data": bytes(2_000_000)})


def test_ctrl_c_ends_the_wait_for_memory(build):
    publisher, _ = pair(build(shared=True, pool_size=1_000_000, when_full="block"), build())
    loan = publisher.loan(900_000)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    main = threading.main_thread().ident
    timer = threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            publisher.publish({"data": bytes(600_000)})
    finally:
        signal.signal(signal.SIGINT, before)
    loan.close()


@pytest.mark.parametrize("size", [1 << 45, 1 << 62])
def test_a_pool_larger_than_the_machines_is_refused(build, size):
    with pytest.raises(ros_z_py.ArgumentError, match=f"shared-memory pool of {size} bytes cannot be had: ") as caught:
        build(shared=True, pool_size=size)
    if Path("/dev/shm").is_dir():
        assert "/dev/shm has " in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pool_size", 0, "pool_size"),
        ("when_full", "wait", 'expected "copy", "block" or "fail", not "wait"'),
    ],
)
def test_a_senseless_setting_is_refused(build, name, value, message):
    with pytest.raises(ros_z_py.ArgumentError, match=message):
        build(shared=True, **{name: value})


def test_a_part_of_a_received_message_goes_out_as_that_part(build):
    """Zenoh takes a part of a slice of shared memory for all of it, if it is let."""
    first, second = build(shared=True), build(shared=True, threshold=1 << 30)
    publisher, subscriber = pair(first, second)
    back, home = pair(second, first, topic="/back")
    data = os.urandom(500_000)
    publisher.publish({"data": data})
    view = subscriber.recv(timeout=10).data
    assert view.is_zero_copy
    for part, expected in [(view, data), (memoryview(view)[100_000:300_000], data[100_000:300_000])]:
        back.publish({"data": part})
        assert home.recv(timeout=10).data == expected
    raw = ros_z_py.encode(std_msgs.UInt8MultiArray(data=data))
    back.publish_raw(memoryview(raw))
    assert home.recv(timeout=10).data == data


def test_a_whole_message_goes_on_through_shared_memory_as_it_lies(build):
    first, second = build(shared=True), build(shared=True)
    publisher, subscriber = pair(first, second, output="raw")
    back, home = pair(second, first, topic="/back", output="raw")
    publisher.publish({"data": b"\x07" * 500_000})
    received = subscriber.recv(timeout=10)
    back.publish_raw(received)
    echoed = home.recv(timeout=10)
    assert echoed.is_zero_copy and echoed == received


RECEIVER = """
import sys
import ros_z_py
from ros_z_py import std_msgs

endpoint, domain = sys.argv[1:]
with ros_z_py.ZContextBuilder().with_domain_id(int(domain)).with_connect_endpoints([endpoint]).build() as context:
    subscriber = context.create_node("r").build().create_subscriber("/t", std_msgs.UInt8MultiArray, qos={"depth": 1})
    print("ready", flush=True)
    held = subscriber.recv(timeout=20).data
    print("held", held.is_zero_copy, flush=True)
    for line in sys.stdin:
        print(set(bytes(held)), held.is_valid, flush=True)
"""

SENDER = """
import sys
import ros_z_py
from ros_z_py import std_msgs

endpoint, domain = sys.argv[1:]
builder = ros_z_py.ZContextBuilder().with_domain_id(int(domain)).with_listen_endpoints([endpoint])
with builder.with_connect_endpoints([]).with_shm_enabled().with_shm_pool_size(1_000_000).build() as context:
    publisher = context.create_node("s").build().create_publisher("/t", std_msgs.UInt8MultiArray)
    print("ready", flush=True)
    assert publisher.wait_for_subscriber(timeout=20)
    for line in sys.stdin:
        value, size = map(int, line.split())
        publisher.publish({"data": bytes([value]) * size})
        print("sent", flush=True)
"""


@pytest.fixture
def two_processes(domain):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"tcp/127.0.0.1:{probe.getsockname()[1]}"
    sender, receiver = Process.of(SENDER, endpoint, domain), Process.of(RECEIVER, endpoint, domain)
    yield sender, receiver
    sender.kill()
    receiver.kill()


def test_memory_that_a_stopped_receiver_holds_is_not_taken_back(two_processes):
    sender, receiver = two_processes
    sender.tell("1 400000")
    assert receiver.next() == "held True"
    sender.expect("sent")
    receiver.process.send_signal(signal.SIGSTOP)
    # Long enough for Zenoh to hold the receiver for dead; the time is what is tested.
    threading.Event().wait(1.0)
    for value in range(2, 60):
        sender.tell(f"{value} 400000")
        sender.expect("sent")
    receiver.process.send_signal(signal.SIGCONT)
    receiver.tell("look")
    assert receiver.next().startswith("{1} ")


def test_a_view_outlives_the_process_that_shared_it(two_processes):
    sender, receiver = two_processes
    sender.tell("1 400000")
    assert receiver.next() == "held True"
    sender.process.kill()
    sender.process.wait(timeout=10)
    receiver.tell("look")
    assert receiver.next().startswith("{1} ")


def test_a_segment_that_is_gone_before_it_is_read_costs_that_message_only(router, domain):
    """The receiver sleeps while the message comes, and its sender and the memory are gone when it wakes."""
    builder = ros_z_py.ZContextBuilder().with_domain_id(domain).with_connect_endpoints([router.endpoint])
    receiver = Process.of(RECEIVER, router.endpoint, domain)
    try:
        with builder.with_shm_enabled().build() as sender:
            publisher = sender.create_node("s").build().create_publisher("/t", BLOBS)
            assert publisher.wait_for_subscriber(timeout=10)
            receiver.process.send_signal(signal.SIGSTOP)
            publisher.publish({"data": b"\x01" * 400_000})
        receiver.process.send_signal(signal.SIGCONT)
        with builder.with_shm_enabled(False).build() as other:
            publisher = other.create_node("o").build().create_publisher("/t", BLOBS)
            assert publisher.wait_for_subscriber(timeout=10)
            publisher.publish({"data": b"\x02" * 400_000})
            assert receiver.next().startswith("held")
            receiver.tell("look")
            assert receiver.next().split()[0] in ("{1}", "{2}")
    finally:
        receiver.kill()
