"""The names of a sheet's fields, once it is known what the sheet is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from preserve.ingest.context import Context, month_of_year
from preserve.ingest.findings import error
from preserve.ingest.names import KnownNames
from preserve.model.imports import FactRow, ImportFinding, SheetFacts, SheetKind

_JOINED = "tx"
"""Field of a cell that holds all regular marks; those of single cells are ``tx1``, ``tx2``, …"""
_OF_MONTH = re.compile(r"\{month(?: ([0-9]{2}))?\}")
_DAY = "absent:"


def field_names(fields: Sequence[str], context: Context) -> tuple[str, ...]:
    """Fill ``{period}`` and ``{month}`` in, so that a field says by itself what it is about.

    What the sheet does not state stays as it is: the missing statement is an error already.
    """
    period, year = context.get("period"), context.get("school_year")

    def month(found: re.Match[str]) -> str:
        number = found[1] or context.get("month")
        return month_of_year(year, number) if year and number else found[0]

    named = (_OF_MONTH.sub(month, field) for field in fields)
    return tuple(field.replace("{period}", period) if period else field for field in named)


def expand_marks(facts: SheetFacts) -> SheetFacts:
    """Give every mark of a cell with several marks a field of its own; all keep the cell's column.

    Two files can then be compared mark by mark, whichever template they follow.
    """
    if _JOINED not in facts.fields:
        return facts
    at = facts.fields.index(_JOINED)
    marks = [(row.values[at] or "").split() for row in facts.rows]
    width = max((len(found) for found in marks), default=0)
    rows = (
        FactRow(
            row.row,
            (*row.values[:at], *found, *_nothing(width - len(found)), *row.values[at + 1 :]),
        )
        for row, found in zip(facts.rows, marks, strict=True)
    )
    names = tuple(f"{_JOINED}{number}" for number in range(1, width + 1))
    return replace(
        facts,
        fields=(*facts.fields[:at], *names, *facts.fields[at + 1 :]),
        columns=(*facts.columns[:at], *(facts.columns[at],) * width, *facts.columns[at + 1 :]),
        rows=tuple(rows),
    )


def _nothing(count: int) -> tuple[None, ...]:
    return (None,) * count


def missing_days(facts: SheetFacts) -> Iterator[ImportFinding]:
    """Yield absences on days that their month does not have."""
    for position, field in enumerate(facts.fields):
        if field.startswith(_DAY) and not _is_date(field.removeprefix(_DAY)):
            for row in facts.rows:
                if row.values[position] is not None:
                    cell = f"{facts.columns[position]}{row.row}"
                    yield error("IMP-DAY-UNKNOWN", facts.sheet, cell)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def spare_subjects(facts: SheetFacts, names: KnownNames) -> Iterator[ImportFinding]:
    """Yield filled columns of subjects that the class is not taught; no record would hold them."""
    group = names.classes.get((facts.school_year or "", facts.class_name or ""))
    if group is None or facts.kind is SheetKind.EARLIER_RESULTS:
        return
    taught = {subject.name for subject in group.subjects}
    known = {subject.name for subject in names.subjects.values()}
    for position, field in enumerate(facts.fields):
        head, _, subject = field.partition(":")
        if subject not in known - taught or head == "absent":
            continue
        row = next((row for row in facts.rows if row.values[position] is not None), None)
        if row is not None:
            cell = f"{facts.columns[position]}{row.row}"
            yield error("IMP-SUBJECT-NOT-IN-CLASS", facts.sheet, cell, value=subject)
