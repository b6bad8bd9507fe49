"""Pictures in messages, small enough for a page: of pixels as PNG, of compressed ones as they are.

What is a picture is told by its fields, not by the name of its type: pixels are what has ``height``, ``width``,
``encoding``, ``step`` and ``data``; anything compressed is a ``data`` that begins as a file of PNG or JPEG does.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from typing import Any, NamedTuple

from ._errors import RosZError
from ._messages import message_class
from ._native import codec

_SIDE = 256
"""The most pixels of a thumbnail, in each direction."""
_LARGEST = 4_000_000
"""The most bytes of a compressed picture that is shown."""
_FIELDS = {"height", "width", "encoding", "step", "data"}
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Picture(NamedTuple):
    """A file of a picture."""

    mime: str
    data: bytes
    text: str


class Pixels(NamedTuple):
    """How the pixels of an encoding lie in memory."""

    channels: int
    kind: str
    """What a channel is, as NumPy and the buffer protocol spell it: ``"u"``, ``"i"``, ``"f"``, with the octets."""
    is_bgr: bool = False


_NUMBERS = {"U": "u", "S": "i", "F": "f"}
_COLOURS = {"rgb": 3, "bgr": 3, "rgba": 4, "bgra": 4, "mono": 1, "yuv422": 2, "uyvy": 2, "yuyv": 2}
_FORMATS = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "f4": "f", "f8": "d", "f2": "e"}


def pixels_of(encoding: str) -> Pixels | None:
    """The layout of an encoding by its name; ``None`` for one that is not known, or that is no grid of pixels."""
    if found := re.fullmatch(r"(8|16|32|64)([USF])C(\d{1,3})", encoding):
        kind = f"{_NUMBERS[found[2]]}{int(found[1]) // 8}"
        return Pixels(int(found[3]), kind) if kind in _FORMATS and int(found[3]) else None
    if found := re.fullmatch(r"bayer_(?:rggb|bggr|gbrg|grbg)(8|16)", encoding):
        return Pixels(1, f"u{int(found[1]) // 8}")
    if encoding in ("yuv422", "yuv422_yuy2", "uyvy", "yuyv"):
        return Pixels(2, "u1")
    if (found := re.fullmatch(r"([a-z]+)(8|16)", encoding)) and found[1] in _COLOURS:
        return Pixels(_COLOURS[found[1]], f"u{int(found[2]) // 8}", found[1].startswith("bgr"))
    return None


def octets_of(message: Any, kind: str = "B") -> memoryview:
    """The octets of ``data``: those in memory where its items are of that kind, else those of its values as they are
    encoded.

    Raises:
        SerializationError: values that are none of the field's.
        TypeError: a field that does not hold octets.
    """
    try:
        view = memoryview(message.data)
    except (TypeError, ValueError, BufferError):
        view = None
    if view is None or view.format != kind or not view.c_contiguous:
        cls: Any = message_class(type(message))
        coder = codec(cls)
        view = memoryview(coder.decode(coder.encode(cls(data=message.data))).data)
        if view.itemsize != 1:
            raise TypeError(f"items of {view.itemsize} octets")
    return view.cast("B")


def picture_in(message: Any) -> Picture | None:
    """The picture that a message is, or ``None``; also where its fields do not agree with each other."""
    fields = set(message.__struct_fields__)
    if "data" not in fields or isinstance(message.data, str):
        return None
    try:
        data = octets_of(message)
    except (TypeError, RosZError):
        return None
    for signature, mime in _SIGNATURES.items():
        if bytes(data[: len(signature)]) == signature and len(data) <= _LARGEST:
            return Picture(mime, bytes(data), f"{len(data)} bytes of {mime}")
    return _thumbnail(message, data) if fields >= _FIELDS else None


def _thumbnail(message: Any, data: memoryview) -> Picture | None:
    height, width, step = message.height, message.width, message.step
    pixels = pixels_of(message.encoding) if isinstance(message.encoding, str) else None
    if pixels is None or not all(isinstance(size, int) and size > 0 for size in (height, width, step)):
        return None
    size = pixels.channels * int(pixels.kind[1])
    if step < width * size or len(data) < (height - 1) * step + width * size:
        return None
    stride = -(-max(height, width) // _SIDE)
    places = [[row * step + column * size for column in range(0, width, stride)] for row in range(0, height, stride)]
    order = ">" if getattr(message, "is_bigendian", 0) else "<"
    channels = {1: [0], 3: [0, 1, 2], 4: [0, 1, 2, 3]}.get(pixels.channels, [0])
    if pixels.is_bgr:
        channels[:3] = channels[2::-1]
    lines = _octets(data, places, f"{order}{pixels.channels}{_FORMATS[pixels.kind]}", channels)
    text = f"{width}x{height} {message.encoding}"
    return Picture("image/png", _png(lines, len(places[0]), len(channels)), text)


def _octets(data: memoryview, places: list[list[int]], pixel: str, channels: list[int]) -> list[bytes]:
    """The lines of pixels, an octet for each channel. Numbers other than octets are spread over what an octet holds."""
    unpack = struct.Struct(pixel).unpack_from
    lines = [[each for at in line for each in map(unpack(data, at).__getitem__, channels)] for line in places]
    if pixel.endswith("B"):
        return [bytes(line) for line in lines]
    finite = [each for line in lines for each in line if math.isfinite(each)]
    least, most = (min(finite), max(finite)) if finite else (0, 0)
    scale = 255 / (most - least) if most > least else 0
    return [bytes(round((each - least) * scale) if math.isfinite(each) else 0 for each in line) for line in lines]


def _png(lines: list[bytes], width: int, channels: int) -> bytes:
    colour = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, len(lines), 8, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, [b"IHDR", b"IDAT", b"IEND"], [head, body, b""]))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
