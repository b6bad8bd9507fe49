"""Large messages: through shared memory against TCP, what receiving costs by size, and what memory is kept."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import links
from links import Other, Trips, our_context

from ros_z_py import sensor_msgs, std_msgs

KEEP_ALL = {"history": "keep_all"}
MEGABYTES = [1, 8]
STREAM_MB = 64
"""How much is sent in a row; the receiver answers the last message with how many it had."""
SIZES = {"1 kB": 1000, "64 kB": 64_000, "1 MB": 1_000_000, "16 MB": 16_000_000}
SAMPLES = 12
HELD, PASSED = 1000, 10_000
PAGE = 4096


def serve(tcp: str, shared: str) -> None:
    """The other process: it counts images, and sends what it is asked for."""
    with our_context([tcp], []) as over_tcp, our_context([shared], [], shared_memory=True) as over_memory:
        for name, context in [("tcp", over_tcp), ("memory", over_memory)]:
            node = context.create_node("server").build()
            threading.Thread(target=count, args=(node, name == "memory"), daemon=True).start()
            threading.Thread(target=send, args=(node,), daemon=True).start()
        links.say_cpu_time()


def count(node: Any, is_shared: bool) -> None:
    images = node.create_subscriber("images", sensor_msgs.Image, qos=KEEP_ALL)
    counted = node.create_publisher("counted", std_msgs.UInt32, qos=KEEP_ALL)
    seen = 0
    for message in images:
        seen += 1
        assert message.data.is_zero_copy == is_shared
        assert message.data[0] == 7 and message.data[-1] == 7
        if message.is_bigendian:  # marks the last one
            counted.publish({"data": seen})
            seen = 0


def send(node: Any) -> None:
    asked = node.create_subscriber("asked", std_msgs.UInt64MultiArray, qos=KEEP_ALL)
    blobs = node.create_publisher("blobs", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
    sent = node.create_publisher("sent", std_msgs.Empty, qos=KEEP_ALL)
    for message in asked:
        number, size = message.data
        data = bytes(size)
        for _ in range(number):
            blobs.publish({"data": data})
        sent.publish({})


class Link:
    """One way to the other process."""

    def __init__(self, stack: ExitStack, endpoint: str, *, shared_memory: bool) -> None:
        context = stack.enter_context(our_context([], [endpoint], shared_memory=shared_memory))
        node = context.create_node("client").build()
        self.images = node.create_publisher("images", sensor_msgs.Image, qos=KEEP_ALL)
        self.counted = node.create_subscriber("counted", std_msgs.UInt32, qos=KEEP_ALL)
        self.ask = node.create_publisher("asked", std_msgs.UInt64MultiArray, qos=KEEP_ALL)
        self.blobs = node.create_subscriber("blobs", std_msgs.UInt8MultiArray, qos=KEEP_ALL)
        self.sent = node.create_subscriber("sent", std_msgs.Empty, qos=KEEP_ALL)
        for publisher in (self.images, self.ask):
            assert publisher.wait_for_subscriber(timeout=links.PATIENCE_S)
        for subscriber in (self.counted, self.blobs, self.sent):
            assert subscriber.wait_for_publisher(timeout=links.PATIENCE_S)

    def stream(self, megabytes: int) -> Callable[[int], None]:
        """Sends images, and waits until all have come."""
        data, number = b"\x07" * (megabytes * 1_000_000), STREAM_MB // megabytes
        last = {"data": data, "is_bigendian": 1}

        def stream(_: int) -> None:
            for _ in range(number - 1):
                self.images.publish(sensor_msgs.Image(data=data))
            self.images.publish(last)
            assert self.counted.recv(timeout=links.PATIENCE_S).data == number

        return stream

    def receiving_us(self, size: int) -> float:
        """Microseconds of `try_recv` where messages of that size are there."""
        self.ask.publish({"data": [SAMPLES, size]})
        # It is sent behind them, and comes behind them.
        assert self.sent.recv(timeout=links.PATIENCE_S) is not None
        messages, times = [], []
        for _ in range(SAMPLES):
            start = time.perf_counter_ns()
            message = self.blobs.try_recv()
            times.append(time.perf_counter_ns() - start)
            messages.append(message)
        assert all(len(message.data) == size for message in messages)
        return min(times) / 1000


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE / 1e6


def kept_mb(link: Link) -> Iterator[tuple[str, float]]:
    """By how much the process grows: while small messages are held, and when many have passed."""

    def receive(number: int) -> list[Any]:
        link.ask.publish({"data": [number, 64]})
        messages = [link.blobs.recv(timeout=links.PATIENCE_S) for _ in range(number)]
        assert link.sent.recv(timeout=links.PATIENCE_S) is not None
        return messages

    receive(PASSED)
    before = resident_mb()
    held = receive(HELD)
    yield f"{HELD} messages of 64 bytes, held", resident_mb() - before
    del held
    receive(PASSED)
    before = resident_mb()
    for _ in range(3):
        receive(PASSED)
    yield f"{3 * PASSED} of them, received and dropped", resident_mb() - before


def measure() -> list[Trips]:
    with ExitStack() as stack:
        other = Other(stack, str(Path(__file__)), sessions=2)
        tcp, memory = (
            Link(stack, endpoint, shared_memory=shared)
            for endpoint, shared in zip(other.endpoints, (False, True), strict=True)
        )
        rows = []
        for megabytes in MEGABYTES:
            ours, peer = links.rivalry(other, memory.stream(megabytes), tcp.stream(megabytes))
            scale = 1000 * (STREAM_MB // megabytes)
            work = f"image of {megabytes} MB, shared memory"
            rows.append(Trips("N6", work, ours.clock / scale, "our TCP", peer.clock / scale, 0.2, "ms"))
        (first, smallest), *others = [(name, tcp.receiving_us(size)) for name, size in SIZES.items()]
        rows += [Trips("N7", f"try_recv of {name}", us, f"of {first}", smallest, 1.5) for name, us in others]
        rows += [Trips("N8", work, mb, "bound", 1.0, 1.0, "MB") for work, mb in kept_mb(tcp)]
        return rows


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
    else:
        links.print_trips(measure())
