"""The names that users' programs are written against exist, in the places where they look for them."""

from __future__ import annotations

import inspect

import pytest

import ros_z_py

NAMES = {
    ros_z_py: (
        "ZContextBuilder ZContext ZNodeBuilder ZNode ZPublisher ZSubscriber ZServer ZClient ZBufView "
        "ZArrayView MessageInfo QosProfile QOS_DEFAULT QOS_SENSOR_DATA QOS_PARAMETERS QOS_SERVICES "
        "TypeRegistry types codec encode to_dict from_dict to_json from_json list_registered_types router "
        "RosZError TimeoutError SerializationError TypeMismatchError std_msgs geometry_msgs sensor_msgs "
        "example_interfaces"
    ),
    ros_z_py.ZContextBuilder: (
        "with_domain_id with_connect_endpoints disable_multicast_scouting with_namespace with_mode "
        "with_router_endpoint with_config_file with_json with_remap_rule with_remap_rules with_enclave "
        "connect_to_local_zenohd with_logging_enabled with_shm_enabled with_shm_pool_size with_shm_threshold "
        "build"
    ),
    ros_z_py.ZContext: "create_node shutdown close __enter__ __exit__",
    ros_z_py.ZNodeBuilder: "with_namespace build",
    ros_z_py.ZNode: (
        "create_publisher create_subscriber create_server create_client create_action_server create_action_client "
        "name namespace fully_qualified_name "
        "get_topic_names_and_types get_node_names get_service_names_and_types count_publishers "
        "count_subscribers close __enter__ __exit__"
    ),
    ros_z_py.ZPublisher: "publish publish_raw wait_for_subscriber close",
    ros_z_py.ZSubscriber: (
        "recv try_recv recv_serialized recv_raw_view recv_with_info wait_for_publisher close __iter__ __next__"
    ),
    ros_z_py.ZServer: "take_request try_take_request send_response close",
    ros_z_py.ZClient: "call call_async wait_for_service close",
    ros_z_py.ZActionServer: "recv_goal close",
    ros_z_py.ZGoalRequest: "goal accept_and_execute reject",
    ros_z_py.ZServerGoal: "goal publish_feedback succeed abort canceled",
    ros_z_py.ZActionClient: "send_goal close",
    ros_z_py.ZClientGoal: "get_result cancel",
    ros_z_py.GoalStatus: "ACCEPTED EXECUTING CANCELING SUCCEEDED CANCELED ABORTED STATUS_SUCCEEDED",
    ros_z_py.TypeRegistry: "load add hash schema __getitem__",
    ros_z_py.Codec: "decode decode_dict encode to_json from_json validate",
    ros_z_py.Schema: "fields constants text to_json json_schema",
    ros_z_py.MessageInfo: "source_timestamp received_timestamp sequence_number publisher_gid",
    ros_z_py.Router: "endpoint close __enter__ __exit__",
    ros_z_py.ZBufView: "__len__ __getitem__ is_zero_copy __eq__ __hash__ __repr__ __iter__",
    ros_z_py.ZArrayView: "__array_interface__ tolist __getitem__ __eq__ __iter__",
    ros_z_py.example_interfaces.AddTwoInts: "Request Response Event",
    ros_z_py.example_interfaces.Fibonacci: "Goal Result Feedback SendGoal GetResult FeedbackMessage",
    ros_z_py.std_msgs: "msg String",
    ros_z_py.example_interfaces: "msg srv action AddTwoIntsRequest AddTwoIntsResponse",
    ros_z_py.std_msgs.String: "__msgtype__ __type_hash__ __match_args__ __copy__ __deepcopy__ __reduce__",
}
ROWS = [(owner, name) for owner, names in NAMES.items() for name in names.split()]


@pytest.mark.parametrize("owner, name", ROWS, ids=lambda each: getattr(each, "__name__", each))
def test_name(owner: object, name: str) -> None:
    assert hasattr(owner, name)


@pytest.mark.parametrize(
    "function, names",
    [
        (ros_z_py.ZNode.create_publisher, "topic message_type qos"),
        (ros_z_py.ZNode.create_subscriber, "topic message_type qos callback output"),
        (ros_z_py.ZNode.create_server, "qos callback"),
        (ros_z_py.ZSubscriber.recv, "timeout"),
        (ros_z_py.ZServer.take_request, "timeout"),
        (ros_z_py.ZClient.call, "request timeout"),
        (ros_z_py.router, "listen"),
        (
            ros_z_py.QosProfile,
            "reliability durability history depth deadline lifespan liveliness liveliness_lease_duration",
        ),
    ],
)
def test_parameters(function: object, names: str) -> None:
    assert set(names.split()) <= set(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_exceptions_are_those_that_people_catch() -> None:
    assert issubclass(ros_z_py.RosZError, RuntimeError)
    for name, builtin in [
        ("TimeoutError", TimeoutError),
        ("SerializationError", ValueError),
        ("TypeMismatchError", TypeError),
        ("UnknownTypeError", LookupError),
    ]:
        assert issubclass(getattr(ros_z_py, name), (ros_z_py.RosZError, builtin))
        assert issubclass(getattr(ros_z_py, name), builtin)


def test_aliases() -> None:
    interfaces = ros_z_py.example_interfaces
    assert interfaces.AddTwoIntsRequest is interfaces.AddTwoInts.Request is interfaces.srv.AddTwoInts.Request
    assert interfaces.FibonacciSendGoalRequest is interfaces.Fibonacci.SendGoal.Request
    assert ros_z_py.std_msgs.msg.String is ros_z_py.std_msgs.String
    assert ros_z_py.sensor_msgs.BatteryState.POWER_SUPPLY_STATUS_FULL == 4
