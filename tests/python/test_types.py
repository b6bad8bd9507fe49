"""Message classes and the registry as users see them."""

from __future__ import annotations

import copy
import importlib
import pickle
import threading

import msgspec
import pytest

import ros_z_py
from ros_z_py import types


def test_a_class_is_a_struct_with_name_hash_and_constants():
    battery = ros_z_py.sensor_msgs.BatteryState
    assert issubclass(battery, msgspec.Struct)
    assert battery.__msgtype__ == "sensor_msgs/msg/BatteryState"
    assert battery.__type_hash__ == types.hash("sensor_msgs/BatteryState")
    assert battery.POWER_SUPPLY_STATUS_FULL == 4
    assert battery.__module__ == "ros_z_py.sensor_msgs.msg"


def test_defaults_are_those_of_the_definition_and_nested_ones_are_real_objects():
    pose = ros_z_py.geometry_msgs.PoseStamped()
    assert pose.pose.orientation.w == 1.0
    assert pose.header.stamp.sec == 0
    assert pose.header.frame_id == ""
    other = ros_z_py.geometry_msgs.PoseStamped()
    pose.pose.position.x = 3.0
    assert other.pose.position.x == 0.0


def test_array_defaults():
    imu = ros_z_py.sensor_msgs.Imu()
    assert imu.orientation_covariance == [0.0] * 9
    assert ros_z_py.unique_identifier_msgs.UUID().uuid == bytes(16)
    scan = ros_z_py.sensor_msgs.LaserScan()
    scan.ranges.append(1.0)
    assert ros_z_py.sensor_msgs.LaserScan().ranges == []


@pytest.mark.parametrize(
    "spelling",
    ["sensor_msgs/msg/Imu", "sensor_msgs/Imu", "sensor_msgs.msg.Imu", "sensor_msgs::msg::dds_::Imu_"],
)
def test_every_spelling_is_the_same_class(spelling):
    assert types[spelling] is ros_z_py.sensor_msgs.Imu
    assert spelling in types


def test_service_and_action_classes():
    add = ros_z_py.example_interfaces.AddTwoInts
    assert add.Request is ros_z_py.example_interfaces.AddTwoIntsRequest
    assert add.Response is ros_z_py.example_interfaces.AddTwoIntsResponse
    assert add.Request is importlib.import_module("ros_z_py.example_interfaces.srv").AddTwoInts_Request
    assert add.Event().info.event_type == 0
    assert add.__type_hash__ == types.hash("example_interfaces/srv/AddTwoInts")
    fibonacci = ros_z_py.example_interfaces.Fibonacci
    assert fibonacci.Goal(order=3).order == 3
    assert fibonacci.SendGoal.Request().goal.order == 0
    assert fibonacci.GetResult.Response.__msgtype__ == "example_interfaces/action/Fibonacci_GetResult_Response"
    assert fibonacci.FeedbackMessage is ros_z_py.example_interfaces.FibonacciFeedbackMessage


def test_packages_are_modules():
    from ros_z_py import geometry_msgs
    from ros_z_py.geometry_msgs.msg import Twist

    assert geometry_msgs.msg.Twist is Twist is geometry_msgs.Twist
    assert "Twist" in dir(geometry_msgs)
    assert "geometry_msgs" in dir(ros_z_py)
    with pytest.raises(AttributeError, match="no type 'Twits' in geometry_msgs"):
        _ = geometry_msgs.Twits
    with pytest.raises(ImportError):
        importlib.import_module("ros_z_py.no_such_msgs")
    with pytest.raises(AttributeError, match="no_such_msgs"):
        _ = ros_z_py.no_such_msgs


def test_messages_behave_like_values():
    twist = ros_z_py.geometry_msgs.Twist(linear=ros_z_py.geometry_msgs.Vector3(x=1.0))
    assert twist == copy.deepcopy(twist) == pickle.loads(pickle.dumps(twist))
    assert copy.copy(twist).linear is twist.linear
    assert repr(twist.linear) == "Vector3(x=1.0, y=0.0, z=0.0)"
    match twist:
        case ros_z_py.geometry_msgs.Twist(linear=ros_z_py.geometry_msgs.Vector3(x=x)):
            assert x == 1.0
        case _:
            pytest.fail("the class pattern did not match")
    with pytest.raises(TypeError, match="unhashable"):
        hash(twist)
    with pytest.raises(TypeError, match="no_such"):
        ros_z_py.geometry_msgs.Twist(no_such=1)


def test_text_becomes_a_class_of_the_process():
    probe = types.add("text_msgs/msg/Probe", "uint8 MODE=3\nfloat32[] samples\nstring<=16 label fine\n")
    assert probe is types["text_msgs/msg/Probe"] is ros_z_py.text_msgs.Probe
    assert probe().label == "fine"
    assert probe.MODE == 3
    assert pickle.loads(pickle.dumps(probe(samples=[1.0]))).samples == [1.0]


