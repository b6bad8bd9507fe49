"""Quality of service in the words of ``rclpy.qos``."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeAlias

from .._native import QOS_DEFAULT, QOS_PARAMETERS, QOS_SENSOR_DATA, QOS_SERVICES, QosProfile
from .time import Duration

__all__ = [
    "DurabilityPolicy",
    "HistoryPolicy",
    "LivelinessPolicy",
    "QoSDurabilityPolicy",
    "QoSHistoryPolicy",
    "QoSLivelinessPolicy",
    "QoSPresetProfiles",
    "QoSProfile",
    "QoSReliabilityPolicy",
    "ReliabilityPolicy",
    "qos_profile_parameters",
    "qos_profile_sensor_data",
    "qos_profile_services_default",
    "qos_profile_system_default",
]


class ReliabilityPolicy(str, Enum):
    """Whether messages may be lost."""

    SYSTEM_DEFAULT = "system_default"
    RELIABLE = "reliable"
    BEST_EFFORT = "best_effort"
    BEST_AVAILABLE = "best_available"


class DurabilityPolicy(str, Enum):
    """Whether late subscribers get earlier messages."""

    SYSTEM_DEFAULT = "system_default"
    TRANSIENT_LOCAL = "transient_local"
    VOLATILE = "volatile"
    BEST_AVAILABLE = "best_available"


class HistoryPolicy(str, Enum):
    """How many messages are kept."""

    SYSTEM_DEFAULT = "system_default"
    KEEP_LAST = "keep_last"
    KEEP_ALL = "keep_all"


class LivelinessPolicy(str, Enum):
    """How a publisher shows that it lives."""

    SYSTEM_DEFAULT = "system_default"
    AUTOMATIC = "automatic"
    MANUAL_BY_TOPIC = "manual_by_topic"
    BEST_AVAILABLE = "best_available"


QoSReliabilityPolicy, QoSDurabilityPolicy = ReliabilityPolicy, DurabilityPolicy
QoSHistoryPolicy, QoSLivelinessPolicy = HistoryPolicy, LivelinessPolicy


class QoSProfile:
    """A profile whose policies can be changed until it is used.

    >>> QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT).to_profile()
    QosProfile("best_effort", "volatile", "keep_last", 1)
    """

    def __init__(
        self,
        *,
        history: HistoryPolicy | str = HistoryPolicy.KEEP_LAST,
        depth: int = 10,
        reliability: ReliabilityPolicy | str = ReliabilityPolicy.RELIABLE,
        durability: DurabilityPolicy | str = DurabilityPolicy.VOLATILE,
        lifespan: Duration | None = None,
        deadline: Duration | None = None,
        liveliness: LivelinessPolicy | str = LivelinessPolicy.AUTOMATIC,
        liveliness_lease_duration: Duration | None = None,
    ) -> None:
        self.history = history
        self.depth = depth
        self.reliability = reliability
        self.durability = durability
        self.lifespan = lifespan
        self.deadline = deadline
        self.liveliness = liveliness
        self.liveliness_lease_duration = liveliness_lease_duration

    def to_profile(self) -> QosProfile:
        """The profile as the rest of ``ros_z_py`` has it."""
        arguments: dict[str, Any] = {name: _plain(value) for name, value in vars(self).items()}
        return QosProfile(**arguments)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QoSProfile) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"QoSProfile({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def _plain(value: object) -> object:
    if isinstance(value, Duration):
        # Without a limit, as ROS writes it: the greatest duration there is, or none at all.
        return value.nanoseconds / 1e9 if 0 < value.nanoseconds < 2**63 - 1 else None
    return value.value if isinstance(value, Enum) else value


qos_profile_system_default = QosProfile("system_default", "system_default", "system_default", 0)
qos_profile_sensor_data = QOS_SENSOR_DATA
qos_profile_services_default = QOS_SERVICES
qos_profile_parameters = QOS_PARAMETERS


class QoSPresetProfiles(Enum):
    """The profiles that have names."""

    SYSTEM_DEFAULT = qos_profile_system_default
    SENSOR_DATA = QOS_SENSOR_DATA
    SERVICES_DEFAULT = QOS_SERVICES
    PARAMETERS = QOS_PARAMETERS


AnyQos: TypeAlias = "QoSProfile | QosProfile | QoSPresetProfiles | dict[str, Any] | int | None"


def profile_of(qos: AnyQos) -> QosProfile | dict[str, Any] | int:
    """What a ``qos`` argument means to the rest of ``ros_z_py``, which refuses what is none."""
    if isinstance(qos, QoSProfile):
        return qos.to_profile()
    if isinstance(qos, QoSPresetProfiles):
        return qos.value
    return QOS_DEFAULT if qos is None else qos


def depth_of(profile: QosProfile) -> int | None:
    """How many messages wait at most; ``None`` for any number."""
    return None if profile.history == "keep_all" else max(profile.depth, 1)
