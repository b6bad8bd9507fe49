# Written by `ros-z stubs`.

from . import msg as msg
from .msg import JointTrajectory as JointTrajectory
from .msg import JointTrajectoryPoint as JointTrajectoryPoint
from .msg import MultiDOFJointTrajectory as MultiDOFJointTrajectory
from .msg import MultiDOFJointTrajectoryPoint as MultiDOFJointTrajectoryPoint
