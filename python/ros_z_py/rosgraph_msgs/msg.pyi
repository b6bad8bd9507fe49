# Written by `ros-z stubs`.

from ros_z_py import _fields, builtin_interfaces

class Clock(_fields.Message):
    """rosgraph_msgs/msg/Clock"""

    clock: builtin_interfaces.msg.Time

    def __init__(
        self,
        *,
        clock: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
    ) -> None: ...
