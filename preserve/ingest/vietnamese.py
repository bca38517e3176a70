"""Tells whether a word can be a Vietnamese syllable, as evidence for the encoding of a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: at most one of them marks a syllable."""

_ONSET = re.compile(r"(?:ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvxp])?")
_RHYMES = frozenset(
    re.findall(
        r"\w+",
        """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oe oem oen
    oeo oet oc oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc ui um un ung uơ
    uôc uôi uôm uôn uông uôt up ut uê uêch uên uênh uêu uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ưt ươ ươc ươi ươm ươn ương ươp ươt ươu ưu ưp
    y ych yêm yên yêng yêt yêu ynh yt yn yp yu
    """,
    )
)
"""Rhymes without tone, of the spelling of 1984 and of daily use; gathered by us."""

_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def is_syllable(word: str) -> bool:
    """Tell whether one word, in any case and composition, is spelt like a Vietnamese syllable."""
    return _is_syllable(unicodedata.normalize("NFD", word.lower()))


def words(text: str) -> list[str]:
    """Return the words of a text that hold a letter outside ASCII, without abbreviations.

    A word whose only letter outside ASCII is Đ may be an abbreviation such as ``ĐĐGtx`` and says
    nothing about the encoding.
    """
    found = _WORD.findall(unicodedata.normalize("NFC", text))
    return [word for word in found if not word.replace("Đ", "").replace("đ", "").isascii()]


@lru_cache(maxsize=8192)
def _is_syllable(decomposed: str) -> bool:
    tones = sum(character in _TONES for character in decomposed)
    bare = "".join(c for c in decomposed if c not in _TONES)
    plain = unicodedata.normalize("NFC", bare)
    onset = _ONSET.match(plain)
    rest = plain[onset.end() :] if onset else plain
    # In "gì" and "gìn" the vowel of the onset "gi" is the rhyme's own.
    return tones <= 1 and (rest in _RHYMES or (plain.startswith("gi") and plain[1:] in _RHYMES))
