"""Three hosts on a network: a router on one, nodes on the others, which leave and come back.

The hosts are network namespaces on a bridge, which has a namespace of its own: nothing of this machine's network is
touched, and runs beside each other do not meet. Skipped where namespaces cannot be made.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path

import pytest

from process import Process

ROS_Z = Path(sys.executable).with_name("ros-z")
ADDRESSES = {"base": "10.0.0.1", "robot": "10.0.0.2", "station": "10.0.0.3"}
# A host whose link is down is given up after this time; Zenoh's own default is 10 s.
LEASE_MS = 1000

# Knows the types, publishes and serves.
ROBOT = """
import sys
import ros_z_py

types = ros_z_py.types
part = types.add("hosts_msgs/msg/Part", "float32[] samples\\n")
probe = types.add("hosts_msgs/msg/Probe", "geometry_msgs/Point at\\nPart[<=3] parts\\nint32 number\\n")
double = types.add("hosts_msgs/srv/Double", "int64 value\\n---\\nint64 value\\nProbe probe\\n")
with ros_z_py.ZContextBuilder().build() as context, context.create_node("robot").build() as node:
    publisher = node.create_publisher("/probe", probe)
    node.create_server("/double", double, callback=lambda request: {"value": 2 * request.value})
    print("ready", flush=True)
    for line in sys.stdin:
        assert publisher.wait_for_subscriber(timeout=30)
        publisher.publish(probe(number=int(line), parts=[part(samples=[0.5])]))
"""

# Knows no types: it learns them from the robot.
STATION = """
import sys
import threading
import ros_z_py

def say(*words):
    print(*words, flush=True)

def watch(events):
    for event in events:
        if event.endpoint is None and event.node == "/robot":
            say(event.kind)

def heard(message):
    say("heard", message.number, *message.parts[0].samples)

with ros_z_py.ZContextBuilder().build() as context, context.create_node("station").build() as node:
    threading.Thread(target=watch, args=[node.graph_events()], daemon=True).start()
    say("ready")
    for line in sys.stdin:
        match line.split():
            case ["listen"]:
                subscriber = node.create_subscriber("/probe", callback=heard, timeout=20)
                client = node.create_client("/double", ros_z_py.types.fetch("hosts_msgs/srv/Double", node=node))
                say("listens to", subscriber.type_name)
            case ["call", value, seconds]:
                try:
                    say("answer", client.call({"value": int(value)}, timeout=float(seconds)).value)
                except ros_z_py.RosZError as error:
                    # Of the kind "network" where the router still knew the service when it was asked.
                    say("no answer" if error.kind in ("timeout", "network") else error.kind)
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Hosts:
    """Hosts on one switch."""

    def __init__(self) -> None:
        self.name = f"ros_z_{uuid.uuid4().hex[:8]}"
        self.made: list[str] = []

    def namespace(self, host: str) -> str:
        return f"{self.name}_{host}"

    def make(self) -> None:
        for host in ("switch", *ADDRESSES):
            ip("netns", "add", self.namespace(host))
            self.made.append(host)
        switch = self.namespace("switch")
        ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        ip("-n", switch, "link", "set", "bridge", "up")
        for host, address in ADDRESSES.items():
            namespace, ends = self.namespace(host), ["peer", "name", "eth0", "netns", self.namespace(host)]
            ip("-n", switch, "link", "add", host, "type", "veth", *ends)
            ip("-n", switch, "link", "set", host, "master", "bridge", "up")
            ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
            for link in ("lo", "eth0"):
                ip("-n", namespace, "link", "set", link, "up")

    def plug(self, host: str, *, state: str) -> None:
        """Puts the plug of a host into the switch, or pulls it."""
        ip("-n", self.namespace("switch"), "link", "set", host, state)

    def remove(self) -> None:
        for host in self.made:
            ip("netns", "delete", self.namespace(host))

    def start(self, host: str, command: list[str], mode: str | None = "peer") -> Process:
        if mode is None:
            environment = {**os.environ, "ROS_DOMAIN_ID": "0"}
            return Process(["ip", "netns", "exec", self.namespace(host), *command], environment)
        settings = {
            "mode": f'"{mode}"',
            "connect/endpoints": f'["tcp/{ADDRESSES["base"]}:7447"]',
            "listen/endpoints": f'["tcp/{ADDRESSES[host]}:0"]' if mode == "peer" else "[]",
            "transport/link/tx/lease": str(LEASE_MS),
            "transport/link/tx/keep_alive": "4",
        }
        override = ";".join(f"{key}={value}" for key, value in settings.items())
        environment = {**os.environ, "ROS_DOMAIN_ID": "0", "ZENOH_CONFIG_OVERRIDE": override}
        return Process(["ip", "netns", "exec", self.namespace(host), *command], environment)


