"""Receiving in event loops of asyncio."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

import ros_z_py
from ros_z_py import std_msgs

KEEP_ALL = {"history": "keep_all"}


@pytest.fixture
def pair(context):
    subscriber = context.create_node("in").build().create_subscriber("/topic", std_msgs.String, qos=KEEP_ALL)
    publisher = context.create_node("out").build().create_publisher("/topic", std_msgs.String, qos=KEEP_ALL)
    return publisher, subscriber


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, timeout=30))


def test_messages_come_in_order_until_it_is_closed(pair):
    publisher, subscriber = pair
    received, last = [], asyncio.Event()

    async def listen():
        async for message in subscriber:
            received.append(message.data)
            if message.data == "last":
                last.set()

    async def main():
        listening = asyncio.create_task(listen())
        for number in range(500):
            publisher.publish({"data": str(number)})
            if number % 7 == 0:
                await asyncio.sleep(0)
        publisher.publish({"data": "last"})
        await last.wait()
        subscriber.close()
        await listening

    run(main())
    assert received == [*map(str, range(500)), "last"]


def test_a_message_that_a_thread_publishes(pair):
    publisher, subscriber = pair

    async def main():
        waiting = asyncio.create_task(subscriber.recv_async())
        await asyncio.sleep(0)
        thread = threading.Thread(target=publisher.publish, args=[{"data": "x"}])
        thread.start()
        message = await waiting
        thread.join()
        return message.data

    assert run(main()) == "x"


def test_the_time_can_be_up(pair):
    publisher, subscriber = pair

    async def main():
        assert await subscriber.recv_async(timeout=0) is None
        assert await subscriber.recv_async(timeout=0.05) is None
        publisher.publish({"data": "there"})
        assert (await subscriber.recv_async(timeout=0)).data == "there"
        with pytest.raises(ros_z_py.ArgumentError, match="timeout"):
            await subscriber.recv_async(timeout=-1)

    run(main())


def test_cancelling_loses_no_message(pair):
    publisher, subscriber = pair

    async def main():
        for number in range(50):
            waiting = asyncio.create_task(subscriber.recv_async())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            publisher.publish({"data": str(number)})
            assert (await subscriber.recv_async()).data == str(number)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(subscriber.recv_async(), timeout=0.01)

    run(main())


def test_several_tasks_share_the_messages(pair):
    publisher, subscriber = pair

    async def main():
        tasks = [asyncio.create_task(subscriber.recv_async()) for _ in range(20)]
        await asyncio.sleep(0)
        for number in range(20):
            publisher.publish({"data": str(number)})
        return sorted(int(message.data) for message in await asyncio.gather(*tasks))

    assert run(main()) == list(range(20))


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def test_several_subscribers_in_one_loop_have_no_threads(context):
    node = context.create_node("many").build()
    subscribers = [node.create_subscriber(f"/t{number}", std_msgs.String) for number in range(20)]
    publishers = [node.create_publisher(f"/t{number}", std_msgs.String) for number in range(20)]

    async def main():
        before = threads()
        tasks = [asyncio.create_task(subscriber.recv_async()) for subscriber in subscribers]
        await asyncio.sleep(0)
        # One that Zenoh started meanwhile is none of these.
        assert threads() < before + 5
        for number, publisher in enumerate(publishers):
            publisher.publish({"data": str(number)})
        return [message.data for message in await asyncio.gather(*tasks)]

    assert run(main()) == [str(number) for number in range(20)]


def test_two_loops_in_two_threads(pair):
    publisher, subscriber = pair
    received, ready = [], threading.Barrier(3)

    def loop():
        async def main():
            task = asyncio.create_task(subscriber.recv_async())
            await asyncio.sleep(0)
            await asyncio.to_thread(ready.wait)
            received.append((await task).data)

        run(main())

    threads = [threading.Thread(target=loop) for _ in range(2)]
    for thread in threads:
        thread.start()
    ready.wait(timeout=10)
    publisher.publish({"data": "a"})
    publisher.publish({"data": "b"})
    for thread in threads:
        thread.join(timeout=10)
    assert sorted(received) == ["a", "b"]


def test_a_second_loop_after_the_first_has_ended(pair):
    publisher, subscriber = pair
    for number in range(3):

        async def main(number=number):
            task = asyncio.create_task(subscriber.recv_async())
            await asyncio.sleep(0)
            publisher.publish({"data": str(number)})
            return (await task).data

        assert run(main()) == str(number)


def test_a_loop_may_end_while_a_task_waits(pair):
    publisher, subscriber = pair
    loop = asyncio.new_event_loop()
    task = loop.create_task(subscriber.recv_async())
    loop.run_until_complete(asyncio.wait({task}, timeout=0))
    loop.close()
    task.get_coro().close()
    task._log_destroy_pending = False
    publisher.publish({"data": "x"})
    assert run(subscriber.recv_async()).data == "x"


def test_closing_ends_every_wait(pair):
    _, subscriber = pair

    async def main():
        tasks = [asyncio.create_task(subscriber.recv_async()) for _ in range(3)]
        await asyncio.sleep(0)
        subscriber.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(result) for result in results] == ["the subscriber of /topic was closed"] * 3
        assert [message async for message in subscriber] == []

    run(main())


def test_one_bad_message_raises_and_ends_nothing(pair):
    publisher, subscriber = pair

    async def main():
        publisher.publish_raw(b"\0\1\0\0\xff\xff\xff\xff")
        publisher.publish({"data": "good"})
        with pytest.raises(ros_z_py.SerializationError):
            await subscriber.recv_async()
        return (await subscriber.recv_async()).data

    assert run(main()) == "good"
