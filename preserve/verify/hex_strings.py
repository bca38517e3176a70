"""Lets pyHanko read a hexadecimal string of a PDF in one piece instead of byte by byte.

The signature of a document is one such string of some thirty thousand digits, padded with zeros.
pyHanko 0.38 tokenises it in Python; that took two fifths of a verification. The function here
gives the same result for a plain run of digits and leaves everything else, white space, comments,
foreign characters, a missing end, to the library's own.
"""

from __future__ import annotations

import binascii
import re
from typing import IO, Any

from pyhanko.pdf_utils import generic

_BLOCK = 1 << 16
_DIGITS = re.compile(rb"[0-9A-Fa-f]*")
_original = generic.read_hex_string_from_stream


def install() -> None:
    """Replace the library's function; doing so again changes nothing."""
    generic.read_hex_string_from_stream = read_hex_string


def read_hex_string(stream: IO[bytes]) -> Any:
    """Read ``<…>`` at the stream's position, which afterwards is behind the ``>``."""
    start = stream.tell()
    digits = _plain_digits(stream)
    if digits is None:
        stream.seek(start)
        return _original(stream)
    stream.seek(start + len(digits) + 2)
    padded = digits + b"0" if len(digits) % 2 else digits
    return generic.pdf_string(binascii.unhexlify(padded))


def _plain_digits(stream: IO[bytes]) -> bytes | None:
    """Return the digits up to ``>``, or ``None`` when anything else stands between."""
    if stream.read(1) != b"<":
        return None
    pieces = []
    while block := stream.read(_BLOCK):
        end = block.find(b">")
        piece = block if end < 0 else block[:end]
        if not _DIGITS.fullmatch(piece):
            return None
        pieces.append(piece)
        if end >= 0:
            return b"".join(pieces)
    return None
