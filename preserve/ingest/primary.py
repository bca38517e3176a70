"""Builds what a year of primary school has and one of secondary school has not."""

from __future__ import annotations

from decimal import Decimal

from preserve.ingest.facts import FactKey
from preserve.ingest.names import split_trait
from preserve.ingest.values import Values, mark, own
from preserve.model.results import (
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    SubjectLevel,
    TraitGroup,
    TraitLevel,
    TraitResult,
)
from preserve.model.school import ClassGroup, Subject

TRAIT_FIELDS = ("gk_trait", "ck_trait")


def primary_year(values: Values, group: ClassGroup) -> PrimaryYear:
    """Return the results of a year of primary school (TT 27/2020/TT-BGDĐT)."""
    outcome = own(values, "primary_outcome")
    return PrimaryYear(
        subjects=tuple(_subject(subject, values, group) for subject in group.subjects),
        traits=_traits(values),
        outcome=PrimaryOutcome(outcome) if outcome else None,
        height=_measure(values, "height"),
        weight=_measure(values, "weight"),
    )


def _subject(subject: Subject, values: Values, group: ClassGroup) -> PrimarySubjectResult:
    return PrimarySubjectResult(
        subject=subject,
        mid_1=_assessment(subject.name, values, 1, "gk"),
        end_1=_assessment(subject.name, values, 1, "ck"),
        mid_2=_assessment(subject.name, values, 2, "gk"),
        end_2=_assessment(subject.name, values, 2, "ck"),
        teachers=tuple(a.teacher.name for a in group.assignments if a.subject == subject.name),
    )


def _assessment(subject: str, values: Values, semester: int, period: str) -> PrimaryAssessment:
    def value(field: str) -> str | None:
        return values.get(FactKey(semester, subject, f"{period}_{field}"))

    level = value("level")
    return PrimaryAssessment(
        level=SubjectLevel(level) if level else None,
        test_mark=mark(value("test")),
        comment=value("comment") or "",
    )


def _traits(values: Values) -> tuple[TraitResult, ...]:
    """Return qualities, then competences, each group in the order of the files."""
    names = dict.fromkeys(key.subject for key in values if key.field in TRAIT_FIELDS)
    order = list(TraitGroup)
    found = sorted((split_trait(name) for name in names), key=lambda pair: order.index(pair[0]))
    return tuple(
        result for group, name in found if (result := _trait(group, name, values)) is not None
    )


def _trait(group: TraitGroup, name: str, values: Values) -> TraitResult | None:
    """Return what is stated of a trait, ``None`` when the files have an empty column for it."""
    word = f"{group.value}/{name}"

    def level(semester: int, period: str) -> TraitLevel | None:
        text = values.get(FactKey(semester, word, f"{period}_trait"))
        return TraitLevel(text) if text else None

    levels = (level(1, "gk"), level(1, "ck"), level(2, "gk"), level(2, "ck"))
    comment = values.get(FactKey(None, word, "trait_comment")) or ""
    if not comment and not any(levels):
        return None
    return TraitResult(group, name, *levels, comment)


def _measure(values: Values, field: str) -> Decimal | None:
    """Return the newest measurement of the year."""
    newest = ((semester, name) for semester in (None, 1) for name in (field, f"gk_{field}"))
    found = (values.get(FactKey(semester, "", name)) for semester, name in newest)
    text = next((text for text in found if text), None)
    return None if text is None else Decimal(text)
