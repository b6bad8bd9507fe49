"""What message classes have beside their fields, and what the compiled part asks where ``msgspec`` does not know.

``msgspec`` makes, compares and changes messages. Only where it fails, or where a dict stands in the place of a message,
is a function here called; that a class has methods of its own for it would cost each message.
"""

from __future__ import annotations

import copyreg
import keyword
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Self


class Message(msgspec.Struct, gc=False):
    """What every message class inherits."""

    __msgtype__: ClassVar[str]
    """Full name of the type, such as ``std_msgs/msg/String``."""
    __type_hash__: ClassVar[str]
    """RIHS01 hash of the type."""

    def __repr__(self) -> str:
        try:
            from ._show import text
        except (ImportError, KeyError, TypeError):  # nothing is imported any more when Python ends
            return super().__repr__()
        return text(self)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        from ._show import Short

        return [(name, Short(getattr(self, name))) for name in self.__struct_fields__]

    def _repr_html_(self) -> str:
        from ._html import page

        return page(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Message:
        import copy  # costs the start of a program more than a type (T2)

        return type(self)(*[copy.deepcopy(getattr(self, name), memo) for name in self.__struct_fields__])

    def __reduce__(self) -> tuple[Any, ...]:
        from ._pickle import definition_of

        cls = type(self)
        # A class that somebody derived from a message class is pickled as any class is: by its name.
        made_by = definition_of(cls) if "__msgtype__" in vars(cls) else cls
        return made_by, tuple([getattr(self, name) for name in self.__struct_fields__])


class InterfaceType(type):
    """The class of service and action classes. Pickles would name those of ``type`` itself without asking."""


class Interface(metaclass=InterfaceType):
    """What every service and action class inherits: it has messages and services as attributes, and no instances."""

    __slots__ = ()
    __msgtype__: ClassVar[str]
    """Full name of the type, such as ``std_srvs/srv/Trigger``."""
    __type_hash__: ClassVar[str]
    """RIHS01 hash of the type."""

    def __new__(cls, *arguments: object, **fields: object) -> Self:
        name = getattr(cls, "__msgtype__", "")
        if not name:
            raise TypeError("Interface is what service and action classes inherit; it has no instances")
        kind = name.split("/")[1]
        what, part = {"srv": ("a service", "Request"), "action": ("an action", "Goal")}[kind]
        raise TypeError(f"{name} is {what}, not a message; did you mean {cls.__name__}.{part}?")


def _reduce_class(cls: type) -> str | tuple[Any, ...]:
    """How pickles have a class: one of ours by its definition, as they have messages, any other by its name."""
    if issubclass(cls, (Message, Interface)) and "__type_hash__" in vars(cls):
        from ._pickle import definition_of

        return definition_of(cls).__reduce__()
    return cls.__qualname__


# The first is that of all classes of `msgspec`.
copyreg.pickle(type(Message), _reduce_class)
copyreg.pickle(InterfaceType, _reduce_class)


def message_class(cls: type[Message]) -> type[Message]:
    """The message class itself, of one that somebody derived from it."""
    return next((base for base in cls.__mro__ if "__msgtype__" in vars(base)), cls)


def attribute(field: str) -> str:
    """The attribute of a field: its name, with an underscore behind it where that is a keyword of Python."""
    return f"{field}_" if keyword.iskeyword(field) else field


def field_of(attribute: str) -> str:
    """The other way round: the field of an attribute."""
    return attribute[:-1] if attribute.endswith("_") and keyword.iskeyword(attribute[:-1]) else attribute


def suggestion(wanted: str, known: Iterable[str]) -> str:
    """``did you mean ...?`` with the known names that are close to one that is not known; empty where none is."""
    from ._native import _nearest

    near = _nearest(wanted, list(known))
    return f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""


def no_field(cls: type[Message], name: str, fields: Sequence[str]) -> str:
    """The sentence about a field that a message type does not have among its fields, named so."""
    known = f"fields: {', '.join(fields)}" if fields else "no fields"
    near = suggestion(name, fields)
    return f"{cls.__msgtype__}: no field is named `{name}`" + (f"; {near}" if near else f" ({known})")


def explain_call(cls: type[Message], positional: int, names: tuple[str, ...]) -> str | None:
    """Why a message could not be made from so many values and these names, or ``None`` where ``msgspec`` says it."""
    for name in names:
        if name not in cls.__struct_fields__:
            return no_field(cls, name, cls.__struct_fields__)
    most = len(cls.__struct_fields__)
    if positional > most:
        return f"{cls.__msgtype__}: {positional} values, but it has {most} field{'s' * (most != 1)}"
    return None


def explain_attribute(cls: type[Message], name: str) -> str | None:
    """Why a message has no attribute that can be set, or ``None`` where ``msgspec`` says it."""
    return None if hasattr(cls, name) else no_field(cls, name, cls.__struct_fields__)


def nest(message: Message) -> None:
    """Puts messages in the place of the dicts in a new message."""
    for name, cls, is_array in _classes_of_fields(type(message)):
        value = getattr(message, name)
        path = f"{message.__msgtype__}.{field_of(name)}"
        if isinstance(value, dict) and not is_array:
            setattr(message, name, _made(cls, value, path))
        elif isinstance(value, (list, tuple)) and is_array and any(isinstance(item, dict) for item in value):
            items = [
                _made(cls, item, f"{path}[{index}]") if isinstance(item, dict) else item
                for index, item in enumerate(value)
            ]
            setattr(message, name, items)


def _classes_of_fields(cls: type[Message]) -> Iterator[tuple[str, type[Message], bool]]:
    """The fields that hold messages: with the class of these, and whether there may be many."""
    for field in msgspec.structs.fields(cls):
        items = getattr(field.type, "__args__", ())
        kind = items[0] if items else field.type
        if isinstance(kind, type) and issubclass(kind, Message):
            yield field.name, kind, bool(items)


def _made(cls: type[Message], values: dict[Any, Any], path: str) -> Message:
    """A message from a dict, whose keys are the fields' own names."""
    for key in values:
        if not isinstance(key, str):
            raise TypeError(f"{path}: the keys of a dict are names of fields, not {key!r}")
    try:
        return cls(**{attribute(key): value for key, value in values.items()})
    except TypeError as error:
        # What is wrong deeper in is told by the type there, and is to be told by the way from the outermost message.
        unknown = [key for key in values if attribute(key) not in cls.__struct_fields__]
        text = no_field(cls, unknown[0], [*map(field_of, cls.__struct_fields__)]) if unknown else str(error)
        if not text.startswith((f"{cls.__msgtype__}:", f"{cls.__msgtype__}.")):
            raise
        raise TypeError(path + text.removeprefix(cls.__msgtype__)) from None


def equal(left: Message, right: object) -> bool:
    """Whether messages are equal in which arrays are of different kinds, or say ``==`` of each of their items."""
    if type(left) is not type(right):
        return False
    return all(_same(getattr(left, name), getattr(right, name)) for name in left.__struct_fields__)


def _same(left: Any, right: Any) -> bool:
    if left is right:
        return True
    ours, theirs = _items(left), _items(right)
    if ours is None or theirs is None:
        return bool(left == right)
    try:
        return ours == theirs
    except ValueError:  # an item is an array that says it of each of its own
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))


def _items(value: Any) -> list[Any] | None:
    """The items of an array in one row, as they are sent; ``None`` for anything else."""
    if not hasattr(value, "tolist"):
        return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else None
    items = value.tolist()
    while isinstance(items, list) and items and isinstance(items[0], list):
        items = [item for row in items for item in row]
    return items if isinstance(items, list) else None
