# Written by `ros-z stubs`.

from . import msg as msg
from .msg import GoalID as GoalID
from .msg import GoalStatus as GoalStatus
from .msg import GoalStatusArray as GoalStatusArray
