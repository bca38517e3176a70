"""Assessment policies: weights, cuts, tables and titles of one assessment regulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.results import CommentLevel, Level
from preserve.model.retention import SourceStatus
from preserve.policy.files import PolicyFile, read_policies


class Reading(StrEnum):
    """How the open words of TT 22/2021/TT-BGDĐT Art. 9(3) can be read."""

    REPLACE = "replace"
    """Suppose that the one subject had met the higher level."""
    REMOVE = "remove"
    """Leave the one subject out and keep the count of subjects asked for."""
    MARKED_ONLY = "marked_only"
    """As ``REMOVE``, and a comment subject is never the one subject."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written, and how well that is known."""

    citation: str
    status: SourceStatus


@dataclass(frozen=True, slots=True)
class SemesterWeights:
    """Weights of the marks of one semester."""

    regular: int
    midterm: int
    final: int
    source: Source


@dataclass(frozen=True, slots=True)
class YearWeights:
    """Weights of the two semester averages."""

    semester_1: int
    semester_2: int
    source: Source


@dataclass(frozen=True, slots=True)
class RegularMarks:
    """How many regular marks a subject needs in a semester."""

    rows: tuple[tuple[int | None, int], ...]
    """Pairs (up to that many periods a year, marks); the last one has no bound."""
    source: Source
    extra_grades: tuple[int, ...]
    """Grades in which some marks more than due are no fault."""
    extra_semester: int
    extra_count: int


@dataclass(frozen=True, slots=True)
class LearningCriteria:
    """What one learning level asks for."""

    level: Level
    lowest: Decimal
    """No marked subject lies below."""
    count: int
    """So many marked subjects reach ``count_from``."""
    count_from: Decimal
    failed_comments: int
    """At most so many comment subjects are not passed."""


@dataclass(frozen=True, slots=True)
class LearningAdjustment:
    """When one single subject pulls the level down, it is raised again."""

    targets: tuple[Level, ...]
    fall_at_least: int
    """Steps between the level reached and the target."""
    raised_by: int
    readings: tuple[Reading, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class PromotionCriteria:
    """What a pupil needs to move up or to complete the programme."""

    learning_at_least: Level
    conduct_at_least: Level
    absences_at_most: int
    """In half-days (buổi) a year."""
    granted: str
    """The words of the form for a promoted pupil."""
    refused: str
    source: Source


@dataclass(frozen=True, slots=True)
class ReassessmentCriteria:
    """Which subjects are assessed again."""

    mark_below: Decimal
    comment_level: CommentLevel
    source: Source


@dataclass(frozen=True, slots=True)
class TitleCriteria:
    """What one title (danh hiệu) asks for."""

    title: str
    learning: Level
    conduct: Level
    count: int
    """So many marked subjects reach ``count_from`` in the year."""
    count_from: Decimal


@dataclass(frozen=True, slots=True)
class AssessmentPolicy:
    """One regulation of assessment, as data."""

    policy_id: str
    regulation: str
    """Version named by ``ClassGroup.regulation``, for example ``TT22-2021``."""
    title_vi: str
    title_en: str
    levels: tuple[Level, ...]
    """Best first; the last one is for whoever reaches no other."""
    semester_weights: SemesterWeights
    year_weights: YearWeights
    comment_year_semester: int
    """The semester whose level is that of the year in a comment subject."""
    comment_source: Source
    regular_marks: RegularMarks
    learning: tuple[LearningCriteria, ...]
    """Best first."""
    learning_source: Source
    adjustment: LearningAdjustment
    conduct_year: tuple[tuple[Level, Level, Level], ...]
    """Triples (semester 1, semester 2, year)."""
    conduct_source: Source
    promotion: PromotionCriteria
    reassessment: ReassessmentCriteria
    titles: tuple[TitleCriteria, ...]
    """The first one that is met counts."""
    titles_source: Source
    sha256: str
    """Digest of the policy file."""

    def rank(self, level: Level) -> int:
        """Return the place of a level, 0 for the best."""
        return self.levels.index(level)

    def reaches(self, level: Level, least: Level) -> bool:
        """Tell whether a level is at least as good as another one."""
        return self.rank(level) <= self.rank(least)


def load_assessment_policy(regulation: str, folders: Sequence[Path]) -> AssessmentPolicy:
    """Return the policy of a regulation, for example ``TT22-2021``.

    Raises:
        PolicyError: no file holds it, or a file contradicts itself.
    """
    for file in read_policies("assessment", folders):
        if file.table.get("regulation") == regulation:
            return parse_assessment_policy(file)
    raise PolicyError("POLICY-NO-ASSESSMENT", regulation=regulation)


def parse_assessment_policy(file: PolicyFile) -> AssessmentPolicy:
    """Turn one file into a policy.

    Raises:
        PolicyError: a key is missing, a value is unknown, or the tables have gaps.
    """
    try:
        policy = _build(file.table, file.sha256)
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=repr(error)) from error
    for problem in _contradictions(policy):
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=problem)
    return policy


