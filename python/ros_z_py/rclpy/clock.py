"""The clock of a node: the system's, or that of ``/clock`` where its parameter ``use_sim_time`` is true."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ..time import now_ns
from .time import Time

if TYPE_CHECKING:
    from .._native import ZClock
    from .time import Duration

__all__ = ["Clock"]


class Clock:
    """A clock: that of a node, or the system's without one."""

    def __init__(self, clock: ZClock | None = None) -> None:
        self._clock = clock

    def now(self) -> Time:
        """The time now."""
        return Time(nanoseconds=now_ns() if self._clock is None else self._clock.now_ns())

    @property
    def ros_time_is_active(self) -> bool:
        """Whether it is the time of ``/clock``."""
        return self._clock is not None and self._clock.ros_time_is_active

    def sleep_until(self, until: Time) -> bool:
        """Waits until it is that time; ``False`` where the node went over from one time to the other meanwhile."""
        if self._clock is not None:
            return self._clock.sleep_until(until.nanoseconds)
        pause = threading.Event()
        while (left := until.nanoseconds - now_ns()) > 0:
            pause.wait(left * 1e-9)
        return True

    def sleep_for(self, rel_time: Duration) -> bool:
        """Waits for so long on this clock."""
        return self.sleep_until(self.now() + rel_time)
