"""The same messages in the forms that the peers read and write."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mcap_ros2._dynamic
import msgspec
import numpy as np
from messages import Case
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

import ros_z_py

View = (ros_z_py.ZArrayView, ros_z_py.ZBufView)


def array_like(cls: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """A class of the same shape that msgpack knows as arrays, blocks of numbers as memoryviews."""
    known: dict[type, type[msgspec.Struct]] = {}

    def converted(cls: type[msgspec.Struct]) -> type[msgspec.Struct]:
        if cls not in known:
            fields = [(field.encode_name, field_type(field.type)) for field in msgspec.structs.fields(cls)]
            known[cls] = msgspec.defstruct(cls.__name__, fields, array_like=True, gc=False)
        return known[cls]

    def field_type(declared: Any) -> Any:
        (item,) = typing.get_args(declared) or (None,)
        if item is None:
            return converted(declared) if issubclass(declared, msgspec.Struct) else declared
        if issubclass(item, msgspec.Struct):
            return list[converted(item)]  # type: ignore[misc]
        return list[str] if item is str else memoryview

    return converted(cls)


def to_array_like(message: Any, cls: Any) -> Any:
    """A decoded message as an instance of [`array_like`]'s class."""
    if isinstance(message, View):
        return memoryview(message).cast("B")
    if isinstance(message, list):
        (item,) = typing.get_args(cls)
        return [to_array_like(each, item) for each in message]
    if isinstance(message, msgspec.Struct):
        types = [field.type for field in msgspec.structs.fields(cls)]
        values = [getattr(message, name) for name in message.__struct_fields__]
        return cls(*map(to_array_like, values, types))
    return message


def to_plain(message: Any) -> Any:
    """A dict as our decoder makes it, with bytes for views: what msgpack makes of it is decoded untyped."""
    if isinstance(message, View):
        return bytes(message)
    if isinstance(message, dict):
        return {name: to_plain(value) for name, value in message.items()}
    return [to_plain(each) for each in message] if isinstance(message, list) else message


def rosbags_store(cases: list[Case]) -> Typestore:
    store = get_typestore(Stores.ROS2_JAZZY)
    for name, text in {name: text for case in cases for name, text in case.definitions.items()}.items():
        store.register(get_types_from_msg(text, name))
    return store


def mcap_decoder(store: Typestore, type_name: str) -> Callable[[bytes], Any]:
    text, _ = store.generate_msgdef(type_name, ros_version=2)
    decoder: Callable[[bytes], Any] = mcap_ros2._dynamic.generate_dynamic(type_name, text)[type_name]
    return decoder


def leaves(value: Any) -> list[Any]:
    """The numbers and texts of a message in any of the forms, in wire order."""
    if isinstance(value, (bytes, bytearray)):
        return list(value)
    if isinstance(value, (*View, np.ndarray, np.generic)):
        return list(np.asarray(value).reshape(-1).tolist())
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in leaves(each)]
    if isinstance(value, dict):
        return leaves(list(value.values()))
    if isinstance(value, msgspec.Struct):
        return leaves([getattr(value, name) for name in value.__struct_fields__])
    if dataclasses.is_dataclass(value):
        members = [field.name for field in dataclasses.fields(value) if not str(field.type).startswith("ClassVar")]
        return leaves([getattr(value, name) for name in members])
    if isinstance(value, SimpleNamespace) or hasattr(value, "__slots__"):
        return leaves([getattr(value, name) for name in getattr(value, "__slots__", None) or vars(value)])
    return [value]


def without_constants(peer: Any, ours: Any) -> Any:
    """JSON of the peer, which holds the constants too, cut to the members that ours has."""
    if isinstance(ours, dict):
        return {name: without_constants(peer[name], value) for name, value in ours.items()}
    if isinstance(ours, list):
        return list(map(without_constants, peer, ours))
    return peer
