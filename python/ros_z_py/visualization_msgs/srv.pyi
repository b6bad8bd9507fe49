# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class GetInteractiveMarkers(_fields.Interface):
    """visualization_msgs/srv/GetInteractiveMarkers"""

    Request: typing.TypeAlias = GetInteractiveMarkers_Request
    Response: typing.TypeAlias = GetInteractiveMarkers_Response
    Event: typing.TypeAlias = GetInteractiveMarkers_Event

class GetInteractiveMarkers_Request(_fields.Message):
    """visualization_msgs/srv/GetInteractiveMarkers_Request"""

    def __init__(self) -> None: ...

class GetInteractiveMarkers_Response(_fields.Message):
    """visualization_msgs/srv/GetInteractiveMarkers_Response"""

    sequence_number: int
    markers: _fields.Messages[msg.InteractiveMarker]

    def __init__(
        self,
        *,
        sequence_number: int = 0,
        markers: _fields.AnyMessages[msg.InteractiveMarker] = ...,
    ) -> None: ...

class GetInteractiveMarkers_Event(_fields.Message):
    """visualization_msgs/srv/GetInteractiveMarkers_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetInteractiveMarkers_Request]
    response: _fields.Messages[GetInteractiveMarkers_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetInteractiveMarkers_Request] = ...,
        response: _fields.AnyMessages[GetInteractiveMarkers_Response] = ...,
    ) -> None: ...

GetInteractiveMarkersRequest: typing.TypeAlias = GetInteractiveMarkers_Request
GetInteractiveMarkersResponse: typing.TypeAlias = GetInteractiveMarkers_Response
GetInteractiveMarkersEvent: typing.TypeAlias = GetInteractiveMarkers_Event
