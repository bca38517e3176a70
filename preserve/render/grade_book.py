"""Draws a class grade book (sổ theo dõi và đánh giá học sinh) as a signable PDF/A-3a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from preserve.errors import InputError
from preserve.model.records import GradeBook
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import Subject
from preserve.policy.forms import Form, Layout
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.flow import Flow, Frame, place_text
from preserve.render.grade_book_attendance import place_attendance, refuse_unknown_months
from preserve.render.grade_book_cells import LABEL
from preserve.render.grade_book_closing import place_amendments, place_closing
from preserve.render.grade_book_front import place_cover, place_guidance, place_inner_cover
from preserve.render.grade_book_marks import SECOND, place_marks
from preserve.render.grade_book_people import place_particulars
from preserve.render.grade_book_ranking import place_ranking
from preserve.render.grade_book_remarks import place_homeroom_remarks, place_principal_remarks
from preserve.render.grade_book_summary import WHOLE_YEAR, place_summary
from preserve.render.letters import refuse_undrawable
from preserve.render.paper import Edition, marking_of
from preserve.render.signatures import COMPACT, FieldContext, place_signatures
from preserve.render.text import Align, Run, Style, bold
from preserve.render.wording import joined

LANDSCAPE = Frame(width=841.89, height=595.28, left=45, right=40, top=50, bottom=50)
"""A4; the left margin leaves room for binding."""
_LAYOUTS = {Layout.SECONDARY, Layout.OLD_SECONDARY}
_SIGNATURES = Style(10, 13, before=6, after=3)
_TEACHERS = Style(10, 13, before=4)
_FIELDS_ROOM = _SIGNATURES.before + _SIGNATURES.leading + COMPACT.height + 40
"""Points of a row of teachers' fields with their names and the line above."""
_DIVIDER = Style(22, 32, Align.CENTRE)


def render_grade_book(book: GradeBook, form: Form, *, edition: Edition | None = None) -> bytes:
    """Return the document of a grade book; the same input gives the same bytes.

    The parts stand in the order of the form (TT 22/2021/TT-BGDĐT, class book): cover, guidance,
    inner cover, particulars on facing pages, attendance, for each semester the marks and their
    summary, the year, corrections, the principal's remarks, the signatures.

    Args:
        book: the class, its pupils' results and the signatories.
        form: wording, row order and layout.
        edition: how it is printed on paper; ``None`` for the document that is signed. An edition
            has places to sign on instead of fields, and embeds nothing.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack, ``RENDER-TOO-LONG`` for
            a remark longer than a page, ``RENDER-NO-PUPILS`` for a class without pupils,
            ``RENDER-LAYOUT`` for a form of another kind of record, ``RENDER-MONTH`` for attendance
            of a month that is none.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    _refuse(book, form)
    refuse_undrawable_form(form)
    flow = Flow(LANDSCAPE, signable=edition is None)
    marking = marking_of(edition, form, book.school.name, LANDSCAPE, "-")
    subjects = subjects_of(book, form.summary_subjects)
    _place_part_one(flow, book, form)
    for semester in (1, SECOND):
        _place_semester(flow, book, subjects, semester, form)
    _place_year(flow, book, subjects, form)
    facts = DocumentFacts(
        title=_label(form, "document_title", book),
        author=book.school.name,
        day=book.document_date,
    )
    described = _label(form, "record_description", book)
    record = [record_attachment(book, described)] if edition is None else []
    return paint(flow, facts, record, page_label(form), marking)


def subjects_of(book: GradeBook, order: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return every subject that the class has or a pupil has a result in, by the form's order."""
    found = {subject.name: subject for subject in book.class_group.subjects}
    for member in book.pupils:
        for result in member.result.subjects:
            found.setdefault(result.subject.name, result.subject)
    rank = {name: index for index, name in enumerate(order)}
    return tuple(sorted(found.values(), key=lambda subject: rank.get(subject.name, len(rank))))


