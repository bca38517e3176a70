"""Which letters can be drawn, and that the fonts are the ones we ship."""

from __future__ import annotations

import hashlib
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import InputError
from preserve.render import fonts
from preserve.render.fonts import Face, load_font
from preserve.render.letters import BREVE, BREVE_BASES, CHARACTERS, refuse_undrawable, undrawable

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VIETNAMESE = {
    *(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES),
    "đ",
}
DIGESTS = {
    Face.REGULAR: "29d12439831b7f59194efec85872f24f54eff05738933f9a860220d2abff88ba",
    Face.BOLD: "446a4421f297698427170fd7db20e59169a4188baaaf940e9bea58af6341a723",
    Face.ITALIC: "c1830c433ab41379f1139fac388989d37c9f08c81e1bd643efdcc7946db30753",
    Face.BOLD_ITALIC: "36dd6965be8915f6d7efb259757f1f7546a7c6f72c53a20bbe4ae7092f2cd558",
}


@pytest.mark.parametrize("letter", sorted(VIETNAMESE | {v.upper() for v in VIETNAMESE}))
def test_vietnamese_letters_can_be_drawn(letter: str) -> None:
    """All 67 letters with marks and the plain vowels, in both cases, composed or not."""
    assert undrawable(letter) == ()
    assert undrawable(unicodedata.normalize("NFD", letter)) == ()


@pytest.mark.parametrize("letter", "ĕŏčñƀɃĔŎČÑŭŬ")
def test_highland_letters_can_be_drawn(letter: str) -> None:
    """The letters of Ê Đê, Gia Rai and their neighbours are there."""
    assert undrawable(letter) == ()


@pytest.mark.parametrize("base", sorted(BREVE_BASES))
def test_breve_is_allowed_on_four_vowels(base: str) -> None:
    """ê ô ơ ư take the one combining mark that has no composed letter."""
    assert undrawable(base + BREVE) == ()


@pytest.mark.parametrize("text", ["b\u0306", "\u0306", "ê\u0306\u0306", " \u0306", "â\u0306"])
def test_breve_elsewhere_is_refused(text: str) -> None:
    """A breve on anything else would stand in the wrong place."""
    assert undrawable(text) == (BREVE,)


def test_each_character_is_named_once() -> None:
    """A text full of one foreign letter gives one complaint."""
    assert undrawable("漢字漢") == ("漢", "字")


def test_capitals_of_everything_drawable_can_be_drawn() -> None:
    """Headings in capitals never meet a missing glyph."""
    assert {c for c in CHARACTERS if undrawable(c.upper()) and c != BREVE} == set()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_not_refused_can_be_measured(text: str) -> None:
    """Every accepted text has a glyph for each of its characters, in every face."""
    composed = unicodedata.normalize("NFC", text)
    if not undrawable(composed):
        for face in Face:
            assert set(composed) - {"\n"} <= set(load_font(face).widths)


@pytest.mark.parametrize("face", list(Face))
def test_font_files_are_the_unmodified_release(face: Face) -> None:
    """The shipped files are those of Liberation Serif 2.1.5, byte for byte."""
    path = Path(fonts.__file__).parent / "fonts" / face.value[1]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == DIGESTS[face]


def test_widths_are_those_of_times_new_roman() -> None:
    """Lines break where they would in the customary typeface."""
    widths = load_font(Face.REGULAR).widths
    assert [widths[c] for c in "aNmW ượ"] == [444, 722, 778, 944, 250, 542, 529]


def test_breve_stands_over_its_letter() -> None:
    """The composed glyph is as wide as its letter."""
    for face in Face:
        widths = load_font(face).widths
        assert all(widths[base + BREVE] == widths[base] for base in BREVE_BASES)


def test_another_font_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file under the right name with the wrong content is noticed by its content."""
    source = Path(fonts.__file__).parent / "fonts"
    changed = (source / "LiberationSerif-Regular.ttf").read_bytes()
    changed = changed.replace("2.1.5".encode("utf-16-be"), "1.0.7".encode("utf-16-be"))
    (tmp_path / "LiberationSerif-Regular.ttf").write_bytes(changed)
    shutil.copy(source / "LiberationSerif-Bold.ttf", tmp_path / "LiberationSerif-Italic.ttf")
    monkeypatch.setattr(fonts, "_FOLDER", tmp_path)
    with pytest.raises(InputError) as caught:
        load_font.__wrapped__(Face.REGULAR)
    assert caught.value.code == "RENDER-FONT"
    assert "1.0.7" in caught.value.parameters["problem"]


@pytest.mark.parametrize("content", [None, b"", b"not a font"])
def test_unreadable_font_is_refused(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing or broken file is our error, not the library's."""
    if content is not None:
        (tmp_path / "LiberationSerif-Regular.ttf").write_bytes(content)
    monkeypatch.setattr(fonts, "_FOLDER", tmp_path)
    with pytest.raises(InputError, match="RENDER-FONT"):
        load_font.__wrapped__(Face.REGULAR)


def test_refusal_looks_into_every_field() -> None:
    """A foreign letter is found in nested records, not only in names."""
    with pytest.raises(InputError, match="RENDER-CHARACTER"):
        refuse_undrawable((("ổn",), ("漢",)), "9910000001")
