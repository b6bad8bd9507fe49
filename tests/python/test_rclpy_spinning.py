"""What spinning promises, as rclpy does: nobody starves, callbacks may be coroutines, groups keep them apart."""

from __future__ import annotations

import asyncio
import threading

import pytest

import ros_z_py
from ros_z_py import rclpy, std_msgs
from ros_z_py.example_interfaces import AddTwoInts
from ros_z_py.rclpy.callback_groups import MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from ros_z_py.rclpy.exceptions import ROSInterruptException
from ros_z_py.rclpy.executors import ExternalShutdownException, MultiThreadedExecutor, SingleThreadedExecutor
from ros_z_py.rclpy.task import Future
from ros_z_py.rclpy.wait_for_message import wait_for_message

LONG = 20


@pytest.fixture
def started(context):
    with rclpy.init(context=context):
        yield context


def test_a_timer_that_is_always_due_leaves_room_for_others(started) -> None:
    node, other = rclpy.create_node("busy"), rclpy.create_node("other")
    executor = SingleThreadedExecutor()
    ran: list[str] = []
    one = node.create_subscription(std_msgs.Int8, "a", lambda msg: ran.append("one"), 1)
    two = other.create_subscription(std_msgs.Int8, "a", lambda msg: ran.append("two"), 1)

    def tick() -> None:
        ran.append("tick")
        one._put(std_msgs.Int8())
        two._put(std_msgs.Int8())

    node.create_timer(0.0, tick)
    for each in (node, other):
        executor.add_node(each)
    for _ in range(30):
        executor.spin_once(LONG)
    assert min(ran.count(name) for name in ("tick", "one", "two")) >= 7


def test_callbacks_run_in_the_order_of_their_reasons(started) -> None:
    node = rclpy.create_node("orderly")
    ran: list[str] = []
    names = ("c", "a", "b")
    subscriptions = {
        name: node.create_subscription(std_msgs.String, name, lambda msg: ran.append(msg.data), 9) for name in names
    }
    for text in ("a1", "b1", "a2", "c1", "a3"):
        subscriptions[text[0]]._put(std_msgs.String(data=text))
    node.create_timer(0.0, lambda: (ran.append("late"), node.timers[0].cancel()))
    for _ in range(6):
        rclpy.spin_once(node, timeout_sec=LONG)
    assert ran == ["a1", "b1", "a2", "c1", "a3", "late"]


def test_a_callback_may_await_what_others_bring(started) -> None:
    node = rclpy.create_node("awaiting")
    inner = node.create_client(AddTwoInts, "inner")

    async def relay(request, response):
        return await inner.call_async(request)

    node.create_service(AddTwoInts, "outer", relay)
    node.create_service(AddTwoInts, "inner", lambda request, response: {"sum": request.a + request.b})
    future = node.create_client(AddTwoInts, "outer").call_async({"a": 1, "b": 2})
    rclpy.spin_until_future_complete(node, future, timeout_sec=LONG)
    assert future.result(0).sum == 3

    async def wrong() -> None:
        node.timers[0].cancel()
        await AsIsForeign()

    node.create_timer(0.0, wrong)
    with pytest.raises(TypeError, match=r"a callback can await futures of ros_z_py\.rclpy, not 'foreign'"):
        rclpy.spin_once(node, timeout_sec=LONG)


class AsIsForeign:
    """Awaits what belongs to another loop."""

    def __await__(self):
        yield "foreign"


def test_an_exception_of_a_coroutine_comes_out_of_spin(started) -> None:
    node, gate = rclpy.create_node("failing"), Future()

    async def fail(msg) -> None:
        await gate
        raise KeyError("late")

    subscription = node.create_subscription(std_msgs.Int8, "a", fail, 1)
    subscription._put(std_msgs.Int8())
    rclpy.spin_once(node, timeout_sec=LONG)
    gate.set_result(None)
    with pytest.raises(KeyError, match="late"):
        rclpy.spin_once(node, timeout_sec=LONG)


def test_what_is_done_with_a_result_is_done_where_it_spins(started) -> None:
    node = rclpy.create_node("results")
    node.node.create_server("sum", AddTwoInts, callback=lambda request: {"sum": request.a})
    future = node.create_client(AddTwoInts, "sum").call_async({"a": 4})
    threads: list[str] = []
    future.add_done_callback(lambda done: threads.append(f"{threading.current_thread().name}: {done.result().sum}"))
    # It is done before, and the function waits for who spins.
    assert future.result(LONG).sum == 4 and threads == []
    rclpy.spin_once(node, timeout_sec=LONG)
    assert threads == [f"{threading.current_thread().name}: 4"]

    async def ask() -> int:
        return (await node.clients[0].call_async({"a": 5})).sum

    assert asyncio.run(ask()) == 5
    unanswered = node.create_client(AddTwoInts, "nobody").call_async({})
    assert unanswered.cancel() and unanswered.cancelled()


