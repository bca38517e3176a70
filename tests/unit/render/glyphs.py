"""Reads drawn text back without any outside program: glyph codes through the ToUnicode maps."""

from __future__ import annotations

import io
import re

import pikepdf

_TOKEN = re.compile(r"/(F\d) [\d.]+ Tf|<([0-9A-F]*)> Tj|(BDC|BMC)|\b(EMC)\b|MCID (\d+)")


def texts_by_mark(data: bytes) -> list[str]:
    """Return the text of every piece of marked content that is no artifact."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            maps = {
                name.lstrip("/"): to_unicode(font.ToUnicode.read_bytes())
                for name, font in page.obj.Resources.Font.items()
            }
            found.extend(_texts(page.obj.Contents.read_bytes().decode("ascii"), maps))
    return found


def to_unicode(cmap: bytes) -> dict[str, str]:
    """Return code (four hexadecimal digits) to text."""
    pairs = re.findall(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>", cmap.decode("ascii"))
    return {code: bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def _texts(code: str, maps: dict[str, dict[str, str]]) -> list[str]:
    texts: list[str] = []
    font, inside = "F1", False
    for face, codes, _begin, end, mcid in _TOKEN.findall(code):
        if mcid:
            texts.append("")
            inside = True
        elif end:
            inside = False
        elif face:
            font = face
        elif codes and inside:
            texts[-1] += "".join(maps[font][part] for part in re.findall("....", codes))
    return texts
