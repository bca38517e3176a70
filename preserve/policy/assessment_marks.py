"""What a regulation of secondary school says about marks: weights and how many are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from preserve.policy.assessment_values import Source, read_count, read_source


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
    one_semester_counts: bool
    """Whether a subject of one semester only has its result for the year."""
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


def read_semester_weights(table: Mapping[str, Any]) -> SemesterWeights:
    """Return the weights of the marks of a semester."""
    return SemesterWeights(
        regular=read_count(table["regular_weight"]),
        midterm=read_count(table["midterm_weight"]),
        final=read_count(table["final_weight"]),
        source=read_source(table),
    )


def read_year_weights(table: Mapping[str, Any]) -> YearWeights:
    """Return the weights of the two semesters."""
    return YearWeights(
        semester_1=read_count(table["semester_1_weight"]),
        semester_2=read_count(table["semester_2_weight"]),
        one_semester_counts=table.get("one_semester_counts") is True,
        source=read_source(table),
    )


def read_regular_marks(table: Mapping[str, Any]) -> RegularMarks:
    """Return how many regular marks are due."""
    extra = table.get("extra", {"grades": (), "semester": 0, "count": 0})
    return RegularMarks(
        rows=tuple(
            (
                read_count(row["periods_up_to"]) if "periods_up_to" in row else None,
                read_count(row["count"]),
            )
            for row in table["rows"]
        ),
        source=read_source(table),
        extra_grades=tuple(read_count(grade) for grade in extra["grades"]),
        extra_semester=read_count(extra["semester"]),
        extra_count=read_count(extra["count"]),
    )
