"""Checks of a year of primary school (TT 27/2020/TT-BGDĐT)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from preserve.model.checks import RuleFinding
from preserve.model.results import PrimaryAssessment, PrimarySubjectResult, PrimaryYear, TraitResult
from preserve.model.school import AssessmentKind
from preserve.policy.assessment_primary import PrimaryPolicy, PrimaryTitle
from preserve.rules.assessment_case import Case, contradiction, decision_words, warning
from preserve.rules.assessment_primary import completes_class, primary_outcome, primary_titles

_PERIODS = ("mid1", "end1", "mid2", "end2")


def check_primary_year(case: Case, policy: PrimaryPolicy) -> Iterator[RuleFinding]:
    """Yield what is missing or wrong in a year of primary school.

    1. Test marks are whole numbers within bounds.
    2. Levels and tests of a finished semester are there.
    3. The result of the year follows from levels and tests.
    4. Completion of the class follows from the result.
    5. The title follows from the result.
    """
    year = case.result.primary
    if year is None:
        if case.complete:
            yield warning("CHK-NO-RESULTS", "", "year", ("", ()), policy.outcome_source)
        return
    for subject in year.subjects:
        yield from _check_tests(subject, policy)  # 1
    if case.complete:
        yield from _check_presence(case, year, policy)  # 2
    yield from _check_outcome(case, year, policy)  # 3
    yield from _check_completion(case, year, policy)  # 4
    yield from _check_title(case, year, policy)  # 5


def is_assessed(subject: PrimarySubjectResult) -> bool:
    """Tell whether a subject has any result: an elective that is not taken has none."""
    return any(_assessments(subject)[name] != PrimaryAssessment() for name in _PERIODS)


def _assessments(subject: PrimarySubjectResult) -> dict[str, PrimaryAssessment]:
    parts = (subject.mid_1, subject.end_1, subject.mid_2, subject.end_2)
    return dict(zip(_PERIODS, parts, strict=True))


def _check_tests(subject: PrimarySubjectResult, policy: PrimaryPolicy) -> Iterator[RuleFinding]:
    for period, assessment in _assessments(subject).items():
        mark = assessment.test_mark
        if mark is not None and (mark != int(mark) or not 0 <= mark <= policy.tests.highest):
            values = (str(mark), (f"0–{policy.tests.highest}",))
            yield contradiction(
                "CHK-TEST-MARK", subject.subject.name, f"{period}.test", values, policy.tests.source
            )


def _check_presence(case: Case, year: PrimaryYear, policy: PrimaryPolicy) -> Iterator[RuleFinding]:
    """Name what is missing in each time of the year in which anything was assessed."""
    for period in _PERIODS:
        taken = [subject for subject in year.subjects if is_assessed(subject)]
        if not _has_begun(year, period):
            continue
        for subject in taken:
            yield from _check_subject(case, subject, period, policy)
        for trait in year.traits:
            if _traits(trait)[period] is None:
                yield warning(
                    "CHK-LEVEL-MISSING",
                    trait.name,
                    f"{period}.level",
                    ("", ()),
                    policy.outcome_source,
                )


def _has_begun(year: PrimaryYear, period: str) -> bool:
    return any(_assessments(subject)[period].level is not None for subject in year.subjects) or any(
        _traits(trait)[period] is not None for trait in year.traits
    )


def _check_subject(
    case: Case, subject: PrimarySubjectResult, period: str, policy: PrimaryPolicy
) -> Iterator[RuleFinding]:
    assessment, name = _assessments(subject)[period], subject.subject.name
    if assessment.level is None:
        source = policy.outcome_source
        yield warning("CHK-LEVEL-MISSING", name, f"{period}.level", ("", ()), source)
    rule = policy.tests
    in_the_middle = period.startswith("mid")
    due = subject.subject.kind is AssessmentKind.MARKS and (
        not in_the_middle
        or (case.result.grade in rule.mid_semester_grades and name in rule.mid_semester_subjects)
    )
    if due and assessment.test_mark is None:
        source = rule.mid_semester_source if in_the_middle else rule.source
        yield warning("CHK-MARK-MISSING", name, f"{period}.test", ("", ()), source)


def _check_outcome(case: Case, year: PrimaryYear, policy: PrimaryPolicy) -> Iterator[RuleFinding]:
    taken = [subject for subject in year.subjects if is_assessed(subject)]
    computed = primary_outcome(
        [subject.end_2.level for subject in taken],
        [trait.end_2 for trait in year.traits],
        _final_tests(taken),
        policy,
    )
    values = (year.outcome or "", (computed,) if computed else ())
    yield from case.compare("CHK-OUTCOME", "", "year.outcome", values, policy.outcome_source)


def _final_tests(subjects: list[PrimarySubjectResult]) -> list[Decimal | None]:
    """Return the year-end tests: those that are due, and those that were held all the same."""
    return [
        subject.end_2.test_mark
        for subject in subjects
        if subject.subject.kind is AssessmentKind.MARKS or subject.end_2.test_mark is not None
    ]


def _check_completion(
    case: Case, year: PrimaryYear, policy: PrimaryPolicy
) -> Iterator[RuleFinding]:
    result, rule = case.result, policy.completion
    allowed = completes_class(year.outcome, policy)
    if result.promoted is allowed or (result.promoted is None and (case.left or not allowed)):
        return
    words = decision_words(result.outcome, (rule.granted, rule.refused), rule.completion)
    reported = "" if result.promoted is None else result.outcome or words[result.promoted]
    if allowed is None:
        if not case.arrived:
            yield warning("CHK-UNVERIFIABLE", "", "promotion", (reported, ()), rule.source)
        return
    decided = result.promoted is True and rule.others_by_decision
    report = warning if decided or result.promoted is None else contradiction
    yield report("CHK-COMPLETION", "", "promotion", (reported, (words[allowed],)), rule.source)


def _check_title(case: Case, year: PrimaryYear, policy: PrimaryPolicy) -> Iterator[RuleFinding]:
    reported, source = case.result.title, policy.titles_source
    if case.left and not reported:
        return
    named = next((row.title for row in policy.titles if _is_named(row, reported)), None)
    earned = primary_titles(year.outcome, policy)
    if (named or reported) in earned:
        return
    values = (reported, tuple(title for title in earned if title))
    if reported and named is None:
        yield warning("CHK-TITLE-UNKNOWN", "", "title", values, source)
    else:
        yield contradiction("CHK-TITLE", "", "title", values, source)


def _is_named(row: PrimaryTitle, reported: str) -> bool:
    return reported.casefold() in {name.casefold() for name in (row.title, *row.other_names)}


def _traits(trait: TraitResult) -> dict[str, str | None]:
    parts = (trait.mid_1, trait.end_1, trait.mid_2, trait.end_2)
    return dict(zip(_PERIODS, parts, strict=True))
