"""Draws a transcript (học bạ) of secondary school as a PDF/A-3a and PDF/UA-1 file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from preserve.errors import InputError
from preserve.model.records import Transcript
from preserve.model.results import YearResult
from preserve.policy.forms import Form, Layout
from preserve.render.attachments import Attachment
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.flow import Flow, Frame, keep_together, place_text
from preserve.render.letters import refuse_undrawable
from preserve.render.paper import Edition, PaperEdition, marking_of
from preserve.render.predecessor import place_origin, predecessor_attachments
from preserve.render.signatures import LARGE, FieldContext, place_signatures
from preserve.render.text import Align, Style, italic
from preserve.render.transcript_front import place_cover, place_guidance, place_particulars
from preserve.render.transcript_subjects import place_subjects
from preserve.render.transcript_summary import place_approval, place_summary
from preserve.render.wording import long_day

PORTRAIT = Frame(width=595.28, height=841.89, left=62, right=51, top=58, bottom=56)
"""A4; the left margin leaves room for binding."""
_LAYOUTS = {Layout.SECONDARY, Layout.OLD_SECONDARY}


def render_transcript(
    transcript: Transcript,
    form: Form,
    *,
    predecessor: bytes | None = None,
    forms: Mapping[str, Form] | None = None,
    edition: Edition | None = None,
) -> bytes:
    """Return the document of a transcript; the same input gives the same bytes.

    Args:
        transcript: every year so far, the last one with its signatories.
        form: wording, row order and layout of the transcript.
        predecessor: the signed file of the year before, embedded unchanged.
        forms: by ``YearResult.regulation``, the form of the years that keep pages of another
            form than ``form``: a pupil may have begun the level under an older regulation.
        edition: how it is printed on paper; ``None`` for the document that is signed. An edition
            has places to sign on instead of fields, and embeds nothing.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a comment longer than a page, ``RENDER-PREDECESSOR`` for bytes that are not the named
            predecessor, ``RENDER-NO-YEARS`` for no results, ``RENDER-LAYOUT`` for a form of
            another kind of record.
        PolicyError: ``FORM-LABEL``, a form lacks a wording.
    """
    pages = _Pages(transcript, form, forms or {}, edition)
    pupil = transcript.pupil.code
    _refuse(pages, pupil)
    attachments: list[Attachment] = []
    if edition is None:
        description = _label(form, "record_description", transcript)
        attachments = [
            record_attachment(transcript, description),
            *predecessor_attachments(transcript, form, predecessor),
        ]
    facts = DocumentFacts(
        title=_label(form, "document_title", transcript),
        author=transcript.school.name,
        day=transcript.document_date,
    )
    marking = marking_of(edition, form, transcript.school.name, PORTRAIT, pupil)
    return paint(_flow(pages), facts, attachments, page_label(form), marking)


@dataclass(frozen=True, slots=True)
class _Pages:
    """What the pages of one transcript are made from."""

    transcript: Transcript
    form: Form
    forms: Mapping[str, Form]
    edition: Edition | None

    def form_of(self, year: YearResult) -> Form:
        """Return the form of a year's pages."""
        return self.forms.get(year.regulation, self.form)

    @property
    def bound(self) -> bool:
        """Whether the pages become a paper book, whose year pages face each other."""
        return isinstance(self.edition, PaperEdition)


def _refuse(pages: _Pages, pupil: str) -> None:
    if not pages.transcript.years:
        raise InputError("RENDER-NO-YEARS", pupil=pupil)
    refuse_undrawable(pages.transcript, pupil)
    for form in {one.form_id: one for one in (pages.form, *pages.forms.values())}.values():
        if form.layout not in _LAYOUTS:
            raise InputError("RENDER-LAYOUT", pupil=pupil, form=form.form_id)
        refuse_undrawable_form(form)


def _flow(pages: _Pages) -> Flow:
    transcript, form = pages.transcript, pages.form
    flow = Flow(PORTRAIT, pupil=transcript.pupil.code, signable=pages.edition is None)
    place_cover(flow, transcript, form)
    if pages.bound:
        place_guidance(flow, form)
    place_particulars(flow, transcript, form)
    for year in transcript.years:
        _place_year(flow, pages, year)
    return flow


def _label(form: Form, name: str, transcript: Transcript) -> str:
    return form.label(
        f"transcript.{name}", code=transcript.pupil.code, school_year=transcript.school_year
    )


def _place_year(flow: Flow, pages: _Pages, year: YearResult) -> None:
    """Place pages A and B of one year; only the last year has signature fields."""
    transcript, form = pages.transcript, pages.form_of(year)
    last = year is transcript.years[-1]
    head = form.label(
        "transcript.running_head",
        name=transcript.pupil.name,
        class_name=year.class_name,
        school_year=year.school_year,
    )
    if pages.bound:
        flow.new_left_page(head, form.label("common.blank_page"))
    else:
        flow.new_page(head)
    place_subjects(flow, transcript.pupil.name, year, form, signed=last)
    if not last:
        place_origin(flow, transcript.predecessor, form)
    flow.new_page(head)
    place_summary(flow, year, form)
    if last:
        keep_together(flow, partial(_place_signed_end, transcript, year, form))
    else:
        place_approval(flow, year, form)
        place_origin(flow, transcript.predecessor, form)


def _place_signed_end(transcript: Transcript, year: YearResult, form: Form, flow: Flow) -> None:
    """Place the approval, the day and the fields."""
    place_approval(flow, year, form)
    school = transcript.school
    place = school.commune or school.district or school.province
    text = long_day(form, place, transcript.document_date)
    place_text(flow, "P", (italic(text),), Style(12, 16, Align.RIGHT, before=8, after=4))
    context = FieldContext(year.class_name, year.school_year)
    place_signatures(flow, form, transcript.signatories, LARGE, context)
