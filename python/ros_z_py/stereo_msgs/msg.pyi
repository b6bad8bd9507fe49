# Written by `ros-z stubs`.

from ros_z_py import _fields, sensor_msgs, std_msgs

class DisparityImage(_fields.Message):
    """stereo_msgs/msg/DisparityImage"""

    header: std_msgs.msg.Header
    image: sensor_msgs.msg.Image
    f: float
    t: float
    valid_window: sensor_msgs.msg.RegionOfInterest
    min_disparity: float
    max_disparity: float
    delta_d: float

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        image: _fields.AnyMessage[sensor_msgs.msg.Image] = ...,
        f: float = 0.0,
        t: float = 0.0,
        valid_window: _fields.AnyMessage[sensor_msgs.msg.RegionOfInterest] = ...,
        min_disparity: float = 0.0,
        max_disparity: float = 0.0,
        delta_d: float = 0.0,
    ) -> None: ...
