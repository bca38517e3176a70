"""Cover, guidance and particulars of a transcript."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from preserve.model.records import Transcript
from preserve.model.results import Movement, YearResult
from preserve.model.school import Relative
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_blank, place_pair
from preserve.render.flow import Column, Flow, place_text
from preserve.render.surface import Surface
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import day_text, joined, long_day

_CENTRE = Style(13, 18, Align.CENTRE)
_LARGE = Style(34, 44, Align.CENTRE, before=110, after=4)
_TITLE = Style(14, 20, Align.CENTRE, after=8)
GUIDANCE_POINTS = 6
_COURSE_ROOM = 70
"""Points for the signature and the stamp of the head of the school, on paper."""
_COURSE_GAP = 18
"""Points between the course of study and the day under it."""
_PHOTO = (85.0, 113.4)
"""3 x 4 cm in points."""
_PHOTO_GAP = 14
_PHOTO_LABEL = Style(10, 13, Align.CENTRE)
_PHOTO_DROP = 4
"""Points between the top of the first line and the frame."""


def place_cover(flow: Flow, transcript: Transcript, form: Form) -> None:
    """Place the cover: school, title, circular, pupil, number and date of the document."""
    school, pupil, year = transcript.school, transcript.pupil, transcript.years[-1]
    flow.new_page("")
    place_text(flow, "P", (Run(school.authority.upper()),), _CENTRE)
    place_text(flow, "P", (bold(school.name.upper()),), _CENTRE)
    place_text(flow, "P", (Run(school.place),), _CENTRE)
    place_text(flow, "H1", (bold(form.label("transcript.cover.title")),), _LARGE)
    level = Style(20, 28, Align.CENTRE, after=14)
    place_text(flow, "P", (bold(form.label("transcript.cover.level")),), level)
    small = Style(11, 15, Align.CENTRE, after=90)
    place_text(flow, "P", (italic(f"({form.regulation})"),), small)
    register = pupil.register_number
    if register and "/" not in register:
        register = form.label("transcript.cover.register_value", number=register)
    middle = Column(50, flow.frame.measure - 100)
    for name, value in (
        ("name", pupil.name),
        ("code", pupil.code),
        ("register", register),
        ("class_name", year.class_name),
        ("school_year", year.school_year),
    ):
        label = form.label(f"transcript.cover.{name}")
        place_blank(flow, Blank(label, value), middle)
    _place_number(flow, transcript, form)


def place_guidance(flow: Flow, form: Form) -> None:
    """Place the guidance that stands inside the cover of a paper book."""
    flow.new_page("")
    title = form.label("transcript.guidance.title")
    place_text(flow, "H2", (bold(title),), Style(14, 20, Align.CENTRE, before=30, after=14))
    for number in range(1, GUIDANCE_POINTS + 1):
        text = form.label(f"transcript.guidance.point_{number}")
        place_text(flow, "P", (Run(f"{number}. {text}"),), Style(13, 20, after=8))


def place_particulars(flow: Flow, transcript: Transcript, form: Form) -> None:
    """Place the particulars of the pupil and the table of the course of study."""
    flow.new_page("")
    title = form.label("transcript.particulars.title")
    place_text(flow, "H2", (bold(title),), _TITLE)
    _place_person(flow, transcript, form)
    course = form.label("transcript.particulars.course_title")
    place_text(flow, "H2", (bold(course),), Style(14, 20, Align.CENTRE, before=16, after=6))
    place_table(flow, _course_table(flow, transcript, form))
    place_confirmation(flow, transcript, form)


def place_confirmation(flow: Flow, transcript: Transcript, form: Form) -> None:
    """Place the day and who confirms the particulars: the head of the school.

    On paper that is a place to sign and stamp. In the document that is signed electronically it
    names the signature at the end, which is for these pages too.
    """
    school = transcript.school
    day = long_day(
        form, school.commune or school.district or school.province, transcript.document_date
    )
    hint = "transcript.particulars.signed_at_end" if flow.signable else "common.paper.sign_head"
    room = 0 if flow.signable else _COURSE_ROOM
    column, style = Column(flow.frame.measure / 2), Style(12, 16, Align.CENTRE)
    flow.skip(_COURSE_GAP)
    flow.need(4 * style.leading + room)
    place_text(flow, "P", (italic(day),), style, column)
    place_text(flow, "P", (bold(form.label("role.principal").upper()),), style, column)
    place_text(flow, "P", (italic(form.label(hint)),), style, column)
    flow.skip(room)
    place_text(flow, "P", (bold(transcript.years[-1].principal),), style, column)


def movement_text(form: Form, prefix: str, movement: Movement) -> str:
    """Return a sentence about a pupil who came or left."""
    name = "movement_in" if movement.direction == "in" else "movement_out"
    text = form.label(
        f"{prefix}.{name}",
        day=day_text(movement.on),
        school=movement.other_school,
        place=movement.other_place,
        number=movement.document_number,
    )
    return joined(text, movement.reason, separator=". ")


def _place_number(flow: Flow, transcript: Transcript, form: Form) -> None:
    day = day_text(transcript.document_date)
    issued = form.label("transcript.particulars.issued", number=transcript.document_number, day=day)
    version = form.label("common.version", version=transcript.version)
    flow.y = min(flow.y, flow.frame.bottom + 58)
    place_text(flow, "P", (bold(issued),), Style(12, 16, Align.CENTRE))
    place_text(flow, "P", (Run(version),), Style(11, 15, Align.CENTRE))
    rules = form.label(
        "common.form_version",
        form=transcript.form,
        regulation=", ".join(dict.fromkeys(year.regulation for year in transcript.years)),
    )
    place_text(flow, "P", (Run(rules),), Style(9, 12, Align.CENTRE))


def _place_person(flow: Flow, transcript: Transcript, form: Form) -> None:
    pupil = transcript.pupil

    def blank(name: str, value: str) -> Blank:
        return Blank(form.label(f"transcript.particulars.{name}"), value)

    flow.draw(partial(_photo_frame, flow.frame.left, flow.y))
    _place_photo_label(flow, form)
    bottom = flow.y - _PHOTO[1] - 2 * _PHOTO_DROP
    beside = Column(_PHOTO[0] + _PHOTO_GAP)
    place_blank(flow, blank("name", pupil.name), beside)
    first = (blank("gender", pupil.gender), blank("birth_date", day_text(pupil.birth_date)))
    place_pair(flow, *first, beside.left)
    place_blank(flow, blank("birth_place", pupil.birth_place), beside)
    second = (
        blank("ethnic_group", pupil.ethnic_group),
        blank("nationality", pupil.nationality),
    )
    place_pair(flow, *second, beside.left)
    place_blank(flow, blank("code", pupil.code), beside)
    place_blank(flow, blank("personal_id", pupil.personal_id), beside)
    flow.y = min(flow.y, bottom)
    place_blank(flow, blank("priority_group", pupil.priority_group))
    place_blank(flow, blank("address", pupil.address))
    for role, relative in (
        ("father", pupil.father),
        ("mother", pupil.mother),
        ("guardian", pupil.guardian),
    ):
        person = relative or Relative("")
        place_blank(flow, blank(role, person.name))
        place_blank(flow, blank("occupation", person.occupation), Column(24))


def _place_photo_label(flow: Flow, form: Form) -> None:
    """Say in the middle of the frame what belongs there."""
    top = flow.y
    flow.skip(_PHOTO_DROP + _PHOTO[1] / 2 - _PHOTO_LABEL.leading)
    label = form.label("transcript.particulars.photo")
    place_text(flow, "P", (italic(label),), _PHOTO_LABEL, Column(0, _PHOTO[0]))
    flow.y = top


def _photo_frame(left: float, top: float, surface: Surface) -> None:
    surface.rectangles([(left, top - _PHOTO[1] - _PHOTO_DROP, _PHOTO[0], _PHOTO[1])])


def _course_rows(form: Form, year: YearResult, *, repeated: bool) -> Iterator[Row]:
    """Yield the row of a year, and one for every school that the pupil came from or left for."""
    class_name = year.class_name
    if repeated:
        class_name = form.label("transcript.particulars.course_repeated", class_name=class_name)

    def row(name: str, text: Run) -> Row:
        return (
            Cell((Run(year.school_year),), scope="Row"),
            Cell((Run(name),)),
            Cell((text,), Align.LEFT),
        )

    yield row(class_name, Run(joined(year.school_name, year.school_place)))
    for movement in year.movements:
        text = movement_text(form, "transcript.particulars", movement)
        yield row(year.class_name, italic(text))


def _course_table(flow: Flow, transcript: Transcript, form: Form) -> Table:
    names = ("course_year", "course_class", "course_school")
    head = tuple(
        Cell((bold(form.label(f"transcript.particulars.{name}")),), scope="Column")
        for name in names
    )
    rows: list[Row] = []
    grades: set[int] = set()
    for year in transcript.years:
        rows.extend(_course_rows(form, year, repeated=year.grade in grades))
        grades.add(year.grade)
    widths = (90.0, 60.0, flow.frame.measure - 150)
    return Table(widths, (head,), tuple(rows), size=11, padding=4)
