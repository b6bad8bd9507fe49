"""Programs that were written for rclpy, over this package."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from functools import partial

import pytest

import ros_z_py
from ros_z_py import example_interfaces, rcl_interfaces, rclpy, std_msgs
from ros_z_py.rcl_interfaces.msg import SetParametersResult
from ros_z_py.rclpy._runtime import wake
from ros_z_py.rclpy.clock import Clock, ClockType
from ros_z_py.rclpy.duration import Duration, Infinite
from ros_z_py.rclpy.exceptions import ParameterNotDeclaredException
from ros_z_py.rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from ros_z_py.rclpy.logging import get_logger, get_logger_effective_level, set_logger_level
from ros_z_py.rclpy.node import Node
from ros_z_py.rclpy.parameter import Parameter, get_parameter_value
from ros_z_py.rclpy.qos import (
    DurabilityPolicy,
    QoSDurabilityPolicy,
    QoSPresetProfiles,
    QoSProfile,
    ReliabilityPolicy,
    qos_profile_sensor_data,
)
from ros_z_py.rclpy.service_introspection import ServiceIntrospectionState
from ros_z_py.rclpy.signals import SignalHandlerOptions
from ros_z_py.rclpy.time import Time
from ros_z_py.rclpy.utilities import remove_ros_args

AddTwoInts, Log = example_interfaces.AddTwoInts, rcl_interfaces.Log
LONG = 20


@pytest.fixture
def started(context):
    rclpy.init(context=context)
    yield context
    rclpy.shutdown()


class Talker(Node):
    """As in the tutorial of ROS."""

    def __init__(self) -> None:
        super().__init__("talker", namespace="/demo")
        self.seen: list[str] = []
        self.publisher = self.create_publisher(std_msgs.String, "chatter", 10)
        self.subscription = self.create_subscription(std_msgs.String, "chatter", self.listen, 10)
        self.timer = self.create_timer(0.001, self.tick)
        self.count = 0

    def tick(self) -> None:
        self.publisher.publish(std_msgs.String(data=f"Hello World: {self.count}"))
        self.count += 1

    def listen(self, msg) -> None:
        self.seen.append(msg.data)


def test_the_tutorial(started) -> None:
    node = Talker()
    assert (node.get_name(), node.get_namespace(), node.get_fully_qualified_name()) == (
        "talker",
        "/demo",
        "/demo/talker",
    )
    assert node.publisher.topic_name == node.subscription.topic_name == "/demo/chatter"
    while len(node.seen) < 3:
        rclpy.spin_once(node, timeout_sec=LONG)
    assert node.seen == [f"Hello World: {count}" for count in range(len(node.seen))]
    node.destroy_node()


def test_either_order_of_arguments(started) -> None:
    node = rclpy.create_node("either")
    seen: list[str] = []
    node.create_subscription("a", std_msgs.String, lambda msg: seen.append(msg.data))
    node.create_subscription("std_msgs/msg/String", "a", lambda msg: seen.append(msg), 10, raw=True)
    publisher = node.create_publisher("a", std_msgs.String, 10)
    assert publisher.topic == "/a" and publisher.get_subscription_count() == 2
    publisher.publish(ros_z_py.encode(std_msgs.String(data="x")))
    rclpy.spin_once(node, timeout_sec=LONG)
    rclpy.spin_once(node, timeout_sec=LONG)
    assert sorted(map(str, seen)) == sorted(["x", str(ros_z_py.encode(std_msgs.String(data="x")))])
    with pytest.raises(TypeError, match="expected a type and the name of a topic or service, got"):
        node.create_publisher(std_msgs.String, std_msgs.String)


def test_services(started) -> None:
    node = rclpy.create_node("adder")

    def add(request, response):
        response.sum = request.a + request.b
        return response

    service = node.create_service(example_interfaces.AddTwoInts, "add", add)
    client = node.create_client(example_interfaces.AddTwoInts, "add")
    assert client.wait_for_service(timeout_sec=LONG) and client.service_is_ready()
    future = client.call_async(example_interfaces.AddTwoInts.Request(a=2, b=3))
    rclpy.spin_until_future_complete(node, future, timeout_sec=LONG)
    assert future.done() and future.result().sum == 5
    assert service.srv_name == client.srv_name == "/add"
    # Without spinning: another thread spins.

    def spin() -> None:
        with suppress(ExternalShutdownException):  # which it is if it waits, and not if it is about to
            rclpy.spin(node)

    spinning = threading.Thread(target=spin)
    spinning.start()
    assert client.call(example_interfaces.AddTwoInts.Request(a=1, b=1), timeout_sec=LONG).sum == 2
    rclpy.shutdown()
    spinning.join(LONG)
    assert not spinning.is_alive()


def test_what_a_service_raises_comes_out_of_spin_and_ends_the_call(started) -> None:
    node = rclpy.create_node("broken")

    def broken(request, response):
        raise KeyError("mine")

    node.create_service(example_interfaces.AddTwoInts, "broken", broken)
    client = node.create_client(example_interfaces.AddTwoInts, "broken")
    assert client.wait_for_service(LONG)
    future = client.call_async({})
    with pytest.raises(KeyError, match="mine"):
        rclpy.spin_once(node, timeout_sec=LONG)
    with pytest.raises(ros_z_py.RosZError):
        future.result(LONG)


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (None, TypeError, "the callback of the service /broken must return its response, not None"),
        (std_msgs.String(), TypeError, "must return its response, not String"),
        ({"sum": "text"}, ros_z_py.SerializationError, "sum"),
    ],
)
def test_a_service_that_does_not_return_a_response_ends_the_call(started, returned, error, message) -> None:
    node = rclpy.create_node("broken")
    node.create_service(AddTwoInts, "broken", lambda request, response: returned)
    future = node.create_client(AddTwoInts, "broken").call_async({})
    with pytest.raises(error, match=message):
        rclpy.spin_until_future_complete(node, future, timeout_sec=LONG)
    with pytest.raises(ros_z_py.RosZError, match="ended without a response"):
        future.result(LONG)


@pytest.mark.parametrize("srv_type", ["example_interfaces/srv/AddTwoInts", AddTwoInts.Request, AddTwoInts])
def test_a_service_can_be_given_in_other_ways(started, srv_type) -> None:
    node = rclpy.create_node("ways")
    node.create_service(srv_type, "sum", lambda request, response: type(response)(sum=request.a + request.b))
    future = node.create_client(srv_type, "sum").call_async({"a": 2, "b": 3})
    rclpy.spin_until_future_complete(node, future, timeout_sec=LONG)
    assert future.result(0).sum == 5


@pytest.mark.parametrize("srv_type", [std_msgs.String, AddTwoInts.Response, int, "std_msgs/msg/String"])
def test_what_is_no_service_is_refused(started, srv_type) -> None:
    node = rclpy.create_node("ways")
    for create in (node.create_client, partial(node.create_service, callback=print)):
        with pytest.raises(TypeError, match="expected the type of a service, such as AddTwoInts, got"):
            create(srv_type, "sum")


def test_callbacks_must_be_callable(started) -> None:
    node = rclpy.create_node("none")
    for create, owner in [
        (lambda: node.create_subscription(std_msgs.String, "a", 10), "subscription must be callable, not 10"),
        (lambda: node.create_subscription(std_msgs.String, "a", None, 10), "subscription must be callable, not None"),
        (lambda: node.create_service(AddTwoInts, "a", None), "service must be callable, not None"),
        (lambda: node.create_timer(1.0, None), "timer must be callable, not None"),
    ]:
        with pytest.raises(TypeError, match=f"the callback of a {owner}"):
            create()
    assert node.count_subscribers("a") == 0 and node.count_services("a") == 0


def test_profiles_are_taken_alike_by_both_ends(started) -> None:
    node = rclpy.create_node("profiles")
    ends = [node.create_publisher, lambda *given: node.create_subscription(*given[:2], print, given[2])]
    for create in ends:
        assert create(std_msgs.String, "a", {"depth": 3}).topic == "/a"
        for wrong in ("sensor_data", 2.5, -1):
            with pytest.raises(ros_z_py.ArgumentError, match="qos must be a QosProfile, a dict or a depth, not"):
                create(std_msgs.String, "a", wrong)
    assert node.subscriptions[0]._depth == node.subscriptions[0].subscriber.qos.depth == 3


def test_requests_that_nobody_spins_for_are_dropped(started) -> None:
    node = rclpy.create_node("overrun")
    service = node.create_service(
        AddTwoInts, "busy", lambda request, response: AddTwoInts.Response(sum=request.a), qos_profile=2
    )
    client = node.create_client(AddTwoInts, "busy")
    assert client.wait_for_service(LONG)
    calls = [client.call_async({"a": number}) for number in range(3)]
    with pytest.raises(ros_z_py.RosZError, match="ended without a response"):
        calls[0].result(LONG)
    assert len(service._waiting) == 2
    for call in calls[1:]:
        rclpy.spin_until_future_complete(node, call, timeout_sec=LONG)
    assert [call.result(0).sum for call in calls[1:]] == [1, 2]


def test_spinning_ends_when_the_time_is_up(started) -> None:
    node = rclpy.create_node("idle")
    rclpy.spin_once(node, timeout_sec=0)
    future = node.create_client(example_interfaces.AddTwoInts, "nobody").call_async({})
    rclpy.spin_until_future_complete(node, future, timeout_sec=0.01)
    assert not future.done()


def test_timers(started) -> None:
    node = rclpy.create_node("timers")
    ticks: list[str] = []
    fast = node.create_timer(0.0, lambda: ticks.append("fast"))
    never = node.create_timer(3600, lambda: ticks.append("never"))
    rclpy.spin_once(node, timeout_sec=LONG)
    rclpy.spin_once(node, timeout_sec=LONG)
    assert ticks == ["fast", "fast"] and never.timer_period_ns == 3600 * 10**9
    fast.cancel()
    assert fast.is_canceled() and not never.is_ready()
    rclpy.spin_once(node, timeout_sec=0)
    fast.reset()
    rclpy.spin_once(node, timeout_sec=LONG)
    assert ticks == ["fast"] * 3
    node.destroy_timer(fast)
    assert node.timers == [never]
    with pytest.raises(ros_z_py.ArgumentError, match="the period of a timer is a number of seconds from 0 on, not -1"):
        node.create_timer(-1, print)
    with pytest.raises(ros_z_py.ArgumentError, match="the period of a timer is a number of seconds from 0 on, not '1'"):
        node.create_timer("1", print)


def test_only_as_many_messages_wait_as_the_depth_says(started) -> None:
    node = rclpy.create_node("slow")
    seen: list[int] = []
    subscription = node.create_subscription(std_msgs.Int8, "numbers", lambda msg: seen.append(msg.data), 2)
    for number in range(5):
        subscription._put(std_msgs.Int8(data=number))
    assert len(subscription._waiting) == 2 and len(node._later._waiting) == 0
    for _ in range(3):
        rclpy.spin_once(node, timeout_sec=0)
    assert seen == [3, 4]


def test_what_is_destroyed_is_not_called(started) -> None:
    node = rclpy.create_node("gone")
    subscription = node.create_subscription(std_msgs.Int8, "n", lambda msg: pytest.fail("was called"), 1)
    subscription._put(std_msgs.Int8())
    node.destroy_subscription(subscription)
    rclpy.spin_once(node, timeout_sec=0)
    with node:
        pass
    with pytest.raises(ros_z_py.RosZError) as error:
        node.create_publisher(std_msgs.Int8, "n")
    assert error.value.kind == "closed"


def test_executors(started) -> None:
    executor = SingleThreadedExecutor()
    nodes = [rclpy.create_node(name) for name in ("one", "two")]
    called: list[str] = []
    for node in nodes:
        assert executor.add_node(node) and not executor.add_node(node)
        node.create_timer(0.0, lambda node=node: (called.append(node.get_name()), node.timers[0].cancel()))
    executor.spin_once(LONG)
    executor.spin_once(LONG)
    assert called == ["one", "two"] and executor.get_nodes() == nodes
    nodes[0].create_timer(0.0, executor.shutdown)
    executor.spin()
    executor.remove_node(nodes[0])
    assert executor.get_nodes() == nodes[1:]


def test_the_graph(started) -> None:
    node = rclpy.create_node("looker")
    node.create_publisher(std_msgs.String, "chatter", qos_profile_sensor_data)
    assert ("/chatter", ["std_msgs/msg/String"]) in node.get_topic_names_and_types()
    assert node.get_node_names() == ["looker"] and node.count_publishers("chatter") == 1
    (info,) = node.get_publishers_info_by_topic("/chatter")
    assert info.qos_profile.reliability == "best_effort"


def test_profiles() -> None:
    profile = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT, deadline=Duration(seconds=0.5))
    profile.durability = QoSDurabilityPolicy.TRANSIENT_LOCAL
    assert profile.to_profile() == ros_z_py.QosProfile("best_effort", "transient_local", depth=1, deadline=0.5)
    assert QoSProfile(durability=DurabilityPolicy.VOLATILE) == QoSProfile() != profile
    assert QoSPresetProfiles.SENSOR_DATA.value is qos_profile_sensor_data


def test_presets_are_taken(started) -> None:
    node = rclpy.create_node("presets")
    for qos in (None, 3, QoSPresetProfiles.SYSTEM_DEFAULT, QoSProfile(history="keep_all"), ros_z_py.QOS_DEFAULT):
        assert node.create_publisher(std_msgs.String, "a", qos).publisher.qos.reliability == "reliable"
        node.create_subscription(std_msgs.String, "a", print, qos)


def test_init_and_shutdown(context) -> None:
    with pytest.raises(ros_z_py.RosZError, match=r"rclpy.init\(\) was not called, or rclpy.shutdown\(\) was"):
        rclpy.create_node("early")
    rclpy.init(context=context)
    assert rclpy.ok()
    with pytest.raises(ros_z_py.RosZError, match=r"rclpy.init\(\) was called before"):
        rclpy.init()
    rclpy.shutdown()
    rclpy.shutdown()
    assert not rclpy.ok() and not context.is_closed
    with pytest.raises(ros_z_py.ArgumentError, match="a context that is given has its domain"):
        rclpy.init(context=context, domain_id=3)


def test_ros_arguments(router, domain, monkeypatch) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", f'connect/endpoints=["{router.endpoint}"]')
    rclpy.init(args=["--own", "--ros-args", "-r", "chatter:=/other", "-p", "speed:=2.0", "--", "f"], domain_id=domain)
    try:
        node = rclpy.create_node("remapped")
        assert node.declare_parameter("speed", 1.0).get_parameter_value().double_value == 2.0
        assert node.create_publisher(std_msgs.String, "chatter", 1).topic_name == "/other"
    finally:
        rclpy.shutdown()
    for args, message in [
        (["--ros-args", "-p", "a"], "`a` is no parameter: expected `name:=value`"),
        (["--ros-args", "-r"], "`-r` behind --ros-args lacks what belongs to it, such as chatter:=/other"),
    ]:
        with pytest.raises(ros_z_py.ArgumentError) as error:
            rclpy.init(args=args)
        assert str(error.value) == message and not rclpy.ok()


def test_the_command_line_of_the_program_is_read(router, domain, monkeypatch) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", f'connect/endpoints=["{router.endpoint}"]')
    monkeypatch.setattr("sys.argv", ["talker", "--ros-args", "-r", "__ns:=/robot1", "-p", "speed:=2.0"])
    with rclpy.init(domain_id=domain):
        node = rclpy.create_node("talker")
        assert node.get_namespace() == "/robot1" and node.declare_parameter("speed", 0.5).value == 2.0
    with rclpy.init(args=[], domain_id=domain):
        assert rclpy.create_node("talker").get_namespace() == "/"
    with pytest.raises(TypeError, match="expected a list of texts, got '--ros-args'"):
        rclpy.init(args="--ros-args")
    assert remove_ros_args() == ["talker"]


def test_init_is_a_context_manager(context) -> None:
    with rclpy.init(context=context) as started:
        assert rclpy.ok() and started.context is rclpy.get_default_context() is context
        node = rclpy.create_node("inside")
        node.create_timer(0.0, rclpy.shutdown)
        rclpy.spin(node)
    rclpy.try_shutdown()
    with pytest.raises(KeyError), rclpy.init(context=context):
        raise KeyError
    assert not rclpy.ok() and not context.is_closed


class Watched(SingleThreadedExecutor):
    """Tells when it looks for work."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = threading.Event()

    def _find_work(self):
        self.looks.set()
        return super()._find_work()


