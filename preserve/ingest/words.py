"""How words of an export are cleaned, and when two of them count as the same word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"\s+")
_SPELLINGS = (("kỳ", "kì"), ("lý", "lí"), ("hoà", "hòa"), ("mỹ", "mĩ"))
"""Pairs of accepted spellings of one word (QĐ 240/QĐ of 1984 and daily use)."""


def clean(text: str) -> str:
    """Return the text composed (NFC), without blanks around it, its lines ended by a line feed.

    Files end lines in three ways, and XML keeps one of them only.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the form by which headers, titles and names of subjects are compared.

    Case, blanks and the spellings kì/kỳ, lí/lý, hòa/hoà, mĩ/mỹ make no difference; every other
    letter and mark does, so that ``đ`` is never taken for ``d``.
    """
    folded = _SPACES.sub(" ", clean(text).casefold())
    for other, one in _SPELLINGS:
        folded = folded.replace(other, one)
    return folded


def slug(text: str) -> str:
    """Return an ASCII code such as ``ngu-van`` for paths and field names."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in plain if not _is_mark(c))
    return "-".join(letters.split())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"
