"""A server that adds two integers, and a client that calls it.

Start a router (`ros-z router`), then each in a terminal of its own:

    python examples/service_demo.py -r server -c 5
    python examples/service_demo.py -r client -c 5
"""

from __future__ import annotations

import argparse
import sys

import ros_z_py
from ros_z_py import example_interfaces


def serve(node: ros_z_py.ZNode, options: argparse.Namespace) -> int:
    server = node.create_server(options.service, example_interfaces.AddTwoInts)
    for _ in range(options.count):
        taken = server.take_request(timeout=options.timeout)
        if taken is None:
            print(f"nobody called {options.service} for {options.timeout} s", file=sys.stderr)
            return 1
        request_id, request = taken
        server.send_response(example_interfaces.AddTwoInts.Response(sum=request.a + request.b), request_id)
        print(f"{request.a} + {request.b}", flush=True)
    return 0


def call(node: ros_z_py.ZNode, options: argparse.Namespace) -> int:
    client = node.create_client(options.service, example_interfaces.AddTwoInts)
    for number in range(1, options.count + 1):
        response = client.call(example_interfaces.AddTwoInts.Request(a=number, b=10 * number), timeout=options.timeout)
        print(f"{number} + {10 * number} = {response.sum}", flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("-r", "--role", choices=["server", "client"], required=True)
    parser.add_argument("-s", "--service", default="/add_two_ints")
    parser.add_argument("-e", "--endpoint", default="tcp/127.0.0.1:7447", help="where the router listens")
    parser.add_argument("-c", "--count", type=int, default=10, help="requests to answer or to send")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds to wait for the other side")
    options = parser.parse_args()

    builder = ros_z_py.ZContextBuilder().with_connect_endpoints([options.endpoint])
    with builder.build() as context, context.create_node(f"adder_{options.role}").build() as node:
        return serve(node, options) if options.role == "server" else call(node, options)


if __name__ == "__main__":
    sys.exit(main())
