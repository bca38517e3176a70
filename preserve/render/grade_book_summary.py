"""The summaries of a class: every subject's result per semester and for the year."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.records import GradeBook
from preserve.model.results import PupilYear, SubjectResult
from preserve.model.school import Subject
from preserve.policy.forms import Form, Layout
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import (
    LABEL,
    NUMBER_WIDTH,
    TITLE,
    codes,
    head_row,
    member_cells,
    text_cell,
    words,
)
from preserve.render.grade_book_corrections import (
    SEMESTER_AVERAGE,
    YEAR_AVERAGE,
    changes_of,
    followed_cell,
    of_semester,
)
from preserve.render.grade_book_marks import SECOND, result_of, semester_end
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import bold
from preserve.render.wording import level_text, mark_text, result_text

WHOLE_YEAR = 0
"""Stands for the year where 1 and 2 stand for the semesters."""
_NAME, _LEVEL = 134.0, 46.0
_RESULTS = {
    Layout.SECONDARY: ("learning", "conduct"),
    Layout.OLD_SECONDARY: ("mean", "learning", "conduct", "title"),
}
"""What a semester's table adds to the subjects: the old book has ĐTB các môn and a title."""


def place_summary(
    flow: Flow, book: GradeBook, subjects: Sequence[Subject], period: int, form: Form
) -> None:
    """Place the table of a semester (1 or 2) or of the year."""
    title = form.label(f"{LABEL}summary.whole_year")
    if period != WHOLE_YEAR:
        name = form.label(f"common.semester_{period}").upper()
        title = form.label(f"{LABEL}summary.semester", semester=name)
    place_text(flow, "H2", (bold(title),), TITLE)
    place_table(flow, _table(flow, book, subjects, period, form))


def _table(
    flow: Flow, book: GradeBook, subjects: Sequence[Subject], period: int, form: Form
) -> Table:
    label = words(form, "summary")
    added = () if period == WHOLE_YEAR else _RESULTS[form.layout]
    texts = [label("number"), label("name"), *(subject.name for subject in subjects)]
    head = head_row([*texts, *(label(name) for name in added)])
    fixed = (NUMBER_WIDTH, _NAME)
    free = flow.frame.measure - sum(fixed) - _LEVEL * len(added)
    widths = (*fixed, *[free / len(subjects)] * len(subjects), *[_LEVEL] * len(added))
    rows = tuple(_row(book, member, subjects, period, form) for member in book.pupils)
    return Table(widths, (head,), rows, size=8.5, padding=1.5, pupils=codes(book.pupils))


def _row(
    book: GradeBook, member: PupilYear, subjects: Sequence[Subject], period: int, form: Form
) -> Row:
    day = semester_end(book, period or SECOND)
    cells = [_subject_cell(form, member, subject, period) for subject in subjects]
    if period != WHOLE_YEAR:
        cells += [text_cell(text) for text in _results(form, member, period)]
    return (*member_cells(book, member, form, day), *cells)


def _results(form: Form, member: PupilYear, period: int) -> list[str]:
    result = member.result
    summary = result.semester_1 if period == 1 else result.semester_2
    texts = {
        "mean": mark_text(summary.mean),
        "learning": level_text(form, summary.learning),
        "conduct": level_text(form, summary.conduct),
        "title": summary.title,
    }
    return [texts[name] for name in _RESULTS[form.layout]]


def _subject_cell(form: Form, member: PupilYear, subject: Subject, period: int) -> Cell:
    result = result_of(member, subject)
    if result is None:
        return text_cell("")
    text = _value(form, result, period)
    changes = changes_of(member, result)
    if not changes:
        return text_cell(text)
    if period == WHOLE_YEAR:
        return followed_cell(text, changes, YEAR_AVERAGE)
    return followed_cell(text, of_semester(changes, period), SEMESTER_AVERAGE)


def _value(form: Form, result: SubjectResult, period: int) -> str:
    if period == WHOLE_YEAR:
        return result_text(form, result.year_average, result.year_level)
    part = result.semester_1 if period == 1 else result.semester_2
    return result_text(form, part.average, part.level)
