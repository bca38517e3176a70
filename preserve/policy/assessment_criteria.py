"""What a regulation of secondary school says about conduct, promotion, second chances, titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from preserve.model.results import CommentLevel, Level
from preserve.policy.assessment_values import (
    Source,
    read_count,
    read_mark,
    read_names,
    read_source,
)


@dataclass(frozen=True, slots=True)
class ConductTable:
    """The conduct of the year follows from a table of both semesters."""

    rows: tuple[tuple[Level, Level, Level], ...]
    """Triples (semester 1, semester 2, year)."""
    source: Source


@dataclass(frozen=True, slots=True)
class ConductBetween:
    """No formula is given: every level between those of the two semesters can be right."""

    source: Source


ConductRule = ConductTable | ConductBetween


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
    completion: tuple[str, ...] = ()
    """First words of the decision in the final grade: for a completed level, then for one not."""


@dataclass(frozen=True, slots=True)
class ReassessmentCriteria:
    """Who is assessed again, and in which subjects."""

    mark_below: Decimal
    comment_level: CommentLevel
    learning: tuple[Level, ...]
    """Levels of the year from which a new assessment can still lead to promotion."""
    source: Source


@dataclass(frozen=True, slots=True)
class SummerCriteria:
    """Who trains in the summer for another conduct level."""

    conduct: tuple[Level, ...]
    """Levels of the year from which training can still lead to promotion."""
    learning: tuple[Level, ...]
    """Levels of the year with which it can."""
    source: Source


@dataclass(frozen=True, slots=True)
class TitleCriteria:
    """What one title (danh hiệu) asks for."""

    title: str
    other_names: tuple[str, ...]
    """Other ways of writing it that are accepted."""
    learning: Level
    """At least."""
    conduct: Level
    """At least."""
    count: int
    """So many marked subjects reach ``count_from``."""
    count_from: Decimal


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of a regulation."""

    rows: tuple[TitleCriteria, ...]
    """The first one that is met counts."""
    each_semester: bool
    """Whether a semester has its titles too."""
    source: Source


def read_conduct(table: Mapping[str, Any]) -> ConductRule:
    """Return how the conduct of the year follows."""
    source = read_source(table)
    if table.get("by") == "between":
        return ConductBetween(source)
    rows = tuple(
        (Level(first), Level(second), Level(year))
        for second, row in table["table"].items()
        for first, year in row.items()
    )
    return ConductTable(rows, source)


def read_promotion(table: Mapping[str, Any]) -> PromotionCriteria:
    """Return the conditions of promotion."""
    return PromotionCriteria(
        learning_at_least=Level(table["learning_at_least"]),
        conduct_at_least=Level(table["conduct_at_least"]),
        absences_at_most=read_count(table["absences_at_most"]),
        granted=table["granted"],
        refused=table["refused"],
        source=read_source(table),
        completion=read_names(table.get("completion", ())),
    )


def read_reassessment(table: Mapping[str, Any]) -> ReassessmentCriteria:
    """Return who is assessed again."""
    return ReassessmentCriteria(
        mark_below=read_mark(table["mark_below"]),
        comment_level=CommentLevel(table["comment_level"]),
        learning=tuple(Level(name) for name in read_names(table["learning"])),
        source=read_source(table),
    )


def read_summer(table: Mapping[str, Any]) -> SummerCriteria:
    """Return who trains in the summer."""
    return SummerCriteria(
        conduct=tuple(Level(name) for name in read_names(table["conduct"])),
        learning=tuple(Level(name) for name in read_names(table["learning"])),
        source=read_source(table),
    )


def read_titles(table: Mapping[str, Any]) -> Titles:
    """Return the titles."""
    return Titles(
        rows=tuple(_title(row) for row in table["rows"]),
        each_semester=table["each_semester"] is True,
        source=read_source(table),
    )


def _title(row: Mapping[str, Any]) -> TitleCriteria:
    return TitleCriteria(
        title=row["title"],
        other_names=read_names(row.get("other_names", ())),
        learning=Level(row["learning_at_least"]),
        conduct=Level(row["conduct_at_least"]),
        count=read_count(row.get("count", 0)),
        count_from=read_mark(row.get("count_from", "0.0")),
    )
