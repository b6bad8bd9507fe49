"""Mixed load for as long as wanted: small, large and very large messages between two processes, each to a subscriber
that takes all of them and to a slow one.

`python load.py --seconds 600` fails where a message is lost, a drop is not counted, or memory grows.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import links
from links import Other, our_context, until

from ros_z_py import sensor_msgs

KEEP_ALL = {"history": "keep_all"}
KEEP_LAST = {"depth": 3}
PAGE = 4096
GROWTH_MB = 128
"""By how much more may be in use at the end than after a fifth: at times a dozen of the largest are under way."""
SLOWNESS = 5
"""The slow subscriber takes one message in so many periods."""


class Flow(NamedTuple):
    """Messages of one size, so many a second."""

    topic: str
    size: int
    hertz: int


FLOWS = [Flow("small", 64, 1000), Flow("large", 1_000_000, 100), Flow("huge", 8_000_000, 10)]


class Taker:
    """A subscriber with a thread that takes its messages."""

    def __init__(self, node: Any, flow: Flow, qos: dict[str, Any], pause_s: float) -> None:
        self.subscriber = node.create_subscriber(flow.topic, sensor_msgs.Image, qos=qos)
        self.flow, self.pause_s = flow, pause_s
        self.taken, self.numbers_are_in_order, self.last, self.ended = 0, True, 0, threading.Event()
        threading.Thread(target=self.take, daemon=True).start()

    def take(self) -> None:
        for message in self.subscriber:
            number = message.height
            assert len(message.data) == self.flow.size
            self.taken += 1
            self.numbers_are_in_order &= number > self.last
            self.last = number
            if message.is_bigendian:  # marks the last one
                self.ended.set()
            if self.pause_s:
                self.ended.wait(self.pause_s)

    def report(self) -> dict[str, Any]:
        return {"taken": self.taken, "dropped": self.subscriber.dropped, "in_order": self.numbers_are_in_order}


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def receive(endpoint: str) -> None:
    """The other process. It answers each line of its input with what it has seen so far."""
    with our_context([endpoint], [], shared_memory=True) as context:
        node = context.create_node("receiver").build()
        takers = {flow.topic: [Taker(node, flow, KEEP_ALL, 0.0)] for flow in FLOWS}
        for flow in FLOWS:
            takers[flow.topic].append(Taker(node, flow, KEEP_LAST, SLOWNESS / flow.hertz))
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "end":
                for both in takers.values():
                    for taker in both:
                        taker.ended.wait(links.PATIENCE_S)
            reports = {topic: [taker.report() for taker in both] for topic, both in takers.items()}
            seen = {"mb": resident_mb(), "cpu_s": time.process_time(), "takers": reports}
            print(json.dumps(seen), flush=True)


def send(publisher: Any, flow: Flow, ends_at: float, report: Callable[[str, int], None]) -> None:
    """Publishes in time; what was late is made up for at once."""
    data, number, begun = bytes(flow.size), 0, time.monotonic()
    pause = threading.Event()
    is_last = False
    while not is_last:
        number += 1
        next_at = begun + number / flow.hertz
        is_last = next_at >= ends_at
        publisher.publish(sensor_msgs.Image(height=number, data=data, is_bigendian=int(is_last)))
        pause.wait(max(0.0, next_at - time.monotonic()))
    report(flow.topic, number)


def ask(other: Other, line: str) -> dict[str, Any]:
    assert other.process.stdin is not None and other.process.stdout is not None
    print(line, file=other.process.stdin, flush=True)
    answer: dict[str, Any] = json.loads(other.process.stdout.readline())
    return answer


def run(seconds: float, *, shared_memory: bool) -> dict[str, Any]:
    with ExitStack() as stack:
        other = Other(stack, str(Path(__file__)), sessions=1)
        context = stack.enter_context(our_context([], other.endpoints, shared_memory=shared_memory))
        node = context.create_node("sender").build()
        publishers = [node.create_publisher(flow.topic, sensor_msgs.Image, qos=KEEP_ALL) for flow in FLOWS]
        until(lambda: all(node.count_subscribers(publisher.topic) == 2 for publisher in publishers))
        assert all(publisher.wait_for_subscriber(timeout=links.PATIENCE_S) for publisher in publishers)
        sent: dict[str, int] = {}
        begun = time.monotonic()
        threads = [
            threading.Thread(target=send, args=(publisher, flow, begun + seconds, sent.__setitem__))
            for publisher, flow in zip(publishers, FLOWS, strict=True)
        ]
        for thread in threads:
            thread.start()
        threads[0].join(timeout=seconds / 5)
        early = [resident_mb(), ask(other, "so far")["mb"]]
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - begun
        end = ask(other, "end")
        late = [resident_mb(), end["mb"]]
        return {
            "seconds": seconds,
            "sent": sent,
            "takers": end["takers"],
            "mb": {"early": early, "late": late},
            "cpu": [time.process_time() / seconds, end["cpu_s"] / seconds],
        }


def faults(result: dict[str, Any]) -> list[str]:
    """What is not as it must be."""
    found = []
    for topic, (whole, slow) in result["takers"].items():
        sent = result["sent"][topic]
        if (whole["taken"], whole["dropped"]) != (sent, 0):
            found.append(f"{topic}: {sent} sent, {whole['taken']} taken by the subscriber that keeps all")
        if slow["taken"] + slow["dropped"] != sent:
            found.append(f"{topic}: {sent} sent, but {slow['taken']} taken and {slow['dropped']} dropped")
        if not (whole["in_order"] and slow["in_order"]):
            found.append(f"{topic}: out of order")
        if slow["dropped"] == 0:
            found.append(f"{topic}: the slow subscriber was not slow")
    for name, early, late in zip(("sender", "receiver"), *result["mb"].values(), strict=True):
        if late - early > GROWTH_MB:
            found.append(f"the {name} has grown from {early:.0f} to {late:.0f} MB")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--shared-memory", action="store_true")
    arguments = parser.parse_args()
    result = run(arguments.seconds, shared_memory=arguments.shared_memory)
    print(f"{result['seconds']:.1f} s, cores used: sender {result['cpu'][0]:.2f}, receiver {result['cpu'][1]:.2f}")
    for topic, (whole, slow) in result["takers"].items():
        print(
            f"{topic:<6} sent {result['sent'][topic]:>7}   kept all {whole['taken']:>7}   "
            f"kept last {slow['taken']:>7} and dropped {slow['dropped']:>7}"
        )
    (sender, receiver), (sender_late, receiver_late) = result["mb"]["early"], result["mb"]["late"]
    print(
        f"MB, after a fifth and at the end: sender {sender:.0f}, {sender_late:.0f}; "
        f"receiver {receiver:.0f}, {receiver_late:.0f}"
    )
    for fault in (found := faults(result)):
        print(f"FAULT {fault}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main()) if len(sys.argv) != 2 or sys.argv[1].startswith("-") else receive(sys.argv[1])
