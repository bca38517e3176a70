"""Draws a class grade book (sổ theo dõi và đánh giá học sinh) as a signable PDF/A-3a file."""

from __future__ import annotations

from dataclasses import replace

from preserve.errors import InputError
from preserve.model.records import GradeBook
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import Subject
from preserve.policy.forms import Form
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.flow import Flow, Frame, place_text
from preserve.render.grade_book_closing import place_amendments, place_closing
from preserve.render.grade_book_front import place_cover, place_particulars
from preserve.render.grade_book_marks import place_marks
from preserve.render.grade_book_summary import place_ranking, place_summaries
from preserve.render.letters import refuse_undrawable
from preserve.render.signatures import COMPACT, FieldContext, place_signatures
from preserve.render.text import Style, bold

LANDSCAPE = Frame(width=841.89, height=595.28, left=45, right=40, top=50, bottom=50)
"""A4; the left margin leaves room for binding."""
_SIGNATURES = Style(10, 13, before=8, after=3)


def render_grade_book(book: GradeBook, form: Form) -> bytes:
    """Return the document of a grade book; the same input gives the same bytes.

    Args:
        book: the class, its pupils' results and the signatories.
        form: wording and row order.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a remark longer than a page, ``RENDER-NO-PUPILS`` for a class without pupils.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    _refuse(book)
    refuse_undrawable_form(form)
    flow = Flow(LANDSCAPE)
    place_cover(flow, book, form)
    head = _label(form, "running_head", book)
    flow.new_page(head)
    place_particulars(flow, book, form)
    subjects = subjects_of(book, form.subjects)
    for subject in subjects:
        _place_subject(flow, book, subject, form)
    ordered = subjects_of(book, form.summary_subjects)
    place_summaries(flow, book, ordered, form)
    place_ranking(flow, book, form)
    place_amendments(flow, book, form)
    place_closing(flow, book, _closing_signatories(book, subjects), form)
    facts = DocumentFacts(
        title=_label(form, "document_title", book),
        author=book.school.name,
        day=book.document_date,
    )
    record = record_attachment(book, _label(form, "record_description", book))
    return paint(flow, facts, [record], page_label(form))


def subjects_of(book: GradeBook, order: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return every subject that the class has or a pupil has a result in, by the form's order."""
    found = {subject.name: subject for subject in book.class_group.subjects}
    for member in book.pupils:
        for result in member.result.subjects:
            found.setdefault(result.subject.name, result.subject)
    rank = {name: index for index, name in enumerate(order)}
    return tuple(sorted(found.values(), key=lambda subject: rank.get(subject.name, len(rank))))


def _refuse(book: GradeBook) -> None:
    if not book.pupils:
        raise InputError("RENDER-NO-PUPILS", record=book.record_id)
    refuse_undrawable(replace(book, pupils=()), "-")
    for member in book.pupils:
        refuse_undrawable(member, member.pupil.code)


def _label(form: Form, name: str, book: GradeBook) -> str:
    return form.label(
        f"grade_book.{name}", class_name=book.class_group.name, school_year=book.school_year
    )


def _place_subject(flow: Flow, book: GradeBook, subject: Subject, form: Form) -> None:
    """Place both semesters of a subject and, under the second one, its teachers' fields."""
    for semester in (1, 2):
        flow.new_page()
        place_marks(flow, book, subject, semester, form)
    signers = _teachers(book, subject)
    if signers:
        flow.need(_SIGNATURES.before + _SIGNATURES.leading + COMPACT.height + 40)
        place_text(flow, "P", (bold(form.label("grade_book.marks.signatures")),), _SIGNATURES)
        context = FieldContext(book.class_group.name, book.school_year)
        place_signatures(flow, form, signers, COMPACT, context)


def _teachers(book: GradeBook, subject: Subject) -> tuple[Signatory, ...]:
    return tuple(
        signatory
        for signatory in book.signatories
        if signatory.role is SignerRole.SUBJECT_TEACHER and signatory.subject == subject.name
    )


def _closing_signatories(book: GradeBook, subjects: tuple[Subject, ...]) -> tuple[Signatory, ...]:
    """Return who signs on the last page: everybody without a subject page."""
    placed = {s.field_name for subject in subjects for s in _teachers(book, subject)}
    return tuple(s for s in book.signatories if s.field_name not in placed)
