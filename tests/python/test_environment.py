"""The variables and files that say how a context finds the others, and names that mean other names."""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

import ros_z_py
from ros_z_py import example_interfaces, std_msgs

NOWHERE = "tcp/127.0.0.1:1"


def builder(endpoint: str) -> ros_z_py.ZContextBuilder:
    return ros_z_py.ZContextBuilder().with_connect_endpoints([endpoint])


def works(context, other) -> None:
    publisher = context.create_node("talker").build().create_publisher("/chatter", std_msgs.String)
    subscriber = other.create_node("listener").build().create_subscriber("/chatter", std_msgs.String)
    assert publisher.wait_for_subscriber(timeout=10)
    publisher.publish({"data": "hi"})
    assert subscriber.recv(timeout=10).data == "hi"


CONFIGURATION = "ZENOH_SESSION_CONFIG_URI"
OVERRIDE = "ZENOH_CONFIG_OVERRIDE"


@pytest.mark.parametrize(
    ("variable", "value", "kind", "parts"),
    [
        ("ROS_DOMAIN_ID", "x", "argument", ["ROS_DOMAIN_ID is `x`"]),
        ("ROS_DOMAIN_ID", "-1", "argument", ["ROS_DOMAIN_ID is `-1`"]),
        ("ROS_DOMAIN_ID", "1.5", "argument", ["ROS_DOMAIN_ID is `1.5`"]),
        ("ROS_DOMAIN_ID", "99999999999", "argument", ["ROS_DOMAIN_ID is `99999999999`"]),
        ("ROS_NAMESPACE", "a//b", "name", ["ROS_NAMESPACE", "`/a//b`"]),
        ("ROS_NAMESPACE", "1x", "name", ["ROS_NAMESPACE", "`/1x`"]),
        ("ZENOH_ROUTER_CHECK_ATTEMPTS", "x", "argument", ["ZENOH_ROUTER_CHECK_ATTEMPTS is `x`"]),
        ("ZENOH_ROUTER_CHECK_ATTEMPTS", "1.5", "argument", ["ZENOH_ROUTER_CHECK_ATTEMPTS is `1.5`"]),
        (CONFIGURATION, "{folder}/none.json5", "argument", ["{folder}/none.json5"]),
        (CONFIGURATION, "{folder}", "argument", ["{folder}"]),
        (CONFIGURATION, "{folder}/broken.json5", "argument", ["{folder}/broken.json5"]),
        (CONFIGURATION, "{folder}/unknown.json5", "argument", ["{folder}/unknown.json5", "no_such_key"]),
        (CONFIGURATION, "{folder}/mode.json5", "argument", ["{folder}/mode.json5"]),
        (CONFIGURATION, "{folder}/plain.txt", "argument", ["{folder}/plain.txt"]),
        (OVERRIDE, "no/such/key=1", "argument", [OVERRIDE, "`no/such/key`"]),
        (OVERRIDE, "mode=7", "argument", [OVERRIDE, "`mode`"]),
        (OVERRIDE, "mode={", "argument", [OVERRIDE, "`mode`"]),
        (OVERRIDE, 'listen/endpoints=["nothing"]', "argument", [OVERRIDE, "nothing"]),
        (OVERRIDE, "=1", "argument", [OVERRIDE]),
    ],
)
def test_what_makes_no_sense_is_refused_by_name_and_the_next_one_works(
    monkeypatch, router, tmp_path, variable, value, kind, parts
):
    (tmp_path / "broken.json5").write_text("{ mode: ")
    (tmp_path / "unknown.json5").write_text("{ no_such_key: 1 }")
    (tmp_path / "mode.json5").write_text('{ mode: "boss" }')
    (tmp_path / "plain.txt").write_text("{}")
    monkeypatch.setenv(variable, value.replace("{folder}", str(tmp_path)))
    started = time.monotonic()
    with pytest.raises(ros_z_py.RosZError) as caught:
        builder(router.endpoint).build()
    assert time.monotonic() - started < 2
    assert caught.value.kind == kind
    for part in parts:
        assert part.replace("{folder}", str(tmp_path)) in str(caught.value)
    assert ".rs:" not in str(caught.value)
    monkeypatch.delenv(variable)
    with builder(router.endpoint).build() as context:
        assert not context.is_closed


