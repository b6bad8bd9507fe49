"""Parameters of nodes in this process and in another one, and the time that they are about."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from random import Random
from textwrap import dedent

import numpy as np
import pytest

import ros_z_py
from process import Process
from ros_z_py import Parameter, ParameterType
from ros_z_py.rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    SetParametersResult,
)

OK = SetParametersResult(successful=True)

VALUES = [
    (True, ParameterType.BOOL),
    (-(2**63), ParameterType.INTEGER),
    (0.1, ParameterType.DOUBLE),
    ("grüß", ParameterType.STRING),
    (b"\0\xff", ParameterType.BYTE_ARRAY),
    ([True, False], ParameterType.BOOL_ARRAY),
    ([-1, 2**63 - 1], ParameterType.INTEGER_ARRAY),
    ([1.5, float("inf")], ParameterType.DOUBLE_ARRAY),
    (["", "b"], ParameterType.STRING_ARRAY),
]


@pytest.fixture
def node(context):
    with context.create_node("robot").build() as node:
        yield node


def refused(reason: str) -> SetParametersResult:
    return SetParametersResult(successful=False, reason=reason)


@pytest.mark.parametrize("value, kind", VALUES)
def test_values_of_every_type(node, value, kind):
    declared = node.declare_parameter("p", value)
    assert (declared.name, declared.type_, declared.value) == ("p", kind, value)
    assert node.get_parameter("p") == declared and node.get_parameter_type("p") == kind
    assert Parameter.from_parameter_msg(declared.to_parameter_msg()) == declared


def test_arrays_of_numpy(node):
    for array, kind in [
        (np.array([1, 2], dtype=np.uint8), ParameterType.BYTE_ARRAY),
        (np.array([True]), ParameterType.BOOL_ARRAY),
        (np.array([1, 2], dtype=np.int16), ParameterType.INTEGER_ARRAY),
        (np.array([1.5], dtype=np.float32), ParameterType.DOUBLE_ARRAY),
        (np.array([], dtype=np.float64), ParameterType.DOUBLE_ARRAY),
        (np.array(["a"]), ParameterType.STRING_ARRAY),
        (np.float64(1.5), ParameterType.DOUBLE),
        (np.int64(1), ParameterType.INTEGER),
    ]:
        assert Parameter("p", value=array).type_ == kind


def test_values_that_are_none():
    for value, error, text in [
        (2**63, ros_z_py.InvalidParameterValueError, "9223372036854775808 is out of range for int64"),
        ([1, 2.0], ros_z_py.InvalidParameterTypeError, "item 0 is of type integer, item 1 of type double"),
        ([True, 1], ros_z_py.InvalidParameterTypeError, "item 0 is of type bool, item 1 of type integer"),
        ([], ros_z_py.InvalidParameterTypeError, "an empty list has no type; give one"),
        ([[1]], ros_z_py.InvalidParameterTypeError, "a list of items of type integer_array is no value"),
        ({}, ros_z_py.InvalidParameterTypeError, "{} is no value of a parameter"),
        (object, ros_z_py.InvalidParameterTypeError, "is no value of a parameter"),
        (np.zeros((2, 2)), ros_z_py.InvalidParameterTypeError, "this array has 2 dimensions"),
        (np.array([1j]), ros_z_py.InvalidParameterTypeError, "an array of complex128 is no value"),
    ]:
        with pytest.raises(error) as raised:
            Parameter("p", value=value)
        assert text in str(raised.value) and "\n" not in str(raised.value)
    with pytest.raises(ros_z_py.InvalidParameterTypeError, match="1 is of type integer, not double"):
        Parameter("p", Parameter.Type.DOUBLE, 1)
    assert Parameter("p", Parameter.Type.DOUBLE_ARRAY, []).value == []


def test_declarations(node):
    assert [parameter.value for parameter in node.declare_parameters("a", [("x", 1), ("y", "b")])] == [1, "b"]
    assert node.list_parameters(["a"]).names == ["a.x", "a.y"]
    assert {name: found.value for name, found in node.get_parameters_by_prefix("a").items()} == {"x": 1, "y": "b"}
    with pytest.raises(ros_z_py.ParameterAlreadyDeclaredError, match=r"parameter 'a\.x' has already been declared"):
        node.declare_parameter("a.x", 2)
    with pytest.raises(ros_z_py.InvalidParameterTypeError, match="needs a value, a type, or a descriptor"):
        node.declare_parameter("late")
    node.declare_parameter("late", ParameterType.DOUBLE)
    with pytest.raises(ros_z_py.ParameterUninitializedError, match="declared without a value"):
        node.get_parameter("late")
    assert node.get_parameter_or("late", 2.5).value == 2.5
    assert node.get_parameter_or("late", Parameter("other", value=3)) == Parameter("other", value=3)
    assert node.set_parameters({"late": 1.0}) == [OK] and node.get_parameter("late").value == 1.0
    fixed = ParameterDescriptor(read_only=True, description="the serial number")
    node.declare_parameter("serial", "x1", fixed)
    described = node.describe_parameter("serial")
    assert (described.name, described.type, described.description) == ("serial", 4, "the serial number")
    with pytest.raises(ros_z_py.ParameterImmutableError, match="because it is read-only"):
        node.undeclare_parameter("serial")
    node.undeclare_parameter("a.x")
    assert not node.has_parameter("a.x")
    for do in (node.get_parameter, node.undeclare_parameter, node.describe_parameter, node.get_parameter_type):
        with pytest.raises(ros_z_py.ParameterNotDeclaredError, match=r"parameter 'a\.x' was not declared"):
            do("a.x")


def test_what_is_refused_changes_nothing(node):
    within = ParameterDescriptor(integer_range=[IntegerRange(from_value=0, to_value=10, step=5)])
    node.declare_parameter("count", 5, within)
    steps = FloatingPointRange(from_value=0.0, to_value=1.0, step=0.1)
    node.declare_parameter("ratio", 0.3, ParameterDescriptor(floating_point_range=[steps]))
    node.declare_parameter("fixed", True, ParameterDescriptor(read_only=True))
    node.declare_parameter("flags", [True])
    for name, value, reason in [
        ("count", 7, "Parameter {count} doesn't comply with integer range."),
        ("count", True, "parameter {count} is of type {integer}, setting it to {bool} is not allowed"),
        ("ratio", 0.25, "Parameter {ratio} doesn't comply with floating point range."),
        ("fixed", False, "parameter 'fixed' cannot be set because it is read-only"),
        ("count", None, "cannot undeclare a statically typed parameter: 'count'"),
    ]:
        (result,) = node.set_parameters({name: value})
        assert not result.successful and reason in result.reason
        result = node.set_parameters_atomically({"flags": [False], name: value})
        assert not result.successful and reason in result.reason
        assert [found.value for found in node.get_parameters(["count", "ratio", "fixed"])] == [5, 0.3, True]
        assert node.get_parameter("flags").value == [True]
    with pytest.raises(ros_z_py.ParameterNotDeclaredError):
        node.set_parameters({"count": 10, "nope": 1})
    assert node.get_parameter("count").value == 5
    assert node.set_parameters({"flags": []}) == [OK] and node.get_parameter("flags").type_ == ParameterType.BOOL_ARRAY


def test_callbacks(node, monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: reported.append(str(raised.exc_value)))
    node.declare_parameter("speed", 1.0)

    def limit(parameters):
        fast = [parameter for parameter in parameters if parameter.value > 10]
        return refused(f"{fast[0].name} is too much") if fast else OK

    def broken(_parameters):
        raise ValueError("no idea")

    node.add_on_set_parameters_callback(limit)
    assert node.set_parameters_atomically({"speed": 11.0}) == refused("speed is too much")
    with pytest.raises(ros_z_py.InvalidParameterValueError, match="parameter 'fast' was refused: fast is too much"):
        node.declare_parameter("fast", 100.0)
    node.add_on_set_parameters_callback(broken)
    assert node.set_parameters({"speed": 2.0}) == [refused("a callback raised ValueError: no idea")]
    assert reported == ["no idea"] and node.get_parameter("speed").value == 1.0
    node.remove_on_set_parameters_callback(broken)
    with pytest.raises(ros_z_py.ArgumentError, match="is no callback of this node"):
        node.remove_on_set_parameters_callback(broken)
    node.add_on_set_parameters_callback(lambda _parameters: None)
    (result,) = node.set_parameters({"speed": 2.0})
    assert not result.successful and "returned None, which is no SetParametersResult" in result.reason


def test_a_callback_may_set_others_and_is_told_after(node):
    told = []
    node.declare_parameters("", [("speed", 1.0), ("double", 2.0)])

    def follow(parameters):
        for parameter in parameters:
            if parameter.name == "speed":
                assert node.get_parameter("speed").value == 1.0
                assert node.set_parameters({"double": parameter.value * 2}) == [OK]
        return OK

    node.add_on_set_parameters_callback(follow)
    node.add_post_set_parameters_callback(lambda set_: told.extend(parameter.name for parameter in set_))
    client = node.create_parameter_client("robot")
    assert client.wait_for_services(10)
    assert client.set_parameters({"speed": 3.0}, timeout=10) == [OK]
    assert node.get_parameter("double").value == 6.0 and told == ["double", "speed"]


def test_overrides(context, tmp_path):
    file = tmp_path / "robot.yaml"
    file.write_text(
        "/**:\n  ros__parameters:\n    rate: 5\n    label: every\n/ns/*:\n  ros__parameters:\n    label: own\n"
        "    wheels: {left: [0.5, 1], on: yes}\n/other:\n  ros__parameters:\n    rate: 9\n"
    )
    builder = context.create_node("robot").with_namespace("/ns").with_parameter_files([file])
    with builder.with_parameter_overrides({"rate": 7, "empty": []}).build() as node:
        assert node.declare_parameter("rate", 1).value == 7
        assert node.declare_parameter("label", "none").value == "own"
        assert node.declare_parameter("wheels.left", [0.0]).value == [0.5, 1.0]
        assert node.declare_parameter("empty", [1]).type_ == ParameterType.INTEGER_ARRAY
        with pytest.raises(ros_z_py.InvalidParameterTypeError, match=r"wheels\.on"):
            node.declare_parameter("wheels.on", "text")
        assert node.declare_parameter("wheels.on", "text", ignore_override=True).value == "text"
    builder = context.create_node("robot").with_namespace("/ns").with_parameter_file(file)
    with builder.automatically_declare_parameters_from_overrides().build() as node:
        assert node.get_parameter("wheels.on").value is True and node.get_parameter("rate").value == 5
    file.write_text("/robot:\n  ros__parameters:\n    a: 1\n    b: [1, x]\n")
    with pytest.raises(ros_z_py.ArgumentError, match=r"robot\.yaml:4: b: its items are not of one type"):
        context.create_node("robot").with_parameter_file(file).build()
    with context.create_node("free").allow_undeclared_parameters().build() as node:
        assert node.get_parameter("any").value is None
        assert node.set_parameters({"any": 1}) == [OK] and node.get_parameter("any").value == 1


def test_ros_arguments(router, domain):
    builder = ros_z_py.ZContextBuilder().with_domain_id(domain).with_connect_endpoints([router.endpoint])
    builder.with_ros_arguments(["me", "--ros-args", "-p", "speed:=2.5", "-p", "robot:on:=yes", "-r", "__ns:=/ns"])
    with builder.build() as context, context.create_node("robot").build() as node:
        assert node.fully_qualified_name == "/ns/robot"
        assert (node.declare_parameter("speed", 1.0).value, node.declare_parameter("on", False).value) == (2.5, True)
        assert not context.create_node("other").build().declare_parameter("on", False).value


OTHER = """
    import sys
    import ros_z_py
    from ros_z_py.rcl_interfaces.msg import ParameterDescriptor, SetParametersResult

    builder = ros_z_py.ZContextBuilder().with_domain_id(int(sys.argv[2])).with_connect_endpoints([sys.argv[1]])
    with builder.build() as context:
        node = context.create_node("robot").with_namespace("/ns").build()
        node.declare_parameter("speed", 1.0)
        node.declare_parameter("label", "x")
        node.declare_parameter("blob", b"ab")
        node.declare_parameter("any", 1, ParameterDescriptor(dynamic_typing=True))

        def check(parameters):
            slow = all(parameter.value != 99.0 for parameter in parameters)
            return SetParametersResult(successful=slow, reason="" if slow else "too fast")

        node.add_on_set_parameters_callback(check)
        print("ready", flush=True)
        sys.stdin.readline()
