# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class CancelGoal(_fields.Interface):
    """action_msgs/srv/CancelGoal"""

    Request: typing.TypeAlias = CancelGoal_Request
    Response: typing.TypeAlias = CancelGoal_Response
    Event: typing.TypeAlias = CancelGoal_Event

class CancelGoal_Request(_fields.Message):
    """action_msgs/srv/CancelGoal_Request"""

    goal_info: msg.GoalInfo

    def __init__(
        self,
        *,
        goal_info: _fields.AnyMessage[msg.GoalInfo] = ...,
    ) -> None: ...

class CancelGoal_Response(_fields.Message):
    """action_msgs/srv/CancelGoal_Response"""

    ERROR_NONE: typing.ClassVar[int] = 0
    ERROR_REJECTED: typing.ClassVar[int] = 1
    ERROR_UNKNOWN_GOAL_ID: typing.ClassVar[int] = 2
    ERROR_GOAL_TERMINATED: typing.ClassVar[int] = 3
    return_code: int
    goals_canceling: _fields.Messages[msg.GoalInfo]

    def __init__(
        self,
        *,
        return_code: int = 0,
        goals_canceling: _fields.AnyMessages[msg.GoalInfo] = ...,
    ) -> None: ...

class CancelGoal_Event(_fields.Message):
    """action_msgs/srv/CancelGoal_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[CancelGoal_Request]
    response: _fields.Messages[CancelGoal_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[CancelGoal_Request] = ...,
        response: _fields.AnyMessages[CancelGoal_Response] = ...,
    ) -> None: ...

CancelGoalRequest: typing.TypeAlias = CancelGoal_Request
CancelGoalResponse: typing.TypeAlias = CancelGoal_Response
CancelGoalEvent: typing.TypeAlias = CancelGoal_Event