@pytest.fixture
def hosts():
    if os.geteuid() != 0:
        pytest.skip("only root can make network namespaces")
    hosts, processes = Hosts(), []
    start = hosts.start
    hosts.start = lambda *arguments: processes.append(start(*arguments)) or processes[-1]
    try:
        try:
            hosts.make()
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"network namespaces cannot be made here: {error} {getattr(error, 'stderr', '')}")
        yield hosts
    finally:
        for process in processes:
            process.kill()
        hosts.remove()


def robot(hosts: Hosts, mode: str | None) -> Process:
    process = hosts.start("robot", [sys.executable, "-c", textwrap.dedent(ROBOT)], mode)
    process.expect("ready")
    return process


@pytest.mark.parametrize("mode", ["peer", "client"])
def test_hosts_meet_leave_and_come_back(hosts, mode):
    hosts.start("base", [str(ROS_Z), "router", "--listen", "tcp/0.0.0.0:7447"]).expect("tcp/0.0.0.0:7447")
    station = hosts.start("station", [sys.executable, "-c", textwrap.dedent(STATION)], mode)
    station.expect("ready")
    first = robot(hosts, mode)
    station.expect("appeared")
    station.tell("listen")
    station.expect("listens to hosts_msgs/msg/Probe")

    def works(process: Process, number: int) -> None:
        process.tell(str(number))
        station.expect(f"heard {number} 0.5")
        station.tell(f"call {number} 20")
        station.expect(f"answer {2 * number}")

    works(first, 1)
    # The process dies.
    first.kill()
    station.expect("gone")
    station.tell("call 2 0.2")
    station.expect("no answer")
    second = robot(hosts, mode)
    station.expect("appeared")
    works(second, 3)
    # The host is cut off, and the process lives on.
    hosts.plug("robot", state="down")
    station.expect("gone")
    station.tell("call 4 0.2")
    station.expect("no answer")
    hosts.plug("robot", state="up")
    station.expect("appeared")
    works(second, 5)


def test_the_command_sees_a_robot_from_another_host(hosts):
    router = [str(ROS_Z), "router", "--listen", "tcp/0.0.0.0:7447"]
    hosts.start("robot", router, None).expect("tcp/0.0.0.0:7447")
    node = robot(hosts, None)
    remote = [str(ROS_Z), "--connect", f"tcp/{ADDRESSES['robot']}:7447"]
    listed = hosts.start("station", [*remote, "topic", "list", "--show-types"], None)
    listed.expect("/probe [hosts_msgs/msg/Probe]")
    echo = hosts.start("station", [*remote, "topic", "echo", "/probe", "--once", "--json"], None)
    node.tell("7")
    assert json.loads(echo.next())["number"] == 7


def test_the_command_says_where_it_looked_for_a_router(hosts):
    command = f"{ROS_Z} --connect tcp/{ADDRESSES['base']}:7447 topic list 2>&1"
    said = hosts.start("station", ["sh", "-c", command], None).next()
    assert said.startswith(f"error: no router was reached at tcp/{ADDRESSES['base']}:7447: start a router"), said


def test_routers_of_two_hosts_pass_on_what_their_nodes_say(hosts):
    listen = [str(ROS_Z), "router", "--listen", "tcp/0.0.0.0:7447"]
    # It looks for the other one until it is there.
    hosts.start("station", [*listen, "--connect", f"tcp/{ADDRESSES['robot']}:7447"], None).expect("tcp/0.0.0.0:7447")
    hosts.start("robot", listen, None).expect("tcp/0.0.0.0:7447")
    node = robot(hosts, None)
    echo = hosts.start("station", [str(ROS_Z), "topic", "echo", "/probe", "--once", "--json"], None)
    node.tell("7")
    assert json.loads(echo.next())["number"] == 7
