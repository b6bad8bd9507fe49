"""Arrays from and to messages: without copies, in every layout, and refused where fields disagree."""

from __future__ import annotations

import array
import timeit
import warnings

import numpy as np
import pytest

import ros_z_py
from ros_z_py import geometry_msgs, nav_msgs, sensor_msgs, std_msgs
from ros_z_py import numpy as rnp

POINTS = np.dtype([("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "<f4"), ("ring", "<u2")])


def received(message):
    """The message as a subscriber has it."""
    return ros_z_py.codec(type(message)).decode(ros_z_py.encode(message))


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def some_points(shape: int | tuple[int, int] = 100) -> np.ndarray:
    points = np.zeros(shape, POINTS)
    points["x"] = np.arange(points.size, dtype=np.float32).reshape(points.shape)
    points["ring"] = 7
    return points


# Clouds


def test_points_there_and_back_without_a_copy() -> None:
    points = some_points()
    cloud = rnp.array_to_pointcloud2(points, frame_id="lidar")
    assert address(np.asarray(cloud.data)) == address(points)
    again = received(cloud)
    array = rnp.pointcloud2_to_array(again)
    assert address(array) == address(np.asarray(again.data)), "a view on the received bytes"
    assert array.dtype == POINTS and np.array_equal(array, points) and not array.flags.writeable
    assert (cloud.header.frame_id, cloud.height, cloud.width, cloud.is_dense) == ("lidar", 1, 100, True)
    assert (cloud.point_step, cloud.row_step, cloud.is_bigendian) == (18, 1800, False)
    assert [(field.name, field.offset, field.datatype, field.count) for field in cloud.fields][-1] == ("ring", 16, 4, 1)


def test_organized_points() -> None:
    points = some_points((3, 5))
    cloud = rnp.array_to_pointcloud2(points)
    assert (cloud.height, cloud.width, cloud.row_step) == (3, 5, 5 * 18)
    assert np.array_equal(rnp.pointcloud2_to_array(received(cloud)), points)


def test_rows_with_gaps() -> None:
    rows = np.zeros((2, 40), np.uint8)
    rows[:, :36].view(POINTS)["ring"] = [[1, 2], [3, 4]]
    cloud = rnp.array_to_pointcloud2(some_points((2, 2)))
    cloud.row_step, cloud.data = 40, rows.tobytes()
    assert rnp.pointcloud2_to_array(cloud)["ring"].tolist() == [[1, 2], [3, 4]]


def test_fields_are_chosen_by_name() -> None:
    cloud = rnp.array_to_pointcloud2(some_points())
    chosen = rnp.pointcloud2_to_array(cloud, fields=["ring", "x"])
    assert chosen.dtype.names == ("ring", "x") and address(chosen) == address(np.asarray(cloud.data))


def test_padding_subarrays_and_byte_orders() -> None:
    dtype = np.dtype({"names": ["a", "b"], "formats": [">i4", (">f8", (3,))], "offsets": [4, 16], "itemsize": 48})
    points = np.zeros(2, dtype)
    points["a"], points["b"] = [-1, 2], [[1, 2, 3], [4, 5, 6]]
    cloud = received(rnp.array_to_pointcloud2(points))
    assert cloud.is_bigendian and [(field.offset, field.count) for field in cloud.fields] == [(4, 1), (16, 3)]
    again = rnp.pointcloud2_to_array(cloud)
    assert again.dtype == dtype and again["b"].tolist() == points["b"].tolist()


def test_positions() -> None:
    points = some_points()
    points["y"][3] = np.nan
    cloud = received(rnp.array_to_pointcloud2(points))
    xyz = rnp.pointcloud2_to_xyz(cloud)
    assert not cloud.is_dense and xyz.shape == (100, 3) and xyz.dtype == np.float32
    assert address(xyz) == address(np.asarray(cloud.data)) and xyz[5].tolist() == [5.0, 0.0, 0.0]
    assert rnp.pointcloud2_to_xyz(cloud, skip_nan=True).shape == (99, 3)
    swapped = np.zeros(4, [("z", "<f8"), ("y", "<f8"), ("x", "<f8")])
    swapped["x"] = 1.0
    assert rnp.pointcloud2_to_xyz(rnp.array_to_pointcloud2(swapped)).tolist() == [[1.0, 0.0, 0.0]] * 4


def test_positions_from_columns() -> None:
    xyz = np.arange(6, dtype=np.float32).reshape(2, 3)
    cloud = rnp.array_to_pointcloud2(xyz)
    assert [field.name for field in cloud.fields] == ["x", "y", "z"] and cloud.point_step == 12
    assert np.array_equal(rnp.pointcloud2_to_xyz(cloud), xyz) and address(np.asarray(cloud.data)) == address(xyz)


def test_no_points() -> None:
    cloud = received(rnp.array_to_pointcloud2(np.zeros(0, POINTS)))
    assert rnp.pointcloud2_to_array(cloud).shape == (0,) and rnp.pointcloud2_to_xyz(cloud).shape == (0, 3)


def test_a_lazy_view_is_a_cloud_too() -> None:
    cloud = rnp.array_to_pointcloud2(some_points())
    view = ros_z_py.codec(sensor_msgs.PointCloud2).view(ros_z_py.encode(cloud))
    assert np.array_equal(rnp.pointcloud2_to_array(view), some_points())


def test_it_is_ten_times_faster_than_a_loop() -> None:
    """A far larger factor is expected: this fails where points are looped over or copied."""
    cloud = received(rnp.array_to_pointcloud2(some_points(20_000)))
    import struct

    def loop() -> list[tuple[float, ...]]:
        data = memoryview(cloud.data)
        return [struct.unpack_from("<4fH", data, at) for at in range(0, len(data), 18)]

    assert loop() == [tuple(point) for point in rnp.pointcloud2_to_array(cloud).tolist()]
    ours = min(timeit.repeat(lambda: rnp.pointcloud2_to_array(cloud), number=5, repeat=5))
    assert min(timeit.repeat(loop, number=5, repeat=2)) > 10 * ours


@pytest.mark.parametrize(
    "change, message",
    [
        ({"point_step": 12}, "fields[3].offset: `intensity` ends behind the 12 bytes of a point"),
        ({"data": b"short"}, "data: 5 bytes, where 1800 are needed"),
        ({"height": 2, "row_step": 4}, "row_step: 4 bytes cannot hold 100 points of 18 bytes"),
        ({"fields": []}, "fields: there are none"),
        ({"fields": [{"name": "x", "datatype": 9}]}, "fields[0].datatype: 9 is none of 1 to 8"),
        (
            {"fields": [{"name": "x", "datatype": 1, "count": 1}, {"name": "x", "datatype": 1, "count": 1}]},
            "fields[1].name: there are several `x`",
        ),
    ],
)
def test_clouds_that_are_none(change, message: str) -> None:
    cloud = rnp.array_to_pointcloud2(some_points())
    made = sensor_msgs.PointCloud2(**{**{name: getattr(cloud, name) for name in cloud.__struct_fields__}, **change})
    with pytest.raises(ros_z_py.ArgumentError) as error:
        rnp.pointcloud2_to_array(made)
    assert str(error.value) == f"sensor_msgs/msg/PointCloud2.{message}"
    assert (error.value.kind, error.value.path) == ("argument", message.split(":")[0])


@pytest.mark.parametrize(
    "array, message",
    [
        (
            np.zeros(2, [("t", "i8")]),
            "a point cannot have int64 (`t`), only int8, uint8, int16, uint16, int32, uint32, float32, float64",
        ),
        (
            np.zeros(2, [("a", "<i2"), ("b", ">i2")]),
            "points have fields of either byte order, and a PointCloud2 has one",
        ),
        (np.zeros((1, 1, 1), POINTS), "points are an array of one or two dimensions, not 3"),
        (
            np.zeros((4, 2), np.float32),
            "points without names of fields are floating-point numbers of shape (points, 3), "
            "not float32 of shape (4, 2)",
        ),
    ],
)
def test_arrays_that_are_no_points(array, message: str) -> None:
    with pytest.raises(ros_z_py.ArgumentError) as error:
        rnp.array_to_pointcloud2(array)
    assert str(error.value) == message


def test_unknown_fields_of_points() -> None:
    cloud = rnp.array_to_pointcloud2(np.zeros(1, [("x", "<f4"), ("y", "<f8"), ("z", "<f4")]))
    with pytest.raises(ros_z_py.ArgumentError, match=r"fields: there is no `w` \(x, y, z\)$"):
        rnp.pointcloud2_to_array(cloud, fields=["w"])
    with pytest.raises(ros_z_py.ArgumentError, match="x, y and z are float32, float64, float32, not"):
        rnp.pointcloud2_to_xyz(cloud)


# Images


@pytest.mark.parametrize(
    "encoding, dtype, channels",
    [
        ("mono8", "u1", 1), ("rgb8", "u1", 3), ("bgra8", "u1", 4), ("mono16", "<u2", 1), ("rgb16", "<u2", 3),
        ("8UC3", "u1", 3), ("8SC2", "i1", 2), ("16SC1", "<i2", 1), ("32SC1", "<i4", 1), ("32FC1", "<f4", 1),
        ("64FC4", "<f8", 4), ("bayer_rggb8", "u1", 1), ("bayer_gbrg16", "<u2", 1), ("yuv422", "u1", 2),
    ],
)  # fmt: skip
def test_images_there_and_back_without_a_copy(encoding: str, dtype: str, channels: int) -> None:
    shape = (4, 5) if channels == 1 else (4, 5, channels)
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    image = rnp.array_to_image(array, encoding, header=std_msgs.Header(frame_id="camera"))
    assert address(np.asarray(image.data)) == address(array)
    assert (image.height, image.width, image.step) == (4, 5, 5 * channels * array.itemsize)
    again = received(image)
    view = rnp.image_to_array(again)
    assert view.dtype == array.dtype and np.array_equal(view, array) and not view.flags.writeable
    assert address(view) == address(np.asarray(again.data))


def test_lines_with_gaps_and_the_other_byte_order() -> None:
    image = sensor_msgs.Image(
        height=2, width=1, encoding="16UC1", step=4, is_bigendian=1, data=bytes([1, 2, 0, 0, 3, 4, 0, 0])
    )
    assert rnp.image_to_array(image).tolist() == [[0x102], [0x304]]
    big = rnp.array_to_image(np.array([[258]], ">u2"))
    assert (big.encoding, big.is_bigendian, bytes(big.data)) == ("16UC1", 1, b"\x01\x02")


def test_the_encoding_of_numbers_alone_is_that_of_opencv() -> None:
    assert rnp.array_to_image(np.zeros((2, 2, 3), np.float32)).encoding == "32FC3"
    flipped = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)[::-1]
    assert np.array_equal(rnp.image_to_array(rnp.array_to_image(flipped, "rgb8")), flipped)


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"encoding": "nv12"}, "encoding: `nv12` is no encoding whose pixels are a grid of numbers"),
        ({"encoding": "8UC0"}, "encoding: `8UC0` is no encoding whose pixels are a grid of numbers"),
        ({"encoding": "rgb8", "step": 5}, "step: 5 bytes cannot hold 2 pixels of 3 bytes"),
        ({"encoding": "rgb8", "step": 6, "data": bytes(5)}, "data: 5 bytes, where 6 are needed"),
    ],
)
def test_images_that_are_none(fields, message: str) -> None:
    with pytest.raises(ros_z_py.ArgumentError) as error:
        rnp.image_to_array(sensor_msgs.Image(**{"height": 1, "width": 2, **fields}))
    assert str(error.value) == f"sensor_msgs/msg/Image.{message}"


