# Written by `ros-z stubs`.

from ros_z_py import _fields

class ReadSplitEvent(_fields.Message):
    """rosbag2_interfaces/msg/ReadSplitEvent"""

    closed_file: str
    opened_file: str
    node_name: str

    def __init__(
        self,
        *,
        closed_file: str = "",
        opened_file: str = "",
        node_name: str = "",
    ) -> None: ...

class WriteSplitEvent(_fields.Message):
    """rosbag2_interfaces/msg/WriteSplitEvent"""

    closed_file: str
    opened_file: str
    node_name: str

    def __init__(
        self,
        *,
        closed_file: str = "",
        opened_file: str = "",
        node_name: str = "",
    ) -> None: ...
