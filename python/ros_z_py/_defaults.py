"""What makes the defaults of message classes that can be changed, named here so that they pickle and read well."""

from __future__ import annotations

from typing import Any


class Messages:
    """Makes a list of new messages: the default of a field such as ``geometry_msgs/Point[4]``."""

    __slots__ = ("cls", "count")

    def __init__(self, cls: type, count: int) -> None:
        self.cls = cls
        self.count = count

    def __call__(self) -> list[Any]:
        return [self.cls() for _ in range(self.count)]
