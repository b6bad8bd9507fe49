"""Running callbacks, one after the other, on the thread that spins."""

from __future__ import annotations

import math
import time
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ._runtime import ok, wake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .node import Node

__all__ = ["SingleThreadedExecutor"]


class SingleThreadedExecutor:
    """Runs the callbacks of its nodes on the thread that spins, in the order in which their reasons came.

    What a callback raises comes out of ``spin``.
    """

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._is_shut_down = False

    def add_node(self, node: Node) -> bool:
        """Adds a node; whether it was not there yet."""
        with wake:
            if node in self._nodes:
                return False
            self._nodes.append(node)
            wake.notify_all()
        return True

    def remove_node(self, node: Node) -> None:
        """Takes a node out, if it is there."""
        with wake:
            if node in self._nodes:
                self._nodes.remove(node)

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

    def spin(self) -> None:
        """Runs callbacks until ``rclpy.shutdown()`` or :meth:`shutdown`."""
        while self._is_on():
            self.spin_once()

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Runs one callback; waits for one for up to ``timeout_sec`` seconds, without end unless given."""
        self._run_one(_deadline(timeout_sec), lambda: False)

    def spin_until_future_complete(self, future: Future[Any], timeout_sec: float | None = None) -> None:
        """Runs callbacks until ``future`` is done, for up to ``timeout_sec`` seconds."""
        deadline = _deadline(timeout_sec)
        future.add_done_callback(_notify)
        while not future.done() and self._is_on() and self._run_one(deadline, future.done):
            pass

    def shutdown(self) -> None:
        """Ends spinning."""
        self._is_shut_down = True
        _notify()

    def _is_on(self) -> bool:
        return ok() and not self._is_shut_down

    def _run_one(self, deadline: float | None, is_over: Callable[[], bool]) -> bool:
        """Runs a callback; ``False`` where the time was up before there was one."""
        with wake:
            while True:
                if is_over() or not self._is_on():
                    return True
                work, next_at = self._find_work()
                if work is not None:
                    break
                ends = [at for at in (deadline, next_at) if at is not None]
                wait = min(ends) - time.monotonic() if ends else None
                if deadline is not None and deadline <= time.monotonic():
                    return False
                wake.wait(wait if wait is None else max(wait, 0))
        work()
        return True

    def _find_work(self) -> tuple[Callable[[], None] | None, float | None]:
        """A callback to run, else when the next timer is due."""
        now, next_at = time.monotonic(), None
        for node in self._nodes:
            for timer in node.timers:
                left = timer.due_in()
                if left is not None and left <= 0:
                    return timer.take(), None
                if left is not None and left != math.inf and (next_at is None or now + left < next_at):
                    next_at = now + left
            work = node.take_work()
            if work is not None:
                return work, None
        return None, next_at


def _deadline(timeout_sec: float | None) -> float | None:
    return None if timeout_sec is None or timeout_sec < 0 else time.monotonic() + timeout_sec


def _notify(_future: Future[Any] | None = None) -> None:
    with wake:
        wake.notify_all()
