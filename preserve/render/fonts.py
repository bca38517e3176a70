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

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

from preserve.errors import InputError
from preserve.render.letters import BREVE, BREVE_BASES, CHARACTERS

_FOLDER = Path(__file__).resolve().parent / "fonts"
_VERSION = "Version 2.1.5"
_BREVE_GAP = 40
"""Font units between the top of a letter and the breve above it."""
_SYMBOLIC_SERIF, _ITALIC = 0b110, 0b1000000
_NEEDED_TABLES = frozenset({"GlyphOrder", "glyf", "head", "hhea", "hmtx", "loca", "maxp"})
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
    """Character, or letter with breve, to glyph id of the subset, which is also the CID."""
    codes: Mapping[str, str]
    """The same to the four hexadecimal digits of the glyph id."""
    widths: Mapping[str, int]
    """The same to the advance."""
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
    names |= {base + BREVE: _compose(font, names, base) for base in sorted(BREVE_BASES)}
    glyphs = {character: font.getGlyphID(glyph) for character, glyph in names.items()}
    widths = {c: _thousandths(font, font["hmtx"][glyph][0]) for c, glyph in names.items()}
    head, hhea = font["head"], font["hhea"]
    bounds = tuple(_thousandths(font, v) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
    program = _program(font)
    return FontProgram(
        name=f"{_tag(program)}+{name}",
        program=program,
        glyphs=glyphs,
        codes={character: f"{glyph:04X}" for character, glyph in glyphs.items()},
        widths=widths,
        bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
        ascent=_thousandths(font, hhea.ascent),
        descent=_thousandths(font, hhea.descent),
        cap_height=cap_height,
        italic_angle=angle,
        flags=_SYMBOLIC_SERIF | (_ITALIC if angle else 0),
    )


def _program(font: TTFont) -> bytes:
    for table in sorted({*font.keys()} - _NEEDED_TABLES):
        del font[table]
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def _compose(font: TTFont, names: Mapping[str, str], base: str) -> str:
    """Add a glyph of a letter with the breve centred over it, clear of hat and horn.

    The font has no anchors for these pairs: drawn one after the other, the breve stands beside
    the letter. One glyph per pair also lets every reader extract letter and breve together.
    """
    glyf: Any = font["glyf"]
    plain = glyf[names[unicodedata.normalize("NFD", base)[0]]]
    breve, whole = glyf[names[BREVE]], glyf[names[base]]
    right = round((plain.xMin + plain.xMax - breve.xMin - breve.xMax) / 2)
    up = max(0, whole.yMax + _BREVE_GAP - breve.yMin)
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(names[base], (1, 0, 0, 1, 0, 0))
    pen.addComponent(names[BREVE], (1, 0, 0, 1, right, up))
    name = f"{names[base]}_breve"
    glyf[name] = pen.glyph()
    glyf[name].recalcBounds(glyf)
    font["hmtx"][name] = (font["hmtx"][names[base]][0], glyf[name].xMin)
    return name


def _thousandths(font: TTFont, units: float) -> int:
    per_em: int = font["head"].unitsPerEm
    return round(units * 1000 / per_em)


def _tag(program: bytes) -> str:
    """Six capital letters that follow from the content (ISO 32000-1 clause 9.6.4)."""
    letters = base64.b32encode(hashlib.sha256(program).digest()).decode("ascii")
    return "".join(letter for letter in letters if letter.isalpha())[:6]
