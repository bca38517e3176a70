"""Averages, levels, promotion and titles: pure functions of marks and an assessment policy.

All arithmetic is exact; a value is rounded half up, once, when it is stored in the book.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from preserve.model.results import CommentLevel, Level
from preserve.policy.assessment import AssessmentPolicy, LearningCriteria, Reading


def round_half_up(value: Fraction | Decimal) -> Decimal:
    """Round a finite number to one decimal; a tie goes up."""
    numerator, denominator = value.as_integer_ratio()
    tenths = (20 * numerator + denominator) // (2 * denominator)
    return Decimal(tenths).scaleb(-1)


def semester_average(
    regular: Sequence[Decimal],
    midterm: Decimal | None,
    final: Decimal | None,
    policy: AssessmentPolicy,
) -> Decimal | None:
    """Return ĐTBmhk, or ``None`` while a kind of mark is missing.

    Source: TT 22/2021/TT-BGDĐT Art. 9(1)(b).
    """
    if not regular or midterm is None or final is None:
        return None
    weights = policy.semester_weights
    parts = [(weights.regular, mark) for mark in regular]
    return round_half_up(
        _weighted_mean([*parts, (weights.midterm, midterm), (weights.final, final)])
    )


def year_average(
    semester_1: Decimal | None, semester_2: Decimal | None, policy: AssessmentPolicy
) -> Decimal | None:
    """Return ĐTBmcn from the rounded semester averages, or ``None`` while one is missing.

    Source: TT 22/2021/TT-BGDĐT Art. 9(1)(b).
    """
    if semester_1 is None or semester_2 is None:
        return None
    weights = policy.year_weights
    return round_half_up(
        _weighted_mean([(weights.semester_1, semester_1), (weights.semester_2, semester_2)])
    )


def comment_semester_level(assessments: Sequence[CommentLevel], *, complete: bool) -> CommentLevel:
    """Return the level of a comment subject in a semester.

    Args:
        assessments: every assessment of the semester.
        complete: whether all assessments that the rule asks for were made.
    """
    passed = complete and all(level is CommentLevel.PASSED for level in assessments)
    return CommentLevel.PASSED if passed else CommentLevel.NOT_PASSED


def comment_year_level(
    semester_1: CommentLevel | None, semester_2: CommentLevel | None, policy: AssessmentPolicy
) -> CommentLevel | None:
    """Return the level of a comment subject in the year, or ``None`` while one is missing."""
    if semester_1 is None or semester_2 is None:
        return None
    return (semester_1, semester_2)[policy.comment_year_semester - 1]


def level_by_cuts(
    marks: Sequence[Decimal], comments: Sequence[CommentLevel], policy: AssessmentPolicy
) -> Level:
    """Return the learning level before any adjustment.

    Args:
        marks: the averages of every marked subject of the period.
        comments: the levels of every comment subject of the period.
        policy: the cuts (TT 22/2021/TT-BGDĐT Art. 9(2)).
    """
    reached = (row.level for row in policy.learning if _meets(row, marks, comments))
    return next(reached, policy.levels[-1])


def learning_readings(
    marks: Sequence[Decimal], comments: Sequence[CommentLevel], policy: AssessmentPolicy
) -> frozenset[Level]:
    """Return every learning level that the regulation can be read to give.

    The cuts give one level (Art. 9(2)). Art. 9(3) raises it by one step where one single subject
    pulls it two steps or more below a target; it does not say whether that subject is left out
    or supposed to pass, nor whether a comment subject can be the one. More than one level in the
    answer means that the school's choice decides.
    """
    base = level_by_cuts(marks, comments, policy)
    return frozenset(
        _adjust(base, marks, comments, reading, policy) for reading in policy.adjustment.readings
    )


def year_conduct(
    semester_1: Level | None, semester_2: Level | None, policy: AssessmentPolicy
) -> Level | None:
    """Return the conduct level of the year (TT 22/2021/TT-BGDĐT Art. 8(2))."""
    for first, second, year in policy.conduct_year:
        if (first, second) == (semester_1, semester_2):
            return year
    return None


def needs_reassessment(
    average: Decimal | None, level: CommentLevel | None, policy: AssessmentPolicy
) -> bool:
    """Tell whether a subject is assessed again (TT 22/2021/TT-BGDĐT Art. 14).

    It holds for pupils whose conduct allows promotion and whose learning level does not.
    """
    criteria = policy.reassessment
    failed_mark = average is not None and average < criteria.mark_below
    return failed_mark or level is criteria.comment_level


def promotion(
    learning: Level | None, conduct: Level | None, absences: int | None, policy: AssessmentPolicy
) -> bool | None:
    """Tell whether a pupil moves up or completes the programme; ``None`` when nobody can tell.

    One failed condition is enough for a refusal, whatever else is unknown.

    Args:
        learning: the year's level, after re-assessment where there was one.
        conduct: the year's level, after summer training where there was one.
        absences: half-days (buổi) of the whole year.
        policy: the conditions (TT 22/2021/TT-BGDĐT Art. 12).
    """
    criteria = policy.promotion
    answers = (
        None if learning is None else policy.reaches(learning, criteria.learning_at_least),
        None if conduct is None else policy.reaches(conduct, criteria.conduct_at_least),
        None if absences is None else absences <= criteria.absences_at_most,
    )
    if False in answers:
        return False
    return None if None in answers else True


def title(
    learning: Level | None,
    conduct: Level | None,
    averages: Sequence[Decimal],
    policy: AssessmentPolicy,
) -> str:
    """Return the title that a pupil earned, or an empty string.

    Args:
        learning: the year's level.
        conduct: the year's level.
        averages: the year averages of the marked subjects.
        policy: the titles (TT 22/2021/TT-BGDĐT Art. 15).
    """
    for row in policy.titles:
        enough = sum(average >= row.count_from for average in averages) >= row.count
        if (learning, conduct) == (row.learning, row.conduct) and enough:
            return row.title
    return ""


def regular_marks_due(periods: int, policy: AssessmentPolicy) -> int:
    """Return the regular marks due per semester.

    Args:
        periods: periods (tiết) of the subject in a year.
        policy: the counts (TT 22/2021/TT-BGDĐT Art. 6(2)(b)).
    """
    rows = policy.regular_marks.rows
    return next(count for bound, count in rows if bound is None or periods <= bound)


def _weighted_mean(parts: Sequence[tuple[int, Decimal]]) -> Fraction:
    """Return the exact mean of pairs (weight, mark).

    Integers carry the sum: they are exact in every decimal context and ten times as fast as
    adding fractions, which matters for a whole school.
    """
    numerator, denominator = 0, 1
    for weight, mark in parts:
        over, under = mark.as_integer_ratio()
        numerator = numerator * under + weight * over * denominator
        denominator *= under
    return Fraction(numerator, denominator * sum(weight for weight, _ in parts))


def _meets(
    criteria: LearningCriteria, marks: Sequence[Decimal], comments: Sequence[CommentLevel]
) -> bool:
    return (
        all(mark >= criteria.lowest for mark in marks)
        and sum(mark >= criteria.count_from for mark in marks) >= criteria.count
        and comments.count(CommentLevel.NOT_PASSED) <= criteria.failed_comments
    )


def _adjust(
    base: Level,
    marks: Sequence[Decimal],
    comments: Sequence[CommentLevel],
    reading: Reading,
    policy: AssessmentPolicy,
) -> Level:
    rule = policy.adjustment
    for criteria in policy.learning:
        fall = policy.rank(base) - policy.rank(criteria.level)
        if criteria.level in rule.targets and fall >= rule.fall_at_least:
            forgiven = _forgive_one(marks, comments, reading, criteria)
            if any(_meets(criteria, *subjects) for subjects in forgiven):
                return policy.levels[policy.rank(base) - rule.raised_by]
    return base


def _forgive_one(
    marks: Sequence[Decimal],
    comments: Sequence[CommentLevel],
    reading: Reading,
    criteria: LearningCriteria,
) -> Iterator[tuple[Sequence[Decimal], Sequence[CommentLevel]]]:
    """Yield the subjects as they would be if one of them did not stand in the way."""
    supposed = [max(criteria.lowest, criteria.count_from)] if reading is Reading.REPLACE else []
    for index in range(len(marks)):
        yield [*marks[:index], *supposed, *marks[index + 1 :]], comments
    if reading is not Reading.MARKED_ONLY and CommentLevel.NOT_PASSED in comments:
        index = comments.index(CommentLevel.NOT_PASSED)
        yield marks, [*comments[:index], *comments[index + 1 :]]
