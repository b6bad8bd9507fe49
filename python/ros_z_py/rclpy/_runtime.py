"""What ``init`` begins and ``shutdown`` ends: one context, and the condition that spinning waits on."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

from .._errors import RosZError, argument_error
from .._native import ZContext, ZContextBuilder
from .signals import SignalHandlerOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from .executors import Executor

wake = threading.Condition()
"""Notified whenever there may be something to run. Held only to look and to change, never while a callback runs."""


_PAUSE = 1.0


def pause(until: float | None) -> None:
    """Waits until something is notified or for that monotonic time, while :data:`wake` is held; a second at most: the
    handler of a signal that comes just before a thread begins to wait runs when it has waited."""
    wake.wait(_PAUSE if until is None else min(max(until - time.monotonic(), 0), _PAUSE))


class Runtime:
    """What there is between ``init`` and ``shutdown``."""

    _current: ClassVar[Runtime | None] = None

    def __init__(self, context: ZContext, *, is_own: bool) -> None:
        self.context = context
        self.is_own = is_own
        self.was_terminated = False
        self.executor: Executor | None = None

    @classmethod
    def current(cls) -> Runtime:
        if cls._current is None:
            raise _closed("rclpy.init() was not called, or rclpy.shutdown() was")
        return cls._current


class InitContextManager:
    """What :func:`init` returns: ``with rclpy.init():`` calls :func:`shutdown` at its end."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def context(self) -> ZContext:
        """The context that nodes live in."""
        return self._runtime.context

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if Runtime._current is self._runtime:
            shutdown()


def init(
    *,
    args: Sequence[str] | None = None,
    context: ZContext | None = None,
    domain_id: int | None = None,
    signal_handler_options: SignalHandlerOptions | None = None,
) -> InitContextManager:
    """Opens the session that nodes live in. ``with rclpy.init():`` closes it at the end.

    Args:
        args: a command line, ``sys.argv`` unless given, as ``ZContextBuilder.with_ros_arguments`` reads it: what is
            behind ``--ros-args``, such as other names, and values of parameters.
        context: a context to use in place of a new one, such as one with endpoints; :func:`shutdown` leaves it open.
        domain_id: the ROS domain; else ``ROS_DOMAIN_ID``, else 0.
        signal_handler_options: the signals that end spinning; all unless given. They do where Python allows it, in the
            main thread, and where the program does nothing else with them.

    Raises:
        RosZError: it was called before, or the session cannot be opened.
    """
    if Runtime._current is not None:
        raise _closed("rclpy.init() was called before; call rclpy.shutdown() first")
    is_own = context is None
    if context is None:
        builder = ZContextBuilder().with_ros_arguments(sys.argv if args is None else args)
        if domain_id is not None:
            builder = builder.with_domain_id(domain_id)
        context = builder.build()
    elif args or domain_id is not None:
        raise argument_error("a context that is given has its domain and its remap rules already")
    Runtime._current = runtime = Runtime(context, is_own=is_own)
    options = SignalHandlerOptions.ALL if signal_handler_options is None else signal_handler_options
    if options & SignalHandlerOptions.SIGTERM:
        _replace_handler(signal.SIG_DFL, _terminate)
    return InitContextManager(runtime)


def ok(*, context: ZContext | None = None) -> bool:
    """Whether it is between :func:`init` and :func:`shutdown`, or a context is open."""
    if context is not None:
        return not context.is_closed
    runtime = Runtime._current
    return runtime is not None and not runtime.context.is_closed and not runtime.was_terminated


def shutdown() -> None:
    """Closes the session, which ends every ``spin``. Calling it again does nothing."""
    runtime, Runtime._current = Runtime._current, None
    if runtime is not None and runtime.is_own:
        runtime.context.close()
    with wake:
        wake.notify_all()
    _replace_handler(_terminate, signal.SIG_DFL)


def try_shutdown() -> None:
    """The same as :func:`shutdown`, which may be called again."""
    shutdown()


def get_default_context() -> ZContext:
    """The context that :func:`init` opened or was given."""
    return Runtime.current().context


def _replace_handler(old: object, new: Any) -> None:
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGTERM) is old:
        signal.signal(signal.SIGTERM, new)


def _terminate(number: int, _frame: object) -> None:
    """Ends spinning. The session is left to :func:`shutdown`: a handler may run in the midst of anything."""
    runtime = Runtime._current
    if runtime is None:
        # It was called on another thread, which cannot restore the handler.
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        return
    runtime.was_terminated = True
    with wake:
        wake.notify_all()


def _closed(text: str) -> RosZError:
    error = RosZError(text)
    error.kind = "closed"
    return error