def test_what_makes_sense(monkeypatch, router, tmp_path):
    configuration = tmp_path / "good.json5"
    configuration.write_text(f'{{ mode: "client", connect: {{ endpoints: ["{router.endpoint}"] }} }}')
    settings = {
        CONFIGURATION: str(configuration),
        # What is no pair is skipped, as genuine nodes do.
        OVERRIDE: "nonsense;;queries_default_timeout=1000;",
        "ROS_DOMAIN_ID": "0x3e8",
        "ROS_NAMESPACE": "robot1",
        "ZENOH_ROUTER_CHECK_ATTEMPTS": "0",
    }
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    with ros_z_py.ZContextBuilder().build() as context, ros_z_py.ZContextBuilder().build() as other:
        assert (context.domain_id, other.domain_id) == (1000, 1000)
        works(context, other)
        names = [context.create_node("a").build(), context.create_node("b").with_namespace("/x").build()]
        assert [node.fully_qualified_name for node in names] == ["/robot1/a", "/x/b"]
        subscriber = names[0].create_subscriber("chatter", std_msgs.String)
        assert subscriber.topic == "/robot1/chatter"
    with ros_z_py.ZContextBuilder().with_namespace("/told").build() as context:
        assert context.create_node("a").build().namespace == "/told"


@pytest.mark.parametrize(("attempts", "least"), [("-1", 0), ("1", 0), ("2", 1), (None, 0)])
def test_a_router_that_is_not_there_is_looked_for_as_often_as_asked(monkeypatch, attempts, least):
    if attempts is not None:
        monkeypatch.setenv("ZENOH_ROUTER_CHECK_ATTEMPTS", attempts)
    started = time.monotonic()
    with builder(NOWHERE).build():
        assert least <= time.monotonic() - started < least + 3


def free_endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{probe.getsockname()[1]}"


def test_a_router_can_be_waited_for(monkeypatch):
    monkeypatch.setenv("ZENOH_ROUTER_CHECK_ATTEMPTS", "0")
    endpoint, built = free_endpoint(), []
    thread = threading.Thread(target=lambda: built.append(builder(endpoint).build()))
    thread.start()
    thread.join(timeout=0.7)
    assert thread.is_alive()
    with ros_z_py.router(listen=endpoint):
        thread.join(timeout=20)
        (context,) = built
        context.close()


def test_ctrl_c_ends_the_wait_for_a_router(monkeypatch):
    monkeypatch.setenv("ZENOH_ROUTER_CHECK_ATTEMPTS", "0")
    sent: list[float] = []

    def interrupt():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(1.0, interrupt)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            builder(NOWHERE).build()
        assert time.monotonic() - sent[0] < 0.5
    finally:
        signal.signal(signal.SIGINT, previous)
        timer.join()


