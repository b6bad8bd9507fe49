# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces, service_msgs

class Burst(_fields.Interface):
    """rosbag2_interfaces/srv/Burst"""

    Request: typing.TypeAlias = Burst_Request
    Response: typing.TypeAlias = Burst_Response
    Event: typing.TypeAlias = Burst_Event

class Burst_Request(_fields.Message):
    """rosbag2_interfaces/srv/Burst_Request"""

    num_messages: int

    def __init__(
        self,
        *,
        num_messages: int = 0,
    ) -> None: ...

class Burst_Response(_fields.Message):
    """rosbag2_interfaces/srv/Burst_Response"""

    actually_burst: int

    def __init__(
        self,
        *,
        actually_burst: int = 0,
    ) -> None: ...

class Burst_Event(_fields.Message):
    """rosbag2_interfaces/srv/Burst_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Burst_Request]
    response: _fields.Messages[Burst_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Burst_Request] = ...,
        response: _fields.AnyMessages[Burst_Response] = ...,
    ) -> None: ...

class GetRate(_fields.Interface):
    """rosbag2_interfaces/srv/GetRate"""

    Request: typing.TypeAlias = GetRate_Request
    Response: typing.TypeAlias = GetRate_Response
    Event: typing.TypeAlias = GetRate_Event

class GetRate_Request(_fields.Message):
    """rosbag2_interfaces/srv/GetRate_Request"""

    def __init__(self) -> None: ...

class GetRate_Response(_fields.Message):
    """rosbag2_interfaces/srv/GetRate_Response"""

    rate: float

    def __init__(
        self,
        *,
        rate: float = 0.0,
    ) -> None: ...

class GetRate_Event(_fields.Message):
    """rosbag2_interfaces/srv/GetRate_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[GetRate_Request]
    response: _fields.Messages[GetRate_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[GetRate_Request] = ...,
        response: _fields.AnyMessages[GetRate_Response] = ...,
    ) -> None: ...

class IsPaused(_fields.Interface):
    """rosbag2_interfaces/srv/IsPaused"""

    Request: typing.TypeAlias = IsPaused_Request
    Response: typing.TypeAlias = IsPaused_Response
    Event: typing.TypeAlias = IsPaused_Event

class IsPaused_Request(_fields.Message):
    """rosbag2_interfaces/srv/IsPaused_Request"""

    def __init__(self) -> None: ...

class IsPaused_Response(_fields.Message):
    """rosbag2_interfaces/srv/IsPaused_Response"""

    paused: bool

    def __init__(
        self,
        *,
        paused: bool = False,
    ) -> None: ...

class IsPaused_Event(_fields.Message):
    """rosbag2_interfaces/srv/IsPaused_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[IsPaused_Request]
    response: _fields.Messages[IsPaused_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[IsPaused_Request] = ...,
        response: _fields.AnyMessages[IsPaused_Response] = ...,
    ) -> None: ...

class Pause(_fields.Interface):
    """rosbag2_interfaces/srv/Pause"""

    Request: typing.TypeAlias = Pause_Request
    Response: typing.TypeAlias = Pause_Response
    Event: typing.TypeAlias = Pause_Event

class Pause_Request(_fields.Message):
    """rosbag2_interfaces/srv/Pause_Request"""

    def __init__(self) -> None: ...

class Pause_Response(_fields.Message):
    """rosbag2_interfaces/srv/Pause_Response"""

    def __init__(self) -> None: ...

class Pause_Event(_fields.Message):
    """rosbag2_interfaces/srv/Pause_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Pause_Request]
    response: _fields.Messages[Pause_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Pause_Request] = ...,
        response: _fields.AnyMessages[Pause_Response] = ...,
    ) -> None: ...

class Play(_fields.Interface):
    """rosbag2_interfaces/srv/Play"""

    Request: typing.TypeAlias = Play_Request
    Response: typing.TypeAlias = Play_Response
    Event: typing.TypeAlias = Play_Event

class Play_Request(_fields.Message):
    """rosbag2_interfaces/srv/Play_Request"""

    start_offset: builtin_interfaces.msg.Time
    playback_duration: builtin_interfaces.msg.Duration
    playback_until_timestamp: builtin_interfaces.msg.Time

    def __init__(
        self,
        *,
        start_offset: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        playback_duration: _fields.AnyMessage[builtin_interfaces.msg.Duration] = ...,
        playback_until_timestamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
    ) -> None: ...

class Play_Response(_fields.Message):
    """rosbag2_interfaces/srv/Play_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class Play_Event(_fields.Message):
    """rosbag2_interfaces/srv/Play_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Play_Request]
    response: _fields.Messages[Play_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Play_Request] = ...,
        response: _fields.AnyMessages[Play_Response] = ...,
    ) -> None: ...

