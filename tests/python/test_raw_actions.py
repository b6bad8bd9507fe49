"""A bare Zenoh session that plays an action client and server of rmw_zenoh, byte for byte."""

from __future__ import annotations

import queue
import struct
import threading

import pytest
import zenoh

import ros_z_py
from conftest import raw_session
from ros_z_py import CancelCode, GoalStatus
from ros_z_py.example_interfaces.action import Fibonacci

SEND_GOAL = (
    "{domain}/fibonacci/_action/send_goal/example_interfaces::action::dds_::Fibonacci_SendGoal_/"
    "RIHS01_d1a57fb2a4afe8c21e34fb10db206f16ce6729b28531141472df92277c55b557"
)
GET_RESULT = (
    "{domain}/fibonacci/_action/get_result/example_interfaces::action::dds_::Fibonacci_GetResult_/"
    "RIHS01_1b0de0d5d29dc955d92f546706568428632771db13ec84c15ec1c1a59f424a57"
)
CANCEL_GOAL = (
    "{domain}/fibonacci/_action/cancel_goal/action_msgs::srv::dds_::CancelGoal_/"
    "RIHS01_573d8b0a534451d7bc2ac8c5ffde8ac14b8593b7001175d0cd6516dcbeb8689a"
)
FEEDBACK = (
    "{domain}/fibonacci/_action/feedback/example_interfaces::action::dds_::Fibonacci_FeedbackMessage_/"
    "RIHS01_c1de71afd52e49a89c53d8262366884185bc0a02f78ce051c4e46b0a7fe59bb2"
)
STATUS = (
    "{domain}/fibonacci/_action/status/action_msgs::msg::dds_::GoalStatusArray_/"
    "RIHS01_6c1684b00f177d37438febe6e709fc4e2b0d4248dca4854946f9ed8b30cda83e"
)
HEADER = b"\x00\x01\x00\x00"
GID = bytes(range(16))
ONE, TWO = bytes([1] * 16), bytes([2] * 16)


def attachment(number, gid=GID):
    return struct.pack("<qqB", number, 1_700_000_000_000_000_000, 16) + gid


def sequence(*numbers):
    return struct.pack(f"<I{len(numbers)}i", len(numbers), *numbers)


class RawClient:
    """Asks as rmw_zenoh's client does."""

    def __init__(self, raw, domain):
        self.raw, self.domain, self.number = raw, domain, 0
        self.feedback, self.status = queue.Queue(), queue.Queue()
        self.subscribers = [
            raw.declare_subscriber(key.format(domain=domain), into.put)
            for key, into in ((FEEDBACK, self.feedback), (STATUS, self.status))
        ]

    def ask(self, key, body):
        """The replies, until there are no more."""
        self.number += 1
        replies = queue.Queue()
        self.raw.get(
            key.format(domain=self.domain),
            zenoh.handlers.Callback(replies.put, lambda: replies.put(None)),
            target=zenoh.QueryTarget.ALL_COMPLETE,
            consolidation=zenoh.ConsolidationMode.NONE,
            payload=HEADER + body,
            attachment=attachment(self.number),
        )
        return replies, self.number

    def answer(self, asked):
        replies, number = asked
        reply = replies.get(timeout=20)
        if reply is None:
            return None
        said = bytes(reply.ok.attachment)
        assert len(said) == 33 and said[:8] == struct.pack("<q", number) and said[16:] == b"\x10" + GID
        assert replies.get(timeout=20) is None
        payload = bytes(reply.ok.payload)
        assert payload[:4] == HEADER
        return payload[4:]


@pytest.fixture
def peer(raw, domain, context):
    """A raw client, and a server that it reaches."""
    peer = RawClient(raw, domain)
    server = context.create_node("server").build().create_action_server("fibonacci", Fibonacci)
    while peer.answer(peer.ask(GET_RESULT, ONE)) is None:
        pass
    yield peer, server
    server.close()


def states(sample):
    """The ids and the states in a status message."""
    payload = bytes(sample.payload)
    (count,) = struct.unpack_from("<I", payload, 4)
    starts = [8 + max(0, index * 28 - 3) for index in range(count)]
    ids = [payload[start : start + 16] for start in starts]
    return list(zip(ids, [payload[32 + 28 * index] for index in range(count)], strict=True))


