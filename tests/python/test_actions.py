"""Action servers and clients, from Python to Python."""

from __future__ import annotations

import asyncio
import gc
import os
import queue
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest

import ros_z_py
from ros_z_py import CancelCode, GoalStatus
from ros_z_py.example_interfaces.action import Fibonacci

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def server(context):
    with context.create_node("server").build().create_action_server("fibonacci", Fibonacci) as server:
        yield server


@pytest.fixture
def client(other_context, server):
    client = other_context.create_node("client").build().create_action_client("fibonacci", Fibonacci)
    assert client.wait_for_server(timeout=10)
    return client


def begin(server, client, **options):
    """A goal as its server and as its client have it."""
    call = client.send_goal_async(Fibonacci.Goal(order=5), timeout=10, **options)
    request = server.recv_goal(timeout=10)
    assert request.goal == Fibonacci.Goal(order=5)
    theirs = request.accept_and_execute()
    mine = call.result(timeout=10)
    assert mine.accepted is True
    assert (mine.goal_id, mine.stamp) == (theirs.goal_id, theirs.stamp)
    return theirs, mine


def test_a_goal_with_feedback_and_a_result_that_is_asked_for_twice(server, client):
    theirs, mine = begin(server, client)
    early = mine.get_result_async(timeout=10)
    theirs.publish_feedback(Fibonacci.Feedback(sequence=[0, 1]))
    theirs.publish_feedback({"sequence": [0, 1, 1]})
    assert [mine.recv_feedback(timeout=10).sequence.tolist() for _ in range(2)] == [[0, 1], [0, 1, 1]]
    assert mine.try_recv_feedback() is None and mine.recv_feedback(timeout=0) is None and mine.dropped == 0
    assert theirs.status is GoalStatus.EXECUTING and not early.done()
    theirs.succeed(Fibonacci.Result(sequence=[0, 1, 1, 2]))
    for ended in (
        early.result(timeout=10),
        mine.get_result(timeout=10),
        client.goal(mine.goal_id).get_result(timeout=10),
    ):
        assert ended.status is GoalStatus.SUCCEEDED and ended.status.is_terminal
        assert ended.result == Fibonacci.Result(sequence=[0, 1, 1, 2])
    assert server.known_goals == 1


def test_goals_are_rejected(server, client):
    for answer in (lambda request: request.reject(), lambda request: None):
        call = client.send_goal_async({"order": -1}, timeout=10)
        answer(server.recv_goal(timeout=10))
        goal = call.result(timeout=10)
        assert goal.accepted is False and goal.stamp is None
    unknown = goal.get_result(timeout=10)
    assert (unknown.status, unknown.result) == (GoalStatus.UNKNOWN, Fibonacci.Result())
    theirs, mine = begin(server, client)
    assert client.send_goal({}, goal_id=mine.goal_id, timeout=10).accepted is False
    theirs.abort()
    request = None
    call = client.send_goal_async({}, timeout=10)
    request = server.recv_goal(timeout=10)
    request.reject()
    with pytest.raises(ros_z_py.ArgumentError, match="was accepted or rejected before"):
        request.accept()
    assert call.result(timeout=10).accepted is False


def test_what_the_state_of_a_goal_does_not_allow_changes_nothing(server, client):
    call = client.send_goal_async(Fibonacci.Goal(order=5), timeout=10)
    theirs = server.recv_goal(timeout=10).accept()
    mine = call.result(timeout=10)
    with pytest.raises(
        ros_z_py.ArgumentError, match="attempted invalid transition from state ACCEPTED with event SUCCEED"
    ):
        theirs.succeed()
    theirs.execute()
    with pytest.raises(ros_z_py.ArgumentError, match="from state EXECUTING with event CANCELED"):
        theirs.canceled()
    with pytest.raises(ros_z_py.SerializationError, match="sequence"):
        theirs.succeed({"sequence": ["one"]})
    with pytest.raises(ros_z_py.SerializationError):
        theirs.publish_feedback(Fibonacci.Goal(order=1))
    assert theirs.status is GoalStatus.EXECUTING
    theirs.abort(Fibonacci.Result(sequence=[9]))
    for again in (theirs.succeed, theirs.abort, theirs.canceled, theirs.execute):
        with pytest.raises(ros_z_py.ArgumentError, match="from state ABORTED"):
            again()
    assert mine.get_result(timeout=10) == (GoalStatus.ABORTED, Fibonacci.Result(sequence=[9]))
    assert mine.cancel(timeout=10).return_code is CancelCode.GOAL_TERMINATED


