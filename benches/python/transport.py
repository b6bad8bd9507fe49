"""Round trips between two processes on loopback, ours and those of bare `eclipse-zenoh` that moves the same bytes.

Both have a session in each of two processes, linked directly. Their slices take turns; counted are time on the clock
and the CPU time of both processes.
"""

from __future__ import annotations

import json
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import zenoh

import ros_z_py
from ros_z_py import example_interfaces

SLICES = 40
SLICE_NS = 25_000_000
WARM_UP = 200
DOMAIN = 87
KEY = "raw/add_two_ints"
ATTACHMENT = struct.pack("<qqB", 1, 1_700_000_000_000_000_000, 16) + bytes(16)
REQUEST, RESPONSE = struct.Struct("<4xqq"), struct.Struct("<4xq")
HEADER = b"\0\1\0\0"


class Trips(NamedTuple):
    """Round trips of ours against the peer's, in microseconds each."""

    goal: str
    work: str
    ours_us: float
    peer_us: float
    limit: float

    @property
    def ratio(self) -> float:
        return self.ours_us / self.peer_us

    @property
    def passes(self) -> bool:
        return self.ratio <= self.limit


def free_endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{probe.getsockname()[1]}"


def raw_session(listen: list[str], connect: list[str]) -> zenoh.Session:
    config = zenoh.Config()
    settings = {
        "mode": "peer",
        "listen/endpoints": listen,
        "connect/endpoints": connect,
        "scouting/multicast/enabled": False,
    }
    for key, value in settings.items():
        config.insert_json5(key, json.dumps(value))
    return zenoh.open(config)


def our_context(listen: list[str], connect: list[str]) -> ros_z_py.ZContext:
    builder = ros_z_py.ZContextBuilder().with_domain_id(DOMAIN)
    return builder.with_listen_endpoints(listen).with_connect_endpoints(connect).build()


def serve(our_endpoint: str, raw_endpoint: str) -> None:
    """The other process: it serves, and for each line of its input it says how much CPU time it has used."""

    def add(request: example_interfaces.AddTwoInts.Request) -> example_interfaces.AddTwoInts.Response:
        return example_interfaces.AddTwoInts.Response(sum=request.a + request.b)

    def reply(query: zenoh.Query) -> None:
        a, b = REQUEST.unpack(query.payload.to_bytes())
        query.reply(KEY, HEADER + RESPONSE.pack(a + b)[4:], attachment=query.attachment)
        query.drop()

    with our_context([our_endpoint], []) as context, raw_session([raw_endpoint], []) as session:
        context.create_node("server").build().create_server("add", example_interfaces.AddTwoInts, callback=add)
        session.declare_queryable(KEY, reply, complete=True)
        print("ready", flush=True)
        for _ in sys.stdin:
            print(time.process_time_ns(), flush=True)


class Other:
    """The other process, seen from this one."""

    def __init__(self, stack: ExitStack) -> None:
        self.ours, self.raw = free_endpoint(), free_endpoint()
        command = [sys.executable, str(Path(__file__)), self.ours, self.raw]
        pipe = subprocess.PIPE
        self.process = stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
        stack.callback(self.process.kill)
        assert self.said() == "ready"

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def cpu_ns(self) -> int:
        assert self.process.stdin is not None
        print(file=self.process.stdin, flush=True)
        return int(self.said())


Call = Callable[[int, int], int]


@contextmanager
def callers() -> Iterator[tuple[Other, Call, Call]]:
    """The other process, and a call of ours and of the peer's to it."""
    with ExitStack() as stack:
        other = Other(stack)
        context = stack.enter_context(our_context([], [other.ours]))
        session = stack.enter_context(raw_session([], [other.raw]))
        client = context.create_node("client").build().create_client("add", example_interfaces.AddTwoInts)
        querier = session.declare_querier(KEY)
        assert client.wait_for_service(timeout=20)
        deadline = time.monotonic() + 20
        while not querier.matching_status.matching:
            assert time.monotonic() < deadline, "the raw queryable is not found"

        def ours(a: int, b: int) -> int:
            return client.call(example_interfaces.AddTwoInts.Request(a=a, b=b), timeout=20).sum

        def raw(a: int, b: int) -> int:
            (reply,) = querier.get(payload=HEADER + REQUEST.pack(a, b)[4:], attachment=ATTACHMENT)
            assert reply.ok is not None
            return RESPONSE.unpack(reply.ok.payload.to_bytes())[0]

        yield other, ours, raw


def spent(other: Other, call: Call, count: int) -> tuple[float, float]:
    """Microseconds a call: on the clock, and of the CPU in both processes."""
    cpu = other.cpu_ns() + time.process_time_ns()
    start = time.perf_counter_ns()
    for number in range(count):
        assert call(number, 7) == number + 7
    clock = time.perf_counter_ns() - start
    cpu = time.process_time_ns() + other.cpu_ns() - cpu
    return clock / count / 1000, cpu / count / 1000


def service_trips() -> Iterator[Trips]:
    with callers() as (other, ours, raw):
        for call in (ours, raw):
            spent(other, call, WARM_UP)
        clock_us = min(spent(other, raw, WARM_UP)[0] for _ in range(3))
        count = max(10, int(SLICE_NS / 1000 / clock_us))
        slices = [[spent(other, call, count) for call in (ours, raw)] for _ in range(SLICES)]
    for index, (goal, work) in enumerate([("N5", "service call, on the clock"), ("N5c", "... CPU of both ends")]):
        # The best slices of each: a busy machine disturbs both alike, and only ever makes a slice slower.
        our_us, raw_us = (statistics.mean(sorted(each[side][index] for each in slices)[:5]) for side in range(2))
        yield Trips(goal, work, our_us, raw_us, 1.1)


def measure() -> list[Trips]:
    return list(service_trips())


def print_trips(trips: list[Trips]) -> None:
    print(f"\n{'goal':<5}{'work':<32}{'ours':>12}{'eclipse-zenoh':>16}{'ratio':>8}{'goal':>8}")
    for each in trips:
        verdict = "pass" if each.passes else "FAIL"
        print(
            f"{each.goal:<5}{each.work:<32}{each.ours_us:>9.1f} us{each.peer_us:>13.1f} us"
            f"{each.ratio:>7.2f}x{each.limit:>7.2f}x  {verdict}"
        )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
    else:
        print_trips(measure())
