"""The letters that the embedded fonts hold, and the refusal of every other one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from preserve.errors import InputError

BREVE = "\u0306"
"""The one combining mark that NFC leaves in names: the Ê Đê and Gia Rai vowels have no letter."""
BREVE_BASES = frozenset("êôơưÊÔƠƯ")

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_LATIN = "".join(chr(code) for code in range(0xA0, 0x180) if code not in {0xAD, 0xB5, 0x149})
"""Without the soft hyphen, and without µ and ŉ, whose capitals are outside the set."""
_HIGHLAND = "ƀɃ"
_HORNED = "ƠơƯư"
_TONED = "".join(map(chr, range(0x1EA0, 0x1EFA)))
_SIGNS = "–—‘’“”…•₫→≤≥−№′"

CHARACTERS = "".join(
    sorted({*_ASCII, *_LATIN, *_HIGHLAND, *_HORNED, *_TONED, *_SIGNS, BREVE}),
)
"""Every character that a document may show, in the order of the code points.

ASCII, Latin-1 and Latin Extended-A (names from other countries, and ĕ ĭ ŏ ŭ č ñ of the highland
languages), the 134 Vietnamese letters, ƀ Ƀ, U+0306 and common signs.
"""
_KNOWN = frozenset(CHARACTERS)


def undrawable(text: str) -> tuple[str, ...]:
    """Return the characters of a text that the fonts cannot draw, each once, in order.

    The text is judged after NFC. A line feed is layout and not a letter.
    """
    composed = unicodedata.normalize("NFC", text)
    return tuple(dict.fromkeys(_unknown(composed)))


def refuse_undrawable(record: object, pupil: str) -> None:
    """Refuse a record with a text that cannot be drawn exactly as it stands.

    Every text of the record is looked at, printed or not, because the embedded XML must say what
    the pages say.

    Raises:
        InputError: ``RENDER-CHARACTER``, for a character without a glyph or a text that is not
            NFC; the parameters name the character and the pupil's code, never the text.
    """
    for text in texts_of(record):
        found = _fault(text)
        if found:
            raise InputError(
                "RENDER-CHARACTER",
                character=found if found.isprintable() else "?",
                code_point=f"U+{ord(found):04X}",
                pupil=pupil,
            )


def texts_of(value: object) -> Iterator[str]:
    """Yield every text of a record, field by field."""
    match value:
        case Enum():
            return
        case str():
            yield value
        case tuple():
            for item in value:
                yield from texts_of(item)
        case _ if is_dataclass(value):
            kind: Any = type(value)
            for name in _names(kind):
                yield from texts_of(getattr(value, name))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@lru_cache(maxsize=8192)
def _fault(text: str) -> str:
    """Return the first character that cannot be drawn as it stands, or nothing."""
    found = undrawable(text) or _decomposed(text)
    return found[0] if found else ""


def _unknown(composed: str) -> Iterable[str]:
    before = ""
    for character in composed:
        misplaced = character == BREVE and before not in BREVE_BASES
        if (character not in _KNOWN and character != "\n") or misplaced:
            yield character
        before = character


def _decomposed(text: str) -> tuple[str, ...]:
    if unicodedata.is_normalized("NFC", text):
        return ()
    marks = (character for character in text if unicodedata.combining(character))
    # A text can also be out of NFC without any mark (singletons such as the kelvin sign).
    return (next(marks, text[0]),)