def test_goals_are_cancelled_one_by_one_by_time_and_all(server, client):
    goals = [begin(server, client) for _ in range(3)]
    (one, mine), (two, _), (three, _) = goals
    assert mine.cancel(timeout=10) == (CancelCode.NONE, [mine.goal_id])
    assert one.wait_for_cancel(timeout=10) and one.is_cancel_requested
    assert not two.wait_for_cancel(timeout=0)
    assert client.cancel_before(two.stamp, timeout=10).goals_canceling == [two.goal_id]
    assert client.cancel_all(timeout=10).goals_canceling == [three.goal_id]
    for theirs, _mine in goals:
        theirs.canceled()
    assert {mine.get_result(timeout=10).status for _, mine in goals} == {GoalStatus.CANCELED}
    assert client.goal(bytes(range(16))).cancel_async(timeout=10).result(10) == (CancelCode.UNKNOWN_GOAL_ID, [])
    with pytest.raises(ros_z_py.ArgumentError, match="16 bytes, not 3"):
        client.goal(b"abc")


def test_callbacks_of_both_sides(context, other_context):
    asked = queue.Queue()

    def execute(goal):
        if goal.goal.order == 13:
            raise ValueError("thirteen")
        goal.publish_feedback({"sequence": [goal.goal.order]})
        if goal.goal.order == 99:
            assert goal.wait_for_cancel(timeout=10)
        return {"sequence": [goal.goal.order]}

    def may_cancel(goal_id):
        asked.put(goal_id)
        return asked.qsize() > 1

    context.create_node("server").build().create_action_server(
        "fibonacci",
        "example_interfaces/action/Fibonacci",
        execute_callback=execute,
        goal_callback=lambda goal: goal.order >= 0,
        cancel_callback=may_cancel,
    )
    client = other_context.create_node("client").build().create_action_client("fibonacci", output="dict", timeout=10)
    assert client.type_name == "example_interfaces/action/Fibonacci"
    assert client.send_goal({"order": -1}, timeout=10).accepted is False
    heard = queue.Queue()
    goal = client.send_goal({"order": 4}, feedback_callback=heard.put, timeout=10)
    status, result = goal.get_result(timeout=10)
    assert (status, list(result["sequence"])) == (GoalStatus.SUCCEEDED, [4])
    assert list(heard.get(timeout=10)["sequence"]) == [4]
    with pytest.raises(ros_z_py.ArgumentError, match="feedback is given to a function"):
        goal.recv_feedback(timeout=0)

    long = client.send_goal({"order": 99}, timeout=10)
    assert long.cancel(timeout=10) == (CancelCode.REJECTED, [])
    assert long.cancel(timeout=10) == (CancelCode.NONE, [long.goal_id])
    assert long.get_result(timeout=10).status is GoalStatus.CANCELED
    assert asked.qsize() == 2


def test_what_a_callback_raises_aborts_its_goal(context, monkeypatch):
    raised = queue.Queue()
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: raised.put(str(unraisable.exc_value)))

    def execute(goal):
        raise ValueError("thirteen")

    node = context.create_node("both").build()
    node.create_action_server("fibonacci", Fibonacci, execute_callback=execute)
    goal = node.create_action_client("fibonacci", Fibonacci).send_goal({}, timeout=10)
    assert goal.get_result(timeout=10).status is GoalStatus.ABORTED
    assert raised.get(timeout=10) == "thirteen"


def test_awaiting(context, other_context):
    def execute(goal):
        return Fibonacci.Result(sequence=[goal.goal.order])

    context.create_node("server").build().create_action_server("fibonacci", Fibonacci, execute_callback=execute)
    client = other_context.create_node("client").build().create_action_client("fibonacci", Fibonacci)

    async def one(order):
        goal = await client.send_goal_async(Fibonacci.Goal(order=order), timeout=20)
        status, result = await goal.get_result_async(timeout=20)
        assert status is GoalStatus.SUCCEEDED
        return result.sequence[0]

    async def all_of_them():
        return await asyncio.gather(*(one(order) for order in range(50)))

    assert asyncio.run(all_of_them()) == list(range(50))


