"""Logging in the words of ``rclpy``, through the ``logging`` of Python: every logger is below ``ros_z_py.node``."""

from __future__ import annotations

from .._logging import Logger, LoggingSeverity

__all__ = ["Logger", "LoggingSeverity", "get_logger"]


def get_logger(name: str) -> Logger:
    """The logger of a name. Its lines go to ``logging``; those of a node's own logger to ``/rosout`` too."""
    return Logger(name)
