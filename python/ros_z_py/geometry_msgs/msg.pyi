# Written by `ros-z stubs`.

from ros_z_py import _fields, std_msgs

class Accel(_fields.Message):
    """geometry_msgs/msg/Accel"""

    linear: Vector3
    angular: Vector3

    def __init__(
        self,
        *,
        linear: _fields.AnyMessage[Vector3] = ...,
        angular: _fields.AnyMessage[Vector3] = ...,
    ) -> None: ...

class AccelStamped(_fields.Message):
    """geometry_msgs/msg/AccelStamped"""

    header: std_msgs.msg.Header
    accel: Accel

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        accel: _fields.AnyMessage[Accel] = ...,
    ) -> None: ...

class AccelWithCovariance(_fields.Message):
    """geometry_msgs/msg/AccelWithCovariance"""

    accel: Accel
    covariance: _fields.Numbers[float]

    def __init__(
        self,
        *,
        accel: _fields.AnyMessage[Accel] = ...,
        covariance: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class AccelWithCovarianceStamped(_fields.Message):
    """geometry_msgs/msg/AccelWithCovarianceStamped"""

    header: std_msgs.msg.Header
    accel: AccelWithCovariance

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        accel: _fields.AnyMessage[AccelWithCovariance] = ...,
    ) -> None: ...

class Inertia(_fields.Message):
    """geometry_msgs/msg/Inertia"""

    m: float
    com: Vector3
    ixx: float
    ixy: float
    ixz: float
    iyy: float
    iyz: float
    izz: float

    def __init__(
        self,
        *,
        m: float = 0.0,
        com: _fields.AnyMessage[Vector3] = ...,
        ixx: float = 0.0,
        ixy: float = 0.0,
        ixz: float = 0.0,
        iyy: float = 0.0,
        iyz: float = 0.0,
        izz: float = 0.0,
    ) -> None: ...

class InertiaStamped(_fields.Message):
    """geometry_msgs/msg/InertiaStamped"""

    header: std_msgs.msg.Header
    inertia: Inertia

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        inertia: _fields.AnyMessage[Inertia] = ...,
    ) -> None: ...

class Point(_fields.Message):
    """geometry_msgs/msg/Point"""

    x: float
    y: float
    z: float

    def __init__(
        self,
        *,
        x: float = 0.0,
        y: float = 0.0,
        z: float = 0.0,
    ) -> None: ...

class Point32(_fields.Message):
    """geometry_msgs/msg/Point32"""

    x: float
    y: float
    z: float

    def __init__(
        self,
        *,
        x: float = 0.0,
        y: float = 0.0,
        z: float = 0.0,
    ) -> None: ...

class PointStamped(_fields.Message):
    """geometry_msgs/msg/PointStamped"""

    header: std_msgs.msg.Header
    point: Point

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        point: _fields.AnyMessage[Point] = ...,
    ) -> None: ...

class Polygon(_fields.Message):
    """geometry_msgs/msg/Polygon"""

    points: _fields.Messages[Point32]

    def __init__(
        self,
        *,
        points: _fields.AnyMessages[Point32] = ...,
    ) -> None: ...

class PolygonInstance(_fields.Message):
    """geometry_msgs/msg/PolygonInstance"""

    polygon: Polygon
    id: int

    def __init__(
        self,
        *,
        polygon: _fields.AnyMessage[Polygon] = ...,
        id: int = 0,
    ) -> None: ...

class PolygonInstanceStamped(_fields.Message):
    """geometry_msgs/msg/PolygonInstanceStamped"""

    header: std_msgs.msg.Header
    polygon: PolygonInstance

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        polygon: _fields.AnyMessage[PolygonInstance] = ...,
    ) -> None: ...

class PolygonStamped(_fields.Message):
    """geometry_msgs/msg/PolygonStamped"""

    header: std_msgs.msg.Header
    polygon: Polygon

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        polygon: _fields.AnyMessage[Polygon] = ...,
    ) -> None: ...

class Pose(_fields.Message):
    """geometry_msgs/msg/Pose"""

    position: Point
    orientation: Quaternion

    def __init__(
        self,
        *,
        position: _fields.AnyMessage[Point] = ...,
        orientation: _fields.AnyMessage[Quaternion] = ...,
    ) -> None: ...

class Pose2D(_fields.Message):
    """geometry_msgs/msg/Pose2D"""

    x: float
    y: float
    theta: float

    def __init__(
        self,
        *,
        x: float = 0.0,
        y: float = 0.0,
        theta: float = 0.0,
    ) -> None: ...

class PoseArray(_fields.Message):
    """geometry_msgs/msg/PoseArray"""

    header: std_msgs.msg.Header
    poses: _fields.Messages[Pose]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        poses: _fields.AnyMessages[Pose] = ...,
    ) -> None: ...

