"""Which time an instant is of, in the words of ``rclpy.clock_type``."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ClockType"]


class ClockType(IntEnum):
    """The times that there are: that of ROS, which may be simulated, the system's, and one that nobody sets."""

    UNINITIALIZED = 0
    ROS_TIME = 1
    SYSTEM_TIME = 2
    STEADY_TIME = 3
