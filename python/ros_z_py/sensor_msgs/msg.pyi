# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, geometry_msgs, std_msgs

class BatteryState(_fields.Message):
    """sensor_msgs/msg/BatteryState"""

    POWER_SUPPLY_STATUS_UNKNOWN: typing.ClassVar[int] = 0
    POWER_SUPPLY_STATUS_CHARGING: typing.ClassVar[int] = 1
    POWER_SUPPLY_STATUS_DISCHARGING: typing.ClassVar[int] = 2
    POWER_SUPPLY_STATUS_NOT_CHARGING: typing.ClassVar[int] = 3
    POWER_SUPPLY_STATUS_FULL: typing.ClassVar[int] = 4
    POWER_SUPPLY_HEALTH_UNKNOWN: typing.ClassVar[int] = 0
    POWER_SUPPLY_HEALTH_GOOD: typing.ClassVar[int] = 1
    POWER_SUPPLY_HEALTH_OVERHEAT: typing.ClassVar[int] = 2
    POWER_SUPPLY_HEALTH_DEAD: typing.ClassVar[int] = 3
    POWER_SUPPLY_HEALTH_OVERVOLTAGE: typing.ClassVar[int] = 4
    POWER_SUPPLY_HEALTH_UNSPEC_FAILURE: typing.ClassVar[int] = 5
    POWER_SUPPLY_HEALTH_COLD: typing.ClassVar[int] = 6
    POWER_SUPPLY_HEALTH_WATCHDOG_TIMER_EXPIRE: typing.ClassVar[int] = 7
    POWER_SUPPLY_HEALTH_SAFETY_TIMER_EXPIRE: typing.ClassVar[int] = 8
    POWER_SUPPLY_TECHNOLOGY_UNKNOWN: typing.ClassVar[int] = 0
    POWER_SUPPLY_TECHNOLOGY_NIMH: typing.ClassVar[int] = 1
    POWER_SUPPLY_TECHNOLOGY_LION: typing.ClassVar[int] = 2
    POWER_SUPPLY_TECHNOLOGY_LIPO: typing.ClassVar[int] = 3
    POWER_SUPPLY_TECHNOLOGY_LIFE: typing.ClassVar[int] = 4
    POWER_SUPPLY_TECHNOLOGY_NICD: typing.ClassVar[int] = 5
    POWER_SUPPLY_TECHNOLOGY_LIMN: typing.ClassVar[int] = 6
    POWER_SUPPLY_TECHNOLOGY_TERNARY: typing.ClassVar[int] = 7
    POWER_SUPPLY_TECHNOLOGY_VRLA: typing.ClassVar[int] = 8
    header: std_msgs.msg.Header
    voltage: float
    temperature: float
    current: float
    charge: float
    capacity: float
    design_capacity: float
    percentage: float
    power_supply_status: int
    power_supply_health: int
    power_supply_technology: int
    present: bool
    cell_voltage: _fields.Numbers[float]
    cell_temperature: _fields.Numbers[float]
    location: str
    serial_number: str

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        voltage: float = 0.0,
        temperature: float = 0.0,
        current: float = 0.0,
        charge: float = 0.0,
        capacity: float = 0.0,
        design_capacity: float = 0.0,
        percentage: float = 0.0,
        power_supply_status: int = 0,
        power_supply_health: int = 0,
        power_supply_technology: int = 0,
        present: bool = False,
        cell_voltage: _fields.AnyNumbers[float] = ...,
        cell_temperature: _fields.AnyNumbers[float] = ...,
        location: str = "",
        serial_number: str = "",
    ) -> None: ...

class CameraInfo(_fields.Message):
    """sensor_msgs/msg/CameraInfo"""

    header: std_msgs.msg.Header
    height: int
    width: int
    distortion_model: str
    d: _fields.Numbers[float]
    k: _fields.Numbers[float]
    r: _fields.Numbers[float]
    p: _fields.Numbers[float]
    binning_x: int
    binning_y: int
    roi: RegionOfInterest

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        height: int = 0,
        width: int = 0,
        distortion_model: str = "",
        d: _fields.AnyNumbers[float] = ...,
        k: _fields.AnyNumbers[float] = ...,
        r: _fields.AnyNumbers[float] = ...,
        p: _fields.AnyNumbers[float] = ...,
        binning_x: int = 0,
        binning_y: int = 0,
        roi: _fields.AnyMessage[RegionOfInterest] = ...,
    ) -> None: ...

