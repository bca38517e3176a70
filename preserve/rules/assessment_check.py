"""Compares a school's own results of one pupil and year with the assessment rules.

The school's value is never replaced: a difference is a finding for a person to look at. A value
that contradicts the rule is an error; a value that is missing or that nothing is there to compute
from is a warning. Pupils who came or left during the year raise no finding for what the other
school holds or what never came to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from preserve.model.checks import RuleFinding
from preserve.model.imports import Severity
from preserve.model.results import (
    Absences,
    CommentLevel,
    Level,
    PeriodSummary,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.school import AssessmentKind
from preserve.policy.assessment import AssessmentPolicy, Source
from preserve.rules.assessment_results import (
    comment_year_level,
    learning_readings,
    promotion,
    semester_average,
    title,
    year_average,
    year_conduct,
)

_ARRIVED = ("chuyển đến",)
_LEFT = ("chuyển đi", "thôi học", "bỏ học", "nghỉ học", "tạm nghỉ")


def check_year_result(result: YearResult, policy: AssessmentPolicy) -> tuple[RuleFinding, ...]:
    """Return everything in which a reported result differs from the rules.

    1. Number of regular marks, semester and year result of every subject that the pupil takes.
    2. Learning level of both semesters and of the year; conduct level of the year.
    3. Absences of the year.
    4. Learning level after re-assessment, so far as promotion depends on it.
    5. Promotion.
    6. Title.
    """
    case = _Case(result, policy, _arrived(result), _left(result))
    subjects = [subject for subject in result.subjects if _is_taken(subject)]
    findings: list[RuleFinding] = []
    for subject in subjects:
        findings.extend(_check_subject(case, subject))  # 1
    findings.extend(_check_levels(case, subjects))  # 2
    findings.extend(_check_absences(case))  # 3
    findings.extend(_check_reassessment(case, subjects))  # 4
    findings.extend(_check_promotion(case))  # 5
    findings.extend(_check_title(case, subjects))  # 6
    return tuple(findings)


@dataclass(frozen=True, slots=True)
class _Case:
    """One result together with what decides how strictly it is read."""

    result: YearResult
    policy: AssessmentPolicy
    arrived: bool
    left: bool

    def compare(
        self, code: str, subject: str, field: str, values: tuple[str, Iterable[str]], source: Source
    ) -> Iterator[RuleFinding]:
        """Compare what was reported with every right answer; no answer means nobody can tell."""
        reported, answers = values[0], tuple(values[1])
        if reported in answers or (not reported and (self.left or not answers)):
            return
        if not answers:
            if not self.arrived:
                yield _finding("CHK-UNVERIFIABLE", subject, field, (reported, ()), source)
        elif reported:
            yield _finding(
                code, subject, field, (reported, answers), source, severity=Severity.ERROR
            )
        else:
            yield _finding(code, subject, field, ("", answers), source)


def _finding(
    code: str,
    subject: str,
    field: str,
    values: tuple[str, tuple[str, ...]],
    source: Source,
    *,
    severity: Severity = Severity.WARNING,
) -> RuleFinding:
    return RuleFinding(
        severity=severity,
        code=code,
        subject=subject,
        field=field,
        reported=values[0],
        computed=" / ".join(values[1]),
        requirement=source.citation,
    )


def _arrived(result: YearResult) -> bool:
    return any(movement.direction == "in" for movement in result.movements) or (
        result.status.casefold().startswith(_ARRIVED)
    )


def _left(result: YearResult) -> bool:
    return any(movement.direction == "out" for movement in result.movements) or (
        result.status.casefold().startswith(_LEFT)
    )


def _is_taken(subject: SubjectResult) -> bool:
    """Tell whether there is any result: an elective that a pupil does not take has none."""
    values = (subject.year_average, subject.year_level)
    semesters = (subject.semester_1, subject.semester_2)
    return any(value is not None for value in values) or any(
        semester.regular
        or any(
            value is not None
            for value in (semester.midterm, semester.final, semester.average, semester.level)
        )
        for semester in semesters
    )


def _check_subject(case: _Case, subject: SubjectResult) -> Iterator[RuleFinding]:
    match subject.subject.kind:
        case AssessmentKind.COMMENTS:
            yield from _check_comment_year(case, subject)
        case AssessmentKind.MARKS:
            for number, semester in ((1, subject.semester_1), (2, subject.semester_2)):
                yield from _check_count(case, subject, number, semester)
                yield from _check_semester(case, subject, number, semester)
            yield from _check_year_average(case, subject)


def _check_count(
    case: _Case, subject: SubjectResult, number: int, semester: SemesterResult
) -> Iterator[RuleFinding]:
    """Count the regular marks of a finished semester."""
    due = dict(subject.subject.regular_marks).get(case.result.grade)
    if due is None or case.arrived or not semester.regular or semester.average is None:
        return
    rule = case.policy.regular_marks
    may_have_more = case.result.grade in rule.extra_grades and number == rule.extra_semester
    most = due + (rule.extra_count if may_have_more else 0)
    count = len(semester.regular)
    if not due <= count <= most:
        yield _finding(
            "CHK-REGULAR-COUNT",
            subject.subject.name,
            f"hk{number}.regular",
            (str(count), (str(due),)),
            rule.source,
        )


def _check_semester(
    case: _Case, subject: SubjectResult, number: int, semester: SemesterResult
) -> Iterator[RuleFinding]:
    computed = semester_average(semester.regular, semester.midterm, semester.final, case.policy)
    return case.compare(
        "CHK-SEMESTER-AVERAGE",
        subject.subject.name,
        f"hk{number}.average",
        (_mark(semester.average), _known(_mark(computed))),
        case.policy.semester_weights.source,
    )


def _check_year_average(case: _Case, subject: SubjectResult) -> Iterator[RuleFinding]:
    computed = year_average(subject.semester_1.average, subject.semester_2.average, case.policy)
    return case.compare(
        "CHK-YEAR-AVERAGE",
        subject.subject.name,
        "year.average",
        (_mark(subject.year_average), _known(_mark(computed))),
        case.policy.year_weights.source,
    )


def _check_comment_year(case: _Case, subject: SubjectResult) -> Iterator[RuleFinding]:
    computed = comment_year_level(subject.semester_1.level, subject.semester_2.level, case.policy)
    return case.compare(
        "CHK-COMMENT-YEAR",
        subject.subject.name,
        "year.level",
        (subject.year_level or "", _known(computed)),
        case.policy.comment_source,
    )


def _check_levels(case: _Case, subjects: Iterable[SubjectResult]) -> Iterator[RuleFinding]:
    result, subjects = case.result, tuple(subjects)
    firsts = [(s, s.semester_1.average, s.semester_1.level) for s in subjects]
    seconds = [(s, s.semester_2.average, s.semester_2.level) for s in subjects]
    years = [(s, s.year_average, s.year_level) for s in subjects]
    yield from _check_learning(case, "hk1", result.semester_1, firsts)
    yield from _check_learning(case, "hk2", result.semester_2, seconds)
    yield from _check_learning(case, "year", result.year, years)
    conduct = year_conduct(result.semester_1.conduct, result.semester_2.conduct, case.policy)
    yield from case.compare(
        "CHK-CONDUCT-YEAR",
        "",
        "year.conduct",
        (result.year.conduct or "", _known(conduct)),
        case.policy.conduct_source,
    )


_SubjectValue = tuple[SubjectResult, Decimal | None, CommentLevel | None]


def _check_learning(
    case: _Case, period: str, summary: PeriodSummary, values: Iterable[_SubjectValue]
) -> Iterator[RuleFinding]:
    return case.compare(
        "CHK-LEARNING",
        "",
        f"{period}.learning",
        (summary.learning or "", _sorted(_readings(case, values), case.policy)),
        case.policy.learning_source,
    )


def _readings(case: _Case, values: Iterable[_SubjectValue]) -> frozenset[Level]:
    """Return every right level, or none while a subject has no result."""
    marks: list[Decimal] = []
    comments: list[CommentLevel] = []
    for subject, mark, level in values:
        match subject.subject.kind:
            case AssessmentKind.MARKS if mark is not None:
                marks.append(mark)
            case AssessmentKind.COMMENTS if level is not None:
                comments.append(level)
            case _:
                return frozenset()
    if not marks and not comments:
        return frozenset()
    return learning_readings(marks, comments, case.policy)


def _check_absences(case: _Case) -> Iterator[RuleFinding]:
    """Compare the totals with their parts; the limit for promotion hangs on the year's total."""
    result = case.result
    periods = (("hk1", result.semester_1), ("hk2", result.semester_2), ("year", result.year))
    totals = {name: _total(period.absences) for name, period in periods}
    for name, period in periods:
        absences = period.absences
        if absences.excused is not None and absences.unexcused is not None:
            yield from _compare_absences(
                case, f"{name}.absences", totals[name], absences.excused + absences.unexcused
            )
    first, second = totals["hk1"], totals["hk2"]
    if first is not None and second is not None:
        yield from _compare_absences(case, "year.absences", totals["year"], first + second)


