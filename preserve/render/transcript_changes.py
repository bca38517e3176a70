"""Which results on the year pages of a transcript a correction changed, and what stood there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from preserve.model.results import CommentLevel, GradeAmendment, Level, YearResult
from preserve.policy.forms import Form
from preserve.render.corrections import corrected_cell
from preserve.render.table import Cell
from preserve.render.wording import amended_text, result_text

LEARNING = "learning"
CONDUCT = "conduct"
TITLE = "title"
MEAN = "mean"
YEAR = "year"
"""Keys of the places that a correction can change; a semester's is ``semester_1`` or ``_2``."""
_LEVEL = "Đánh giá"
"""Column of an amendment that changed a level, not a mark."""
_OF_SEMESTER = {"ĐTBmhk", "Kết quả học kì"}
_OF_SUBJECT = {"ĐTBmcn", "Kết quả cả năm"}
_OF_YEAR = {
    LEARNING: LEARNING,
    "Kết quả học tập": LEARNING,
    "Học lực": LEARNING,
    CONDUCT: CONDUCT,
    "Kết quả rèn luyện": CONDUCT,
    "Hạnh kiểm": CONDUCT,
    TITLE: TITLE,
    "Danh hiệu": TITLE,
    MEAN: MEAN,
    "ĐTB các môn": MEAN,
}
"""Names in ``Consequence.field``: of a subject's semester, of its year, of the whole year."""
_COMMENT_LEVELS = {
    Level.PASSED.value: CommentLevel.PASSED,
    Level.NOT_PASSED.value: CommentLevel.NOT_PASSED,
}

Place = tuple[str, str]
"""Subject and key; the subject is empty for results of the whole year."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The values that a place held before, oldest first, and who corrected last."""

    values: tuple[str, ...]
    initials: str


Changes = Mapping[Place, Replaced]


def changed_results(year: YearResult) -> Changes:
    """Return every place of a year whose printed result a correction changed.

    A corrected mark shows in the class book; here it shows where an average, a level or the title
    changed with it (``GradeAmendment.consequences``).
    """
    found: dict[Place, Replaced] = {}
    for amendment in year.amendments:
        for place, before in _replaced(amendment):
            earlier = found[place].values if place in found else ()
            found[place] = Replaced((*earlier, before), amendment.initials)
    return found


def value_cell(form: Form, text: str, changes: Changes, place: Place) -> Cell:
    """Return the cell of a result, with what it replaced."""
    replaced = changes.get(place)
    return corrected_cell(
        old_values(form, changes, place), text, replaced.initials if replaced else ""
    )


def old_values(form: Form, changes: Changes, place: Place) -> tuple[str, ...]:
    """Return what a place held before, as printed; no value at all is said in a word."""
    replaced = changes.get(place)
    if replaced is None:
        return ()
    none = form.label("common.none")
    if place[0]:
        return tuple(subject_value(form, value) or none for value in replaced.values)
    return tuple(amended_text(value) or none for value in replaced.values)


def subject_value(form: Form, value: str) -> str:
    """Return the old mark or level of a subject as the tables print it: levels in letters."""
    level = _COMMENT_LEVELS.get(value)
    return amended_text(value) if level is None else result_text(form, None, level)


def _replaced(amendment: GradeAmendment) -> Iterator[tuple[Place, str]]:
    """Yield the places that one correction changed, with the value before."""
    places = list(_consequences(amendment))
    semester = (amendment.subject, f"semester_{amendment.semester}")
    if amendment.column == _LEVEL and semester not in dict(places):
        yield semester, amendment.old_value
    yield from places


def _consequences(amendment: GradeAmendment) -> Iterator[tuple[Place, str]]:
    for consequence in amendment.consequences:
        if consequence.before == consequence.after:
            continue
        # A consequence that the transcript has no place for stands in the class book.
        if consequence.field in _OF_SEMESTER:
            yield (amendment.subject, f"semester_{amendment.semester}"), consequence.before
        elif consequence.field in _OF_SUBJECT:
            yield (amendment.subject, YEAR), consequence.before
        elif consequence.field in _OF_YEAR:
            yield ("", _OF_YEAR[consequence.field]), consequence.before
