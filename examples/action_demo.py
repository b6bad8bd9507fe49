"""A server that computes Fibonacci numbers one by one, and a client that watches it.

Start a router (`ros-z router`), then each in a terminal of its own:

    python examples/action_demo.py -r server -c 1
    python examples/action_demo.py -r client --order 7
"""

from __future__ import annotations

import argparse
import sys

import ros_z_py
from ros_z_py import GoalStatus, example_interfaces

Fibonacci = example_interfaces.Fibonacci


def compute(goal: ros_z_py.ZServerGoal) -> None:
    """Ends early when it is asked to."""
    sequence = [0, 1]
    for _ in range(1, goal.goal.order):
        if goal.wait_for_cancel(timeout=0.05):
            goal.canceled(Fibonacci.Result(sequence=sequence))
            return
        sequence.append(sequence[-2] + sequence[-1])
        goal.publish_feedback(Fibonacci.Feedback(sequence=sequence))
    goal.succeed(Fibonacci.Result(sequence=sequence))


def serve(node: ros_z_py.ZNode, options: argparse.Namespace) -> int:
    with node.create_action_server(options.action, Fibonacci) as server:
        for _ in range(options.count):
            request = server.recv_goal(timeout=options.timeout)
            if request is None:
                print(f"nobody asked for a goal for {options.timeout} s", file=sys.stderr)
                return 1
            if request.goal.order < 0:
                request.reject()
                print(f"rejected {request.goal.order}", flush=True)
                continue
            goal = request.accept_and_execute()
            compute(goal)
            print(f"{goal.status.name.lower()} {goal.goal.order}", flush=True)
    return 0


def ask(node: ros_z_py.ZNode, options: argparse.Namespace) -> int:
    client = node.create_action_client(options.action, Fibonacci)
    goal = client.send_goal(Fibonacci.Goal(order=options.order), timeout=options.timeout)
    if not goal.accepted:
        print("rejected", flush=True)
        return 1
    result = goal.get_result_async()
    heard = 0
    while (feedback := goal.recv_feedback(timeout=0.05)) is not None or not result.done():
        if feedback is None:
            continue
        heard += 1
        print(f"so far {feedback.sequence.tolist()}", flush=True)
        if heard == options.cancel_after:
            print(f"cancel: {goal.cancel(timeout=options.timeout).return_code.name.lower()}", flush=True)
    status, outcome = result.result()
    print(f"{status.name.lower()}: {outcome.sequence.tolist()}", flush=True)
    return 0 if status is GoalStatus.SUCCEEDED else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("-r", "--role", choices=["server", "client"], required=True)
    parser.add_argument("-a", "--action", default="/fibonacci")
    parser.add_argument("-e", "--endpoint", default="tcp/127.0.0.1:7447", help="where the router listens")
    parser.add_argument("-c", "--count", type=int, default=10, help="goals to serve")
    parser.add_argument("--order", type=int, default=7, help="how many numbers the client asks for")
    parser.add_argument("--cancel-after", type=int, default=0, help="cancel after so much feedback")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds to wait for the other side")
    options = parser.parse_args()

    builder = ros_z_py.ZContextBuilder().with_connect_endpoints([options.endpoint])
    with builder.build() as context, context.create_node(f"fibonacci_{options.role}").build() as node:
        return serve(node, options) if options.role == "server" else ask(node, options)


if __name__ == "__main__":
    sys.exit(main())
