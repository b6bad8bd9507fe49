# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class ChangeState(_fields.Interface):
    """lifecycle_msgs/srv/ChangeState"""

    Request: typing.TypeAlias = ChangeState_Request
    Response: typing.TypeAlias = ChangeState_Response
    Event: typing.TypeAlias = ChangeState_Event

class ChangeState_Request(_fields.Message):
    """lifecycle_msgs/srv/ChangeState_Request"""

    transition: msg.Transition

    def __init__(
        self,
        *,
        transition: _fields.AnyMessage[msg.Transition] = ...,
    ) -> None: ...

class ChangeState_Response(_fields.Message):
    """lifecycle_msgs/srv/ChangeState_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class ChangeState_Event(_fields.Message):
    """lifecycle_msgs/srv/ChangeState_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[ChangeState_Request]
    response: _fields.Messages[ChangeState_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[ChangeState_Request] = ...,
        response: _fields.AnyMessages[ChangeState_Response] = ...,
    ) -> None: ...

class GetAvailableStates(_fields.Interface):
    """lifecycle_msgs/srv/GetAvailableStates"""

    Request: typing.TypeAlias = GetAvailableStates_Request
    Response: typing.TypeAlias = GetAvailableStates_Response
    Event: typing.TypeAlias = GetAvailableStates_Event

class GetAvailableStates_Request(_fields.Message):
    """lifecycle_msgs/srv/GetAvailableStates_Request"""

    def __init__(self) -> None: ...

class GetAvailableStates_Response(_fields.Message):
    """lifecycle_msgs/srv/GetAvailableStates_Response"""

    available_states: _fields.Messages[msg.State]

    def __init__(
        self,
        *,
        available_states: _fields.AnyMessages[msg.State] = ...,
    ) -> None: ...

class GetAvailableStates_Event(_fields.Message):
    """lifecycle_msgs/srv/GetAvailableStates_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetAvailableStates_Request]
    response: _fields.Messages[GetAvailableStates_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetAvailableStates_Request] = ...,
        response: _fields.AnyMessages[GetAvailableStates_Response] = ...,
    ) -> None: ...

class GetAvailableTransitions(_fields.Interface):
    """lifecycle_msgs/srv/GetAvailableTransitions"""

    Request: typing.TypeAlias = GetAvailableTransitions_Request
    Response: typing.TypeAlias = GetAvailableTransitions_Response
    Event: typing.TypeAlias = GetAvailableTransitions_Event

class GetAvailableTransitions_Request(_fields.Message):
    """lifecycle_msgs/srv/GetAvailableTransitions_Request"""

    def __init__(self) -> None: ...

class GetAvailableTransitions_Response(_fields.Message):
    """lifecycle_msgs/srv/GetAvailableTransitions_Response"""

    available_transitions: _fields.Messages[msg.TransitionDescription]

    def __init__(
        self,
        *,
        available_transitions: _fields.AnyMessages[msg.TransitionDescription] = ...,
    ) -> None: ...

class GetAvailableTransitions_Event(_fields.Message):
    """lifecycle_msgs/srv/GetAvailableTransitions_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetAvailableTransitions_Request]
    response: _fields.Messages[GetAvailableTransitions_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetAvailableTransitions_Request] = ...,
        response: _fields.AnyMessages[GetAvailableTransitions_Response] = ...,
    ) -> None: ...

class GetState(_fields.Interface):
    """lifecycle_msgs/srv/GetState"""

    Request: typing.TypeAlias = GetState_Request
    Response: typing.TypeAlias = GetState_Response
    Event: typing.TypeAlias = GetState_Event

class GetState_Request(_fields.Message):
    """lifecycle_msgs/srv/GetState_Request"""

    def __init__(self) -> None: ...

class GetState_Response(_fields.Message):
    """lifecycle_msgs/srv/GetState_Response"""

    current_state: msg.State

    def __init__(
        self,
        *,
        current_state: _fields.AnyMessage[msg.State] = ...,
    ) -> None: ...

class GetState_Event(_fields.Message):
    """lifecycle_msgs/srv/GetState_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetState_Request]
    response: _fields.Messages[GetState_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetState_Request] = ...,
        response: _fields.AnyMessages[GetState_Response] = ...,
    ) -> None: ...

ChangeStateRequest: typing.TypeAlias = ChangeState_Request
ChangeStateResponse: typing.TypeAlias = ChangeState_Response
ChangeStateEvent: typing.TypeAlias = ChangeState_Event
GetAvailableStatesRequest: typing.TypeAlias = GetAvailableStates_Request
GetAvailableStatesResponse: typing.TypeAlias = GetAvailableStates_Response
GetAvailableStatesEvent: typing.TypeAlias = GetAvailableStates_Event
GetAvailableTransitionsRequest: typing.TypeAlias = GetAvailableTransitions_Request
GetAvailableTransitionsResponse: typing.TypeAlias = GetAvailableTransitions_Response
GetAvailableTransitionsEvent: typing.TypeAlias = GetAvailableTransitions_Event
GetStateRequest: typing.TypeAlias = GetState_Request
GetStateResponse: typing.TypeAlias = GetState_Response
GetStateEvent: typing.TypeAlias = GetState_Event
