"""Draws a composed record: which function draws it follows from what it is."""

from __future__ import annotations

from dataclasses import replace

from preserve.errors import InputError, PreserveError
from preserve.model.records import (
    AmendmentMinutes,
    AssessmentSummary,
    CoveringNote,
    GradeBook,
    Record,
    SealingMinutes,
    Transcript,
    TransferSummary,
)
from preserve.policy.forms import Layout
from preserve.render.amendment_minutes import render_amendment_minutes
from preserve.render.covering_note import render_covering_note
from preserve.render.grade_book import render_grade_book
from preserve.render.paper import Edition
from preserve.render.primary_summary import render_assessment_summary
from preserve.render.primary_transcript import render_primary_transcript
from preserve.render.sealing_minutes import render_sealing_minutes
from preserve.render.transcript import render_transcript
from preserve.render.transfer_summary import render_transfer_summary
from preserve.rules.forms import missing_fields
from preserve.workflow.compose_records import Composition


def render_record(composition: Composition, version: int, edition: Edition | None = None) -> bytes:
    """Return one version of a document, to be signed or, as an edition, for paper.

    Raises:
        InputError: a field that the form demands is empty, a character cannot be drawn, a text is
            too long, or this kind of document has no edition on paper.
        PolicyError: the form lacks a wording.
        PreserveError: there is no record to draw.
    """
    form = composition.form
    if composition.record is not None and edition is None:
        _refuse_missing(composition.record, composition)
    match composition.record:
        case Transcript() as transcript:
            return _transcript(replace(transcript, version=version), composition, edition)
        case GradeBook() as book:
            return render_grade_book(replace(book, version=version), form, edition=edition)
        case AssessmentSummary() as summary:
            summary = replace(summary, version=version)
            return render_assessment_summary(summary, form, edition=edition)
        case _ if edition is not None:
            raise InputError("PRINT-NO-EDITION", document=composition.key.record_id)
        case other:
            return _letter(other, version, composition)


def _refuse_missing(record: Record, composition: Composition) -> None:
    missing = missing_fields(record, composition.form, composition.key.record_class)
    if missing:
        raise InputError(
            "RENDER-FIELD-MISSING",
            document=composition.key.record_id,
            form=composition.form.form_id,
            fields=", ".join(missing),
        )


def _transcript(transcript: Transcript, composition: Composition, edition: Edition | None) -> bytes:
    form, file = composition.form, composition.predecessor
    predecessor = file.read_bytes() if file is not None and edition is None else None
    if form.layout is Layout.PRIMARY:
        return render_primary_transcript(transcript, form, predecessor, edition=edition)
    return render_transcript(
        transcript, form, predecessor=predecessor, forms=composition.forms, edition=edition
    )


def _letter(record: Record | None, version: int, composition: Composition) -> bytes:
    """Draw what is made on occasion: summaries of a transfer, minutes, letters."""
    form = composition.form
    match record:
        case TransferSummary() as summary:
            return render_transfer_summary(replace(summary, version=version), form)
        case AmendmentMinutes() as minutes:
            return render_amendment_minutes(replace(minutes, version=version), form)
        case SealingMinutes() as minutes:
            return render_sealing_minutes(replace(minutes, version=version), form)
        case CoveringNote() as note:
            return render_covering_note(replace(note, version=version), form)
        case _:
            raise PreserveError("RENDER-NOTHING", document=composition.key.record_id)
