"""Waiting for messages in an event loop of ``asyncio``: no thread waits, the loop watches a file descriptor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ._errors import RosZError

if TYPE_CHECKING:
    from ._native import ZSubscriber


class _Readiness:
    """What wakes the tasks of one event loop that wait for one subscriber."""

    def __init__(self, subscriber: ZSubscriber[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._wakeup = subscriber._wakeup()
        self._waiters: set[asyncio.Future[None]] = set()

    @classmethod
    def of(cls, subscriber: ZSubscriber[Any]) -> _Readiness:
        loop = asyncio.get_running_loop()
        known: _Readiness | None = subscriber._waiting
        if known is None or known.loop is not loop:
            known = subscriber._waiting = cls(subscriber, loop)
        return known

    def begin(self) -> asyncio.Future[None]:
        """A future that is done when something has come since."""
        waiter = self.loop.create_future()
        if not self._waiters:
            self.loop.add_reader(self._wakeup.fileno(), self._wake)
        self._waiters.add(waiter)
        self._wakeup.arm()
        return waiter

    def end(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.discard(waiter)
        if self.loop.is_closed():  # with a task that was never ended
            return
        waiter.cancel()
        if not self._waiters:
            self.loop.remove_reader(self._wakeup.fileno())

    def _wake(self) -> None:
        self._wakeup.clear()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)


async def receive(subscriber: ZSubscriber[Any], timeout: float | None) -> Any:
    """The next message, or ``None`` when the time is up."""
    message = subscriber.try_recv()
    if message is not None:
        return message
    readiness = _Readiness.of(subscriber)
    deadline = None if timeout is None else readiness.loop.time() + timeout
    while True:
        waiter = readiness.begin()
        try:
            # What came before it was armed woke nobody.
            message = subscriber.try_recv()
            if message is not None:
                return message
            left = None if deadline is None else deadline - readiness.loop.time()
            if left is not None and left <= 0:
                return None
            if left is None:
                await waiter
            else:
                await asyncio.wait({waiter}, timeout=left)
        finally:
            readiness.end(waiter)


class Messages:
    """The messages to come, for ``async for``; they end when the subscriber is closed."""

    def __init__(self, subscriber: ZSubscriber[Any]) -> None:
        self._subscriber = subscriber

    def __aiter__(self) -> Messages:
        return self

    async def __anext__(self) -> Any:
        try:
            return await receive(self._subscriber, None)
        except RosZError:
            if self._subscriber.is_closed:
                raise StopAsyncIteration from None
            raise
