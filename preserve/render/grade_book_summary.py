"""The summaries of a class: subjects per semester and year, and the results of the year."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.records import GradeBook
from preserve.model.results import PupilYear, SubjectResult
from preserve.model.school import Subject
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_front import codes, member_cells, text_cell
from preserve.render.grade_book_marks import result_of
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Style, bold
from preserve.render.wording import level_text, result_text

_TITLE = Style(13, 18, Align.CENTRE, after=5)
_LABEL = "grade_book."
_WHOLE_YEAR = 0
"""Stands for the year where 1 and 2 stand for the semesters."""


def place_summaries(flow: Flow, book: GradeBook, subjects: Sequence[Subject], form: Form) -> None:
    """Place the three tables: semester I, semester II, the year."""
    for period in (1, 2, _WHOLE_YEAR):
        flow.new_page()
        title = form.label(f"{_LABEL}summary.whole_year")
        if period != _WHOLE_YEAR:
            name = form.label(f"common.semester_{period}").upper()
            title = form.label(f"{_LABEL}summary.semester", semester=name)
        place_text(flow, "H2", (bold(title),), _TITLE)
        place_table(flow, _summary_table(flow, book, subjects, period, form))


def place_ranking(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place the results of the year: levels, after the summer, absences, promotion, title."""
    flow.new_page()
    place_text(flow, "H2", (bold(form.label(f"{_LABEL}ranking.title")),), _TITLE)
    rows = tuple(_ranking_row(member, form) for member in book.pupils)
    widths = (26.0, 170.0, 58.0, 58.0, 58.0, 58.0, 58.0, 52.0, 58.0, 90.0)
    rest = flow.frame.measure - sum(widths)
    place_table(
        flow,
        Table(
            (*widths, rest),
            _ranking_head(form),
            rows,
            size=9,
            padding=1.4,
            pupils=codes(book.pupils),
        ),
    )


def _summary_table(
    flow: Flow, book: GradeBook, subjects: Sequence[Subject], period: int, form: Form
) -> Table:
    results = period != _WHOLE_YEAR
    names = [form.label(f"{_LABEL}summary.{name}") for name in ("number", "name")]
    names += [subject.name for subject in subjects]
    names += [form.label(f"{_LABEL}summary.{n}") for n in ("learning", "conduct")] * results
    head = tuple(Cell((bold(name),), scope="Column") for name in names)
    fixed, levels = (26.0, 150.0), (50.0, 50.0) if results else ()
    share = (flow.frame.measure - sum(fixed) - sum(levels)) / len(subjects)
    widths = (*fixed, *[share] * len(subjects), *levels)
    rows = tuple(_summary_row(member, subjects, period, form) for member in book.pupils)
    return Table(widths, (head,), rows, size=8.5, padding=1.5, pupils=codes(book.pupils))


def _summary_row(member: PupilYear, subjects: Sequence[Subject], period: int, form: Form) -> Row:
    cells = [text_cell(_value(form, result_of(member, s), period)) for s in subjects]
    if period != _WHOLE_YEAR:
        result = member.result
        summary = result.semester_1 if period == 1 else result.semester_2
        cells.append(text_cell(level_text(form, summary.learning)))
        cells.append(text_cell(level_text(form, summary.conduct)))
    return (*member_cells(member), *cells)


def _value(form: Form, result: SubjectResult | None, period: int) -> str:
    if result is None:
        return ""
    if period == _WHOLE_YEAR:
        return result_text(form, result.year_average, result.year_level)
    part = result.semester_1 if period == 1 else result.semester_2
    return result_text(form, part.average, part.level)


def _ranking_head(form: Form) -> tuple[Row, Row]:
    def cell(name: str, columns: int = 1, rows: int = 1) -> Cell:
        runs = (bold(form.label(f"{_LABEL}ranking.{name}")),)
        return Cell(runs, scope="Column", columns=columns, rows=rows)

    last = ("absences", "promoted", "not_promoted", "title_column", "outcome")
    first = (
        cell("number", rows=2),
        cell("name", rows=2),
        cell("levels", columns=2),
        cell("after", columns=2),
        *(cell(name, rows=2) for name in last),
    )
    return first, (cell("conduct"), cell("learning"), cell("conduct"), cell("learning"))


def _ranking_row(member: PupilYear, form: Form) -> Row:
    result = member.result
    sign = form.label(f"{_LABEL}ranking.mark")
    total = result.year.absences.total
    values = (
        level_text(form, result.year.conduct),
        level_text(form, result.year.learning),
        level_text(form, result.conduct_after),
        level_text(form, result.learning_after),
        "" if total is None else str(total),
        sign if result.promoted is True else "",
        sign if result.promoted is False else "",
        result.title,
        result.outcome,
    )
    return (*member_cells(member), *(text_cell(value) for value in values))