@pytest.mark.parametrize(
    ("rules", "node_name", "name", "expected"),
    [
        ([], "/robot/talker", "chatter", "/robot/chatter"),
        ([], "/robot/talker", "/chatter", "/chatter"),
        ([], "/robot/talker", "~/status", "/robot/talker/status"),
        ([], "/robot/talker", "~", "/robot/talker"),
        (["chatter:=/other"], "/robot/talker", "chatter", "/other"),
        (["chatter:=other"], "/robot/talker", "chatter", "/robot/other"),
        (["/robot/chatter:=~/mine"], "/robot/talker", "chatter", "/robot/talker/mine"),
        (["~/status:=/all"], "/robot/talker", "~/status", "/all"),
        (["chatter:=/other"], "/robot/talker", "/chatter", "/chatter"),
        (["singer:chatter:=/other"], "/robot/talker", "chatter", "/robot/chatter"),
        (["talker:chatter:=/other"], "/robot/talker", "chatter", "/other"),
        (["chatter:=/first", "chatter:=/second"], "/robot/talker", "chatter", "/first"),
        (["__ns:=/elsewhere"], "/elsewhere/talker", "chatter", "/elsewhere/chatter"),
        (["__node:=singer"], "/robot/singer", "~/status", "/robot/singer/status"),
        (["__name:=singer", "__ns:=/"], "/singer", "chatter", "/chatter"),
        (["talker:__node:=singer", "other:__ns:=/no"], "/robot/singer", "chatter", "/robot/chatter"),
    ],
)
def test_names_mean_what_the_rules_say(router, domain, rules, node_name, name, expected):
    remapped = builder(router.endpoint).with_domain_id(domain).with_remap_rules(rules)
    with remapped.build() as context:
        node = context.create_node("talker").with_namespace("/robot").build()
        assert node.fully_qualified_name == node_name
        publisher = node.create_publisher(name, std_msgs.String)
        subscriber = node.create_subscriber(name, std_msgs.String)
        server = node.create_server(name, example_interfaces.AddTwoInts)
        client = node.create_client(name, example_interfaces.AddTwoInts)
        assert {publisher.topic, subscriber.topic, server.service, client.service} == {expected}
        assert client.wait_for_service(timeout=10)
        assert node.wait_for_publisher(name, timeout=10)


@pytest.mark.parametrize("rule", ["", "a", "a=b", ":=b", "a:=", "a b:=c", "__node:=a/b", "__ns:=a//b", "x y:a:=b"])
def test_what_is_no_rule_is_refused_with_its_text(rule):
    for add in (lambda b: b.with_remap_rule(rule), lambda b: b.with_remap_rules(["a:=b", rule])):
        with pytest.raises(ros_z_py.ArgumentError) as caught:
            add(ros_z_py.ZContextBuilder())
        assert f"`{rule}` is not a remap rule" in str(caught.value)


def test_a_step_that_fails_leaves_the_builder_as_it_was(router):
    builder = ros_z_py.ZContextBuilder().with_connect_endpoints([router.endpoint]).with_namespace("/kept")
    with pytest.raises(ros_z_py.ArgumentError):
        builder.with_remap_rule("a=b")
    with builder.build() as context, context.create_node("talker").build() as node:
        assert node.fully_qualified_name == "/kept/talker"


def waits(node, timeout):
    """Everything that waits, with what it answers when the time is up at once; an exception is told by its class."""
    publisher = node.create_publisher("/quiet", std_msgs.String)
    subscriber = node.create_subscriber("/silent", std_msgs.String)
    client = node.create_client("nobody", example_interfaces.AddTwoInts)
    server = node.create_server("served", example_interfaces.AddTwoInts)
    return [
        (lambda: subscriber.recv(timeout=timeout), None),
        (lambda: subscriber.recv_with_info(timeout=timeout), None),
        (lambda: subscriber.recv_serialized(timeout=timeout), None),
        (lambda: subscriber.recv_raw_view(timeout=timeout), None),
        (lambda: subscriber.wait_for_publisher(timeout=timeout), False),
        (lambda: publisher.wait_for_subscriber(timeout=timeout), False),
        (lambda: node.wait_for_publisher("/nothing", timeout=timeout), False),
        (lambda: node.wait_for_subscriber("/nothing", timeout=timeout), False),
        (lambda: node.wait_for_service("/nothing", timeout=timeout), False),
        (lambda: node.wait_for_node("/nothing", timeout=timeout), False),
        (lambda: client.wait_for_service(timeout=timeout), False),
        (lambda: client.call({}, timeout=timeout), ros_z_py.TimeoutError),
        (lambda: client.call_async({}, timeout=timeout).result(10), ros_z_py.TimeoutError),
        (lambda: server.take_request(timeout=timeout), None),
        (lambda: node.create_subscriber("/unknown", timeout=timeout), ros_z_py.UnknownTypeError),
        (lambda: ros_z_py.types.fetch("/unknown", node=node, timeout=timeout), ros_z_py.UnknownTypeError),
    ]


