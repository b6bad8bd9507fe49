"""Message objects as values: how they are made, compared, copied, pickled and shown."""

from __future__ import annotations

import array
import copy
import html.parser
import json
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest

import ros_z_py
from ros_z_py import example_interfaces, geometry_msgs, nav_msgs, sensor_msgs, std_msgs

NAN = float("nan")
PROBE = "# A probe.\nuint8 IDLE=7\nfloat32[] samples\nstring<=16 label hello\ngeometry_msgs/Point at\nint8 from\n"


@pytest.fixture
def registry() -> ros_z_py.TypeRegistry:
    return ros_z_py.TypeRegistry()


# Construction


def test_dicts_become_messages() -> None:
    twist = geometry_msgs.Twist(linear={"x": 1.0}, angular={})
    assert type(twist.linear) is type(twist.angular) is geometry_msgs.Vector3 and twist.linear.x == 1.0
    path = nav_msgs.Path(poses=({"pose": {"position": {"z": 2.0}}}, geometry_msgs.PoseStamped()))
    assert [type(pose) for pose in path.poses] == [geometry_msgs.PoseStamped] * 2
    assert path.poses[0].pose.position.z == 2.0
    assert std_msgs.Header({"sec": 3}).stamp.sec == 3
    assert ros_z_py.encode(twist) == ros_z_py.encode(geometry_msgs.Twist(linear=geometry_msgs.Vector3(x=1.0)))


def test_dicts_have_the_own_names_of_fields(registry) -> None:
    probe = registry.add("value_msgs/msg/Probe", PROBE)
    outer = registry.add("value_msgs/msg/Outer", "Probe probe\nProbe[] probes\nProbe[2] two\n")
    made = outer(probe={"from": 3, "label": "x"}, probes=[{"from": 4}], two=[{}, {"from": 5}])
    assert (made.probe.from_, made.probes[0].from_, made.two[1].from_) == (3, 4, 5)
    assert (made.two[0], made.two[0].label) == (probe(), "hello")


def test_errors_in_dicts_have_the_path_of_the_codec(registry) -> None:
    registry.add("value_msgs/msg/Inner", "geometry_msgs/Point class\n")
    outer = registry.add("value_msgs/msg/Deep", "Inner from\ngeometry_msgs/Point[2] two\ngeometry_msgs/Point[] many\n")
    for values in (
        {"from": {"class": {"q": 1}}},
        {"from": {"clas": 1}},
        {"two": ({}, {"q": 1})},
        {"many": [{}, {}, {"q": 1}]},
    ):
        with pytest.raises(ros_z_py.SerializationError) as encoding:
            registry.codec(outer).encode(values)
        with pytest.raises(TypeError) as making:
            outer(**{f"{name}{'_' * (name == 'from')}": value for name, value in values.items()})
        assert str(making.value) == str(encoding.value) and making.value.__suppress_context__


def test_a_dict_in_the_place_of_an_array_is_left_to_the_codec(registry) -> None:
    made = registry.add("value_msgs/msg/Many", "geometry_msgs/Point[] many\n")(many={"x": 1})
    assert made.many == {"x": 1}
    with pytest.raises(ros_z_py.SerializationError, match=r"^value_msgs/msg/Many.many: expected a list, got dict$"):
        ros_z_py.encode(made)
    one = geometry_msgs.Pose(position=[{"x": 1}])
    with pytest.raises(ros_z_py.SerializationError, match=r"Pose.position: expected .*Point or a dict, got list$"):
        ros_z_py.encode(one)


