"""What ``init`` begins and ``shutdown`` ends: one context, and the condition that spinning waits on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from .._errors import RosZError, argument_error
from .._native import ZContext, ZContextBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .executors import SingleThreadedExecutor

wake = threading.Condition()
"""Notified whenever there may be something to run. Held only to look and to change, never while a callback runs."""


class Runtime:
    """What there is between ``init`` and ``shutdown``."""

    _current: ClassVar[Runtime | None] = None

    def __init__(self, context: ZContext, *, is_own: bool) -> None:
        self.context = context
        self.is_own = is_own
        self.executor: SingleThreadedExecutor | None = None

    @classmethod
    def current(cls) -> Runtime:
        if cls._current is None:
            raise _closed("rclpy.init() was not called, or rclpy.shutdown() was")
        return cls._current


def init(*, args: Sequence[str] | None = None, context: ZContext | None = None, domain_id: int | None = None) -> None:
    """Opens the session that nodes live in.

    Args:
        args: what a command line says behind ``--ros-args``, as :meth:`ZContextBuilder.with_ros_arguments` reads it:
            other names, and values of parameters.
        context: a context to use in place of a new one, such as one with endpoints; :func:`shutdown` leaves it open.
        domain_id: the ROS domain; else ``ROS_DOMAIN_ID``, else 0.

    Raises:
        RosZError: it was called before, or the session cannot be opened.
    """
    if Runtime._current is not None:
        raise _closed("rclpy.init() was called before; call rclpy.shutdown() first")
    is_own = context is None
    if context is None:
        builder = ZContextBuilder().with_ros_arguments(list(args or []))
        if domain_id is not None:
            builder = builder.with_domain_id(domain_id)
        context = builder.build()
    elif args or domain_id is not None:
        raise argument_error("a context that is given has its domain and its remap rules already")
    Runtime._current = Runtime(context, is_own=is_own)


def ok() -> bool:
    """Whether it is between :func:`init` and :func:`shutdown`."""
    runtime = Runtime._current
    return runtime is not None and not runtime.context.is_closed


def shutdown() -> None:
    """Closes the session, which ends every ``spin``. Calling it again does nothing."""
    runtime, Runtime._current = Runtime._current, None
    if runtime is not None and runtime.is_own:
        runtime.context.close()
    with wake:
        wake.notify_all()


def _closed(text: str) -> RosZError:
    error = RosZError(text)
    error.kind = "closed"
    return error
