# Written by `ros-z stubs`.

from . import msg as msg
from .msg import UUID as UUID
