"""Lets pyHanko read cross-reference streams at a tenth of its own cost.

A class book has five thousand objects; pyHanko 0.38 reads the three numbers of each entry with
three calls on a stream, which took longer than signing. A stream of the ordinary shape is cut into
its entries here; anything else goes to pyHanko's own function, so that what is wrong with it is
found and said there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from itertools import pairwise
from typing import Any

from pyhanko.pdf_utils import generic, xref
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.xref import ObjStreamRef, XRefEntry, XRefType

_WIDTHS = 3


def install() -> None:
    """Replace pyHanko's reader of cross-reference streams in this process; twice does no harm."""
    original = xref.parse_xref_stream
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def parse(
        stream: generic.StreamObject,
        strict: bool = True,  # noqa: FBT001, FBT002  (pyHanko's signature)
    ) -> Iterator[XRefEntry]:
        entries = _read_entries(stream)
        return original(stream, strict) if entries is None else iter(entries)

    xref.parse_xref_stream = parse  # type: ignore[assignment]  # the wrapper has its signature


def _read_entries(stream: generic.StreamObject) -> list[XRefEntry] | None:
    """Return the entries of an ordinary stream, ``None`` for one of another shape.

    Source: ISO 32000-1 section 7.5.8.
    """
    widths = _numbers(stream.get("/W"))
    ranges = _numbers(stream.get("/Index", [0, stream.get("/Size")]))
    if len(widths) != _WIDTHS or not ranges:
        return None
    spans = list(zip(ranges[::2], ranges[1::2], strict=False))
    growing = all(a + count <= b for (a, count), (b, _) in pairwise(spans))
    if len(ranges) % 2 or widths[0] != 1 or not growing:
        return None
    width, end, rows = sum(widths), 1 + widths[1], sum(count for _, count in spans)
    # pyHanko allows a stream of cross-references more room than its ratio limit would.
    data = stream.read_data(DecodePurpose.XREF_STREAM, expected_size=rows * (width + 1))
    if len(data) != width * rows:
        return None
    numbers = (number for start, count in spans for number in range(start, start + count))
    return [
        entry
        for number, row in zip(numbers, range(0, len(data), width), strict=True)
        for entry in _entry(
            number,
            data[row],
            int.from_bytes(data[row + 1 : row + end], "big"),
            int.from_bytes(data[row + end : row + width], "big"),
        )
    ]


def _numbers(values: Any) -> list[int]:
    """Return plain numbers, none at all when anything else stands among them."""
    found = list(iter(values)) if isinstance(values, list) else []
    plain = all(isinstance(value, int) and value >= 0 for value in found)
    return [int(value) for value in found] if plain else []


def _entry(number: int, kind: int, first: int, second: int) -> tuple[XRefEntry, ...]:
    match kind:
        case 1:  # ISO 32000-1 table 18.
            return (XRefEntry(XRefType.STANDARD, first, number, second),)
        case 2:
            return (XRefEntry(XRefType.IN_OBJ_STREAM, ObjStreamRef(first, second), number),)
        case 0:
            return (XRefEntry(XRefType.FREE, None, number, second),)
        case _:
            return ()
