"""Draws the minutes of one corrected mark (biên bản sửa điểm) as a signable file.

What they must hold: number, date, place, persons, old and new values, decision (school
regulation, Art. 5(2)).
"""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.records import AmendmentMinutes
from preserve.model.results import GradeAmendment
from preserve.model.school import StaffMember
from preserve.policy.forms import Form
from preserve.render.letter import (
    Letter,
    begin_letter,
    finish_letter,
    place_lines,
    place_list,
    place_part,
    place_sentences,
    place_signed_end,
    text_cell,
)
from preserve.render.signatures import FieldContext
from preserve.render.text import Run, bold, italic
from preserve.render.wording import amended_text, day_text, joined, long_day


def render_amendment_minutes(minutes: AmendmentMinutes, form: Form) -> bytes:
    """Return the minutes as PDF/A-3a and PDF/UA-1; the same input gives the same bytes.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a text longer than a page.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    values = {"class_name": minutes.class_name, "school_year": minutes.school_year}
    letter = begin_letter(minutes, form, pupil=minutes.pupil_code, **values)
    _place_meeting(letter, minutes)
    place_part(letter, "amendment.content")
    _place_pupil(letter, minutes)
    _place_values(letter, minutes.amendment)
    _place_dossier(letter, minutes.amendment)
    _place_consequences(letter, minutes.amendment)
    place_sentences(letter, "amendment.kept")
    context = FieldContext(minutes.class_name, minutes.school_year)
    place_signed_end(letter, minutes.signatories, context)
    return finish_letter(letter, minutes, **values)


def _place_meeting(letter: Letter, minutes: AmendmentMinutes) -> None:
    """Place day, place and persons."""
    day = long_day(letter.form, "", minutes.document_date)
    place = joined(minutes.school.name, minutes.school.place)
    place_sentences(letter, "amendment.meeting", day=day, place=place)
    place_part(letter, "amendment.persons")
    names = (
        "amendment.person_name",
        "amendment.person_position",
        "amendment.person_role",
    )
    place_list(letter, names, _persons(letter, minutes), (0, 130.0, 130.0))


def _persons(letter: Letter, minutes: AmendmentMinutes) -> Iterator[tuple[tuple[Run, ...], ...]]:
    def row(person: StaffMember, role: str) -> tuple[tuple[Run, ...], ...]:
        part = letter.say(f"amendment.as_{role}")
        return (text_cell(person.name), text_cell(person.position), (Run(part),))

    yield row(minutes.requester, "requester")
    for witness in minutes.witnesses:
        yield row(witness, "witness")
    yield row(minutes.approver, "approver")


def _place_pupil(letter: Letter, minutes: AmendmentMinutes) -> None:
    rows = (
        (("amendment.name", minutes.pupil_name), ("amendment.code", minutes.pupil_code)),
        (
            ("amendment.class_name", minutes.class_name),
            ("amendment.school_year", minutes.school_year),
        ),
    )
    place_lines(letter, rows)
    letter.flow.skip(4)


def _place_values(letter: Letter, amendment: GradeAmendment) -> None:
    """Place the value that was wrong, struck, and the one that counts."""
    names = ("subject", "semester", "column", "old_value", "new_value")
    old, new = amended_text(amendment.old_value), amended_text(amendment.new_value)
    initials = f" ({amendment.initials})" if amendment.initials else ""
    row = (
        text_cell(amendment.subject),
        text_cell(letter.say(f"common.semester_{amendment.semester}")),
        text_cell(amendment.column),
        (Run(old, struck=True),) if old else text_cell(letter.say("amendment.no_value")),
        tuple(run for run in (bold(new), italic(initials)) if run.text)
        or text_cell(letter.say("amendment.no_value")),
    )
    widths = (0, 70.0, 80.0, 80.0, 100.0)
    place_list(
        letter, [f"amendment.{name}" for name in names], (row,), widths, centred=(1, 2, 3, 4)
    )
    letter.flow.skip(4)


def _place_dossier(letter: Letter, amendment: GradeAmendment) -> None:
    request = _dated(letter, amendment.request_number, day_text(amendment.request_date))
    decision = _dated(letter, amendment.decision_number, day_text(amendment.decision_date))
    rows = (
        (("amendment.number", amendment.number),),
        (("amendment.reason", amendment.reason),),
        (("amendment.evidence", amendment.evidence),),
        (("amendment.request", request),),
        (("amendment.decision", decision),),
        (("amendment.entered_on", day_text(amendment.entered_on)),),
    )
    place_lines(letter, rows)


def _dated(letter: Letter, number: str, day: str) -> str:
    return letter.say("amendment.dated", number=number, day=day) if number and day else number


def _place_consequences(letter: Letter, amendment: GradeAmendment) -> None:
    """Place the results that changed with the mark; a dossier without any says so."""
    place_part(letter, "amendment.consequences")
    if not amendment.consequences:
        place_sentences(letter, "amendment.no_consequences")
        return
    rows = (
        (
            text_cell(change.field),
            text_cell(amended_text(change.before)),
            text_cell(amended_text(change.after)),
        )
        for change in amendment.consequences
    )
    names = ("amendment.result", "amendment.before", "amendment.after")
    place_list(letter, names, rows, (0, 130.0, 130.0), centred=(1, 2))
    letter.flow.skip(6)
