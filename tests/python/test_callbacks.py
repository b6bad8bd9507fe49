"""Callbacks, and how waiting and processes end: Ctrl-C, exits with everything open, forks."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from process import DEADLINE, Process
from ros_z_py import example_interfaces, std_msgs

KEEP_ALL = {"history": "keep_all"}


def test_a_callback_may_create_and_close_endpoints_and_itself(context):
    node, done, seen = context.create_node("node").build(), threading.Event(), []

    def callback(message):
        seen.append(message.data)
        with node.create_publisher("/made", std_msgs.String) as made:
            made.publish({"data": "from a callback"})
        node.create_subscriber("/other", std_msgs.String, callback=lambda _: None).close()
        subscriber.close()
        done.set()

    subscriber = node.create_subscriber("/topic", std_msgs.String, callback=callback)
    publisher = node.create_publisher("/topic", std_msgs.String)
    publisher.publish({"data": "first"})
    assert done.wait(timeout=10)
    publisher.publish({"data": "second"})
    assert seen == ["first"] and subscriber.is_closed


def test_a_callback_may_close_its_context(router, domain):
    from conftest import make_context

    context, closed = make_context(router, domain), threading.Event()
    node = context.create_node("node").build()

    def callback(_message):
        context.close()
        closed.set()

    node.create_subscriber("/topic", std_msgs.String, callback=callback)
    node.create_publisher("/topic", std_msgs.String).publish({})
    assert closed.wait(timeout=10) and context.is_closed


def test_a_callback_may_call_a_service_that_another_callback_serves(context):
    """Each endpoint's callbacks run on a thread of their own: with one thread for all this would wait for itself."""
    node, answers = context.create_node("node").build(), []
    done = threading.Event()

    def add(request):
        return {"sum": request.a + request.b}

    def callback(message):
        answers.append(client.call({"a": int(message.data), "b": 1}, timeout=10).sum)
        done.set()

    server = node.create_server("add", example_interfaces.AddTwoInts, callback=add)
    client = node.create_client("add", example_interfaces.AddTwoInts)
    assert client.wait_for_service(timeout=10)
    subscriber = node.create_subscriber("/topic", std_msgs.String, callback=callback)
    node.create_publisher("/topic", std_msgs.String).publish({"data": "41"})
    assert done.wait(timeout=10) and answers == [42]
    subscriber.close()
    server.close()


def test_a_slow_callback_holds_up_no_other(context):
    node, release, fast = context.create_node("node").build(), threading.Event(), threading.Event()
    slow = node.create_subscriber("/topic", std_msgs.String, callback=lambda _: release.wait(timeout=DEADLINE))
    quick = node.create_subscriber("/topic", std_msgs.String, callback=lambda _: fast.set())
    node.create_publisher("/topic", std_msgs.String).publish({})
    assert fast.wait(timeout=10)
    release.set()
    slow.close()
    quick.close()


def test_a_callback_of_c_lets_others_run(context):
    """`list.append` runs no code of Python, and would never let go of the interpreter."""
    node, received, count = context.create_node("node").build(), [], 20_000
    subscriber = node.create_subscriber("/topic", std_msgs.UInt32, qos=KEEP_ALL, callback=received.append)
    publisher = node.create_publisher("/topic", std_msgs.UInt32, qos=KEEP_ALL)
    message = std_msgs.UInt32()
    for number in range(count):
        message.data = number
        publisher.publish(message)
    deadline = time.monotonic() + DEADLINE
    while len(received) < count and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    assert [message.data for message in received] == list(range(count))
    subscriber.close()


