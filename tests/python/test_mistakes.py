"""What a person reads after a common mistake: one clear sentence that names the thing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ros_z_py
from ros_z_py import example_interfaces, geometry_msgs, sensor_msgs, std_msgs, types

AddTwoInts = example_interfaces.AddTwoInts
String = std_msgs.String
TYPES = "looked in … loaded types, 235 built-in interfaces"


def encode(message: object) -> bytes:
    return ros_z_py.encode(message)


def codec(name: str = "std_msgs/msg/String") -> ros_z_py.Codec[Any]:
    return ros_z_py.codec(name)


def builder() -> ros_z_py.ZContextBuilder:
    return ros_z_py.ZContextBuilder()


Row = tuple[Callable[[], object], str, str]

# What is done, the error's class, and what is read; `…` is anything.
ALONE: list[Row] = [
    # Types
    (lambda: String(dta="x"), "TypeError", "std_msgs/msg/String: no field is named `dta`; did you mean `data`?"),
    (lambda: std_msgs.Strin, "AttributeError", "there is no type 'Strin' in std_msgs; did you mean `String`?"),
    (
        lambda: ros_z_py.std_msg,
        "AttributeError",
        "module 'ros_z_py' has no attribute 'std_msg'; did you mean `std_msgs`?",
    ),
    (
        lambda: types["std_msgs/msg/Strng"],
        "UnknownTypeError",
        f"unknown type `std_msgs/msg/Strng`; did you mean `std_msgs/msg/String`? {TYPES}",
    ),
    (
        lambda: codec("std_msgs"),
        "InvalidNameError",
        "`std_msgs` is not a type name; expected `package/msg/Name`",
    ),
    (lambda: codec(3), "TypeError", "expected a message class or the name of a type, got 3"),
    (lambda: types.schema(3), "TypeError", "expected a message class or the name of a type, got 3"),
    (
        lambda: codec(AddTwoInts),
        "UnknownTypeError",
        "`example_interfaces/srv/AddTwoInts` is a service, not a message; "
        "did you mean `example_interfaces/srv/AddTwoInts_Request`?",
    ),
    (
        lambda: AddTwoInts(a=1),
        "TypeError",
        "example_interfaces/srv/AddTwoInts is a service, not a message; did you mean AddTwoInts.Request?",
    ),
    (
        lambda: types.add("Probe", "int8 x"),
        "InvalidNameError",
        "`Probe` is not a type name; expected `package/msg/Name`",
    ),
    (
        lambda: types.add("mistaken_msgs/msg/P", "int8 x\nflot32 y\n"),
        "InterfaceError",
        "mistaken_msgs/msg/P:2:1: expected a type, found `flot32`: a type name must begin with an upper-case letter\n"
        "  flot32 y\n  ^",
    ),
    (lambda: types.load("nowhere.msg"), "InterfaceFileError", "nowhere.msg: No such file or directory (os error 2)"),
    (lambda: types.with_distro("jazy"), "ArgumentError", "`jazy` is not a known ROS distribution; known are …"),
    # Values
    (lambda: encode(String(data=1)), "SerializationError", "std_msgs/msg/String.data: expected str, got int"),
    (lambda: encode(String(data=b"x")), "SerializationError", "std_msgs/msg/String.data: expected str, got bytes"),
    (lambda: encode(String(data=None)), "SerializationError", "std_msgs/msg/String.data: expected str, got NoneType"),
    (
        lambda: encode(std_msgs.UInt8(data=300)),
        "SerializationError",
        "std_msgs/msg/UInt8.data: 300 is out of range for uint8",
    ),
    (
        lambda: encode(std_msgs.Int32(data=1.5)),
        "SerializationError",
        "std_msgs/msg/Int32.data: expected int32, got float",
    ),
    (
        lambda: encode(geometry_msgs.Twist(linear=1)),
        "SerializationError",
        "geometry_msgs/msg/Twist.linear: expected geometry_msgs/msg/Vector3 or a dict, got int",
    ),
    (
        lambda: encode(geometry_msgs.Polygon(points=[geometry_msgs.Point()])),
        "SerializationError",
        "geometry_msgs/msg/Polygon.points[0]: expected geometry_msgs/msg/Point32 or a dict, "
        "got a message of geometry_msgs/msg/Point",
    ),
    (
        lambda: encode(sensor_msgs.JointState(name="abc")),
        "SerializationError",
        "sensor_msgs/msg/JointState.name: expected a list, got str",
    ),
    (lambda: encode("text"), "TypeError", "expected a message, got str"),
    (
        lambda: encode(String),
        "TypeError",
        "expected a message, got the class <class 'ros_z_py.std_msgs.msg.String'>; call it to make one",
    ),
    (
        lambda: ros_z_py.from_dict(String, {"dat": "x"}),
        "SerializationError",
        "std_msgs/msg/String: no field is named `dat`; did you mean `data`?",
    ),
    # Shapes and numbers of arrays
    (
        lambda: encode(sensor_msgs.Imu(orientation_covariance=np.zeros((2, 3)))),
        "SerializationError",
        "sensor_msgs/msg/Imu.orientation_covariance: expected exactly 9 elements, got 6",
    ),
    (
        lambda: encode(sensor_msgs.LaserScan(ranges=np.array(["a"]))),
        "SerializationError",
        "sensor_msgs/msg/LaserScan.ranges[0]: expected float32, got str_",
    ),
    (
        lambda: encode(sensor_msgs.LaserScan(ranges=np.array([1 + 2j]))),
        "SerializationError",
        "sensor_msgs/msg/LaserScan.ranges[0]: expected float32, got complex128",
    ),
    (
        lambda: encode(sensor_msgs.Image(data=np.zeros(3, np.float32))),
        "SerializationError",
        "sensor_msgs/msg/Image.data[0]: expected uint8, got float 0.0",
    ),
    (
        lambda: encode(sensor_msgs.LaserScan(ranges=[1.0, "a"])),
        "SerializationError",
        "sensor_msgs/msg/LaserScan.ranges[1]: expected float32, got str",
    ),
    # Payloads, JSON, paths
    (
        lambda: codec().decode(b""),
        "SerializationError",
        "std_msgs/msg/String: expected a 4-byte encapsulation header, found 0 bytes (byte 0)",
    ),
    (
        lambda: codec().decode(b"\0\1\0\0\5\0\0\0ab"),
        "SerializationError",
        "std_msgs/msg/String.data: the payload ends here: 5 bytes are needed, 2 are left (byte 8)",
    ),
    (lambda: codec().decode("text"), "TypeError", "a bytes-like object is required, not 'str'"),
    (
        lambda: codec().from_json('{"data": 1}'),
        "SerializationError",
        "std_msgs/msg/String.data: expected a string, got 1",
    ),
    (
        lambda: codec("std_msgs/Header").get(codec("std_msgs/Header").encode({}), "stmp.sec"),
        "SerializationError",
        "std_msgs/msg/Header: no field is named `stmp`; did you mean `stamp`?",
    ),
    (
        lambda: codec("std_msgs/Header").filter("stamp.sec <"),
        "ArgumentError",
        "filter:1:12: expected a field, a number, a string or `(`, found nothing\n  stamp.sec <\n             ^",
    ),
    (lambda: ros_z_py.ZBufView("text"), "TypeError", "a bytes-like object is required, not 'str'"),
    (
        lambda: ros_z_py.ZArrayView(b"abc", "<f"),
        "ValueError",
        "3 bytes are not a whole number of float32 items of 4 bytes",
    ),
    (lambda: memoryview(ros_z_py.ZBufView(b"a")).__setitem__(0, 1), "TypeError", "cannot modify read-only memory"),
    # Settings
    (
        lambda: ros_z_py.QosProfile("relable"),
        "ArgumentError",
        "`relable` is no reliability; expected one of system_default, reliable, best_effort, …",
    ),
    (
        lambda: ros_z_py.QosProfile(reliabilty="reliable"),
        "TypeError",
        "QosProfile.__new__() got an unexpected keyword argument 'reliabilty'",
    ),
    (lambda: ros_z_py.QosProfile(depth=-1), "ArgumentError", "a depth is a number from 0 to …, not -1"),
    (
        lambda: ros_z_py.QosProfile(deadline=-1),
        "ArgumentError",
        "deadline must be a number of seconds from 0 on, or None; got -1",
    ),
    (lambda: builder().with_domain_id(-1), "ArgumentError", "a domain is a number from 0 to 4294967295, not -1"),
    (
        lambda: builder().with_connect_endpoints("tcp/10.0.0.1:7447"),
        "TypeError",
        "expected a list of texts, got 'tcp/10.0.0.1:7447'; did you mean a list of one?",
    ),
    (
        lambda: builder().with_connect_endpoints(["10.0.0.1:7447"]).build(),
        "ArgumentError",
        'the setting `connect/endpoints` cannot be `["10.0.0.1:7447"]`: '
        "Endpoints must be of the form <protocol>/<address>[?<metadata>][#<config>]: 10.0.0.1:7447",
    ),
    (
        lambda: builder().with_mode("per").build(),
        "ArgumentError",
        'the setting `mode` cannot be `"per"`: unknown variant `per`, expected one of `router`, `peer`, `client`',
    ),
    (
        lambda: builder().with_json("no/such/key", 1).build(),
        "ArgumentError",
        "the setting `no/such/key` cannot be `1`: unknown key",
    ),
    (
        lambda: builder().with_config_file("nowhere.json5").build(),
        "ArgumentError",
        "the configuration file nowhere.json5: No such file or directory (os error 2)",
    ),
    (lambda: builder().with_remap_rule("a=b"), "ArgumentError", "`a=b` is not a remap rule: expected `from:=to`"),
    (
        lambda: ros_z_py.router(listen="127.0.0.1:0"),
        "ArgumentError",
        "`127.0.0.1:0` is not an endpoint: …",
    ),
]

On = Callable[[SimpleNamespace], object]

CONNECTED: list[tuple[On, str, str]] = [
    (
        lambda on: on.node.get_parameter("sped"),
        "ParameterNotDeclaredError",
        "parameter 'sped' was not declared",
    ),
    (
        lambda on: on.node.set_parameters({"sped": 1.0}),
        "ParameterNotDeclaredError",
        "parameter 'sped' was not declared",
    ),
    (
        lambda on: on.node.declare_parameter("limits", []),
        "InvalidParameterTypeError",
        "parameter 'limits': an empty list has no type; give one, "
        "as in Parameter(name, Parameter.Type.INTEGER_ARRAY, [])",
    ),
    (
        lambda on: on.node.declare_parameter("limits", [1, 2.0]),
        "InvalidParameterTypeError",
        "parameter 'limits': a list is of one type, and item 0 is of type integer, item 1 of type double",
    ),
    (
        lambda on: on.node.set_parameters("speed"),
        "TypeError",
        "expected a list of Parameter objects or a dict of values, got 'speed'",
    ),
    # Names and types
    (
        lambda on: on.context.create_node("my node").build(),
        "InvalidNameError",
        "the node name `my node` holds ' '; only letters, digits and `_` may stand in it",
    ),
    (
        lambda on: on.node.create_publisher("/my topic", String),
        "InvalidNameError",
        "the topic name `/my topic` holds ' '; only letters, digits, `_` and `/` may stand in it",
    ),
    (
        lambda on: on.node.create_publisher(String, "/t"),
        "TypeError",
        "expected a name, got <class 'ros_z_py.std_msgs.msg.String'>; the name comes before the type",
    ),
    (
        lambda on: on.node.create_publisher("/t"),
        "TypeError",
        "ZNode.create_publisher() missing 1 required positional argument: 'message_type'",
    ),
    (
        lambda on: on.node.create_publisher("/t", String, 10),
        "TypeError",
        "ZNode.create_publisher() takes 2 positional arguments but 3 were given",
    ),
    (
        lambda on: on.node.create_publisher("/t", AddTwoInts),
        "UnknownTypeError",
        "`example_interfaces/srv/AddTwoInts` is a service, not a message; "
        "did you mean `example_interfaces/srv/AddTwoInts_Request`?",
    ),
    (
        lambda on: on.node.create_server("add", String),
        "UnknownTypeError",
        "`std_msgs/msg/String` is not the request of a service",
    ),
    (
        lambda on: on.node.create_client("add", "example_interfaces/srv/AddTwoInt"),
        "UnknownTypeError",
        "unknown type `example_interfaces/srv/AddTwoInt`; did you mean `example_interfaces/srv/AddTwoInts`? …",
    ),
    (
        lambda on: on.node.create_subscriber("/nobody", timeout=0.1),
        "UnknownTypeError",
        "the type of /nobody is not known: nobody publishes on it or subscribes to it",
    ),
    # Arguments
    (
        lambda on: on.node.create_publisher("/t", String, qos="reliable"),
        "ArgumentError",
        "qos must be a QosProfile, a dict or a depth, not 'reliable'",
    ),
    (
        lambda on: on.node.create_subscriber("/t", String, callback=3),
        "TypeError",
        "expected a function to call, got 3",
    ),
    (
        lambda on: on.node.create_subscriber("/t", String, output="xml"),
        "ArgumentError",
        'output must be "struct", "dict" or "raw", not "xml"',
    ),
    (
        lambda on: on.subscriber.recv(timeout=-1),
        "ArgumentError",
        "a timeout must be a number of seconds from 0 on, or None; got -1",
    ),
    # Messages
    (
        lambda on: on.publisher.publish("text"),
        "SerializationError",
        "std_msgs/msg/String: expected std_msgs/msg/String or a dict, got str",
    ),
    (
        lambda on: on.publisher.publish(std_msgs.Int8()),
        "SerializationError",
        "std_msgs/msg/String: expected std_msgs/msg/String or a dict, got a message of std_msgs/msg/Int8",
    ),
    (
        lambda on: on.publisher.publish({"dta": "x"}),
        "SerializationError",
        "std_msgs/msg/String: no field is named `dta`; did you mean `data`?",
    ),
    (
        lambda on: on.client.call({"a": "x"}, timeout=1),
        "SerializationError",
        "example_interfaces/srv/AddTwoInts_Request.a: expected int64, got str",
    ),
    (lambda on: on.client.call({}, timeout=0.01), "TimeoutError", "nobody served /add in time"),
    # After the end
    (lambda on: on.closed.publisher.publish(String()), "RosZError", "the publisher of /closed was closed"),
    (lambda on: on.closed.subscriber.recv(), "RosZError", "the subscriber of /closed was closed"),
    (lambda on: on.closed.client.call({}), "RosZError", "the client of /closed was closed"),
    (lambda on: on.closed.server.take_request(), "RosZError", "the server of /closed was closed"),
    (lambda on: on.closed.node.create_publisher("/t", String), "RosZError", "the node /closed was closed"),
    (
        lambda on: on.closed.context.create_node("late").build(),
        "RosZError",
        "the node `late` could not be announced: the context was closed",
    ),
    (
        lambda on: ros_z_py.router(listen=on.router.endpoint),
        "RosZError",
        "the router could not listen on tcp/127.0.0.1:…: … Address already in use (os error 98)…",
    ),
]


def check(do: Callable[[], object], error: str, text: str) -> None:
    with pytest.raises(Exception) as raised:
        do()
    parts = iter(str(raised.value).split("\n"))
    for expected, read in zip(text.split("\n"), parts, strict=True):
        at = 0
        for piece in expected.split("…"):
            found = read.find(piece, at)
            assert found == at if at == 0 else found >= 0, read
            at = found + len(piece)
        assert expected.endswith("…") or at == len(read), read
    assert type(raised.value).__name__ == error
    assert ".rs:" not in str(raised.value) and "StructMeta" not in str(raised.value)


@pytest.mark.parametrize("do, error, text", ALONE, ids=[row[2][:60] for row in ALONE])
def test_alone(do: Callable[[], object], error: str, text: str) -> None:
    check(do, error, text)


@pytest.fixture(scope="module")
def on(router):
    """What there is to make mistakes on, and the same closed."""

    def made(domain: int, topic: str) -> SimpleNamespace:
        context = builder().with_domain_id(domain).with_connect_endpoints([router.endpoint]).build()
        node = context.create_node(topic.strip("/")).build()
        return SimpleNamespace(
            context=context,
            node=node,
            router=router,
            publisher=node.create_publisher(topic, String),
            subscriber=node.create_subscriber(topic, String),
            client=node.create_client("/add" if topic == "/open" else topic, AddTwoInts),
            server=node.create_server(f"{topic}_server" if topic == "/open" else topic, AddTwoInts),
        )

    opened = made(201, "/open")
    opened.closed = made(202, "/closed")
    opened.closed.context.close()
    yield opened
    opened.context.close()


@pytest.mark.parametrize("do, error, text", CONNECTED, ids=[row[2][:60] for row in CONNECTED])
def test_connected(on, do: On, error: str, text: str) -> None:
    check(lambda: do(on), error, text)


def test_there_are_forty() -> None:
    assert len(ALONE) + len(CONNECTED) >= 40


def test_closing_from_another_thread_ends_a_wait(context) -> None:
    subscriber = context.create_node("waiting").build().create_subscriber("/t", String)
    errors: list[Exception] = []
    started = threading.Event()

    def wait() -> None:
        started.set()
        try:
            subscriber.recv()
        except ros_z_py.RosZError as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    started.wait()
    subscriber.close()
    thread.join(20)
    assert not thread.is_alive() and [str(error) for error in errors] == ["the subscriber of /t was closed"]


LAST_WORDS = """
import ros_z_py
from ros_z_py import std_msgs
router = ros_z_py.router(listen="tcp/127.0.0.1:0")
context = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint]).build()
node = context.create_node("last").build()

class Robot:
    def __init__(self):
        self.publisher = node.create_publisher("/t", std_msgs.String)
        self.closed = ros_z_py.RosZError

    def __del__(self):
        try:
            self.publisher.publish(std_msgs.String(data="bye"))
        except self.closed as error:
            print(error)

robot = Robot()
"""


def test_in_del_at_shutdown() -> None:
    done = run(LAST_WORDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "the publisher of /t was closed\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_interrupting_a_wait(router) -> None:
    program = (
        "import ros_z_py, signal\n"
        # A process that a shell starts in the background ignores SIGINT, and Python leaves it so.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"context = ros_z_py.ZContextBuilder().with_connect_endpoints([{router.endpoint!r}]).build()\n"
        "subscriber = context.create_node('n').build().create_subscriber('/t', 'std_msgs/msg/String')\n"
        "print('ready', flush=True)\nsubscriber.recv()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert errors.rstrip().endswith("KeyboardInterrupt") and process.returncode in (1, 130, -signal.SIGINT)


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
