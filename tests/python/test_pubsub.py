"""Publishers and subscribers, from Python to Python."""

from __future__ import annotations

import gc
import math
import signal
import sys
import threading
import time

import pytest

import ros_z_py
from ros_z_py import example_interfaces, geometry_msgs, std_msgs

STRING = "std_msgs/msg/String"


def pair(context, other, message_type=std_msgs.String, *, topic="/topic", **options):
    """A publisher, and a subscriber in another context that it knows of."""
    subscriber = other.create_node("listener").build().create_subscriber(topic, message_type, **options)
    publisher = context.create_node("talker").build().create_publisher(topic, message_type, qos=options.get("qos"))
    assert publisher.wait_for_subscriber(timeout=10)
    return publisher, subscriber


def test_messages_arrive_in_order(context, other_context):
    publisher, subscriber = pair(context, other_context)
    for number in range(10):
        publisher.publish(std_msgs.String(data=str(number)))
    assert [subscriber.recv(timeout=10).data for _ in range(10)] == [str(number) for number in range(10)]
    assert subscriber.try_recv() is None
    assert subscriber.recv(timeout=0) is None


def test_within_one_context(context):
    publisher, subscriber = pair(context, context)
    publisher.publish(std_msgs.String(data="here"))
    assert subscriber.recv(timeout=10).data == "here"


def test_a_dict_by_type_name_arrives_as_a_dict(context, other_context):
    publisher, subscriber = pair(context, other_context, "geometry_msgs/msg/Twist", output="dict")
    publisher.publish({"linear": {"x": 1.5}})
    received = subscriber.recv(timeout=10)
    assert received["linear"] == {"x": 1.5, "y": 0.0, "z": 0.0}


def test_raw_payloads(context, other_context):
    publisher, subscriber = pair(context, other_context, output="raw")
    cdr = ros_z_py.encode(std_msgs.String(data="raw"))
    publisher.publish_raw(cdr)
    assert bytes(subscriber.recv(timeout=10)) == cdr
    publisher.publish(std_msgs.String(data="raw"))
    assert subscriber.recv_serialized(timeout=10) == cdr
    publisher.publish_raw(bytearray(cdr))
    view = subscriber.recv_raw_view(timeout=10)
    assert isinstance(view, ros_z_py.ZBufView)
    assert view == cdr


@pytest.mark.parametrize("size", [0, 1, 1000, 5000, 70_000, 3_000_000])
def test_bytes_are_views_on_the_received_payload_and_go_out_again(context, other_context, size):
    # A publisher that keeps all waits for a busy link; any other may drop what does not fit.
    keep_all = {"history": "keep_all"}
    out, inward = pair(context, other_context, std_msgs.ByteMultiArray, topic="/out", qos=keep_all)
    back, home = pair(other_context, context, std_msgs.ByteMultiArray, topic="/back", qos=keep_all)
    data = bytes(index * 7 & 0xFF for index in range(1000)) * (size // 1000 + 1)
    out.publish(std_msgs.ByteMultiArray(data=data[:size]))
    message = inward.recv(timeout=10)
    assert message.data == data[:size]
    assert len(memoryview(message.data)) == size
    echo = std_msgs.ByteMultiArray(data=message.data)
    back.publish(echo)
    assert bytes(home.recv(timeout=10).data) == data[:size]


def test_a_view_outlives_message_subscriber_and_context(router, domain):
    from conftest import make_context

    with make_context(router, domain) as context, make_context(router, domain) as other:
        publisher, subscriber = pair(context, other, std_msgs.UInt8MultiArray)
        publisher.publish(std_msgs.UInt8MultiArray(data=bytes(range(256)) * 1000))
        view = subscriber.recv(timeout=10).data
    del publisher, subscriber, context, other
    gc.collect()
    assert bytes(view) == bytes(range(256)) * 1000


def test_a_callback_gets_every_message_and_may_publish(context, other_context):
    answers = context.create_node("answers").build().create_subscriber("/answer", std_msgs.String)
    node = other_context.create_node("echo").build()
    answer = node.create_publisher("/answer", std_msgs.String)
    assert answer.wait_for_subscriber(timeout=10)
    echo = node.create_subscriber(
        "/question", std_msgs.String, callback=lambda message: answer.publish(std_msgs.String(data=message.data * 2))
    )
    question = context.create_node("questions").build().create_publisher("/question", std_msgs.String)
    assert question.wait_for_subscriber(timeout=10)
    for number in range(5):
        question.publish({"data": str(number)})
    assert [answers.recv(timeout=10).data for _ in range(5)] == ["00", "11", "22", "33", "44"]
    echo.close()


def test_an_exception_in_a_callback_is_unraisable_and_ends_nothing(context, monkeypatch):
    seen, raised = threading.Event(), []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: raised.append(str(unraisable.exc_value)))

    def callback(message):
        if message.data == "bad":
            raise ValueError("mine")
        seen.set()

    publisher, _subscriber = pair(context, context, callback=callback)
    publisher.publish({"data": "bad"})
    publisher.publish({"data": "good"})
    assert seen.wait(timeout=10)
    assert raised == ["mine"]


