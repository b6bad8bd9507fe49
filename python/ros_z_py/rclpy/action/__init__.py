"""Actions in the words of ``rclpy.action``.

>>> from ros_z_py.rclpy.action import GoalResponse
>>> GoalResponse.ACCEPT.name
'ACCEPT'
"""

from __future__ import annotations

from .client import ActionClient
from .server import ActionServer, CancelResponse, GoalResponse

__all__ = ["ActionClient", "ActionServer", "CancelResponse", "GoalResponse"]
