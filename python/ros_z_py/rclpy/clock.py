"""The clock of a node: the system's, or that of ``/clock`` where its parameter ``use_sim_time`` is true."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from .._errors import argument_error
from ..time import now_ns
from .clock_type import ClockType
from .time import Time

if TYPE_CHECKING:
    from typing_extensions import Self

    from .._native import ZClock
    from .time import Duration

__all__ = ["Clock", "ClockType"]


class Clock:
    """A clock: that of a node, or one of the computer.

    Args:
        clock_type: the system's time unless given, or one that nobody sets, ``ClockType.STEADY_TIME``. That of ROS is
            what ``node.get_clock()`` has.
    """

    def __init__(self, *, clock_type: ClockType = ClockType.SYSTEM_TIME) -> None:
        if clock_type not in (ClockType.SYSTEM_TIME, ClockType.STEADY_TIME):
            raise argument_error("a clock of ROS belongs to a node: it is node.get_clock()")
        self._clock: ZClock | None = None
        self._type = ClockType(clock_type)

    @classmethod
    def _of_node(cls, clock: ZClock) -> Self:
        made = cls()
        made._clock, made._type = clock, ClockType.ROS_TIME
        return made

    @property
    def clock_type(self) -> ClockType:
        """Which time it tells."""
        return self._type

    def now(self) -> Time:
        """The time now."""
        if self._clock is not None:
            nanoseconds = self._clock.now_ns()
        else:
            nanoseconds = now_ns() if self._type == ClockType.SYSTEM_TIME else time.monotonic_ns()
        return Time(nanoseconds=nanoseconds, clock_type=self._type)

    @property
    def ros_time_is_active(self) -> bool:
        """Whether it is the time of ``/clock``."""
        return self._clock is not None and self._clock.ros_time_is_active

    def sleep_until(self, until: Time) -> bool:
        """Waits until it is that time; ``False`` where the node went over from one time to the other meanwhile."""
        if self._clock is not None:
            return self._clock.sleep_until(until.nanoseconds)
        pause = threading.Event()
        while (left := until.nanoseconds - self.now().nanoseconds) > 0:
            pause.wait(left * 1e-9)
        return True

    def sleep_for(self, rel_time: Duration) -> bool:
        """Waits for so long on this clock."""
        return self.sleep_until(self.now() + rel_time)
