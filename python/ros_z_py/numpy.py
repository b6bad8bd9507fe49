"""NumPy arrays from and to the messages that hold grids, pictures and points, without loops and without copies.

An array that is read from a received message is a view on the received bytes: nothing is copied, and it cannot be
written to; ``array.copy()`` can. A message that is made from an array holds a view on the array. Needs NumPy:
``pip install ros-z-py[numpy]``.

Messages are told by their fields: whatever has those of a ``PointCloud2`` is one here. What does not fit together,
such as a ``step`` that is too small, raises ``ArgumentError`` with the field. Data that is not in octets, such as a
list, is taken by its values, in a copy; values that could not be sent raise ``SerializationError``.

>>> import numpy as np
>>> from ros_z_py import sensor_msgs
>>> from ros_z_py.numpy import array_to_pointcloud2, pointcloud2_to_array
>>> cloud = array_to_pointcloud2(np.zeros(5, dtype=[("x", "<f4"), ("y", "<f4"), ("ring", "<u2")]), frame_id="lidar")
>>> cloud.width, cloud.point_step, [field.name for field in cloud.fields]
(5, 10, ['x', 'y', 'ring'])
>>> pointcloud2_to_array(cloud)["ring"].sum()
np.uint64(0)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

try:
    import numpy as np
except ImportError as error:
    raise ImportError("ros_z_py.numpy needs NumPy: pip install ros-z-py[numpy]") from error

from ._errors import ArgumentError, argument_error
from ._image import Pixels, octets_of, pixels_of
from ._native import ZArrayView, ZBufView
from ._native import types as _types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .geometry_msgs.msg import Pose
    from .nav_msgs.msg import OccupancyGrid
    from .sensor_msgs.msg import Image, LaserScan, PointCloud2
    from .std_msgs.msg import Header

__all__ = [
    "array_to_image",
    "array_to_occupancygrid",
    "array_to_pointcloud2",
    "image_to_array",
    "laserscan_to_points",
    "occupancygrid_to_array",
    "pointcloud2_to_array",
    "pointcloud2_to_xyz",
]

_DATATYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 8: "f8"}
"""The numbers of a point's field, by the constants of ``PointField``."""
_DATATYPE_OF = {kind: number for number, kind in _DATATYPES.items()}


def pointcloud2_to_array(cloud: PointCloud2, *, fields: Sequence[str] | None = None) -> NDArray[np.void]:
    """The points of a ``PointCloud2`` as a structured array: ``array["x"]`` is the column of that field.

    Args:
        cloud: the message, or a view of one.
        fields: the names of the fields to take; all unless given. Those that are left out stay as padding.

    Returns:
        A read-only view on ``cloud.data``. Its shape is ``(height, width)`` for an organized cloud, whose height is not
        1, and ``(width,)`` for a row of points. Numbers keep their own byte order.

    Raises:
        ArgumentError: fields that do not fit into a point, points that do not fit into the data, an unknown name.

    >>> from ros_z_py import sensor_msgs
    >>> x = sensor_msgs.PointField(name="x", offset=0, datatype=sensor_msgs.PointField.INT16, count=1)
    >>> cloud = sensor_msgs.PointCloud2(height=1, width=2, point_step=2, fields=[x], data=bytes([1, 0, 2, 0]))
    >>> pointcloud2_to_array(cloud)["x"].tolist()
    [1, 2]
    """
    dtype = _dtype_of_points(cloud)
    if dtype.names is not None and fields is not None:
        for name in fields:
            if name not in dtype.names:
                raise _wrong(cloud, "fields", f"there is no `{name}` ({', '.join(dtype.names)})")
    shape = (cloud.height, cloud.width)
    # A single row needs no step from one row to the next, and some publishers leave it out.
    row_step = cloud.row_step if cloud.height > 1 else cloud.width * cloud.point_step
    if row_step < cloud.width * cloud.point_step:
        problem = f"{row_step} bytes cannot hold {cloud.width} points of {cloud.point_step} bytes"
        raise _wrong(cloud, "row_step", problem)
    array = _grid(cloud, dtype, shape, (row_step, cloud.point_step))
    points = array[0] if cloud.height == 1 else array
    return points if fields is None else points[list(fields)]


