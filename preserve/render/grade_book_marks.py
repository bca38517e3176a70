"""The marks of one subject in one semester; each page counts its corrections at its foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from preserve.model.records import GradeBook
from preserve.model.results import PupilYear, SemesterResult, SubjectResult
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.forms import Form
from preserve.render.flow import Flow, draw_lines, place_text
from preserve.render.grade_book_cells import (
    LABEL,
    NUMBER_WIDTH,
    TITLE,
    codes,
    head_cell,
    member_cells,
    movement_remark,
    text_cell,
    words,
)
from preserve.render.grade_book_corrections import (
    FINAL,
    LEVEL,
    MIDTERM,
    SEMESTER_AVERAGE,
    YEAR_AVERAGE,
    amended_cell,
    changes_of,
    count_corrected,
    followed_cell,
    of_semester,
    regular_cells,
)
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic, wrap
from preserve.render.wording import joined, mark_text, result_text

SECOND = 2
"""The second semester: its tables also hold the results of the year."""
REGULAR_COLUMNS = 4
"""Columns of regular marks that the form prints; a class with more gets more."""
_NAME, _MARK, _AVERAGE, _LEVEL = 142.0, 36.0, 52.0, 70.0
_FOOT = Style(9, 12)
_FOOT_HEIGHT = 16.0
"""Points under each page's rows for the count of corrections."""


def place_marks(
    flow: Flow, book: GradeBook, subject: Subject, semester: int, form: Form, *, tail: float = 0
) -> None:
    """Place the table of one subject and semester (1 or 2).

    Args:
        flow: where it goes.
        book: the class.
        subject: one of its subjects.
        semester: 1 or 2.
        form: the wording.
        tail: points that the teachers' names or fields take, which follow the last rows.
    """
    name = form.label(f"common.semester_{semester}")
    title = form.label(f"{LABEL}marks.title", subject=subject.name, semester=name)
    place_text(flow, "H2", (bold(title),), TITLE)
    results = [result_of(member, subject) for member in book.pupils]
    if subject.kind is AssessmentKind.COMMENTS:
        table = _comment_table(flow, book, results, semester, form)
    else:
        table = _mark_table(flow, book, results, semester, form)
    with _room_for_foot(flow):
        foot = partial(_place_foot, flow, book, form, table.body)
        place_table(flow, replace(table, closed=foot, tail=tail))


def semester_end(book: GradeBook, semester: int) -> date:
    """Return the last day of a semester."""
    last = book.year.last_day
    return last if semester == SECOND else book.year.semester_2_from - timedelta(days=1)


def result_of(member: PupilYear, subject: Subject) -> SubjectResult | None:
    """Return a pupil's result in a subject, or ``None``."""
    return next((r for r in member.result.subjects if r.subject.name == subject.name), None)


@contextmanager
def _room_for_foot(flow: Flow) -> Iterator[None]:
    frame = flow.frame
    flow.frame = replace(frame, bottom=frame.bottom + _FOOT_HEIGHT)
    try:
        yield
    finally:
        flow.frame = frame


def _place_foot(
    flow: Flow, book: GradeBook, form: Form, body: Sequence[Row], rows: Sequence[int]
) -> None:
    """Say how many places of this page were corrected, and who confirms it."""
    count = count_corrected([body[row] for row in rows])
    runs = [Run(form.label(f"{LABEL}marks.corrections", count=count))]
    teacher = book.class_group.homeroom_teacher
    if teacher is not None:
        confirmed = form.label(f"{LABEL}marks.confirmed", name=teacher.name)
        runs.append(italic(f" {confirmed}"))
    lines = wrap(tuple(runs), _FOOT.size, flow.frame.measure)
    flow.skip(_FOOT_HEIGHT - _FOOT.leading)
    place = (flow.frame.left, flow.y, flow.frame.measure)
    flow.draw(partial(draw_lines, flow.root.add("P"), lines, _FOOT, place))
    flow.skip(_FOOT.leading * len(lines))


