"""Service servers and clients, from Python to Python."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import math
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import ros_z_py
from ros_z_py import example_interfaces, std_srvs

AddTwoInts = example_interfaces.AddTwoInts
EXAMPLES = Path(__file__).parents[2] / "examples"


def pair(context, other, **options):
    """A server, and a client in another context."""
    server = context.create_node("server").build().create_server("add", AddTwoInts, **options)
    return server, other.create_node("client").build().create_client("add", AddTwoInts)


def answer(server, *, take=10.0):
    request_id, request = server.take_request(timeout=take)
    server.send_response(AddTwoInts.Response(sum=request.a + request.b), request_id)
    return request


def add(request):
    return AddTwoInts.Response(sum=request.a + request.b)


def test_a_callback_server_answers_calls(context, other_context):
    _server, client = pair(context, other_context, callback=add)
    assert client.wait_for_service(timeout=10)
    for number in range(10):
        response = client.call(AddTwoInts.Request(a=number, b=7), timeout=10)
        assert type(response) is AddTwoInts.Response
        assert response.sum == number + 7


def test_requests_are_taken_and_answered_in_any_order(context, other_context):
    server, client = pair(context, other_context)
    calls = [client.call_async(AddTwoInts.Request(a=number, b=1)) for number in range(5)]
    assert not any(call.done() for call in calls)
    taken = [server.take_request(timeout=10) for _ in calls]
    assert server.try_take_request() is None
    assert server.take_request(timeout=0) is None
    assert [request.a for _, request in taken] == [0, 1, 2, 3, 4]
    assert [request_id.sequence_number for request_id, _ in taken] == [1, 2, 3, 4, 5]
    assert {request_id.client_gid for request_id, _ in taken} == {client.gid}
    assert len({request_id for request_id, _ in taken}) == 5
    for request_id, request in reversed(taken):
        server.send_response({"sum": request.a + request.b}, request_id)
    assert [call.result(timeout=10).sum for call in calls] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "service_type",
    [
        AddTwoInts,
        AddTwoInts.Request,
        example_interfaces.AddTwoIntsRequest,
        "example_interfaces/srv/AddTwoInts",
        "example_interfaces/AddTwoInts",
        "example_interfaces.srv.AddTwoInts",
        "example_interfaces::srv::dds_::AddTwoInts_",
        "example_interfaces/srv/AddTwoInts_Request",
    ],
)
def test_every_way_to_name_a_service_type(context, service_type):
    node = context.create_node("both").build()
    server, client = node.create_server("add", service_type), node.create_client("add", service_type)
    for end in (server, client):
        assert end.service == "/add"
        assert end.type_name == "example_interfaces/srv/AddTwoInts"
        assert end.type_hash == AddTwoInts.__type_hash__
        assert end.qos == ros_z_py.QOS_SERVICES
        assert len(end.gid) == 16
    call = client.call_async({"a": 1, "b": 2})
    answer(server)
    assert call.result(timeout=10) == AddTwoInts.Response(sum=3)


@pytest.mark.parametrize(
    ("service_type", "exception", "part"),
    [
        (ros_z_py.std_msgs.String, ros_z_py.UnknownTypeError, "`std_msgs/msg/String` is not the request of a service"),
        (AddTwoInts.Response, ros_z_py.UnknownTypeError, "is not the request of a service"),
        ("std_msgs/msg/String", ros_z_py.UnknownTypeError, "`std_msgs/msg/String` is not a service"),
        (example_interfaces.Fibonacci, TypeError, "expected a service class"),
        ("example_interfaces/srv/AddTwoInt", ros_z_py.UnknownTypeError, "did you mean"),
        ("no type", ros_z_py.InvalidNameError, "`no type`"),
        (int, TypeError, "expected a service class"),
        (5, TypeError, "got 5"),
    ],
)
def test_other_types_are_refused(context, service_type, exception, part):
    node = context.create_node("node").build()
    for create in (node.create_server, node.create_client):
        with pytest.raises(exception, match=part):
            create("add", service_type)


def test_a_service_of_a_type_that_was_loaded_at_run_time(context, other_context):
    types = ros_z_py.TypeRegistry()
    service = types.add("probe_msgs/srv/Locate", "string label\n---\ngeometry_msgs/Point at\nbool found\n")
    server = context.create_node("server").build().create_server("~/locate", service)
    client = other_context.create_node("client").build().create_client("/server/locate", service.Request)
    call = client.call_async(service.Request(label="door"))
    request_id, request = server.take_request(timeout=10)
    assert request == service.Request(label="door")
    server.send_response({"at": {"x": 1.5}, "found": True}, request_id)
    response = call.result(timeout=10)
    assert (response.at.x, response.found) == (1.5, True)


def test_an_older_request_class_is_refused(context):
    types = ros_z_py.TypeRegistry()
    old = types.add("probe_msgs/srv/Move", "float32 speed\n---\n")
    with pytest.warns(ros_z_py.TypeConflictWarning):
        new = types.add("probe_msgs/srv/Move", "float64 speed\n---\n")
    node = context.create_node("node").build()
    assert node.create_client("move", old).type_hash == old.__type_hash__ != new.__type_hash__
    assert node.create_client("move", new.Request).type_hash == new.__type_hash__
    with pytest.raises(ros_z_py.TypeMismatchError, match="older definition of `probe_msgs/srv/Move_Request`"):
        node.create_client("move", old.Request)


FIRST_CALLS = """
import sys, threading
import ros_z_py
from ros_z_py.example_interfaces.srv import AddTwoInts