class PlayNext(_fields.Interface):
    """rosbag2_interfaces/srv/PlayNext"""

    Request: typing.TypeAlias = PlayNext_Request
    Response: typing.TypeAlias = PlayNext_Response
    Event: typing.TypeAlias = PlayNext_Event

class PlayNext_Request(_fields.Message):
    """rosbag2_interfaces/srv/PlayNext_Request"""

    def __init__(self) -> None: ...

class PlayNext_Response(_fields.Message):
    """rosbag2_interfaces/srv/PlayNext_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class PlayNext_Event(_fields.Message):
    """rosbag2_interfaces/srv/PlayNext_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[PlayNext_Request]
    response: _fields.Messages[PlayNext_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[PlayNext_Request] = ...,
        response: _fields.AnyMessages[PlayNext_Response] = ...,
    ) -> None: ...

class Resume(_fields.Interface):
    """rosbag2_interfaces/srv/Resume"""

    Request: typing.TypeAlias = Resume_Request
    Response: typing.TypeAlias = Resume_Response
    Event: typing.TypeAlias = Resume_Event

class Resume_Request(_fields.Message):
    """rosbag2_interfaces/srv/Resume_Request"""

    def __init__(self) -> None: ...

class Resume_Response(_fields.Message):
    """rosbag2_interfaces/srv/Resume_Response"""

    def __init__(self) -> None: ...

class Resume_Event(_fields.Message):
    """rosbag2_interfaces/srv/Resume_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Resume_Request]
    response: _fields.Messages[Resume_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Resume_Request] = ...,
        response: _fields.AnyMessages[Resume_Response] = ...,
    ) -> None: ...

class Seek(_fields.Interface):
    """rosbag2_interfaces/srv/Seek"""

    Request: typing.TypeAlias = Seek_Request
    Response: typing.TypeAlias = Seek_Response
    Event: typing.TypeAlias = Seek_Event

class Seek_Request(_fields.Message):
    """rosbag2_interfaces/srv/Seek_Request"""

    time: builtin_interfaces.msg.Time

    def __init__(
        self,
        *,
        time: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
    ) -> None: ...

class Seek_Response(_fields.Message):
    """rosbag2_interfaces/srv/Seek_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class Seek_Event(_fields.Message):
    """rosbag2_interfaces/srv/Seek_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Seek_Request]
    response: _fields.Messages[Seek_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Seek_Request] = ...,
        response: _fields.AnyMessages[Seek_Response] = ...,
    ) -> None: ...

class SetRate(_fields.Interface):
    """rosbag2_interfaces/srv/SetRate"""

    Request: typing.TypeAlias = SetRate_Request
    Response: typing.TypeAlias = SetRate_Response
    Event: typing.TypeAlias = SetRate_Event

class SetRate_Request(_fields.Message):
    """rosbag2_interfaces/srv/SetRate_Request"""

    rate: float

    def __init__(
        self,
        *,
        rate: float = 0.0,
    ) -> None: ...

class SetRate_Response(_fields.Message):
    """rosbag2_interfaces/srv/SetRate_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class SetRate_Event(_fields.Message):
    """rosbag2_interfaces/srv/SetRate_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SetRate_Request]
    response: _fields.Messages[SetRate_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SetRate_Request] = ...,
        response: _fields.AnyMessages[SetRate_Response] = ...,
    ) -> None: ...

class Snapshot(_fields.Interface):
    """rosbag2_interfaces/srv/Snapshot"""

    Request: typing.TypeAlias = Snapshot_Request
    Response: typing.TypeAlias = Snapshot_Response
    Event: typing.TypeAlias = Snapshot_Event

class Snapshot_Request(_fields.Message):
    """rosbag2_interfaces/srv/Snapshot_Request"""

    def __init__(self) -> None: ...

class Snapshot_Response(_fields.Message):
    """rosbag2_interfaces/srv/Snapshot_Response"""

    success: bool

    def __init__(
        self,
        *,
        success: bool = False,
    ) -> None: ...

class Snapshot_Event(_fields.Message):
    """rosbag2_interfaces/srv/Snapshot_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Snapshot_Request]
    response: _fields.Messages[Snapshot_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Snapshot_Request] = ...,
        response: _fields.AnyMessages[Snapshot_Response] = ...,
    ) -> None: ...

class SplitBagfile(_fields.Interface):
    """rosbag2_interfaces/srv/SplitBagfile"""

    Request: typing.TypeAlias = SplitBagfile_Request
    Response: typing.TypeAlias = SplitBagfile_Response
    Event: typing.TypeAlias = SplitBagfile_Event

class SplitBagfile_Request(_fields.Message):
    """rosbag2_interfaces/srv/SplitBagfile_Request"""

    def __init__(self) -> None: ...

class SplitBagfile_Response(_fields.Message):
    """rosbag2_interfaces/srv/SplitBagfile_Response"""

    def __init__(self) -> None: ...

