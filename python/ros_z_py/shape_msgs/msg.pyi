# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, geometry_msgs

class Mesh(_fields.Message):
    """shape_msgs/msg/Mesh"""

    triangles: _fields.Messages[MeshTriangle]
    vertices: _fields.Messages[geometry_msgs.msg.Point]

    def __init__(
        self,
        *,
        triangles: _fields.AnyMessages[MeshTriangle] = ...,
        vertices: _fields.AnyMessages[geometry_msgs.msg.Point] = ...,
    ) -> None: ...

class MeshTriangle(_fields.Message):
    """shape_msgs/msg/MeshTriangle"""

    vertex_indices: _fields.Numbers[int]

    def __init__(
        self,
        *,
        vertex_indices: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Plane(_fields.Message):
    """shape_msgs/msg/Plane"""

    coef: _fields.Numbers[float]

    def __init__(
        self,
        *,
        coef: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class SolidPrimitive(_fields.Message):
    """shape_msgs/msg/SolidPrimitive"""

    BOX: typing.ClassVar[int] = 1
    SPHERE: typing.ClassVar[int] = 2
    CYLINDER: typing.ClassVar[int] = 3
    CONE: typing.ClassVar[int] = 4
    PRISM: typing.ClassVar[int] = 5
    BOX_X: typing.ClassVar[int] = 0
    BOX_Y: typing.ClassVar[int] = 1
    BOX_Z: typing.ClassVar[int] = 2
    SPHERE_RADIUS: typing.ClassVar[int] = 0
    CYLINDER_HEIGHT: typing.ClassVar[int] = 0
    CYLINDER_RADIUS: typing.ClassVar[int] = 1
    CONE_HEIGHT: typing.ClassVar[int] = 0
    CONE_RADIUS: typing.ClassVar[int] = 1
    PRISM_HEIGHT: typing.ClassVar[int] = 0
    type: int
    dimensions: _fields.Numbers[float]
    polygon: geometry_msgs.msg.Polygon

    def __init__(
        self,
        *,
        type: int = 0,
        dimensions: _fields.AnyNumbers[float] = ...,
        polygon: _fields.AnyMessage[geometry_msgs.msg.Polygon] = ...,
    ) -> None: ...
