"""Actions under load, and with several clients: what is lost, and what is left behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path

import pytest

from process import Process
from ros_z_py import GoalStatus
from ros_z_py.example_interfaces.action import Fibonacci

# The whole scale is 10000.
GOALS = int(os.environ.get("ACTION_GOALS", "300"))
TIME = 30.0


def own(folder: str) -> int:
    return len(list(Path("/proc/self", folder).iterdir()))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")
def test_goals_leave_no_thread_or_file(context, other_context) -> None:
    node = context.create_node("server").build()
    execute = lambda goal: {"sequence": [goal.goal.order]}  # noqa: E731 - as short as users write it
    with node.create_action_server("load", Fibonacci, execute_callback=execute, result_timeout=0.1) as server:
        client = other_context.create_node("client").build().create_action_client("load", Fibonacci)
        assert client.wait_for_server(timeout=TIME)
        idle = threading.Event()

        def run(count: int) -> tuple[int, int]:
            for first in range(0, count, 50):
                orders = range(first, min(first + 50, count))
                goals = [client.send_goal_async({"order": order}, timeout=TIME) for order in orders]
                results = [goal.result(TIME).get_result_async(timeout=TIME) for goal in goals]
                ended = {result.result(TIME).status for result in results}
                assert ended <= {GoalStatus.SUCCEEDED, GoalStatus.UNKNOWN}
            while server.known_goals:
                idle.wait(0.01)
            gc.collect()
            return own("task"), own("fd")

        before = run(50)
        # Threads of callbacks end soon after their goals.
        until = time.monotonic() + TIME
        after = run(GOALS)
        while after > before and time.monotonic() < until:
            idle.wait(0.01)
            after = own("task"), own("fd")
        assert after <= before


def test_feedback_at_a_kilohertz_is_not_lost(context, other_context) -> None:
    heard: list[int] = []
    done, pause, count = threading.Event(), threading.Event(), 200

    def hear(feedback) -> None:
        heard.append(feedback.sequence[0])
        if len(heard) == count:
            done.set()

    with context.create_node("server").build().create_action_server("ticks", Fibonacci) as server:
        client = other_context.create_node("client").build().create_action_client("ticks", Fibonacci)
        assert client.wait_for_server(timeout=TIME)
        call = client.send_goal_async({"order": 1}, feedback_callback=hear, timeout=TIME)
        goal = server.recv_goal(timeout=TIME).accept_and_execute()
        assert call.result(TIME).accepted
        for number in range(count):
            pause.wait(0.001)
            goal.publish_feedback({"sequence": [number]})
        assert done.wait(TIME) and heard == list(range(count))


def test_two_clients_on_one_goal_and_the_death_of_one(context, other_context, router, domain) -> None:
    with context.create_node("server").build().create_action_server("shared", Fibonacci) as server:
        doomed = Process.of(
            """
            import sys
            import ros_z_py
            builder = ros_z_py.ZContextBuilder().with_domain_id(int(sys.argv[2]))
            node = builder.with_connect_endpoints([sys.argv[1]]).build().create_node("doomed").build()
            client = node.create_action_client("shared", "example_interfaces/action/Fibonacci")
            assert client.wait_for_server(timeout=30)
            print("ready", flush=True)
            client.send_goal({"order": 3}, goal_id=bytes(range(16)), timeout=30)
            print("accepted", flush=True)
            client.goal(bytes(range(16))).get_result()
            """,
            router.endpoint,
            domain,
        )
        goal = server.recv_goal(timeout=TIME).accept_and_execute()
        doomed.expect("accepted")
        client = other_context.create_node("client").build().create_action_client("shared", Fibonacci)
        assert client.wait_for_server(timeout=TIME)
        mine = client.goal(goal.goal_id)
        waiting = mine.get_result_async(timeout=TIME)
        doomed.kill()
        assert mine.cancel(timeout=TIME).goals_canceling == [goal.goal_id]
        assert goal.wait_for_cancel(timeout=TIME)
        goal.canceled({"sequence": [0, 1]})
        assert waiting.result(TIME).status is GoalStatus.CANCELED
        assert list(mine.get_result(timeout=TIME).result.sequence) == [0, 1]
