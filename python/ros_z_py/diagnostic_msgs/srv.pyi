# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class AddDiagnostics(_fields.Interface):
    """diagnostic_msgs/srv/AddDiagnostics"""

    Request: typing.TypeAlias = AddDiagnostics_Request
    Response: typing.TypeAlias = AddDiagnostics_Response
    Event: typing.TypeAlias = AddDiagnostics_Event

class AddDiagnostics_Request(_fields.Message):
    """diagnostic_msgs/srv/AddDiagnostics_Request"""

    load_namespace: str

    def __init__(
        self,
        *,
        load_namespace: str = "",
    ) -> None: ...

class AddDiagnostics_Response(_fields.Message):
    """diagnostic_msgs/srv/AddDiagnostics_Response"""

    success: bool
    message: str

    def __init__(
        self,
        *,
        success: bool = False,
        message: str = "",
    ) -> None: ...

class AddDiagnostics_Event(_fields.Message):
    """diagnostic_msgs/srv/AddDiagnostics_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[AddDiagnostics_Request]
    response: _fields.Messages[AddDiagnostics_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[AddDiagnostics_Request] = ...,
        response: _fields.AnyMessages[AddDiagnostics_Response] = ...,
    ) -> None: ...

class SelfTest(_fields.Interface):
    """diagnostic_msgs/srv/SelfTest"""

    Request: typing.TypeAlias = SelfTest_Request
    Response: typing.TypeAlias = SelfTest_Response
    Event: typing.TypeAlias = SelfTest_Event

class SelfTest_Request(_fields.Message):
    """diagnostic_msgs/srv/SelfTest_Request"""

    def __init__(self) -> None: ...

class SelfTest_Response(_fields.Message):
    """diagnostic_msgs/srv/SelfTest_Response"""

    id: str
    passed: int
    status: _fields.Messages[msg.DiagnosticStatus]

    def __init__(
        self,
        *,
        id: str = "",
        passed: int = 0,
        status: _fields.AnyMessages[msg.DiagnosticStatus] = ...,
    ) -> None: ...

class SelfTest_Event(_fields.Message):
    """diagnostic_msgs/srv/SelfTest_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SelfTest_Request]
    response: _fields.Messages[SelfTest_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SelfTest_Request] = ...,
        response: _fields.AnyMessages[SelfTest_Response] = ...,
    ) -> None: ...

AddDiagnosticsRequest: typing.TypeAlias = AddDiagnostics_Request
AddDiagnosticsResponse: typing.TypeAlias = AddDiagnostics_Response
AddDiagnosticsEvent: typing.TypeAlias = AddDiagnostics_Event
SelfTestRequest: typing.TypeAlias = SelfTest_Request
SelfTestResponse: typing.TypeAlias = SelfTest_Response
SelfTestEvent: typing.TypeAlias = SelfTest_Event
