# Written by `ros-z stubs`.

from ros_z_py import _fields

class Duration(_fields.Message):
    """builtin_interfaces/msg/Duration"""

    sec: int
    nanosec: int

    def __init__(
        self,
        *,
        sec: int = 0,
        nanosec: int = 0,
    ) -> None: ...

class Time(_fields.Message):
    """builtin_interfaces/msg/Time"""

    sec: int
    nanosec: int

    def __init__(
        self,
        *,
        sec: int = 0,
        nanosec: int = 0,
    ) -> None: ...
