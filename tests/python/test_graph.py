"""What a node sees of the others: names, types, endpoints, changes, and what does not match."""

from __future__ import annotations

import logging
import threading

import pytest

import ros_z_py
from ros_z_py import example_interfaces, std_msgs

STRING = "std_msgs/msg/String"
ADD = "example_interfaces/srv/AddTwoInts"
DESCRIPTION = "type_description_interfaces/srv/GetTypeDescription"


@pytest.fixture
def talker(context):
    """A node with one endpoint of each kind."""
    node = context.create_node("talker").with_namespace("/robot")
    node = node.with_parameter_services(False).with_parameter_event_publisher(False).build()
    endpoints = [
        node.create_publisher("chatter", std_msgs.String, qos=ros_z_py.QOS_SENSOR_DATA),
        node.create_subscriber("/other", std_msgs.Bool),
        node.create_server("~/add", example_interfaces.AddTwoInts),
        node.create_client("/call", example_interfaces.AddTwoInts),
    ]
    yield node
    for endpoint in endpoints:
        endpoint.close()


@pytest.fixture
def watcher(other_context, talker):
    """A node in another context, which knows all of the talker."""
    node = other_context.create_node("watcher").with_parameter_services(False)
    node = node.with_parameter_event_publisher(False).build()
    assert node.wait_for_publisher("/robot/chatter", timeout=10)
    assert node.wait_for_subscriber("/other", timeout=10)
    assert node.wait_for_service("/robot/talker/add", timeout=10)
    assert node.wait_for_service("/robot/talker/get_type_description", timeout=10)
    assert node.wait_for_node("/robot/talker", timeout=10)
    events = node.graph_events()
    while (event := events.recv(timeout=10)) and not (event.endpoint and event.endpoint.topic == "/call"):
        pass
    return node


def test_names_and_types(watcher):
    assert watcher.get_node_names() == ["watcher", "talker"]
    assert watcher.get_node_names_and_namespaces() == [("watcher", "/"), ("talker", "/robot")]
    assert watcher.get_node_names_and_namespaces_with_enclaves()[1] == ("talker", "/robot", "/")
    assert watcher.get_topic_names_and_types() == [
        ("/other", ["std_msgs/msg/Bool"]),
        ("/robot/chatter", [STRING]),
        ("/rosout", ["rcl_interfaces/msg/Log"]),
    ]
    assert watcher.get_service_names_and_types() == [
        ("/robot/talker/add", [ADD]),
        ("/robot/talker/get_type_description", [DESCRIPTION]),
        ("/watcher/get_type_description", [DESCRIPTION]),
    ]
    by_node = ("talker", "/robot")
    assert watcher.get_publisher_names_and_types_by_node(*by_node) == [
        ("/robot/chatter", [STRING]),
        ("/rosout", ["rcl_interfaces/msg/Log"]),
    ]
    assert watcher.get_subscriber_names_and_types_by_node(*by_node) == [("/other", ["std_msgs/msg/Bool"])]
    assert watcher.get_service_names_and_types_by_node(*by_node)[0] == ("/robot/talker/add", [ADD])
    assert watcher.get_client_names_and_types_by_node(*by_node) == [("/call", [ADD])]
    with pytest.raises(ros_z_py.ArgumentError, match="there is no node /robot/nobody in the graph"):
        watcher.get_client_names_and_types_by_node("nobody", "/robot")


def test_counts(watcher, talker):
    assert (talker.count_publishers("chatter"), watcher.count_publishers("/robot/chatter")) == (1, 1)
    assert watcher.count_subscribers("/other") == 1
    assert (watcher.count_services("/robot/talker/add"), watcher.count_clients("call")) == (1, 1)
    assert watcher.count_publishers("/nobody") == 0
    with pytest.raises(ros_z_py.InvalidNameError):
        watcher.count_publishers("a b")


def test_information_about_endpoints(watcher, talker):
    (info,) = watcher.get_publishers_info_by_topic("/robot/chatter")
    assert (info.node_name, info.node_namespace, info.topic) == ("talker", "/robot", "/robot/chatter")
    assert (info.topic_type, info.topic_type_hash) == (STRING, std_msgs.String.__type_hash__)
    assert info.endpoint_type == "publisher"
    assert info.qos_profile == ros_z_py.QOS_SENSOR_DATA
    subscriber = talker.create_subscriber("/gids", std_msgs.String)
    assert watcher.wait_for_subscriber("/gids", timeout=10)
    (info,) = watcher.get_subscriptions_info_by_topic("/gids")
    assert (info.endpoint_type, len(info.endpoint_gid)) == ("subscription", 16)
    subscriber.close()
    publisher = talker.create_publisher("/gids", std_msgs.String)
    assert watcher.wait_for_publisher("/gids", timeout=10)
    (info,) = watcher.get_publishers_info_by_topic("/gids")
    assert info.endpoint_gid == publisher.gid
    assert "publisher of /gids (std_msgs/msg/String) in /robot/talker" in repr(info)


def test_waits_that_are_in_vain(context):
    node = context.create_node("node").build()
    assert not node.wait_for_publisher("/nobody", timeout=0.01)
    assert not node.wait_for_subscriber("/nobody", timeout=0)
    assert not node.wait_for_service("/nobody", timeout=0)
    assert not node.wait_for_node("nobody", timeout=0)
    assert node.wait_for_node("node", timeout=10)
    with pytest.raises(ros_z_py.ArgumentError, match="timeout"):
        node.wait_for_node("node", timeout=-1)


