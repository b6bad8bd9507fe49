# Written by `ros-z stubs`.

from . import msg as msg
from .msg import MetricsMessage as MetricsMessage
from .msg import StatisticDataPoint as StatisticDataPoint
from .msg import StatisticDataType as StatisticDataType