def test_tasks(started) -> None:
    node, executor = rclpy.create_node("tasks"), SingleThreadedExecutor()
    with executor.having(node):
        assert node.executor is executor

        async def add(a: int, *, b: int) -> int:
            return a + b

        task = executor.create_task(add, 1, b=2)
        executor.spin_until_future_complete(task, LONG)
        assert task.result(0) == 3
        failing = executor.create_task(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            executor.spin_until_future_complete(failing, LONG)
        with pytest.raises(ZeroDivisionError):
            failing.result(0)
    assert node.executor is None


def test_several_threads_run_callbacks_of_several_groups_at_once(started) -> None:
    node, meeting = rclpy.create_node("meeting"), threading.Barrier(2, timeout=LONG)
    met = Future()

    def meet() -> None:
        if meeting.wait() == 0 and not met.done():
            met.set_result(True)
            met_often.cancel()

    met_often = node.create_timer(0.001, meet, MutuallyExclusiveCallbackGroup())
    node.create_timer(0.001, meet, ReentrantCallbackGroup()).reset()
    executor = MultiThreadedExecutor(num_threads=3)
    rclpy.spin_until_future_complete(node, met, executor, timeout_sec=LONG)
    assert met.done()
    node.destroy_node()
    meeting.abort()


def test_callbacks_of_one_group_exclude_each_other(started) -> None:
    node, done = rclpy.create_node("exclusive"), Future()
    running = threading.Lock()
    seen: list[int] = []

    def listen(msg) -> None:
        assert running.acquire(blocking=False)
        seen.append(msg.data)
        running.release()
        if len(seen) == 200:
            done.set_result(None)

    subscriptions = [node.create_subscription(std_msgs.Int8, name, listen, 100) for name in "ab"]
    for number in range(100):
        for subscription in subscriptions:
            subscription._put(std_msgs.Int8(data=number))
    executor = MultiThreadedExecutor(4)
    rclpy.spin_until_future_complete(node, done, executor, timeout_sec=LONG)
    assert sorted(seen) == sorted([*range(100)] * 2)


def test_a_callback_may_call_a_service_of_the_same_program_on_several_threads(started) -> None:
    node = rclpy.create_node("calling")
    node.create_service(AddTwoInts, "inner", lambda request, response: {"sum": 7})
    client, got = node.create_client(AddTwoInts, "inner"), Future()

    def tick() -> None:
        timer.cancel()
        got.set_result(client.call({}, timeout_sec=LONG).sum)

    timer = node.create_timer(0.0, tick, MutuallyExclusiveCallbackGroup())
    rclpy.spin_until_future_complete(node, got, MultiThreadedExecutor(2), timeout_sec=LONG)
    assert got.result(0) == 7


def test_what_goes_wrong_on_another_thread_comes_out_of_spin(started) -> None:
    node = rclpy.create_node("failing")
    node.create_timer(0.0, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rclpy.spin(node, MultiThreadedExecutor())
    node.timers[0].destroy()
    node.create_timer(0.0, rclpy.shutdown)
    with pytest.raises(ExternalShutdownException):
        rclpy.spin(node, MultiThreadedExecutor())
    with pytest.raises(ros_z_py.ArgumentError, match="an executor has at least one thread, not 0"):
        MultiThreadedExecutor(0)


def test_rates(started) -> None:
    node = rclpy.create_node("rates")
    rate = node.create_rate(1000)
    for _ in range(3):
        rate.sleep()
    assert node.timers == [] and rate.timer_period_ns == 1_000_000
    rclpy.spin_once(node, timeout_sec=0)
    slow_rate = node.create_rate(0.001)
    ends: list[BaseException] = []

    def loop() -> None:
        try:
            slow_rate.sleep()
        except ROSInterruptException as error:
            ends.append(error)

    thread = threading.Thread(target=loop)
    thread.start()
    rclpy.shutdown()
    thread.join(LONG)
    assert len(ends) == 1
    with pytest.raises(ros_z_py.ArgumentError, match="the frequency of a rate is a number above 0, not 0"):
        node.create_rate(0)


def test_one_message_can_be_waited_for(started) -> None:
    node = rclpy.create_node("waiting")
    publisher = node.create_publisher(std_msgs.String, "a", {"durability": "transient_local"})
    publisher.publish(std_msgs.String(data="kept"))
    found, message = wait_for_message(
        std_msgs.String, node, "a", qos_profile={"durability": "transient_local"}, time_to_wait=LONG
    )
    assert found and message.data == "kept"
    assert wait_for_message(std_msgs.String, node, "b", time_to_wait=0) == (False, None)
