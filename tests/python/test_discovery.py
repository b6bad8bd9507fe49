"""Types that only the other side has: learned from the network, in this process and from another one."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import ros_z_py
from ros_z_py import std_msgs

# Knows the types; this process does not.
OTHER = """
import sys
import ros_z_py

types = ros_z_py.types
types.add("{package}/msg/Part", "# The parts that were seen.\\nfloat32[] samples\\nint32 COUNT=3\\n")
probe = types.add("{package}/msg/Probe", "geometry_msgs/Point at\\n{package}/Part[<=3] parts\\nstring<=16 label\\n")
locate = types.add("{package}/srv/Locate", "string label\\n---\\n{package}/Probe found\\n")
with ros_z_py.ZContextBuilder().build() as context, context.create_node("knowing").build() as node:
    publisher = node.create_publisher("/any", probe)
    message = probe(label="tip", parts=[types["{package}/msg/Part"](samples=[1.0, 2.0])])
    message.at.x = 1.5
    node.create_server("/locate", locate, callback=lambda request: {{"found": message}})
    heard = node.create_subscriber("/back", probe)
    assert publisher.wait_for_subscriber(timeout=30)
    publisher.publish(message)
    print(heard.recv(timeout=30).label, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def package(request):
    """A package that no other test of this process has loaded."""
    return f"only_{abs(hash(request.node.name)) % 10**8}_msgs"


@pytest.fixture
def knowing(router, domain, package):
    """A process that has the definitions."""
    environment = {
        **os.environ,
        "ROS_DOMAIN_ID": str(domain),
        "ZENOH_CONFIG_OVERRIDE": f'connect/endpoints=["{router.endpoint}"]',
    }
    program = textwrap.dedent(OTHER).format(package=package)
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        yield process
        process.kill()


def test_a_nested_type_and_a_service_of_another_process(knowing, context, package):
    node = context.create_node("asking").build()
    assert f"{package}/msg/Probe" not in ros_z_py.types
    subscriber = node.create_subscriber("/any", timeout=30)
    assert subscriber.type_name == f"{package}/msg/Probe"
    message = subscriber.recv(timeout=30)
    assert (message.at.x, message.label, list(message.parts[0].samples)) == (1.5, "tip", [1.0, 2.0])
    assert type(message) is ros_z_py.types[f"{package}/msg/Probe"]
    # Constants and comments are in the texts that come with a description.
    part = ros_z_py.types[f"{package}/msg/Part"]
    assert (part.COUNT, part().samples == []) == (3, True)
    assert "The parts that were seen." in part.__doc__
    assert type(message.parts[0]).COUNT == 3
    # What was learned is loaded: it can be published, and called with.
    back = node.create_publisher("/back", f"{package}/msg/Probe")
    assert back.wait_for_subscriber(timeout=30)
    back.publish({"label": "back"})
    assert knowing.stdout.readline() == "back\n"
    locate = ros_z_py.types.fetch(f"{package}/srv/Locate", node, timeout=30)
    response = node.create_client("/locate", locate).call({"label": "tip"}, timeout=30)
    assert response.found == message
    knowing.stdin.close()
    assert knowing.wait(timeout=30) == 0


def test_echo_of_a_type_that_only_the_publisher_has(knowing, router, domain):
    command = [
        sys.executable, "-m", "ros_z_py", "--connect", router.endpoint, "--domain", str(domain), "--json",
        "topic", "echo", "/any", "--once", "--timeout", "30",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    text = '{"at":{"x":1.5,"y":0.0,"z":0.0},"parts":[{"samples":[1.0,2.0]}],"label":"tip"}\n'
    assert (done.stdout, done.stderr, done.returncode) == (text, "", 0)


def with_types(package):
    types = ros_z_py.TypeRegistry()
    return types.add(f"{package}/msg/Probe", "float64 value\n")


def test_the_ways_to_fetch(context, other_context, package):
    probe = with_types(package)
    talker = context.create_node("talker").build()
    publisher = talker.create_publisher("/any", probe)
    node = other_context.create_node("asking").build()
    private = ros_z_py.TypeRegistry()
    fetched = private.fetch("/any", node, timeout=10)
    assert fetched.__type_hash__ == probe.__type_hash__
    assert fetched is not probe
    assert private[f"{package}/msg/Probe"] is fetched
    assert f"{package}/msg/Probe" not in ros_z_py.types
    assert private.fetch(f"{package}.msg.Probe", node) is fetched
    assert ros_z_py.types.fetch("/any", node).__type_hash__ == probe.__type_hash__
    # An output, and a callback, of a type that nobody named.
    seen = threading.Event()
    node.create_subscriber("/any", output="dict", callback=lambda message: message == {"value": 2.5} and seen.set())
    assert publisher.wait_for_subscriber(timeout=10)
    publisher.publish(probe(value=2.5))
    assert seen.wait(timeout=10)


def test_constants_and_defaults_of_a_learned_type(context, other_context, package):
    text = 'int32 FAST=1\nstring NAME=tip\nint32 mode 1\nstring label "none"\n'
    theirs = ros_z_py.TypeRegistry().add(f"{package}/msg/Mode", text)
    _publisher = context.create_node("talker").build().create_publisher("/mode", theirs)
    node = other_context.create_node("asking").build()
    types = ros_z_py.TypeRegistry()
    # This name means something else here, and goes on to.
    types.add(f"{package}/msg/Mode", "int32 OWN=2\nint32 mode\n")
    learned = types.fetch("/mode", node, timeout=10)
    assert learned.__type_hash__ == theirs.__type_hash__
    assert (learned.FAST, learned.NAME, learned().mode, learned().label) == (1, "tip", 1, "none")
    assert types[f"{package}/msg/Mode"].OWN == 2
    assert list(types.schema(f"{package}/msg/Mode").constants) == ["OWN"]


def test_what_cannot_be_learned(context, other_context, package):
    node = other_context.create_node("asking").build()
    with pytest.raises(ros_z_py.UnknownTypeError, match="/silent is not known: nobody publishes on it"):
        node.create_subscriber("/silent", timeout=0.05)
    with pytest.raises(ros_z_py.UnknownTypeError, match="nobody uses it"):
        ros_z_py.types.fetch("no_msgs/msg/Such", node, timeout=0)
    with pytest.raises(ros_z_py.InvalidNameError):
        ros_z_py.types.fetch("no type", node)
    for timeout in (-1, float("nan")):
        with pytest.raises(ros_z_py.ArgumentError, match="timeout"):
            node.create_subscriber("/silent", timeout=timeout)
    quiet = context.create_node("quiet").with_type_description_service(False).build()
    _publisher = quiet.create_publisher("/any", with_types(package))
    with pytest.raises(ros_z_py.RosZError) as caught:
        node.create_subscriber("/any", timeout=1)
    for part in ("the type of /any could not be learned", "unknown type", "node /quiet: nobody served"):
        assert part in str(caught.value)


def test_ctrl_c_ends_the_search(context):
    import signal

    node = context.create_node("asking").build()
    main = threading.main_thread().ident
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
    started = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            node.create_subscriber("/silent", timeout=60)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 5


def test_a_typed_subscriber_needs_nobody(context):
    node = context.create_node("listener").with_type_description_service().build()
    assert node.create_subscriber("/silent", std_msgs.String, timeout=0).type_name == "std_msgs/msg/String"
