# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, geometry_msgs, service_msgs

from . import msg

class GetMap(_fields.Interface):
    """nav_msgs/srv/GetMap"""

    Request: typing.TypeAlias = GetMap_Request
    Response: typing.TypeAlias = GetMap_Response
    Event: typing.TypeAlias = GetMap_Event

class GetMap_Request(_fields.Message):
    """nav_msgs/srv/GetMap_Request"""

    def __init__(self) -> None: ...

class GetMap_Response(_fields.Message):
    """nav_msgs/srv/GetMap_Response"""

    map: msg.OccupancyGrid

    def __init__(
        self,
        *,
        map: _fields.AnyMessage[msg.OccupancyGrid] = ...,
    ) -> None: ...

class GetMap_Event(_fields.Message):
    """nav_msgs/srv/GetMap_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetMap_Request]
    response: _fields.Messages[GetMap_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetMap_Request] = ...,
        response: _fields.AnyMessages[GetMap_Response] = ...,
    ) -> None: ...

class GetPlan(_fields.Interface):
    """nav_msgs/srv/GetPlan"""

    Request: typing.TypeAlias = GetPlan_Request
    Response: typing.TypeAlias = GetPlan_Response
    Event: typing.TypeAlias = GetPlan_Event

class GetPlan_Request(_fields.Message):
    """nav_msgs/srv/GetPlan_Request"""

    start: geometry_msgs.msg.PoseStamped
    goal: geometry_msgs.msg.PoseStamped
    tolerance: float

    def __init__(
        self,
        *,
        start: _fields.AnyMessage[geometry_msgs.msg.PoseStamped] = ...,
        goal: _fields.AnyMessage[geometry_msgs.msg.PoseStamped] = ...,
        tolerance: float = 0.0,
    ) -> None: ...

class GetPlan_Response(_fields.Message):
    """nav_msgs/srv/GetPlan_Response"""

    plan: msg.Path

    def __init__(
        self,
        *,
        plan: _fields.AnyMessage[msg.Path] = ...,
    ) -> None: ...

class GetPlan_Event(_fields.Message):
    """nav_msgs/srv/GetPlan_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetPlan_Request]
    response: _fields.Messages[GetPlan_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetPlan_Request] = ...,
        response: _fields.AnyMessages[GetPlan_Response] = ...,
    ) -> None: ...

class LoadMap(_fields.Interface):
    """nav_msgs/srv/LoadMap"""

    Request: typing.TypeAlias = LoadMap_Request
    Response: typing.TypeAlias = LoadMap_Response
    Event: typing.TypeAlias = LoadMap_Event

class LoadMap_Request(_fields.Message):
    """nav_msgs/srv/LoadMap_Request"""

    map_url: str

    def __init__(
        self,
        *,
        map_url: str = "",
    ) -> None: ...

class LoadMap_Response(_fields.Message):
    """nav_msgs/srv/LoadMap_Response"""

    RESULT_SUCCESS: typing.ClassVar[int] = 0
    RESULT_MAP_DOES_NOT_EXIST: typing.ClassVar[int] = 1
    RESULT_INVALID_MAP_DATA: typing.ClassVar[int] = 2
    RESULT_INVALID_MAP_METADATA: typing.ClassVar[int] = 3
    RESULT_UNDEFINED_FAILURE: typing.ClassVar[int] = 255
    map: msg.OccupancyGrid
    result: int

    def __init__(
        self,
        *,
        map: _fields.AnyMessage[msg.OccupancyGrid] = ...,
        result: int = 0,
    ) -> None: ...

class LoadMap_Event(_fields.Message):
    """nav_msgs/srv/LoadMap_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[LoadMap_Request]
    response: _fields.Messages[LoadMap_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[LoadMap_Request] = ...,
        response: _fields.AnyMessages[LoadMap_Response] = ...,
    ) -> None: ...

class SetMap(_fields.Interface):
    """nav_msgs/srv/SetMap"""

    Request: typing.TypeAlias = SetMap_Request
    Response: typing.TypeAlias = SetMap_Response
    Event: typing.TypeAlias = SetMap_Event

class SetMap_Request(_fields.Message):
    """nav_msgs/srv/SetMap_Request"""

    map: msg.OccupancyGrid
    initial_pose: geometry_msgs.msg.PoseWithCovarianceStamped

    def __init__(
        self,
        *,
        map: _fields.AnyMessage[msg.OccupancyGrid] = ...,
        initial_pose: _fields.AnyMessage[geometry_msgs.msg.PoseWithCovarianceStamped] = ...,
    ) -> None: ...

class SetMap_Response(_fields.Message):
    """nav_msgs/srv/SetMap_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class SetMap_Event(_fields.Message):
    """nav_msgs/srv/SetMap_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetMap_Request]
    response: _fields.Messages[SetMap_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetMap_Request] = ...,
        response: _fields.AnyMessages[SetMap_Response] = ...,
    ) -> None: ...

GetMapRequest: typing.TypeAlias = GetMap_Request
GetMapResponse: typing.TypeAlias = GetMap_Response
GetMapEvent: typing.TypeAlias = GetMap_Event
GetPlanRequest: typing.TypeAlias = GetPlan_Request
GetPlanResponse: typing.TypeAlias = GetPlan_Response
GetPlanEvent: typing.TypeAlias = GetPlan_Event
LoadMapRequest: typing.TypeAlias = LoadMap_Request
LoadMapResponse: typing.TypeAlias = LoadMap_Response
LoadMapEvent: typing.TypeAlias = LoadMap_Event
SetMapRequest: typing.TypeAlias = SetMap_Request
SetMapResponse: typing.TypeAlias = SetMap_Response
SetMapEvent: typing.TypeAlias = SetMap_Event
