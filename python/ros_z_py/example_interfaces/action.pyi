# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, service_msgs, unique_identifier_msgs

class Fibonacci(_fields.Interface):
    """example_interfaces/action/Fibonacci"""

    Goal: typing.TypeAlias = Fibonacci_Goal
    Result: typing.TypeAlias = Fibonacci_Result
    Feedback: typing.TypeAlias = Fibonacci_Feedback
    SendGoal: typing.TypeAlias = Fibonacci_SendGoal
    GetResult: typing.TypeAlias = Fibonacci_GetResult
    FeedbackMessage: typing.TypeAlias = Fibonacci_FeedbackMessage

class Fibonacci_Goal(_fields.Message):
    """example_interfaces/action/Fibonacci_Goal"""

    order: int

    def __init__(
        self,
        *,
        order: int = 0,
    ) -> None: ...

class Fibonacci_Result(_fields.Message):
    """example_interfaces/action/Fibonacci_Result"""

    sequence: _fields.Numbers[int]

    def __init__(
        self,
        *,
        sequence: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Fibonacci_Feedback(_fields.Message):
    """example_interfaces/action/Fibonacci_Feedback"""

    sequence: _fields.Numbers[int]

    def __init__(
        self,
        *,
        sequence: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Fibonacci_SendGoal(_fields.Interface):
    """example_interfaces/action/Fibonacci_SendGoal"""

    Request: typing.TypeAlias = Fibonacci_SendGoal_Request
    Response: typing.TypeAlias = Fibonacci_SendGoal_Response
    Event: typing.TypeAlias = Fibonacci_SendGoal_Event

class Fibonacci_SendGoal_Request(_fields.Message):
    """example_interfaces/action/Fibonacci_SendGoal_Request"""

    goal_id: unique_identifier_msgs.msg.UUID
    goal: Fibonacci_Goal

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
        goal: _fields.AnyMessage[Fibonacci_Goal] = ...,
    ) -> None: ...

class Fibonacci_SendGoal_Response(_fields.Message):
    """example_interfaces/action/Fibonacci_SendGoal_Response"""

    accepted: bool
    stamp: builtin_interfaces.msg.Time

    def __init__(
        self,
        *,
        accepted: bool = False,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
    ) -> None: ...

class Fibonacci_SendGoal_Event(_fields.Message):
    """example_interfaces/action/Fibonacci_SendGoal_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Fibonacci_SendGoal_Request]
    response: _fields.Messages[Fibonacci_SendGoal_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Fibonacci_SendGoal_Request] = ...,
        response: _fields.AnyMessages[Fibonacci_SendGoal_Response] = ...,
    ) -> None: ...

class Fibonacci_GetResult(_fields.Interface):
    """example_interfaces/action/Fibonacci_GetResult"""

    Request: typing.TypeAlias = Fibonacci_GetResult_Request
    Response: typing.TypeAlias = Fibonacci_GetResult_Response
    Event: typing.TypeAlias = Fibonacci_GetResult_Event

class Fibonacci_GetResult_Request(_fields.Message):
    """example_interfaces/action/Fibonacci_GetResult_Request"""

    goal_id: unique_identifier_msgs.msg.UUID

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
    ) -> None: ...

class Fibonacci_GetResult_Response(_fields.Message):
    """example_interfaces/action/Fibonacci_GetResult_Response"""

    status: int
    result: Fibonacci_Result

    def __init__(
        self,
        *,
        status: int = 0,
        result: _fields.AnyMessage[Fibonacci_Result] = ...,
    ) -> None: ...

class Fibonacci_GetResult_Event(_fields.Message):
    """example_interfaces/action/Fibonacci_GetResult_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Fibonacci_GetResult_Request]
    response: _fields.Messages[Fibonacci_GetResult_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Fibonacci_GetResult_Request] = ...,
        response: _fields.AnyMessages[Fibonacci_GetResult_Response] = ...,
    ) -> None: ...

class Fibonacci_FeedbackMessage(_fields.Message):
    """example_interfaces/action/Fibonacci_FeedbackMessage"""

    goal_id: unique_identifier_msgs.msg.UUID
    feedback: Fibonacci_Feedback

    def __init__(
        self,
        *,
        goal_id: _fields.AnyMessage[unique_identifier_msgs.msg.UUID] = ...,
        feedback: _fields.AnyMessage[Fibonacci_Feedback] = ...,
    ) -> None: ...

FibonacciGoal: typing.TypeAlias = Fibonacci_Goal
FibonacciResult: typing.TypeAlias = Fibonacci_Result
FibonacciFeedback: typing.TypeAlias = Fibonacci_Feedback
FibonacciSendGoal: typing.TypeAlias = Fibonacci_SendGoal
FibonacciSendGoalRequest: typing.TypeAlias = Fibonacci_SendGoal_Request
FibonacciSendGoalResponse: typing.TypeAlias = Fibonacci_SendGoal_Response
FibonacciSendGoalEvent: typing.TypeAlias = Fibonacci_SendGoal_Event
FibonacciGetResult: typing.TypeAlias = Fibonacci_GetResult
FibonacciGetResultRequest: typing.TypeAlias = Fibonacci_GetResult_Request
FibonacciGetResultResponse: typing.TypeAlias = Fibonacci_GetResult_Response
FibonacciGetResultEvent: typing.TypeAlias = Fibonacci_GetResult_Event
FibonacciFeedbackMessage: typing.TypeAlias = Fibonacci_FeedbackMessage
