# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, geometry_msgs

class TF2Error(_fields.Message):
    """tf2_msgs/msg/TF2Error"""

    NO_ERROR: typing.ClassVar[int] = 0
    LOOKUP_ERROR: typing.ClassVar[int] = 1
    CONNECTIVITY_ERROR: typing.ClassVar[int] = 2
    EXTRAPOLATION_ERROR: typing.ClassVar[int] = 3
    INVALID_ARGUMENT_ERROR: typing.ClassVar[int] = 4
    TIMEOUT_ERROR: typing.ClassVar[int] = 5
    TRANSFORM_ERROR: typing.ClassVar[int] = 6
    error: int
    error_string: str

    def __init__(
        self,
        *,
        error: int = 0,
        error_string: str = "",
    ) -> None: ...

class TFMessage(_fields.Message):
    """tf2_msgs/msg/TFMessage"""

    transforms: _fields.Messages[geometry_msgs.msg.TransformStamped]

    def __init__(
        self,
        *,
        transforms: _fields.AnyMessages[geometry_msgs.msg.TransformStamped] = ...,
    ) -> None: ...
