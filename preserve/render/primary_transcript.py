"""Draws a primary school transcript (học bạ tiểu học) as a signable PDF/A-3a and PDF/UA-1 file."""

from __future__ import annotations

from functools import partial

from preserve.errors import InputError
from preserve.model.records import Transcript
from preserve.model.results import YearResult
from preserve.policy.forms import Form, Layout
from preserve.render.attachments import Attachment
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.flow import Flow, keep_together
from preserve.render.letters import refuse_undrawable
from preserve.render.paper import Edition, marking_of
from preserve.render.predecessor import place_origin, predecessor_attachments
from preserve.render.primary_foot import FootFacts, place_foot
from preserve.render.primary_front import place_particulars
from preserve.render.primary_outcome import place_outcome
from preserve.render.primary_results import place_results
from preserve.render.primary_traits import place_traits
from preserve.render.transcript import PORTRAIT
from preserve.render.transcript_front import place_cover


def render_primary_transcript(
    transcript: Transcript,
    form: Form,
    predecessor: bytes | None = None,
    *,
    edition: Edition | None = None,
) -> bytes:
    """Return the document of a transcript; the same input gives the same bytes.

    Args:
        transcript: every year so far, the last one with its signatories.
        form: wording and row order.
        predecessor: the signed file of the year before, embedded unchanged.
        edition: how it is printed on paper; ``None`` for the document that is signed. An edition
            has places to sign on instead of fields, and embeds nothing.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a comment longer than a page, ``RENDER-PREDECESSOR`` for bytes that are not the named
            predecessor, ``RENDER-NO-YEARS`` for no results, ``RENDER-LAYOUT`` for a form of
            another kind of record.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    pupil = transcript.pupil.code
    _refuse(transcript, form)
    attachments: list[Attachment] = []
    if edition is None:
        description = _label(form, "record_description", transcript)
        attachments = [
            record_attachment(transcript, description),
            *predecessor_attachments(transcript, form, predecessor),
        ]
    flow = Flow(PORTRAIT, pupil=pupil, signable=edition is None)
    place_cover(flow, transcript, form)
    place_particulars(flow, transcript, form)
    for year in transcript.years:
        _place_year(flow, transcript, year, form)
    facts = DocumentFacts(
        title=_label(form, "document_title", transcript),
        author=transcript.school.name,
        day=transcript.document_date,
    )
    marking = marking_of(edition, form, transcript.school.name, PORTRAIT, pupil)
    return paint(flow, facts, attachments, page_label(form), marking)


def _refuse(transcript: Transcript, form: Form) -> None:
    pupil = transcript.pupil.code
    if not transcript.years:
        raise InputError("RENDER-NO-YEARS", pupil=pupil)
    if form.layout is not Layout.PRIMARY:
        raise InputError("RENDER-LAYOUT", pupil=pupil, form=form.form_id)
    refuse_undrawable(transcript, pupil)
    refuse_undrawable_form(form)


def _label(form: Form, name: str, transcript: Transcript) -> str:
    return form.label(
        f"transcript.{name}", code=transcript.pupil.code, school_year=transcript.school_year
    )


def _place_year(flow: Flow, transcript: Transcript, year: YearResult, form: Form) -> None:
    """Place both halves of a year, each on a page of its own that names what it repeats."""
    name = transcript.pupil.name
    head = form.label(
        "transcript.running_head",
        name=name,
        class_name=year.class_name,
        school_year=year.school_year,
    )
    repeated = year is not transcript.years[-1]
    flow.new_page(head)
    place_results(flow, name, year, form)
    if repeated:
        place_origin(flow, transcript.predecessor, form)
    flow.new_page(head)
    place_traits(flow, year, form)
    if repeated:
        place_outcome(flow, year, form)
        place_origin(flow, transcript.predecessor, form)
    else:
        keep_together(flow, partial(_place_signed_end, transcript, form))


def _place_signed_end(transcript: Transcript, form: Form, flow: Flow) -> None:
    school, year = transcript.school, transcript.years[-1]
    place_outcome(flow, year, form)
    facts = FootFacts(school, transcript.document_date, year.class_name, year.school_year)
    place_foot(flow, facts, transcript.signatories, form)
