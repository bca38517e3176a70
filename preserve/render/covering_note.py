"""Draws the note that goes with a transferred pupil's files: what is enclosed, how to verify it."""

from __future__ import annotations

from preserve.model.records import CoveringNote
from preserve.policy.forms import Form
from preserve.render.flow import Column, place_text
from preserve.render.letter import (
    Letter,
    begin_letter,
    finish_letter,
    place_lines,
    place_list,
    place_part,
    text_cell,
)
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import day_text, joined

_SMALL = Style(11, 14.5, after=2)
_SIGNED = Style(12, 16, Align.CENTRE)
_ROOM_TO_SIGN = 62


def render_covering_note(note: CoveringNote, form: Form) -> bytes:
    """Return the note as PDF/A-3a and PDF/UA-1; the same input gives the same bytes.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    code = note.pupil.code
    letter = begin_letter(note, form, pupil=code, code=code)
    _place_pupil(letter, note)
    _place_files(letter, note)
    place_part(letter, "note.how_title")
    for line in letter.say("note.how").splitlines():
        place_text(letter.flow, "P", (Run(line),), _SMALL)
    _place_end(letter, note)
    return finish_letter(letter, note, code=code)


def _place_pupil(letter: Letter, note: CoveringNote) -> None:
    pupil, school = note.pupil, note.school
    place_lines(
        letter,
        (
            (("note.recipient", note.recipient),),
            (("note.sender", joined(school.name, school.place)),),
            (("note.name", pupil.name),),
            (("note.code", pupil.code), ("note.birth_date", day_text(pupil.birth_date))),
            (("note.class_name", note.class_name), ("note.years", ", ".join(note.school_years))),
        ),
    )


def _place_files(letter: Letter, note: CoveringNote) -> None:
    text = letter.say("note.enclosed", count=f"{len(note.enclosed):02d}")
    place_text(letter.flow, "P", (Run(text),), Style(12, 16, before=6, after=4))
    rows = (
        (text_cell(file.name.replace("/", "/\n")), text_cell(file.title), text_cell(file.sha256))
        for file in note.enclosed
    )
    # The last column holds a digest on one line, so that a person can compare and copy it.
    names = ("note.file_name", "note.file_title", "note.file_digest")
    place_list(letter, names, rows, (135.0, 80.0, 0), size=8)


def _place_end(letter: Letter, note: CoveringNote) -> None:
    """Place the room for the signature on the right half."""
    flow = letter.flow
    half = flow.frame.measure / 2
    flow.need(120)
    flow.skip(14)
    title = (bold(note.signer_title.upper()), Run("\n"), italic(letter.say("note.sign_on_paper")))
    place_text(flow, "P", title, _SIGNED, Column(half))
    flow.skip(_ROOM_TO_SIGN)
    place_text(flow, "P", (bold(note.signer_name),), _SIGNED, Column(half))
