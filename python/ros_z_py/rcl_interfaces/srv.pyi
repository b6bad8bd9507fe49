# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class DescribeParameters(_fields.Interface):
    """rcl_interfaces/srv/DescribeParameters"""

    Request: typing.TypeAlias = DescribeParameters_Request
    Response: typing.TypeAlias = DescribeParameters_Response
    Event: typing.TypeAlias = DescribeParameters_Event

class DescribeParameters_Request(_fields.Message):
    """rcl_interfaces/srv/DescribeParameters_Request"""

    names: _fields.Texts

    def __init__(
        self,
        *,
        names: _fields.AnyTexts = ...,
    ) -> None: ...

class DescribeParameters_Response(_fields.Message):
    """rcl_interfaces/srv/DescribeParameters_Response"""

    descriptors: _fields.Messages[msg.ParameterDescriptor]

    def __init__(
        self,
        *,
        descriptors: _fields.AnyMessages[msg.ParameterDescriptor] = ...,
    ) -> None: ...

class DescribeParameters_Event(_fields.Message):
    """rcl_interfaces/srv/DescribeParameters_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[DescribeParameters_Request]
    response: _fields.Messages[DescribeParameters_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[DescribeParameters_Request] = ...,
        response: _fields.AnyMessages[DescribeParameters_Response] = ...,
    ) -> None: ...

class GetLoggerLevels(_fields.Interface):
    """rcl_interfaces/srv/GetLoggerLevels"""

    Request: typing.TypeAlias = GetLoggerLevels_Request
    Response: typing.TypeAlias = GetLoggerLevels_Response
    Event: typing.TypeAlias = GetLoggerLevels_Event

class GetLoggerLevels_Request(_fields.Message):
    """rcl_interfaces/srv/GetLoggerLevels_Request"""

    names: _fields.Texts

    def __init__(
        self,
        *,
        names: _fields.AnyTexts = ...,
    ) -> None: ...

class GetLoggerLevels_Response(_fields.Message):
    """rcl_interfaces/srv/GetLoggerLevels_Response"""

    levels: _fields.Messages[msg.LoggerLevel]

    def __init__(
        self,
        *,
        levels: _fields.AnyMessages[msg.LoggerLevel] = ...,
    ) -> None: ...

class GetLoggerLevels_Event(_fields.Message):
    """rcl_interfaces/srv/GetLoggerLevels_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetLoggerLevels_Request]
    response: _fields.Messages[GetLoggerLevels_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetLoggerLevels_Request] = ...,
        response: _fields.AnyMessages[GetLoggerLevels_Response] = ...,
    ) -> None: ...

class GetParameterTypes(_fields.Interface):
    """rcl_interfaces/srv/GetParameterTypes"""

    Request: typing.TypeAlias = GetParameterTypes_Request
    Response: typing.TypeAlias = GetParameterTypes_Response
    Event: typing.TypeAlias = GetParameterTypes_Event

class GetParameterTypes_Request(_fields.Message):
    """rcl_interfaces/srv/GetParameterTypes_Request"""

    names: _fields.Texts

    def __init__(
        self,
        *,
        names: _fields.AnyTexts = ...,
    ) -> None: ...

class GetParameterTypes_Response(_fields.Message):
    """rcl_interfaces/srv/GetParameterTypes_Response"""

    types: _fields.Octets

    def __init__(
        self,
        *,
        types: _fields.AnyOctets = ...,
    ) -> None: ...