"""


def test_a_node_of_another_process(router, domain, context, tmp_path):
    other = Process.of(OTHER, router.endpoint, domain)
    try:
        me = context.create_node("me").with_namespace("/ns").build()
        events = me.create_subscriber("/parameter_events", "rcl_interfaces/msg/ParameterEvent", output="dict")
        with me.create_parameter_client("robot") as client:
            assert client.node_name == "/ns/robot" and client.wait_for_services(10)
            names = client.list_parameters(timeout=10).names
            assert names == ["use_sim_time", "start_type_description_service", "speed", "label", "blob", "any"]
            found = client.get_parameters(["speed", "blob"], timeout=10)
            assert [parameter.value for parameter in found] == [1.0, b"ab"]
            assert client.get_parameter_types(["label"], timeout=10) == [ParameterType.STRING]
            assert client.describe_parameters(["any"], timeout=10)[0].dynamic_typing
            assert client.set_parameters({"speed": 2.0, "label": 1}, timeout=10)[0] == OK
            assert client.set_parameters_atomically({"label": "y", "speed": 99.0}, 10) == refused("too fast")
            assert client.get_parameters(["label"], timeout=10)[0].value == "x"
            assert client.delete_parameters(["any"], timeout=10) == [OK]
            with pytest.raises(ros_z_py.ParameterNotDeclaredError, match="the node /ns/robot does not have all of"):
                client.get_parameters(["any"], timeout=10)

            async def ask() -> list[Parameter]:
                await client.set_parameters_async({"speed": 3.0})
                return await client.get_parameters_async(["speed"])

            assert [parameter.value for parameter in asyncio.run(ask())] == [3.0]
            file = tmp_path / "robot.yaml"
            file.write_text("/ns/robot:\n  ros__parameters:\n    speed: 4.5\n")
            assert client.load_parameter_file(file, timeout=10) == [OK]
            file.write_text("/nobody:\n  ros__parameters: {}\n")
            with pytest.raises(ros_z_py.ArgumentError, match="it says nothing of /ns/robot"):
                client.load_parameter_file(file)
            while not (event := events.recv(timeout=10))["deleted_parameters"]:
                assert event["node"] == "/ns/robot"
            assert [parameter["name"] for parameter in event["deleted_parameters"]] == ["any"]
        nobody = me.create_parameter_client("nobody")
        assert not nobody.wait_for_services(0)
        with pytest.raises(ros_z_py.TimeoutError):
            nobody.get_parameters(["x"], timeout=0.05)
    finally:
        other.kill()


def test_simulated_time(node, context):
    clock = node.get_clock()
    assert not clock.ros_time_is_active and clock.sleep_for(0.001)
    assert clock.sleep_until(clock.now_ns() - 1)
    node.set_parameters({"use_sim_time": True})
    assert clock.ros_time_is_active and clock.now_ns() == 0
    publisher = context.create_node("time").build().create_publisher("/clock", "rosgraph_msgs/msg/Clock")
    assert publisher.wait_for_subscriber(10)
    publisher.publish({"clock": {"sec": 5, "nanosec": 7}})
    assert clock.sleep_until(ros_z_py.time.from_ns(5_000_000_007)) and clock.now().sec == 5
    node.set_parameters({"use_sim_time": False})
    assert clock.now_ns() > 10**18
    node.close()
    with pytest.raises(ros_z_py.RosZError) as raised:
        clock.sleep_for(100)
    assert raised.value.kind == "closed"


def test_ctrl_c_ends_a_sleep_on_a_clock(router, domain):
    program = dedent(
        """
        import signal, sys, threading, _thread
        import ros_z_py

        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored

        builder = ros_z_py.ZContextBuilder().with_domain_id(int(sys.argv[2])).with_connect_endpoints([sys.argv[1]])
        with builder.build() as context:
            node = context.create_node("robot").with_parameter_overrides({"use_sim_time": True}).build()
            threading.Thread(target=lambda: (sys.stdin.readline(), _thread.interrupt_main())).start()
            try:
                print("ready", flush=True)
                node.get_clock().sleep_for(1000)
            except KeyboardInterrupt:
                print("interrupted", flush=True)
        """
    )
    process = Process.of(program, router.endpoint, domain)
    try:
        process.tell("now")
        process.expect("interrupted")
    finally:
        process.kill()


def values_like_those_of_files():
    """Strings, numbers and lists that YAML writes in ways of their own."""
    random = Random(7)
    alphabet = "ab 01.:-#'\"\\\n\t{}[],&*!|>%@`~=?_ég€"
    texts = ["".join(random.choices(alphabet, k=random.randrange(60))) for _ in range(300)]
    words = "yes no on off null ~ true 1 0x1 1.5 .inf .nan 1_000 012 2001-01-01 = << - ? : a:b 12:30 é 日本 😀"
    doubles = [0.0, -0.0, 1.0, 1e16, 1e-5, 1e22, 1.5e300, 0.1, 123456789.0, float("inf"), float("-inf")]
    integers = [0, -1, 2**63 - 1, -(2**63)]
    long = [
        "word " * 40,
        "x" * 200,
        "a\n\nb\n",
        " leading",
        "trailing ",
        "\n",
        "",
        "a\\b",
        "\x07\x1b",
        "\ufeff",
        "a\u2028b",
    ]
    lists = [texts[:5], long[:4], doubles, integers, [True, False]]
    return [*texts, *words.split(), *long, *doubles, *integers, True, False, *lists]


def test_dumps_are_those_of_ros(router, domain, context, tmp_path):
    yaml = pytest.importorskip("yaml")
    values = {f"p{number:03}": value for number, value in enumerate(values_like_those_of_files())}
    ours = {"start_type_description_service": True, "use_sim_time": False}
    # What `ros2 param dump` does. A string such as 1e3, a number to other readers of YAML, is quoted by us alone.
    expected = yaml.dump({"/robot": {"ros__parameters": {**values, **ours}}}, default_flow_style=False)
    with context.create_node("robot").build() as node:
        node.declare_parameters("", list(values.items()))
        ros_z = [sys.executable, "-m", "ros_z_py", "--connect", router.endpoint, "--domain", str(domain), "param"]
        dumped = subprocess.run(
            [*ros_z, "dump", "/robot"], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        assert dumped.rstrip("\n").split("\n") == expected.rstrip("\n").split("\n")
        (file := tmp_path / "robot.yaml").write_text(expected)
        for name in values:
            node.set_parameters({name: type(values[name])()} if not isinstance(values[name], list) else {})
        subprocess.run([*ros_z, "load", "/robot", str(file)], capture_output=True, text=True, check=True, timeout=60)
        assert {name: node.get_parameter(name).value for name in values} == values


NUL = "parameter 'p' cannot hold a text with a NUL, which no message can hold"


@pytest.mark.parametrize("value", ["a\0b", ["fine", "\0"]])
def test_a_text_that_no_message_can_hold_changes_nothing(node, value):
    good = value[:1]
    node.declare_parameter("p", good)
    node.declare_parameter("other", 1)
    assert node.set_parameters({"p": value}) == [refused(NUL)]
    assert node.set_parameters_atomically({"other": 2, "p": value}) == refused(NUL)
    assert (node.get_parameter("p").value, node.get_parameter("other").value) == (good, 1)
    with pytest.raises(ros_z_py.InvalidParameterValueError, match="'q' cannot hold a text with a NUL"):
        node.declare_parameter("q", value)
    with pytest.raises(ros_z_py.InvalidParameterValueError, match="'q' has a description with a NUL"):
        node.declare_parameter("q", 1, ParameterDescriptor(description="\0"))
    with pytest.raises(ros_z_py.ArgumentError, match="must not hold a NUL"):
        node.declare_parameter("a\0b", 1)
    for surrogate in ("\ud800", ["", "\ud800"]):
        with pytest.raises(ros_z_py.InvalidParameterValueError, match="it has a lone surrogate"):
            node.declare_parameter("q", surrogate)
    assert not node.has_parameter("q") and not node.has_parameter("a\0b")
    node.add_on_set_parameters_callback(lambda _: refused("no\0"))
    with node.create_parameter_client("robot") as client:
        assert client.get_parameters(["p"], timeout=10)[0].value == good
        assert client.set_parameters({"other": 3}, timeout=10) == [refused("no\\0")]


@pytest.mark.parametrize("which", ["add_on_set_parameters_callback", "add_post_set_parameters_callback"])
def test_what_ends_a_program_comes_out_of_a_callback(node, which):
    def callback(_parameters):
        raise KeyboardInterrupt

    node.declare_parameter("p", 1)
    getattr(node, which)(callback)
    for change in (node.set_parameters, node.set_parameters_atomically):
        with pytest.raises(KeyboardInterrupt):
            change({"p": 2})
    with pytest.raises(KeyboardInterrupt):
        node.declare_parameter("q", 1)


def test_other_threads_may_set_parameters_while_callbacks_hear_of_a_change(node):
    set_by_other = []

    def after(parameters):
        if parameters[0].name == "p":
            thread = threading.Thread(target=lambda: set_by_other.extend(node.set_parameters({"q": 2})))
            thread.start()
            thread.join(timeout=10)
            assert not thread.is_alive()

    node.declare_parameters("", [("p", 1), ("q", 1)])
    node.add_post_set_parameters_callback(after)
    assert node.set_parameters({"p": 2}) == [OK] and set_by_other == [OK]


def test_several_are_declared_or_none(node):
    node.declare_parameter("a", 1)
    for more, error in [
        ([("b", 1), ("a", 2)], ros_z_py.ParameterAlreadyDeclaredError),
        ([("b", 1), ("b", 2)], ros_z_py.ParameterAlreadyDeclaredError),
        ([("b", 1), ("c", None)], ros_z_py.InvalidParameterTypeError),
        ([("b", 1), "c"], TypeError),
    ]:
        with pytest.raises(error):
            node.declare_parameters("", more)
        assert not node.has_parameter("b"), more


def test_a_closed_node_takes_no_parameters(node):
    node.declare_parameter("p", 1)
    node.close()
    for act in (
        lambda: node.declare_parameter("q", 1),
        lambda: node.set_parameters({"p": 2}),
        lambda: node.undeclare_parameter("p"),
    ):
        with pytest.raises(ros_z_py.RosZError, match="the node /robot was closed"):
            act()
    assert node.get_parameter("p").value == 1
