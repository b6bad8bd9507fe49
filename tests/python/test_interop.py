"""Against a raw `eclipse-zenoh` session, which knows nothing of us: the wire is as `rmw_zenoh` makes it."""

from __future__ import annotations

import json
import queue
import struct
import threading
import time
from pathlib import Path

import pytest
import xxhash
import zenoh

import ros_z_py
from ros_z_py import example_interfaces, std_msgs

STRING_KEY = (
    "chatter/std_msgs::msg::dds_::String_/RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
)
STRING_TOKEN = STRING_KEY.replace("chatter/", "%chatter/")
ADD_KEY = (
    "add_two_ints/example_interfaces::srv::dds_::AddTwoInts_/"
    "RIHS01_e118de6bf5eeb66a2491b5bda11202e7b68f198d6f67922cf30364858239c81a"
)
ADD_TOKEN = "%" + ADD_KEY + "/::,10:,:,:,,"
CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "captures"
GID = bytes(range(16))


def attachment(sequence_number: int = 1, timestamp: int = 1_700_000_000_123_456_789, gid: bytes = GID) -> bytes:
    return struct.pack("<qqB", sequence_number, timestamp, 16) + gid


def gid_of(token: str) -> bytes:
    """XXH3-128 of the token, low half first, both little endian."""
    return xxhash.xxh3_128_intdigest(token.encode()).to_bytes(16, "little")


def test_tokens_come_and_go_as_those_of_a_genuine_node(tokens, context, domain):
    node = context.create_node("talker").with_type_description_service(False)
    node = node.with_rosout(False).with_parameter_services(False).with_parameter_event_publisher(False).build()
    publisher = node.create_publisher("/chatter", std_msgs.String)
    subscriber = node.create_subscriber("/chatter", std_msgs.String, qos=ros_z_py.QOS_SENSOR_DATA)
    prefix = f"@ros2_lv/{domain}/{context.zid}/0"
    wanted = {
        f"{prefix}/0/NN/%/%/talker",
        f"{prefix}/1/MP/%/%/talker/{STRING_TOKEN}/::,10:,:,:,,",
        f"{prefix}/2/MS/%/%/talker/{STRING_TOKEN}/2::,5:,:,:,,",
    }
    assert {tokens.get(timeout=10) for _ in range(3)} == {("PUT", token) for token in wanted}
    assert publisher.gid == gid_of(f"{prefix}/1/MP/%/%/talker/{STRING_TOKEN}/::,10:,:,:,,")
    subscriber.close()
    assert tokens.get(timeout=10) == ("DELETE", f"{prefix}/2/MS/%/%/talker/{STRING_TOKEN}/2::,5:,:,:,,")
    node.close()
    assert {tokens.get(timeout=10) for _ in range(2)} == {
        ("DELETE", token) for token in wanted if "/2/" not in token[9:]
    }


def test_a_namespaced_node_with_an_enclave(tokens, router, domain):
    builder = ros_z_py.ZContextBuilder().with_domain_id(domain).with_connect_endpoints([router.endpoint])
    with builder.with_enclave("/robot1/nav").build() as context:
        node = context.create_node("nav").with_namespace("/robot1").with_parameter_services(False)
        node = node.with_rosout(False).with_parameter_event_publisher(False).build()
        assert tokens.get(timeout=10)[1] == f"@ros2_lv/{domain}/{context.zid}/0/0/NN/%robot1%nav/%robot1/nav"
        service = "%robot1%nav%get_type_description/type_description_interfaces::srv::dds_::GetTypeDescription_"
        service += "/RIHS01_69b9c19c1021405984cc60dbbb1edceb147a6538b411d812ba6afabeed962cd5/::,10:,:,:,,"
        assert tokens.get(timeout=10)[1].endswith(f"/0/1/SS/%robot1%nav/%robot1/nav/{service}")
        node.close()


