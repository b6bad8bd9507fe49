"""Messages as tables of Arrow and data frames of Polars."""

from __future__ import annotations

import pytest

import ros_z_py
from ros_z_py import diagnostic_msgs, geometry_msgs, sensor_msgs, std_msgs

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")
from ros_z_py.arrow import arrow_schema, to_arrow  # noqa: E402 - it needs pyarrow

EVERYTHING = """
bool on
byte octet
int8 i8
uint64 u64
float32 f32
string text
uint8[] blob
uint8[3] three
float32[] floats
bool[] flags
int16[2] pair
string[] texts
std_msgs/Header header
std_msgs/Header[] headers
builtin_interfaces/Time[2] times
std_msgs/Empty nothing
int8 from
"""


def plain(message: object) -> object:
    """A message as Arrow gives it back."""
    if isinstance(message, dict):
        return {name: plain(value) for name, value in message.items()}
    if isinstance(message, ros_z_py.ZBufView):
        return bytes(message)
    if isinstance(message, (list, tuple, ros_z_py.ZArrayView)):
        return [plain(item) for item in message]
    return message


def test_every_kind_of_field() -> None:
    registry = ros_z_py.TypeRegistry()
    everything = registry.add("arrow_msgs/msg/Everything", EVERYTHING)
    full = everything(
        on=True, octet=255, i8=-1, u64=2**64 - 1, f32=0.5, text="é", blob=b"ab", three=b"abc", floats=[1.0, 2.0],
        flags=[True, False], pair=[1, -1], texts=["a", "b"], header={"frame_id": "map", "stamp": {"sec": 3}},
        headers=[{"frame_id": "a"}, {"frame_id": "b"}], times=[{"sec": 1}, {"sec": 2}], from_=7,
    )  # fmt: skip
    codec = registry.codec(everything)
    for rows in ([full, everything()], [codec.decode(codec.encode(row)) for row in (full, everything())]):
        table = to_arrow(rows)
        assert table.to_pylist() == [plain(ros_z_py.to_dict(row)) for row in rows]
        assert table.schema == arrow_schema(everything)
        table.validate(full=True)
    types = {field.name: str(field.type) for field in table.schema}
    assert types["u64"] == "uint64" and types["f32"] == "float" and types["three"] == "fixed_size_binary[3]"
    assert types["floats"] == "large_list<item: float>" and types["pair"] == "fixed_size_list<item: int16>[2]"
    assert table.schema.metadata == {
        b"ros_type": b"arrow_msgs/msg/Everything",
        b"ros_type_hash": everything.__type_hash__.encode(),
    }


def test_nested_messages() -> None:
    array = diagnostic_msgs.DiagnosticArray(
        status=[{"name": "a", "values": [{"key": "k", "value": "v"}]}, {"name": "b", "values": []}]
    )
    column = to_arrow([array, array])["status"].to_pylist()
    assert column[1][0]["values"] == [{"key": "k", "value": "v"}] and column[0][1]["name"] == "b"


def test_no_rows() -> None:
    table = to_arrow([], "sensor_msgs/msg/LaserScan")
    assert table.num_rows == 0 and table.schema == arrow_schema(sensor_msgs.LaserScan)
    with pytest.raises(ros_z_py.ArgumentError, match="there is no message to tell the type by; give message_type"):
        to_arrow([])


