"""What signals do between ``init`` and ``shutdown``, in the words of ``rclpy.signals``."""

from __future__ import annotations

from enum import IntFlag

__all__ = ["SignalHandlerOptions"]


class SignalHandlerOptions(IntFlag):
    """The signals that end spinning.

    ``SIGTERM`` ends every ``spin`` with ``ExternalShutdownException``. ``SIGINT``, which is Ctrl-C, is left to Python,
    which raises ``KeyboardInterrupt``.
    """

    NO = 0
    SIGINT = 1
    SIGTERM = 2
    ALL = 3