def test_the_caller_keeps_its_own_list() -> None:
    points = [{"x": 1.0}]
    polygon = geometry_msgs.Polygon(points=points)
    assert points == [{"x": 1.0}] and polygon.points == [geometry_msgs.Point32(x=1.0)]
    same = [geometry_msgs.Point32()]
    assert geometry_msgs.Polygon(points=same).points is same


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: std_msgs.String(dta=""), "std_msgs/msg/String: no field is named `dta`; did you mean `data`?"),
        (lambda: std_msgs.String(nope=""), "std_msgs/msg/String: no field is named `nope` (fields: data)"),
        (lambda: std_msgs.Empty(nope=1), "std_msgs/msg/Empty: no field is named `nope` (no fields)"),
        (lambda: std_msgs.String("a", "b"), "std_msgs/msg/String: 2 values, but it has 1 field"),
        (
            lambda: geometry_msgs.Twist(linear={"w": 1}),
            "geometry_msgs/msg/Twist.linear: no field is named `w` (fields: x, y, z)",
        ),
        (
            lambda: geometry_msgs.Twist(linear={1: 1}),
            "geometry_msgs/msg/Twist.linear: the keys of a dict are names of fields, not 1",
        ),
        (
            lambda: geometry_msgs.Polygon(points=[{"x": 1}, {"X2": 1}]),
            "geometry_msgs/msg/Polygon.points[1]: no field is named `X2` (fields: x, y, z)",
        ),
        (
            lambda: nav_msgs.Path(poses=[{}, {"pose": {"position": {"q": 1}}}]),
            "nav_msgs/msg/Path.poses[1].pose.position: no field is named `q` (fields: x, y, z)",
        ),
        (lambda: std_msgs.String("a", data="b"), "Argument 'data' given by name and position"),
        (
            lambda: example_interfaces.AddTwoInts(a=1),
            "example_interfaces/srv/AddTwoInts is a service, not a message; did you mean AddTwoInts.Request?",
        ),
        (
            lambda: example_interfaces.Fibonacci(),
            "example_interfaces/action/Fibonacci is an action, not a message; did you mean Fibonacci.Goal?",
        ),
        (
            lambda: type("Mine", (example_interfaces.AddTwoInts,), {})(),
            "example_interfaces/srv/AddTwoInts is a service, not a message; did you mean Mine.Request?",
        ),
        (lambda: ros_z_py.Interface(), "Interface is what service and action classes inherit; it has no instances"),
    ],
)
def test_what_cannot_be_made_says_why(make, message: str) -> None:
    with pytest.raises(TypeError) as error:
        make()
    assert str(error.value) == message


def test_an_attribute_that_is_no_field_is_refused() -> None:
    message = std_msgs.String()
    with pytest.raises(AttributeError) as error:
        message.dta = "x"
    assert str(error.value) == "std_msgs/msg/String: no field is named `dta`; did you mean `data`?"
    with pytest.raises(AttributeError, match="read-only"):
        sensor_msgs.BatteryState().POWER_SUPPLY_STATUS_FULL = 1


def test_an_exception_of_a_callers_value_is_its_own() -> None:
    class Hostile:
        def __eq__(self, other: object) -> bool:
            raise ValueError("mine")

        __hash__ = None  # type: ignore[assignment]

        def __len__(self) -> int:
            raise KeyError("mine too")

    with pytest.raises(ValueError, match=r"^mine$"):
        assert std_msgs.String(data=Hostile()) == std_msgs.String(data=Hostile())


def test_a_class_below_a_message_class_is_one_of_msgspec() -> None:
    class Named(std_msgs.String):
        extra: int = 0

    assert Named(data="a", extra=1).extra == 1
    with pytest.raises(TypeError, match="Unexpected keyword argument 'nope'"):
        Named(nope=1)


# Comparison


def test_nan_equals_itself_only_where_it_is_the_same_object() -> None:
    """As in lists of Python: `[nan] == [nan]` for one object, not for two."""
    other = float("nan")
    assert geometry_msgs.Point(x=NAN) == geometry_msgs.Point(x=NAN)
    assert geometry_msgs.Point(x=NAN) != geometry_msgs.Point(x=other)
    message = geometry_msgs.Point(x=NAN)
    assert message == copy.copy(message) and [NAN] == [NAN] and [other] != [NAN]


def test_equality() -> None:
    assert std_msgs.String(data="a") != std_msgs.String(data="b")
    assert geometry_msgs.Point() != geometry_msgs.Vector3()
    assert std_msgs.String() != 1 and not std_msgs.String() == "x"
    with pytest.raises(TypeError, match="unhashable type: 'String'"):
        hash(std_msgs.String())
    with pytest.raises(TypeError, match="'<' not supported between instances of 'String' and 'String'"):
        assert std_msgs.String() < std_msgs.String()


@pytest.mark.parametrize("other", [np.array([1.0, 2.0]), [1.0, 2.0], (1.0, 2.0)], ids=["numpy", "list", "tuple"])
def test_arrays_are_equal_by_their_items(other) -> None:
    scan = sensor_msgs.LaserScan(ranges=np.array([1.0, 2.0]))
    view = ros_z_py.codec(sensor_msgs.LaserScan).decode(ros_z_py.encode(scan))
    assert scan == sensor_msgs.LaserScan(ranges=other)
    assert not scan != sensor_msgs.LaserScan(ranges=other)
    assert view.ranges == scan.ranges.tolist()
    assert scan != sensor_msgs.LaserScan(ranges=[1.0, 3.0]) and scan != sensor_msgs.LaserScan(ranges=[1.0])
    assert scan != std_msgs.String()
    nested = nav_msgs.OccupancyGrid(data=np.zeros(3, np.int8), info={"width": 1})
    assert nested != nav_msgs.OccupancyGrid(data=np.zeros(3, np.int8), info={"width": 2})