def test_a_keyword_gets_an_underscore_as_an_attribute_only():
    route = types.add("text_msgs/msg/Route", "string from\nstring to\n")
    message = route(from_="a", to="b")
    assert message.from_ == "a"
    assert ros_z_py.to_dict(message) == {"from": "a", "to": "b"}
    assert ros_z_py.to_json(message) == b'{"from":"a","to":"b"}'
    assert ros_z_py.from_dict(route, {"from": "c"}).from_ == "c"


def test_a_private_registry_sees_built_in_types_and_keeps_its_own():
    private = ros_z_py.TypeRegistry()
    private.add("private_msgs/msg/Thing", "geometry_msgs/Point where\n")
    assert private["private_msgs/msg/Thing"]().where.x == 0.0
    assert "private_msgs/msg/Thing" not in types
    assert "private_msgs/msg/Thing" in private.names()
    with pytest.raises(ros_z_py.UnknownTypeError, match="private_msgs/msg/Thing"):
        _ = types["private_msgs/msg/Thing"]


def test_a_schema_tells_fields_constants_and_text():
    schema = types.schema("sensor_msgs/msg/NavSatStatus")
    assert schema.name == "sensor_msgs/msg/NavSatStatus"
    assert schema.constants["STATUS_GBAS_FIX"] == 2
    assert next((field.name, field.type, field.default) for field in schema.fields) == ("status", "int8", -2)
    assert "int8 STATUS_NO_FIX=-1" in schema.text.replace(" = ", "=")
    assert msgspec.json.decode(schema.to_json())["type_description"]["type_name"] == schema.name
    assert len(repr(schema)) < 80


def test_classes_are_made_once_whatever_threads_do():
    private = ros_z_py.TypeRegistry()
    private.add("race_msgs/msg/Outer", "geometry_msgs/PoseStamped[] poses\n")
    barrier, classes = threading.Barrier(8), []

    def look() -> None:
        barrier.wait(timeout=5)
        classes.append(private["race_msgs/msg/Outer"])

    threads = [threading.Thread(target=look) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join(timeout=10) for thread in threads]
    assert len(classes) == 8
    assert len(set(map(id, classes))) == 1


def test_an_unknown_type_says_what_is_near_and_where_it_was_looked_for():
    with pytest.raises(ros_z_py.UnknownTypeError) as caught:
        _ = types["sensor_msgs/msg/Imuu"]
    assert isinstance(caught.value, LookupError)
    assert caught.value.kind == "unknown_type"
    assert "sensor_msgs/msg/Imu" in str(caught.value)


def test_a_service_is_not_a_message():
    with pytest.raises(ros_z_py.UnknownTypeError, match="SetBool_Request"):
        ros_z_py.codec("std_srvs/srv/SetBool")


def test_bad_text_shows_the_place_with_a_caret():
    with pytest.raises(ros_z_py.InterfaceError) as caught:
        types.add("text_msgs/msg/Bad", "int32 fine\nint32 1x\n")
    assert isinstance(caught.value, ValueError)
    assert ":2:7:" in str(caught.value)
    assert str(caught.value).splitlines()[-1].strip() == "^"


def test_loading_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        types.load(tmp_path / "nowhere.msg")


def test_an_attribute_of_a_package_follows_its_type() -> None:
    types.add("cached_msgs/msg/A", "int8 x\n")
    package = ros_z_py.cached_msgs
    first = package.A
    assert package.A is package.msg.A is first
    with pytest.warns(ros_z_py.TypeConflictWarning):
        types.add("cached_msgs/msg/A", "int16 y\n")
    assert package.A is package.msg.A is not first
    assert package.A().y == 0
    with pytest.raises(AttributeError, match="there is no type 'B' in cached_msgs"):
        package.B  # noqa: B018
    types.add("cached_msgs/srv/B", "---\n")
    assert package.BRequest is package.B.Request


def test_what_is_known_is_listed_and_what_is_broken_is_not_in_it():
    registry = ros_z_py.TypeRegistry()
    with pytest.raises(ros_z_py.UnknownTypeError):
        registry.add("broken_msgs/msg/Thing", "Missing part\n")
    assert "broken_msgs/msg/Thing" not in registry and registry.get("broken_msgs/Thing", 7) == 7
    registry.add("broken_msgs/msg/Missing", "int32 number\n")
    assert "broken_msgs/msg/Thing" in registry and registry.hash("broken_msgs/Thing") in registry
    assert list(registry) == registry.names() and len(registry) == len(registry.names())
    assert 5 not in registry and None not in registry and "" not in registry and "\ud800" not in registry
