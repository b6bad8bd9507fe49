# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

class AddTwoInts(_fields.Interface):
    """example_interfaces/srv/AddTwoInts"""

    Request: typing.TypeAlias = AddTwoInts_Request
    Response: typing.TypeAlias = AddTwoInts_Response
    Event: typing.TypeAlias = AddTwoInts_Event

class AddTwoInts_Request(_fields.Message):
    """example_interfaces/srv/AddTwoInts_Request"""

    a: int
    b: int

    def __init__(
        self,
        *,
        a: int = 0,
        b: int = 0,
    ) -> None: ...

class AddTwoInts_Response(_fields.Message):
    """example_interfaces/srv/AddTwoInts_Response"""

    sum: int

    def __init__(
        self,
        *,
        sum: int = 0,
    ) -> None: ...

class AddTwoInts_Event(_fields.Message):
    """example_interfaces/srv/AddTwoInts_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[AddTwoInts_Request]
    response: _fields.Messages[AddTwoInts_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[AddTwoInts_Request] = ...,
        response: _fields.AnyMessages[AddTwoInts_Response] = ...,
    ) -> None: ...

class SetBool(_fields.Interface):
    """example_interfaces/srv/SetBool"""

    Request: typing.TypeAlias = SetBool_Request
    Response: typing.TypeAlias = SetBool_Response
    Event: typing.TypeAlias = SetBool_Event

class SetBool_Request(_fields.Message):
    """example_interfaces/srv/SetBool_Request"""

    data: bool

    def __init__(
        self,
        *,
        data: bool = False,
    ) -> None: ...

class SetBool_Response(_fields.Message):
    """example_interfaces/srv/SetBool_Response"""

    success: bool
    message: str

    def __init__(
        self,
        *,
        success: bool = False,
        message: str = "",
    ) -> None: ...

class SetBool_Event(_fields.Message):
    """example_interfaces/srv/SetBool_Event"""

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
    """example_interfaces/srv/Trigger"""

    Request: typing.TypeAlias = Trigger_Request
    Response: typing.TypeAlias = Trigger_Response
    Event: typing.TypeAlias = Trigger_Event

class Trigger_Request(_fields.Message):
    """example_interfaces/srv/Trigger_Request"""

    def __init__(self) -> None: ...

class Trigger_Response(_fields.Message):
    """example_interfaces/srv/Trigger_Response"""

    success: bool
    message: str

    def __init__(
        self,
        *,
        success: bool = False,
        message: str = "",
    ) -> None: ...

class Trigger_Event(_fields.Message):
    """example_interfaces/srv/Trigger_Event"""

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

AddTwoIntsRequest: typing.TypeAlias = AddTwoInts_Request
AddTwoIntsResponse: typing.TypeAlias = AddTwoInts_Response
AddTwoIntsEvent: typing.TypeAlias = AddTwoInts_Event
SetBoolRequest: typing.TypeAlias = SetBool_Request
SetBoolResponse: typing.TypeAlias = SetBool_Response
SetBoolEvent: typing.TypeAlias = SetBool_Event
TriggerRequest: typing.TypeAlias = Trigger_Request
TriggerResponse: typing.TypeAlias = Trigger_Response
TriggerEvent: typing.TypeAlias = Trigger_Event