def test_changes(context, other_context):
    watcher = (
        other_context.create_node("watcher")
        .with_rosout(False)
        .with_type_description_service(False)
        .with_parameter_services(False)
        .with_parameter_event_publisher(False)
        .build()
    )
    assert watcher.wait_for_node("/watcher", timeout=10)
    with watcher.graph_events() as events:
        assert events.recv(timeout=10).node == "/watcher"
        # Each is waited for: tokens that are declared or taken back together come in any order.
        node = (
            context.create_node("talker")
            .with_rosout(False)
            .with_type_description_service(False)
            .with_parameter_services(False)
            .with_parameter_event_publisher(False)
            .build()
        )
        changes = [events.recv(timeout=10)]
        publisher = node.create_publisher("/chatter", std_msgs.String)
        changes.append(events.recv(timeout=10))
        publisher.close()
        changes.append(events.recv(timeout=10))
        node.close()
        changes.append(events.recv(timeout=10))
        assert [(change.kind, change.node, change.endpoint is None) for change in changes] == [
            ("appeared", "/talker", True),
            ("appeared", "/talker", False),
            ("gone", "/talker", False),
            ("gone", "/talker", True),
        ]
        assert changes[1].endpoint.topic == "/chatter"
        assert changes[1].mismatch is changes[1].mismatch_kind is None
        assert "appeared /talker" in repr(changes[0])
        assert events.recv(timeout=0) is None
        seen = []
        thread = threading.Thread(target=lambda: seen.extend(events))
        thread.start()
    thread.join(timeout=10)
    assert (seen, thread.is_alive()) == ([], False)
    with pytest.raises(ros_z_py.RosZError, match="closed"):
        events.recv()


class Warned(logging.Handler):
    """Waits for a warning that begins with certain words; the other context warns too, in its own."""

    def __init__(self, beginning):
        super().__init__(logging.WARNING)
        self.beginning = beginning
        self.texts: list[str] = []
        self.came = threading.Event()

    def emit(self, record):
        self.texts.append(record.getMessage())
        if record.getMessage().startswith(self.beginning):
            self.came.set()


def test_a_mismatch_is_told_once_in_the_log_and_as_an_event(context, other_context):
    types = ros_z_py.TypeRegistry()
    with pytest.warns(ros_z_py.TypeConflictWarning):
        other_string = types.add(STRING, "wstring data\n")
    handler, logger = Warned("/chatter: the subscription of node /listener"), logging.getLogger("ros_z_py")
    logger.addHandler(handler)
    try:
        node = context.create_node("listener").build()
        events = node.graph_events()
        _subscriber = node.create_subscriber("/chatter", std_msgs.String)
        foreign = other_context.create_node("talker").build()
        _publisher = foreign.create_publisher("/chatter", other_string)
        while (event := events.recv(timeout=10)) and event.kind != "mismatch":
            pass
        assert handler.came.wait(timeout=10)
    finally:
        logger.removeHandler(handler)
    assert (event.mismatch_kind, event.node, event.endpoint.endpoint_type) == ("definition", "/talker", "publisher")
    hashes = f"{std_msgs.String.__type_hash__} and {other_string.__type_hash__}"
    sentence = (
        "/chatter: the subscription of node /listener and the publisher of node /talker do not match: "
        f"they have different definitions of {STRING}, {hashes}; "
        "from the first to the second: data: type string -> wstring"
    )
    assert event.mismatch == sentence
    assert handler.texts.count(sentence) == 1
    (difference,) = event.differences
    assert (difference.type_name, difference.member, difference.change) == (STRING, "data", "type")
    assert (difference.before, difference.after) == ("string", "wstring")
    assert str(difference) == f"{STRING}.data: type string -> wstring"


def mismatches(events):
    """The mismatches of a graph, as they come."""
    while event := events.recv(timeout=10):
        if event.kind == "mismatch":
            yield event


def test_a_mismatch_with_a_node_that_does_not_tell_its_types(context, other_context):
    other_string = ros_z_py.TypeRegistry().add("quiet_msgs/msg/Own", "wstring data\n")
    own = ros_z_py.TypeRegistry().add("quiet_msgs/msg/Own", "string data\n")
    node = context.create_node("listener").build()
    with node.graph_events() as events:
        _subscriber = node.create_subscriber("/own", own)
        quiet = (
            other_context.create_node("quiet")
            .with_type_description_service(False)
            .with_parameter_services(False)
            .with_parameter_event_publisher(False)
            .build()
        )
        _publisher = quiet.create_publisher("/own", other_string)
        event = next(mismatches(events))
    assert event.mismatch.endswith("; what differs is not known: node /quiet does not tell what its types are")
    assert (event.mismatch_kind, event.differences) == ("definition", [])


def test_servers_and_clients_are_compared_too(context, other_context):
    def locate(text):
        return ros_z_py.TypeRegistry().add("my_msgs/srv/Locate", text)

    node = context.create_node("caller").build()
    with node.graph_events() as events:
        foreign = other_context.create_node("locator").build()
        _server = foreign.create_server("/locate", locate("string name\n---\nbool ok\n"))
        _client = node.create_client("/locate", locate("string label\n---\nbool ok\n"))
        event = next(mismatches(events))
    assert event.mismatch.startswith("/locate: the client of node /caller and the server of node /locator do not match")
    assert [str(difference) for difference in event.differences] == [
        "my_msgs/srv/Locate_Request.label: removed, was string",
        "my_msgs/srv/Locate_Request.name: added, is string",
    ]