def _refuse(book: GradeBook, form: Form) -> None:
    if not book.pupils:
        raise InputError("RENDER-NO-PUPILS", record=book.record_id)
    if form.layout not in _LAYOUTS:
        raise InputError("RENDER-LAYOUT", pupil="-", form=form.form_id)
    refuse_undrawable(replace(book, pupils=()), "-")
    for member in book.pupils:
        refuse_undrawable(member, member.pupil.code)
        refuse_unknown_months(member)


def _label(form: Form, name: str, book: GradeBook) -> str:
    return form.label(
        f"{LABEL}{name}", class_name=book.class_group.name, school_year=book.school_year
    )


def _head(book: GradeBook, form: Form, *section: str) -> str:
    """Return the running head of a section: a page that goes on tells of what."""
    return joined(_label(form, "running_head", book), joined(*section), separator=" – ")


def _place_part_one(flow: Flow, book: GradeBook, form: Form) -> None:
    place_cover(flow, book, form)
    place_guidance(flow, form)
    place_inner_cover(flow, book, form)
    head = _head(book, form)
    place_particulars(flow, book, form, head)
    place_attendance(flow, book, form, head)


def _place_semester(
    flow: Flow, book: GradeBook, subjects: Sequence[Subject], semester: int, form: Form
) -> None:
    """Place the divider, every subject's marks, and the summary of a semester."""
    name = form.label(f"common.semester_{semester}")
    flow.new_page("")
    part = form.label(f"{LABEL}divider.part")
    place_text(flow, "P", (bold(part),), replace(_DIVIDER, before=150))
    title = form.label(f"{LABEL}divider.semester", semester=name.upper())
    place_text(flow, "H2", (bold(title),), _DIVIDER)
    for subject in subjects:
        flow.new_page(_head(book, form, name, subject.name))
        signers = _teachers(book, subject)
        tail = _FIELDS_ROOM if semester == SECOND else _TEACHERS.before + _TEACHERS.leading
        place_marks(flow, book, subject, semester, form, tail=tail if signers else 0)
        _place_teachers(flow, book, signers, semester, form)
    flow.new_page(_head(book, form, form.label(f"{LABEL}summary.head", semester=name)))
    place_summary(flow, book, subjects, semester, form)


def _place_year(flow: Flow, book: GradeBook, subjects: Sequence[Subject], form: Form) -> None:
    """Place the summaries of the year, corrections, remarks, and who confirms the whole."""
    head = _head(book, form, form.label("common.whole_year"))
    flow.new_page(head)
    place_summary(flow, book, subjects, WHOLE_YEAR, form)
    flow.new_page()
    place_ranking(flow, book, form)
    flow.new_page()
    place_homeroom_remarks(flow, book, form)
    place_amendments(flow, book, form, head)
    flow.new_page()
    place_principal_remarks(flow, book, form)
    flow.new_page()
    place_closing(flow, book, _closing_signatories(book, subjects), form)


def _place_teachers(
    flow: Flow, book: GradeBook, signers: Sequence[Signatory], semester: int, form: Form
) -> None:
    """Name the teachers under each semester, and place their fields under the second one."""
    if not signers:
        return
    if semester != SECOND:
        names = joined(*dict.fromkeys(signer.person_name for signer in signers))
        text = form.label(f"{LABEL}marks.teachers", teachers=names)
        place_text(flow, "P", (Run(text),), _TEACHERS)
        return
    flow.need(_FIELDS_ROOM)
    place_text(flow, "P", (bold(form.label(f"{LABEL}marks.signatures")),), _SIGNATURES)
    context = FieldContext(book.class_group.name, book.school_year)
    place_signatures(flow, form, signers, COMPACT, context)


def _teachers(book: GradeBook, subject: Subject) -> tuple[Signatory, ...]:
    return tuple(
        signatory
        for signatory in book.signatories
        if signatory.role is SignerRole.SUBJECT_TEACHER and signatory.subject == subject.name
    )


def _closing_signatories(book: GradeBook, subjects: Sequence[Subject]) -> tuple[Signatory, ...]:
    """Return who signs on the last page: everybody without a subject page."""
    placed = {s.field_name for subject in subjects for s in _teachers(book, subject)}
    return tuple(s for s in book.signatories if s.field_name not in placed)