def test_results_expire_and_times_are_up(context):
    node = context.create_node("both").build()
    server = node.create_action_server("fibonacci", Fibonacci, result_timeout=0)
    client = node.create_action_client("fibonacci", Fibonacci)
    theirs, mine = begin(server, client)
    for ask in (mine.get_result, lambda timeout: mine.get_result_async(timeout).result(10)):
        with pytest.raises(ros_z_py.TimeoutError):
            ask(0.01)
    theirs.succeed({"sequence": [1]})
    assert mine.get_result(timeout=10).status is GoalStatus.UNKNOWN
    assert server.known_goals == 0


def test_the_end_of_a_server_is_heard_of(server, client):
    theirs, mine = begin(server, client)
    result = mine.get_result_async()
    # It has arrived when a later request is answered.
    assert client.goal(bytes(16)).get_result(timeout=10).status is GoalStatus.UNKNOWN
    server.close()
    with pytest.raises(ros_z_py.RosZError, match="ended without a response"):
        result.result(timeout=10)
    for use in (theirs.succeed, theirs.wait_for_cancel, server.recv_goal):
        with pytest.raises(ros_z_py.RosZError) as caught:
            use()
        assert caught.value.kind == "closed"
    client.close()
    with pytest.raises(ros_z_py.RosZError) as caught:
        mine.get_result(timeout=10)
    assert caught.value.kind == "closed"


def test_a_goal_that_is_let_go_of_is_aborted(server, client):
    theirs, mine = begin(server, client)
    del theirs
    gc.collect()
    assert mine.get_result(timeout=10).status is GoalStatus.ABORTED


def test_a_thousand_goals_leave_nothing_behind(context):
    ended = []

    class Callback:
        def __call__(self, feedback):
            pass

    node = context.create_node("both").build()
    with node.create_action_server(
        "fibonacci", Fibonacci, execute_callback=lambda goal: {"sequence": [goal.goal.order]}, result_timeout=0.05
    ) as server:
        client = node.create_action_client("fibonacci", Fibonacci)
        callback = Callback()
        for order in range(100):
            goals = [
                client.send_goal_async({"order": order}, feedback_callback=callback, timeout=20) for _ in range(10)
            ]
            results = [goal.result(20).get_result_async(timeout=20) for goal in goals]
            ended += [result.result(20).status for result in results]
        gone = weakref.ref(callback)
        del callback, goals, results
        gc.collect()
        assert gone() is None
        assert set(ended) <= {GoalStatus.SUCCEEDED, GoalStatus.UNKNOWN} and len(ended) == 1000
        idle = threading.Event()
        while server.known_goals:
            idle.wait(0.01)
    assert not [thread for thread in Path("/proc/self/task").iterdir() if "goal " in comm(thread)]


def comm(thread):
    try:
        return (thread / "comm").read_text()
    except FileNotFoundError:
        return ""


@pytest.mark.parametrize("given", [Fibonacci.Goal, ros_z_py.std_msgs.String, "std_msgs/String", 7])
def test_what_is_no_action_is_refused(context, given):
    node = context.create_node("node").build()
    for create in (node.create_action_client, node.create_action_server):
        with pytest.raises((TypeError, ros_z_py.UnknownTypeError), match="action"):
            create("fibonacci", given)


def test_callbacks_that_make_no_sense_are_refused(context):
    node = context.create_node("node").build()
    with pytest.raises(ros_z_py.ArgumentError, match="goal_callback needs execute_callback"):
        node.create_action_server("fibonacci", Fibonacci, goal_callback=bool)
    with pytest.raises(ros_z_py.ArgumentError, match="timeout"):
        node.create_action_server("fibonacci", Fibonacci, result_timeout=-1)


