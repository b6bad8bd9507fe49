# Written by `ros-z stubs`.

from ros_z_py import _fields, builtin_interfaces, geometry_msgs, std_msgs

class JointTrajectory(_fields.Message):
    """trajectory_msgs/msg/JointTrajectory"""

    header: std_msgs.msg.Header
    joint_names: _fields.Texts
    points: _fields.Messages[JointTrajectoryPoint]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        joint_names: _fields.AnyTexts = ...,
        points: _fields.AnyMessages[JointTrajectoryPoint] = ...,
    ) -> None: ...

class JointTrajectoryPoint(_fields.Message):
    """trajectory_msgs/msg/JointTrajectoryPoint"""

    positions: _fields.Numbers[float]
    velocities: _fields.Numbers[float]
    accelerations: _fields.Numbers[float]
    effort: _fields.Numbers[float]
    time_from_start: builtin_interfaces.msg.Duration

    def __init__(
        self,
        *,
        positions: _fields.AnyNumbers[float] = ...,
        velocities: _fields.AnyNumbers[float] = ...,
        accelerations: _fields.AnyNumbers[float] = ...,
        effort: _fields.AnyNumbers[float] = ...,
        time_from_start: _fields.AnyMessage[builtin_interfaces.msg.Duration] = ...,
    ) -> None: ...

class MultiDOFJointTrajectory(_fields.Message):
    """trajectory_msgs/msg/MultiDOFJointTrajectory"""

    header: std_msgs.msg.Header
    joint_names: _fields.Texts
    points: _fields.Messages[MultiDOFJointTrajectoryPoint]

    def __init__(
        self,
        *,
        header: _fields.AnyMessage[std_msgs.msg.Header] = ...,
        joint_names: _fields.AnyTexts = ...,
        points: _fields.AnyMessages[MultiDOFJointTrajectoryPoint] = ...,
    ) -> None: ...

class MultiDOFJointTrajectoryPoint(_fields.Message):
    """trajectory_msgs/msg/MultiDOFJointTrajectoryPoint"""

    transforms: _fields.Messages[geometry_msgs.msg.Transform]
    velocities: _fields.Messages[geometry_msgs.msg.Twist]
    accelerations: _fields.Messages[geometry_msgs.msg.Twist]
    time_from_start: builtin_interfaces.msg.Duration

    def __init__(
        self,
        *,
        transforms: _fields.AnyMessages[geometry_msgs.msg.Transform] = ...,
        velocities: _fields.AnyMessages[geometry_msgs.msg.Twist] = ...,
        accelerations: _fields.AnyMessages[geometry_msgs.msg.Twist] = ...,
        time_from_start: _fields.AnyMessage[builtin_interfaces.msg.Duration] = ...,
    ) -> None: ...