def test_a_raw_client_has_goals_reached_cancelled_aborted_and_rejected(peer):
    client, server = peer
    asked = client.ask(SEND_GOAL, ONE + struct.pack("<i", 3))
    goal = server.recv_goal(timeout=20).accept_and_execute()
    answer = client.answer(asked)
    assert answer[:4] == b"\x01\x00\x00\x00" and struct.unpack("<iI", answer[4:]) == (
        goal.stamp.sec,
        goal.stamp.nanosec,
    )
    result = client.ask(GET_RESULT, ONE)
    goal.publish_feedback({"sequence": [0, 1, 1]})
    assert bytes(client.feedback.get(timeout=20).payload) == HEADER + ONE + sequence(0, 1, 1)
    goal.succeed({"sequence": [0, 1, 1, 2]})
    assert client.answer(result) == b"\x04\x00\x00\x00" + sequence(0, 1, 1, 2)
    assert client.answer(client.ask(GET_RESULT, ONE)) == b"\x04\x00\x00\x00" + sequence(0, 1, 1, 2)
    assert [states(client.status.get(timeout=20)) for _ in range(2)] == [[(ONE, 2)], [(ONE, 4)]]
    # Cancelling what has ended, what is not known, and what goes on.
    nothing = struct.pack("<iI", 0, 0)
    assert client.answer(client.ask(CANCEL_GOAL, ONE + nothing)) == b"\x03\x00\x00\x00" + struct.pack("<I", 0)
    assert client.answer(client.ask(CANCEL_GOAL, TWO + nothing)) == b"\x02\x00\x00\x00" + struct.pack("<I", 0)
    asked = client.ask(SEND_GOAL, TWO + struct.pack("<i", 9))
    goal = server.recv_goal(timeout=20).accept_and_execute()
    stamp = client.answer(asked)[4:]
    assert client.answer(client.ask(CANCEL_GOAL, bytes(16) + nothing)) == (
        b"\x00\x00\x00\x00" + struct.pack("<I", 1) + TWO + stamp
    )
    goal.canceled()
    assert client.answer(client.ask(GET_RESULT, TWO)) == b"\x05\x00\x00\x00" + sequence()
    assert [states(client.status.get(timeout=20))[1] for _ in range(3)] == [(TWO, 2), (TWO, 3), (TWO, 5)]
    asked = client.ask(SEND_GOAL, GID + struct.pack("<i", -1))
    server.recv_goal(timeout=20).reject()
    assert client.answer(asked) == bytes(12)
    assert client.answer(client.ask(GET_RESULT, GID)) == bytes(4) + sequence()


def test_malformed_requests_are_dropped_and_the_server_lives_on(peer):
    client, server = peer
    for key, body in [(SEND_GOAL, ONE), (SEND_GOAL, b""), (GET_RESULT, ONE[:15]), (CANCEL_GOAL, ONE + bytes(4))]:
        assert client.answer(client.ask(key, body)) is None
    assert server.try_recv_goal() is None
    asked = client.ask(SEND_GOAL, ONE + struct.pack("<i", 3) + b"trailing")
    server.recv_goal(timeout=20).accept_and_execute().abort()
    assert client.answer(asked)[0] == 1


