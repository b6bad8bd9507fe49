"""Streams of messages as data frames of Polars.

Needs Polars and pyarrow: ``pip install ros-z-py[polars]``.

>>> from ros_z_py import geometry_msgs
>>> from ros_z_py.polars import to_polars
>>> to_polars([geometry_msgs.Point(x=1.0), geometry_msgs.Point(x=2.0)])["x"].to_list()
[1.0, 2.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    import polars as pl
except ImportError as error:
    raise ImportError("ros_z_py.polars needs Polars: pip install ros-z-py[polars]") from error

from .arrow import to_arrow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._messages import Message

__all__ = ["to_polars"]


def to_polars(messages: Iterable[Message], message_type: type[Message] | str | None = None) -> pl.DataFrame:
    """A data frame with a row for each message and a column for each field, as :func:`ros_z_py.arrow.to_arrow` has
    them."""
    frame = pl.from_arrow(to_arrow(messages, message_type))
    assert isinstance(frame, pl.DataFrame)
    return frame