@pytest.mark.parametrize("timeout", [-1, -1e-9, math.nan, -math.inf, -1e300])
def test_every_wait_refuses_a_senseless_timeout(context, timeout):
    node = context.create_node("node").build()
    for index, (wait, _) in enumerate(waits(node, timeout)):
        with pytest.raises(ros_z_py.ArgumentError, match="a timeout must be a number of seconds from 0 on"):
            pytest.fail(f"wait {index} returned {wait()}")
    with node.graph_events() as events, pytest.raises(ros_z_py.ArgumentError, match="timeout"):
        events.recv(timeout=timeout)


def test_every_wait_ends_at_once_when_there_is_no_time(context):
    node = context.create_node("node").build()
    started = time.monotonic()
    for index, (wait, expected) in enumerate(waits(node, 0)):
        if isinstance(expected, type):
            with pytest.raises(expected):
                pytest.fail(f"wait {index} returned {wait()}")
        else:
            assert wait() is expected, index
    assert time.monotonic() - started < 5


def test_a_timeout_that_is_no_number_is_refused(context):
    node = context.create_node("node").build()
    for wait, _ in waits(node, "1"):
        with pytest.raises(TypeError):
            wait()


# Takes a request, says so, and never answers.
SILENT = """
import sys
import ros_z_py
from ros_z_py import example_interfaces

with ros_z_py.ZContextBuilder().build() as context, context.create_node("silent").build() as node:
    server = node.create_server("add", example_interfaces.AddTwoInts)
    server.take_request()
    print("taken", flush=True)
    sys.stdin.read()
"""


def test_a_server_process_that_dies_ends_the_calls_that_it_has(router, context, domain):
    override = f'connect/endpoints=["{router.endpoint}"]'
    environment = {**os.environ, "ROS_DOMAIN_ID": str(domain), OVERRIDE: override}
    pipe, command = subprocess.PIPE, [sys.executable, "-c", SILENT]
    client = context.create_node("client").build().create_client("add", example_interfaces.AddTwoInts)
    call = client.call_async({"a": 1}, timeout=60)
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "taken\n"
        assert not call.done()
        process.kill()
    with pytest.raises(ros_z_py.RosZError, match="the call of /add ended without a response") as caught:
        call.result(timeout=10)
    assert caught.value.kind == "network"
    # Another server is found.
    context.create_node("next").build().create_server(
        "add", example_interfaces.AddTwoInts, callback=lambda _: {"sum": 3}
    )
    assert client.call({}, timeout=20).sum == 3


def test_a_response_to_a_request_of_another_server_is_refused(context, other_context):
    node, client_node = context.create_node("server").build(), other_context.create_node("client").build()
    servers = [node.create_server(name, example_interfaces.AddTwoInts) for name in ("one", "two")]
    call = client_node.create_client("one", example_interfaces.AddTwoInts).call_async({"a": 1}, timeout=30)
    request_id, _ = servers[0].take_request(timeout=10)
    for respond in (
        lambda: servers[1].send_response({"sum": 1}, request_id),
        lambda: servers[1].drop_request(request_id),
    ):
        with pytest.raises(ros_z_py.ArgumentError, match="/two has no pending request 1 of"):
            respond()
    for wrong in (None, 1, "1", (1, 2)):
        with pytest.raises(TypeError):
            servers[0].send_response({"sum": 1}, wrong)
    servers[0].send_response({"sum": 1}, request_id)
    assert call.result(timeout=10).sum == 1