class ChannelFloat32(_fields.Message):
    """sensor_msgs/msg/ChannelFloat32"""

    name: str
    values: _fields.Numbers[float]

    def __init__(
        self,
        *,
        name: str = "",
        values: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class CompressedImage(_fields.Message):
    """sensor_msgs/msg/CompressedImage"""

    header: std_msgs.msg.Header
    format: str
    data: _fields.Octets

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        format: str = "",
        data: _fields.AnyOctets = ...,
    ) -> None: ...

class FluidPressure(_fields.Message):
    """sensor_msgs/msg/FluidPressure"""

    header: std_msgs.msg.Header
    fluid_pressure: float
    variance: float

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        fluid_pressure: float = 0.0,
        variance: float = 0.0,
    ) -> None: ...

class Illuminance(_fields.Message):
    """sensor_msgs/msg/Illuminance"""

    header: std_msgs.msg.Header
    illuminance: float
    variance: float

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        illuminance: float = 0.0,
        variance: float = 0.0,
    ) -> None: ...

class Image(_fields.Message):
    """sensor_msgs/msg/Image"""

    header: std_msgs.msg.Header
    height: int
    width: int
    encoding: str
    is_bigendian: int
    step: int
    data: _fields.Octets

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        height: int = 0,
        width: int = 0,
        encoding: str = "",
        is_bigendian: int = 0,
        step: int = 0,
        data: _fields.AnyOctets = ...,
    ) -> None: ...

class Imu(_fields.Message):
    """sensor_msgs/msg/Imu"""

    header: std_msgs.msg.Header
    orientation: geometry_msgs.msg.Quaternion
    orientation_covariance: _fields.Numbers[float]
    angular_velocity: geometry_msgs.msg.Vector3
    angular_velocity_covariance: _fields.Numbers[float]
    linear_acceleration: geometry_msgs.msg.Vector3
    linear_acceleration_covariance: _fields.Numbers[float]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        orientation: _fields.AnyMessage[geometry_msgs.msg.Quaternion] = ...,
        orientation_covariance: _fields.AnyNumbers[float] = ...,
        angular_velocity: _fields.AnyMessage[geometry_msgs.msg.Vector3] = ...,
        angular_velocity_covariance: _fields.AnyNumbers[float] = ...,
        linear_acceleration: _fields.AnyMessage[geometry_msgs.msg.Vector3] = ...,
        linear_acceleration_covariance: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class JointState(_fields.Message):
    """sensor_msgs/msg/JointState"""

    header: std_msgs.msg.Header
    name: _fields.Texts
    position: _fields.Numbers[float]
    velocity: _fields.Numbers[float]
    effort: _fields.Numbers[float]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        name: _fields.AnyTexts = ...,
        position: _fields.AnyNumbers[float] = ...,
        velocity: _fields.AnyNumbers[float] = ...,
        effort: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class Joy(_fields.Message):
    """sensor_msgs/msg/Joy"""

    header: std_msgs.msg.Header
    axes: _fields.Numbers[float]
    buttons: _fields.Numbers[int]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        axes: _fields.AnyNumbers[float] = ...,
        buttons: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class JoyFeedback(_fields.Message):
    """sensor_msgs/msg/JoyFeedback"""

    TYPE_LED: typing.ClassVar[int] = 0
    TYPE_RUMBLE: typing.ClassVar[int] = 1
    TYPE_BUZZER: typing.ClassVar[int] = 2
    type: int
    id: int
    intensity: float

    def __init__(
        self,
        *,
        type: int = 0,
        id: int = 0,
        intensity: float = 0.0,
    ) -> None: ...

class JoyFeedbackArray(_fields.Message):
    """sensor_msgs/msg/JoyFeedbackArray"""

    array: _fields.Messages[JoyFeedback]

    def __init__(
        self,
        *,
        array: _fields.AnyMessages[JoyFeedback] = ...,
    ) -> None: ...