@pytest.mark.parametrize(
    "array, encoding, message",
    [
        (np.zeros((2, 2), np.uint8), "rgb8", "the channels of `rgb8` are 3 of uint8; the array has 1 of uint8"),
        (np.zeros((2, 2), np.float64), "mono8", "the channels of `mono8` are 1 of uint8; the array has 1 of float64"),
        (np.zeros((2, 2), np.int64), None, "`64SC1` is no encoding whose pixels are a grid of numbers"),
        (np.zeros((2, 2), bool), None, "`8C1` is no encoding whose pixels are a grid of numbers"),
        (np.zeros(2, np.uint8), None, "pixels are an array of two or three dimensions, not 1"),
    ],
)
def test_arrays_that_are_no_image(array, encoding, message: str) -> None:
    with pytest.raises(ros_z_py.ArgumentError) as error:
        rnp.array_to_image(array, encoding)
    assert str(error.value) == message


# Grids and scans


def test_grids_there_and_back_without_a_copy() -> None:
    cells = np.array([[0, 100, -1], [1, 2, 3]], np.int8)
    grid = rnp.array_to_occupancygrid(cells, 0.05, origin=geometry_msgs.Pose(position={"x": 1.0}), frame_id="map")
    assert address(np.asarray(grid.data)) == address(cells)
    again = received(grid)
    view = rnp.occupancygrid_to_array(again)
    assert np.array_equal(view, cells) and view.dtype == np.int8 and address(view) == address(np.asarray(again.data))
    assert (again.info.width, again.info.height, again.info.origin.position.x) == (3, 2, 1.0)
    by_hand = nav_msgs.OccupancyGrid(info={"width": 2, "height": 1}, data=[-1, 5])
    assert rnp.occupancygrid_to_array(by_hand).tolist() == [[-1, 5]]
    with pytest.raises(ros_z_py.ArgumentError, match=r"OccupancyGrid.data: 2 bytes, where 4 are needed"):
        rnp.occupancygrid_to_array(nav_msgs.OccupancyGrid(info={"width": 2, "height": 2}, data=[1, 2]))
    with pytest.raises(ros_z_py.ArgumentError, match="cells are int8 in two dimensions, not float64 in 2"):
        rnp.array_to_occupancygrid(np.zeros((2, 2)), 0.05)


