"""Writes a face as a composite font, Identity-H, so that a character code is a glyph id."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from preserve.render.fonts import Face, FontProgram, load_font
from preserve.render.streams import LENGTH, add_padded

_BLOCK = 100
"""Most entries of one ``bfchar`` block (Adobe Technical Note 5014)."""
_STEM_V = {Face.REGULAR: 82, Face.ITALIC: 76, Face.BOLD: 142, Face.BOLD_ITALIC: 121}
"""Stem widths in thousandths, as customary for these faces; informative for readers."""


def add_font(pdf: Pdf, face: Face) -> Object:
    """Add a Type0 font with its program and its ToUnicode map (ISO 32000-1 clause 9.7)."""
    font = load_font(face)
    name = Name(f"/{font.name}")
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf, face, font)),
        DW=1000,
        W=Object.parse(_width_array(face)),
        CIDToGIDMap=Name.Identity,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=add_padded(pdf, to_unicode(face), b"\n"),
        )
    )


@cache
def to_unicode(face: Face) -> bytes:
    """Return the CMap from glyph id to character, in blocks of at most a hundred."""
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
        *_bfchar_blocks(load_font(face)),
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


def _bfchar_blocks(font: FontProgram) -> Iterator[str]:
    pairs = sorted((glyph, letter) for letter, glyph in font.glyphs.items())
    for start in range(0, len(pairs), _BLOCK):
        block = pairs[start : start + _BLOCK]
        yield f"{len(block)} beginbfchar"
        yield from (f"<{glyph:04X}> <{_utf16(letter)}>" for glyph, letter in block)
        yield "endbfchar"


def _utf16(letter: str) -> str:
    return letter.encode("utf-16-be").hex().upper()


@cache
def _width_array(face: Face) -> bytes:
    font = load_font(face)
    by_glyph = {glyph: font.widths[character] for character, glyph in font.glyphs.items()}
    first, last = min(by_glyph), max(by_glyph)
    widths = " ".join(str(by_glyph.get(glyph, 1000)) for glyph in range(first, last + 1))
    return f"[{first} [{widths}]]".encode("ascii")


def _descriptor(pdf: Pdf, face: Face, font: FontProgram) -> pikepdf.Dictionary:
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{font.name}"),
        Flags=font.flags,
        FontBBox=Array(list(font.bounds)),
        ItalicAngle=font.italic_angle,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=font.cap_height,
        StemV=_STEM_V[face],
        FontFile2=add_padded(pdf, font.program, b"\0", Length1=LENGTH),
    )