@pytest.mark.parametrize(
    "rows, error, message",
    [
        ([std_msgs.String(), std_msgs.Int8()], "argument", "message 1 is of std_msgs/msg/Int8, not of {String}"),
        ([std_msgs.String(), None], "argument", "message 1 is of NoneType, not of {String}"),
        ([None, std_msgs.String()], "argument", "message 0 is of NoneType, which is no message class"),
        ([{"data": "a"}], "argument", "message 0 is of dict, which is no message class"),
        ([std_msgs.Int8(data=300)], "range", "message 0: std_msgs/msg/Int8.data: 300 is out of range for int8"),
        ([std_msgs.Int32(data=1.5)], "type", "message 0: std_msgs/msg/Int32.data: expected int32, got float"),
        (
            [std_msgs.Int32MultiArray(data=[1, 1.5])],
            "type",
            "message 0: std_msgs/msg/Int32MultiArray.data[1]: expected int32, got float",
        ),
        (
            [std_msgs.Float32(), std_msgs.Float32(data=1e300)],
            "range",
            "message 1: std_msgs/msg/Float32.data: 1e300 is out of range for float32",
        ),
        ([sensor_msgs.Image(data=5)], "type", "message 0: sensor_msgs/msg/Image.data: expected a list, got int"),
        (
            [sensor_msgs.Imu(orientation_covariance=[1.0])],
            "length",
            "message 0: sensor_msgs/msg/Imu.orientation_covariance: expected exactly 9 elements, got 1",
        ),
        (
            [std_msgs.String(), std_msgs.String(data="a\udcff")],
            "argument",
            "message 1: std_msgs/msg/String.data: 'a\\udcff' is not UTF-8",
        ),
        (
            [diagnostic_msgs.DiagnosticArray(status=[{}, {"values": [{"key": "\udcff"}]}])],
            "argument",
            "message 0: diagnostic_msgs/msg/DiagnosticArray.status[1].values[0].key: '\\udcff' is not UTF-8",
        ),
    ],
)
def test_what_is_refused(rows, error: str, message: str) -> None:
    with pytest.raises(ros_z_py.RosZError) as raised:
        to_arrow(rows)
    assert str(raised.value) == message.replace("{String}", "std_msgs/msg/String")
    assert raised.value.kind == error


def test_another_definition_of_the_name_is_refused() -> None:
    one, two = (ros_z_py.TypeRegistry().add("arrow_msgs/msg/Two", f"int{bits} x") for bits in (8, 16))
    with pytest.raises(ros_z_py.ArgumentError, match="message 1 is of another arrow_msgs/msg/Two"):
        to_arrow([one(), two()])


def test_values_are_taken_as_they_are_sent() -> None:
    """However they lie in memory."""
    images = [np.array([1, 2]), [1, 2], np.array([1, 0, 2], np.uint8)[::2], np.array([1, 2], ">u2"), bytearray(b"\1\2")]
    table = to_arrow([sensor_msgs.Image(data=data) for data in images])
    assert table["data"].to_pylist() == [b"\1\2"] * len(images)
    scans = [np.array([1.5, 2]), (1.5, 2), np.array([1.5, 0, 2], np.float32)[::2]]
    table = to_arrow([sensor_msgs.LaserScan(ranges=ranges) for ranges in scans])
    assert table["ranges"].to_pylist() == [[1.5, 2.0]] * len(scans)
    square = to_arrow([geometry_msgs.PoseWithCovariance(covariance=np.eye(6))])
    assert square["covariance"].to_pylist() == [np.eye(6).reshape(-1).tolist()]
    pose = geometry_msgs.Pose()
    pose.position = {"x": 1.0}
    assert to_arrow([pose])["position"].to_pylist() == [{"x": 1.0, "y": 0.0, "z": 0.0}]


def test_classes_below_a_message_class_are_rows_of_it() -> None:
    probe = ros_z_py.TypeRegistry().add("arrow_msgs/msg/Probe", "uint8[] data\n")

    class Named(probe):  # type: ignore[misc, valid-type]
        def first(self) -> int:
            return self.data[0]

    class Longer(Named):
        name: str = "a"

    table = to_arrow([Named(data=[1]), probe(data=b"\2"), Longer(data=[3])])
    assert table.to_pylist() == [{"data": b"\1"}, {"data": b"\2"}, {"data": b"\3"}]


def test_messages_without_fields_are_rows() -> None:
    table = to_arrow([std_msgs.Empty()] * 3)
    assert (table.num_rows, table.num_columns, table.to_pylist()) == (3, 0, [{}] * 3)


def test_polars() -> None:
    pytest.importorskip("polars")
    from ros_z_py.polars import to_polars

    frame = to_polars([sensor_msgs.Range(range=float(number)) for number in range(5)])
    assert frame["range"].sum() == 10.0 and frame.height == 5
    assert frame["header"].struct.field("frame_id").to_list() == [""] * 5
