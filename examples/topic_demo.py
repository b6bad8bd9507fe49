"""A talker and a listener on a message type that is loaded from a `.msg` file at run time.

Start a router (`ros-z router`), then each in a terminal of its own:

    python examples/topic_demo.py -r listener -c 5
    python examples/topic_demo.py -r talker -c 5
"""

from __future__ import annotations

import argparse
import math
import sys
import threading
from pathlib import Path

import ros_z_py

PROBE = Path(__file__).parent / "demo_msgs" / "msg" / "Probe.msg"


def talk(node: ros_z_py.ZNode, options: argparse.Namespace) -> int:
    probe = ros_z_py.types["demo_msgs/msg/Probe"]
    publisher = node.create_publisher(options.topic, probe)
    if not publisher.wait_for_subscriber(timeout=options.timeout):
        print(f"nobody listens on {options.topic}", file=sys.stderr)
        return 1
    pace = threading.Event()
    for number in range(1, options.count + 1):
        message = probe(label=f"probe {number}", samples=[math.sin(number + step) for step in range(3)])
        message.header.frame_id = "tip"
        message.position.z = 0.1 * number
        publisher.publish(message)
        pace.wait(options.interval)
    return 0


def listen(node: ros_z_py.ZNode, options: argparse.Namespace) -> int:
    subscriber = node.create_subscriber(options.topic, "demo_msgs/msg/Probe")
    for _ in range(options.count):
        message = subscriber.recv(timeout=options.timeout)
        if message is None:
            print(f"nothing came on {options.topic} for {options.timeout} s", file=sys.stderr)
            return 1
        print(ros_z_py.to_json(message).decode(), flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("-r", "--role", choices=["talker", "listener"], required=True)
    parser.add_argument("-t", "--topic", default="/probe")
    parser.add_argument("-e", "--endpoint", default="tcp/127.0.0.1:7447", help="where the router listens")
    parser.add_argument("-c", "--count", type=int, default=10, help="messages to send or to wait for")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds to wait for the other side")
    parser.add_argument("--interval", type=float, default=0.1, help="seconds between two messages")
    options = parser.parse_args()

    ros_z_py.types.load(PROBE)
    builder = ros_z_py.ZContextBuilder().with_connect_endpoints([options.endpoint])
    with builder.build() as context, context.create_node(f"probe_{options.role}").build() as node:
        return talk(node, options) if options.role == "talker" else listen(node, options)


if __name__ == "__main__":
    sys.exit(main())
