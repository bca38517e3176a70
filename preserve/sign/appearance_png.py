"""Reads the picture of a hand-written signature or of a seal: PNG with transparency, nothing else.

NĐ 30/2020/NĐ-CP Annex I shows the signature in blue and the seal in red, as ``.png`` with a
transparent ground. A small reader of our own takes just that: eight bits, RGBA, not interlaced
(ISO/IEC 15948). Whatever else a PNG could be is refused with a sentence that says how to export it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from preserve.errors import InputError

LARGEST_FILE = 512 * 1024
"""Bytes; the picture stands in every document that is signed with it."""
LARGEST_SIDE = 1200
"""Pixels: 36 mm at 800 dots per inch."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">IIBBBBB")
_DENSITY = struct.Struct(">IIB")
_EIGHT_BITS, _RGBA, _METRE = 8, 6, 1
_CHANNELS = 4
_SOLID = 128
"""Alpha from which on a pixel counts as ink."""
_SHARE = 20
"""Percent of the ink that must have the colour: shadows and anti-aliasing may have another."""
_POINTS_PER_METRE = Decimal(72) / Decimal("0.0254")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a PDF stores it."""

    width: int
    """Pixels."""
    height: int
    colours: bytes
    """Red, green, blue per pixel, row by row, packed with zlib."""
    opacity: bytes
    """Alpha per pixel, packed with zlib."""
    size: tuple[Decimal, Decimal] | None
    """Width and height in points where the file states its density: the real size of the seal."""


def read_picture(content: bytes, file: str, ink: Literal["blue", "red"]) -> Picture:
    """Read a PNG file.

    Args:
        content: the file.
        file: what the errors call it.
        ink: the colour that the picture must have.

    Raises:
        InputError: it is no PNG of the kind that is wanted, is damaged or too large, has no
            transparent ground, or another colour.
    """
    if len(content) > LARGEST_FILE:
        raise InputError("PICTURE-LARGE", file=file, limit=LARGEST_FILE // 1024)
    chunks = tuple(_chunks(content, file))
    width, height = _read_head(chunks, file)
    packed = b"".join(data for kind, data in chunks if kind == b"IDAT")
    rows = _unfilter(_unpack(packed, width, height, file), width, height, file)
    opacity = rows[3::_CHANNELS]
    _check_ground(opacity, file)
    _check_ink(rows, file, ink)
    colours = bytearray(3 * width * height)
    for channel in range(3):
        colours[channel::3] = rows[channel::_CHANNELS]
    return Picture(
        width,
        height,
        zlib.compress(bytes(colours), 9),
        zlib.compress(opacity, 9),
        _read_size(chunks, width, height),
    )


def _chunks(content: bytes, file: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks up to the end of the picture, each with its check sum checked."""
    if not content.startswith(_SIGNATURE):
        raise InputError("PICTURE-NOT-PNG", file=file)
    position = len(_SIGNATURE)
    kind = b""
    while kind != b"IEND":
        head = content[position : position + 8]
        length = int.from_bytes(head[:4], "big")
        kind, data = head[4:], content[position + 8 : position + 8 + length]
        check = content[position + 8 + length : position + 12 + length]
        if check != zlib.crc32(kind + data).to_bytes(4, "big"):
            raise InputError("PICTURE-DAMAGED", file=file)
        yield kind, data
        position += 12 + length


def _read_head(chunks: tuple[tuple[bytes, bytes], ...], file: str) -> tuple[int, int]:
    kind, data = chunks[0]
    if kind != b"IHDR" or len(data) != _HEAD.size:
        raise InputError("PICTURE-DAMAGED", file=file)
    width, height, depth, colour, compression, filtering, interlace = _HEAD.unpack(data)
    if (depth, colour, compression, filtering, interlace) != (_EIGHT_BITS, _RGBA, 0, 0, 0):
        raise InputError("PICTURE-KIND", file=file)
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise InputError("PICTURE-PIXELS", file=file, limit=LARGEST_SIDE)
    return width, height


def _unpack(packed: bytes, width: int, height: int, file: str) -> bytes:
    expected = height * (1 + _CHANNELS * width)
    try:
        raw = zlib.decompressobj().decompress(packed, expected + 1)
    except zlib.error as error:
        raise InputError("PICTURE-DAMAGED", file=file) from error
    if len(raw) != expected:
        raise InputError("PICTURE-DAMAGED", file=file)
    return raw


def _unfilter(raw: bytes, width: int, height: int, file: str) -> bytes:
    """Undo the filters of the rows (ISO/IEC 15948 clause 9)."""
    stride = _CHANNELS * width
    rows: list[bytearray] = []
    above = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        _undo(raw[start], line, above, file)
        rows.append(line)
        above = line
    return b"".join(rows)


def _undo(kind: int, line: bytearray, above: bytearray, file: str) -> None:
    match kind:
        case 0:
            return
        case 1 | 2 | 3 | 4:
            for place, value in enumerate(line):
                left = line[place - _CHANNELS] if place >= _CHANNELS else 0
                corner = above[place - _CHANNELS] if place >= _CHANNELS else 0
                line[place] = (value + _predict(kind, left, above[place], corner)) & 0xFF
        case _:
            raise InputError("PICTURE-DAMAGED", file=file)


def _predict(kind: int, left: int, up: int, corner: int) -> int:
    match kind:
        case 1:
            return left
        case 2:
            return up
        case 3:
            return (left + up) // 2
        case _:
            # Paeth: whichever of the three lies nearest to left + up - corner, in this order.
            return min(left, up, corner, key=lambda value: abs(left + up - corner - value))


def _check_ground(opacity: bytes, file: str) -> None:
    if not any(value >= _SOLID for value in opacity):
        raise InputError("PICTURE-EMPTY", file=file)
    # A picture on a white ground would hide the text and the signatures beneath it.
    if sum(value < _SOLID for value in opacity) * 4 < len(opacity):
        raise InputError("PICTURE-OPAQUE", file=file)


def _check_ink(rows: bytes, file: str, ink: Literal["blue", "red"]) -> None:
    """Refuse a picture whose ink is mostly of another colour."""
    wanted = {"red": 0, "blue": 2}[ink]
    inked = coloured = 0
    for place in range(0, len(rows), _CHANNELS):
        if rows[place + 3] >= _SOLID:
            red, green, blue = rows[place : place + 3]
            strongest = max(red, green, blue)
            inked += 1
            # Grey is no colour: the wanted part must stand out clearly from the weakest.
            coloured += (
                rows[place + wanted] == strongest and strongest - min(red, green, blue) > 40  # noqa: PLR2004  (of 255)
            )
    if coloured * 100 < inked * _SHARE:
        raise InputError("PICTURE-COLOUR", file=file, colour=ink)


def _read_size(
    chunks: tuple[tuple[bytes, bytes], ...], width: int, height: int
) -> tuple[Decimal, Decimal] | None:
    stated = next((data for kind, data in chunks if kind == b"pHYs"), b"")
    if len(stated) != _DENSITY.size:
        return None
    across, down, unit = _DENSITY.unpack(stated)
    if unit != _METRE or not across or not down:
        return None
    return width * _POINTS_PER_METRE / across, height * _POINTS_PER_METRE / down
