"""Checks of the single subjects of a year of secondary school."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.checks import RuleFinding
from preserve.model.results import PeriodSummary, SemesterResult, SubjectResult
from preserve.model.school import AssessmentKind
from preserve.policy.assessment import AssessmentPolicy
from preserve.rules.assessment_averages import comment_year_level, semester_average, year_average
from preserve.rules.assessment_case import Case, mark_text, warning


def check_subject(
    case: Case, subject: SubjectResult, policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    """Yield what is missing or wrong in one subject.

    1. A finished semester has its regular marks, its mid-term and its final mark.
    2. The averages of the semesters follow from the marks.
    3. The result of the year follows from the semesters.
    """
    match subject.subject.kind:
        case AssessmentKind.COMMENTS:
            yield from _check_comments(case, subject, policy)
        case AssessmentKind.MARKS:
            for number, semester in enumerate((subject.semester_1, subject.semester_2), start=1):
                yield from _check_marks(case, subject, number, policy)  # 1
                yield from _check_semester(case, subject, (number, semester), policy)  # 2
            yield from _check_year(case, subject, policy)  # 3


def is_taken(subject: SubjectResult) -> bool:
    """Tell whether there is any result: an elective that a pupil does not take has none."""
    return (
        subject.year_average is not None
        or subject.year_level is not None
        or has_results(subject.semester_1)
        or has_results(subject.semester_2)
    )


def has_results(semester: SemesterResult) -> bool:
    """Tell whether a semester holds any mark, average or level."""
    values = (semester.midterm, semester.final, semester.average, semester.level)
    return bool(semester.regular) or any(value is not None for value in values)


def is_left_out(subject: SubjectResult, number: int, policy: AssessmentPolicy) -> bool:
    """Tell whether a subject was taught in the other semester only, where that may be."""
    semesters = (subject.semester_1, subject.semester_2)
    return (
        policy.year_weights.one_semester_counts
        and not has_results(semesters[number - 1])
        and has_results(semesters[2 - number])
    )


def _check_marks(
    case: Case, subject: SubjectResult, number: int, policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    """Look for missing marks of a semester that has been summed up."""
    semester, summary = _period(case, subject, number)
    if case.arrived or (semester.average is None and summary.learning is None):
        return
    name, source = subject.subject.name, policy.regular_marks.source
    if not (semester.regular or semester.midterm is not None or semester.final is not None):
        if semester.average is None and case.complete and not is_left_out(subject, number, policy):
            yield warning("CHK-MARK-MISSING", name, f"hk{number}.average", ("", ()), source)
        return
    yield from _check_count(case, subject, number, policy)
    for field, value in (("midterm", semester.midterm), ("final", semester.final)):
        if value is None:
            yield warning("CHK-MARK-MISSING", name, f"hk{number}.{field}", ("", ()), source)


def _period(
    case: Case, subject: SubjectResult, number: int
) -> tuple[SemesterResult, PeriodSummary]:
    if number == 1:
        return subject.semester_1, case.result.semester_1
    return subject.semester_2, case.result.semester_2


def _check_count(
    case: Case, subject: SubjectResult, number: int, policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    """Count the regular marks; without a number for the subject, only the fewest are due."""
    rule, grade = policy.regular_marks, case.result.grade
    known = dict(subject.subject.regular_marks).get(grade)
    due = min(count for _, count in rule.rows) if known is None else known
    count = len(_period(case, subject, number)[0].regular)
    may_have_more = grade in rule.extra_grades and number == rule.extra_semester
    too_many = known is not None and count > known + (rule.extra_count if may_have_more else 0)
    if count < due or too_many:
        values = (str(count), (str(due),))
        field = f"hk{number}.regular"
        yield warning("CHK-REGULAR-COUNT", subject.subject.name, field, values, rule.source)


def _check_semester(
    case: Case,
    subject: SubjectResult,
    semester: tuple[int, SemesterResult],
    policy: AssessmentPolicy,
) -> Iterator[RuleFinding]:
    number, result = semester
    computed = semester_average(result.regular, result.midterm, result.final, policy)
    if computed is None and result.regular and not case.arrived:
        return  # The missing mark has been reported.
    yield from case.compare(
        "CHK-SEMESTER-AVERAGE",
        subject.subject.name,
        f"hk{number}.average",
        (mark_text(result.average), _known(mark_text(computed))),
        policy.semester_weights.source,
    )


def _check_year(
    case: Case, subject: SubjectResult, policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    reported = subject.year_average
    if reported is not None and reported == _only_semester(subject, policy).average:
        return
    computed = year_average(subject.semester_1.average, subject.semester_2.average, policy)
    yield from case.compare(
        "CHK-YEAR-AVERAGE",
        subject.subject.name,
        "year.average",
        (mark_text(reported), _known(mark_text(computed))),
        policy.year_weights.source,
    )


def _only_semester(subject: SubjectResult, policy: AssessmentPolicy) -> SemesterResult:
    """Return the only semester in which a subject was taught; an empty one if there were two.

    A year's result that equals it is right. One that does not is not wrong: the marks of the
    other semester may be missing.
    """
    if is_left_out(subject, 1, policy):
        return subject.semester_2
    return subject.semester_1 if is_left_out(subject, 2, policy) else SemesterResult()


def _check_comments(
    case: Case, subject: SubjectResult, policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    first, second = subject.semester_1.level, subject.semester_2.level
    for number, level in ((1, first), (2, second)):
        summed = _period(case, subject, number)[1].learning is not None
        if level is None and summed and case.complete and not is_left_out(subject, number, policy):
            yield warning(
                "CHK-LEVEL-MISSING",
                subject.subject.name,
                f"hk{number}.level",
                ("", ()),
                policy.comment_source,
            )
    reported = subject.year_level
    if reported is not None and reported is _only_semester(subject, policy).level:
        return
    yield from case.compare(
        "CHK-COMMENT-YEAR",
        subject.subject.name,
        "year.level",
        (reported or "", _known(comment_year_level(first, second, policy))),
        policy.comment_source,
    )


def _known(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