class LaserEcho(_fields.Message):
    """sensor_msgs/msg/LaserEcho"""

    echoes: _fields.Numbers[float]

    def __init__(
        self,
        *,
        echoes: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class LaserScan(_fields.Message):
    """sensor_msgs/msg/LaserScan"""

    header: std_msgs.msg.Header
    angle_min: float
    angle_max: float
    angle_increment: float
    time_increment: float
    scan_time: float
    range_min: float
    range_max: float
    ranges: _fields.Numbers[float]
    intensities: _fields.Numbers[float]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        angle_min: float = 0.0,
        angle_max: float = 0.0,
        angle_increment: float = 0.0,
        time_increment: float = 0.0,
        scan_time: float = 0.0,
        range_min: float = 0.0,
        range_max: float = 0.0,
        ranges: _fields.AnyNumbers[float] = ...,
        intensities: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class MagneticField(_fields.Message):
    """sensor_msgs/msg/MagneticField"""

    header: std_msgs.msg.Header
    magnetic_field: geometry_msgs.msg.Vector3
    magnetic_field_covariance: _fields.Numbers[float]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        magnetic_field: _fields.AnyMessage[geometry_msgs.msg.Vector3] = ...,
        magnetic_field_covariance: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class MultiDOFJointState(_fields.Message):
    """sensor_msgs/msg/MultiDOFJointState"""

    header: std_msgs.msg.Header
    joint_names: _fields.Texts
    transforms: _fields.Messages[geometry_msgs.msg.Transform]
    twist: _fields.Messages[geometry_msgs.msg.Twist]
    wrench: _fields.Messages[geometry_msgs.msg.Wrench]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        joint_names: _fields.AnyTexts = ...,
        transforms: _fields.AnyMessages[geometry_msgs.msg.Transform] = ...,
        twist: _fields.AnyMessages[geometry_msgs.msg.Twist] = ...,
        wrench: _fields.AnyMessages[geometry_msgs.msg.Wrench] = ...,
    ) -> None: ...

class MultiEchoLaserScan(_fields.Message):
    """sensor_msgs/msg/MultiEchoLaserScan"""

    header: std_msgs.msg.Header
    angle_min: float
    angle_max: float
    angle_increment: float
    time_increment: float
    scan_time: float
    range_min: float
    range_max: float
    ranges: _fields.Messages[LaserEcho]
    intensities: _fields.Messages[LaserEcho]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        angle_min: float = 0.0,
        angle_max: float = 0.0,
        angle_increment: float = 0.0,
        time_increment: float = 0.0,
        scan_time: float = 0.0,
        range_min: float = 0.0,
        range_max: float = 0.0,
        ranges: _fields.AnyMessages[LaserEcho] = ...,
        intensities: _fields.AnyMessages[LaserEcho] = ...,
    ) -> None: ...

class NavSatFix(_fields.Message):
    """sensor_msgs/msg/NavSatFix"""

    COVARIANCE_TYPE_UNKNOWN: typing.ClassVar[int] = 0
    COVARIANCE_TYPE_APPROXIMATED: typing.ClassVar[int] = 1
    COVARIANCE_TYPE_DIAGONAL_KNOWN: typing.ClassVar[int] = 2
    COVARIANCE_TYPE_KNOWN: typing.ClassVar[int] = 3
    header: std_msgs.msg.Header
    status: NavSatStatus
    latitude: float
    longitude: float
    altitude: float
    position_covariance: _fields.Numbers[float]
    position_covariance_type: int

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        status: _fields.AnyMessage[NavSatStatus] = ...,
        latitude: float = 0.0,
        longitude: float = 0.0,
        altitude: float = 0.0,
        position_covariance: _fields.AnyNumbers[float] = ...,
        position_covariance_type: int = 0,
    ) -> None: ...