class PoseStamped(_fields.Message):
    """geometry_msgs/msg/PoseStamped"""

    header: std_msgs.msg.Header
    pose: Pose

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        pose: _fields.AnyMessage[Pose] = ...,
    ) -> None: ...

class PoseWithCovariance(_fields.Message):
    """geometry_msgs/msg/PoseWithCovariance"""

    pose: Pose
    covariance: _fields.Numbers[float]

    def __init__(
        self,
        *,
        pose: _fields.AnyMessage[Pose] = ...,
        covariance: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class PoseWithCovarianceStamped(_fields.Message):
    """geometry_msgs/msg/PoseWithCovarianceStamped"""

    header: std_msgs.msg.Header
    pose: PoseWithCovariance

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        pose: _fields.AnyMessage[PoseWithCovariance] = ...,
    ) -> None: ...

class Quaternion(_fields.Message):
    """geometry_msgs/msg/Quaternion"""

    x: float
    y: float
    z: float
    w: float

    def __init__(
        self,
        *,
        x: float = 0.0,
        y: float = 0.0,
        z: float = 0.0,
        w: float = 1.0,
    ) -> None: ...

class QuaternionStamped(_fields.Message):
    """geometry_msgs/msg/QuaternionStamped"""

    header: std_msgs.msg.Header
    quaternion: Quaternion

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        quaternion: _fields.AnyMessage[Quaternion] = ...,
    ) -> None: ...

class Transform(_fields.Message):
    """geometry_msgs/msg/Transform"""

    translation: Vector3
    rotation: Quaternion

    def __init__(
        self,
        *,
        translation: _fields.AnyMessage[Vector3] = ...,
        rotation: _fields.AnyMessage[Quaternion] = ...,
    ) -> None: ...

class TransformStamped(_fields.Message):
    """geometry_msgs/msg/TransformStamped"""

    header: std_msgs.msg.Header
    child_frame_id: str
    transform: Transform

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        child_frame_id: str = "",
        transform: _fields.AnyMessage[Transform] = ...,
    ) -> None: ...

class Twist(_fields.Message):
    """geometry_msgs/msg/Twist"""

    linear: Vector3
    angular: Vector3

    def __init__(
        self,
        *,
        linear: _fields.AnyMessage[Vector3] = ...,
        angular: _fields.AnyMessage[Vector3] = ...,
    ) -> None: ...

class TwistStamped(_fields.Message):
    """geometry_msgs/msg/TwistStamped"""

    header: std_msgs.msg.Header
    twist: Twist

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        twist: _fields.AnyMessage[Twist] = ...,
    ) -> None: ...

class TwistWithCovariance(_fields.Message):
    """geometry_msgs/msg/TwistWithCovariance"""

    twist: Twist
    covariance: _fields.Numbers[float]

    def __init__(
        self,
        *,
        twist: _fields.AnyMessage[Twist] = ...,
        covariance: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class TwistWithCovarianceStamped(_fields.Message):
    """geometry_msgs/msg/TwistWithCovarianceStamped"""

    header: std_msgs.msg.Header
    twist: TwistWithCovariance

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        twist: _fields.AnyMessage[TwistWithCovariance] = ...,
    ) -> None: ...

class Vector3(_fields.Message):
    """geometry_msgs/msg/Vector3"""

    x: float
    y: float
    z: float

    def __init__(
        self,
        *,
        x: float = 0.0,
        y: float = 0.0,
        z: float = 0.0,
    ) -> None: ...

class Vector3Stamped(_fields.Message):
    """geometry_msgs/msg/Vector3Stamped"""

    header: std_msgs.msg.Header
    vector: Vector3

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        vector: _fields.AnyMessage[Vector3] = ...,
    ) -> None: ...

class VelocityStamped(_fields.Message):
    """geometry_msgs/msg/VelocityStamped"""

    header: std_msgs.msg.Header
    body_frame_id: str
    reference_frame_id: str
    velocity: Twist

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        body_frame_id: str = "",
        reference_frame_id: str = "",
        velocity: _fields.AnyMessage[Twist] = ...,
    ) -> None: ...

class Wrench(_fields.Message):
    """geometry_msgs/msg/Wrench"""

    force: Vector3
    torque: Vector3

    def __init__(
        self,
        *,
        force: _fields.AnyMessage[Vector3] = ...,
        torque: _fields.AnyMessage[Vector3] = ...,
    ) -> None: ...

class WrenchStamped(_fields.Message):
    """geometry_msgs/msg/WrenchStamped"""

    header: std_msgs.msg.Header
    wrench: Wrench

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        wrench: _fields.AnyMessage[Wrench] = ...,
    ) -> None: ...
