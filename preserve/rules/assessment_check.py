"""Compares a school's own results of one pupil and year with the assessment rules.

The school's value is never replaced: a difference is a finding for a person to look at. A value
that contradicts a rule is an error, and a warning where the rule itself is not well known; a value
that is missing or that nothing is there to compute from is a warning. Pupils who came or left
during the year raise no finding for what the other school holds or what never came to be.
"""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.checks import RuleFinding
from preserve.model.results import YearResult
from preserve.policy.assessment import AssessmentPolicy, PrimaryPolicy, RegulationPolicy
from preserve.rules.assessment_case import Case, open_case, warning
from preserve.rules.assessment_check_attendance import check_attendance
from preserve.rules.assessment_check_decisions import check_promotion, check_titles
from preserve.rules.assessment_check_levels import check_levels
from preserve.rules.assessment_check_primary import check_primary_year
from preserve.rules.assessment_check_subjects import check_subject, is_taken


def check_year_result(result: YearResult, policy: RegulationPolicy) -> tuple[RuleFinding, ...]:
    """Return everything in which a reported result differs from the rules.

    Secondary school:

    1. marks and averages of every subject that the pupil takes;
    2. means and levels of both semesters, of the year and after re-assessment;
    3. absences;
    4. promotion;
    5. titles.

    Primary school: test marks, missing values, outcome, completion, title; then absences.
    Two steps that find the same difference report it once.
    """
    return tuple(dict.fromkeys(_check(open_case(result), policy)))


def _check(case: Case, policy: RegulationPolicy) -> Iterator[RuleFinding]:
    match policy:
        case AssessmentPolicy():
            yield from _check_secondary(case, policy)
        case PrimaryPolicy():
            yield from check_primary_year(case, policy)
            yield from check_attendance(case, policy.attendance_source)


def _check_secondary(case: Case, policy: AssessmentPolicy) -> Iterator[RuleFinding]:
    subjects = [subject for subject in case.result.subjects if is_taken(subject)]
    if not subjects and case.complete:
        yield warning("CHK-NO-RESULTS", "", "year", ("", ()), policy.learning.source)
    for subject in subjects:
        yield from check_subject(case, subject, policy)  # 1
    yield from check_levels(case, subjects, policy)  # 2
    yield from check_attendance(case, policy.promotion.source)  # 3
    yield from check_promotion(case, policy)  # 4
    yield from check_titles(case, subjects, policy)  # 5
