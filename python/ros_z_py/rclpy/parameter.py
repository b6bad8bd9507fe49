"""Parameters, under the names of ``rclpy.parameter``."""

from __future__ import annotations

from .._parameters import Parameter

__all__ = ["Parameter"]
