# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, geometry_msgs, sensor_msgs, std_msgs

class ImageMarker(_fields.Message):
    """visualization_msgs/msg/ImageMarker"""

    CIRCLE: typing.ClassVar[int] = 0
    LINE_STRIP: typing.ClassVar[int] = 1
    LINE_LIST: typing.ClassVar[int] = 2
    POLYGON: typing.ClassVar[int] = 3
    POINTS: typing.ClassVar[int] = 4
    ADD: typing.ClassVar[int] = 0
    REMOVE: typing.ClassVar[int] = 1
    header: std_msgs.msg.Header
    ns: str
    id: int
    type: int
    action: int
    position: geometry_msgs.msg.Point
    scale: float
    outline_color: std_msgs.msg.ColorRGBA
    filled: int
    fill_color: std_msgs.msg.ColorRGBA
    lifetime: builtin_interfaces.msg.Duration
    points: _fields.Messages[geometry_msgs.msg.Point]
    outline_colors: _fields.Messages[std_msgs.msg.ColorRGBA]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        ns: str = "",
        id: int = 0,
        type: int = 0,
        action: int = 0,
        position: _fields.AnyMessage[geometry_msgs.msg.Point] = ...,
        scale: float = 0.0,
        outline_color: _fields.AnyMessage[std_msgs.msg.ColorRGBA] = ...,
        filled: int = 0,
        fill_color: _fields.AnyMessage[std_msgs.msg.ColorRGBA] = ...,
        lifetime: _fields.AnyMessage[builtin_interfaces.msg.Duration] = ...,
        points: _fields.AnyMessages[geometry_msgs.msg.Point] = ...,
        outline_colors: _fields.AnyMessages[std_msgs.msg.ColorRGBA] = ...,
    ) -> None: ...

class InteractiveMarker(_fields.Message):
    """visualization_msgs/msg/InteractiveMarker"""

    header: std_msgs.msg.Header
    pose: geometry_msgs.msg.Pose
    name: str
    description: str
    scale: float
    menu_entries: _fields.Messages[MenuEntry]
    controls: _fields.Messages[InteractiveMarkerControl]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        pose: _fields.AnyMessage[geometry_msgs.msg.Pose] = ...,
        name: str = "",
        description: str = "",
        scale: float = 0.0,
        menu_entries: _fields.AnyMessages[MenuEntry] = ...,
        controls: _fields.AnyMessages[InteractiveMarkerControl] = ...,
    ) -> None: ...

class InteractiveMarkerControl(_fields.Message):
    """visualization_msgs/msg/InteractiveMarkerControl"""

    INHERIT: typing.ClassVar[int] = 0
    FIXED: typing.ClassVar[int] = 1
    VIEW_FACING: typing.ClassVar[int] = 2
    NONE: typing.ClassVar[int] = 0
    MENU: typing.ClassVar[int] = 1
    BUTTON: typing.ClassVar[int] = 2
    MOVE_AXIS: typing.ClassVar[int] = 3
    MOVE_PLANE: typing.ClassVar[int] = 4
    ROTATE_AXIS: typing.ClassVar[int] = 5
    MOVE_ROTATE: typing.ClassVar[int] = 6
    MOVE_3D: typing.ClassVar[int] = 7
    ROTATE_3D: typing.ClassVar[int] = 8
    MOVE_ROTATE_3D: typing.ClassVar[int] = 9
    name: str
    orientation: geometry_msgs.msg.Quaternion
    orientation_mode: int
    interaction_mode: int
    always_visible: bool
    markers: _fields.Messages[Marker]
    independent_marker_orientation: bool
    description: str

    def __init__(
        self,
        *,
        name: str = "",
        orientation: _fields.AnyMessage[geometry_msgs.msg.Quaternion] = ...,
        orientation_mode: int = 0,
        interaction_mode: int = 0,
        always_visible: bool = False,
        markers: _fields.AnyMessages[Marker] = ...,
        independent_marker_orientation: bool = False,
        description: str = "",
    ) -> None: ...

class InteractiveMarkerFeedback(_fields.Message):
    """visualization_msgs/msg/InteractiveMarkerFeedback"""

    KEEP_ALIVE: typing.ClassVar[int] = 0
    POSE_UPDATE: typing.ClassVar[int] = 1
    MENU_SELECT: typing.ClassVar[int] = 2
    BUTTON_CLICK: typing.ClassVar[int] = 3
    MOUSE_DOWN: typing.ClassVar[int] = 4
    MOUSE_UP: typing.ClassVar[int] = 5
    header: std_msgs.msg.Header
    client_id: str
    marker_name: str
    control_name: str
    event_type: int
    pose: geometry_msgs.msg.Pose
    menu_entry_id: int
    mouse_point: geometry_msgs.msg.Point
    mouse_point_valid: bool

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        client_id: str = "",
        marker_name: str = "",
        control_name: str = "",
        event_type: int = 0,
        pose: _fields.AnyMessage[geometry_msgs.msg.Pose] = ...,
        menu_entry_id: int = 0,
        mouse_point: _fields.AnyMessage[geometry_msgs.msg.Point] = ...,
        mouse_point_valid: bool = False,
    ) -> None: ...

class InteractiveMarkerInit(_fields.Message):
    """visualization_msgs/msg/InteractiveMarkerInit"""

    server_id: str
    seq_num: int
    markers: _fields.Messages[InteractiveMarker]

    def __init__(
        self,
        *,
        server_id: str = "",
        seq_num: int = 0,
        markers: _fields.AnyMessages[InteractiveMarker] = ...,
    ) -> None: ...

