# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

class FrameGraph(_fields.Interface):
    """tf2_msgs/srv/FrameGraph"""

    Request: typing.TypeAlias = FrameGraph_Request
    Response: typing.TypeAlias = FrameGraph_Response
    Event: typing.TypeAlias = FrameGraph_Event

class FrameGraph_Request(_fields.Message):
    """tf2_msgs/srv/FrameGraph_Request"""

    def __init__(self) -> None: ...

class FrameGraph_Response(_fields.Message):
    """tf2_msgs/srv/FrameGraph_Response"""

    frame_yaml: str

    def __init__(
        self,
        *,
        frame_yaml: str = "",
    ) -> None: ...

class FrameGraph_Event(_fields.Message):
    """tf2_msgs/srv/FrameGraph_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[FrameGraph_Request]
    response: _fields.Messages[FrameGraph_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[FrameGraph_Request] = ...,
        response: _fields.AnyMessages[FrameGraph_Response] = ...,
    ) -> None: ...

FrameGraphRequest: typing.TypeAlias = FrameGraph_Request
FrameGraphResponse: typing.TypeAlias = FrameGraph_Response
FrameGraphEvent: typing.TypeAlias = FrameGraph_Event
