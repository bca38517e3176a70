"""Tells which characters of a text may not be stored: they are unseen, private or no characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALLOWED_CONTROLS = "\t\n\r"
"""A comment typed into a cell may have lines."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd"
    "\U000e0100-\U000e01ef]"
)
"""Characters of other classes that leave no trace (Unicode's Default_Ignorable_Code_Point), and
the signs that stand for a lost letter (U+FFFC, U+FFFD)."""
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, formats (bidi, zero width), surrogates, private use, unassigned and noncharacters,
line and paragraph separators (Unicode Standard, table 4-4)."""


_LOOKALIKES = frozenset("\u00d0\u00f0\u0189\u0256")
"""Letters of other languages that look like Đ and đ; no keyboard for Vietnamese writes them."""


@lru_cache(maxsize=16384)
def lookalike(text: str) -> str | None:
    """Return the first letter that only looks like Đ or đ as ``U+00D0``, or ``None``."""
    found = (character for character in text if character in _LOOKALIKES)
    return next((f"U+{ord(character):04X}" for character in found), None)


@lru_cache(maxsize=16384)
def forbidden_character(text: str) -> str | None:
    """Return the first character that may not be stored as ``U+202E``, or ``None``."""
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        if character not in _ALLOWED_CONTROLS and _is_forbidden(character):
            return f"U+{ord(character):04X}"
    return None


def _is_forbidden(character: str) -> bool:
    return unicodedata.category(character) in _FORBIDDEN or bool(_UNSEEN.match(character))
