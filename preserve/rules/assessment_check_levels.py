"""Checks of means, learning and conduct levels of a year of secondary school."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from preserve.model.checks import RuleFinding
from preserve.model.results import Level, SubjectResult
from preserve.policy.assessment import AssessmentPolicy
from preserve.policy.assessment_learning import LearningByCount, LearningByMean
from preserve.rules.assessment_averages import mean_of_subjects
from preserve.rules.assessment_case import Case, contradiction, mark_text, warning
from preserve.rules.assessment_periods import (
    Period,
    level_readings,
    list_periods,
    marks_of,
    period_after,
)
from preserve.rules.assessment_results import year_conduct_readings


def check_levels(
    case: Case, subjects: Sequence[SubjectResult], policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    """Yield what is missing or wrong in the levels.

    1. Every level is one of the regulation.
    2. The mean of the subjects, where the regulation has one.
    3. The learning level follows from the subjects.
    4. Learning and conduct of a finished period stand together.
    5. The conduct level of the year follows from the semesters.
    6. The results after re-assessment, so far as promotion depends on them.
    """
    periods = list_periods(case.result, subjects, policy)
    for period in periods:
        yield from _check_words(period, policy)  # 1
        yield from _check_mean(case, period, policy)  # 2
        yield from _check_learning(case, period, policy)  # 3
        yield from _check_presence(case, period, policy)  # 4
    yield from _check_conduct(case, policy)  # 5
    yield from _check_after(case, subjects, policy)  # 6


def _check_words(period: Period, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    for field, level, levels, source in (
        ("learning", period.learning, policy.levels, policy.learning.source),
        ("conduct", period.conduct, policy.conduct_levels, policy.conduct.source),
    ):
        if level is not None and level not in levels:
            place = f"{period.name}.{field}"
            yield contradiction("CHK-LEVEL-FOREIGN", "", place, (level, levels), source)


def _check_mean(case: Case, period: Period, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    match policy.learning:
        case LearningByMean(mean_source=source):
            marks = marks_of(period)
            computed = None if marks is None else mean_of_subjects(marks)
            values = (mark_text(period.mean), _known(mark_text(computed)))
            yield from case.compare("CHK-MEAN", "", f"{period.name}.mean", values, source)
        case LearningByCount():
            return


def _check_learning(case: Case, period: Period, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    if period.learning is not None and period.learning not in policy.levels:
        return
    answers = _sorted(level_readings(period, policy), policy)
    yield from case.compare(
        "CHK-LEARNING",
        "",
        f"{period.name}.learning",
        (period.learning or "", answers),
        policy.learning.source,
    )


def _check_presence(case: Case, period: Period, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    """Name a level that is missing beside another one, unless it has been named as computable."""
    year = case.result.year
    finished = period.learning or period.conduct or year.learning or year.conduct
    if not finished or not case.complete:
        return
    source = policy.learning.source
    if period.learning is None and not level_readings(period, policy):
        yield warning("CHK-LEVEL-MISSING", "", f"{period.name}.learning", ("", ()), source)
    first, second = case.result.semester_1.conduct, case.result.semester_2.conduct
    computable = period.name == "year" and year_conduct_readings(first, second, policy)
    if period.conduct is None and not computable:
        source = policy.conduct.source
        yield warning("CHK-LEVEL-MISSING", "", f"{period.name}.conduct", ("", ()), source)


def _check_conduct(case: Case, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    first, second = case.result.semester_1.conduct, case.result.semester_2.conduct
    reported = case.result.year.conduct
    if reported is not None and reported not in policy.conduct_levels:
        return
    if case.complete and None in {first, second}:
        return  # The missing semester has been reported.
    answers = sorted(year_conduct_readings(first, second, policy), key=policy.conduct_levels.index)
    yield from case.compare(
        "CHK-CONDUCT-YEAR",
        "",
        "year.conduct",
        (reported or "", tuple(answers)),
        policy.conduct.source,
    )


def _check_after(
    case: Case, subjects: Iterable[SubjectResult], policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    """Ask of the level after re-assessment only on which side of promotion it lies.

    The new results count for promotion and for nothing else, so a school may write the lowest
    level that suffices.
    """
    result = case.result
    after = period_after(result, subjects)
    yield from _check_words(after, policy)
    if result.mean_after is not None:
        yield from _check_mean(case, after, policy)
    reported, least = result.learning_after, policy.promotion.learning_at_least
    if reported is not None and reported not in policy.levels:
        return
    renewed = any(
        subject.reassessed_average is not None or subject.reassessed_level is not None
        for subject, _, _ in after.values
    )
    if reported is None and not renewed:
        return
    readings = level_readings(after, policy)
    sides = {policy.reaches(level, least) for level in readings}
    if reported is None or policy.reaches(reported, least) not in sides:
        yield from case.compare(
            "CHK-LEARNING-AFTER",
            "",
            "after.learning",
            (reported or "", _sorted(readings, policy)),
            policy.reassessment.source,
        )


def _sorted(levels: Iterable[Level], policy: AssessmentPolicy) -> tuple[str, ...]:
    return tuple(sorted(levels, key=policy.rank))


def _known(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
