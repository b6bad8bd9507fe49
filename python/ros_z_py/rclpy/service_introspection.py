"""Service introspection in the words of ``rclpy.service_introspection``."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

__all__ = ["ServiceIntrospectionState"]


class ServiceIntrospectionState(IntEnum):
    """What services and clients tell of requests and responses."""

    OFF = 0
    METADATA = 1
    CONTENTS = 2

    @property
    def level(self) -> Literal["off", "metadata", "contents"]:
        """The word for it in the rest of ``ros_z_py``."""
        levels: tuple[Literal["off", "metadata", "contents"], ...] = ("off", "metadata", "contents")
        return levels[self]
