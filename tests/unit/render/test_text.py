"""Measuring and wrapping of text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from preserve.render.fonts import Face
from preserve.render.letters import BREVE, BREVE_BASES
from preserve.render.text import Run, bold, drawing_of, units, width_of, wrap

WORDS = st.lists(st.text("abcđêmWi.ỗ", min_size=1, max_size=30), min_size=1, max_size=25)


def joined(lines: tuple[tuple[Run, ...], ...]) -> str:
    """Return the text of lines as it was."""
    return "".join(run.text for line in lines for run in line)


@given(WORDS, st.floats(20, 300))
def test_wrapping_loses_nothing_and_overflows_nothing(words: list[str], width: float) -> None:
    """Lines put together are the text, and none is wider than its box."""
    text = " ".join(words)
    lines = wrap((Run(text),), 10, width)
    assert joined(lines) == text
    assert all(width_of(line, 10) <= width + 0.001 for line in lines)


@given(WORDS, WORDS, st.floats(20, 300))
def test_faces_survive_wrapping(one: list[str], other: list[str], width: float) -> None:
    """A label and its value keep their faces over line breaks."""
    runs = (Run(" ".join(one) + ": "), bold(" ".join(other)))
    lines = wrap(runs, 11, width)
    plain = "".join(run.text for line in lines for run in line if run.face is Face.REGULAR)
    assert joined(lines) == runs[0].text + runs[1].text
    assert plain == runs[0].text


def test_line_feed_breaks_a_line() -> None:
    """Lines that the caller separates stay separate, empty ones too."""
    lines = wrap((Run("một\n\nhai"),), 10, 200)
    assert [joined((line,)) for line in lines] == ["một", "", "hai"]


def test_digest_breaks_between_digits() -> None:
    """A word wider than the line is broken rather than drawn outside."""
    lines = wrap((Run("a" * 128),), 10, 100)
    assert len(lines) > 4
    assert joined(lines) == "a" * 128


def test_breve_stays_with_its_letter() -> None:
    """A break never parts a letter from its mark."""
    for base in BREVE_BASES:
        lines = wrap((Run((base + BREVE) * 60),), 10, 50)
        assert all(not joined((line,)).startswith(BREVE) for line in lines)


def test_letter_with_breve_is_one_glyph() -> None:
    """Letter and breve are shown by one code, so that they are extracted together."""
    alone = drawing_of((Run("ê"),), 10).operators
    marked = drawing_of((Run("ê" + BREVE),), 10).operators
    assert len(alone) == len(marked)
    assert alone != marked
    assert units("ê" + BREVE, Face.REGULAR) == units("ê", Face.REGULAR)


def test_struck_run_knows_its_line() -> None:
    """The line of a struck value begins and ends with the value."""
    drawing = drawing_of((Run("7,5", struck=True), Run(" "), bold("8,5")), 10)
    assert drawing.strikes == ((0.0, units("7,5", Face.REGULAR) / 100),)