def test_one_bad_message_never_ends_a_subscriber(context, other_context):
    publisher, subscriber = pair(context, other_context)
    publisher.publish_raw(b"\0\1\0\0\xff\xff\xff\xff")
    publisher.publish({"data": "good"})
    with pytest.raises(ros_z_py.SerializationError) as caught:
        subscriber.recv(timeout=10)
    assert caught.value.type_name == STRING
    assert subscriber.recv(timeout=10).data == "good"


def test_keep_last_drops_the_oldest_and_counts(context):
    publisher, subscriber = pair(context, context, qos=3)
    for number in range(10):
        publisher.publish({"data": str(number)})
    deadline = time.monotonic() + 10
    while subscriber.dropped < 7 and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert subscriber.dropped == 7
    assert [subscriber.try_recv().data for _ in range(3)] == ["7", "8", "9"]


def test_message_info(context, other_context):
    publisher, subscriber = pair(context, other_context)
    before = time.time_ns()
    publisher.publish({"data": "a"})
    publisher.publish({"data": "b"})
    for number in (1, 2):
        message, info = subscriber.recv_with_info(timeout=10)
        assert info.sequence_number == number
        assert info.publisher_gid == publisher.gid
        assert before <= info.source_timestamp <= time.time_ns()
        assert info.source_timestamp <= info.received_timestamp <= time.time_ns()
        assert message.data == "ab"[number - 1]
    assert subscriber.recv_with_info(timeout=0) is None


def test_transient_local_reaches_a_late_joiner(context, other_context):
    qos = ros_z_py.QosProfile(durability="transient_local", depth=3)
    node = other_context.create_node("late").build()
    publisher = context.create_node("map").build().create_publisher("/map", std_msgs.String, qos=qos)
    # Sessions that do not know yet what the other one wants send it everything.
    assert node.wait_for_publisher("/map", timeout=10)
    for number in range(5):
        publisher.publish({"data": str(number)})
    late = node.create_subscriber("/map", std_msgs.String, qos=qos)
    assert [late.recv(timeout=10).data for _ in range(3)] == ["2", "3", "4"]
    publisher.publish({"data": "live"})
    assert late.recv(timeout=10).data == "live"


def test_iteration_ends_when_the_subscriber_is_closed(context):
    publisher, subscriber = pair(context, context)
    received, first = [], threading.Event()

    def listen():
        for message in subscriber:
            received.append(message.data)
            first.set()

    thread = threading.Thread(target=listen)
    thread.start()
    publisher.publish({"data": "one"})
    assert first.wait(timeout=10)
    subscriber.close()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert received == ["one"]


def test_names_and_namespaces(context):
    node = context.create_node("my_node").with_namespace("/robot1").build()
    assert (node.name, node.namespace, node.fully_qualified_name) == ("my_node", "/robot1", "/robot1/my_node")
    assert node.create_publisher("relative", std_msgs.String).topic == "/robot1/relative"
    assert node.create_publisher("~/private", std_msgs.String).topic == "/robot1/my_node/private"
    assert node.create_publisher("/absolute", std_msgs.String).topic == "/absolute"


@pytest.mark.parametrize("topic", ["", "/", "a b", "/a//b", "/1a", "a/", "/ä", "a__b/c" * 60])
def test_a_topic_that_ros_forbids_is_refused_with_its_name(context, topic):
    node = context.create_node("node").build()
    with pytest.raises(ros_z_py.RosZError) as caught:
        node.create_publisher(topic, std_msgs.String)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a/b", "ä"])
def test_a_node_name_that_ros_forbids_is_refused(context, name):
    with pytest.raises(ros_z_py.RosZError):
        context.create_node(name).build()


@pytest.mark.parametrize("timeout", [-1, -0.001, math.nan])
def test_a_senseless_timeout_is_a_value_error(context, timeout):
    subscriber = context.create_node("node").build().create_subscriber("/topic", std_msgs.String)
    with pytest.raises(ValueError, match="timeout"):
        subscriber.recv(timeout=timeout)


def test_a_huge_timeout_waits_until_a_message_comes(context):
    publisher, subscriber = pair(context, context)
    publisher.publish({"data": "x"})
    assert subscriber.recv(timeout=1e300).data == "x"
    publisher.publish({"data": "y"})
    assert subscriber.recv(timeout=math.inf).data == "y"


def test_a_wrong_message_is_refused_with_its_path(context):
    publisher = context.create_node("node").build().create_publisher("/topic", geometry_msgs.Twist)
    with pytest.raises(ros_z_py.SerializationError, match="linear\\.x"):
        publisher.publish({"linear": {"x": "fast"}})
    with pytest.raises(ros_z_py.SerializationError, match="std_msgs/msg/String"):
        publisher.publish(std_msgs.String())


