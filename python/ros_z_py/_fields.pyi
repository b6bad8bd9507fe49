"""What stubs of message types are made of, for type checkers: at run time there is no such module.

A field that holds many values reads as one type and takes more: arrays of numbers are views in a received message and
lists in a new one, and anything that the codec encodes may be put there.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, overload

import msgspec
from typing_extensions import Buffer, Self

from ._native import ZBufView

_T = TypeVar("_T")
_N = TypeVar("_N", bound=float)

class Message(msgspec.Struct):
    """A message: mutable, comparable, with keyword arguments that may all be left out."""

    __msgtype__: ClassVar[str]
    __type_hash__: ClassVar[str]

class Interface:
    """A service or action: its messages and services are attributes."""

    __msgtype__: ClassVar[str]
    __type_hash__: ClassVar[str]

AnyOctets: TypeAlias = Buffer | Iterable[int]
AnyNumbers: TypeAlias = Buffer | Iterable[_N]
AnyTexts: TypeAlias = list[str] | tuple[str, ...]
AnyMessages: TypeAlias = list[_T] | tuple[_T, ...]

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
    def __set__(self, message: Message, value: AnyMessages[_T]) -> None: ...