def pointcloud2_to_xyz(cloud: PointCloud2, *, skip_nan: bool = False) -> NDArray[np.floating[Any]]:
    """The positions of a ``PointCloud2`` as an array of shape ``(points, 3)``, in metres.

    Args:
        cloud: the message, whose ``x``, ``y`` and ``z`` are numbers of one kind.
        skip_nan: leaves out points of which a coordinate is not a number or infinite.

    Returns:
        A read-only view where the coordinates lie side by side and nothing is left out, which is the rule; else a copy.
    """
    points = pointcloud2_to_array(cloud, fields=("x", "y", "z")).reshape(-1)
    kinds = [points.dtype[name] for name in ("x", "y", "z")]
    if any(kind != kinds[0] for kind in kinds) or kinds[0].kind != "f":
        found = ", ".join(map(str, kinds))
        raise _wrong(cloud, "fields", f"x, y and z are {found}, not floating-point numbers of one kind")
    offsets = [_offset(points.dtype, name) for name in ("x", "y", "z")]
    size = kinds[0].itemsize
    if [offset - offsets[0] for offset in offsets] == [0, size, 2 * size]:
        x = points["x"]
        xyz = np.lib.stride_tricks.as_strided(x, (len(points), 3), (*x.strides, size), writeable=False)
    else:
        xyz = np.stack([points[name] for name in ("x", "y", "z")], axis=-1)
    return xyz[np.isfinite(xyz).all(axis=1)] if skip_nan else xyz


def array_to_pointcloud2(
    array: NDArray[Any], *, header: Header | None = None, frame_id: str | None = None, is_dense: bool | None = None
) -> PointCloud2:
    """A ``PointCloud2`` from points.

    Args:
        array: a structured array, in one dimension or, for an organized cloud, in two, whose fields are numbers that
            ``PointField`` has, or subarrays of them; or an array of floating-point numbers of shape ``(points, 3)``,
            whose columns become ``x``, ``y`` and ``z``.
        header: the header; an empty one unless given.
        frame_id: the frame, for a header that is not given.
        is_dense: whether every point is finite; looked up unless given.

    Returns:
        A message whose ``data`` is a view on ``array``, if its points lie side by side; else on a copy of it.

    Raises:
        ArgumentError: numbers that a ``PointField`` cannot name, such as ``int64``; more dimensions than two.
    """
    array = np.asarray(array)
    if array.dtype.names is None:
        array = _as_xyz(array)
    if array.ndim not in (1, 2):
        raise argument_error(f"points are an array of one or two dimensions, not {array.ndim}")
    assert array.dtype.names is not None
    parts = [_Part.of(name, array.dtype[name]) for name in array.dtype.names]
    orders = {part.is_big for part in parts if part.is_big is not None}
    if len(orders) > 1:
        raise argument_error("points have fields of either byte order, and a PointCloud2 has one")
    array = np.ascontiguousarray(array)
    height, width = array.shape if array.ndim == 2 else (1, len(array))
    field = _types["sensor_msgs/msg/PointField"]
    made: PointCloud2 = _types["sensor_msgs/msg/PointCloud2"](
        header=_header(header, frame_id),
        height=height,
        width=width,
        fields=[
            field(name=part.name, offset=_offset(array.dtype, part.name), datatype=part.datatype, count=part.items)
            for part in parts
        ],
        is_bigendian=orders == {True},
        point_step=array.dtype.itemsize,
        row_step=array.dtype.itemsize * width,
        data=_bytes_of(array),
        is_dense=all(_is_finite(array[part.name]) for part in parts) if is_dense is None else is_dense,
    )
    return made


def image_to_array(image: Image) -> NDArray[Any]:
    """The pixels of an ``Image``, as a view of shape ``(height, width, channels)``, or ``(height, width)``.

    The channels are in the order of the encoding: those of ``bgr8`` are blue, green and red. Its numbers are what the
    encoding says, ``uint8`` for ``rgb8`` and ``float32`` for ``32FC1``, in the byte order of the message.

    Raises:
        ArgumentError: an encoding whose pixels are no grid of numbers, such as ``nv12``; a step or data that is too
            short.

    >>> from ros_z_py import sensor_msgs
    >>> image = sensor_msgs.Image(height=1, width=2, encoding="rgb8", step=6, data=bytes(range(6)))
    >>> image_to_array(image).tolist()
    [[[0, 1, 2], [3, 4, 5]]]
    """
    pixels = pixels_of(image.encoding)
    if pixels is None:
        raise _wrong(image, "encoding", f"`{image.encoding}` is no encoding whose pixels are a grid of numbers")
    dtype = np.dtype(pixels.kind).newbyteorder(">" if image.is_bigendian else "<")
    size = pixels.channels * dtype.itemsize
    if image.step < image.width * size:
        raise _wrong(image, "step", f"{image.step} bytes cannot hold {image.width} pixels of {size} bytes")
    one = pixels.channels == 1
    shape = (image.height, image.width) if one else (image.height, image.width, pixels.channels)
    return _grid(image, dtype, shape, (image.step, size) if one else (image.step, size, dtype.itemsize))