class GetParameterTypes_Event(_fields.Message):
    """rcl_interfaces/srv/GetParameterTypes_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetParameterTypes_Request]
    response: _fields.Messages[GetParameterTypes_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetParameterTypes_Request] = ...,
        response: _fields.AnyMessages[GetParameterTypes_Response] = ...,
    ) -> None: ...

class GetParameters(_fields.Interface):
    """rcl_interfaces/srv/GetParameters"""

    Request: typing.TypeAlias = GetParameters_Request
    Response: typing.TypeAlias = GetParameters_Response
    Event: typing.TypeAlias = GetParameters_Event

class GetParameters_Request(_fields.Message):
    """rcl_interfaces/srv/GetParameters_Request"""

    names: _fields.Texts

    def __init__(
        self,
        *,
        names: _fields.AnyTexts = ...,
    ) -> None: ...

class GetParameters_Response(_fields.Message):
    """rcl_interfaces/srv/GetParameters_Response"""

    values: _fields.Messages[msg.ParameterValue]

    def __init__(
        self,
        *,
        values: _fields.AnyMessages[msg.ParameterValue] = ...,
    ) -> None: ...

class GetParameters_Event(_fields.Message):
    """rcl_interfaces/srv/GetParameters_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetParameters_Request]
    response: _fields.Messages[GetParameters_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetParameters_Request] = ...,
        response: _fields.AnyMessages[GetParameters_Response] = ...,
    ) -> None: ...

class ListParameters(_fields.Interface):
    """rcl_interfaces/srv/ListParameters"""

    Request: typing.TypeAlias = ListParameters_Request
    Response: typing.TypeAlias = ListParameters_Response
    Event: typing.TypeAlias = ListParameters_Event

class ListParameters_Request(_fields.Message):
    """rcl_interfaces/srv/ListParameters_Request"""

    DEPTH_RECURSIVE: typing.ClassVar[int] = 0
    prefixes: _fields.Texts
    depth: int

    def __init__(
        self,
        *,
        prefixes: _fields.AnyTexts = ...,
        depth: int = 0,
    ) -> None: ...

class ListParameters_Response(_fields.Message):
    """rcl_interfaces/srv/ListParameters_Response"""

    result: msg.ListParametersResult

    def __init__(
        self,
        *,
        result: _fields.AnyMessage[msg.ListParametersResult] = ...,
    ) -> None: ...

class ListParameters_Event(_fields.Message):
    """rcl_interfaces/srv/ListParameters_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[ListParameters_Request]
    response: _fields.Messages[ListParameters_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[ListParameters_Request] = ...,
        response: _fields.AnyMessages[ListParameters_Response] = ...,
    ) -> None: ...

class SetLoggerLevels(_fields.Interface):
    """rcl_interfaces/srv/SetLoggerLevels"""

    Request: typing.TypeAlias = SetLoggerLevels_Request
    Response: typing.TypeAlias = SetLoggerLevels_Response
    Event: typing.TypeAlias = SetLoggerLevels_Event

class SetLoggerLevels_Request(_fields.Message):
    """rcl_interfaces/srv/SetLoggerLevels_Request"""

    levels: _fields.Messages[msg.LoggerLevel]

    def __init__(
        self,
        *,
        levels: _fields.AnyMessages[msg.LoggerLevel] = ...,
    ) -> None: ...

class SetLoggerLevels_Response(_fields.Message):
    """rcl_interfaces/srv/SetLoggerLevels_Response"""

    results: _fields.Messages[msg.SetLoggerLevelsResult]

    def __init__(
        self,
        *,
        results: _fields.AnyMessages[msg.SetLoggerLevelsResult] = ...,
    ) -> None: ...

class SetLoggerLevels_Event(_fields.Message):
    """rcl_interfaces/srv/SetLoggerLevels_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetLoggerLevels_Request]
    response: _fields.Messages[SetLoggerLevels_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetLoggerLevels_Request] = ...,
        response: _fields.AnyMessages[SetLoggerLevels_Response] = ...,
    ) -> None: ...

class SetParameters(_fields.Interface):
    """rcl_interfaces/srv/SetParameters"""

    Request: typing.TypeAlias = SetParameters_Request
    Response: typing.TypeAlias = SetParameters_Response
    Event: typing.TypeAlias = SetParameters_Event

class SetParameters_Request(_fields.Message):
    """rcl_interfaces/srv/SetParameters_Request"""

    parameters: _fields.Messages[msg.Parameter]

    def __init__(
        self,
        *,
        parameters: _fields.AnyMessages[msg.Parameter] = ...,
    ) -> None: ...

