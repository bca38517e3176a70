"""Draws the summary of a primary class (bảng tổng hợp kết quả đánh giá giáo dục) as PDF/A-3a."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from preserve.errors import InputError
from preserve.model.records import AssessmentSummary
from preserve.policy.forms import Form, Layout
from preserve.render.attachments import Attachment
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.flow import Flow, keep_together, place_text
from preserve.render.grade_book import LANDSCAPE
from preserve.render.letters import refuse_undrawable
from preserve.render.paper import Edition, marking_of
from preserve.render.primary_closing import closing_columns
from preserve.render.primary_columns import subject_columns, trait_columns
from preserve.render.primary_foot import FootFacts, place_foot
from preserve.render.primary_layout import SUMMARY, SummaryLayout, layout_of
from preserve.render.primary_tables import tables
from preserve.render.primary_totals import totals
from preserve.render.table import Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import day_text

_CENTRE = Style(11, 15, Align.CENTRE)
_TITLE = Style(15, 20, Align.CENTRE, before=6)
_PERIOD = Style(13, 18, Align.CENTRE, after=2)
_LEGEND = Style(8.5, 11, before=4)
_TOTALS = Style(13, 18, Align.CENTRE, after=5)
_TOTALS_GAP = 10
"""Points between two tables of totals."""


def render_assessment_summary(
    summary: AssessmentSummary, form: Form, *, edition: Edition | None = None
) -> bytes:
    """Return the document of a summary; the same input gives the same bytes.

    Args:
        summary: the class, the period, its pupils' results and the signatories.
        form: the wording, and the layout of each grade and period.
        edition: how it is printed on paper; ``None`` for the document that is signed. An edition
            has places to sign on instead of fields, and embeds nothing.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a note longer than a page, ``RENDER-NO-PUPILS`` for a class without pupils,
            ``RENDER-LAYOUT`` for a form of another kind of record.
        PolicyError: ``FORM-LABEL``, the form lacks a wording or the layout of the grade.
    """
    _refuse(summary, form)
    attachments: list[Attachment] = []
    if edition is None:
        attachments = [record_attachment(summary, _label(form, "record_description", summary))]
    flow = _flow(summary, form, signable=edition is None)
    facts = DocumentFacts(
        title=_label(form, "document_title", summary),
        author=summary.school.name,
        day=summary.document_date,
    )
    marking = marking_of(edition, form, summary.school.name, LANDSCAPE, "-")
    return paint(flow, facts, attachments, page_label(form), marking)


def _refuse(summary: AssessmentSummary, form: Form) -> None:
    if not summary.pupils:
        raise InputError("RENDER-NO-PUPILS", record=summary.record_id)
    if form.layout is not Layout.PRIMARY:
        raise InputError("RENDER-LAYOUT", pupil="-", form=form.form_id)
    refuse_undrawable(replace(summary, pupils=()), "-")
    for member in summary.pupils:
        refuse_undrawable(member, member.pupil.code)
    refuse_undrawable_form(form)


def _flow(summary: AssessmentSummary, form: Form, *, signable: bool) -> Flow:
    layout = layout_of(form, summary.class_group.grade, summary.period)
    flow = Flow(LANDSCAPE, signable=signable)
    flow.new_page(_label(form, "running_head", summary))
    _place_head(flow, summary, form)
    _place_tables(flow, summary, layout, form)
    regulation = summary.class_group.regulation
    for text in (
        form.label(f"{SUMMARY}legend"),
        form.label("common.form_version", form=form.form_id, regulation=regulation),
    ):
        place_text(flow, "P", (italic(text),), _LEGEND)
    _place_end(flow, summary, layout, form)
    return flow


def _label(form: Form, name: str, summary: AssessmentSummary) -> str:
    return form.label(
        SUMMARY + name,
        class_name=summary.class_group.name,
        school_year=summary.school_year,
        period=form.label(f"{SUMMARY}period.{summary.period.value}"),
    )


def _place_head(flow: Flow, summary: AssessmentSummary, form: Form) -> None:
    school, group = summary.school, summary.class_group
    place_text(flow, "P", (Run(school.authority.upper()),), _CENTRE)
    place_text(flow, "P", (bold(school.name.upper()),), _CENTRE)
    place_text(flow, "P", (Run(school.place),), _CENTRE)
    place_text(flow, "H1", (bold(form.label(f"{SUMMARY}title")),), _TITLE)
    period = form.label(f"{SUMMARY}period.{summary.period.value}")
    place_text(flow, "P", (bold(period),), _PERIOD)
    line = form.label(
        f"{SUMMARY}class_line",
        class_name=group.name,
        school_year=summary.school_year,
        pupils=len(summary.pupils),
    )
    place_text(flow, "P", (Run(line),), _CENTRE)
    if group.homeroom_teacher is not None:
        name = form.label(f"{SUMMARY}homeroom_line", name=group.homeroom_teacher.name)
        place_text(flow, "P", (Run(name),), _CENTRE)
    issued = form.label(
        f"{SUMMARY}issued",
        number=summary.document_number,
        day=day_text(summary.document_date),
        version=summary.version,
    )
    place_text(flow, "P", (italic(issued),), Style(11, 15, Align.CENTRE, after=6))


def _place_tables(
    flow: Flow, summary: AssessmentSummary, layout: SummaryLayout, form: Form
) -> None:
    """Place the tables; each begins a page, as its head is one with its rows."""
    blocks = (
        subject_columns(summary, layout, form),
        trait_columns(summary, layout, form),
        closing_columns(summary, layout, form),
    )
    for index, table in enumerate(tables(flow, summary.pupils, blocks, form)):
        if index:
            flow.new_page()
        place_table(flow, table)


def _place_end(flow: Flow, summary: AssessmentSummary, layout: SummaryLayout, form: Form) -> None:
    """Place the totals; the last of them stays with the day and the fields."""
    flow.new_page()
    place_text(flow, "H2", (bold(form.label(f"{SUMMARY}totals.title")),), _TOTALS)
    found = totals(flow, summary, layout, form)
    for table in found[:-1]:
        place_table(flow, table)
        flow.skip(_TOTALS_GAP)
    keep_together(flow, partial(_place_signed, summary, found[-1:], form))


def _place_signed(
    summary: AssessmentSummary, last: tuple[Table, ...], form: Form, flow: Flow
) -> None:
    for table in last:
        place_table(flow, table)
    facts = FootFacts(
        summary.school, summary.document_date, summary.class_group.name, summary.school_year
    )
    place_foot(flow, facts, summary.signatories, form)