def array_to_image(
    array: NDArray[Any], encoding: str | None = None, *, header: Header | None = None, frame_id: str | None = None
) -> Image:
    """An ``Image`` from pixels of shape ``(height, width)`` or ``(height, width, channels)``.

    Args:
        array: the pixels.
        encoding: what they mean, such as ``"rgb8"`` or ``"32FC1"``; unless given, OpenCV's name of their numbers, such
            as ``"8UC3"``.
        header: the header; an empty one unless given.
        frame_id: the frame, for a header that is not given.

    Returns:
        A message whose ``data`` is a view on ``array``, if its lines have no gaps; else on a copy of it.

    Raises:
        ArgumentError: an array that is not what the encoding says.
    """
    array = np.asarray(array)
    if array.ndim not in (2, 3):
        raise argument_error(f"pixels are an array of two or three dimensions, not {array.ndim}")
    channels = 1 if array.ndim == 2 else array.shape[2]
    own = Pixels(channels, f"{array.dtype.kind}{array.dtype.itemsize}")
    letter = {"u": "U", "i": "S", "f": "F"}.get(array.dtype.kind, "")
    encoding = encoding or f"{array.dtype.itemsize * 8}{letter}C{channels}"
    wanted = pixels_of(encoding)
    if wanted is None:
        raise argument_error(f"`{encoding}` is no encoding whose pixels are a grid of numbers")
    if (wanted.channels, wanted.kind) != (own.channels, own.kind):
        expected = f"{wanted.channels} of {np.dtype(wanted.kind)}"
        raise argument_error(f"the channels of `{encoding}` are {expected}; the array has {channels} of {array.dtype}")
    array = np.ascontiguousarray(array)
    made: Image = _types["sensor_msgs/msg/Image"](
        header=_header(header, frame_id),
        height=array.shape[0],
        width=array.shape[1],
        encoding=encoding,
        is_bigendian=_is_big(array.dtype) or False,
        step=math.prod(array.shape[1:]) * array.dtype.itemsize,
        data=_bytes_of(array),
    )
    return made


def occupancygrid_to_array(grid: OccupancyGrid) -> NDArray[np.int8]:
    """The cells of an ``OccupancyGrid`` as a view of shape ``(height, width)``: 0 to 100 in per cent, -1 for unknown.

    ``array[row, column]`` is the cell whose corner lies ``column * resolution`` metres along x and ``row * resolution``
    along y from ``info.origin``.
    """
    shape = (grid.info.height, grid.info.width)
    return _grid(grid, np.dtype("i1"), shape, (grid.info.width, 1), "b")


def array_to_occupancygrid(
    array: NDArray[Any],
    resolution: float,
    *,
    origin: Pose | None = None,
    header: Header | None = None,
    frame_id: str | None = None,
) -> OccupancyGrid:
    """An ``OccupancyGrid`` from cells.

    Args:
        array: ``int8`` numbers of shape ``(height, width)``: 0 to 100 in per cent, -1 for unknown.
        resolution: the side of a cell in metres.
        origin: the pose of the cell ``[0, 0]``; that of the frame unless given.
        header: the header; an empty one unless given.
        frame_id: the frame, for a header that is not given.

    Raises:
        ArgumentError: other numbers, or other than two dimensions.
    """
    array = np.asarray(array)
    if array.ndim != 2 or array.dtype != np.int8:
        raise argument_error(f"cells are int8 in two dimensions, not {array.dtype} in {array.ndim}")
    info: dict[str, Any] = {"resolution": resolution, "height": array.shape[0], "width": array.shape[1]}
    if origin is not None:
        info["origin"] = origin
    data = ZArrayView(np.ascontiguousarray(array).reshape(-1).data)
    made: OccupancyGrid = _types["nav_msgs/msg/OccupancyGrid"](header=_header(header, frame_id), info=info, data=data)
    return made