def _build(table: Mapping[str, Any], sha256: str) -> AssessmentPolicy:
    return AssessmentPolicy(
        policy_id=table["id"],
        regulation=table["regulation"],
        title_vi=table["title_vi"],
        title_en=table["title_en"],
        levels=tuple(Level(name) for name in table["levels"]),
        semester_weights=_semester_weights(table["semester_average"]),
        year_weights=_year_weights(table["year_average"]),
        comment_year_semester=_count(table["comment_subjects"]["year_follows_semester"]),
        comment_source=_source(table["comment_subjects"]),
        regular_marks=_regular_marks(table["regular_marks"]),
        learning=tuple(_learning(row) for row in table["learning"]["rows"]),
        learning_source=_source(table["learning"]),
        adjustment=_adjustment(table["learning_adjustment"]),
        conduct_year=_conduct_year(table["conduct_year"]["table"]),
        conduct_source=_source(table["conduct_year"]),
        promotion=_promotion(table["promotion"]),
        reassessment=_reassessment(table["reassessment"]),
        titles=tuple(_title(row) for row in table["titles"]["rows"]),
        titles_source=_source(table["titles"]),
        sha256=sha256,
    )


def _source(table: Mapping[str, Any]) -> Source:
    return Source(table["citation"], SourceStatus(table["status"]))


def _mark(value: object) -> Decimal:
    if not isinstance(value, str):
        message = f"a mark is written as a string: {value!r}"
        raise TypeError(message)
    mark = Decimal(value)
    if not mark.is_finite():
        message = f"not a mark: {value!r}"
        raise ValueError(message)
    return mark


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = f"not a count: {value!r}"
        raise TypeError(message)
    return value


def _semester_weights(table: Mapping[str, Any]) -> SemesterWeights:
    return SemesterWeights(
        regular=_count(table["regular_weight"]),
        midterm=_count(table["midterm_weight"]),
        final=_count(table["final_weight"]),
        source=_source(table),
    )


def _year_weights(table: Mapping[str, Any]) -> YearWeights:
    return YearWeights(
        semester_1=_count(table["semester_1_weight"]),
        semester_2=_count(table["semester_2_weight"]),
        source=_source(table),
    )


def _regular_marks(table: Mapping[str, Any]) -> RegularMarks:
    extra = table.get("extra", {"grades": (), "semester": 0, "count": 0})
    return RegularMarks(
        rows=tuple(
            (
                _count(row["periods_up_to"]) if "periods_up_to" in row else None,
                _count(row["count"]),
            )
            for row in table["rows"]
        ),
        source=_source(table),
        extra_grades=tuple(_count(grade) for grade in extra["grades"]),
        extra_semester=_count(extra["semester"]),
        extra_count=_count(extra["count"]),
    )


def _learning(row: Mapping[str, Any]) -> LearningCriteria:
    return LearningCriteria(
        level=Level(row["level"]),
        lowest=_mark(row["lowest"]),
        count=_count(row["count"]),
        count_from=_mark(row["count_from"]),
        failed_comments=_count(row["failed_comments"]),
    )


def _adjustment(table: Mapping[str, Any]) -> LearningAdjustment:
    return LearningAdjustment(
        targets=tuple(Level(name) for name in table["targets"]),
        fall_at_least=_count(table["fall_at_least"]),
        raised_by=_count(table["raised_by"]),
        readings=tuple(Reading(name) for name in table["readings"]),
        source=_source(table),
    )


def _conduct_year(table: Mapping[str, Any]) -> tuple[tuple[Level, Level, Level], ...]:
    return tuple(
        (Level(first), Level(second), Level(year))
        for second, row in table.items()
        for first, year in row.items()
    )


def _promotion(table: Mapping[str, Any]) -> PromotionCriteria:
    return PromotionCriteria(
        learning_at_least=Level(table["learning_at_least"]),
        conduct_at_least=Level(table["conduct_at_least"]),
        absences_at_most=_count(table["absences_at_most"]),
        granted=table["granted"],
        refused=table["refused"],
        source=_source(table),
    )


def _reassessment(table: Mapping[str, Any]) -> ReassessmentCriteria:
    return ReassessmentCriteria(
        mark_below=_mark(table["mark_below"]),
        comment_level=CommentLevel(table["comment_level"]),
        source=_source(table),
    )


def _title(row: Mapping[str, Any]) -> TitleCriteria:
    return TitleCriteria(
        title=row["title"],
        learning=Level(row["learning"]),
        conduct=Level(row["conduct"]),
        count=_count(row["count"]),
        count_from=_mark(row["count_from"]),
    )


def _contradictions(policy: AssessmentPolicy) -> list[str]:
    """Name what would leave a pupil without an answer, or give two."""
    problems = []
    if len(set(policy.levels)) != len(policy.levels):
        problems.append("levels")
    if [row.level for row in policy.learning] != list(policy.levels[:-1]):
        problems.append("learning.rows")
    if (
        len({(first, second) for first, second, _ in policy.conduct_year})
        != len(policy.levels) ** 2
    ):
        problems.append("conduct_year.table")
    if not _is_ladder([bound for bound, _ in policy.regular_marks.rows]):
        problems.append("regular_marks.rows")
    if not policy.adjustment.readings or policy.adjustment.raised_by > (
        policy.adjustment.fall_at_least
    ):
        problems.append("learning_adjustment")
    if policy.comment_year_semester not in {1, 2}:
        problems.append("comment_subjects.year_follows_semester")
    weights = (policy.semester_weights, policy.year_weights)
    if not weights[0].midterm + weights[0].final or not (
        weights[1].semester_1 + weights[1].semester_2
    ):
        problems.append("weights")
    return problems


def _is_ladder(bounds: Sequence[int | None]) -> bool:
    steps = [bound for bound in bounds[:-1] if bound is not None]
    return (
        len(bounds) > 0
        and bounds[-1] is None
        and len(steps) == len(bounds) - 1
        and all(low < high for low, high in pairwise(steps))
    )
