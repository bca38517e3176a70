"""Words are compared as a reader of Vietnamese compares them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.ingest.words import clean, fold, slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Học kỳ I", "học kì  i"),
        ("Địa lý", "Địa lí"),
        ("Mỹ thuật", "Mĩ thuật"),
        ("Hoà", "hòa"),
        ("NGÀY SINH", "Ngày sinh"),
        ("Họ và tên\u00a0", "Họ và tên"),
    ],
)
def test_spellings_of_one_word_are_equal(one: str, other: str) -> None:
    """Case, blanks and accepted spellings make no difference."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Đ", "D"), ("CĐ", "CD"), ("Lan", "Lân")])
def test_different_letters_stay_different(one: str, other: str) -> None:
    """No accent is dropped when words are compared."""
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_knows_no_decomposition(text: str) -> None:
    """Composed and decomposed text are the same, and folding twice changes nothing."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("text", ["a\r\nb", "a\rb", "a\nb", " a\r\nb\r\n"])
def test_lines_end_alike(text: str) -> None:
    """However a file ends its lines, the text is the same."""
    assert clean(text) == "a\nb"


def test_slugs_are_ascii() -> None:
    """A subject's code holds lower-case ASCII letters, digits and hyphens."""
    assert slug("Ngữ văn") == "ngu-van"
    assert slug("Hoạt động trải nghiệm, hướng nghiệp") == "hoat-dong-trai-nghiem-huong-nghiep"
    assert slug("Nội dung giáo dục của địa phương") == "noi-dung-giao-duc-cua-dia-phuong"
    assert slug("Ngoại ngữ 1") == "ngoai-ngu-1"
