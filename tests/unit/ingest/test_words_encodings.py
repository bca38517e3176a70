"""Old encodings are told from Vietnamese in Unicode; unseen characters are found."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.ingest.characters import forbidden_character, lookalike
from preserve.ingest.encodings import decode_text
from preserve.ingest.legacy_fonts import LegacyFont, decode_tcvn3, decode_vni, recognise_font
from preserve.ingest.vietnamese import is_syllable, words
from tests.unit.ingest.conftest import SAMPLE

SENTENCE = "Nguyễn Thị Bảo Trân học tốt, cần cố gắng viết chữ đẹp hơn"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NguyÔn ThÞ B¶o Tr©n", "Nguyễn Thị Bảo Trân"),
        ("Tr\u00adêng THCS MÉu", "Trường THCS Mẫu"),
        ("§ç V¨n Thö", "Đỗ Văn Thử"),
        ("§iÓm kiÓm tra cuèi kú", "Điểm kiểm tra cuối kỳ"),
        ("Häc sinh cÇn cè g¾ng", "Học sinh cần cố gắng"),
    ],
)
def test_tcvn3_is_recognised(written: str, meant: str) -> None:
    """Text typed for a font .Vn… is told, and the table of its letters is right."""
    assert decode_tcvn3(written) == meant
    assert recognise_font(written) is LegacyFont.TCVN3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nguyeãn Thò Baûo Traân", "nguyễn thị bảo trân"),
        ("Tröôøng THCS Maãu", "trường thcs mẫu"),
        ("Ñoã Vaên Thöû", "đỗ văn thử"),
        ("ÑIEÅM KIEÅM TRA CUOÁI KYØ", "điểm kiểm tra cuối kỳ"),
        ("Chuùc möøng naêm môùi", "chúc mừng năm mới"),
    ],
)
def test_vni_is_recognised(written: str, meant: str) -> None:
    """Text typed for a font VNI-… is told, in both cases."""
    assert unicodedata.normalize("NFC", decode_vni(written)) == meant
    assert recognise_font(written) is LegacyFont.VNI


def test_short_text_of_either_font_is_told_as_such() -> None:
    """Where both encodings would do, none is named as the right one."""
    assert recognise_font("coâng") is LegacyFont.EITHER


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "Hoàng Anh",
        "Tòng Thị Ín",
        "Y Đĕm Ayŭn",
        "Niê Hrah",
        "H'Blé Êban",
        "Kbuôr",
        "Êñuôl",
        "Siu H'Phưk",
        "Thạch Sà Rây",
        "Giàng A Páo",
        "viết chữ â",
        "ô, ơ",
        "20 °C ± 1",
        "café",
        "1–2",
        "",
    ],
)
def test_unicode_is_no_old_font(text: str) -> None:
    """Names of every people, remarks and signs are left alone."""
    assert recognise_font(text) is None


def test_no_text_of_the_sample_is_an_old_font() -> None:
    """No word of a whole made-up school is taken for something else."""
    texts = [path.read_text("utf-8") for path in sorted(SAMPLE.glob("*.*")) if _is_text(path)]
    assert len(texts) > 3
    assert [line for text in texts for line in text.splitlines() if recognise_font(line)] == []


def _is_text(path: Path) -> bool:
    return path.suffix in {".csv", ".json", ".md"}


@pytest.mark.parametrize(
    "word",
    [
        "Nguyễn",
        "Trường",
        "hoà",
        "hòa",
        "gìn",
        "giếng",
        "quyết",
        "quốc",
        "khuỷu",
        "ngoằn",
        "nghiêng",
        "Đặng",
        "yêu",
        "ưu",
        "oẳn",
    ],
)
def test_syllables_are_syllables(word: str) -> None:
    """Vietnamese words are well spelt in any case and composition."""
    for form in ("NFC", "NFD"):
        for text in (word, word.upper()):
            assert is_syllable(unicodedata.normalize(form, text))


@pytest.mark.parametrize(
    "word", ["Nguyeãn", "NguyÔn", "bâ", "lắằn", "ngiêng"[:0] + "Müller", "xyz"]
)
def test_other_words_are_no_syllables(word: str) -> None:
    """What no rule of spelling allows is no syllable."""
    assert not is_syllable(word)


def test_abbreviations_are_no_evidence() -> None:
    """A header such as ĐĐGtx speaks neither for nor against an encoding."""
    assert words("ĐĐGtx, ĐTBmhk, Đ, Toán") == ["Toán"]


@given(st.text(alphabet="aăâđêôơưáàảãạếờựìỵ ", min_size=1))
def test_utf_8_is_never_taken_for_windows_1258(text: str) -> None:
    """No text in Vietnamese letters is ambiguous when it is written in UTF-8."""
    assert decode_text(text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("An\u200bh", "U+200B"),
        ("\u202eAnh", "U+202E"),
        ("Anh\u2066", "U+2066"),
        ("A\u00adnh", "U+00AD"),
        ("\ufeffAnh", "U+FEFF"),
        ("A\x00nh", "U+0000"),
        ("A\x1bnh", "U+001B"),
        ("A\x85nh", "U+0085"),
        ("A\ue000nh", "U+E000"),
        ("A\ufffenh", "U+FFFE"),
        ("A\ufdd0nh", "U+FDD0"),
        ("A\U000f0000nh", "U+F0000"),
        ("A\ud800nh", "U+D800"),
        ("A\u0378nh", "U+0378"),
        ("A\u2028nh", "U+2028"),
        ("A\ufffdnh", "U+FFFD"),
        ("A\u3164nh", "U+3164"),
        ("A\ufe0fnh", "U+FE0F"),
    ],
)
def test_unseen_characters_are_named(text: str, found: str) -> None:
    """Controls, bidi, zero width, private use, noncharacters and lone surrogates are found."""
    assert forbidden_character(text) == found


@pytest.mark.parametrize(
    "text", [SENTENCE, "dòng 1\ndòng 2\r\n\tba", "a\u00a0b", "Y Đĕm", "½ “x” …"]
)
def test_seen_characters_are_allowed(text: str) -> None:
    """Letters, signs, blanks and line ends are text."""
    assert forbidden_character(text) is None
    assert lookalike(text) is None


@given(st.text())
def test_what_is_allowed_can_be_stored(text: str) -> None:
    """Text without a forbidden character is valid UTF-8 and legal in XML 1.0."""
    if forbidden_character(text) is None:
        assert text.encode().decode() == text
        assert not any(ord(c) < 0x20 and c not in "\t\n\r" for c in text)


@pytest.mark.parametrize("letter", ["\u00d0", "\u00f0", "\u0189", "\u0256"])
def test_letters_that_look_like_d_with_stroke_are_named(letter: str) -> None:
    """Icelandic and African letters are not taken for Đ."""
    assert lookalike(f"Cao {letter}inh") == f"U+{ord(letter):04X}"
