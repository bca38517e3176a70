"""Recognises UTF-8 that was read as Windows-1252 or Latin-1 and stored so: ``Nguyá»…n``."""

from __future__ import annotations

import re
from functools import lru_cache

from preserve.ingest.vietnamese import is_syllable, words

_HIGH = range(0x80, 0x100)


def _character(byte: int) -> str:
    """Return what Windows shows for a byte; five that mean nothing stay what they are."""
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_TO_BYTES = {ord(_character(byte)): chr(byte) for byte in _HIGH}
_FIRST = "\u00c2-\u00f4"
_FOLLOWING = "\u0080-\u00bf" + "".join(_character(byte) for byte in range(0x80, 0xA0))
_SEQUENCE = re.compile(f"[{_FIRST}][{_FOLLOWING}]")
_LOST_SPACE = re.compile(r"(?<=[\u00c3\u00c6\u00ba\u00bb])(?: |$)")
"""Where a space stands for the byte A0, a no-break space: in à, Ơ, Ạ, Ỡ."""
_PUNCTUATION = re.compile("[\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00a0]")


@lru_cache(maxsize=16384)
def is_mojibake(text: str) -> bool:
    """Tell whether a text is UTF-8 that was taken for an encoding of one byte a letter.

    Its characters, as bytes, are then well-formed UTF-8 (RFC 3629), which text in any other
    encoding hardly ever is; ``NGÃ…`` with the dots of a sentence is the exception that is let
    pass, since it is Vietnamese as it stands and none as UTF-8.
    """
    if text.isascii() or not _SEQUENCE.search(text):
        return False
    meant = _meant(text) or _meant(_LOST_SPACE.sub("\u00a0", text))
    if meant is None:
        return False
    return all(map(is_syllable, words(meant))) or not _is_vietnamese(text)


def _meant(text: str) -> str | None:
    try:
        return text.translate(_TO_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _is_vietnamese(text: str) -> bool:
    rest = _PUNCTUATION.sub(" ", text)
    only_letters = all(c.isascii() or c.isalpha() for c in rest)
    return only_letters and all(map(is_syllable, words(rest)))