def start(role, router, domain, *options):
    command = [sys.executable, EXAMPLES / "action_demo.py", "-r", role, "-e", router.endpoint, *options]
    environment = {**os.environ, "ROS_DOMAIN_ID": str(domain)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("options", [[], ["--cancel-after", "2"]])
def test_the_example_in_two_processes(router, domain, options):
    server, client = (
        start("server", router, domain, "-c", "1"),
        start("client", router, domain, "--order", "5", *options),
    )
    (said, complaints), served = client.communicate(timeout=60), server.communicate(timeout=60)
    assert complaints == ""
    lines = said.splitlines()
    assert lines[0] == "so far [0, 1, 1]"
    if options:
        assert "cancel: none" in lines and lines[-1].startswith("canceled: [0, 1, 1, 2")
        assert served == ("canceled 5\n", "") and client.returncode == 1
    else:
        assert lines[-1] == "succeeded: [0, 1, 1, 2, 3, 5]"
        assert served == ("succeeded 5\n", "") and (server.returncode, client.returncode) == (0, 0)


def test_goals_are_stamped_with_the_clock_of_their_node(context, other_context):
    simulated = context.create_node("server").with_parameter_overrides({"use_sim_time": True}).build()
    clock = other_context.create_node("simulator").build().create_publisher("/clock", "rosgraph_msgs/Clock")
    assert clock.wait_for_subscriber(timeout=10)
    clock.publish({"clock": {"sec": 42}})
    assert simulated.get_clock().sleep_until(ros_z_py.builtin_interfaces.Time(sec=42))
    with simulated.create_action_server("fibonacci", Fibonacci) as server:
        client = other_context.create_node("client").build().create_action_client("fibonacci", Fibonacci)
        assert client.wait_for_server(timeout=10)
        theirs, mine = begin(server, client)
        assert mine.stamp == ros_z_py.builtin_interfaces.Time(sec=42)
        assert client.cancel_before({"sec": 41}, timeout=10).return_code == CancelCode.NONE
        assert client.cancel_before({"sec": 42}, timeout=10).goals_canceling == [mine.goal_id]
        assert theirs.wait_for_cancel(timeout=10)


def test_what_would_have_to_be_awaited_decides_nothing(context, other_context, monkeypatch):
    node, decided, raised = context.create_node("server").build(), [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: raised.append(str(report.exc_value)))

    async def later(_goal):
        decided.append(_goal)
        return False

    def execute(goal):
        return {"sequence": [goal.goal.order]}

    for name in ("goal_callback", "cancel_callback", "execute_callback"):
        with pytest.raises(TypeError, match=r"expected a plain function, got .*, which would have to be awaited"):
            node.create_action_server("no", Fibonacci, **{"execute_callback": execute, name: later})
    with node.create_action_server(
        "fibonacci", Fibonacci, execute_callback=execute, goal_callback=lambda goal: later(goal)
    ):
        client = other_context.create_node("client").build().create_action_client("fibonacci", Fibonacci)
        assert client.wait_for_server(timeout=10)
        with pytest.warns(match="was never awaited"):
            goal = client.send_goal({}, timeout=10)
        assert goal.accepted is False
    assert not decided and len(raised) == 1 and "which is not awaited" in raised[0]


def test_a_goal_may_be_cancelled_before_it_begins(server, client):
    call = client.send_goal_async({}, timeout=10)
    theirs = server.recv_goal(timeout=10).accept()
    assert call.result(timeout=10).cancel(timeout=10).return_code == CancelCode.NONE
    theirs.execute()
    assert theirs.status is GoalStatus.CANCELING
    theirs.canceled()


def test_feedback_goes_on_while_a_result_is_waited_for(server, client):
    heard = queue.Queue()
    call = client.send_goal_async(Fibonacci.Goal(order=5), feedback_callback=heard.put, timeout=10)
    theirs = server.recv_goal(timeout=10).accept_and_execute()
    ended = call.result(timeout=10).get_result_async(timeout=10)
    del call
    gc.collect()
    for number in range(5):
        theirs.publish_feedback({"sequence": [number]})
        assert heard.get(timeout=10).sequence.tolist() == [number]
    theirs.succeed()
    assert ended.result(timeout=10).status is GoalStatus.SUCCEEDED


def test_arguments_that_make_no_sense_are_refused(server, client):
    zeros = bytes(16)
    for act in (lambda: client.send_goal({}, goal_id=zeros), lambda: client.goal(zeros).cancel()):
        with pytest.raises(ros_z_py.ArgumentError, match="it stands for all of them"):
            act()
    with pytest.raises(TypeError, match="expected a function to call, got 3"):
        client.send_goal({}, feedback_callback=3)
    for stamp in (None, 0, 1.5, "now", {"sec": "x"}):
        with pytest.raises(TypeError, match="expected a time, as a builtin_interfaces/Time or a dict, got"):
            client.cancel_before(stamp)
    assert server.try_recv_goal() is None
