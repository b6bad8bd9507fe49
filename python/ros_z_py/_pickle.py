"""Messages and their classes in pickles: each names its type by name and hash, and brings the definition unless that is
built in.

A process that knows the type by its hash uses what it knows. One that does not makes the class from the definition,
whose hash is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pickle import PicklingError
from typing import Any

from ._errors import UnknownTypeError
from ._messages import Interface, Message
from ._native import _class_of_definition, _definition_of
from ._native import types as _types


class Definition:
    """A class, as it lies in pickles: once in each, however many messages of it there are."""

    __slots__ = ("arguments", "cls")

    def __init__(self, cls: type[Message | Interface]) -> None:
        self.cls = cls
        description, sources = _definition_of(cls) if issubclass(cls, Message) else _definition_of_interface(cls)
        # The text that several types share is one object, which a pickle holds once.
        shared = [(name, encoding, _texts.setdefault(text, text)) for name, encoding, text in sources]
        self.arguments = (cls.__msgtype__, cls.__type_hash__, description, shared)

    def __call__(self, *values: Any) -> Any:
        return self.cls(*values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _class_of_definition, self.arguments


def _definition_of_interface(cls: type[Interface]) -> tuple[str | None, list[tuple[str, str, str]]]:
    """What ``_definition_of`` says of a message class, of a service or action."""
    definitions = [_definition_of(message) for message in _messages_in(cls)]
    if all(description is None for description, _ in definitions):
        return None, []
    try:
        description = _types.schema(cls.__type_hash__).to_json()
    except UnknownTypeError:
        problem = (
            f"{cls!r} cannot be pickled: only the registry that it belongs to knows it, and ros_z_py.types does not"
        )
        raise PicklingError(problem) from None
    return description, [*dict.fromkeys(source for _, sources in definitions for source in sources)]


def _messages_in(cls: type[Interface]) -> Iterator[type[Message]]:
    for part in vars(cls).values():
        if isinstance(part, type) and issubclass(part, Message):
            yield part
        elif isinstance(part, type) and issubclass(part, Interface):
            yield from _messages_in(part)


_texts: dict[str, str] = {}
_definitions: dict[type[Message | Interface], Definition] = {}


def definition_of(cls: type[Message | Interface]) -> Definition:
    """What stands for a class in pickles."""
    found = _definitions.get(cls)
    if found is None:
        found = _definitions[cls] = Definition(cls)
    return found
