"""One corrected mark with its dossier, as a school keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from preserve.demo.school_results import ClassPlan, conclude
from preserve.demo.school_staff import Staff
from preserve.model.results import GradeAmendment, PupilYear, SubjectResult, YearResult

_SUBJECT = "Tin học"
_COLUMN = "ĐĐGtx2"
_STEP = Decimal("1.5")


@dataclass(frozen=True, slots=True)
class MadeUpAmendment:
    """A corrected mark together with what the mark book said before it."""

    pupil_code: str
    amendment: GradeAmendment
    request_date: date
    before: YearResult
    """The year's results with the wrong mark."""
    evidence: str
    witnesses: tuple[str, ...]
    """Staff codes."""


def amend_mark(
    pupil_year: PupilYear, plan: ClassPlan, staff: Staff
) -> tuple[PupilYear, MadeUpAmendment]:
    """Return the results with the dossier in them, and the dossier.

    The marks stay as they are: the amendment tells that one of them was wrong before.
    """
    result = pupil_year.result
    subject = next(s for s in result.subjects if s.subject.name == _SUBJECT)
    new = subject.semester_1.regular[1]
    old = new - _STEP
    teacher = next(a.teacher for a in plan.group.assignments if a.subject == _SUBJECT)
    asked_on = plan.year.semester_2_from - timedelta(days=7)
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
    )
    dossier = MadeUpAmendment(
        pupil_code=pupil_year.pupil.code,
        amendment=amendment,
        request_date=asked_on,
        before=conclude(_with_mark(result, subject, old), plan.policy),
        evidence="Bài kiểm tra có chấm lại",
        witnesses=(staff.deputy_principal.code, staff.clerk.code),
    )
    return replace(pupil_year, result=replace(result, amendments=(amendment,))), dossier


def write_mark(value: Decimal | None) -> str:
    """Write a mark as Vietnamese files do: one decimal behind a comma; empty for none."""
    return "" if value is None else f"{value:.1f}".replace(".", ",")


def _with_mark(result: YearResult, subject: SubjectResult, mark: Decimal) -> YearResult:
    semester = subject.semester_1
    regular = (semester.regular[0], mark, *semester.regular[2:])
    changed = replace(subject, semester_1=replace(semester, regular=regular))
    subjects = tuple(changed if s is subject else s for s in result.subjects)
    return replace(result, subjects=subjects)