def terminate() -> None:
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGTERM)


@pytest.mark.parametrize("end", [rclpy.shutdown, terminate])
def test_spinning_ends_from_elsewhere(started, end) -> None:
    node, executor = rclpy.create_node("ended"), Watched()

    def end_it() -> None:
        executor.looks.wait(LONG)
        with wake:  # which it holds until it waits
            end()

    thread = threading.Thread(target=end_it)
    thread.start()
    with pytest.raises(ExternalShutdownException, match="rclpy was shut down"):
        rclpy.spin(node, executor)
    thread.join()
    assert not rclpy.ok() and not started.is_closed
    rclpy.shutdown()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_signals_can_be_left_alone(context) -> None:
    with rclpy.init(context=context, signal_handler_options=SignalHandlerOptions.NO):
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_times() -> None:
    assert Time(seconds=2) + Duration(seconds=0.5) - Duration(nanoseconds=1) == Time(nanoseconds=2_499_999_999)
    assert Time(seconds=1) < Time(seconds=2) and Time(seconds=2).seconds_nanoseconds() == (2, 0)
    assert Time.from_msg(Time(nanoseconds=5).to_msg()).nanoseconds == 5
    assert Duration.from_msg(Duration(nanoseconds=-5).to_msg()) == Duration(nanoseconds=-5)
    assert len({Time(), Time(), Duration()}) == 2 and Time() != Duration()
    with pytest.raises(TypeError):
        assert Time() < Duration()
    ros, system = Time(seconds=1, clock_type=ClockType.ROS_TIME), Time(seconds=1)
    assert ros != system and ros == Time.from_msg(system.to_msg()) and (ros + Duration(seconds=1)).clock_type == 1
    for compare in (lambda: ros < system, lambda: ros >= system, lambda: ros - system):
        with pytest.raises(TypeError, match=r"Time\(nanoseconds=1000000000, clock_type=1\) and .* different clocks"):
            compare()
    assert Clock(clock_type=ClockType.STEADY_TIME).now().nanoseconds < Clock().now().nanoseconds
    assert Clock().sleep_for(Duration(nanoseconds=1)) and Infinite > Duration(seconds=1e9)
    with pytest.raises(ros_z_py.ArgumentError, match="a clock of ROS belongs to a node"):
        Clock(clock_type=ClockType.ROS_TIME)


