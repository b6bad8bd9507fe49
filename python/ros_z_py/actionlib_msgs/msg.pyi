# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, std_msgs

class GoalID(_fields.Message):
    """actionlib_msgs/msg/GoalID"""

    stamp: builtin_interfaces.msg.Time
    id: str

    def __init__(
        self,
        *,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        id: str = "",
    ) -> None: ...

class GoalStatus(_fields.Message):
    """actionlib_msgs/msg/GoalStatus"""

    PENDING: typing.ClassVar[int] = 0
    ACTIVE: typing.ClassVar[int] = 1
    PREEMPTED: typing.ClassVar[int] = 2
    SUCCEEDED: typing.ClassVar[int] = 3
    ABORTED: typing.ClassVar[int] = 4
    REJECTED: typing.ClassVar[int] = 5
    PREEMPTING: typing.ClassVar[int] = 6
    RECALLING: typing.ClassVar[int] = 7
    RECALLED: typing.ClassVar[int] = 8
    LOST: typing.ClassVar[int] = 9
    goal_id: GoalID
    status: int
    text: str

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[GoalID] = ...,
        status: int = 0,
        text: str = "",
    ) -> None: ...

class GoalStatusArray(_fields.Message):
    """actionlib_msgs/msg/GoalStatusArray"""

    header: std_msgs.msg.Header
    status_list: _fields.Messages[GoalStatus]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        status_list: _fields.AnyMessages[GoalStatus] = ...,
    ) -> None: ...
