"""The marks of one subject in one semester, old values of corrected marks struck through."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.records import GradeBook
from preserve.model.results import GradeAmendment, PupilYear, SemesterResult, SubjectResult
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_front import codes, member_cells, text_cell
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold
from preserve.render.wording import amended_text, mark_text, result_text

SECOND = 2
"""The second semester: its tables also hold the results of the year."""
REGULAR_COLUMNS = 4
"""Columns of regular marks that the form prints; a class with more gets more."""
_TITLE = Style(13, 18, Align.CENTRE, after=5)
_LABEL = "grade_book.marks."
_REGULAR, _MIDTERM, _FINAL, _LEVEL = "ĐĐGtx", "ĐĐGgk", "ĐĐGck", "Đánh giá"
"""Column names of ``GradeAmendment.column``."""


def place_marks(flow: Flow, book: GradeBook, subject: Subject, semester: int, form: Form) -> None:
    """Place the table of one subject and semester (1 or 2)."""
    name = form.label(f"common.semester_{semester}")
    title = form.label(f"{_LABEL}title", subject=subject.name, semester=name)
    place_text(flow, "H2", (bold(title),), _TITLE)
    if subject.kind is AssessmentKind.COMMENTS:
        table = _comment_table(flow, book, subject, semester, form)
    else:
        table = _mark_table(flow, book, subject, semester, form)
    place_table(flow, table)


def _mark_table(flow: Flow, book: GradeBook, subject: Subject, semester: int, form: Form) -> Table:
    found = [(member, result_of(member, subject)) for member in book.pupils]
    longest = max((len(_semester(r, semester).regular) for _, r in found if r), default=0)
    columns = max(REGULAR_COLUMNS, longest)
    names = ["midterm", "final", f"average_{semester}"]
    names += ["year_average", "reassessed"] if semester == SECOND else []
    first = (
        _head(form, "number", rows=2),
        _head(form, "name", rows=2),
        _head(form, "regular", columns=columns),
        *(_head(form, name, rows=2) for name in (*names, "remark")),
    )
    second = tuple(Cell((bold(str(number)),), scope="Column") for number in range(1, columns + 1))
    widths = (26.0, 142.0, *[33.0] * columns, *[52.0] * len(names))
    rest = flow.frame.measure - sum(widths)
    rows = tuple(_mark_row(form, m, r, semester, columns) for m, r in found)
    return Table(
        (*widths, rest), (first, second), rows, size=9.5, padding=1.3, pupils=codes(book.pupils)
    )


def _mark_row(
    form: Form, member: PupilYear, result: SubjectResult | None, semester: int, columns: int
) -> Row:
    part = _semester(result, semester)
    changes = _changes(member, result, semester)
    regular = [mark_text(mark) for mark in part.regular]
    regular += [""] * (columns - len(regular))
    cells = [
        *(_cell(text, _old_regular(regular, changes, i)) for i, text in enumerate(regular)),
        _amended(mark_text(part.midterm), changes, _MIDTERM),
        _amended(mark_text(part.final), changes, _FINAL),
        text_cell(mark_text(part.average)),
    ]
    if semester == SECOND:
        cells.extend(_year_cells(form, result))
    return (*member_cells(member), *cells, text_cell(part.comment, Align.LEFT))


def _comment_table(
    flow: Flow, book: GradeBook, subject: Subject, semester: int, form: Form
) -> Table:
    names = ["level", *(["year_level", "reassessed"] if semester == SECOND else [])]
    head = tuple(_head(form, name) for name in ("number", "name", *names, "remark"))
    widths = (26.0, 142.0, *[70.0] * len(names))
    rest = flow.frame.measure - sum(widths)
    rows = []
    for member in book.pupils:
        result = result_of(member, subject)
        part = _semester(result, semester)
        level = result_text(form, None, part.level)
        cells = [_amended(level, _changes(member, result, semester), _LEVEL)]
        if semester == SECOND:
            cells.extend(_year_cells(form, result))
        rows.append((*member_cells(member), *cells, text_cell(part.comment, Align.LEFT)))
    return Table(
        (*widths, rest), (head,), tuple(rows), size=9.5, padding=1.3, pupils=codes(book.pupils)
    )


def result_of(member: PupilYear, subject: Subject) -> SubjectResult | None:
    """Return a pupil's result in a subject, or ``None``."""
    return next((r for r in member.result.subjects if r.subject.name == subject.name), None)


def _year_cells(form: Form, result: SubjectResult | None) -> tuple[Cell, Cell]:
    if result is None:
        return Cell(()), Cell(())
    again = result_text(form, result.reassessed_average, result.reassessed_level)
    return text_cell(result_text(form, result.year_average, result.year_level)), text_cell(again)


def _semester(result: SubjectResult | None, semester: int) -> SemesterResult:
    if result is None:
        return SemesterResult()
    return result.semester_1 if semester == 1 else result.semester_2


def _changes(
    member: PupilYear, result: SubjectResult | None, semester: int
) -> Sequence[GradeAmendment]:
    if result is None:
        return ()
    return [
        amendment
        for amendment in member.result.amendments
        if amendment.subject == result.subject.name and amendment.semester == semester
    ]


def _amended(text: str, changes: Sequence[GradeAmendment], column: str) -> Cell:
    return _cell(text, [change.old_value for change in changes if change.column == column])


def _old_regular(
    regular: Sequence[str], changes: Sequence[GradeAmendment], index: int
) -> list[str]:
    """Return the old values of one regular mark."""
    return [
        change.old_value
        for change in changes
        if change.column.startswith(_REGULAR) and _place_of(regular, change) == index
    ]


def _place_of(regular: Sequence[str], change: GradeAmendment) -> int:
    """Return the index of the regular mark that an amendment made.

    The marks are stored without their empty columns, so the number in the column's name may point
    past the mark: then the mark with the new value is the one.
    """
    number = change.column.removeprefix(_REGULAR)
    named = int(number) - 1 if number.isdecimal() else 0
    new = amended_text(change.new_value)
    if named < len(regular) and regular[named] == new:
        return named
    return next((i for i, text in enumerate(regular) if text == new), named)


def _cell(text: str, old_values: Sequence[str]) -> Cell:
    """Return a mark with every value it replaced, struck through, before it."""
    old = [amended_text(value) for value in old_values if value]
    if not old:
        return text_cell(text)
    struck = [part for value in old for part in (Run(value, struck=True), Run(" "))]
    return Cell((*struck, bold(text)) if text else tuple(struck))


def _head(form: Form, name: str, columns: int = 1, rows: int = 1) -> Cell:
    runs = (bold(form.label(_LABEL + name)),)
    return Cell(runs, scope="Column", columns=columns, rows=rows)
