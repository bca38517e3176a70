"""One corrected mark with its dossier, as a school keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from preserve.demo.school_results import ClassPlan, conclude
from preserve.demo.school_staff import Staff
from preserve.ingest.events import initials
from preserve.model.results import Consequence, GradeAmendment, PupilYear, SubjectResult, YearResult

_SUBJECT = "Tin học"
_COLUMN = "ĐĐGtx2"
_STEP = Decimal("1.5")


@dataclass(frozen=True, slots=True)
class MadeUpAmendment:
    """A corrected mark together with what the mark book said before it."""

    pupil_code: str
    amendment: GradeAmendment
    before: YearResult
    """The year's results with the wrong mark."""


def amend_mark(
    pupil_year: PupilYear, plan: ClassPlan, staff: Staff
) -> tuple[PupilYear, MadeUpAmendment]:
    """Return the results with the dossier in them, and the dossier.

    The marks stay as they are: the amendment tells that one of them was wrong before.
    """
    result = pupil_year.result
    subject = _corrected(result)
    new = subject.semester_1.regular[1]
    old = new - _STEP
    teacher = next(a.teacher for a in plan.group.assignments if a.subject == _SUBJECT)
    asked_on = plan.year.semester_2_from - timedelta(days=7)
    before = conclude(_with_mark(result, subject, old), plan.policy)
    amendment = GradeAmendment(
        number="SD01",
        subject=_SUBJECT,
        semester=1,
        column=_COLUMN,
        old_value=str(old),
        new_value=str(new),
        reason="Cộng sót điểm một câu của bài kiểm tra",
        request_number="01/ĐN-SĐ",
        decision_number=f"21/QĐ-{plan.school.abbreviation}",
        decision_date=asked_on + timedelta(days=1),
        minutes_number="01/BB-SĐ",
        requested_by=teacher.code,
        approved_by=staff.principal.code,
        entered_on=asked_on + timedelta(days=2),
        request_date=asked_on,
        evidence="Bài kiểm tra có chấm lại",
        witnesses=(staff.deputy_principal.code, staff.clerk.code),
        initials=initials(teacher.name),
        consequences=tuple(_consequences(before, result)),
    )
    dossier = MadeUpAmendment(pupil_year.pupil.code, amendment, before)
    return replace(pupil_year, result=replace(result, amendments=(amendment,))), dossier


def write_mark(value: Decimal | None) -> str:
    """Write a mark as Vietnamese files do: one decimal behind a comma; empty for none."""
    return "" if value is None else f"{value:.1f}".replace(".", ",")


def _consequences(before: YearResult, after: YearResult) -> Iterator[Consequence]:
    """Yield the results that the correction changed."""
    was, became = (_corrected(result) for result in (before, after))
    for name, old, new in (
        ("ĐTBmhk", was.semester_1.average, became.semester_1.average),
        ("ĐTBmcn", was.year_average, became.year_average),
        ("Kết quả học tập", before.year.learning, after.year.learning),
        ("Danh hiệu", before.title, after.title),
    ):
        if old != new:
            yield Consequence(name, str(old or ""), str(new or ""))


def _corrected(result: YearResult) -> SubjectResult:
    return next(s for s in result.subjects if s.subject.name == _SUBJECT)


def _with_mark(result: YearResult, subject: SubjectResult, mark: Decimal) -> YearResult:
    semester = subject.semester_1
    regular = (semester.regular[0], mark, *semester.regular[2:])
    changed = replace(subject, semester_1=replace(semester, regular=regular))
    subjects = tuple(changed if s is subject else s for s in result.subjects)
    return replace(result, subjects=subjects)
