# Written by `ros-z stubs`.

from ros_z_py import _fields

class UUID(_fields.Message):
    """unique_identifier_msgs/msg/UUID"""

    uuid: _fields.Octets

    def __init__(
        self,
        *,
        uuid: _fields.AnyOctets = ...,
    ) -> None: ...
