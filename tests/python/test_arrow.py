"""Messages as tables of Arrow and data frames of Polars."""

from __future__ import annotations

import pytest

import ros_z_py
from ros_z_py import diagnostic_msgs, sensor_msgs, std_msgs

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


def test_what_is_refused() -> None:
    with pytest.raises(ros_z_py.ArgumentError) as error:
        to_arrow([std_msgs.String(), std_msgs.Int8()])
    assert str(error.value) == "message 1 is of std_msgs/msg/Int8, not of std_msgs/msg/String"
    with pytest.raises(pa.ArrowInvalid):
        to_arrow([std_msgs.Int8(data=300)])
    with pytest.raises(ros_z_py.ArgumentError, match="`orientation_covariance` has 9 items, not 1"):
        to_arrow([sensor_msgs.Imu(orientation_covariance=[1.0])])


def test_polars() -> None:
    pytest.importorskip("polars")
    from ros_z_py.polars import to_polars

    frame = to_polars([sensor_msgs.Range(range=float(number)) for number in range(5)])
    assert frame["range"].sum() == 10.0 and frame.height == 5
    assert frame["header"].struct.field("frame_id").to_list() == [""] * 5
