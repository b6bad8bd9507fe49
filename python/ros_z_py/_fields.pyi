"""What stubs of message types are made of, for type checkers: at run time there is no such module.

A field that holds many values reads as one type and takes more: arrays of numbers are views in a received message and
lists in a new one, and anything that the codec encodes may be put there. A new message takes dicts for the messages in
it, and makes messages of them: only arguments of constructors are ``AnyMessage`` and ``AnyMessages``.
"""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, overload

from typing_extensions import Buffer, Self

from ._messages import Interface as Interface
from ._messages import Message as Message
from ._native import ZBufView

_T = TypeVar("_T")
_N = TypeVar("_N", bound=float)

# No `Iterable`: a generator is empty when the message is encoded a second time.
AnyOctets: TypeAlias = Buffer | Collection[int]
AnyNumbers: TypeAlias = Buffer | Collection[_N]
AnyTexts: TypeAlias = list[str] | tuple[str, ...]
AnyMessage: TypeAlias = _T | dict[str, Any]
AnyMessages: TypeAlias = Sequence[_T | dict[str, Any]]

class Octets:
    """``uint8[]``, ``byte[]``, ``char[]``, of any length."""

    @overload
    def __get__(self, message: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, message: Message, owner: type[Any]) -> ZBufView | bytes: ...
    def __set__(self, message: Message, value: AnyOctets) -> None: ...

class Numbers(Generic[_N]):
    """An array of other numbers, or of ``bool``."""

    @overload
    def __get__(self, message: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, message: Message, owner: type[Any]) -> Sequence[_N]: ...
    def __set__(self, message: Message, value: AnyNumbers[_N]) -> None: ...

class Texts:
    """An array of strings, or of characters of IDL."""

    @overload
    def __get__(self, message: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, message: Message, owner: type[Any]) -> list[str]: ...
    def __set__(self, message: Message, value: AnyTexts) -> None: ...

class Messages(Generic[_T]):
    """An array of messages."""

    @overload
    def __get__(self, message: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, message: Message, owner: type[Any]) -> list[_T]: ...
    def __set__(self, message: Message, value: list[_T] | tuple[_T, ...]) -> None: ...
