"""What belongs to a node, and what of it waits to be run."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ._runtime import wake

if TYPE_CHECKING:
    from .callback_groups import CallbackGroup
    from .node import Node


class Entity:
    """What belongs to a node, and ends with it."""

    callback_group: CallbackGroup | None = None

    def __init__(self, node: Node, callback_group: CallbackGroup | None = None) -> None:
        self._node = node
        self.callback_group = callback_group or node.default_callback_group

    def destroy(self) -> None:
        """Takes it back."""
        self._node._forget(self)
        self._close()

    def _close(self) -> None:
        raise NotImplementedError

    def _later(self, function: Callable[[], object]) -> None:
        """Has a function run where there is spinning."""
        self._node._later._put(function)

    # For executors, which hold the condition meanwhile.

    def _ready_at(self) -> float | None:
        """Since when, in monotonic time, there has been something to run, or from when on; ``None`` if nobody knows."""
        return None

    def _take(self) -> Callable[[], object]:
        """What is to be run, now that there is something."""
        raise NotImplementedError


class Waiting(Entity):
    """What has a callback, for which arguments wait: as many as the depth says, the oldest to be dropped first."""

    def __init__(self, node: Node, depth: int | None, callback_group: CallbackGroup | None = None) -> None:
        super().__init__(node, callback_group)
        self._begin(depth)

    def _begin(self, depth: int | None) -> None:
        self._depth = depth
        self._waiting: deque[Any] = deque()
        # Since when. What is dropped leaves its place to what is next, or whoever is overrun would never have a turn.
        self._times: deque[float] = deque()

    def _put(self, argument: Any) -> None:
        with wake:
            is_full = len(self._waiting) == self._depth
            if is_full:
                dropped = self._waiting.popleft()
            else:
                self._times.append(time.monotonic())
            self._waiting.append(argument)
            wake.notify_all()
        if is_full:
            self._drop(dropped)

    def _clear(self) -> None:
        with wake:
            self._waiting.clear()
            self._times.clear()

    def _drop(self, argument: Any) -> None:
        """Is told of what will not be run."""

    def _ready_at(self) -> float | None:
        return self._times[0] if self._times else None

    def _take(self) -> Callable[[], object]:
        self._times.popleft()
        return partial(self._run, self._waiting.popleft())

    def _run(self, argument: Any) -> object:
        """Runs the callback; what it returns may be a coroutine."""
        raise NotImplementedError


class Later(Waiting):
    """Functions to run where there is spinning."""

    def __init__(self) -> None:
        self._begin(None)

    def _run(self, argument: Callable[[], object]) -> object:
        return argument()

    def _later(self, function: Callable[[], object]) -> None:
        self._put(function)

    def _close(self) -> None:
        self._clear()


def callable_or_raise(callback: Any, owner: str) -> Any:
    """A callback; ``TypeError`` where it is none."""
    if not callable(callback):
        raise TypeError(f"the callback of {owner} must be callable, not {callback!r}")
    return callback