INTERRUPTED = """
import signal
import sys
import time
import ros_z_py
from ros_z_py import example_interfaces, std_msgs

# A process that a shell starts in the background ignores SIGINT, and Python leaves it so.
signal.signal(signal.SIGINT, signal.default_int_handler)

with ros_z_py.ZContextBuilder().with_domain_id(99).with_connect_endpoints([]).build() as context:
    node = context.create_node("waiting").build()
    subscriber = node.create_subscriber("/topic", std_msgs.String)
    publisher = node.create_publisher("/nobody", std_msgs.String)
    server = node.create_server("add", example_interfaces.AddTwoInts)
    client = node.create_client("none", example_interfaces.AddTwoInts)
    waits = {
        "recv": subscriber.recv,
        "iteration": lambda: next(iter(subscriber)),
        "take_request": server.take_request,
        "call": lambda: client.call({}),
        "wait_for_service": client.wait_for_service,
        "wait_for_subscriber": publisher.wait_for_subscriber,
    }
    print("ready", flush=True)
    for line in sys.stdin:
        print("waits", flush=True)
        try:
            waits[line.strip()]()
        except KeyboardInterrupt:
            print(f"interrupted {time.time()}", flush=True)
"""


def test_ctrl_c_ends_every_wait_within_a_tenth_of_a_second():
    process = Process.of(INTERRUPTED)
    try:
        for wait in ("recv", "iteration", "take_request", "call", "wait_for_service", "wait_for_subscriber"):
            best = 60.0
            # A busy machine may be late, now and then.
            for _ in range(5):
                process.tell(wait)
                process.expect("waits")
                until_waiting(process.process.pid)
                interrupted = time.time()
                process.process.send_signal(2)
                word, at = process.next().split()
                assert word == "interrupted"
                best = min(best, float(at) - interrupted)
                if best < 0.11:
                    break
            assert best < 0.11, wait
    finally:
        process.kill()


def until_waiting(pid: int) -> None:
    """Until the main thread of a process sleeps."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S":
            return
    pytest.fail("the process does not wait")


def run(program: str, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "dev", "-c", textwrap.dedent(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


EXITS = """
    import sys, threading
    import ros_z_py
    from ros_z_py import example_interfaces, std_msgs

    context = ros_z_py.ZContextBuilder().with_domain_id(98).with_connect_endpoints([]).with_shm_enabled().build()
    node = context.create_node("open").build()
    started = threading.Event()
    called = lambda message: started.set() or {busy}
    subscriber = node.create_subscriber("/topic", std_msgs.UInt8MultiArray, callback=called)
    other = node.create_subscriber("/topic", std_msgs.UInt8MultiArray)
    server = node.create_server("add", example_interfaces.AddTwoInts, callback=lambda request: None)
    publisher = node.create_publisher("/topic", std_msgs.UInt8MultiArray)
    publisher.publish({{"data": bytes(100_000)}})
    view = other.recv(timeout=10).data
    loan = publisher.loan_message(data=5000)
    call = node.create_client("none", example_interfaces.AddTwoInts).call_async({{}})
    thread = threading.Thread(target=list, args=[other], daemon=True)
    thread.start()
    assert started.wait(timeout=10)
    print(len(view))
    {end}
"""


@pytest.mark.parametrize("busy", ["None", "threading.Event().wait(0.2)"])
@pytest.mark.parametrize(
    ("end", "code", "error"),
    [("", 0, ""), ("sys.exit(3)", 3, ""), ("raise ValueError('mine')", 1, "ValueError: mine")],
)
def test_a_process_ends_in_order_with_everything_open(busy, end, code, error):
    ended = run(EXITS.format(busy=busy, end=end))
    assert (ended.returncode, ended.stdout) == (code, "100000\n"), ended.stderr
    lines = [line for line in ended.stderr.splitlines() if "Traceback" not in line and not line.startswith("  ")]
    assert lines == ([error] if error else [])


LEFT = """
    import sys, threading
    import ros_z_py
    from ros_z_py import std_msgs

    begun = threading.Event()

    def callback(_message):
        begun.set()
        {body}

    with ros_z_py.router("tcp/127.0.0.1:0") as router:
        builder = ros_z_py.ZContextBuilder().with_domain_id(96).with_connect_endpoints([router.endpoint])
        node = builder.build().create_node("busy").build()
        for _ in range({callbacks}):
            node.create_subscriber("/topic", std_msgs.String, callback=callback)
        node.create_publisher("/topic", std_msgs.String).publish({{}})
        assert begun.wait(timeout=10)
    sys.exit(3)
