# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces

class ServiceEventInfo(_fields.Message):
    """service_msgs/msg/ServiceEventInfo"""

    REQUEST_SENT: typing.ClassVar[int] = 0
    REQUEST_RECEIVED: typing.ClassVar[int] = 1
    RESPONSE_SENT: typing.ClassVar[int] = 2
    RESPONSE_RECEIVED: typing.ClassVar[int] = 3
    event_type: int
    stamp: builtin_interfaces.msg.Time
    client_gid: _fields.Octets
    sequence_number: int

    def __init__(
        self,
        *,
        event_type: int = 0,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        client_gid: _fields.AnyOctets = ...,
        sequence_number: int = 0,
    ) -> None: ...
