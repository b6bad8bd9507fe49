# Written by `ros-z stubs`.

from ros_z_py import _fields, builtin_interfaces, geometry_msgs, std_msgs

class GridCells(_fields.Message):
    """nav_msgs/msg/GridCells"""

    header: std_msgs.msg.Header
    cell_width: float
    cell_height: float
    cells: _fields.Messages[geometry_msgs.msg.Point]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        cell_width: float = 0.0,
        cell_height: float = 0.0,
        cells: _fields.AnyMessages[geometry_msgs.msg.Point] = ...,
    ) -> None: ...

class MapMetaData(_fields.Message):
    """nav_msgs/msg/MapMetaData"""

    map_load_time: builtin_interfaces.msg.Time
    resolution: float
    width: int
    height: int
    origin: geometry_msgs.msg.Pose

    def __init__(
        self,
        *,
        map_load_time: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        resolution: float = 0.0,
        width: int = 0,
        height: int = 0,
        origin: _fields.AnyMessage[geometry_msgs.msg.Pose] = ...,
    ) -> None: ...

class OccupancyGrid(_fields.Message):
    """nav_msgs/msg/OccupancyGrid"""

    header: std_msgs.msg.Header
    info: MapMetaData
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        info: _fields.AnyMessage[MapMetaData] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Odometry(_fields.Message):
    """nav_msgs/msg/Odometry"""

    header: std_msgs.msg.Header
    child_frame_id: str
    pose: geometry_msgs.msg.PoseWithCovariance
    twist: geometry_msgs.msg.TwistWithCovariance

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        child_frame_id: str = "",
        pose: _fields.AnyMessage[geometry_msgs.msg.PoseWithCovariance] = ...,
        twist: _fields.AnyMessage[geometry_msgs.msg.TwistWithCovariance] = ...,
    ) -> None: ...

class Path(_fields.Message):
    """nav_msgs/msg/Path"""

    header: std_msgs.msg.Header
    poses: _fields.Messages[geometry_msgs.msg.PoseStamped]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        poses: _fields.AnyMessages[geometry_msgs.msg.PoseStamped] = ...,
    ) -> None: ...
