"""How a regulation finds the learning level: by counts of marks, or by a mean and key subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from preserve.model.results import Level
from preserve.policy.assessment_values import (
    Source,
    read_count,
    read_mark,
    read_names,
    read_source,
)


class Reading(StrEnum):
    """How the words "because of one single subject" can be read."""

    REPLACE = "replace"
    """Suppose that the one subject had met the higher level."""
    REMOVE = "remove"
    """Leave the one subject out and keep whatever else is asked for."""
    MARKED_ONLY = "marked_only"
    """As ``REMOVE``, and a comment subject is never the one subject."""


@dataclass(frozen=True, slots=True)
class CountCriteria:
    """What one learning level asks for where marks are counted."""

    level: Level
    lowest: Decimal
    """No marked subject lies below."""
    count: int
    """So many marked subjects reach ``count_from``."""
    count_from: Decimal
    failed_comments: int
    """At most so many comment subjects are not passed."""


@dataclass(frozen=True, slots=True)
class CountAdjustment:
    """When one single subject pulls the level down, it is raised again."""

    targets: tuple[Level, ...]
    fall_at_least: int
    """Steps between the level reached and the target."""
    raised_by: int
    readings: tuple[Reading, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class LearningByCount:
    """TT 22/2021/TT-BGDĐT Art. 9: so many subjects reach a mark, and none lies below another."""

    rows: tuple[CountCriteria, ...]
    """Best first."""
    adjustment: CountAdjustment
    source: Source


@dataclass(frozen=True, slots=True)
class MeanCriteria:
    """What one learning level asks for where the mean of the subjects decides."""

    level: Level
    mean: Decimal
    """Least mean of all marked subjects."""
    key_mark: Decimal | None
    """At least one key subject reaches it; ``None`` asks for nothing."""
    lowest: Decimal
    """No marked subject lies below."""
    failed_comments: int | None
    """At most so many comment subjects are not passed; ``None`` asks for nothing."""


@dataclass(frozen=True, slots=True)
class Rise:
    """Who would be at ``target`` and fell to ``fallen`` gets ``given``."""

    target: Level
    fallen: Level
    given: Level


@dataclass(frozen=True, slots=True)
class MeanAdjustment:
    """What becomes of a level that one single subject pulled down."""

    rises: tuple[Rise, ...]
    readings: tuple[Reading, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class LearningByMean:
    """TT 58/2011/TT-BGDĐT Art. 13: mean of all subjects, a key subject, and a lowest mark."""

    rows: tuple[MeanCriteria, ...]
    """Best first."""
    key_subjects: tuple[str, ...]
    """Names and other names of the key subjects."""
    adjustment: MeanAdjustment
    source: Source
    mean_source: Source
    """Where it is written how the mean is computed."""


LearningRule = LearningByCount | LearningByMean


def read_learning(table: Mapping[str, Any]) -> LearningRule:
    """Return the rule of a policy file.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: a value is missing or unknown.
    """
    learning = table["learning"]
    match learning["by"]:
        case "count":
            return LearningByCount(
                rows=tuple(_count_criteria(row) for row in learning["rows"]),
                adjustment=_count_adjustment(table["learning_adjustment"]),
                source=read_source(learning),
            )
        case "mean":
            return LearningByMean(
                rows=tuple(_mean_criteria(row) for row in learning["rows"]),
                key_subjects=read_names(learning["key_subjects"]),
                adjustment=_mean_adjustment(table["learning_adjustment"]),
                source=read_source(learning),
                mean_source=read_source(table["mean"]),
            )
        case unknown:
            raise ValueError(f"learning.by = {unknown!r}")


def learning_contradictions(rule: LearningRule, levels: Sequence[Level]) -> Iterator[str]:
    """Name what would leave a pupil without a level, or give two."""
    if [row.level for row in rule.rows] != list(levels[:-1]):
        yield "learning.rows"
    if not rule.adjustment.readings:
        yield "learning_adjustment.readings"
    match rule.adjustment:
        case CountAdjustment(raised_by=raised, fall_at_least=fall) if raised > fall:
            yield "learning_adjustment.raised_by"
        case MeanAdjustment(rises=rises):
            for rise in rises:
                ranks = [
                    levels.index(level) if level in levels else -1
                    for level in (rise.target, rise.given, rise.fallen)
                ]
                if -1 in ranks or ranks != sorted(set(ranks)):
                    yield "learning_adjustment.rows"


def _count_criteria(row: Mapping[str, Any]) -> CountCriteria:
    return CountCriteria(
        level=Level(row["level"]),
        lowest=read_mark(row["lowest"]),
        count=read_count(row["count"]),
        count_from=read_mark(row["count_from"]),
        failed_comments=read_count(row["failed_comments"]),
    )


def _count_adjustment(table: Mapping[str, Any]) -> CountAdjustment:
    return CountAdjustment(
        targets=tuple(Level(name) for name in table["targets"]),
        fall_at_least=read_count(table["fall_at_least"]),
        raised_by=read_count(table["raised_by"]),
        readings=tuple(Reading(name) for name in table["readings"]),
        source=read_source(table),
    )


def _mean_criteria(row: Mapping[str, Any]) -> MeanCriteria:
    failed = row.get("failed_comments")
    return MeanCriteria(
        level=Level(row["level"]),
        mean=read_mark(row["mean"]),
        key_mark=read_mark(row["key_mark"]) if "key_mark" in row else None,
        lowest=read_mark(row["lowest"]),
        failed_comments=None if failed is None else read_count(failed),
    )


def _mean_adjustment(table: Mapping[str, Any]) -> MeanAdjustment:
    return MeanAdjustment(
        rises=tuple(
            Rise(Level(row["target"]), Level(row["fallen"]), Level(row["given"]))
            for row in table["rows"]
        ),
        readings=tuple(Reading(name) for name in table["readings"]),
        source=read_source(table),
    )
