"""What the homeroom teacher wrote on each pupil, and the table for the principal's remarks."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.records import GradeBook
from preserve.model.results import Absences, PupilYear, YearResult
from preserve.model.school import SchoolYear
from preserve.policy.forms import Form
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
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import joined

_NAME, _ABSENCES, _ACHIEVEMENTS = 130.0, 50.0, 200.0
_MONTHS = 12


def place_homeroom_remarks(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place absences per semester, comments and achievements of every pupil."""
    label = words(form, "homeroom")
    place_text(flow, "H2", (bold(label("title")),), TITLE)
    names = ("number", "name", "absences_1", "absences_2", "absences_year", "comment")
    head = head_row([label(name) for name in (*names, "achievements")])
    widths = (NUMBER_WIDTH, _NAME, *[_ABSENCES] * 3)
    rest = flow.frame.measure - sum(widths) - _ACHIEVEMENTS
    rows = tuple(_row(book, member, form) for member in book.pupils)
    table = Table(
        (*widths, rest, _ACHIEVEMENTS),
        (head,),
        rows,
        size=9,
        padding=1.4,
        pupils=codes(book.pupils),
    )
    place_table(flow, table)


def place_principal_remarks(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place one empty row a month: the school's data hold no remarks of the principal."""
    label = words(form, "principal")
    place_text(flow, "H2", (bold(label("title")),), TITLE)
    place_text(flow, "P", (italic(label("note")),), Style(10, 13, Align.CENTRE, after=5))
    head = head_row([label(name) for name in ("month", "remark", "signature")])
    rows = tuple(
        (Cell((Run(month),), scope="Row"), text_cell(""), text_cell(""))
        for month in _months(book.year)
    )
    widths = (90.0, flow.frame.measure - 290, 200.0)
    place_table(flow, Table(widths, (head,), rows, size=11, padding=12))


def _row(book: GradeBook, member: PupilYear, form: Form) -> Row:
    result = member.result
    periods = (result.semester_1, result.semester_2, result.year)
    return (
        *member_cells(book, member, form, book.year.last_day),
        *(text_cell(_absences(form, period.absences)) for period in periods),
        text_cell(joined(*_comments(result, form), separator="\n"), Align.LEFT),
        text_cell(joined(*_achievements(result), separator="\n"), Align.LEFT),
    )


def _absences(form: Form, absences: Absences) -> str:
    """Return excused and unexcused half-days as far as they are known, else the total."""
    label = words(form, "attendance")
    parts = ((absences.excused, "excused"), (absences.unexcused, "unexcused"))
    known = [f"{number}{label(name)}" for number, name in parts if number is not None]
    if not known and absences.total is not None:
        return str(absences.total)
    return joined(*known)


def _comments(result: YearResult, form: Form) -> Iterator[str]:
    said = (
        ("semester_1", result.semester_1.homeroom_comment),
        ("semester_2", result.semester_2.homeroom_comment),
        ("whole_year", result.year.homeroom_comment),
    )
    for period, comment in said:
        if comment:
            yield joined(form.label(f"common.{period}"), comment, separator=": ")
    if result.summer_comment:
        label = form.label(f"{LABEL}homeroom.summer")
        yield joined(label, result.summer_comment, separator=": ")


def _achievements(result: YearResult) -> tuple[str, ...]:
    return (*result.certificates, *result.contests, *result.commendations)


def _months(year: SchoolYear) -> Iterator[str]:
    first, last = year.first_day, year.last_day
    for number in range((last.year - first.year) * _MONTHS + last.month - first.month + 1):
        months = first.month - 1 + number
        yield f"{months % _MONTHS + 1}/{first.year + months // _MONTHS}"
