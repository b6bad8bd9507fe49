"""Servers and clients that tell of their requests and responses."""

from __future__ import annotations

import pytest

import ros_z_py
from ros_z_py.example_interfaces import AddTwoInts

TIME = 20.0


@pytest.fixture
def ends(context):
    node = context.create_node("adder").build()
    server = node.create_server("add", AddTwoInts, callback=lambda request: {"sum": request.a + request.b})
    client = node.create_client("add", "example_interfaces/srv/AddTwoInts")
    events = node.create_subscriber("add/_service_event", AddTwoInts.Event)
    return server, client, lambda count: [events.recv(timeout=TIME) for _ in range(count)]


def test_both_ends_tell_what_they_are_asked_to(ends) -> None:
    server, client, events = ends
    client.configure_introspection("contents")
    server.configure_introspection("metadata")
    for number in (1, 2):
        client.call({"a": number, "b": 3}, timeout=TIME)
        told = sorted(events(4), key=lambda event: event.info.event_type)
        assert [event.info.event_type for event in told] == [0, 1, 2, 3]
        assert {bytes(event.info.client_gid) for event in told} == {client.gid}
        assert {event.info.sequence_number for event in told} == {number}
        assert [list(event.request) for event in told] == [[AddTwoInts.Request(a=number, b=3)], [], [], []]
        assert [list(event.response) for event in told] == [[], [], [], [AddTwoInts.Response(sum=number + 3)]]
        assert told[0].info.stamp.sec > 1_700_000_000
    client.configure_introspection("off")
    server.configure_introspection("contents", qos=1)
    client.call_async({"a": 7, "b": 8}, timeout=TIME).result(TIME)
    request, response = events(2)
    assert (request.request[0].a, response.response[0].sum) == (7, 15)


def test_the_publishers_are_those_of_ros(ends, tokens, domain) -> None:
    server, client, _events = ends
    for end in (server, client):
        end.configure_introspection("metadata")
        end.configure_introspection("contents")
    ids, seen = [], tokens.get(timeout=TIME)
    while len(ids) < 2:
        if "_service_event/" in seen[1] and "/MP/" in seen[1]:
            ids.append(seen[1].split("/")[4])
            hash_of_event = "RIHS01_32c1d140259c71e5c355115942bcb31df98b4330e4d906b1b75ccb1c9b3ce6c8"
            assert seen[1].endswith(f"example_interfaces::srv::dds_::AddTwoInts_Event_/{hash_of_event}/::,:,:,:,,")
        seen = tokens.get(timeout=TIME) if len(ids) < 2 else seen
    for end in (server, client):
        end.close()
    gone = []
    while len(gone) < 2:
        kind, token = tokens.get(timeout=TIME)
        if kind == "DELETE" and "_service_event/" in token and "/MP/" in token:
            gone.append(token.split("/")[4])
    assert sorted(gone) == sorted(ids)


@pytest.mark.parametrize("given", ["on", "", 1, None])
def test_what_is_no_state_is_refused(ends, given) -> None:
    for end in ends[:2]:
        with pytest.raises((ros_z_py.ArgumentError, TypeError)):
            end.configure_introspection(given)


def test_what_is_closed_is_not_told_of(ends, context) -> None:
    server, client, _ = ends
    for end, words in ((server, "the server of /add was closed"), (client, "the client of /add was closed")):
        end.close()
        for state in ("contents", "off"):
            with pytest.raises(ros_z_py.RosZError, match=words):
                end.configure_introspection(state)
    assert context.create_node("counts").build().count_publishers("/add/_service_event") == 0
