"""The Vietnamese order of names: by given name, then middle names, then family name.

The order of letters and tones is the one of the Unicode locale data for Vietnamese: a, ă, â, b, c,
d, đ, e, ê, …, and of one syllable the tones ngang, huyền, hỏi, ngã, sắc, nặng.
"""

from __future__ import annotations

from functools import cache

import icu

Key = tuple[bytes, bytes, bytes, str]


def name_key(name: str) -> Key:
    """Return the key that names of a class list are sorted by.

    The last word is the given name and the first one the family name, as school software takes
    them; so it does for names of other peoples, for example ``Y Đĕm Ayŭn``. The whole name comes
    last, so that names which differ in spelling only have an order too.
    """
    words = name.split()
    family, given = (words[0], words[-1]) if len(words) > 1 else ("", name)
    return _key(given), _key(" ".join(words[1:-1])), _key(family), name


@cache
def _key(text: str) -> bytes:
    return bytes(_collator().getSortKey(text))


@cache
def _collator() -> icu.Collator:
    return icu.Collator.createInstance(icu.Locale("vi"))
