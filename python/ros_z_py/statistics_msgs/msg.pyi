# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces

class MetricsMessage(_fields.Message):
    """statistics_msgs/msg/MetricsMessage"""

    measurement_source_name: str
    metrics_source: str
    unit: str
    window_start: builtin_interfaces.msg.Time
    window_stop: builtin_interfaces.msg.Time
    statistics: _fields.Messages[StatisticDataPoint]

    def __init__(
        self,
        *,
        measurement_source_name: str = "",
        metrics_source: str = "",
        unit: str = "",
        window_start: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        window_stop: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        statistics: _fields.AnyMessages[StatisticDataPoint] = ...,
    ) -> None: ...

class StatisticDataPoint(_fields.Message):
    """statistics_msgs/msg/StatisticDataPoint"""

    data_type: int
    data: float

    def __init__(
        self,
        *,
        data_type: int = 0,
        data: float = 0.0,
    ) -> None: ...

class StatisticDataType(_fields.Message):
    """statistics_msgs/msg/StatisticDataType"""

    STATISTICS_DATA_TYPE_UNINITIALIZED: typing.ClassVar[int] = 0
    STATISTICS_DATA_TYPE_AVERAGE: typing.ClassVar[int] = 1
    STATISTICS_DATA_TYPE_MINIMUM: typing.ClassVar[int] = 2
    STATISTICS_DATA_TYPE_MAXIMUM: typing.ClassVar[int] = 3
    STATISTICS_DATA_TYPE_STDDEV: typing.ClassVar[int] = 4
    STATISTICS_DATA_TYPE_SAMPLE_COUNT: typing.ClassVar[int] = 5

    def __init__(self) -> None: ...
