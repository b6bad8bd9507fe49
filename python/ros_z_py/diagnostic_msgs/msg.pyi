# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, std_msgs

class DiagnosticArray(_fields.Message):
    """diagnostic_msgs/msg/DiagnosticArray"""

    header: std_msgs.msg.Header
    status: _fields.Messages[DiagnosticStatus]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        status: _fields.AnyMessages[DiagnosticStatus] = ...,
    ) -> None: ...

class DiagnosticStatus(_fields.Message):
    """diagnostic_msgs/msg/DiagnosticStatus"""

    OK: typing.ClassVar[int] = 0
    WARN: typing.ClassVar[int] = 1
    ERROR: typing.ClassVar[int] = 2
    STALE: typing.ClassVar[int] = 3
    level: int
    name: str
    message: str
    hardware_id: str
    values: _fields.Messages[KeyValue]

    def __init__(
        self,
        *,
        level: int = 0,
        name: str = "",
        message: str = "",
        hardware_id: str = "",
        values: _fields.AnyMessages[KeyValue] = ...,
    ) -> None: ...

class KeyValue(_fields.Message):
    """diagnostic_msgs/msg/KeyValue"""

    key: str
    value: str

    def __init__(
        self,
        *,
        key: str = "",
        value: str = "",
    ) -> None: ...