OCTETS = [
    b"ab",
    bytearray(b"ab"),
    memoryview(b"ab"),
    [97, 98],
    (97, 98),
    array.array("i", [97, 98]),
    np.array([97, 98]),
]
OCTETS.append(ros_z_py.ZBufView(b"ab"))


@pytest.mark.parametrize("numbers", [[1.0], np.zeros(2)], ids=["list", "numpy"])
@pytest.mark.parametrize("left", OCTETS, ids=lambda value: type(value).__name__)
def test_kinds_of_arrays_are_equal(registry, left, numbers) -> None:
    both = registry.add("value_msgs/msg/Both", "float32[] numbers\nuint8[] octets\n")
    for right in OCTETS:
        one, two = both(octets=left, numbers=numbers), both(octets=right, numbers=numbers)
        assert one == two and not one != two, type(right)
        assert one != both(octets=b"ac", numbers=numbers) and one != both(octets=[97], numbers=numbers)
    assert std_msgs.UInt8MultiArray() == std_msgs.UInt8MultiArray(data=[])
    poses = [geometry_msgs.PoseStamped()]
    assert nav_msgs.Path(poses=poses) == nav_msgs.Path(poses=tuple(poses))


def test_arrays_are_equal_as_they_are_sent() -> None:
    """In one row, whatever their shape."""
    square = geometry_msgs.PoseWithCovariance(covariance=np.eye(6))
    for row in (np.eye(6).reshape(-1), np.eye(6).reshape(-1).tolist(), array.array("d", np.eye(6).reshape(-1))):
        assert square == geometry_msgs.PoseWithCovariance(covariance=row)
        assert geometry_msgs.PoseWithCovariance(covariance=row) == square
    assert square != geometry_msgs.PoseWithCovariance(covariance=np.zeros(36))


# Copies


def test_copies(registry) -> None:
    path = nav_msgs.Path(poses=[geometry_msgs.PoseStamped()])
    shallow, deep = copy.copy(path), copy.deepcopy(path)
    assert shallow == deep == path and shallow.poses is path.poses
    assert deep.poses is not path.poses and deep.poses[0] is not path.poses[0]
    # Also of a class that another registry has under the same name.
    own = registry.add("value_msgs/msg/Own", "int8 x")(x=1)
    assert type(copy.deepcopy(own)) is type(copy.copy(own)) is type(own)
    shared = geometry_msgs.Point()
    twice = copy.deepcopy([shared, shared])
    assert twice[0] is twice[1] is not shared


# Text

SINGLES = "0.1, 16777216.0, 1e+20, nan"


@pytest.mark.parametrize(
    "message, shown",
    [
        (std_msgs.String(data="hello"), "String(data='hello')"),
        (std_msgs.Empty(), "Empty()"),
        (std_msgs.ByteMultiArray(data=b"abc").data, "b'abc'"),
        (std_msgs.Float32MultiArray(data=[0.5] * 16).data, repr([0.5] * 16)),
        (
            sensor_msgs.LaserScan(ranges=[0.5] * 1080),
            "ranges=[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, ... 1080 items], intensities=[])",
        ),
        (sensor_msgs.LaserScan(ranges=(1.0,)), "ranges=(1.0,), intensities=[])"),
        (sensor_msgs.Image(data=bytes(100_000)), r"\x00'... 100000 bytes)"),
        (
            std_msgs.Float32MultiArray(data=np.zeros((30, 40), np.float32)),
            "<ndarray float32[30, 40]: 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, ...>",
        ),
        (std_msgs.Float32MultiArray(data=np.array([0.1, 16777217, 1e20, np.nan], np.float32)), f": {SINGLES}>"),
        (
            std_msgs.Float32MultiArray(data=ros_z_py.ZArrayView(np.array([0.1, 16777217, 1e20, np.nan], np.float32))),
            f"4]: {SINGLES}>",
        ),
        (nav_msgs.Path(poses=[geometry_msgs.PoseStamped()] * 1000), "... 1000 items])"),
    ],
)
def test_repr_is_short(message, shown: str) -> None:
    assert shown in repr(message)
    assert len(repr(message)) < 2500


def test_repr_of_a_message_in_itself_ends() -> None:
    array = std_msgs.String()
    array.data = [array]
    assert repr(array).endswith("...])" + "])" * 19) or "..." in repr(array)
    assert "..." in array._repr_html_() or len(array._repr_html_()) < 100_000


