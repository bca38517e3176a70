"""Draws the minutes of sealing a year's carriers (biên bản niêm phong) as a signable file."""

from __future__ import annotations

from preserve.model.records import SealingMinutes
from preserve.policy.forms import Form
from preserve.render.letter import (
    Letter,
    begin_letter,
    finish_letter,
    in_groups,
    place_lines,
    place_list,
    place_part,
    place_sentences,
    place_signed_end,
    text_cell,
)
from preserve.render.signatures import FieldContext
from preserve.render.wording import joined, long_day


def render_sealing_minutes(minutes: SealingMinutes, form: Form) -> bytes:
    """Return the minutes as PDF/A-3a and PDF/UA-1; the same input gives the same bytes.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a text longer than a page.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    letter = begin_letter(minutes, form, pupil="-", school_year=minutes.school_year)
    day = long_day(form, "", minutes.document_date)
    place = joined(minutes.school.name, minutes.school.place)
    place_sentences(letter, "sealing.meeting", day=day, place=place)
    _place_members(letter, minutes)
    _place_bundle(letter, minutes)
    _place_media(letter, minutes)
    place_part(letter, "sealing.how_title")
    place_sentences(letter, "sealing.how")
    place_signed_end(letter, minutes.signatories, FieldContext("", minutes.school_year))
    return finish_letter(letter, minutes, school_year=minutes.school_year)


def _place_members(letter: Letter, minutes: SealingMinutes) -> None:
    place_part(letter, "sealing.members")
    rows = ((text_cell(member.name), text_cell(member.position)) for member in minutes.members)
    place_list(letter, ("sealing.member_name", "sealing.member_position"), rows, (0, 200.0))


def _place_bundle(letter: Letter, minutes: SealingMinutes) -> None:
    """Place what the bundle is; digests stand whole, in groups that can be compared by eye."""
    place_part(letter, "sealing.bundle")
    count, _, head = minutes.journal_head.partition(":")
    rows = (
        (
            ("sealing.package", minutes.package_id),
            ("sealing.version", str(minutes.package_version)),
        ),
        (
            ("sealing.files", _grouped(minutes.file_count)),
            ("sealing.bytes", _grouped(minutes.byte_count)),
        ),
        (("sealing.classes", ", ".join(minutes.class_names)),),
        (("sealing.digest", in_groups(minutes.manifest_sha512)),),
        (("sealing.journal", letter.say("sealing.events", count=count, digest=in_groups(head))),),
    )
    place_lines(letter, rows)


def _place_media(letter: Letter, minutes: SealingMinutes) -> None:
    place_part(letter, "sealing.media", count=f"{len(minutes.media):02d}")
    none = letter.say("sealing.no_tamper_tag")
    rows = (
        (
            text_cell(medium.label),
            text_cell(medium.tamper_tag or none),
            text_cell(medium.description),
        )
        for medium in minutes.media
    )
    names = ("sealing.label", "sealing.tamper_tag", "sealing.description")
    place_list(letter, names, rows, (150.0, 110.0, 0))


def _grouped(number: int) -> str:
    """Return a number with a point between thousands, as Vietnamese texts write it."""
    return f"{number:,}".replace(",", ".")
