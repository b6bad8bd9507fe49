"""Programs that were written for `rclpy.action`, over this package."""

from __future__ import annotations

import threading
import time

import pytest

import ros_z_py
from ros_z_py import GoalStatus, rclpy
from ros_z_py.example_interfaces.action import Fibonacci
from ros_z_py.rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from ros_z_py.rclpy.action.server import ServerGoalHandle
from ros_z_py.rclpy.executors import MultiThreadedExecutor
from ros_z_py.rclpy.node import Node

LONG = 20


@pytest.fixture
def node(context):
    with rclpy.init(context=context):
        yield rclpy.create_node("robot")


class Computer(Node):
    """As in the tutorial of ROS."""

    def __init__(self) -> None:
        super().__init__("computer")
        self.threads: set[str] = set()
        self.server = ActionServer(self, Fibonacci, "fibonacci", self.execute, goal_callback=self.decide)

    def decide(self, goal) -> GoalResponse:
        self.threads.add(threading.current_thread().name)
        return GoalResponse.ACCEPT if goal.order > 0 else GoalResponse.REJECT

    def execute(self, goal_handle):
        self.threads.add(threading.current_thread().name)
        feedback = Fibonacci.Feedback()
        feedback.sequence = [0, 1]
        for number in range(1, goal_handle.request.order):
            feedback.sequence = [*feedback.sequence, feedback.sequence[number] + feedback.sequence[number - 1]]
            goal_handle.publish_feedback(feedback)
        goal_handle.succeed()
        return Fibonacci.Result(sequence=feedback.sequence)


class Asker(Node):
    """As in the tutorial of ROS."""

    def __init__(self) -> None:
        super().__init__("asker")
        self.client = ActionClient(self, Fibonacci, "fibonacci")
        self.heard: list[object] = []
        self.threads: set[str] = set()

    def send_goal(self, order: int) -> None:
        assert self.client.wait_for_server(LONG) and self.client.server_is_ready()
        future = self.client.send_goal_async(Fibonacci.Goal(order=order), feedback_callback=self.on_feedback)
        future.add_done_callback(self.on_response)

    def on_feedback(self, feedback_msg) -> None:
        self.threads.add(threading.current_thread().name)
        assert len(feedback_msg.goal_id.uuid) == 16
        self.heard.append(list(feedback_msg.feedback.sequence))

    def on_response(self, future) -> None:
        self.threads.add(threading.current_thread().name)
        goal_handle = future.result()
        if not goal_handle.accepted:
            self.heard.append("rejected")
            return
        goal_handle.get_result_async().add_done_callback(self.on_result)

    def on_result(self, future) -> None:
        self.threads.add(threading.current_thread().name)
        status, result = future.result().status, future.result().result
        self.heard.append((status, list(result.sequence)))
        rclpy.shutdown()


def test_the_tutorial(context) -> None:
    with rclpy.init(context=context):
        computer, asker = Computer(), Asker()
        asker.send_goal(-1)
        executor = rclpy.get_global_executor()
        executor.add_node(computer)
        while not asker.heard:
            rclpy.spin_once(asker, timeout_sec=LONG)
        asker.send_goal(3)
        rclpy.spin(asker)
    assert asker.heard[0] == "rejected"
    assert asker.heard[-1] == (GoalStatus.STATUS_SUCCEEDED, [0, 1, 1, 2])
    assert [0, 1, 1] in asker.heard and [0, 1, 1, 2] in asker.heard
    assert asker.threads == computer.threads == {threading.current_thread().name}


def outcome(node, server_arguments, handles=None):
    """The state and the result of a goal, and the answer to the wish that it ends early; ``handles`` wait for that."""
    ActionServer(node, Fibonacci, "f", **server_arguments)
    client = ActionClient(node, Fibonacci, "f")
    sent = client.send_goal_async(Fibonacci.Goal(order=1))
    rclpy.spin_until_future_complete(node, sent, timeout_sec=LONG)
    goal, answer = sent.result(0), None
    if handles:
        asked = goal.cancel_goal_async()
        rclpy.spin_until_future_complete(node, asked, timeout_sec=LONG)
        answer = asked.result(0)
        handles[0].execute()
    done = goal.get_result_async()
    rclpy.spin_until_future_complete(node, done, timeout_sec=LONG)
    return done.result(0).status, list(done.result(0).result.sequence), answer


def fails(goal_handle):
    raise KeyError("mine")


def aborts(goal_handle):
    goal_handle.abort()
    assert not goal_handle.is_active and goal_handle.status == GoalStatus.ABORTED
    with pytest.raises(ros_z_py.ArgumentError, match="the goal has ended already: it is ABORTED"):
        goal_handle.succeed()
    return Fibonacci.Result(sequence=[7])


def succeeds_with(goal_handle):
    with pytest.raises(ros_z_py.ArgumentError, match="was not asked to end early"):
        goal_handle.canceled()
    goal_handle.succeed(Fibonacci.Result(sequence=[8]))


async def is_a_coroutine(goal_handle):
    goal_handle.succeed()
    return Fibonacci.Result(sequence=[9])


