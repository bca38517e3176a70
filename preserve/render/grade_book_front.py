"""Cover and particulars of a class grade book."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from preserve.model.records import GradeBook
from preserve.model.results import PupilYear
from preserve.model.school import Relative
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_pair
from preserve.render.flow import Flow, place_text
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.transcript_front import movement_text
from preserve.render.wording import day_text, joined, long_day

_CENTRE = Style(12, 16, Align.CENTRE)
_TITLE = Style(13, 18, Align.CENTRE, after=5)
_LABEL = "grade_book."


def place_cover(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place the cover with class, year, homeroom teacher, size and the subjects' teachers."""
    school, group = book.school, book.class_group
    flow.new_page("")
    place_text(flow, "P", (Run(school.authority.upper()),), _CENTRE)
    place_text(flow, "P", (bold(school.name.upper()),), _CENTRE)
    place_text(flow, "P", (Run(school.place),), _CENTRE)
    cover = _labels(form, "cover")
    large = Style(24, 32, Align.CENTRE, before=26)
    place_text(flow, "H1", (bold(cover("title")),), large)
    place_text(flow, "P", (bold(cover("subtitle")),), Style(14, 19, Align.CENTRE))
    place_text(flow, "P", (bold(cover("level")),), Style(13, 18, Align.CENTRE, after=4))
    small = Style(10, 13, Align.CENTRE, after=10)
    place_text(flow, "P", (italic(f"({form.regulation})"),), small)
    homeroom = group.homeroom_teacher.name if group.homeroom_teacher else ""
    first = (Blank(cover("class_name"), group.name), Blank(cover("school_year"), book.school_year))
    second = (Blank(cover("homeroom"), homeroom), Blank(cover("pupils"), str(len(book.pupils))))
    place_pair(flow, *first)
    place_pair(flow, *second)
    number = form.label("common.number", number=book.document_number)
    version = form.label("common.version", version=book.version)
    place = school.commune or school.district or school.province
    issued = joined(number, version, long_day(form, place, book.document_date), separator=" – ")
    place_text(flow, "P", (Run(issued),), Style(11, 15, before=5, after=4))
    place_table(flow, _teachers(flow, book, cover))


def place_particulars(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place the two tables that the paper book shows on facing pages."""
    words = _labels(form, "particulars")
    place_text(flow, "H2", (bold(words("title")),), _TITLE)
    place_table(flow, _persons(flow, book.pupils, words))
    flow.new_page()
    place_text(flow, "H2", (bold(words("family_title")),), _TITLE)
    place_table(flow, _families(flow, book.pupils, form))


def text_cell(text: str, align: Align = Align.CENTRE) -> Cell:
    """Return a data cell; an empty text has no content at all."""
    return Cell((Run(text),) if text else (), align)


def head_row(texts: Sequence[str]) -> Row:
    """Return a row of column headers."""
    return tuple(Cell((bold(text),), scope="Column") for text in texts)


def member_cells(member: PupilYear) -> tuple[Cell, Cell]:
    """Return number and name, which every table of the book begins with."""
    name = Cell((Run(member.pupil.name),), Align.LEFT, scope="Row")
    return text_cell(str(member.result.number)), name


def codes(members: Sequence[PupilYear]) -> tuple[str, ...]:
    """Return the pupils' codes, row by row."""
    return tuple(member.pupil.code for member in members)


def _labels(form: Form, part: str) -> Callable[[str], str]:
    return lambda name: form.label(f"{_LABEL}{part}.{name}")


def _teachers(flow: Flow, book: GradeBook, cover: Callable[[str], str]) -> Table:
    rows = tuple(
        (
            Cell((Run(assignment.subject),), Align.LEFT, scope="Row"),
            text_cell(assignment.part or "", Align.LEFT),
            text_cell(assignment.teacher.name, Align.LEFT),
        )
        for assignment in book.class_group.assignments
    )
    head = head_row([cover("subject"), cover("part"), cover("teacher")])
    widths = (280.0, 180.0, flow.frame.measure - 460)
    return Table(widths, (head,), rows, size=9.5, padding=1.2)


def _persons(flow: Flow, members: Sequence[PupilYear], words: Callable[[str], str]) -> Table:
    names = (
        "number",
        "name",
        "code",
        "birth_date",
        "birth_place",
        "gender",
        "ethnic_group",
        "priority_group",
        "address",
    )
    rows = []
    for member in members:
        pupil = member.pupil
        rows.append(
            (
                *member_cells(member),
                text_cell(pupil.code),
                text_cell(day_text(pupil.birth_date)),
                text_cell(pupil.birth_place, Align.LEFT),
                text_cell(pupil.gender),
                text_cell(pupil.ethnic_group),
                text_cell(pupil.priority_group),
                text_cell(pupil.address, Align.LEFT),
            )
        )
    widths = (26.0, 138.0, 62.0, 56.0, 160.0, 30.0, 44.0, 56.0)
    rest = flow.frame.measure - sum(widths)
    head = head_row([words(name) for name in names])
    return Table(
        (*widths, rest), (head,), tuple(rows), size=8.5, padding=1.4, pupils=codes(members)
    )


def _families(flow: Flow, members: Sequence[PupilYear], form: Form) -> Table:
    words = _labels(form, "particulars")
    rows = []
    for member in members:
        pupil = member.pupil
        father = [_relative(pupil.father)]
        if pupil.guardian is not None:
            guardian = form.label(f"{_LABEL}particulars.guardian", name=_relative(pupil.guardian))
            father.append(guardian)
        rows.append(
            (
                *member_cells(member),
                text_cell(joined(*father, separator="\n"), Align.LEFT),
                text_cell(_relative(pupil.mother), Align.LEFT),
                text_cell(_changes(member, form), Align.LEFT),
            )
        )
    widths = (26.0, 138.0, 180.0, 170.0)
    rest = flow.frame.measure - sum(widths)
    head = head_row([words(n) for n in ("number", "name", "father", "mother", "changes")])
    return Table(
        (*widths, rest), (head,), tuple(rows), size=8.5, padding=1.4, pupils=codes(members)
    )


def _relative(relative: Relative | None) -> str:
    return joined(relative.name, relative.occupation) if relative is not None else ""


def _changes(member: PupilYear, form: Form) -> str:
    movements = (
        movement_text(form, f"{_LABEL}particulars", movement)
        for movement in member.result.movements
    )
    return joined(member.result.status, *movements, member.result.note, separator="\n")