def test_a_header_and_a_frame_are_one_too_many() -> None:
    with pytest.raises(ros_z_py.ArgumentError, match="the frame_id of a header that is given is in it"):
        rnp.array_to_image(np.zeros((2, 2), np.uint8), header=std_msgs.Header(), frame_id="map")


def test_points_of_a_scan() -> None:
    scan = received(
        sensor_msgs.LaserScan(
            angle_min=0.0, angle_increment=np.pi / 2, range_min=0.5, range_max=10.0,
            ranges=[1.0, 2.0, float("inf"), 0.1, 20.0, float("nan"), 3.0],
        )
    )  # fmt: skip
    expected = [[1.0, 0.0], [0.0, 2.0], [-3.0, 0.0]]
    assert np.allclose(rnp.laserscan_to_points(scan), expected, atol=1e-5)
    assert rnp.laserscan_to_points(sensor_msgs.LaserScan()).shape == (0, 2)


# However the values lie in memory

CELLS = [0, 100, -1, 50]


@pytest.mark.parametrize(
    "data",
    [CELLS, tuple(CELLS), np.array(CELLS), np.array(CELLS, np.int16), np.array(CELLS, ">i4"), array.array("i", CELLS),
     np.repeat(np.array(CELLS, np.int8), 2)[::2], np.array(CELLS, np.int8), np.array(CELLS, np.int8).reshape(2, 2)],
    ids=lambda data: f"{type(data).__name__} {getattr(data, 'dtype', '')}",
)  # fmt: skip
def test_cells_are_taken_by_value(data) -> None:
    grid = nav_msgs.OccupancyGrid(info={"width": 2, "height": 2}, data=data)
    assert rnp.occupancygrid_to_array(grid).tolist() == [[0, 100], [-1, 50]]
    assert rnp.occupancygrid_to_array(received(grid)).tolist() == [[0, 100], [-1, 50]]


