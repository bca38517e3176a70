"""Averages and counts of marks: exact arithmetic, rounded half up once per stored value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from preserve.model.results import CommentLevel
from preserve.policy.assessment import AssessmentPolicy


def round_half_up(value: Fraction | Decimal) -> Decimal:
    """Round a finite number to one decimal; a tie goes up."""
    return _rounded(*value.as_integer_ratio())


def semester_average(
    regular: Sequence[Decimal],
    midterm: Decimal | None,
    final: Decimal | None,
    policy: AssessmentPolicy,
) -> Decimal | None:
    """Return ĐTBmhk, or ``None`` while a kind of mark is missing.

    Source: TT 22/2021/TT-BGDĐT Art. 9(1)(b); TT 58/2011/TT-BGDĐT as amended has the same weights.
    """
    midterms = () if midterm is None else (midterm,)
    return semester_average_of(regular, midterms, final, policy)


def semester_average_of(
    regular: Sequence[Decimal],
    midterms: Sequence[Decimal],
    final: Decimal | None,
    policy: AssessmentPolicy,
) -> Decimal | None:
    """Return ĐTBmhk where there can be several marks of the middle weight.

    So it was before TT 26/2020/TT-BGDĐT: marks of weight 1, of weight 2, and the exam.
    """
    if not regular or not midterms or final is None:
        return None
    weights = policy.semester_weights
    parts = [(weights.regular, mark) for mark in regular]
    parts += [(weights.midterm, mark) for mark in midterms]
    parts.append((weights.final, final))
    return _rounded_mean(parts)


def year_average(
    semester_1: Decimal | None, semester_2: Decimal | None, policy: AssessmentPolicy
) -> Decimal | None:
    """Return ĐTBmcn from the rounded semester averages, or ``None`` while one is missing.

    Source: TT 22/2021/TT-BGDĐT Art. 9(1)(b).
    """
    if semester_1 is None or semester_2 is None:
        return None
    weights = policy.year_weights
    return _rounded_mean([(weights.semester_1, semester_1), (weights.semester_2, semester_2)])


def mean_of_subjects(averages: Sequence[Decimal]) -> Decimal | None:
    """Return ĐTBhk or ĐTBcn, the plain mean of all marked subjects; ``None`` for no subject.

    Source: TT 58/2011/TT-BGDĐT Art. 11.
    """
    if not averages:
        return None
    return _rounded_mean((1, average) for average in averages)


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


def regular_marks_due(periods: int, policy: AssessmentPolicy) -> int:
    """Return the regular marks due per semester.

    Args:
        periods: periods (tiết) of the subject in a year.
        policy: the counts (TT 22/2021/TT-BGDĐT Art. 6(2)(b)).
    """
    rows = policy.regular_marks.rows
    return next(count for bound, count in rows if bound is None or periods <= bound)


def _rounded_mean(parts: Iterable[tuple[int, Decimal]]) -> Decimal:
    """Return the mean of pairs (weight, mark), rounded half up to one decimal.

    Integers carry the sum: they are exact in every decimal context and ten times as fast as
    adding fractions, which matters for a whole school.
    """
    numerator, denominator, weights = 0, 1, 0
    for weight, mark in parts:
        over, under = mark.as_integer_ratio()
        if under == denominator:
            numerator += weight * over
        else:
            numerator = numerator * under + weight * over * denominator
            denominator *= under
        weights += weight
    return _rounded(numerator, denominator * weights)


def _rounded(numerator: int, denominator: int) -> Decimal:
    return Decimal((20 * numerator + denominator) // (2 * denominator)).scaleb(-1)
