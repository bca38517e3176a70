"""Which values of a class grade book were corrected, and how the page shows and counts them."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.results import GradeAmendment, PupilYear, SubjectResult
from preserve.render.corrections import corrected_cell
from preserve.render.grade_book_cells import text_cell
from preserve.render.table import Cell, Row
from preserve.render.wording import amended_text

MIDTERM, FINAL, LEVEL = "ĐĐGgk", "ĐĐGck", "Đánh giá"
"""Columns of ``GradeAmendment.column``."""
SEMESTER_AVERAGE, YEAR_AVERAGE = "ĐTBmhk", "ĐTBmcn"
"""Fields of ``Consequence.field``: averages that moved with a corrected mark."""
_REGULAR = "ĐĐGtx"

Changes = Sequence[GradeAmendment]


def changes_of(member: PupilYear, result: SubjectResult | None) -> Changes:
    """Return the corrections of one pupil in one subject, in their order."""
    if result is None or not member.result.amendments:
        return ()
    return [a for a in member.result.amendments if a.subject == result.subject.name]


def of_semester(changes: Changes, semester: int) -> Changes:
    """Return the corrections of one semester."""
    return [change for change in changes if change.semester == semester] if changes else ()


def amended_cell(text: str, changes: Changes, column: str) -> Cell:
    """Return the value of a column with every value it replaced."""
    found = [change for change in changes if change.column == column] if changes else ()
    return _cell(text, found)


def regular_cells(texts: Sequence[str], changes: Changes) -> tuple[Cell, ...]:
    """Return the cells of the regular marks."""
    if not changes:
        return tuple(text_cell(text) for text in texts)
    regular = [change for change in changes if change.column.startswith(_REGULAR)]
    return tuple(
        _cell(text, [change for change in regular if _place_of(texts, change) == index])
        for index, text in enumerate(texts)
    )


def followed_cell(text: str, changes: Changes, field: str) -> Cell:
    """Return an average with the values that it had before the corrections."""
    if not changes:
        return text_cell(text)
    before = [
        amended_text(consequence.before)
        for change in changes
        for consequence in change.consequences
        if consequence.field == field and consequence.before != consequence.after
    ]
    return corrected_cell([value for value in before if value], text)


def count_corrected(rows: Sequence[Row]) -> int:
    """Return how many places of some rows hold a corrected value."""
    return sum(cell.corrected for row in rows for cell in row)


def _cell(text: str, changes: Changes) -> Cell:
    if not changes:
        return text_cell(text)
    old = [amended_text(change.old_value) for change in changes if change.old_value]
    return corrected_cell(old, text, changes[-1].initials)


def _place_of(texts: Sequence[str], change: GradeAmendment) -> int:
    """Return the index of the regular mark that a correction made.

    The marks are stored without their empty columns, so the number in the column's name may point
    past the mark: then the mark with the new value is the one.
    """
    number = change.column.removeprefix(_REGULAR)
    named = int(number) - 1 if number.isdecimal() else 0
    new = amended_text(change.new_value)
    if named < len(texts) and texts[named] == new:
        return named
    return next((i for i, text in enumerate(texts) if text == new), named)
