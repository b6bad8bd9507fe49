"""Futures of what spinning brings about, in the words of ``rclpy.task``, and callbacks that are coroutines."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator
from concurrent.futures import CancelledError
from concurrent.futures import Future as ConcurrentFuture
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from .._calls import ServiceCall

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Future"]

_T = TypeVar("_T")
_Later: TypeAlias = Callable[[Callable[[], object]], None]
"""What has a function run where there is spinning."""

_driver = threading.local()


class Future(ServiceCall, Generic[_T]):
    """Something to come. A callback that is a coroutine can await it, and so can a coroutine of ``asyncio``.

    Those that calls return are done when the response is there, also while nothing spins; functions that were given to
    :meth:`add_done_callback` run where ``spin`` is called. Those of a future that a program made itself run where its
    result is set.

    >>> future = Future()
    >>> future.set_result(3)
    >>> future.done(), future.result()
    (True, 3)
    """

    def __init__(self, *, executor: Any = None) -> None:
        super().__init__()
        self._later: _Later | None = None if executor is None else executor._later._put

    @classmethod
    def _of(cls, later: _Later, call: ConcurrentFuture[Any], read: Callable[[Any], Any] | None = None) -> Self:
        """What is read of the result of a call, which it cancels."""
        future = cls()
        future._later = later
        future.when_cancelled(call.cancel)
        call.add_done_callback(partial(future._end_like, read))
        return future

    def _end_like(self, read: Callable[[Any], Any] | None, call: ConcurrentFuture[Any]) -> None:
        try:
            result = call.result()
            self.end(result if read is None else read(result), None)
        except CancelledError:
            self.cancel()
        except Exception as error:  # noqa: BLE001 - whoever has the future is told
            self.end(None, error)

    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        """Has a function called with this future when it is done."""
        later = self._later
        if later is None:
            super().add_done_callback(fn)
        else:
            super().add_done_callback(lambda _: later(partial(fn, self)))

    def result(self, timeout: float | None = None) -> _T:
        """Waits for the result, for up to ``timeout`` seconds. What went wrong is raised."""
        result: _T = super().result(timeout)
        return result

    def __await__(self) -> Generator[Any, None, _T]:
        if not getattr(_driver, "is_stepping", False):
            call = ServiceCall()
            ServiceCall.add_done_callback(self, lambda _: _copy(self, call))
            result: _T = yield from call.__await__()
            return result
        if not self.done():
            yield self
        return self.result()


def _copy(source: Future[Any], target: ServiceCall) -> None:
    if source.cancelled():
        target.cancel()
    else:
        error = source.exception()
        target.end(None if error is not None else source.result(), error)


def step(coroutine: Coroutine[Any, Any, object], later: _Later) -> None:
    """Runs a coroutine up to where it awaits a future, and has ``later`` run the rest when that is done."""
    was_stepping, _driver.is_stepping = getattr(_driver, "is_stepping", False), True
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return
    finally:
        _driver.is_stepping = was_stepping
    if isinstance(awaited, Future):
        ServiceCall.add_done_callback(awaited, lambda _: later(partial(step, coroutine, later)))
    elif awaited is None:
        later(partial(step, coroutine, later))
    else:
        coroutine.close()
        raise TypeError(f"a callback can await futures of ros_z_py.rclpy, not {awaited!r}")


async def value_of(value: Awaitable[_T] | _T) -> _T:
    """What a callback returned, or what it returns at its end if it is a coroutine."""
    return await value if isawaitable(value) else value
