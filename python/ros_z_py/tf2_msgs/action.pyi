# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, geometry_msgs, service_msgs, unique_identifier_msgs

from . import msg

class LookupTransform(_fields.Interface):
    """tf2_msgs/action/LookupTransform"""

    Goal: typing.TypeAlias = LookupTransform_Goal
    Result: typing.TypeAlias = LookupTransform_Result
    Feedback: typing.TypeAlias = LookupTransform_Feedback
    SendGoal: typing.TypeAlias = LookupTransform_SendGoal
    GetResult: typing.TypeAlias = LookupTransform_GetResult
    FeedbackMessage: typing.TypeAlias = LookupTransform_FeedbackMessage

class LookupTransform_Goal(_fields.Message):
    """tf2_msgs/action/LookupTransform_Goal"""

    target_frame: str
    source_frame: str
    source_time: builtin_interfaces.msg.Time
    timeout: builtin_interfaces.msg.Duration
    target_time: builtin_interfaces.msg.Time
    fixed_frame: str
    advanced: bool

    def __init__(
        self,
        *,
        target_frame: str = "",
        source_frame: str = "",
        source_time: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        timeout: _fields.AnyMessage[builtin_interfaces.msg.Duration] = ...,
        target_time: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        fixed_frame: str = "",
        advanced: bool = False,
    ) -> None: ...

class LookupTransform_Result(_fields.Message):
    """tf2_msgs/action/LookupTransform_Result"""

    transform: geometry_msgs.msg.TransformStamped
    error: msg.TF2Error

    def __init__(
        self,
        *,
        transform: _fields.AnyMessage[geometry_msgs.msg.TransformStamped] = ...,
        error: _fields.AnyMessage[msg.TF2Error] = ...,
    ) -> None: ...

class LookupTransform_Feedback(_fields.Message):
    """tf2_msgs/action/LookupTransform_Feedback"""

    def __init__(self) -> None: ...

class LookupTransform_SendGoal(_fields.Interface):
    """tf2_msgs/action/LookupTransform_SendGoal"""

    Request: typing.TypeAlias = LookupTransform_SendGoal_Request
    Response: typing.TypeAlias = LookupTransform_SendGoal_Response
    Event: typing.TypeAlias = LookupTransform_SendGoal_Event

class LookupTransform_SendGoal_Request(_fields.Message):
    """tf2_msgs/action/LookupTransform_SendGoal_Request"""

    goal_id: unique_identifier_msgs.msg.UUID
    goal: LookupTransform_Goal

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
        goal: _fields.AnyMessage[LookupTransform_Goal] = ...,
    ) -> None: ...

class LookupTransform_SendGoal_Response(_fields.Message):
    """tf2_msgs/action/LookupTransform_SendGoal_Response"""

    accepted: bool
    stamp: builtin_interfaces.msg.Time

    def __init__(
        self,
        *,
        accepted: bool = False,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
    ) -> None: ...

class LookupTransform_SendGoal_Event(_fields.Message):
    """tf2_msgs/action/LookupTransform_SendGoal_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[LookupTransform_SendGoal_Request]
    response: _fields.Messages[LookupTransform_SendGoal_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[LookupTransform_SendGoal_Request] = ...,
        response: _fields.AnyMessages[LookupTransform_SendGoal_Response] = ...,
    ) -> None: ...

class LookupTransform_GetResult(_fields.Interface):
    """tf2_msgs/action/LookupTransform_GetResult"""

    Request: typing.TypeAlias = LookupTransform_GetResult_Request
    Response: typing.TypeAlias = LookupTransform_GetResult_Response
    Event: typing.TypeAlias = LookupTransform_GetResult_Event

class LookupTransform_GetResult_Request(_fields.Message):
    """tf2_msgs/action/LookupTransform_GetResult_Request"""

    goal_id: unique_identifier_msgs.msg.UUID

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
    ) -> None: ...

class LookupTransform_GetResult_Response(_fields.Message):
    """tf2_msgs/action/LookupTransform_GetResult_Response"""

    status: int
    result: LookupTransform_Result

    def __init__(
        self,
        *,
        status: int = 0,
        result: _fields.AnyMessage[LookupTransform_Result] = ...,
    ) -> None: ...

class LookupTransform_GetResult_Event(_fields.Message):
    """tf2_msgs/action/LookupTransform_GetResult_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[LookupTransform_GetResult_Request]
    response: _fields.Messages[LookupTransform_GetResult_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[LookupTransform_GetResult_Request] = ...,
        response: _fields.AnyMessages[LookupTransform_GetResult_Response] = ...,
    ) -> None: ...

class LookupTransform_FeedbackMessage(_fields.Message):
    """tf2_msgs/action/LookupTransform_FeedbackMessage"""

    goal_id: unique_identifier_msgs.msg.UUID
    feedback: LookupTransform_Feedback

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
        feedback: _fields.AnyMessage[LookupTransform_Feedback] = ...,
    ) -> None: ...

LookupTransformGoal: typing.TypeAlias = LookupTransform_Goal
LookupTransformResult: typing.TypeAlias = LookupTransform_Result
LookupTransformFeedback: typing.TypeAlias = LookupTransform_Feedback
LookupTransformSendGoal: typing.TypeAlias = LookupTransform_SendGoal
LookupTransformSendGoalRequest: typing.TypeAlias = LookupTransform_SendGoal_Request
LookupTransformSendGoalResponse: typing.TypeAlias = LookupTransform_SendGoal_Response
LookupTransformSendGoalEvent: typing.TypeAlias = LookupTransform_SendGoal_Event
LookupTransformGetResult: typing.TypeAlias = LookupTransform_GetResult
LookupTransformGetResultRequest: typing.TypeAlias = LookupTransform_GetResult_Request
LookupTransformGetResultResponse: typing.TypeAlias = LookupTransform_GetResult_Response
LookupTransformGetResultEvent: typing.TypeAlias = LookupTransform_GetResult_Event
LookupTransformFeedbackMessage: typing.TypeAlias = LookupTransform_FeedbackMessage
