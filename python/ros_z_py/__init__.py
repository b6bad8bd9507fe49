"""ROS 2 messages over Zenoh, of any type, loaded at run time, without ROS.

>>> from ros_z_py import std_msgs
>>> std_msgs.String(data="hello")
String(data='hello')

Packages of message types are attributes of this module (``ros_z_py.sensor_msgs``) and can be imported from it; their
classes are made when they are first used. ``ros_z_py.types`` loads more.
"""

from __future__ import annotations

import atexit as _atexit
import os as _os
from importlib import import_module as _import_module
from typing import TYPE_CHECKING

import msgspec as _msgspec  # noqa: F401 - the first use of a type would import it

from . import _packages
from ._actions import CancelCode, CancelResponse, GoalResult, GoalStatus
from ._errors import (
    ArgumentError,
    InterfaceError,
    InterfaceFileError,
    InvalidNameError,
    InvalidParameterTypeError,
    InvalidParameterValueError,
    ParameterAlreadyDeclaredError,
    ParameterError,
    ParameterImmutableError,
    ParameterNotDeclaredError,
    ParameterUninitializedError,
    RosZError,
    RosZWarning,
    SerializationError,
    TimeoutError,
    TypeConflictWarning,
    TypeMismatchError,
    UnknownTypeError,
)
from ._native import (
    QOS_DEFAULT,
    QOS_PARAMETERS,
    QOS_SENSOR_DATA,
    QOS_SERVICES,
    Codec,
    Filter,
    Getter,
    GraphEvent,
    GraphEvents,
    MessageInfo,
    QosProfile,
    RequestId,
    Router,
    Schema,
    SchemaDifference,
    SchemaField,
    TopicEndpointInfo,
    TypeRegistry,
    ZActionClient,
    ZActionServer,
    ZArrayView,
    ZBufView,
    ZClient,
    ZClientGoal,
    ZClock,
    ZContext,
    ZContextBuilder,
    ZGoalRequest,
    ZListView,
    ZLoan,
    ZMessageView,
    ZNode,
    ZNodeBuilder,
    ZPublisher,
    ZServer,
    ZServerGoal,
    ZStructView,
    ZSubscriber,
    __version__,
    _after_fork,
    _close_all,
    codec,
    encode,
    from_dict,
    from_json,
    list_registered_types,
    router,
    to_dict,
    to_json,
    types,
)

if TYPE_CHECKING:
    from types import ModuleType

    # The built-in packages, whose stubs are in the folders of these names.
    from . import action_msgs as action_msgs
    from . import actionlib_msgs as actionlib_msgs
    from . import builtin_interfaces as builtin_interfaces
    from . import composition_interfaces as composition_interfaces
    from . import diagnostic_msgs as diagnostic_msgs
    from . import example_interfaces as example_interfaces
    from . import geometry_msgs as geometry_msgs
    from . import lifecycle_msgs as lifecycle_msgs
    from . import nav_msgs as nav_msgs
    from . import rcl_interfaces as rcl_interfaces
    from . import rosbag2_interfaces as rosbag2_interfaces
    from . import rosgraph_msgs as rosgraph_msgs
    from . import sensor_msgs as sensor_msgs
    from . import service_msgs as service_msgs
    from . import shape_msgs as shape_msgs
    from . import statistics_msgs as statistics_msgs
    from . import std_msgs as std_msgs
    from . import std_srvs as std_srvs
    from . import stereo_msgs as stereo_msgs
    from . import tf2_msgs as tf2_msgs
    from . import trajectory_msgs as trajectory_msgs
    from . import type_description_interfaces as type_description_interfaces
    from . import unique_identifier_msgs as unique_identifier_msgs
    from . import visualization_msgs as visualization_msgs
    from ._calls import ServiceCall
    from ._logging import Logger, LoggingSeverity, RosoutHandler
    from ._messages import Interface, Message
    from ._parameters import Parameter, ParameterClient, ParameterType

__all__ = [
    "QOS_DEFAULT",
    "QOS_PARAMETERS",
    "QOS_SENSOR_DATA",
    "QOS_SERVICES",
    "ArgumentError",
    "CancelCode",
    "CancelResponse",
    "Codec",
    "Filter",
    "Getter",
    "GoalResult",
    "GoalStatus",
    "GraphEvent",
    "GraphEvents",
    "Interface",
    "InterfaceError",
    "InterfaceFileError",
    "InvalidNameError",
    "InvalidParameterTypeError",
    "InvalidParameterValueError",
    "Logger",
    "LoggingSeverity",
    "Message",
    "MessageInfo",
    "Parameter",
    "ParameterAlreadyDeclaredError",
    "ParameterClient",
    "ParameterError",
    "ParameterImmutableError",
    "ParameterNotDeclaredError",
    "ParameterType",
    "ParameterUninitializedError",
    "QosProfile",
    "RequestId",
    "RosZError",
    "RosZWarning",
    "RosoutHandler",
    "Router",
    "Schema",
    "SchemaDifference",
    "SchemaField",
    "SerializationError",
    "ServiceCall",
    "TimeoutError",
    "TopicEndpointInfo",
    "TypeConflictWarning",
    "TypeMismatchError",
    "TypeRegistry",
    "UnknownTypeError",
    "ZActionClient",
    "ZActionServer",
    "ZArrayView",
    "ZBufView",
    "ZClient",
    "ZClientGoal",
    "ZClock",
    "ZContext",
    "ZContextBuilder",
    "ZGoalRequest",
    "ZListView",
    "ZLoan",
    "ZMessageView",
    "ZNode",
    "ZNodeBuilder",
    "ZPublisher",
    "ZServer",
    "ZServerGoal",
    "ZStructView",
    "ZSubscriber",
    "__version__",
    "codec",
    "encode",
    "from_dict",
    "from_json",
    "list_registered_types",
    "router",
    "to_dict",
    "to_json",
    "types",
]

_packages.install(types)
_atexit.register(_close_all)
if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=_after_fork)


# Imported above, these would make every program wait for what they import.
_LATER = {
    "Interface": "._messages",
    "Logger": "._logging",
    "LoggingSeverity": "._logging",
    "Message": "._messages",
    "Parameter": "._parameters",
    "ParameterClient": "._parameters",
    "ParameterType": "._parameters",
    "RosoutHandler": "._logging",
    "ServiceCall": "._calls",
}
_MODULES = ("arrow", "numpy", "polars", "rclpy", "time")


# Not `Any`: to a type checker a misspelt name is a package of message types, which cannot be called.
def __getattr__(name: str) -> ModuleType:
    if name in _LATER:
        globals()[name] = found = getattr(_import_module(_LATER[name], __name__), name)
        return found  # type: ignore[no-any-return]
    if name in _MODULES:
        return _import_module(f".{name}", __name__)
    return _packages.package(__name__, name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES, *types.packages(), *(name for name in globals() if name.startswith("__"))})