def test_a_node_has_a_clock(started) -> None:
    clock = rclpy.create_node("clock").get_clock()
    assert clock.now() <= clock.now() and clock.now().to_msg().sec > 1_700_000_000


def test_logging(started, caplog) -> None:
    assert get_logger("robot.arm").info("moving")
    node = rclpy.create_node("robot", enable_rosout=False)
    assert node.count_publishers("/rosout") == 0 and node.get_logger().warn("quiet")
    loud = rclpy.create_node("loud", namespace="/a")
    assert loud.count_publishers("/rosout") == 1 and loud.get_logger() is loud.get_logger()
    lines: list[str] = []
    loud.create_subscription(Log, "/rosout", lambda line: lines.append(line.name), 10)
    set_logger_level("loud", 40)
    assert get_logger_effective_level("loud") == 40 and not get_logger("loud").info("quiet")
    set_logger_level("loud", 0)
    assert loud.get_logger().error("wrong")
    rclpy.spin_once(loud, timeout_sec=10)
    assert lines == ["a.loud"]
    assert [record.name for record in caplog.records] == [
        "ros_z_py.node.robot.arm",
        "ros_z_py.node.robot",
        "ros_z_py.node.a.loud",
    ]


def test_service_introspection(started) -> None:
    node = rclpy.create_node("adder")
    kinds: list[int] = []
    node.create_subscription(
        AddTwoInts.Event, "add/_service_event", lambda event: kinds.append(event.info.event_type), 10
    )
    service = node.create_service(AddTwoInts, "add", lambda request, response: response)
    client = node.create_client(AddTwoInts, "add")
    for end in (service, client):
        end.configure_introspection(node.get_clock(), 10, ServiceIntrospectionState.METADATA)
    call = client.call_async(AddTwoInts.Request())
    rclpy.spin_until_future_complete(node, call, timeout_sec=10)
    while len(kinds) < 4:
        rclpy.spin_once(node, timeout_sec=10)
    assert kinds == [0, 1, 2, 3]
    service.configure_introspection(node.get_clock(), 10, ServiceIntrospectionState.OFF)
    assert node.count_publishers("add/_service_event") == 1


