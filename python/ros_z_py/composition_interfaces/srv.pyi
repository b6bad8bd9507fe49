# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, rcl_interfaces, service_msgs

class ListNodes(_fields.Interface):
    """composition_interfaces/srv/ListNodes"""

    Request: typing.TypeAlias = ListNodes_Request
    Response: typing.TypeAlias = ListNodes_Response
    Event: typing.TypeAlias = ListNodes_Event

class ListNodes_Request(_fields.Message):
    """composition_interfaces/srv/ListNodes_Request"""

    def __init__(self) -> None: ...

class ListNodes_Response(_fields.Message):
    """composition_interfaces/srv/ListNodes_Response"""

    full_node_names: _fields.Texts
    unique_ids: _fields.Numbers[int]

    def __init__(
        self,
        *,
        full_node_names: _fields.AnyTexts = ...,
        unique_ids: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class ListNodes_Event(_fields.Message):
    """composition_interfaces/srv/ListNodes_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[ListNodes_Request]
    response: _fields.Messages[ListNodes_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[ListNodes_Request] = ...,
        response: _fields.AnyMessages[ListNodes_Response] = ...,
    ) -> None: ...

class LoadNode(_fields.Interface):
    """composition_interfaces/srv/LoadNode"""

    Request: typing.TypeAlias = LoadNode_Request
    Response: typing.TypeAlias = LoadNode_Response
    Event: typing.TypeAlias = LoadNode_Event

class LoadNode_Request(_fields.Message):
    """composition_interfaces/srv/LoadNode_Request"""

    package_name: str
    plugin_name: str
    node_name: str
    node_namespace: str
    log_level: int
    remap_rules: _fields.Texts
    parameters: _fields.Messages[rcl_interfaces.msg.Parameter]
    extra_arguments: _fields.Messages[rcl_interfaces.msg.Parameter]

    def __init__(
        self,
        *,
        package_name: str = "",
        plugin_name: str = "",
        node_name: str = "",
        node_namespace: str = "",
        log_level: int = 0,
        remap_rules: _fields.AnyTexts = ...,
        parameters: _fields.AnyMessages[rcl_interfaces.msg.Parameter] = ...,
        extra_arguments: _fields.AnyMessages[rcl_interfaces.msg.Parameter] = ...,
    ) -> None: ...

class LoadNode_Response(_fields.Message):
    """composition_interfaces/srv/LoadNode_Response"""

    success: bool
    error_message: str
    full_node_name: str
    unique_id: int

    def __init__(
        self,
        *,
        success: bool = False,
        error_message: str = "",
        full_node_name: str = "",
        unique_id: int = 0,
    ) -> None: ...

class LoadNode_Event(_fields.Message):
    """composition_interfaces/srv/LoadNode_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[LoadNode_Request]
    response: _fields.Messages[LoadNode_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[LoadNode_Request] = ...,
        response: _fields.AnyMessages[LoadNode_Response] = ...,
    ) -> None: ...

class UnloadNode(_fields.Interface):
    """composition_interfaces/srv/UnloadNode"""

    Request: typing.TypeAlias = UnloadNode_Request
    Response: typing.TypeAlias = UnloadNode_Response
    Event: typing.TypeAlias = UnloadNode_Event

class UnloadNode_Request(_fields.Message):
    """composition_interfaces/srv/UnloadNode_Request"""

    unique_id: int

    def __init__(
        self,
        *,
        unique_id: int = 0,
    ) -> None: ...

class UnloadNode_Response(_fields.Message):
    """composition_interfaces/srv/UnloadNode_Response"""

    success: bool
    error_message: str

    def __init__(
        self,
        *,
        success: bool = False,
        error_message: str = "",
    ) -> None: ...

class UnloadNode_Event(_fields.Message):
    """composition_interfaces/srv/UnloadNode_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[UnloadNode_Request]
    response: _fields.Messages[UnloadNode_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[UnloadNode_Request] = ...,
        response: _fields.AnyMessages[UnloadNode_Response] = ...,
    ) -> None: ...

ListNodesRequest: typing.TypeAlias = ListNodes_Request
ListNodesResponse: typing.TypeAlias = ListNodes_Response
ListNodesEvent: typing.TypeAlias = ListNodes_Event
LoadNodeRequest: typing.TypeAlias = LoadNode_Request
LoadNodeResponse: typing.TypeAlias = LoadNode_Response
LoadNodeEvent: typing.TypeAlias = LoadNode_Event
UnloadNodeRequest: typing.TypeAlias = UnloadNode_Request
UnloadNodeResponse: typing.TypeAlias = UnloadNode_Response
UnloadNodeEvent: typing.TypeAlias = UnloadNode_Event