class SplitBagfile_Event(_fields.Message):
    """rosbag2_interfaces/srv/SplitBagfile_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[SplitBagfile_Request]
    response: _fields.Messages[SplitBagfile_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[SplitBagfile_Request] = ...,
        response: _fields.AnyMessages[SplitBagfile_Response] = ...,
    ) -> None: ...

class Stop(_fields.Interface):
    """rosbag2_interfaces/srv/Stop"""

    Request: typing.TypeAlias = Stop_Request
    Response: typing.TypeAlias = Stop_Response
    Event: typing.TypeAlias = Stop_Event

class Stop_Request(_fields.Message):
    """rosbag2_interfaces/srv/Stop_Request"""

    def __init__(self) -> None: ...

class Stop_Response(_fields.Message):
    """rosbag2_interfaces/srv/Stop_Response"""

    def __init__(self) -> None: ...

class Stop_Event(_fields.Message):
    """rosbag2_interfaces/srv/Stop_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[Stop_Request]
    response: _fields.Messages[Stop_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[Stop_Request] = ...,
        response: _fields.AnyMessages[Stop_Response] = ...,
    ) -> None: ...

class TogglePaused(_fields.Interface):
    """rosbag2_interfaces/srv/TogglePaused"""

    Request: typing.TypeAlias = TogglePaused_Request
    Response: typing.TypeAlias = TogglePaused_Response
    Event: typing.TypeAlias = TogglePaused_Event

class TogglePaused_Request(_fields.Message):
    """rosbag2_interfaces/srv/TogglePaused_Request"""

    def __init__(self) -> None: ...

class TogglePaused_Response(_fields.Message):
    """rosbag2_interfaces/srv/TogglePaused_Response"""

    def __init__(self) -> None: ...

class TogglePaused_Event(_fields.Message):
    """rosbag2_interfaces/srv/TogglePaused_Event"""

    info: service_msgs.msg.ServiceEventInfo
    request: _fields.Messages[TogglePaused_Request]
    response: _fields.Messages[TogglePaused_Response]

    def __init__(
        self,
        *,
        info: _fields.AnyMessage[service_msgs.msg.ServiceEventInfo] = ...,
        request: _fields.AnyMessages[TogglePaused_Request] = ...,
        response: _fields.AnyMessages[TogglePaused_Response] = ...,
    ) -> None: ...

BurstRequest: typing.TypeAlias = Burst_Request
BurstResponse: typing.TypeAlias = Burst_Response
BurstEvent: typing.TypeAlias = Burst_Event
GetRateRequest: typing.TypeAlias = GetRate_Request
GetRateResponse: typing.TypeAlias = GetRate_Response
GetRateEvent: typing.TypeAlias = GetRate_Event
IsPausedRequest: typing.TypeAlias = IsPaused_Request
IsPausedResponse: typing.TypeAlias = IsPaused_Response
IsPausedEvent: typing.TypeAlias = IsPaused_Event
PauseRequest: typing.TypeAlias = Pause_Request
PauseResponse: typing.TypeAlias = Pause_Response
PauseEvent: typing.TypeAlias = Pause_Event
PlayRequest: typing.TypeAlias = Play_Request
PlayResponse: typing.TypeAlias = Play_Response
PlayEvent: typing.TypeAlias = Play_Event
PlayNextRequest: typing.TypeAlias = PlayNext_Request
PlayNextResponse: typing.TypeAlias = PlayNext_Response
PlayNextEvent: typing.TypeAlias = PlayNext_Event
ResumeRequest: typing.TypeAlias = Resume_Request
ResumeResponse: typing.TypeAlias = Resume_Response
ResumeEvent: typing.TypeAlias = Resume_Event
SeekRequest: typing.TypeAlias = Seek_Request
SeekResponse: typing.TypeAlias = Seek_Response
SeekEvent: typing.TypeAlias = Seek_Event
SetRateRequest: typing.TypeAlias = SetRate_Request
SetRateResponse: typing.TypeAlias = SetRate_Response
SetRateEvent: typing.TypeAlias = SetRate_Event
SnapshotRequest: typing.TypeAlias = Snapshot_Request
SnapshotResponse: typing.TypeAlias = Snapshot_Response
SnapshotEvent: typing.TypeAlias = Snapshot_Event
SplitBagfileRequest: typing.TypeAlias = SplitBagfile_Request
SplitBagfileResponse: typing.TypeAlias = SplitBagfile_Response
SplitBagfileEvent: typing.TypeAlias = SplitBagfile_Event
StopRequest: typing.TypeAlias = Stop_Request
StopResponse: typing.TypeAlias = Stop_Response
StopEvent: typing.TypeAlias = Stop_Event
TogglePausedRequest: typing.TypeAlias = TogglePaused_Request
TogglePausedResponse: typing.TypeAlias = TogglePaused_Response
TogglePausedEvent: typing.TypeAlias = TogglePaused_Event
