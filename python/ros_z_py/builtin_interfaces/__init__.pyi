# Written by `ros-z stubs`.

from . import msg as msg
from .msg import Duration as Duration
from .msg import Time as Time
