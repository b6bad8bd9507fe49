"""Round trips and streams between two processes on loopback, and within one: ours, and those of bare `eclipse-zenoh`
that moves the same bytes, attachments included.

Both have a session in each of two processes, linked directly. Their slices take turns; counted are time on the clock
and the CPU time of both processes.
"""

from __future__ import annotations

import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import links
import zenoh
from links import Other, Trips, our_context, raw_session, until

import ros_z_py
from ros_z_py import example_interfaces, std_msgs

KEEP_ALL = {"history": "keep_all"}
ATTACHMENT = struct.pack("<qqB", 1, 1_700_000_000_000_000_000, 16) + bytes(16)
HEADER = b"\0\1\0\0"
REQUEST, RESPONSE = struct.Struct("<4xqq"), struct.Struct("<4xq")
ADD = "raw/add_two_ints"
TEXT = "x" * 51
LAST = "last" + "x" * 47
MEGABYTE = bytes(1_000_000)
STREAM = 4000
"""Messages of a stream; the receiver answers the last one with how many it had."""
# Small enough to go through by itself, large enough that nothing is lost.
QUEUE = 100_000


def add(request: example_interfaces.AddTwoInts.Request) -> example_interfaces.AddTwoInts.Response:
    return example_interfaces.AddTwoInts.Response(sum=request.a + request.b)


def raw_add(query: zenoh.Query) -> None:
    a, b = REQUEST.unpack(query.payload.to_bytes())
    query.reply(ADD, HEADER + RESPONSE.pack(a + b)[4:], attachment=query.attachment)
    query.drop()


class Raw:
    """Publishers and subscribers of a raw session."""

    def __init__(self, session: zenoh.Session) -> None:
        self.session = session

    def publisher(self, key: str) -> zenoh.Publisher:
        return self.session.declare_publisher(f"raw/{key}", congestion_control=zenoh.CongestionControl.BLOCK)

    def subscriber(self, key: str) -> Any:
        return self.session.declare_subscriber(f"raw/{key}", zenoh.handlers.FifoChannel(QUEUE))


def serve(our_endpoint: str, raw_endpoint: str) -> None:
    """The other process."""
    with our_context([our_endpoint], []) as context, raw_session([raw_endpoint], []) as session:
        node, raw = context.create_node("server").build(), Raw(session)
        node.create_server("add", example_interfaces.AddTwoInts, callback=add)
        session.declare_queryable(ADD, raw_add, complete=True)

        def echo(topic: str, message_type: Any) -> None:
            subscriber = node.create_subscriber(f"{topic}_there", message_type, qos=KEEP_ALL)
            publisher = node.create_publisher(f"{topic}_back", message_type, qos=KEEP_ALL)
            for message in subscriber:
                publisher.publish(message_type(data=message.data))

        def raw_echo(topic: str, _: Any) -> None:
            subscriber, publisher = raw.subscriber(f"{topic}_there"), raw.publisher(f"{topic}_back")
            for sample in subscriber:
                publisher.put(sample.payload.to_bytes(), attachment=sample.attachment)

        def stream() -> None:
            subscriber = node.create_subscriber("stream", std_msgs.String, qos=KEEP_ALL)
            publisher = node.create_publisher("streamed", std_msgs.String, qos=KEEP_ALL)
            count = 0
            for message in subscriber:
                count += 1
                if message.data == LAST:
                    publisher.publish(std_msgs.String(data=str(count)))
                    count = 0

        def raw_stream() -> None:
            subscriber, publisher = raw.subscriber("stream"), raw.publisher("streamed")
            count, last = 0, ros_z_py.encode(std_msgs.String(data=LAST))
            for sample in subscriber:
                count += 1
                if sample.payload.to_bytes() == last:
                    publisher.put(str(count), attachment=ATTACHMENT)
                    count = 0

        jobs: list[tuple[Callable[..., None], Any]] = [(stream, ()), (raw_stream, ())]
        jobs += [(each, ("text", std_msgs.String)) for each in (echo, raw_echo)]
        jobs += [(each, ("bytes", std_msgs.ByteMultiArray)) for each in (echo, raw_echo)]
        for job, arguments in jobs:
            threading.Thread(target=job, args=arguments, daemon=True).start()
        links.say_cpu_time()


