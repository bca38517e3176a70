"""Reads the font that every document of ours carries for its signatures' appearances.

The font lies in ``/AcroForm /DR /Font`` under the name ``/PreserveStamp``: Type0, Identity-H,
``/CIDToGIDMap /Identity``. Its ToUnicode map says which glyph shows which character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyhanko.pdf_utils import generic

from preserve.errors import SigningError

FONT_NAME = "/PreserveStamp"

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CHARACTER = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_DEFAULT_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class StampFont:
    """Glyphs and widths of the stamp font of one document."""

    reference: generic.PdfObject
    """What a resource dictionary names the font by."""
    glyphs: Mapping[str, int]
    widths: Mapping[int, float]
    """Width per glyph in thousandths of the font size."""
    default_width: float

    def width(self, text: str, size: float) -> float:
        """Return the width of a text in points.

        Raises:
            SigningError: the font lacks a character.
        """
        units = (self.widths.get(glyph, self.default_width) for glyph in self._encode(text))
        return sum(units) * size / 1000

    def hexadecimal(self, text: str) -> bytes:
        """Return the text as the hexadecimal string that a ``Tj`` operator shows.

        Raises:
            SigningError: the font lacks a character.
        """
        return b"<%s>" % b"".join(b"%04X" % glyph for glyph in self._encode(text))

    def _encode(self, text: str) -> Iterator[int]:
        for character in text:
            glyph = self.glyphs.get(character)
            if glyph is None:
                raise SigningError("SIGN-CHARACTER", character=f"U+{ord(character):04X}")
            yield glyph


def read_stamp_font(root: generic.DictionaryObject) -> StampFont:
    """Find the stamp font through the document's catalog.

    Raises:
        SigningError: the document carries none, or one of another kind.
    """
    try:
        fonts = root["/AcroForm"]["/DR"]["/Font"]
        font = fonts[FONT_NAME]
        descendant = font["/DescendantFonts"][0]
        if (font["/Encoding"], descendant["/CIDToGIDMap"]) != ("/Identity-H", "/Identity"):
            raise SigningError("SIGN-STAMP-FONT", font=FONT_NAME)
        return StampFont(
            fonts.raw_get(FONT_NAME),
            read_to_unicode(font["/ToUnicode"].data),
            dict(_widths(descendant.get("/W", ()))),
            float(descendant.get("/DW", _DEFAULT_WIDTH)),
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise SigningError("SIGN-STAMP-FONT", font=FONT_NAME) from error


@lru_cache(maxsize=16)
def read_to_unicode(cmap: bytes) -> Mapping[str, int]:
    """Turn a ToUnicode map around: from character to glyph (ISO 32000-1 section 9.10.3).

    Glyphs that stand for several characters are left out; of two glyphs for one character the
    first counts.
    """
    glyphs: dict[str, int] = {}
    for kind, body in _SECTION.findall(cmap):
        pairs = _read_characters(body) if kind == b"bfchar" else _read_ranges(body)
        for glyph, text in pairs:
            if len(text) == 1:
                glyphs.setdefault(text, glyph)
    return glyphs


def _read_characters(body: bytes) -> Iterator[tuple[int, str]]:
    for glyph, text in _CHARACTER.findall(body):
        yield int(glyph, 16), _text(text)


def _read_ranges(body: bytes) -> Iterator[tuple[int, str]]:
    for first, last, start, listed in _RANGE.findall(body):
        glyphs = range(int(first, 16), int(last, 16) + 1)
        if start:
            base = _text(start)
            yield from ((g, base[:-1] + chr(ord(base[-1]) + i)) for i, g in enumerate(glyphs))
        else:
            texts = re.findall(rb"<([0-9A-Fa-f]+)>", listed)
            yield from ((g, _text(t)) for g, t in zip(glyphs, texts, strict=False))


def _text(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode("ascii")).decode("utf-16-be")


def _widths(array: generic.ArrayObject) -> Iterator[tuple[int, float]]:
    """Read ``/W`` (ISO 32000-1 section 9.7.4.3): ``c [w …]`` and ``first last w`` entries."""
    items = list(array)
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, generic.ArrayObject):
            yield from ((first + index, float(width)) for index, width in enumerate(second))
        else:
            width = float(items.pop(0))
            yield from ((glyph, width) for glyph in range(first, int(second) + 1))