def laserscan_to_points(scan: LaserScan) -> NDArray[np.float64]:
    """The points that a ``LaserScan`` hit, in metres: an array of shape ``(points, 2)`` in the frame of the scan.

    Readings that hit nothing are left out, as the message defines them: those that are not finite, or not between
    ``range_min`` and ``range_max``.

    >>> from ros_z_py import sensor_msgs
    >>> scan = sensor_msgs.LaserScan(angle_increment=np.pi / 2, range_max=10.0, ranges=[1.0, 20.0, 3.0])
    >>> laserscan_to_points(scan).round(6).tolist()
    [[1.0, 0.0], [-3.0, 0.0]]
    """
    ranges = np.asarray(scan.ranges)
    if ranges.dtype.kind not in "fiu":
        raise _wrong(scan, "ranges", f"expected float32, got {ranges.dtype}")
    ranges = ranges.astype(np.float64).reshape(-1)
    (hits,) = np.nonzero((ranges >= scan.range_min) & (ranges <= scan.range_max) & np.isfinite(ranges))
    angles = scan.angle_min + scan.angle_increment * hits
    points: NDArray[np.float64] = ranges[hits, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return points


class _Part(NamedTuple):
    """A field of points."""

    name: str
    datatype: int
    items: int
    is_big: bool | None

    @classmethod
    def of(cls, name: str, dtype: np.dtype[Any]) -> _Part:
        number = dtype.base
        datatype = _DATATYPE_OF.get(f"{number.kind}{number.itemsize}")
        if datatype is None:
            known = ", ".join(str(np.dtype(kind)) for kind in _DATATYPE_OF)
            raise argument_error(f"a point cannot have {number} (`{name}`), only {known}")
        return cls(name, datatype, math.prod(dtype.shape), _is_big(number))


def _is_big(dtype: np.dtype[Any]) -> bool | None:
    """The byte order of numbers; ``None`` where they have none."""
    if dtype.itemsize == 1:
        return None
    return str(dtype.str).startswith(">")


def _offset(dtype: np.dtype[Any], name: str) -> int:
    assert dtype.fields is not None
    return dtype.fields[name][1]


def _dtype_of_points(cloud: Any) -> np.dtype[np.void]:
    order = ">" if cloud.is_bigendian else "<"
    names, formats, offsets = [], [], []
    if cloud.point_step >= 2**31:
        raise _wrong(cloud, "point_step", f"NumPy has no items of {cloud.point_step} bytes")
    for index, field in enumerate(cloud.fields):
        place = f"fields[{index}]"
        kind = _DATATYPES.get(field.datatype)
        if kind is None:
            raise _wrong(cloud, f"{place}.datatype", f"{field.datatype} is none of 1 to 8")
        # Old drivers leave the count of single numbers at 0.
        count = max(field.count, 1)
        number = np.dtype(order + kind)
        if field.offset + count * number.itemsize > cloud.point_step:
            problem = f"`{field.name}` ends behind the {cloud.point_step} bytes of a point"
            raise _wrong(cloud, f"{place}.offset", problem)
        if field.name in names:
            raise _wrong(cloud, f"{place}.name", f"there are several `{field.name}`")
        names.append(field.name)
        formats.append(number if count == 1 else np.dtype((number, (count,))))
        offsets.append(field.offset)
    if not names:
        raise _wrong(cloud, "fields", "there are none")
    layout: Any = {"names": names, "formats": formats, "offsets": offsets, "itemsize": cloud.point_step}
    dtype: np.dtype[np.void] = np.dtype(layout)
    return dtype


def _as_xyz(array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim != 2 or array.shape[1] != 3 or array.dtype.kind != "f":
        shape = "x".join(map(str, array.shape))
        problem = f"points without names of fields are floating-point numbers of shape (points, 3), not {array.dtype}"
        raise argument_error(f"{problem} of shape ({shape.replace('x', ', ')})")
    dtype = np.dtype([(name, array.dtype) for name in "xyz"])
    return np.ascontiguousarray(array).view(dtype).reshape(-1)


def _grid(
    message: Any, dtype: np.dtype[Any], shape: tuple[int, ...], strides: tuple[int, ...], kind: str = "B"
) -> NDArray[Any]:
    """A view on the data of a message, which must reach to the last item."""
    try:
        octets = np.frombuffer(octets_of(message, kind), np.uint8)
    except TypeError as error:
        raise _wrong(message, "data", "the field does not hold octets") from error
    needed = 0
    if math.prod(shape):
        needed = sum((count - 1) * step for count, step in zip(shape, strides, strict=True)) + dtype.itemsize
    if len(octets) < needed:
        raise _wrong(message, "data", f"{len(octets)} bytes, where {needed} are needed")
    array: NDArray[Any] = np.ndarray(shape, dtype, octets, 0, strides) if needed else np.zeros(shape, dtype)
    array.flags.writeable = False
    return array


def _bytes_of(array: NDArray[Any]) -> ZBufView:
    return ZBufView(array.reshape(-1).view(np.uint8).data if array.size else b"")


def _is_finite(numbers: NDArray[Any]) -> bool:
    return numbers.dtype.kind != "f" or bool(np.isfinite(numbers).all())


def _header(header: Header | None, frame_id: str | None) -> Header:
    if header is not None and frame_id is not None:
        raise argument_error("the frame_id of a header that is given is in it")
    return header or _types["std_msgs/msg/Header"](frame_id=frame_id or "")


def _wrong(message: Any, field: str, problem: str) -> ArgumentError:
    error = argument_error(f"{message.__msgtype__}.{field}: {problem}")
    error.type_name, error.path = message.__msgtype__, field
    return error
