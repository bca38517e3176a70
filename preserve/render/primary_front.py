"""Particulars and course of study of a primary school transcript."""

from __future__ import annotations

from preserve.model.records import Transcript
from preserve.model.results import YearResult
from preserve.model.school import Relative
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_blank, place_pair
from preserve.render.flow import Column, Flow, place_text
from preserve.render.grade_book_cells import head_row, text_cell
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold
from preserve.render.transcript_front import movement_text, place_confirmation
from preserve.render.wording import day_text, joined

_TITLE = Style(14, 20, Align.CENTRE, after=8)
_COURSE_TITLE = Style(14, 20, Align.CENTRE, before=16, after=6)
_INSET = 24
"""Points by which an occupation stands right of its person."""
_LABEL = "transcript.particulars."


def place_particulars(flow: Flow, transcript: Transcript, form: Form) -> None:
    """Place the particulars of the pupil and the table of the course of study."""
    flow.new_page("")
    place_text(flow, "H2", (bold(form.label(f"{_LABEL}title")),), _TITLE)
    _place_person(flow, transcript, form)
    _place_family(flow, transcript, form)
    place_text(flow, "H2", (bold(form.label(f"{_LABEL}course_title")),), _COURSE_TITLE)
    place_table(flow, _course_table(flow, transcript, form))
    for year in transcript.years:
        for movement in year.movements:
            text = movement_text(form, _LABEL.rstrip("."), movement)
            place_text(flow, "P", (Run(text),), Style(11, 15, before=4))
    place_confirmation(flow, transcript, form)


def _place_person(flow: Flow, transcript: Transcript, form: Form) -> None:
    pupil = transcript.pupil

    def blank(name: str, value: str) -> Blank:
        return Blank(form.label(_LABEL + name), value)

    place_blank(flow, blank("name", pupil.name))
    birth_date = blank("birth_date", day_text(pupil.birth_date))
    place_pair(flow, blank("gender", pupil.gender), birth_date)
    nationality = blank("nationality", pupil.nationality)
    place_pair(flow, blank("ethnic_group", pupil.ethnic_group), nationality)
    place_blank(flow, blank("birth_place", pupil.birth_place))
    place_blank(flow, blank("home_town", pupil.home_town))
    place_blank(flow, blank("address", pupil.address))
    place_pair(flow, blank("code", pupil.code), blank("personal_id", pupil.personal_id))
    place_blank(flow, blank("priority_group", pupil.priority_group))


def _place_family(flow: Flow, transcript: Transcript, form: Form) -> None:
    pupil = transcript.pupil
    for name, relative in (
        ("father", pupil.father),
        ("mother", pupil.mother),
        ("guardian", pupil.guardian),
    ):
        person = relative or Relative("")
        place_blank(flow, Blank(form.label(_LABEL + name), person.name))
        occupation = Blank(form.label(f"{_LABEL}occupation"), person.occupation)
        place_blank(flow, occupation, Column(_INSET))


def _course_table(flow: Flow, transcript: Transcript, form: Form) -> Table:
    names = ("course_year", "course_class", "course_school", "course_register", "course_entered")
    head = head_row([form.label(_LABEL + name) for name in names])
    rows = tuple(_course_row(transcript, year, form) for year in transcript.years)
    left, right = (70.0, 46.0), (72.0, 92.0)
    rest = flow.frame.measure - sum(left) - sum(right)
    return Table((*left, rest, *right), (head,), rows, size=11, padding=4)


def _course_row(transcript: Transcript, year: YearResult, form: Form) -> Row:
    # The register is the present school's: another school had a number of its own.
    here = year.school_name == transcript.school.name
    before = transcript.years[: transcript.years.index(year)]
    class_name = year.class_name
    if any(other.grade == year.grade for other in before):
        class_name = form.label(f"{_LABEL}course_repeated", class_name=class_name)
    entered = (day_text(m.on) for m in year.movements if m.direction == "in")
    return (
        Cell((Run(year.school_year),), scope="Row"),
        text_cell(class_name),
        text_cell(joined(year.school_name, year.school_place), Align.LEFT),
        text_cell(transcript.pupil.register_number if here else ""),
        text_cell(joined(*entered)),
    )
