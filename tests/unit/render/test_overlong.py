"""Texts that are longer than anybody expects: they flow, or they are refused, never cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from preserve.errors import InputError
from preserve.model.records import GradeBook, Transcript
from preserve.model.results import PeriodSummary
from preserve.render.grade_book import render_grade_book
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import lint
from tests.unit.render.people import grade_book, pupil, transcript
from tests.unit.render.reading import failures, form, squeezed

LONG = "Em đã có nhiều cố gắng trong học tập và rèn luyện. "


def commented(length: int) -> Transcript:
    """Return a transcript with one very long comment in its table."""
    record = transcript()
    (year,) = record.years
    first, *rest = year.subjects
    first = replace(first, semester_1=replace(first.semester_1, comment=LONG * length))
    return replace(record, years=(replace(year, subjects=(first, *rest)),))


def noted(length: int) -> GradeBook:
    """Return a class book with one very long remark about the second pupil."""
    book = grade_book(3)
    member = book.pupils[1]
    first, *rest = member.result.subjects
    first = replace(first, semester_2=replace(first.semester_2, comment=LONG * length))
    changed = replace(member, result=replace(member.result, subjects=(first, *rest)))
    return replace(book, pupils=(book.pupils[0], changed, book.pupils[2]))


@pytest.mark.parametrize("length", [1, 10, 30])
def test_long_comment_of_a_subject_is_drawn_whole(length: int) -> None:
    """A row may take most of a page."""
    data = render_transcript(commented(length), form())
    assert squeezed(LONG * length) in squeezed("".join(texts_by_mark(data)))
    assert failures(data) == []


def test_row_longer_than_a_page_is_refused() -> None:
    """Rows are never split, so such a row names the pupil instead of leaving the paper."""
    with pytest.raises(InputError) as caught:
        render_transcript(commented(200), form())
    assert caught.value.code == "RENDER-TOO-LONG"
    assert caught.value.parameters == {"pupil": "9910000001"}


def test_overlong_remark_in_a_class_book_names_its_pupil() -> None:
    """The refusal names the one pupil whose row is too long."""
    with pytest.raises(InputError) as caught:
        render_grade_book(noted(300), form())
    assert caught.value.parameters == {"pupil": "9910000002"}


def test_long_homeroom_comment_flows_over_pages() -> None:
    """A comment outside tables may take pages, and the fields stay together at the end."""
    record = transcript()
    (year,) = record.years
    year = replace(year, year=PeriodSummary(homeroom_comment=LONG * 120))
    data = render_transcript(replace(record, years=(year,)), form())
    assert squeezed(LONG * 120) in squeezed("".join(texts_by_mark(data)))
    assert failures(data) == []
    assert lint(data) == []


def test_long_particulars_flow() -> None:
    """A name, an address and an occupation of unheard-of length stay on the paper."""
    record = transcript()
    person = replace(pupil("Công Tằng Tôn Nữ " * 12), address=LONG * 40)
    person = replace(person, name=person.name.strip(), birth_place=LONG * 5)
    data = render_transcript(replace(record, pupil=person), form())
    drawn = squeezed("".join(texts_by_mark(data)))
    assert squeezed(person.name) in drawn
    assert squeezed(LONG * 40) in drawn
    assert failures(data) == []
