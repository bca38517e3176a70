"""The end of a class grade book: corrected marks, and who confirms the whole."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.records import GradeBook
from preserve.model.results import GradeAmendment, PupilYear
from preserve.model.roles import Signatory
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import (
    LABEL,
    NUMBER_WIDTH,
    TITLE,
    head_row,
    member_cells,
    text_cell,
)
from preserve.render.signatures import LARGE, FieldContext, place_signatures
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import amended_text, day_text, joined, long_day

_COLUMNS = {
    "subject": 70.0,
    "place": 62.0,
    "old_value": 36.0,
    "new_value": 36.0,
    "follows": 84.0,
    "reason": 118.0,
    "request": 70.0,
    "decision": 78.0,
    "minutes": 54.0,
    "entered": 52.0,
}
"""Columns of the list of corrections with their widths in points."""


def place_amendments(flow: Flow, book: GradeBook, form: Form, head: str) -> None:
    """Place the list of corrected marks with their dossiers, where there are any."""
    found = [(member, a) for member in book.pupils for a in member.result.amendments]
    if not found:
        return
    flow.new_page(head)
    place_text(flow, "H2", (bold(form.label(f"{LABEL}amendments.title")),), TITLE)
    titles = head_row([form.label(f"{LABEL}amendments.{n}") for n in ("number", "name", *_COLUMNS)])
    rows = tuple(_amendment_row(book, member, change, form) for member, change in found)
    fixed = (NUMBER_WIDTH, *_COLUMNS.values())
    name = flow.frame.measure - sum(fixed)
    pupils = tuple(member.pupil.code for member, _ in found)
    widths = (fixed[0], name, *fixed[1:])
    place_table(flow, Table(widths, (titles,), rows, size=8.5, padding=2, pupils=pupils))


def place_closing(
    flow: Flow, book: GradeBook, signatories: Sequence[Signatory], form: Form
) -> None:
    """Place the statement, the day, and the fields of homeroom teacher, principal and seal."""
    place_text(flow, "H2", (bold(form.label(f"{LABEL}closing.title")),), TITLE)
    corrections = sum(len(member.result.amendments) for member in book.pupils)
    text = form.label(f"{LABEL}closing.statement", pupils=len(book.pupils), corrections=corrections)
    place_text(flow, "P", (Run(text),), Style(12, 17, after=10))
    school = book.school
    place = school.commune or school.district or school.province
    day = long_day(form, place, book.document_date)
    place_text(flow, "P", (italic(day),), Style(12, 16, Align.RIGHT, after=6))
    context = FieldContext(book.class_group.name, book.school_year)
    place_signatures(flow, form, signatories, LARGE, context)


def _amendment_row(
    book: GradeBook, member: PupilYear, amendment: GradeAmendment, form: Form
) -> Row:
    semester = form.label(f"common.semester_{amendment.semester}")
    old = amended_text(amendment.old_value)
    return (
        *member_cells(book, member, form, book.year.last_day),
        text_cell(amendment.subject, Align.LEFT),
        text_cell(joined(semester, amendment.column)),
        Cell((Run(old, struck=True),) if old else ()),
        text_cell(joined(amended_text(amendment.new_value), amendment.initials, separator=" ")),
        text_cell(_consequences(amendment), Align.LEFT),
        text_cell(joined(amendment.reason, amendment.evidence, separator=". "), Align.LEFT),
        text_cell(_dated(form, amendment.request_number, day_text(amendment.request_date))),
        text_cell(_dated(form, amendment.decision_number, day_text(amendment.decision_date))),
        text_cell(amendment.minutes_number),
        text_cell(day_text(amendment.entered_on)),
    )


def _consequences(amendment: GradeAmendment) -> str:
    """Return every result that moved with the mark, one a line."""
    return "\n".join(
        f"{c.field}: {amended_text(c.before)} → {amended_text(c.after)}"
        for c in amendment.consequences
    )


def _dated(form: Form, number: str, day: str) -> str:
    if not number or not day:
        return number
    return form.label(f"{LABEL}amendments.dated", number=number, day=day)