class InteractiveMarkerPose(_fields.Message):
    """visualization_msgs/msg/InteractiveMarkerPose"""

    header: std_msgs.msg.Header
    pose: geometry_msgs.msg.Pose
    name: str

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        pose: _fields.AnyMessage[geometry_msgs.msg.Pose] = ...,
        name: str = "",
    ) -> None: ...

class InteractiveMarkerUpdate(_fields.Message):
    """visualization_msgs/msg/InteractiveMarkerUpdate"""

    KEEP_ALIVE: typing.ClassVar[int] = 0
    UPDATE: typing.ClassVar[int] = 1
    server_id: str
    seq_num: int
    type: int
    markers: _fields.Messages[InteractiveMarker]
    poses: _fields.Messages[InteractiveMarkerPose]
    erases: _fields.Texts

    def __init__(
        self,
        *,
        server_id: str = "",
        seq_num: int = 0,
        type: int = 0,
        markers: _fields.AnyMessages[InteractiveMarker] = ...,
        poses: _fields.AnyMessages[InteractiveMarkerPose] = ...,
        erases: _fields.AnyTexts = ...,
    ) -> None: ...

class Marker(_fields.Message):
    """visualization_msgs/msg/Marker"""

    ARROW: typing.ClassVar[int] = 0
    CUBE: typing.ClassVar[int] = 1
    SPHERE: typing.ClassVar[int] = 2
    CYLINDER: typing.ClassVar[int] = 3
    LINE_STRIP: typing.ClassVar[int] = 4
    LINE_LIST: typing.ClassVar[int] = 5
    CUBE_LIST: typing.ClassVar[int] = 6
    SPHERE_LIST: typing.ClassVar[int] = 7
    POINTS: typing.ClassVar[int] = 8
    TEXT_VIEW_FACING: typing.ClassVar[int] = 9
    MESH_RESOURCE: typing.ClassVar[int] = 10
    TRIANGLE_LIST: typing.ClassVar[int] = 11
    ARROW_STRIP: typing.ClassVar[int] = 12
    ADD: typing.ClassVar[int] = 0
    MODIFY: typing.ClassVar[int] = 0
    DELETE: typing.ClassVar[int] = 2
    DELETEALL: typing.ClassVar[int] = 3
    header: std_msgs.msg.Header
    ns: str
    id: int
    type: int
    action: int
    pose: geometry_msgs.msg.Pose
    scale: geometry_msgs.msg.Vector3
    color: std_msgs.msg.ColorRGBA
    lifetime: builtin_interfaces.msg.Duration
    frame_locked: bool
    points: _fields.Messages[geometry_msgs.msg.Point]
    colors: _fields.Messages[std_msgs.msg.ColorRGBA]
    texture_resource: str
    texture: sensor_msgs.msg.CompressedImage
    uv_coordinates: _fields.Messages[UVCoordinate]
    text: str
    mesh_resource: str
    mesh_file: MeshFile
    mesh_use_embedded_materials: bool

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        ns: str = "",
        id: int = 0,
        type: int = 0,
        action: int = 0,
        pose: _fields.AnyMessage[geometry_msgs.msg.Pose] = ...,
        scale: _fields.AnyMessage[geometry_msgs.msg.Vector3] = ...,
        color: _fields.AnyMessage[std_msgs.msg.ColorRGBA] = ...,
        lifetime: _fields.AnyMessage[builtin_interfaces.msg.Duration] = ...,
        frame_locked: bool = False,
        points: _fields.AnyMessages[geometry_msgs.msg.Point] = ...,
        colors: _fields.AnyMessages[std_msgs.msg.ColorRGBA] = ...,
        texture_resource: str = "",
        texture: _fields.AnyMessage[sensor_msgs.msg.CompressedImage] = ...,
        uv_coordinates: _fields.AnyMessages[UVCoordinate] = ...,
        text: str = "",
        mesh_resource: str = "",
        mesh_file: _fields.AnyMessage[MeshFile] = ...,
        mesh_use_embedded_materials: bool = False,
    ) -> None: ...

class MarkerArray(_fields.Message):
    """visualization_msgs/msg/MarkerArray"""

    markers: _fields.Messages[Marker]

    def __init__(
        self,
        *,
        markers: _fields.AnyMessages[Marker] = ...,
    ) -> None: ...

class MenuEntry(_fields.Message):
    """visualization_msgs/msg/MenuEntry"""

    FEEDBACK: typing.ClassVar[int] = 0
    ROSRUN: typing.ClassVar[int] = 1
    ROSLAUNCH: typing.ClassVar[int] = 2
    id: int
    parent_id: int
    title: str
    command: str
    command_type: int

    def __init__(
        self,
        *,
        id: int = 0,
        parent_id: int = 0,
        title: str = "",
        command: str = "",
        command_type: int = 0,
    ) -> None: ...

class MeshFile(_fields.Message):
    """visualization_msgs/msg/MeshFile"""

    filename: str
    data: _fields.Octets

    def __init__(
        self,
        *,
        filename: str = "",
        data: _fields.AnyOctets = ...,
    ) -> None: ...

class UVCoordinate(_fields.Message):
    """visualization_msgs/msg/UVCoordinate"""

    u: float
    v: float

    def __init__(
        self,
        *,
        u: float = 0.0,
        v: float = 0.0,
    ) -> None: ...
