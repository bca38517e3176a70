"""The foot of a year page of a transcript: how many corrections it shows, and their sources."""

from __future__ import annotations

from preserve.model.results import GradeAmendment, YearResult
from preserve.policy.forms import Form
from preserve.render.flow import Column, Flow
from preserve.render.flow import place_text as place
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.transcript_changes import Changes, subject_value
from preserve.render.wording import day_text

_LABEL = "transcript.subjects."
_COUNT = Style(11, 14.5, before=6)
_SIGNING_ROOM = 56
"""Points to sign on, on paper."""
_ROOMS_HEIGHT = 8 + 2 * 14 + _SIGNING_ROOM + 14
_SOURCE_HEIGHT = 26
"""Points of two lines for one source."""
_ORIGIN = 32
"""Points of the sentence that names the original of a repeated page."""


def subject_foot_height(flow: Flow, year: YearResult, *, signed: bool) -> float:
    """Return how many points the foot of page A takes, at a generous estimate."""
    sources = 15.5 + _SOURCE_HEIGHT * len(year.amendments) if year.amendments else 0
    confirmation = 14.5 if signed else 0
    if not flow.signable:
        confirmation = _ROOMS_HEIGHT
    return 2 * _COUNT.leading + _COUNT.before + sources + confirmation + (0 if signed else _ORIGIN)


def place_subject_corrections(
    flow: Flow, year: YearResult, changes: Changes, form: Form, *, signed: bool
) -> None:
    """Place the count of the corrections on page A, who confirms it, and every source.

    The count is of the places on this page that a correction changed; a corrected mark that
    changed no result here is named with the sources all the same.
    """
    subjects = [subject for subject, _ in changes if subject]
    if subjects:
        names = ", ".join(dict.fromkeys(subjects))
        count = f"{len(subjects):02d}"
        text = form.label(f"{_LABEL}corrections", count=count, subjects=names)
        place(flow, "P", (bold(text),), _COUNT)
    else:
        place(flow, "P", (Run(form.label(f"{_LABEL}corrections_none")),), _COUNT)
    _place_sources(flow, year.amendments, form)
    if not flow.signable:
        _place_rooms(flow, year, form)
    elif signed:
        text = form.label(f"{_LABEL}confirmed", school_year=year.school_year)
        place(flow, "P", (italic(text),), Style(9.5, 12.5, before=2))


def place_summary_corrections(flow: Flow, changes: Changes, form: Form) -> None:
    """Place the count of the corrections on page B, where there are any."""
    keys = [key for subject, key in changes if not subject and key != "mean"]
    if keys:
        names = ", ".join(form.label(f"transcript.summary.place_{key}") for key in keys)
        text = form.label("transcript.summary.corrections", count=f"{len(keys):02d}", places=names)
        place(flow, "P", (bold(text),), _COUNT)


def _place_sources(flow: Flow, amendments: tuple[GradeAmendment, ...], form: Form) -> None:
    if not amendments:
        return
    style = Style(9.5, 12.5, before=1)
    place(flow, "P", (Run(form.label(f"{_LABEL}sources")),), Style(9.5, 12.5, before=3))
    for number, amendment in enumerate(amendments, start=1):
        place(flow, "P", (Run(_source(form, number, amendment)),), style)


def _source(form: Form, number: int, amendment: GradeAmendment) -> str:
    return form.label(
        f"{_LABEL}correction",
        number=number,
        subject=amendment.subject,
        semester=form.label(f"common.semester_{amendment.semester}"),
        column=amendment.column,
        old_value=subject_value(form, amendment.old_value),
        new_value=subject_value(form, amendment.new_value),
        request=amendment.request_number,
        decision=amendment.decision_number,
        day=day_text(amendment.decision_date),
        minutes=amendment.minutes_number,
    )


def _place_rooms(flow: Flow, year: YearResult, form: Form) -> None:
    """Place the two places on paper where homeroom teacher and principal confirm the page."""
    width = flow.frame.measure / 2
    flow.need(_ROOMS_HEIGHT)
    flow.skip(8)
    top = flow.y
    for left, name, person in (
        (0.0, "confirm_homeroom", year.homeroom_teacher),
        (width, "confirm_principal", year.principal),
    ):
        flow.y = top
        column = Column(left, width)
        style = Style(10.5, 14, Align.CENTRE)
        place(flow, "P", (bold(form.label(_LABEL + name)),), style, column)
        place(flow, "P", (italic(form.label("common.paper.sign_person")),), style, column)
        flow.skip(_SIGNING_ROOM)
        place(flow, "P", (bold(person),), style, column)
    flow.y = top - 2 * 14 - _SIGNING_ROOM - 14
