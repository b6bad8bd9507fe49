"""Callback groups: which callbacks may run at the same time.

They matter to a ``MultiThreadedExecutor``; the other runs one callback at a time anyway.
"""

from __future__ import annotations

__all__ = ["CallbackGroup", "MutuallyExclusiveCallbackGroup", "ReentrantCallbackGroup"]


class CallbackGroup:
    """What callbacks can be members of."""

    def __init__(self) -> None:
        self._running = 0

    def _is_free(self) -> bool:
        return True


class ReentrantCallbackGroup(CallbackGroup):
    """A group whose callbacks may all run at the same time."""


class MutuallyExclusiveCallbackGroup(CallbackGroup):
    """A group of whose callbacks one runs at a time. While one awaits something, another may run."""

    def _is_free(self) -> bool:
        return self._running == 0
