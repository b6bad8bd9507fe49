"""Where ``rclpy`` has its ``Duration``."""

from .time import Duration

__all__ = ["Duration"]
