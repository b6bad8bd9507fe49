"""Logging in the words of ``rclpy``, through the ``logging`` of Python: every logger is below ``ros_z_py.node``."""

from __future__ import annotations

from .._logging import Logger, LoggingSeverity

__all__ = ["Logger", "LoggingSeverity", "get_logger", "get_logger_effective_level", "set_logger_level"]


def get_logger(name: str) -> Logger:
    """The logger of a name. Its lines go to ``logging``; those of a node's own logger to ``/rosout`` too."""
    return Logger(name)


def set_logger_level(name: str, level: int) -> None:
    """Lines of a logger below this level are passed over from now on."""
    Logger(name).set_level(level)


def get_logger_effective_level(name: str) -> LoggingSeverity:
    """The level below which lines of a logger are passed over."""
    return Logger(name).get_effective_level()
