"""Cover, guidance and inner cover of a class grade book."""

from __future__ import annotations

from preserve.model.records import GradeBook
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_blank, place_pair
from preserve.render.flow import Column, Flow, place_text
from preserve.render.grade_book_cells import LABEL, head_row, text_cell, words
from preserve.render.table import Cell, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import joined, long_day

_CENTRE = Style(12, 16, Align.CENTRE)
_POINT = Style(12, 17, after=7)
_REGULATION_INSET = 120
"""Points left and right of the line that names the circular."""
_POINTS = 6
"""The guidance has six points (TT 22/2021/TT-BGDĐT, class book)."""


def place_cover(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place the cover: school, title, level, class, homeroom teacher, year."""
    flow.new_page("")
    _place_school(flow, book)
    cover = words(form, "cover")
    place_text(flow, "H1", (bold(cover("title")),), Style(26, 35, Align.CENTRE, before=90))
    place_text(flow, "P", (bold(cover("subtitle")),), Style(15, 20, Align.CENTRE))
    place_text(flow, "P", (bold(cover("level")),), Style(14, 19, Align.CENTRE, after=4))
    small = Style(10, 13, Align.CENTRE, after=60)
    # A narrow column breaks a long line in its middle.
    middle = Column(_REGULATION_INSET, flow.frame.measure - 2 * _REGULATION_INSET)
    place_text(flow, "P", (italic(f"({form.regulation})"),), small, middle)
    homeroom = joined(cover("homeroom"), _homeroom(book), separator=": ")
    lines = (
        joined(cover("class_name"), book.class_group.name, separator=": "),
        homeroom,
        joined(cover("school_year"), book.school_year, separator=": "),
    )
    for line in lines:
        place_text(flow, "P", (bold(line),), Style(14, 24, Align.CENTRE))


def place_guidance(flow: Flow, form: Form) -> None:
    """Place the six points of guidance."""
    flow.new_page("")
    guidance = words(form, "guidance")
    place_text(flow, "H2", (bold(guidance("title")),), Style(14, 20, Align.CENTRE, after=12))
    for number in range(1, _POINTS + 1):
        place_text(flow, "P", (Run(f"{number}. {guidance(f'point_{number}')}"),), _POINT)


def place_inner_cover(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place class, size, homeroom teacher, number and date, and the teacher of each subject."""
    flow.new_page("")
    _place_school(flow, book)
    cover = words(form, "cover")
    place_text(flow, "H2", (bold(cover("title")),), Style(16, 22, Align.CENTRE, before=4))
    place_text(flow, "P", (bold(cover("level")),), Style(12, 17, Align.CENTRE, after=4))
    first = (
        Blank(cover("class_name"), book.class_group.name),
        Blank(cover("school_year"), book.school_year),
    )
    place_pair(flow, *first)
    place_pair(
        flow,
        Blank(cover("homeroom"), _homeroom(book)),
        Blank(cover("pupils"), str(len(book.pupils))),
    )
    place_blank(flow, Blank(cover("issued"), _issued(book, form)))
    flow.skip(4)
    place_table(flow, _teachers(flow, book, form))


def _place_school(flow: Flow, book: GradeBook) -> None:
    school = book.school
    place_text(flow, "P", (Run(school.authority.upper()),), _CENTRE)
    place_text(flow, "P", (bold(school.name.upper()),), _CENTRE)
    place_text(flow, "P", (Run(school.place),), _CENTRE)


def _homeroom(book: GradeBook) -> str:
    teacher = book.class_group.homeroom_teacher
    return teacher.name if teacher else ""


def _issued(book: GradeBook, form: Form) -> str:
    school = book.school
    version = form.label("common.version", version=book.version)
    place = school.commune or school.district or school.province
    return joined(
        book.document_number, version, long_day(form, place, book.document_date), separator=" – "
    )


def _teachers(flow: Flow, book: GradeBook, form: Form) -> Table:
    names = [form.label(f"{LABEL}cover.{name}") for name in ("subject", "part", "teacher")]
    order = {subject.name: place for place, subject in enumerate(book.class_group.subjects)}
    # Two teachers who share a subject stand under each other.
    assignments = sorted(
        book.class_group.assignments, key=lambda one: order.get(one.subject, len(order))
    )
    rows = tuple(
        (
            Cell((Run(assignment.subject),), Align.LEFT, scope="Row"),
            text_cell(assignment.part or "", Align.LEFT),
            text_cell(assignment.teacher.name, Align.LEFT),
        )
        for assignment in assignments
    )
    widths = (280.0, 180.0, flow.frame.measure - 460)
    return Table(widths, (head_row(names),), rows, size=9.5, padding=1.2)
