# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class GetTypeDescription(_fields.Interface):
    """type_description_interfaces/srv/GetTypeDescription"""

    Request: typing.TypeAlias = GetTypeDescription_Request
    Response: typing.TypeAlias = GetTypeDescription_Response
    Event: typing.TypeAlias = GetTypeDescription_Event

class GetTypeDescription_Request(_fields.Message):
    """type_description_interfaces/srv/GetTypeDescription_Request"""

    type_name: str
    type_hash: str
    include_type_sources: bool

    def __init__(
        self,
        *,
        type_name: str = "",
        type_hash: str = "",
        include_type_sources: bool = True,
    ) -> None: ...

class GetTypeDescription_Response(_fields.Message):
    """type_description_interfaces/srv/GetTypeDescription_Response"""

    successful: bool
    failure_reason: str
    type_description: msg.TypeDescription
    type_sources: _fields.Messages[msg.TypeSource]
    extra_information: _fields.Messages[msg.KeyValue]

    def __init__(
        self,
        *,
        successful: bool = False,
        failure_reason: str = "",
        type_description: _fields.AnyMessage[msg.TypeDescription] = ...,
        type_sources: _fields.AnyMessages[msg.TypeSource] = ...,
        extra_information: _fields.AnyMessages[msg.KeyValue] = ...,
    ) -> None: ...

class GetTypeDescription_Event(_fields.Message):
    """type_description_interfaces/srv/GetTypeDescription_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetTypeDescription_Request]
    response: _fields.Messages[GetTypeDescription_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetTypeDescription_Request] = ...,
        response: _fields.AnyMessages[GetTypeDescription_Response] = ...,
    ) -> None: ...

GetTypeDescriptionRequest: typing.TypeAlias = GetTypeDescription_Request
GetTypeDescriptionResponse: typing.TypeAlias = GetTypeDescription_Response
GetTypeDescriptionEvent: typing.TypeAlias = GetTypeDescription_Event
