"""Draws a transcript (học bạ) as a signable PDF/A-3a and PDF/UA-1 file."""

from __future__ import annotations

import hashlib

from preserve.errors import InputError
from preserve.model.records import Predecessor, Transcript
from preserve.model.results import YearResult
from preserve.policy.forms import Form
from preserve.render.attachments import Attachment, Relationship
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.flow import Flow, Frame, place_text
from preserve.render.letters import refuse_undrawable
from preserve.render.signatures import LARGE, FieldContext, place_signatures
from preserve.render.text import Align, Style, italic
from preserve.render.transcript_front import place_cover, place_particulars
from preserve.render.transcript_subjects import place_subjects
from preserve.render.transcript_summary import place_summary
from preserve.render.wording import long_day

PORTRAIT = Frame(width=595.28, height=841.89, left=62, right=51, top=58, bottom=56)
"""A4; the left margin leaves room for binding."""


def render_transcript(
    transcript: Transcript, form: Form, *, predecessor: bytes | None = None
) -> bytes:
    """Return the document of a transcript; the same input gives the same bytes.

    Args:
        transcript: every year so far, the last one with its signatories.
        form: wording and row order.
        predecessor: the signed file of the year before, embedded unchanged.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a comment longer than a page, ``RENDER-PREDECESSOR`` for bytes that are not the named
            predecessor, ``RENDER-NO-YEARS`` for no results.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    pupil = transcript.pupil.code
    if not transcript.years:
        raise InputError("RENDER-NO-YEARS", pupil=pupil)
    refuse_undrawable(transcript, pupil)
    refuse_undrawable_form(form)
    attachments = [
        record_attachment(transcript, _label(form, "record_description", transcript)),
        *_predecessor_attachments(transcript, form, predecessor),
    ]
    flow = Flow(PORTRAIT, pupil=pupil)
    place_cover(flow, transcript, form)
    place_particulars(flow, transcript, form)
    for year in transcript.years:
        _place_year(flow, transcript, year, form)
    facts = DocumentFacts(
        title=_label(form, "document_title", transcript),
        author=transcript.school.name,
        day=transcript.document_date,
    )
    return paint(flow, facts, attachments, page_label(form))


def _label(form: Form, name: str, transcript: Transcript) -> str:
    return form.label(
        f"transcript.{name}", code=transcript.pupil.code, school_year=transcript.school_year
    )


def _place_year(flow: Flow, transcript: Transcript, year: YearResult, form: Form) -> None:
    """Place pages A and B of one year; only the last year has signature fields."""
    name = transcript.pupil.name
    head = form.label(
        "transcript.running_head",
        name=name,
        class_name=year.class_name,
        school_year=year.school_year,
    )
    last = year is transcript.years[-1]
    for page in (_place_page_a, _place_page_b):
        flow.new_page(head)
        page(flow, transcript, year, form)
        if not last:
            _place_origin(flow, transcript.predecessor, form)


def _place_page_a(flow: Flow, transcript: Transcript, year: YearResult, form: Form) -> None:
    place_subjects(flow, transcript.pupil.name, year, form)


def _place_page_b(flow: Flow, transcript: Transcript, year: YearResult, form: Form) -> None:
    place_summary(flow, year, form)
    if year is not transcript.years[-1]:
        return
    school = transcript.school
    place = school.commune or school.district or school.province
    text = long_day(form, place, transcript.document_date)
    # Day and fields belong together: a signature alone on a page invites misuse.
    flow.need(190)
    place_text(flow, "P", (italic(text),), Style(12, 16, Align.RIGHT, before=8, after=4))
    context = FieldContext(year.class_name, year.school_year)
    place_signatures(flow, form, transcript.signatories, LARGE, context)


def _place_origin(flow: Flow, predecessor: Predecessor | None, form: Form) -> None:
    """Name the signed original that a page of an earlier year repeats."""
    if predecessor is None:
        text = form.label("transcript.repeated_without_original")
    else:
        text = form.label(
            "transcript.repeated", file_name=predecessor.file_name, sha512=predecessor.sha512
        )
    place_text(flow, "P", (italic(text),), Style(8.5, 11, before=10))


def _predecessor_attachments(
    transcript: Transcript, form: Form, data: bytes | None
) -> list[Attachment]:
    if data is None:
        return []
    named = transcript.predecessor
    found = hashlib.sha512(data).hexdigest()
    if named is None or named.sha512 != found:
        raise InputError(
            "RENDER-PREDECESSOR",
            pupil=transcript.pupil.code,
            expected=named.sha512 if named else "-",
            found=found,
        )
    text = form.label("transcript.predecessor_description", school_year=named.school_year)
    return [Attachment(named.file_name, "application/pdf", Relationship.SUPPLEMENT, text, data)]
