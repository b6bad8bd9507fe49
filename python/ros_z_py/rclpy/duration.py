"""Where ``rclpy`` has its ``Duration``."""

from .time import Duration

__all__ = ["Duration", "Infinite"]

Infinite = Duration(nanoseconds=2**63 - 1)
