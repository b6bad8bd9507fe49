"""Messages and views are made and freed in ways of their own: no reference is lost or kept by them."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from typing import Any

import msgspec
import numpy as np
import pytest

import ros_z_py

IMU = ros_z_py.codec("sensor_msgs/msg/Imu")
PATH = ros_z_py.codec("nav_msgs/msg/Path")
IMAGE = ros_z_py.codec("sensor_msgs/msg/Image")


def blocks_after(work: Any, times: int = 50) -> int:
    """How many more blocks of memory are in use after `work` was done again and again.

    Some are kept for later, up to a limit: they are not counted. Other threads may take some, but not each time.
    """
    for _ in range(1200):
        work()
    growth = []
    for _ in range(4):
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(times):
            work()
        gc.collect()
        growth.append(sys.getallocatedblocks() - before)
    return min(growth)


POSE = {"header": {"frame_id": "map"}, "pose": {"position": {"x": 1.5}}}
POSES = PATH.encode({"header": {"frame_id": "odom"}, "poses": [POSE] * 2000})


def half_a_message() -> None:
    with pytest.raises(ros_z_py.SerializationError):
        IMU.decode(b"\0\1\0\0" + bytes(99))


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda: PATH.decode(POSES), id="decoded and dropped"),
        pytest.param(lambda: PATH.encode(PATH.decode(POSES)), id="and encoded"),
        pytest.param(lambda: [IMU.message_class() for _ in range(100)], id="constructed"),
        pytest.param(lambda: copy.deepcopy(IMU.message_class()), id="copied"),
        pytest.param(lambda: pickle.loads(pickle.dumps(IMU.message_class())), id="pickled"),
        pytest.param(lambda: msgspec.structs.replace(IMU.message_class(), header=None), id="replaced"),
        pytest.param(lambda: [ros_z_py.ZArrayView(b"12345678", "<d")[:1] for _ in range(100)], id="views"),
        pytest.param(half_a_message, id="half a message"),
        pytest.param(lambda: IMAGE.encode({"data": np.zeros(10_000, np.uint8)}), id="a blob"),
    ],
)
def test_memory_does_not_grow(work: Any) -> None:
    assert blocks_after(work) < 50


def test_references_are_exact_at_once() -> None:
    blob = np.zeros(100_000, np.uint8)
    payload = IMAGE.encode({"data": blob})
    counts = sys.getrefcount(blob), sys.getrefcount(payload), sys.getrefcount(IMAGE.message_class)
    message = IMAGE.decode(payload)
    assert sys.getrefcount(payload) == counts[1] + 1
    IMAGE.encode(message)
    del message
    IMAGE.encode({"data": blob})
    with pytest.raises(ros_z_py.SerializationError):
        IMAGE.decode(payload[:-1])
    with pytest.raises(ros_z_py.SerializationError):
        IMAGE.encode({"step": "no number", "data": blob})
    with pytest.raises(ros_z_py.SerializationError):
        ros_z_py.codec("std_msgs/msg/ByteMultiArray").encode({"data": blob, "layout": 5})
    assert (sys.getrefcount(blob), sys.getrefcount(payload), sys.getrefcount(IMAGE.message_class)) == counts


def test_a_buffer_is_free_again_after_a_failed_decode() -> None:
    buffer = bytearray(b"\0\1\0\0" + bytes(200))
    with pytest.raises(ros_z_py.SerializationError):
        IMU.decode(buffer)
    buffer.extend(b"no export is left")
    IMAGE.encode({"data": buffer})
    buffer.clear()


@pytest.mark.parametrize(
    "options", [{}, {"gc": True}, {"weakref": True, "gc": True}, {"dict": True, "gc": True}], ids=str
)
def test_classes_below_a_message_class(options: dict[str, bool]) -> None:
    base = IMU.message_class
    freed: list[str] = []

    class Marked(base, **options):  # type: ignore[valid-type, misc, call-arg]
        mark: Any = None

        def __del__(self) -> None:
            freed.append(self.mark)

    def work() -> None:
        freed.clear()
        messages = [Marked(mark=f"mark {index}") for index in range(20)]
        if "weakref" in options:
            references = [weakref.ref(message) for message in messages]
        assert IMU.decode(IMU.encode(messages[0])).header == base().header
        del messages
        assert len(freed) == 20
        if "weakref" in options:
            assert all(reference() is None for reference in references)

    assert blocks_after(work) < 50


def test_a_class_that_gets_a_finalizer() -> None:
    ros_z_py.types.add("memory_msgs/msg/Finalized", "string text")
    codec = ros_z_py.codec("memory_msgs/msg/Finalized")
    payload = codec.encode({"text": "still here"})
    kept: list[str] = []
    codec.message_class.__del__ = lambda message: kept.append(message.text)
    codec.decode(payload)
    assert kept == ["still here"]
    del codec.message_class.__del__
    kept.clear()
    codec.decode(payload)
    assert kept == []


def test_views_are_not_looked_at_by_the_collector() -> None:
    view = IMU.decode(IMU.encode({})).orientation_covariance
    assert not gc.is_tracked(view)
    assert not gc.is_tracked(ros_z_py.ZBufView(b"abc"))
    assert view not in gc.get_referrers(view)


@pytest.mark.parametrize("name", ["decode", "decode_dict", "encode", "from_json"])
def test_methods_of_one_argument_check_how_they_are_called(name: str) -> None:
    method = getattr(ros_z_py.Codec, name)
    for arguments in [(), (IMU,), (IMU, b"", b""), (object(), b""), (None, b"")]:
        with pytest.raises(TypeError):
            method(*arguments)
    with pytest.raises(TypeError):
        getattr(IMU, name)(buffer=b"")