def _compare_absences(
    case: _Case, field: str, reported: int | None, computed: int
) -> Iterator[RuleFinding]:
    if reported is not None and reported != computed:
        yield _finding(
            "CHK-ABSENCES",
            "",
            field,
            (str(reported), (str(computed),)),
            case.policy.promotion.source,
        )


def _total(absences: Absences) -> int | None:
    if absences.total is not None:
        return absences.total
    if absences.excused is None or absences.unexcused is None:
        return None
    return absences.excused + absences.unexcused


def _check_reassessment(case: _Case, subjects: Iterable[SubjectResult]) -> Iterator[RuleFinding]:
    """Ask of the level after re-assessment only on which side of promotion it lies.

    The new results count for promotion and for nothing else, so a school may write the lowest
    level that suffices.
    """
    reported = case.result.learning_after
    values = [
        (
            s,
            s.year_average if s.reassessed_average is None else s.reassessed_average,
            s.year_level if s.reassessed_level is None else s.reassessed_level,
        )
        for s in subjects
    ]
    if reported is None and not any(
        s.reassessed_average is not None or s.reassessed_level is not None for s, _, _ in values
    ):
        return
    least = case.policy.promotion.learning_at_least
    readings = _readings(case, values)
    if reported is not None and case.policy.reaches(reported, least) in {
        case.policy.reaches(level, least) for level in readings
    }:
        return
    yield from case.compare(
        "CHK-LEARNING-AFTER",
        "",
        "after.learning",
        (reported or "", _sorted(readings, case.policy)),
        case.policy.reassessment.source,
    )


