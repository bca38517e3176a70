"""How many pupils of a class reached each level: the end of the summary of a primary class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from preserve.model.records import AssessmentSummary
from preserve.model.results import PrimaryOutcome, SubjectLevel, TraitLevel
from preserve.policy.forms import Form
from preserve.render.flow import Flow
from preserve.render.grade_book_cells import head_row, text_cell
from preserve.render.primary_columns import assessed, subject_level, taught, trait_level
from preserve.render.primary_layout import SUMMARY, SummaryLayout
from preserve.render.primary_results import primary_of
from preserve.render.primary_wording import PrimaryLevel, scale_text
from preserve.render.table import Cell, Row, Table
from preserve.render.text import Align, Run

_FIRST = 230.0
"""Width of the column with the names."""
_OUTCOME = "outcome"

_Line = tuple[str, Sequence[PrimaryLevel | None]]
"""What is counted, and the level of every pupil in it."""


def totals(
    flow: Flow, summary: AssessmentSummary, layout: SummaryLayout, form: Form
) -> tuple[Table, ...]:
    """Return the counts of levels by subject, by trait and, at the end of the year, by outcome."""
    period, members = summary.period, summary.pupils
    subjects = [
        (name, [subject_level(member, name, period) for member in members])
        for name in taught(summary, layout)
    ]
    traits = [
        (trait[1], [trait_level(member, trait, period) for member in members])
        for trait in assessed(summary, layout)
    ]
    outcomes = [primary_of(member.result).outcome for member in members]
    year = [(form.label(f"{SUMMARY}totals.pupils"), outcomes)] * (_OUTCOME in layout.closing)
    found = (
        _table(flow, "subject", subjects, SubjectLevel, form),
        _table(flow, "trait", traits, TraitLevel, form),
        _table(flow, _OUTCOME, year, PrimaryOutcome, form),
    )
    return tuple(table for table in found if table.body)


def _table(
    flow: Flow, name: str, lines: Sequence[_Line], scale: Iterable[PrimaryLevel], form: Form
) -> Table:
    levels = [*scale, None]
    missing = form.label(f"{SUMMARY}totals.missing")
    heads = [scale_text(form, level) or missing for level in levels]
    head = head_row([form.label(f"{SUMMARY}totals.{name}"), *heads])
    share = (flow.frame.measure - _FIRST) / len(levels)
    rows = tuple(_row(text, found, levels) for text, found in lines)
    return Table((_FIRST, *[share] * len(levels)), (head,), rows, size=9, padding=2)


def _row(
    text: str, found: Sequence[PrimaryLevel | None], levels: Sequence[PrimaryLevel | None]
) -> Row:
    counts: Counter[Enum | None] = Counter(found)
    cells = (text_cell(str(counts[level])) for level in levels)
    return (Cell((Run(text),), Align.LEFT, scope="Row"), *cells)
