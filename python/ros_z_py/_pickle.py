"""Messages in pickles: each names its type by name and hash, and brings the definition unless that is built in.

A process that knows the type by its hash uses what it knows. One that does not makes the class from the definition,
whose hash is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._native import _class_of_definition, _definition_of

if TYPE_CHECKING:
    from ._messages import Message


class Definition:
    """A message class, as it lies in pickles: once in each, however many messages of it there are."""

    __slots__ = ("arguments", "cls")

    def __init__(self, cls: type[Message]) -> None:
        self.cls = cls
        description, sources = _definition_of(cls)
        # The text that several types share is one object, which a pickle holds once.
        shared = [(name, encoding, _texts.setdefault(text, text)) for name, encoding, text in sources]
        self.arguments = (cls.__msgtype__, cls.__type_hash__, description, shared)

    def __call__(self, *values: Any) -> Message:
        return self.cls(*values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _class_of_definition, self.arguments


_texts: dict[str, str] = {}
_definitions: dict[type[Message], Definition] = {}


def definition_of(cls: type[Message]) -> Definition:
    """What stands for a class in pickles."""
    found = _definitions.get(cls)
    if found is None:
        found = _definitions[cls] = Definition(cls)
    return found
