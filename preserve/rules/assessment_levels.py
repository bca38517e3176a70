"""Learning levels of a semester or a year, in every way that a regulation can be read.

A regulation gives one level by its table. Then it raises the level again where one single subject
pulled it down; it does not say whether that subject is left out or supposed to pass, nor whether a
comment subject can be the one. Every reading is computed, and each of them counts as right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from preserve.model.results import CommentLevel, Level
from preserve.policy.assessment import AssessmentPolicy
from preserve.policy.assessment_learning import (
    CountCriteria,
    LearningByCount,
    LearningByMean,
    MeanCriteria,
    Reading,
)
from preserve.rules.assessment_averages import mean_of_subjects


@dataclass(frozen=True, slots=True)
class _Subjects:
    """The results of one period that a level follows from."""

    marks: tuple[Decimal, ...]
    failed: int
    """Comment subjects that are not passed."""
    keys: tuple[int, ...] = ()
    """Which of the marks are those of key subjects."""
    mean: Decimal | None = None


def level_by_cuts(
    marks: Sequence[Decimal],
    comments: Sequence[CommentLevel],
    policy: AssessmentPolicy,
    *,
    keys: Sequence[int] = (),
    mean: Decimal | None = None,
) -> Level:
    """Return the learning level before any adjustment.

    Args:
        marks: the averages of every marked subject of the period.
        comments: the levels of every comment subject of the period.
        policy: the table (TT 22/2021/TT-BGDĐT Art. 9(2); TT 58/2011/TT-BGDĐT Art. 13(1-5)).
        keys: places of the key subjects in ``marks``, where the regulation knows any.
        mean: mean of the marked subjects, where the regulation knows one; else computed.
    """
    return _by_table(_subjects(marks, comments, keys, mean), policy)


def learning_readings(
    marks: Sequence[Decimal],
    comments: Sequence[CommentLevel],
    policy: AssessmentPolicy,
    *,
    keys: Sequence[int] = (),
    mean: Decimal | None = None,
) -> frozenset[Level]:
    """Return every learning level that the regulation can be read to give.

    More than one level in the answer means that the school's choice decides.
    Sources: TT 22/2021/TT-BGDĐT Art. 9(3); TT 58/2011/TT-BGDĐT Art. 13(6).

    Args:
        marks: as for ``level_by_cuts``, and so are the others.
        comments: the levels of the comment subjects.
        policy: the table and its adjustment.
        keys: places of the key subjects.
        mean: mean of the marked subjects.
    """
    subjects = _subjects(marks, comments, keys, mean)
    base = _by_table(subjects, policy)
    readings = policy.learning.adjustment.readings
    return frozenset(_adjust(base, subjects, reading, policy) for reading in readings)


def _subjects(
    marks: Sequence[Decimal],
    comments: Sequence[CommentLevel],
    keys: Sequence[int],
    mean: Decimal | None,
) -> _Subjects:
    known = mean_of_subjects(marks) if mean is None else mean
    failed = comments.count(CommentLevel.NOT_PASSED)
    return _Subjects(tuple(marks), failed, tuple(keys), known)


def _by_table(subjects: _Subjects, policy: AssessmentPolicy) -> Level:
    reached = (row.level for row in policy.learning.rows if _meets(row, subjects))
    return next(reached, policy.levels[-1])


def _meets(row: CountCriteria | MeanCriteria, subjects: _Subjects) -> bool:
    marks = subjects.marks
    if any(mark < row.lowest for mark in marks):
        return False
    if row.failed_comments is not None and subjects.failed > row.failed_comments:
        return False
    match row:
        case CountCriteria():
            return sum(mark >= row.count_from for mark in marks) >= row.count
        case MeanCriteria():
            key_mark = row.key_mark
            return _reaches_mean(row, subjects) and (
                key_mark is None or any(marks[index] >= key_mark for index in subjects.keys)
            )


def _reaches_mean(row: MeanCriteria, subjects: _Subjects) -> bool:
    return subjects.mean is not None and subjects.mean >= row.mean


def _adjust(base: Level, subjects: _Subjects, reading: Reading, policy: AssessmentPolicy) -> Level:
    match policy.learning:
        case LearningByCount() as rule:
            return _raise_by_steps(base, subjects, reading, rule, policy)
        case LearningByMean() as rule:
            return _raise_by_table(base, subjects, reading, rule)


def _raise_by_steps(
    base: Level,
    subjects: _Subjects,
    reading: Reading,
    rule: LearningByCount,
    policy: AssessmentPolicy,
) -> Level:
    adjustment = rule.adjustment
    for row in rule.rows:
        fall = policy.rank(base) - policy.rank(row.level)
        if (
            row.level in adjustment.targets
            and fall >= adjustment.fall_at_least
            and _would_meet(row, subjects, reading)
        ):
            return policy.levels[policy.rank(base) - adjustment.raised_by]
    return base


def _raise_by_table(
    base: Level, subjects: _Subjects, reading: Reading, rule: LearningByMean
) -> Level:
    """Apply the first row whose target the mean reaches; the mean counts as it is."""
    rows = {row.level: row for row in rule.rows}
    for rise in rule.adjustment.rises:
        row = rows[rise.target]
        if (
            rise.fallen is base
            and _reaches_mean(row, subjects)
            and _would_meet(row, subjects, reading)
        ):
            return rise.given
    return base


def _would_meet(row: CountCriteria | MeanCriteria, subjects: _Subjects, reading: Reading) -> bool:
    return any(_meets(row, forgiven) for forgiven in _forgive_one(subjects, reading, row))


def _forgive_one(
    subjects: _Subjects, reading: Reading, row: CountCriteria | MeanCriteria
) -> Iterator[_Subjects]:
    """Yield the subjects as they would be if one of them did not stand in the way."""
    for index in range(len(subjects.marks)):
        if reading is Reading.REPLACE:
            yield _with_mark(subjects, index, _sufficient(row))
        else:
            yield _without_mark(subjects, index)
    if reading is not Reading.MARKED_ONLY and subjects.failed:
        yield replace(subjects, failed=subjects.failed - 1)


def _sufficient(row: CountCriteria | MeanCriteria) -> Decimal:
    """Return a mark with which a subject meets whatever the row asks of one."""
    match row:
        case CountCriteria(lowest=lowest, count_from=count_from):
            return max(lowest, count_from)
        case MeanCriteria(lowest=lowest, key_mark=key_mark):
            return lowest if key_mark is None else max(lowest, key_mark)


def _with_mark(subjects: _Subjects, index: int, mark: Decimal) -> _Subjects:
    marks = subjects.marks
    changed = (*marks[:index], mark, *marks[index + 1 :])
    return _Subjects(changed, subjects.failed, subjects.keys, subjects.mean)


def _without_mark(subjects: _Subjects, index: int) -> _Subjects:
    marks = subjects.marks
    keys = tuple(key - (key > index) for key in subjects.keys if key != index)
    return _Subjects((*marks[:index], *marks[index + 1 :]), subjects.failed, keys, subjects.mean)
