"""Two processes on this machine: sessions of ours and of bare `eclipse-zenoh`, and what measures their rivalry."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import NamedTuple

import zenoh

import ros_z_py

DOMAIN = 87
SLICES = 40
SLICE_NS = 25_000_000
PATIENCE_S = 30


class Trips(NamedTuple):
    """What ours takes against what a peer takes."""

    goal: str
    work: str
    ours: float
    peer_name: str
    peer: float
    limit: float
    unit: str = "us"

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    @property
    def passes(self) -> bool:
        return self.ratio <= self.limit


def print_trips(trips: list[Trips]) -> None:
    print(f"\n{'goal':<5}{'work':<42}{'ours':>13}{'peer':>13}{'ratio':>8}{'goal':>8}")
    for each in trips:
        verdict = "pass" if each.passes else "FAIL"
        print(
            f"{each.goal:<5}{each.work:<42}{each.ours:>10.2f} {each.unit}{each.peer:>10.2f} {each.unit}"
            f"{each.ratio:>7.2f}x{each.limit:>7.2f}x  {verdict}  {each.peer_name}"
        )


def free_endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{probe.getsockname()[1]}"


def raw_session(listen: list[str], connect: list[str], *, shared_memory: bool = False) -> zenoh.Session:
    config = zenoh.Config()
    settings = {
        "mode": "peer",
        "listen/endpoints": listen,
        "connect/endpoints": connect,
        "scouting/multicast/enabled": False,
        "transport/shared_memory/enabled": shared_memory,
    }
    for key, value in settings.items():
        config.insert_json5(key, json.dumps(value))
    return zenoh.open(config)


def our_context(listen: list[str], connect: list[str], *, shared_memory: bool = False) -> ros_z_py.ZContext:
    builder = ros_z_py.ZContextBuilder().with_domain_id(DOMAIN).with_shm_enabled(shared_memory)
    builder = builder.with_shm_pool_size(256 << 20).with_shm_when_full("block")
    return builder.with_listen_endpoints(listen).with_connect_endpoints(connect).build()


def say_cpu_time() -> None:
    """What the other process does in its main thread: for each line of its input it says how much CPU it has used."""
    print("ready", flush=True)
    for _ in sys.stdin:
        print(time.process_time_ns(), flush=True)


class Other:
    """The other process, seen from this one. It runs `script` with endpoints for its sessions to listen on."""

    def __init__(self, stack: ExitStack, script: str, sessions: int) -> None:
        self.endpoints = [free_endpoint() for _ in range(sessions)]
        pipe = subprocess.PIPE
        command = [sys.executable, script, *self.endpoints]
        self.process = stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
        stack.callback(self.process.kill)
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def cpu_ns(self) -> int:
        assert self.process.stdin is not None
        print(file=self.process.stdin, flush=True)
        return int(self._said())


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "the other process is not found"


class Spent(NamedTuple):
    """Microseconds a trip: on the clock, and of the CPU in both processes."""

    clock: float
    cpu: float


def spent(other: Other, trip: Callable[[int], object], count: int) -> Spent:
    cpu = other.cpu_ns() + time.process_time_ns()
    start = time.perf_counter_ns()
    for number in range(count):
        trip(number)
    clock = time.perf_counter_ns() - start
    cpu = time.process_time_ns() + other.cpu_ns() - cpu
    return Spent(clock / count / 1000, cpu / count / 1000)


def rivalry(other: Other, ours: Callable[[int], object], peer: Callable[[int], object]) -> tuple[Spent, Spent]:
    """What a trip of each costs: the mean of its best slices. They take turns, so that a busy machine disturbs both
    alike, and it only ever makes a slice slower."""
    for trip in (ours, peer):
        spent(other, trip, 1)
    clock = min(spent(other, peer, 10).clock for _ in range(5))
    count = max(1, int(SLICE_NS / 1000 / clock))
    slices = [(spent(other, ours, count), spent(other, peer, count)) for _ in range(SLICES)]

    def best(side: int) -> Spent:
        return Spent(*(statistics.mean(sorted(each[side][kind] for each in slices)[:5]) for kind in (0, 1)))

    return best(0), best(1)
