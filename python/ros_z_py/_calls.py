"""The future of an asynchronous service call."""

from __future__ import annotations

from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class ServiceCall(Future[Any]):
    """The response of a service that was called with ``call_async``, now or later.

    It is a ``concurrent.futures.Future``: ``result(timeout)``, ``exception(timeout)``, ``done()``, ``cancel()`` and
    ``add_done_callback(function)`` are as there, and so are ``wait`` and ``as_completed``. In a coroutine it can be
    awaited. Cancelling gives up the call; a server that has it already still answers, to nobody.
    """

    _cancelled: Callable[[], object] | None = None

    def __await__(self) -> Generator[Any, None, Any]:
        import asyncio  # is imported where somebody awaits; others need not wait for it

        return asyncio.wrap_future(self).__await__()

    def cancel(self) -> bool:
        if not super().cancel():
            return False
        give_up, self._cancelled = self._cancelled, None
        if give_up is not None:
            # Tells those who wait on several futures at once.
            self.set_running_or_notify_cancel()
            give_up()
        return True

    def when_cancelled(self, give_up: Callable[[], object]) -> None:
        """What cancelling does."""
        self._cancelled = give_up

    def end(self, response: Any, exception: BaseException | None) -> None:
        """Sets the result, unless it was cancelled."""
        with suppress(InvalidStateError):
            if exception is None:
                self.set_result(response)
            else:
                self.set_exception(exception)
