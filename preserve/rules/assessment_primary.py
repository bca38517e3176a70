"""Outcome, completion and title of a year of primary school (TT 27/2020/TT-BGDĐT Art. 9, 11, 13).

A letter never stands for a level here: T, H and C mean different things on the two scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from preserve.model.results import PrimaryOutcome, SubjectLevel, TraitLevel
from preserve.policy.assessment_primary import PrimaryPolicy


def primary_outcome(
    subjects: Sequence[SubjectLevel | None],
    traits: Sequence[TraitLevel | None],
    tests: Sequence[Decimal | None],
    policy: PrimaryPolicy,
) -> PrimaryOutcome | None:
    """Return the result of the year, or ``None`` while a value is missing.

    Args:
        subjects: level of every subject and activity at the end of the year.
        traits: level of every quality and competence at the end of the year.
        tests: mark of every test at the end of the year.
        policy: the table (TT 27/2020/TT-BGDĐT Art. 9).
    """
    known_subjects = [level for level in subjects if level is not None]
    known_traits = [level for level in traits if level is not None]
    known_tests = [mark for mark in tests if mark is not None]
    missing = (
        len(subjects)
        + len(traits)
        + len(tests)
        - (len(known_subjects) + len(known_traits) + len(known_tests))
    )
    if missing or not known_subjects or not known_traits:
        return None
    subject = max(map(policy.subject_levels.index, known_subjects))
    trait = max(map(policy.trait_levels.index, known_traits))
    for row in policy.outcomes:
        if (
            subject <= policy.subject_levels.index(row.subjects)
            and trait <= policy.trait_levels.index(row.traits)
            and all(mark >= row.tests for mark in known_tests)
        ):
            return row.outcome
    return policy.lowest_outcome


def completes_class(outcome: PrimaryOutcome | None, policy: PrimaryPolicy) -> bool | None:
    """Tell whether the programme of the class is completed; ``None`` without an outcome."""
    return None if outcome is None else outcome in policy.completion.outcomes


def primary_titles(outcome: PrimaryOutcome | None, policy: PrimaryPolicy) -> tuple[str, ...]:
    """Return every title that can follow; an empty string means that none can be right too."""
    row = next((row for row in policy.titles if row.outcome is outcome), None)
    if row is None:
        return ("",)
    return (row.title,) if row.certain else (row.title, "")


def is_subject_weak(
    level: SubjectLevel | None, test: Decimal | None, policy: PrimaryPolicy
) -> bool:
    """Tell whether a subject stands in the way of completing the class."""
    row = policy.outcomes[-1]
    least = policy.subject_levels.index(row.subjects)
    failed = level is not None and policy.subject_levels.index(level) > least
    return failed or (test is not None and test < row.tests)


def is_trait_weak(level: TraitLevel | None, policy: PrimaryPolicy) -> bool:
    """Tell whether a quality or competence stands in the way of completing the class."""
    least = policy.trait_levels.index(policy.outcomes[-1].traits)
    return level is not None and policy.trait_levels.index(level) > least
