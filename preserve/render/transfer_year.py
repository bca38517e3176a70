"""The running year of secondary school in a transfer summary: every mark so far."""

from __future__ import annotations

from preserve.model.results import CommentLevel, GradeAmendment, SemesterResult, YearResult
from preserve.model.results import SubjectResult as Result
from preserve.render.flow import place_text
from preserve.render.letter import Letter, place_sentences, text_cell
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold
from preserve.render.wording import amended_text, mark_text

_LABEL = "transfer.year."
_SEMESTER = ("regular", "midterm", "final", "average")
_SEMESTER_WIDTHS = (66.0, 36.0, 36.0, 36.0)
_YEAR_WIDTH = 36.0
_SIZE = 9
_SMALL = Style(10, 13, before=1)


def place_year(letter: Letter, year: YearResult) -> None:
    """Place the marks of every subject, in the order of the record, and the corrected marks."""
    if not year.subjects:
        place_sentences(letter, f"{_LABEL}no_subjects")
        return
    widths = (*_SEMESTER_WIDTHS, *_SEMESTER_WIDTHS, _YEAR_WIDTH)
    rest = letter.flow.frame.measure - sum(widths)
    rows = tuple(_row(result) for result in year.subjects)
    place_table(letter.flow, Table((rest, *widths), _head(letter), rows, size=_SIZE, padding=2))
    _place_amendments(letter, year.amendments)


def result_text(average: str, level: CommentLevel | None) -> str:
    """Return the average, or the level of a subject that is assessed by comments."""
    return average or (level.value if level is not None else "")


def _head(letter: Letter) -> tuple[Row, Row]:
    def cell(name: str, columns: int = 1, rows: int = 1) -> Cell:
        return Cell((bold(letter.say(name)),), scope="Column", columns=columns, rows=rows)

    first = (
        cell(f"{_LABEL}subject", rows=2),
        cell("common.semester_1", columns=len(_SEMESTER)),
        cell("common.semester_2", columns=len(_SEMESTER)),
        cell(f"{_LABEL}year_average", rows=2),
    )
    return first, tuple(cell(_LABEL + name) for name in (*_SEMESTER, *_SEMESTER))


def _row(result: Result) -> Row:
    again = mark_text(result.reassessed_average)
    values = (
        *_semester(result.semester_1),
        *_semester(result.semester_2),
        result_text(mark_text(result.year_average), result.year_level),
    )
    last = result_text(again, result.reassessed_level)
    year = f"{values[-1]} → {last}" if last else values[-1]
    return (
        Cell((Run(result.subject.name),), Align.LEFT, scope="Row"),
        *(Cell(text_cell(value)) for value in (*values[:-1], year)),
    )


def _semester(semester: SemesterResult) -> tuple[str, ...]:
    return (
        "; ".join(map(mark_text, semester.regular)),
        mark_text(semester.midterm),
        mark_text(semester.final),
        result_text(mark_text(semester.average), semester.level),
    )


def _place_amendments(letter: Letter, amendments: tuple[GradeAmendment, ...]) -> None:
    if not amendments:
        return
    count = letter.say(f"{_LABEL}amendments", count=f"{len(amendments):02d}")
    place_text(letter.flow, "P", (bold(count),), Style(11, 14.5, before=4))
    for number, amendment in enumerate(amendments, start=1):
        text = letter.say(
            f"{_LABEL}amendment",
            number=number,
            subject=amendment.subject,
            semester=letter.say(f"common.semester_{amendment.semester}"),
            column=amendment.column,
            old_value=amended_text(amendment.old_value) or "–",
            new_value=amended_text(amendment.new_value) or "–",
            decision=amendment.decision_number,
            minutes=amendment.minutes_number,
        )
        place_text(letter.flow, "P", (Run(text),), _SMALL)