def test_a_published_message_has_key_payload_and_attachment(raw, context, domain):
    samples: queue.Queue[zenoh.Sample] = queue.Queue()
    raw.declare_subscriber(f"{domain}/chatter/**", samples.put)
    publisher = context.create_node("talker").build().create_publisher("/chatter", std_msgs.String)
    before = time.time_ns()
    # The raw subscriber has no token to wait for: messages are sent until it hears one.
    sample, sent = None, 0
    while sample is None and sent < 200:
        sent += 1
        publisher.publish(std_msgs.String(data="Hello World: 1"))
        try:
            sample = samples.get(timeout=0.05)
        except queue.Empty:
            continue
    assert sample is not None
    assert str(sample.key_expr) == f"{domain}/{STRING_KEY}"
    assert sample.payload.to_bytes() == bytes.fromhex("000100000f00000048656c6c6f20576f726c643a203100")
    data = sample.attachment.to_bytes()
    assert len(data) == 33
    number, timestamp, length = struct.unpack("<qqB", data[:17])
    assert 1 <= number <= sent
    assert before <= timestamp <= time.time_ns()
    assert (length, data[17:]) == (16, publisher.gid)
    assert str(sample.encoding) == "zenoh/bytes"
    assert sample.congestion_control == zenoh.CongestionControl.DROP
    assert sample.priority == zenoh.Priority.DATA


def test_a_raw_peer_publishes_to_us(raw, tokens, context, domain):
    subscriber = context.create_node("listener").build().create_subscriber("/chatter", std_msgs.String)
    while "/MS/" not in tokens.get(timeout=10)[1]:
        pass
    key, cdr = f"{domain}/{STRING_KEY}", ros_z_py.encode(std_msgs.String(data="raw"))
    publisher = raw.declare_publisher(key)
    # Whatever else arrives on the key is dropped, and the subscriber lives on.
    publisher.put(cdr)
    publisher.put(cdr, attachment=b"")
    publisher.put(cdr, attachment=attachment()[:20])
    publisher.put(cdr, attachment=attachment()[:16] + b"\x0f" + bytes(15))
    raw.delete(key)
    publisher.put(cdr, attachment=attachment(sequence_number=7))
    message, info = subscriber.recv_with_info(timeout=10)
    assert message == std_msgs.String(data="raw")
    assert (info.sequence_number, info.source_timestamp) == (7, 1_700_000_000_123_456_789)
    assert info.publisher_gid == GID
    assert subscriber.try_recv() is None


def test_the_keyed_attachment_of_older_releases_is_read(raw, tokens, context, domain):
    subscriber = context.create_node("listener").build().create_subscriber("/chatter", std_msgs.String)
    while "/MS/" not in tokens.get(timeout=10)[1]:
        pass
    keyed = b"".join(
        bytes([len(name)]) + name + value
        for name, value in [
            (b"sequence_number", struct.pack("<q", 3)),
            (b"source_timestamp", struct.pack("<q", 5)),
            (b"source_gid", b"\x10" + GID),
        ]
    )
    assert len(keyed) == 77
    raw.put(f"{domain}/{STRING_KEY}", ros_z_py.encode(std_msgs.String(data="old")), attachment=keyed)
    message, info = subscriber.recv_with_info(timeout=10)
    assert (message.data, info.sequence_number, info.source_timestamp) == ("old", 3, 5)


def test_big_endian_payloads_of_others_are_read(raw, tokens, context, domain):
    subscriber = context.create_node("listener").build().create_subscriber("/chatter", std_msgs.String)
    while "/MS/" not in tokens.get(timeout=10)[1]:
        pass
    raw.put(f"{domain}/{STRING_KEY}", bytes.fromhex("0000000000000003686900"), attachment=attachment())
    assert subscriber.recv(timeout=10).data == "hi"


def request(a: int, b: int) -> bytes:
    return struct.pack("<4sqq", b"\0\1\0\0", a, b)


def response(total: int) -> bytes:
    return struct.pack("<4sq", b"\0\1\0\0", total)


