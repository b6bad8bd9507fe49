"""Times of ROS as Python has them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import ros_z_py
from ros_z_py import builtin_interfaces, time

UTC = dt.timezone.utc


@pytest.mark.parametrize(
    "nanoseconds", [0, 1, 999_999_999, 1_700_000_000_123_456_789, -1, -1_500_000_000, 2**31 * 10**9 - 1]
)
def test_nanoseconds_are_exact(nanoseconds: int) -> None:
    for make in (time.from_ns, time.duration_from_ns):
        message = make(nanoseconds)
        assert time.to_ns(message) == nanoseconds and 0 <= message.nanosec < 10**9
        assert time.to_ns(ros_z_py.codec(type(message)).decode(ros_z_py.encode(message))) == nanoseconds


@pytest.mark.parametrize("make, kind", [(time.from_ns, "Time"), (time.duration_from_ns, "Duration")])
@pytest.mark.parametrize("nanoseconds", [2**31 * 10**9, -(2**31) * 10**9 - 1])
def test_what_does_not_fit_is_refused(make, kind: str, nanoseconds: int) -> None:
    with pytest.raises(ros_z_py.ArgumentError) as error:
        make(nanoseconds)
    assert str(error.value) == f"{nanoseconds} ns is out of range for a {kind}, whose seconds are an int32"


@pytest.mark.parametrize("make", [time.from_ns, time.duration_from_ns])
def test_nanoseconds_are_whole(make) -> None:
    made = make(np.int64(1_700_000_000_000_000_001))
    assert (type(made.sec), type(made.nanosec), made.nanosec) == (int, int, 1)
    for wrong in (1.5e9, 1e9, "1", None, np.float64(1)):
        with pytest.raises(TypeError) as error:
            make(wrong)
        assert str(error.value) == f"nanoseconds are an int, not {wrong!r}"


def test_datetimes() -> None:
    instant = dt.datetime(2024, 2, 29, 12, 30, 1, 123456, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    stamp = time.from_datetime(instant)
    assert stamp == builtin_interfaces.Time(sec=1709191801, nanosec=123456000)
    assert time.to_datetime(stamp) == instant and time.to_datetime(stamp).tzinfo is UTC
    assert time.to_datetime(stamp, instant.tzinfo).isoformat() == instant.isoformat()
    assert time.to_datetime(builtin_interfaces.Time(sec=-1, nanosec=999_999_999)).microsecond == 999_999
    with pytest.raises(ros_z_py.ArgumentError, match=r"has no time zone; add tzinfo, such as datetime\.timezone\.utc"):
        time.from_datetime(dt.datetime(2024, 2, 29))


def test_timedeltas() -> None:
    for delta in (dt.timedelta(seconds=1.5), dt.timedelta(microseconds=-1), dt.timedelta(0)):
        assert time.to_timedelta(time.from_timedelta(delta)) == delta


def test_now_is_now() -> None:
    before, stamp, after = time.now_ns(), time.now(), time.now_ns()
    assert before <= time.to_ns(stamp) <= after
