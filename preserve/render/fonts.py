"""Loads the four faces of Liberation Serif 2.1.5 and cuts the fixed subset that documents embed.

A fixed subset instead of one per document: every document holds the same font bytes, so a stamp
drawn years later finds its letters, and a bundle of thousands of documents compresses well.
"""

from __future__ import annotations

import base64
import hashlib
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

from preserve.errors import InputError
from preserve.render.letters import BREVE, BREVE_BASES, CHARACTERS

_FOLDER = Path(__file__).resolve().parent / "fonts"
_VERSION = "Version 2.1.5"
_BREVE_GAP = 40
"""Font units between the top of a letter and the breve above it."""
_SYMBOLIC_SERIF, _ITALIC = 0b110, 0b1000000
_NEEDED_TABLES = frozenset({"glyf", "head", "hhea", "hmtx", "loca", "maxp"})
"""Tables of an unhinted TrueType program inside a CIDFontType2 (ISO 32000-1 table 126)."""


class Face(Enum):
    """A face; the value is its resource name on every page and the file it comes from."""

    REGULAR = ("F1", "LiberationSerif-Regular.ttf")
    BOLD = ("F2", "LiberationSerif-Bold.ttf")
    ITALIC = ("F3", "LiberationSerif-Italic.ttf")
    BOLD_ITALIC = ("F4", "LiberationSerif-BoldItalic.ttf")

    # A face is part of every cache key: the identity of a single object is its cheapest hash.
    __hash__ = object.__hash__

    @property
    def resource(self) -> str:
        """Name in ``/Resources /Font``."""
        return self.value[0]


@dataclass(frozen=True, slots=True)
class FontProgram:
    """A face ready for embedding; lengths are in thousandths of the font size."""

    name: str
    """PostScript name with the subset tag."""
    program: bytes
    """The subset as a TrueType file."""
    glyphs: Mapping[str, int]
    """Character to glyph id of the subset, which is also the CID."""
    codes: Mapping[str, str]
    """Character to the four hexadecimal digits of its glyph id."""
    widths: Mapping[str, int]
    breves: Mapping[str, tuple[int, int]]
    """Letter to how far right and up the breve after it moves."""
    bounds: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    italic_angle: int
    flags: int


@cache
def load_font(face: Face) -> FontProgram:
    """Load a face, check that it is the one we ship, and subset it.

    Raises:
        InputError: ``RENDER-FONT``, the file is missing or is another version.
    """
    path = _FOLDER / face.value[1]
    try:
        font = TTFont(io.BytesIO(path.read_bytes()), recalcTimestamp=False)
    except (OSError, TTLibError) as error:
        raise InputError("RENDER-FONT", file=path.name, problem=type(error).__name__) from error
    _check(font, path.name)
    name = font["name"].getDebugName(6)
    cap_height = _thousandths(font, font["OS/2"].sCapHeight)
    angle = round(font["post"].italicAngle)
    _subset(font)
    return _describe(font, name, cap_height, angle)


def _check(font: TTFont, file: str) -> None:
    """Refuse a look-alike by content: version 1.07 lacks 92 Vietnamese letters under one name."""
    version = font["name"].getDebugName(5) or ""
    missing = [character for character in CHARACTERS if ord(character) not in font.getBestCmap()]
    if version != _VERSION:
        raise InputError("RENDER-FONT", file=file, problem=f"{version} != {_VERSION}")
    if font["OS/2"].fsType:
        raise InputError("RENDER-FONT", file=file, problem="fsType restricts embedding")
    if missing:
        raise InputError("RENDER-FONT", file=file, problem=f"U+{ord(missing[0]):04X} missing")


def _subset(font: TTFont) -> None:
    options = Options()
    options.hinting = False
    options.notdef_outline = True
    options.layout_features = []
    options.recalc_timestamp = False
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "kern", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in CHARACTERS])
    subsetter.subset(font)


def _describe(font: TTFont, name: str, cap_height: int, angle: int) -> FontProgram:
    cmap = font.getBestCmap()
    names = {character: cmap[ord(character)] for character in CHARACTERS}
    glyphs = {character: font.getGlyphID(glyph) for character, glyph in names.items()}
    widths = {c: _thousandths(font, font["hmtx"][glyph][0]) for c, glyph in names.items()}
    breves = {base: _breve_shift(font, names, base) for base in sorted(BREVE_BASES)}
    head, hhea = font["head"], font["hhea"]
    bounds = tuple(_thousandths(font, v) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
    program = _program(font)
    return FontProgram(
        name=f"{_tag(program)}+{name}",
        program=program,
        glyphs=glyphs,
        codes={character: f"{glyph:04X}" for character, glyph in glyphs.items()},
        widths=widths,
        breves=breves,
        bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
        ascent=_thousandths(font, hhea.ascent),
        descent=_thousandths(font, hhea.descent),
        cap_height=cap_height,
        italic_angle=angle,
        flags=_SYMBOLIC_SERIF | (_ITALIC if angle else 0),
    )


def _program(font: TTFont) -> bytes:
    for table in [tag for tag in font.keys() if tag not in _NEEDED_TABLES and tag != "GlyphOrder"]:
        del font[table]
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def _breve_shift(font: TTFont, names: Mapping[str, str], base: str) -> tuple[int, int]:
    """Centre the breve over the plain letter and lift it clear of hat and horn.

    The font has no anchors for these pairs: without the shift the breve stands beside the letter.
    """
    glyf: Any = font["glyf"]
    plain = glyf[names[unicodedata.normalize("NFD", base)[0]]]
    breve, whole = glyf[names[BREVE]], glyf[names[base]]
    centre = (plain.xMin + plain.xMax) / 2 - (breve.xMin + breve.xMax) / 2
    right = centre - font["hmtx"][names[base]][0]
    up = max(0, whole.yMax + _BREVE_GAP - breve.yMin)
    return _thousandths(font, right), _thousandths(font, up)


def _thousandths(font: TTFont, units: float) -> int:
    return round(units * 1000 / font["head"].unitsPerEm)


def _tag(program: bytes) -> str:
    """Six capital letters that follow from the content (ISO 32000-1 clause 9.6.4)."""
    letters = base64.b32encode(hashlib.sha256(program).digest()).decode("ascii")
    return "".join(letter for letter in letters if letter.isalpha())[:6]
