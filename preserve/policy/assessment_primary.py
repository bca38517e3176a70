"""A regulation of assessment of primary school, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from preserve.model.results import PrimaryOutcome, SubjectLevel, TraitLevel
from preserve.policy.assessment_values import (
    Source,
    read_count,
    read_mark,
    read_names,
    read_source,
)


@dataclass(frozen=True, slots=True)
class PeriodicTests:
    """Which periodic tests there are, and what their marks look like."""

    highest: int
    """Marks are whole numbers from 0 to this one."""
    mid_semester_grades: tuple[int, ...]
    """Grades that have tests in the middle of the semesters too."""
    mid_semester_subjects: tuple[str, ...]
    """Subjects that have them, by name."""
    source: Source
    mid_semester_source: Source


@dataclass(frozen=True, slots=True)
class OutcomeCriteria:
    """What one result of the year asks for."""

    outcome: PrimaryOutcome
    subjects: SubjectLevel
    """Every subject and activity reaches it."""
    traits: TraitLevel
    """Every quality and competence reaches it."""
    tests: Decimal
    """Every test at the end of the year reaches it."""


@dataclass(frozen=True, slots=True)
class ClassCompletion:
    """Who has completed the programme of the class."""

    outcomes: tuple[PrimaryOutcome, ...]
    granted: str
    refused: str
    others_by_decision: bool
    """Whether the principal can let others move up."""
    source: Source
    completion: tuple[str, ...] = ()
    """First words of the decision in the final grade: for a completed level, then for one not."""


@dataclass(frozen=True, slots=True)
class PrimaryTitle:
    """A title that an outcome leads to."""

    title: str
    other_names: tuple[str, ...]
    outcome: PrimaryOutcome
    certain: bool
    """False where the class and the teacher choose among those who reached the outcome."""


@dataclass(frozen=True, slots=True)
class PrimaryPolicy:
    """One regulation of assessment of primary school."""

    policy_id: str
    regulation: str
    title_vi: str
    title_en: str
    subject_levels: tuple[SubjectLevel, ...]
    """Best first."""
    trait_levels: tuple[TraitLevel, ...]
    """Best first."""
    tests: PeriodicTests
    outcomes: tuple[OutcomeCriteria, ...]
    """Best first; who reaches none has ``lowest_outcome``."""
    lowest_outcome: PrimaryOutcome
    outcome_source: Source
    completion: ClassCompletion
    titles: tuple[PrimaryTitle, ...]
    titles_source: Source
    attendance_source: Source
    sha256: str
    """Digest of the policy file."""


def read_primary(table: Mapping[str, Any], sha256: str) -> PrimaryPolicy:
    """Turn a table into a policy.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: a value is missing or unknown.
    """
    return PrimaryPolicy(
        policy_id=table["id"],
        regulation=table["regulation"],
        title_vi=table["title_vi"],
        title_en=table["title_en"],
        subject_levels=tuple(SubjectLevel(name) for name in table["subject_levels"]),
        trait_levels=tuple(TraitLevel(name) for name in table["trait_levels"]),
        tests=_tests(table["tests"], table["mid_semester_tests"]),
        outcomes=tuple(_outcome(row) for row in table["outcome"]["rows"]),
        lowest_outcome=PrimaryOutcome(table["outcome"]["otherwise"]),
        outcome_source=read_source(table["outcome"]),
        completion=_completion(table["completion"]),
        titles=tuple(_title(row) for row in table["titles"]["rows"]),
        titles_source=read_source(table["titles"]),
        attendance_source=read_source(table["attendance"]),
        sha256=sha256,
    )


def primary_contradictions(policy: PrimaryPolicy) -> Iterator[str]:
    """Name what would leave a pupil without an answer, or give two."""
    if sorted(policy.subject_levels) != sorted(SubjectLevel):
        yield "subject_levels"
    if sorted(policy.trait_levels) != sorted(TraitLevel):
        yield "trait_levels"
    outcomes = [*(row.outcome for row in policy.outcomes), policy.lowest_outcome]
    if sorted(outcomes) != sorted(PrimaryOutcome):
        yield "outcome.rows"
    if policy.lowest_outcome in policy.completion.outcomes:
        yield "completion.outcomes"
    if len({row.outcome for row in policy.titles}) != len(policy.titles):
        yield "titles.rows"


def _tests(table: Mapping[str, Any], middle: Mapping[str, Any]) -> PeriodicTests:
    return PeriodicTests(
        highest=read_count(table["highest"]),
        mid_semester_grades=tuple(read_count(grade) for grade in middle["grades"]),
        mid_semester_subjects=read_names(middle["subjects"]),
        source=read_source(table),
        mid_semester_source=read_source(middle),
    )


def _outcome(row: Mapping[str, Any]) -> OutcomeCriteria:
    return OutcomeCriteria(
        outcome=PrimaryOutcome(row["outcome"]),
        subjects=SubjectLevel(row["subjects_at_least"]),
        traits=TraitLevel(row["traits_at_least"]),
        tests=read_mark(row["tests_at_least"]),
    )


def _completion(table: Mapping[str, Any]) -> ClassCompletion:
    return ClassCompletion(
        outcomes=tuple(PrimaryOutcome(name) for name in table["outcomes"]),
        granted=table["granted"],
        refused=table["refused"],
        others_by_decision=table["others_by_decision"] is True,
        source=read_source(table),
        completion=read_names(table.get("completion", ())),
    )


def _title(row: Mapping[str, Any]) -> PrimaryTitle:
    return PrimaryTitle(
        title=row["title"],
        other_names=read_names(row.get("other_names", ())),
        outcome=PrimaryOutcome(row["outcome"]),
        certain=row["certain"] is True,
    )
