"""Clients of actions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ..._actions import CancelResponse, GoalResult, GoalStatus
from ..._native import types
from .._entity import Waiting
from ..task import Future

if TYPE_CHECKING:
    from ..._native import ZClientGoal
    from ...unique_identifier_msgs.msg import UUID
    from ..callback_groups import CallbackGroup
    from ..node import Node

__all__ = ["ActionClient", "ClientGoalHandle", "FeedbackMessage"]

_FEEDBACK_DEPTH = 10
"""As many as wait in ``rclpy``."""


class FeedbackMessage(NamedTuple):
    """What feedback callbacks are called with."""

    goal_id: UUID
    """The goal that it is about."""
    feedback: Any
    """What the server said."""


def uuid_message(goal_id: bytes) -> UUID:
    made: UUID = types["unique_identifier_msgs/msg/UUID"](uuid=goal_id)
    return made


class ClientGoalHandle:
    """A goal that was sent."""

    def __init__(self, action_client: ActionClient, goal: ZClientGoal) -> None:
        self._client = action_client
        self.goal = goal

    @property
    def goal_id(self) -> UUID:
        """What names the goal."""
        return uuid_message(self.goal.goal_id)

    @property
    def accepted(self) -> bool:
        """Whether the server accepted it."""
        return bool(self.goal.accepted)

    @property
    def stamp(self) -> Any:
        """When the server accepted it."""
        return self.goal.stamp

    @property
    def status(self) -> GoalStatus:
        """Its state, as the server last told."""
        return self.goal.status

    def get_result(self) -> GoalResult:
        """Waits for its end: its ``status`` and its ``result``."""
        return self.goal.get_result()

    def get_result_async(self) -> Future[GoalResult]:
        """A future of its end, which has ``status`` and ``result``."""
        # Feedback ends when the goal is let go of.
        return Future._of(self._client._later, self.goal.get_result_async(), self._with_result)

    def _with_result(self, result: GoalResult) -> GoalResult:
        return result

    def cancel_goal(self) -> CancelResponse:
        """Asks that it ends early, and waits for the answer."""
        return self.goal.cancel()

    def cancel_goal_async(self) -> Future[CancelResponse]:
        """Asks that it ends early; a future of the answer, which has ``return_code`` and ``goals_canceling``."""
        return Future._of(self._client._later, self.goal.cancel_async())

    def __repr__(self) -> str:
        return f"<ClientGoalHandle {self.goal.goal_id.hex()}, {self.status.name}>"


class ActionClient(Waiting):
    """Sends goals to the server of an action. Feedback is handed to callbacks where ``spin`` is called.

    Args:
        node: the node that it belongs to.
        action_type: the class of the action, or its name.
        action_name: the name of the action.
        callback_group: the group of the callbacks.
    """

    def __init__(
        self, node: Node, action_type: Any, action_name: str, *, callback_group: CallbackGroup | None = None
    ) -> None:
        super().__init__(node, _FEEDBACK_DEPTH, callback_group)
        self.client = node.node.create_action_client(action_name, action_type)
        """The client as the rest of ``ros_z_py`` has it."""
        node._keep(self)

    def send_goal_async(
        self,
        goal: Any,
        feedback_callback: Callable[[FeedbackMessage], object] | None = None,
        goal_uuid: UUID | None = None,
    ) -> Future[ClientGoalHandle]:
        """Sends a goal; a future of its handle, which is done when the server has accepted or rejected it."""
        goal_id = uuid.uuid4().bytes if goal_uuid is None else bytes(goal_uuid.uuid)
        told = None
        if feedback_callback is not None:
            told = partial(self._tell, feedback_callback, uuid_message(goal_id))
        call = self.client.send_goal_async(goal, feedback_callback=told, goal_id=goal_id)
        return Future._of(self._later, call, partial(ClientGoalHandle, self))

    def send_goal(
        self,
        goal: Any,
        feedback_callback: Callable[[FeedbackMessage], object] | None = None,
        goal_uuid: UUID | None = None,
    ) -> GoalResult | None:
        """Sends a goal and waits for its end; ``None`` where it was rejected.

        In a callback it waits in vain for a server whose callbacks the same thread runs.
        """
        handle = self.send_goal_async(goal, feedback_callback, goal_uuid).result()
        return handle.get_result() if handle.accepted else None

    def wait_for_server(self, timeout_sec: float | None = None) -> bool:
        """Waits until a server is there; whether one is when the time is up."""
        return self.client.wait_for_server(timeout_sec)

    def server_is_ready(self) -> bool:
        """Whether a server is there."""
        return self.client.wait_for_server(0)

    def _tell(self, callback: Callable[[FeedbackMessage], object], goal_id: UUID, feedback: Any) -> None:
        self._put(partial(callback, FeedbackMessage(goal_id, feedback)))

    def _run(self, argument: Callable[[], object]) -> object:
        return argument()

    def _close(self) -> None:
        self.client.close()