def test_what_is_right_in_memory_is_not_copied() -> None:
    for data in (np.array(CELLS, np.int8), array.array("b", CELLS)):
        grid = nav_msgs.OccupancyGrid(info={"width": 2, "height": 2}, data=data)
        assert address(rnp.occupancygrid_to_array(grid)) == address(np.asarray(data))
    pixels = np.arange(4, dtype=np.uint8).reshape(2, 2)
    image = sensor_msgs.Image(width=2, height=2, step=2, encoding="mono8", data=pixels)
    assert address(rnp.image_to_array(image)) == address(pixels)


@pytest.mark.parametrize(
    "data",
    [[1, 2, 3, 4], np.arange(1, 5), np.arange(1, 5, dtype=">u2"),
     np.array([1, 0, 2, 0, 3, 0, 4], np.uint8)[::2],
     np.asfortranarray(np.array([[1, 2], [3, 4]], np.uint8)), np.array([[2, 1], [4, 3]], np.uint8)[:, ::-1]],
    ids=["list", "int64", ">u2", "strided", "columns first", "reversed"],
)  # fmt: skip
def test_pixels_are_taken_by_value(data) -> None:
    image = sensor_msgs.Image(width=2, height=2, step=2, encoding="mono8", data=data)
    assert rnp.image_to_array(image).tolist() == [[1, 2], [3, 4]]
    exact = sensor_msgs.Image(width=2, height=2, step=2, encoding="mono8", data=bytes([1, 2, 3, 4]))
    shown = image._repr_html_().partition("<img")[2].partition(">")[0]
    assert shown and shown == exact._repr_html_().partition("<img")[2].partition(">")[0]