"""


@pytest.mark.parametrize(
    ("body", "callbacks"),
    [
        ("while True: pass", 1),
        ("while True: threading.Event().wait(0.001)", 4),
        ("threading.Event().wait(3600)", 4),
        # Some wake while the interpreter is being taken down.
        ("threading.Event().wait(1.2 + 0.004 * threading.get_native_id() % 0.05)", 12),
    ],
)
def test_a_process_ends_while_callbacks_run(body, callbacks):
    ended = run(LEFT.format(body=body, callbacks=callbacks))
    assert (ended.returncode, ended.stderr) == (3, "")


FORKS = """
    import os, sys
    import ros_z_py
    from ros_z_py import std_msgs

    with ros_z_py.router("tcp/127.0.0.1:0") as router:
        builder = ros_z_py.ZContextBuilder().with_domain_id(97).with_connect_endpoints([router.endpoint])
        context = builder.build()
        node = context.create_node("parent").build()
        publisher = node.create_publisher("/topic", std_msgs.String)
        subscriber = node.create_subscriber("/topic", std_msgs.String)
        called = node.create_subscriber("/topic", std_msgs.String, callback=lambda message: None)
        events = node.graph_events()
        child = os.fork()
        if child == 0:
            for name, act in {
                "publish": lambda: publisher.publish({"data": "child"}),
                "publish_raw": lambda: publisher.publish_raw(bytes(10_000)),
                "loan": lambda: publisher.loan(10),
                "recv": lambda: subscriber.recv(timeout=5),
                "try_recv": subscriber.try_recv,
                "wait": lambda: publisher.wait_for_subscriber(timeout=5),
                "iterate": lambda: next(iter(subscriber)),
                "events": lambda: next(events),
                "names": node.get_node_names,
                "count": lambda: node.count_publishers("/topic"),
                "create_node": lambda: context.create_node("child").build(),
                "create_publisher": lambda: node.create_publisher("/other", std_msgs.String),
                "build": builder.build,
                "router": lambda: ros_z_py.router("tcp/127.0.0.1:0"),
            }.items():
                try:
                    act()
                except ros_z_py.RosZError as error:
                    assert error.kind == "closed" and "forked" in str(error), error
                    print(name, flush=True)
            for each in (publisher, subscriber, events, node, context, router):
                each.close()
            print("closed", flush=True)
            # Runs what is registered for the end, and lets go of every object.
            del publisher, subscriber, called, events, node, context
            sys.exit(7)
        _, status = os.waitpid(child, 0)
        print("child", os.waitstatus_to_exitcode(status))
        publisher.publish({"data": "parent"})
        print(subscriber.recv(timeout=10).data)
        context.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_is_told_so_and_harms_nobody():
    ended = run(FORKS)
    names = ["publish", "publish_raw", "loan", "recv", "try_recv", "wait", "iterate", "events", "names", "count"]
    names += ["create_node", "create_publisher", "build", "router"]
    expected = [*names, "closed", "child 7", "parent"]
    assert ended.stdout.split("\n")[:-1] == expected, ended.stderr
    assert ended.returncode == 0


def test_a_process_may_fork_before_its_first_context():
    ended = run("""
        import os
        import ros_z_py
        from ros_z_py import std_msgs

        child = os.fork()
        with ros_z_py.ZContextBuilder().with_connect_endpoints([]).build() as context:
            node = context.create_node("either").build()
            subscriber = node.create_subscriber("/topic", std_msgs.String)
            node.create_publisher("/topic", std_msgs.String).publish({"data": "fine"})
            assert subscriber.recv(timeout=10).data == "fine"
        if child:
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """)
    assert (ended.stdout, ended.returncode) == ("0\n", 0), ended.stderr