def call(client, ready, sums):
    ready.wait(10)
    sums.append(client.call_async({"a": 1, "b": 2}, timeout=20).result(timeout=20).sum)

sys.setswitchinterval(1e-6)
with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    with ros_z_py.ZContextBuilder().with_connect_endpoints([router.endpoint]).build() as context:
        node = context.create_node("node").build()
        server = node.create_server("add", AddTwoInts, callback=lambda request: {"sum": request.a + request.b})
        for _ in range(10):
            ready, sums = threading.Barrier(4), []
            arguments = (node.create_client("add", AddTwoInts), ready, sums)
            threads = [threading.Thread(target=call, args=arguments) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sums == [3, 3, 3, 3], sums
"""


def test_threads_may_make_the_first_calls_of_a_client_at_once():
    # A process of its own: one that waits for a lock with the interpreter in its hands can be ended only from outside.
    subprocess.run([sys.executable, "-c", FIRST_CALLS], check=True, timeout=60)


def test_dicts_and_empty_requests(context, other_context):
    node = context.create_node("server").build()
    server = node.create_server("trigger", "std_srvs/srv/Trigger", output="dict")
    client = other_context.create_node("client").build().create_client("trigger", std_srvs.Trigger, output="dict")
    call = client.call_async({})
    request_id, request = server.take_request(timeout=10)
    assert request == {}
    server.send_response({"success": True, "message": "done"}, request_id)
    assert call.result(timeout=10) == {"success": True, "message": "done"}
    with pytest.raises(ros_z_py.ArgumentError, match="output"):
        node.create_server("x", std_srvs.Trigger, output="raw")


def test_large_messages(context, other_context):
    types = ros_z_py.TypeRegistry()
    service = types.add("probe_msgs/srv/Blob", "uint8[] data\n---\nuint8[] data\n")
    node = context.create_node("server").build()
    node.create_server("blob", service, callback=lambda request: {"data": request.data})
    client = other_context.create_node("client").build().create_client("blob", service)
    for size in (0, 1, 4096, 70_000, 3_000_000):
        data = bytes(index * 7 & 0xFF for index in range(1000)) * (size // 1000 + 1)
        assert client.call({"data": data[:size]}, timeout=20).data == data[:size]


def test_what_does_not_fit_is_refused_with_the_path_and_can_be_tried_again(context, other_context):
    server, client = pair(context, other_context)
    for call in (client.call, client.call_async):
        with pytest.raises(ros_z_py.SerializationError) as caught:
            call({"a": "one"})
        assert (caught.value.path, caught.value.type_name) == ("a", "example_interfaces/srv/AddTwoInts_Request")
        with pytest.raises(ros_z_py.SerializationError, match="nothing"):
            call({"nothing": 1})
    call = client.call_async({"a": 1})
    request_id, _ = server.take_request(timeout=10)
    with pytest.raises(ros_z_py.SerializationError) as caught:
        server.send_response({"sum": 2.5}, request_id)
    assert caught.value.path == "sum"
    server.send_response({"sum": 2}, request_id)
    assert call.result(timeout=10).sum == 2
    with pytest.raises(ros_z_py.ArgumentError, match="/add has no pending request 1 of"):
        server.send_response({"sum": 2}, request_id)
    with pytest.raises(TypeError):
        server.send_response({"sum": 2}, 1)


@pytest.mark.parametrize("timeout", [-1, -0.001, math.nan, -math.inf])
def test_timeouts_that_make_no_sense(context, timeout):
    server, client = pair(context, context)
    waits = [
        lambda: client.call({}, timeout=timeout),
        lambda: client.call_async({}, timeout=timeout),
        lambda: client.wait_for_service(timeout=timeout),
        lambda: server.take_request(timeout=timeout),
    ]
    for wait in waits:
        with pytest.raises(ros_z_py.ArgumentError, match="timeout"):
            wait()


@pytest.mark.parametrize("timeout", [1e6, 1e15, 1e300, math.inf, None])
def test_there_is_no_longest_timeout(context, other_context, timeout):
    server, client = pair(context, other_context)
    call = client.call_async({"a": 1}, timeout=timeout)
    thread = threading.Thread(target=lambda: [answer(server) for _ in range(2)])
    thread.start()
    assert client.call({"b": 5}, timeout=timeout).sum == 5
    assert call.result(timeout=10).sum == 1
    thread.join()


def test_the_time_of_a_call_can_be_up(context, other_context):
    server, client = pair(context, other_context)
    assert client.wait_for_service(timeout=10)
    started = time.monotonic()
    with pytest.raises(ros_z_py.TimeoutError, match="the call of /add was not answered in time") as caught:
        client.call({"a": 1}, timeout=0.2)
    assert 0.2 <= time.monotonic() - started < 5
    assert isinstance(caught.value, TimeoutError)
    with pytest.raises(ros_z_py.TimeoutError):
        client.call({"a": 1}, timeout=0)  # which is not even sent
    late, soon = client.call_async({"a": 2}, timeout=30), client.call_async({"a": 3}, timeout=0.1)
    with pytest.raises(ros_z_py.TimeoutError):
        soon.result(timeout=10)
    for _ in range(3):
        answer(server)
    assert late.result(timeout=10).sum == 2


def test_nobody_serves(context):
    client = context.create_node("client").build().create_client("nobody", AddTwoInts)
    assert not client.wait_for_service(timeout=0.05)
    for call in (client.call, lambda *a, **k: client.call_async(*a, **k).result(timeout=10)):
        with pytest.raises(ros_z_py.TimeoutError, match="nobody served /nobody in time"):
            call({}, timeout=0.05)


def test_a_call_waits_for_the_server_to_come(context, other_context):
    client = other_context.create_node("client").build().create_client("add", AddTwoInts)
    calls = [client.call_async({"a": number}) for number in range(3)]
    context.create_node("server").build().create_server("add", AddTwoInts, callback=add)
    assert [call.result(timeout=10).sum for call in calls] == [0, 1, 2]
    assert client.wait_for_service(timeout=10)


def test_a_server_that_goes_ends_the_calls_that_it_has(context, other_context):
    server, client = pair(context, other_context)
    call = client.call_async({})
    server.take_request(timeout=10)
    server.close()
    with pytest.raises(ros_z_py.RosZError, match="the call of /add ended without a response") as caught:
        call.result(timeout=10)
    assert caught.value.kind == "network"
    with pytest.raises(ros_z_py.RosZError, match="the server of /add was closed"):
        server.take_request()


def test_an_exception_in_a_callback_ends_the_call_and_nothing_else(context, other_context, monkeypatch):
    raised = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: raised.append(repr(unraisable.exc_value)))

    def callback(request):
        match request.a:
            case 0:
                raise ValueError("mine")
            case 1:
                return {"sum": "text"}
            case 2:
                return None
        return {"sum": request.a}

    _server, client = pair(context, other_context, callback=callback)
    for number in range(3):
        with pytest.raises(ros_z_py.RosZError, match="ended without a response"):
            client.call({"a": number}, timeout=10)
    assert client.call({"a": 3}, timeout=10).sum == 3
    assert raised[0] == "ValueError('mine')"
    assert len(raised) == 3


def test_a_callback_may_call_another_service(context, other_context):
    node = other_context.create_node("middle").build()
    inner = node.create_client("inner", AddTwoInts)
    node.create_server("outer", AddTwoInts, callback=lambda request: inner.call(request, timeout=10))
    context.create_node("server").build().create_server("inner", AddTwoInts, callback=add)
    client = context.create_node("client").build().create_client("outer", AddTwoInts)
    assert client.call({"a": 20, "b": 22}, timeout=10).sum == 42


def test_a_future_as_of_concurrent_futures(context, other_context):
    server, client = pair(context, other_context)
    calls = [client.call_async({"a": number}) for number in range(3)]
    assert all(isinstance(call, ros_z_py.ServiceCall | concurrent.futures.Future) for call in calls)
    seen: list[int] = []
    calls[0].add_done_callback(lambda call: seen.append(call.result().sum))
    with pytest.raises(concurrent.futures.TimeoutError):
        calls[0].result(timeout=0.01)
    assert calls[1].cancel() and calls[1].cancelled() and calls[1].done()
    assert calls[1].cancel()
    with pytest.raises(concurrent.futures.CancelledError):
        calls[1].result()
    for _ in range(3):
        answer(server)
    done, left = concurrent.futures.wait(calls, timeout=10)
    assert (len(done), len(left)) == (3, 0)
    assert (seen, calls[2].result().sum) == ([0], 2)
    assert not calls[2].cancel()
    assert calls[0].exception() is None


def test_a_future_can_be_awaited(context, other_context):
    _server, client = pair(context, other_context, callback=add, qos=100)

    async def main() -> list[int]:
        first = await client.call_async({"a": 1, "b": 1})
        others = await asyncio.gather(*(client.call_async({"a": number}) for number in range(20)))
        return [first.sum, *(response.sum for response in others)]

    assert asyncio.run(main()) == [2, *range(20)]


def test_a_wait_for_a_future_can_be_given_up(context, other_context):
    server, client = pair(context, other_context)

    async def main() -> bool:
        call = client.call_async({"a": 1})
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(call, timeout=0.1)
        return call.cancelled()

    assert asyncio.run(main())
    answer(server)
    assert asyncio.run(asyncio.wait_for(chain(server, client), timeout=10)) == 7


async def chain(server, client):
    call = client.call_async({"a": 3, "b": 4})
    await asyncio.to_thread(answer, server)
    return (await call).sum


def test_closing_ends_waits_and_calls(context, other_context):
    server, client = pair(context, other_context)
    call, caught = client.call_async({}), []

    def wait():
        try:
            server.take_request()
            server.take_request()
        except ros_z_py.RosZError as error:
            caught.append(error.kind)

    thread = threading.Thread(target=wait)
    thread.start()
    other_context.close()
    with pytest.raises(ros_z_py.RosZError, match="the client of /add was closed"):
        call.result(timeout=10)
    context.close()
    thread.join(timeout=10)
    assert caught == ["closed"]
    for use in (client.call, client.call_async):
        with pytest.raises(ros_z_py.RosZError, match="the client of /add was closed") as error:
            use({})
        assert error.value.kind == "closed"
    client.close()
    server.close()


def test_a_client_lives_as_long_as_its_calls(context, other_context):
    server = context.create_node("server").build().create_server("add", AddTwoInts)
    call = other_context.create_node("client").build().create_client("add", AddTwoInts).call_async({"a": 4})
    gc.collect()
    answer(server)
    assert call.result(timeout=10).sum == 4


@pytest.mark.parametrize("what", ["take", "call", "wait"])
def test_ctrl_c_ends_a_wait_soon(context, what):
    server, client = pair(context, context)
    stranger = context.create_node("stranger").build().create_client("nobody", AddTwoInts)
    waits = {"take": server.take_request, "call": lambda: client.call({}), "wait": stranger.wait_for_service}
    sent: list[float] = []

    def interrupt():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer = threading.Timer(0.2, interrupt)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            waits[what]()
        assert time.monotonic() - sent[0] < 0.5
    finally:
        signal.signal(signal.SIGINT, previous)
        timer.join()


def test_other_threads_run_while_one_waits(context):
    server, client = pair(context, context)
    call = client.call_async({})
    taken = []
    take = threading.Thread(target=lambda: taken.extend(server.take_request(timeout=wait) for wait in (10, 0.3)))
    take.start()
    counted = 0
    while take.is_alive():
        counted += 1
    assert counted > 1000
    assert (taken[0][1], taken[1]) == (AddTwoInts.Request(), None)
    server.drop_request(taken[0][0])
    with pytest.raises(ros_z_py.RosZError, match="ended without a response"):
        call.result(timeout=10)


def test_many_threads_call_at_once(context, other_context):
    _server, client = pair(context, other_context, callback=add, qos=1000)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(lambda number: client.call({"a": number}, timeout=20).sum, range(200)))
    assert sums == list(range(200))


def start(role, router, domain):
    command = [sys.executable, EXAMPLES / "service_demo.py", "-r", role, "-c", "3", "-e", router.endpoint]
    environment = {**os.environ, "ROS_DOMAIN_ID": str(domain)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("first", ["server", "client"])
def test_the_example_in_two_processes(router, domain, first):
    roles = sorted(["server", "client"], key=lambda role: role != first)
    processes = {role: start(role, router, domain) for role in roles}
    results = {role: process.communicate(timeout=60) for role, process in processes.items()}
    assert results["client"] == ("1 + 10 = 11\n2 + 20 = 22\n3 + 30 = 33\n", ""), results
    assert results["server"] == ("1 + 10\n2 + 20\n3 + 30\n", ""), results
    assert [process.returncode for process in processes.values()] == [0, 0]