def test_parameters_under_the_names_of_rclpy(started) -> None:
    node = rclpy.create_node("robot")
    node.declare_parameters("arm", [("speed", 1.0), ("joints", ["a", "b"])])
    assert node.get_parameter("arm.speed").value == 1.0
    assert node.get_parameter("arm.joints").get_parameter_value().string_array_value == ["a", "b"]
    refused = SetParametersResult(successful=False, reason="too fast")
    node.add_on_set_parameters_callback(lambda _parameters: refused)
    assert node.set_parameters([Parameter("arm.speed", Parameter.Type.DOUBLE, 9.0)]) == [refused]
    with pytest.raises(ParameterNotDeclaredException, match="parameter 'nope' was not declared"):
        node.get_parameter("nope")
    assert node.get_parameter_or("nope", Parameter("nope", value=3)).value == 3


@pytest.mark.parametrize(
    ("text", "kind", "field", "value"),
    [
        ("true", Parameter.Type.BOOL, "bool_value", True),
        ("5", Parameter.Type.INTEGER, "integer_value", 5),
        ("5.0", Parameter.Type.DOUBLE, "double_value", 5.0),
        ("'5'", Parameter.Type.STRING, "string_value", "5"),
        ("fast", Parameter.Type.STRING, "string_value", "fast"),
        ("[a, b]", Parameter.Type.STRING_ARRAY, "string_array_value", ["a", "b"]),
        # What means no value of a parameter is a text.
        ("a: b", Parameter.Type.STRING, "string_value", "a: b"),
        ("[1, a]", Parameter.Type.STRING, "string_value", "[1, a]"),
        ("1\nother: 2", Parameter.Type.STRING, "string_value", "1\nother: 2"),
        ("", Parameter.Type.STRING, "string_value", ""),
    ],
)
def test_values_from_text(text, kind, field, value) -> None:
    found = get_parameter_value(text)
    assert (found.type, getattr(found, field)) == (kind, value)


def test_timers_follow_the_clock_of_the_node(started, other_context) -> None:
    node = rclpy.create_node("robot")
    node.node.set_parameters({"use_sim_time": True})
    clock = node.get_clock()
    ran: list[int] = []
    assert clock.ros_time_is_active and clock.now().nanoseconds == 0
    publisher = other_context.create_node("time").build().create_publisher("/clock", "rosgraph_msgs/msg/Clock")
    timer = node.create_timer(1.0, lambda: ran.append(clock.now().nanoseconds))
    assert publisher.wait_for_subscriber(10)
    for sec, times in [(1, 1), (1, 1), (2, 2), (9, 3)]:
        publisher.publish({"clock": {"sec": sec}})
        assert clock.sleep_until(Time(seconds=sec))
        while timer.is_ready():
            rclpy.spin_once(node, timeout_sec=10)
        assert len(ran) == times
    # Back in time the timer begins anew.
    publisher.publish({"clock": {"sec": 3}})
    heard = node.node.get_clock()._next_tick(0)
    while clock.now().nanoseconds != 3_000_000_000:
        heard = node.node.get_clock()._next_tick(heard)
    assert not timer.is_ready()
