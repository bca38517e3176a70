"""Attendance (điểm danh), one page a month: every half-day of absence on its day."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from preserve.errors import InputError
from preserve.model.records import GradeBook
from preserve.model.results import MonthAttendance, PupilYear
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import (
    LABEL,
    NUMBER_WIDTH,
    codes,
    has_come,
    has_left,
    head_cell,
    member_cells,
    text_cell,
    words,
)
from preserve.render.table import LEADING, Row, Table, place_table, row_heights
from preserve.render.text import Align, Run, Style, bold
from preserve.render.wording import joined

_DAYS = 31
"""Columns of days that the form prints in every month."""
_NAME, _TOTAL = 118.0, 23.0
_TITLE = Style(12, 16, Align.CENTRE)
_LINE = Style(8.5, 11, Align.CENTRE, after=3)
_LARGEST, _SMALLEST = 8.5, 6.5
"""Font sizes in points: a month fits one page up to some fifty pupils."""
_PADDING = 0.1


def place_attendance(flow: Flow, book: GradeBook, form: Form, head: str) -> None:
    """Place a page a month; without months, a line that says so.

    Args:
        flow: where the pages go.
        book: the class; ``YearResult.attendance`` holds the months.
        form: the wording.
        head: the running head of the book, which these pages complete by the month.
    """
    label = words(form, "attendance")
    months = sorted({m.month for member in book.pupils for m in member.result.attendance})
    if not months:
        place_text(flow, "H2", (bold(label("none_title")),), Style(12, 16, before=10, after=3))
        place_text(flow, "P", (Run(label("none")),), Style(11, 15))
    for month in months:
        first = _first_day(month)
        section = form.label(f"{LABEL}attendance.head", month=first.month, year=first.year)
        flow.new_page(joined(head, section, separator=" – "))
        _place_month(flow, book, form, first)


def refuse_unknown_months(member: PupilYear) -> None:
    """Refuse attendance whose month is not written as ``YYYY-MM``.

    Raises:
        InputError: ``RENDER-MONTH``, with the pupil's code.
    """
    for attendance in member.result.attendance:
        try:
            _first_day(attendance.month)
        except ValueError as error:
            code = member.pupil.code
            raise InputError("RENDER-MONTH", month=attendance.month, pupil=code) from error


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _place_month(flow: Flow, book: GradeBook, form: Form, first: date) -> None:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    title = form.label(f"{LABEL}attendance.title", month=first.month, year=first.year)
    found = [(member, _month(member, first)) for member in book.pupils]
    here = sum(has_come(m, last) and not has_left(m, form, last) for m in book.pupils)
    said = [form.label(f"{LABEL}attendance.pupils", pupils=here)]
    said.append(form.label(f"{LABEL}attendance.legend"))
    if any(_is_total_only(attendance) for _, attendance in found):
        said.append(form.label(f"{LABEL}attendance.totals_only"))
    place_text(flow, "H2", (bold(title),), _TITLE)
    place_text(flow, "P", (Run(" – ".join(said)),), _LINE)
    rows = tuple(_row(book, member, form, attendance, last) for member, attendance in found)
    day = (flow.frame.measure - NUMBER_WIDTH - _NAME - 3 * _TOTAL) / _DAYS
    widths = (NUMBER_WIDTH, _NAME, *[day] * _DAYS, *[_TOTAL] * 3)
    head = _head(form, first, last.day)
    table = Table(widths, head, rows, padding=_PADDING, pupils=codes(book.pupils))
    place_table(flow, _fitted(flow, table))


def _fitted(flow: Flow, table: Table) -> Table:
    """Return the table in the largest size with which everybody stands on this page, if any."""
    lines = len(table.head) + len(table.body)
    tenths = int((flow.room / lines - 2 * _PADDING) / LEADING * 10)
    for size in range(min(int(_LARGEST * 10), tenths), int(_SMALLEST * 10), -1):
        fitted = replace(table, size=size / 10)
        head, body = row_heights(fitted)
        # A name may take two lines.
        if head + sum(body) <= flow.room:
            return fitted
    return replace(table, size=_SMALLEST)


def _head(form: Form, first: date, days: int) -> tuple[Row, Row]:
    """Return the days and, under them, the days of the week."""
    label = words(form, "attendance")
    weekdays = [
        label(f"weekday_{first.replace(day=day).isoweekday()}") for day in range(1, days + 1)
    ]
    top = (
        head_cell(label("number"), rows=2),
        head_cell(label("name"), rows=2),
        *(head_cell(str(day)) for day in range(1, _DAYS + 1)),
        head_cell(label("total"), columns=3),
    )
    weekdays += [label("no_day")] * (_DAYS - days)
    below = [*weekdays, *(label(name) for name in ("all", "excused", "unexcused"))]
    return top, tuple(head_cell(text) for text in below)


def _row(
    book: GradeBook, member: PupilYear, form: Form, attendance: MonthAttendance | None, last: date
) -> Row:
    absent = _by_day(form, attendance)
    totals = (None, None) if attendance is None else (attendance.excused, attendance.unexcused)
    known = [number for number in totals if number is not None]
    numbers = (sum(known) if known else None, *totals)
    return (
        *member_cells(book, member, form, last),
        *(text_cell(absent.get(day, "")) for day in range(1, _DAYS + 1)),
        *(text_cell("" if number is None else str(number)) for number in numbers),
    )


def _by_day(form: Form, attendance: MonthAttendance | None) -> dict[int, str]:
    """Return a letter per half-day, joined where both halves of a day were missed."""
    letters: dict[int, str] = defaultdict(str)
    for session in attendance.sessions if attendance else ():
        name = "excused" if session.excused else "unexcused"
        letters[session.on.day] += form.label(f"{LABEL}attendance.{name}")
    return letters


def _month(member: PupilYear, first: date) -> MonthAttendance | None:
    months: Sequence[MonthAttendance] = member.result.attendance
    return next((m for m in months if m.month == f"{first:%Y-%m}"), None)


def _is_total_only(attendance: MonthAttendance | None) -> bool:
    if attendance is None or attendance.sessions:
        return False
    return bool((attendance.excused or 0) + (attendance.unexcused or 0))
