"""Draws the summary of results of one pupil who changes school, as a signable file.

TT 15/2026/TT-BGDĐT asks for it in the dossier of a transfer. It holds data of one pupil only.
"""

from __future__ import annotations

from preserve.errors import InputError
from preserve.model.records import TransferSummary
from preserve.policy.forms import Form
from preserve.render.letter import (
    Letter,
    begin_letter,
    finish_letter,
    place_lines,
    place_part,
    place_signed_end,
)
from preserve.render.signatures import FieldContext
from preserve.render.transfer_comments import place_comments
from preserve.render.transfer_history import place_history
from preserve.render.transfer_periods import place_periods
from preserve.render.transfer_primary import place_primary_year
from preserve.render.transfer_year import place_year
from preserve.render.wording import day_text, joined


def render_transfer_summary(summary: TransferSummary, form: Form) -> bytes:
    """Return the summary as PDF/A-3a and PDF/UA-1; the same input gives the same bytes.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a text longer than a page, ``RENDER-NO-YEARS`` for no results.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    code = summary.pupil.code
    if not summary.years:
        raise InputError("RENDER-NO-YEARS", pupil=code)
    *earlier, current = summary.years
    letter = begin_letter(summary, form, pupil=code, code=code, school_year=current.school_year)
    _place_person(letter, summary)
    place_part(
        letter,
        "transfer.year.title",
        school_year=current.school_year,
        class_name=current.class_name,
    )
    if current.primary is None:
        place_year(letter, current)
    else:
        place_primary_year(letter, current.primary)
    place_periods(letter, current)
    place_comments(letter, current)
    place_history(letter, tuple(earlier))
    place_signed_end(
        letter,
        summary.signatories,
        FieldContext(current.class_name, current.school_year),
        day=day_text(summary.document_date),
    )
    return finish_letter(letter, summary, code=code, school_year=current.school_year)


def _place_person(letter: Letter, summary: TransferSummary) -> None:
    pupil, current, school = summary.pupil, summary.years[-1], summary.school
    place_part(letter, "transfer.person.title")
    values = {
        "name": pupil.name,
        "code": pupil.code,
        "birth_date": day_text(pupil.birth_date),
        "gender": pupil.gender,
        "ethnic_group": pupil.ethnic_group,
        "personal_id": pupil.personal_id,
        "birth_place": pupil.birth_place,
        "address": pupil.address,
        "class_name": current.class_name,
        "school_year": current.school_year,
        "school": joined(school.name, school.place),
        "receiving": joined(summary.receiving_school, summary.receiving_place),
        "reason": summary.reason,
    }
    rows = (
        ("name", "code"),
        ("birth_date", "gender"),
        ("ethnic_group", "personal_id"),
        ("birth_place",),
        ("address",),
        ("class_name", "school_year"),
        ("school",),
        ("receiving",),
        ("reason",),
    )
    place_lines(
        letter,
        (tuple((f"transfer.person.{name}", values[name]) for name in row) for row in rows),
    )
