# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, service_msgs

from . import msg

class SetCameraInfo(_fields.Interface):
    """sensor_msgs/srv/SetCameraInfo"""

    Request: typing.TypeAlias = SetCameraInfo_Request
    Response: typing.TypeAlias = SetCameraInfo_Response
    Event: typing.TypeAlias = SetCameraInfo_Event

class SetCameraInfo_Request(_fields.Message):
    """sensor_msgs/srv/SetCameraInfo_Request"""

    camera_info: msg.CameraInfo

    def __init__(
        self,
        *,
        camera_info: _fields.AnyMessage[msg.CameraInfo] = ...,
    ) -> None: ...

class SetCameraInfo_Response(_fields.Message):
    """sensor_msgs/srv/SetCameraInfo_Response"""

    success: bool
    status_message: str

    def __init__(
        self,
        *,
        success: bool = False,
        status_message: str = "",
    ) -> None: ...

class SetCameraInfo_Event(_fields.Message):
    """sensor_msgs/srv/SetCameraInfo_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetCameraInfo_Request]
    response: _fields.Messages[SetCameraInfo_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetCameraInfo_Request] = ...,
        response: _fields.AnyMessages[SetCameraInfo_Response] = ...,
    ) -> None: ...

SetCameraInfoRequest: typing.TypeAlias = SetCameraInfo_Request
SetCameraInfoResponse: typing.TypeAlias = SetCameraInfo_Response
SetCameraInfoEvent: typing.TypeAlias = SetCameraInfo_Event