def ask(raw, key: str, payload: bytes | None, sent: bytes | None, **options) -> list[zenoh.Reply]:
    """All replies to a query as `rmw_zenoh` makes it."""
    replies = raw.get(
        key,
        target=zenoh.QueryTarget.ALL_COMPLETE,
        consolidation=zenoh.ConsolidationMode.NONE,
        payload=payload,
        attachment=sent,
        **options,
    )
    return list(replies)


def add(message):
    return {"sum": message.a + message.b}


def test_a_raw_client_calls_our_server(raw, tokens, context, domain):
    node = context.create_node("adder").build()
    server = node.create_server("/add_two_ints", example_interfaces.AddTwoInts, callback=add)
    while ADD_TOKEN not in (token := tokens.get(timeout=10)[1]):
        pass
    assert "/SS/%/%/adder/" in token
    assert server.gid == gid_of(token)
    before = time.time_ns()
    (reply,) = ask(raw, f"{domain}/{ADD_KEY}", request(2, 3), attachment(41))
    assert str(reply.ok.key_expr) == f"{domain}/{ADD_KEY}"
    assert reply.ok.payload.to_bytes() == response(5)
    number, timestamp, length = struct.unpack("<qqB", reply.ok.attachment.to_bytes()[:17])
    assert (number, length, reply.ok.attachment.to_bytes()[17:]) == (41, 16, GID)
    assert before <= timestamp <= time.time_ns()
    # Whatever does not fit ends without a reply, and the server lives on.
    for payload, sent in [
        (request(2, 3)[:10], attachment(42)),
        (b"\0\7\0\0" + request(2, 3)[4:], attachment(42)),
        (b"", attachment(42)),
        (request(2, 3), None),
        (request(2, 3), attachment(42)[:20]),
        (request(2, 3), attachment(-42)),
    ]:
        assert ask(raw, f"{domain}/{ADD_KEY}", payload, sent) == []
    (reply,) = ask(raw, f"{domain}/{ADD_KEY}", request(2, 3) + b"more", attachment(42))
    assert reply.ok.payload.to_bytes() == response(5)
    (reply,) = ask(raw, f"{domain}/{ADD_KEY}", struct.pack(">4sqq", bytes(4), 2, 3), attachment(43))
    assert reply.ok.payload.to_bytes() == response(5)


def test_our_client_calls_a_raw_server(raw, tokens, context, domain):
    queries: queue.Queue[zenoh.Query] = queue.Queue()
    raw.declare_queryable(f"{domain}/{ADD_KEY}", queries.put, complete=True)
    client = context.create_node("caller").build().create_client("/add_two_ints", example_interfaces.AddTwoInts)
    while "/SC/%/%/caller/" not in (token := tokens.get(timeout=10)[1]):
        pass
    assert token.endswith(ADD_TOKEN)
    # A server without a token is not in the graph, but can be called.
    assert not client.wait_for_service(timeout=0.2)
    calls = [client.call_async({"a": number, "b": 10}, timeout=20) for number in (1, 2)]
    asked = [queries.get(timeout=10) for _ in calls]
    for number, query in enumerate(asked, 1):
        assert str(query.selector) == f"{domain}/{ADD_KEY}"
        assert query.payload.to_bytes() == request(number, 10)
        sent = query.attachment.to_bytes()
        assert len(sent) == 33
        assert struct.unpack("<q8xB", sent[:17]) == (number, 16)
        assert sent[17:] == client.gid == gid_of(token)
        assert query.accepts_replies() == zenoh.ReplyKeyExpr.MATCHING_QUERY
    for query, total in zip(reversed(asked), (12, 11), strict=True):
        query.reply(f"{domain}/{ADD_KEY}", response(total), attachment=query.attachment)
        query.drop()
    assert [call.result(timeout=10).sum for call in calls] == [11, 12]


