"""ROS 2 messages over Zenoh, of any type, loaded at run time, without ROS.

>>> from ros_z_py import std_msgs
>>> std_msgs.String(data="hello")
String(data='hello')

Packages of message types are attributes of this module (``ros_z_py.sensor_msgs``) and can be imported from it; their
classes are made when they are first used. ``ros_z_py.types`` loads more.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from . import _packages
from ._calls import ServiceCall
from ._errors import (
    ArgumentError,
    InterfaceError,
    InterfaceFileError,
    InvalidNameError,
    RosZError,
    SerializationError,
    TimeoutError,
    TypeMismatchError,
    UnknownTypeError,
)
from ._native import (
    QOS_DEFAULT,
    QOS_PARAMETERS,
    QOS_SENSOR_DATA,
    QOS_SERVICES,
    Codec,
    GraphEvent,
    GraphEvents,
    MessageInfo,
    QosProfile,
    RequestId,
    Router,
    Schema,
    SchemaField,
    TopicEndpointInfo,
    TypeRegistry,
    ZArrayView,
    ZBufView,
    ZClient,
    ZContext,
    ZContextBuilder,
    ZNode,
    ZNodeBuilder,
    ZPublisher,
    ZServer,
    ZSubscriber,
    __version__,
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

__all__ = [
    "QOS_DEFAULT",
    "QOS_PARAMETERS",
    "QOS_SENSOR_DATA",
    "QOS_SERVICES",
    "ArgumentError",
    "Codec",
    "GraphEvent",
    "GraphEvents",
    "InterfaceError",
    "InterfaceFileError",
    "InvalidNameError",
    "MessageInfo",
    "QosProfile",
    "RequestId",
    "RosZError",
    "Router",
    "Schema",
    "SchemaField",
    "SerializationError",
    "ServiceCall",
    "TimeoutError",
    "TopicEndpointInfo",
    "TypeMismatchError",
    "TypeRegistry",
    "UnknownTypeError",
    "ZArrayView",
    "ZBufView",
    "ZClient",
    "ZContext",
    "ZContextBuilder",
    "ZNode",
    "ZNodeBuilder",
    "ZPublisher",
    "ZServer",
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
atexit.register(_close_all)


# Not `Any`: to a type checker a misspelt name is a package of message types, which cannot be called.
def __getattr__(name: str) -> ModuleType:
    return _packages.package(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *types.packages()})
