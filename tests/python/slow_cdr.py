"""A slow and obvious codec of classic CDR, to compare the package's with: every rule once, from a description.

Values are plain: dicts, lists, numbers, `str`. Octet arrays are lists of numbers, characters of IDL `str`.
"""

from __future__ import annotations

import json
import random
import struct
from dataclasses import dataclass, field
from typing import Any

PLACEHOLDER = "structure_needs_at_least_one_member"
FORMATS = {2: "b", 3: "B", 4: "h", 5: "H", 6: "i", 7: "I", 8: "q", 9: "Q", 10: "f", 11: "d", 15: "B", 16: "B"}
BOOL, CHAR, WCHAR, STRING, WSTRING, BOUNDED_STRING, BOUNDED_WSTRING, NESTED = 15, 13, 14, 17, 18, 21, 22, 1


class Description:
    """The `TypeDescription` of a type, from its JSON."""

    def __init__(self, text: str) -> None:
        whole = json.loads(text)
        self.root = whole["type_description"]
        self.types = {one["type_name"]: one["fields"] for one in whole["referenced_type_descriptions"]}
        self.types[self.root["type_name"]] = self.root["fields"]

    def fields(self, type_name: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        fields = [(one["name"], one["type"]) for one in self.types[type_name or self.root["type_name"]]]
        return [] if [name for name, _ in fields] == [PLACEHOLDER] else fields


def wide(bits: int) -> float:
    """The `float` of a `float32`, given its bits: those of NaN are kept, which `struct` does not do."""
    if bits & 0x7F80_0000 == 0x7F80_0000 and bits & 0x007F_FFFF:
        bits = (bits >> 31) << 63 | 0x7FF << 52 | (bits & 0x007F_FFFF) << 29
        return struct.unpack("<d", struct.pack("<Q", bits))[0]
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def bits_of_single(value: float) -> int:
    """The bits of a `float32`, the inverse of :func:`wide`."""
    if value == value:
        return struct.unpack("<I", struct.pack("<f", value))[0]
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    return (bits >> 63) << 31 | 0xFF << 23 | (bits >> 29) & 0x007F_FFFF


def length_of(kind: dict[str, Any]) -> tuple[str, int]:
    """How many values there are: one, an array of so many, a sequence of at most so many (0: of any length)."""
    return ["single", "array", "sequence", "sequence"][kind["type_id"] // 48], kind["capacity"]


@dataclass
class Writer:
    """Appends aligned values to a payload."""

    description: Description
    endian: str = "<"
    payload: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.payload = bytearray(b"\0\1\0\0" if self.endian == "<" else b"\0\0\0\0")

    def number(self, letter: str, value: Any) -> None:
        if letter == "f":
            letter, value = "I", bits_of_single(value)
        self.payload += bytes(-(len(self.payload) - 4) % struct.calcsize(letter))
        self.payload += struct.pack(self.endian + letter, value)

    def message(self, value: dict[str, Any], type_name: str | None = None) -> None:
        fields = self.description.fields(type_name)
        if not fields:
            self.payload += b"\0"
        for name, kind in fields:
            how, _ = length_of(kind)
            items = [value[name]] if how == "single" else value[name]
            if how == "sequence":
                self.number("I", len(items))
            for item in items:
                self.single(kind, item)

    def single(self, kind: dict[str, Any], value: Any) -> None:
        base = kind["type_id"] % 48
        if base == NESTED:
            self.message(value, kind["nested_type_name"])
        elif base in (STRING, BOUNDED_STRING):
            text = value.encode("utf-8", "surrogateescape")
            self.number("I", len(text) + 1)
            self.payload += text + b"\0"
        elif base in (WSTRING, BOUNDED_WSTRING):
            units = memoryview(value.encode("utf-16-le", "surrogatepass")).cast("H")
            self.number("I", len(units))
            for unit in units:
                self.number("I", unit)
        elif base in (CHAR, WCHAR):
            self.number("B" if base == CHAR else "H", ord(value))
        else:
            self.number(FORMATS[base], value)


@dataclass
class Reader:
    """Reads aligned values from a payload; `struct.error` or `IndexError` where it ends early."""

    description: Description
    payload: bytes
    position: int = 4
    padding: list[int] = field(default_factory=list)

    def number(self, letter: str) -> Any:
        size = struct.calcsize(letter)
        start = self.position + -(self.position - 4) % size
        self.padding += range(self.position, start)
        self.position = start + size
        endian = "<>"[not self.payload[1]]
        if letter == "f":
            return wide(struct.unpack_from(f"{endian}I", self.payload, start)[0])
        return struct.unpack_from(endian + letter, self.payload, start)[0]

    def message(self, type_name: str | None = None) -> dict[str, Any]:
        fields = self.description.fields(type_name)
        if not fields:
            self.number("B")
        return {name: self.field(kind) for name, kind in fields}

    def field(self, kind: dict[str, Any]) -> Any:
        how, count = length_of(kind)
        if how == "single":
            return self.single(kind)
        return [self.single(kind) for _ in range(self.number("I") if how == "sequence" else count)]

    def single(self, kind: dict[str, Any]) -> Any:
        base = kind["type_id"] % 48
        if base == NESTED:
            return self.message(kind["nested_type_name"])
        if base in (STRING, BOUNDED_STRING):
            length = self.number("I")
            text = self.payload[self.position : self.position + length].split(b"\0")[0]
            self.position += length
            return text.decode("utf-8", "surrogateescape")
        if base in (WSTRING, BOUNDED_WSTRING):
            units = [self.number("I") for _ in range(self.number("I"))]
            return struct.pack(f"<{len(units)}H", *units).decode("utf-16-le", "surrogatepass")
        if base in (CHAR, WCHAR):
            return chr(self.number("B" if base == CHAR else "H"))
        return self.number("?" if base == BOOL else FORMATS[base])


def encode(description: Description, value: dict[str, Any], endian: str = "<") -> bytes:
    """The payload of a message."""
    writer = Writer(description, endian)
    writer.message(value)
    return bytes(writer.payload)


def decode(description: Description, payload: bytes) -> tuple[dict[str, Any], int, list[int]]:
    """The message, how many bytes it takes, and the offsets of those that are padding."""
    reader = Reader(description, bytes(payload))
    return reader.message(), reader.position, reader.padding


def single_precision(value: float) -> float:
    """The nearest number that a `float32` holds."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


@dataclass
class Values:
    """Random values of a type, the edges among them."""

    description: Description
    random: random.Random
    longest: int = 4

    def message(self, type_name: str | None = None) -> dict[str, Any]:
        return {name: self.field(kind) for name, kind in self.description.fields(type_name)}

    def field(self, kind: dict[str, Any]) -> Any:
        how, count = length_of(kind)
        if how == "single":
            return self.single(kind)
        if how == "sequence":
            count = self.random.randint(0, min(count or self.longest, self.longest))
        return [self.single(kind) for _ in range(count)]

    def single(self, kind: dict[str, Any]) -> Any:
        base = kind["type_id"] % 48
        if base == NESTED:
            return self.message(kind["nested_type_name"])
        if base in (STRING, BOUNDED_STRING, WSTRING, BOUNDED_WSTRING):
            return self.text(kind["string_capacity"])
        if base in (CHAR, WCHAR):
            return chr(self.random.randrange(256))
        if base == BOOL:
            return self.random.random() < 0.5
        letter = FORMATS[base]
        if letter in "fd":
            value = self.random.choice([0.0, -0.0, 1.5, self.random.gauss(0, 1e3), self.random.gauss(0, 1e-30)])
            return single_precision(value) if letter == "f" else value
        bits = 8 * struct.calcsize(letter)
        least = -(1 << bits - 1) if letter.islower() else 0
        greatest = least + (1 << bits) - 1
        return self.random.choice([least, greatest, 0, 1, self.random.randint(least, greatest)])

    def text(self, bound: int) -> str:
        longest = bound or self.random.choice([3, 12, 40])
        text = "".join(self.random.choices("abc /_ßž日", k=self.random.randint(0, longest)))
        while bound and len(text.encode()) > bound:
            text = text[:-1]
        return text


def plain(value: Any) -> Any:
    """A decoded value as this module has it: views as lists, everything else as it is."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return list(value) if hasattr(value, "is_zero_copy") else value