class SetParameters_Response(_fields.Message):
    """rcl_interfaces/srv/SetParameters_Response"""

    results: _fields.Messages[msg.SetParametersResult]

    def __init__(
        self,
        *,
        results: _fields.AnyMessages[msg.SetParametersResult] = ...,
    ) -> None: ...

class SetParameters_Event(_fields.Message):
    """rcl_interfaces/srv/SetParameters_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetParameters_Request]
    response: _fields.Messages[SetParameters_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetParameters_Request] = ...,
        response: _fields.AnyMessages[SetParameters_Response] = ...,
    ) -> None: ...

class SetParametersAtomically(_fields.Interface):
    """rcl_interfaces/srv/SetParametersAtomically"""

    Request: typing.TypeAlias = SetParametersAtomically_Request
    Response: typing.TypeAlias = SetParametersAtomically_Response
    Event: typing.TypeAlias = SetParametersAtomically_Event

class SetParametersAtomically_Request(_fields.Message):
    """rcl_interfaces/srv/SetParametersAtomically_Request"""

    parameters: _fields.Messages[msg.Parameter]

    def __init__(
        self,
        *,
        parameters: _fields.AnyMessages[msg.Parameter] = ...,
    ) -> None: ...

class SetParametersAtomically_Response(_fields.Message):
    """rcl_interfaces/srv/SetParametersAtomically_Response"""

    result: msg.SetParametersResult

    def __init__(
        self,
        *,
        result: _fields.AnyMessage[msg.SetParametersResult] = ...,
    ) -> None: ...

class SetParametersAtomically_Event(_fields.Message):
    """rcl_interfaces/srv/SetParametersAtomically_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetParametersAtomically_Request]
    response: _fields.Messages[SetParametersAtomically_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetParametersAtomically_Request] = ...,
        response: _fields.AnyMessages[SetParametersAtomically_Response] = ...,
    ) -> None: ...

DescribeParametersRequest: typing.TypeAlias = DescribeParameters_Request
DescribeParametersResponse: typing.TypeAlias = DescribeParameters_Response
DescribeParametersEvent: typing.TypeAlias = DescribeParameters_Event
GetLoggerLevelsRequest: typing.TypeAlias = GetLoggerLevels_Request
GetLoggerLevelsResponse: typing.TypeAlias = GetLoggerLevels_Response
GetLoggerLevelsEvent: typing.TypeAlias = GetLoggerLevels_Event
GetParameterTypesRequest: typing.TypeAlias = GetParameterTypes_Request
GetParameterTypesResponse: typing.TypeAlias = GetParameterTypes_Response
GetParameterTypesEvent: typing.TypeAlias = GetParameterTypes_Event
GetParametersRequest: typing.TypeAlias = GetParameters_Request
GetParametersResponse: typing.TypeAlias = GetParameters_Response
GetParametersEvent: typing.TypeAlias = GetParameters_Event
ListParametersRequest: typing.TypeAlias = ListParameters_Request
ListParametersResponse: typing.TypeAlias = ListParameters_Response
ListParametersEvent: typing.TypeAlias = ListParameters_Event
SetLoggerLevelsRequest: typing.TypeAlias = SetLoggerLevels_Request
SetLoggerLevelsResponse: typing.TypeAlias = SetLoggerLevels_Response
SetLoggerLevelsEvent: typing.TypeAlias = SetLoggerLevels_Event
SetParametersRequest: typing.TypeAlias = SetParameters_Request
SetParametersResponse: typing.TypeAlias = SetParameters_Response
SetParametersEvent: typing.TypeAlias = SetParameters_Event
SetParametersAtomicallyRequest: typing.TypeAlias = SetParametersAtomically_Request
SetParametersAtomicallyResponse: typing.TypeAlias = SetParametersAtomically_Response
SetParametersAtomicallyEvent: typing.TypeAlias = SetParametersAtomically_Event
