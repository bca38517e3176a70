"""Columns of the summary of a primary class: what each one is called and shows of a pupil."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from preserve.model.records import AssessmentSummary, SummaryPeriod
from preserve.model.results import (
    PrimaryAssessment,
    PrimarySubjectResult,
    PupilYear,
    SubjectLevel,
    TraitGroup,
    TraitLevel,
    TraitResult,
)
from preserve.policy.forms import Form
from preserve.render.primary_layout import SUMMARY, SummaryLayout
from preserve.render.primary_results import primary_of
from preserve.render.primary_wording import number_text, scale_text
from preserve.render.text import Align

LEVEL_WIDTH = 36.0
"""Points in which the longest level takes three lines of the smallest size."""
_TEST_WIDTH = 28.6
_TRAIT_WIDTH = 41.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column: up to three heads above each other, and the text of a pupil's cell."""

    heads: tuple[str, ...]
    """From the top; neighbours with the same head share it."""
    width: float
    """The least width in points."""
    text: Callable[[PupilYear], str]
    align: Align = Align.CENTRE
    narrow: bool = False
    """It grows with the letters only, and leaves what room there is to the others."""


def taught(summary: AssessmentSummary, layout: SummaryLayout) -> tuple[str, ...]:
    """Return the subjects that the class or one of its pupils has, in the layout's order."""
    found = [subject.name for subject in summary.class_group.subjects]
    for member in summary.pupils:
        found += [result.subject.name for result in primary_of(member.result).subjects]
    return _in_order(found, layout.subjects)


def assessed(
    summary: AssessmentSummary, layout: SummaryLayout
) -> tuple[tuple[TraitGroup, str], ...]:
    """Return the layout's traits and, group by group behind them, any other that a pupil has."""
    found = list(layout.traits)
    for member in summary.pupils:
        found += [(trait.group, trait.name) for trait in primary_of(member.result).traits]
    groups = list(TraitGroup)
    return tuple(sorted(dict.fromkeys(found), key=lambda pair: groups.index(pair[0])))


def subject_level(member: PupilYear, name: str, period: SummaryPeriod) -> SubjectLevel | None:
    """Return the level of a subject in a period."""
    return _assessment(member, name, period).level


def trait_level(
    member: PupilYear, trait: tuple[TraitGroup, str], period: SummaryPeriod
) -> TraitLevel | None:
    """Return the level of a quality or competence in a period."""
    for result in primary_of(member.result).traits:
        if (result.group, result.name) == trait:
            return _trait_in(result, period)
    return None


def subject_columns(
    summary: AssessmentSummary, layout: SummaryLayout, form: Form
) -> tuple[tuple[Column, ...], ...]:
    """Return the columns of each subject: its level and, where there is one, its test.

    A test that a pupil has is shown even where the layout knows none: nothing gets lost.
    """
    return tuple(
        tuple(_subject(summary, name, form, tested=_has_test(summary, layout, name)))
        for name in taught(summary, layout)
    )


def trait_columns(
    summary: AssessmentSummary, layout: SummaryLayout, form: Form
) -> tuple[tuple[Column, ...], ...]:
    """Return a column for each quality and competence."""
    return tuple((_trait(summary, trait, form),) for trait in assessed(summary, layout))


def _in_order(found: Iterable[str], order: Sequence[str]) -> tuple[str, ...]:
    rank = {name: index for index, name in enumerate(order)}
    return tuple(sorted(dict.fromkeys(found), key=lambda name: rank.get(name, len(rank))))


def _has_test(summary: AssessmentSummary, layout: SummaryLayout, name: str) -> bool:
    period = summary.period
    marks = (_assessment(member, name, period).test_mark for member in summary.pupils)
    return name in layout.tests or any(mark is not None for mark in marks)


def _subject(
    summary: AssessmentSummary, name: str, form: Form, *, tested: bool
) -> Iterable[Column]:
    heads = (form.label(f"{SUMMARY}subjects"), name)

    def level(member: PupilYear) -> str:
        return scale_text(form, subject_level(member, name, summary.period))

    def test(member: PupilYear) -> str:
        return number_text(_assessment(member, name, summary.period).test_mark)

    yield Column((*heads, form.label(f"{SUMMARY}level")), LEVEL_WIDTH, level)
    if tested:
        yield Column((*heads, form.label(f"{SUMMARY}test_mark")), _TEST_WIDTH, test, narrow=True)


def _trait(summary: AssessmentSummary, trait: tuple[TraitGroup, str], form: Form) -> Column:
    def level(member: PupilYear) -> str:
        return scale_text(form, trait_level(member, trait, summary.period))

    group, name = trait
    return Column((form.label(SUMMARY + group.value), name), _TRAIT_WIDTH, level)


def _assessment(member: PupilYear, name: str, period: SummaryPeriod) -> PrimaryAssessment:
    for result in primary_of(member.result).subjects:
        if result.subject.name == name:
            return _subject_in(result, period)
    return PrimaryAssessment()


def _subject_in(result: PrimarySubjectResult, period: SummaryPeriod) -> PrimaryAssessment:
    match period:
        case SummaryPeriod.MID_1:
            return result.mid_1
        case SummaryPeriod.END_1:
            return result.end_1
        case SummaryPeriod.MID_2:
            return result.mid_2
        case SummaryPeriod.END_2:
            return result.end_2


def _trait_in(result: TraitResult, period: SummaryPeriod) -> TraitLevel | None:
    match period:
        case SummaryPeriod.MID_1:
            return result.mid_1
        case SummaryPeriod.END_1:
            return result.end_1
        case SummaryPeriod.MID_2:
            return result.mid_2
        case SummaryPeriod.END_2:
            return result.end_2