def _mark_table(
    flow: Flow,
    book: GradeBook,
    results: Sequence[SubjectResult | None],
    semester: int,
    form: Form,
) -> Table:
    label = words(form, "marks")
    longest = max((len(_semester(result, semester).regular) for result in results), default=0)
    columns = max(REGULAR_COLUMNS, longest)
    names = ["midterm", "final", f"average_{semester}"]
    names += ["year_average", "reassessed"] if semester == SECOND else []
    first = (
        head_cell(label("number"), rows=2),
        head_cell(label("name"), rows=2),
        head_cell(label("regular"), columns=columns),
        *(head_cell(label(name), rows=2) for name in (*names, "remark")),
    )
    second = tuple(head_cell(str(number)) for number in range(1, columns + 1))
    widths = (NUMBER_WIDTH, _NAME, *[_MARK] * columns, *[_AVERAGE] * len(names))
    rows = tuple(
        _mark_row(book, form, member, result, (semester, columns))
        for member, result in zip(book.pupils, results, strict=True)
    )
    return _table(flow, book, widths, (first, second), rows)


def _mark_row(
    book: GradeBook,
    form: Form,
    member: PupilYear,
    result: SubjectResult | None,
    place: tuple[int, int],
) -> Row:
    """Return a row; ``place`` is the semester and the number of columns of regular marks."""
    semester, columns = place
    part = _semester(result, semester)
    every = changes_of(member, result)
    changes = of_semester(every, semester)
    regular = [mark_text(mark) for mark in part.regular]
    regular += [""] * (columns - len(regular))
    cells = [
        *regular_cells(regular, changes),
        amended_cell(mark_text(part.midterm), changes, MIDTERM),
        amended_cell(mark_text(part.final), changes, FINAL),
        followed_cell(mark_text(part.average), changes, SEMESTER_AVERAGE),
    ]
    if semester == SECOND and result is not None:
        cells.append(followed_cell(mark_text(result.year_average), every, YEAR_AVERAGE))
        cells.append(text_cell(_reassessed(form, result)))
    elif semester == SECOND:
        cells += [text_cell("")] * 2
    return _whole_row(book, form, member, semester, (cells, part.comment))


def _comment_table(
    flow: Flow,
    book: GradeBook,
    results: Sequence[SubjectResult | None],
    semester: int,
    form: Form,
) -> Table:
    label = words(form, "marks")
    names = ["level", *(["year_level", "reassessed"] if semester == SECOND else [])]
    head = tuple(head_cell(label(name)) for name in ("number", "name", *names, "remark"))
    widths = (NUMBER_WIDTH, _NAME, *[_LEVEL] * len(names))
    rows = tuple(
        _comment_row(book, form, member, result, semester)
        for member, result in zip(book.pupils, results, strict=True)
    )
    return _table(flow, book, widths, (head,), rows)


def _comment_row(
    book: GradeBook, form: Form, member: PupilYear, result: SubjectResult | None, semester: int
) -> Row:
    part = _semester(result, semester)
    changes = of_semester(changes_of(member, result), semester)
    cells = [amended_cell(result_text(form, None, part.level), changes, LEVEL)]
    if semester == SECOND:
        year = result_text(form, None, result.year_level) if result else ""
        cells += [text_cell(year), text_cell(_reassessed(form, result) if result else "")]
    return _whole_row(book, form, member, semester, (cells, part.comment))


def _whole_row(
    book: GradeBook, form: Form, member: PupilYear, semester: int, own: tuple[list[Cell], str]
) -> Row:
    """Put number and name before a row's cells, and the remark behind them."""
    cells, comment = own
    end = semester_end(book, semester)
    remark = joined(movement_remark(member, form, end), comment, separator=". ")
    return (*member_cells(book, member, form, end), *cells, text_cell(remark, Align.LEFT))


def _table(
    flow: Flow,
    book: GradeBook,
    widths: tuple[float, ...],
    head: tuple[Row, ...],
    rows: tuple[Row, ...],
) -> Table:
    rest = flow.frame.measure - sum(widths)
    return Table((*widths, rest), head, rows, size=9.5, padding=1.3, pupils=codes(book.pupils))


def _reassessed(form: Form, result: SubjectResult) -> str:
    return result_text(form, result.reassessed_average, result.reassessed_level)


def _semester(result: SubjectResult | None, semester: int) -> SemesterResult:
    if result is None:
        return SemesterResult()
    return result.semester_2 if semester == SECOND else result.semester_1