def _check_promotion(case: _Case) -> Iterator[RuleFinding]:
    result, rule = case.result, case.policy.promotion
    allowed = promotion(
        result.learning_after or result.year.learning,
        result.conduct_after or result.year.conduct,
        _total(result.year.absences),
        case.policy,
    )
    if result.promoted is allowed or (result.promoted is None and (case.left or not allowed)):
        return  # Before a decision, summer training or re-assessment may still come.
    words = {True: rule.granted, False: rule.refused}
    reported = "" if result.promoted is None else result.outcome or words[result.promoted]
    if allowed is not None:
        severity = Severity.WARNING if result.promoted is None else Severity.ERROR
        values = (reported, (words[allowed],))
        yield _finding("CHK-PROMOTION", "", "promotion", values, rule.source, severity=severity)
    elif not case.arrived:
        yield _finding("CHK-UNVERIFIABLE", "", "promotion", (reported, ()), rule.source)


def _check_title(case: _Case, subjects: Iterable[SubjectResult]) -> Iterator[RuleFinding]:
    result, policy = case.result, case.policy
    marks = [s.year_average for s in subjects if s.year_average is not None]
    earned = title(result.year.learning, result.year.conduct, marks, policy)
    if result.title == earned or (case.left and not result.title):
        return
    known = {"", *(row.title for row in policy.titles)}
    yield _finding(
        "CHK-TITLE" if result.title in known else "CHK-TITLE-UNKNOWN",
        "",
        "title",
        (result.title, _known(earned)),
        policy.titles_source,
        severity=Severity.ERROR if result.title in known else Severity.WARNING,
    )


def _known(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _sorted(levels: Iterable[Level], policy: AssessmentPolicy) -> tuple[str, ...]:
    return tuple(sorted(levels, key=policy.rank))


def _mark(value: Decimal | None) -> str:
    """Write a mark with one decimal, and with all of them where it has more."""
    if value is None:
        return ""
    try:
        rounded = value.quantize(Decimal("0.1"))
    except InvalidOperation:
        return str(value)
    return str(rounded if rounded == value else value)