@pytest.mark.parametrize(
    ("execute", "status", "sequence", "logged"),
    [
        (fails, GoalStatus.ABORTED, [], "the callback of a goal of /f failed: Traceback"),
        (lambda goal: Fibonacci.Result(sequence=[6]), GoalStatus.ABORTED, [6], "set no state; it is aborted"),
        (aborts, GoalStatus.ABORTED, [7], None),
        (succeeds_with, GoalStatus.SUCCEEDED, [8], None),
        (is_a_coroutine, GoalStatus.SUCCEEDED, [9], None),
    ],
)
def test_goals_end_as_callbacks_say(node, caplog, execute, status, sequence, logged) -> None:
    assert outcome(node, {"execute_callback": execute}) == (status, sequence, None)
    assert [record.message for record in caplog.records if logged is None] == []
    assert logged is None or logged in caplog.text


def test_a_goal_may_be_executed_later_and_canceled(node) -> None:
    handles: list[ServerGoalHandle] = []

    def execute(goal_handle):
        assert goal_handle.is_cancel_requested
        goal_handle.canceled()
        assert not goal_handle.is_cancel_requested
        return Fibonacci.Result(sequence=[1])

    def decide(goal_handle):
        assert goal_handle is handles[0] and goal_handle.is_active
        return CancelResponse.ACCEPT

    arguments = {"execute_callback": execute, "handle_accepted_callback": handles.append, "cancel_callback": decide}
    status, sequence, answer = outcome(node, arguments, handles)
    assert (status, sequence) == (GoalStatus.CANCELED, [1])
    assert answer.return_code == 0 and len(answer.goals_canceling) == 1


def test_without_a_callback_for_it_nothing_is_canceled(node) -> None:
    handles: list[ServerGoalHandle] = []
    arguments = {"execute_callback": is_a_coroutine, "handle_accepted_callback": handles.append}
    status, _, answer = outcome(node, arguments, handles)
    assert status == GoalStatus.SUCCEEDED and answer.goals_canceling == []


def test_a_goal_may_be_canceled_while_it_is_carried_out_on_several_threads(node) -> None:
    begun = threading.Event()

    def execute(goal_handle):
        begun.set()
        assert goal_handle.goal.wait_for_cancel(LONG)
        goal_handle.canceled()
        return Fibonacci.Result()

    ActionServer(node, Fibonacci, "f", execute, cancel_callback=lambda goal: CancelResponse.ACCEPT)
    client, executor = ActionClient(node, Fibonacci, "f"), MultiThreadedExecutor(3)
    sent = client.send_goal_async(Fibonacci.Goal(order=1))
    sent.add_done_callback(lambda done: begun.wait(LONG) and done.result().cancel_goal_async())
    rclpy.spin_until_future_complete(node, sent, executor, timeout_sec=LONG)
    result = sent.result(0).get_result_async()
    rclpy.spin_until_future_complete(node, result, executor, timeout_sec=LONG)
    assert result.result(0).status == GoalStatus.CANCELED


def test_what_a_goal_callback_does_wrong_comes_out_of_spin_and_rejects_the_goal(node) -> None:
    ActionServer(node, Fibonacci, "f", is_a_coroutine, goal_callback=lambda goal: True)
    sent = ActionClient(node, Fibonacci, "f").send_goal_async({"order": 1})
    with pytest.raises(TypeError, match="the goal callback of /f must return a GoalResponse, not True"):
        rclpy.spin_until_future_complete(node, sent, timeout_sec=LONG)
    assert not sent.result(LONG).accepted
    with pytest.raises(TypeError, match="the callback of an action must be callable, not None"):
        ActionServer(node, Fibonacci, "g", None)


def test_goals_that_nobody_spins_for_are_rejected(node) -> None:
    server = ActionServer(node, Fibonacci, "f", is_a_coroutine)
    assert server._depth == 1000
    server._depth = 1
    client = ActionClient(node, Fibonacci, "f")
    sent = [client.send_goal_async({"order": number}) for number in range(2)]
    assert not sent[0].result(LONG).accepted and len(server._waiting) == 1
    rclpy.spin_until_future_complete(node, sent[1], timeout_sec=LONG)
    assert sent[1].result(0).accepted


def test_a_server_that_is_destroyed_answers_who_waits(node) -> None:
    server = ActionServer(
        node,
        Fibonacci,
        "f",
        is_a_coroutine,
        handle_accepted_callback=lambda goal: None,
        cancel_callback=lambda goal: pytest.fail("nothing spins"),
    )
    client = ActionClient(node, Fibonacci, "f")
    sent = client.send_goal_async({"order": 1})
    rclpy.spin_until_future_complete(node, sent, timeout_sec=LONG)
    asked = sent.result(0).cancel_goal_async()
    while not server._waiting:
        assert not asked.done()
    result = sent.result(0).get_result_async()
    server.destroy()
    with pytest.raises(ros_z_py.RosZError):
        result.result(LONG)
    assert asked.exception(LONG) is not None or asked.result(0).goals_canceling == []
    client.destroy()


def test_calls_that_wait(node) -> None:
    node.node.create_action_server("f", Fibonacci, execute_callback=lambda goal: {"sequence": [goal.goal.order]})
    client = ActionClient(node, Fibonacci, "f")
    assert client.send_goal(Fibonacci.Goal(order=4)).result.sequence.tolist() == [4]
    goal = client.send_goal_async(Fibonacci.Goal(order=5)).result(LONG)
    assert goal.get_result().status == GoalStatus.SUCCEEDED
    assert goal.cancel_goal().goals_canceling == [] and goal.stamp.sec > 0
    # States come on a topic of their own, which may be later than the result.
    deadline = time.monotonic() + LONG
    while "SUCCEEDED" not in repr(goal):
        assert time.monotonic() < deadline, goal
