"""Messages as text for people: in full, save that of long arrays only the beginning is shown."""

from __future__ import annotations

import math
import struct
from typing import Any

from ._messages import Message

SHOWN = 8
"""Items of an array that are shown, where it has more than are short."""
SHORT = 16
"""Items of an array that is shown in full."""
_DEEP = 40


class Short:
    """A value whose ``repr`` is short."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return text(self.value)


def text(value: Any, depth: int = 0) -> str:
    """The ``repr`` of a value of a message, or of a message."""
    if depth > _DEEP:
        return "..."  # only what contains itself is as deep
    if isinstance(value, Message):
        fields = [f"{name}={text(getattr(value, name), depth + 1)}" for name in value.__struct_fields__]
        return f"{type(value).__name__}({', '.join(fields)})"
    if isinstance(value, (bytes, bytearray)):
        return repr(value) if len(value) <= 4 * SHORT else f"{bytes(value[: 2 * SHOWN])!r}... {len(value)} bytes"
    if isinstance(value, (list, tuple)):
        opening, closing = "[]" if isinstance(value, list) else "()"
        if len(value) <= SHORT:
            comma = "," if closing == ")" and len(value) == 1 else ""
            return f"{opening}{', '.join(text(item, depth + 1) for item in value)}{comma}{closing}"
        items = ", ".join(text(item, depth + 1) for item in value[:SHOWN])
        return f"{opening}{items}, ... {len(value)} items{closing}"
    if hasattr(value, "dtype") and hasattr(value, "ravel"):
        return _array(value)
    return repr(value)


def _array(value: Any) -> str:
    """An array of NumPy or its kind, with its shape as views of ours have it."""
    shape = ", ".join(map(str, value.shape))
    items = [number(item, value.dtype) for item in value.ravel()[:SHOWN].tolist()]
    more = ", ..." if math.prod(value.shape) > SHOWN else ""
    shown = f": {', '.join(items)}{more}" if items else ""
    return f"<{type(value).__name__} {value.dtype}[{shape}]{shown}>"


def number(item: Any, kind: object) -> str:
    """The ``repr`` of an item of an array of that kind: a float32 has only the digits that tell it from others."""
    if str(kind) not in ("float32", "f", "<f", ">f") or not isinstance(item, float):
        return repr(item)
    shorter = (float(f"{item:.{digits}g}") for digits in range(6, 10))
    return repr(next((short for short in shorter if struct.pack("f", short) == struct.pack("f", item)), item))
