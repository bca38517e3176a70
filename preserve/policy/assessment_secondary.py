"""A regulation of assessment of secondary school, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from preserve.model.results import Level
from preserve.policy.assessment_criteria import (
    ConductRule,
    ConductTable,
    PromotionCriteria,
    ReassessmentCriteria,
    SummerCriteria,
    Titles,
    read_conduct,
    read_promotion,
    read_reassessment,
    read_summer,
    read_titles,
)
from preserve.policy.assessment_learning import (
    LearningRule,
    learning_contradictions,
    read_learning,
)
from preserve.policy.assessment_marks import (
    RegularMarks,
    SemesterWeights,
    YearWeights,
    read_regular_marks,
    read_semester_weights,
    read_year_weights,
)
from preserve.policy.assessment_values import Source, read_count, read_source


@dataclass(frozen=True, slots=True)
class AssessmentPolicy:
    """One regulation of assessment of secondary school."""

    policy_id: str
    regulation: str
    """Version named by ``ClassGroup.regulation``, for example ``TT22-2021``."""
    title_vi: str
    title_en: str
    levels: tuple[Level, ...]
    """Levels of learning, best first; the last one is for whoever reaches no other."""
    conduct_levels: tuple[Level, ...]
    """Best first."""
    semester_weights: SemesterWeights
    year_weights: YearWeights
    comment_year_semester: int
    """The semester whose level is that of the year in a comment subject."""
    comment_source: Source
    regular_marks: RegularMarks
    learning: LearningRule
    conduct: ConductRule
    promotion: PromotionCriteria
    reassessment: ReassessmentCriteria
    summer: SummerCriteria
    titles: Titles
    sha256: str
    """Digest of the policy file and of its bases."""

    def rank(self, level: Level) -> int:
        """Return the place of a learning level, 0 for the best."""
        return self.levels.index(level)

    def reaches(self, level: Level, least: Level) -> bool:
        """Tell whether a learning level is at least as good as another one."""
        return self.rank(level) <= self.rank(least)

    def conducts(self, level: Level, least: Level) -> bool:
        """Tell whether a conduct level is at least as good as another one."""
        return self.conduct_levels.index(level) <= self.conduct_levels.index(least)


def read_secondary(table: Mapping[str, Any], sha256: str) -> AssessmentPolicy:
    """Turn a table into a policy.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: a value is missing or unknown.
    """
    return AssessmentPolicy(
        policy_id=table["id"],
        regulation=table["regulation"],
        title_vi=table["title_vi"],
        title_en=table["title_en"],
        levels=tuple(Level(name) for name in table["levels"]),
        conduct_levels=tuple(Level(name) for name in table["conduct_levels"]),
        semester_weights=read_semester_weights(table["semester_average"]),
        year_weights=read_year_weights(table["year_average"]),
        comment_year_semester=read_count(table["comment_subjects"]["year_follows_semester"]),
        comment_source=read_source(table["comment_subjects"]),
        regular_marks=read_regular_marks(table["regular_marks"]),
        learning=read_learning(table),
        conduct=read_conduct(table["conduct_year"]),
        promotion=read_promotion(table["promotion"]),
        reassessment=read_reassessment(table["reassessment"]),
        summer=read_summer(table["summer"]),
        titles=read_titles(table["titles"]),
        sha256=sha256,
    )


def secondary_contradictions(policy: AssessmentPolicy) -> Iterator[str]:
    """Name what would leave a pupil without an answer, or give two."""
    yield from learning_contradictions(policy.learning, policy.levels)
    yield from _level_contradictions(policy)
    yield from _mark_contradictions(policy)


def _level_contradictions(policy: AssessmentPolicy) -> Iterator[str]:
    for name, levels in (("levels", policy.levels), ("conduct_levels", policy.conduct_levels)):
        if not levels or len(set(levels)) != len(levels):
            yield name
    learning = {
        policy.promotion.learning_at_least,
        *policy.reassessment.learning,
        *policy.summer.learning,
        *(row.learning for row in policy.titles.rows),
    }
    conduct = {
        policy.promotion.conduct_at_least,
        *policy.summer.conduct,
        *(row.conduct for row in policy.titles.rows),
    }
    if learning - set(policy.levels) or conduct - set(policy.conduct_levels):
        yield "a level that the regulation does not have"
    if isinstance(policy.conduct, ConductTable):
        levels = policy.conduct_levels
        pairs = {(first, second) for first, second, _ in policy.conduct.rows}
        if pairs != {(first, second) for first in levels for second in levels}:
            yield "conduct_year.table"


def _mark_contradictions(policy: AssessmentPolicy) -> Iterator[str]:
    if not _is_ladder([bound for bound, _ in policy.regular_marks.rows]):
        yield "regular_marks.rows"
    if policy.comment_year_semester not in {1, 2}:
        yield "comment_subjects.year_follows_semester"
    semester, year = policy.semester_weights, policy.year_weights
    if not semester.midterm + semester.final or not year.semester_1 + year.semester_2:
        yield "weights"


def _is_ladder(bounds: Sequence[int | None]) -> bool:
    steps = [bound for bound in bounds[:-1] if bound is not None]
    return (
        len(bounds) > 0
        and bounds[-1] is None
        and len(steps) == len(bounds) - 1
        and all(low < high for low, high in pairwise(steps))
    )
