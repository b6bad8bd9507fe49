# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

class Empty(_fields.Interface):
    """std_srvs/srv/Empty"""

    Request: typing.TypeAlias = Empty_Request
    Response: typing.TypeAlias = Empty_Response
    Event: typing.TypeAlias = Empty_Event

class Empty_Request(_fields.Message):
    """std_srvs/srv/Empty_Request"""

    def __init__(self) -> None: ...

class Empty_Response(_fields.Message):
    """std_srvs/srv/Empty_Response"""

    def __init__(self) -> None: ...

class Empty_Event(_fields.Message):
    """std_srvs/srv/Empty_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Empty_Request]
    response: _fields.Messages[Empty_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Empty_Request] = ...,
        response: _fields.AnyMessages[Empty_Response] = ...,
    ) -> None: ...

class SetBool(_fields.Interface):
    """std_srvs/srv/SetBool"""

    Request: typing.TypeAlias = SetBool_Request
    Response: typing.TypeAlias = SetBool_Response
    Event: typing.TypeAlias = SetBool_Event

class SetBool_Request(_fields.Message):
    """std_srvs/srv/SetBool_Request"""

    data: bool

    def __init__(
        self,
        *,
        data: bool = False,
    ) -> None: ...

class SetBool_Response(_fields.Message):
    """std_srvs/srv/SetBool_Response"""

    success: bool
    message: str

    def __init__(
        self,
        *,
        success: bool = False,
        message: str = "",
    ) -> None: ...

class SetBool_Event(_fields.Message):
    """std_srvs/srv/SetBool_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetBool_Request]
    response: _fields.Messages[SetBool_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetBool_Request] = ...,
        response: _fields.AnyMessages[SetBool_Response] = ...,
    ) -> None: ...

class Trigger(_fields.Interface):
    """std_srvs/srv/Trigger"""

    Request: typing.TypeAlias = Trigger_Request
    Response: typing.TypeAlias = Trigger_Response
    Event: typing.TypeAlias = Trigger_Event

class Trigger_Request(_fields.Message):
    """std_srvs/srv/Trigger_Request"""

    def __init__(self) -> None: ...

class Trigger_Response(_fields.Message):
    """std_srvs/srv/Trigger_Response"""

    success: bool
    message: str

    def __init__(
        self,
        *,
        success: bool = False,
        message: str = "",
    ) -> None: ...

class Trigger_Event(_fields.Message):
    """std_srvs/srv/Trigger_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Trigger_Request]
    response: _fields.Messages[Trigger_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Trigger_Request] = ...,
        response: _fields.AnyMessages[Trigger_Response] = ...,
    ) -> None: ...

EmptyRequest: typing.TypeAlias = Empty_Request
EmptyResponse: typing.TypeAlias = Empty_Response
EmptyEvent: typing.TypeAlias = Empty_Event
SetBoolRequest: typing.TypeAlias = SetBool_Request
SetBoolResponse: typing.TypeAlias = SetBool_Response
SetBoolEvent: typing.TypeAlias = SetBool_Event
TriggerRequest: typing.TypeAlias = Trigger_Request
TriggerResponse: typing.TypeAlias = Trigger_Response
TriggerEvent: typing.TypeAlias = Trigger_Event