def test_a_raw_server_is_heard_as_rmw_zenoh_would_be(raw, domain, context):
    asked = queue.Queue()
    served = [
        raw.declare_queryable(key.format(domain=domain), asked.put, complete=True)
        for key in (SEND_GOAL, CANCEL_GOAL, GET_RESULT)
    ]
    client = context.create_node("client").build().create_action_client("fibonacci", Fibonacci)

    def answer(query, body):
        said = bytes(query.attachment)
        number = struct.pack("<q", 1)
        assert len(said) == 33 and said[:8] == number and said[16] == 16
        query.reply(query.key_expr, HEADER + body, attachment=number + struct.pack("<q", 5) + said[16:])
        query.drop()

    call = client.send_goal_async(Fibonacci.Goal(order=3), goal_id=ONE, timeout=20)
    query = asked.get(timeout=20)
    assert str(query.selector) == SEND_GOAL.format(domain=domain)
    assert bytes(query.payload) == HEADER + ONE + struct.pack("<i", 3)
    answer(query, b"\x01\x55\x00\x00" + struct.pack("<iI", 7, 8))
    goal = call.result(20)
    assert goal.accepted and (goal.stamp.sec, goal.stamp.nanosec) == (7, 8)
    result = goal.get_result_async(timeout=20)
    waiting = asked.get(timeout=20)
    assert bytes(waiting.payload) == HEADER + ONE
    for other, numbers in ((TWO, (9,)), (ONE, (0, 1)), (ONE, (0, 1, 1))):
        raw.put(FEEDBACK.format(domain=domain), HEADER + other + sequence(*numbers), attachment=attachment(1))
    assert [goal.recv_feedback(timeout=20).sequence.tolist() for _ in range(2)] == [[0, 1], [0, 1, 1]]
    cancel = goal.cancel_async(timeout=20)
    query = asked.get(timeout=20)
    assert str(query.selector) == CANCEL_GOAL.format(domain=domain)
    assert bytes(query.payload) == HEADER + ONE + bytes(8)
    answer(query, b"\x00\x7f\x00\x00" + struct.pack("<I", 1) + ONE + struct.pack("<iI", 7, 8))
    assert cancel.result(20) == (CancelCode.NONE, [ONE])
    raw.put(
        STATUS.format(domain=domain),
        HEADER + struct.pack("<I", 1) + ONE + struct.pack("<iIb", 7, 8, 3),
        attachment=attachment(1),
    )
    idle = threading.Event()
    while goal.status is not GoalStatus.CANCELING:
        idle.wait(0.01)
    answer(waiting, b"\x05\x12\x34\x56" + sequence(0, 1, 1))
    status, outcome = result.result(20)
    assert (status, outcome.sequence.tolist()) == (GoalStatus.CANCELED, [0, 1, 1])
    for queryable in served:
        queryable.undeclare()


def test_a_raw_client_asks_for_a_result_when_its_time_is_over(raw, domain, context):
    client = RawClient(raw, domain)
    node = context.create_node("server").build()
    with node.create_action_server("fibonacci", Fibonacci, result_timeout=0.05) as server:
        while client.answer(client.ask(GET_RESULT, ONE)) is None:
            pass
        asked = client.ask(SEND_GOAL, ONE + struct.pack("<i", 3))
        server.recv_goal(timeout=20).accept_and_execute().succeed({"sequence": [0, 1, 1, 2]})
        assert client.answer(asked)[0] == 1
        idle = threading.Event()
        while server.known_goals:
            idle.wait(0.01)
        assert client.answer(client.ask(GET_RESULT, ONE)) == bytes(4) + sequence()


def test_a_raw_client_dies_and_another_has_the_result(router, peer, domain):
    other, server = peer
    with raw_session(router) as session:
        client = RawClient(session, domain)
        client.number = 1000  # both have the same gid, and no request is to have the number of another
        asked = client.ask(SEND_GOAL, ONE + struct.pack("<i", 3))
        goal = server.recv_goal(timeout=20).accept_and_execute()
        assert client.answer(asked)[0] == 1
        client.ask(GET_RESULT, ONE)
    waiting = other.ask(GET_RESULT, ONE)
    goal.publish_feedback({"sequence": [0, 1]})
    assert bytes(other.feedback.get(timeout=20).payload) == HEADER + ONE + sequence(0, 1)
    goal.succeed({"sequence": [0, 1, 1]})
    assert other.answer(waiting) == b"\x04\x00\x00\x00" + sequence(0, 1, 1)


def test_a_raw_server_dies_while_its_result_is_waited_for(router, domain, context):
    asked = queue.Queue()
    client = context.create_node("client").build().create_action_client("fibonacci", Fibonacci)
    with raw_session(router) as session:
        for key in (SEND_GOAL, CANCEL_GOAL, GET_RESULT):
            session.declare_queryable(key.format(domain=domain), asked.put, complete=True)
        call = client.send_goal_async(Fibonacci.Goal(order=3), goal_id=ONE, timeout=20)
        query = asked.get(timeout=20)
        said = bytes(query.attachment)
        accepted = HEADER + b"\x01\x00\x00\x00" + struct.pack("<iI", 7, 8)
        query.reply(query.key_expr, accepted, attachment=said[:8] + struct.pack("<q", 5) + said[16:])
        query.drop()
        result = call.result(20).get_result_async(timeout=20)
        assert bytes(asked.get(timeout=20).payload) == HEADER + ONE
    with pytest.raises(ros_z_py.RosZError, match="ended without a response"):
        result.result(20)