def test_closing_is_idempotent_and_what_is_closed_says_so(router, domain):
    from conftest import make_context

    context = make_context(router, domain)
    node = context.create_node("node").build()
    publisher = node.create_publisher("/topic", std_msgs.String)
    subscriber = node.create_subscriber("/topic", std_msgs.String)
    for closing in (publisher, subscriber, node, context, context):
        closing.close()
    context.shutdown()
    for act in (
        lambda: publisher.publish({"data": "x"}),
        lambda: subscriber.recv(timeout=1),
        lambda: publisher.wait_for_subscriber(timeout=1),
        lambda: node.create_publisher("/late", std_msgs.String),
        lambda: context.create_node("late").build(),
    ):
        with pytest.raises(ros_z_py.RosZError, match="closed"):
            act()


def test_ctrl_c_stops_a_blocking_call_at_once(context):
    subscriber = context.create_node("node").build().create_subscriber("/topic", std_msgs.String)
    main = threading.main_thread().ident
    # A process that a shell starts in the background ignores SIGINT, and Python leaves it so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            subscriber.recv(timeout=60)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 5


def test_other_threads_run_while_one_waits(context):
    publisher, subscriber = pair(context, context)
    received = []
    thread = threading.Thread(target=lambda: received.append(subscriber.recv(timeout=10).data))
    thread.start()
    publisher.publish({"data": "woken"})
    thread.join(timeout=10)
    assert received == ["woken"]


def test_the_builder_says_what_is_wrong(tmp_path):
    builder = ros_z_py.ZContextBuilder
    with pytest.raises(ros_z_py.RosZError, match="nowhere"):
        builder().with_config_file(tmp_path / "nowhere.json5").build()
    with pytest.raises(ros_z_py.RosZError, match="sideways"):
        builder().with_mode("sideways").build()
    with pytest.raises(ros_z_py.RosZError):
        builder().with_connect_endpoints(["not an endpoint"]).build()


def test_what_has_a_callback_is_not_read_by_hand(context):
    node = context.create_node("node").build()
    subscriber = node.create_subscriber("/topic", std_msgs.String, callback=lambda _: None)
    server = node.create_server("/add", example_interfaces.AddTwoInts, callback=lambda _: {})
    action = node.create_action_server("/fibonacci", example_interfaces.Fibonacci, execute_callback=lambda _: {})
    for act in (
        subscriber.recv,
        subscriber.try_recv,
        lambda: next(iter(subscriber)),
        lambda: subscriber.recv_with_info(timeout=1),
        server.take_request,
        server.try_take_request,
        action.recv_goal,
        action.try_recv_goal,
    ):
        with pytest.raises(ros_z_py.ArgumentError, match=r"go to the callback of this (subscriber|server)"):
            act()


def waits(node):
    """Each wait for somebody who does not come, with what it belongs to."""
    publisher = node.create_publisher("/nobody", std_msgs.String)
    subscriber = node.create_subscriber("/nothing", std_msgs.String)
    client = node.create_client("/none", example_interfaces.AddTwoInts)
    action = node.create_action_client("/none", example_interfaces.Fibonacci)
    events = node.graph_events()
    while events.recv(timeout=0) is not None:
        pass
    return [
        (publisher, publisher.wait_for_subscriber),
        (subscriber, subscriber.wait_for_publisher),
        (client, client.wait_for_service),
        (action, action.wait_for_server),
        (node, lambda: node.wait_for_publisher("/nowhere")),
        (node, lambda: node.wait_for_node("/nobody")),
        (node, lambda: next((None for event in events if event is None), None)),
    ]


@pytest.mark.parametrize("index", range(7))
def test_closing_ends_waits_for_others(context, index):
    owner, wait = waits(context.create_node("node").build())[index]
    ended = []

    def until_closed():
        try:
            ended.append(wait())
        except ros_z_py.RosZError as error:
            ended.append(error.kind)

    threads = [threading.Thread(target=until_closed) for _ in range(2)]
    threads[0].start()
    owner.close()
    # This one begins when it is closed already.
    threads[1].start()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert ended == ([None, None] if index == 6 else ["closed", "closed"])


def test_a_closed_node_says_so(context):
    node = context.create_node("node").build()
    publisher = node.create_publisher("/topic", std_msgs.String)
    node.close()
    for act in (
        node.get_node_names,
        node.get_topic_names_and_types,
        lambda: node.count_publishers("/topic"),
        lambda: publisher.loan(8),
        lambda: publisher.loan_message(data="x"),
        lambda: publisher.wait_for_subscriber(timeout=1),
    ):
        with pytest.raises(ros_z_py.RosZError, match="was closed") as raised:
            act()
        assert raised.value.kind == "closed"
