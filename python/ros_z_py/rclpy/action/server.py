"""Servers of actions."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ..._actions import GoalStatus
from ..._errors import RosZError, argument_error
from .._entity import Waiting, callable_or_raise
from ..task import Future, value_of
from .client import uuid_message

if TYPE_CHECKING:
    from ..._native import ZGoalRequest, ZServerGoal
    from ...unique_identifier_msgs.msg import UUID
    from ..callback_groups import CallbackGroup
    from ..node import Node

__all__ = ["ActionServer", "CancelResponse", "GoalResponse", "ServerGoalHandle"]

_Event: TypeAlias = Literal["succeed", "abort", "canceled"]
_GOALS_DEPTH = 1000
"""As many as wait in a ``ZActionServer``."""
_ENDS = {"succeed": GoalStatus.SUCCEEDED, "abort": GoalStatus.ABORTED, "canceled": GoalStatus.CANCELED}


class GoalResponse(Enum):
    """What a callback says to a goal."""

    REJECT = 1
    ACCEPT = 2


class CancelResponse(Enum):
    """What a callback says to the wish that a goal ends early."""

    REJECT = 1
    ACCEPT = 2


class ServerGoalHandle:
    """A goal that was accepted.

    A goal that is executed ends when its callback returns: with the state that was set before, and with what the
    callback returned as its result.
    """

    def __init__(self, action_server: ActionServer, goal: ZServerGoal) -> None:
        self._server = action_server
        self._is_executed = False
        self._ended: _Event | None = None
        self.goal = goal

    @property
    def request(self) -> Any:
        """The goal that was sent."""
        return self.goal.goal

    @property
    def goal_id(self) -> UUID:
        """What names the goal."""
        return uuid_message(self.goal.goal_id)

    @property
    def status(self) -> GoalStatus:
        """Its state."""
        return _ENDS[self._ended] if self._ended else self.goal.status

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return not self.status.is_terminal and self.status != GoalStatus.UNKNOWN

    @property
    def is_cancel_requested(self) -> bool:
        """Whether it was asked to end early, and has not ended yet."""
        return self._ended is None and self.goal.is_cancel_requested

    def execute(self, execute_callback: Callable[[ServerGoalHandle], Any] | None = None) -> None:
        """Has the callback run where there is spinning: that of the server unless another one is given."""
        callback = self._server._execute_callback if execute_callback is None else execute_callback
        callable_or_raise(callback, "a goal")
        if not self.goal.is_cancel_requested:
            self.goal.execute()
        self._is_executed = True
        self._server._later(partial(self._execute, callback))

    def publish_feedback(self, feedback: Any) -> None:
        """Tells clients how far it is, with a message object or a dict."""
        self.goal.publish_feedback(feedback)

    def succeed(self, response: Any = None) -> None:
        """It was reached. With a ``response``, which is its result, it has ended; else when the callback returns."""
        self._end("succeed", response)

    def abort(self, response: Any = None) -> None:
        """It is given up."""
        self._end("abort", response)

    def canceled(self, response: Any = None) -> None:
        """It ends early, as it was asked to."""
        self._end("canceled", response)

    def _end(self, event: _Event, response: Any) -> None:
        if self._ended is not None:
            raise argument_error(f"the goal has ended already: it is {self.status.name}")
        if not self._is_executed or response is not None or not self.is_active:
            self._finish(event, response)
        elif event == "canceled" and not self.goal.is_cancel_requested:
            raise argument_error("a goal that was not asked to end early cannot be canceled")
        else:
            self._ended = event

    def _finish(self, event: _Event, result: Any) -> None:
        ends = {"succeed": self.goal.succeed, "abort": self.goal.abort, "canceled": self.goal.canceled}
        ends[event](result)
        self._server._goals.pop(self.goal.goal_id, None)

    async def _execute(self, callback: Callable[[ServerGoalHandle], Any]) -> None:
        logger, result = self._server._node.get_logger(), None
        try:
            result = await value_of(callback(self))
        except Exception:  # noqa: BLE001 - the goal ends, and others go on, as in rclpy
            logger.error(f"the callback of a goal of {self._server.action_name} failed: {traceback.format_exc()}")
        if self.is_active and self._ended is None:
            logger.warning(f"the callback of a goal of {self._server.action_name} set no state; it is aborted")
            self._ended = "abort"
        if self._ended is None or self.goal.status.is_terminal:
            return
        try:
            self._finish(self._ended, result)
        except RosZError as error:
            if error.kind == "closed":
                return
            self._finish(self._ended, None)
            raise


class ActionServer(Waiting):
    """Carries out the goals of an action. Its callbacks run where ``spin`` is called, and each may be a coroutine.

    An exception of ``execute_callback`` is logged and the goal is aborted, as it is where the callback sets no state.
    With a ``cancel_callback`` of its own, a wish that a goal ends early waits until that has run.

    Args:
        node: the node that it belongs to.
        action_type: the class of the action, or its name.
        action_name: the name of the action.
        execute_callback: carries out a goal, given its handle, and returns its result.
        callback_group: the group of the callbacks save ``execute_callback``, which runs beside every other.
        goal_callback: whether to accept a goal, given the goal; all are unless given.
        handle_accepted_callback: is given the handle of a goal that was accepted, to call ``execute()`` of it now or
            later; at once unless given.
        cancel_callback: whether a goal shall end early, given its handle; none shall unless given.
        result_timeout: for how many seconds results can be asked for.
    """

    def __init__(
        self,
        node: Node,
        action_type: Any,
        action_name: str,
        execute_callback: Callable[[ServerGoalHandle], Any],
        *,
        callback_group: CallbackGroup | None = None,
        goal_callback: Callable[[Any], Any] | None = None,
        handle_accepted_callback: Callable[[ServerGoalHandle], Any] | None = None,
        cancel_callback: Callable[[ServerGoalHandle], Any] | None = None,
        result_timeout: float = 10,
    ) -> None:
        super().__init__(node, _GOALS_DEPTH, callback_group)
        self.register_execute_callback(execute_callback)
        self.register_goal_callback(goal_callback)
        self.register_handle_accepted_callback(handle_accepted_callback)
        self.register_cancel_callback(cancel_callback)
        self._goals: dict[bytes, ServerGoalHandle] = {}
        self._answers: set[Future[bool]] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        self.server = node.node.create_action_server(
            action_name, action_type, cancel_callback=self._ask_to_cancel, result_timeout=result_timeout
        )
        """The server as the rest of ``ros_z_py`` has it."""
        node._keep(self)
        threading.Thread(target=self._listen, name=f"goals of {self.action_name}", daemon=True).start()

    @property
    def action_name(self) -> str:
        """The action, fully qualified."""
        return self.server.action

    def register_execute_callback(self, execute_callback: Callable[[ServerGoalHandle], Any]) -> None:
        """Has goals carried out by another callback."""
        self._execute_callback = callable_or_raise(execute_callback, "an action")

    def register_goal_callback(self, goal_callback: Callable[[Any], Any] | None) -> None:
        """Has goals accepted by another callback."""
        self._goal_callback = _optional(goal_callback, lambda _: GoalResponse.ACCEPT)

    def register_handle_accepted_callback(
        self, handle_accepted_callback: Callable[[ServerGoalHandle], Any] | None
    ) -> None:
        """Has accepted goals given to another callback."""
        self._handle_accepted_callback = _optional(handle_accepted_callback, ServerGoalHandle.execute)

    def register_cancel_callback(self, cancel_callback: Callable[[ServerGoalHandle], Any] | None) -> None:
        """Has wishes that goals end early decided by another callback."""
        self._cancel_callback = None if cancel_callback is None else callable_or_raise(cancel_callback, "an action")

    def _listen(self) -> None:
        while True:
            try:
                request = self.server.recv_goal()
            except RosZError as error:
                if error.kind == "closed":
                    return
                raise
            if request is not None:
                self._put(partial(self._decide, request))

    async def _decide(self, request: ZGoalRequest) -> None:
        try:
            answer = await value_of(self._goal_callback(request.goal))
            if not isinstance(answer, GoalResponse):
                raise TypeError(f"the goal callback of {self.action_name} must return a GoalResponse, not {answer!r}")
        except BaseException:
            request.reject()
            raise
        if answer is GoalResponse.REJECT:
            request.reject()
            return
        with self._lock:
            handle = ServerGoalHandle(self, request.accept())
            self._goals[handle.goal.goal_id] = handle
        await value_of(self._handle_accepted_callback(handle))

    def _ask_to_cancel(self, goal_id: bytes) -> bool:
        """On a thread of the server, which waits for the callback."""
        answer: Future[bool] = Future()
        with self._lock:
            handle = self._goals.get(goal_id)
            if self._cancel_callback is None or handle is None or self._is_closed:
                return False
            self._answers.add(answer)
        self._put(partial(self._decide_to_cancel, handle, answer))
        try:
            return answer.result()
        finally:
            self._answers.discard(answer)

    async def _decide_to_cancel(self, handle: ServerGoalHandle, answer: Future[bool]) -> None:
        accepted = False
        try:
            if self._cancel_callback is not None:
                accepted = await value_of(self._cancel_callback(handle)) is CancelResponse.ACCEPT
        finally:
            answer.end(accepted, None)

    def _run(self, argument: partial[Any]) -> object:
        return argument()

    def _drop(self, argument: partial[Any]) -> None:
        # A goal is rejected when it is let go of.
        if argument.func == self._decide_to_cancel:
            argument.args[1].end(False, None)

    def _close(self) -> None:
        with self._lock:
            self._is_closed = True
            answers = list(self._answers)
        for answer in answers:
            answer.end(False, None)
        self.server.close()
        self._clear()
        self._goals.clear()


def _optional(callback: Callable[[Any], Any] | None, default: Callable[[Any], Any]) -> Callable[[Any], Any]:
    chosen: Callable[[Any], Any] = default if callback is None else callable_or_raise(callback, "an action")
    return chosen
