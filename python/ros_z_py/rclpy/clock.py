"""The clock of a node: the system's."""

from __future__ import annotations

from ..time import now_ns
from .time import Time

__all__ = ["Clock"]


class Clock:
    """The system clock."""

    def now(self) -> Time:
        """The time now."""
        return Time(nanoseconds=now_ns())
