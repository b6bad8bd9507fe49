"""Streams of messages as tables of Apache Arrow, for Parquet, DuckDB, pandas and Polars.

Needs pyarrow: ``pip install ros-z-py[arrow]``.

>>> import pyarrow
>>> from ros_z_py import geometry_msgs
>>> from ros_z_py.arrow import to_arrow
>>> table = to_arrow([geometry_msgs.Point(x=1.0), geometry_msgs.Point(x=2.0)])
>>> table.column_names, table["x"].to_pylist()
(['x', 'y', 'z'], [1.0, 2.0])

A column is a field. What is in it follows from the type of the field:

==========================  ============================================
ROS                         Arrow
==========================  ============================================
numbers, ``bool``           the number of the same width, ``bool``
``string``, ``wstring``     ``string``
octets: ``uint8[]`` ...     ``large_binary``; ``binary(n)`` for ``uint8[n]``
``T[n]``                    ``fixed_size_list(T, n)``
other arrays                ``large_list(T)``
messages                    ``struct`` with a child for each field
==========================  ============================================

Values are those that would be sent: a message that could not be encoded cannot be in a table either.
"""

from __future__ import annotations

import sys
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

try:
    import pyarrow as pa
except ImportError as error:
    raise ImportError("ros_z_py.arrow needs pyarrow: pip install ros-z-py[arrow]") from error

from ._errors import RosZError, argument_error
from ._messages import Message, attribute, message_class
from ._native import ZArrayView, to_dict
from ._native import types as _types

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ._native import Codec, Schema, SchemaField

__all__ = ["arrow_schema", "to_arrow"]

_NUMBERS = {
    "boolean": pa.bool_(),
    "bool": pa.bool_(),
    "byte": pa.uint8(),
    "octet": pa.uint8(),
    "int8": pa.int8(),
    "uint8": pa.uint8(),
    "int16": pa.int16(),
    "uint16": pa.uint16(),
    "int32": pa.int32(),
    "uint32": pa.uint32(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
}
_OCTETS = ("uint8", "byte", "octet")


def to_arrow(messages: Iterable[Message], message_type: type[Message] | str | None = None) -> pa.Table:
    """A table with a row for each message and a column for each field.

    Args:
        messages: messages of one type, such as those of a recording or the first hundred of a subscriber.
        message_type: their type; that of the first message unless given. It must be given where there may be none.

    Raises:
        ArgumentError: no message and no type; a message of another type; a string that is not UTF-8.
        SerializationError: a value that its field cannot hold.
    """
    rows = list(messages)
    if message_type is None:
        if not rows:
            raise argument_error("there is no message to tell the type by; give message_type")
        if not isinstance(rows[0], Message):
            raise argument_error(f"message 0 is of {type(rows[0]).__name__}, which is no message class")
        message_type = message_class(type(rows[0]))
    codec = _types.codec(message_type)
    rows = [_as_sent(codec, index, row) for index, row in enumerate(rows)]
    schema = arrow_schema(message_type)
    try:
        columns = _columns(_types.schema(message_type), rows)
    except UnicodeEncodeError:
        for index, row in enumerate(rows):
            _check_texts(index, row)
        raise
    if not columns:  # a table cannot be told how many rows it has
        rows_alone = pa.RecordBatch.from_struct_array(pa.array([{}] * len(rows), pa.struct([])))
        return pa.Table.from_batches([rows_alone.replace_schema_metadata(schema.metadata)])
    return pa.Table.from_arrays(columns, schema=schema)


def _as_sent(codec: Codec[Any], index: int, row: Any) -> Any:
    """A message as a subscriber would have it: its values are what its fields can hold."""
    if not isinstance(row, Message) or getattr(row, "__type_hash__", None) != codec.type_hash:
        found = getattr(row, "__msgtype__", type(row).__name__)
        which = f"another {found}" if found == codec.type_name else f"{found}, not of {codec.type_name}"
        raise argument_error(f"message {index} is of {which}")
    try:
        return codec.decode(codec.encode(row))
    except RosZError as error:
        error.args = (f"message {index}: {error}",)
        raise


def _check_texts(index: int, row: Message) -> None:
    """Raises for the first text with bytes that are not UTF-8, which are lone surrogates in it."""

    def check(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                check(inner, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                check(inner, f"{path}[{place}]")
        elif isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            error = argument_error(f"message {index}: {row.__msgtype__}.{path}: {value!r} is not UTF-8")
            error.type_name, error.path = row.__msgtype__, path
            raise error

    check(to_dict(row), "")


def arrow_schema(message_type: type[Message] | str) -> pa.Schema:
    """The schema of the tables that :func:`to_arrow` makes; its metadata has the type and its hash.

    >>> print(arrow_schema("sensor_msgs/msg/Range").field("range"))
    pyarrow.Field<range: float>
    """
    schema = _types.schema(message_type)
    metadata = {"ros_type": schema.name, "ros_type_hash": schema.hash}
    return pa.schema([(field.name, _type(field)) for field in schema.fields], metadata)


def _type(field: SchemaField) -> pa.DataType:
    if field.array_kind is None:
        return _item_type(field)
    if field.element_type in _OCTETS:
        return pa.large_binary() if field.length is None else pa.binary(field.length)
    item = _item_type(field)
    return pa.large_list(item) if field.length is None else pa.list_(item, field.length)


def _item_type(field: SchemaField) -> pa.DataType:
    if field.schema is not None:
        return pa.struct([(inner.name, _type(inner)) for inner in field.schema.fields])
    return _NUMBERS.get(field.element_type, pa.string())


def _columns(schema: Schema, values: Sequence[Any]) -> list[pa.Array]:
    return [_column(field, [getattr(value, attribute(field.name)) for value in values]) for field in schema.fields]


def _column(field: SchemaField, values: list[Any]) -> pa.Array:
    if field.array_kind is None:
        return _items(field, values)
    kind = _type(field)
    if field.element_type in _OCTETS:
        return pa.array([memoryview(value) for value in values], kind)
    items = _flat(field, values)
    if field.length is not None:
        return pa.FixedSizeListArray.from_arrays(items, type=kind)
    ends = accumulate(map(len, values), initial=0)
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), items, type=kind)


def _flat(field: SchemaField, values: list[Any]) -> pa.Array:
    """The items of many arrays in one."""
    kind = _item_type(field)
    if values and all(map(_is_native, values)):
        octets = b"".join(value.tobytes() for value in values)
        return pa.Array.from_buffers(kind, sum(map(len, values)), [None, pa.py_buffer(octets)])
    return _items(field, list(chain.from_iterable(values)))


def _is_native(value: Any) -> bool:
    """Whether Arrow has these numbers in the same bytes; of truth values it has eight in a byte."""
    return isinstance(value, ZArrayView) and value.format[-1] != "?" and value.byteorder == sys.byteorder


def _items(field: SchemaField, values: Sequence[Any]) -> pa.Array:
    if field.schema is None:
        return pa.array(values, _item_type(field))
    return _struct(field.schema, values)


def _struct(schema: Schema, values: Sequence[Any]) -> pa.Array:
    if not schema.fields:
        return pa.array([{}] * len(values), pa.struct([]))
    kinds = [pa.field(field.name, _type(field)) for field in schema.fields]
    return pa.StructArray.from_arrays(_columns(schema, values), fields=kinds)
