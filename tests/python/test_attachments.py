"""Whatever is done, nothing leaves on a ROS key but a put with the 33 bytes of an attachment: genuine nodes abort."""

from __future__ import annotations

import os
import queue
import random
import struct

import pytest
import zenoh

import ros_z_py
from ros_z_py import example_interfaces, std_msgs

SEED = int(os.environ.get("SEED", "11"))
Bytes, AddTwoInts = std_msgs.ByteMultiArray, example_interfaces.AddTwoInts
FORMS = ["struct", "dict", "json", "raw", "view", "memoryview", "bytearray", "echo", "lazy", "refused"]


class Tap:
    """What a bare session hears of a domain, checked as it comes."""

    def __init__(self, raw, domain):
        self.raw, self.heard = raw, queue.Queue()
        raw.declare_subscriber(f"{domain}/**", lambda sample: self.hear("message", sample))
        raw.declare_queryable(f"{domain}/**", self.request, complete=True, allowed_origin=zenoh.Locality.REMOTE)

    def request(self, query):
        with query:
            self.heard.put(("request", str(query.selector), query.attachment and query.attachment.to_bytes()))

    def hear(self, kind, sample):
        attachment = sample.attachment and sample.attachment.to_bytes()
        kind = kind if sample.kind == zenoh.SampleKind.PUT else "delete"
        self.heard.put((kind, str(sample.key_expr), attachment))

    def ask(self, key, payload, attachment):
        options = {"target": zenoh.QueryTarget.ALL, "consolidation": zenoh.ConsolidationMode.NONE, "timeout": 20.0}
        anything = zenoh.ReplyKeyExpr.ANY
        for reply in self.raw.get(key, payload=payload, attachment=attachment, accept_replies=anything, **options):
            if reply.ok is not None:
                self.hear("history" if "/@adv/" in key else "reply", reply.ok)

    def check_until(self, last: str | None = None) -> list[str]:
        """Checks what was heard, up to something on a key that ends so; returns the kinds."""
        kinds = []
        while last is not None or not self.heard.empty():
            kind, key, attachment = self.heard.get(timeout=10)
            assert kind in ("message", "request", "reply", "history"), (kind, key)
            assert attachment is not None, (kind, key)
            assert len(attachment) == 33, (kind, key, attachment)
            number, timestamp, length = struct.unpack("<qqB", attachment[:17])
            assert (number >= 0, timestamp > 0, length) == (True, True, 16), (kind, key, attachment)
            kinds.append(kind)
            if last is not None and last in key:
                return kinds
        return kinds


class Talker:
    """A publisher, and a subscriber whose messages it sends again."""

    def __init__(self, node, other, topic, qos):
        self.publisher = node.create_publisher(topic, Bytes, qos=qos)
        self.subscriber = other.create_subscriber(topic, Bytes, qos=qos)
        self.codec = ros_z_py.codec(Bytes)

    def publish(self, form, rng):
        data = rng.randbytes(rng.choice([0, 3, 5000, 100_000]))
        message = Bytes(data=data)
        cdr = self.codec.encode(message)
        match form:
            case "struct":
                self.publisher.publish(message)
            case "dict":
                self.publisher.publish({"data": data})
            case "json":
                self.publisher.publish_raw(self.codec.from_json(self.codec.to_json(cdr)))
            case "raw":
                self.publisher.publish_raw(data)
            case "view":
                self.publisher.publish(Bytes(data=self.codec.decode(cdr).data))
            case "memoryview":
                self.publisher.publish_raw(memoryview(cdr))
            case "bytearray":
                self.publisher.publish(Bytes(data=bytearray(data)))
            case "echo":
                self.publisher.publish_raw(self.subscriber.recv_raw_view(timeout=0.05) or b"")
            case "lazy":
                self.publisher.publish({"data": self.codec.view(cdr).data})
            case "refused":
                with pytest.raises(ros_z_py.SerializationError):
                    self.publisher.publish({"data": "text"})


def answer(request):
    if request.a == 13:
        raise ValueError("mine")
    return {"sum": "text"} if request.a == 14 else {"sum": request.a + request.b}


def attachment(rng):
    good = struct.pack("<qqB", rng.randrange(-1, 3), 5, 16) + rng.randbytes(16)
    return rng.choice([None, b"", good[:20], good + b"more", good, good, good])


def test_nothing_leaves_without_an_attachment(raw, context, other_context, domain, monkeypatch):
    print(f"SEED={SEED}")
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: None)
    rng, tap = random.Random(SEED), Tap(raw, domain)
    node, other = context.create_node("one").build(), other_context.create_node("two").build()
    profiles = {"plain": 10, "kept": {"durability": "transient_local", "depth": 3}}
    talkers = [Talker(node, other, topic, qos) for topic, qos in profiles.items()]
    kept_key = f"{domain}/kept/std_msgs::msg::dds_::ByteMultiArray_/{Bytes.__type_hash__}"
    add_key = f"{domain}/add/example_interfaces::srv::dds_::AddTwoInts_/{AddTwoInts.__type_hash__}"
    server = node.create_server("add", AddTwoInts, callback=answer)
    silent = node.create_server("silent", AddTwoInts)
    clients = [other.create_client(name, AddTwoInts) for name in ("add", "silent", "nobody")]
    calls, kinds = [], []
    for talker in talkers:
        assert talker.publisher.wait_for_subscriber(timeout=10)
    last = node.create_publisher("last", std_msgs.Bool)
    for step in range(300):
        match rng.choice(["publish", "publish", "call", "ask", "ask", "ask", "take", "history", "cancel"]):
            case "publish":
                rng.choice(talkers).publish(FORMS[step % len(FORMS)], rng)
            case "call":
                calls.append(rng.choice(clients).call_async({"a": rng.randrange(20)}, timeout=rng.choice([0, 0.01, 9])))
            case "ask":
                request = rng.choice([struct.pack("<4sqq", b"\0\1\0\0", rng.randrange(20), 1), b"", b"\0\1\0\0"])
                tap.ask(add_key, request, attachment(rng))
            case "take":
                if (taken := silent.try_take_request()) is not None:
                    respond = [lambda i: silent.send_response({"sum": 1}, i), silent.drop_request, lambda i: None]
                    rng.choice(respond)(taken[0])
            case "history":
                tap.ask(f"{kept_key}/@adv/**?_max=3", None, None)
            case "cancel" if calls:
                calls.pop().cancel()
        kinds += tap.check_until()
    # Whatever is open ends: endpoints with requests and calls under way, a node, and a context.
    server.close()
    talkers[0].publisher.close()
    del clients[0], calls[:]
    last.publish({"data": True})
    kinds += tap.check_until("/last/")
    node.close()
    other_context.close()
    context.close()
    kinds += tap.check_until()
    counts = {kind: kinds.count(kind) for kind in ("message", "request", "reply", "history")}
    assert min(counts.values()) >= 5, counts
