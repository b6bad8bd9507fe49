"""Goals a second through one action server, feedback at 1 kHz, and what many goals leave behind.

    .venv/bin/python benches/python/actions.py [goals]

Each change of a goal's state is told with the states of all goals that are known, as in ROS, so that it matters for how
long results are kept. Zenoh holds a few hundred bytes of each call until the time of the call would have been up.

Server and client are in two contexts of this process, behind a router in it: the CPU time is that of all three.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import threading
import time
from pathlib import Path

import ros_z_py
from ros_z_py import GoalStatus
from ros_z_py.example_interfaces.action import Fibonacci

GOALS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
AT_ONCE = 100
FEEDBACK = 1000
LONG = 20.0


def left() -> tuple[int, int, int]:
    """Threads, open files and resident kilobytes of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    threads = len(list(Path("/proc/self/task").iterdir()))
    return threads, len(os.listdir("/proc/self/fd")), pages * resource.getpagesize() // 1024  # noqa: PTH208


def serve(server: ros_z_py.ZActionServer) -> None:
    """Reaches goals until the server is closed."""
    try:
        while (request := server.recv_goal()) is not None:
            request.accept_and_execute().succeed({"sequence": [request.goal.order]})
    except ros_z_py.RosZError as error:
        if error.kind != "closed":
            raise


def run(client: ros_z_py.ZActionClient, count: int) -> None:
    """So many goals, a hundred under way at once, each with its result."""
    for first in range(0, count, AT_ONCE):
        orders = range(first, min(first + AT_ONCE, count))
        goals = [client.send_goal_async({"order": order}, timeout=LONG) for order in orders]
        results = [goal.result(LONG).get_result_async(timeout=LONG) for goal in goals]
        for order, result in zip(orders, results, strict=True):
            status, outcome = result.result(LONG)
            assert status is GoalStatus.SUCCEEDED, f"{status.name}: the result was kept for too short a time"
            assert list(outcome.sequence) == [order]


def goals(contexts: list[ros_z_py.ZContext], kept: float) -> None:
    with (
        contexts[0].create_node("server").build() as node,
        node.create_action_server("fibonacci", Fibonacci, result_timeout=kept) as server,
        contexts[1].create_node("client").build() as other,
    ):
        client = other.create_action_client("fibonacci", Fibonacci)
        assert client.wait_for_server(timeout=LONG)
        threading.Thread(target=serve, args=[server]).start()
        run(client, AT_ONCE)
        idle = threading.Event()
        while server.known_goals:
            idle.wait(0.05)
        before, start, spent = left(), time.monotonic(), time.process_time()
        run(client, GOALS)
        took, spent = time.monotonic() - start, time.process_time() - spent
        while server.known_goals:
            idle.wait(0.05)
        after = left()
        rate, each = GOALS / took, spent / GOALS * 1e6
        print(f"{GOALS} goals, {AT_ONCE} at once, kept for {kept} s: {rate:.0f} a second, {each:.0f} us of CPU each")
        for what, had, has in zip(("threads", "open files", "resident KB"), before, after, strict=True):
            print(f"  {what}: {had} before, {has} after")


def feedback(contexts: list[ros_z_py.ZContext]) -> None:
    heard: list[int] = []
    done = threading.Event()

    def hear(message: Fibonacci.Feedback) -> None:
        heard.append(message.sequence[0])
        if len(heard) == FEEDBACK:
            done.set()

    with (
        contexts[0].create_node("server").build() as node,
        node.create_action_server("ticks", Fibonacci) as server,
        contexts[1].create_node("client").build() as other,
    ):
        client = other.create_action_client("ticks", Fibonacci)
        assert client.wait_for_server(timeout=LONG)
        call = client.send_goal_async({"order": 1}, feedback_callback=hear, timeout=LONG)
        goal = server.recv_goal(timeout=LONG).accept_and_execute()
        assert call.result(LONG).accepted
        start, pause = time.monotonic(), threading.Event()
        for number in range(FEEDBACK):
            pause.wait(max(0.0, start + number * 1e-3 - time.monotonic()))
            goal.publish_feedback({"sequence": [number]})
        took = time.monotonic() - start
        assert done.wait(LONG) and heard == list(range(FEEDBACK))
        goal.succeed()
        print(f"{FEEDBACK} messages of feedback at {FEEDBACK / took:.0f} Hz: none lost")


def main() -> None:
    with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
        builder = ros_z_py.ZContextBuilder().with_domain_id(9).with_connect_endpoints([router.endpoint])
        contexts = [builder.build(), builder.build()]
        for kept in (0.3, 10.0):
            goals(contexts, kept)
        feedback(contexts)
        for context in contexts:
            context.close()


main()
