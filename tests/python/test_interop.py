"""Against a raw `eclipse-zenoh` session, which knows nothing of us: the wire is as `rmw_zenoh` makes it."""

from __future__ import annotations

import queue
import struct
import time

import pytest
import xxhash
import zenoh

import ros_z_py
from ros_z_py import std_msgs

STRING_KEY = (
    "chatter/std_msgs::msg::dds_::String_/RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
)
STRING_TOKEN = STRING_KEY.replace("chatter/", "%chatter/")
GID = bytes(range(16))


@pytest.fixture
def raw(router):
    """A Zenoh session of its own, a client of the router."""
    config = zenoh.Config()
    config.insert_json5("mode", '"client"')
    config.insert_json5("connect/endpoints", f'["{router.endpoint}"]')
    config.insert_json5("scouting/multicast/enabled", "false")
    with zenoh.open(config) as session:
        yield session


@pytest.fixture
def tokens(raw, domain):
    """The liveliness tokens of the domain, as they come and go."""
    seen: queue.Queue[tuple[str, str]] = queue.Queue()
    subscriber = raw.liveliness().declare_subscriber(
        f"@ros2_lv/{domain}/**",
        lambda sample: seen.put((str(sample.kind).rsplit(".", 1)[-1], str(sample.key_expr))),
        history=True,
    )
    yield seen
    subscriber.undeclare()


def attachment(sequence_number: int = 1, timestamp: int = 1_700_000_000_123_456_789, gid: bytes = GID) -> bytes:
    return struct.pack("<qqB", sequence_number, timestamp, 16) + gid


def gid_of(token: str) -> bytes:
    """XXH3-128 of the token, low half first, both little endian."""
    return xxhash.xxh3_128_intdigest(token.encode()).to_bytes(16, "little")


def test_tokens_come_and_go_as_those_of_a_genuine_node(tokens, context, domain):
    node = context.create_node("talker").build()
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
        node = context.create_node("nav").with_namespace("/robot1").build()
        assert tokens.get(timeout=10)[1] == f"@ros2_lv/{domain}/{context.zid}/0/0/NN/%robot1%nav/%robot1/nav"
        node.close()


def test_a_published_message_has_key_payload_and_attachment(raw, context, domain):
    samples: queue.Queue[zenoh.Sample] = queue.Queue()
    raw.declare_subscriber(f"{domain}/**", samples.put)
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
