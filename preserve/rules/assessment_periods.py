"""The subjects of a semester or a year put together, and the learning levels they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from preserve.model.results import CommentLevel, Level, SubjectResult, YearResult
from preserve.model.school import AssessmentKind
from preserve.policy.assessment import AssessmentPolicy
from preserve.policy.assessment_learning import LearningByCount, LearningByMean
from preserve.rules.assessment_check_subjects import is_left_out
from preserve.rules.assessment_levels import learning_readings


@dataclass(frozen=True, slots=True)
class Period:
    """What the levels of one period follow from."""

    name: str
    """``hk1``, ``hk2``, ``year`` or ``after``."""
    mean: Decimal | None
    learning: Level | None
    conduct: Level | None
    values: tuple[tuple[SubjectResult, Decimal | None, CommentLevel | None], ...]
    """Each subject with its average or level of the period."""


def list_periods(
    result: YearResult, subjects: Sequence[SubjectResult], policy: AssessmentPolicy
) -> tuple[Period, ...]:
    """Return both semesters and the year; a subject of one semester is left out of the other."""
    first, second, year = result.semester_1, result.semester_2, result.year
    firsts = tuple(
        (s, s.semester_1.average, s.semester_1.level)
        for s in subjects
        if not is_left_out(s, 1, policy)
    )
    seconds = tuple(
        (s, s.semester_2.average, s.semester_2.level)
        for s in subjects
        if not is_left_out(s, 2, policy)
    )
    years = tuple((s, s.year_average, s.year_level) for s in subjects)
    return (
        Period("hk1", first.mean, first.learning, first.conduct, firsts),
        Period("hk2", second.mean, second.learning, second.conduct, seconds),
        Period("year", year.mean, year.learning, year.conduct, years),
    )


def period_after(result: YearResult, subjects: Iterable[SubjectResult]) -> Period:
    """Return the year with the new results in the place of the old ones."""
    values = tuple(
        (
            s,
            s.year_average if s.reassessed_average is None else s.reassessed_average,
            s.year_level if s.reassessed_level is None else s.reassessed_level,
        )
        for s in subjects
    )
    return Period("after", result.mean_after, result.learning_after, result.conduct_after, values)


def level_readings(period: Period, policy: AssessmentPolicy) -> frozenset[Level]:
    """Return every right level, or none while a subject has no result.

    The mean that stands in the book is the one that counts; a wrong one is reported by itself.
    """
    marks, comments = marks_of(period), _comments(period)
    if marks is None or comments is None or not (marks or comments):
        return frozenset()
    match policy.learning:
        case LearningByCount():
            return learning_readings(marks, comments, policy)
        case LearningByMean(key_subjects=names):
            keys = _keys(period, {name.casefold() for name in names})
            if not marks or not keys:
                return frozenset()
            return learning_readings(marks, comments, policy, keys=keys, mean=period.mean)


def marks_of(period: Period) -> tuple[Decimal, ...] | None:
    """Return the averages of the marked subjects, or ``None`` while one is missing."""
    marks = [mark for s, mark, _ in period.values if s.subject.kind is AssessmentKind.MARKS]
    known = tuple(mark for mark in marks if mark is not None)
    return known if len(known) == len(marks) else None


def _comments(period: Period) -> tuple[CommentLevel, ...] | None:
    """Return the levels of the comment subjects, or ``None`` while one is missing."""
    levels = [level for s, _, level in period.values if s.subject.kind is AssessmentKind.COMMENTS]
    known = tuple(level for level in levels if level is not None)
    return known if len(known) == len(levels) else None


def _keys(period: Period, names: set[str]) -> tuple[int, ...]:
    """Return the places of the key subjects among the marked ones."""
    marked = [s.subject for s, _, _ in period.values if s.subject.kind is AssessmentKind.MARKS]
    return tuple(
        index
        for index, subject in enumerate(marked)
        if names.intersection(name.casefold() for name in (subject.name, *subject.aliases))
    )