def test_classes_below_a_message_class_have_pixels_too() -> None:
    class Named(sensor_msgs.Image, kw_only=True):
        name: str

    image = Named(name="a", width=2, height=1, step=2, encoding="mono8", data=[1, 2])
    assert rnp.image_to_array(image).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    "data, problem",
    [
        ([300, 1, 2, 3], "[0]: 300 is out of range for uint8"),
        (np.array([1, 2, -1, 3]), "[2]: -1 is out of range for uint8"),
        (np.array([1.0, 2.0, 3.0, 4.0]), "[0]: expected uint8, got float 1.0"),
        ("abcd", ": expected a list, got str"),
        (None, ": expected a list, got NoneType"),
    ],
)
def test_pixels_that_could_not_be_sent_are_refused(data, problem: str) -> None:
    image = sensor_msgs.Image(width=2, height=2, step=2, encoding="mono8", data=data)
    with pytest.raises(ros_z_py.SerializationError) as error:
        rnp.image_to_array(image)
    assert str(error.value) == f"sensor_msgs/msg/Image.data{problem}"
    assert "<img" not in image._repr_html_()


def test_points_beyond_what_numpy_holds_are_refused() -> None:
    most = 2**32 - 1
    field = sensor_msgs.PointField(name="x", datatype=7, count=1)
    cloud = sensor_msgs.PointCloud2(width=1, height=1, point_step=most, row_step=most, fields=[field], data=b"abcd")
    with pytest.raises(
        ros_z_py.ArgumentError, match=r"PointCloud2\.point_step: NumPy has no items of 4294967295 bytes"
    ):
        rnp.pointcloud2_to_array(cloud)


@pytest.mark.parametrize("missed", [np.inf, -np.inf, np.nan])
def test_readings_that_hit_nothing_are_not_computed_with(missed: float) -> None:
    """At the angle 0 the sine is 0, and that times infinity a warning."""
    scan = sensor_msgs.LaserScan(angle_min=-1.0, angle_increment=1.0, range_max=10.0, ranges=[1.0, missed, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        points = rnp.laserscan_to_points(scan)
    assert np.allclose(points, [[np.cos(1), -np.sin(1)], [2 * np.cos(1), 2 * np.sin(1)]])


def test_readings_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ros_z_py.ArgumentError, match=r"LaserScan\.ranges: expected float32, got <U3"):
        rnp.laserscan_to_points(sensor_msgs.LaserScan(range_max=10.0, ranges=["1.5"]))
