"""The end of a class grade book: corrected marks, and who confirms the whole."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.records import GradeBook
from preserve.model.results import GradeAmendment, PupilYear
from preserve.model.roles import Signatory
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_front import head_row, member_cells, text_cell
from preserve.render.signatures import LARGE, FieldContext, place_signatures
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import amended_text, day_text, joined, long_day

_TITLE = Style(13, 18, Align.CENTRE, after=6)
_LABEL = "grade_book."


def place_amendments(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place the list of corrected marks with their dossiers, where there are any."""
    found = [(member, a) for member in book.pupils for a in member.result.amendments]
    if not found:
        return
    flow.new_page()
    place_text(flow, "H2", (bold(form.label(f"{_LABEL}amendments.title")),), _TITLE)
    names = (
        "number",
        "name",
        "subject",
        "place",
        "old_value",
        "new_value",
        "reason",
        "request",
        "decision",
        "minutes",
        "entered",
    )
    head = head_row([form.label(f"{_LABEL}amendments.{name}") for name in names])
    rows = tuple(_amendment_row(member, amendment, form) for member, amendment in found)
    widths = (26.0, 130.0, 76.0, 70.0, 40.0, 40.0)
    tail = (80.0, 84.0, 80.0, 54.0)
    rest = flow.frame.measure - sum(widths) - sum(tail)
    pupils = tuple(member.pupil.code for member, _ in found)
    table = Table((*widths, rest, *tail), (head,), rows, size=8.5, padding=2, pupils=pupils)
    place_table(flow, table)


def place_closing(
    flow: Flow, book: GradeBook, signatories: Sequence[Signatory], form: Form
) -> None:
    """Place the statement, the day, and the fields of homeroom teacher, principal and seal."""
    flow.new_page()
    place_text(flow, "H2", (bold(form.label(f"{_LABEL}closing.title")),), _TITLE)
    corrections = sum(len(member.result.amendments) for member in book.pupils)
    text = form.label(
        f"{_LABEL}closing.statement", pupils=len(book.pupils), corrections=corrections
    )
    place_text(flow, "P", (Run(text),), Style(12, 17, after=10))
    school = book.school
    place = school.commune or school.district or school.province
    day = long_day(form, place, book.document_date)
    place_text(flow, "P", (italic(day),), Style(12, 16, Align.RIGHT, after=6))
    context = FieldContext(book.class_group.name, book.school_year)
    place_signatures(flow, form, signatories, LARGE, context)


def _amendment_row(member: PupilYear, amendment: GradeAmendment, form: Form) -> Row:
    semester = form.label(f"common.semester_{amendment.semester}")
    decision = form.label(
        f"{_LABEL}amendments.decision_value",
        number=amendment.decision_number,
        day=day_text(amendment.decision_date),
    )
    old = amended_text(amendment.old_value)
    return (
        *member_cells(member),
        text_cell(amendment.subject, Align.LEFT),
        text_cell(joined(semester, amendment.column)),
        Cell((Run(old, struck=True),) if old else ()),
        text_cell(amended_text(amendment.new_value)),
        text_cell(amendment.reason, Align.LEFT),
        text_cell(amendment.request_number),
        text_cell(decision if amendment.decision_number else ""),
        text_cell(amendment.minutes_number),
        text_cell(day_text(amendment.entered_on)),
    )
