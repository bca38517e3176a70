"""Recognises text of the encodings before Unicode, which shows rightly in its own fonts only.

TCVN3 (TCVN 5712:1993, fonts ``.Vn…``, also called ABC) gives each letter one byte; VNI (fonts
``VNI-…``) writes a vowel and a sign behind it. Read as Unicode both are other letters altogether,
and so is UTF-8 that some program took for Windows-1252.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from preserve.ingest.mojibake import is_mojibake
from preserve.ingest.vietnamese import is_syllable, words


class LegacyFont(StrEnum):
    """An encoding that is not Unicode as it stands; the value is the code of the finding."""

    TCVN3 = "IMP-TEXT-TCVN3"
    VNI = "IMP-TEXT-VNI"
    EITHER = "IMP-TEXT-OLD-FONT"
    """One of the two: a short text can be Vietnamese under both."""
    MOJIBAKE = "IMP-TEXT-MOJIBAKE"
    """No font: UTF-8 that was read as Windows-1252 and stored so."""


_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệì",
    0xD8: "ỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3_LETTERS = {
    first + offset: letter
    for first, letters in _TCVN3.items()
    for offset, letter in enumerate(letters)
}

_VNI_VOWELS = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_CIRCUMFLEX = dict(zip("âáàåãä", ("", *_VNI_TONES.values()), strict=True))
_VNI_BREVE = dict(zip("êéèúüë", ("", *_VNI_TONES.values()), strict=True))
_VNI_PAIR = re.compile(r"([aeoyuöô])([ùøûõï])|([aeo])([âáàåãä])|(a)([êéèúüë])|([ñöôæóòî])")

_LATIN_1 = re.compile(r"[\u00a1-\u00ff]")
_BEYOND_LATIN_1 = re.compile(r"[^\x00-\u00ff\u2013-\u2026]")
_RUN = re.compile(r"[A-Za-z\u00a1-\u00ff]+")


@lru_cache(maxsize=16384)
def recognise_font(text: str) -> LegacyFont | None:
    """Tell whether a text is in an encoding before Unicode, or was read in a wrong one.

    It is when it is no Vietnamese as it stands, and every one of its words becomes a Vietnamese
    syllable under that encoding. A letter beyond Latin-1 speaks against: no such text has one.
    UTF-8 in disguise is told by its bytes, see ``is_mojibake``.
    """
    if is_mojibake(text):
        return LegacyFont.MOJIBAKE
    if not _LATIN_1.search(text) or _BEYOND_LATIN_1.search(text):
        return None
    runs = tuple(run for run in _RUN.findall(text) if not run.isascii())
    return _recognise(runs)


def _recognise(runs: tuple[str, ...]) -> LegacyFont | None:
    # A lone letter is no evidence: a remark may speak of the letter â.
    if all(len(run) == 1 or is_syllable(run) for run in runs):
        return None
    fitting = [font for font, decode in _DECODERS.items() if _becomes_vietnamese(runs, decode)]
    return fitting[0] if len(fitting) == 1 else LegacyFont.EITHER if fitting else None


def _becomes_vietnamese(runs: tuple[str, ...], decode: Callable[[str], str]) -> bool:
    read = [decode(run) for run in runs]
    return all(is_syllable(word) for word in read) and any(words(word) for word in read)


def decode_tcvn3(text: str) -> str:
    """Return what TCVN3 means by bytes that were read as Latin-1."""
    return text.translate(_TCVN3_LETTERS)


def decode_vni(text: str) -> str:
    """Return what VNI means by bytes that were read as Latin-1, in lower case."""
    return _VNI_PAIR.sub(_vni_letter, text.lower())


def _vni_letter(found: re.Match[str]) -> str:
    toned, tone, roof, roof_tone, short, short_tone, single = found.groups()
    if toned is not None:
        return _VNI_VOWELS.get(toned, toned) + _VNI_TONES[tone]
    if roof is not None:
        return roof + "\u0302" + _VNI_CIRCUMFLEX[roof_tone]
    if short is not None:
        return short + "\u0306" + _VNI_BREVE[short_tone]
    return _VNI_VOWELS[str(single)]


_DECODERS = {LegacyFont.TCVN3: decode_tcvn3, LegacyFont.VNI: decode_vni}