def test_a_raw_server_with_a_token_is_waited_for(raw, context, domain):
    client = context.create_node("caller").build().create_client("/add_two_ints", example_interfaces.AddTwoInts)
    waited: list[bool] = []
    thread = threading.Thread(target=lambda: waited.append(client.wait_for_service(timeout=20)))
    thread.start()
    raw.declare_queryable(f"{domain}/{ADD_KEY}", lambda query: query.drop(), complete=True)
    token = raw.liveliness().declare_token(f"@ros2_lv/{domain}/{raw.zid()}/0/1/SS/%/%/raw/{ADD_TOKEN}")
    thread.join(timeout=20)
    assert waited == [True]
    token.undeclare()


def capture(name: str):
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"there is no {name} beside the repository")
    return json.loads(path.read_text())


def octets(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def test_recorded_requests_get_the_recorded_responses(raw, router):
    recorded = capture("service_raw_client_to_genuine_server.json")
    builder = ros_z_py.ZContextBuilder().with_domain_id(0).with_connect_endpoints([router.endpoint])
    with builder.build() as context, context.create_node("adder").build() as node:
        node.create_server("/add_two_ints", example_interfaces.AddTwoInts, callback=add)
        # Asked again while the server is not known yet.
        deadline = time.monotonic() + 10
        while not ask(raw, f"0/{ADD_KEY}", request(2, 3), attachment()) and time.monotonic() < deadline:
            pass
        answered = 0
        for exchange in recorded["exchanges"]:
            if exchange["label"].startswith(("target", "legacy keyed")):
                continue
            key, parameters = exchange["key"], exchange["parameters"]
            key += f"?{parameters}" if parameters else ""
            replies = ask(raw, key, octets(exchange["payload"]), octets(exchange["attachment"]))
            expected = [(reply["ok"]["key"], octets(reply["ok"]["payload"])) for reply in exchange["replies"]]
            assert [(str(reply.ok.key_expr), reply.ok.payload.to_bytes()) for reply in replies] == expected, exchange[
                "label"
            ]
            answered += len(expected)
    assert answered >= 14


def test_recorded_replies_become_the_responses_that_a_genuine_client_saw(raw, router):
    recorded = capture("service_genuine_client_to_raw_server.json")
    queries: queue.Queue[zenoh.Query] = queue.Queue()
    raw.declare_queryable(f"0/{ADD_KEY}", queries.put, complete=True)
    builder = ros_z_py.ZContextBuilder().with_domain_id(0).with_connect_endpoints([router.endpoint])
    seen: dict[str, list[object]] = {}
    with builder.build() as context, context.create_node("cli_add").build() as node:
        for exchange in recorded["exchanges"]:
            client = node.create_client("/add_two_ints", example_interfaces.AddTwoInts)
            for recorded_query in exchange["queries"]:
                a, b = struct.unpack("<4xqq", octets(recorded_query["payload"]))
                call = client.call_async({"a": a, "b": b}, timeout=20)
                query = queries.get(timeout=10)
                assert query.payload.to_bytes() == octets(recorded_query["payload"])
                reply = recorded_query["our_reply"] or {}
                if "err" in reply:
                    query.reply_err(octets(reply["err"]))
                elif reply:
                    query.reply(f"0/{ADD_KEY}", octets(reply["payload"]), attachment=octets(reply["attachment"]))
                query.drop()
                error = call.exception(timeout=10)
                outcome = call.result().sum if error is None else type(error).__name__
                seen.setdefault(exchange["case"], []).append(outcome)
    assert seen == {
        "normal: echo seq and gid, new timestamp": [5, 6, 7],
        "no node token, only SS token": [5],
        "reply without attachment": ["RosZError"],
        "reply with other gid": [5],
        "reply with other sequence number": ["RosZError"],
        "reply error": ["RosZError"],
        "no reply at all (query dropped)": ["RosZError"],
        "two replies": [5],
        "reply with trailing bytes": [5],
        "reply truncated payload": ["SerializationError"],
        "reply empty payload": ["RosZError"],
        "reply attachment timestamp 0": [5],
    }
