"""Instants and durations, as ``rclpy.time`` and ``rclpy.duration`` have them."""

from __future__ import annotations

from functools import total_ordering
from typing import TYPE_CHECKING, Any, overload

from .. import time as _time
from .clock_type import ClockType

if TYPE_CHECKING:
    from ..builtin_interfaces.msg import Duration as DurationMessage
    from ..builtin_interfaces.msg import Time as TimeMessage

__all__ = ["Duration", "Time"]

_SECOND = 1_000_000_000


@total_ordering
class _Nanoseconds:
    __slots__ = ("_nanoseconds",)

    def __init__(self, *, seconds: float = 0, nanoseconds: float = 0) -> None:
        self._nanoseconds = int(seconds * _SECOND) + int(nanoseconds)

    @property
    def nanoseconds(self) -> int:
        """All of it in nanoseconds."""
        return self._nanoseconds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._nanoseconds == other._nanoseconds

    def __lt__(self, other: Any) -> bool:
        return self._nanoseconds < other._nanoseconds if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._nanoseconds)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(nanoseconds={self._nanoseconds})"


class Duration(_Nanoseconds):
    """A span of time, which may be negative.

    >>> Duration(seconds=1.5).nanoseconds
    1500000000
    """

    def to_msg(self) -> DurationMessage:
        """The message."""
        return _time.duration_from_ns(self._nanoseconds)

    @classmethod
    def from_msg(cls, msg: DurationMessage) -> Duration:
        """From the message."""
        return cls(nanoseconds=_time.to_ns(msg))


class Time(_Nanoseconds):
    """An instant, since 1970 unless it is of ``ClockType.STEADY_TIME``. Those of different clocks are not compared.

    >>> Time(seconds=2) - Time(seconds=0.5)
    Duration(nanoseconds=1500000000)
    """

    __slots__ = ("_clock_type",)

    def __init__(
        self, *, seconds: float = 0, nanoseconds: float = 0, clock_type: ClockType = ClockType.SYSTEM_TIME
    ) -> None:
        super().__init__(seconds=seconds, nanoseconds=nanoseconds)
        self._clock_type = ClockType(clock_type)

    @property
    def clock_type(self) -> ClockType:
        """Which time it is of."""
        return self._clock_type

    def seconds_nanoseconds(self) -> tuple[int, int]:
        """The whole seconds, and the nanoseconds beyond them."""
        return divmod(self._nanoseconds, _SECOND)

    def to_msg(self) -> TimeMessage:
        """The message."""
        return _time.from_ns(self._nanoseconds)

    @classmethod
    def from_msg(cls, msg: TimeMessage, clock_type: ClockType = ClockType.ROS_TIME) -> Time:
        """From the message."""
        return cls(nanoseconds=_time.to_ns(msg), clock_type=clock_type)

    def __add__(self, other: Duration) -> Time:
        if not isinstance(other, Duration):
            return NotImplemented
        return Time(nanoseconds=self._nanoseconds + other.nanoseconds, clock_type=self._clock_type)

    @overload
    def __sub__(self, other: Time) -> Duration: ...
    @overload
    def __sub__(self, other: Duration) -> Time: ...
    def __sub__(self, other: Time | Duration) -> Time | Duration:
        if isinstance(other, Time):
            self._check(other)
            return Duration(nanoseconds=self._nanoseconds - other._nanoseconds)
        if isinstance(other, Duration):
            return Time(nanoseconds=self._nanoseconds - other.nanoseconds, clock_type=self._clock_type)
        return NotImplemented

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and isinstance(other, Time) and self._clock_type == other._clock_type

    def __lt__(self, other: Any) -> bool:
        if isinstance(other, Time):
            self._check(other)
        return super().__lt__(other)

    __hash__ = _Nanoseconds.__hash__

    def __repr__(self) -> str:
        kind = "" if self._clock_type == ClockType.SYSTEM_TIME else f", clock_type={self._clock_type!s}"
        return f"Time(nanoseconds={self._nanoseconds}{kind})"

    def _check(self, other: Time) -> None:
        if self._clock_type != other._clock_type:
            raise TypeError(f"{self!r} and {other!r} are of different clocks")
