# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, unique_identifier_msgs

class GoalInfo(_fields.Message):
    """action_msgs/msg/GoalInfo"""

    goal_id: unique_identifier_msgs.msg.UUID
    stamp: builtin_interfaces.msg.Time

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
    ) -> None: ...

class GoalStatus(_fields.Message):
    """action_msgs/msg/GoalStatus"""

    STATUS_UNKNOWN: typing.ClassVar[int] = 0
    STATUS_ACCEPTED: typing.ClassVar[int] = 1
    STATUS_EXECUTING: typing.ClassVar[int] = 2
    STATUS_CANCELING: typing.ClassVar[int] = 3
    STATUS_SUCCEEDED: typing.ClassVar[int] = 4
    STATUS_CANCELED: typing.ClassVar[int] = 5
    STATUS_ABORTED: typing.ClassVar[int] = 6
    goal_info: GoalInfo
    status: int

    def __init__(
        self,
        *,
        goal_info: _fields.AnyMessage[GoalInfo] = ...,
        status: int = 0,
    ) -> None: ...

class GoalStatusArray(_fields.Message):
    """action_msgs/msg/GoalStatusArray"""

    status_list: _fields.Messages[GoalStatus]

    def __init__(
        self,
        *,
        status_list: _fields.AnyMessages[GoalStatus] = ...,
    ) -> None: ...