class NavSatStatus(_fields.Message):
    """sensor_msgs/msg/NavSatStatus"""

    STATUS_UNKNOWN: typing.ClassVar[int] = -2
    STATUS_NO_FIX: typing.ClassVar[int] = -1
    STATUS_FIX: typing.ClassVar[int] = 0
    STATUS_SBAS_FIX: typing.ClassVar[int] = 1
    STATUS_GBAS_FIX: typing.ClassVar[int] = 2
    SERVICE_UNKNOWN: typing.ClassVar[int] = 0
    SERVICE_GPS: typing.ClassVar[int] = 1
    SERVICE_GLONASS: typing.ClassVar[int] = 2
    SERVICE_COMPASS: typing.ClassVar[int] = 4
    SERVICE_GALILEO: typing.ClassVar[int] = 8
    status: int
    service: int

    def __init__(
        self,
        *,
        status: int = -2,
        service: int = 0,
    ) -> None: ...

class PointCloud(_fields.Message):
    """sensor_msgs/msg/PointCloud"""

    header: std_msgs.msg.Header
    points: _fields.Messages[geometry_msgs.msg.Point32]
    channels: _fields.Messages[ChannelFloat32]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        points: _fields.AnyMessages[geometry_msgs.msg.Point32] = ...,
        channels: _fields.AnyMessages[ChannelFloat32] = ...,
    ) -> None: ...

class PointCloud2(_fields.Message):
    """sensor_msgs/msg/PointCloud2"""

    header: std_msgs.msg.Header
    height: int
    width: int
    fields: _fields.Messages[PointField]
    is_bigendian: bool
    point_step: int
    row_step: int
    data: _fields.Octets
    is_dense: bool

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        height: int = 0,
        width: int = 0,
        fields: _fields.AnyMessages[PointField] = ...,
        is_bigendian: bool = False,
        point_step: int = 0,
        row_step: int = 0,
        data: _fields.AnyOctets = ...,
        is_dense: bool = False,
    ) -> None: ...

class PointField(_fields.Message):
    """sensor_msgs/msg/PointField"""

    INT8: typing.ClassVar[int] = 1
    UINT8: typing.ClassVar[int] = 2
    INT16: typing.ClassVar[int] = 3
    UINT16: typing.ClassVar[int] = 4
    INT32: typing.ClassVar[int] = 5
    UINT32: typing.ClassVar[int] = 6
    FLOAT32: typing.ClassVar[int] = 7
    FLOAT64: typing.ClassVar[int] = 8
    name: str
    offset: int
    datatype: int
    count: int

    def __init__(
        self,
        *,
        name: str = "",
        offset: int = 0,
        datatype: int = 0,
        count: int = 0,
    ) -> None: ...

class Range(_fields.Message):
    """sensor_msgs/msg/Range"""

    ULTRASOUND: typing.ClassVar[int] = 0
    INFRARED: typing.ClassVar[int] = 1
    header: std_msgs.msg.Header
    radiation_type: int
    field_of_view: float
    min_range: float
    max_range: float
    range: float
    variance: float

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        radiation_type: int = 0,
        field_of_view: float = 0.0,
        min_range: float = 0.0,
        max_range: float = 0.0,
        range: float = 0.0,
        variance: float = 0.0,
    ) -> None: ...

class RegionOfInterest(_fields.Message):
    """sensor_msgs/msg/RegionOfInterest"""

    x_offset: int
    y_offset: int
    height: int
    width: int
    do_rectify: bool

    def __init__(
        self,
        *,
        x_offset: int = 0,
        y_offset: int = 0,
        height: int = 0,
        width: int = 0,
        do_rectify: bool = False,
    ) -> None: ...

class RelativeHumidity(_fields.Message):
    """sensor_msgs/msg/RelativeHumidity"""

    header: std_msgs.msg.Header
    relative_humidity: float
    variance: float

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        relative_humidity: float = 0.0,
        variance: float = 0.0,
    ) -> None: ...

class Temperature(_fields.Message):
    """sensor_msgs/msg/Temperature"""

    header: std_msgs.msg.Header
    temperature: float
    variance: float

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        temperature: float = 0.0,
        variance: float = 0.0,
    ) -> None: ...

class TimeReference(_fields.Message):
    """sensor_msgs/msg/TimeReference"""

    header: std_msgs.msg.Header
    time_ref: builtin_interfaces.msg.Time
    source: str

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        time_ref: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        source: str = "",
    ) -> None: ...
