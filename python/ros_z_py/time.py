"""Times and durations of ROS as Python has them: nanoseconds, ``datetime`` and ``timedelta``.

A stamp is anything with ``sec`` and ``nanosec``: a ``builtin_interfaces`` ``Time`` or ``Duration``. Nanoseconds are
exact; ``datetime`` and ``timedelta`` hold microseconds, to which they are rounded down, so that no instant lies ahead
of its stamp.

>>> from ros_z_py import time
>>> stamp = time.from_ns(1_700_000_000_000_000_001)
>>> stamp, time.to_ns(stamp)
(Time(sec=1700000000, nanosec=1), 1700000000000000001)
>>> time.to_datetime(stamp).isoformat()
'2023-11-14T22:13:20+00:00'
"""

from __future__ import annotations

import datetime as _datetime
import operator as _operator
import time as _time
from typing import TYPE_CHECKING, Protocol

from . import _errors
from ._native import types as _types

if TYPE_CHECKING:
    from .builtin_interfaces.msg import Duration, Time

__all__ = [
    "Stamp",
    "duration_from_ns",
    "from_datetime",
    "from_ns",
    "from_timedelta",
    "now",
    "now_ns",
    "to_datetime",
    "to_ns",
    "to_timedelta",
]

_SECOND = 1_000_000_000
_EPOCH = _datetime.datetime(1970, 1, 1, tzinfo=_datetime.timezone.utc)
_MICROSECOND = _datetime.timedelta(microseconds=1)


class Stamp(Protocol):
    """What has seconds and nanoseconds."""

    sec: int
    nanosec: int


def now() -> Time:
    """The time on the system clock, in UTC since 1970, as every node stamps its messages.

    >>> from ros_z_py import std_msgs, time
    >>> header = std_msgs.Header(stamp=time.now(), frame_id="map")
    >>> header.stamp.sec > 1_700_000_000
    True
    """
    return from_ns(now_ns())


def now_ns() -> int:
    """The same in nanoseconds."""
    return _time.time_ns()


def from_ns(nanoseconds: int) -> Time:
    """A ``Time`` from nanoseconds since 1970.

    Raises ``ArgumentError`` for what a ``Time`` cannot hold: its seconds are an ``int32``, which ends in 2038. A
    ``float`` is a ``TypeError``: it cannot hold that many digits.
    """
    sec, nanosec = _split(nanoseconds, "Time")
    made: Time = _types["builtin_interfaces/msg/Time"](sec=sec, nanosec=nanosec)
    return made


def duration_from_ns(nanoseconds: int) -> Duration:
    """A ``Duration`` from nanoseconds, which may be negative; ``ArgumentError`` where it is too long for one."""
    sec, nanosec = _split(nanoseconds, "Duration")
    made: Duration = _types["builtin_interfaces/msg/Duration"](sec=sec, nanosec=nanosec)
    return made


def to_ns(stamp: Stamp) -> int:
    """A ``Time`` or ``Duration`` in nanoseconds."""
    return stamp.sec * _SECOND + stamp.nanosec


def from_datetime(instant: _datetime.datetime) -> Time:
    """A ``Time`` from a ``datetime``, which must know its time zone: else ``ArgumentError``."""
    if instant.utcoffset() is None:
        raise _errors.argument_error(f"{instant!r} has no time zone; add tzinfo, such as datetime.timezone.utc")
    return from_ns((instant - _EPOCH) // _MICROSECOND * 1000)


def to_datetime(stamp: Stamp, tz: _datetime.tzinfo = _datetime.timezone.utc) -> _datetime.datetime:
    """A ``Time`` as a ``datetime`` in a time zone, rounded down to microseconds."""
    return (_EPOCH + to_ns(stamp) // 1000 * _MICROSECOND).astimezone(tz)


def from_timedelta(duration: _datetime.timedelta) -> Duration:
    """A ``Duration`` from a ``timedelta``."""
    return duration_from_ns(duration // _MICROSECOND * 1000)


def to_timedelta(duration: Stamp) -> _datetime.timedelta:
    """A ``Duration`` as a ``timedelta``, rounded down to microseconds."""
    return to_ns(duration) // 1000 * _MICROSECOND


def _split(nanoseconds: int, kind: str) -> tuple[int, int]:
    try:
        sec, nanosec = divmod(_operator.index(nanoseconds), _SECOND)
    except TypeError:
        # A float has not the digits for nanoseconds since 1970.
        raise TypeError(f"nanoseconds are an int, not {nanoseconds!r}") from None
    if not -(2**31) <= sec < 2**31:
        raise _errors.argument_error(f"{nanoseconds} ns is out of range for a {kind}, whose seconds are an int32")
    return sec, nanosec
