"""What action clients and servers hand out: states, results and answers."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple


class GoalStatus(IntEnum):
    """The states of a goal, with the numbers and the names of ``action_msgs/GoalStatus``."""

    UNKNOWN = 0
    ACCEPTED = 1
    EXECUTING = 2
    CANCELING = 3
    SUCCEEDED = 4
    CANCELED = 5
    ABORTED = 6

    STATUS_UNKNOWN = 0
    STATUS_ACCEPTED = 1
    STATUS_EXECUTING = 2
    STATUS_CANCELING = 3
    STATUS_SUCCEEDED = 4
    STATUS_CANCELED = 5
    STATUS_ABORTED = 6

    @property
    def is_terminal(self) -> bool:
        """Whether nothing follows it."""
        return self >= GoalStatus.SUCCEEDED


class GoalResult(NamedTuple):
    """How a goal ended."""

    status: GoalStatus
    """``UNKNOWN`` where the server does not know the goal, or not any more; the result is one of defaults then."""
    result: Any
    """The result, a message object or a dict."""


class CancelCode(IntEnum):
    """The return codes of ``action_msgs/CancelGoal``."""

    NONE = 0
    """At least one goal is being cancelled, or there was none to cancel."""
    REJECTED = 1
    """The server would not."""
    UNKNOWN_GOAL_ID = 2
    """There is no such goal."""
    GOAL_TERMINATED = 3
    """The goal has ended, or is being cancelled already."""


class CancelResponse(NamedTuple):
    """What a server answers whoever asks it to cancel."""

    return_code: CancelCode
    goals_canceling: list[bytes]
    """The ids of the goals that are being cancelled."""


def cancel_response(code: int, goals: list[bytes]) -> CancelResponse:
    return CancelResponse(CancelCode(code), goals)
