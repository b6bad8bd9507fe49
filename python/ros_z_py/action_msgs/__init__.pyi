# Written by `ros-z stubs`.

from . import msg as msg
from . import srv as srv
from .msg import GoalInfo as GoalInfo
from .msg import GoalStatus as GoalStatus
from .msg import GoalStatusArray as GoalStatusArray
from .srv import CancelGoal as CancelGoal
from .srv import CancelGoal_Request as CancelGoal_Request
from .srv import CancelGoal_Response as CancelGoal_Response
from .srv import CancelGoal_Event as CancelGoal_Event
from .srv import CancelGoalRequest as CancelGoalRequest
from .srv import CancelGoalResponse as CancelGoalResponse
from .srv import CancelGoalEvent as CancelGoalEvent
