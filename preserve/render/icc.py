"""The sRGB output intent: an ICC profile computed from IEC 61966-2-1, the same bytes every time."""

from __future__ import annotations

import struct
from functools import cache

_POINTS = 1024
_WHITE = (0.9642, 1.0, 0.8249)
"""D50, the profile connection space's illuminant (ICC.1:2001-04 clause 6.1.1, Annex A)."""
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.7141),
}
"""The sRGB primaries adapted to D50."""
_DATE = (2021, 9, 5, 0, 0, 0)
"""A fixed date: the profile is a constant."""
_DESCRIPTION = b"sRGB IEC61966-2.1"
_HEADER_SIZE = 128
_LINEAR_UP_TO = 0.04045


@cache
def srgb_profile() -> bytes:
    """Return a version 2.1 matrix and curve profile of sRGB."""
    curve = _curve()
    shared = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    blocks = {
        b"desc": _text_description(_DESCRIPTION),
        b"cprt": b"text\0\0\0\0No copyright, use freely\0",
        b"wtpt": _xyz(_WHITE),
        **{tag: _xyz(value) for tag, value in _PRIMARIES.items()},
        **shared,
    }
    table, body = _tag_table(blocks)
    size = _HEADER_SIZE + len(table) + len(body)
    return _header(size) + table + body


def _header(size: int) -> bytes:
    """Write the profile header (ICC.1:2001-04 clause 6.1)."""
    white = b"".join(_fixed(value) for value in _WHITE)
    fields = struct.pack(
        ">L4sL4s4s4s6H4s4sLLLQL",
        size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ", *_DATE,
        b"acsp", b"\0\0\0\0", 0, 0, 0, 0, 0,
    )  # fmt: skip
    return (fields + white).ljust(_HEADER_SIZE, b"\0")


def _tag_table(blocks: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """Write the tag table; equal blocks are stored once."""
    start = _HEADER_SIZE + 4 + 12 * len(blocks)
    places: dict[bytes, int] = {}
    table, body = struct.pack(">L", len(blocks)), b""
    for tag, block in blocks.items():
        if block not in places:
            places[block] = start + len(body)
            body += block.ljust(-(-len(block) // 4) * 4, b"\0")
        table += struct.pack(">4sLL", tag, places[block], len(block))
    return table, body


def _text_description(text: bytes) -> bytes:
    ascii_part = struct.pack(">4sLL", b"desc", 0, len(text) + 1) + text + b"\0"
    # Unicode and ScriptCode descriptions are empty: codes and counts of zero, 67 reserved bytes.
    return ascii_part + struct.pack(">LLHB", 0, 0, 0, 0) + bytes(67)


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(part) for part in value)


def _curve() -> bytes:
    points = (round(65535 * _linear(index / (_POINTS - 1))) for index in range(_POINTS))
    return struct.pack(f">4sLL{_POINTS}H", b"curv", 0, _POINTS, *points)


def _linear(value: float) -> float:
    """Undo the transfer function of IEC 61966-2-1 clause 5.2."""
    if value <= _LINEAR_UP_TO:
        return value / 12.92
    return float(((value + 0.055) / 1.055) ** 2.4)


def _fixed(value: float) -> bytes:
    return struct.pack(">l", round(value * 65536))
