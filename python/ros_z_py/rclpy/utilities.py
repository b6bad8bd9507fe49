"""The calls of ``rclpy.utilities``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ._runtime import get_default_context, ok, shutdown, try_shutdown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["get_default_context", "ok", "remove_ros_args", "shutdown", "try_shutdown"]


def remove_ros_args(args: Sequence[str] | None = None) -> list[str]:
    """The words of a command line, or of the program's own, without those that are for ROS.

    >>> remove_ros_args(["talker", "--fast", "--ros-args", "-r", "a:=b", "--", "file"])
    ['talker', '--fast', 'file']
    """
    kept: list[str] = []
    is_for_ros = False
    for word in sys.argv if args is None else args:
        if is_for_ros:
            is_for_ros = word != "--"
        elif word == "--ros-args":
            is_for_ros = True
        else:
            kept.append(word)
    return kept
