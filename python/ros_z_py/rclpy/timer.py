"""Timers and rates."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from .._errors import argument_error
from ._entity import Entity, callable_or_raise
from ._runtime import ok, pause, wake
from .exceptions import ROSInterruptException

if TYPE_CHECKING:
    from collections.abc import Callable

    from .callback_groups import CallbackGroup
    from .node import Node

__all__ = ["Rate", "Timer"]


class Timer(Entity):
    """Runs a callback again and again. What was missed while another callback ran is left out."""

    def __init__(
        self,
        node: Node,
        period_sec: float,
        callback: Callable[[], object],
        callback_group: CallbackGroup | None = None,
        autostart: bool = True,
    ) -> None:
        super().__init__(node, callback_group)
        if not isinstance(period_sec, (int, float)) or not period_sec >= 0:
            raise argument_error(f"the period of a timer is a number of seconds from 0 on, not {period_sec!r}")
        self.callback: Callable[[], object] = callable_or_raise(callback, "a timer")
        self._period = float(period_sec)
        self._is_simulated = node.get_clock().ros_time_is_active
        self._due_at: float | None = self._now() + self._period if autostart else None
        self._noticed_at: float | None = None

    def _now(self) -> float:
        """The time that it goes by, in seconds: ``/clock`` where the node has it from there, else the monotonic one."""
        clock = self._node.get_clock()
        return clock.now().nanoseconds * 1e-9 if clock.ros_time_is_active else time.monotonic()

    def _left(self) -> float | None:
        """In how many seconds it is due; ``None`` when it was cancelled. Of simulated time nobody knows beforehand."""
        is_simulated = self._node.get_clock().ros_time_is_active
        now = self._now()
        if self._due_at is None:
            return None
        # It begins anew where the time is another, or has jumped back.
        if is_simulated != self._is_simulated or self._due_at > now + self._period:
            self._is_simulated, self._due_at = is_simulated, now + self._period
        left = self._due_at - now
        return math.inf if is_simulated and left > 0 else left

    @property
    def timer_period_ns(self) -> int:
        """The period in nanoseconds."""
        return round(self._period * 1e9)

    def time_until_next_call(self) -> int | None:
        """In how many nanoseconds it is due; ``None`` when it was cancelled."""
        due_at = self._due_at
        return None if due_at is None else round((due_at - self._now()) * 1e9)

    def cancel(self) -> None:
        """Stops it until :meth:`reset`."""
        with wake:
            self._due_at = None
            wake.notify_all()

    def is_canceled(self) -> bool:
        """Whether it was stopped."""
        return self._due_at is None

    def is_ready(self) -> bool:
        """Whether it is due."""
        left = self._left()
        return left is not None and left <= 0

    def reset(self) -> None:
        """Starts it anew: it is due in a period from now."""
        with wake:
            self._due_at = self._now() + self._period
            wake.notify_all()

    def _ready_at(self) -> float | None:
        left = self._left()
        if not self._is_simulated:
            return self._due_at
        if left is None or left > 0:
            self._noticed_at = None
        elif self._noticed_at is None:
            self._noticed_at = time.monotonic()
        return self._noticed_at

    def _take(self) -> Callable[[], object]:
        assert self._due_at is not None
        self._noticed_at = None
        now = self._now()
        missed = (now - self._due_at) // self._period if self._period else 0
        self._due_at += (missed + 1) * self._period if self._period else now - self._due_at
        return self.callback

    def _close(self) -> None:
        self.cancel()


class Rate(Timer):
    """Lets a loop go round so many times a second. It need not be spun."""

    def __init__(self, node: Node, frequency: float) -> None:
        if not isinstance(frequency, (int, float)) or not frequency > 0:
            raise argument_error(f"the frequency of a rate is a number above 0, not {frequency!r}")
        super().__init__(node, 1 / frequency, lambda: None)

    def sleep(self) -> None:
        """Waits until the next time is due.

        Raises:
            ROSInterruptException: ``rclpy.shutdown()`` was called.
        """
        with wake:
            while (at := Timer._ready_at(self)) is None or at > time.monotonic():
                if not ok() or self._due_at is None:
                    raise ROSInterruptException
                pause(at)
            self._take()

    def _ready_at(self) -> float | None:
        return None
