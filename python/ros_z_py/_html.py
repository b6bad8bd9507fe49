"""Messages as HTML, for notebooks: a tree that unfolds, arrays in a few words, and what is a picture as one."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

from ._image import picture_in
from ._messages import Message
from ._show import SHORT, number, text

_ITEMS = 20
"""Messages of an array that are shown."""
_COUNTED = 200_000
"""Numbers of an array whose least and greatest are looked for."""
_DEEP = 20
_OPEN = 2
"""Levels that are unfolded at first."""

_STYLE = "font-family:monospace;font-size:90%;line-height:1.5"
_INDENT = "margin-left:1.2em"
_TYPE = "opacity:.6"


def page(message: Message) -> str:
    """A message as HTML."""
    return f'<div style="{_STYLE}">{_message("", message, 0)}</div>'


def _message(name: str, message: Message, depth: int) -> str:
    label = f"{escape(name)}: " if name else ""
    head = f'{label}<span style="{_TYPE}">{escape(_type_of(message))}</span>'
    if not message.__struct_fields__ or depth > _DEEP:
        return f"<div>{head}</div>"
    rows = [_picture(message), *(_field(name, getattr(message, name), depth + 1) for name in message.__struct_fields__)]
    return _unfolding(head, rows, is_open=depth < _OPEN)


def _unfolding(head: str, rows: list[str], *, is_open: bool) -> str:
    state = " open" if is_open else ""
    return f'<details{state}><summary>{head}</summary><div style="{_INDENT}">{"".join(rows)}</div></details>'


def _field(name: str, value: Any, depth: int) -> str:
    if isinstance(value, Message):
        return _message(name, value, depth)
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Message):
        return _messages(name, value, depth)
    try:
        shown = _summary(value) if _is_long(value) else escape(text(value))
    except Exception:  # noqa: BLE001 - a field may hold anything, and all others are to be seen
        shown = escape(f"<{type(value).__name__}>")
    return f"<div>{escape(name)}: {shown}</div>"


def _type_of(message: Message) -> str:
    return getattr(message, "__msgtype__", type(message).__name__)


def _messages(name: str, items: Sequence[Message], depth: int) -> str:
    head = f'{escape(name)}: <span style="{_TYPE}">{escape(_type_of(items[0]))}[{len(items)}]</span>'
    rows = [_field(f"[{index}]", item, depth + 1) for index, item in enumerate(items[:_ITEMS])]
    if len(items) > _ITEMS:
        rows.append(f'<div style="{_TYPE}">... {len(items) - _ITEMS} more</div>')
    return _unfolding(head, rows, is_open=False)


def _is_long(value: Any) -> bool:
    is_array = hasattr(value, "ravel") or (isinstance(value, Sequence) and not isinstance(value, str))
    return is_array and len(value) > SHORT


def _summary(value: Any) -> str:
    """A long array: how many items of what, the range of its numbers, and the first of them."""
    items = _Numbers(value) if hasattr(value, "ravel") else value
    kind = str(getattr(value, "dtype", None) or getattr(value, "format", None) or type(value).__name__)
    first = ", ".join(number(item, kind) for item in list(items[:SHORT]))
    parts = [f"{len(items)} items", *_range(items, kind), f"{first}, ..."]
    return f'<span style="{_TYPE}">{escape(kind)}, </span>{escape("; ".join(parts))}'


class _Numbers(Sequence[Any]):
    """The items of a NumPy array, in one row and as numbers of Python."""

    def __init__(self, array: Any) -> None:
        self.row = array.ravel()

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, key: Any) -> Any:
        return self.row[key].tolist()


def _range(items: Sequence[Any], kind: str) -> list[str]:
    if len(items) > _COUNTED or not all(isinstance(item, (int, float)) for item in items):
        return []
    numbers = [item for item in items if item == item]  # not a NaN
    nans = [f"{len(items) - len(numbers)} NaN"] if len(numbers) < len(items) else []
    return [f"{number(min(numbers), kind)} to {number(max(numbers), kind)}", *nans] if numbers else nans


def _picture(message: Message) -> str:
    try:
        picture = picture_in(message)
    except Exception:  # noqa: BLE001 - it is none, whatever its fields hold
        picture = None
    if picture is None:
        return ""
    data = base64.b64encode(picture.data).decode()
    shown = escape(picture.text)
    return f'<div><img alt="{shown}" title="{shown}" src="data:{picture.mime};base64,{data}"></div>'
