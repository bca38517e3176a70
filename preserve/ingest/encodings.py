"""Decides the encoding of a text file, or refuses it; the same bytes always get the same answer.

1. A byte order mark decides; what follows must fit it.
2. Two-byte text without a mark is taken when one byte order alone makes letters of it.
3. What is UTF-8 is UTF-8, unless it holds letters and reads as well as Windows-1258.
4. Otherwise Windows-1258, TCVN3 and VNI are tried: the only one under which nearly all words are
   Vietnamese syllables is the encoding. TCVN3 and VNI are refused by name.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from preserve.errors import FormatError
from preserve.ingest.legacy_fonts import LegacyFont, decode_tcvn3, decode_vni
from preserve.ingest.vietnamese import is_syllable, words


class Encoding(StrEnum):
    """How the text of a file is written; the value is the name that a person knows."""

    UTF_8 = "UTF-8"
    UTF_16_LE = "UTF-16 LE"
    UTF_16_BE = "UTF-16 BE"
    WINDOWS_1258 = "Windows-1258"
    WINDOWS_1252 = "Windows-1252"


CODECS = {
    Encoding.UTF_8: "utf-8",
    Encoding.UTF_16_LE: "utf-16-le",
    Encoding.UTF_16_BE: "utf-16-be",
    Encoding.WINDOWS_1258: "cp1258",
    Encoding.WINDOWS_1252: "cp1252",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was written."""

    text: str
    encoding: Encoding


_MARKS = (
    (codecs.BOM_UTF8, Encoding.UTF_8),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
)
_WELL_FORMED = 0.95
"""Share of words that must be Vietnamese syllables; ours: names of other peoples need not be."""
_FOREIGN_SIGNS = re.compile(
    r"[^\x00-\x7f\w\u0300-\u036f\u00a0\u2013\u2014\u2018-\u201d\u2026]|[\u00aa\u00b2-\u00be]"
)
"""Signs that Vietnamese office programs do not put into a text of Windows-1258."""
_TWO_BYTE_TEXT = re.compile(
    r"[\t\n\r -~\u00a0-\u024f\u0300-\u036f\u1e00-\u1eff\u2013-\u2026\u20ab]*"
)


def decode_text(content: bytes) -> Decoded:
    """Return the text of a file without its byte order mark.

    Raises:
        FormatError: the encoding is unknown, could be two, or is one before Unicode.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return decode_as(content[len(mark) :], encoding)
    if b"\x00" in content:
        return _two_byte(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _eight_bit(content)
    if not text.isascii() and _reads_as(content, _cp1258):
        raise FormatError("IMP-ENCODING-AMBIGUOUS", first="UTF-8", second="Windows-1258")
    return Decoded(text, Encoding.UTF_8)


def decode_as(content: bytes, encoding: Encoding) -> Decoded:
    """Return the text under an encoding that is certain.

    Raises:
        FormatError: the bytes do not fit it.
    """
    try:
        return Decoded(content.decode(CODECS[encoding]), encoding)
    except UnicodeDecodeError as error:
        raise FormatError("IMP-ENCODING-BROKEN", encoding=encoding.value) from error


def _two_byte(content: bytes) -> Decoded:
    fitting = []
    for encoding in (Encoding.UTF_16_LE, Encoding.UTF_16_BE):
        try:
            text = content.decode(CODECS[encoding])
        except UnicodeDecodeError:
            continue
        if _TWO_BYTE_TEXT.fullmatch(text):
            fitting.append(Decoded(text, encoding))
    if len(fitting) != 1:
        raise FormatError("IMP-ENCODING-UNKNOWN")
    return fitting[0]


def _eight_bit(content: bytes) -> Decoded:
    readings: dict[str, Callable[[bytes], str]] = {
        Encoding.WINDOWS_1258.value: _cp1258,
        LegacyFont.TCVN3.name: lambda some: decode_tcvn3(some.decode("latin-1")),
        LegacyFont.VNI.name: lambda some: decode_vni(some.decode("cp1252")),
    }
    fitting = [name for name, decode in readings.items() if _reads_as(content, decode)]
    match fitting:
        case [Encoding.WINDOWS_1258.value]:
            return Decoded(_cp1258(content), Encoding.WINDOWS_1258)
        case [font]:
            raise FormatError(LegacyFont[font].value)
        case [first, second, *_]:
            raise FormatError("IMP-ENCODING-AMBIGUOUS", first=first, second=second)
        case _:
            raise FormatError("IMP-ENCODING-UNKNOWN")


def _cp1258(content: bytes) -> str:
    text = content.decode("cp1258")
    # Where a sign cannot stand in Vietnamese text, the bytes were not meant that way.
    return "" if _FOREIGN_SIGNS.search(text) else text


def _reads_as(content: bytes, decode: Callable[[bytes], str]) -> bool:
    """Tell whether nearly all words with letters outside ASCII are Vietnamese syllables."""
    try:
        found = words(decode(content))
    except UnicodeDecodeError:
        return False
    return bool(found) and sum(map(is_syllable, found)) >= _WELL_FORMED * len(found)
