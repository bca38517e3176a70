"""What follows from levels: conduct of the year, promotion, re-assessment, summer, titles."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from preserve.model.results import CommentLevel, Level
from preserve.policy.assessment import AssessmentPolicy
from preserve.policy.assessment_criteria import ConductBetween, ConductTable


def year_conduct(
    semester_1: Level | None, semester_2: Level | None, policy: AssessmentPolicy
) -> Level | None:
    """Return the conduct level of the year, or ``None`` where nobody can tell it.

    Source: TT 22/2021/TT-BGDĐT Art. 8(2).
    """
    readings = year_conduct_readings(semester_1, semester_2, policy)
    return next(iter(readings)) if len(readings) == 1 else None


def year_conduct_readings(
    semester_1: Level | None, semester_2: Level | None, policy: AssessmentPolicy
) -> frozenset[Level]:
    """Return every conduct level that the year can have; none while a semester is missing.

    TT 58/2011/TT-BGDĐT gives no formula: whatever lies between both semesters can be right.
    """
    match policy.conduct:
        case ConductTable(rows=rows):
            pair = (semester_1, semester_2)
            return frozenset(year for first, second, year in rows if (first, second) == pair)
        case ConductBetween():
            levels = policy.conduct_levels
            if semester_1 not in levels or semester_2 not in levels:
                return frozenset()
            low, high = sorted((levels.index(semester_1), levels.index(semester_2)))
            return frozenset(levels[low : high + 1])


def needs_reassessment(
    average: Decimal | None, level: CommentLevel | None, policy: AssessmentPolicy
) -> bool:
    """Tell whether a subject is assessed again (TT 22/2021/TT-BGDĐT Art. 14).

    It holds for the pupils of ``may_be_reassessed``; under TT 58/2011/TT-BGDĐT Art. 16 they choose
    among these subjects.
    """
    criteria = policy.reassessment
    failed_mark = average is not None and average < criteria.mark_below
    return failed_mark or level is criteria.comment_level


def may_be_reassessed(
    learning: Level | None, conduct: Level | None, absences: int | None, policy: AssessmentPolicy
) -> bool:
    """Tell whether a new assessment of some subjects can lead to promotion.

    Conduct counts after summer training. Nothing can lead to it after too many absences.
    """
    return (
        learning in policy.reassessment.learning
        and conduct in policy.conduct_levels
        and policy.conducts(conduct, policy.promotion.conduct_at_least)
        and not _too_often_absent(absences, policy)
    )


def may_train_in_summer(
    learning: Level | None, conduct: Level | None, absences: int | None, policy: AssessmentPolicy
) -> bool:
    """Tell whether summer training can lead to promotion (TT 22/2021/TT-BGDĐT Art. 13)."""
    return (
        conduct in policy.summer.conduct
        and learning in policy.summer.learning
        and not _too_often_absent(absences, policy)
    )


def promotion(
    learning: Level | None, conduct: Level | None, absences: int | None, policy: AssessmentPolicy
) -> bool | None:
    """Tell whether a pupil moves up or completes the programme; ``None`` when nobody can tell.

    One failed condition is enough for a refusal, whatever else is unknown. A level that the
    regulation does not have counts as unknown.

    Args:
        learning: the year's level, after re-assessment where there was one.
        conduct: the year's level, after summer training where there was one.
        absences: half-days (buổi) of the whole year.
        policy: the conditions (TT 22/2021/TT-BGDĐT Art. 12; TT 58/2011/TT-BGDĐT Art. 15).
    """
    criteria = policy.promotion
    answers = (
        policy.reaches(learning, criteria.learning_at_least) if learning in policy.levels else None,
        policy.conducts(conduct, criteria.conduct_at_least)
        if conduct in policy.conduct_levels
        else None,
        None if absences is None else not _too_often_absent(absences, policy),
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
        learning: the level of the year, or of the semester where it has titles.
        conduct: the level of the same period.
        averages: the averages of the marked subjects.
        policy: the titles (TT 22/2021/TT-BGDĐT Art. 15; TT 58/2011/TT-BGDĐT Art. 18).
    """
    if learning not in policy.levels or conduct not in policy.conduct_levels:
        return ""
    for row in policy.titles.rows:
        enough = sum(average >= row.count_from for average in averages) >= row.count
        if (
            enough
            and policy.reaches(learning, row.learning)
            and policy.conducts(conduct, row.conduct)
        ):
            return row.title
    return ""


def _too_often_absent(absences: int | None, policy: AssessmentPolicy) -> bool:
    return absences is not None and absences > policy.promotion.absences_at_most
