"""Names of people who do not exist: common Vietnamese name parts put together at random."""

from __future__ import annotations

import unicodedata
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILY_NAMES = _words(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lâm Mai Trịnh "
    "Đoàn Cao Tạ Hà Lương Phùng Quách Thái Tô Châu"
)
MIDDLE_NAMES = {
    "Nam": _words(
        "Văn Hữu Đức Minh Quang Công Anh Gia Quốc Thanh Tuấn Đình Xuân Ngọc Hoàng Bảo Trọng Thế "
        "Duy Mạnh Nhật Khánh"
    ),
    "Nữ": _words(
        "Thị Ngọc Thu Thanh Minh Bảo Khánh Phương Hồng Thùy Kim Mỹ Diệu Tuyết Hoài Như Quỳnh "
        "Bích Ánh Cẩm Gia Yến"
    ),
}
GIVEN_NAMES = {
    "Nam": _words(
        "An Bình Cường Dũng Đạt Giang Hải Hiếu Hùng Huy Khang Khoa Kiên Lâm Long Lộc Nam Nghĩa "
        "Nhân Phong Phúc Quân Sơn Tài Tâm Thành Thiện Toàn Trung Vinh"
    ),
    "Nữ": _words(
        "An Ánh Châu Chi Diễm Dung Duyên Giang Hà Hạnh Hằng Hiền Hoa Huệ Hương Lan Linh Ly Mai "
        "My Nga Ngân Nhi Oanh Thảo Thư Trang Trâm Uyên Vy Xuân Ý"
    ),
}
EDE_NAME = "Y Ƀlĕ Kŏnh Êñŭl"
"""A man's name in letters of the Ê-đê alphabet that Vietnamese does not have."""
NAMESAKE = "Trần Thị Mai Anh"
LONG_NAME = "Nguyễn Phúc Tôn Nữ Hoàng Ngọc Thiên Kim Minh Châu"

_ALPHABET = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {
    "\N{COMBINING GRAVE ACCENT}": 1,
    "\N{COMBINING HOOK ABOVE}": 2,
    "\N{COMBINING TILDE}": 3,
    "\N{COMBINING ACUTE ACCENT}": 4,
    "\N{COMBINING DOT BELOW}": 5,
}

_WordOrder = tuple[tuple[int, ...], tuple[int, ...]]


def make_name(random: Random, gender: str, family: str = "") -> str:
    """Return a name of two to four parts; ``family`` fixes the family name."""
    given = random.choice(GIVEN_NAMES[gender])
    middle = random.choice([name for name in MIDDLE_NAMES[gender] if name != given])
    parts = [family or random.choice(FAMILY_NAMES), middle, given]
    if random.randrange(4) == 0 and middle != "Bảo":
        parts.insert(2, "Bảo")
    return " ".join(parts)


def name_order(name: str) -> tuple[_WordOrder, ...]:
    """Return the sort key of a class list: given name, then middle names, then family name.

    Letters go before tones: a ă â b … and level, huyền, hỏi, ngã, sắc, nặng.
    """
    family, *others = name.split()
    return tuple(_word_order(word) for word in (*reversed(others), family))


def _word_order(word: str) -> _WordOrder:
    letters: list[int] = []
    tones: list[int] = []
    for character in word.casefold():
        parts = unicodedata.normalize("NFD", character)
        tone = next((_TONES[part] for part in parts if part in _TONES), 0)
        letter = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        letters.append(_ALPHABET.get(letter, len(_ALPHABET) + ord(letter[:1] or " ")))
        tones.append(tone)
    return tuple(letters), tuple(tones)
