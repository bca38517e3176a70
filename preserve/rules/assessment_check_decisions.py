"""Checks of promotion and titles of a year of secondary school."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from preserve.model.checks import RuleFinding
from preserve.model.results import Level, SubjectResult
from preserve.policy.assessment import AssessmentPolicy
from preserve.policy.assessment_criteria import TitleCriteria
from preserve.rules.assessment_case import (
    Case,
    contradiction,
    decision_words,
    total_absences,
    warning,
)
from preserve.rules.assessment_results import promotion, title


def check_promotion(case: Case, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    """Compare the decision on promotion with the conditions."""
    result, rule = case.result, policy.promotion
    allowed = promotion(
        result.learning_after or result.year.learning,
        result.conduct_after or result.year.conduct,
        total_absences(result.year.absences),
        policy,
    )
    if result.promoted is allowed or (result.promoted is None and (case.left or not allowed)):
        return  # Before a decision, summer training or re-assessment may still come.
    words = decision_words(result.outcome, (rule.granted, rule.refused), rule.completion)
    reported = "" if result.promoted is None else result.outcome or words[result.promoted]
    if allowed is not None:
        report = warning if result.promoted is None else contradiction
        values = (reported, (words[allowed],))
        yield report("CHK-PROMOTION", "", "promotion", values, rule.source)
    elif not case.arrived:
        yield warning("CHK-UNVERIFIABLE", "", "promotion", (reported, ()), rule.source)


def check_titles(
    case: Case, subjects: Sequence[SubjectResult], policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    """Compare the title of the year, and those of the semesters where they were reported."""
    result = case.result
    if result.title or not case.left:
        marks = [s.year_average for s in subjects]
        yield from _check_title("title", result.title, _earned(case, "year", marks, policy), policy)
    if not policy.titles.each_semester:
        return
    if result.semester_1.title:
        marks = [s.semester_1.average for s in subjects]
        earned = _earned(case, "hk1", marks, policy)
        yield from _check_title("hk1.title", result.semester_1.title, earned, policy)
    if result.semester_2.title:
        marks = [s.semester_2.average for s in subjects]
        earned = _earned(case, "hk2", marks, policy)
        yield from _check_title("hk2.title", result.semester_2.title, earned, policy)


def _earned(
    case: Case, period: str, marks: Sequence[Decimal | None], policy: AssessmentPolicy
) -> str:
    learning, conduct = _levels(case, period)
    return title(learning, conduct, [mark for mark in marks if mark is not None], policy)


def _levels(case: Case, period: str) -> tuple[Level | None, Level | None]:
    result = case.result
    summary = {"hk1": result.semester_1, "hk2": result.semester_2, "year": result.year}[period]
    return summary.learning, summary.conduct


def _check_title(
    field: str, reported: str, earned: str, policy: AssessmentPolicy
) -> Iterator[RuleFinding]:
    rows, source = policy.titles.rows, policy.titles.source
    named = next((row.title for row in rows if _is_named(row, reported)), None)
    if earned == (named or reported):
        return
    values = (reported, (earned,) if earned else ())
    if reported and named is None:
        yield warning("CHK-TITLE-UNKNOWN", "", field, values, source)
    else:
        yield contradiction("CHK-TITLE", "", field, values, source)


def _is_named(row: TitleCriteria, reported: str) -> bool:
    """Tell whether a title is meant, however its capital letters are set."""
    return reported.casefold() in {name.casefold() for name in (row.title, *row.other_names)}