class Sides:
    """Both sides in this process, linked to the other one."""

    def __init__(self, stack: ExitStack) -> None:
        self.other = Other(stack, str(Path(__file__)), sessions=2)
        ours, raw = self.other.endpoints
        self.context = stack.enter_context(our_context([], [ours]))
        self.session = stack.enter_context(raw_session([], [raw]))
        self.node = self.context.create_node("client").build()
        self.raw = Raw(self.session)

    def echo(self, topic: str, data: Any, message_type: Any) -> tuple[Callable[[int], None], Callable[[int], None]]:
        publisher = self.node.create_publisher(f"{topic}_there", message_type, qos=KEEP_ALL)
        subscriber = self.node.create_subscriber(f"{topic}_back", message_type, qos=KEEP_ALL)
        raw_publisher, raw_subscriber = self.raw.publisher(f"{topic}_there"), self.raw.subscriber(f"{topic}_back")
        payload = ros_z_py.encode(message_type(data=data))
        meet(publisher, subscriber, raw_publisher)

        def ours(_: int) -> None:
            publisher.publish(message_type(data=data))
            assert len(subscriber.recv(timeout=links.PATIENCE_S).data) == len(data)

        def raw(_: int) -> None:
            raw_publisher.put(payload, attachment=ATTACHMENT)
            assert len(raw_subscriber.recv().payload.to_bytes()) == len(payload)

        return ours, raw

    def stream(self) -> tuple[Callable[[int], None], Callable[[int], None]]:
        publisher = self.node.create_publisher("stream", std_msgs.String, qos=KEEP_ALL)
        subscriber = self.node.create_subscriber("streamed", std_msgs.String, qos=KEEP_ALL)
        raw_publisher, raw_subscriber = self.raw.publisher("stream"), self.raw.subscriber("streamed")
        payload, last = (ros_z_py.encode(std_msgs.String(data=text)) for text in (TEXT, LAST))
        meet(publisher, subscriber, raw_publisher)

        def ours(_: int) -> None:
            for _ in range(STREAM - 1):
                publisher.publish(std_msgs.String(data=TEXT))
            publisher.publish(std_msgs.String(data=LAST))
            assert subscriber.recv(timeout=links.PATIENCE_S).data == str(STREAM)

        def raw(_: int) -> None:
            for _ in range(STREAM - 1):
                raw_publisher.put(payload, attachment=ATTACHMENT)
            raw_publisher.put(last, attachment=ATTACHMENT)
            assert raw_subscriber.recv().payload.to_bytes() == str(STREAM).encode()

        return ours, raw

    def within(self, topic: str, data: Any, message_type: Any) -> tuple[Callable[[int], None], Callable[[int], None]]:
        """Publish and receive in this process."""
        publisher = self.node.create_publisher(topic, message_type)
        subscriber = self.node.create_subscriber(topic, message_type)
        raw_publisher, raw_subscriber = self.raw.publisher(topic), self.raw.subscriber(topic)
        payload = ros_z_py.encode(message_type(data=data))

        def ours(_: int) -> None:
            publisher.publish(message_type(data=data))
            assert len(subscriber.recv(timeout=links.PATIENCE_S).data) == len(data)

        def raw(_: int) -> None:
            raw_publisher.put(payload, attachment=ATTACHMENT)
            assert len(raw_subscriber.recv().payload.to_bytes()) == len(payload)

        return ours, raw

    def service(self) -> tuple[Callable[[int], None], Callable[[int], None]]:
        client = self.node.create_client("add", example_interfaces.AddTwoInts)
        querier = self.session.declare_querier(ADD)
        assert client.wait_for_service(timeout=links.PATIENCE_S)
        until(lambda: querier.matching_status.matching)

        def ours(number: int) -> None:
            request = example_interfaces.AddTwoInts.Request(a=number, b=7)
            assert client.call(request, timeout=links.PATIENCE_S).sum == number + 7

        def raw(number: int) -> None:
            (reply,) = querier.get(payload=HEADER + REQUEST.pack(number, 7)[4:], attachment=ATTACHMENT)
            assert reply.ok is not None
            assert RESPONSE.unpack(reply.ok.payload.to_bytes()) == (number + 7,)

        return ours, raw


def meet(publisher: Any, subscriber: Any, raw_publisher: zenoh.Publisher) -> None:
    """Waits until both sides know the other process."""
    assert publisher.wait_for_subscriber(timeout=links.PATIENCE_S)
    assert subscriber.wait_for_publisher(timeout=links.PATIENCE_S)
    until(lambda: raw_publisher.matching_status.matching)


def measure() -> list[Trips]:
    with ExitStack() as stack:
        return list(trips(Sides(stack)))


def trips(sides: Sides) -> Iterator[Trips]:
    for goal, work, limit, rivals, scale in [
        ("N1", "round trip, String of 64 bytes", 1.0, sides.echo("text", TEXT, std_msgs.String), 1),
        ("N2", "round trip, ByteMultiArray of 1 MB", 1.0, sides.echo("bytes", MEGABYTE, std_msgs.ByteMultiArray), 1),
        ("N3", "one way, String of 64 bytes, nothing lost", 1.0, sides.stream(), STREAM),
        ("N4", "within a process, String of 64 bytes", 1.2, sides.within("here", TEXT, std_msgs.String), 1),
        ("N4m", "... ByteMultiArray of 1 MB", 0.2, sides.within("large", MEGABYTE, std_msgs.ByteMultiArray), 1),
        ("N5", "service call", 1.1, sides.service(), 1),
    ]:
        ours, peer = links.rivalry(sides.other, *rivals)
        yield Trips(goal, work, ours.clock / scale, "eclipse-zenoh", peer.clock / scale, limit)
        yield Trips(f"{goal}c", "... CPU of both ends", ours.cpu / scale, "eclipse-zenoh", peer.cpu / scale, limit)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
    else:
        links.print_trips(measure())