@pytest.mark.parametrize("shown_before", [False, True])
def test_repr_when_python_ends(shown_before: bool) -> None:
    """Nothing is imported any more then."""
    program = (
        "import sys\nfrom ros_z_py import std_msgs\n"
        f"if {shown_before}: repr(std_msgs.String())\n"
        "class Last:\n    def __del__(self): print(repr(self.message))\n"
        "last = Last()\nlast.message = std_msgs.String(data='x')\nsys.modules['kept'] = last\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("String(data='x')\n", "")


def test_rich_shows_short_values() -> None:
    scan = sensor_msgs.LaserScan(ranges=[0.5] * 1080)
    shown = dict(scan.__rich_repr__())
    assert list(shown) == list(scan.__struct_fields__)
    assert repr(shown["ranges"]).endswith("... 1080 items]") and repr(shown["range_max"]) == "0.0"


def test_match_statements() -> None:
    match geometry_msgs.Twist(linear={"x": 2.0}):
        case geometry_msgs.Twist(geometry_msgs.Vector3(x, y)):
            assert (x, y) == (2.0, 0.0)
        case _:
            pytest.fail("did not match")


def test_dir_has_the_fields_and_constants() -> None:
    assert {"data", "__msgtype__"} <= set(dir(std_msgs.String()))
    assert "POWER_SUPPLY_STATUS_FULL" in dir(sensor_msgs.BatteryState)
    assert "Request" in dir(example_interfaces.AddTwoInts)
    assert {"msg", "String"} <= set(dir(std_msgs))
    assert {"std_msgs", "Message", "numpy"} <= set(dir(ros_z_py))


def test_messages_have_a_common_class() -> None:
    assert isinstance(std_msgs.String(), ros_z_py.Message) and issubclass(std_msgs.String, ros_z_py.Message)
    assert issubclass(example_interfaces.AddTwoInts, ros_z_py.Interface)


# Notebooks


class Balanced(html.parser.HTMLParser):
    """Fails where elements do not nest; collects text and pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.pictures: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attrs)["src"] or "")
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def pixels(source: str) -> tuple[int, int, int, bytes]:
    """Width, height, colour type and octets of a PNG as this package writes it."""
    import base64

    data = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
    assert bits == 8
    at = data.index(b"IDAT")
    (length,) = struct.unpack_from(">I", data, at - 4)
    lines = zlib.decompress(data[at + 4 : at + 4 + length])
    step = len(lines) // height
    assert all(lines[row * step] == 0 for row in range(height))
    return width, height, colour, b"".join(lines[row * step + 1 : (row + 1) * step] for row in range(height))


def test_html_shows_all_fields_escaped() -> None:
    message = std_msgs.Header(frame_id="<b>&map</b>", stamp={"sec": 3})
    page = Balanced(message._repr_html_())
    assert "std_msgs/msg/Header" in page.text and "'<b>&map</b>'" in page.text and "sec: 3" in page.text


class Foreign:
    """What other packages have for arrays: some of what NumPy's have, in another way."""

    dtype, shape, size = "float32", (100,), None

    def __len__(self) -> int:
        return 100

    def __repr__(self) -> str:
        raise KeyError("of its own")

    def ravel(self) -> None:
        raise RuntimeError("not so")


@pytest.mark.parametrize(
    "value",
    [
        {number: number for number in range(20)},
        set(range(20)),
        [1, "a"] * 20,
        [1, None] * 20,
        [std_msgs.String(), 1],
        [1, std_msgs.String()] * 20,
        [[1.0] * 20] * 20,
        [np.float32(1)] * 30,
        range(30),
        iter([1]),
        5,
        None,
        object(),
        Foreign(),
        memoryview(bytes(64)).cast("B", (8, 8)),
        np.array(5),
        np.zeros((0, 3)),
        np.arange(60).reshape(3, 20),
        np.array([1, "a", None] * 10, object),
        np.array(["a"] * 20),
        np.zeros(20, [("a", "i4")]),
        np.zeros(20, complex),
        np.array(["2020-01-01"] * 20, "M8[s]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_html_of_whatever_is_in_a_field(value) -> None:
    for message in (sensor_msgs.LaserScan(ranges=value), sensor_msgs.Image(data=value, encoding="mono8", height=1)):
        page = Balanced(message._repr_html_())
        assert message.__msgtype__ in page.text and "header" in page.text
    assert "Message" in ros_z_py.Message()._repr_html_()


def test_html_sums_up_arrays() -> None:
    scan = sensor_msgs.LaserScan(ranges=[0.5, NAN, *[2.0] * 1000])
    received = ros_z_py.codec(sensor_msgs.LaserScan).decode(ros_z_py.encode(scan))
    text = Balanced(received._repr_html_()).text
    assert "1002 items; 0.5 to 2.0; 1 NaN" in text and len(text) < 2000
    path = nav_msgs.Path(poses=[{}] * 50)
    text = Balanced(path._repr_html_()).text
    assert "geometry_msgs/msg/PoseStamped[50]" in text and "... 30 more" in text


@pytest.mark.parametrize(
    "encoding, data, colour, shown",
    [
        ("rgb8", bytes([1, 2, 3, 4, 5, 6]), 2, bytes([1, 2, 3, 4, 5, 6])),
        ("bgr8", bytes([1, 2, 3, 4, 5, 6]), 2, bytes([3, 2, 1, 6, 5, 4])),
        ("bgra8", bytes([1, 2, 3, 4, 5, 6, 7, 8]), 6, bytes([3, 2, 1, 4, 7, 6, 5, 8])),
        ("mono8", bytes([7, 9]), 0, bytes([7, 9])),
        ("16UC1", struct.pack("<2H", 100, 300), 0, bytes([0, 255])),
        ("32FC1", struct.pack("<2f", 1.5, NAN), 0, bytes([0, 0])),
        ("32FC1", struct.pack("<2f", 1.5, 2.5), 0, bytes([0, 255])),
    ],
)
def test_html_shows_images(encoding: str, data: bytes, colour: int, shown: bytes) -> None:
    image = sensor_msgs.Image(height=1, width=2, encoding=encoding, step=len(data), data=data)
    (source,) = Balanced(image._repr_html_()).pictures
    assert pixels(source) == (2, 1, colour, shown)


def test_html_shows_small_pictures_of_large_images() -> None:
    array = np.zeros((1080, 1920, 3), np.uint8)
    array[:, :, 1] = np.arange(1920) // 8
    image = sensor_msgs.Image(height=1080, width=1920, encoding="rgb8", step=5760, data=array.tobytes())
    (source,) = Balanced(image._repr_html_()).pictures
    width, height, _, octets = pixels(source)
    assert (width, height) == (240, 135)
    assert np.array_equal(np.frombuffer(octets, np.uint8).reshape(135, 240, 3), array[::8, ::8])


@pytest.mark.parametrize(
    "fields",
    [
        {"encoding": "nv12"},
        {"encoding": "rgb8", "data": b"short"},
        {"encoding": "rgb8", "step": 1},
        {"encoding": 3},
        {"height": -1},
        {"data": ["a"]},
    ],
)
def test_html_of_an_image_that_is_none(fields) -> None:
    image = sensor_msgs.Image(**{"height": 2, "width": 2, "encoding": "rgb8", "step": 6, "data": bytes(12), **fields})
    assert Balanced(image._repr_html_()).pictures == []


def test_html_shows_compressed_pictures() -> None:
    for data, kind in [(b"\x89PNG\r\n\x1a\n...", "png"), (b"\xff\xd8\xff...", "jpeg")]:
        page = Balanced(sensor_msgs.CompressedImage(format=kind, data=data)._repr_html_())
        assert page.pictures[0].startswith(f"data:image/{kind};base64,")
    assert Balanced(sensor_msgs.CompressedImage(data=b"other")._repr_html_()).pictures == []


# Dicts


def test_json_and_dicts_of_a_message_that_was_made_of_dicts() -> None:
    twist = geometry_msgs.Twist(linear={"x": 1.0})
    assert json.loads(ros_z_py.to_json(twist))["linear"] == {"x": 1.0, "y": 0.0, "z": 0.0}
    assert ros_z_py.to_dict(twist)["angular"] == {"x": 0.0, "y": 0.0, "z": 0.0}


def test_messages_of_derived_classes_are_messages_of_the_class(registry) -> None:
    for base in (std_msgs.String, registry.add("derived_msgs/msg/Text", "string data\n")):

        class Loud(base):
            def shout(self) -> str:
                return self.data.upper()

        class Louder(Loud):
            volume: int = 11

        message = Loud(data="x")
        assert message.shout() == "X" and ros_z_py.encode(message) == ros_z_py.encode(base(data="x"))
        assert ros_z_py.codec(Loud).encode(message) == ros_z_py.encode(message)
        assert (ros_z_py.to_dict(message), ros_z_py.to_json(message)) == ({"data": "x"}, b'{"data":"x"}')
        assert type(ros_z_py.from_dict(Loud, {"data": "x"})) is base
        # What it adds is not sent.
        assert ros_z_py.encode(Louder(data="x", volume=3)) == ros_z_py.encode(message)
