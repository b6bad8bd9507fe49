"""Running callbacks: one after the other on the thread that spins, or on several threads."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future as ConcurrentFuture
from contextlib import contextmanager
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any

from .._errors import argument_error
from ._entity import Entity, Later
from ._runtime import ok, pause, wake
from .task import Future, step, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from .node import Node

__all__ = ["Executor", "ExternalShutdownException", "MultiThreadedExecutor", "SingleThreadedExecutor"]


class ExternalShutdownException(Exception):  # noqa: N818 - its name in rclpy
    """Spinning has ended because ``rclpy.shutdown()`` was called elsewhere, or by ``SIGTERM``.

    It comes out of calls that spin, unless the callback that they ran last called ``rclpy.shutdown()``.
    """


class Executor:
    """Runs the callbacks of its nodes, in the order in which their reasons came: messages, requests, and the times of
    timers. What a callback raises comes out of ``spin``. A callback may be a coroutine; while it awaits a future of
    these calls, others run."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._is_shut_down = False
        self._later = Later()

    def add_node(self, node: Node) -> bool:
        """Adds a node; whether it was not there yet."""
        with wake:
            if node in self._nodes:
                return False
            self._nodes.append(node)
            node.executor = self
            wake.notify_all()
        return True

    def remove_node(self, node: Node) -> None:
        """Takes a node out, if it is there."""
        with wake:
            if node in self._nodes:
                self._nodes.remove(node)
                node.executor = None

    def get_nodes(self) -> list[Node]:
        """The nodes."""
        return list(self._nodes)

    @contextmanager
    def having(self, node: Node) -> Iterator[None]:
        """With a node in it, which is taken out again unless it was there before."""
        was_added = self.add_node(node)
        try:
            yield
        finally:
            if was_added:
                self.remove_node(node)

    def create_task(self, callback: Callable[..., Any], *arguments: Any, **keywords: Any) -> Future[Any]:
        """Has a function, which may be a coroutine, run where there is spinning; a future of what it returns."""
        future: Future[Any] = Future(executor=self)

        async def run() -> None:
            try:
                future.end(await value_of(callback(*arguments, **keywords)), None)
            except Exception as error:
                future.end(None, error)
                raise

        self._later._put(run)
        return future

    def spin(self) -> None:
        """Runs callbacks until ``rclpy.shutdown()`` or :meth:`shutdown`."""
        self._spin(None, lambda: False)

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Runs one callback on this thread; waits for one for up to ``timeout_sec`` seconds, without end unless
        given."""
        self._run_one(_deadline(timeout_sec), lambda: False)

    def spin_until_future_complete(self, future: ConcurrentFuture[Any], timeout_sec: float | None = None) -> None:
        """Runs callbacks until ``future`` is done, for up to ``timeout_sec`` seconds."""
        # Not by way of its own method, which may wait for spinning.
        ConcurrentFuture.add_done_callback(future, _notify)
        self._spin(_deadline(timeout_sec), future.done)

    def wake(self) -> None:
        """Has it look whether there is something to run."""
        _notify()

    def shutdown(self, timeout_sec: float | None = None) -> bool:
        """Ends spinning. It does not wait for callbacks that run."""
        self._is_shut_down = True
        _notify()
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()

    def _is_on(self) -> bool:
        return ok() and not self._is_shut_down

    def _spin(self, deadline: float | None, is_over: Callable[[], bool]) -> None:
        while self._is_on() and not is_over() and self._run_one(deadline, is_over):
            pass

    def _run_one(self, deadline: float | None, is_over: Callable[[], bool]) -> bool:
        """Runs a callback; ``False`` where the time was up before there was one."""
        with wake:
            while True:
                if self._is_shut_down or is_over():
                    return True
                if not ok():
                    raise ExternalShutdownException("rclpy was shut down")
                entity, next_at = self._find_work()
                if entity is not None:
                    work = entity._take()
                    self._begin(entity)
                    break
                if deadline is not None and deadline <= time.monotonic():
                    return False
                pause(min((at for at in (deadline, next_at) if at is not None), default=None))
        try:
            outcome = work()
            if iscoroutine(outcome):
                step(outcome, entity._later)
        finally:
            self._end(entity)
        return True

    def _find_work(self) -> tuple[Entity | None, float | None]:
        """What has waited longest, else when the next timer is due."""
        now, found_at, next_at = time.monotonic(), math.inf, math.inf
        found: Entity | None = None
        own: list[Entity] = [self._later]
        for entities in (own, *(node._entities for node in self._nodes)):
            for entity in entities:
                at = entity._ready_at()
                if at is None:
                    continue
                if at > now:
                    next_at = min(at, next_at)
                elif at < found_at and self._may_run(entity):
                    found, found_at = entity, at
        return found, None if next_at == math.inf else next_at

    def _may_run(self, entity: Entity) -> bool:
        return True

    def _begin(self, entity: Entity) -> None:
        """What to note, while the condition is held."""

    def _end(self, entity: Entity) -> None:
        """What to note."""


class SingleThreadedExecutor(Executor):
    """Runs callbacks one after the other, on the thread that spins. Callback groups make no difference to it."""


class MultiThreadedExecutor(Executor):
    """Runs callbacks on several threads, as their groups allow: those of a ``MutuallyExclusiveCallbackGroup``, such as
    the one of a node for all that was created without a group, one after the other; those of different groups, and of a
    ``ReentrantCallbackGroup``, at the same time.

    Args:
        num_threads: how many threads; as many as there are processors unless given, at least two.
    """

    def __init__(self, num_threads: int | None = None) -> None:
        super().__init__()
        if num_threads is not None and num_threads < 1:
            raise argument_error(f"an executor has at least one thread, not {num_threads}")
        self._num_threads = num_threads or max(os.cpu_count() or 2, 2)

    def _spin(self, deadline: float | None, is_over: Callable[[], bool]) -> None:
        has_ended, failures = threading.Event(), list[BaseException]()
        for number in range(self._num_threads):
            name = f"callbacks {number}"
            threading.Thread(target=self._help, args=(has_ended, failures), name=name, daemon=True).start()
        try:
            with wake:
                while not (failures or self._is_shut_down or is_over()):
                    if not ok():
                        raise ExternalShutdownException("rclpy was shut down")
                    if deadline is not None and deadline <= time.monotonic():
                        break
                    pause(deadline)
        finally:
            has_ended.set()
            _notify()
        if failures:
            raise failures[0]

    def _help(self, has_ended: threading.Event, failures: list[BaseException]) -> None:
        try:
            while not has_ended.is_set() and self._is_on():
                self._run_one(None, has_ended.is_set)
        except ExternalShutdownException:
            pass  # whoever spins is told
        except BaseException as error:  # noqa: BLE001 - whoever spins is told
            failures.append(error)
            _notify()

    def _may_run(self, entity: Entity) -> bool:
        return entity.callback_group is None or entity.callback_group._is_free()

    def _begin(self, entity: Entity) -> None:
        if entity.callback_group is not None:
            entity.callback_group._running += 1

    def _end(self, entity: Entity) -> None:
        if entity.callback_group is not None:
            with wake:
                entity.callback_group._running -= 1
                wake.notify_all()


def _deadline(timeout_sec: float | None) -> float | None:
    return None if timeout_sec is None or timeout_sec < 0 else time.monotonic() + timeout_sec


def _notify(_future: ConcurrentFuture[Any] | None = None) -> None:
    with wake:
        wake.notify_all()
